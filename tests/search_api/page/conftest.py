"""The page in a real browser: Debian's Chromium, driven by Playwright, over a real server with self-made reports."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from tests.search_api.web.conftest import REPORTS, Served, Site, open_site, serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
CASE = "Invented report: a numb {limb}\n\nCase presentation\nA {age}-year-old man had {what} (MS) and a {limb}.\n"
MORE = {
    "arm.txt": CASE.format(limb="arm", age=41, what="multiple sclerosis"),
    "leg.txt": CASE.format(limb="leg", age=42, what="mitral stenosis"),
    "hand.txt": CASE.format(limb="hand", age=43, what="multiple sclerosis"),
    "foot.txt": "Invented report: 𝔘 foot\n\nCase presentation\n𝔘 woman had hiccups. Lioresal was given.\n",
}
WAIT_MS = 60_000
expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the tests of a file. Where there is none they skip, and say so."""
    if CHROMIUM is None:
        pytest.skip("no Chromium, which the page is shown in here, is installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@dataclass
class Desk:
    """A tab of the browser on a served site, and what went wrong in it: errors of scripts, refusals of the CSP."""

    served: Served
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)
    refused: list[Response] = field(default_factory=list)
    awaited: list[str] = field(default_factory=list)
    """Beginnings of what a test brings about itself and may stand in the console."""

    def open(self, path: str = "/") -> Page:
        """The page at ``path``, once it has asked what it asks by itself."""
        self.page.goto(self.served.address + path)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def ask(self, line: str, tab: str = "passages") -> Page:
        """The page after ``line`` was asked, typed as a person types."""
        page = self.open()
        page.get_by_role("searchbox").fill(line)
        page.get_by_role("button", name="Search", exact=True).click()
        if tab != "passages":
            page.locator(f"#tab-{tab}").click()
        self.answered()
        return page

    def answered(self) -> None:
        """Wait until the answer is there."""
        expect(self.page.locator("#status")).to_contain_text("generation")
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def saved(self, act: Callable[[], None]) -> tuple[str, bytes]:
        """The name and the bytes of the file that ``act`` makes the page save."""
        with self.page.expect_download() as waiting:
            act()
        return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


@contextmanager
def at_desk(browser: Browser, served: Served, **options: Any) -> Iterator[Desk]:
    """A new tab; at its end nothing may have gone wrong in it."""
    context = browser.new_context(locale="en-GB", **options)
    context.set_default_timeout(WAIT_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk = Desk(served, context, context.new_page())
    desk.page.on("response", lambda answer: desk.refused.append(answer) if answer.status >= 400 else None)
    desk.page.on("pageerror", lambda error: desk.wrong.append(f"error: {error}"))
    desk.page.on("console", lambda said: desk.wrong.append(f"console: {said.text}") if said.type == "error" else None)
    try:
        yield desk
    finally:
        context.close()
    told = [f"{each.status} {each.url}" for each in desk.refused]
    left = [each for each in desk.wrong if not any(known in each for known in desk.awaited)]
    assert not left, (left, told)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running site without a browser."""
    opened = open_site(tmp_path_factory.mktemp("site"), REPORTS)
    with opened.client:
        yield opened


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server over reports in which MS has two meanings, baclofen two names and one title a rare letter."""
    with serving(open_site(tmp_path_factory.mktemp("page"), {**REPORTS, **MORE})) as found:
        yield found


@pytest.fixture
def desk(browser: Browser, shown: Served) -> Iterator[Desk]:
    """A tab on a site that tests read and do not change."""
    with at_desk(browser, shown) as opened:
        yield opened


@pytest.fixture
def own_desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A tab on a site of one test's own."""
    with serving(open_site(tmp_path, REPORTS, log_searches=True)) as found, at_desk(browser, found) as opened:
        yield opened


@pytest.fixture
def empty_desk(browser: Browser, tmp_path: Path) -> Iterator[Desk]:
    """A tab on a site where nothing has been indexed yet."""
    with serving(open_site(tmp_path, {})) as found, at_desk(browser, found) as opened:
        yield opened
