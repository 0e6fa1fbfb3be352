"""Whether a question is answered where the corpus holds the answer, and "no answer here" is said where it does not.

Of a set with judgements some topics are drawn and two small corpora made. One *holds* the answers: for each topic its
reports of the highest grade, among others that are relevant to none of them. The other *lacks* them: every report that
is relevant to any of the topics is left out, others stand in their place. Each topic is asked of both. Not all of the
others were judged: one may answer, so the figures of abstaining are a little too harsh.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from corpus.catalog import Catalog
from corpus.errors import NoTextError, NotFoundError, UsageError
from eval.harness import SetFolder, report_of
from eval.progress import Watch
from eval.shares import Share
from eval.topics import Document, Topics
from indexer.build import build
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder
from indexer.encoders.choice import OneEncoder
from search_api.model import Answer
from search_api.service import Service

PLACE = "{}"
"""Where a topic's text goes in a template of a question."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question with what came of it. ``reports`` are the cited ones; ``right``: some is of the highest grade.

    ``slices``: how many of the answer's sentences are what the report holds at their place.
    """

    topic: str
    question: str
    held: bool
    answered: bool
    right: bool
    slices: Share
    reason: str
    reports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """Of one set. Abstaining is *right* in the corpus that lacks the answer, answering where a best report is cited.

    ``abstain_precision``: the part of all abstentions that were right; ``abstain_recall``: of the questions that cannot
    be answered. ``answer_precision``: the part of all answers, from either corpus, that cite a best report;
    ``answer_recall``: of the questions that can be answered.
    """

    set: str
    documents: int
    asked: tuple[Asked, ...]

    @property
    def abstain_precision(self) -> Share:
        """See the class."""
        silent = [each for each in self.asked if not each.answered]
        return Share(sum(not each.held for each in silent), len(silent))

    @property
    def abstain_recall(self) -> Share:
        """See the class."""
        lacking = [each for each in self.asked if not each.held]
        return Share(sum(not each.answered for each in lacking), len(lacking))

    @property
    def answer_precision(self) -> Share:
        """See the class."""
        told = [each for each in self.asked if each.answered]
        return Share(sum(each.right for each in told), len(told))

    @property
    def answer_recall(self) -> Share:
        """See the class."""
        held = [each for each in self.asked if each.held]
        return Share(sum(each.right for each in held), len(held))

    @property
    def slices(self) -> Share:
        """The part of all sentences of answers that stand to the character where they are said to."""
        return sum((each.slices for each in self.asked), Share(0, 0))

    def misses(self) -> tuple[str, ...]:
        """What must not be at all."""
        wrong = self.slices.of - self.slices.hits
        return (f"{self.set}: {wrong} sentences are no slices of their reports",) if wrong else ()

    def as_json(self) -> dict[str, object]:
        """The figures, and every question with what came of it."""
        names = ("abstain_precision", "abstain_recall", "answer_precision", "answer_recall", "slices")
        return {
            "set": self.set,
            "documents": self.documents,
            **{name: getattr(self, name).as_json() for name in names},
            "misses": self.misses(),
            "questions": [
                {
                    "topic": each.topic, "question": each.question, "held": each.held, "answered": each.answered,
                    "right": each.right, "reason": each.reason, "reports": each.reports,
                }
                for each in self.asked
            ],
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Corpora:
    """The two corpora of a set, and the topics that are asked: id → the ids of its best reports."""

    holding: tuple[Document, ...]
    lacking: tuple[Document, ...]
    best: dict[str, frozenset[str]]


def corpora(topics: Topics, documents: int, questions: int | None, seed: int) -> Corpora:
    """Draw topics and reports. Raises UsageError where the topics' own reports are more than ``documents``."""
    random = Random(seed)
    judged = {topic: grades for topic, grades in topics.qrels.items() if topic in topics.queries}
    highest = max((grade for grades in judged.values() for grade in grades.values()), default=0)
    held = {document.document_id for document in topics.documents()}
    best = {
        topic: found
        for topic, grades in judged.items()
        if (found := frozenset(each for each, grade in grades.items() if grade == highest > 0 and each in held))
    }
    chosen = (
        sorted(best) if questions is None or questions >= len(best) else sorted(random.sample(sorted(best), questions))
    )
    best = {topic: best[topic] for topic in chosen}
    answering = {report for reports in best.values() for report in reports}
    if not answering:
        raise UsageError(f"{topics.folder}: no topic has a judged report in the corpus")
    if len(answering) > documents:
        raise UsageError(
            f"{topics.folder}: {len(best)} topics have {len(answering)} best reports: allow more than {documents}"
        )
    touched = {report for topic in chosen for report, grade in judged[topic].items() if grade > 0}
    others = sorted(held - touched)
    if not others:
        raise UsageError(f"{topics.folder}: every report is judged relevant: ask fewer topics, or give a larger set")
    drawn = random.sample(others, min(documents, len(others)))
    beside = set(drawn[: documents - len(answering)])
    by_id = {each.document_id: each for each in topics.documents() if each.document_id in answering | set(drawn)}
    return Corpora(
        tuple(each for name, each in by_id.items() if name in answering | beside),
        tuple(each for name, each in by_id.items() if name in drawn),
        best,
    )


