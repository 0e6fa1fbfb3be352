"""The page in a real browser, where one is installed; and what its scripts do by themselves, in Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi import Response

from search_api.config import HYBRID

from .conftest import REPORTS, Served, open_site, serving

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NODE = shutil.which("node")
PAGE = Path(__file__).parents[3] / "search_api" / "web" / "page"
in_a_browser = pytest.mark.skipif(BROWSER is None, reason="no Chromium, which the page is shown in here, is installed")
in_node = pytest.mark.skipif(NODE is None, reason="node, which runs the page's scripts here, is not installed")

CASE = "Invented report: a numb {limb}\n\nCase presentation\nA {age}-year-old man had {what} (MS) and a {limb}.\n"
MORE = {
    "arm.txt": CASE.format(limb="arm", age=41, what="multiple sclerosis"),
    "leg.txt": CASE.format(limb="leg", age=42, what="mitral stenosis"),
    "hand.txt": CASE.format(limb="hand", age=43, what="multiple sclerosis"),
    "foot.txt": "Invented report: 𝔘 foot\n\nCase presentation\n𝔘 woman had hiccups. Lioresal was given.\n",
}
DRIVEN = """
const until = async (found) => { while (!found()) await new Promise((again) => setTimeout(again, 20)); };
const answered = () => / ms, generation /.test(document.getElementById("status").textContent);
await until(answered);
document.getElementById("status").textContent = "";
%s
await until(answered);
document.body.dataset.address = location.search;
document.body.dataset.focus = document.activeElement.id;
document.body.dataset.box = document.getElementById("q").value;
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A real server over reports in which MS has two meanings, baclofen two names and one title a rare letter."""
    with serving(open_site(tmp_path_factory.mktemp("page"), {**REPORTS, **MORE})) as found:
        yield found


def dom(served: Served, tmp_path: Path, path: str = "/", **asked: str) -> str:
    """The document as it stands in a browser once the page has its answer, white space singled."""
    command = [
        str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--disable-background-networking", f"--user-data-dir={tmp_path / 'browser'}",
        "--virtual-time-budget=20000", "--dump-dom",
        f"{served.address}{path}?{urlencode(asked)}",
    ]  # fmt: skip
    ran = subprocess.run(command, capture_output=True, timeout=240, check=True)
    return " ".join(ran.stdout.decode().split())


def driven(served: Served, tmp_path: Path, act: str, **asked: str) -> str:
    """The same after ``act``, a stretch of script, was done to the first answer, and the second has come."""
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    path = f"/driven/{tmp_path.name}"
    page = page.replace("</body>", f'<script src="{path}.js" type="module"></script></body>')
    app = served.site.app
    app.add_api_route(path, lambda: Response(page, media_type="text/html"))
    app.add_api_route(f"{path}.js", lambda: Response(DRIVEN % act, media_type="text/javascript"))
    return dom(served, tmp_path, path, **asked)


def part(document: str, opening: str, closing: str) -> str:
    """What stands between the first ``opening`` and the next ``closing``, without its markup."""
    found = re.search(re.escape(opening) + r"[^>]*>(.*?)" + re.escape(closing), document)
    assert found is not None, f"no {opening} in {document}"
    return unescape(re.sub(r"<[^>]+>", "", found[1]))


def script(call: str) -> Any:
    """What ``call`` gives in Node, ``cards`` and ``sought`` being the page's modules."""
    sources = []
    for name in ("cards", "sought"):
        text = (PAGE / f"{name}.js").read_text(encoding="utf-8")
        exported = ", ".join(re.findall(r"^export function (\w+)", text, re.MULTILINE))
        text = re.sub(r'^import (\{.*\}) from "/page/(\w+)\.js";$', r"const \1 = \2;", text, flags=re.MULTILINE)
        text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
        sources.append(f"const {name} = (() => {{\n{text}\nreturn {{ {exported} }};\n}})();")
    program = "\n".join([*sources, f"console.log(JSON.stringify({call}))"])
    ran = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def expansion(said: str, name: str, reason: str, *names: str) -> dict[str, Any]:
    return {"said": said, "name": name, "names": names, "reason": reason, "weight": 0.5, "reports": 3}


