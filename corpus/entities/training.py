"""Trains the tagger: ``python -m corpus.entities.training --chemicals FILE --diseases FILE --inherited FILE …``.

Files are annotated sentences (``corpus.entities.iob``), sentences of one text following each other. What is written
are weights by key: no word and no sentence. ``--folds 2`` says how well each half is read by what the other taught.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from corpus.entities import reading, weights
from corpus.entities.crf import Chains
from corpus.entities.features import IN_GENETICS, Classes, Keys, pair_keys
from corpus.entities.iob import Annotated, read_annotated
from corpus.entities.likely import BEGINS, INSIDE
from corpus.entities.model import Kind
from corpus.entities.shortforms import Use, uses
from corpus.entities.tagger import Kinds, Line, Tagger
from corpus.entities.weights import LABELS, Weights
from corpus.model import Span
from corpus.terminology.terminology import shipped

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_PENALTIES: Final[dict[Kind, float]] = {"disease": 4.0, "chemical": 1.0}
"""What large weights cost."""
_SEEN_AT_LEAST: Final = 2.0
_PIECES: Final = 4
_WORTH_OF_INHERITED: Final = 3.0
"""There is little of it, and it is annotated with care for what runs in families."""


@dataclass(frozen=True, eq=False)
class Lesson:
    """Sentences in a row with their labels, and what each of them is worth."""

    gold: tuple[Span, ...]
    sentences: tuple[reading.Sentence, ...]
    shortened: tuple[Use, ...]
    worth: float


@dataclass(frozen=True, eq=False)
class Learnt:
    """Weights of one kind of entity: ``rows`` belong to ``keys``, which ascend."""

    keys: Keys
    rows: npt.NDArray[np.float32]
    follows: npt.NDArray[np.float32]
    opens: npt.NDArray[np.float32]


def lesson(annotated: Annotated, first: int, last: int, worth: float) -> Lesson:
    """Sentences ``first`` up to, not including, ``last``, as the tagger reads them."""
    terminology = shipped()
    whole = [reading.sentence(annotated.text, *each, terminology) for each in annotated.sentences[first:last]]
    read = tuple(each for each in whole if each.tokens)
    shortened = uses(annotated.text, [each.tokens for each in read])
    return Lesson(annotated.within(first, last), read, tuple(shortened), worth)


def parts(lesson: Lesson, count: int) -> list[Lesson]:
    """``lesson`` in ``count`` runs of sentences."""
    size = len(lesson.sentences)
    cuts = [(size * each // count, size * (each + 1) // count) for each in range(count)]
    return [_run(lesson, *each) for each in cuts]


def learn(kind: Kind, lessons: Sequence[Lesson], classes: Classes) -> Learnt:
    """Weights for entities of ``kind``, which ``lessons`` are on.

    How a long form is read helps to read the short one: what it is read as here is what the other quarters of the
    lessons teach, since at work, too, it is not known but read.
    """
    quarters = [parts(each, _PIECES) for each in lessons]
    told: list[list[Span]] = [[] for _ in lessons]
    for number in range(_PIECES):
        others = [quarter for each in quarters for place, quarter in enumerate(each) if place != number]
        tagger = Tagger(_weights([_fit(kind, others, [None] * len(others), classes)]), classes)
        for named, each in zip(told, quarters, strict=True):
            line = tagger.line([_pairs(sentence) for sentence in each[number].sentences])
            labels = tagger.labels(line, tagger.scores(line), 0)
            named += reading.spans(labels, line, each[number].sentences)
    return _fit(kind, lessons, told, classes)


def joined(learnt: Sequence[Learnt]) -> Weights:
    """Weights of several kinds of entities in one table."""
    return _weights(learnt)


def _weights(learnt: Sequence[Learnt]) -> Weights:
    keys = np.unique(np.concatenate([each.keys for each in learnt]))
    table = np.zeros((len(keys), LABELS * len(learnt)), np.float32)
    for number, each in enumerate(learnt):
        table[np.searchsorted(keys, each.keys), number * LABELS : (number + 1) * LABELS] = each.rows
    return Weights(keys, table, np.stack([each.follows for each in learnt]), np.stack([each.opens for each in learnt]))


def _fit(kind: Kind, lessons: Sequence[Lesson], told: Sequence[Sequence[Span] | None], classes: Classes) -> Learnt:
    """``told`` are the entities read in each lesson, for its short forms; None to learn nothing of these."""
    kinds = Kinds(classes)
    places: list[npt.NDArray[np.intp]] = []
    keys: list[Keys] = []
    labels: list[npt.NDArray[np.intp]] = []
    lengths: list[npt.NDArray[np.intp]] = []
    worth: list[npt.NDArray[np.float64]] = []
    count = 0
    for each, named in zip(lessons, told, strict=True):
        line = kinds.line([_pairs(sentence) for sentence in each.sentences])
        where, what = _shown(kinds, line, each, named)
        numbers = np.full(len(line.kinds), -1, np.intp)
        inside = np.concatenate([np.arange(start, start + length) for start, length in _runs(line)])
        numbers[inside] = np.arange(count, count + len(inside))
        kept = numbers[where] >= 0
        places.append(numbers[where[kept]])
        keys.append(what[kept])
        labels.append(_labels(each))
        lengths.append(line.lengths)
        worth.append(np.full(len(line.lengths), each.worth))
        count += len(inside)
    lasting = np.concatenate(worth)
    size = np.concatenate(lengths)
    known, seen = _table(np.concatenate(places), np.concatenate(keys), np.repeat(lasting, size))
    chains = Chains(seen, np.concatenate(labels), size, lasting)
    return Learnt(known, *(np.asarray(each, np.float32) for each in chains.learn(_PENALTIES[kind])))


def _shown(kinds: Kinds, line: Line, lesson: Lesson, named: Sequence[Span] | None) -> tuple[npt.NDArray[np.intp], Keys]:
    """Every feature in ``line``: the place of the token for which it counts, and its key."""
    where: list[npt.NDArray[np.intp]] = []
    what: list[Keys] = []
    for number, kind in enumerate(kinds.all):
        at = np.flatnonzero(line.kinds == number) if kind.features else np.zeros(0, np.intp)
        if len(at):
            far, keys = (np.array(each) for each in zip(*kind.features, strict=True))
            where.append((at[:, None] - far).ravel())
            what.append(np.tile(keys.astype(np.uint32), len(at)))
    for away, pairs in pair_keys(np.array([kind.parts for kind in kinds.all], np.uint32)[line.kinds]):
        where.append(np.arange(len(pairs)) - away)
        what.append(pairs)
    if named is not None:
        for place, features in reading.short_form_tokens(line, named, lesson.sentences, lesson.shortened):
            where.append(np.array([place - away for away, _ in features], np.intp))
            what.append(np.array([key for _, key in features], np.uint32))
    places, keys = np.concatenate(where), np.concatenate(what)
    kept = (places >= 0) & (places < len(line.kinds))
    places, keys = places[kept], keys[kept]
    on_genetics = line.genetics[places]
    return np.concatenate([places, places[on_genetics]]), np.concatenate([keys, keys[on_genetics] ^ IN_GENETICS])


def _table(places: npt.NDArray[np.intp], keys: Keys, worth: npt.NDArray[np.float64]) -> tuple[Keys, csr_matrix]:
    """The keys that are met often enough, and which token (row) shows which of them (column)."""
    known, column = np.unique(keys, return_inverse=True)
    often = np.bincount(column, worth[places]) >= _SEEN_AT_LEAST
    renumbered = np.cumsum(often) - 1
    kept = often[column]
    cells = (places[kept], renumbered[column[kept]])
    from scipy.sparse import csr_matrix  # of the extra `training`

    seen = csr_matrix((np.ones(len(cells[0])), cells), shape=(len(worth), int(often.sum())))
    seen.sum_duplicates()
    return known[often], seen


def _labels(lesson: Lesson) -> npt.NDArray[np.intp]:
    """The label of every token."""
    found: list[int] = []
    gold, at = lesson.gold, 0
    for sentence in lesson.sentences:
        inside = -1
        for token in sentence.tokens:
            while at < len(gold) and gold[at].end <= token.start:
                at += 1
            held = at < len(gold) and gold[at].start < token.end
            found.append((INSIDE if inside == at else BEGINS) if held else 0)
            inside = at if held else -1
    return np.array(found, np.intp)


def _run(lesson: Lesson, first: int, last: int) -> Lesson:
    sentences = lesson.sentences[first:last]
    start, end = sentences[0].tokens[0].start, sentences[-1].tokens[-1].end
    gold = tuple(span for span in lesson.gold if start <= span.start < end)
    shortened = tuple(
        use._replace(sentence=use.sentence - first) for use in lesson.shortened if first <= use.sentence < last
    )
    return Lesson(gold, sentences, shortened, lesson.worth)


def _runs(line: Line) -> Iterable[tuple[int, int]]:
    return zip(line.starts.tolist(), line.lengths.tolist(), strict=True)


def _pairs(sentence: reading.Sentence) -> list[tuple[str, str]]:
    return [(token.text, tag) for token, tag in zip(sentence.tokens, sentence.tags, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Writes the weights, or says how well each part is read by what the others taught."""
    parser = argparse.ArgumentParser(prog="python -m corpus.entities.training", description=__doc__)
    for kind in ("chemicals", "diseases", "inherited"):
        parser.add_argument(f"--{kind}", type=Path, required=True, help=f"annotated sentences: {kind}")
    parser.add_argument("--classes", type=Path, default=weights.SHIPPED_CLASSES, help="classes of words")
    parser.add_argument("--output", type=Path, help="the file to write")
    parser.add_argument("--folds", type=int, help="in how many parts to try what is learnt")
    chosen = parser.parse_args(arguments)
    classes = weights.read_classes(chosen.classes)
    files: list[tuple[Kind, Annotated, float]] = [
        ("disease", read_annotated(chosen.diseases), 1.0),
        ("disease", read_annotated(chosen.inherited), _WORTH_OF_INHERITED),
        ("chemical", read_annotated(chosen.chemicals), 1.0),
    ]
    if chosen.folds:
        for line in tried(files, classes, chosen.folds):
            print(line, flush=True)
    if chosen.output:
        whole = [(kind, [lesson(each, 0, len(each.sentences), worth)]) for kind, each, worth in files]
        weights.write_weights(chosen.output, _taught(whole, classes))
        print(f"{chosen.output}: {chosen.output.stat().st_size:,} bytes")


