"""From a question or a list of ids to a folder of whole articles, whatever the service does on the way."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from corpus.errors import ConfigError, FetchError
from corpus.fetching.fetch import FetchProgress, FetchSummary, Listed, Query, fetch, find
from corpus.fetching.folder import FetchedFolder
from corpus.fetching.ids import ArticleId, parse_ids
from tests.corpus.fetching.conftest import Connect
from tests.europepmc import EuropePmc, cut_short, jats, page_of_html, result, serving, status

GARDENER = Query("gardener")


@pytest.fixture
def folder(tmp_path: Path) -> FetchedFolder:
    return FetchedFolder(tmp_path / "fetched")


def files(folder: FetchedFolder) -> list[str]:
    """What a reader would find: the names that are not hidden."""
    return sorted(path.name for path in folder.root.iterdir() if not path.name.startswith("."))


def counts(summary: FetchSummary) -> tuple[int, int, int, int, int]:
    """(found, fetched, already, without full text, failed)."""
    failed = len(summary.failures)
    return summary.found, summary.fetched, summary.already, summary.without_full_text, failed


def listed(text: str) -> Listed:
    return Listed(tuple(parse_ids(text)[0]))


def test_a_question_becomes_a_folder_of_articles(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """Open articles come with full text and record, one that has no PMCID with its record alone."""
    summary = fetch(connect(), GARDENER, folder)
    assert counts(summary) == (6, 5, 0, 1, 0)
    assert summary.stopped is None
    pairs = [f"PMC700{number}.{kind}" for number in range(1, 6) for kind in ("json", "xml")]
    assert files(folder) == ["MED-900007.json", *pairs]
    assert (folder.root / "PMC7002.xml").read_bytes() == jats(result(2))


def test_the_record_beside_an_article_is_a_search_result(
    epmc: EuropePmc, connect: Connect, folder: FetchedFolder
) -> None:
    """Its licence, access and abstract stand in the service's own form, as it gave them."""
    epmc.results[0]["authorString"] = "Ødegård Å, \ud800 B."
    fetch(connect(), GARDENER, folder)
    kept = json.loads((folder.root / "PMC7001.json").read_bytes())
    assert kept["resultList"]["result"] == [epmc.results[0]]
    assert kept["hitCount"] == 1
    assert kept["casetrove"] == {"fullText": "PMC7001.xml"}
    assert json.loads((folder.root / "MED-900007.json").read_bytes())["casetrove"] == {"fullText": None}


def test_the_question_asks_for_open_access_unless_told_not_to(
    epmc: EuropePmc, connect: Connect, folder: FetchedFolder
) -> None:
    """With any access allowed the closed article comes too, as title and abstract: its full text is not asked for."""
    fetch(connect(), Query("gardener AND (stone OR bone)", limit=1), folder)
    assert epmc.searches()[0].params["query"] == "(gardener AND (stone OR bone)) AND OPEN_ACCESS:y"
    summary = fetch(connect(), Query("gardener", open_access=False), folder)
    assert epmc.searches()[-1].params["query"] == "gardener"
    assert summary.found == 7
    assert "PMC7006.json" in files(folder)
    assert "PMC7006" not in epmc.full_texts()


