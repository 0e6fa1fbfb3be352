"""Reports that may be one article or tell of one patient: found in the background, then decided by a person.

All reports are compared in a process of its own: it takes seconds for thousands of them, in which no question waits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import quote, unquote

from corpus.catalog import Catalog, opening
from corpus.errors import CasetroveError, UsageError
from corpus.overlap import Suspicion, suspects

Verdict = Literal["merge", "part", "apart"]
"""``merge``: the other is the one's article, too; ``part``: a source of a report becomes a report of its own, kept
apart; ``apart``: two reports are told apart for good, which changes no index."""

PLACE: Final = r"^([0-9]+(\.[0-9]+)?(e-?[0-9]+)?:[^:]*:[^:]*)?$"
"""How a place in the list of pairs is written (``place_of``), or none."""
_NICE: Final = 5
"""How far the comparison stands back behind other processes."""
_TELL_S: Final = 0.25
"""How often it tells how far it is; it can be ended as often."""
_PROGRAM: Final = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    "from search_api.overlaps import _serve; _serve(sys.argv[2])"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided of the report ``one`` and the ``other``: an id, or, to be parted, one of its sources."""

    one: str
    other: str
    verdict: Verdict


def decision(catalog: Catalog, one: str, other: str, *, same: bool) -> Decision:
    """What "they are the same", or that they are not, means for two reports, or for a report and a source of it.

    Raises NotFoundError, and UsageError where the two are one report already.
    """
    report_id = catalog.resolve(one)
    if not same and any(at.place == other for at in catalog.sources(report_id)):
        return Decision(report_id, other, "part")
    other_id = catalog.resolve(other)
    if report_id == other_id:
        places = "".join(f"\n  {at.place}" for at in catalog.sources(report_id))
        raise UsageError(f"other: {one} and {other} are one report; to part it name one of its sources:{places}")
    return Decision(report_id, other_id, "merge" if same else "apart")


def carry_out(catalog: Catalog, wanted: Decision) -> str:
    """Change the catalog as decided, unless it is so already; the id of the other report. Raises NotFoundError."""
    if wanted.verdict == "part":
        place = next((at for at in catalog.sources(catalog.resolve(wanted.one)) if at.place == wanted.other), None)
        return wanted.other if place is None else catalog.split(place.path, place.record)
    catalog.decide(wanted.one, wanted.other, same=wanted.verdict == "merge")
    return wanted.other


def place_of(suspicion: Suspicion) -> str:
    """Where a pair stands in the list of all: what ``following`` goes on after, though the pair is decided by then."""
    ids = (quote(each, safe="") for each in (suspicion.one_id, suspicion.other_id))  # an id may hold a colon
    return ":".join((repr(suspicion.score), *ids))


def following(pairs: Iterable[Suspicion], place: str) -> list[Suspicion]:
    """Those that come after ``place`` in the order of ``suspects``. Raises UsageError where it is none."""
    try:
        score, one, other = place.split(":")
        after = (-float(score), unquote(one), unquote(other))
    except ValueError:
        raise UsageError(f"after: {place!r} is no place in this list: give the `next` of the page before") from None
    return [each for each in pairs if (-each.score, each.one_id, each.other_id) > after]


def suspicion_json(catalog: Catalog, suspicion: Suspicion) -> dict[str, Any]:
    """What ``casetrove duplicates --json`` prints of a pair, and ``GET /v1/duplicates`` answers."""
    return {
        "kind": suspicion.kind,
        "score": suspicion.score,
        "reports": [suspect_json(catalog, report_id) for report_id in (suspicion.one_id, suspicion.other_id)],
        "reasons": list(suspicion.reasons),
    }


def suspect_json(catalog: Catalog, report_id: str) -> dict[str, Any]:
    """What identifies one report of a pair; ``opening``: how its text begins, where it has no title."""
    about = catalog.facts(report_id)
    return {
        "report_id": report_id,
        "title": about.title,
        "opening": None if about.title else opening(catalog.get(report_id).report.text),
        "authors": list(about.authors),
        "year": about.year,
        "doi": about.doi,
        "pmid": about.pmid,
        "pmcid": about.pmcid,
        "sources": [source.place for source in catalog.sources(report_id)],
    }


