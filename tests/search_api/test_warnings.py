"""What stands against an article is told wherever it is cited, as of now and not as of the index."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.model import Relation
from corpus.standing import Link
from indexer.encoders.choice import OneEncoder
from search_api.about import about
from search_api.cli.show import warned
from search_api.json import about_json, search_json
from search_api.service import Service
from tests.fakes import Indexed, indexed, make_report

CASE = """# Case report

A 52-year-old baker had anosmia. He was treated with zinc. The sense of smell returned."""
NOTICE = make_report("The authors retract the article named above.", "Retraction", doi="10.1000/notice",
                     relations=(Relation("retracts", "doi:10.1000/baker"),))  # fmt: skip


@pytest.fixture
def bakery(tmp_path: Path) -> Indexed:
    """One indexed report with a DOI."""
    return indexed(tmp_path / "data", {"baker": make_report(CASE, "Zinc for a baker", doi="10.1000/baker")})


def test_a_notice_that_came_after_the_index_marks_hits_and_answers(bakery: Indexed) -> None:
    """The index need not be built anew for a retraction to be seen; no other citation is marked."""
    service = Service(bakery.folder, OneEncoder(bakery.encoder))
    assert [hit.citation.warnings for hit in service.search("zinc for the sense of smell").hits] == [()]
    bakery.put({"notice": NOTICE})
    link = Link("retracted-by", "doi:10.1000/notice", "notice")
    assert service.search("zinc for the sense of smell").hits[0].citation.warnings == (link,)
    answer = service.ask("treatment of anosmia")
    assert answer.sentences
    assert {sentence.citation.warnings for sentence in answer.sentences} == {(link,)}
    assert answer.hits[0].citation.warnings == (link,)


def test_json_carries_the_warning(bakery: Indexed) -> None:
    """Programs see the kind, the notice's identifier and its report."""
    bakery.put({"notice": NOTICE})
    (hit, *_) = search_json(Service(bakery.folder, OneEncoder(bakery.encoder)).search("zinc"))["hits"]
    assert hit["citation"]["warnings"] == [
        {"kind": "retracted-by", "identifier": "doi:10.1000/notice", "report_id": "notice"}
    ]


def test_a_report_that_left_since_the_index_was_built_is_still_cited(bakery: Indexed) -> None:
    """What is pinned is served whole; nothing is known against it any more."""
    service = Service(bakery.folder, OneEncoder(bakery.encoder))
    bakery.catalog.delete("baker")
    assert [hit.citation.warnings for hit in service.search("zinc").hits] == [()]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (Link("retracted-by", "doi:10.1000/n", "n"), "[RETRACTED: see doi:10.1000/n n]"),
        (Link("concern-in", "pmid:7", None), "[EXPRESSION OF CONCERN: see pmid:7]"),
        (Link("corrected-by", "", None), "[CORRECTED]"),
    ],
)
def test_a_warning_in_words_names_its_notice(link: Link, words: str) -> None:
    """The kind in capitals, then where to read on, if that is known."""
    assert warned(link) == words


def test_what_is_known_of_a_report(bakery: Indexed) -> None:
    """Facts, the kind with wordings that are slices of the text, every source with the served one first, relations."""
    bakery.put({"notice": NOTICE})
    bakery.catalog.put(
        "baker", make_report("A short note.", reader="jats", declared=("Randomized Controlled Trial",)), "/b.xml"
    )
    stored = bakery.catalog.get("baker")
    found = about_json(about(bakery.catalog, stored))
    assert found["kind"]["kind"] == "case report"
    assert (found["kind"]["declared"], found["kind"]["disagrees"]) == (["Randomized Controlled Trial"], True)
    for quoted in found["kind"]["evidence"]:
        assert stored.report.text[quoted["start"] : quoted["end"]] == quoted["text"]
    assert found["kind"]["evidence"]
    assert [(source["place"], source["served"]) for source in found["sources"]] == [
        ("/reports/baker.txt", True), ("/b.xml", False),
    ]  # fmt: skip
    assert found["related"] == [{"kind": "retracted-by", "identifier": "doi:10.1000/notice", "report_id": "notice"}]
    assert found["links"] == ["https://doi.org/10.1000/baker"]
    assert "relations" not in found["bibliography"]
