"""The query line: free words, "quoted phrases", +must, -not and filters (``age:<18``).

What is not understood stays words, and is told; what cannot be meant (an unclosed quote, an unknown value) is an
error that names the field and the place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Literal

from corpus.errors import UsageError
from search_api.config import MAX_CONDITIONS, MAX_QUERY_CHARS
from search_api.errors import check_text
from search_api.model import Condition
from search_api.retrieval.filters import EXAMPLES, NAMES, NO_FILTERS, Filters, read

Sign = Literal["", '"', "+"]
Piece = tuple[Sign, str]
"""A stretch of free words (""), a phrase, or a word that must be there."""

_OPEN, _CLOSE = '"“”„«', '"“”»'
_BRACKETS: Final = r"[(\[{]*"
_QUOTED: Final = re.compile(rf"{_BRACKETS}([+-]?)[{_OPEN}]")
_FILTER: Final = re.compile(rf"{_BRACKETS}([+-]?)({'|'.join(NAMES)}):(?=\S)", re.IGNORECASE)
_COLON: Final = re.compile(rf"{_BRACKETS}({'|'.join(NAMES)}):", re.IGNORECASE)
"""A name of a filter with nothing behind its colon: prose, as in "another drug: a rash"."""
_VALUE: Final = re.compile(rf"[{_OPEN}]([^{_OPEN}{_CLOSE}]*)[{_CLOSE}]|([^\s,{_OPEN}{_CLOSE}]*)")
_SIGNED: Final = re.compile(rf"{_BRACKETS}([+-])(?!(?i:ve)\b)(?=\w*[^\W\d_])(\S+)")
_CHUNK: Final = re.compile(r"\S+")
_MARKS: Final = re.compile(rf"[^\w\s+{_OPEN}-]*")
_UNKNOWN: Final = re.compile(rf"{_BRACKETS}[+-]?([A-Za-z_]{{2,}}):(?=[\w<>=\"“.])")
_ADDRESSES: Final = frozenset({"http", "https", "doi", "pmid", "pmcid"})
_BOTH: Final = "the line asks for other values: leave one of the two out, or put all values into one"
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})
_TRAILING: Final = f".,;:!?)]}}'{_OPEN}{_CLOSE}"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question taken apart. ``str`` gives a line that ``parse`` reads as the same.

    ``notices``: what was not understood as a condition; ``conditions``: what was, with its place in the line.
    """

    pieces: tuple[Piece, ...] = ()
    must_not: tuple[str, ...] = ()
    filters: Filters = NO_FILTERS
    notices: tuple[str, ...] = field(default=(), compare=False)
    conditions: tuple[Condition, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The free words, those of phrases and musts among them: what is ranked and embedded."""
        return " ".join(words for _, words in self.pieces)

    @property
    def quoted(self) -> str:
        """The same with its phrases in quotation marks: what an answer must keep together."""
        return " ".join(f'"{words}"' if sign == '"' else words for sign, words in self.pieces)

    @property
    def phrases(self) -> tuple[str, ...]:
        """What must stand in a report to the letter."""
        return tuple(dict.fromkeys(words for sign, words in self.pieces if sign == '"'))

    @property
    def must(self) -> tuple[str, ...]:
        """The words that a report must hold in one of their forms."""
        return tuple(dict.fromkeys(words for sign, words in self.pieces if sign == "+"))

    @property
    def has_words(self) -> bool:
        """Whether there is anything to rank by."""
        return any(map(str.isalnum, self.text))

    @property
    def is_bound(self) -> bool:
        """Whether any report is left out by it."""
        return bool(self.phrases or self.must or self.must_not or self.filters)

    def __str__(self) -> str:
        words = [_written(sign, words) for sign, words in self.pieces]
        return " ".join([*words, *(_excluded(each) for each in self.must_not), *filter(None, [str(self.filters)])])


@dataclass(frozen=True, slots=True)
class Given:
    """Conditions that come beside the line, as JSON has them; ``filters`` by name, values in the line's notation."""

    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.must or self.must_not or self.phrases or self.filters)


NOTHING_GIVEN: Final = Given()


def understood(line: str, name: str, given: Given) -> Asked:
    """``line`` and what was given beside it, both of which must be met. ``name`` is the line's field.

    Raises UsageError naming ``name``, ``must``, ``must_not``, ``phrases`` or ``filters.…``.
    """
    asked = Asked() if given and not line.strip() else parse(check_text(line, name), name)
    return with_given(asked, given) if given else asked


