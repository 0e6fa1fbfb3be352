"""Questions go out and answers are read as the published description of the service has them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import FetchError
from corpus.fetching.europepmc_service import Record, _page
from corpus.fetching.polite import PassingError
from tests.corpus.fetching.conftest import Connect
from tests.europepmc import EuropePmc, page_of_html, result, send


def test_a_search_sends_the_published_parameters(epmc: EuropePmc, connect: Connect) -> None:
    """Query, JSON, core results, page size and cursor go out under their published names."""
    connect().search("gardener", size=2)
    assert epmc.searches()[0].params == {
        "query": "gardener",
        "format": "json",
        "resultType": "core",
        "pageSize": "2",
        "cursorMark": "*",
    }


@pytest.mark.parametrize(
    "query",
    ['"stone-hard" AND (lupus OR "systemic sclerosis")', "a&format=xml#x", "50% + 1", "Sjögren", "../PMC1", "a\nb"],
)
def test_a_question_arrives_as_it_was_asked(epmc: EuropePmc, connect: Connect, query: str) -> None:
    """Whatever a question holds, it reaches the service whole and changes nothing else of the request."""
    connect().search(query, size=2)
    asked = epmc.searches()[0]
    assert asked.params["query"] == query
    assert asked.params["format"] == "json"
    assert asked.path == "/search"


def test_cursors_lead_through_all_pages_to_the_end(epmc: EuropePmc, connect: Connect) -> None:
    """Each page names the next, cursors of any characters survive, and the last page leads nowhere."""
    service = connect()
    names, cursor, pages = [], "*", 0
    while True:
        page = service.search("gardener", cursor, 3)
        names += [record.name for record in page.records]
        pages += 1
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert page.hits == 7
    assert names == ["PMC7001", "PMC7002", "PMC7003", "PMC7004", "PMC7005", "PMC7006", "MED-900007"]
    assert pages == 4
    assert any("+" in asked.params["cursorMark"] for asked in epmc.searches())


@pytest.mark.parametrize("echoes", [True, False])
def test_a_question_without_results_is_an_empty_last_page(epmc: EuropePmc, connect: Connect, echoes: bool) -> None:
    """At the end the service gives the cursor back or none at all: either is the end."""
    epmc.echoes_last_cursor = echoes
    page = connect().search("astronaut")
    assert (page.hits, page.records, page.next_cursor) == (0, (), None)


def test_an_error_under_status_200_is_an_error(epmc: EuropePmc, connect: Connect) -> None:
    """The service's own words come through, and the refused question is not asked again."""
    with pytest.raises(FetchError, match="Valid size is between 1 and 1000"):
        connect().search("gardener", size=1001)
    assert len(epmc.asked) == 1


def test_a_search_answered_by_a_web_page_is_asked_again(epmc: EuropePmc, connect: Connect) -> None:
    """What is no JSON is a trouble that may pass."""
    epmc.troubles["/search"] = [page_of_html, lambda request, _: send(request, 200, b'{"hitCount": 3}')]
    assert connect().search("gardener").hits == 7
    assert len(epmc.asked) == 3


def test_a_base_address_without_a_search_is_told(connect: Connect, epmc: EuropePmc) -> None:
    """Where the search itself is not found, the base address is wrong."""
    with pytest.raises(FetchError, match="base address"):
        connect(base_url=epmc.base + "/elsewhere").search("gardener")


def test_full_text_comes_byte_for_byte_and_missing_is_none(epmc: EuropePmc, connect: Connect) -> None:
    """The XML is kept as it was sent; 404 means that there is no open full text."""
    service = connect()
    full_text = service.full_text("PMC7001")
    assert full_text is not None
    assert full_text.startswith(b"<?xml")
    assert service.full_text("PMC7006") is None
    assert len(epmc.asked) == 2


@pytest.mark.parametrize("pmcid", ["PMC", "PMC1/../../search", "pmc1", "PMC1?x", "", "PMC1\n", "PMC" + "1" * 10])
def test_nothing_but_a_pmcid_goes_into_an_address(epmc: EuropePmc, connect: Connect, pmcid: str) -> None:
    """Anything else is refused before a request is made."""
    with pytest.raises(FetchError, match="no PMCID"):
        connect().full_text(pmcid)
    assert epmc.asked == []


def test_xml_that_is_no_article_is_not_kept(epmc: EuropePmc, connect: Connect) -> None:
    """Well-formed XML of another kind is a failure that names what came instead."""
    epmc.troubles["/PMC7001/fullTextXML"] = [lambda request, _: send(request, 200, b"<error>no</error>")] * 5
    with pytest.raises(FetchError, match="no article but <error>"):
        connect().full_text("PMC7001")


def test_a_record_tells_its_facts() -> None:
    """The published fields are read by name; Y and N are words, not truth values."""
    record = Record(result(3, isOpenAccess="N"))
    assert (record.pmcid, record.pmid, record.doi) == ("PMC7003", "900003", "10.5555/invented.3")
    assert (record.year, record.licence, record.open_access, record.name) == ("2021", "cc by", False, "PMC7003")
    assert record.title == "A gardener with stone-hard fingertips, number 3."


def test_the_id_of_a_record_is_its_sources_own() -> None:
    """A result of PubMed's that has no PMID field, and one of PubMed Central's, are known by their id."""
    assert Record({"id": "12", "source": "MED"}).pmid == "12"
    assert Record({"id": "PMC12", "source": "PMC"}).pmcid == "PMC12"
    assert Record({"id": "12", "source": "AGR"}).pmid is None


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"id": "1", "source": "MED"}, "MED-1"),
        ({"id": "PPR123", "source": "PPR"}, "PPR-PPR123"),
        ({"id": "1", "source": "MED", "pmcid": "pmc77"}, "PMC77"),
        ({"id": "../../etc", "source": "MED"}, None),
        ({"id": "a/b", "source": "PAT"}, None),
        ({"id": "1", "source": "../x"}, None),
        ({"id": "1", "source": "MED", "pmcid": "PMC1/../x"}, "MED-1"),
        ({"id": "PMC88", "source": "PMC"}, "PMC88"),
        ({"id": "", "source": "MED"}, None),
        ({"id": 5, "source": ["MED"]}, None),
        ({}, None),
    ],
)
def test_a_record_names_files_by_safe_ids_only(facts: dict[str, object], name: str | None) -> None:
    """No search result can make a file outside the folder."""
    assert Record(facts).name == name


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["hitCount", "resultList", "nextCursorMark", "errCode", "id", "pmcid", "source", "isOpenAccess"])


@given(st.dictionaries(keys, values | st.fixed_dictionaries({"result": values})) | values)
def test_any_json_is_a_page_or_an_expected_error(answer: object) -> None:
    """However an answer is formed, it gives a page, a refusal or a request to try again; its records never raise."""
    try:
        page = _page(json.dumps(answer).encode(), "*")
    except (FetchError, PassingError):
        return
    for record in page.records:
        assert record.name is None or "/" not in record.name
        assert isinstance(record.open_access, bool)


@given(st.binary(max_size=40))
def test_any_bytes_are_a_page_or_an_expected_error(body: bytes) -> None:
    """Bytes that are no JSON in no encoding raise nothing unexpected."""
    with pytest.raises((FetchError, PassingError)):
        _page(body, "*")
