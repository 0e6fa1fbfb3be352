"""The search view: one box, what it was taken for, passages as cards, and taking them along."""

from __future__ import annotations

import json
import re
from pathlib import Path

import rispy
from playwright.sync_api import Browser, Route, expect

from search_api.config import HYBRID
from tests.search_api.web.conftest import LATER, open_site, serving

from .conftest import CASE, Desk, at_desk


class TestAsking:
    """From a line to cards."""

    def test_before_anything_is_asked_there_are_examples(self, desk: Desk) -> None:
        """The box has the focus, each example is a link that asks it, and its tab comes with it."""
        page = desk.open()
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.locator(".examples a").nth(1).click()
        desk.answered()
        expect(page.locator("#tab-answer")).to_have_attribute("aria-selected", "true")
        expect(page.get_by_role("searchbox")).not_to_be_empty()

    def test_passages_come_with_their_words_and_their_place(self, desk: Desk) -> None:
        """A card has title, quotation with what mattered marked, section and offsets; the quotation is the text's."""
        page = desk.ask("baclofen for hiccups in a balloon")
        card = page.locator("article.card").first
        expect(card.locator("h3")).to_have_text("Invented report: hiccups after a balloon flight")
        expect(card.locator("mark").first).to_be_visible()
        place = card.locator(".tools .quiet").first.inner_text()
        found = re.search(r"(\w[\w ]*) · .*characters (\d+)–(\d+)", place)
        assert found is not None, place
        asked = desk.served.site.service.search("baclofen for hiccups in a balloon").hits[0]
        assert (int(found[2]), int(found[3])) == (asked.start, asked.end)
        said = card.locator("blockquote").first.evaluate("quote => quote.textContent")
        assert said == asked.text

    def test_the_address_says_all_of_it(self, desk: Desk) -> None:
        """A link to a tab with filters and the switch leads there; going back leads to the question before."""
        page = desk.ask("hiccups")
        page.get_by_role("searchbox").fill("rash")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"\?q=rash$"))
        desk.answered()
        page.go_back()
        expect(page.get_by_role("searchbox")).to_have_value("hiccups")
        expect(page.locator("article.card h3").first).to_contain_text("hiccups")
        desk.open("/?q=rash&tab=evidence&words=own&sex=female")
        expect(page.locator("#own")).to_be_checked()
        expect(page.locator("#tab-evidence")).to_have_attribute("aria-selected", "true")
        expect(page.locator("#conditions li")).to_contain_text(["sex: female"])

    def test_a_condition_of_the_line_can_be_taken_out(self, desk: Desk) -> None:
        """It is a chip; its button takes it out of the line, and asks again."""
        page = desk.ask("hiccups age:<60 -measles")
        expect(page.locator("#conditions li")).to_have_count(2)
        page.get_by_role("button", name="Remove the condition age: <60").click()
        expect(page.get_by_role("searchbox")).to_have_value("hiccups -measles")
        expect(page.locator("#conditions li")).to_have_count(1)

    def test_no_result_says_what_to_do(self, desk: Desk) -> None:
        """A phrase that no report holds: no passage, and what could be changed."""
        page = desk.ask('"a phrase that nobody wrote"')
        expect(page.locator(".empty")).to_contain_text("No passage meets this.")
        expect(page.locator(".empty")).to_contain_text("You could")
        expect(page.locator("#panel-passages .takebar")).to_be_hidden()

    def test_an_empty_corpus_leads_to_the_library(self, empty_desk: Desk) -> None:
        """Nothing to search yet: the page says so and leads to where reports are added."""
        page = empty_desk.open()
        expect(page.locator("#welcome")).to_contain_text("There is nothing to search yet.")
        page.get_by_role("link", name="Add reports").click()
        expect(page.locator("#view-library h2").first).to_have_text("Add reports")


