"""``casetrove watch``: what is new, changed or removed in folders becomes a new generation soon after it settles."""

from __future__ import annotations

import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from corpus.amounts import counted
from corpus.catalog import Catalog
from corpus.errors import CasetroveError, NotFoundError, UsageError
from corpus.files import name_of
from corpus.journal import now as utc_now
from corpus.readers.base import Options as ReadOptions
from indexer.errors import EncoderError, LockedError
from indexer.folder import DataFolder
from search_api.alarm import Alarm
from search_api.cli import options, show
from search_api.cli.indexing import Indexed, index_paths, indexed_json
from search_api.cli.options import Data, Json, data_folder
from search_api.listing import Folder
from search_api.watching import Due, Watched

_log = logging.getLogger(__name__)

_TICK_S = 1.0
"""Between looks while a folder is away."""
_REST = 10
"""A look is followed by a pause of so many times its length, and of ten times that where no event asked for it."""
_IDLE_S = 30.0
"""Between looks while no event comes, for shares that send none."""
_POLL_S = 5.0
"""Between looks where events turn out not to come."""
_LATE_S = 2.0
"""That an event may come after what it tells of was seen."""
_LOCK_RETRY_S = 1.0
_RETRY_S = (5.0, 60.0)
"""After a run that failed, the first and the longest pause; it doubles each time."""
_FAILURES_SHOWN = 20


def watch(
    folders: Annotated[list[Path], typer.Argument(help="Folders of reports.")],
    data: Data = None,
    as_json: Json = False,
    settle: Annotated[
        float, typer.Option(min=0.1, max=3600, help="Seconds for which a file must rest before it is read.")
    ] = 1.0,
    poll: Annotated[
        float | None,
        typer.Option(min=0.5, max=86400, help="Look every so many seconds instead of waiting for events (shares)."),
    ] = None,
    pdf_password: Annotated[
        list[str] | None, typer.Option("--pdf-password", help="Password for encrypted PDFs; may be repeated.")
    ] = None,
    ocr: Annotated[
        bool, typer.Option(help="Read pages without a text layer by OCR, where tesseract is installed.")
    ] = True,
) -> None:
    """Index folders, then follow them: what is new, changed or removed is served within seconds. Stop with Ctrl-C."""
    folder = data_folder(data)
    for path in folders:
        _check(path, folder)
    with suppress(LockedError), folder.lock():
        pass  # a folder that cannot be written is told of before anything is promised
    signal.signal(signal.SIGTERM, _end)
    lines = Lines(as_json, folder)
    watched = Watched(folders, partial(_known, folder), settle, folder.root, lines.notice)
    lines.watching(folders, folder, settle, poll)
    indexer = _Indexer(folder, ReadOptions(tuple(pdf_password or ()), ocr), lines)
    _Follower(watched, indexer, folder.root, settle, poll).run(lines.notice)


class Lines:
    """What is told, a line each: as JSON on stdout; for people generations on stdout, the rest on stderr."""

    def __init__(self, as_json: bool, folder: DataFolder) -> None:
        self._as_json, self._folder = as_json, folder

    def watching(self, folders: Sequence[Path], folder: DataFolder, settle_s: float, poll_s: float | None) -> None:
        """That watching begins."""
        names = [name_of(path.absolute()) for path in folders]
        how = f"looks every {poll_s:g} s" if poll_s else "waits for events"
        text = f"casetrove watches {', '.join(names)} for {folder.root}: {how}, settle {settle_s:g} s, stop: Ctrl-C"
        self._say("watching", text, folders=names, data=str(folder.root), settle_s=settle_s, poll_s=poll_s)

    def notice(self, reason: str) -> None:
        """What a person should know."""
        reason = self._folder.spelled(reason)
        self._say("notice", reason, reason=reason)

    def error(self, error: Exception, retry_s: float) -> None:
        """That a run failed, and when it is tried again."""
        code = error.code if isinstance(error, CasetroveError) else "unexpected"
        reason = self._folder.spelled(str(error)) or type(error).__name__
        text = f"error ({code}): {reason}; tried again in {retry_s:g} s, and what is served stays"
        self._say("error", text, code=code, reason=reason, retry_s=retry_s)

    def indexed(self, indexed: Indexed, seconds: float) -> None:
        """A generation that was made, or what else became of a run."""
        is_new = indexed.built is not None and bool(indexed.built.seconds)
        if self._as_json:
            event = "generation" if is_new else "unchanged"
            self._json(event, took_s=round(seconds, 3), **indexed_json(indexed))
            return
        for line in _told(indexed, seconds, is_new):
            print(_one_line(self._folder.spelled(line)), flush=True)

    def _say(self, event: str, text: str, **facts: Any) -> None:
        if self._as_json:
            self._json(event, **facts)
        else:
            print(f"{utc_now()} {_one_line(text)}", file=sys.stderr, flush=True)

    def _json(self, event: str, **facts: Any) -> None:
        show.json_out({"event": event, "at": utc_now(), **facts})
        sys.stdout.flush()


