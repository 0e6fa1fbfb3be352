"""Why a hit is there, and what a question's words leave to be told."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.model import Span
from indexer.analyzer import terms
from indexer.generation import Generation
from search_api.config import HYBRID, System, unexpanded
from search_api.model import Hit, Matched, SearchResult
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import parse
from search_api.retrieval.sought import sought
from tests.fakes import corpora, held_terms, indexed, sentences
from tests.search_api.expanding import REPORTS, expanding

SYSTEMS = [HYBRID, unexpanded(HYBRID), System("bm25"), System("lexical"), System("dense")]
WORDS = sorted(set(" ".join(REPORTS.values()).split()) | {"heart attack", "calcinossis", "vasculitis", "zebra"})


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The corpus of ``expanding``."""
    return expanding(tmp_path_factory.mktemp("corpus")).generation()


def ask(generation: Generation, query: str, system: System = HYBRID, explain: bool = True) -> SearchResult:
    return search(generation, parse(query), k=5, max_per_report=2, system=system, explain=explain)[0]


def told(hit: Hit) -> dict[str, Matched]:
    """What of the question the hit holds, by the user's words."""
    assert hit.why is not None
    return {each.said: each for each in hit.why.matched}


def slices(hit: Hit, matched: Matched) -> list[str]:
    return [hit.text[span.start - hit.start : span.end - hit.start] for span in matched.spans]


def hit_of(result: SearchResult, report_id: str) -> Hit:
    return next(hit for hit in result.hits if hit.report_id == report_id)


def check(generation: Generation, result: SearchResult, query: str, system: System) -> None:
    """Everything that holds of any explained hit."""
    reasons = sought(generation, parse(query).text, system).reasons
    terms_of = {each: {name for name, expansion in reasons.items() if expansion == each} for each in reasons.values()}
    for hit in result.hits:
        assert hit.why is not None
        for matched in hit.why.matched:
            assert matched.spans
            assert list(matched.spans) == sorted(set(matched.spans))
            assert all(Span(hit.start, hit.end).holds(span) for span in matched.spans)
            assert set(terms(matched.said)) <= set(terms(query))
            if matched.reason is None:
                assert matched.name is None
                assert {each for text in slices(hit, matched) for each in terms(text)} == set(terms(matched.said))
            else:
                (wanted,) = [
                    names
                    for each, names in terms_of.items()
                    if (each.said, each.name, each.reason) == (matched.said, matched.name, matched.reason)
                ]
                assert all(held_terms(text) & wanted for text in slices(hit, matched))
        for rank, score in (
            (hit.why.lexical_rank, hit.why.lexical_score),
            (hit.why.dense_rank, hit.why.dense_score),
        ):
            assert rank is None or rank >= 1
            assert 0 <= score <= 1


@settings(max_examples=20)
@given(reports=corpora(), query=sentences(), system=st.sampled_from(SYSTEMS))
def test_matched_spans_lie_inside_any_hit(reports: dict[str, str], query: str, system: System) -> None:
    """Whatever the corpus and the question: a span holds the word said, or what was looked for in its stead."""
    with tempfile.TemporaryDirectory() as folder:
        made = indexed(Path(folder), reports).generation()
        check(made, ask(made, query, system), query, system)


@settings(max_examples=30, deadline=None)
@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), system=st.sampled_from(SYSTEMS))
def test_expanded_words_stand_where_they_are_told(generation: Generation, words: list[str], system: System) -> None:
    """The same for questions with other names, kinds, abbreviations and misspellings."""
    query = " ".join(words).replace('"', "")
    if parse(query).has_words:
        check(generation, ask(generation, query, system), query, system)


def test_nothing_is_explained_unless_asked_for(generation: Generation) -> None:
    """Explaining costs time, and changes nothing else of a hit."""
    plain, explained = (ask(generation, "heart attack", explain=explain) for explain in (False, True))
    assert all(hit.why is None for hit in plain.hits)
    assert [hit.passage_id for hit in plain.hits] == [hit.passage_id for hit in explained.hits]


