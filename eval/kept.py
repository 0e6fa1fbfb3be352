"""Runs that were kept: read back from their files, and scored by the judgements that they were run for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval.measures import MEASURES, score
from eval.model import Qrels, Run, Score
from eval.passages import NAME as PASSAGES
from eval.passages import credited, read_passages
from eval.report import read_run
from eval.topics import judgements

_NOT_OF_THE_SCORE = ("command", "date", "environment", "folder", "measures", "measure_names", "warnings")
"""What a configuration tells that the ranking does not depend on, or does without saying more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A run file with the configuration beside it."""

    path: Path
    run: Run
    configuration: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """sha256 of what the ranking depends on: set, system, index, code."""
        facts = {name: value for name, value in self.configuration.items() if name not in _NOT_OF_THE_SCORE}
        return sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def score(self, measures: Sequence[str] = MEASURES) -> Score:
        """The run by the judgements of its set. Raises MalformedError where those were changed since it ran."""
        folder, split = Path(self.configuration["folder"]), self.configuration["split"]
        is_passages = self.configuration.get("level") == "passage"
        name = f"qrels/{PASSAGES if is_passages else f'{split}.tsv'}"
        run: Run = self.run
        qrels: Qrels = judgements(folder, split)
        if is_passages:
            spans = {topic: found for topic, found in read_passages(folder / name).items() if topic in qrels}
            run, qrels = credited(run, spans)
        if sha256((folder / name).read_bytes()).hexdigest() != self.configuration["files"].get(name):
            raise MalformedError(f"{self.path}: {folder / name} was changed since: run the system again")
        return score(run, qrels, measures)


def load_kept(places: Sequence[Path]) -> list[Kept]:
    """The runs in files and folders, in the order of their names within a folder.

    Each needs its configuration beside it (``x.trec``, ``x.json``). Raises NotFoundError, MalformedError, and
    UsageError where one system has two runs of one set.
    """
    named: dict[tuple[str, str], Kept] = {}
    for path in (path for place in places for path in _files(place)):
        kept = _load(path)
        before = named.setdefault((kept.run.set, kept.run.system), kept)
        if before is not kept:
            raise UsageError(f"{path} and {before.path} are both of {kept.run.system} on {kept.run.set}: give one")
    return list(named.values())


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    found = sorted(place.glob("*.trec"))
    if not found:
        raise NotFoundError(f"{place}: holds no run (*.trec); `casetrove eval run DIR --out {place}` makes them")
    return found


def _load(path: Path) -> Kept:
    beside = path.with_suffix(".json")
    if not path.is_file():
        raise NotFoundError(f"{path}: there is no such run file")
    try:
        configuration = json.loads(beside.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise NotFoundError(f"{beside}: there is no such file; it says which set {path.name} was run on") from error
    except ValueError as error:
        raise MalformedError(f"{beside}: is not JSON ({error})") from error
    wanted = {"set": str, "folder": str, "split": str, "label": str, "files": dict}
    wrong = [
        name
        for name, kind in wanted.items()
        if not isinstance(configuration, dict) or not isinstance(configuration.get(name), kind)
    ]
    if wrong:
        raise MalformedError(f'{beside}, field "{wrong[0]}": missing or not what a run writes: run the system again')
    run = read_run(path, configuration["set"])
    return Kept(path, Run(run.set, configuration["label"], run.rankings), configuration)
