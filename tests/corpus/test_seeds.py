"""The five reports this project was created from, against their gold. Nothing of them is copied here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corpus.identity import report_id
from corpus.model import Report, Span
from corpus.normalise import fold
from corpus.readers.text import TextReader
from corpus.tracked import Tracked

SEEDS = Path(__file__).parents[2].parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(
    not SEEDS.exists(), reason=f"{SEEDS} is not here: the seeds live outside the repository"
)
FILES = [f"{number:03}" for number in range(5)]


@dataclass(frozen=True)
class Quote:
    """A quotation of the gold: where in ``gold.json`` it stands, and its ``[start, end)`` in the raw file."""

    path: tuple[str, ...]
    text: str
    start: int
    end: int


@cache
def documents() -> dict[str, dict[str, Any]]:
    gold = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))
    return {document["file"][:3]: document for document in gold["docs"]}


@cache
def raw(seed: str) -> str:
    with (SEEDS / documents()[seed]["file"]).open(encoding="utf-8", newline="") as file:
        return file.read()


@cache
def report(seed: str) -> Report:
    (record,) = TextReader().read(raw(seed).encode(), documents()[seed]["file"])
    assert record.report is not None
    return record.report


def quotes(node: Any, path: tuple[str, ...] = ()) -> Iterator[Quote]:
    if isinstance(node, dict):
        if {"quote", "start", "end"} <= node.keys():
            yield Quote(path, node["quote"], node["start"], node["end"])
        for key, value in node.items():
            yield from quotes(value, (*path, key))
    elif isinstance(node, list):
        for value in node:
            yield from quotes(value, path)


def normalised(seed: str, quote: Quote) -> Span:
    """The stretch of normalised text that came from the quote's raw range."""
    source = report(seed).source_map
    inside = []
    for index in range(source.length):
        start, end = source.raw(Span(index, index + 1))
        if start < end and start < quote.end and quote.start < end:
            inside.append(index)
    assert inside, quote
    return Span(inside[0], inside[-1] + 1)


@pytest.mark.parametrize("seed", FILES)
def test_the_gold_speaks_of_these_files(seed: str) -> None:
    """Every quotation of the gold is a slice of the raw file, and the report keeps that file whole."""
    assert report(seed).raw == raw(seed)
    assert all(raw(seed)[quote.start : quote.end] == quote.text for quote in quotes(documents()[seed]))


@pytest.mark.parametrize("seed", FILES)
def test_the_bibliography_is_the_golds(seed: str) -> None:
    """Title (or none), identifiers, journal and year are the gold's; no reference's DOI is taken for the article's."""
    gold, about = documents()[seed], report(seed).bibliography
    assert about.title == (gold["title"]["quote"] if gold["title"] else None)
    assert {"doi": about.doi, "pmid": about.pmid, "pmcid": about.pmcid} == gold["ids"]
    assert (about.journal, about.year) == (gold["journal"], gold["year"])


@pytest.mark.parametrize(("seed", "count"), list(zip(FILES, (2, 0, 0, 0, 1), strict=True)))
def test_authors_are_read_where_the_text_lists_them(seed: str, count: int) -> None:
    """Two seeds list their authors under the title; a corresponding author alone is no author list."""
    assert len(report(seed).bibliography.authors) == count


@pytest.mark.parametrize(("seed", "count"), list(zip(FILES, (12, 28, 0, 0, 9), strict=True)))
def test_references_are_counted_right(seed: str, count: int) -> None:
    """Each entry is one reference, also where a page's end has cut it in two."""
    assert len(report(seed).references) == count


def test_truncated_reference_dois_are_none() -> None:
    """The landing page's references have no DOI, since all are cut short; the PMC page's have ten."""
    assert all(reference.doi is None for reference in report("001").references)
    assert sum(reference.doi is not None for reference in report("000").references) == 10


@pytest.mark.parametrize("seed", FILES)
def test_every_quote_stands_whole_in_one_section(seed: str) -> None:
    """Every patient fact, treatment, trap and answer of the gold is found, complete, inside one section."""
    found = report(seed)
    for quote in quotes({key: value for key, value in documents()[seed].items() if key != "title"}):
        span = normalised(seed, quote)
        assert sum(section.body.holds(span) for section in found.sections) == 1, quote.path
        assert _letters(span.of(found.text)) == _letters(quote.text), quote.path


def _letters(text: str) -> str:
    """``text`` without what mending may change: white space and hyphens."""
    return "".join(mark for mark in text if not mark.isspace() and mark not in "-‐")


@pytest.mark.parametrize("seed", FILES)
def test_every_evidence_sentence_is_inside_one_sentence(seed: str) -> None:
    """No evidence is cut: each lies inside one sentence, and fills it but for citation marks and asides."""
    found = report(seed)
    for quote in quotes(documents()[seed]):
        if "evidence" not in quote.path:
            continue
        span = normalised(seed, quote)
        holders = [sentence for sentence in found.sentences if sentence.span.holds(span)]
        assert len(holders) == 1, quote.path
        if quote.text[0].isupper() and quote.text.endswith("."):
            around = holders[0].span.of(found.text).replace(span.of(found.text), "")
            assert not any(mark.isalpha() for mark in around), quote.path


