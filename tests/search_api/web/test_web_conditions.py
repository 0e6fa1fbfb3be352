"""Conditions over HTTP and on the page."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from .conftest import Site

BOTH = pytest.mark.parametrize(("path", "line"), [("/v1/search", "query"), ("/v1/ask", "question")])
NODE = shutil.which("node")


def found(site: Site, path: str, **fields: object) -> dict[str, Any]:
    """The body of a request that must succeed."""
    answer = site.client.post(path, json=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def sources(body: dict[str, Any]) -> set[str]:
    """The files that the hits were read from."""
    return {hit["citation"]["source"].rsplit("/", 1)[-1] for hit in body["hits"]}


def errors(site: Site, path: str, **fields: object) -> list[dict[str, str]]:
    """What is wrong with a request that must be refused."""
    answer = site.client.post(path, json=fields)
    assert answer.status_code == 422, answer.text
    wrong: list[dict[str, str]] = answer.json()["errors"]
    return wrong


class TestOverHttp:
    """POST /v1/search and /v1/ask."""

    @BOTH
    @pytest.mark.parametrize(
        ("text", "fields", "wanted"),
        [
            ("a man age:>60", {}, {"kelp.html"}),
            ("a man", {"filters": {"age": ">60"}}, {"kelp.html"}),
            ("a man", {"filters": {"age": [">60", 34]}}, {"kelp.html", "zebra.txt"}),
            ("a man age:>60", {"filters": {"sex": "male"}}, {"kelp.html"}),
            ("a man -balloon sex:male", {}, {"kelp.html"}),
            ("a man", {"must_not": ["balloon"], "filters": {"sex": ["male"]}}, {"kelp.html"}),
            ('"zinc ointment"', {}, {"zebra.txt"}),
            ("report", {"phrases": ["zinc ointment"]}, {"zebra.txt"}),
            ("report", {"must": ["baclofen"]}, {"hiccups.txt"}),
            ("", {"must": ["baclofen"]}, {"hiccups.txt"}),
            ("", {"filters": {"sex": ["female"]}}, {"zebra.txt"}),
            ("report drug:baclofen,methotrexate", {}, {"hiccups.txt", "zebra.txt"}),
            ("report", {"filters": {"drug": "ciprofloxacin"}}, set()),
        ],
    )
    def test_line_and_json_ask_for_the_same(
        self, site: Site, path: str, line: str, text: str, fields: dict[str, Any], wanted: set[str]
    ) -> None:
        """Each condition can stand in the line or beside it; both together must be met."""
        assert sources(found(site, path, **{line: text}, **fields)) == wanted

    @BOTH
    def test_the_answer_tells_what_was_understood(self, site: Site, path: str, line: str) -> None:
        """Conditions with their places, what was left out unknown, drug names, and notices."""
        body = found(site, path, **{line: " zebra AND drug:Methotrexate year:2000.. "}, filters={"sex": "female"})
        assert body["conditions"] == [
            {"kind": "drug", "value": "Methotrexate", "start": 10, "end": 27},
            {"kind": "year", "value": "2000..", "start": 28, "end": 39},
            {"kind": "sex", "value": "female", "start": None, "end": None},
        ]
        assert body["left_out_unknown"] == {"year": 1}
        assert body["notices"] == ["AND is taken as a word: use +must, -not and quotes instead"]
        body = found(site, path, **{line: "zebra drug:Methotrexate"})
        (report_id,) = {hit["report_id"] for hit in body["hits"]}
        assert body["drug_names"] == {report_id: ["Methotrexate"]}

    @BOTH
    @pytest.mark.parametrize(
        ("text", "fields", "field", "said"),
        [
            ('a "rash', {}, None, "character 3: the quotation mark is not closed"),
            ("rash year:soon", {}, None, "character 6: year: 'soon' is not understood"),
            ("rash drug:, x", {}, None, "character 6: drug: says no value"),
            ("rash", {"must": [""]}, "must", "holds an entry without a letter or digit"),
            ("rash", {"must_not": ["?"]}, "must_not", "holds an entry without a letter or digit"),
            ("rash", {"phrases": ['""']}, "phrases", "holds an entry without a letter or digit"),
            ("rash", {"filters": {"sex": "any"}}, "filters.sex", "'any' is none of female, male"),
            ("rash", {"filters": {"kind": ""}}, "filters.kind", "says no value"),
            ("rash sex:male", {"filters": {"sex": "female"}}, "filters.sex", "the line asks for other values"),
            ("rash", {"filters": {"title": "x"}}, "filters.title", "is not a field of this request"),
            ("rash", {"must": ["x"] * 101}, "must", "List should have at most 100 items"),
            ("", {}, None, "is empty"),
        ],
    )
    def test_an_error_names_the_field_it_is_in(
        self, site: Site, path: str, line: str, text: str, fields: dict[str, Any], field: str | None, said: str
    ) -> None:
        """The line's own name, or that of the part of the JSON, and the character."""
        (wrong,) = errors(site, path, **{line: text}, **fields)
        assert wrong["field"] == (field or line)
        assert wrong["message"].startswith(said)

    @BOTH
    @pytest.mark.parametrize("fields", [{"must": "x"}, {"filters": []}, {"filters": {"age": True}}, {"must": [1]}])
    def test_another_type_is_refused(self, site: Site, path: str, line: str, fields: dict[str, Any]) -> None:
        """Nothing is guessed of what is no text, number or list where one is wanted."""
        assert errors(site, path, **{line: "rash"}, **fields)

    def test_the_conditions_are_described(self, site: Site) -> None:
        """The OpenAPI document names every filter, for search and for ask."""
        schemas = site.client.get("/openapi.json").json()["components"]["schemas"]
        names = {"year", "age", "sex", "drug", "treatment", "section", "kind", "journal"}
        assert set(schemas["FiltersIn"]["properties"]) == names
        for request in ("SearchRequest", "AskRequest"):
            assert {"must", "must_not", "phrases", "filters"} <= set(schemas[request]["properties"])


