from __future__ import annotations

import copy
import json
from contextlib import suppress
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError, ReadError
from corpus.model import Bibliography, Relation
from corpus.readers.europepmc import XML_ROOTS, EuropePmcReader, is_search_result
from tests.bibliographies import failure, only, read_all, shown

READER = EuropePmcReader()

CORE: dict[str, Any] = {
    "id": "12345",
    "source": "MED",
    "pmid": "12345",
    "pmcid": "PMC678",
    "doi": "10.9999/FEET.5",
    "title": "Gout of the <i>hallux</i>: 10<sup>9</sup> crystals.",
    "authorString": "Roe JB, Doe A, Gout Study Group.",
    "authorList": {
        "author": [
            {
                "fullName": "Roe JB",
                "firstName": "Jane B",
                "lastName": "Roe",
                "initials": "JB",
                "authorAffiliationDetailsList": {
                    "authorAffiliation": [{"affiliation": "Foot Clinic, Town."}, {"affiliation": "Hand Clinic, Town."}]
                },
            },
            {
                "fullName": "Doe A",
                "lastName": "Doe",
                "initials": "A",
                "authorAffiliationDetailsList": {"authorAffiliation": [{"affiliation": "Foot Clinic, Town."}]},
            },
            {"collectiveName": "Gout Study Group"},
        ]
    },
    "journalInfo": {
        "volume": "3",
        "yearOfPublication": 2011,
        "journal": {"title": "Invented journal of feet", "medlineAbbreviation": "Inv J Feet"},
    },
    "pubYear": "2012",
    "abstractText": "<h4>Background</h4>Gout is old.<h4>Case presentation</h4>He had it (p&lt;0.05).",
    "pubTypeList": {"pubType": ["Case Reports", "Journal Article"]},
    "meshHeadingList": {
        "meshHeading": [
            {
                "majorTopic_YN": "Y",
                "descriptorName": "Gout",
                "meshQualifierList": {"meshQualifier": [{"abbreviation": "DI", "qualifierName": "diagnosis"}]},
            },
            {"descriptorName": "Humans"},
        ]
    },
    "keywordList": {"keyword": ["toe", "gout"]},
    "isOpenAccess": "Y",
    "license": "cc by",
    "commentCorrectionList": {
        "commentCorrection": [
            {"id": "777", "source": "MED", "type": "Erratum in", "reference": "Inv J. 2012", "orderIn": 1},
            {"id": "PPR1", "source": "PPR", "type": "Preprint in", "note": "doi: 10.1101/2011.01.01.1"},
            {"id": "778", "source": "MED", "type": "Comment in"},
        ]
    },
}

LITE: dict[str, Any] = {
    "id": "PMC9",
    "source": "PMC",
    "pmcid": "PMC9",
    "title": "Toes.",
    "authorString": "Roe JB, Doe A.",
    "journalTitle": "Inv J Feet",
    "pubYear": "2013",
    "pubType": "case reports; journal article",
    "isOpenAccess": "N",
}


def page(*results: Any) -> str:
    return json.dumps(
        {
            "version": "6.9",
            "hitCount": len(results),
            "request": {"queryString": "gout"},
            "resultList": {"result": results},
        }
    )


def element(name: str, value: Any) -> str:
    """A JSON value as the XML that Europe PMC gives for it."""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    inner = "".join(element(*each) for each in value.items()) if isinstance(value, dict) else escape(str(value))
    return f"<{name}>{inner}</{name}>"


def xml_page(*results: Any) -> str:
    inside = "".join(element("result", each) for each in results)
    return f"<?xml version='1.0'?><responseWrapper><resultList>{inside}</resultList></responseWrapper>"


def about(**fields: Any) -> Bibliography:
    return only(READER, page({"title": "A title.", **fields})).bibliography


@pytest.mark.parametrize("form", [page, xml_page])
def test_a_core_result_is_read_whole(form: Any) -> None:
    """Title, labelled abstract and keywords are the text, all other facts in the bibliography: in JSON as in XML."""
    (read,) = read_all(READER, form(CORE))
    assert read.record == "pmid:12345"
    assert read.report is not None
    assert shown(read.report) == [
        ("title", None, "Gout of the hallux: 10^9 crystals"),
        ("abstract", "Background", "Gout is old."),
        ("abstract", "Case presentation", "He had it (p<0.05)."),
        ("keywords", None, "toe; gout; Gout/diagnosis; Humans"),
    ]
    assert read.report.bibliography == Bibliography(
        title="Gout of the hallux: 10^9 crystals",
        authors=("Jane B Roe", "A Doe", "Gout Study Group"),
        journal="Invented journal of feet",
        year=2011,
        volume="3",
        doi="10.9999/feet.5",
        pmid="12345",
        pmcid="PMC678",
        affiliations=("Foot Clinic, Town.", "Hand Clinic, Town."),
        declared=("Case Reports", "Journal Article"),
        licence="cc by",
        open_access=True,
        relations=(Relation("corrected-by", "pmid:777"), Relation("has-preprint", "doi:10.1101/2011.01.01.1")),
    )
    assert read.report.reader == "europepmc"


