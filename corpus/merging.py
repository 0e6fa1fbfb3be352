"""One report from several sources: which text is served, and how the facts of all of them add up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.identity import identifiers
from corpus.likeness import title_key, words
from corpus.model import Bibliography

_BETTER = ("jats", "html", "docx", "pdf", "markdown", "text", "jsonl")
"""Readers by how faithfully their format keeps an article, the best first; bibliographies come last."""
_WHOLE = 0.6
"""A source is whole if its text has this share of the longest one's: an abstract as JATS does not beat a full PDF."""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that a report was read from. ``length``: code points of its text; ``read_at``: UTC, ISO 8601."""

    path: str
    record: str
    revision: int
    reader: str
    length: int
    read_at: str

    @property
    def place(self) -> str:
        """The path, with the record behind "#" where the file holds several."""
        return f"{self.path}#{self.record}" if self.record else self.path


def best_first(sources: Sequence[Source]) -> list[Source]:
    """The sources by how well they serve: whole texts first, then the better format, the longer text, the place."""
    longest = max((source.length for source in sources), default=0)

    def rank(source: Source) -> tuple[bool, int, int, str, str]:
        format_ = _BETTER.index(source.reader) if source.reader in _BETTER else len(_BETTER)
        return source.length < _WHOLE * longest, format_, -source.length, source.path, source.record

    return sorted(sources, key=rank)


def merged(facts: Sequence[Bibliography]) -> Bibliography:
    """The first bibliography, each fact that it lacks taken from the next one that has it; relations add up."""
    first, *others = facts
    for other in others:
        missing = {
            name: value
            for name in Bibliography.__dataclass_fields__
            if getattr(first, name) in (None, ()) and (value := getattr(other, name)) not in (None, ())
        }
        first = replace(first, **missing)
    relations = dict.fromkeys(relation for about in facts for relation in about.relations)
    named = {relation.kind for relation in relations if relation.identifier}
    kept = tuple(relation for relation in relations if relation.identifier or relation.kind not in named)
    return replace(first, relations=kept)


def lookup_keys(about: Bibliography) -> list[str]:
    """What a report is found by: identifiers, title, and the first author with the year and how the title begins."""
    keys = identifiers(about)
    title = title_key(about.title)
    return [*keys, f"title:{title}", *author_keys(about, (about.year or 0,))] if title else keys


def author_keys(about: Bibliography, years: Iterable[int]) -> list[str]:
    """The first author with each of these years and how the title begins; none where one of the three is missing."""
    author = first_author(about)
    begins = next((word[:4] for word in words(about.title or "") if len(word) >= 4), None)
    return [f"by:{author}|{year}|{begins}" for year in years if author and about.year and begins]


def first_author(about: Bibliography) -> str | None:
    """The first author's family name (the last word of "Given Family") in lower case without accents."""
    found = words(about.authors[0]) if about.authors else []
    return found[-1] if found else None
