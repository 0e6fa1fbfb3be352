"""What was fetched is what the readers read: licence and access with the record, text with the article."""

from __future__ import annotations

from pathlib import Path

from corpus.fetching.fetch import Query, fetch
from corpus.fetching.folder import FetchedFolder
from corpus.model import Report
from corpus.readers.registry import read_bytes
from tests.corpus.fetching.conftest import Connect
from tests.europepmc import EuropePmc


def read(path: Path) -> Report:
    """The one report that a fetched file holds."""
    (one,) = read_bytes(path.read_bytes(), path.name)
    assert one.report is not None, one.error
    return one.report


def test_a_record_is_read_with_its_licence_its_access_and_its_abstract(
    epmc: EuropePmc, connect: Connect, tmp_path: Path
) -> None:
    """The registry knows the JSON for a search result; an article without full text is its title and abstract."""
    fetch(connect(), Query("gardener", open_access=False), FetchedFolder(tmp_path))
    open_one, closed = read(tmp_path / "PMC7001.json"), read(tmp_path / "PMC7006.json")
    assert open_one.reader == closed.reader == "europepmc"
    assert (open_one.bibliography.licence, open_one.bibliography.open_access) == ("cc by", True)
    assert (closed.bibliography.licence, closed.bibliography.open_access) == (None, False)
    assert (closed.bibliography.pmcid, closed.bibliography.pmid) == ("PMC7006", "900006")
    assert "warm compresses" in closed.text


def test_the_article_and_its_record_name_the_same_article(epmc: EuropePmc, connect: Connect, tmp_path: Path) -> None:
    """XML and JSON carry the same DOI and PMCID, so that they become one report with two sources."""
    fetch(connect(), Query("gardener"), FetchedFolder(tmp_path))
    article, record = read(tmp_path / "PMC7002.xml"), read(tmp_path / "PMC7002.json")
    assert article.reader == "jats"
    assert (article.bibliography.doi, article.bibliography.pmcid) == (
        record.bibliography.doi,
        record.bibliography.pmcid,
    )
    assert "vanished" in article.text
