"""The answer, the table of evidence and patients alike, as a reader sees them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.search_api.web.conftest import open_site, serving

from .conftest import Desk, at_desk

ITCHING = {
    "liver.txt": """Invented report: pruritus in primary biliary cholangitis

Case presentation
A 50-year-old woman with primary biliary cholangitis had severe pruritus. Rifampicin was started for the pruritus.
""",
    "kidney.txt": """Invented report: pruritus in chronic kidney disease

Case presentation
A 61-year-old man with chronic kidney disease had severe pruritus. Gabapentin was started for the pruritus.
""",
}


class TestAnswer:
    """Sentences with their citations, or plainly that there is none."""

    def test_sentences_stand_under_their_report(self, desk: Desk) -> None:
        """Each is a slice of its report's text, with its role, place and a way into the report."""
        page = desk.ask("What was given for the hiccups?", "answer")
        answer = desk.served.site.service.ask("What was given for the hiccups?")
        assert answer.answerable
        said = page.locator("#panel-answer .said").all_inner_texts()
        assert sorted(said) == sorted(" ".join(each.text.split()) for each in answer.sentences)
        expect(page.locator("#panel-answer h3").first).to_contain_text("[1]")
        expect(page.locator("#panel-answer .tools").first).to_contain_text("treatment · ")

    def test_hovering_shows_the_quotation_in_its_context(self, desk: Desk) -> None:
        """The sentence marked between what stands around it; Escape closes it; leaving it closes it, too."""
        page = desk.ask("What was given for the hiccups?", "answer")
        said = page.locator("#panel-answer .said", has_text="baclofen 10 mg").first
        said.hover()
        expect(page.locator("#peek mark")).to_have_text(said.inner_text())
        expect(page.locator("#peek")).to_contain_text("blood tests were normal")
        expect(said).to_have_attribute("aria-expanded", "true")
        page.keyboard.press("Escape")
        expect(page.locator("#peek")).to_be_hidden()
        page.mouse.move(1, 1)
        said.hover()
        expect(page.locator("#peek mark")).to_be_visible()
        page.mouse.move(1, 1)
        expect(page.locator("#peek")).to_be_hidden()

    def test_a_tap_or_enter_shows_it_too(self, desk: Desk) -> None:
        """By the keyboard the same window opens, and its link leads to the place in the report."""
        page = desk.ask("What was given for the hiccups?", "answer")
        page.locator("#panel-answer .said").first.focus()
        page.keyboard.press("Enter")
        page.locator("#peek").get_by_role("link", name="Read on in the report").click()
        expect(page.locator("#cited")).to_be_visible()
        expect(page.locator("#peek")).to_be_hidden()

    def test_an_abstention_is_plain(self, desk: Desk) -> None:
        """What the reports do not answer is said not to be answered, why, and what is near, which is no answer."""
        page = desk.ask("How many patients with leprosy were cured by dapsone?", "answer")
        expect(page.locator(".abstained")).to_contain_text("The reports at hand do not answer this.")
        expect(page.locator(".abstained")).to_contain_text("Searched: 7 reports")
        expect(page.locator("#panel-answer .said")).to_have_count(0)

    def test_filters_alone_are_no_question(self, desk: Desk) -> None:
        """The answer and the table ask for words; the passages show what meets the filters."""
        page = desk.open("/?sex=female&tab=answer")
        expect(page.locator("#panel-answer")).to_contain_text("Ask a question in the box above.")
        page.locator("#tab-evidence").click()
        expect(page.locator("#panel-evidence")).to_contain_text("Name a condition in the box above.")
        page.locator("#tab-passages").click()
        desk.answered()
        expect(page.locator("article.card h3").first).to_contain_text("zoo keeper")

    def test_by_keys_one_goes_into_the_context_and_back(self, desk: Desk) -> None:
        """Enter leads to its link, Tab or Escape back to the sentence, and it is closed behind one."""
        page = desk.ask("What was given for the hiccups?", "answer")
        said = page.locator("#panel-answer .said").first
        for leave in ("Tab", "Shift+Tab", "Escape"):
            said.focus()
            page.keyboard.press("Enter")
            expect(page.locator("#peek a")).to_be_focused()
            page.keyboard.press(leave)
            expect(page.locator("#peek")).to_be_hidden()
            expect(said).to_be_focused()


