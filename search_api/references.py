"""Reference files of a result list: RIS, BibTeX and CSL-JSON, for the programs that manage references.

Sources: the RIS specification as of 2011 with the tags that Zotero, EndNote and the screening tools of systematic
reviews write and read (``C2`` for the PMCID, ``AN`` with ``DB`` for the PMID); BibTeX as BibLaTeX and JabRef read it,
in UTF-8; the schema of CSL 1.0.2. What a file does not tell is left out, never guessed.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from corpus.standing import Link
from search_api.model import Citation

_PARTICLES: Final = re.compile(
    r"af|al|am|auf|ben|bint?|d[aeiou]|dal(?:la)?|das|de[ilnr]|del(?:la)?|des|dos|e|el|ibn|l[aeo]s?|'t|ten?|ter|thor?|toe?|"
    r"und|van(?:de|den|der)?|vel|vo[nm]|y|zu[mr]?"
)
"""What a family name may begin with, in small letters."""
_SUFFIX: Final = re.compile(r"(?:jr|sr)\.?|i{2,3}|iv|v", re.IGNORECASE)
_GROUP: Final = re.compile(
    r"\b(?:association|board|centre|center|clinic|collaborat\w+|collective|committee|consortium|council|department|"
    r"federation|foundation|group|hospital|institute|investigators|network|organi[sz]ation|program(?:me)?|registry|"
    r"society|team|the|trialists|university|working)\b",
    re.IGNORECASE,
)
"""A word of a name that is no person's."""
_WARNED: Final = {"retracted-by": "Retracted", "concern-in": "Expression of concern", "corrected-by": "Corrected"}
_BIBTEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
        "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_",
        "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    }
)  # fmt: skip
_DASHES: Final = re.compile(r"\s*[-\u2010-\u2015]+\s*")
_NOT_IN_KEYS: Final = re.compile(r"[^a-z0-9]+")
_EMPTY_WORDS: Final = re.compile(r"an?|and|at|by|for|from|in|of|on|or|the|to|with")


@dataclass(frozen=True, slots=True)
class Named:
    """An author's name in parts; of a group, or of one whose parts cannot be told, ``family`` is all of it."""

    family: str
    given: str = ""
    suffix: str = ""

    @property
    def is_person(self) -> bool:
        """Whether the parts are told."""
        return bool(self.given)


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of a result list, once: ``abstract`` is the report's own, "" where it has none."""

    report_id: str
    citation: Citation
    abstract: str = ""


def named(author: str) -> Named:
    """'Given Family Suffix', as reports hold names, in parts: "Ana van der Berg Jr" is van der Berg, Ana, Jr."""
    words = author.split()
    if len(words) < 2 or _GROUP.search(author):
        return Named(author)
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    begins = len(words) - 1
    while begins > 1 and _PARTICLES.fullmatch(words[begins - 1]):
        begins -= 1
    return Named(" ".join(words[begins:]), " ".join(words[:begins]), suffix)


def printed(citation: Citation) -> str:
    """Authors (year). Title. Journal, volume, issue and pages. Addresses; and whether it was retracted or corrected."""
    return " ".join((printed_article(citation), *citation.links, *map(warned, citation.warnings)))


def printed_article(citation: Citation) -> str:
    """Authors (year). Title. Journal volume(issue):pages."""
    names = ", ".join(citation.authors[:3]) + (" et al." if len(citation.authors) > 3 else "")
    lead = names + (f" ({citation.year})" if citation.year else "")
    parts = (lead.strip(), citation.name, _in_journal(citation))
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _in_journal(citation: Citation) -> str:
    if not citation.journal:
        return ""
    number = f"{citation.volume or ''}{f'({citation.issue})' if citation.issue else ''}"
    place = ":".join(filter(None, (number, citation.pages)))
    return f"{citation.journal} {place}".strip()


def warned(link: Link) -> str:
    """A warning in words, with the notice that it comes from."""
    what = {"retracted-by": "RETRACTED", "concern-in": "EXPRESSION OF CONCERN"}.get(link.kind, "CORRECTED")
    notice = " ".join(part for part in (link.identifier, link.report_id or "") if part)
    return f"[{what}{f': see {notice}' if notice else ''}]"


def ris(articles: Iterable[Listed]) -> str:
    """One entry each, as RIS; lines end as the specification has it, with CR LF."""
    return "".join(f"{line}\r\n" for each in articles for line in (*_ris_lines(each), ""))


def _ris_lines(each: Listed) -> Iterator[str]:
    about = each.citation
    first, last = (*_pages(about.pages), "", "")[:2]
    told: list[tuple[str, str | None]] = [
        ("TY", "JOUR" if about.journal else "GEN"),
        *(("AU", _family_first(named(author))) for author in about.authors),
        ("TI", about.name),
        ("T2", about.journal),
        ("PY", str(about.year) if about.year else None),
        ("VL", about.volume), ("IS", about.issue), ("SP", first), ("EP", last),
        ("DO", about.doi),
        ("AN", about.pmid), ("DB", "PubMed" if about.pmid else None),
        ("C2", about.pmcid),
        *(("UR", link) for link in about.links),
        ("AB", each.abstract),
        *(("N1", warning) for warning in _warnings(about)),
        ("ID", each.report_id),
    ]  # fmt: skip
    for tag, value in told:
        if value:
            yield f"{tag}  - {_one_line(value)}"
    yield "ER  - "


