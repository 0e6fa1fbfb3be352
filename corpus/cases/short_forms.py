"""What a report's own short forms name: "GCT" is what the report writes out beside it, whatever else it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from corpus.abbreviations import definitions
from corpus.assertion import Named, assertions
from corpus.findings import Finding, findings
from corpus.model import Report, Span


@dataclass(frozen=True)
class ShortForms:
    """``meanings``: short form → what its long form names (None: nothing that is known)."""

    meanings: dict[str, Finding | None]

    @classmethod
    def of(cls, report: Report) -> ShortForms:
        """Those that ``report`` defines."""
        meanings: dict[str, Finding | None] = {}
        for definition in definitions(report.text, report.sections):
            short = definition.short.of(report.text)
            if len(short) > 1 and short not in meanings:
                meanings[short] = _meant(report.text, definition.long)
        return cls(meanings)

    def corrected(self, text: str, span: Span, found: list[Finding]) -> tuple[Finding, ...]:
        """``found`` in the sentence ``span`` of ``text``, each short form naming what its long form does."""
        if not self.meanings or self._pattern.search(text, span.start, span.end) is None:
            return tuple(found)
        kept = [each for each in found if self._plain(each.span.of(text)) not in self.meanings]
        kept += self._added(text, span, kept)
        return tuple(sorted(kept, key=lambda each: each.span))

    def _added(self, text: str, span: Span, kept: list[Finding]) -> Iterator[Finding]:
        places = []
        for match in self._pattern.finditer(text, span.start, span.end):
            meaning, here = self.meanings[match.group(1)], Span(*match.span(1))
            if meaning is not None and not any(each.span.overlaps(here) for each in kept):
                places.append((meaning, here))
        named = [
            Named(here.start - span.start, here.end - span.start, each.kind == "procedure") for each, here in places
        ]
        for (meaning, here), assertion in zip(places, assertions(span.of(text), named), strict=True):
            yield replace(meaning, span=here, assertion=assertion)

    def _plain(self, surface: str) -> str:
        return surface if surface in self.meanings else surface.removesuffix("s")

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile(
            rf"(?<![\w-])({'|'.join(map(re.escape, sorted(self.meanings, key=len, reverse=True)))})s?(?![\w])"
        )


def _meant(text: str, long: Span) -> Finding | None:
    """What a long form names: what ends where it does, so that "acute promyelocytic leukaemia" is no promyelocyte.

    The name may begin before it: a short form may leave out its first words' letters.
    """
    start = text.rfind("\n", max(0, long.start - _LEADING), long.start) + 1 or max(0, long.start - _LEADING)
    if start and text[start - 1].isalnum():
        start = text.find(" ", start, long.start) + 1 or long.start
    found = findings(text, [(start, long.end)])
    last = found[-1] if found else None
    return last if last and long.end - last.span.end <= _TAIL else None


_LEADING: Final = 40
_TAIL: Final = 2
"""Code points behind the name in its long form: a plural, a full stop."""
