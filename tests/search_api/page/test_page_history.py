"""Filters with their counts, the history of searches, upkeep of the library, and a server that asks for a key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from search_api.keys import Keys, Scope
from tests.search_api.web.conftest import LATER, REPORTS, open_site, serving

from .conftest import Desk, at_desk

pytestmark = pytest.mark.slow


class TestFilters:
    """Values beside the results."""

    def test_a_filter_leaves_as_many_reports_as_it_said(self, desk: Desk) -> None:
        """A value is chosen by its box; the reports that are left are those that were counted; a chip takes it out."""
        page = desk.ask("hiccups or a rash")
        line = page.locator("#filters li", has=page.get_by_label("female", exact=True))
        told = int(line.locator(".count").inner_text())
        line.get_by_role("checkbox").check()
        expect(page).to_have_url(re.compile("sex=female"))
        expect(page.locator("#filters summary")).to_have_text("Filters (1)")
        expect(page.locator("#filters")).to_contain_text(f"Among {told} report")
        desk.answered()
        shown = page.locator("article.card h3").all_inner_texts()
        assert len(set(shown)) == told
        page.get_by_role("button", name="Remove the filter sex: female").click()
        expect(page).not_to_have_url(re.compile("sex="))
        desk.answered()
        assert page.locator("article.card").count() > told

    def test_a_filter_holds_in_every_tab(self, desk: Desk) -> None:
        """The answer and the table are of the reports that meet it, too."""
        page = desk.open("/?q=what+was+given&sex=female&tab=answer")
        desk.answered()
        assert all("zoo" in each for each in page.locator("#panel-answer article h3").all_inner_texts())
        page.locator("#tab-passages").click()
        desk.answered()
        expect(page.locator("article.card h3").first).to_contain_text("zoo")

    def test_what_the_line_asks_for_is_ticked_and_others_join_it(self, desk: Desk) -> None:
        """A value of the line is ticked; another one beside it is an alternative, and either can be unticked."""
        page = desk.ask("hiccups or a rash sex:F")
        female = page.locator("#filters").get_by_label("female", exact=True)
        expect(female).to_be_checked()
        expect(page.locator("#filters summary")).to_have_text("Filters (1)")
        page.locator("#filters").get_by_label("male", exact=True).check()
        expect(page).to_have_url(re.compile(r"q=hiccups\+or\+a\+rash&sex=female&sex=male$"))
        expect(page.get_by_role("searchbox")).to_have_value("hiccups or a rash")
        desk.answered()
        assert len(set(page.locator("article.card h3").all_inner_texts())) > 1
        female.uncheck()
        expect(page).to_have_url(re.compile(r"rash&sex=male$"))

    def test_a_link_whose_line_and_filter_differ_says_what_to_do(self, desk: Desk) -> None:
        """The chip beside the message takes the filter out, and the search goes on."""
        desk.awaited.append("422")
        page = desk.open("/?q=rash+sex:female&sex=male")
        expect(page.locator(".problem")).to_contain_text("leave one of the two out")
        page.get_by_role("button", name="Remove the filter sex: male").click()
        desk.answered()
        expect(page.locator("article.card h3").first).to_contain_text("zoo")

    def test_filters_without_words_list_what_meets_them(self, desk: Desk) -> None:
        """No question is needed: the reports that meet the filter are shown."""
        page = desk.open("/?treatment=baclofen")
        desk.answered()
        expect(page.locator("article.card h3")).to_have_text(re.compile("hiccups after a balloon flight"))


class TestHistory:
    """Searches that were kept."""

    def test_a_search_is_kept_and_asked_again_by_its_line(self, own_desk: Desk) -> None:
        """Newest first, with its counts; the line leads back to the same search with its filters."""
        page = own_desk.open("/?q=hiccups&sex=male&tab=passages")
        own_desk.answered()
        own_desk.ask("striped rash")
        page.get_by_role("link", name="History").click()
        lines = page.locator("#view-history .shelf li")
        expect(lines).to_have_count(2)
        expect(lines.first).to_contain_text("striped rash")
        expect(lines.nth(1)).to_contain_text("sex: male")
        lines.nth(1).get_by_role("link", name="hiccups").click()
        expect(page).to_have_url(re.compile(r"\?q=hiccups&sex=male$"))

    def test_a_look_back_is_no_search_again(self, own_desk: Desk) -> None:
        """A reload and a tab that was shown are not kept once more; asking by hand is."""
        page = own_desk.ask("hiccups")
        page.locator("#tab-answer").click()
        own_desk.answered()
        for _ in range(2):
            page.reload()
            own_desk.answered()
        page.locator("#tab-passages").click()
        own_desk.answered()
        kept = own_desk.served.site.service.searches
        assert kept is not None
        assert [each.request.kind for each in kept.newest(9)] == ["ask", "search"]
        page.get_by_role("button", name="Search", exact=True).click()
        own_desk.answered()
        page.wait_for_load_state("networkidle")
        assert [each.request.kind for each in kept.newest(9)] == ["search", "ask", "search"]

    def test_of_two_questions_about_the_past_the_later_is_answered(self, own_desk: Desk) -> None:
        """An answer that was held up does not replace that of a later click."""
        held: list[Route] = []
        page = own_desk.ask("hiccups")
        own_desk.ask("a striped rash")
        page.get_by_role("link", name="History").click()
        lines = page.locator("#view-history .shelf li")
        expect(lines).to_have_count(2)
        page.route("**/v1/searches/*/new", lambda route: held.append(route), times=1)
        lines.nth(1).get_by_role("button", name="What is new since").click()
        lines.first.get_by_role("button", name="What is new since").click()
        expect(page.locator("#compared")).to_contain_text("a striped rash")
        for each in held:
            each.abort()
        page.wait_for_load_state("networkidle")
        assert held
        expect(page.locator("#compared")).to_contain_text("a striped rash")

    def test_what_is_new_since_is_told(self, own_desk: Desk) -> None:
        """A report that came after the search is listed as new; a replay says what was gained and why."""
        page = own_desk.ask("purple toes after treading")
        own_desk.served.site.upload(("toes.txt", LATER))
        page.get_by_role("link", name="History").click()
        page.get_by_role("button", name="What is new since").click()
        expect(page.locator("#compared")).to_contain_text("In reports added since")
        expect(page.locator("#compared")).to_contain_text("purple toes after grape treading")
        page.get_by_role("button", name="Run it as it was, and compare").first.click()
        expect(page.locator("#compared tr.gained").first).to_contain_text("new report")
        expect(page.locator("#compared")).to_contain_text("They differ in")

    def test_two_searches_are_compared(self, own_desk: Desk) -> None:
        """Two that are ticked, the older first, and in what they differ."""
        page = own_desk.ask("hiccups")
        own_desk.ask("a striped rash")
        page.get_by_role("link", name="History").click()
        expect(page.get_by_role("button", name="Compare the two")).to_be_disabled()
        expect(page.locator("#view-history .pick")).to_have_count(2)
        for box in page.locator("#view-history .pick").all():
            box.check()
        name, content = own_desk.saved(page.get_by_role("button", name="Save 2 searches for a review").click)
        assert name.endswith(".md")
        assert "a striped rash" in content.decode()
        page.locator("#view-history .pick").first.uncheck()
        told = own_desk.saved(page.get_by_role("button", name="Save 1 search for a review").click)[1].decode()
        assert "hiccups" in told
        assert "a striped rash" not in told
        page.locator("#view-history .pick").first.check()
        page.get_by_role("button", name="Compare the two").click()
        expect(page.locator("#compared h3")).to_have_text("“hiccups” and “a striped rash”")

    def test_the_log_is_saved_for_a_review_and_forgotten(self, own_desk: Desk) -> None:
        """As Markdown, the line letter for letter; what is forgotten is gone once that is confirmed."""
        page = own_desk.ask('hiccups -"some phrase"')
        page.get_by_role("link", name="History").click()
        name, content = own_desk.saved(page.get_by_role("button", name=re.compile("PRISMA-S")).click)
        assert name.endswith(".md")
        assert 'hiccups -"some phrase"' in content.decode()
        page.get_by_role("button", name="Forget").click()
        page.locator("#confirm-dialog").get_by_role("button", name="Forget it").click()
        expect(page.locator("#view-history .shelf li")).to_have_count(0)

    def test_a_history_that_could_not_be_had_is_had_again(self, own_desk: Desk) -> None:
        """An error there is told, and a second try fills the list."""
        own_desk.awaited.append("Failed to load resource")
        page = own_desk.ask("hiccups")
        page.route("**/v1/searches?*", lambda route: route.abort())
        page.get_by_role("link", name="History").click()
        expect(page.locator("#view-history .problem")).to_contain_text("The server does not answer.")
        page.unroute("**/v1/searches?*")
        page.get_by_role("button", name="Try again").click()
        expect(page.locator("#view-history .shelf li")).to_have_count(1)
        expect(page.locator("#view-history .problem")).to_have_count(0)

    def test_stories_are_not_kept(self, own_desk: Desk) -> None:
        """After a look for similar patients the history is empty."""
        page = own_desk.open("/?view=similar")
        page.locator("#story").fill("A man of 50 with hiccups.")
        page.get_by_role("button", name="Find similar patients").click()
        expect(page.locator("#view-similar article.card").first).to_be_visible()
        page.get_by_role("link", name="History").click()
        expect(page.locator("#view-history")).to_contain_text("Nothing was searched for yet")


class TestUpkeep:
    """What needs somebody's judgement."""

    def test_a_failure_is_listed_with_its_reason(self, own_desk: Desk) -> None:
        """A file that could not be read stands there until it can."""
        own_desk.awaited.append("422")
        page = own_desk.open("/?view=library")
        page.locator("#files").set_input_files([{"name": "void.txt", "mimeType": "text/plain", "buffer": b""}])
        expect(page.locator("#upload-status")).to_have_class("error")
        page.reload()
        page.locator("#upkeep summary", has_text="could not be read (1)").click()
        expect(page.locator("#upkeep")).to_contain_text("void.txt is empty")
        page.get_by_role("button", name=re.compile("^Let go of .*void.txt$")).click()
        expect(page.locator("#upkeep")).to_contain_text("Every file could be read.")
        expect(page.locator("#upkeep summary", has_text="could not be read (")).to_have_count(0)

    def test_an_older_generation_is_served_again(self, own_desk: Desk) -> None:
        """Once confirmed, searches are answered from it, and the list says so."""
        own_desk.served.site.upload(("toes.txt", LATER))
        page = own_desk.open("/?view=library")
        page.locator("#upkeep summary", has_text="States of the index").click()
        page.get_by_role("button", name="Serve this one").click()
        page.locator("#confirm-dialog").get_by_role("button", name="Serve it").click()
        expect(page.locator("#index-state")).to_have_text("3 reports")
        assert own_desk.served.site.service.search("purple toes").generation == 1

    @pytest.mark.parametrize("decision", ["Different", "The same article"])
    def test_a_suspected_duplicate_is_decided(self, browser: Browser, tmp_path: Path, decision: str) -> None:
        """Two readings of one article: made one, or kept apart and not asked about again."""
        text = REPORTS["hiccups.txt"]
        other = text.replace("Invented report: hiccups after", "Hiccups, an invented report, after").replace(
            "nine", "9"
        )
        with serving(open_site(tmp_path, {"a.txt": text, "b.txt": other})) as served, at_desk(browser, served) as desk:
            page = desk.open("/?view=library")
            page.locator("#upkeep summary", has_text="may be the same").click()
            page.locator(".pairs").get_by_role("button", name=decision).click()
            if decision != "Different":
                page.locator("#confirm-dialog").get_by_role("button", name="Make them one").click()
            expect(page.locator("#upkeep")).to_contain_text("No two reports are suspected.")
            served.site.settled()
            assert served.site.service.catalog.count() == (2 if decision == "Different" else 1)


