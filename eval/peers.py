"""Other people's programs on the same sets: each in an environment of its own, run as a process, scored as we are."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import CasetroveError, NotFoundError, UsageError
from corpus.journal import now
from eval.environment import environment
from eval.measures import MEASURES, score
from eval.model import DEPTH, Ranking, Run, Score
from eval.report import read_run, write_configuration, write_run
from eval.topics import Topics

_PROGRAMS = Path(__file__).parent / "baselines"
_SUFFIX = "_peer"
_LAST_LINES = 5


class PeerError(CasetroveError):
    """A peer's program failed; the message ends with the last it said."""

    code = "peer"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that ranks a set: called as ``python program CORPUS QUERIES RUN DEPTH``, it writes a TREC run.

    ``requirements`` pins what its environment holds; None where that is not told.
    """

    name: str
    python: Path
    program: Path
    requirements: Path | None = None


def peer_names() -> list[str]:
    """The peers that there are programs for."""
    return sorted(path.stem.removesuffix(_SUFFIX) for path in _PROGRAMS.glob(f"*{_SUFFIX}.py"))


def find_peer(name: str, environments: Path) -> Peer:
    """The peer called ``name``, in its environment. Raises UsageError and NotFoundError."""
    if name not in peer_names():
        raise UsageError(f"--peer: {name!r} is none of {', '.join(peer_names())}")
    python = environments / name / "bin" / "python"
    if not python.is_file():
        raise NotFoundError(f"{python}: the environment of {name} is not there; `make peers` makes it")
    return Peer(name, python.absolute(), _PROGRAMS / f"{name}{_SUFFIX}.py", _PROGRAMS / f"requirements-{name}.txt")


def by_corpus(sets: Iterable[Topics]) -> list[list[Topics]]:
    """The sets with the same corpus together, so that a peer reads it once."""
    found: dict[str, list[Topics]] = {}
    for topics in sets:
        found.setdefault(topics.digests()["corpus.jsonl"], []).append(topics)
    return list(found.values())


def run_peer(peer: Peer, sets: Sequence[Topics], out: Path, command: Sequence[str] = ()) -> list[Score]:
    """Rank the judged topics of sets with one corpus; runs and configurations are written to ``out``, as ours are.

    The peer gets the corpus and the judged queries of all, and no network. Raises PeerError, and MalformedError for a
    run that is none.
    """
    with TemporaryDirectory() as folder:
        queries, written = Path(folder) / "queries.jsonl", Path(folder) / "run.trec"
        lines = (
            json.dumps({"_id": f"{at}:{topic}", "text": text}) + "\n"
            for at, topics in enumerate(sets)
            for topic, text in topics.queries.items()
        )
        queries.write_text("".join(lines), encoding="utf-8")
        words = [peer.python, peer.program.absolute(), sets[0].corpus.absolute(), queries, written, DEPTH + 1]
        done = subprocess.run(
            list(map(str, words)), cwd=folder, env=_offline(), capture_output=True, text=True, check=False
        )
        if done.returncode or not written.is_file():
            said = " | ".join(done.stderr.strip().splitlines()[-_LAST_LINES:]) or "nothing"
            named = ", ".join(topics.name for topics in sets)
            raise PeerError(f"{peer.name} on {named}: exit {done.returncode}; its last words: {said}")
        rankings = read_run(written, peer.name).rankings
    return [
        _keep(peer, topics, {topic: rankings.get(f"{at}:{topic}", ()) for topic in topics.queries}, out, command)
        for at, topics in enumerate(sets)
    ]


def _keep(peer: Peer, topics: Topics, rankings: Mapping[str, Ranking], out: Path, command: Sequence[str]) -> Score:
    """Write one set's run and configuration, and score it; a topic does not find the document of its own id."""
    kept = {
        topic: tuple((document, value) for document, value in ranking if document != topic)[:DEPTH]
        for topic, ranking in rankings.items()
    }
    run = Run(topics.name, peer.name, kept)
    scored = score(run, topics.qrels)
    write_run(run, out / f"{topics.name}.{peer.name}.trec")
    write_configuration(
        out / f"{topics.name}.{peer.name}.json",
        {
            "set": topics.name,
            "label": peer.name,
            "level": "report",
            "split": topics.split,
            "folder": str(topics.folder.resolve()),
            "files": topics.digests(),
            "warnings": list(topics.warnings),
            "documents": topics.document_count,
            "queries": scored.queries,
            "system": {
                "name": peer.name,
                "program": _digest(peer.program),
                "requirements": _digest(peer.requirements) if peer.requirements else None,
            },
            "depth": DEPTH,
            "measures": dict(scored.means),
            "measure_names": list(MEASURES),
            "environment": environment(),
            "command": list(command),
            "date": now(),
        },
    )
    return scored


def _offline() -> dict[str, str]:
    """This process' environment, less what would lead Python to our own packages; hubs are not asked."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return kept | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