class TestUnderstanding:
    """What a question was taken for."""

    def test_a_guess_is_told_with_a_way_back_to_the_users_word(self, desk: Desk) -> None:
        """A misspelt word, what it was taken for, and a link that asks for the words as they are."""
        page = desk.ask("treatment of hicups")
        told = page.locator("#guessed")
        expect(told).to_have_text("No report holds “hicups”; looked for “hiccups”. Search only for your own words")
        told.get_by_role("link").click()
        expect(page).to_have_url(re.compile(r"q=treatment\+of\+hicups&words=own$"))
        expect(page.locator("#own")).to_be_checked()

    def test_what_else_was_looked_for_stands_under_the_box(self, desk: Desk) -> None:
        """In a line that opens, with each expansion's reason, reports and weight."""
        page = desk.ask("Lioresal in MS")
        also = page.locator("details.also")
        first, _, rest = also.evaluate("each => each.textContent").partition("(Lioresal)")
        assert first.lower() == "also looked for: baclofen "
        assert "multiple sclerosis (MS), mitral stenosis (MS)" in rest
        assert f"other name · 2 reports · counts {HYBRID.concepts}" in rest

    def test_the_switch_asks_again(self, desk: Desk) -> None:
        """Turned on, nothing but the words is looked for, and the address says so."""
        page = desk.ask("Lioresal")
        expect(page.locator("details.also")).to_have_count(1)
        page.locator("#own").check()
        expect(page).to_have_url(re.compile("words=own"))
        expect(page.locator("details.also")).to_have_count(0)

    def test_a_meaning_can_be_chosen(self, desk: Desk) -> None:
        """Each meaning of an abbreviation is a button that adds the phrase to the line and asks again."""
        page = desk.ask("a man with MS")
        expect(page.locator("#notices")).to_contain_text(
            "“MS” stands for multiple sclerosis (2 reports) or mitral stenosis (1 report)"
        )
        page.get_by_role("button", name="Only reports that hold “mitral stenosis”").click()
        expect(page.get_by_role("searchbox")).to_have_value('a man with MS "mitral stenosis"')
        expect(page.locator("article.card h3")).to_have_text(["Invented report: a numb leg"])

    def test_each_hit_says_why_it_is_there(self, desk: Desk) -> None:
        """Its words and their reasons, its ranks, and the words underlined where they stand, past rare letters."""
        page = desk.ask("baclofen for hiccups in a woman")
        card = page.locator("article.card", has_text="foot")
        why = card.locator("details.why").first.evaluate("each => each.textContent")
        assert "baclofen: “Lioresal” – another name of it (" in why
        assert re.search(r"Its report comes \d+(st|nd|rd|th) by words, \d+(st|nd|rd|th) by meaning\.", why)
        assert {"woman", "hiccups", "Lioresal"} <= set(card.locator("blockquote b").all_inner_texts())

    def test_the_drug_asked_for_is_told_by_its_names(self, desk: Desk) -> None:
        """A hit that is there for a filter on a drug says by which name it tells of it."""
        page = desk.ask("hiccups drug:baclofen")
        expect(page.locator("article.card", has_text="foot")).to_contain_text(
            re.compile("Names the drug: lioresal", re.I)
        )


class TestKeys:
    """Without a mouse."""

    def test_j_k_x_and_enter_go_through_the_results(self, desk: Desk) -> None:
        """j and k move between cards, x selects, Enter opens the report at the passage; / goes to the box."""
        page = desk.ask("hiccups or a rash")
        page.keyboard.press("Tab")
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        expect(page.locator("article.card").nth(0)).to_be_focused()
        page.keyboard.press("j")
        expect(page.locator("article.card").nth(1)).to_be_focused()
        page.keyboard.press("k")
        page.keyboard.press("x")
        expect(page.locator("article.card").nth(0).locator(".pick").first).to_be_checked()
        page.keyboard.press("/")
        expect(page.get_by_role("searchbox")).to_be_focused()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"report="))
        expect(page.locator("#cited")).to_be_focused()

    def test_tabs_are_gone_through_by_arrows_and_numbers(self, desk: Desk) -> None:
        """Arrow keys move from tab to tab and take the focus along; 1, 2 and 3 choose one from anywhere."""
        page = desk.ask("hiccups")
        page.locator("#tab-passages").focus()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#tab-answer")).to_be_focused()
        expect(page.locator("#tab-answer")).to_have_attribute("aria-selected", "true")
        page.keyboard.press("3")
        expect(page.locator("#panel-evidence")).to_be_visible()
        page.keyboard.press("1")
        expect(page.locator("#panel-passages")).to_be_visible()

    def test_single_keys_can_be_switched_off(self, desk: Desk) -> None:
        """? opens the help, where the switch is; off, a letter does nothing, also after the page was opened anew."""
        page = desk.ask("hiccups")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("?")
        expect(page.locator("#help-dialog")).to_be_visible()
        page.locator("#single-keys").uncheck()
        page.keyboard.press("Escape")
        page.reload()
        desk.answered()
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("j")
        expect(page.locator("article.card").nth(0)).not_to_be_focused()


class TestTaking:
    """Citations and files."""

    def test_a_citation_and_a_quotation_can_be_copied(self, desk: Desk) -> None:
        """The citation names the article; the quotation is letter for letter and says where it stands."""
        page = desk.ask("baclofen for hiccups in a balloon")
        card = page.locator("article.card").first
        card.get_by_role("button", name="Copy citation").first.click()
        expect(page.locator("#told")).to_have_text("Citation copied.")
        assert page.evaluate("navigator.clipboard.readText()") == "Invented report: hiccups after a balloon flight."
        card.get_by_role("button", name="Copy quotation").first.click()
        expect(page.locator("#told")).to_have_text("Quotation with its citation copied.")
        asked = desk.served.site.service.search("baclofen for hiccups in a balloon").hits[0]
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(f"“{asked.text}”")
        assert copied.endswith(f"[{asked.report_id}, characters {asked.start}–{asked.end}]")

    def test_what_is_selected_is_saved_in_the_chosen_format(self, desk: Desk) -> None:
        """All of the list, or what is ticked; the file is one that reference managers read."""
        page = desk.ask("hiccups or a rash")
        name, content = desk.saved(page.get_by_role("button", name=re.compile("^Save all")).click)
        titles = {entry["title"] for entry in rispy.loads(content.decode())}
        assert name == "casetrove.ris"
        assert titles == set(page.locator("article.card h3").all_inner_texts())
        page.locator(".pick").first.check()
        page.locator("#panel-passages select").select_option("csl")
        name, content = desk.saved(page.get_by_role("button", name="Save 1 selected passage").click)
        assert [entry["title"] for entry in json.loads(content)] == [page.locator("article.card h3").first.inner_text()]
        page.get_by_role("button", name="Clear the selection").click()
        expect(page.locator(".pick").first).not_to_be_checked()