@dataclass(frozen=True, slots=True)
class Compared:
    """The pairs found, the surest first. While ``comparing`` they are those of the catalog before it changed last.

    ``done`` of ``total`` reports are read so far.
    """

    pairs: tuple[Suspicion, ...] = ()
    comparing: bool = False
    done: int = 0
    total: int = 0


Tell = Callable[[int, int], None]
"""Takes how many reports are read, of how many; what it raises ends the comparison."""


def elsewhere(path: Path, tell: Tell) -> tuple[Suspicion, ...]:
    """What ``suspects`` finds in the catalog at ``path``, found by a process of its own.

    Raises CasetroveError where that fails.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, json.dumps(sys.path), str(path)],
        stdin=subprocess.PIPE,  # its end tells the process that whoever asked is gone
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            told = json.loads(line)
            if "error" in told:
                raise CasetroveError(told["error"])
            tell(told["done"], told["total"])
            if "pairs" in told:
                return tuple(Suspicion(**{**each, "reasons": tuple(each["reasons"])}) for each in told["pairs"])
        raise CasetroveError(f"comparing the reports ended early (exit status {process.wait()}): ask again")
    finally:
        process.kill()
        process.communicate()


def _serve(path: str) -> None:
    """The life of that process: a line of JSON now and then on how far it is, and one with what was found."""
    os.nice(_NICE)
    speaking, progress = threading.Lock(), [0, 0]

    def say(**what: object) -> None:
        with speaking:
            print(json.dumps({"done": progress[0], "total": progress[1], **what}), flush=True)

    def leave() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)

    def beat() -> None:
        while True:
            say()
            time.sleep(_TELL_S)

    def count(done: int, total: int) -> None:
        progress[:] = done, total

    for work in (leave, beat):
        threading.Thread(target=work, daemon=True).start()
    try:
        found = suspects(Catalog(Path(path), reading=True), on_progress=count)
        say(pairs=[asdict(each) for each in found])
    except CasetroveError as error:
        say(error=str(error))
    os._exit(0)  # not waiting for who waits


class Overlaps:
    """Has all reports compared when somebody asks and the catalog has changed since. Safe to share between threads."""

    def __init__(self, catalog: Catalog, compare: Callable[[Path, Tell], tuple[Suspicion, ...]] = elsewhere) -> None:
        self._catalog, self._suspects = catalog, compare
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._found = Compared()
        self._digest: str | None = None
        self._error: Exception | None = None

    def look(self) -> Compared:
        """What is known now, without what was decided or removed since; what is not up to date is begun anew.

        Raises CatalogError, and what comparing raised, once: the next look begins anew.
        """
        with self._lock:
            error, self._error = self._error, None
            if error is not None:
                raise error
            digest = self._catalog.corpus_digest()
            if self._thread is None and digest != self._digest and not self._stopping.is_set():
                self._found = replace(self._found, comparing=True, done=0, total=self._catalog.count())
                self._thread = threading.Thread(
                    target=self._compare, args=(digest,), name="casetrove-overlaps", daemon=True
                )
                self._thread.start()
            found = self._found
        apart, here = self._catalog.decided_apart(), self._catalog.has
        return replace(
            found,
            pairs=tuple(
                each
                for each in found.pairs
                if tuple(sorted((each.one_id, each.other_id))) not in apart
                and here(each.one_id)
                and here(each.other_id)
            ),
        )

    def stop(self) -> None:
        """Give up comparing."""
        self._stopping.set()
        thread = self._thread
        if thread is not None:
            thread.join()

    def _compare(self, digest: str) -> None:
        pairs: tuple[Suspicion, ...] | None = None
        error: Exception | None = None
        try:
            pairs = self._suspects(self._catalog.path, self._tell)
        except _StoppedError:
            pass
        except Exception as caught:
            error = caught
        with self._lock:
            self._thread = None
            self._error = error
            if pairs is None:
                self._found = replace(self._found, comparing=False)
            else:
                self._digest = digest
                self._found = Compared(pairs, done=self._found.total, total=self._found.total)

    def _tell(self, done: int, total: int) -> None:
        if self._stopping.is_set():
            raise _StoppedError
        self._found = replace(self._found, done=done, total=total or self._found.total)


class _StoppedError(Exception):
    """Raised while comparing when the program ends."""
