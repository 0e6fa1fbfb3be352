"""Who wrote a PDF's article, what it is called, and where and when it appeared.

Sources, the surer first: what the page shows in print, then the document's own metadata (XMP and the
information dictionary). Nothing is guessed: the dates of the file itself say nothing of the article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from corpus.identity import find_dois, normalise_doi, own_identifiers
from corpus.model import Bibliography
from corpus.readers.pdf_flow import Paragraph
from corpus.readers.pdf_layout import Layout
from corpus.readers.pdf_metadata import Metadata
from corpus.readers.pdf_words import PageText
from corpus.sections import classify

_YEAR = r"(?P<year>(?:19|20)\d\d)"
_NAME = r"(?P<journal>[A-Z][A-Za-zÀ-ÿ0-9&:’'\- ]{2,80}?)"
_START = r"(?:^|[.?!:]\s+|\bet\s+al\.,?:?\s+)"
_CITATIONS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}{_NAME},?\s+\d{{1,4}}\s*\({_YEAR}\)\s*[\d:]",  # Journal, 2 (2016) 422
        rf"{_START}{_NAME},?\s*\|?\s*\({_YEAR}\)\s*\d{{1,4}}\s*[:,]",  # Journal (2022) 22:938
        rf"{_START}{_NAME}[.,]?\s+{_YEAR}:\d{{1,4}}\s+\d",  # Journal 2016:7 623
        rf"^{_NAME},[^\d]{{0,30}}\s\d{{1,4}}:\s?e?\d+,\s*{_YEAR}",  # Journal, Place, 33:e200068, 2021
        rf"{_START}{_NAME}[.,]?\s+{_YEAR}\s*[;,]\s*\d{{1,4}}\s*(?:\(|:|,\s*\d)",  # Journal 2014, 7:568
        rf"{_START}{_NAME}[.,]?\s+{_YEAR}\s+[A-Z][a-z]{{2,8}}\.?(?:\s+\d{{1,2}})?\s*;\s*\d",  # Journal. 2019 Mar 4;12
        r"\bet\s+al\.\s+(?P<journal>[A-Z][A-Za-z ]{2,60}?)\s+\d{1,4}\(\d{1,3}\)\s*:",  # 2020 Raza et al. Journal 12(6):
        r"^(?P<journal>[A-Z][A-Za-z0-9 ]{2,60}?)\s*\|\s*(?:https?:|doi|DOI|www|Vol)",  # Journal | DOI:10.1
        rf"(?:©|\(c\)|Copyright)\s*{_YEAR}\s+(?P<journal>[A-Z][\w&: ]*\bJournal\b[\w&: ]*?)\s*(?:[|.,]|Published|$)",
    )
)
_SUBJECT_JOURNAL = re.compile(r"(?P<journal>[A-Z][^,\d]{3,80}),\s*(?:https?:|doi)")
_DATED = re.compile(rf"\bpublished(?:\s+online)?\s*:[^\n]{{0,24}}?\b{_YEAR}\b", re.IGNORECASE)
_PUBLISHED = (
    re.compile(rf"\b(?:published(?:\s+online)?|available online)\b[^\n]{{0,30}}?\b{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?:©|\(c\)|copyright)[^\n]{{0,30}}?\b{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\baccepted\b[^\n]{{0,30}}?\b{_YEAR}\b", re.IGNORECASE),
)
_NO_TITLE = re.compile(
    r"\.(?:docx?|pdf|indd|tex|qxd)\b|^(?:untitled|microsoft word|title|document)\b|\d+\.\.\d+|[~/_]\w+[:~/]|^\W*$",
    re.IGNORECASE,
)
_KICKER = re.compile(
    r"^(?:open access|original (?:article|paper|research)|research (?:article|note)|review(?: article)?|article|letter|"
    r"short (?:report|communication)|brief (?:report|communication)|editorial|images? in .*|a case report.{0,40})$",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\b(?:M\.?\s?D|Ph\.?\s?D|M\.?B\.?B\.?S|MBChB|MB|BS|M\.?P\.?H|M\.?Sc|B\.?Sc|MS|MA|BA|DO|RN|DM|DNB|MRCP|FRCP|FRCPC|FACP|FACC|"
    r"FAAD|FRCS|MRCS|MBA|PharmD|DDS|DVM|DrPH|DSc|FCPS|Prof(?:essor)?|Dr)\b\.?"
)
_BETWEEN = re.compile(r"\s*(?:[,;&|•·\n]|\band\b)\s*")
_TRAILING = re.compile(r"[\s\d*†‡§¶#∗,.\x00-\x1f]+$")
_PARTICLES = "de da del della dos das do di la le van von der den ter bin binti ibn al el y e du"
_PARTICLE = frozenset(_PARTICLES.split(" "))
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ]"
_NAME_WORD = re.compile(rf"(?:{_CAPITAL}\.?-?){{1,3}}|(?:[^\W\d_]['’])?{_CAPITAL}[^\W\d_]*(?:[-‐‑'’.][^\W\d_]*)*")
_ALL_CAPITALS = re.compile(rf"(?:{_CAPITAL}){{4,}}|(?<=-)(?:{_CAPITAL}){{2,}}")
_GENERATION = re.compile(r"(?:Jr|Sr|II|III|IV)\.?")
_NOT_A_NAME = re.compile(
    r"\b(?:universi\w+|department|hospital|institut\w*|school|cent(?:er|re)|facult\w+|division|college|clinic\w*|medicine|"
    r"report|article|access|research|received|abstract|journal|case|review|correspond\w+|street|city|medical|keywords?)\b",
    re.IGNORECASE,
)
_FOOTNOTED = re.compile(r"[\s\x00-\x1f,*†‡☆★]+$")
_VERSION = re.compile(r"\s*\[v(?:ersion)?\s?\d+[;:,].*\]?$")
_NOTICE = 1200  # characters: a first page that holds less may be a cover
_TITLE_PAGES = 8
_CITES = re.compile(r"\W?\d{1,3}[\].)]\s*[A-Z]\S+\s[A-Z]{1,3}\b")  # an entry of a reference list
_ADDRESS = re.compile(r"www\.|https?:")
_DOI_VERSION = re.compile(r"(?P<work>10\.\d+/\S*[a-z]\S*\.\d+\.)(?P<number>\d{1,2})")
_MAX_TITLE = 400
_CITING = 300  # characters: what is longer is running text
_LOOK_DOWN = 14  # paragraphs below the title in which the authors are looked for


@dataclass(frozen=True, slots=True)
class Front:
    """The article's bibliography, the indices of the paragraphs that are its title and its authors, its first page."""

    bibliography: Bibliography
    title: tuple[int, ...]
    authors: tuple[int, ...]
    page: int