@pytest.mark.parametrize(
    ("query", "report", "said", "found", "reason"),
    [
        ("aspirin", "infarction", "aspirin", ["Aspirin"], None),
        ("heart attack", "infarction", "heart attack", ["myocardial infarction"], "other name"),
        ("vasculitis", "arteritis", "vasculitis", ["giant cell arteritis"], "a kind of it"),
        ("GMS", "drummers", "GMS", ["GMS"], None),
        ("gluteal marching syndrome", "drummers", "gluteal marching syndrome", ["GMS"], "short form"),
        ("calcinossis", "calcinosis2", "calcinossis", ["calcinosis"], "spelling"),
        ("hemorrhages", "calcinosis1", "hemorrhages", ["haemorrhage"], None),
    ],
)
def test_each_match_tells_its_reason(
    generation: Generation, query: str, report: str, said: str, found: list[str], reason: str | None
) -> None:
    """The words as the user wrote them, what stands in the passage, and why it counts for them."""
    hit = hit_of(ask(generation, query), report)
    matched = told(hit)[said]
    assert (slices(hit, matched), matched.reason) == (found, reason)


def test_the_users_own_word_is_told_before_what_stands_for_it(generation: Generation) -> None:
    """Where the word itself stands in the passage, that is why it is there."""
    matched = told(hit_of(ask(generation, "MS"), "sclerosis0"))["MS"]
    assert (matched.name, matched.reason) == (None, None)
    assert len(matched.spans) == 2


def test_a_short_form_counts_as_what_its_report_defines(tmp_path: Path) -> None:
    """Where a report's SLE is no lupus, it is not told as one; in a report that defines none it is."""
    reports = {
        "sleep": "A clerk had single limb edema (SLE). Lupus was considered. Her SLE went away.",
        "lupus": "A cook had SLE with a rash.",
    }
    result = ask(indexed(tmp_path, reports).generation(), "systemic lupus erythematosus")
    spans = {hit.report_id: [text for each in told(hit).values() for text in slices(hit, each)] for hit in result.hits}
    assert "SLE" in spans["lupus"]
    assert "SLE" not in spans.get("sleep", [])


def test_a_question_with_conditions_explains(generation: Generation) -> None:
    """Phrases and words that must be there are words too; filters and excluded words match nothing."""
    hit = hit_of(ask(generation, '"giant cell" +tailor -drummer drug:prednisone age:>60 vasculitis'), "arteritis")
    assert list(told(hit)) == ["giant", "cell", "tailor", "vasculitis"]
    assert slices(hit, told(hit)["cell"]) == ["cell"]


def test_a_list_without_words_has_nothing_to_explain(generation: Generation) -> None:
    """Where nothing is ranked, a hit is there for its conditions alone."""
    result = ask(generation, "drug:prednisone")
    assert [hit.report_id for hit in result.hits] == ["arteritis"]
    assert all(hit.why is None for hit in result.hits)


def test_ranks_are_those_of_the_report(generation: Generation) -> None:
    """The best by words is the first by words; a report that holds none of them has no rank by words."""
    result = ask(generation, "diltiazem")
    why = hit_of(result, "calcinosis1").why
    assert why is not None
    assert (why.lexical_rank, why.lexical_score) == (1, 1.0)
    others = [hit.why for hit in result.hits if hit.report_id != "calcinosis1" and hit.why]
    assert others
    assert {(other.lexical_rank, other.lexical_score) for other in others} == {(None, 0.0)}
    assert all(other.dense_rank for other in others)