@pytest.mark.parametrize("form", [page, xml_page])
def test_a_lite_result_is_kept_for_its_facts(form: Any) -> None:
    """Lite results have no abstract and put authors and kinds in one string each."""
    (read,) = read_all(READER, form(LITE))
    assert read.record == "pmcid:pmc9"
    assert read.report is not None
    assert read.report.text == "Toes"
    assert read.report.bibliography == Bibliography(
        title="Toes",
        authors=("JB Roe", "A Doe"),
        journal="Inv J Feet",
        year=2013,
        pmcid="PMC9",
        declared=("case reports", "journal article"),
        open_access=False,
    )


def test_raw_text_is_the_strings_of_the_result() -> None:
    """Title, abstract and keywords as the service gives them, a line each."""
    report = only(READER, page(CORE))
    assert report.raw.split("\n") == [CORE["title"], CORE["abstractText"], "toe", "gout", "Gout/diagnosis", "Humans"]


def test_preprints_name_their_server_and_published_form() -> None:
    """A preprint's journal is its server; "Preprint of" names the article."""
    found = about(
        id="PPR1",
        source="PPR",
        doi="10.1101/2011.01.01.1",
        bookOrReportDetails={"publisher": "medRxiv", "yearOfPublication": 2011},
        firstPublicationDate="2011-01-01",
        pubTypeList={"pubType": ["Preprint"]},
        commentCorrectionList={"commentCorrection": [{"id": "12345", "source": "MED", "type": "Preprint of"}]},
    )
    assert (found.journal, found.year, found.pmid) == ("medRxiv", 2011, None)
    assert found.relations == (Relation("preprint-of", "pmid:12345"),)


@pytest.mark.parametrize(
    ("link", "relation"),
    [
        ({"id": "7", "source": "MED", "type": "Retraction in"}, Relation("retracted-by", "pmid:7")),
        ({"id": "7", "source": "MED", "type": "Retraction of"}, Relation("retracts", "pmid:7")),
        ({"id": "PMC8", "source": "PMC", "type": "Erratum for"}, Relation("corrects", "pmcid:pmc8")),
        (
            {"source": "MED", "type": "Expression of concern in", "reference": "Inv J. doi: 10.9999/c"},
            Relation("concern-in", "doi:10.9999/c"),
        ),
        ({"type": "Retraction in"}, Relation("retracted-by")),
    ],
)
def test_notices_are_linked(link: dict[str, str], relation: Relation) -> None:
    """By the identifier that the service gives, else the one in its reference, else by none."""
    assert about(commentCorrectionList={"commentCorrection": [link]}).relations == (relation,)


def test_preprints_without_a_known_identifier_are_left_out() -> None:
    """A number of Europe PMC's own names no article to others."""
    link = {"id": "PPR1", "source": "PPR", "type": "Preprint in", "note": "matched by title"}
    assert about(commentCorrectionList={"commentCorrection": [link]}).relations == ()


def test_a_retracted_article_is_marked_by_its_type() -> None:
    """In core results and in the one string of lite results."""
    assert about(pubTypeList={"pubType": ["Retracted Publication"]}).relations == (Relation("retracted-by"),)
    assert about(pubType="journal article; retracted publication").relations == (Relation("retracted-by"),)


def test_identifiers_by_source() -> None:
    """A result's own id is a PMID or PMCID where its source says so."""
    assert about(id="5", source="MED").pmid == "5"
    assert about(id="PMC5", source="PMC").pmcid == "PMC5"
    assert about(id="5", source="AGR") == Bibliography(title="A title")


def test_years_in_order_of_their_worth() -> None:
    """The issue's, else the publication's, else that of its first day."""
    assert about(journalInfo={"yearOfPublication": 2011}, pubYear="2012").year == 2011
    assert about(pubYear="2012", firstPublicationDate="2013-01-01").year == 2012
    assert about(firstPublicationDate="2013-01-01").year == 2013


@pytest.mark.parametrize("value", [None, 5, [], "text", [None], {"author": None}, {"author": "x"}, {"author": [5]}])
def test_values_of_the_wrong_shape_are_passed_over(value: Any) -> None:
    """The service's lists are null, empty or single now and then."""
    found = about(
        authorList=value, journalInfo=value, pubTypeList=value, commentCorrectionList=value, keywordList=value
    )
    assert found.title == "A title"
    assert found.relations == ()


def test_half_characters_do_not_reach_the_report() -> None:
    """JSON can hold half of a pair, which no database can."""
    text = page({**CORE, "title": "A TITLE."}).replace("A TITLE", "A \\ud800 title")
    report = only(READER, text)
    assert report.bibliography.title == "A \ufffd title"
    assert report.raw.encode()


