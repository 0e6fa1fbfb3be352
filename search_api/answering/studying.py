"""What answers and tables go by in a report, whatever is asked: its words as they are compared, roles, short forms."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final

from corpus.abbreviations import first_meanings
from corpus.cases.roles import Role, Roles
from corpus.model import Report
from search_api.answering.terms import folded
from search_api.kept import Kept

_MOST: Final = 1 << 22
"""Code points of text, of about 7 bytes each with the reading itself: three thousand reports as short as an abstract,
or eighty of 50,000."""


class Study:
    """One report, each part worked out when it is first asked for: the same for every question."""

    def __init__(self, report: Report) -> None:
        self._report = report

    @cached_property
    def words(self) -> Sequence[tuple[str, ...]]:
        """The folded terms of each sentence, in order."""
        report = self._report
        return [tuple(folded(sentence.span.of(report.text))) for sentence in report.sentences]

    @cached_property
    def roles(self) -> Sequence[Role]:
        """What each sentence tells."""
        return Roles(self._report)

    @cached_property
    def definitions(self) -> dict[str, str]:
        """The abbreviations that the report defines, as written."""
        return first_meanings(self._report.text, self._report.sections)


STUDIES: Final = Kept(Study, _MOST)
"""Those of the readings that were last asked of."""
