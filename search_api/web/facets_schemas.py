"""Facets over HTTP: by what a result can be narrowed, with counts."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from search_api.config import MAX_QUERY_CHARS
from search_api.web.request_schemas import Conditions, Text
from search_api.web.schemas import CONDITION_EXAMPLE, ConditionOut, with_example

_VALUE: dict[str, Any] = {"value": "2015..2019", "label": "2015–2019", "reports": 12}
_FACETS: dict[str, Any] = {
    "year": [_VALUE],
    "age": [{"value": "<1", "label": "under 1", "reports": 2}],
    "sex": [{"value": "female", "label": "female", "reports": 9}],
    "treatment": [{"value": "zinc", "label": "zinc", "reports": 5}],
    "section": [{"value": "treatment", "label": "treatment", "reports": 7}],
    "kind": [{"value": "case report", "label": "case report", "reports": 11}],
}


class FacetsRequest(Conditions):
    """The line and the conditions of a search."""

    model_config = with_example({"query": "treatments tried for a rash", "filters": {"sex": "female"}})
    query: Text = Field("", description=f"Up to {MAX_QUERY_CHARS:,} characters; empty: all that meet the conditions")
    expand: bool = Field(True, description="Look for what else means the same, too, as the search does")


class FacetValueOut(BaseModel):
    """What a filter takes, and how many reports are left with it."""

    model_config = with_example(_VALUE)
    value: str = Field(description="For `filters` of a search, or behind the colon in the line")
    label: str
    reports: int = Field(description="That meet every other condition, and this in place of this filter's own values")


class FacetsOut(BaseModel):
    """By filter first what it asks for and would not be offered, then the values that any report has, as shown."""

    model_config = with_example(_FACETS)
    year: list[FacetValueOut] = Field(description="Five years each, the newest first; the last may be all before")
    age: list[FacetValueOut] = Field(description="Of a patient, who is of the sex asked for, too")
    sex: list[FacetValueOut] = Field(description="Of a patient, who is of the age asked for, too")
    treatment: list[FacetValueOut] = Field(
        description="What patients were given most often: twelve, and what is asked for"
    )
    section: list[FacetValueOut]
    kind: list[FacetValueOut]


class FacetsResponse(BaseModel):
    """``reports`` meet all conditions; ``unknown``: by filter, how many meet all others and do not tell this."""

    model_config = with_example(
        {
            "generation": 7,
            "took_ms": 14.2,
            "reports": 12,
            "facets": _FACETS,
            "unknown": {"year": 1, "age": 3},
            "conditions": [CONDITION_EXAMPLE],
        }
    )
    generation: int
    took_ms: float
    reports: int
    facets: FacetsOut
    unknown: dict[str, int]
    conditions: list[ConditionOut]
