"""Blocks → Report: the one place where every reader's output becomes normalised text.

A reader cuts its source into blocks (a title, headings, paragraphs, captions, references), each a
``Tracked`` text. ``assemble`` folds characters and white space, joins the blocks with blank lines,
draws the sections, finds the sentences and packs the way back to the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from corpus.errors import NoTextError
from corpus.identity import find_dois
from corpus.model import Bibliography, Part, Reference, Report, Section, SectionKind, Sentence, Span
from corpus.normalise import fold, storable
from corpus.sections import classify
from corpus.sentences import split
from corpus.titles import with_titled_relations
from corpus.tracked import Tracked

BlockRole = Literal["title", "heading", "paragraph", "caption", "table", "reference"]

SEPARATOR = "\n\n"
_OWN_SECTION: dict[str, SectionKind] = {
    "title": "title",
    "caption": "figure",
    "table": "table",
    "reference": "references",
}
_NOT_ENOUGH = frozenset({"title", "front", "keywords", "back", "references"})
"""Kinds that alone make no report."""
_STANDS_APART = frozenset({"title", "figure", "table"})
"""Kinds that do not change which section the following paragraph belongs to."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a source, in reading order.

    ``section`` sets the kind where the reader knows it (an ``<abstract>`` element); otherwise a
    heading's words decide, and a paragraph continues the section before it. A heading that names no
    known section keeps the kind of the section it stands in.
    """

    text: Tracked
    role: BlockRole = "paragraph"
    section: SectionKind | None = None


def assemble(
    blocks: Sequence[Block],
    bibliography: Bibliography,
    *,
    raw: str,
    parts: Sequence[Part],
    reader: str,
    given_id: str | None = None,
) -> Report:
    """The report that ``blocks`` make up.

    ``raw`` is the text that the blocks' ranges point into, ``parts`` its pages or elements.
    Raises NoTextError where nothing but a title, headings, front matter or references is left.
    """
    kept = [(block, text) for block in blocks if (text := fold(block.text)).text]
    body = Tracked.join((text for _, text in kept), SEPARATOR)
    sections = _sections(kept)
    if all(section.kind in _NOT_ENOUGH or section.body.start == section.body.end for section in sections):
        raise NoTextError("holds no text beyond a title, front matter or references: add the full text or an abstract")
    return Report(
        text=body.text,
        sections=sections,
        sentences=_sentences(body.text, sections),
        references=_references(kept),
        bibliography=with_titled_relations(_storable(bibliography)),
        source_map=body.source_map(tuple(parts)),
        raw=raw,
        reader=reader,
        given_id=given_id,
    )


def _storable(about: Bibliography) -> Bibliography:
    return replace(
        about,
        title=about.title and storable(about.title),
        authors=tuple(map(storable, about.authors)),
        journal=about.journal and storable(about.journal),
        doi=about.doi and storable(about.doi),
        affiliations=tuple(map(storable, about.affiliations)),
        declared=tuple(map(storable, about.declared)),
        licence=about.licence and storable(about.licence),
    )


def _spans(kept: Sequence[tuple[Block, Tracked]]) -> list[Span]:
    spans, at = [], 0
    for _, text in kept:
        spans.append(Span(at, at + len(text)))
        at += len(text) + len(SEPARATOR)
    return spans


def _sections(kept: Sequence[tuple[Block, Tracked]]) -> tuple[Section, ...]:
    sections: list[Section] = []
    current: SectionKind = "body"
    heading: Span | None = None
    for (block, text), span in zip(kept, _spans(kept), strict=True):
        kind = block.section or _OWN_SECTION.get(block.role) or current
        if heading is not None and (block.role == "heading" or (kind in _STANDS_APART and kind != current)):
            # a heading with another heading or a stray caption right under it: an empty section of its own
            sections.append(Section(current, heading, Span(heading.end, heading.end)))
            heading = None
        if block.role == "heading":
            current = block.section or classify(text.text) or _continued(current)
            heading = span
            continue
        last = sections[-1] if sections else None
        goes_on = kind not in _STANDS_APART or kind == "table"  # a table's rows come as blocks of their own
        if heading is None and last is not None and last.kind == kind and goes_on:
            sections[-1] = Section(kind, last.heading, Span(last.body.start, span.end))
        else:
            sections.append(Section(kind, heading, span))
            heading = None
        if kind not in _STANDS_APART:
            current = kind
    if heading is not None:
        sections.append(Section(current, heading, Span(heading.end, heading.end)))
    return tuple(sections)


def _continued(kind: SectionKind) -> SectionKind:
    """What an unknown heading opens: more of the same, but never more abstract, keywords or references."""
    return "body" if kind in ("abstract", "keywords", "references", "front", "back") else kind


def _sentences(text: str, sections: Sequence[Section]) -> tuple[Sentence, ...]:
    found = []
    for index, section in enumerate(sections):
        if section.kind == "references":
            continue
        start = section.body.start
        found += [Sentence(Span(start + a, start + b), index) for a, b in split(section.body.of(text))]
    return tuple(found)


def _references(kept: Sequence[tuple[Block, Tracked]]) -> tuple[Reference, ...]:
    references = []
    for (block, text), span in zip(kept, _spans(kept), strict=True):
        if block.role == "reference":
            references.append(Reference(span, next(iter(find_dois(text.text)), None)))
    return tuple(references)
