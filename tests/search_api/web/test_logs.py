"""The lines of the server's log."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from corpus.errors import CatalogError
from search_api.web.logs import REQUESTS, Form, Lines, set_up


def record(message: str, *, name: str = "search_api.live", error: BaseException | None = None, **told: object) -> Any:
    """A record as the program logs it."""
    info = (type(error), error, error.__traceback__) if error is not None else None
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, message, None, info)
    if told:
        made.told = told
    return made


def raised(error: Exception, cause: Exception | None = None) -> Exception:
    """The same, as it is once it was raised."""
    try:
        raise error from cause
    except Exception as caught:
        return caught


class TestJson:
    """For programs."""

    def test_a_line_is_one_json_object(self) -> None:
        """Time, level, logger and words are in it, and what else is told under its own names."""
        line = Lines("json", queries=False).format(record("swapped\nagain", status=200, key=None))
        event = json.loads(line)
        assert "\n" not in line
        assert set(event) == {"time", "level", "logger", "message", "status", "key"}
        assert (event["level"], event["logger"], event["message"]) == ("warning", "search_api.live", "swapped\nagain")
        assert event["time"].endswith("Z")

    def test_a_crash_says_where_it_came_from(self) -> None:
        """Each error of the chain with its frames, the outermost first."""
        error = raised(RuntimeError("outer"), raised(LookupError("inner")))
        crash = json.loads(Lines("json", queries=True).format(record("failed", error=error)))["crash"]
        assert crash[0] == "RuntimeError: outer"
        assert any(line.startswith("LookupError: inner") for line in crash)
        assert any("in raised" in line for line in crash)

    def test_a_chain_that_bites_its_tail_ends(self) -> None:
        """Errors that name each other as cause are told once each."""
        one, other = RuntimeError("one"), RuntimeError("other")
        one.__cause__, other.__cause__ = other, one
        assert len(json.loads(Lines("json", queries=False).format(record("x", error=one)))["crash"]) == 2


class TestText:
    """For people."""

    def test_a_line_reads_from_left_to_right(self) -> None:
        """Time, level, words, then names with values; what there is not is left out."""
        line = Lines("text", queries=False).format(record("request", operation="search", status=200, key=None, ms=1.5))
        time, rest = line.split(" ", 1)
        assert time.endswith("Z")
        assert rest == "WARNING request operation=search status=200 ms=1.5"

    @pytest.mark.parametrize("value", ["a b", "a\nb", "a=b c=d", 'a"b', "ü", ""])
    def test_no_value_can_forge_a_line_or_a_name(self, value: str) -> None:
        """What is no plain word is quoted."""
        line = Lines("text", queries=False).format(record("request", asked=value))
        assert "\n" not in line
        assert line.endswith(f"asked={json.dumps(value)}")

    def test_a_message_of_several_lines_is_one(self) -> None:
        """Only a crash, whose lines are set in, takes more than one."""
        assert "\n" not in Lines("text", queries=False).format(record("one\ntwo\r\nthree"))


class TestSecrets:
    """What may quote a question."""

    @pytest.mark.parametrize("form", ["json", "text"])
    @pytest.mark.parametrize(
        "name", ["search_api.web.problems", "search_api.runner", "search_api.rebuilder", "uvicorn.error", "asyncio"]
    )
    def test_the_words_of_a_crash_are_left_out(self, form: Form, name: str) -> None:
        """Its kind and where it came from are told, for the chain as well; with --log-queries all of it."""
        error = raised(ValueError("cannot parse 'my secret'"), raised(KeyError("my secret")))
        crashed = record("request abc failed", name=name, error=error)
        told = Lines(form, queries=False).format(crashed)
        assert "secret" not in told
        assert "ValueError" in told
        assert "KeyError" in told
        assert "in raised" in told
        assert "my secret" in Lines(form, queries=True).format(crashed)

    @pytest.mark.parametrize("form", ["json", "text"])
    def test_what_asyncio_prints_of_a_task_is_left_out(self, form: Form) -> None:
        """Its message goes on with the task and its error; only the first line is told."""
        error = raised(ValueError("my secret"))
        crashed = record(f"Task exception was never retrieved\nfuture: {error!r}", name="asyncio", error=error)
        assert "secret" not in Lines(form, queries=False).format(crashed)
        assert "never retrieved" in Lines(form, queries=False).format(crashed)

    def test_an_error_that_was_foreseen_is_told_in_the_programs_words(self) -> None:
        """What somebody can act on stays; the words of what it came from do not."""
        error = raised(CatalogError("/data/catalog.sqlite: the disk is full"), raised(OSError("my secret")))
        told = Lines("text", queries=False).format(record("job x failed", name="search_api.changes", error=error))
        assert "CatalogError: /data/catalog.sqlite: the disk is full" in told
        assert "OSError (its words are left out" in told
        assert "secret" not in told


class TestSetUp:
    """``set_up``."""

    @pytest.fixture(autouse=True)
    def as_before(self) -> Iterator[None]:
        """Leave the process' logging as it was."""
        loggers = [logging.getLogger(name) for name in (None, REQUESTS, "search_api.service")]
        before, hook = [(each.level, list(each.handlers)) for each in loggers], threading.excepthook
        yield
        threading.excepthook = hook
        for each, (level, handlers) in zip(loggers, before, strict=True):
            each.setLevel(level)
            each.handlers = handlers

    def test_requests_warnings_and_no_more_are_written(self, capsys: pytest.CaptureFixture[str]) -> None:
        """Each once, on standard error; what libraries say below a warning is not."""
        set_up("json")
        logging.getLogger(REQUESTS).info("request", extra={"told": {"status": 200}})
        logging.getLogger("search_api.live").warning("trouble")
        logging.getLogger("search_api.live").info("chatter")
        logging.getLogger("search_api.service").info("vignette: a woman of 31")
        captured = capsys.readouterr()
        assert captured.out == ""
        assert [json.loads(line)["message"] for line in captured.err.splitlines()] == ["request", "trouble"]

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_thread_that_crashes_is_told_like_any_error(self, capsys: pytest.CaptureFixture[str]) -> None:
        """In a line of the log, without its words."""

        def crash() -> None:
            raise ValueError("my secret")

        set_up("json")
        thread = threading.Thread(target=crash, name="casetrove-test")
        thread.start()
        thread.join(60)
        (line,) = capsys.readouterr().err.splitlines()
        assert json.loads(line)["message"] == "thread casetrove-test crashed"
        assert "secret" not in line

    def test_stories_are_logged_where_that_is_asked_for(self, capsys: pytest.CaptureFixture[str]) -> None:
        """With ``vignettes`` what the service says at the level of information is written, once."""
        set_up("text", vignettes=True)
        logging.getLogger("search_api.service").info("vignette: %s", "a woman of 31")
        assert capsys.readouterr().err.count("a woman of 31") == 1
