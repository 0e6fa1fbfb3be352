"""How faithfully the readers read: their reports beside articles whose text is known.

Text is compared by its runs of eight words (after ROUGE-N, Lin 2004, both ways): *recall* is the part of the
gold text's runs that the report's body has, *precision* the part of the body's runs that stand in the gold
text. A run that stands n times on one side counts at most as often as on the other, so that text served twice
costs precision.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdf

from corpus.errors import ReadError
from corpus.identity import find_dois
from corpus.model import Report, SectionKind
from corpus.readers.registry import read_bytes
from eval.progress import Watch
from eval.reading_gold import Article, GoldReference, heading_words, words

RUN = 8
"""Words in a run."""
TARGETS = {"jats": (0.99, 0.97), "html": (0.99, 0.97), "pdf": (0.97, 0.96)}
"""Reader → least recall and least precision of every file."""
_NOT_BODY: frozenset[SectionKind] = frozenset({"front", "keywords", "back", "references", "table", "figure"})
_REFERENCE_ALIKE = 0.7
_LAST_PART = re.compile(r"^\W*(?:references|bibliography|literature cited)\W*$", re.IGNORECASE | re.MULTILINE)
_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring words that are in no shared run; ``before`` and ``after`` are up to three words around them."""

    before: str
    words: int
    text: str
    after: str


@dataclass(frozen=True, slots=True)
class Fidelity:
    """Two texts compared: recall and precision in 0..1, and what was missed and what was put in.

    ``letters_recall`` and ``letters_precision`` are the same with blanks aside: a run counts where its letters stand
    one after the other on the other side. Gold texts drawn from XML put blanks around inline elements ("L t" for L
    with an index t) that no page shows; words run together count as right here, so these figures explain the others
    and have no targets.
    """

    recall: float
    precision: float
    letters_recall: float
    letters_precision: float
    missed: tuple[Stretch, ...]
    extra: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of ``of`` were found, and which were not. ``given`` is how many the report has in all."""

    found: int
    of: int
    given: int
    lacking: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.found}/{self.of}"


@dataclass(frozen=True, slots=True)
class Measured:
    """One file. ``error`` says why it could not be read; then there is nothing else.

    ``headings``, ``references`` and ``authors`` are None for an article without XML, ``baseline`` (what pypdf alone
    gives) for what is no PDF; ``doi`` and ``year`` are None where the manifest names none. ``pages`` is 0 for a
    source without pages. ``seconds`` is for one reading.
    """

    article: str
    file: str
    reader: str
    seconds: float
    pages: int
    error: str | None = None
    body: Fidelity | None = None
    headings: Tally | None = None
    references: Tally | None = None
    authors: Tally | None = None
    title: bool = False
    doi: bool | None = None
    year: bool | None = None
    baseline: Fidelity | None = None
    baseline_seconds: float = 0.0

    def misses(self) -> tuple[str, ...]:
        """The targets that this file misses, in words. A reader without targets misses none; an error is a miss."""
        if self.error is not None:
            return (f"{self.file}: {self.error}",)
        if self.body is None or self.reader not in TARGETS:
            return ()
        pairs = zip(("recall", "precision"), (self.body.recall, self.body.precision), TARGETS[self.reader], strict=True)
        return tuple(f"{self.file}: {what} {got:.4f} < {least}" for what, got, least in pairs if got < least)

    def as_json(self) -> dict[str, object]:
        """Everything, stretches included."""
        return {**asdict(self), "misses": self.misses()}


def measure(articles: Sequence[Article], watch: Watch) -> list[Measured]:
    """Every copy of every article, in order."""
    files = [(article, path) for article in articles for path in article.files]
    found: list[Measured] = []
    for done, (article, path) in enumerate(files, start=1):
        found.append(measure_file(article, path))
        watch("reading", done, len(files))
    return found


def measure_file(article: Article, path: Path) -> Measured:
    """Read ``path`` and compare it with what is known of ``article``. A file that cannot be read is a result too."""
    data = path.read_bytes()
    begun = time.perf_counter()
    try:
        report = _first_report(data, path.name)
    except ReadError as error:
        return Measured(article.name, path.name, path.suffix[1:], time.perf_counter() - begun, 0, error=str(error))
    seconds = time.perf_counter() - begun
    known, own = article.structure, report.bibliography
    baseline, baseline_seconds = _baseline(data, article.text) if report.reader == "pdf" else (None, 0.0)
    return Measured(
        article=article.name,
        file=path.name,
        reader=report.reader,
        seconds=seconds,
        pages=sum(part.kind == "page" for part in report.source_map.parts),
        body=compare(article.text, body_text(report)),
        headings=headings_found(known.headings, report) if known else None,
        references=references_found(known.references, report) if known else None,
        authors=authors_found(known.families, own.authors) if known else None,
        title=words(own.title or "") == words(article.title),
        doi=own.doi == article.doi if article.doi else None,
        year=own.year == article.year if article.year else None,
        baseline=baseline,
        baseline_seconds=baseline_seconds,
    )


def _first_report(data: bytes, name: str) -> Report:
    """The first report of a file. Raises ReadError where it holds none."""
    refused: ReadError | None = None
    for read in read_bytes(data, name):
        if read.report is not None:
            return read.report
        refused = refused or read.error
    raise refused or ReadError(f"{name} holds no report")


def _baseline(data: bytes, gold: str) -> tuple[Fidelity, float]:
    """What pypdf's text alone gives, up to the last line that heads a reference list."""
    begun = time.perf_counter()
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    seconds = time.perf_counter() - begun
    heads = [match.start() for match in _LAST_PART.finditer(text)]
    return compare(gold, text[: heads[-1]] if heads else text), seconds


