"""Does the index grow as docs/scaling.md says? Made-up passages, written and searched by the index's own code.

Two small sizes are measured, and from them alone each larger one is predicted (``scale_model``); then that is measured
too. Each size is a process of its own on one core; its figures are kept in FOLDER and not taken again. Seconds are of
processor time, which other work on the machine moves less than the clock. Not made: texts, catalog and embeddings,
which grow with the passages and nothing else.

    python -m eval.benchmarks.scale FOLDER --rows 100000 --rows 1000000
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import numpy as np
import typer
from rich.table import Table

from corpus.arrays import load_array
from corpus.errors import UsageError
from eval.benchmarks import scale_data, scale_model
from eval.benchmarks.memory import Peaks, held
from eval.benchmarks.reporting import command, publish
from eval.benchmarks.scale_model import FEWEST_PROBES
from indexer.encoders.base import Vectors
from indexer.lexical import Group, LexicalIndex, Scoring
from indexer.postings import FIELDS, Postings, PostingsWriter
from indexer.segments import PASSAGE, lexical_folder, write_lists
from indexer.vectors.base import VectorIndex
from indexer.vectors.files import choose, finish, open_index
from indexer.vectors.trained import TrainedIndex
from indexer.vectors.training import ROUNDS

SMALL = (20_000, 50_000)
_PARTS = {
    "postings": ("reports.npy", "counts.npy"),
    "words": ("words.npy",),
    "terms": ("terms", "term_starts.npy", "starts.npy"),
}
Search = Callable[[], object]
_BEST = 100
_SETTING_BEST = 11
"""How many are asked for, one search after another, to choose how many lists to look into."""
_PROCESSORS_OWN = 64 * 1024**2
_TIMES = 5
"""How often a size that is predicted from is measured. The least counts, for other work only adds, but of memory the
most: a short peak is not always seen."""
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class _Stages:
    """Processor seconds and peaks of memory by stage."""

    def __init__(self) -> None:
        self.figures: dict[str, float] = {}
        self._base = held()
        self._peaks = Peaks("start")
        self._cpu = time.process_time()

    def __enter__(self) -> _Stages:
        self._peaks.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._peaks.__exit__(*error)
        self.figures |= {
            f"peak.{stage}": max(0, peak - self._base) for stage, peak in self._peaks.bytes.items() if stage != "start"
        }

    def begin(self, stage: str) -> None:
        """From here on."""
        self._peaks.stage, self._cpu = stage, time.process_time()

    def end(self) -> None:
        """The stage that was begun is over."""
        stage, self._peaks.stage = self._peaks.stage, "start"
        self.figures[f"cpu.{stage}"] = time.process_time() - self._cpu
        self._peaks.bytes[stage] = max(self._peaks.bytes.get(stage, 0), held())


def measure_words(folder: Path, passages: int) -> dict[str, float]:
    """The figures of the lexical index of so many made-up passages, written into ``folder``."""
    with _Stages() as stages:
        _write_words(folder, passages, stages)
    figures: dict[str, float] = {"passages": passages, "reports": scale_data.reports_of(passages), **stages.figures}
    figures["terms"] = (lexical_folder(folder) / "starts.npy").stat().st_size // 8
    for part, names in _PARTS.items():
        figures[f"bytes.{part}"] = _size(lexical_folder(folder) / name for name in names)
    figures["bytes.passages"] = _size([folder / "passages.npy", folder / "reports.json"])
    figures["ms.words"] = _word_ms(folder)
    return figures


def measure_vectors(folder: Path, passages: int, *, both: bool) -> dict[str, float]:
    """The figures of the index of the vectors that lie in ``folder``.

    ``both``: of each kind of index, as the model needs; else of that which suits the number.
    """
    questions = load_array(folder / "questions.npy")
    figures: dict[str, float] = {}
    kind = choose(passages)
    with _Stages() as stages:
        if both or kind == "flat":
            info = finish(folder, kind="flat")
            figures["ms.flat"] = _median_ms(_searches(open_index(folder, info), questions))
            figures["bytes.flat"] = _size(folder.glob("vectors.*"))
        if both or kind != "flat":
            figures |= _trained(folder, "ivf-sq8" if both else kind, questions, stages)
    return figures | stages.figures | {f"{name}.vectors": figures[f"{name}.{kind}"] for name in ("bytes", "ms")}


def _write_words(folder: Path, passages: int, stages: _Stages) -> None:
    """The postings of all reports, and the lists of reports and passages."""
    stages.begin("words")
    writer = PostingsWriter(lexical_folder(folder))
    made = 0.0
    texts = scale_data.texts(passages)
    while True:
        begun = time.process_time()
        terms = next(texts, None)
        made += time.process_time() - begun
        if terms is None:
            break
        title, rest = terms[:8], terms[8:]
        writer.add([title, [], rest, *[[] for _ in FIELDS[3:]]])
    stages.end()
    stages.figures["cpu.words"] -= made  # making the words up is no part of writing them
    stages.begin("postings")
    writer.finish()
    stages.end()
    reports = scale_data.reports_of(passages)
    rows = np.zeros(passages, dtype=PASSAGE)
    rows["report"] = np.minimum(np.arange(passages) / scale_data.PASSAGES_OF_A_REPORT, reports - 1)
    write_lists(folder, [(f"report-{at:08d}", at, f"{at:064x}") for at in range(reports)], rows)


def _trained(folder: Path, kind: Any, questions: Vectors, stages: _Stages) -> dict[str, float]:
    """Train, timing its three stages, then search with the lists that it chose, and with half and twice as many."""
    sample = scale_model.sampled(load_array(folder / "vectors.npy", "r").shape[0])
    stages.begin("train")

    def tell(done: int, total: int) -> None:
        if done in (ROUNDS * sample, total):
            stages.end()
            stages.begin("assign" if done != total else "write")

    info = finish(folder, tell, kind=kind)
    stages.end()
    index = open_index(folder, info)
    assert isinstance(index, TrainedIndex)
    lists, probes = int(info.parameters["nlist"]), int(info.parameters["nprobe"])
    figures: dict[str, float] = {
        "lists": lists,
        "probes": probes,
        "recall": float(info.parameters["recall@10"]),
        f"ms.{info.name}": _median_ms(_searches(index.with_probes(probes), questions)),
        f"bytes.{info.name}": _size(folder.glob("vectors.*")),
    }
    few, many = min(FEWEST_PROBES, probes), min(lists, 2 * probes)
    for name, typical, best in (("", _median_ms, _BEST), ("setting_", _mean_ms, _SETTING_BEST)):
        low, high = (typical(_searches(index.with_probes(count), questions, best)) for count in (few, many))
        row = (high - low) / ((many - few) * info.rows / lists)
        figures |= {f"ms.{name}row": row, f"ms.{name}nearest": low - row * few * info.rows / lists}
    return figures


def _searches(index: VectorIndex, questions: Vectors, best: int = _BEST) -> list[Search]:
    return [partial(index.search, query, best) for query in questions]


def _word_ms(folder: Path) -> float:
    postings = Postings(lexical_folder(folder))
    count = len(postings.lengths)
    index, order = LexicalIndex([(postings, np.ones(count, dtype=np.bool_))]), np.arange(count)
    asked = [[Group(((word, 1.0),)) for word in words] for words in scale_data.questions()]
    return _median_ms([partial(index.search, groups, _BEST, order, Scoring()) for groups in asked])


def _median_ms(searches: list[Search]) -> float:
    """Of one core, the second time that each is asked.

    What lies on the disk is in memory then, but no longer in the processor's own, where a small index would stay and a
    large one never is.
    """
    other = np.zeros(_PROCESSORS_OWN // 8)
    for search in searches:
        search()
    spent = []
    for search in searches:
        other += 1
        begun = time.thread_time()
        search()
        spent.append(1000 * (time.thread_time() - begun))
    return median(spent)


def _mean_ms(searches: list[Search]) -> float:
    """Of one core, one search right after another, the second time."""
    for search in searches:
        search()
    begun = time.thread_time()
    for search in searches:
        search()
    return 1000 * (time.thread_time() - begun) / len(searches)


def _size(paths: Any) -> float:
    return float(sum(path.stat().st_size for path in paths))


def kept(folder: Path, passages: int, *, both: bool) -> dict[str, float]:
    """The figures of a size, measured in processes of its own unless ``folder`` has them; ``both``: as a basis."""
    path = folder / f"{passages}.json"
    if not path.exists():
        runs = [_measured(folder / f"index-{passages}", passages, both=both) for _ in range(_TIMES if both else 1)]
        best = {name: (max if name.startswith("peak.") else min)(run[name] for run in runs) for name in runs[0]}
        path.write_text(json.dumps(best), encoding="utf-8")
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _measured(place: Path, passages: int, *, both: bool) -> dict[str, float]:
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    figures: dict[str, float] = {}
    for step in ("words", "draw", "both" if both else "one"):
        told = [sys.executable, "-m", "eval.benchmarks.scale", str(place), "--step", step, "--rows", str(passages)]
        subprocess.run(told, env={**os.environ, **_ONE_CORE}, check=True, stdout=subprocess.DEVNULL)
        if step != "draw":
            figures |= json.loads((place / "figures.json").read_text(encoding="utf-8"))
    shutil.rmtree(place)
    return figures


def _step(folder: Path, passages: int, step: str) -> None:
    """A part of a measurement, in a process of its own: what another left in memory would be taken for this one's."""
    if step == "draw":
        scale_data.write_vectors(folder, passages)
        return
    words = step == "words"
    figures = measure_words(folder, passages) if words else measure_vectors(folder, passages, both=step == "both")
    (folder / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def beside(prediction: Mapping[str, float], found: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """What was predicted and what was measured, in sums too: all bytes, all seconds, the highest peak."""
    totals: dict[str, Callable[[list[float]], float]] = {"bytes": sum, "cpu": sum, "peak": max}
    out = {name: (value, found[name]) for name, value in prediction.items()}
    for what, total in totals.items():
        names = [name for name in prediction if name.startswith(f"{what}.")]
        out[what] = (total([prediction[name] for name in names]), total([found[name] for name in names]))
    return dict(sorted(out.items()))


def main(
    folder: Annotated[Path, typer.Argument(help="Where indexes are made and figures kept: 2 kB a passage.")],
    rows: Annotated[list[int], typer.Option(help="Passages to predict and to measure; may be repeated.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    step: Annotated[str, typer.Option(hidden=True)] = "",
) -> None:
    """Predict what an index of so many passages takes, and measure it."""
    if step:
        _step(folder, rows[0], step)
        return
    if min(rows) <= SMALL[-1]:
        raise UsageError(f"--rows: more than {SMALL[-1]:,}, the larger size that is predicted from")
    small, large = (kept(folder, each, both=True) for each in SMALL)
    sizes = {}
    table = Table("", *(f"{each:,}: predicted, measured, off" for each in rows), title="An index as it grows")
    for each in rows:
        prediction = scale_model.predicted(small, large, each, choose(each))
        sizes[each] = beside(prediction, kept(folder, each, both=False))
    for name in sorted({name for size in sizes.values() for name in size}):
        table.add_row(name, *(_cell(size.get(name)) for size in sizes.values()))
    publish({"small": [small, large], "sizes": {str(each): size for each, size in sizes.items()}}, table, as_json)


def _cell(pair: tuple[float, float] | None) -> str:
    if pair is None:
        return ""
    told, found = pair
    return f"{told:,.4g}  {found:,.4g}  {100 * (told / found - 1) if found else 0:+.0f} %"


if __name__ == "__main__":
    command(main)
