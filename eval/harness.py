"""Sets in, scores out: index a set with the real indexer, run real retrieval over its topics, keep what it depended on.

A set's index lies in a cache folder, so a second run costs only its queries. Embeddings are shared by all
sets of a data folder.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from itertools import product
from pathlib import Path

from corpus.assembly import Block, assemble
from corpus.catalog import Catalog
from corpus.errors import NoTextError
from corpus.journal import now
from corpus.model import Bibliography, Part, Report
from corpus.tracked import Tracked
from eval.environment import environment
from eval.measures import MEASURES, score
from eval.model import DEPTH, Ranking, Run, Score
from eval.passages import credited, parts_of, passage_id
from eval.progress import Watch
from eval.remembering import Remembering
from eval.report import write_configuration, write_run
from eval.topics import Document, Topics
from indexer.build import build
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder
from indexer.encoders.choice import OneEncoder
from indexer.folder import DataFolder
from indexer.generation import Generation, open_current
from indexer.manifest import FORMAT, readings
from indexer.model import BuildProgress, Passage
from search_api.config import System
from search_api.retrieval.pipeline import rank_passages, rerank_reports
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.reranking import RERANKED, Reranker

PASSAGE_DEPTH = 20
"""How many passages are kept for each topic."""
_PASSAGES_OF_ONE = 3
"""How many passages of one document are ranked at most."""
_BLANK_LINES = re.compile(r"\n\s*\n")
_READ_BY = "READ_BY"


@dataclass(frozen=True, slots=True)
class SetFolder(DataFolder):
    """The cache folder of one set; its embeddings are kept with those of all sets."""

    shared: Path

    @property
    def embeddings(self) -> Path:
        """The embedding cache of all sets."""
        return self.shared


def evaluate(
    sets: Sequence[Topics],
    systems: Sequence[System],
    encoder: Encoder,
    data: Path,
    out: Path,
    *,
    measures: Sequence[str] = MEASURES,
    command: Sequence[str] = (),
    watch: Watch = lambda *_: None,
    warn: Callable[[str], None] = lambda _: None,
    reranker: Reranker | None = None,
) -> list[Score]:
    """Every system on every set, in that order of nesting; runs and configurations are written to ``out``.

    With a ``reranker`` each system is run a second time, its best passages looked at again.

    A set with judged passages is scored a second time, by its passages, under the name ``<set>.passages``.

    ``data`` holds the cache (in ``data/eval``). Raises what the indexer and retrieval raise, and UsageError where
    ``out`` cannot be written.
    """
    scores: list[Score] = []
    order: dict[str, int] = {}
    encoder = Remembering(encoder)
    for topics in sets:
        for warning in topics.warnings:
            warn(f"{topics.folder}: {warning}")
        generation = index_set(topics, encoder, data, watch, warn)
        for system, again in product(dict.fromkeys(systems), dict.fromkeys((None, reranker))):
            run = run_system(generation, encoder, topics, system, watch, again)
            found = [(run, "report", score(run, topics.qrels, measures))]
            if topics.passages:
                run = run_passages(generation, topics, system, watch, again)
                found.append((run, "passage", score(*credited(run, topics.passages), measures)))
            for run, level, scored in found:
                write_run(run, out / f"{run.set}.{run.system}.trec")
                configuration = _configuration(topics, generation, system, level, scored, command, again)
                write_configuration(out / f"{run.set}.{run.system}.json", configuration)
                scores.append(scored)
    return sorted(scores, key=lambda item: order.setdefault(item.set, len(order)))


def index_set(
    topics: Topics,
    encoder: Encoder,
    data: Path,
    watch: Watch = lambda *_: None,
    warn: Callable[[str], None] = lambda _: None,
) -> Generation:
    """The opened index of a set: every document a report under its own id, identical texts included.

    Built in ``data/eval/<set>-<digest>``, or opened from there if the same code built it from the same file.
    """
    config = ChunkConfig()
    digest = _digest_of(topics, encoder, config)
    folder = SetFolder(data / "eval" / f"{topics.name}-{digest}", data / "eval" / "embeddings.sqlite")
    marker, code = folder.root / _READ_BY, code_digest("corpus", "indexer")

    def progress(at: BuildProgress) -> None:
        watch(f"{topics.name}: {at.stage}", at.done, at.total)

    with folder.lock():
        catalog = Catalog(folder.catalog)
        stale = not marker.is_file() or marker.read_text(encoding="ascii") != code
        if stale:
            _store(topics, catalog, watch, warn)
        build(folder, catalog, encoder, config, progress, force=stale)
        marker.write_text(code, encoding="ascii")
    return open_current(folder, catalog, OneEncoder(encoder))


def run_system(
    generation: Generation,
    encoder: Encoder,
    topics: Topics,
    system: System,
    watch: Watch = lambda *_: None,
    reranker: Reranker | None = None,
) -> Run:
    """The ``DEPTH`` best documents for each topic, a topic's own document (the same id) left out, as BEIR does."""
    name = label(system, reranker)
    rankings: dict[str, Ranking] = {}
    for done, (topic, text) in enumerate(topics.queries.items(), start=1):
        ranked = rank_reports(generation, text, system, DEPTH + 1)
        if reranker:
            ranked = rerank_reports(generation, text, ranked, system, reranker)
        rankings[topic] = tuple((document, value) for document, value in ranked if document != topic)[:DEPTH]
        watch(f"{topics.name}: {name}", done, len(topics.queries))
    return Run(topics.name, name, rankings)


