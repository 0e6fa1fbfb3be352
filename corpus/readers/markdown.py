"""Markdown files: written by hand, by a converter, or by a program that reads pictures of pages.

markdown-it-py tells the blocks apart, and the text from the marks. It does not say where in the file the text of a
paragraph stands, so the file is gone through beside its tokens; what cannot be found there again is kept all the
same. What the blocks are is for ``documents`` to say: marks of such files are often wrong. A file that hardly is
Markdown (a paragraph of a hundred thousand characters) is read as plain text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from corpus.assembly import Block, assemble
from corpus.errors import NoTextError
from corpus.model import Part
from corpus.readers.base import Read
from corpus.readers.documents import LONGEST_HEADING, Piece, Role, lay_out
from corpus.readers.encodings import recognise
from corpus.readers.layout import Layout, page_blocks
from corpus.readers.markdown_front import abstract_of, bibliography_of, over
from corpus.readers.markup import Run, names
from corpus.readers.paragraphs import heading_kind

_LONGEST_PARAGRAPH = 100_000
_MOST_NOTES = 2_000
_LONG_WORD = re.compile(r"\S{5000}")
"""With notes and words beyond these the search for notes takes long: it goes on from each to the word's end."""
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]+")
_BLANK_LINE = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"\r\n|\r|\n")
_WRAP = re.compile(rf"(?:{_LINE_END.pattern})[ \t]*")
_TAG = re.compile(
    r"<(?P<silent>script|style|svg)\b.*?(?:</(?P=silent)\s*>|$)|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)\b[^<>]*>"
    r"|<!--.*?(?:-->|$)|<[!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_BLOCK_TAGS = names("p div br hr h1 h2 h3 h4 h5 h6 li ul ol dl dt dd table tr caption blockquote section article pre")
_HEADING_TAGS = names("h1 h2 h3 h4 h5 h6")
_CELL_TAGS = frozenset({"td", "th"})
_RAISED = re.compile(
    r"(?:(?<=[^\W\d_]{4})|(?<=[.,;:!?)\]”’\"]))\$?\s?\^\s?\{?\s?(?P<mark>\d{1,3}(?:\s?[,;–-]\s?\d{1,3})*)\s?\}?\^?(?:\s?\$)?"
    r"|(?<=\d)\^\{?(?P<power>[-–−]?\d{1,3})[\^}]"
)
"""A raised number behind a word or a mark, or a power, as programs write it: "^1^", "^{1,2}", "$^{3}$"."""
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_LINK_TARGET = re.compile(r"\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)|\]\[[^\[\]\n]*\]|\]")
_NO_WORDS = re.compile(r"\S+\.(?:png|jpe?g|gif|tiff?|svg|webp|bmp)|\W*\w*\W*", re.IGNORECASE)
_ITEM = re.compile(r"[\s>]*(?:[-*+]\s+)*(?P<mark>(?:[-*+]|\d{1,9}[.)])\s)")


class MarkdownReader:
    """One Markdown file, one report; its places are lines of the file."""

    name = "markdown"
    version = 1

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``; the file is one record."""
        decoded = recognise(data, name)
        raw = decoded.text
        marked = _EMBEDDED.sub("embedded", raw)  # a picture's bytes say nothing, and may be megabytes
        is_markdown = all(len(paragraph) <= _LONGEST_PARAGRAPH for paragraph in _BLANK_LINE.split(marked))
        layout = _laid_out(raw, marked) if is_markdown else page_blocks(raw)
        parts = (Part(0, len(raw), "line", ""),)
        try:
            report = assemble(layout.blocks, layout.bibliography, raw=raw, parts=parts, reader=self.name)
        except NoTextError as error:
            raise NoTextError(f"{name} {error}") from error
        yield Read("", report, notes=(decoded.note,) if decoded.note else ())


def _laid_out(raw: str, marked: str) -> Layout:
    """The blocks of ``raw``, whose marks are told by ``marked``: the same lines, less what is embedded in them."""
    parser = MarkdownIt("commonmark").enable("table").disable("text_join").use(front_matter_plugin)
    if marked.count("[^") <= _MOST_NOTES and not _LONG_WORD.search(marked):
        parser.use(footnote_plugin)
    tokens = parser.parse(marked)
    source = _Source(raw)
    layout = lay_out(list(_Pieces(source).of(tokens)))
    front = next((token for token in tokens if token.type == "front_matter"), None)
    if front is None:
        return layout
    begin, end = source.range(front)
    abstract = abstract_of(raw[begin:end], begin)
    blocks = ((Block(abstract, section="abstract"),) if abstract else ()) + layout.blocks
    return Layout(blocks, over(bibliography_of(front.content), layout.bibliography))


class _Source:
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
class _Line:
    """The text of one block as it is found, mark by mark."""

    source: _Source
    runs: list[Run] = field(default_factory=list)
    raised: bool = False
    cites: bool = False

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
            self.runs.append(Run(text, self.source.at, self.raised, self.cites, added=True))
            return
        begin = 0
        for mark in () if self.raised else _RAISED.finditer(text):
            self.runs.append(Run(text[begin : mark.start()], at + begin, cites=self.cites))
            group = mark.lastgroup or "mark"
            self.runs.append(Run(mark[group], at + mark.start(group), raised=True))
            begin = mark.end()
        self.runs.append(Run(text[begin:], at + begin, self.raised, self.cites))

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
        self.runs.append(Run(text, at, self.raised, self.cites, added=True))

    def tag(self, tag: re.Match[str]) -> None:
        """Takes note of an element of HTML."""
        name = (tag["name"] or "").lower()
        if name == "sup":
            self.raised = not tag["end"]
        elif name in _BLOCK_TAGS:
            self.put_for(" ", self.source.at)


class _Pieces:
    """One pass over the tokens."""

    def __init__(self, source: _Source) -> None:
        self._source = source
        self._role: Role = "text"
        self._row: list[Run] | None = None
        self._item: Token | None = None
        self._in_references = False

    def of(self, tokens: Sequence[Token]) -> Iterator[Piece]:
        """The pieces that ``tokens`` make up, the notes at the end."""
        for token in tokens:
            if token.type == "heading_open":
                self._role = "heading"
            elif token.type == "footnote_open":
                self._role = "note"
            elif token.type in ("heading_close", "footnote_close"):
                self._role = "text"
            elif token.type == "tr_open":
                self._row = []
            elif token.type == "tr_close":
                yield Piece(tuple((self._row or ())[:-1]), "row")  # without the bar after the last cell
                self._row = None
            elif token.type == "list_item_open":
                self._item = token
            elif token.type in ("fence", "code_block"):
                yield Piece(tuple(self._code(token)))
            elif token.type == "html_block":
                yield from self._html(token)
            elif token.type == "inline":
                yield from self._inline(token)

    def _inline(self, token: Token) -> Iterator[Piece]:
        self._source.enter(token)
        runs = [*self._item_mark(token), *self._runs(token.children or ())]
        kind = heading_kind(token.content)
        self._in_references = kind == "references" if kind else self._in_references
        if self._row is None:
            is_long = len(token.content) > LONGEST_HEADING  # text over a line of hyphens, not a heading
            yield Piece(tuple(runs), "text" if self._role == "heading" and is_long else self._role)
        else:
            self._row += [*runs, Run(" | ", self._source.at, added=True)]

    def _item_mark(self, token: Token) -> Iterator[Run]:
        """The number of an item in a list, since it is cited by it; among references a bullet, which parts them."""
        item, self._item = self._item, None
        if item is not None and item.map and token.map and item.map[0] == token.map[0]:
            found = self._source.match(_ITEM)
            if found is not None and (item.info or self._in_references):
                yield Run(found["mark"], found.start("mark"))

    def _runs(self, children: Sequence[Token]) -> list[Run]:
        line, source = _Line(self._source), self._source
        for token in children:
            if token.type == "text":
                line.put(token.content)
            elif token.type == "text_special":
                at = source.find(token.markup)
                if at is not None and token.info == "escape":
                    line.runs.append(Run(token.content, at + 1, line.raised, line.cites))
                else:
                    line.put_for(token.content, source.at if at is None else at)
            elif token.type == "code_inline":
                source.skip(token.markup)
                line.put(token.content)
                source.skip(token.markup)
            elif token.type in ("softbreak", "hardbreak"):
                end = source.line_end()
                line.runs.append(end or Run("\n", source.at, added=True))
            elif token.type == "html_inline":
                source.find(token.content)
                if (tag := _TAG.fullmatch(token.content)) is not None:
                    line.tag(tag)
            elif token.type == "image":
                self._image(token, line)
            elif token.type == "link_open" and token.info != "auto":
                source.find("[")
                line.cites = str(token.attrGet("href") or "").startswith("#")
            elif token.type == "link_close" and token.info != "auto":
                source.match(_LINK_TARGET)
                line.cites = False
            elif token.type == "footnote_ref":
                self._note_mark(token, line)
            else:
                source.skip(token.markup)
        return line.runs

    def _image(self, token: Token, line: _Line) -> None:
        """A picture's text, unless that is a file's name or a single word."""
        self._source.find("![")
        if _NO_WORDS.fullmatch(token.content):
            self._source.find("]")
            self._source.at -= 1
        else:
            line.put(token.content)
        self._source.match(_LINK_TARGET)

    def _note_mark(self, token: Token, line: _Line) -> None:
        label = str(token.meta.get("label") or "")
        at = self._source.find(f"[^{label}]") if label else None
        if at is not None and label.isdecimal():
            line.runs.append(Run(label, at + 2, raised=True, cites=True))
        else:
            line.put_for(f"[{token.meta['id'] + 1}]", self._source.at if at is None else at)

    def _code(self, token: Token) -> Iterator[Run]:
        """Text set as code, line by line: what is indented is that for Markdown, whatever it is for people."""
        self._source.enter(token)
        for text in token.content.split("\n"):
            at = self._source.find(text)
            if text.strip() and at is not None:
                yield Run(text, at)
                yield Run("\n", self._source.at, added=True)

    def _html(self, token: Token) -> Iterator[Piece]:
        """The text of a stretch of HTML, a piece for each of its blocks and rows."""
        begin, end = self._source.range(token)
        line, role = _Line(self._source), self._role
        for tag in _TAG.finditer(self._source.raw, begin, end):
            line.put_plain(self._source.raw[begin : tag.start()], begin)
            begin, name = tag.end(), (tag["name"] or "").lower()
            if name in _BLOCK_TAGS:
                yield Piece(tuple(line.runs), role)
                line, role = _Line(self._source), self._html_role(name, opens=not tag["end"])
            elif name in _CELL_TAGS and not tag["end"] and any(run.text.strip() for run in line.runs):
                line.put_for(" | ", tag.start())
            else:
                line.tag(tag)
        line.put_plain(self._source.raw[begin:end], begin)
        yield Piece(tuple(line.runs), role)

    def _html_role(self, name: str, *, opens: bool) -> Role:
        if opens and name == "tr":
            return "row"
        return "heading" if opens and name in _HEADING_TAGS else self._role
