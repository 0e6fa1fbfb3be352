from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from search_api.evidence.choosing import Chosen
from search_api.evidence_json import table_json

from .conftest import Site

QUESTION = "treatments tried for hiccups"


def evidence(site: Site, **fields: object) -> Any:
    """The body of an answer that must succeed."""
    answer = site.client.post("/v1/evidence", json={"question": QUESTION, **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_table_tells_what_was_given_to_whom(site: Site) -> None:
    """Rows with citation and quotations, groups with their denominator, and what such counts can show."""
    body = evidence(site)
    row = next(each for each in body["rows"] if each["canonical"] == "baclofen")
    assert row["citation"]["source"].endswith("hiccups.txt")
    assert row["age"] == {"value": 52.0, "unit": "year"}
    group = next(each for each in body["groups"] if each["canonical"] == "baclofen")
    assert (group["patients"], group["of"]) == (1, 1)
    assert "no rates" in body["caveat"]


def test_http_and_command_line_say_the_same(site: Site) -> None:
    """The body equals what the command line prints, but for the time taken."""
    body = evidence(site, sort="-year")
    here = json.loads(json.dumps(table_json(site.service.evidence(QUESTION, chosen=Chosen(sort="-year")))))
    assert {**body, "took_ms": 0} == {**here, "took_ms": 0}


def test_every_quotation_is_given_again_by_the_text_endpoint(site: Site) -> None:
    """Of each cell of each row."""
    for row in evidence(site)["rows"]:
        for quotes in row["cells"].values():
            for quote in quotes:
                place = {"start": quote["start"], "end": quote["end"]}
                again = site.client.get(f"/v1/reports/{row['catalog_id']}/text", params=place).json()
                assert again["text"] == quote["text"]


def test_rows_are_chosen_by_treatment_and_filters(site: Site) -> None:
    """Beside the question, as on the command line."""
    assert {each["canonical"] for each in evidence(site, treatments=["baclofen"])["rows"]} == {"baclofen"}
    assert evidence(site, filters={"sex": "female"})["rows"] == []


@pytest.mark.parametrize("form", ["ris", "bibtex", "csl"])
def test_the_articles_of_a_table_are_downloaded_for_a_reference_manager(site: Site, form: str) -> None:
    """Each once, in the order of the rows, with what `POST /v1/list/export` gives of the same articles."""
    table = evidence(site)
    answer = site.client.get("/v1/evidence/export", params={"question": QUESTION, "format": form})
    assert answer.status_code == 200, answer.text
    places = [{"report_id": each["catalog_id"], "start": 0, "end": 0} for each in table["rows"]]
    listed = site.client.post("/v1/list/export", json={"format": form, "places": places})
    assert answer.content == listed.content
    assert answer.headers["content-type"] == listed.headers["content-type"]
    ending = {"ris": "ris", "bibtex": "bib", "csl": "json"}[form]
    assert answer.headers["content-disposition"] == f'attachment; filename="evidence.{ending}"'
    if form == "csl":
        assert len(answer.json()) == len({each["catalog_id"] for each in table["rows"]}) < len(table["rows"])


def test_a_long_question_is_downloaded_by_its_body(site: Site) -> None:
    """What is too long for an address, with conditions and rows chosen beside it, gives the rows that are answered."""
    asked = {"question": QUESTION, "treatments": ["baclofen"], "filters": {"sex": "male"}, "must_not": ["x" * 400] * 90}
    wanted = site.client.post("/v1/evidence", json=asked).json()["rows"]
    answer = site.client.post("/v1/evidence/export", json={**asked, "format": "csv"})
    assert answer.status_code == 200, answer.text
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["canonical"] for row in rows] == [row["canonical"] for row in wanted] == ["baclofen"]
    assert answer.headers["content-disposition"] == 'attachment; filename="evidence.csv"'
    plain = site.client.post("/v1/evidence/export", json={"question": QUESTION, "format": "csv"})
    assert plain.content == site.client.get(f"/v1/evidence/export?question={QUESTION}&format=csv").content


@pytest.mark.parametrize("form", ["csv", "markdown", "json", "xlsx"])
def test_a_table_is_downloaded_as_a_file(site: Site, form: str) -> None:
    """A link with the question gives it, under a name, with its media type."""
    if form == "xlsx":
        pytest.importorskip("xlsxwriter")
    answer = site.client.get("/v1/evidence/export", params={"question": QUESTION, "format": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert answer.content
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert "baclofen" in {row["canonical"] for row in rows}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"question": " "}, "question"),
        ({"question": "what was given?"}, "question"),
        ({"sort": "colour"}, "sort"),
        ({"statuses": ["perhaps"]}, "status"),
        ({"states": ["lost"]}, "state"),
        ({"treatments": [""]}, "treatments"),
        ({"filters": {"age": "old"}}, "filters.age"),
        ({"k": 3}, "k"),
        ({"question": 5}, "question"),
    ],
    ids=["empty", "nothing", "sort", "status", "state", "treatment", "filter", "unknown", "number"],
)
def test_what_cannot_be_meant_is_a_problem(site: Site, fields: dict[str, object], field: str) -> None:
    """The problem names the field."""
    answer = site.client.post("/v1/evidence", json={"question": QUESTION, **fields})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["field"] for each in answer.json()["errors"]] == [field]


def test_an_unknown_format_is_a_problem(site: Site) -> None:
    """And so is a link without a question."""
    wrong = site.client.get("/v1/evidence/export", params={"question": QUESTION, "format": "pdf"})
    assert wrong.status_code == 422
    assert site.client.get("/v1/evidence/export").status_code == 422
