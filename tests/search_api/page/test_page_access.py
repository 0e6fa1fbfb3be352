"""Whether everybody can use it: axe's checks on every view, a phone's width, light and dark."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.search_api.web.conftest import Served

from .conftest import Desk, at_desk

VIEWS = {
    "welcome": "/",
    "passages": "/?q=hicups+and+MS+age:<60&sex=male",
    "answer": "/?q=what+was+given+for+hiccups&tab=answer",
    "abstention": "/?q=was+dapsone+given+for+leprosy&tab=answer",
    "evidence": "/?q=treatments+tried+for+hiccups&tab=evidence",
    "similar": "/?view=similar",
    "library": "/?view=library",
    "history": "/?view=history",
}
KINDS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
}


ALL_KINDS = ["light", *(pytest.param(kind, marks=pytest.mark.slow) for kind in ("dark", "phone"))]


def faults(page: Page) -> list[str]:
    """What axe finds, each with where; none is let pass, whatever its weight."""
    found = Axe().run(page).response["violations"]
    return [f"{each['impact']} {each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}" for each in found]


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(browser: Browser, shown: Served, view: str, kind: str) -> None:
    """Names, roles, contrast and order hold in every view, in light, in dark and on a phone."""
    with at_desk(browser, shown, **KINDS[kind]) as desk:
        page = desk.open(VIEWS[view])
        page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")
        page.wait_for_load_state("networkidle")
        assert faults(page) == []


@pytest.mark.parametrize("kind", ALL_KINDS[:2])
def test_axe_finds_nothing_in_a_report_and_in_dialogs(browser: Browser, shown: Served, kind: str) -> None:
    """The report with its marked place, the window of a quotation's context, and the help."""
    with at_desk(browser, shown, **KINDS[kind]) as desk:
        hit = shown.site.service.search("striped rash").hits[0]
        page = desk.open(f"/?report={hit.report_id}&start={hit.start}&end={hit.end}")
        assert faults(page) == []
        desk.ask("what was given for hiccups", "answer")
        page.locator(".said").first.hover()
        expect(page.locator("#peek mark")).to_be_visible()
        assert faults(page) == []
        page.locator("#help").click()
        assert faults(page) == []


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_phone(browser: Browser, shown: Served, view: str) -> None:
    """No view makes the page scroll sideways at 320 pixels, the least that is asked for."""
    with at_desk(browser, shown, viewport={"width": 320, "height": 640}) as desk:
        page = desk.open(VIEWS[view])
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_light_and_dark_can_be_chosen_and_are_kept(desk: Desk) -> None:
    """The button turns what the system says, and the next visit begins with what was chosen."""
    page = desk.open()
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").click()
    after = page.evaluate(ground)
    assert after != before
    page.reload()
    assert page.evaluate(ground) == after


def test_the_first_key_leads_past_the_header(desk: Desk) -> None:
    """The first stop of the Tab key is a link to the content."""
    page = desk.open("/?view=library")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_without_scripts_the_page_says_what_to_use(browser: Browser, shown: Served) -> None:
    """Where JavaScript is off: the command line and the HTTP interface."""
    with at_desk(browser, shown, java_script_enabled=False) as desk:
        desk.page.goto(shown.address)
        expect(desk.page.locator("noscript p")).to_be_visible()
