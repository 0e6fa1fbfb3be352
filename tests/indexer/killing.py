"""Kills an indexer at every line of its writing, and at random moments, and reports what is left each time.

Run as a program with an empty folder, the kind of vector index to build ("exact" or "trained"), a number of random
moments and the functions or modules to kill in (none: all of them); prints one JSON object per kill. Every indexer
and every look at its leavings is a fork of this process, which itself never touches the index: forks cost
milliseconds, and FAISS starts its threads in the forks only.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from types import FrameType
from typing import Any, Final

from corpus.cases.reading import read_cases
from corpus.catalog import Catalog
from indexer.doctor import examine
from indexer.encoders import cache
from indexer.encoders.base import Encoder, Kind, Vectors
from indexer.encoders.choice import OneEncoder
from indexer.folder import DataFolder
from indexer.vectors import files
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, indexed, make_report

QUERY = "a viper bit the farmer and antivenom was given"
WATCHED = (
    "build.py", "writer.py", "spool.py", "segments.py", "manifest.py", "generation.py", "history.py", "cache.py",
    "postings.py", "wordings.py", "facts.py", "abbreviations.py", "vocabulary.py", "cases.py", "strings.py",
    "folder.py", "files.py", "flat.py", "disk.py", "training.py",
)  # fmt: skip
"""The modules of the indexer at whose lines an indexer is killed."""
TIMED = 3
"""How often an indexer is timed that nobody kills."""
DRAWS = 10
"""How many moments are drawn at most for each kill: an indexer may have ended before it."""
KILLED: Final = "killed"
"""What is left of the work of a process that was killed."""

Place = tuple[str, str, int]
"""Module, function and line."""


def forked(work: Callable[[], Any], kill_after: float | None = None) -> Any:
    """What ``work`` gives in a process of its own; ``KILLED`` where that was killed, by itself or after these seconds.

    Where ``work`` raises, or the process dies of anything else, this program ends with the reason.
    """
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(write, json.dumps(work()).encode())
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
        finally:
            os._exit(1)
    os.close(write)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return KILLED
    if status:
        sys.exit(f"a fork failed (wait status {status}); see its traceback above")
    return json.loads(said)


class UnhurriedEncoder(CountingEncoder):
    """Takes a good part of an indexer's time, as encoders do: else no moment falls between two of its windows."""

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        time.sleep(0.1)
        return super().encode(texts, kind)


def opened(root: Path, encoder: Encoder | None = None) -> Indexed:
    """The data folder, with an encoder that counts unless another is given."""
    folder = DataFolder(root)
    return Indexed(folder, Catalog(folder.catalog), encoder or CountingEncoder())


def prepare(root: Path) -> None:
    """A served generation, and a catalog that is ahead of it: reports new, one corrected, one gone."""
    parts = ("hand", "foot", "nose", "knee", "neck")
    small = indexed(
        root, {**CASES, **{f"other-{part}": f"A nurse had a rash of the {part}. It went." for part in parts}}
    )
    small.put({f"new-{days}": f"A nun had hiccups for {days} days. They ceased. She sang." for days in range(3)})
    small.put({"snake": "A farmer was bitten by a dog. He healed."})
    small.catalog.delete("gout")


def answer(small: Indexed) -> dict[str, Any]:
    """What the served generation says to ``QUERY``, and which it is."""
    generation = small.generation()
    ranked = rank_reports(generation, QUERY, System(), 10)
    texts = [generation.stored(generation.ordinals[name]).report.text for name, _ in ranked]
    return {"generation": generation.manifest.generation, "ranked": [list(each) for each in ranked], "texts": texts}


def diagnose(small: Indexed) -> list[str]:
    """How bad the doctor's findings are."""
    return [finding.severity for finding in examine(small.folder, OneEncoder(small.encoder))]


