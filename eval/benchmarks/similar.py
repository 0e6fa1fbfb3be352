"""Whether similar patients are found: ``python -m eval.benchmarks.similar --reports FILE.jsonl --data DIR``.

Nobody judged which patients are alike, so two stand-ins are made of the reports themselves, and the plain hybrid is
asked with the same texts:

* ``abstract``: of every full report only its abstract is indexed; its case section, without a title, must find it.
* ``diagnosis``: reports that call themselves cases of the same rare disease at their beginning are taken for similar;
  each asks for the others by what it says without the sentences that name the disease.

Both are stand-ins: the first asks for the same patient in other words, the second for the same disease. The weights
of ``search_api.retrieval.similar`` were chosen on one half of the queries; figures are of the other (``is_held_out``).
"""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from corpus.findings import findings
from corpus.model import Report
from corpus.readers.registry import read_bytes
from corpus.sentences import split
from corpus.terminology.terminology import shipped
from eval.benchmarks.reporting import command, publish
from eval.commands import encoder
from eval.harness import index_set
from eval.measures import score
from eval.model import DEPTH, Ranking, Run, Score
from eval.progress import Watch, progress
from eval.significance import randomisation_p
from eval.topics import Topics, load
from indexer.generation import Generation
from search_api.config import HYBRID
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.similar import Readings, most_similar
from search_api.retrieval.vignette import of_text

_CASE = frozenset({"case"})
_BEFORE_CASE = frozenset({"abstract", "body"})
_LEAST_CASE, _LEAST_ABSTRACT, _LEAST_REST = 80, 40, 60
"""In words."""
_OPENING = 2
"""Sentences, the title not counted, in which a report names its diagnosis."""
_CALLED = re.compile(r"\b(?:cases? of|diagnos\w+ (?:of|with|as))(?: an?| the)?(?: [\w-]+){0,3} $", re.IGNORECASE)
_NEAR = 60
_GROUP = range(2, 9)
"""How many reports of one diagnosis make it one that tells something."""
_MOST_NARROWER = 20
_MOST_QUERIES = 250


@dataclass(frozen=True, slots=True)
class Text:
    """A report as the stand-ins use it."""

    report_id: str
    title: str
    text: str
    case: str
    abstract: str


def read(path: Path) -> list[Text]:
    """The reports of a JSONL file, those that could not be read left out."""
    found = []
    for at, reading in enumerate(read_bytes(path.read_bytes(), path.name)):
        report = reading.report
        if report is not None:
            title = report.bibliography.title or ""
            case, abstract = _told(report, _CASE), _abstract(report)
            found.append(Text(report.given_id or f"r{at}", title, report.text, case, abstract))
    return found


def same_report(texts: Sequence[Text]) -> tuple[list[Text], dict[str, str], dict[str, dict[str, int]]]:
    """The ``abstract`` stand-in: texts to index, queries by id, and what is relevant to each."""
    indexed, queries = [], {}
    for text in texts:
        if len(text.case.split()) < _LEAST_CASE:
            indexed.append(text)
        elif len(text.abstract.split()) >= _LEAST_ABSTRACT:
            indexed.append(Text(text.report_id, "", text.abstract, "", ""))
            queries[f"q-{text.report_id}"] = text.case
    return indexed, queries, {query: {query.removeprefix("q-"): 1} for query in queries}


def same_diagnosis(texts: Sequence[Text]) -> tuple[list[Text], dict[str, str], dict[str, dict[str, int]]]:
    """The ``diagnosis`` stand-in: as above."""
    terminology = shipped()
    holding: dict[int, list[Text]] = defaultdict(list)
    for text in texts:
        opening = text.title + ".\n\n" + " ".join(text.text[start:end] for start, end in split(text.text)[:_OPENING])
        for concept in _diagnoses(opening):
            if len(terminology.below(concept)) <= _MOST_NARROWER:
                holding[concept].append(text)
    queries: dict[str, str] = {}
    qrels: dict[str, dict[str, int]] = {}
    for concept, group in sorted(holding.items(), key=lambda item: terminology.identifier(item[0])):
        for text in group if len(group) in _GROUP else ():
            rest = _without(text.text, concept)
            if len(rest.split()) >= _LEAST_REST and text.report_id not in queries:
                queries[text.report_id] = rest
                qrels[text.report_id] = {other.report_id: 1 for other in group if other is not text}
    kept = sorted(queries, key=lambda name: sha256(name.encode()).digest())[:_MOST_QUERIES]
    return list(texts), {name: queries[name] for name in kept}, {name: qrels[name] for name in kept}


def similar(generation: Generation, readings: Readings, query: str, own: int | None) -> Ranking:
    """What the product finds."""
    likes, _ = most_similar(generation, of_text(query, generation.lexical), readings, depth=DEPTH, without=own)
    return tuple((generation.report_ids[like.ordinal], like.score) for like in likes)


