"""The server's log on standard error: a line for each event, for people or as JSON for programs."""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal, get_args

from corpus.errors import CasetroveError

REQUESTS: Final = "casetrove.requests"
"""The logger of requests, a line each; what is told of one is in the record's ``told``."""
Form = Literal["text", "json"]
FORMS: Final[tuple[Form, ...]] = get_args(Form)


def set_up(form: Form, *, queries: bool = False, vignettes: bool = False) -> logging.Handler:
    """Write the log of this process to standard error; the handler that does, to be taken away again.

    Warnings and errors of all, and a line for each request; threads that crash are told there, too. What may quote a
    question or a report is left out but for ``queries``; the stories that similar patients are looked for by are in it
    only with ``vignettes``.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(form, queries=queries))
    logging.getLogger().addHandler(handler)
    threading.excepthook = _thread_crashed
    logging.getLogger(REQUESTS).setLevel(logging.INFO)
    if vignettes:
        logging.getLogger("search_api.service").setLevel(logging.INFO)
    return handler


def _thread_crashed(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        crash = (told.exc_type, told.exc_value, told.exc_traceback)
        logging.getLogger(__name__).error("thread %s crashed", told.thread and told.thread.name, exc_info=crash)


class Lines(logging.Formatter):
    """One line for each event: JSON, or words for people; a crash takes more lines for people.

    The words of an error that nobody foresaw, whoever logs it, may quote what was asked or a report that was being
    read: they are told only with ``queries``. A CasetroveError is told in the program's own words, which may name
    files.
    """

    def __init__(self, form: Form, *, queries: bool) -> None:
        super().__init__()
        self._form, self._queries = form, queries

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told = dict(getattr(record, "told", {}))
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        crash, message = self._crash(record), record.getMessage()
        if crash and not self._queries:
            message = message.partition("\n")[0]  # asyncio goes on with what failed, as it would be printed
        if self._form == "json":
            event = {"time": time, "level": record.levelname.lower(), "logger": record.name}
            event["message"] = message
            return json.dumps({**event, **told, **({"crash": crash} if crash else {})}, ensure_ascii=True, default=str)
        words = " ".join(f"{name}={_word(value)}" for name, value in told.items() if value is not None)
        return "\n".join([f"{time} {record.levelname} {_line(message)} {words}".rstrip(), *crash])

    def _crash(self, record: logging.LogRecord) -> list[str]:
        """Where an error came from, and what it says, if that may be said."""
        error = record.exc_info[1] if record.exc_info else None
        return [
            line
            for each in _chain(error)
            for line in _told(each, says=self._queries or isinstance(each, CasetroveError))
        ]


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error, and what it came from."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException, *, says: bool) -> Iterator[str]:
    kind = type(error).__name__
    yield f"{kind}: {_line(str(error))}" if says else f"{kind} (its words are left out: --log-queries shows them)"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"


def _word(value: object) -> str:
    """A value as one word, if it is one; else quoted, so that no line can be forged."""
    text = str(value)
    return (
        text
        if text.isascii() and text.replace("-", "").replace(".", "").replace("_", "").isalnum()
        else json.dumps(text)
    )


def _line(text: str) -> str:
    return text.replace("\r", " ").replace("\n", " ")
