"""``POST /v1/facets``: the counts that the page narrows a result by."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Site


def facets(site: Site, **fields: object) -> dict[str, Any]:
    """The body of a request that must succeed."""
    answer = site.client.post("/v1/facets", json=fields)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestFacets:
    """What the operation answers."""

    def test_an_empty_body_counts_the_whole_corpus(self, site: Site) -> None:
        """Every facet is there, with values as the filters take them."""
        found = facets(site)
        assert found["reports"] == 3
        assert list(found["facets"]) == ["year", "age", "sex", "treatment", "section", "kind"]
        assert found["facets"]["sex"] == [
            {"value": "female", "label": "female", "reports": 1}, {"value": "male", "label": "male", "reports": 2},
        ]  # fmt: skip
        assert {each["value"] for each in found["facets"]["treatment"]} >= {"baclofen", "methotrexate"}
        assert found["unknown"]["year"] == 3

    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"query": "a rash"},
            {"must": ["report"]},
            {"filters": {"sex": "male"}},
            {"query": "stripes", "expand": False},
        ],
    )
    def test_every_value_leaves_as_many_reports_as_it_says(self, site: Site, fields: dict[str, Any]) -> None:
        """Put into the filters of the same request."""
        for facet, values in facets(site, **fields)["facets"].items():
            for each in values:
                narrowed = facets(site, **{**fields, "filters": {**fields.get("filters", {}), facet: [each["value"]]}})
                assert narrowed["reports"] == each["reports"], (facet, each)

    def test_a_value_bounds_a_search_as_it_bounds_the_counts(self, site: Site) -> None:
        """Without free words the search lists exactly these."""
        for facet, values in facets(site)["facets"].items():
            for each in values:
                body = {"query": "", "k": 100, "max_per_report": 1, "filters": {facet: [each["value"]]}}
                hits = site.client.post("/v1/search", json=body).json()["hits"]
                assert len(hits) == each["reports"], (facet, each)

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"filters": {"year": "soon"}}, "filters.year"),
            ({"filters": {"colour": "red"}}, "filters.colour"),
            ({"k": 3}, "k"),
            ({"query": '"open'}, "query"),
        ],
    )
    def test_what_has_no_sense_names_its_field(self, site: Site, fields: dict[str, Any], field: str) -> None:
        """As a search does."""
        answer = site.client.post("/v1/facets", json=fields)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == [field]

    def test_without_an_index_it_says_so(self, empty_site: Site) -> None:
        """503, as all questions."""
        answer = empty_site.client.post("/v1/facets", json={})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:casetrove:problem:no-index")