def hybrid(generation: Generation, query: str, own: int | None) -> Ranking:
    """What a search for the whole text finds."""
    ranked = rank_reports(generation, query, HYBRID, DEPTH + 1)
    mine = None if own is None else generation.report_ids[own]
    return tuple((report_id, value) for report_id, value in ranked if report_id != mine)[:DEPTH]


def is_held_out(topic: str) -> bool:
    """Whether a query belongs to the half that the weights were not chosen on."""
    return int(sha1(topic.encode(), usedforsecurity=False).hexdigest(), 16) % 2 == 1


def measured(topics: Topics, generation: Generation, watch: Watch) -> tuple[list[Score], list[float]]:
    """The scores of both systems, and the milliseconds that each search for similar patients took."""
    readings = Readings()
    spent: list[float] = []

    def timed(query: str, own: int | None) -> Ranking:
        begun = time.perf_counter()
        found = similar(generation, readings, query, own)
        spent.append((time.perf_counter() - begun) * 1000)
        return found

    systems: Mapping[str, Callable[[str, int | None], Ranking]] = {
        "hybrid": lambda query, own: hybrid(generation, query, own),
        "similar": timed,
    }
    scores = []
    for name, system in systems.items():
        rankings = {}
        for done, (topic, query) in enumerate(topics.queries.items(), start=1):
            rankings[topic] = system(query, generation.ordinals.get(topic))
            watch(f"{topics.name}: {name}", done, len(topics.queries))
        scores.append(score(Run(topics.name, name, rankings), topics.qrels))
    return scores, spent


def write_set(folder: Path, made: tuple[Sequence[Text], Mapping[str, str], Mapping[str, Mapping[str, int]]]) -> Topics:
    """The stand-in as a BEIR folder."""
    texts, queries, qrels = made
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    documents = [{"_id": each.report_id, "title": each.title, "text": each.text} for each in texts]
    asked = [{"_id": name, "text": text} for name, text in queries.items()]
    for name, records in (("corpus.jsonl", documents), ("queries.jsonl", asked)):
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
        (folder / name).write_text(lines, encoding="utf-8")
    judged = [f"{name}\t{document}\t{grade}" for name, found in qrels.items() for document, grade in found.items()]
    (folder / "qrels" / "test.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n")
    return load(folder)


def main(
    reports: Annotated[Path, typer.Option(help="A JSONL file of reports.")],
    data: Annotated[Path, typer.Option(help="Where sets and indexes are kept.")],
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Print nDCG@10, MRR@10 and R@100 of both systems on both stand-ins, and what a search takes."""
    texts = read(reports)
    table = Table(title="Similar patients", title_justify="left")
    for name in ("stand-in", "queries", "system", "nDCG@10", "MRR@10", "R@100", "p", "p50 ms", "p95 ms"):
        table.add_column(name, justify="right")
    figures = []
    with progress(Console(stderr=True)) as watch:
        for name, make in (("abstract", same_report), ("diagnosis", same_diagnosis)):
            indexed, queries, qrels = make(texts)
            queries = {topic: text for topic, text in queries.items() if is_held_out(topic)}
            judged = {topic: found for topic, found in qrels.items() if topic in queries}
            topics = write_set(data / f"similar-{name}", (indexed, queries, judged))
            scores, spent = measured(topics, index_set(topics, encoder(), data, watch), watch)
            before, after = (scored.per_topic["nDCG@10"] for scored in scores)
            p = randomisation_p([after[topic] - before[topic] for topic in before])
            for scored in scores:
                times = [f"{p:.4f}", *(f"{np.percentile(spent, at):.0f}" for at in (50, 95))]
                times = times if scored.system == "similar" else []
                means = [f"{scored.means[each]:.3f}" for each in ("nDCG@10", "MRR@10", "R@100")]
                table.add_row(name, str(scored.queries), scored.system, *means, *times)
                figures.append({**scored.as_json(), "per_topic": scored.per_topic})
    publish({"figures": figures}, table, as_json)


def _diagnoses(opening: str) -> set[int]:
    """The diseases that the opening calls a case or a diagnosis."""
    return {
        concept
        for each in findings(opening)
        if each.kind == "disease" and _CALLED.search(opening[: each.span.start][-_NEAR:])
        for concept in each.concepts
    }


def _told(report: Report, kinds: frozenset[str]) -> str:
    return "\n\n".join(each.body.of(report.text) for each in report.sections if each.kind in kinds)


def _abstract(report: Report) -> str:
    """What stands before the introduction and the case, the title left out."""
    pieces = []
    for section in report.sections:
        if section.kind in ("introduction", "case"):
            break
        if section.kind in _BEFORE_CASE:
            pieces.append(section.body.of(report.text))
    return "\n\n".join(pieces)


def _without(text: str, concept: int) -> str:
    """The sentences of ``text`` that do not name ``concept`` or a kind of it."""
    hidden = {concept, *shipped().below(concept)}
    sentences = split(text)
    naming = {each.span.start for each in findings(text, sentences) if hidden.intersection(each.concepts)}
    return " ".join(text[start:end] for start, end in sentences if not any(start <= at < end for at in naming))


if __name__ == "__main__":
    command(main)
