"""Questions over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Final

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from search_api.config import MAX_CONDITIONS, MAX_K, MAX_QUERY_CHARS, SystemName
from search_api.result_list import MAX_LISTED, ListFormat
from search_api.retrieval.query import Given
from search_api.web.parameters import READING
from search_api.web.schemas import CITATION_EXAMPLE, with_example


def _unicode(text: str) -> str:
    """JSON can spell half a character; no encoder can read it."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise ValueError("holds half a surrogate pair, which is no Unicode text")
    return text


Text = Annotated[str, AfterValidator(_unicode)]


def _whole(value: object) -> object:
    """JSON knows one kind of number: 5.0 is 5, and 5.5 is told not to be whole."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]
Texts = Annotated[list[Text], Field(max_length=MAX_CONDITIONS, fail_fast=True)]
"""Several, of which the first that is wrong is told: a long list of nothing else would be long to tell."""
Values = Whole | Text | Annotated[list[Whole | Text], Field(max_length=MAX_CONDITIONS, fail_fast=True)]
"""One value or several, any of which will do, in the notation of the query line."""
_MOST_FIELDS: Final = 100
_PLACE: dict[str, Any] = {
    "report_id": "cr-0123456789ab",
    "start": 412,
    "end": 482,
    "reading": CITATION_EXAMPLE["reading"],
}


class Taken(BaseModel):
    """What is taken of a caller. One with fields by the thousand is refused as a whole, and not field by field."""

    model_config = with_example({})

    @model_validator(mode="before")
    @classmethod
    def _few(cls, given: object) -> object:
        if isinstance(given, dict) and len(given) > _MOST_FIELDS:
            raise ValueError(f"holds {len(given):,} fields: /openapi.json lists those that are taken")
        return given


class FiltersIn(Taken):
    """What a report must be: each filter that is given must be met, by any of its values."""

    model_config = with_example({"year": "2015..", "age": ["<18"], "sex": "female", "kind": "case report"})
    year: Values = Field(default=[], description='Of publication: 2015, "2015..2020", "2015..", "<2015"')
    age: Values = Field(default=[], description='Of a patient, in years unless a unit is given: "<18", "6months..2y"')
    sex: Values = Field(default=[], description="Of a patient, the same one as of the age: female or male")
    drug: Values = Field(default=[], description="A drug that the report names")
    treatment: Values = Field(default=[], description="What a patient of the report was given, or its class")
    section: Values = Field(default=[], description="The kind of section that a passage must stand in")
    kind: Values = Field(default=[], description="What the report is, as judged from its text")
    journal: Values = Field(default=[], description="Words that stand together in the journal's name")


class Conditions(Taken):
    """What a report must be and hold, beside the conditions in the line itself: both are to be met.

    One filter can't have other values here than in the line.
    """

    model_config = with_example({"must": ["calcinosis"], "must_not": ["scleroderma"], "filters": {"age": "<18"}})
    must: Texts = Field([], description="Words, in any of their forms")
    must_not: Texts = Field([], description="Words or phrases")
    phrases: Texts = Field([], description="Phrases, to the letter")
    filters: FiltersIn = FiltersIn()

    def given(self) -> Given:
        """The same as the service takes it."""
        filters = {name: _listed(getattr(self.filters, name)) for name in self.filters.model_fields_set}
        given = {name: values for name, values in filters.items() if values}
        return Given(tuple(self.must), tuple(self.must_not), tuple(self.phrases), given)


def _listed(values: Values) -> list[str]:
    return [str(value) for value in (values if isinstance(values, list) else [values])]


class Expanding(Conditions):
    """Whether more than your own words is looked for, and told of."""

    model_config = with_example({"expand": False, "explain": True})
    expand: bool = Field(True, description="Look for what else means the same, too")
    explain: bool = Field(False, description="Say of each hit why it is there")


class Kept(Taken):
    """Whether it is kept in the search log, where the server keeps one."""

    model_config = with_example({"log": False})
    log: bool = Field(True, description="Keep it in the search log, if the server keeps one")


class SearchRequest(Expanding, Kept):
    """What to look for."""

    model_config = with_example(
        {
            "query": "treatments tried for a rash age:<18",
            "k": 5,
            "max_per_report": 2,
            "system": "hybrid",
            "must_not": ["measles"],
            "filters": {"year": "2015.."},
        }
    )
    query: Text = Field(description=f"Up to {MAX_QUERY_CHARS:,} characters; may be empty beside other conditions")
    k: Whole = Field(10, ge=1, le=MAX_K, description="How many passages at most")
    max_per_report: Whole = Field(2, ge=1, le=MAX_K, description="How many of them may be of one report")
    system: SystemName = Field(
        "hybrid",
        description="By the words alone (bm25), by words and what else means the same (lexical), by meaning (dense), "
        "or by both (hybrid)",
    )
    duplicates: bool = Field(
        False, description="Also show passages that say nearly the same as a better one of another report"
    )
    cursor: Text = Field("", max_length=200, description="The `next` of the page before: all else as it was asked")


class PlaceIn(Taken):
    """A place of a report's text, as hits, sentences, quotations and passages have it."""

    model_config = with_example(_PLACE)
    report_id: Text = Field(min_length=1)
    start: Whole = Field(ge=0)
    end: Whole = Field(ge=0)
    reading: Text = Field("", max_length=64, description=READING)


class ListRequest(Taken):
    """A result list to be had as a file."""

    model_config = with_example({"format": "ris", "places": [_PLACE]})
    format: ListFormat = Field(description="ris, bibtex and csl hold each article once; csv and markdown each place")
    places: list[PlaceIn] = Field(
        min_length=1, max_length=MAX_LISTED, fail_fast=True, description="In the order of the list"
    )


class AskRequest(Expanding, Kept):
    """What to answer."""

    model_config = with_example({"question": "What was tried for the rash?", "k": 5, "filters": {"sex": "male"}})
    question: Text = Field(description=f"Up to {MAX_QUERY_CHARS:,} characters")
    k: Whole = Field(10, ge=1, le=MAX_K, description="How many passages to show beside the answer")
