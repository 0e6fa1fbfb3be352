"""Kills an indexer at every line of its writing, and at random moments, and reports what is left each time.

Run as a program with an empty folder, a number of random moments and the functions to kill in (none: all);
prints one JSON object per kill. Every indexer and every look at its leavings is a fork of this process,
which itself never touches the index: forks cost milliseconds, and FAISS starts its threads in
the forks only.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from corpus.catalog import Catalog
from indexer.doctor import examine
from indexer.encoders import cache
from indexer.encoders.choice import OneEncoder
from indexer.folder import DataFolder
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, CountingEncoder, Indexed, indexed

QUERY = "a viper bit the farmer and antivenom was given"
WATCHED = (
    "build.py", "writer.py", "spool.py", "segments.py", "manifest.py", "generation.py", "history.py", "cache.py",
    "lexical.py", "folder.py", "files.py", "flat.py",
)  # fmt: skip
"""The modules of the indexer at whose lines an indexer is killed."""

Place = tuple[str, int]
"""Function and line."""


def forked(work: Callable[[], Any]) -> Any:
    """What ``work`` gives in a process of its own; None where that process was killed."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.write(write, json.dumps(work()).encode())
            status = 0
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
        sys.exit("a fork failed; see its traceback above")
    return json.loads(said) if said else None


def opened(root: Path) -> Indexed:
    """The data folder with an encoder that counts."""
    folder = DataFolder(root)
    return Indexed(folder, Catalog(folder.catalog), CountingEncoder())


def prepare(root: Path) -> None:
    """A served generation, and a catalog that is ahead of it: one report new, one corrected, one gone."""
    others = {f"other-{at}": f"A nurse had a rash of the {part}. It went." for at, part in enumerate(("hand", "foot"))}
    small = indexed(root, {**CASES, **others})
    small.put({"new": "A nun had hiccups. They ceased. She sang.", "snake": "A farmer was bitten by a dog. He healed."})
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
            passed.append((frame.f_code.co_name, frame.f_lineno))
        return at_line

    def at_call(frame: FrameType, _: str, __: Any) -> Any:
        path = Path(frame.f_code.co_filename)
        return at_line if path.name in WATCHED and "indexer" in path.parts else None

    small = opened(root)
    sys.settrace(at_call)
    small.build()
    sys.settrace(None)
    return passed


def killed_after(root: Path, seconds: float) -> None:
    """Index in a fork and kill it after this long, wherever it is."""
    child = os.fork()
    if child == 0:
        try:
            opened(root).build()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def main(place: Path, moments: int, functions: list[str]) -> None:
    """Kill at the first and the last pass of every line of ``functions``, then at random moments."""
    cache._BATCH = 2
    template = place / "template"
    forked(lambda: prepare(template))
    shutil.copytree(template, place / "whole")
    begun = time.perf_counter()
    lines = [tuple(each) for each in forked(lambda: traced(place / "whole", None))]
    lasted = time.perf_counter() - begun
    watched = [(at, where) for at, where in enumerate(lines) if not functions or where[0] in functions]
    first, last = {where: at for at, where in reversed(watched)}, {where: at for at, where in watched}
    for step in sorted({*first.values(), *last.values()}):
        root = place / f"step-{step}"
        shutil.copytree(template, root)
        assert forked(lambda root=root, step=step: traced(root, step)) is None
        told = forked(lambda root=root: leavings(root))
        print(json.dumps({"where": "{}:{}".format(*lines[step]), **told}), flush=True)
        shutil.rmtree(root)
    dice = random.Random(11)
    for moment in range(moments):
        root = place / f"moment-{moment}"
        shutil.copytree(template, root)
        killed_after(root, dice.uniform(0, lasted))
        told = forked(lambda root=root: leavings(root))
        print(json.dumps({"where": f"moment {moment}", **told}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
