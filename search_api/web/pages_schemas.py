"""The pages of a PDF over HTTP. Places are fractions of the page as it is shown, from its left and its top."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from search_api.web.schemas import with_example

_PAGE: dict[str, Any] = {"number": 1, "label": "1", "width": 595.0, "height": 842.0, "start": 0, "end": 2310}
_MARK: dict[str, Any] = {"x": 0.18, "y": 0.43, "width": 0.29, "height": 0.014}


class PageOut(BaseModel):
    """One page; its size in points."""

    model_config = with_example(_PAGE)
    number: int = Field(description="Counted from 1")
    label: str
    width: float
    height: float
    start: int | None = Field(
        description="Where in the report's text what was read from it begins; null where nothing was. Stretches of "
        "pages overlap where the text is in another order than the pages"
    )
    end: int | None


class PagesResponse(BaseModel):
    """The pages of the file that the report's text was read from."""

    model_config = with_example({"pages": [_PAGE]})
    pages: list[PageOut]


class MarkOut(BaseModel):
    """A rectangle on a page, in fractions of its width and height."""

    model_config = with_example(_MARK)
    x: float
    y: float
    width: float
    height: float


class MarksResponse(BaseModel):
    """Where a span stands on a page: a rectangle for each line. ``reason``: why there is none, if so."""

    model_config = with_example({"page": 1, "marks": [_MARK], "reason": None})
    page: int
    marks: list[MarkOut]
    reason: str | None
