"""What the readers of marked-up formats share: runs of text, citation marks, and the sheet they are laid out on.

A reader walks its tree and gives *runs*: stretches of character data with what the mark-up says about
them. ``Sheet`` turns runs into blocks. Its raw text is the string values of the elements it took text
from, one after the other, so that an element's path and an offset into its string value lead back.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from corpus.assembly import Block, BlockRole, assemble
from corpus.errors import NoTextError
from corpus.model import Bibliography, Part, Report, SectionKind
from corpus.normalise import fold
from corpus.tracked import Tracked


@dataclass(frozen=True, slots=True)
class Run:
    """Character data in one style, standing at code point ``at`` of the raw text.

    ``raised``: set as a superscript. ``cites``: a link to the reference list or to a note.
    ``added``: put in by the reader (a separator); it maps to the empty range at ``at``.
    """

    text: str
    at: int
    raised: bool = False
    cites: bool = False
    added: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """Ends a block; what follows has ``role`` and, where the reader knows it, ``section``."""

    role: BlockRole = "paragraph"
    section: SectionKind | None = None


Flow = Iterable[Run | Break]

_NUMBERS = re.compile(r"\d{1,3}[a-z]?(?:\s*[,;\u2010-\u2015\u2212-]+\s*\d{1,3}[a-z]?)*[,;]?")
_NOTE = re.compile(r"[a-z*†‡§¶#]{1,3}(?:\s*,\s*[a-z*†‡§¶#]{1,3})*")
_CONNECTOR = re.compile(r"[\s,;\u2010-\u2015\u2212-]{1,4}")
_EXPONENT = re.compile(r"[+\u2010-\u2015\u2212-]?\d")
_SENTENCE_OR_WORD_END = re.compile(r"(?:[^\W\d_][)\]”’\"'»]*[.,;:!?][)\]”’\"'»]*|[^\W\d_]{4,}|[^\W\d_][)”’\"»])$")
_LENGTH_UNIT = re.compile(r"met(?:re|er)s?$", re.IGNORECASE)
_CONTEXT = 24
"""How many code points before a mark decide what it is: enough for a long word and its punctuation."""


def names(line: str) -> frozenset[str]:
    """The element names, or words, of ``line``."""
    return frozenset(line.split())


def weave(runs: Sequence[Run]) -> Tracked:
    """``runs`` as one text in which no citation mark or exponent is glued to what it stands on.

    A superscript or glued citation becomes ``[1]`` (each bracket maps to the raw character it stands
    beside), an exponent gets a ``^`` before it (``10^9``); marks that have brackets already, and author
    names, stay as they are.
    """
    text: list[str] = []
    starts, ends = array("q"), array("q")
    before = ""

    def put(new: str, begin: int, stop: int) -> None:
        text.append(new)
        starts.extend([begin] * len(new))
        ends.extend([stop] * len(new))

    for group in _groups(runs):
        opening, closing = _brackets(group, before)
        first, last = group[0].at, group[-1].at + (0 if group[-1].added else len(group[-1].text))
        put(opening, first, first + 1 if closing else first)
        for run in group:
            text.append(run.text)
            if run.added:
                starts.extend([run.at] * len(run.text))
                ends.extend([run.at] * len(run.text))
            else:
                starts.extend(range(run.at, run.at + len(run.text)))
                ends.extend(range(run.at + 1, run.at + len(run.text) + 1))
        put(closing, last - 1, last)
        before = (before + "".join(text[-len(group) - 2 :]))[-_CONTEXT:]
    return Tracked("".join(text), starts, ends)


def _groups(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Neighbouring marks with the commas and dashes between them, as one; every other run by itself."""
    at = 0
    while at < len(runs):
        stop = at + 1
        if _is_mark(runs[at]):
            following = stop
            while following < len(runs):
                if _is_mark(runs[following]):
                    stop = following + 1
                elif not _CONNECTOR.fullmatch(runs[following].text):
                    break
                following += 1
        yield list(runs[at:stop])
        at = stop


def _is_mark(run: Run) -> bool:
    return (run.raised or run.cites) and bool(run.text.strip())


def _brackets(group: Sequence[Run], before: str) -> tuple[str, str]:
    """What to put before and after ``group``, which follows the text ``before``."""
    if not _is_mark(group[0]):
        return "", ""
    mark = "".join(run.text for run in group).strip()
    raised, cites = any(run.raised for run in group), any(run.cites for run in group)
    glued = before[-1:].strip() != ""
    if before.rstrip()[-1:] in ("[", "(") or not (glued or raised):
        return "", ""
    if cites and (_NUMBERS.fullmatch(mark) or _NOTE.fullmatch(mark)):
        return "[", "]"
    if raised and not cites:
        if before[-1:].isdigit() and _EXPONENT.match(mark):
            return "^", ""
        if _NUMBERS.fullmatch(mark) and _SENTENCE_OR_WORD_END.search(before) and not _LENGTH_UNIT.search(before):
            return "[", "]"
        if len(mark) == 1 and _NOTE.fullmatch(mark) and re.search(r"[^\W\d_]{3}$", before):
            return "[", "]"
    return "", ""


def plain(runs: Iterable[Run]) -> str:
    """``runs`` as one folded line without superscript notes and citations: for titles."""
    return fold(Tracked.of("".join(run.text for run in runs if not run.cites))).text


@dataclass(slots=True)
class Sheet:
    """Blocks in reading order, with the raw text and the elements that they point into."""

    blocks: list[Block] = field(default_factory=list)
    _raw: list[str] = field(default_factory=list)
    _parts: list[Part] = field(default_factory=list)
    _length: int = 0

    def part(self, path: str, value: str) -> int:
        """Adds the element at ``path`` with its string value; returns where it stands in the raw text."""
        start = self._length
        self._raw.append(value)
        self._parts.append(Part(start, start + len(value), "element", path))
        self._length += len(value) + 1
        return start

    def lay(self, flow: Flow, role: BlockRole = "paragraph", section: SectionKind | None = None) -> None:
        """One block for each stretch of ``flow`` between breaks, blank ones left out."""
        runs: list[Run] = []
        for item in flow:
            if isinstance(item, Run):
                runs.append(item)
                continue
            self._block(runs, role, section)
            runs, role, section = [], item.role, item.section
        self._block(runs, role, section)

    def _block(self, runs: Sequence[Run], role: BlockRole, section: SectionKind | None) -> None:
        if any(not run.added and run.text.strip() for run in runs):
            self.blocks.append(Block(weave(runs), role, section))

    def report(self, bibliography: Bibliography, *, reader: str, name: str) -> Report:
        """The report of everything laid out; NoTextError (naming the file ``name``) where that is too little."""
        try:
            return assemble(self.blocks, bibliography, raw="\n".join(self._raw), parts=self._parts, reader=reader)
        except NoTextError as error:
            raise NoTextError(f"{name} {error}") from error