def run_passages(
    generation: Generation,
    topics: Topics,
    system: System,
    watch: Watch = lambda *_: None,
    reranker: Reranker | None = None,
) -> Run:
    """The ``PASSAGE_DEPTH`` best passages for each topic with judged ones, as the product ranks them.

    They are named as ranges of the documents' own text; those of the topic's own document are left out.
    """
    name = label(system, reranker)
    rankings: dict[str, Ranking] = {}
    texts = [(topic, topics.queries[topic]) for topic in topics.passages if topic in topics.queries]
    for done, (topic, text) in enumerate(texts, start=1):
        ranked = rank_passages(
            generation, text, k=PASSAGE_DEPTH, max_per_report=_PASSAGES_OF_ONE, system=system, reranker=reranker
        )
        named = ((_raw_id(generation, passage), value) for passage, value in ranked)
        rankings[topic] = tuple((passage, value) for passage, value in named if parts_of(passage)[0] != topic)
        watch(f"{topics.name}, passages: {name}", done, len(texts))
    return Run(f"{topics.name}.passages", name, rankings)


def report_of(document: Document) -> Report:
    """The document as a report: its text whole, its title in the bibliography, and as the text where there is no other.

    Raises NoTextError where it has neither.
    """
    raw = document.text if document.text.strip() else document.title
    return assemble(
        [Block(paragraph) for paragraph in Tracked.of(raw).split(_BLANK_LINES)],
        Bibliography(title=document.title.strip() or None),
        raw=raw,
        parts=(Part(0, len(raw), "line", ""),),
        reader="beir",
        given_id=document.document_id,
    )


def label(system: System, reranker: Reranker | None = None) -> str:
    """What tables and files call a system: its name, with its parameters where they are not the usual ones."""
    return str(system) + (f"+{reranker.name}" if reranker else "")


def code_digest(*rooms: str) -> str:
    """sha256 over the source of the named rooms: figures change with it where no setting does."""
    total = sha256()
    home = Path(__file__).parents[1]
    for room in rooms:
        for path in sorted((home / room).rglob("*.py")):
            total.update(path.relative_to(home).as_posix().encode() + b"\n" + path.read_bytes())
    return total.hexdigest()


def _raw_id(generation: Generation, passage: Passage) -> str:
    """The passage as a range of its document's text, which judgements count in."""
    source = generation.stored(passage.report).report.source_map
    return passage_id(generation.report_ids[passage.report], *source.raw(passage.span))


def _store(topics: Topics, catalog: Catalog, watch: Watch, warn: Callable[[str], None]) -> None:
    """All documents in one transaction: a run that is killed leaves none."""
    without_text = 0
    with catalog.writing():
        for done, document in enumerate(topics.documents(), start=1):
            try:
                catalog.put(document.document_id, report_of(document), str(topics.corpus), document.document_id)
            except NoTextError:
                without_text += 1
            watch(f"{topics.name}: read", done, topics.document_count)
    if without_text:
        warn(f"{topics.corpus}: {without_text} documents hold no text: they cannot be found")


def _digest_of(topics: Topics, encoder: Encoder, config: ChunkConfig) -> str:
    """The cache key: the file's bytes and the indexer's settings."""
    settings = [topics.digests()["corpus.jsonl"], encoder.info.fingerprint, config.key(), *readings().values(), FORMAT]
    return sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def _configuration(
    topics: Topics,
    generation: Generation,
    system: System,
    level: str,
    scored: Score,
    command: Sequence[str],
    reranker: Reranker | None,
) -> dict[str, object]:
    return {
        "set": scored.set,
        "level": level,
        "label": label(system, reranker),
        "split": topics.split,
        "folder": str(topics.folder.resolve()),
        "files": topics.digests(),
        "warnings": list(topics.warnings),
        "documents": topics.document_count,
        "queries": scored.queries,
        "system": asdict(system),
        "rerank": None if reranker is None else {"model": reranker.model, "passages": RERANKED},
        "depth": PASSAGE_DEPTH if level == "passage" else DEPTH,
        "measures": dict(scored.means),
        "measure_names": list(scored.means),
        "manifest": asdict(generation.manifest),
        "environment": environment(),
        "code": code_digest("corpus", "indexer", "search_api", "eval"),
        "command": list(command),
        "date": now(),
    }
