"""Report → passages: whole sentences of one section, within the encoder's limit by its own tokenizer.

A passage is embedded as ``title, newline, passage`` (``context``), because the sentences that say what a
patient was given seldom name the disease. The title counts towards the limit; a long one is cut short.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.model import Report, SectionKind, Span
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder

NOT_PASSAGES: frozenset[SectionKind] = frozenset({"title", "front", "keywords", "back", "references"})
_TITLE_TOKENS = 64
"""A title is cut to this many tokens: 99 % of titles are shorter, and the passage keeps its room."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage of one report: section (index and kind), span, and tokens of what is embedded."""

    section: int
    kind: SectionKind
    span: Span
    tokens: int


def context(report: Report, encoder: Encoder) -> str:
    """What stands before each passage of the report when it is embedded: its title (cut short), newline; or nothing."""
    title = report.bibliography.title
    if not title:
        return ""
    spans = encoder.token_spans([title])[0]
    limit = min(_TITLE_TOKENS, encoder.info.max_tokens // 4)
    return (title if len(spans) <= limit else title[: spans[limit - 1][1]]) + "\n"


def chunk(report: Report, encoder: Encoder, config: ChunkConfig) -> list[Chunk]:
    """The report's passages in text order. Every sentence outside ``NOT_PASSAGES`` lies in exactly one,

    except a sentence over the limit, which is cut at a token into several passages.
    """
    sections = [(index, section) for index, section in enumerate(report.sections) if section.kind not in NOT_PASSAGES]
    bodies = [section.body.of(report.text) for _, section in sections]
    head = context(report, encoder)
    spans = encoder.token_spans([head, *bodies])
    room = encoder.info.max_tokens - len(spans[0])
    by_section: dict[int, list[Span]] = {}
    for sentence in report.sentences:
        by_section.setdefault(sentence.section, []).append(sentence.span)
    chunks: list[Chunk] = []
    for (index, section), tokens in zip(sections, spans[1:], strict=True):
        starts = [section.body.start + start for start, _ in tokens]
        ends = [section.body.start + end for _, end in tokens]
        units = [unit for span in by_section.get(index, []) for unit in _cut(report.text, span, starts, ends, room)]
        for span, count in _pack(units, min(config.target_tokens, room), room):
            chunks.append(Chunk(index, section.kind, span, count + len(spans[0])))
    return chunks


def _cut(text: str, span: Span, starts: Sequence[int], ends: Sequence[int], limit: int) -> list[tuple[Span, int]]:
    """``span`` and its number of tokens; cut into pieces of at most ``limit`` tokens where it holds more."""
    at, last = bisect_left(starts, span.start), bisect_left(starts, span.end)
    begin, pieces = span.start, []
    while last - at > limit:
        # half a word may have more tokens on its own than it has as a part: cut between words if there are any
        stop = next((cut for cut in range(at + limit, at, -1) if not _inside_word(text, starts[cut])), at + limit)
        pieces.append((Span(begin, ends[stop - 1]), stop - at))
        at, begin = stop, starts[stop]
    return [*pieces, (Span(begin, span.end), last - at)]


def _inside_word(text: str, at: int) -> bool:
    return text[at - 1 : at].isalnum() and text[at].isalnum()


def _pack(units: Sequence[tuple[Span, int]], target: int, limit: int) -> list[tuple[Span, int]]:
    """Neighbouring units joined to passages of near equal length, at most ``limit`` tokens each."""
    if not units:
        return []
    total = sum(count for _, count in units)
    goal = total / max(1, -(-total // target))
    passages: list[tuple[Span, int]] = []
    start, end, held = units[0][0].start, units[0][0].end, units[0][1]
    for span, count in units[1:]:
        if held + count > limit or held + count / 2 > goal:
            passages.append((Span(start, end), held))
            start, held = span.start, 0
        end, held = span.end, held + count
    passages.append((Span(start, end), held))
    return passages
