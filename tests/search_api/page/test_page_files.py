"""The page as files: whole, from here, without markup made of text; and what its scripts do by themselves, in Node."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from search_api.retrieval.filters import NAMES
from tests.search_api.web.conftest import Site

PAGE = Path(__file__).parents[3] / "search_api" / "web" / "page"
SCRIPTS = sorted(each.name for each in PAGE.glob("*.js"))
NODE = shutil.which("node")
in_node = pytest.mark.skipif(NODE is None, reason="node, which runs the page's scripts here, is not installed")
IMPORT = r'^import (?:\{ (.*?) \}|\* as \w+) from "(.*?)";$'


def run(module: str, call: str) -> Any:
    """What ``call`` gives in Node, the functions of ``module`` being at hand: those that need no document."""
    text = (PAGE / module).read_text(encoding="utf-8")
    text = re.sub(r"^import .*;$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^export ", "", text, flags=re.MULTILINE)
    helpers = (PAGE / "dom.js").read_text(encoding="utf-8")
    helpers = re.sub(r"^export ", "", helpers, flags=re.MULTILINE) if module != "dom.js" else ""
    program = f"{helpers}\n{text}\nconsole.log(JSON.stringify({call}))"
    ran = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


class TestFiles:
    """What is served."""

    def test_the_page_comes_whole_from_this_server(self, site: Site) -> None:
        """The page, all it links to and all that its scripts import are served here; nothing is from elsewhere."""
        page = site.client.get("/")
        assert page.headers["content-type"].startswith("text/html")
        linked = set(re.findall(r'(?:src|href)="([^"#]+)"', page.text)) | {f"/page/{name}" for name in SCRIPTS}
        for path in linked:
            assert path.startswith("/")
            assert site.client.get(path).status_code == 200
        for path in PAGE.glob("*.css"):
            assert "url(" not in path.read_text(encoding="utf-8")
            assert "@import" not in path.read_text(encoding="utf-8")

    def test_the_page_has_no_inline_script_or_style(self, site: Site) -> None:
        """The policy allows none, so the page needs none."""
        text = site.client.get("/").text
        assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>|<style|\son\w+=|\sstyle=|javascript:", text)

    @pytest.mark.parametrize("name", SCRIPTS)
    def test_no_script_makes_markup_of_text(self, name: str) -> None:
        """Report text and file names enter the page as text nodes only, so that they cannot script it."""
        script = (PAGE / name).read_text(encoding="utf-8")
        assert not re.search(
            r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc", script
        )

    @pytest.mark.parametrize("name", SCRIPTS)
    def test_every_import_of_a_script_is_there(self, name: str) -> None:
        """A script imports only from scripts beside it, and only what they export: else the page would stay dead."""
        for names, other in re.findall(IMPORT, (PAGE / name).read_text("utf-8"), re.MULTILINE):
            assert other.startswith("/page/")
            text = (PAGE / other.removeprefix("/page/")).read_text(encoding="utf-8")
            exported = set(re.findall(r"^export (?:async )?(?:function\*? |const |class )(\w+)", text, re.MULTILINE))
            assert {each for each in names.split(", ") if each} <= exported

    def test_the_help_explains_every_filter(self, site: Site) -> None:
        """Quotes, signs and each filter of the query line stand in the help."""
        text = site.client.get("/").text
        for name in (*(f"{each}:" for each in NAMES), '"heart failure"', "+calcinosis", "-scleroderma"):
            assert f"<dt>{name}" in text.replace("&lt;", "<"), name

    def test_the_filters_beside_the_results_are_those_that_are_counted(self, site: Site) -> None:
        """What the page shows is what the server counts, so that no count is lost and no place stays empty."""
        counted = site.client.post("/v1/facets", json={"query": ""}).json()["facets"]
        shown = re.search(r"FACETS = (\[.*?\])", (PAGE / "address.js").read_text(encoding="utf-8"))
        assert shown is not None
        assert json.loads(shown[1]) == list(counted)
        assert set(counted) <= set(NAMES)


def expansion(said: str, name: str, reason: str, *names: str) -> dict[str, Any]:
    return {"said": said, "name": name, "names": names, "reason": reason, "weight": 0.5, "reports": 3}


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
        assert run("sought.js", f"briefly({json.dumps(expansions)})") == line

    def test_words_come_from_left_to_right_and_the_longer_first(self) -> None:
        """So that a name of several words is underlined whole, and none of its words again."""
        spans = [{"start": 9, "end": 12}, {"start": 2, "end": 4}, {"start": 2, "end": 8}]
        why = {"matched": [{"spans": spans[:2]}, {"spans": spans[2:]}]}
        assert run("cards.js", f"wordsOf({json.dumps(why)})") == [spans[2], spans[1], spans[0]]
        assert run("cards.js", "wordsOf(null)") == []

    def test_counts_and_sizes_read_as_people_say_them(self) -> None:
        """One report, two reports, 6,412 reports; sizes in the unit that fits."""
        assert run("dom.js", '[0, 1, 6412].map((each) => counted(each, "report"))') == [
            "0 reports",
            "1 report",
            "6,412 reports",
        ]
        assert run("dom.js", "[7, 1500, 48468025].map(bytes)") == ["7 B", "1.5 kB", "48 MB"]

    def test_an_address_is_read_as_it_was_written(self) -> None:
        """Whatever a state holds, its address leads to the same state; what is no state is the plain one."""
        state = {
            "view": "search", "tab": "evidence", "q": 'a "b" & c=d 𝔘', "own": True,
            "filters": {"year": ["2015..2019", "<1990"], "kind": ["case report"]},
            "report": None, "start": None, "end": None, "reading": None, "like": None,
        }  # fmt: skip
        assert run("address.js", f"read(write({json.dumps(state)}).slice(1))") == state
        spot = {**state, "view": "report", "q": "", "tab": "passages", "own": False, "filters": {}}
        spot |= {"report": "an/id?&=", "start": 3, "end": 9, "reading": "4f1a9c02d7be6358"}
        assert run("address.js", f"read(write({json.dumps(spot)}).slice(1))") == spot
        plain = run("address.js", 'read("?view=constructor&tab=<b>&start=1e9&end=-4")')
        assert (plain["view"], plain["tab"], plain["start"], plain["end"]) == ("search", "passages", None, None)

    @pytest.mark.parametrize(
        ("text", "kind", "left"),
        [
            ("𝔘nicode rash age:<18 -fever", "age", "𝔘nicode rash -fever"),
            ("  𝔘nicode rash age:<18 -fever ", "must_not", "𝔘nicode rash age:<18"),
            ('"zinc ointment"', "phrase", ""),
            ('a "zinc ointment", twice', "phrase", "a , twice"),
        ],
    )
    def test_a_removed_chip_takes_its_words_out_of_the_line(self, site: Site, text: str, kind: str, left: str) -> None:
        """The page cuts out exactly the place that the server told, counted in code points."""
        found = site.client.post("/v1/search", json={"query": text}).json()
        (told,) = [each for each in found["conditions"] if each["kind"] == kind]
        script = (PAGE / "filters.js").read_text(encoding="utf-8")
        function = re.search(r"^(?:export )?function without\(.*?^}", script, re.DOTALL | re.MULTILINE)
        assert function is not None
        helpers = re.sub(r"^export ", "", (PAGE / "dom.js").read_text(encoding="utf-8"), flags=re.MULTILINE)
        call = f"console.log(JSON.stringify(without({json.dumps(text.strip())}, {json.dumps(told)})))"
        program = f"{helpers}\n{function[0].removeprefix('export ')}\n{call}"
        ran = subprocess.run([str(NODE), "-e", program], capture_output=True, text=True, check=True)
        assert json.loads(ran.stdout) == left

    @pytest.mark.parametrize(
        ("facts", "text"),
        [
            ({}, "A title."),
            ({"authors": ["A. One", "B. Two"], "journal": "J Inv", "year": 2024, "volume": "12", "issue": "3",
              "pages": "1-9", "doi": "10.5555/x", "pmid": "7"},
             "A. One, B. Two. A title. J Inv. 2024;12(3):1-9. doi:10.5555/x. PMID: 7."),
            ({"authors": list("ABCDEFGH"), "year": 1999}, "A, B, C, D, E, F, et al. A title. 1999."),
            ({"title": "Why?", "journal": "J"}, "Why? J."),
        ],
    )  # fmt: skip
    def test_a_citation_reads_as_journals_print_it(self, facts: dict[str, Any], text: str) -> None:
        """Authors, title, journal, year, volume, pages and identifiers, as far as they are known."""
        blank = dict.fromkeys(("journal", "year", "volume", "issue", "pages", "doi", "pmid"))
        citation = {"title": "A title", "authors": [], "source": "/x/y.pdf", **blank, **facts}
        assert run("taking.js", f"citationText({json.dumps(citation)})") == text