def parse(line: str, name: str = "query") -> Asked:
    """Take a line apart. Raises UsageError naming the field ``name`` and the character, counted from 1."""
    reader = _Reader(line, name)
    while reader.at < len(line):
        reader.step()
    asked = reader.asked()
    if len(asked.conditions) > MAX_CONDITIONS:
        raise UsageError(f"{name}: {len(asked.conditions):,} conditions are over the limit of {MAX_CONDITIONS}")
    return asked


def with_given(asked: Asked, given: Given) -> Asked:
    """Both conditions together. Raises UsageError where ``given`` has no sense, or a filter other values."""
    pieces, must_not, conditions = list(asked.pieces), list(asked.must_not), list(asked.conditions)
    for kind, words in (("phrases", given.phrases), ("must", given.must), ("must_not", given.must_not)):
        for value in map(_plain, words):
            if not any(map(str.isalnum, value)):
                raise UsageError(f"{kind}: holds an entry without a letter or digit: say what it is")
            check_text(value, kind)
            piece: Piece = ("+" if kind == "must" and _is_word(value) else '"', value)
            if kind == "must_not" and (excluded := value if _is_word(value) else _as_phrase(value)) not in must_not:
                must_not.append(excluded)
            elif kind != "must_not" and piece not in pieces:
                pieces.append(piece)
            conditions.append(Condition(kind.removesuffix("s"), value))
    filters = asked.filters
    for filter_name, values in given.filters.items():
        if len(values) > MAX_CONDITIONS:
            raise UsageError(f"filters.{filter_name}: {len(values):,} values are over the limit of {MAX_CONDITIONS}")
        filters = _with_filter(filters, filter_name, values, f"filters.{filter_name}", _BOTH)
        conditions.append(Condition(filter_name, ", ".join(filters.written()[filter_name])))
    both = replace(asked, pieces=tuple(pieces), must_not=tuple(must_not), filters=filters, conditions=tuple(conditions))
    if len(both.text) > MAX_QUERY_CHARS:
        raise UsageError(
            f"phrases: with the line and must {len(both.text):,} characters are over the limit of {MAX_QUERY_CHARS:,}"
        )
    return both


