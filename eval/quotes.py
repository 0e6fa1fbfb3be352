"""Whether quotations that were altered are refused, and true ones accepted: both made by program, from any reports.

True quotations are also written in other ways that mean the same text: other white space and dashes, ligatures, a word
divided at a line's end. Each altered one is altered in one way; where that left words that the passage holds after all,
another is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from corpus.model import Span
from eval.progress import Watch
from eval.quoting import ALTERED, CUTTING, TRUE, Given, Maker, Passage, drugs_in
from eval.shares import Share

Verifier = Callable[[str, str, Span], Span | None]
"""A quote, the passage's text, and its span in the report → where the quote stands; None where it is refused."""
_TRIES: Final = 400
"""Passages looked at for one alteration before it is given up."""
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class QuoteFigures:
    """Of one way of making quotations: how many were accepted, and ``examples`` of those that should not have been."""

    kind: str
    true: bool
    accepted: Share
    examples: tuple[str, ...] = ()

    def misses(self) -> tuple[str, ...]:
        """What went against the rule that true ones pass and altered ones do not."""
        wrong = self.accepted.of - self.accepted.hits if self.true else self.accepted.hits
        said = "true quotations refused" if self.true else "altered quotations accepted"
        return (f"{self.kind}: {wrong} of {self.accepted.of} {said}",) if wrong else ()

    def as_json(self) -> dict[str, object]:
        """The fields, and what went wrong."""
        return {
            "kind": self.kind, "true": self.true, "accepted": self.accepted.as_json(), "examples": self.examples,
            "misses": self.misses(),
        }  # fmt: skip


def measure_quotes(
    passages: Sequence[Passage], verifier: Verifier, count: int, seed: int, watch: Watch = lambda *_: None
) -> list[QuoteFigures]:
    """``count`` true and ``count`` altered quotations, spread evenly over the ways of making them."""
    random = Random(seed)
    drugs = drugs_in(passages)
    figures = []
    ways = [(kind, True, make) for kind, make in TRUE.items()] + [(kind, False, make) for kind, make in ALTERED.items()]
    for done, (kind, true, make) in enumerate(ways, start=1):
        share = _part(count, kind, TRUE if true else ALTERED)
        made = list(_made(make, true, passages, drugs, share, random))
        wrong, right = [], 0
        for passage, quote, standing in made:
            found = verifier(quote, passage.text, passage.span)
            accepted = found is not None and (not true or _is_at(passage, found, standing))
            right += accepted
            if accepted is not true:
                wrong.append(f"{quote!r} in {passage.text!r}")
        figures.append(QuoteFigures(kind, true, Share(right, len(made)), tuple(wrong[:_SHOWN])))
        watch("quotations", done, len(ways))
    return figures


def _part(count: int, kind: str, kinds: Mapping[str, Maker]) -> int:
    """How many of ``count`` are of this kind: the first kinds have one more where it does not go up."""
    each, left = divmod(count, len(kinds))
    return each + (list(kinds).index(kind) < left)


def _is_at(passage: Passage, found: Span, standing: Span) -> bool:
    """Whether what was found is the quoted text, there or where the passage says the same again."""
    place = Span(found.start - passage.span.start, found.end - passage.span.start)
    return place == standing or place.of(passage.text) == standing.of(passage.text)


def _made(
    make: Maker, true: bool, passages: Sequence[Passage], drugs: Sequence[str], count: int, random: Random
) -> Iterator[tuple[Passage, str, Span]]:
    """``count`` quotations with their passages; fewer where the passages give no more (each may be used again)."""
    for _ in range(count):
        for _ in range(_TRIES):
            passage = random.choice(passages)
            standing = random.choice(passage.sentences)
            quote = make(Given(passage, standing, random.choice(passages), drugs), random)
            if quote is not None and (true or make in CUTTING or not _holds(passage.text, quote)):
                yield passage, quote, standing
                break


def _holds(passage: str, quote: str) -> bool:
    return " ".join(quote.casefold().split()) in " ".join(passage.casefold().split())