def read_front(
    found: Sequence[Paragraph], layout: Layout, words: PageText, metadata: Metadata, covers: Collection[int] = ()
) -> Front:
    """The front matter among the paragraphs ``found``; on one of the pages ``covers`` only where there is no other."""
    first = next((one.page for one in found if one.page not in covers), found[0].page if found else 0)
    on_first = [at for at in _uncited(found) if found[at].page == first]
    running = [line.text.strip() for line in layout.furniture]
    journal, year = _appeared(running, [found[at].text for at in on_first], metadata)
    title = _title(found, on_first, layout, metadata, journal)
    title_text = _title_text([(words.paragraph(found[at].lines).text, found[at].size) for at in title])
    names_at, names = _authors(found, title, on_first, words)
    if len(metadata.authors) > len(names):
        names = list(metadata.authors)
    front_text = "\n".join([*metadata.dois, *running, *(words.paragraph(found[at].lines).text for at in on_first)])
    own = own_identifiers(front_text)
    bibliography = Bibliography(
        title=title_text or (metadata.title if _is_title(metadata.title) else None),
        authors=tuple(names),
        journal=journal,
        year=year,
        doi=_latest(
            next((doi for value in metadata.dois if (doi := normalise_doi(value))), None) or own.doi, front_text
        ),
        pmid=own.pmid,
        pmcid=own.pmcid,
    )
    return Front(bibliography, tuple(title), tuple(names_at), first)


def _uncited(found: Sequence[Paragraph]) -> list[int]:
    """The indices of the paragraphs that are no references: a list ends where larger type than its heading's begins."""
    kept = []
    heading: Paragraph | None = None
    for at, paragraph in enumerate(found):
        if paragraph.role == "heading" and classify(paragraph.text) == "references":
            heading = paragraph
        elif heading is not None and paragraph.size > 1.1 * heading.size:
            heading = None
        if heading is None and not _CITES.match(paragraph.text):
            kept.append(at)
    return kept


def _latest(doi: str | None, text: str) -> str | None:
    """``doi``, or that of the latest version of the same article that ``text`` names ("….4767.2")."""
    version = _DOI_VERSION.fullmatch(doi or "")
    if version is None:
        return doi
    named = (_DOI_VERSION.fullmatch(other) for other in find_dois(text))
    alike = [other for other in (version, *named) if other and other.group("work") == version.group("work")]
    return max(alike, key=lambda other: int(other.group("number"))).group()


