from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Span
from indexer.analyzer import tokens
from search_api.config import HYBRID, System
from search_api.model import SearchResult
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, SHARED, Indexed, corpora, indexed, make_report, sentences

SYSTEMS = [HYBRID, System("bm25"), System("dense")]
LONG = "\n\n".join(f"# Case {at}\n\nA viper bit a farmer in year {at}. Antivenom was given." for at in range(30))


def ask(at: Indexed, query: str, k: int = 10, max_per_report: int = 2, system: System = HYBRID) -> SearchResult:
    return search(at.generation(), parse(query), k=k, max_per_report=max_per_report, system=system)[0]


def check(at: Indexed, result: SearchResult, k: int, max_per_report: int) -> None:
    """Everything that holds for any result."""
    generation = at.generation()
    hits = result.hits
    assert len(hits) <= k
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert max(Counter(hit.report_id for hit in hits).values(), default=0) <= max_per_report
    assert len({hit.passage_id for hit in hits}) == len(hits)
    for hit in hits:
        stored = generation.stored(generation.ordinals[hit.report_id])
        report = stored.report
        assert hit.text == report.text[hit.start : hit.end]
        assert hit.text
        assert hit.passage_id == f"{hit.report_id}:{hit.start}-{hit.end}"
        section = report.section_at(hit.start)
        assert section is not None
        assert (section.kind, hit.citation.source) == (hit.section, stored.source)
        whole = {sentence.span for sentence in report.sentences}
        assert set(hit.highlights) <= whole
        assert all(Span(hit.start, hit.end).holds(span) for span in hit.highlights)
        assert list(hit.highlights) == sorted(set(hit.highlights))


@settings(max_examples=25)
@given(
    reports=corpora(),
    query=sentences(),
    k=st.integers(1, 12),
    most=st.integers(1, 4),
    system=st.sampled_from(SYSTEMS),
)
def test_every_hit_is_a_slice_of_its_report(
    reports: dict[str, str], query: str, k: int, most: int, system: System
) -> None:
    """Texts, highlights, ranks, scores and the number per report hold for any corpus and question."""
    with tempfile.TemporaryDirectory() as folder:
        made = indexed(Path(folder), reports)
        check(made, ask(made, query, k, most, system), k, most)


@pytest.mark.parametrize("system", SYSTEMS, ids=str)
def test_one_report_never_fills_the_page(tmp_path: Path, system: System) -> None:
    """A report with thirty fitting passages leaves room for the others."""
    made = indexed(tmp_path, {**CASES, "long": LONG})
    result = ask(made, "a viper bit a farmer", k=5, system=system)
    check(made, result, 5, 2)
    assert Counter(hit.report_id for hit in result.hits)["long"] <= 2
    assert "snake" in {hit.report_id for hit in result.hits}
    assert len(ask(made, "a viper bit a farmer", k=5, max_per_report=5, system=system).hits) == 5


@pytest.mark.parametrize("system", SYSTEMS, ids=str)
def test_reports_come_in_their_rank(small: Indexed, system: System) -> None:
    """The first passage of each report comes in the order of the reports."""
    query = "rash and swelling after a fall"
    firsts = list(dict.fromkeys(hit.report_id for hit in ask(small, query, k=20, system=system).hits))
    assert firsts == [name for name, _ in rank_reports(small.generation(), query, system, 20)]


@pytest.mark.parametrize(
    ("query", "report", "telling"),
    [
        ("was diltiazem given for a year", "calcinosis", "diltiazem"),
        ("bisphosphonates tried by others", "calcinosis", "Bisphosphonates"),
        ("how long was the cast worn", "wrist", "worn for six weeks"),
        ("audiogram high tones", "hearing", "audiogram"),
    ],
)
def test_the_telling_passage_and_sentence_are_shown(small: Indexed, query: str, report: str, telling: str) -> None:
    """The passage that answers comes first, and the sentence with the asked words is highlighted in it."""
    best = ask(small, query).hits[0]
    assert best.report_id == report
    assert telling in best.text
    assert any(telling in best.text[span.start - best.start : span.end - best.start] for span in best.highlights)


