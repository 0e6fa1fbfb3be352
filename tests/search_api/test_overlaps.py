"""Suspected overlaps found in the background, and what a person decides of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.errors import CasetroveError, CatalogError, NotFoundError, UsageError
from corpus.model import Report
from corpus.overlap import Suspicion, suspects
from search_api import overlaps as overlaps_module
from search_api.overlaps import (
    Compared,
    Decision,
    Overlaps,
    Tell,
    carry_out,
    decision,
    elsewhere,
    suspect_json,
    suspicion_json,
)
from tests.fakes import Indexed, empty, make_report, prose

TEXT = f"# Case report\n\n{prose(1, 400)}"
REPORTS: dict[str, str | Report] = {
    "a": make_report(TEXT, "Zinc in a baker", doi="10.1000/a"),
    "b": make_report(TEXT + " It ended.", None, doi="10.1000/b"),
    "c": make_report(f"{prose(2, 400)}\n\n{prose(5, 120)}", "On copper"),
    "d": make_report(f"{prose(3, 400)}\n\n{prose(5, 120)}", "On iron"),
}


@pytest.fixture
def made(tmp_path: Path) -> Indexed:
    """A catalog of two copies and two reports that share a passage."""
    at = empty(tmp_path)
    at.put(REPORTS)
    return at


@pytest.fixture
def overlaps(made: Indexed) -> Iterator[Overlaps]:
    opened = Overlaps(made.catalog)
    yield opened
    opened.stop()


def compared(overlaps: Overlaps) -> Compared:
    """What is known once nothing is compared any more."""
    while (found := overlaps.look()).comparing:
        thread = overlaps._thread
        if thread is not None:
            thread.join(60)
            assert not thread.is_alive()
    return found


def pairs(found: Compared) -> list[tuple[str, str]]:
    return [(each.one_id, each.other_id) for each in found.pairs]


class TestComparing:
    """In a thread, when somebody asks."""

    def test_the_first_look_begins_and_a_later_one_has_all(self, overlaps: Overlaps, made: Indexed) -> None:
        """The pairs are those that ``suspects`` finds, in its order."""
        first = overlaps.look()
        assert (first.pairs, first.comparing, first.total) == ((), True, 4)
        found = compared(overlaps)
        assert found == Compared(tuple(suspects(made.catalog)), done=4, total=4)
        assert pairs(found) == [("a", "b"), ("c", "d")]

    def test_an_unchanged_catalog_is_not_compared_again(self, made: Indexed) -> None:
        """A second look costs nothing."""
        asked: list[Path] = []

        def counting(path: Path, tell: Tell) -> tuple[Suspicion, ...]:
            asked.append(path)
            return elsewhere(path, tell)

        overlaps = Overlaps(made.catalog, counting)
        before = compared(overlaps)
        assert overlaps.look() == before
        assert asked == [made.catalog.path]

    def test_a_change_is_compared_and_what_was_known_is_shown_meanwhile(
        self, overlaps: Overlaps, made: Indexed
    ) -> None:
        """The old pairs stand until the new ones are found."""
        compared(overlaps)
        made.put({"e": make_report(TEXT + " It came back.", "Zinc in another baker", doi="10.1000/e")})
        meanwhile = overlaps.look()
        assert (pairs(meanwhile), meanwhile.comparing) == ([("a", "b"), ("c", "d")], True)
        assert {("a", "e"), ("b", "e")} <= set(pairs(compared(overlaps)))

    def test_what_was_decided_or_removed_is_gone_at_once(self, overlaps: Overlaps, made: Indexed) -> None:
        """Without comparing anything anew."""
        compared(overlaps)
        made.catalog.decide("a", "b", same=False)
        told_apart = overlaps.look()
        assert (pairs(told_apart), told_apart.comparing) == ([("c", "d")], False)
        made.catalog.delete("d")
        assert pairs(overlaps.look()) == []

    def test_what_fails_is_told_once_and_tried_again(self, made: Indexed) -> None:
        """The next look after it begins anew."""
        errors = [CatalogError("catalog.sqlite: disk I/O error")]

        def broken_once(path: Path, tell: Tell) -> tuple[Suspicion, ...]:
            if errors:
                raise errors.pop()
            return elsewhere(path, tell)

        overlaps = Overlaps(made.catalog, broken_once)
        with pytest.raises(CatalogError, match="disk I/O error"):
            compared(overlaps)
        assert pairs(compared(overlaps)) == [("a", "b"), ("c", "d")]

    def test_a_process_that_fails_or_ends_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """With its reason where it has one."""
        (tmp_path / "catalog.sqlite").write_bytes(b"no database, but long enough to be looked at as one" * 99)
        with pytest.raises(CasetroveError, match=r"catalog\.sqlite"):
            elsewhere(tmp_path / "catalog.sqlite", lambda done, total: None)
        monkeypatch.setattr(overlaps_module, "_PROGRAM", "import sys; sys.exit(3)")
        with pytest.raises(CasetroveError, match="ended early"):
            elsewhere(tmp_path / "catalog.sqlite", lambda done, total: None)

    def test_it_tells_how_far_it_is_and_what_is_raised_then_ends_it(self, made: Indexed) -> None:
        """At once, and then a few times a second."""
        told: list[tuple[int, int]] = []

        def enough(done: int, total: int) -> None:
            told.append((done, total))
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            elsewhere(made.catalog.path, enough)
        assert len(told) == 1
        assert told[0][0] <= 4

    def test_stopping_ends_it_and_nothing_begins_after(self, made: Indexed) -> None:
        """A server that ends does not wait for all reports to be read."""
        stopped = Overlaps(made.catalog)
        stopped.look()
        stopped.stop()
        assert stopped._thread is None
        assert not stopped.look().comparing


class TestDecisions:
    """What "the same" and "apart" mean, and what they change."""

    def test_two_reports_are_merged(self, made: Indexed) -> None:
        """The first keeps the sources of both; doing it again changes nothing."""
        wanted = decision(made.catalog, "a", "b", same=True)
        assert wanted == Decision("a", "b", "merge")
        for _ in range(2):
            assert carry_out(made.catalog, wanted) == "b"
            assert made.catalog.resolve("b") == "a"
            assert made.catalog.count() == 3

    def test_two_reports_are_told_apart(self, made: Indexed) -> None:
        """For good: nobody is asked again."""
        wanted = decision(made.catalog, "b", "a", same=False)
        assert wanted == Decision("b", "a", "apart")
        digest = made.catalog.corpus_digest()
        carry_out(made.catalog, wanted)
        assert made.catalog.decided_apart() == {("a", "b")}
        assert made.catalog.corpus_digest() == digest

    def test_a_source_is_parted_from_its_report(self, made: Indexed) -> None:
        """It becomes a report of its own; done again, after a kill, it changes nothing."""
        carry_out(made.catalog, decision(made.catalog, "a", "b", same=True))
        wanted = decision(made.catalog, "b", "/reports/b.txt", same=False)
        assert wanted == Decision("a", "/reports/b.txt", "part")
        new = carry_out(made.catalog, wanted)
        assert [at.place for at in made.catalog.sources(new)] == ["/reports/b.txt"]
        carry_out(made.catalog, wanted)
        assert made.catalog.count() == 4

    @pytest.mark.parametrize(
        ("one", "other", "same", "error", "says"),
        [
            ("a", "nosuch", True, NotFoundError, "nosuch"),
            ("nosuch", "a", False, NotFoundError, "nosuch"),
            ("a", "a", True, UsageError, "are one report; to part it name one of its sources:\n  /reports/a.txt"),
            ("a", "/reports/c.txt", False, NotFoundError, "c.txt"),
        ],
    )
    def test_what_cannot_be_decided_is_refused(
        self, made: Indexed, one: str, other: str, same: bool, error: type[Exception], says: str
    ) -> None:
        """Before anything is changed."""
        with pytest.raises(error, match=says):
            decision(made.catalog, one, other, same=same)


def test_a_pair_is_told_with_what_identifies_its_reports(made: Indexed) -> None:
    """A report without a title is known by how its text begins."""
    catalog: Catalog = made.catalog
    told = suspicion_json(catalog, suspects(catalog)[0])
    assert (told["kind"], [each["report_id"] for each in told["reports"]]) == ("same article", ["a", "b"])
    assert (told["reports"][0]["title"], told["reports"][0]["opening"]) == ("Zinc in a baker", None)
    untitled = suspect_json(catalog, "b")
    assert (untitled["title"], len(untitled["opening"])) == (None, 80)
    assert catalog.get("b").report.text.startswith(untitled["opening"])
