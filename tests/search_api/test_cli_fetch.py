"""``casetrove fetch``: one command from a question to a corpus that answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from corpus.errors import CasetroveError, ConfigError, FetchError, NotFoundError, UsageError
from indexer.encoders.hashing import HashingEncoder
from search_api.cli import commands, options
from search_api.cli.fetch import fetch
from tests.europepmc import EuropePmc, page_of_html, result, serving, status

Run = Callable[..., Result]


@pytest.fixture
def epmc(monkeypatch: pytest.MonkeyPatch) -> Iterator[EuropePmc]:
    """Three open articles and a closed one; the address is set in the environment."""
    closed = result(4, isOpenAccess="N", license=None)
    with serving(*(result(number) for number in range(1, 4)), closed) as service:
        monkeypatch.setenv("CASETROVE_EUROPEPMC", service.base)
        yield service


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands in this process, with the small encoder, their own data folder, and no pauses between attempts."""
    monkeypatch.setattr(options, "encoder", HashingEncoder)
    monkeypatch.setattr("corpus.fetching.polite._FIRST_PAUSE_S", 0.0)
    monkeypatch.setenv("CASETROVE_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "100")
    app = typer.Typer()
    commands.mount(app)
    app.command("fetch")(fetch)

    def call(*arguments: str, fails: type[CasetroveError] | None = None) -> Result:
        given = [*arguments, "--rate", "10"] if arguments[0] == "fetch" else list(arguments)
        ran = CliRunner().invoke(app, given)
        if fails is None:
            assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        else:
            assert isinstance(ran.exception, fails), ran.output
        return ran

    return call


def fetched(tmp_path: Path) -> list[str]:
    """The files in the default folder."""
    return sorted(path.name for path in (tmp_path / "data/fetched").glob("[!.]*"))


def test_one_command_leads_from_a_question_to_an_answer(epmc: EuropePmc, run: Run) -> None:
    """After ``fetch`` the corpus is searched at once, and what was fetched is found."""
    ran = run("fetch", "gardener", "--json")
    told = json.loads(ran.stdout)
    assert ran.exit_code == 0
    assert (told["found"], told["fetched"], told["already"], told["had"]) == (3, 3, 0, 3)
    assert told["index"]["reports"] == 3
    hits = json.loads(run("search", "white lumps on both thumbs", "--json").stdout)["hits"]
    assert {hit["citation"]["pmcid"] for hit in hits} <= {"PMC7001", "PMC7002", "PMC7003"}
    assert "lumps" in hits[0]["text"]


def test_licence_and_access_are_recorded_with_each_report(epmc: EuropePmc, run: Run) -> None:
    """An article is one report read from its text and its record, and says on what terms it was had."""
    run("fetch", "gardener", "--any-access", "--json")
    told = json.loads(run("reports", "--json").stdout)
    terms = {
        one["bibliography"]["pmcid"]: (one["bibliography"]["licence"], one["bibliography"]["open_access"])
        for one in told
    }
    assert terms == {
        "PMC7001": ("cc by", True),
        "PMC7002": ("cc by", True),
        "PMC7003": ("cc by", True),
        "PMC7004": (None, False),
    }
    assert sorted(len(one["sources"]) for one in told) == [1, 2, 2, 2]


def test_a_second_run_says_that_all_is_there(epmc: EuropePmc, run: Run) -> None:
    """Nothing is fetched and nothing is read again."""
    run("fetch", "gardener", "--json")
    asked = len(epmc.full_texts())
    told = json.loads(run("fetch", "gardener", "--json").stdout)
    assert (told["fetched"], told["already"]) == (0, 3)
    assert told["index"]["read"] == 0
    assert len(epmc.full_texts()) == asked


def test_people_are_shown_a_table_with_the_counts(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """Found, fetched, already there, without full text, failed with its reason, where the files are, the index."""
    epmc.closed.add("PMC7002")
    epmc.troubles["/PMC7003/fullTextXML"] = [page_of_html] * 9
    ran = run("fetch", "gardener")
    assert ran.exit_code == 0
    for words in ("found", "fetched", "already there", "without open full text", "failed", "PMC7003", "tried 5 times"):
        assert words in ran.stdout
    assert str(tmp_path / "data/fetched") in ran.stdout
    assert "generation 1" in ran.stdout


def test_ids_come_from_a_file_and_bad_lines_are_told(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """Known ids are fetched, unknown ones fail, and what is no id is named with its line."""
    listed = tmp_path / "ids.txt"
    listed.write_text("# mine\nPMC7001, 900004\nnot an id\n10.5555/nowhere\n", encoding="utf-8")
    told = json.loads(run("fetch", "--ids", str(listed), "--json").stdout)
    assert (told["found"], told["fetched"], told["without_full_text"]) == (2, 1, 1)
    assert told["failures"] == [
        {"article": "doi:10.5555/nowhere", "reason": "the service knows no article with this id"}
    ]
    assert [(entry["line"], entry["text"]) for entry in told["bad_ids"]] == [(3, "not an id")]
    assert "line 3: not an id" in run("fetch", "--ids", str(listed)).stdout
    assert fetched(tmp_path) == ["PMC7001.json", "PMC7001.xml", "PMC7004.json"]


def test_a_limit_holds_for_a_question_and_for_ids(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """No more than so many articles come."""
    assert json.loads(run("fetch", "gardener", "--limit", "2", "--json").stdout)["wanted"] == 2
    listed = tmp_path / "ids.txt"
    listed.write_text("PMC7003\nPMC7002\nPMC7001\n", encoding="utf-8")
    told = json.loads(run("fetch", "--ids", str(listed), "--limit", "1", "--no-index", "--json").stdout)
    assert (told["wanted"], told["fetched"], told["index"]) == (1, 1, None)


def test_access_options_choose_what_comes(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """By default open articles, with --any-access closed ones as abstracts, with --full-text-only no abstracts."""
    run("fetch", "gardener", "--any-access", "--full-text-only", "--no-index", "--json")
    assert "PMC7004.json" not in fetched(tmp_path)
    run("fetch", "gardener", "--no-index", "--json")
    assert "PMC7004.json" not in fetched(tmp_path)
    run("fetch", "gardener", "--any-access", "--no-index", "--json")
    assert "PMC7004.json" in fetched(tmp_path)


def test_a_dry_run_lists_licences_and_fetches_nothing(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """Each article with its year, its licence and what would come of it; only the search is asked."""
    told = json.loads(run("fetch", "gardener", "--any-access", "--dry-run", "--json").stdout)
    assert [(one["article"], one["licence"], one["full_text"]) for one in told["articles"]] == [
        ("PMC7001", "cc by", True),
        ("PMC7002", "cc by", True),
        ("PMC7003", "cc by", True),
        ("PMC7004", None, False),
    ]
    shown = run("fetch", "gardener", "--any-access", "--dry-run").stdout
    for words in ("4 of 4 found", "PMC7004", "not told", "cc by", "full text", "abstract", "2021"):
        assert words in shown
    assert epmc.full_texts() == []
    assert not (tmp_path / "data").exists()


def test_files_go_where_they_are_told_to(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """--into names the folder; --no-index leaves them as files and makes no index."""
    ran = run("fetch", "gardener", "--into", str(tmp_path / "mine"), "--no-index")
    assert ran.exit_code == 0
    assert (tmp_path / "mine/PMC7001.xml").exists()
    assert not (tmp_path / "data").exists()


def test_nothing_found_is_exit_code_1(epmc: EuropePmc, run: Run, tmp_path: Path) -> None:
    """A question without results says so and indexes nothing."""
    ran = run("fetch", "astronaut")
    assert ran.exit_code == 1
    assert "nothing found" in ran.stdout
    assert not (tmp_path / "data/catalog.sqlite").exists()
    told = run("fetch", "astronaut", "--json")
    assert (told.exit_code, json.loads(told.stdout)["index"]) == (1, None)


def test_a_run_that_stops_early_indexes_what_it_has_and_is_exit_code_1(epmc: EuropePmc, run: Run) -> None:
    """Asked to come back later, the run says why it stopped; what came is searchable."""
    epmc.troubles["/PMC7002/fullTextXML"] = [status(429, Retry_After="9999")]
    ran = run("fetch", "gardener", "--json")
    told = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert "come back in 9999 s" in told["stopped"]
    assert (told["fetched"], told["index"]["reports"]) == (1, 1)


def test_a_service_out_of_reach_is_an_error_of_the_tree(run: Run) -> None:
    """The message names the address and says to try later."""
    ran = run("fetch", "gardener", "--base-url", "http://127.0.0.1:9/rest", fails=FetchError)
    assert "127.0.0.1:9" in str(ran.exception)


def test_the_address_and_the_contact_are_settings(epmc: EuropePmc, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An option wins over the environment; the contact is shown to the service."""
    monkeypatch.setenv("CASETROVE_EUROPEPMC", "http://127.0.0.1:9/rest")
    monkeypatch.setenv("CASETROVE_EMAIL", "ada@example.org")
    run("fetch", "gardener", "--base-url", epmc.base + "/", "--no-index", "--json")
    assert {asked.agent for asked in epmc.asked} == {"casetrove (mailto:ada@example.org)"}


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (["gardener", "--base-url", "ftp://x.org"], ConfigError, "base-url"),
        (["gardener", "--email", "nobody"], ConfigError, "email"),
        (["gardener", "--limit", "0"], UsageError, "limit"),
        (["gardener", "--limit", "10001"], UsageError, "limit"),
        (["  "], UsageError, "query"),
        (["--ids", "/nowhere/ids.txt"], NotFoundError, "--ids /nowhere/ids.txt"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(
    run: Run, epmc: EuropePmc, arguments: list[str], error: type[CasetroveError], words: str
) -> None:
    """Nothing is asked of the service."""
    ran = run("fetch", *arguments, fails=error)
    assert words in str(ran.exception)
    assert epmc.asked == []


@pytest.mark.parametrize("arguments", [[], ["gardener", "--ids", "ids.txt"]])
def test_a_question_or_ids_but_not_both(run: Run, epmc: EuropePmc, arguments: list[str]) -> None:
    """Neither and both are usage errors."""
    ran = run("fetch", *arguments)
    assert ran.exit_code == 2
    assert "either a question or --ids" in " ".join(ran.output.split())
    assert epmc.asked == []


def test_a_file_without_ids_is_refused_with_its_first_line(run: Run, epmc: EuropePmc, tmp_path: Path) -> None:
    """The first thing that is no id is shown; bytes that are no text are told as such."""
    listed = tmp_path / "ids.txt"
    listed.write_text("\nsee attachment\n", encoding="utf-8")
    ran = run("fetch", "--ids", str(listed), fails=UsageError)
    assert "line 2: 'see attachment'" in str(ran.exception)
    listed.write_bytes(b"PMC1\n\xff\xfe")
    assert "not UTF-8" in str(run("fetch", "--ids", str(listed), fails=UsageError).exception)
    listed.write_text("\n".join(f"PMC{number}" for number in range(1, 10_002)), encoding="utf-8")
    assert "10,001 ids" in str(run("fetch", "--ids", str(listed), fails=UsageError).exception)
    assert epmc.asked == []