def test_full_text_only_leaves_the_others_out(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """They are counted and no file is written for them."""
    epmc.closed.add("PMC7003")
    summary = fetch(connect(), GARDENER, folder, full_text_only=True)
    assert counts(summary) == (6, 4, 0, 2, 0)
    assert not any(name.startswith(("PMC7003", "MED-")) for name in files(folder))


def test_an_article_without_full_text_comes_as_its_abstract(
    epmc: EuropePmc, connect: Connect, folder: FetchedFolder
) -> None:
    """404 for a full text is no failure, and is not asked about again."""
    epmc.closed.add("PMC7003")
    assert counts(fetch(connect(), GARDENER, folder)) == (6, 4, 0, 2, 0)
    assert "PMC7003.json" in files(folder)
    assert counts(fetch(connect(), GARDENER, folder)) == (6, 0, 6, 0, 0)
    assert epmc.full_texts().count("PMC7003") == 1


def test_a_second_run_fetches_nothing_again(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """It searches, finds all there, and touches no file."""
    fetch(connect(), GARDENER, folder)
    before = {path: path.stat().st_mtime_ns for path in folder.root.iterdir()}
    asked = len(epmc.full_texts())
    assert counts(fetch(connect(), GARDENER, folder)) == (6, 0, 6, 0, 0)
    assert len(epmc.full_texts()) == asked
    assert {path: path.stat().st_mtime_ns for path in folder.root.iterdir()} == before


def test_what_was_lost_or_opened_since_is_fetched(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """A deleted full text, a damaged record and an article that has become open access are fetched anew."""
    fetch(connect(), Query("gardener", open_access=False), folder)
    (folder.root / "PMC7001.xml").unlink()
    (folder.root / "PMC7002.json").write_text("[1", encoding="utf-8")
    (folder.root / "PMC7003.json").write_text('{"resultList": {"result": []}}', encoding="utf-8")
    epmc.results[5]["isOpenAccess"] = "Y"
    asked = len(epmc.full_texts())
    assert counts(fetch(connect(), GARDENER, folder)) == (7, 4, 3, 0, 0)
    assert epmc.full_texts()[asked:] == ["PMC7001", "PMC7002", "PMC7003", "PMC7006"]
    assert counts(fetch(connect(), GARDENER, folder)) == (7, 0, 7, 0, 0)


def test_a_longer_walk_goes_over_all_pages(tmp_path: Path, connect: Connect) -> None:
    """Three pages of a hundred are walked by their cursors, and no article comes twice."""
    with serving(*(result(number, pmc=False) for number in range(250))) as service:
        summary = fetch(connect(base_url=service.base), Query("gardener", limit=1000), FetchedFolder(tmp_path))
        assert counts(summary) == (250, 0, 0, 250, 0)
        assert len(list(tmp_path.glob("*.json"))) == 250
        assert [asked.params["pageSize"] for asked in service.searches()] == ["100"] * 3
        assert len({asked.params["cursorMark"] for asked in service.searches()}) == 3


@pytest.mark.parametrize("limit", [1, 99, 100, 101, 200])
def test_the_limit_bounds_what_is_fetched(tmp_path: Path, connect: Connect, limit: int) -> None:
    """Exactly so many articles come, in as few pages as hold them."""
    with serving(*(result(number, pmc=False) for number in range(210))) as service:
        summary = fetch(connect(base_url=service.base), Query("gardener", limit), FetchedFolder(tmp_path))
        assert (summary.found, summary.wanted, summary.without_full_text) == (210, limit, limit)
        assert len(service.searches()) == -(-limit // 100)


def test_one_bad_article_does_not_stop_the_run(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """An article that stays an error page or stays cut is told with its reason; the rest come; the next run has it."""
    epmc.troubles["/PMC7002/fullTextXML"] = [page_of_html] * 5
    epmc.troubles["/PMC7004/fullTextXML"] = [cut_short] * 5
    summary = fetch(connect(), GARDENER, folder)
    assert counts(summary) == (6, 3, 0, 1, 2)
    assert [failure.article for failure in summary.failures] == ["PMC7002", "PMC7004"]
    assert all("tried 5 times" in failure.reason for failure in summary.failures)
    assert not any(name.startswith(("PMC7002", "PMC7004")) for name in files(folder))
    assert counts(fetch(connect(), GARDENER, folder)) == (6, 2, 4, 0, 0)


def test_a_service_that_asks_for_peace_gets_it(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """Asked to come back in an hour the run ends, keeps what it has, says why, and a later run goes on."""
    epmc.troubles["/PMC7003/fullTextXML"] = [status(429, Retry_After="3600")]
    summary = fetch(connect(), GARDENER, folder)
    assert counts(summary) == (6, 2, 0, 0, 0)
    assert "come back in 3600 s" in (summary.stopped or "")
    assert len(epmc.full_texts()) == 3
    assert counts(fetch(connect(), GARDENER, folder)) == (6, 3, 2, 1, 0)


def test_failures_in_a_row_end_the_run(tmp_path: Path, connect: Connect) -> None:
    """Ten articles failing one after the other are taken for the service's trouble: the rest are not asked for."""
    with serving(*(result(number) for number in range(30))) as service:
        for number in range(3, 30):
            service.troubles[f"/PMC{7000 + number}/fullTextXML"] = [status(500)] * 9
        summary = fetch(connect(base_url=service.base, attempts=2), GARDENER, FetchedFolder(tmp_path))
        assert counts(summary) == (30, 3, 0, 0, 10)
        assert "10 articles in a row" in (summary.stopped or "")
        assert len(service.full_texts()) == 3 + 10 * 2


def test_a_search_that_fails_at_once_is_an_error(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """With nothing found there is nothing to summarise: the error of the search goes up."""
    epmc.troubles["/search"] = [status(503)] * 5
    with pytest.raises(FetchError, match="503"):
        fetch(connect(), GARDENER, folder)


def test_a_search_that_fails_later_keeps_what_was_fetched(tmp_path: Path, connect: Connect) -> None:
    """The second page cannot be had: the first page's articles stay and the summary says where it stopped."""
    with serving(*(result(number, pmc=False) for number in range(150))) as service:
        ordinary = service.answer

        def failing(request: object) -> None:
            if len(service.searches()) == 1:
                service.troubles["/search"] = [status(500)] * 9
            ordinary(request)  # type: ignore[arg-type]

        service.answer = failing  # type: ignore[assignment, method-assign]
        summary = fetch(connect(base_url=service.base), Query("gardener", 150), FetchedFolder(tmp_path))
        assert counts(summary) == (150, 0, 0, 100, 0)
        assert "answered 500" in (summary.stopped or "")


def test_the_same_article_in_two_results_comes_once(connect: Connect, folder: FetchedFolder) -> None:
    """Two search results with one PMCID are one article; one that can name no file is told."""
    twin = result(1, source="PMC", id="PMC7001", pmid=None)
    nameless = result(3, pmc=False, id="../../x", title="A tale without a name.")
    with serving(result(1), twin, result(2), nameless) as service:
        summary = fetch(connect(base_url=service.base), Query("a"), folder)
    assert counts(summary) == (4, 2, 0, 0, 1)
    assert summary.failures[0].article == "A tale without a name."
    assert files(folder) == ["PMC7001.json", "PMC7001.xml", "PMC7002.json", "PMC7002.xml"]


def test_ids_of_every_kind_find_their_article(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """PMCID, PMID and DOI are asked for in one question, and closed articles come as title and abstract."""
    wanted = listed("PMC7001\n900002\nhttps://doi.org/10.5555/INVENTED.3\n900006\n")
    summary = fetch(connect(), wanted, folder)
    assert counts(summary) == (4, 3, 0, 1, 0)
    assert len(epmc.searches()) == 1
    assert epmc.searches()[0].params["query"] == (
        'PMCID:PMC7001 OR (EXT_ID:900002 AND SRC:MED) OR DOI:"10.5555/invented.3" OR (EXT_ID:900006 AND SRC:MED)'
    )
    assert "PMC7006.json" in files(folder)
    assert "PMC7006.xml" not in files(folder)


def test_ids_of_one_article_fetch_it_once(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """Its PMCID, its PMID and its DOI in one list are one article."""
    fetch(connect(), listed("PMC7001, 900001, 10.5555/invented.1"), folder)
    assert epmc.full_texts() == ["PMC7001"]


def test_an_unknown_id_is_told_and_the_rest_come(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """What the service does not know is a failure under the id as it was meant."""
    summary = fetch(connect(), listed("PMC1\n10.5555/nowhere\n5\nPMC7001"), folder)
    assert counts(summary) == (1, 1, 0, 0, 3)
    assert [failure.article for failure in summary.failures] == ["PMC1", "doi:10.5555/nowhere", "pmid:5"]


def test_ids_unknown_altogether_are_no_error_of_the_service(connect: Connect, folder: FetchedFolder) -> None:
    """A list without one known id gives a summary with all of them as failures."""
    assert counts(fetch(connect(), listed("PMC1\nPMC2"), folder)) == (0, 0, 0, 0, 2)


def test_many_ids_are_asked_for_in_parts(tmp_path: Path, connect: Connect) -> None:
    """Sixty ids make three questions, none too long for an address, answered in the order of the list."""
    with serving(*(result(number, pmc=False) for number in range(100))) as service:
        wanted = Listed(tuple(ArticleId("doi", f"10.5555/invented.{number}") for number in range(60, 0, -1)))
        summary = FetchSummary()
        found = list(find(connect(base_url=service.base), wanted, summary))
        assert [record.doi for record in found] == [article.value for article in wanted.ids]
        assert len(service.searches()) == 3
        assert max(len(asked.params["query"]) for asked in service.searches()) < 2000


def test_of_two_records_with_one_doi_the_one_with_full_text_is_taken(connect: Connect, folder: FetchedFolder) -> None:
    """A DOI can name a record without a PMCID and one with: the second is the better source."""
    bare = result(1, pmc=False, id="IND1", source="AGR", pmid=None)
    with serving(bare, result(1)) as service:
        summary = fetch(connect(base_url=service.base), listed("10.5555/invented.1"), folder)
    assert counts(summary) == (1, 1, 0, 0, 0)
    assert files(folder) == ["PMC7001.json", "PMC7001.xml"]


def test_progress_tells_each_article(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """Before each article and at the end: how many are done, of how many, and how many came with full text."""
    told: list[FetchProgress] = []
    fetch(connect(), Query("gardener", limit=3), folder, told.append)
    assert told == [FetchProgress(done, 3, done) for done in range(4)]


def test_a_folder_that_is_a_file_is_refused(epmc: EuropePmc, connect: Connect, tmp_path: Path) -> None:
    """The error names the option, and the service is not asked at all."""
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"--into .*file"):
        fetch(connect(), GARDENER, FetchedFolder(tmp_path / "file"))
    assert epmc.asked == []


def test_a_full_disk_ends_the_run_with_its_cause(
    epmc: EuropePmc, connect: Connect, folder: FetchedFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not told as a failure of each article in turn, and no half-written file counts as there."""

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("corpus.fetching.folder.os.fsync", full)
    with pytest.raises(ConfigError, match=r"PMC7001\.xml: cannot be written \(No space left"):
        fetch(connect(), GARDENER, folder)
    assert files(folder) == []
    monkeypatch.undo()
    assert fetch(connect(), GARDENER, folder).fetched == 5
    assert not list(folder.root.glob(".*.partial"))


def test_two_runs_do_not_write_into_one_folder(epmc: EuropePmc, connect: Connect, folder: FetchedFolder) -> None:
    """The second is told to wait; once the first has ended the folder is free."""
    with folder.lock(), pytest.raises(ConfigError, match="another run"):
        fetch(connect(), GARDENER, folder)
    assert fetch(connect(), GARDENER, folder).fetched == 5
