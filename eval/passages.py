"""Where a set says which passages answer: ``qrels/passages.tsv``, and how ranked passages are scored by it.

The file has the columns ``query-id``, ``corpus-id``, ``start``, ``end`` and ``score``: a judged span is the half-open
range of code points of the document's ``text`` as it stands in ``corpus.jsonl``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import MalformedError
from eval.lines import lines
from eval.model import Qrels, Run

NAME = "passages.tsv"
_HEADER = ("query-id", "corpus-id", "start", "end", "score")


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """``[start, end)`` of a document; a ``grade`` above 0 is relevant."""

    document: str
    start: int
    end: int
    grade: int

    @property
    def name(self) -> str:
        """What the span is called where runs have document ids."""
        return passage_id(self.document, self.start, self.end)

    def is_met_by(self, document: str, start: int, end: int) -> bool:
        """Whether a ranked passage counts as this one: they share at least half of either."""
        shared = min(self.end, end) - max(self.start, start)
        return document == self.document and 2 * shared >= min(self.end - self.start, end - start) > 0


JudgedPassages = Mapping[str, tuple[JudgedSpan, ...]]
"""Topic id → its judged spans, in the order of the file."""


def passage_id(document: str, start: int, end: int) -> str:
    """What a passage is called in a run; ``parts_of`` takes it apart."""
    return f"{document}:{start}-{end}"


def parts_of(name: str) -> tuple[str, int, int]:
    """The inverse of ``passage_id``. Raises MalformedError."""
    document, _, span = name.rpartition(":")
    start, _, end = span.partition("-")
    if not (document and start.isdecimal() and end.isdecimal()):
        raise MalformedError(f"{name!r} names no passage: it must be document:start-end")
    return document, int(start), int(end)


def read_passages(path: Path) -> dict[str, tuple[JudgedSpan, ...]]:
    """The judged spans in ``path``. Raises NotFoundError and MalformedError, which names line and field."""
    found: dict[str, tuple[JudgedSpan, ...]] = {}
    for number, line in lines(path):
        fields = tuple(line.split("\t"))
        if number == 1 and fields != _HEADER:
            raise MalformedError(f"{path}, line 1: the header must be {'<tab>'.join(_HEADER)}, not {line[:80]!r}")
        if number == 1:
            continue
        if len(fields) != len(_HEADER):
            raise MalformedError(
                f"{path}, line {number}: {len(fields)} fields parted by tabs instead of {len(_HEADER)}"
            )
        topic, document, *numbers = fields
        try:
            start, end, grade = map(int, numbers)
        except ValueError:
            raise MalformedError(f"{path}, line {number}: start, end and score must be whole numbers") from None
        if not 0 <= start < end:
            raise MalformedError(f"{path}, line {number}: [{start}, {end}) is no span")
        found[topic] = (*found.get(topic, ()), JudgedSpan(document, start, end, grade))
    return found


def credited(run: Run, judged: JudgedPassages) -> tuple[Run, Qrels]:
    """``run`` of passages as one of judged spans, with judgements to score it by.

    Each ranked passage takes the place of the span of the highest grade that it meets; any other that it meets is found
    with it, and no longer asked for. A second passage of a span, like one that meets none, counts as not relevant.
    Raises MalformedError for a run whose documents are no passages.
    """
    rankings = {}
    found_beside: set[tuple[str, str]] = set()
    for topic, spans in judged.items():
        left = list(spans)
        ranking = []
        for name, score in run.rankings.get(topic, ()):
            met = [span for span in left if span.is_met_by(*parts_of(name))]
            left = [span for span in left if span not in met]
            best = max(met, key=lambda span: span.grade, default=None)
            found_beside.update((topic, span.name) for span in met if span is not best)
            ranking.append((best.name if best else f"={name}", score))
        rankings[topic] = tuple(ranking)
    qrels = {
        topic: {span.name: span.grade for span in spans if (topic, span.name) not in found_beside}
        for topic, spans in judged.items()
    }
    return Run(run.set, run.system, rankings), qrels