class TestKey:
    """A server that asks who is there."""

    def test_the_page_asks_for_a_key_once(self, browser: Browser, tmp_path: Path) -> None:
        """Refused without one and with a wrong one; with the right one it works, files and pictures too."""
        site = open_site(tmp_path, REPORTS)
        key = Keys(site.folder.keys).add("reader", "read")
        with serving(site) as served, at_desk(browser, served) as desk:
            desk.awaited.append("401")
            page = desk.page
            page.goto(served.address + "/?q=hiccups")
            expect(page.locator("#key-dialog")).to_be_visible()
            page.locator("#key").fill("ct_wrong")
            page.get_by_role("button", name="Use it").click()
            expect(page.locator("#key-dialog")).to_be_visible()
            page.locator("#key").fill(str(key))
            page.get_by_role("button", name="Use it").click()
            desk.answered()
            expect(page.locator("article.card").first).to_be_visible()
            name, _ = desk.saved(page.get_by_role("button", name=re.compile("^Save all")).click)
            assert name == "casetrove.ris"
            page.reload()
            desk.answered()
            expect(page.locator("#key-dialog")).to_be_hidden()
            page.get_by_role("button", name="Key", exact=True).click()
            page.get_by_role("button", name="Forget the key").click()
            page.reload()
            expect(page.locator("#key-dialog")).to_be_visible()

    @pytest.mark.parametrize(("scope", "hidden"), [("read", 3), ("write", 1), ("admin", 0)])
    def test_a_key_is_offered_what_it_may_do(self, browser: Browser, tmp_path: Path, scope: Scope, hidden: int) -> None:
        """Who may only look sees no box for files and nothing to take out; who may not run the server, no rollback."""
        site = open_site(tmp_path, REPORTS)
        with serving(site) as served, at_desk(browser, served) as desk:
            site.upload(("toes.txt", LATER))
            key = Keys(site.folder.keys).add("somebody", scope)
            desk.awaited.append("401")
            page = desk.page
            page.goto(served.address + "/?view=library")
            page.locator("#key").fill(str(key))
            page.get_by_role("button", name="Use it").click()
            expect(page.locator("#view-library .shelf li").first).to_be_visible()
            page.locator("#upkeep summary", has_text="States of the index").click()
            expect(page.locator("#upkeep b").first).to_be_visible()
            offered = [page.locator("#files"), page.get_by_role("button", name=re.compile("^Take out")).first]
            offered.append(page.get_by_role("button", name="Serve this one"))
            assert [each.is_visible() for each in offered].count(False) == hidden
            assert page.locator(".only-read").is_visible() == (scope == "read")