def test_highlights_are_few(tmp_path: Path) -> None:
    """A passage in which every sentence fits shows three of them at most."""
    made = indexed(tmp_path, {"r": " ".join(f"Fever on day {at}." for at in range(9))})
    assert 1 <= len(ask(made, "fever").hits[0].highlights) <= 3


def test_a_passage_that_shares_no_word_still_shows_a_sentence(small: Indexed) -> None:
    """Found by meaning alone, it has its nearest sentence highlighted."""
    hits = ask(small, "zebra", system=System("dense")).hits
    assert hits
    assert all(len(hit.highlights) == 1 for hit in hits)
    assert not any("zebra" in tokens(hit.text) for hit in hits)


def test_a_sentence_cut_in_two_is_no_highlight(tmp_path: Path) -> None:
    """Highlights are whole sentences, so a passage that is part of one sentence has none."""
    made = indexed(tmp_path, {"r": "fever and rash " * 400})
    result = ask(made, "fever", k=3, max_per_report=3)
    check(made, result, 3, 3)
    assert len(result.hits) == 3
    assert all(hit.highlights == () for hit in result.hits)


def test_nothing_found_is_no_error(small: Indexed) -> None:
    """Words of no report give an empty page by words alone."""
    assert ask(small, "zebra", system=System("bm25")).hits == ()


def test_an_empty_index_has_no_hits(small: Indexed) -> None:
    """After the last report is deleted every search comes back empty."""
    for name in CASES:
        small.catalog.delete(name)
    small.build()
    for system in SYSTEMS:
        assert ask(small, "viper", system=system).hits == ()


def test_far_reports_keep_their_passages_in_order(tmp_path: Path) -> None:
    """Where a cosine is negative, the better passage of a report is still the one before the worse."""
    made = indexed(
        tmp_path, {f"r{at}": f"# Case report\n\nWord{at} here.\n\n# Outcome\n\nTerm{at} there." for at in range(9)}
    )
    result = ask(made, "zebra crossing", k=18, system=System("dense"))
    assert result.hits[-1].score < 0
    check(made, result, 18, 2)
    ranked = [name for name, _ in rank_reports(made.generation(), "zebra crossing", System("dense"), 20)]
    assert list(dict.fromkeys(hit.report_id for hit in result.hits)) == ranked


def test_the_stages_are_timed(small: Indexed) -> None:
    """Each stage is told in milliseconds, and together they are the whole."""
    result = ask(small, "viper")
    assert list(result.stages) == ["conditions", "encode", "expand", "rank", "passages", "cite"]
    assert sum(result.stages.values()) == pytest.approx(result.took_ms, abs=1)
    assert (result.query, result.generation) == ("viper", 1)


def test_a_report_without_title_is_cited_without_one(tmp_path: Path) -> None:
    """Facts that the source does not give are empty, never made up."""
    made = indexed(tmp_path, {"r": make_report("A viper bit a farmer.")})
    citation = ask(made, "viper").hits[0].citation
    assert (citation.title, citation.authors, citation.year, citation.links) == (None, (), None, ())


@pytest.mark.skipif(not SHARED.exists(), reason="the development data is not here")
def test_hits_of_real_files_are_slices_in_every_format(tmp_path: Path) -> None:
    """Text, PDF, HTML and JATS files: every passage found equals the stored text at its span."""
    from corpus.ingest import ingest
    from tests.fakes import empty

    made = empty(tmp_path)
    pairs = SHARED / "data" / "pdf_xml_pairs"
    files = [*(SHARED / "seeds").glob("*.txt"), *pairs.glob("*.html"), *pairs.glob("*.*xml")]
    files += sorted((SHARED / "data" / "case_pdfs").glob("*.pdf"))[:2]
    ingest(made.catalog, files)
    made.build()
    for query in ("treatment with diltiazem", "laboratory findings on admission", "what was the outcome"):
        for system in SYSTEMS:
            check(made, ask(made, query, 50, 3, system), 50, 3)
