"""The query line: what is taken apart, what is told, what is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import UsageError
from corpus.patients import IN_A_YEAR
from search_api.model import Condition
from search_api.retrieval.filters import NAMES, Filters, Range, read
from search_api.retrieval.query import NOTHING_GIVEN, Asked, Given, parse, understood, with_given

BITS = st.sampled_from([
    '"', "“", "”", "«", "»", "+", "-", "(", ")", ",", ";", "'", ":", "..", " ", "  ", "\t", "a", "bc", "é", "x-y", "1",
    "ve", "AND", "foo:bar", "<18", "2015", "year:", "age:", "drug:", "kind:", "sex:f", "section:case",
    "journal:the the x", "case report",
])  # fmt: skip
LINES = st.lists(BITS, max_size=14).map("".join) | st.text(max_size=40)


def refusal(line: str, name: str = "query") -> str:
    """What is said against a line."""
    with pytest.raises(UsageError) as caught:
        parse(line, name)
    return str(caught.value)


class TestAnyLine:
    """Whatever is typed."""

    @settings(max_examples=1000)
    @given(line=LINES)
    def test_is_taken_apart_or_refused_with_field_and_place(self, line: str) -> None:
        """No text crashes the parser: it is read, or refused naming the field and the character."""
        said, conditions = "question: character 1", ()
        try:
            conditions = parse(line, "question").conditions
        except UsageError as error:
            said = str(error)
        assert said.startswith("question: character ")
        for condition in conditions:
            assert condition.start is not None
            assert condition.end is not None
            assert 0 <= condition.start < condition.end <= len(line)

    @settings(max_examples=1000)
    @given(line=LINES)
    def test_means_the_same_when_it_is_printed_and_read_again(self, line: str) -> None:
        """A question that was understood prints as a line that is understood alike."""
        try:
            asked = parse(line)
        except UsageError:
            return
        assert parse(str(asked)) == asked

    @settings(max_examples=300)
    @given(words=st.lists(st.text("abc-\"'+():5é ", max_size=8), max_size=3), must_not=st.lists(LINES, max_size=2))
    def test_what_json_gives_can_be_printed_as_a_line(self, words: list[str], must_not: list[str]) -> None:
        """Words and phrases given beside the line print as a line that asks for the same."""
        try:
            asked = with_given(parse("gout"), Given(tuple(words), tuple(must_not), tuple(words)))
        except UsageError:
            return
        assert parse(str(asked)) == asked

    @given(line=st.lists(st.text("abcdeé", min_size=1, max_size=8), min_size=1, max_size=6).map(" ".join))
    def test_of_plain_words_sets_no_condition(self, line: str) -> None:
        """Words alone stay as they are and leave nothing out."""
        asked = parse(line)
        assert (asked.text, asked.quoted, asked.is_bound, asked.conditions) == (line, line, False, ())


class TestWords:
    """Phrases, +must and -not."""

    def test_free_words_hold_what_must_be_there_and_nothing_else(self) -> None:
        """Phrases and musts are ranked by too; exclusions and filters are not."""
        asked = parse('treatment of "calcinosis cutis" +lupus -scleroderma -"systemic sclerosis" year:2015..')
        assert asked.text == "treatment of calcinosis cutis lupus"
        assert asked.quoted == 'treatment of "calcinosis cutis" lupus'
        assert asked.phrases == ("calcinosis cutis",)
        assert asked.must == ("lupus",)
        assert asked.must_not == ("scleroderma", "systemic sclerosis")
        assert asked.filters.written() == {"year": ("2015..",)}
        assert str(asked) == 'treatment of "calcinosis cutis" +lupus -scleroderma -"systemic sclerosis" year:2015..'

    @pytest.mark.parametrize(
        "line", ['"heart failure"', "“heart failure”", "«heart failure»", '("heart   failure"),', '+"heart failure"']
    )
    def test_a_phrase_may_stand_in_any_quotation_marks(self, line: str) -> None:
        """Straight, curly and angled marks do, in brackets and before a comma too; a + adds nothing."""
        asked = parse(line)
        assert (asked.phrases, asked.text) == (("heart failure",), "heart failure")

    @pytest.mark.parametrize("line", [
        "CD20 -ve", "Na+ 140", "a z-score of -2.5", "low-dose - once", "5'-nucleotidase", 'a 5" nail',
        "T-cell +/- B-cell", "+ve culture", "HIV +VE serology",
    ])  # fmt: skip
    def test_signs_and_marks_of_medical_writing_stay_words(self, line: str) -> None:
        """-ve, charges, numbers below zero, hyphens and inches are no conditions."""
        assert (parse(line).text, parse(line).is_bound) == (line, False)

    def test_a_condition_knows_its_place(self) -> None:
        """Each condition is told as it was understood, with its place in the line."""
        line = 'naïve "heart failure" +gout, -lupus sex:F age:<18'
        told = parse(line).conditions
        assert [(each.kind, each.value) for each in told] == [
            ("phrase", "heart failure"), ("must", "gout"), ("must_not", "lupus"), ("sex", "female"), ("age", "<18"),
        ]  # fmt: skip
        assert [line[each.start : each.end] for each in told] == [
            '"heart failure"', "+gout", "-lupus", "sex:F", "age:<18",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ('gout "of the knee', "query: character 6: the quotation mark is not closed"),
            ('gout -"', "query: character 7: the quotation mark is not closed"),
            ('""', "query: character 1: the quotation marks hold no word"),
            ('gout "?!"', "query: character 6: the quotation marks hold no word"),
        ],
    )
    def test_a_quotation_mark_that_means_nothing_is_refused(self, line: str, said: str) -> None:
        """One that is not closed, or holds no word, is an error with its place."""
        assert refusal(line).startswith(said)

    def test_what_is_no_condition_is_told(self) -> None:
        """An unknown field and operators in capitals are words, and a notice says so; addresses are no fields."""
        asked = parse("title:gout AND doi:10.1000/x https://example.org NOT fever")
        assert asked.text == "title:gout AND doi:10.1000/x https://example.org NOT fever"
        assert len(asked.notices) == 3
        assert "“title:” is no filter" in asked.notices[0]
        assert all(name in asked.notices[0] for name in NAMES)
        assert asked.notices[1].startswith("AND is taken as a word")
        assert asked.notices[2].startswith("NOT is taken as a word")


class TestFilters:
    """Their values, in the line's notation."""

    @pytest.mark.parametrize(
        ("value", "low", "high", "low_open", "high_open"),
        [
            ("2015", 2015, 2015, False, False),
            ("2015..2020", 2015, 2020, False, False),
            ("2015-2020", 2015, 2020, False, False),
            ("2015–2020", 2015, 2020, False, False),
            ("2015..", 2015, math.inf, False, False),
            ("..2015", -math.inf, 2015, False, False),
            ("2015+", 2015, math.inf, False, False),
            ("<2015", -math.inf, 2015, False, True),
            ("≥ 2015", 2015, math.inf, False, False),
            (">2015", 2015, math.inf, True, False),
        ],
    )
    def test_years(self, value: str, low: float, high: float, low_open: bool, high_open: bool) -> None:
        """A year, a range with or without both ends, or a comparison."""
        assert read("year", [value]) == (Range(value, low, high, low_open, high_open),)

    @pytest.mark.parametrize(
        ("value", "inside", "outside"),
        [
            ("34", [34.0, 34.5], [33.99, 35.0]),
            ("<18", [17.99, 0.0], [18.0]),
            ("<=18", [18.0], [18.1]),
            (">18", [18.1], [18.0]),
            (">=18y", [18.0], [17.9]),
            ("6months..2y", [6 / IN_A_YEAR["month"], 2.0], [5.9 / 12, 2.01]),
            ("6..18months", [0.5, 1.5], [0.49, 1.51]),
            ("3 weeks", [3 / IN_A_YEAR["week"]], [4 / IN_A_YEAR["week"]]),
            ("<28d", [27 / IN_A_YEAR["day"]], [28 / IN_A_YEAR["day"]]),
            ("..12 hours", [12 / IN_A_YEAR["hour"]], [13 / IN_A_YEAR["hour"]]),
            ("65+", [65.0, 101.0], [64.9]),
            ("2.5", [2.5], [2.4]),
        ],
    )
    def test_ages(self, value: str, inside: list[float], outside: list[float]) -> None:
        """Ages are kept in years whatever unit they are asked in; one age is a whole unit long."""
        (wanted,) = read("age", [value])
        assert wanted.holds(np.array(inside)).all()
        assert not wanted.holds(np.array(outside)).any()

    def test_several_values_are_alternatives_each_once(self) -> None:
        """Commas part the values; a comma in quotation marks does not."""
        asked = parse(
            'drug:diltiazem,"valproic acid",diltiazem sex:F,male kind:case-series,"case report" journal:"The B&C, (N)"'
        )
        assert asked.filters == Filters(
            drug=("diltiazem", "valproic acid"), sex=("female", "male"), kind=("case series", "case report"),
            journal=("the b and c n",),
        )  # fmt: skip
        assert str(asked) == (
            'sex:female,male drug:diltiazem,"valproic acid" kind:"case series","case report" journal:"the b and c n"'
        )

    @pytest.mark.parametrize("line", [
        "(year:2015)", "year:2015;", "Year:2015", "+year:2015", '[year:"2015"],', "year:2015?", "year:2015.",
        "(year:2015)!",
    ])  # fmt: skip
    def test_marks_around_a_filter_do_not_matter(self, line: str) -> None:
        """Brackets, a semicolon, a capital and a plus are not part of it."""
        assert parse(line).filters.written() == {"year": ("2015",)}

    @pytest.mark.parametrize(
        ("line", "written"),
        [
            ("What was given for gout sex:female?", {"sex": ("female",)}),
            ("gout section:outcome.", {"section": ("outcome",)}),
            ("gout age:<18?", {"age": ("<18",)}),
            ("gout year:2015..", {"year": ("2015..",)}),
            ("gout (year:2015..)", {"year": ("2015..",)}),
            ("gout year:..2015.", {"year": ("..2015",)}),
            ("gout drug:diltiazem?", {"drug": ("diltiazem",)}),
        ],
    )
    def test_a_sentences_mark_ends_the_sentence(self, line: str, written: dict[str, tuple[str, ...]]) -> None:
        """Only the dots of an open range belong to a value."""
        assert parse(line).filters.written() == written

    @pytest.mark.parametrize("line", ["caused by another drug: a rash", "sex: female", "gout year:", "(Age: 34)"])
    def test_a_name_before_a_colon_and_a_space_is_prose(self, line: str) -> None:
        """People write sentences: it stays words, and how a filter is written is told."""
        asked = parse(line)
        assert not asked.filters
        (notice,) = asked.notices
        assert "is taken as a word: a filter is written without a space, such as " in notice

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("gout year:,", "query: character 6: year: says no value: write it without a space, such as year:2015"),
            ("drug:a,,b", "query: character 1: drug: says no value"),
            ("year:soon", "query: character 1: year: 'soon' is not understood: write year:2015"),
            ("year:2020..2015", "query: character 1: year: '2020..2015' holds nothing"),
            ("age:..", "query: character 1: age: says no value"),
            ("age:5parsecs", "query: character 1: age: 'parsecs' is no unit of age"),
            ("sex:either", "query: character 1: sex: 'either' is none of female, male"),
            ("section:references", "query: character 1: section: 'references' is none of abstract, introduction"),
            ("kind:novel", "query: character 1: kind: 'novel' is none of case report"),
            ('drug:"diltiazem', "query: character 6: the quotation mark opens nothing"),
            ("-drug:diltiazem", "query: character 1: drug: a filter cannot be turned round"),
            ("year:2015 year:2016", "query: character 11: year: was given other values before"),
        ],
    )
    def test_a_value_that_cannot_be_meant_is_refused(self, line: str, said: str) -> None:
        """The error names the field, the place, the filter, and what to write instead."""
        assert refusal(line).startswith(said)

    def test_the_same_filter_twice_with_the_same_values_is_one(self) -> None:
        """Saying it twice changes nothing."""
        assert parse("sex:female sex:woman").filters == Filters(sex=("female",))


