"""What the readers of marked-up formats share: runs of text, citation marks, and the sheet they are laid out on.

A reader walks its tree and gives *runs*: stretches of character data with what the mark-up says about
them. ``Sheet`` turns runs into blocks. Its raw text is the string values of the elements it took text
from, one after the other, so that an element's path and an offset into its string value lead back.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from corpus.assembly import Block, BlockRole, assemble
from corpus.errors import NoTextError
from corpus.identity import find_dois
from corpus.model import Bibliography, Part, Report, SectionKind
from corpus.normalise import fold
from corpus.tracked import Tracked


def names(line: str) -> frozenset[str]:
    """The element names, or words, of ``line``."""
    return frozenset(line.split())


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

_NUMBERS = re.compile(
    r"\d{1,3}[a-z]?(?:(?:\s*[,;\u2010-\u2015\u2212-]+\s*|\s+)\d{1,3}[a-z]?)*(?:\s*[,;]?\s*[*†‡§¶#]+)*[,;]?"
)
_NOTE = re.compile(r"[a-z*†‡§¶#]{1,3}(?:\s*,\s*[a-z*†‡§¶#]{1,3})*")
_CONNECTOR = re.compile(r"[\s,;\u2010-\u2015\u2212-]{1,4}")
_EXPONENT = re.compile(r"[+\u2010-\u2015\u2212-]?\d")
_LIST = re.compile(r"\d{1,3}[a-z]?(?:(?:\s*[,;\u2010-\u2015\u2212-]+\s*|\s+)\d{1,3}[a-z]?)+[,;]?")
_CITED = re.compile(r"[^\W\d_]$|[)\]”’\"'»%°+.,;:!?]$")
"""What a raised number that is no power stands on: a word, a unit, the end of a phrase or of a sentence."""
_NAMED_NUMBER = re.compile(
    r"[^\W\d_][\u2010-\u2015-]?\d{1,3}$|(?<![\d.,])(?:19|20)\d\d$|\^[+\u2010-\u2015\u2212-]?\d+$"
)
"""A number that nothing is raised to: of a name ("IL-6"), a year, a power."""
_TEN = re.compile(r"(?:(?<![^\W_])(?<![^\W\d_][\u2010-\u2015-])|(?<=\d)[xX])10$")
_SQUARED = re.compile(
    r"(?<![^\W\d_])(?:[kcdmnµμ]?m|Cm|(?:centi|milli|deci|kilo|micro)?met(?:re|er)s?|ft|feet|Å|chi)$|/(?:M|s|sec)$|"
    r"(?<![\w°/])(?:[rRxyznIQTχηωσ]|N|H?CO|O|[Pp](?:a|C|aC)?O|(?:Sp|Sa|Fi|Sv|EtC)O)$"
)
"""What a 2 or 3 that is raised belongs to: units of length, signs that stand for numbers, gases."""
_NUCLIDE = re.compile(
    r"(?<![^\W\d_])(?:I12[345]|I131|Tc99m?|F18|[CN]1[34]|C11|O15|Cr51|Co(?:57|60)|Ga6[78]|In111|Tl201|Xe133|Y90|Sr89|"
    r"Lu177|Ra22[36]|Cs137|Ir192|Sm153|P32|Rb82|H3)$"
)
_COMPOUND = re.compile(r"\S.*[-+=\u2212×·±].*", re.DOTALL)
"""A part of a formula that needs brackets in a line."""
_POWER = re.compile(r"\w.*(?<![-+\u2212])\s*$", re.DOTALL)
"""A superscript that is a power: no prime, no charge."""
FORMULA_PARTS = names("mfrac msup msubsup msqrt mroot mrow")
"""The elements of MathML in which blanks are of the source alone."""
MOST_PARTS = 20
"""More children than a power, a fraction or a root has; a row may have any number, and needs no marks."""
_LONGEST_MARK = 200
_EMPTIED = re.compile(r"(?<!\s)\s*\[\s*\]|(?<![\s|·•,;])[\s|·•,;]+$")
"""What links that are left out leave behind: their brackets, and the marks between them at the end."""
_MOST_AGAIN = 10
"""How many times its own length a table may say again: a span over a million rows is no table."""
_MOST_REACHING = 30
"""How many cells may reach down at once."""
_CONTEXT = 24
"""How many code points before a mark decide what it is: enough for a long word and its punctuation."""


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

    waiting = deque(_groups(runs))
    while waiting:
        group = waiting.popleft()
        if _starts_with_power(group, before):
            waiting.extendleft(reversed(list(_groups(group[1:]))))
            group = group[:1]
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
    if before.rstrip()[-1:] in ("[", "(") or not (glued or raised) or len(mark) > _LONGEST_MARK:
        return "", ""
    if cites and (_NUMBERS.fullmatch(mark) or _NOTE.fullmatch(mark)):
        return "[", "]"
    if raised and not cites:
        if _is_citation(mark, before):
            return "[", "]"
        return "^" if before[-1:].isdigit() and _EXPONENT.match(mark) else "", ""
    return "", ""


def _is_citation(mark: str, before: str) -> bool:
    """Whether ``mark``, raised behind ``before``, points elsewhere: it is no power, no part of a name, no charge."""
    if not _NUMBERS.fullmatch(mark):
        return len(mark) == 1 and bool(_NOTE.fullmatch(mark) and re.search(r"[^\W\d_]{3}$", before))
    if _LIST.fullmatch(mark):
        return bool(before.strip())
    if before[-1:].isdigit():
        return bool(_NAMED_NUMBER.search(before)) and not _TEN.search(before)
    return bool(_CITED.search(before)) and not _is_power(mark, before) and not _NUCLIDE.search(before + mark)


def _is_power(mark: str, before: str) -> bool:
    return mark in ("2", "3") and bool(_SQUARED.search(before))


def _starts_with_power(group: Sequence[Run], before: str) -> bool:
    """Whether the first of several marks is a power, so that the others are citations: ``m²`` and then ``7``."""
    if len(group) == 1 or not group[0].raised or group[0].cites:
        return False
    mark = group[0].text.strip()
    return _is_power(mark, before) or (group[1].cites and bool(_EXPONENT.match(mark) and _TEN.search(before)))


def formula_marks(kind: str, position: int, part: str, base: str, before: str) -> tuple[str, str]:
    """What to put around ``part``, child ``position`` of the MathML element ``kind``, for the line to say the same.

    A power gets its ``^``, a fraction its ``/``, a root its sign. ``base`` is the first child's text, ``before`` what
    the line ends in.
    """
    opening, closing = ("(", ")") if _COMPOUND.fullmatch(part.strip()) else ("", "")
    if kind == "mfrac":
        return ("/" if position else " " if before[-1:].isdigit() else "") + opening, closing
    if kind in ("msqrt", "mroot") and position == 0:
        return "√" + opening, closing
    if is_raised_part(kind, position) and base.strip() and _POWER.search(part):
        return "^" + opening, closing
    return "", ""


def is_raised_part(kind: str, position: int) -> bool:
    """Whether child ``position`` of the MathML element ``kind`` is its superscript."""
    return (kind, position) in (("msup", 1), ("msubsup", 2))


def plain(runs: Iterable[Run]) -> str:
    """``runs`` as one folded line without superscript notes and citations: for titles."""
    return fold(Tracked.of("".join(run.text for run in runs if not run.cites))).text


class Grid:
    """A group of rows being walked: knows which cells reach down from the rows above.

    Each row is to read whole, so what reaches down is said again there; it maps to where it stands.
    """

    def __init__(self) -> None:
        self._reaching: dict[int, tuple[int, int, Sequence[Run]]] = {}
        self._column = self._own = self._again = 0

    def start_row(self) -> None:
        """Opens the next row."""
        self._column = 0

    @property
    def in_row(self) -> bool:
        """Whether the row at hand has a cell already."""
        return self._column > 0

    def reaching(self) -> Iterator[Sequence[Run]]:
        """The cells from above that stand in the columns at hand, up to the first column that is free."""
        while self._column in self._reaching:
            left, columns, runs = self._reaching.pop(self._column)
            if left > 1:
                self._reaching[self._column] = left - 1, columns, runs
            self._again += sum(len(run.text) for run in runs)
            yield runs if self._again <= _MOST_AGAIN * self._own else ()
            self._column += columns

    def place(self, flow: Iterable[Run | Break], rows: int, columns: int) -> None:
        """A cell of the row at hand, over so many rows and columns."""
        runs = [run for run in flow if isinstance(run, Run)]
        self._own += sum(len(run.text) for run in runs)
        if rows > 1 and len(self._reaching) < _MOST_REACHING:
            self._reaching[self._column] = rows - 1, columns, runs
        self._column += columns


def span_of(attribute: str | None) -> int:
    """How many rows or columns a cell's attribute says, 1 where it is absent or senseless."""
    text = (attribute or "").strip()
    return min(max(int(text), 1), 1000) if text.isascii() and text.isdecimal() and len(text) < 9 else 1


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
            text = weave(runs)
            self.blocks.append(Block(text.sub(_EMPTIED, "") if role == "reference" else text, role, section))

    def add_to_reference(self, text: str) -> None:
        """Puts the reader's own ``text`` behind the last block where that is a reference without a DOI."""
        last = self.blocks[-1] if self.blocks else None
        if last is not None and last.role == "reference" and not find_dois(last.text.text):
            end = array("q", [last.text.ends[-1]] * len(text))
            added = Tracked(text, end, end)
            self.blocks[-1] = replace(last, text=Tracked.join((last.text, added), ""))

    def report(self, bibliography: Bibliography, *, reader: str, name: str) -> Report:
        """The report of everything laid out; NoTextError (naming the file ``name``) where that is too little."""
        try:
            return assemble(self.blocks, bibliography, raw="\n".join(self._raw), parts=self._parts, reader=reader)
        except NoTextError as error:
            raise NoTextError(f"{name} {error}") from error