class _Indexer:
    """Takes in what has settled. ``attempt_at``: no attempt is made before that time, for the last one failed."""

    def __init__(self, folder: DataFolder, how: ReadOptions, lines: Lines) -> None:
        self._folder, self._how, self._lines = folder, how, lines
        self._encoders = options.encoders(folder)
        self.attempt_at = 0.0
        self._begun = self._told_locked = False
        self._retry_s = _RETRY_S[0]

    def take(self, due: Due) -> bool:
        """Read what is due and build; whether that was done.

        An error is told, and what is due stays due. Raises UsageError and EncoderError in the first run, for they
        would come again.
        """
        begun = time.monotonic()
        try:
            paths, gone = [Path(path) for path in due.changed], [name_of(Path(path)) for path in due.gone]
            indexed = index_paths(self._folder, lambda _: self._encoders, paths, self._how, found=True, gone=gone)
        except LockedError as error:
            self._wait_for_lock(error)
            return False
        except Exception as error:
            if not self._begun and isinstance(error, UsageError | EncoderError):
                raise
            if not isinstance(error, CasetroveError | OSError):
                _log.exception("a run failed")
            self._lines.error(error, self._retry_s)
            self.attempt_at = time.monotonic() + self._retry_s
            self._retry_s = min(2 * self._retry_s, _RETRY_S[1])
            return False
        summary = indexed.summary
        if not self._begun or summary.failures or summary.notes or (indexed.built and indexed.built.seconds):
            self._lines.indexed(indexed, time.monotonic() - begun)
        self._begun, self._told_locked, self._retry_s = True, False, _RETRY_S[0]
        return True

    def _wait_for_lock(self, error: LockedError) -> None:
        if not self._told_locked:
            self._told_locked = True
            who = str(error).rpartition(": ")[0]
            self._lines.notice(f"{who}: what has changed is taken in when that has ended")
        self.attempt_at = time.monotonic() + _LOCK_RETRY_S


