"""Articles whose text is known, to measure readers against: a folder of ``NAME.gold.txt`` beside ``NAME.pdf`` ….

``manifest.csv`` gives title, DOI and year; ``NAME.xml`` (JATS), where it is there, headings, references and
authors. The XML is asked with a few paths of its own here, never with the product's JATS reader: what is
measured must not write its own answers.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from corpus.errors import EmptyFileError, MalformedError, NotFoundError
from corpus.identity import find_dois, normalise_doi

_GOLD = ".gold.txt"
_COLUMNS = ("id", "title", "doi", "year")
_CITATION = re.compile(r"\[\d[\d,;\s\-\u2010-\u2015\u2212]*\]")
_WORD = re.compile(r"[^\W_]+")
_SECTION_TITLES = "//*[local-name()='article']/*[local-name()='body']//*[local-name()='sec']/*[local-name()='title']"
_REFERENCES = "//*[local-name()='ref-list']//*[local-name()='ref']"
_FAMILIES = (
    "//*[local-name()='article-meta']/*[local-name()='contrib-group']/*[local-name()='contrib']"
    "[not(@contrib-type) or @contrib-type='author']//*[local-name()='surname']"
)
_IDENTIFIERS = ("pub-id", "ext-link", "object-id", "comment", "uri")
_NOT_WORDS = ("label", *_IDENTIFIERS)


@dataclass(frozen=True, slots=True)
class GoldReference:
    """One ``<ref>``: its DOI where it gives one, and its words without label and identifiers."""

    doi: str | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """What ``NAME.xml`` says: the ``<sec>`` titles of the body, the ``<ref>`` elements, the authors' family names."""

    headings: tuple[str, ...]
    references: tuple[GoldReference, ...]
    families: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the folder. ``text`` is title, abstract and body; ``files`` are its copies to be read."""

    name: str
    title: str
    doi: str | None
    year: int | None
    text: str
    structure: Structure | None
    files: tuple[Path, ...]


def words(text: str) -> list[str]:
    """Runs of letters and digits of any script (NFKC, lower case), numeric citation marks ("[3, 5–7]") left out."""
    return _WORD.findall(_CITATION.sub(" ", unicodedata.normalize("NFKC", text).lower()))


def heading_words(heading: str) -> tuple[str, ...]:
    """The words of a heading without the number before it ("3.1. Fungal cultures")."""
    found = words(heading)
    while len(found) > 1 and found[0].isdecimal():
        del found[0]
    return tuple(found)


def load_gold(folder: Path) -> list[Article]:
    """The articles of ``folder``, by name.

    Raises NotFoundError, EmptyFileError and MalformedError: no folder, no manifest, no gold text, an article
    without copy, a row or an XML file that cannot be understood.
    """
    if not folder.is_dir():
        raise NotFoundError(f"{folder}: there is no such folder; give one with manifest.csv and NAME{_GOLD} files")
    rows = _manifest(folder / "manifest.csv")
    golds = sorted(folder.glob(f"*{_GOLD}"))
    if not golds:
        raise NotFoundError(f"{folder}: holds no NAME{_GOLD}: there is nothing to measure against")
    return [_article(path, rows) for path in golds]


def _article(path: Path, rows: dict[str, dict[str, str]]) -> Article:
    name = path.name.removesuffix(_GOLD)
    manifest = path.parent / "manifest.csv"
    row = rows.get(name)
    if row is None:
        raise MalformedError(f"{manifest}: has no row for {name}, which {path.name} is the gold text of")
    text = _text(path)
    if not words(text):
        raise EmptyFileError(f"{path}: holds no words to measure against")
    year = row["year"].strip()
    if year and not year.isdecimal():
        raise MalformedError(f"{manifest}, {name}: the year must be a number, not {year!r}")
    if row["doi"].strip() and normalise_doi(row["doi"]) is None:
        raise MalformedError(f"{manifest}, {name}: {row['doi']!r} is not a DOI")
    files = tuple(sorted(other for other in path.parent.glob(f"{name}.*") if other.stem == name and other.is_file()))
    if not files:
        raise NotFoundError(f"{path.parent}: {path.name} has no copy to read: put {name}.pdf, .xml or .html beside it")
    xml = path.parent / f"{name}.xml"
    return Article(
        name=name,
        title=row["title"],
        doi=normalise_doi(row["doi"]),
        year=int(year) if year else None,
        text=text,
        structure=structure(xml) if xml.is_file() else None,
        files=files,
    )


def _manifest(path: Path) -> dict[str, dict[str, str]]:
    """The rows by their id."""
    if not path.is_file():
        raise NotFoundError(f"{path}: there is no such file; it must have the columns {', '.join(_COLUMNS)}")
    reader = csv.DictReader(io.StringIO(_text(path), newline=""))
    missing = [column for column in _COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise MalformedError(f"{path}: lacks the columns {', '.join(missing)}")
    rows: dict[str, dict[str, str]] = {}
    for row in reader:
        if any(row[column] is None for column in _COLUMNS):
            raise MalformedError(f"{path}, line {reader.line_num}: has fewer fields than the header")
        if row["id"] in rows:
            raise MalformedError(f"{path}, line {reader.line_num}: {row['id']} stands twice")
        rows[row["id"]] = row
    return rows


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise MalformedError(f"{path}: is not UTF-8 (byte {error.start})") from error


def structure(path: Path) -> Structure:
    """What the JATS file ``path`` says of itself. Raises MalformedError."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(path.read_bytes(), parser)
    except etree.XMLSyntaxError as error:
        raise MalformedError(f"{path}: is not well-formed XML, so it cannot say what to find ({error})") from error
    titles = (_line(title) for title in _elements(root, _SECTION_TITLES))
    return Structure(
        headings=tuple(title for title in titles if heading_words(title)),
        references=tuple(_reference(element) for element in _elements(root, _REFERENCES)),
        families=tuple(_line(name) for name in _elements(root, _FAMILIES)),
    )


def _line(element: etree._Element) -> str:
    return " ".join("".join(_strings(element)).split())


def _reference(element: etree._Element) -> GoldReference:
    named = [part for part in element.iter("{*}*") if etree.QName(part).localname in _IDENTIFIERS]
    dois = (doi for part in named for text in (_href(part), " ".join(_strings(part))) for doi in find_dois(text))
    kept = " ".join(_strings(element, without=_NOT_WORDS))
    return GoldReference(doi=next(dois, None), words=tuple(words(kept)))


def _href(element: etree._Element) -> str:
    return str(element.get("{http://www.w3.org/1999/xlink}href") or "")


def _elements(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path)
    assert isinstance(found, list)
    return [element for element in found if isinstance(element, etree._Element)]


def _strings(element: etree._Element, without: tuple[str, ...] = ()) -> Iterator[str]:
    """The strings inside ``element`` in order, but for those of the elements named in ``without``."""
    if not isinstance(element.tag, str):
        return
    if element.text:
        yield element.text
    for child in element:
        if isinstance(child.tag, str) and etree.QName(child).localname not in without:
            yield from _strings(child, without)
        if child.tail:
            yield child.tail