@in_a_browser
class TestInABrowser:
    """What a reader sees."""

    def test_a_guess_is_told_with_a_way_back_to_the_users_word(self, shown: Served, tmp_path: Path) -> None:
        """A misspelt word, what it was taken for, and a link that asks for the words as they are."""
        document = dom(shown, tmp_path, q="treatment of hicups", mode="ask")
        told = part(document, '<div id="guessed"', "</div>")
        assert told == "No report holds “hicups”; looked for “hiccups”. Search only for your own words"
        assert 'href="/?q=treatment+of+hicups&amp;mode=ask&amp;words=own"' in document

    def test_what_else_was_looked_for_stands_under_the_box(self, shown: Served, tmp_path: Path) -> None:
        """In a line that opens, with each expansion's reason, reports and weight."""
        document = dom(shown, tmp_path, q="Lioresal in MS", mode="search")
        also = part(document, '<details class="also"', "</details>")
        first, _, rest = also.partition("(Lioresal)")
        assert first.lower() == "also looked for: baclofen "
        assert "multiple sclerosis (MS), mitral stenosis (MS)" in rest
        assert f"other name · 2 reports · counts {HYBRID.concepts}" in rest
        assert document.index('id="sought"') < document.index('id="results"')

    def test_the_words_alone_can_be_asked_for_by_address(self, shown: Served, tmp_path: Path) -> None:
        """The switch is on, nothing else is looked for, and what no report holds is told."""
        document = dom(shown, tmp_path, q="hicups in MS", mode="search", words="own")
        assert '<div id="sought"></div>' in document
        assert '<div id="guessed" role="status"></div>' in document
        assert "no report holds “hicups”" in part(document, '<section id="results"', "</section>")

    def test_the_switch_asks_again(self, shown: Served, tmp_path: Path) -> None:
        """Turning it on asks the same question for the words alone, and the address says so."""
        act = 'document.getElementById("own").focus(); document.getElementById("own").click();'
        document = driven(shown, tmp_path, act, q="Lioresal", mode="search")
        assert 'data-address="?q=Lioresal&amp;mode=search&amp;words=own"' in document
        assert 'data-focus="own"' in document
        assert '<div id="sought"></div>' in document

    def test_a_meaning_can_be_chosen(self, shown: Served, tmp_path: Path) -> None:
        """Each meaning of an abbreviation is a button that adds the phrase to the line and asks again."""
        plain = dom(shown, tmp_path, q="a man with MS", mode="search")
        assert "“MS” stands for multiple sclerosis (2 reports) or mitral stenosis (1 report)" in part(
            plain, '<section id="results"', "<h2>"
        )
        act = 'document.querySelectorAll("button.word")[1].click();'
        document = driven(shown, tmp_path, act, q="a man with MS", mode="search")
        assert 'data-box="a man with MS &quot;mitral stenosis&quot;"' in document
        assert 'data-focus="q"' in document
        assert part(document, '<section id="results"', "<h2>") == ""
        assert re.findall(r"<h3>(.*?)</h3>", document) == ["Invented report: a numb leg"]

    def test_each_hit_says_why_it_is_there(self, shown: Served, tmp_path: Path) -> None:
        """Its words and their reasons, its ranks, and the words underlined where they stand, past rare letters."""
        document = dom(shown, tmp_path, q="baclofen for hiccups in a woman", mode="search")
        card = next(each for each in document.split("<article")[1:] if "foot" in each)
        why = part(card, '<details class="why"', "</details>")
        assert "baclofen: “Lioresal” – another name of it (" in why
        assert "hiccups: “hiccups”" in why
        assert re.search(r"Its report comes \d+(st|nd|rd|th) by words, \d+(st|nd|rd|th) by meaning\.", why)
        assert {"<b>woman</b>", "<b>hiccups</b>", "<b>Lioresal</b>"} <= set(re.findall(r"<b>\w+</b>", card))

    def test_the_drug_asked_for_is_told_by_its_names(self, shown: Served, tmp_path: Path) -> None:
        """A hit that is there for a filter on a drug says by which name it tells of it."""
        document = dom(shown, tmp_path, q="hiccups drug:baclofen", mode="search")
        assert "Names the drug: lioresal" in unescape(document.replace("Lioresal", "lioresal"))

    def test_an_answer_has_all_of_it_too(self, shown: Served, tmp_path: Path) -> None:
        """Sentences that answer come without a why, the passages below with one."""
        document = dom(shown, tmp_path, q="treatment of hicups", mode="ask")
        sentences, _, passages = document.partition("<h2>Passages</h2>")
        assert "What the reports say" in sentences
        assert 'class="why"' not in sentences
        assert 'class="why"' in passages


