"""Markdown files: written by hand, by a converter, or by a program that reads pictures of pages.

markdown-it-py tells the blocks apart, and the text from the marks. It does not say where in the file the text of a
paragraph stands, so the file is gone through beside its tokens; what cannot be found there again is kept all the
same. What the blocks are is for ``documents`` to say: marks of such files are often wrong. A file that hardly is
Markdown (a paragraph of a hundred thousand characters) is read as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
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
from corpus.readers.markdown_text import BLOCK_TAGS, Line, Source
from corpus.readers.markup import Run, names
from corpus.readers.paragraphs import heading_kind

_LONGEST_PARAGRAPH = 100_000
_MOST_NOTES = 2_000
_LONG_WORD = re.compile(r"\S{5000}")
"""With notes and words beyond these the search for notes takes long: it goes on from each to the word's end."""
_EMBEDDED = re.compile(r"data:[\w/+.-]{1,80};base64,[A-Za-z0-9+/=]+")
_BLANK_LINE = re.compile(r"\n\s*\n")
_TAG = re.compile(
    r"<(?P<silent>script|style|svg)\b.*?(?:</(?P=silent)\s*>|$)|<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)\b[^<>]*>"
    r"|<!--.*?(?:-->|$)|<[!?][^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_HEADING_TAGS = names("h1 h2 h3 h4 h5 h6")
_CELL_TAGS = frozenset({"td", "th"})
_TIMES = re.compile(r"\*(?=\d)")
_AMOUNT = re.compile(r"\d[a-zµ]{0,2}$")
_LINK_TARGET = re.compile(r"\]\((?:[^()\\\n]|\\.|\([^()\n]*\))*\)|\]\[[^\[\]\n]*\]|\]")
_NO_WORDS = re.compile(r"\S+\.(?:png|jpe?g|gif|tiff?|svg|webp|bmp)|\W*\w*\W*", re.IGNORECASE)
_ITEM = re.compile(r"[\s>]*(?:[-*+]\s+)*(?P<mark>(?:[-*+]|\d{1,9}[.)])\s)")


class MarkdownReader:
    """One Markdown file, one report; its places are lines of the file."""

    name = "markdown"
    version = 2

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
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("text_join").use(front_matter_plugin)
    parser.inline.ruler.before("emphasis", "times", _times)
    if marked.count("[^") <= _MOST_NOTES and not _LONG_WORD.search(marked):
        parser.use(footnote_plugin)
    tokens = parser.parse(marked)
    source = Source(raw)
    layout = lay_out(list(_Pieces(source).of(tokens)))
    front = next((token for token in tokens if token.type == "front_matter"), None)
    if front is None:
        return layout
    begin, end = source.range(front)
    abstract = abstract_of(raw[begin:end], begin)
    blocks = ((Block(abstract, section="abstract"),) if abstract else ()) + layout.blocks
    return Layout(blocks, over(bibliography_of(front.content), layout.bibliography))


def _times(state: StateInline, silent: bool) -> bool:
    """Takes a star between two numbers ("3*2 cm", "3cm*2cm") for what it says there: no emphasis."""
    if not _TIMES.match(state.src, state.pos) or not _AMOUNT.search(state.src, max(state.pos - 5, 0), state.pos):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


class _Pieces:
    """One pass over the tokens."""

    def __init__(self, source: Source) -> None:
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
        line, source = Line(self._source), self._source
        for token in children:
            if token.type == "text":
                line.put(token.content)
            elif token.type == "text_special":
                at = source.find(token.markup)
                if at is not None and token.info == "escape":
                    # a backslash before what needs none stays in the text
                    begin = at + len(token.markup) - len(token.content)
                    line.keep(Run(token.content, begin, line.raised, line.cites))
                else:
                    line.put_for(token.content, source.at if at is None else at)
            elif token.type == "code_inline":
                source.skip(token.markup)
                line.put(token.content)
                source.skip(token.markup)
            elif token.type in ("softbreak", "hardbreak"):
                end = source.line_end()
                line.keep(end or Run("\n", source.at, added=True))
            elif token.type == "html_inline":
                source.find(token.content)
                if (tag := _TAG.fullmatch(token.content)) is not None:
                    line.tag(tag)
            elif token.type in ("s_open", "s_close"):
                source.skip(token.markup)
                line.strike(opens=token.type == "s_open")
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

    def _image(self, token: Token, line: Line) -> None:
        """A picture's text, unless that is a file's name or a single word."""
        self._source.find("![")
        if _NO_WORDS.fullmatch(token.content):
            self._source.find("]")
            self._source.at -= 1
        else:
            line.put(token.content)
        self._source.match(_LINK_TARGET)

    def _note_mark(self, token: Token, line: Line) -> None:
        label = str(token.meta.get("label") or "")
        at = self._source.find(f"[^{label}]") if label else None
        if at is not None and label.isdecimal():
            line.keep(Run(label, at + 2, raised=True, cites=True))
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
        line, role = Line(self._source), self._role
        for tag in _TAG.finditer(self._source.raw, begin, end):
            line.put_plain(self._source.raw[begin : tag.start()], begin)
            begin, name = tag.end(), (tag["name"] or "").lower()
            if name in BLOCK_TAGS:
                yield Piece(tuple(line.runs), role)
                line, role = Line(self._source), self._html_role(name, opens=not tag["end"])
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