def bibtex(articles: Sequence[Listed]) -> str:
    """One entry each, in UTF-8, with a key of its own made of first author, year and title."""
    return "\n".join(_bibtex_entry(each, key) for each, key in zip(articles, _keys(articles), strict=True))


def _bibtex_entry(each: Listed, key: str) -> str:
    about = each.citation
    told = {
        "author": " and ".join(_bibtex_name(named(author)) for author in about.authors),
        "title": f"{{{_bibtex_text(about.name)}}}" if about.name else "",  # a second pair of braces keeps capitals
        "journal": _bibtex_text(about.journal),
        "year": str(about.year or ""),
        "volume": _bibtex_text(about.volume),
        "number": _bibtex_text(about.issue),
        "pages": _bibtex_text("--".join(_pages(about.pages))),
        "doi": _verbatim(about.doi),
        "pmid": about.pmid or "",
        "pmcid": about.pmcid or "",
        "url": _verbatim(about.links[0] if about.links else ""),
        "abstract": _bibtex_text(each.abstract),
        "note": _bibtex_text("; ".join(_warnings(about))),
    }
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in told.items() if value)
    return f"@{'article' if about.journal else 'misc'}{{{key},\n{fields}}}\n"


def csl(articles: Iterable[Listed]) -> list[dict[str, Any]]:
    """One item each, as CSL-JSON has them."""
    return [_csl_item(each) for each in articles]


def csl_json(articles: Iterable[Listed]) -> str:
    """``csl`` as a file."""
    return json.dumps(csl(articles), ensure_ascii=False, indent=1) + "\n"


def _csl_item(each: Listed) -> dict[str, Any]:
    about = each.citation
    told: dict[str, Any] = {
        "id": each.report_id,
        "type": "article-journal" if about.journal else "document",
        "title": about.name,
        "author": [_csl_name(named(author)) for author in about.authors],
        "container-title": about.journal,
        "issued": {"date-parts": [[about.year]]} if about.year else None,
        "volume": about.volume,
        "issue": about.issue,
        "page": about.pages,
        "DOI": about.doi,
        "PMID": about.pmid,
        "PMCID": about.pmcid,
        "URL": about.links[0] if about.links else None,
        "abstract": each.abstract,
        "note": "; ".join(_warnings(about)),
    }
    return {name: value for name, value in told.items() if value}


def _csl_name(name: Named) -> dict[str, str]:
    if not name.is_person:
        return {"literal": name.family}
    parts = {"family": name.family, "given": name.given, "suffix": name.suffix}
    return {part: value for part, value in parts.items() if value}


def _family_first(name: Named) -> str:
    return ", ".join(filter(None, (name.family, name.given, name.suffix)))


def _bibtex_name(name: Named) -> str:
    if not name.is_person:
        return f"{{{_bibtex_text(name.family)}}}"
    return ", ".join(_bibtex_text(part) for part in (name.family, name.suffix, name.given) if part)


def _bibtex_text(text: str | None) -> str:
    return _one_line(text or "").translate(_BIBTEX)


def _verbatim(text: str | None) -> str:
    """A field that is taken letter for letter, as identifiers and addresses are: only braces would end it."""
    return _one_line(text or "").replace("{", "%7B").replace("}", "%7D")


def _pages(printed: str | None) -> list[str]:
    """First and last page, or what there is."""
    return [each for each in _DASHES.split(printed or "", maxsplit=1) if each]


def _warnings(about: Citation) -> list[str]:
    """That the article was retracted, corrected or doubted, with the notice."""
    return [": ".join(filter(None, (_WARNED.get(each.kind), each.identifier))) for each in about.warnings]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _keys(articles: Iterable[Listed]) -> list[str]:
    """A key for each: family name, year, first telling word of the title; those alike are numbered from the second."""
    seen: dict[str, int] = {}
    keys = []
    for each in articles:
        about = each.citation
        family = named(about.authors[0]).family if about.authors else "anonymous"
        words = [word for word in map(_plain, about.name.split()) if word and not _EMPTY_WORDS.fullmatch(word)]
        base = f"{_plain(family) or 'anonymous'}{about.year or ''}{next(iter(words), '')}"
        seen[base] = seen.get(base, 0) + 1
        keys.append(base if seen[base] == 1 else f"{base}-{seen[base]}")
    return keys


def _plain(text: str) -> str:
    """Its letters without marks, and digits: what every program takes in a key."""
    return _NOT_IN_KEYS.sub("", unicodedata.normalize("NFKD", text).casefold())