def leavings(root: Path) -> dict[str, Any]:
    """What is served after a kill, and what finishing the work then takes."""
    small = opened(root)
    served = answer(small)
    diagnosis = diagnose(small)
    kept = 0
    if small.folder.embeddings.exists():
        embeddings = cache.EmbeddingCache(small.folder.embeddings)
        kept = embeddings._row("SELECT count(*) FROM embeddings")[0]
    small.build()
    counting = small.encoder
    assert isinstance(counting, CountingEncoder)
    embeddings = cache.EmbeddingCache(small.folder.embeddings)
    stray = [path.name for path in small.folder.generations.iterdir() if not path.name.isdigit()]
    return {
        "served": served,
        "diagnosis": diagnosis,
        "healed": diagnose(small),
        "kept": kept,
        "embedded": len(counting.passages),
        "all": embeddings._row("SELECT count(*) FROM embeddings")[0],
        "finished": answer(small),
        "stray": stray,
    }


def traced(root: Path, kill_at: int | None) -> list[Place]:
    """Index under a trace; killed at the ``kill_at``-th line, else all lines that were passed."""
    passed: list[Place] = []

    def at_line(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            if len(passed) == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
            passed.append((Path(frame.f_code.co_filename).name, frame.f_code.co_name, frame.f_lineno))
        return at_line

    def at_call(frame: FrameType, _: str, __: Any) -> Any:
        path = Path(frame.f_code.co_filename)
        return at_line if path.name in WATCHED and "indexer" in path.parts else None

    small = opened(root)
    sys.settrace(at_call)
    small.build()
    sys.settrace(None)
    return passed


def index(root: Path) -> None:
    """Index as anybody would."""
    opened(root, UnhurriedEncoder()).build()


def duration(template: Path, place: Path) -> float:
    """The seconds from the fork to the end of an indexer that nobody watches."""
    lasted = []
    for time_ in range(TIMED):
        root = place / f"timed-{time_}"
        shutil.copytree(template, root)
        begun = time.perf_counter()
        forked(lambda root=root: index(root))
        lasted.append(time.perf_counter() - begun)
        shutil.rmtree(root)
    return median(lasted)


def kill_at_lines(template: Path, place: Path, names: set[str]) -> None:
    """Kill at the first and the last pass of every line of the functions or modules, in the order of the passes."""
    shutil.copytree(template, place / "whole")
    lines = [tuple(each) for each in forked(lambda: traced(place / "whole", None))]
    watched = [(at, where) for at, where in enumerate(lines) if not names or names & {*where[:2]}]
    first, last = {where: at for at, where in reversed(watched)}, {where: at for at, where in watched}
    for step in sorted({*first.values(), *last.values()}):
        root = place / f"step-{step}"
        shutil.copytree(template, root)
        if forked(lambda root=root, step=step: traced(root, step)) != KILLED:
            sys.exit(f"an indexer passed fewer than {step} lines")
        module, function, line = lines[step]
        tell(f"{function}:{line}", module, root)


def kill_at_moments(template: Path, place: Path, moments: int) -> None:
    """Kill so many indexers that were running, each at a moment drawn from the time that one takes."""
    dice = random.Random(11)
    lasts = duration(template, place)
    kills = 0
    for draw in range(DRAWS * moments):
        if kills == moments:
            return
        root = place / f"moment-{draw}"
        shutil.copytree(template, root)
        if forked(lambda root=root: index(root), kill_after=dice.uniform(0, lasts)) == KILLED:
            kills += 1
            tell("moment", None, root)
        else:
            shutil.rmtree(root)
    if kills < moments:
        sys.exit(f"of {DRAWS * moments} indexers all but {kills} had ended before they were killed")


def tell(where: str, module: str | None, root: Path) -> None:
    """Print what the kill left, and remove it."""
    print(json.dumps({"where": where, "module": module, **forked(lambda: leavings(root))}), flush=True)
    shutil.rmtree(root)


def main(place: Path, kind: str, moments: int, names: set[str]) -> None:
    """Kill at lines, then at random moments."""
    cache._BATCH = 2
    for text in CASES.values():
        read_cases(make_report(text))  # every fork has the terminology and the tagger then
    if kind == "trained":
        files.EXACT_BELOW = 1
    template = place / "template"
    forked(lambda: prepare(template))
    kill_at_lines(template, place, names)
    kill_at_moments(template, place, moments)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), set(sys.argv[4:]))
