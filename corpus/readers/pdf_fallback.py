"""pypdf as the second engine: text where pdfium's is bad, and a damaged file rebuilt from what can be found in it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, IndirectObject, NameObject

from corpus.errors import MalformedError, ReadError
from corpus.readers.pdf_engine import check_pages, locked
from corpus.readers.pdf_lines import Line, Page, Run, make_line
from corpus.readers.pdf_metadata import quiet
from corpus.readers.pulse import beat

_OBJECT = re.compile(rb"(?<!\d)(\d{1,8})\s+(\d{1,5})\s+obj\b")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_LONGEST_PAGE_OBJECT = 20_000  # bytes in which a page's dictionary says that it is one
_NEEDED = ("/Type", "/Contents", "/Resources", "/MediaBox", "/CropBox", "/Rotate")
_HOLE = re.compile(rb"\x00{65536,}")
_AFTER_END = 1024  # bytes that may follow %%EOF
_SIZE, _LEADING, _MARGIN = 10.0, 12.0, 50.0  # points: how text without places is laid out
_WIDTH = 0.5  # of a character, in type sizes


@contextmanager
def _anything_is(what: str) -> Iterator[None]:
    """Has pypdf's errors, which are of many kinds on broken files, come out as MalformedError saying ``what``."""
    try:
        yield
    except (ReadError, MemoryError):
        raise
    except Exception as error:
        raise MalformedError(f"{what} ({error}): get it again from its source") from error


@contextmanager
def _left_out_if_broken() -> Iterator[None]:
    """Goes on after whatever error pypdf lets through on a broken object: one of them does not cost the others."""
    try:
        yield
    except MemoryError:
        raise
    except Exception:
        return


def extract(data: bytes, password: str, indices: Iterable[int]) -> dict[int, str]:
    """The text of the pages ``indices`` (from 0) as pypdf reads it; a page that it cannot read is missing."""
    found: dict[int, str] = {}
    with quiet(), _left_out_if_broken():
        pages = _document(data, [password]).pages
        for index in indices:
            with _left_out_if_broken():
                found[index] = pages[index].extract_text()
            beat()
    return found


def extract_all(data: bytes, passwords: Sequence[str]) -> list[str]:
    """The text of every page as pypdf reads it. Raises EncryptedError, and MalformedError where pypdf cannot."""
    with quiet(), _anything_is("is not a readable PDF"):
        pages = _document(data, passwords).pages
        check_pages(len(pages))
        return [page.extract_text() for page in pages]


def rebuilt(data: bytes, passwords: Sequence[str]) -> tuple[bytes, str]:
    """A sound file made of the pages of a damaged one, and what was done, for a note.

    Where the page tree cannot be read, the pages are those objects that say they are pages, in the order of the file.
    Raises EncryptedError, and MalformedError where no page can be found.
    """
    what = f"is not a readable PDF: {damage(data) or 'neither engine can open it'}"
    with quiet(), _anything_is(what):
        document = _document(data, passwords)
        pages: list[PageObject] = []
        with _left_out_if_broken():
            pages += document.pages
        tree = bool(pages)
        if not tree:
            pages += _stray_pages(document, data)
        writer = PdfWriter()
        for page in pages:
            with _left_out_if_broken():
                writer.add_page(_bare(document, page))
        count = len(writer.pages)
        if not count:
            raise MalformedError(f"{what}, and no whole page can be found in it: get it again from its source")
        how = f"{count} of its pages were found" + ("" if tree else " without its page tree, others may be missing")
        about = document.metadata
        if about is not None:
            writer.add_metadata(about)
        elif "/Info" in document.trailer:
            how += "; its metadata cannot be read"
        output = io.BytesIO()
        writer.write(output)
    return output.getvalue(), how


def _document(data: bytes, passwords: Sequence[str]) -> PdfReader:
    document = PdfReader(io.BytesIO(data))
    if document.is_encrypted and not any(document.decrypt(password) for password in ("", *passwords)):
        raise locked(sum(map(bool, passwords)))
    return document


def _stray_pages(document: PdfReader, data: bytes) -> Iterator[PageObject]:
    """The page objects that ``data`` holds, without the page tree."""
    found = list(_OBJECT.finditer(data))
    for match, following in zip(found, [*found[1:], None], strict=True):
        end = following.start() if following else len(data)
        if not _PAGE.search(data, match.end(), min(end, match.end() + _LONGEST_PAGE_OBJECT)):
            continue
        place = IndirectObject(int(match[1]), int(match[2]), document)
        page = PageObject(document, place)
        with _left_out_if_broken():
            content = document.get_object(place)
            if isinstance(content, DictionaryObject) and content.get("/Type") == "/Page":
                page.update(content)
        if page:
            yield page


def _bare(document: PdfReader, page: PageObject) -> PageObject:
    """``page`` with what its text and pictures need, and nothing else that might be broken."""
    bare = PageObject(document, page.indirect_reference)
    bare.update({NameObject(key): page[key] for key in _NEEDED if key in page})
    return bare


def damage(data: bytes) -> str:
    """What is broken in a file's structure, in words for a message; "" for a sound file."""
    hole = _HOLE.search(data)
    if hole:
        return f"the file is damaged: {len(hole.group()):,} bytes of it are zero"
    end = data.rfind(b"%%EOF")
    if end < 0:
        return "the file is damaged: its end (%%EOF) is missing"
    if len(data) - end > _AFTER_END:
        return f"the file is damaged: {len(data) - end:,} bytes that are no PDF follow its end"
    with quiet() as remarks:
        try:
            document = PdfReader(io.BytesIO(data))
            if not document.is_encrypted:
                len(document.pages)
        except Exception as error:  # of many kinds on broken files
            return f"the file is damaged: {str(error).rstrip('.')}"
        return f"the file is damaged: its objects are not where its index says ({remarks[0]})" if remarks else ""


def plain_page(index: int, text: str, like: Page) -> Page:
    """A page of ``text``, whose places are not known: its lines under one another, in the usual type of ``like``."""
    sizes = [run.size for line in like.lines for run in line.runs for _ in range(run.end - run.start)]
    size = max(set(sizes), key=sizes.count) if sizes else _SIZE
    lines: list[Line] = []
    at, y = 0, like.height - _MARGIN
    for raw in text.splitlines(keepends=True):
        length = len(raw.rstrip())
        if length:
            end = at + length
            run = Run(at, end, _MARGIN, _MARGIN + _WIDTH * size * length, y, size, "", False)
            lines.append(make_line(index, text, [run]))
        at += len(raw)
        y -= _LEADING / _SIZE * size
    return Page(index, text, tuple(lines), like.width, like.height)