def measure_answers(
    topics: Topics,
    encoder: Encoder,
    root: Path,
    *,
    documents: int,
    questions: int | None = None,
    template: str = PLACE,
    seed: int = 0,
    watch: Watch = lambda *_: None,
) -> AnswerFigures:
    """Index both corpora under ``root`` and ask every topic of each. Raises what the indexer raises, and UsageError."""
    if PLACE not in template:
        raise UsageError(f"template: {template!r} has no {PLACE} for the topic's text")
    drawn = corpora(topics, documents, questions, seed)
    asked: list[Asked] = []
    for held, corpus in ((True, drawn.holding), (False, drawn.lacking)):
        name = f"{topics.name}, {'answers held' if held else 'answers lacking'}"
        service = index(
            corpus, encoder, SetFolder(root / f"{topics.name}-{held:d}", root / "embeddings.sqlite"), name, watch
        )
        for done, (topic, best) in enumerate(drawn.best.items(), start=1):
            question = template.replace(PLACE, topics.queries[topic])
            asked.append(_asked(service, topic, question, best if held else frozenset(), held=held))
            watch(f"{name}: asking", done, len(drawn.best))
    return AnswerFigures(topics.name, len(drawn.holding), tuple(asked))


def index(documents: Sequence[Document], encoder: Encoder, folder: SetFolder, name: str, watch: Watch) -> Service:
    """A service over an index of ``documents``; those without text are left out."""
    catalog = Catalog(folder.catalog)
    with folder.lock(), catalog.writing():
        for document in documents:
            try:
                catalog.put(document.document_id, report_of(document), name, document.document_id)
            except NoTextError:
                continue
    with folder.lock():
        build(folder, catalog, encoder, ChunkConfig(), lambda at: watch(f"{name}: {at.stage}", at.done, at.total))
    return Service(folder, OneEncoder(encoder))


def _asked(service: Service, topic: str, question: str, best: frozenset[str], *, held: bool) -> Asked:
    answer = service.ask(question)
    cited = tuple(dict.fromkeys(sentence.report_id for sentence in answer.sentences))
    right = answer.answerable and any(report in best for report in cited)
    return Asked(topic, question, held, answer.answerable, right, _slices(service, answer), answer.reason, cited)


def _slices(service: Service, answer: Answer) -> Share:
    """How many sentences of the answer are what the catalog's report holds at their place."""
    right = 0
    for sentence in answer.sentences:
        try:
            text = service.catalog.get(sentence.report_id).report.text
        except NotFoundError:
            continue
        right += text[sentence.start : sentence.end] == sentence.text != ""
    return Share(right, len(answer.sentences))
