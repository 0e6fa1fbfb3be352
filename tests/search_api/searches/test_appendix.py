from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from search_api.config import HYBRID, unexpanded
from search_api.retrieval.query import Given
from search_api.searches.appendix import appendix, expansions, facts, found
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
        tokens = MarkdownIt().parse(appendix([run], "markdown").decode())
        assert [token.content for token in tokens if token.type == "fence"] == [f"{line}\n"]
        assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2"]
        assert not any(token.type == "html_inline" for each in tokens for token in each.children or ())

    def test_csv_has_a_line_for_each_search(self) -> None:
        """Whatever kinds they are of; what a kind does not have stays empty."""
        runs = [asked(request) for request in REQUESTS.values()]
        rows = list(csv.DictReader(io.StringIO(appendix(runs, "csv").decode())))
        assert [row["kind"].split(",")[0] for row in rows] == ["search", "ask", "evidence"]
        assert rows[2]["ranking"] == ""
        assert all(row["found"] and row["database"] and row["deduplication"] for row in rows)

    def test_no_search_is_an_empty_appendix(self) -> None:
        """It says nothing, and fails at nothing."""
        assert appendix([], "markdown") == b"# Search strategies\n"
        assert appendix([], "csv").strip() == b""
