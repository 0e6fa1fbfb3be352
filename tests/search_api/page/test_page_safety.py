"""What a hostile report, file name or address could do to a reader: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.search_api.web.conftest import REPORTS, open_site, serving

from .conftest import Desk, at_desk

BITE = "<img src=x onerror=document.body.dataset.bitten=1><script>document.body.dataset.bitten=1</script>"
SHOWN = BITE.replace("<", "&lt;")
HOSTILE = f"""{BITE} a hostile report

Case presentation
A 40-year-old man had measles {BITE} and javascript:alert(1) "><svg onload=document.body.dataset.bitten=1>.

Treatment
He was treated with aspirin {BITE} 10 mg twice a day for measles.

Outcome
The measles {BITE} resolved after aspirin within a week.
"""
HTML = f"""<!doctype html><html><head><title>{SHOWN}</title>
<meta name="citation_author" content="{SHOWN}">
<meta name="citation_doi" content="10.5555/&quot;&gt;&lt;svg onload=1&gt;">
<meta name="citation_journal_title" content="javascript:document.body.dataset.bitten=1"></head>
<body><h1>Scarlet fever {SHOWN}</h1><h2>Case presentation</h2>
<p>A 9-year-old girl had scarlet fever. {SHOWN} She was given penicillin for scarlet fever.</p></body></html>"""
NAME = "<img src=x onerror=document.body.dataset.bitten=1>.txt"


@pytest.fixture(scope="module")
def hostile(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A tab on a site that holds hostile reports."""
    site = open_site(tmp_path_factory.mktemp("hostile"), {**REPORTS, NAME: HOSTILE, "fever.html": HTML})
    with serving(site) as served, at_desk(browser, served) as desk:
        yield desk


def unbitten(page: Page) -> None:
    """Nothing of a report became an element, a script or a link that runs."""
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.body.dataset.bitten ?? 'not bitten'") == "not bitten"
    assert page.locator("main script, main svg, main img:not(.leaf img), main iframe").count() == 0
    assert page.evaluate("[...document.links].filter((link) => !/^https?:/.test(link.href)).length") == 0


@pytest.mark.parametrize("tab", ["passages", "answer", "evidence"])
@pytest.mark.parametrize("question", ["treatment of measles with aspirin", "scarlet fever penicillin"])
def test_a_hostile_report_is_text_in_every_tab(hostile: Desk, tab: str, question: str) -> None:
    """Its markup is shown letter for letter, and runs nowhere."""
    page = hostile.ask(question, tab)
    for summary in page.locator(f"#panel-{tab} summary").all():
        summary.click()
    for opener in page.locator("table.evidence button[aria-expanded]").all():
        opener.click()
    if tab == "answer" and page.locator(".said").count():
        page.locator(".said").first.hover()
        expect(page.locator("#peek mark")).to_be_visible()
    if tab == "passages":
        expect(page.locator("main")).to_contain_text("onerror=document.body.dataset.bitten=1")
    unbitten(page)


def test_a_hostile_report_is_text_where_it_is_read_and_listed(hostile: Desk) -> None:
    """In the report view, the library and among similar patients."""
    site = hostile.served.site
    for report_id in (site.found("measles aspirin")[0], site.found("scarlet fever")[0]):
        page = hostile.open(f"/?report={report_id}&start=0&end=80")
        expect(page.locator("article.text")).to_contain_text("had ")
        unbitten(page)
        page = hostile.open(f"/?view=similar&like={report_id}")
        unbitten(page)
    page = hostile.open("/?view=library")
    for summary in page.locator("#upkeep summary").all():
        summary.click()
    expect(page.locator(".shelf").last).to_contain_text("a hostile report")
    unbitten(page)


@pytest.mark.parametrize(
    "path",
    [
        "/?q=" + quote(BITE),
        "/?q=" + quote(f'age:"{BITE}" -{BITE}'),
        "/?q=hiccups&kind=" + quote(BITE) + "&sex=" + quote('"><svg onload=1>'),
        "/?report=" + quote(BITE),
        "/?report=javascript:alert(1)&start=1&end=2",
        "/?view=" + quote(BITE) + "&tab=" + quote(BITE),
        "/?view=similar&like=" + quote(BITE),
    ],
)
def test_a_hostile_address_is_text(hostile: Desk, path: str) -> None:
    """Whatever a link holds, it is shown as text or refused in words."""
    hostile.awaited += ["404", "422"]
    unbitten(hostile.open(path))


def test_a_hostile_file_name_is_text_when_it_is_sent_in(hostile: Desk) -> None:
    """What became of the file is told with its name as it is."""
    hostile.awaited += ["422"]
    page = hostile.open("/?view=library")
    page.locator("#files").set_input_files([{"name": BITE.replace("/", ""), "mimeType": "text/plain", "buffer": b""}])
    expect(page.locator("#upload-status")).to_have_class("error")
    expect(page.locator("#upload-files, #upload-status")).to_contain_text(["", "onerror"])
    unbitten(page)


def test_scripts_styles_and_frames_from_elsewhere_are_refused(hostile: Desk) -> None:
    """The policy forbids inline scripts and styles, other origins, and being framed; without ``unsafe-…``."""
    answer = hostile.served.site.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    hostile.awaited += ["Content Security Policy", "violates the following"]
    page = hostile.open("/")
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "document.body.dataset.bitten = 1";
      document.body.append(script);
      const far = document.createElement("script");
      far.src = "http://127.0.0.2:9/far.js";
      document.body.append(far);
    }""")
    assert page.evaluate("document.body.dataset.bitten ?? 'not bitten'") == "not bitten"