class TestTooMuch:
    """Bodies within the limit that are wrong in more places than anybody reads."""

    @pytest.mark.parametrize(
        ("path", "body", "field"),
        [
            ("/v1/search", {"query": "gout", "filters": {"year": [{}] * 250_000}}, "filters.year"),
            ("/v1/search", {"query": "gout", "must": [1] * 300_000}, "must.0"),
            ("/v1/evidence", {"question": "gout", "kinds": [1] * 300_000}, "kinds.0"),
            ("/v1/list/export", {"format": "ris", "places": [{}] * 250_000}, "places.0"),
            ("/v1/search", {"query": "gout", **{f"x{number}": 0 for number in range(80_000)}}, "body"),
            ("/v1/search", {"query": "gout", "filters": {f"x{number}": 0 for number in range(80_000)}}, "filters"),
            ("/v1/duplicates", {f"x{number}": 0 for number in range(80_000)}, "body"),
            ("/v1/search", {"query": "gout", "y" * 900_000: 0}, "yyy"),
        ],
    )
    def test_what_is_wrong_throughout_is_told_shortly(
        self, site: Site, path: str, body: dict[str, Any], field: str
    ) -> None:
        """A body of nearly the limit gets an answer of a few lines that names the field."""
        answer = site.client.post(path, json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"].startswith(field)
        assert len(answer.content) < 4000

    def test_of_many_errors_the_first_are_told_and_the_rest_counted(self, site: Site) -> None:
        """Twenty of them, in the order of the request, and how many more there are."""
        answer = site.client.post("/v1/search", json={"query": "gout", **{f"x{number}": 0 for number in range(90)}})
        problem = answer.json()
        assert [each["field"] for each in problem["errors"]] == [f"x{number}" for number in range(20)]
        assert problem["detail"].endswith("x19: is not a field of this request; and 70 more")

    def test_a_filter_takes_a_hundred_values_and_no_more(self, site: Site) -> None:
        """As the line of the query does."""
        values = [str(year) for year in range(1900, 2000)]
        found(site, "/v1/search", query="rash", filters={"year": values})
        wrong = errors(site, "/v1/search", query="rash", filters={"year": [*values, "2000"]})
        assert any("at most 100 items" in each["message"] for each in wrong)