class _Follower:
    """Looks when the alarm rings and now and then besides, and takes in what has settled.

    ``poll_s``: seconds between looks where no events are waited for.
    """

    def __init__(self, watched: Watched, indexer: _Indexer, without: Path, settle_s: float, poll_s: float | None):
        self._watched, self._indexer, self._without = watched, indexer, without
        self._tick_s, self._poll_s = min(settle_s / 2, _TICK_S), poll_s
        self._cost_s = 0.0
        self._alarm = Alarm((), without)
        self._listened: tuple[Folder, ...] = ()

    def run(self, notice: Callable[[str], None]) -> None:
        """For ever; a signal ends it from outside, wherever it is."""
        rang = True
        try:
            while True:
                if not self._look(expected=rang):
                    notice(f"changes come without events (a network share?): looking every {_POLL_S:g} s from now on")
                    self._poll_s = _POLL_S
                if self._alarm.failed:
                    reason = f"the file system's events cannot be had ({self._alarm.failed})"
                    notice(
                        f"{reason}: looking every {_POLL_S:g} s instead; on Linux, raise fs.inotify.max_user_watches"
                    )
                    self._poll_s, self._alarm = _POLL_S, Alarm((), self._without)
                due = self._watched.due(time.monotonic())
                if due is not None and time.monotonic() >= self._indexer.attempt_at and self._indexer.take(due):
                    self._watched.took(due)
                    rang = True  # what happened meanwhile is looked at
                else:
                    rang = self._wait()
        finally:
            self._alarm.close()

    def _look(self, *, expected: bool) -> bool:
        """Look at the folders, and listen to those that are there; False where a change came without an event."""
        self._alarm.rings.clear()
        begun = time.monotonic()
        is_new = self._watched.look(begun)
        self._cost_s = time.monotonic() - begun
        if self._poll_s is not None:
            return True
        if self._watched.there != self._listened:
            self._alarm.close()
            self._listened = self._watched.there
            self._alarm = Alarm(self._listened, self._without)
            return True
        return expected or not is_new or self._alarm.rings.wait(_LATE_S)

    def _wait(self) -> bool:
        """Wait until it is time to look; whether the alarm rang."""
        until_attempt = self._indexer.attempt_at - time.monotonic()
        if self._watched.is_unsettled:
            pause = max(self._tick_s, until_attempt)
        elif self._watched.is_doubtful:
            pause = _TICK_S
        else:
            pause = self._poll_s or max(_IDLE_S, _REST**2 * self._cost_s)
        rest = _REST * self._cost_s
        time.sleep(rest)
        until = time.monotonic() + pause - rest
        while (left := until - time.monotonic()) > 0 and not self._watched.has_moved():
            if self._alarm.rings.wait(min(left, _TICK_S)):
                return True
        return self._alarm.rings.is_set()


def _known(folder: DataFolder) -> list[str]:
    """The files that the catalog knows; none where there is no catalog yet."""
    if not folder.catalog.exists():
        return []
    catalog = Catalog(folder.catalog)
    try:
        return catalog.files()
    finally:
        catalog.close()


def _check(path: Path, folder: DataFolder) -> None:
    """Raises NotFoundError and UsageError for what cannot be watched."""
    if not path.exists():
        raise NotFoundError(f"{path}: no such folder")
    if not path.is_dir():
        raise UsageError(f"{path}: is a file: name the folder that holds it")
    if path.resolve().is_relative_to(folder.root.resolve()):
        raise UsageError(f"{path}: lies in the data folder {folder.root}: watch a folder of reports")


def _told(indexed: Indexed, seconds: float, is_new: bool) -> Iterator[str]:
    """What became of a run, for people."""
    summary, built = indexed.summary, indexed.built
    counts = {
        "read": summary.read, "updated": summary.updated, "unchanged": summary.unchanged,
        "duplicates": summary.duplicates, "removed": summary.removed, "failed": summary.failed,
    }  # fmt: skip
    what = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no report changed"
    if built is None:
        yield f"{utc_now()} nothing is indexed: no report could be read ({what})"
    else:
        state = f"in {seconds:.1f} s" if is_new else "as it was"
        if newest := built.rolled_back_from:
            state = f"as it was, served by a rollback: `casetrove rollback {newest}` goes forward"
        number, reports = built.manifest.generation, built.manifest.reports
        yield f"{utc_now()} generation {number}: {counted(reports, 'report')} ({what}) {state}"
    if summary.mended:
        yield f"  {counted(summary.mended, 'report')} mended: the text that was kept was lost or altered"
    if summary.vanished:
        vanished = counted(len(summary.vanished), "file")
        yield f"  {vanished} no longer there: `casetrove index --prune` removes their reports"
    for note in summary.notes:
        yield f"  note {note.path}: {note.reason}"
    for failure in summary.failures[:_FAILURES_SHOWN]:
        yield f"  failed ({failure.code}) {failure.reason}"
    if summary.failed > _FAILURES_SHOWN:
        yield f"  and {summary.failed - _FAILURES_SHOWN:,} more: see `casetrove failures`"


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())


def _end(_signal: int, _frame: FrameType | None) -> None:
    print("casetrove: stopped; what was done is kept", file=sys.stderr)
    sys.exit(0)
