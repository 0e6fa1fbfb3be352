"""A catalog that was restored from an older copy gives its next readings numbers that were given before."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from corpus.catalog import Catalog
from indexer.build import is_behind
from indexer.doctor import examine
from indexer.encoders.cache import EmbeddingCache
from indexer.encoders.choice import OneEncoder
from indexer.errors import DamagedError, GenerationError
from indexer.generation import pinned
from search_api.config import System
from search_api.retrieval.ranking import rank_reports
from tests.fakes import CASES, Indexed, empty, indexed

FARMER = "A farmer was bitten by a viper. He was well in a week."
NUN = "A nun had hiccups for three days. Sugar was given, whereupon they ceased."
CORRECTED = "Erratum. The nun of whom we told never had hiccups at all, and was given nothing whatever."

Restore = Callable[[Mapping[str, str]], Indexed]


@pytest.fixture
def restore(tmp_path: Path) -> Restore:
    """Index two reports, put the catalog back to where it held the first, and read other reports into it."""

    def make(then: Mapping[str, str]) -> Indexed:
        root, copy = tmp_path / "data", tmp_path / "copy.sqlite"
        before = indexed(root, {"farmer": FARMER})
        before.catalog.close()
        shutil.copy(before.folder.catalog, copy)
        after = empty(root)
        after.put({"nun": NUN})
        after.build()
        after.catalog.close()
        for path in root.glob("catalog.sqlite*"):
            path.unlink()
        shutil.copy(copy, after.folder.catalog)
        again = empty(root)
        again.put(then)
        return again

    return make


def found(small: Indexed, query: str) -> list[str]:
    return [report_id for report_id, _ in rank_reports(small.generation(), query, System("bm25"), 5)]


def test_a_report_read_anew_under_its_former_number_is_indexed_anew(restore: Restore) -> None:
    """The next build, without force, serves the new words, and every passage is a slice of the text it is shown in."""
    small = restore({"nun": CORRECTED})
    assert is_behind(small.folder, small.catalog)
    small.build()
    assert not is_behind(small.folder, small.catalog)
    assert found(small, "erratum") == ["nun"]
    assert found(small, "three days sugar") == []
    generation = small.generation()
    ordinal = generation.ordinals["nun"]
    assert generation.stored(ordinal).report.text == CORRECTED
    shown = [generation.passage(int(row)).span.of(CORRECTED) for row in generation.rows_of(np.array([ordinal]))]
    assert " ".join(shown) == CORRECTED


def test_so_it_is_when_other_reports_come_with_it(restore: Restore) -> None:
    """A segment that is kept does not keep the reading that is gone."""
    small = restore({"nun": CORRECTED, "monk": "A monk had measles."})
    small.build()
    assert found(small, "erratum") == ["nun"]
    assert found(small, "measles") == ["monk"]
    told = examine(small.folder, OneEncoder(small.encoder))
    assert {finding.severity for finding in told} == {"warning"}  # the generation before it is lost
    assert all("000002" in finding.where for finding in told)


def test_until_then_nothing_is_shown_in_place_of_what_was_indexed(restore: Restore) -> None:
    """A hit whose number now means another report is an error that says how to mend it, never that report's text."""
    small = restore({"monk": "A monk had measles.", "nun": NUN})
    generation = small.generation()
    with pytest.raises(DamagedError, match=r"lacks the reading of nun that is indexed.*casetrove index"):
        generation.stored(generation.ordinals["nun"])
    assert generation.stored(generation.ordinals["farmer"]).report.text == FARMER
    with pytest.raises(DamagedError, match="lacks the reading of nun"):
        pinned(small.folder, small.catalog, "nun")


def test_the_doctor_tells_and_its_remedy_mends(restore: Restore) -> None:
    """An error before the build that it names, nothing after it."""
    small = restore({"nun": CORRECTED})
    told = examine(small.folder, OneEncoder(small.encoder))
    assert any("lacks 1 of the readings" in finding.what and finding.severity == "error" for finding in told)
    small.build()
    left = examine(small.folder, OneEncoder(small.encoder))
    assert [finding for finding in left if finding.severity == "error"] == []


def test_the_same_texts_in_the_same_order_need_no_build(restore: Restore) -> None:
    """Equal content under equal numbers is what was indexed."""
    small = restore({"nun": NUN})
    assert not is_behind(small.folder, small.catalog)
    assert small.build() == 2
    assert found(small, "sugar") == ["nun"]


def test_what_a_catalog_commits_is_on_the_disk_and_an_embedding_need_not_be(small: Indexed) -> None:
    """A power cut after a build must not take from the catalog what the generation pins; a vector is computed again."""
    cache = EmbeddingCache(small.folder.embeddings)
    levels = [database._row("PRAGMA synchronous")[0] for database in (small.catalog, cache)]
    assert levels == [2, 1]  # FULL, NORMAL


def test_a_catalog_without_its_log_is_told_not_shown_wrong(small: Indexed) -> None:
    """What a lost write-ahead log held is missed with the file's name and the remedy."""
    small.put({"nun": NUN})
    small.build()
    small.catalog.close()
    with sqlite3.connect(small.folder.catalog) as connection:
        connection.execute("DELETE FROM revisions WHERE report_id='nun'")
        connection.execute("DELETE FROM reports WHERE report_id='nun'")
    again = Indexed(small.folder, Catalog(small.folder.catalog), small.encoder)
    generation = again.generation()
    with pytest.raises(DamagedError, match=r"catalog\.sqlite: lacks the reading of nun"):
        generation.stored(generation.ordinals["nun"])


def test_a_new_catalog_with_a_few_reports_does_not_empty_the_index(small: Indexed) -> None:
    """Where most of what is indexed was never in this catalog, it was lost: nothing is built unless asked for."""
    before = found(small, "viper")
    small.catalog.close()
    for path in small.folder.root.glob("catalog.sqlite*"):
        path.unlink()
    again = Indexed(small.folder, Catalog(small.folder.catalog), small.encoder)
    again.put({"nun": "A nun had hiccups."})
    with pytest.raises(GenerationError, match=r"never held 6 of the 6 reports .*followed by all your files.*--rebuild"):
        again.build()
    assert small.folder.current_generation() == 1
    again.put(CASES)
    assert again.build() == 2
    assert found(again, "viper") == before
    again.catalog.delete("snake")
    assert again.build() == 3


def test_removing_most_reports_is_no_loss(small: Indexed) -> None:
    """What was removed on purpose, the catalog held."""
    for name in sorted(CASES)[:-1]:
        small.catalog.delete(name)
    assert small.build() == 2
    assert small.generation().manifest.reports == 1
