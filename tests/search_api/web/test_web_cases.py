from __future__ import annotations

import json

from search_api.json import cases_json

from .conftest import Site


def hiccups(site: Site) -> str:
    """The id of the report on hiccups."""
    listed = site.client.get("/v1/reports").json()["reports"]
    return next(str(each["report_id"]) for each in listed if "hiccups" in each["sources"][0])


def test_a_reports_patients_are_told(site: Site) -> None:
    """Who it was and what was given, each sentence as the text endpoint gives it."""
    report_id = hiccups(site)
    answer = site.client.get(f"/v1/reports/{report_id}/cases")
    assert answer.status_code == 200, answer.text
    rows = answer.json()["rows"]
    assert {(row["age"]["value"], row["sex"]) for row in rows} == {(52.0, "male")}
    assert "baclofen" in [row["canonical"] for row in rows]
    for row in rows:
        for quote in row["quotes"]:
            place = {"start": quote["start"], "end": quote["end"]}
            assert site.client.get(f"/v1/reports/{report_id}/text", params=place).json()["text"] == quote["text"]


def test_http_and_command_line_say_the_same(site: Site) -> None:
    """The body equals what the command line prints of the report."""
    report_id = hiccups(site)
    here = json.loads(json.dumps(cases_json(site.service.cases(report_id))))
    assert site.client.get(f"/v1/reports/{report_id}/cases").json() == here


def test_a_report_that_is_not_there_is_a_problem(site: Site) -> None:
    """404, naming it."""
    answer = site.client.get("/v1/reports/cr-nothing/cases")
    assert answer.status_code == 404
    assert "cr-nothing" in answer.json()["detail"]


def test_it_is_in_the_description_of_the_api(site: Site) -> None:
    """With its answers and an example of a row."""
    described = site.client.get("/openapi.json").json()
    operation = described["paths"]["/v1/reports/{report_id}/cases"]["get"]
    assert operation["operationId"] == "readCases"
    assert {"200", "404", "503"} <= set(operation["responses"])
    assert described["components"]["schemas"]["EvidenceRowOut"]["examples"][0]["canonical"] == "colchicine"
