"""How well names are found in running text: beside sentences whose tokens say what is a name, and of what kind.

A file has a JSON object a line, with ``tokens`` and as many ``tags`` (``B-Chemical``, ``I-Chemical``, ``O``). Its
sentences are joined to texts as they were printed, so that the same reading is measured that reports get.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.entities.reading import entities
from corpus.errors import MalformedError
from corpus.model import Span
from eval.lines import lines
from eval.progress import Watch
from eval.shares import Share

TARGETS = {"chemical": (0.85, 0.75), "disease": (0.82, 0.78)}
"""Kind → the least precision and recall of exact spans."""
_TOGETHER = 400
"""Sentences in one text: abbreviations are learned within it."""
_CLOSED_BEFORE = re.compile(r"[)\]},.;:%/'-]|'s")
_CLOSED_AFTER = frozenset("([{/-'")
_SHOWN = 60

Found = tuple[Span, str]
"""A name and its kind."""
Finder = Callable[[str, Sequence[tuple[int, int]]], Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Sentences:
    """``text`` and where its ``sentences`` and its ``names`` stand."""

    text: str
    sentences: tuple[tuple[int, int], ...]
    names: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class NameFigures:
    """Of one kind in one file: spans that are the same, and spans that overlap."""

    file: str
    kind: str
    sentences: int
    precision: Share
    recall: Share
    overlapping_precision: Share
    overlapping_recall: Share
    errors: tuple[str, ...] = ()

    def misses(self) -> tuple[str, ...]:
        """The targets that are missed, in words; a kind without targets misses none."""
        pairs = zip(("precision", "recall"), (self.precision, self.recall), TARGETS.get(self.kind, ()), strict=False)
        return tuple(
            f"{self.file}, {self.kind}: {what} {share.value:.4f} < {least}"
            for what, share, least in pairs
            if share.value is not None and share.value < least
        )

    def as_json(self) -> dict[str, object]:
        """Every figure with its interval, and the harmonic means."""
        shares = ("precision", "recall", "overlapping_precision", "overlapping_recall")
        return {
            "file": self.file, "kind": self.kind, "sentences": self.sentences,
            **{name: getattr(self, name).as_json() for name in shares},
            "f1": f1(self.precision, self.recall),
            "overlapping_f1": f1(self.overlapping_precision, self.overlapping_recall),
            "misses": self.misses(), "errors": self.errors,
        }  # fmt: skip


def f1(precision: Share, recall: Share) -> float:
    """The harmonic mean; 0 where there is none."""
    one, other = precision.value or 0.0, recall.value or 0.0
    return 2 * one * other / (one + other) if one + other else 0.0


def found(text: str, sentences: Sequence[tuple[int, int]]) -> list[Found]:
    """What the product finds in ``sentences`` of ``text``."""
    return [(each.span, each.kind) for each in entities(text, sentences)]


def measure_names(paths: Sequence[Path], watch: Watch = lambda *_: None, finder: Finder = found) -> list[NameFigures]:
    """The figures of each file, a row for each kind that its tags name. Raises NotFoundError and MalformedError."""
    figures = []
    for path in paths:
        texts = list(load_sentences(path))
        given = []
        for done, each in enumerate(texts, start=1):
            given.append((each, finder(each.text, each.sentences)))
            watch(f"names in {path.stem}", done, len(texts))
        kinds = sorted({kind for each in texts for _, kind in each.names})
        figures += [_of_kind(path.stem, kind, given) for kind in kinds]
    return figures


def _of_kind(file: str, kind: str, given: Sequence[tuple[Sentences, Sequence[Found]]]) -> NameFigures:
    same = ours = theirs = ours_met = theirs_met = 0
    errors: list[str] = []
    for text, found_there in given:
        mine = {span for span, its in found_there if its == kind}
        gold = {span for span, its in text.names if its == kind}
        same += len(mine & gold)
        ours, theirs = ours + len(mine), theirs + len(gold)
        ours_met += len(_meeting(mine, gold))
        theirs_met += len(_meeting(gold, mine))
        errors += [f"not found: {_shown(text.text, span)}" for span in sorted(gold - mine)]
        errors += [f"no {kind}: {_shown(text.text, span)}" for span in sorted(mine - gold)]
    sentences = sum(len(text.sentences) for text, _ in given)
    precision, recall = Share(same, ours), Share(same, theirs)
    overlapping = Share(ours_met, ours), Share(theirs_met, theirs)
    return NameFigures(file, kind, sentences, precision, recall, *overlapping, tuple(errors))


def _meeting(spans: set[Span], others: set[Span]) -> list[Span]:
    """Those of ``spans`` that overlap one of ``others``; neither overlap among themselves."""
    left, met = sorted(others), []
    place = 0
    for span in sorted(spans):
        while place < len(left) and left[place].end <= span.start:
            place += 1
        if place < len(left) and left[place].start < span.end:
            met.append(span)
    return met


def load_sentences(path: Path) -> Iterator[Sentences]:
    """The file's sentences, joined to texts of ``_TOGETHER``. Raises NotFoundError and MalformedError."""
    pending: list[tuple[list[str], list[str]]] = []
    for number, line in lines(path):
        try:
            record = json.loads(line)
            tokens, tags = [str(token) for token in record["tokens"]], [str(tag) for tag in record["tags"]]
        except (ValueError, KeyError, TypeError) as error:
            raise MalformedError(f"{path}, line {number}: is no sentence with tokens and tags ({error!r})") from error
        if len(tokens) != len(tags):
            raise MalformedError(f"{path}, line {number}: {len(tokens)} tokens and {len(tags)} tags")
        pending.append((tokens, tags))
        if len(pending) == _TOGETHER:
            yield _joined(pending)
            pending = []
    if pending:
        yield _joined(pending)


def _joined(tagged: Sequence[tuple[Sequence[str], Sequence[str]]]) -> Sentences:
    text: list[str] = []
    at = 0
    sentences: list[tuple[int, int]] = []
    names: list[Found] = []
    for tokens, tags in tagged:
        start = at
        for place, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
            blank = " " if place and not _closed(tokens[place - 1], token) else ""
            text += (blank, token)
            begin, at = at + len(blank), at + len(blank) + len(token)
            kind = tag[2:].lower()
            if tag.startswith("B-"):
                names.append((Span(begin, at), kind))
            elif tag.startswith("I-") and names and names[-1][1] == kind:
                names[-1] = (Span(names[-1][0].start, at), kind)
        sentences.append((start, at))
        text.append("\n")
        at += 1
    return Sentences("".join(text), tuple(sentences), tuple(names))


def _closed(before: str, token: str) -> bool:
    """Whether print leaves no blank between two tokens."""
    return before in _CLOSED_AFTER or _CLOSED_BEFORE.fullmatch(token) is not None


def _shown(text: str, span: Span) -> str:
    before, behind = text[max(0, span.start - _SHOWN) : span.start], text[span.end : span.end + _SHOWN]
    return " ".join(f"…{before}«{span.of(text)}»{behind}…".split())
