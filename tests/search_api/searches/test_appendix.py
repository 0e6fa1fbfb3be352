from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

import pytest

from search_api.config import HYBRID, unexpanded
from search_api.retrieval.query import Given
from search_api.searches.appendix import APPENDIX_FORMATS, AppendixFormat, appendix, expansions, facts, found
from search_api.searches.model import By, Request, Run

from .making import REQUESTS, run_of

EXPANSIONS = (
    {
        "said": "calcinosis",
        "name": "calcinosis cutis",
        "names": [],
        "reason": "a kind of it",
        "weight": 0.1,
        "reports": 4,
    },
    {"said": "calcinosis", "name": "calcinoses", "names": [], "reason": "other name", "weight": 0.7, "reports": 8},
    {"said": "SLE", "name": "lupus", "names": [], "reason": "abbreviation", "weight": 0.5, "reports": 5},
)


def asked(request: Request, **told: object) -> Run:
    run = run_of()
    return replace(run, id="s000042", asked=request.to_json(), told=replace(run.told, **told))  # type: ignore[arg-type]


class TestFacts:
    """What PRISMA-S asks for is told, in words."""

    def test_a_search_is_told_with_all_that_bounded_it(self) -> None:
        """Database and its state, date, line, limits, ranking, counts and deduplication."""
        told = dict(facts(asked(REQUESTS["search"])))
        assert told["line"] == REQUESTS["search"].line
        assert "2025-01-31T12:00:00+00:00, over HTTP with the key “ward 3”" in told["run"]
        assert "generation 7 of 2025-01-31T11:00:00+00:00" in told["database"]
        assert "9f" * 32 in told["database"]
        for limit in ("must hold: lupus", "must not hold: gout", "phrase: both elbows", "year: 2015.. or 2001"):
            assert f"beside the line, {limit}" in told["limits"]
        assert "must hold: x" in told["limits"]
        assert "dense_weight 0.25" in told["ranking"]
        assert (told["shown"]) == "the best 7; at most 1 of a report; near-duplicates shown"
        assert told["found"] == "2 passages of 2 reports; 4 of 6 reports meet the conditions; 3 do not tell the age"
        assert told["deduplication"].startswith("3 sources merged")
        assert "1 passage left out" in told["deduplication"]
        assert told["kind"] == "search, s000001 again"

    def test_a_table_is_told_with_its_choice_and_its_own_counts(self) -> None:
        """It has no ranking and no near-duplicates, but reports that name the condition and patients counted once."""
        run = asked(REQUESTS["evidence"])
        run = replace(run, counts=replace(run.counts, meeting=None, naming=12, looked_into=9, overlaps=1))
        told = dict(facts(run))
        assert "ranking" not in told
        assert told["shown"] == (
            "treatments: diltiazem, warfarin; kinds: drug; statuses: given, past; outcomes: improved; states: reported"
        )
        assert "12 reports name the condition, 9 were looked into" in told["found"]
        assert "1 pair of reports" in told["deduplication"]
        assert "near" not in told["deduplication"]

    def test_what_else_was_looked_for_is_told_by_word(self) -> None:
        """Each with its reason; that nothing was is told from that it was switched off."""
        run = asked(Request("search", "calcinosis SLE"), expansions=EXPANSIONS)
        assert expansions(run) == (
            "calcinosis: calcinosis cutis (a kind of it), calcinoses (other name); SLE: lupus (abbreviation)"
        )
        assert expansions(asked(Request("search", "x"))) == "nothing"
        assert expansions(asked(Request("search", "x", system=unexpanded(HYBRID)))) == "nothing (off)"
        assert expansions(asked(Request("evidence", "x"))) == "nothing"

    def test_without_limits_there_are_none(self) -> None:
        """And without notes or an answer nothing is said of them."""
        run = asked(Request("search", "x"), conditions=(), notices=(), reason="")
        told = dict(facts(replace(run, by=By("mcp"))))
        assert (told["limits"], told["kind"]) == ("none", "search")
        assert told["run"].endswith("by an assistant (MCP)")
        assert not {"notes", "answer"} & told.keys()

    def test_one_of_something_is_told_as_one(self) -> None:
        """1 passage, 2 passages."""
        run = asked(Request("ask", "x"), left_out_unknown={})
        run = replace(run, counts=replace(run.counts, found=1, reports_found=1, meeting=None))
        assert found(run) == "1 sentence of 1 report"


def written(runs: list[Run], form: AppendixFormat) -> str:
    """The whole file."""
    return b"".join(appendix(runs, form)).decode()


LINES = [
    "calcinosis", "``` # not a heading", "a `code` b ```` c", '=HYPERLINK("x")', "<script>alert(1)</script>", "a | b",
]  # fmt: skip


class TestFiles:
    """The searches as an appendix."""

    @pytest.mark.parametrize("line", LINES)
    def test_markdown_has_each_line_letter_for_letter(self, line: str) -> None:
        """In a block of code that nothing in the line can end; what else is told is escaped."""
        from markdown_it import MarkdownIt

        run = asked(Request("search", line, Given(must=("<b>x</b>",))))
        tokens = MarkdownIt().parse(written([run], "markdown"))
        assert [token.content for token in tokens if token.type == "fence"] == [f"{line}\n"]
        assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2"]
        assert not any(token.type == "html_inline" for each in tokens for token in each.children or ())

    def test_csv_has_a_line_for_each_search(self) -> None:
        """Whatever kinds they are of; what a kind does not have stays empty."""
        runs = [asked(request) for request in REQUESTS.values()]
        rows = list(csv.DictReader(io.StringIO(written(runs, "csv"))))
        assert [row["kind"].split(",")[0] for row in rows] == ["search", "ask", "evidence"]
        assert rows[2]["ranking"] == ""
        assert all(row["found"] and row["database"] and row["deduplication"] for row in rows)

    def test_no_search_is_an_empty_appendix(self) -> None:
        """It says that there is none, and fails at nothing."""
        assert written([], "markdown") == "# Search strategies\n\nSearches: 0\n"
        assert written([], "csv").startswith("id,kind,run,line,limits")
        assert len(written([], "csv").splitlines()) == 1

    def test_all_that_is_told_has_a_column_in_its_order(self) -> None:
        """Whatever kind it is of."""
        header = next(csv.reader([written([], "csv")]))
        for request in REQUESTS.values():
            names = [name for name, _ in facts(asked(request))]
            assert names == [name for name in header if name in names]

    @pytest.mark.parametrize("form", APPENDIX_FORMATS)
    def test_a_search_is_written_before_the_next_is_read(self, form: AppendixFormat) -> None:
        """So that a log of any length is written without being held."""
        read: list[str] = []

        def runs() -> Iterator[Run]:
            for name in ("first line", "second line", "third line"):
                read.append(name)
                yield asked(Request("search", name))

        so_far = ""
        for part in appendix(runs(), form):
            so_far += part.decode()
            assert all(name in so_far for name in read)
        assert len(read) == 3
        assert so_far.endswith("Searches: 3\n") == (form == "markdown")