class _Reader:
    """Goes through a line once; each ``step`` takes a piece from where it stands."""

    def __init__(self, line: str, name: str) -> None:
        self._line, self._name = line, name
        self.at = 0
        self._pieces: list[Piece] = []
        self._must_not: list[str] = []
        self._filters = Filters()
        self._notices: list[str] = []
        self._conditions: list[Condition] = []

    def asked(self) -> Asked:
        """What was read."""
        return Asked(
            tuple(self._pieces),
            tuple(dict.fromkeys(self._must_not)),
            self._filters,
            tuple(dict.fromkeys(self._notices)),
            tuple(self._conditions),
        )

    def step(self) -> None:
        """Take the white space, or the next piece."""
        line, at = self._line, self.at
        if line[at].isspace():
            self.at += 1
        elif match := _QUOTED.match(line, at):
            self._phrase(match)
        elif match := _FILTER.match(line, at):
            self._filter(match)
        elif match := _SIGNED.match(line, at):
            self.at = match.end()
            self._signed(match[1], match[2].rstrip(_TRAILING), match.start(1))
        else:
            match = _CHUNK.match(line, at)
            assert match is not None
            self.at = match.end()
            self._words(match.group())

    def _phrase(self, match: re.Match[str]) -> None:
        start = match.start(1)
        end = next((at for at in range(match.end(), len(self._line)) if self._line[at] in _CLOSE), None)
        if end is None:
            raise self._error(match.end() - 1, "the quotation mark is not closed: close it, or leave it out")
        phrase = _plain(self._line[match.end() : end])
        if not any(map(str.isalnum, phrase)):
            raise self._error(match.end() - 1, "the quotation marks hold no word: fill them, or leave them out")
        self._past_marks(end + 1)
        if match[1] == "-":
            self._must_not.append(_as_phrase(phrase))
            self._note("must_not", phrase, start, end + 1)
        else:
            self._pieces.append(('"', phrase))
            self._note("phrase", phrase, start, end + 1)

    def _signed(self, sign: str, word: str, start: int) -> None:
        if sign == "-":
            self._must_not.append(word)
        else:
            self._pieces.append(("+", word))
        self._note("must" if sign == "+" else "must_not", word, start, start + 1 + len(word))

    def _filter(self, match: re.Match[str]) -> None:
        start, name = match.start(1), match[2].lower()
        if match[1] == "-":
            raise self._error(start, f"{name}: a filter cannot be turned round: exclude words, such as -diltiazem")
        values, at = [], match.end()
        while value := _VALUE.match(self._line, at):
            at = value.end()
            if value[1] is None:
                at -= len(value[2]) - len(_bare(value[2]))
            values.append(value[1] if value[1] is not None else _bare(value[2]))
            if self._line[at : at + 1] != "," or self._line[at + 1 : at + 2].strip() == "":
                break
            at += 1
        if self._line[at : at + 1] and self._line[at] in _OPEN:
            raise self._error(at, "the quotation mark opens nothing: put the whole value in quotation marks")
        place = f"{self._name}: character {start + 1}: {name}"
        self._filters = _with_filter(
            self._filters, name, values, place, f"was given other values before: put them together, {name}:…,…"
        )
        self._note(name, ", ".join(self._filters.written()[name]), start, at)
        self._past_marks(at)

    def _words(self, chunk: str) -> None:
        if chunk in _OPERATORS:
            self._notices.append(f"{chunk} is taken as a word: use +must, -not and quotes instead")
        elif (unknown := _UNKNOWN.match(chunk)) and unknown[1].lower() not in _ADDRESSES:
            self._notices.append(f"“{unknown[1]}:” is no filter (there are {', '.join(NAMES)}): it is taken as words")
        elif prose := _COLON.fullmatch(chunk):
            example = EXAMPLES[prose[1].lower()]
            self._notices.append(
                f"“{chunk}” is taken as a word: a filter is written without a space, such as {example}"
            )
        if self._pieces and self._pieces[-1][0] == "":
            self._pieces[-1] = ("", f"{self._pieces[-1][1]} {chunk}")
        else:
            self._pieces.append(("", chunk))

    def _past_marks(self, at: int) -> None:
        """Go on behind ``at`` and the marks there: what closes a sentence or a bracket is no word."""
        match = _MARKS.match(self._line, at)
        assert match is not None
        self.at = match.end()
        while self._line[self.at : self.at + 1] in ("+", "-"):  # nothing new begins within a word
            self.at += 1

    def _note(self, kind: str, value: str, start: int, end: int) -> None:
        self._conditions.append(Condition(kind, value, start, end))

    def _error(self, at: int, what: str) -> UsageError:
        return UsageError(f"{self._name}: character {at + 1}: {what}")


def _with_filter(filters: Filters, name: str, values: Sequence[str], place: str, otherwise: str) -> Filters:
    if name not in NAMES:
        raise UsageError(f"{place}: is no filter: there are {', '.join(NAMES)}")
    try:
        wanted = read(name, values)
    except ValueError as error:
        raise UsageError(f"{place}: {error}") from None
    if (before := getattr(filters, name)) and set(before) != set(wanted):
        raise UsageError(f"{place}: {otherwise}")
    return replace(filters, **{name: before or wanted})


def _bare(value: str) -> str:
    """A filter's value without the marks that end a sentence or close a bracket; an open range keeps its dots."""
    inner = value.rstrip(_TRAILING.replace(".", ""))
    return inner if inner.endswith("..") else inner.rstrip(_TRAILING)


def _plain(words: str) -> str:
    """One line without quotation marks."""
    return " ".join(re.sub(rf"[{_OPEN}{_CLOSE}]", " ", words).split())


def _written(sign: Sign, words: str) -> str:
    return f'"{words}"' if sign == '"' else f"{sign}{words}"


def _as_phrase(words: str) -> str:
    """A single word in quotation marks, which tell that it is meant to the letter; several are so anyway."""
    return words if " " in words else f'"{words}"'


def _excluded(words: str) -> str:
    return f"-{words}" if _is_word(words) or words[0] == '"' else f'-"{words}"'


def _is_word(value: str) -> bool:
    """Whether ``value`` behind a sign is read as one word."""
    signed = f"+{value}"
    return bool(_SIGNED.fullmatch(signed)) and value == value.rstrip(_TRAILING) and not _FILTER.match(signed)
