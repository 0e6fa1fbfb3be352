from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from search_api.json import similar_json

from .conftest import Site

STORY = "A 50-year-old man had hiccups for days and was given baclofen. He had no fever."


def similar(site: Site, **fields: object) -> Any:
    """The body of an answer that must succeed."""
    answer = site.client.post("/v1/similar", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_most_similar_patient_is_found(site: Site) -> None:
    """A story in other words finds the report of the like patient first, with its citation and age."""
    body = similar(site, text=STORY)
    first = body["similar"][0]
    assert first["passage"]["citation"]["source"].endswith("hiccups.txt")
    assert first["patients"] == [{"age": 52.0, "sex": "male"}]
    assert body["patient"] == {"age": 50.0, "sex": "male"}
    assert [told["text"] for told in body["denied"]] == ["fever"]


def test_http_and_command_line_say_the_same(site: Site) -> None:
    """The body equals what the command line prints, but for the time taken."""
    body = similar(site, text=STORY, k=2)
    here = json.loads(json.dumps(similar_json(site.service.similar(STORY, k=2))))
    assert {**body, "took_ms": 0} == {**here, "took_ms": 0}


def test_what_is_shared_is_a_slice_of_the_stored_text(site: Site) -> None:
    """The text endpoint gives again what a shared finding shows."""
    for report in similar(site, text=STORY)["similar"]:
        for pair in report["shared"]:
            place = {"start": pair["report"]["start"], "end": pair["report"]["end"]}
            again = site.client.get(f"/v1/reports/{report['report_id']}/text", params=place).json()
            assert again["text"] == pair["report"]["text"]


def test_a_report_can_be_asked_for(site: Site) -> None:
    """By its id, and it is not among those found."""
    report_id = similar(site, text=STORY)["similar"][0]["report_id"]
    body = similar(site, report_id=report_id)
    assert body["report_id"] == report_id
    assert report_id not in [each["report_id"] for each in body["similar"]]


def test_conditions_are_met(site: Site) -> None:
    """Filters bound the reports as in a search."""
    body = similar(site, text=STORY, filters={"sex": "female"})
    assert [each["patients"][0]["sex"] for each in body["similar"]] == ["female"]
    assert body["conditions"] == [{"kind": "sex", "value": "female", "start": None, "end": None}]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"text": "fever", "report_id": "x"}, "text"),
        ({"text": " "}, "text"),
        ({"text": "fever", "k": 0}, "k"),
        ({"text": "fever", "filters": {"age": "old"}}, "filters.age"),
        ({"text": "fever", "depth": 3}, "depth"),
        ({"text": 5}, "text"),
    ],
    ids=["nothing", "both", "empty", "k", "filter", "unknown", "number"],
)
def test_what_cannot_be_meant_is_a_problem(site: Site, fields: dict[str, object], field: str) -> None:
    """The problem names the field."""
    answer = site.client.post("/v1/similar", json=fields)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["field"] == field


def test_an_unknown_report_is_not_found(site: Site) -> None:
    """The status is 404."""
    assert site.client.post("/v1/similar", json={"report_id": "nobody"}).status_code == 404


def test_no_log_hears_of_a_story(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """Neither an answer nor a refusal leaves a word of it in any log."""
    with caplog.at_level(logging.DEBUG):
        similar(site, text=STORY + " Quicksilver mining.")
        site.client.post("/v1/similar", json={"text": "Quicksilver mining.", "k": 0})
        site.client.post("/v1/similar", json={"text": ["Quicksilver mining."]})
    assert "Quicksilver" not in caplog.text


def test_an_empty_index_says_so(empty_site: Site) -> None:
    """Before anything is indexed there is nothing to compare with."""
    assert empty_site.client.post("/v1/similar", json={"text": STORY}).status_code == 503