def tried(files: Sequence[tuple[Kind, Annotated, float]], classes: Classes, folds: int) -> Iterable[str]:
    """Precision and recall by exact span of each file: each of its parts read by what the others taught."""
    right, named, wanted = ([0] * len(files) for _ in range(3))
    for fold in range(folds):
        lessons, held = [], []
        for kind, each, worth in files:
            size = len(each.sentences)
            first, last = size * fold // folds, size * (fold + 1) // folds
            rest = [lesson(each, *run, worth) for run in ((0, first), (last, size)) if run[0] < run[1]]
            lessons.append((kind, rest))
            held.append((first, last))
        tagger = Tagger(weights.rounded(_taught(lessons, classes)), classes)
        for number, ((kind, each, _), (first, last)) in enumerate(zip(files, held, strict=True)):
            found = reading.entities(each.text, each.sentences[first:last], tagger=tagger)
            ours = {entity.span for entity in found if entity.kind == kind}
            gold = set(each.within(first, last))
            right[number] += len(ours & gold)
            named[number] += len(ours)
            wanted[number] += len(gold)
        for number, (kind, _, _) in enumerate(files):
            precision, recall = (right[number] / max(1, each[number]) for each in (named, wanted))
            yield f"{kind} {number}, part 1 to {fold + 1} of {folds}: precision {precision:.3f}, recall {recall:.3f}"


def _taught(files: Sequence[tuple[Kind, list[Lesson]]], classes: Classes) -> Weights:
    return joined(
        [
            learn(wanted, [each for kind, lessons in files if kind == wanted for each in lessons], classes)
            for wanted in reading.KINDS
        ]
    )


if __name__ == "__main__":
    main()
