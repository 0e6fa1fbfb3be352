"""The strings of a bibliography: titles and abstracts with mark-up in them, and names in every order."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from corpus.normalise import fold
from corpus.readers.markup import Run, names, weave
from corpus.sections import classify
from corpus.tracked import Tracked

_TAG = re.compile(
    r"<(?P<end>/?)(?:[a-z]{1,8}:)?(?P<name>i|b|u|em|strong|sup|sub|p|br|hr|div|span|sc|scp|small|tt|h[1-6]|sec|title|"
    r"italic|bold|underline|monospace|abstract|ul|ol|li|list|list-item)\b[^<>]{0,200}>",
    re.IGNORECASE,
)
_BLOCKS = names("p br hr div sec title abstract ul ol li list list-item h1 h2 h3 h4 h5 h6")
_HEADING = re.compile(
    r"<(?:jats:)?(?P<name>h[1-6]|title)\b[^<>]{0,200}>(?P<label>[^<>]{0,200})</(?:jats:)?(?P=name)\s*>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_LABEL = re.compile(r"(?:^\s*|(?<=[.!?)\]])\s+)(?P<label>[A-Z][A-Za-z\s,/&()'’-]{2,70}?)\s*:\s+(?=\S)")
_UNLABELLED = frozenset({"unlabelled", "unassigned", "abstract"})
_IN_ABSTRACTS = frozenset(
    {"introduction", "case", "treatment", "outcome", "methods", "results", "discussion", "conclusion"}
)
_ENDS_IN_INITIALS = re.compile(r"(?:^|[\s.(])\w\.\w?\w\.$")

_SUFFIX = re.compile(r"(?:Jr|Sr|2nd|3rd|4th|5th|II|III|IV)\.?", re.IGNORECASE)
_NUMBER = re.compile(r"\s*\(\d[\d-]*\)$")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,5}")
_AND = re.compile(r"\s+and\s+|\s*&\s*", re.IGNORECASE)
_BLANKS = re.compile(r"[^\S\n]+")
_ET_AL = re.compile(r"(?<![,;\s])[,;\s]+et\.?\s+al\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Labelled:
    """One paragraph of an abstract under its label; ``label`` is None where it has none."""

    label: Tracked | None
    text: Tracked


def inline(text: str, at: int) -> Tracked:
    """``text``, standing at ``at`` of the raw text, without its tags, its entities as characters.

    Exponents keep apart from what they stand on (``10^9``), as in the other formats with mark-up.
    """
    runs: list[Run] = []
    raised = begin = 0
    for tag in _TAG.finditer(text):
        if begin < tag.start():
            runs.append(Run(text[begin : tag.start()], at + begin, raised=raised > 0))
        kind = tag["name"].lower()
        if kind == "sup":
            raised = 0 if tag["end"] else 1
        elif kind in _BLOCKS:
            runs.append(Run(" ", at + tag.start(), added=True))
        begin = tag.end()
    if begin < len(text):
        runs.append(Run(text[begin:], at + begin, raised=raised > 0))
    return weave(runs).sub(_ENTITY, lambda entity: html.unescape(entity.group()))


def abstract(text: str, at: int) -> tuple[Labelled, ...]:
    """An abstract given as one string at ``at`` of the raw text, cut at its labels.

    Labels are elements (``<h4>Methods</h4>``) or capitals with a colon ("METHODS: We …"). Words before a colon
    that name no known section are a label only in capitals, in an abstract that starts with a label.
    """
    cuts = [(match.start(), match.start("label"), match.end("label"), match.end()) for match in _HEADING.finditer(text)]
    cuts = cuts or _run_in(text)
    if not cuts:
        return (Labelled(None, inline(text, at)),)
    found = [Labelled(None, inline(text[: cuts[0][0]], at))] if text[: cuts[0][0]].strip() else []
    for index, (_, begin, end, start) in enumerate(cuts):
        stop = cuts[index + 1][0] if index + 1 < len(cuts) else len(text)
        found.append(Labelled(label(text[begin:end], at + begin), inline(text[start:stop], at + start)))
    return tuple(found)


def label(text: str, at: int) -> Tracked | None:
    """The label of an abstract's paragraph; None for one that says that there is none."""
    text = text.rstrip().rstrip(":").rstrip()
    return None if not text or text.strip().lower() in _UNLABELLED else inline(text, at)