@pytest.mark.parametrize("seed", FILES)
def test_patients_are_told_from_literature_by_section(seed: str) -> None:
    """Patients' facts stand in no reference list, caption or back matter; reference titles stand in references."""
    found = report(seed)
    for quote in quotes(documents()[seed].get("patients")):
        section = found.section_at(normalised(seed, quote).start)
        assert section is not None
        assert section.kind in ("title", "abstract", "introduction", "case", "discussion", "conclusion")
    for quote in quotes(documents()[seed].get("reference_list_treatments")):
        section = found.section_at(normalised(seed, quote).start)
        assert section is not None
        assert section.kind == "references"


@pytest.mark.parametrize("seed", FILES)
def test_sentences_lead_back_to_the_raw_file(seed: str) -> None:
    """A sentence's raw slice, folded, is the sentence, but for mended hyphens and interruptions taken out."""
    found = report(seed)
    cut = 0
    for sentence in found.sentences:
        start, end = found.source_map.raw(sentence.span)
        there, here = _letters(fold(Tracked.of(found.raw[start:end])).text), _letters(sentence.span.of(found.text))
        if there != here:
            cut += 1
            rest = iter(there)
            assert all(mark in rest for mark in here), "the sentence's letters are not the raw slice's, in order"
    assert cut <= 3


@pytest.mark.parametrize(
    ("seed", "kinds"),
    [
        ("000", {"title", "front", "introduction", "case", "figure", "discussion", "back", "references"}),
        (
            "001",
            {
                "title",
                "front",
                "keywords",
                "abstract",
                "introduction",
                "case",
                "discussion",
                "conclusion",
                "back",
                "references",
            },
        ),
        ("002", {"abstract", "introduction", "case", "discussion", "conclusion", "figure"}),
        ("003", {"abstract", "introduction", "case", "discussion", "conclusion", "figure"}),
        (
            "004",
            {
                "title",
                "front",
                "abstract",
                "keywords",
                "introduction",
                "case",
                "discussion",
                "back",
                "figure",
                "references",
            },
        ),
    ],
)
def test_sections_are_told_apart(seed: str, kinds: set[str]) -> None:
    """Each seed has exactly the sections that its page shows."""
    assert {section.kind for section in report(seed).sections} == kinds


@pytest.mark.parametrize(("seed", "count"), list(zip(FILES, (2, 0, 3, 5, 6), strict=True)))
def test_captions_are_sections_of_their_own(seed: str, count: int) -> None:
    """Each figure's caption stands apart from the text that it interrupts."""
    assert sum(section.kind == "figure" for section in report(seed).sections) == count


@pytest.mark.parametrize("seed", FILES)
def test_site_furniture_is_gone(seed: str) -> None:
    """Links, menus and placeholders of the page are not text of the report."""
    for words in (
        "Skip to main content",
        "Hide details",
        "More details",
        "Scroll to top",
        "[image:",
        "View Figure",
        "RESOURCES",
    ):
        assert words not in report(seed).text


def test_page_breaks_inside_words_are_mended() -> None:
    """No sentence outside the references holds a hyphen that only a line end put there."""
    for seed in ("003", "004"):
        for sentence in report(seed).sentences:
            assert "- " not in sentence.span.of(report(seed).text)


@pytest.mark.parametrize(
    ("seed", "there", "gone"),
    [
        (
            "003",
            ("double-stranded", "soft-tissue", "peri-articular", "dystrophic/calcinotic"),
            ("doublestranded", "periarticular"),
        ),
        (
            "004",
            ("commonly", "calcium", "corticosteroid", "systemic sclerosis"),
            ("com-monly", "cal-cium", "corticos-teroid"),
        ),
    ],
)
def test_hyphens_at_line_ends_follow_the_words(seed: str, there: tuple[str, ...], gone: tuple[str, ...]) -> None:
    """A word cut by a line end is whole, and a compound keeps its own hyphen."""
    assert all(word in report(seed).text for word in there)
    assert not any(word in report(seed).text for word in gone)


def test_footers_leave_the_case() -> None:
    """Correspondence, dates and copyright that interrupt a case text are back matter."""
    found = report("004")
    for words in ("Correspondence:", "Received:", "Copyright"):
        section = found.section_at(found.text.index(words))
        assert section is not None
        assert section.kind == "back"


def test_ids_survive_a_change_of_line_ends() -> None:
    """The same seed with other line ends is the same report."""
    for seed in FILES:
        (record,) = TextReader().read(raw(seed).replace("\n", "\r\n").encode(), "again.txt")
        assert record.report is not None
        assert record.report.text == report(seed).text
        assert report_id(record.report) == report_id(report(seed))
    assert len({report_id(report(seed)) for seed in FILES}) == 5