class TestWaiting:
    """Slow, overtaken, broken off."""

    def test_an_error_is_told_and_can_be_tried_again(self, desk: Desk) -> None:
        """A server that does not answer: the page says so, and asks again at a button."""
        desk.awaited.append("Failed to load resource")
        page = desk.open()
        page.route("**/v1/search", lambda route: route.abort())
        page.get_by_role("searchbox").fill("hiccups")
        page.keyboard.press("Enter")
        expect(page.locator(".problem")).to_contain_text("The server does not answer. Is it still running?")
        page.unroute("**/v1/search")
        page.get_by_role("button", name="Try again").click()
        desk.answered()
        expect(page.locator("article.card").first).to_be_visible()

    def test_what_the_server_refuses_is_told_in_its_words(self, desk: Desk) -> None:
        """A line of conditions that cannot be read: the reason stands on the page."""
        desk.awaited.append("422")
        page = desk.open("/?q=hiccups&year=a+while+ago")
        expect(page.locator(".problem")).to_contain_text("filters.year")
        expect(page.get_by_role("button", name="Try again")).to_have_count(0)

    def test_a_slow_answer_can_be_stopped(self, desk: Desk) -> None:
        """After a while the page offers to stop; nothing of the question before then stands under the new one."""
        held: list[Route] = []
        page = desk.ask("a striped rash")
        expect(page.locator("article.card").first).to_be_visible()
        page.route("**/v1/search", lambda route: held.append(route))
        page.get_by_role("searchbox").fill("hiccups")
        page.keyboard.press("Enter")
        expect(page.locator("#status")).to_contain_text("This takes longer than usual.")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator("#status")).to_have_text("Stopped.")
        expect(page.locator("#panel-passages")).to_contain_text("Stopped before there was an answer.")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        expect(page.locator("article.card")).to_have_count(0)
        assert len(held) == 1
        page.unroute("**/v1/search")
        page.get_by_role("button", name="Try again").click()
        desk.answered()
        expect(page.locator("article.card h3").first).to_contain_text("hiccups")

    def test_the_same_question_is_asked_again(self, own_desk: Desk) -> None:
        """Search on the same line looks again: what came meanwhile is found."""
        page = own_desk.ask("purple toes or hiccups")
        own_desk.served.site.upload(("toes.txt", LATER))
        page.get_by_role("button", name="Search", exact=True).click()
        expect(page.locator("#status")).to_contain_text("generation 2")
        expect(page.locator("article.card h3", has_text="purple toes").first).to_be_visible()

    def test_a_list_that_cannot_go_on_offers_to_search_again(self, browser: Browser, tmp_path: Path) -> None:
        """More of a list is had as long as the index is the same; then the page says so, and searches anew."""
        many = {f"case-{at}.txt": CASE.format(limb=f"finger {at}", age=20 + at, what="gout") for at in range(12)}
        with serving(open_site(tmp_path, many)) as served, at_desk(browser, served) as desk:
            desk.awaited.append("410")
            page = desk.ask("a numb finger")
            expect(page.locator(".passage")).to_have_count(10)
            served.site.upload(("toes.txt", LATER))
            page.get_by_role("button", name="Show more").click()
            page.get_by_role("button", name="Search again").click()
            expect(page.locator("#status")).to_contain_text("generation 2")
            page.get_by_role("button", name="Show more").click()
            expect(page.get_by_role("button", name="Show more")).to_have_count(0)
            assert page.locator(".passage").count() > 10

    def test_what_was_typed_is_not_lost_to_a_tab_or_a_filter(self, desk: Desk) -> None:
        """Edited words are asked when a tab or a filter is chosen."""
        page = desk.ask("hiccups")
        page.get_by_role("searchbox").fill("a striped rash")
        page.locator("#tab-answer").click()
        expect(page).to_have_url(re.compile(r"q=a\+striped\+rash&tab=answer"))
        page.get_by_role("searchbox").fill("hiccups again")
        page.get_by_label("male", exact=True).check()
        expect(page).to_have_url(re.compile(r"q=hiccups\+again&tab=answer&sex=male"))

    def test_an_answer_that_was_overtaken_is_dropped(self, desk: Desk) -> None:
        """The first question's answer comes after the second's, and is not shown."""
        held: list[Route] = []
        page = desk.open()
        page.route("**/v1/search", lambda route: held.append(route), times=1)
        page.get_by_role("searchbox").fill("rash")
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("q=rash"))
        page.get_by_role("searchbox").fill("hiccups in a balloon")
        page.keyboard.press("Enter")
        desk.answered()
        for each in held:
            each.continue_()
        page.wait_for_load_state("networkidle")
        expect(page.locator("article.card h3").first).to_contain_text("balloon")