@in_node
class TestScripts:
    """What the page's scripts put into words."""

    @pytest.mark.parametrize(
        ("expansions", "line"),
        [
            ([], ""),
            ([expansion("hicups", "hiccups", "spelling")], ""),
            ([expansion("SLE", "lupus", "abbreviation")], "lupus (SLE)"),
            ([expansion("lupus", "Lupus", "other name")], ""),
            ([expansion("lupus", "Lupus", "other name", "LE", "lupus")], "LE (lupus)"),
            (
                [expansion("hicups", "hiccups", "spelling"), expansion("hicups", "Hiccups", "other name", "singultus")],
                "singultus (hicups)",
            ),
            ([expansion("gout", "podagra", "a kind of it")], "1 kind of gout"),
            (
                [expansion("a", f"b{at}", "other name") for at in range(6)]
                + [expansion("a", f"c{at}", "a kind of it") for at in range(12)],
                "b0 (a), b1 (a), b2 (a), b3 (a), and 2 more; 12 kinds of a",
            ),
            ([expansion(each, f"of {each}", "a kind of it") for each in "abcdef"][:5],
             "1 kind of a, 1 kind of b, 1 kind of c, 1 kind of d, and 1 more"),
        ],
        ids=["nothing", "guess", "abbreviation", "same-name", "other-name", "guess-and-name", "kind", "many", "kinds"],
    )  # fmt: skip
    def test_the_line_is_short(self, expansions: list[dict[str, Any]], line: str) -> None:
        """Names with what they stand for, four at most, then how many kinds; what was said or guessed is no news."""
        assert script(f"sought.briefly({json.dumps(expansions)})") == line

    def test_words_come_from_left_to_right_and_the_longer_first(self) -> None:
        """So that a name of several words is underlined whole, and none of its words again."""
        spans = [{"start": 9, "end": 12}, {"start": 2, "end": 4}, {"start": 2, "end": 8}]
        why = {"matched": [{"spans": spans[:2]}, {"spans": spans[2:]}]}
        assert script(f"cards.wordsOf({json.dumps(why)})") == [spans[2], spans[1], spans[0]]
        assert script("cards.wordsOf(null)") == []

    def test_counts_read_as_people_say_them(self) -> None:
        """One report, two reports."""
        assert script('[0, 1, 2].map((each) => cards.counted(each, "report"))') == [
            "0 reports",
            "1 report",
            "2 reports",
        ]


def test_every_import_of_a_script_is_there() -> None:
    """A script imports only from scripts beside it, and only what they export: else the page would stay dead."""
    for each in PAGE.glob("*.js"):
        for names, other in re.findall(r'^import \{ (.*?) \} from "(.*?)";$', each.read_text("utf-8"), re.MULTILINE):
            assert other.startswith("/page/")
            text = (PAGE / other.removeprefix("/page/")).read_text(encoding="utf-8")
            exported = set(re.findall(r"^export (?:async )?(?:function|const) (\w+)", text, re.MULTILINE))
            assert set(names.split(", ")) <= exported, each.name