def _run_in(text: str) -> list[tuple[int, int, int, int]]:
    """Where each run-in label's paragraph starts, its label starts and ends, and its text starts."""
    matches = list(_LABEL.finditer(text))
    known = [classify(match["label"]) in _IN_ABSTRACTS for match in matches]
    opens = bool(matches) and matches[0].start() == 0 and (known[0] or _is_capitals(matches[0]["label"]))
    return [
        (match.start(), match.start("label"), match.end("label"), match.end())
        for match, is_known in zip(matches, known, strict=True)
        if is_known or (opens and _is_capitals(match["label"]))
    ]


def _is_capitals(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) > 3


def bare_title(title: Tracked) -> Tracked:
    """``title`` without the full stop that databases add and without the brackets of a translated title."""
    title = _unstopped(title.strip())
    text = title.text
    if text.startswith("[") and text.endswith("]") and _closes_at(text) == len(text) - 1:
        title = _unstopped(title[1:-1].strip())
    return title


def _unstopped(title: Tracked) -> Tracked:
    ends = title.text.endswith(".") and not title.text.endswith("..")
    return title if not ends or _ENDS_IN_INITIALS.search(title.text) else title[:-1].strip()


def _closes_at(text: str) -> int:
    """Where the bracket that opens ``text`` is closed; -1 where it is not."""
    depth = 0
    for index, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            return index
    return -1


def given_first(name: str) -> str:
    """'Family, Given, Suffix' or 'Family GM' → 'Given Family Suffix'; any other form stays as it is."""
    name = _NUMBER.sub("", fold(Tracked.of(html.unescape(name))).text.strip(" ;,*"))
    family, comma, rest = name.partition(",")
    if not comma:
        return _initials_first(name)
    given, _, suffix = (part.strip() for part in rest.partition(","))
    words = given.split()
    if not suffix and len(words) > 1 and _SUFFIX.fullmatch(words[-1]):
        suffix = words.pop()
    elif len(words) == 1 and _SUFFIX.fullmatch(given) and len(family.split()) > 1:
        return f"{family.strip()} {given}"
    return " ".join(filter(None, (*words, family.strip(), suffix.partition(",")[0])))


def _initials_first(name: str) -> str:
    words = name.split()
    suffix = [words.pop()] if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) and _is_initials(words[-2]) else []
    if len(words) > 1 and _is_initials(words[-1]) and any(map(str.islower, "".join(words[:-1]))):
        return " ".join((words[-1], *words[:-1], *suffix))
    return name


def _is_initials(word: str) -> bool:
    return bool(_INITIALS.fullmatch(word)) and word.isupper()


def names_in(text: str) -> tuple[str, ...]:
    """The authors that one string lists, given names first, each once.

    Between authors stand semicolons, bars or "and"; else commas, where what they divide are whole names
    ("Roe JB, Doe A", "Jane Roe, Ann Doe") and not the halves of one ("Roe, Jane").
    """
    text = _ET_AL.sub("", _BLANKS.sub(" ", text).strip())
    text = text.removesuffix(".") if text.count(".") == 1 else text  # the list's own, not that of initials
    return tuple(dict.fromkeys(filter(None, map(given_first, _divided(text)))))


def _divided(text: str) -> Iterator[str]:
    for mark in (";", "|", "\n"):
        if mark in text:
            yield from text.split(mark)
            return
    for piece in _AND.split(text):
        parts = [part.strip() for part in piece.split(",")]
        yield from [piece] if len(parts) == 2 and not _are_names(parts) else parts


def _are_names(pieces: list[str]) -> bool:
    """Whether both are whole names: two words or more, the first of them no particle ("van den Berg, Jan Piet")."""
    return all(len(piece.split()) > 1 and not piece.split()[0].islower() for piece in pieces) or all(
        len(piece.split()) > 1 and _is_initials(piece.split()[-1]) for piece in pieces
    )