def _is_title(text: str) -> bool:
    return len(text.split()) >= 2 and len(text) <= _MAX_TITLE and not _NO_TITLE.search(text)


def _title(
    found: Sequence[Paragraph], on_first: Sequence[int], layout: Layout, metadata: Metadata, journal: str | None
) -> list[int]:
    """The paragraphs that make up the title: those that the metadata names, else the largest type on the page."""
    if _is_title(metadata.title) and len(metadata.title.split()) >= 3:
        wanted = set(_plain(metadata.title).split())
        for at in on_first:
            has = set(_plain(found[at].text).split())
            if len(has & wanted) >= 0.7 * max(len(has), 1) and len(has & wanted) >= 0.6 * len(wanted):
                return _whole_title(found, at, layout)
    names = _plain(journal or "")
    best: int | None = None
    for at in on_first:
        plain = _plain(found[at].text)
        if plain.count(" ") and plain == _plain(metadata.title):
            return _whole_title(found, at, layout)
        if plain and names and (plain in names or names in plain):
            continue
        larger = best is None or found[at].size > 1.02 * found[best].size
        if larger and _may_be_title(found, at, layout):
            best = at
    if best is None and sum(len(found[at].text) for at in on_first) < _NOTICE:
        best = _cover_title(found, found[on_first[0]].page if on_first else 0, layout, metadata)
    return [] if best is None else _whole_title(found, best, layout)


def _may_be_title(found: Sequence[Paragraph], at: int, layout: Layout) -> bool:
    """Whether the paragraph ``at`` is set and worded like a title."""
    text = found[at].text.strip()
    if found[at].size < 1.1 * layout.body_size or len(text.split()) < 3 or len(text) > _MAX_TITLE:
        return False
    if not (text[0].isalnum() or text[0] in "“‘\"'([¿¡«") or (text[0].islower() and at > 0):
        return False
    return not (classify(text) or _KICKER.match(text) or _ADDRESS.search(text) or _runs_on(found, at))


def _cover_title(found: Sequence[Paragraph], first: int, layout: Layout, metadata: Metadata) -> int | None:
    """A book's title, on a page of its own behind a cover: what the metadata names, else the largest type by far."""
    large = [
        at
        for at, paragraph in enumerate(found)
        if first <= paragraph.page <= first + _TITLE_PAGES
        and paragraph.size >= 1.5 * layout.body_size
        and 2 <= len(paragraph.text.split()) <= 40
        and classify(paragraph.text) is None
    ]
    named = [at for at in large if _plain(found[at].text) == _plain(metadata.title)]
    return max(named or large, key=lambda at: (found[at].size, -at), default=None)


def _runs_on(found: Sequence[Paragraph], at: int) -> bool:
    """Whether the paragraph ``at`` is only the larger first line of the next."""
    text, after = found[at].text.rstrip(), found[at + 1] if at + 1 < len(found) else None
    if after is None or text[-1] == ":":
        return text[-1] == ":"
    return text[-1].isalpha() and after.text.lstrip()[:1].islower() and 0.9 < after.size / found[at].size < 0.98


def _whole_title(found: Sequence[Paragraph], at: int, layout: Layout) -> list[int]:
    """The paragraph ``at`` with those below it in the same size, and a subtitle."""
    whole = [at]
    while whole[-1] + 1 < len(found):
        title, below = found[whole[-1]], found[whole[-1] + 1]
        close = below.page == title.page and 0 < title.lines[-1].y - below.lines[0].y < 2 * title.size
        if not close or abs(below.size - title.size) > 0.02 * title.size or parse_names(below.text):
            break
        whole.append(whole[-1] + 1)
    return [*whole, *_subtitle(found, whole[-1], layout)]


def _subtitle(found: Sequence[Paragraph], at: int, layout: Layout) -> list[int]:
    """The paragraph right below the title where it is set larger than the text and is no list of names."""
    if at + 1 >= len(found) or found[at + 1].page != found[at].page:
        return []
    below, title = found[at + 1], found[at]
    close = title.lines[-1].y - below.lines[0].y < 2 * title.size
    large = 1.3 * layout.body_size <= below.size < 0.98 * title.size
    text = below.text.strip()
    named = "," in text or (classify(text) is not None and not text.casefold().startswith("a case"))
    return [at + 1] if close and large and not named and len(text.split()) > 2 else []