class TestEvidence:
    """Counts, bars and rows."""

    def test_bars_tell_what_came_of_each_treatment(self, desk: Desk) -> None:
        """A bar for each treatment with its outcomes in words, the patients it counts and their denominator."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        line = page.locator(".chart tr", has_text="baclofen").first
        expect(line.locator(".count")).to_have_text(re.compile(r"^\d+ of \d+$"))
        expect(line.get_by_role("img")).to_have_attribute("aria-label", re.compile("resolved|improved"))
        expect(page.locator("#panel-evidence .lead")).to_contain_text("describe")
        expect(page.locator("#panel-evidence .caveat")).to_contain_text("no rates")

    def test_denominators_can_be_looked_at(self, desk: Desk) -> None:
        """Who was counted opens to the numbers that the counts are of."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        page.locator(".counts summary", has_text="Who was counted").click()
        expect(page.locator(".counts dl")).to_contain_text("Patients with the condition")

    def test_rows_open_for_their_sentences(self, desk: Desk) -> None:
        """A row's sentences are those of the report, each with a link to its place."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        row = page.locator("table.evidence tr", has_text="10 mg").first
        row.get_by_role("button", name=re.compile("^Sentences on")).click()
        below = page.locator("tr.sentences:not([hidden])")
        expect(below).to_contain_text("He was treated with baclofen 10 mg three times a day.")
        below.get_by_role("link", name="Read in the report").first.click()
        expect(page.locator("#cited")).to_contain_text("baclofen")

    def test_rows_are_sorted_and_grouped(self, desk: Desk) -> None:
        """A heading sorts by its column, up and down; groups are by treatment, patient or report, or none."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        heading = page.locator(".evidence thead th", has_text="Treatment")
        page.locator("#grouping").select_option("none")
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", "ascending")
        names = page.locator(".evidence td[data-name=Treatment]").all_inner_texts()
        assert len(set(names)) > 1
        assert names == sorted(names, key=str.lower)
        heading.get_by_role("button").click()
        expect(heading).to_have_attribute("aria-sort", "descending")
        expect(heading.get_by_role("button")).to_be_focused()
        assert page.locator(".evidence td[data-name=Treatment]").all_inner_texts() == names[::-1]
        expect(page.locator(".evidence tr.group")).to_have_count(0)
        page.locator("#grouping").select_option("report")
        expect(page.locator(".evidence tr.group").first).to_contain_text("Invented report")

    def test_one_treatment_alone_can_be_looked_at(self, desk: Desk) -> None:
        """A treatment's name in the chart leaves only its rows; a button brings the others back."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        page.locator(".chart").get_by_role("button", name="baclofen").click()
        expect(page.locator(".evidence tr.group")).to_have_count(1)
        page.locator(".rows").get_by_role("button", name="Show all").click()
        assert page.locator(".evidence tr.group").count() > 1

    def test_patients_with_another_disease_below_stand_apart(self, browser: Browser, tmp_path: Path) -> None:
        """Who is not counted comes last, under a line that says why, with the disease they have instead."""
        with serving(open_site(tmp_path, ITCHING)) as served, at_desk(browser, served) as desk:
            page = desk.ask("treatments for pruritus in primary biliary cholangitis", "evidence")
            expect(page.locator(".chart .count").first).to_have_text("1 of 1")
            expect(page.locator("tr.division")).to_have_text(re.compile("^Not counted: .* 1 patient, 1 row$"))
            lines = page.locator(".evidence tbody tr:not([hidden])").all_inner_texts()
            at = next(at for at, line in enumerate(lines) if line.startswith("Not counted"))
            counted, apart = "\n".join(lines[:at]), "\n".join(lines[at:])
            assert "Rifampicin" in counted
            assert "Gabapentin" not in counted
            assert "Gabapentin" in apart
            assert "chronic kidney disease" in apart
            page.locator("#grouping").select_option("none")
            expect(page.locator(".evidence tbody tr:not([hidden])").last).to_contain_text("Gabapentin")

    def test_the_switch_rests_where_it_means_nothing(self, desk: Desk) -> None:
        """The table counts other names in any case: the switch is off duty there, says why, and comes back."""
        page = desk.open("/?q=hiccups&tab=evidence&words=own")
        desk.answered()
        expect(page.locator("#own")).to_be_disabled()
        expect(page.locator("#own-about")).to_contain_text("in any case")
        page.locator("#tab-passages").click()
        desk.answered()
        expect(page.locator("#own")).to_be_enabled()
        expect(page.locator("#own")).to_be_checked()

    def test_the_file_is_of_the_rows_that_are_shown(self, desk: Desk) -> None:
        """Of one treatment alone, in the order of the chosen column."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        save = page.get_by_role("button", name="Save the table")
        heading = page.locator(".evidence thead th", has_text="Treatment").get_by_role("button")
        heading.click()
        heading.click()
        shown = page.locator(".evidence td[data-name=Treatment]").all_inner_texts()
        rows = desk.saved(save.click)[1].decode("utf-8-sig").splitlines()[1:]
        places = [next(at for at, row in enumerate(rows) if name in row) for name in dict.fromkeys(shown)]
        assert len(places) > 1
        assert places == sorted(places)
        page.locator(".chart").get_by_role("button", name="baclofen").click()
        content = desk.saved(save.click)[1].decode("utf-8-sig")
        assert "baclofen" in content
        assert "chlorpromazine" not in content.lower().replace("chlorpromazine had been", "")

    def test_bars_of_both_charts_have_one_measure(self, desk: Desk) -> None:
        """A bar of one patient is as long wherever it stands, and words of a row are not broken."""
        page = desk.ask("treatments tried for hiccups", "evidence")
        widths = page.locator(".part").evaluate_all("parts => parts.map(one => [one.textContent, one.style.width])")
        shares = {float(width.rstrip("%")) / int(count) for count, width in widths}
        assert max(shares) - min(shares) < 0.01
        cells = page.locator(".evidence td[data-name=Treatment]")
        assert cells.evaluate_all("cells => cells.every(one => one.scrollWidth <= one.clientWidth + 1)")

    def test_the_table_is_saved_with_its_filters(self, desk: Desk) -> None:
        """The file holds the rows that the filters leave."""
        page = desk.open("/?q=hiccups&tab=evidence&sex=male")
        desk.answered()
        name, content = desk.saved(page.get_by_role("button", name="Save the table").click)
        assert name == "evidence.csv"
        assert "baclofen" in content.decode("utf-8-sig")
        assert "female" not in content.decode("utf-8-sig")

    def test_no_patient_is_no_table(self, desk: Desk) -> None:
        """A condition that nobody of the reports has: said in words."""
        page = desk.ask("treatments tried for leprosy", "evidence")
        expect(page.locator(".abstained")).to_contain_text("No patient of these reports has it")


