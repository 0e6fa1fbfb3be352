"""The text of Markdown's blocks: found again in the file, mark by mark."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from markdown_it.token import Token

from corpus.readers.markup import Run, names

BLOCK_TAGS = names("p div br hr h1 h2 h3 h4 h5 h6 li ul ol dl dt dd table tr caption blockquote section article pre")
"""Elements that end a stretch of text."""
_STRUCK_TAGS = names("del s strike")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WRAP = re.compile(rf"(?:{_LINE_END.pattern})[ \t]*")
_RAISED = re.compile(
    r"(?:(?<=[^\W\d_]{4})|(?<=[.,;:!?)\]”’\"]))\$?\s?\^\s?\{?\s?(?P<mark>\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\s?\}?\^?(?:\s?\$)?"
    r"|(?<=\d)\^\{?(?P<power>[-–−]?\d{1,3})[\^}]"
)
"""A raised number behind a word or a mark, or a power, as programs write it: "^1^", "^{1,2}", "$^{3}$"."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")


class Source:
    """The file, gone through beside its tokens. ``at`` is how far that has come."""

    def __init__(self, raw: str) -> None:
        self.raw, self.at, self._end = raw, 0, len(raw)
        self._lines = [0, *(end.end() for end in _LINE_END.finditer(raw))]

    def range(self, token: Token) -> tuple[int, int]:
        """Where the lines of ``token`` start and end."""
        first, last = token.map or (0, 0)
        begin = self._lines[min(first, len(self._lines) - 1)]
        return begin, self._lines[last] if last < len(self._lines) else len(self.raw)

    def enter(self, token: Token) -> None:
        """Go on with ``token``, which may be one more cell of the line at hand."""
        begin, self._end = self.range(token)
        if not begin <= self.at < self._end:
            self.at = begin

    def skip(self, mark: str) -> None:
        """Go past ``mark`` where it stands here."""
        if mark and self.raw.startswith(mark, self.at):
            self.at += len(mark)

    def find(self, text: str) -> int | None:
        """Where ``text`` stands next; the place behind it is the next one at hand."""
        found = self.raw.find(text, self.at, self._end)
        if found < 0:
            return None
        self.at = found + len(text)
        return found

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """What matches here, gone past."""
        found = pattern.match(self.raw, self.at, self._end)
        if found is not None:
            self.at = found.end()
        return found

    def line_end(self) -> Run | None:
        """The next line end as a run, with the indent after it: that may be all that tells a paragraph."""
        found = _WRAP.search(self.raw, self.at, self._end)
        if found is None:
            return None
        self.at = found.end()
        return Run(found.group(), found.start())


@dataclass(slots=True)
class Line:
    """The text of one block as it is found, mark by mark."""

    source: Source
    runs: list[Run] = field(default_factory=list)
    raised: bool = False
    cites: bool = False
    struck: int = 0
    """How many marks are open of text that was struck out: it is left out."""
    _gap: bool = False

    def keep(self, run: Run) -> None:
        """Adds ``run``; a blank before it where text between two words was left out."""
        if self.struck or not run.text:
            return
        before = self.runs[-1].text[-1:] if self.runs else ""
        if self._gap and before.isalnum() and run.text[0].isalnum():
            self.runs.append(Run(" ", run.at, added=True))
        self._gap = False
        self.runs.append(run)

    def strike(self, *, opens: bool) -> None:
        """Text that was struck out starts or ends here."""
        self.struck = max(self.struck + (1 if opens else -1), 0)
        self._gap = True

    def put(self, text: str) -> None:
        """Adds ``text`` as it stands next in the file; a bar in a table's cell stands there behind a backslash."""
        at = self.source.find(text)
        if at is None and "|" in text:
            for piece in re.split(r"(\|)", text):
                self._add(piece, self.source.find(piece))
        else:
            self._add(text, at)

    def _add(self, text: str, at: int | None) -> None:
        if at is None:
            self.keep(Run(text, self.source.at, self.raised, self.cites, added=True))
            return
        begin = 0
        for mark in () if self.raised else _RAISED.finditer(text):
            self.keep(Run(text[begin : mark.start()], at + begin, cites=self.cites))
            group = mark.lastgroup or "mark"
            self.keep(Run(mark[group], at + mark.start(group), raised=True))
            begin = mark.end()
        self.keep(Run(text[begin:], at + begin, self.raised, self.cites))

    def put_plain(self, text: str, at: int) -> None:
        """Adds ``text``, which stands at ``at``, with its entities as characters."""
        begin = 0
        for entity in _ENTITY.finditer(text):
            self._add(text[begin : entity.start()], at + begin)
            self.put_for(html.unescape(entity.group()), at + entity.start())
            begin = entity.end()
        self._add(text[begin:], at + begin)

    def put_for(self, text: str, at: int) -> None:
        """Adds ``text`` that stands for something else at ``at``."""
        self.keep(Run(text, at, self.raised, self.cites, added=True))

    def tag(self, tag: re.Match[str]) -> None:
        """Takes note of an element of HTML."""
        name = (tag["name"] or "").lower()
        if name == "sup":
            self.raised = not tag["end"]
        elif name in _STRUCK_TAGS:
            self.strike(opens=not tag["end"])
        elif name in BLOCK_TAGS:
            self.put_for(" ", self.source.at)