def _title_text(parts: Sequence[tuple[str, float]]) -> str:
    """The title of ``(text, type size)``: a part in smaller type is a subtitle."""
    text, last = "", 0.0
    for part, size in parts:
        part = _VERSION.sub("", _FOOTNOTED.sub("", part))
        smaller = text and size < 0.98 * last and not text.endswith((":", "?", "–", "—"))
        text = f"{text}: {part}" if smaller else f"{text} {part}"
        last = size
    return re.sub(r"\s+", " ", text).strip()


def without_version(text: str) -> int:
    """Where a note on the version ("[v2; ref status: indexed]") starts at the end of a title, else its length."""
    match = _VERSION.search(text)
    return match.start() if match else len(text)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _authors(
    found: Sequence[Paragraph], title: Sequence[int], on_first: Sequence[int], words: PageText
) -> tuple[list[int], list[str]]:
    """The paragraphs below the title that are lists of names, and the names."""
    if not title:
        return [], []
    places: list[int] = []
    names: list[str] = []
    after = [at for at in on_first if at > title[-1]][:_LOOK_DOWN]
    for skipped, at in enumerate(after):
        paragraph = found[at]
        if classify(paragraph.text) in ("abstract", "introduction", "keywords", "case"):
            break
        here = parse_names(" ".join(words.line(line, marks=False).text for line in paragraph.lines))
        if here:
            places.append(at)
            names += here
        elif names or skipped > 3:
            break
    return places, names


def parse_names(text: str) -> list[str]:
    """The persons' names in a line of names; empty where the line is something else.

    Degrees and marks of affiliation are dropped; names in capitals are written with small letters.
    """
    if _NOT_A_NAME.search(text) or "@" in text:
        return []
    pieces = [_TRAILING.sub("", piece) for piece in _BETWEEN.split(_DEGREE.sub(",", text))]
    names: list[str] = []
    wrong = 0
    for piece in (piece.strip() for piece in pieces):
        if not piece:
            continue
        if _GENERATION.fullmatch(piece) and names:
            names[-1] += f" {piece}"
        elif _is_name(piece):
            names.append(_written(re.sub(r"\s+", " ", piece)))
        else:
            wrong += 1
    return names if len(names) > wrong else []


def _is_name(text: str) -> bool:
    tokens = text.split()
    if not 2 <= len(tokens) <= 6 or tokens[-1] in _PARTICLE:
        return False
    return all(
        token in _PARTICLE or _NAME_WORD.fullmatch(token) or _GENERATION.fullmatch(token) for token in tokens
    ) and any(len(token.rstrip(".")) > 1 for token in tokens)


def _written(name: str) -> str:
    """``name`` with words in capitals in small letters, but for initials and generations ("JM", "III")."""
    return " ".join(_ALL_CAPITALS.sub(lambda word: word.group().capitalize(), token) for token in name.split())


def _appeared(running: Sequence[str], paragraphs: Sequence[str], metadata: Metadata) -> tuple[str | None, int | None]:
    """The journal and the year of publication."""
    journal, year = metadata.journal or None, None
    subject = _SUBJECT_JOURNAL.match(metadata.subject)
    if journal is None and subject:
        journal = subject.group("journal").strip()
    for text in _candidates(metadata.subject, running, paragraphs):
        for pattern in _CITATIONS:
            match = pattern.search(text)
            if match is None:
                continue
            journal = journal or _journal(match.group("journal"))
            if "year" in pattern.groupindex:
                year = year or int(match.group("year"))
        if journal and year:
            return journal, year
    dated = next(filter(None, map(_DATED.search, paragraphs)), None)
    year = year or (int(dated.group("year")) if dated else None)
    for pattern in _PUBLISHED:
        for text in [*running, *paragraphs]:
            match = pattern.search(text[:_CITING])
            if match and year is None:
                year = int(match.group("year"))
    dated = re.match(_YEAR, metadata.date)
    return journal, year or (int(dated.group("year")) if dated else None)


def _candidates(subject: str, running: Sequence[str], paragraphs: Sequence[str]) -> Iterable[str]:
    """Where a citation of the article itself may stand: short texts only, for a long one cites others."""
    yield subject
    yield from running
    yield " ".join(running[:3])
    yield from (text for text in paragraphs if len(text) < _CITING)


def _journal(name: str) -> str | None:
    name = re.sub(r"^.*\bet\s+al\.?,?:?\s*", "", name).strip(" ,.:")
    return name if len(name) > 2 and not name.isdigit() and classify(name) is None else None
