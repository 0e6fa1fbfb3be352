"""A report is read again while the page shows what was found in it: no other words are taken for those shown."""

from __future__ import annotations

import csv
import io

import pytest
from playwright.sync_api import expect

from tests.search_api.web.conftest import REPORTS

from .conftest import Desk

pytestmark = pytest.mark.slow

ABSTRACT = "\n\nAbstract\nA zoo keeper whose rash had stripes got well with an ointment.\n\nCase"
CORRECTED = REPORTS["zebra.txt"].replace("\n\nCase", ABSTRACT, 1)
ASKED = "What was given for a striped rash?"


def words(text: str) -> str:
    """Without breaks of lines, as a cell of a table has it."""
    return " ".join(text.split())


def test_a_link_into_another_reading_shows_the_report_and_says_so(own_desk: Desk) -> None:
    """Nothing is marked where other words stand by now; a link that was made since is marked as ever."""
    page = own_desk.ask("zinc ointment for a striped rash")
    link = page.get_by_role("link", name="Read in the report").first.get_attribute("href")
    assert link is not None
    page = own_desk.open(link)
    expect(page.locator("#cited")).to_be_visible()
    own_desk.served.site.reread("zebra.txt", CORRECTED)
    page = own_desk.open(link)
    expect(page.locator("#view-report [role=status]").first).to_contain_text("has changed since the link was made")
    expect(page.locator("article.text")).to_contain_text("got well with an ointment")
    expect(page.locator("mark")).to_have_count(0)
    own_desk.ask("zinc ointment for a striped rash")
    page.get_by_role("link", name="Read in the report").first.click()
    expect(page.locator("#cited")).to_be_visible()
    expect(page.locator("#view-report [role=status]").first).to_be_empty()


def test_what_is_saved_is_what_is_shown(own_desk: Desk) -> None:
    """Passages that are on the screen are saved with their words, though their report changed meanwhile."""
    page = own_desk.ask("zinc ointment for a striped rash")
    shown = page.locator("article.card blockquote").all_inner_texts()
    own_desk.served.site.reread("zebra.txt", CORRECTED)
    page.get_by_label("Format of the file").first.select_option("csv")
    _, content = own_desk.saved(lambda: page.get_by_role("button", name="Save all").first.click())
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [words(row["text"]) for row in rows] == [words(text) for text in shown]


def test_a_sentence_is_looked_at_in_the_text_that_it_is_of(own_desk: Desk) -> None:
    """What is marked in the small window is the sentence, though its report changed meanwhile."""
    page = own_desk.ask(ASKED, "answer")
    said = page.locator(".said").filter(has_text="ointment").first
    sentence = said.inner_text()
    own_desk.served.site.reread("zebra.txt", CORRECTED)
    said.click()
    expect(page.locator("#peek mark")).to_have_text(sentence)