def body_text(report: Report) -> str:
    """Headings and text of the title, the abstract and the body: what a gold text holds.

    Front matter, keywords, back matter, references, tables and figures are left out.
    """
    spans = (
        span
        for section in report.sections
        if section.kind not in _NOT_BODY
        for span in (section.heading, section.body)
        if span is not None
    )
    return "\n".join(span.of(report.text) for span in spans)


def compare(gold: str, text: str) -> Fidelity:
    """Runs of ``RUN`` words of both texts (see the module). A text shorter than a run counts as one run."""
    ours, theirs = words(text), words(gold)
    have, want = Counter(_runs(ours)), Counter(_runs(theirs))
    shared = (have & want).total()
    return Fidelity(
        recall=shared / want.total() if want else 0.0,
        precision=shared / have.total() if have else 0.0,
        letters_recall=_letters_found(theirs, ours),
        letters_precision=_letters_found(ours, theirs),
        missed=_stretches(theirs, have),
        extra=_stretches(ours, want),
    )


def _letters_found(runs_of: Sequence[str], within: Sequence[str]) -> float:
    """The part of the runs whose letters stand in the letters of ``within``, blanks aside on both sides."""
    letters, runs = "".join(within), _runs(runs_of)
    return sum("".join(run) in letters for run in runs) / len(runs) if runs else 0.0


def _runs(text: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(text[at : at + RUN]) for at in range(max(1, len(text) - RUN + 1))] if text else []


def _stretches(text: Sequence[str], known: Counter[tuple[str, ...]]) -> tuple[Stretch, ...]:
    """What of ``text`` is covered by no known run (each counting as often as it is known)."""
    left = known.copy()
    covered = [False] * len(text)
    for at, run in enumerate(_runs(text)):
        if left[run] > 0:
            left[run] -= 1
            covered[at : at + len(run)] = [True] * len(run)
    found: list[Stretch] = []
    begin = 0
    while begin < len(text):
        end = begin
        while end < len(text) and covered[end] == covered[begin]:
            end += 1
        if not covered[begin]:
            before, after = text[max(0, begin - 3) : begin], text[end : end + 3]
            found.append(Stretch(" ".join(before), end - begin, " ".join(text[begin:end][:_SHOWN]), " ".join(after)))
        begin = end
    return tuple(found)


def headings_found(known: Sequence[str], report: Report) -> Tally:
    """A heading is found when a section of the report has one of the same words, numbers before them aside.

    Each section's heading counts for one.
    """
    given = [section.heading.of(report.text) for section in report.sections if section.heading is not None]
    left = Counter(heading_words(heading) for heading in given)
    lacking: list[str] = []
    for heading in known:
        asked = heading_words(heading)
        if left[asked] > 0:
            left[asked] -= 1
        else:
            lacking.append(heading)
    return Tally(len(known) - len(lacking), len(known), len(given), tuple(lacking))


def references_found(known: Sequence[GoldReference], report: Report) -> Tally:
    """A ``<ref>`` is found when a reference of the report has its DOI or, failing that, its words.

    Its words: the two are at least .7 alike by Dice's coefficient over their words (each as often as it stands
    there; label, DOI and other identifiers left out). Each reference of the report counts for one ``<ref>`` at
    most: pairs by DOI first, then the most alike ones, so two references run together can count for one only.
    """
    given = [(reference.doi, reference.span.of(report.text)) for reference in report.references]
    open_known, open_given = dict(enumerate(known)), {}
    for at, (doi, text) in enumerate(given):
        dois = {doi, *find_dois(text)} - {None}
        match = next((number for number, reference in open_known.items() if reference.doi in dois), None)
        if match is None:
            open_given[at] = _reference_words(text)
        else:
            del open_known[match]
    pairs = sorted(
        (
            (-_dice(Counter(reference.words), theirs), number, at)
            for number, reference in open_known.items()
            for at, theirs in open_given.items()
        )
    )
    for alike, number, at in pairs:
        if -alike >= _REFERENCE_ALIKE and number in open_known and at in open_given:
            del open_known[number], open_given[at]
    lacking = tuple(" ".join(reference.words[:_SHOWN]) for reference in open_known.values())
    return Tally(len(known) - len(open_known), len(known), len(given), lacking)


_ASIDE = re.compile(
    r"^\W*\d{1,3}[.)\]]?\s|\bdoi\b\S*|https?:\S+|\b10\.\d{4,9}/\S+|\[[^\[\]]*\]|\bPM(?:C|CID|ID)\b:?\s*\d*"
)


def _reference_words(text: str) -> Counter[str]:
    """The words of a reference without its number, identifiers and bracketed links ("[PubMed]")."""
    return Counter(words(_ASIDE.sub(" ", text)))


def _dice(one: Counter[str], other: Counter[str]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def authors_found(families: Sequence[str], given: Sequence[str]) -> Tally:
    """How many authors stand where they should: the words of the n-th family name are in the report's n-th author."""
    theirs = [set(words(author)) for author in given]
    lacking = [
        family for at, family in enumerate(families) if at >= len(theirs) or not set(words(family)) <= theirs[at]
    ]
    return Tally(len(families) - len(lacking), len(families), len(given), tuple(lacking))