class TestSimilar:
    """Patients like one."""

    def test_a_story_finds_patients_and_stays_out_of_the_address(self, desk: Desk) -> None:
        """What is shared, denied and not reported stands on each card; the story is in no address."""
        page = desk.open("/?view=similar")
        page.locator("#story").fill("A man of 50 with hiccups for nine days. No fever. He has a striped rash.")
        page.get_by_role("button", name="Find similar patients").click()
        expect(page.locator("#view-similar article.card").first).to_contain_text("Shared: ")
        assert "hiccups" not in page.url
        page.locator("#view-similar article.card h3 a").first.click()
        expect(page.locator("article.text")).to_be_visible()
        page.go_back()
        expect(page.locator("#view-similar article.card").first).to_be_visible()
        assert page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})").find("hiccups") < 0

    def test_a_report_leads_to_patients_like_its_own(self, desk: Desk) -> None:
        """From a report's page to the reports most like it, itself left out."""
        page = desk.ask("hiccups in a balloon")
        page.locator("article.card h3 a").first.click()
        page.get_by_role("link", name="Patients like this").click()
        expect(page.locator("#view-similar [role=status]").first).to_contain_text("What is not reported is not a no.")
        expect(page.locator("#view-similar article.card h3", has_text="balloon")).to_have_count(0)