def test_a_bad_result_is_told_of_with_its_line() -> None:
    """Results that are no objects, or hold nothing, do not stop the rest."""
    text = '{"resultList": {"result": [\n{"title": "One"},\n5,\n{"id": "7", "source": "MED"},\n{"title": "Four"}\n]}}'
    reads = read_all(READER, text, "page.json")
    assert [each.record for each in reads] == ["entry 1", "entry 2", "pmid:7", "entry 4"]
    assert str(reads[1].error).startswith("page.json, entry 2 (line 3) is no search result")
    assert isinstance(reads[1].error, MalformedError)
    assert isinstance(reads[2].error, NoTextError)
    assert reads[3].report is not None


def test_a_page_that_breaks_off_keeps_what_was_read() -> None:
    """The results before the break are given, then the page is refused with the place."""
    for text, reason in (
        (page(CORE, LITE)[:-60], r"not JSON from line 1, column \d+ on"),
        ('{"resultList":{"result":[{"title":"One"} {"title":"Two"}]}}', "breaks off after the result on line 1"),
        ('{"resultList":{"result":[{"title":"One"},' + "[" * 100_000, "holds a result that cannot be read"),
        (
            '{"resultList":{"result":[{"title":"One"},{"id":' + "9" * 5_000 + "}]}}",
            "holds a result that cannot be read",
        ),
        (xml_page(CORE, LITE)[:-60], "not well-formed XML"),
    ):
        reads = READER.read(text.encode(), "page.json")
        assert next(reads).report is not None
        with pytest.raises(MalformedError, match=rf"page\.json.*{reason}"):
            next(reads)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", EmptyFileError),
        (page(), NoTextError),
        ('{"resultList":{}}', NoTextError),
        ('{"resultList":{"result":null}}', NoTextError),
        (xml_page(), NoTextError),
        ("{}", MalformedError),
        ('{"resultList": 5}', MalformedError),
    ],
)
def test_pages_of_nothing_are_refused(text: str, error: type[ReadError]) -> None:
    """A search that found nothing, and JSON that is no search result."""
    with pytest.raises(error, match=r"page\.json"):
        list(READER.read(text.encode(), "page.json"))


def test_results_are_told_one_from_another() -> None:
    """The same article twice in a page is two records."""
    assert [each.record for each in read_all(READER, page(LITE, LITE))] == ["pmcid:pmc9", "pmcid:pmc9-2"]


def test_mark_up_in_xml_may_be_elements() -> None:
    """Titles and abstracts with real elements in them are read as those with escaped ones."""
    text = xml_page(LITE).replace("Toes.", "Toes of <i>H.</i> <b>sapiens</b> &amp; co.")
    assert only(READER, text).bibliography.title == "Toes of H. sapiens & co"
    text = xml_page({**LITE, "abstractText": "XX"}).replace("XX", "<h4>Case</h4>He had <i>gout</i>.")
    assert shown(only(READER, text))[1:] == [("abstract", "Case", "He had gout.")]


def test_byte_order_marks_are_no_hindrance() -> None:
    """Neither for telling the form nor for reading it."""
    for form in (page, xml_page):
        assert only(READER, b"\xef\xbb\xbf" + form(LITE).encode()).text == "Toes"
    assert is_search_result(b"\xef\xbb\xbf" + page(LITE).encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (page(CORE), True),
        (json.dumps(json.loads(page(CORE)), indent=2), True),
        (page(), True),
        ('{"hitCount":0,"resultList":{}}', True),
        ('{"text": "a record", "title": "resultList"}', False),
        ('{"text": "\\"resultList\\":{\\"result\\":["}', False),
        ('[{"resultList":{"result":[]}}]', False),
        (xml_page(CORE), False),
        ("resultList", False),
        ("", False),
    ],
)
def test_search_results_are_told_by_their_names(text: str, expected: bool) -> None:
    """Only JSON whose result list has results; a record that speaks of one is none, and XML is told by its root."""
    assert is_search_result(text.encode()) is expected
    assert XML_ROOTS == ("responseWrapper",)


def test_an_unnamed_result_says_why() -> None:
    """Nothing to find it by is the reason given."""
    assert "has neither a title nor an abstract" in failure(READER, page({"pubYear": "2012"}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.sampled_from(sorted(CORE)), JSON), st.sampled_from([page, xml_page]))
def test_every_span_leads_back(changes: dict[str, Any], form: Any) -> None:
    """Whatever stands where, a result is a report with sound spans or a failure of its own."""
    result = {**copy.deepcopy(CORE), **changes}
    with suppress(ReadError):  # characters that XML cannot hold
        assert len(read_all(READER, form(result).encode("utf-8", "surrogatepass"))) == 1


@given(st.data())
def test_damaged_files_are_refused_within_the_tree(data: st.DataObject) -> None:
    """A byte changed, left out or repeated anywhere gives reports or read errors, nothing else."""
    whole = bytearray(data.draw(st.sampled_from([page, xml_page]))(CORE, LITE).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    with suppress(ReadError):
        read_all(READER, bytes(whole))
