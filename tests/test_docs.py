"""The documentation is true: its commands run, its links lead somewhere, the generated pages are current."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
SKIPPED = {
    "serve": "runs until stopped; tests/search_api/test_web_* start it",
    "eval": "needs a folder of the user's",
    "fetch": "needs the network; tests/search_api/test_cli_fetch.py runs it",
    "watch": "runs until stopped; tests/search_api/test_watch.py starts it",
    "encoder": "needs an optional package and minutes; tests/indexer/test_optimising.py makes one",
}


def commands(page: Path) -> list[str]:
    """The ``casetrove`` commands in the page's shell blocks, comments cut off."""
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    lines = [re.sub(r"\s+#.*$", "", line) for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("casetrove ")]


@pytest.mark.slow  # every command loads the encoder
@pytest.mark.parametrize(
    "page",
    ["README.md", *(f"docs/{name}.md" for name in ("index-life", "searching", "similar", "evidence", "searches"))],
)
def test_every_command_of_a_page_works_as_written(tmp_path: Path, page: str) -> None:
    """Run in order, in one data folder that holds the samples, each casetrove command of the page succeeds."""
    binary = Path(sys.executable).with_name("casetrove")
    listed = commands(ROOT / page)
    assert len(listed) >= 5
    for line in ["casetrove index corpus/samples", *listed]:
        words = shlex.split(line)
        if words[1] in SKIPPED:
            continue
        ran = subprocess.run(
            [str(binary), *words[1:]], cwd=ROOT, env={"CASETROVE_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 0, f"{line}\n{ran.stdout}\n{ran.stderr}"


def test_the_make_targets_of_the_readme_exist() -> None:
    """What the README tells to make is in the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\S+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file that is there."""
    for link in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not link.startswith("http"):
            assert (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_command_reference_is_current() -> None:
    """docs/cli.md is what `make docs` writes."""
    ran = subprocess.run(
        [sys.executable, "-m", "typer", "casetrove.py", "utils", "docs", "--name", "casetrove"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (ROOT / "docs/cli.md").read_text(encoding="utf-8").strip() == ran.stdout.strip(), "run `make docs`"


def test_paths_named_in_the_architecture_exist() -> None:
    """Every module that the architecture page names is in the tree."""
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    for path in re.findall(r"`((?:corpus|indexer|search_api|eval|tests)/[\w/]+\.py)`", text):
        assert (ROOT / path).exists(), path
