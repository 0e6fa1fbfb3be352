"""Annotated sentences (one JSON object per line: ``tokens``, ``tags``) put together as a text with spans."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from corpus.errors import ReadError
from corpus.model import Span

_GLUED_BEFORE: Final = frozenset([*")],.;:%?!'-/", "''"])
_GLUED_BEHIND: Final = frozenset("([-/'")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text, its sentences, and the spans that are annotated, in order."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    gold: tuple[Span, ...]

    def within(self, first: int, last: int) -> tuple[Span, ...]:
        """What is annotated in sentences ``first`` up to, not including, ``last``."""
        if first == last:
            return ()
        start, end = self.sentences[first][0], self.sentences[last - 1][1]
        return tuple(span for span in self.gold if start <= span.start < end)


def read_annotated(path: Path) -> Annotated:
    """The sentences of ``path`` as lines of one text, its tokens set as in print. Raises ``ReadError``."""
    pieces: list[str] = []
    sentences: list[tuple[int, int]] = []
    gold: list[Span] = []
    at = 0
    try:
        for line in path.read_text("utf-8").rstrip("\n").split("\n"):
            record = json.loads(line)
            start, before, places = at, None, []
            for token in record["tokens"]:
                if before is not None and token not in _GLUED_BEFORE and before not in _GLUED_BEHIND:
                    pieces.append(" ")
                    at += 1
                places.append(Span(at, at + len(token)))
                pieces.append(token)
                at, before = at + len(token), token
            gold += _marked(places, record["tags"])
            sentences.append((start, at))
            pieces.append("\n")
            at += 1
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ReadError(f"{path}: not sentences with tokens and tags, one JSON object per line: {error}") from error
    return Annotated("".join(pieces), tuple(sentences), tuple(gold))


def _marked(places: list[Span], tags: list[str]) -> list[Span]:
    found: list[Span] = []
    for number, (place, tag) in enumerate(zip(places, tags, strict=True)):
        if tag.startswith("B") or (tag.startswith("I") and (number == 0 or tags[number - 1] == "O")):
            found.append(place)
        elif tag.startswith("I"):
            found[-1] = Span(found[-1].start, place.end)
    return found