class TestNotices:
    """What the words of a question leave to be told."""

    @pytest.mark.parametrize(
        ("query", "notices"),
        [
            ("zebra", ["no report holds “zebra”"]),
            ("a zebra, a Zebra and a giraffe", ["no report holds “zebra” or “giraffe”"]),
            ("heart attack", []),
            ("calcinossis", []),
            ("What did whose giraffe do?", ["no report holds “giraffe”"]),
            ("aa bb cc dd ee ff gg", ["no report holds “aa”, “bb”, “cc”, “dd”, “ee” or 2 other words"]),
            ("MS", ["“MS” stands for multiple sclerosis (4 reports) or mitral stenosis (3 reports)"]),
            ("MS as multiple sclerosis", []),
            ("GMS", []),
            ("drug:prednisone", []),
            ("diltiazem -zebra", []),
        ],
    )
    def test_words_without_reports_and_meanings_are_told(
        self, generation: Generation, query: str, notices: list[str]
    ) -> None:
        """Told are words that nothing stands for, and all usual meanings of an abbreviation; not what was guessed."""
        assert list(ask(generation, query).bounds.notices) == notices

    @pytest.mark.parametrize(
        ("query", "notice"),
        [
            ("heart attack without chest pain", '“without chest pain” leaves out no report: -"chest pain" does'),
            ("no fever, rash", "“no fever” leaves out no report: -fever does"),
            (
                "calcinosis without any signs of fever and without rash",
                "“without any signs of fever” leaves out no report: -fever does",
            ),
            ("vasculitis excluding Diltiazem", "“excluding Diltiazem” leaves out no report: -Diltiazem does"),
            ("What was given without delay?", None),
            ("no response to treatment", None),
            ("fever without", None),
            ('"no fever" rash', None),
            ("heart attack -fever", None),
        ],
    )
    def test_what_is_denied_in_words_is_told_to_leave_out_nothing(
        self, generation: Generation, query: str, notice: str | None
    ) -> None:
        """Once, as the user wrote it, with what does leave it out; only for a thing that the terminology knows."""
        told = [each for each in ask(generation, query).bounds.notices if "leaves out" in each]
        assert told == ([notice] if notice else [])

    def test_what_is_told_to_leave_out_does(self, tmp_path: Path) -> None:
        """The condition that the notice gives is understood, and leaves out what was denied."""
        made = indexed(tmp_path, {"a": "A heart attack with chest pain.", "b": "A heart attack, silent."}).generation()
        free = ask(made, "heart attack without chest pain")
        (notice,) = (each for each in free.bounds.notices if "leaves out" in each)
        condition = notice.split(": ")[1].removesuffix(" does")
        assert {hit.report_id for hit in free.hits} == {"a", "b"}
        assert {hit.report_id for hit in ask(made, f"heart attack {condition}").hits} == {"b"}

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("XQZ in a man", "“XQZ” stands for"), ("XQZ and QQX", "“XQZ” or “QQX” stands for"), ("xqz in a man", ""),
            ("XQZ", "“XQZ” stands for"), ("MAN WITH XQZ", ""), ("ZZZ in a man", ""), ("MS in a man", ""),
            ("SLE in a man", ""), ("type XII in a man", ""),
        ],
    )  # fmt: skip
    def test_letters_that_nothing_explains_are_told(self, tmp_path: Path, query: str, told: str) -> None:
        """An abbreviation that reports hold and nothing defines; no word in capitals throughout, and no numeral."""
        texts = {
            "a": "A man had XQZ and SLE, type XII, and QQX.",
            "b": "He had multiple sclerosis (MS). MS was severe.",
        }
        notices = [
            each for each in ask(indexed(tmp_path, texts).generation(), query).bounds.notices if "letters" in each
        ]
        assert [
            each.removeprefix("neither the reports nor the terminology say what ")[: len(told)] for each in notices
        ] == ([told] if told else [])

    def test_without_expansion_a_misspelt_word_is_in_no_report(self, generation: Generation) -> None:
        """Who searches only his own words is told which of them stand nowhere, and is asked for no meaning."""
        bounds = ask(generation, "calcinossis in MS", unexpanded(HYBRID)).bounds
        assert (bounds.notices, bounds.ambiguous) == (("no report holds “calcinossis”",), ())

    def test_they_come_after_what_was_not_understood(self, generation: Generation) -> None:
        """The line first, then the conditions, then the words."""
        notices = ask(generation, "zebra AND MS journal:nowhere").bounds.notices
        assert [each.split()[0] for each in notices] == ["AND", "no", "no", "“MS”"]
        assert notices[1] == "no report at hand is of a journal named “nowhere”"

    def test_one_report_is_told_as_one(self, tmp_path: Path) -> None:
        """Counts read as people say them."""
        made = indexed(tmp_path, {"a": "He had multiple sclerosis (MS).", "b": "She had mitral stenosis (MS)."})
        (notice,) = ask(made.generation(), "MS").bounds.notices
        assert notice == "“MS” stands for mitral stenosis (1 report) or multiple sclerosis (1 report)"