def test_a_line_holds_so_many_conditions() -> None:
    """Each costs its time: beyond a hundred the line is refused."""
    assert len(parse("+gout " * 100).conditions) == 100
    with pytest.raises(UsageError, match="query: 101 conditions are over the limit of 100"):
        parse("+gout " * 101)


class TestGiven:
    """Conditions beside the line."""

    def test_line_and_given_are_both_to_be_met(self) -> None:
        """Words add up, and filters of either side hold."""
        asked = understood(
            "gout year:2015", "query",
            Given(("knee", "left knee"), ("fever",), ("uric acid",), {"sex": ["male"], "year": ["2015"]}),
        )  # fmt: skip
        assert asked.text == "gout uric acid knee left knee"
        assert (asked.must, asked.phrases, asked.must_not) == (("knee",), ("uric acid", "left knee"), ("fever",))
        assert asked.filters.written() == {"year": ("2015",), "sex": ("male",)}
        assert Condition("sex", "male") in asked.conditions

    @pytest.mark.parametrize(
        ("given_beside", "said"),
        [
            (Given(filters={"year": ["2016"]}), "filters.year: the line asks for other values"),
            (Given(filters={"year": []}), "filters.year: says no value"),
            (Given(filters={"sex": ["either"]}), "filters.sex: 'either' is none of female, male"),
            (Given(filters={"title": ["x"]}), "filters.title: is no filter: there are year, age"),
            (Given(must=("?",)), "must: holds an entry without a letter or digit"),
            (Given(phrases=("x" * 10_001,)), "phrases: 10,001 characters is over the limit of 10,000"),
            (Given(phrases=("x" * 9_000, "y" * 9_000)), "phrases: with the line and must 18,006 characters are over"),
            (Given(filters={"drug": ["x"] * 101}), "filters.drug: 101 values are over the limit of 100"),
            (Given(must_not=("",)), "must_not: holds an entry without a letter or digit"),
            (Given(phrases=('""',)), "phrases: holds an entry without a letter or digit"),
        ],
    )
    def test_an_error_names_the_part_it_is_in(self, given_beside: Given, said: str) -> None:
        """What is wrong beside the line is not told of the line."""
        with pytest.raises(UsageError) as caught:
            understood("gout year:2015", "query", given_beside)
        assert str(caught.value).startswith(said)

    def test_an_empty_line_is_refused_unless_something_is_given(self) -> None:
        """With conditions beside it a line may be empty."""
        with pytest.raises(UsageError, match=r"^question: is empty"):
            understood(" ", "question", NOTHING_GIVEN)
        assert understood(" ", "question", Given(must_not=("gout",))) == Asked(must_not=("gout",))
