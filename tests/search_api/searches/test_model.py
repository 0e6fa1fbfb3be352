from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.cases.model import Status, TreatmentKind
from corpus.errors import CatalogError
from indexer.doctor import examine
from indexer.encoders.choice import OneEncoder
from search_api.config import System
from search_api.evidence.choosing import SORTS, Chosen
from search_api.retrieval.query import Given
from search_api.searches.model import Request, UnknownRequestError
from search_api.searches.shape import whole_run_json
from search_api.searches.store import Searches

from .conftest import Kept
from .making import REQUESTS, run_of

WORDS = st.lists(st.text(min_size=1, max_size=8), max_size=3).map(tuple)
GIVEN = st.builds(
    Given, WORDS, WORDS, WORDS,
    st.dictionaries(st.sampled_from(["year", "age", "sex", "journal"]), st.lists(st.text(max_size=6), max_size=3)),
)  # fmt: skip
SYSTEMS = st.builds(
    System,
    st.sampled_from(["bm25", "lexical", "dense", "hybrid"]),
    dense_weight=st.floats(0, 1),
    k1=st.floats(0.01, 10),
    concepts=st.floats(0, 0.99),
    fusion=st.sampled_from(["sum", "rrf"]),
)
CHOSEN = st.builds(
    Chosen,
    kinds=st.lists(st.sampled_from(get_args(TreatmentKind)), max_size=2).map(tuple),
    statuses=st.lists(st.sampled_from(get_args(Status)), max_size=2).map(tuple),
    sort=st.sampled_from(SORTS),
)
ASKED = st.one_of(
    st.builds(
        Request, st.just("search"), st.text(max_size=40), GIVEN, k=st.integers(1, 100),
        max_per_report=st.integers(1, 100), system=SYSTEMS, duplicates=st.booleans(),
    ),
    st.builds(Request, st.just("ask"), st.text(max_size=40), GIVEN, k=st.integers(1, 100), system=SYSTEMS),
    st.builds(Request, st.just("evidence"), st.text(max_size=40), GIVEN, treatments=WORDS, chosen=CHOSEN),
)  # fmt: skip


class TestRequests:
    """What asks the same again."""

    @given(ASKED)
    def test_a_request_read_back_is_the_same(self, request_: Request) -> None:
        """Through JSON, whatever was asked with whatever settings."""
        stored = json.loads(json.dumps(request_.to_json()))
        assert Request.from_json(stored) == request_

    @pytest.mark.parametrize("kind", ["search", "ask"])
    def test_every_parameter_of_the_ranking_is_kept_with_its_value(self, kind: str) -> None:
        """Those at their default, too: another version may have another one."""
        kept = REQUESTS[kind].to_json()["settings"]["system"]
        assert set(kept) == {each.name for each in fields(System)}

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda stored: stored["settings"].update(warp=9),
            lambda stored: stored["settings"]["system"].update(warp=9),
            lambda stored: stored["settings"]["system"].update(name="quantum"),
            lambda stored: stored["settings"]["system"].update(depth=0),
            lambda stored: stored.pop("given"),
            lambda stored: stored["given"].update(should=["x"]),
        ],
    )
    def test_what_this_version_does_not_know_is_refused(self, spoil: Callable[[dict[str, Any]], object]) -> None:
        """A setting more, an unknown ranking, a value out of bounds: it is not asked otherwise than it was."""
        stored = json.loads(json.dumps(REQUESTS["search"].to_json()))
        spoil(stored)
        with pytest.raises(UnknownRequestError, match="ask it anew"):
            Request.from_json(stored)


class TestOtherVersions:
    """Files of other programs."""

    def test_what_a_later_version_kept_beside_is_passed_over(self, tmp_path: Path) -> None:
        """A count or a fact more makes no search unreadable."""
        log = Searches(tmp_path / "searches.sqlite")
        kept = log.add(run_of(), lambda: {"calcinosis": "aa", "gout": "bb"})
        with closing(sqlite3.connect(log.path)) as file:
            (facts,) = file.execute("SELECT facts FROM searches").fetchone()
            told = json.loads(facts)
            for part in ("by", "corpus", "counts", "told"):
                told[part]["later"] = 1
            file.execute("UPDATE searches SET facts=?", (json.dumps(told),))
            file.commit()
        assert log.get(kept.id) == kept

    def test_a_log_of_another_format_is_left_alone(self, tmp_path: Path) -> None:
        """It is refused by name, for reading and for writing, and not written to."""
        log = Searches(tmp_path / "searches.sqlite")
        log.add(run_of(), dict)
        with closing(sqlite3.connect(log.path)) as file:
            file.execute("PRAGMA user_version=99")
        other = Searches(log.path)
        for use in (lambda: other.newest(3), lambda: other.add(run_of(), dict)):
            with pytest.raises(CatalogError, match="search log format 99"):
                use()
        with closing(sqlite3.connect(log.path)) as file:
            assert file.execute("SELECT count(*) FROM searches").fetchone() == (1,)


def test_the_json_of_a_search_can_be_written_and_holds_its_places(tmp_path: Path) -> None:
    """Ranks from 1, in the order of the answer; nothing that JSON does not know."""
    log = Searches(tmp_path / "searches.sqlite")
    run = log.get(log.add(run_of(), dict).id)
    told = json.loads(json.dumps(whole_run_json(run)))
    assert [(each["rank"], each["report_id"]) for each in told["places"]] == [(1, "calcinosis"), (2, "gout")]
    assert (told["id"], told["who"], told["again"]) == ("s000001", "ward 3", "s000001")
    assert told["settings"]["system"]["name"] == "hybrid"


def test_the_doctor_looks_at_the_log(kept: Kept) -> None:
    """A whole one is no finding; a damaged one is an error that says how to do away with it."""
    from search_api.searches.model import By

    kept.service.search("calcinosis", by=By("cli"))
    folder, encoders = kept.made.folder, OneEncoder(kept.made.encoder)
    assert not [each for each in examine(folder, encoders) if "searches" in each.where]
    for path in folder.root.glob("searches.sqlite*"):
        path.unlink()
    folder.searches.write_bytes(b"noise" * 4000)
    (found,) = [each for each in examine(folder, encoders) if "searches" in each.where]
    assert found.severity == "error"
    assert "rm " in found.remedy
