"""A report to be read, and the library it stands in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.papers import Paper
from tests.search_api.web.conftest import LATER, REPORTS, open_site, serving

from .conftest import Desk, at_desk

pytestmark = pytest.mark.slow

DROPPED = """
([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name, { type: "text/plain" }));
  const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true });
  document.querySelector(".zone").dispatchEvent(drop);
}
"""


class TestReport:
    """The text, and the cited place in it."""

    def test_the_cited_place_is_marked_and_in_view(self, desk: Desk) -> None:
        """What is marked is the slice that the address names, code point by code point, and it is on the screen."""
        service = desk.served.site.service
        hit = service.search("zinc ointment for a striped rash").hits[0]
        page = desk.open(f"/?report={hit.report_id}&start={hit.start}&end={hit.end}")
        marked = page.locator("mark").evaluate_all("marks => marks.map((mark) => mark.textContent).join('')")
        assert re.sub(r"\s", "", marked) == re.sub(r"\s", "", hit.text)
        expect(page.locator("#cited")).to_be_in_viewport()
        expect(page.locator("#cited")).to_be_focused()

    def test_all_of_the_text_is_there_by_sections(self, desk: Desk) -> None:
        """Every word of the normalised text, in its order, its headings as headings; rare letters as they are."""
        site = desk.served.site
        report_id = site.found("striped rash in a zoo keeper")[0]
        page = desk.open(f"/?report={report_id}")
        text = site.service.reading(report_id).report.text
        assert page.locator("article.text").evaluate("each => each.textContent.replace(/\\s/g, '')") == "".join(
            text.split()
        )
        assert page.locator("article.text h3").all_inner_texts() == [
            "Case presentation",
            "Treatment",
            "Outcome",
            "References",
        ]
        page.locator(".contents summary").click()
        page.locator(".contents a", has_text="Outcome").click()
        expect(page.locator("article.text h3", has_text="Outcome")).to_be_in_viewport()

    def test_a_report_links_to_its_article(self, own_desk: Desk) -> None:
        """Authors, journal and a link to the web, each by itself, above the text."""
        site = own_desk.served.site
        facts = "J Invented Med. 2020;3:1-2. doi:10.5555/ears.1"
        site.upload(("ears.txt", f"Invented report: green ears\n{facts}\n\nCase\nA man had green ears.\n".encode()))
        page = own_desk.open(f"/?report={site.found('green ears')[0]}")
        links = page.locator(".report-head p a")
        found = site.service.search("green ears").hits[0].citation.links
        assert len(found) > 0
        assert [each.get_attribute("href") for each in links.all()] == list(found)
        assert "," not in page.locator(".report-head > p").first.inner_text()

    def test_what_its_patients_were_given_leads_to_the_sentences(self, desk: Desk) -> None:
        """A list of treatments, each with a link to the place that says so."""
        report_id = desk.served.site.found("hiccups in a balloon")[0]
        page = desk.open(f"/?report={report_id}")
        page.locator(".cases summary").click()
        page.locator(".cases li", has_text="10 mg").get_by_role("link").click()
        expect(page.locator("#cited")).to_contain_text("baclofen 10 mg")

    def test_back_leads_to_the_results(self, desk: Desk) -> None:
        """From a passage to its report and back: the results stand as they were."""
        page = desk.ask("hiccups or a rash")
        titles = page.locator("article.card h3").all_inner_texts()
        page.locator("article.card h3 a").nth(1).click()
        page.get_by_role("button", name="← Back").click()
        expect(page.locator("article.card h3").first).to_be_visible()
        assert page.locator("article.card h3").all_inner_texts() == titles

    def test_an_unknown_report_is_said_to_be_unknown(self, desk: Desk) -> None:
        """A link to a report that is not there tells so."""
        desk.awaited.append("404")
        page = desk.open("/?report=cr-000000000000")
        expect(page.locator("#view-report [role=alert]")).to_contain_text("is not in the catalog")


class TestPages:
    """The page of a PDF beside its text."""

    def test_the_cited_place_is_marked_on_its_page(self, own_desk: Desk) -> None:
        """The picture of the page, a mark over the cited words, and the pages before and after."""
        paper = Paper()
        paper.add_page()
        paper.column(20, 20, ["Invented report: blue thumbs after indigo dyeing", "", "Case presentation"], 12)
        paper.column(20, 60, ["A 44-year-old dyer had blue thumbs for a month.", "She had no pain at all."])
        paper.add_page()
        paper.column(20, 40, ["Treatment", "", "She was treated with soap flakes twice a day."])
        paper.column(20, 60, ["Her thumbs were pale within a week."])
        own_desk.served.site.upload(("thumbs.pdf", paper.data()))
        hit = own_desk.served.site.service.search("soap flakes for blue thumbs").hits[0]
        page = own_desk.open(f"/?report={hit.report_id}&start={hit.start}&end={hit.end}")
        expect(page.locator(".pages [role=status]")).to_have_text("Page 2 of 2")
        picture = page.get_by_role("img", name="Page 2 of the PDF")
        expect(picture).to_be_visible()
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 1000
        spot, leaf = page.locator(".spot").first.bounding_box(), page.locator(".leaf").bounding_box()
        assert spot is not None
        assert leaf is not None
        assert leaf["x"] < spot["x"] < spot["x"] + spot["width"] < leaf["x"] + leaf["width"]
        assert leaf["y"] < spot["y"] < spot["y"] + spot["height"] < leaf["y"] + leaf["height"]
        page.get_by_role("button", name="The page before").click()
        expect(page.get_by_role("img", name="Page 1 of the PDF")).to_be_visible()
        expect(page.locator(".spot")).to_have_count(0)


class TestLibrary:
    """What is in it, and what is put in."""

    def test_an_upload_is_followed_to_its_end_and_found(self, own_desk: Desk) -> None:
        """Files are chosen, what becomes of each is told, and a search finds what was added."""
        page = own_desk.open("/?view=library")
        page.locator("#files").set_input_files(
            [
                {"name": "toes.txt", "mimeType": "text/plain", "buffer": LATER},
                {"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""},
            ]
        )
        expect(page.locator("#upload-status")).to_have_text("Done: what was added can be found now.")
        expect(page.locator("#upload-files li")).to_have_text(
            [re.compile("^toes.txt: added"), re.compile("^nothing.txt: could not be read – ")]
        )
        expect(page.locator(".shelf")).to_contain_text("purple toes after grape treading")
        own_desk.ask("purple toes")
        expect(page.locator("article.card h3").first).to_contain_text("purple toes")

    def test_what_was_accepted_is_not_said_to_be_unsent(self, own_desk: Desk) -> None:
        """While the server has no time to tell how far it is, the page says so, asks on, and takes more files."""
        own_desk.awaited.append("503")
        refusal = {"status": 503, "content_type": "application/problem+json", "body": '{"detail": "Too busy to tell."}'}
        page = own_desk.open("/?view=library")
        page.route("**/v1/jobs/*", lambda route: route.fulfill(**refusal))
        page.route("**/v1/jobs/*/events", lambda route: route.fulfill(**refusal))
        page.locator("#files").set_input_files([{"name": "toes.txt", "mimeType": "text/plain", "buffer": LATER}])
        expect(page.locator("#upload-status")).to_contain_text("What was sent is kept. Too busy to tell.")
        page.unroute("**/v1/jobs/*")
        page.unroute("**/v1/jobs/*/events")
        expect(page.locator("#upload-status")).to_have_text("Done: what was added can be found now.")
        expect(page.locator("#upload-files li")).to_have_text([re.compile("^toes.txt: added")])

    def test_an_upload_that_cannot_be_followed_does_not_stop_the_next(self, own_desk: Desk) -> None:
        """A job that is gone is told of, and files chosen after it are sent."""
        own_desk.awaited.append("404")
        refusal = {"status": 404, "content_type": "application/problem+json", "body": '{"detail": "No such job."}'}
        page = own_desk.open("/?view=library")
        page.route(re.compile("/v1/jobs/"), lambda route: route.fulfill(**refusal))
        page.locator("#files").set_input_files([{"name": "toes.txt", "mimeType": "text/plain", "buffer": LATER}])
        expect(page.locator("#upload-status")).to_contain_text(
            "was accepted, but how far it is can't be told: No such job."
        )
        page.unroute(re.compile("/v1/jobs/"))
        page.locator("#files").set_input_files([{"name": "nothing.txt", "mimeType": "text/plain", "buffer": b""}])
        expect(page.locator("#upload-files li")).to_have_text([re.compile("^nothing.txt: could not be read")])

    def test_files_can_be_dropped(self, own_desk: Desk) -> None:
        """A file that is dropped on the box is sent in."""
        page = own_desk.open("/?view=library")
        page.evaluate(DROPPED, ["toes.txt", LATER.decode()])
        expect(page.locator("#upload-files li")).to_have_text([re.compile("^toes.txt: added")])

    def test_a_first_report_makes_the_page_useful(self, empty_desk: Desk) -> None:
        """From an empty corpus to a search, without a command."""
        page = empty_desk.open("/?view=library")
        page.locator("#files").set_input_files([{"name": "toes.txt", "mimeType": "text/plain", "buffer": LATER}])
        expect(page.locator("#upload-status")).to_have_text("Done: what was added can be found now.")
        expect(page.locator("#index-state")).to_have_text("1 report")
        empty_desk.ask("purple toes")
        expect(page.locator("article.card")).to_have_count(1)

    def test_a_report_is_taken_out_only_when_that_is_confirmed(self, own_desk: Desk) -> None:
        """Cancel leaves it; yes takes it out of the list and the index."""
        page = own_desk.open("/?view=library")
        line = page.locator(".shelf li", has_text="goitre from kelp crisps")
        line.get_by_role("button", name=re.compile("^Take out")).click()
        page.locator("#confirm-dialog").get_by_role("button", name="Cancel").click()
        expect(line).to_have_count(1)
        line.get_by_role("button", name=re.compile("^Take out")).click()
        page.locator("#confirm-dialog").get_by_role("button", name="Take it out").click()
        expect(line).to_have_count(0)
        own_desk.served.site.settled()
        assert own_desk.served.site.service.search("kelp crisps goitre").generation == 2

    def test_an_upload_under_way_is_shown_by_a_page_that_is_opened_later(
        self, browser: Browser, tmp_path: Path
    ) -> None:
        """Its stage stands there, and then its end."""
        with serving(open_site(tmp_path, REPORTS)) as served, at_desk(browser, served) as desk:
            served.site.encoder.gate.clear()
            served.site.client.post("/v1/reports?wait=0", files=[("files", ("toes.txt", LATER))])
            page = desk.context.new_page()
            page.goto(served.address + "/?view=library")
            expect(page.locator("#upload-status")).to_contain_text("Indexing")
            served.site.encoder.gate.set()
            expect(page.locator("#upload-status")).to_have_text("Done: what was added can be found now.")
