"""Which article a report is: DOI, PMID, PMCID, and ids made from content.

Identity is by content, never by file name: the same article read again, from another place or in
another format, gets the same id where its identifiers or its text say so.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import unquote

from corpus.model import Bibliography, Report

_DOI = re.compile(r"\b10\.\d{4,9}(?:\.\d+)*(?:/|%2[fF])[^\s\"<>{}|\\^`“”]+")
_LABEL = re.compile(r"(?:doi\s*[:=]?\s*|doi\.org\s*/\s*)$", re.IGNORECASE)
_CUT_SHORT = re.compile(r"\.\.|…")
_TRAILING = ".,;:'’!?*†‡…·"
_PAIRS = {")": "(", "]": "[", ">": "<"}
_ARTEFACT = re.compile(r"(?:\.?(?:Epub|PMID|PMCID|PubMed)\b.*|\[(?:DOI|PubMed|CrossRef|Crossref|Google).*)$")
_DOI_PREFIX = re.compile(r"^\s*(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:info:)?doi\s*[:/=]?\s*)+", re.IGNORECASE)
_PMCID = re.compile(r"\bPMC\s?(\d{3,9})\b")
_PMID = re.compile(r"\b(?:PMID|PubMed\s+ID|PubMed\s+PMID)\s*[:#]?\s*(\d{1,9})\b", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_VERSIONED = (
    re.compile(r"(10\.(?:21203|20944|22541|26434|36227|31219|31234|35542|55277)/.+)[./_-]v\d{1,2}"),
    re.compile(r"(10\.1101/.*\d)v\d{1,2}"),
    re.compile(r"(10\.12688/.+)\.\d{1,2}"),
)
"""How preprint servers and open-review platforms number the versions of one article, by their prefixes."""


@dataclass(frozen=True, slots=True)
class Identifiers:
    """An article's own identifiers, each in its normal form or None."""

    doi: str | None = None
    pmid: str | None = None
    pmcid: str | None = None


def find_dois(text: str) -> list[str]:
    """The complete DOIs in ``text``, normalised, each once, in order.

    One that is cut short ("10.1016/j.jaad....") is not a DOI and is left out.
    """
    return list(dict.fromkeys(doi for _, doi in _dois(text)))


def own_identifiers(front: str) -> Identifiers:
    """The identifiers of the article whose front matter is ``front``: never pass it a reference list.

    Among several DOIs the first one that carries a label ("doi:", "https://doi.org/") wins, then the first.
    """
    found = _dois(front)
    labelled = [doi for start, doi in found if _LABEL.search(front[max(0, start - 20) : start])]
    pmid, pmcid = _PMID.search(front), _PMCID.search(front)
    return Identifiers(
        doi=next(iter(labelled), None) or next((doi for _, doi in found), None),
        pmid=normalise_pmid(pmid.group(1)) if pmid else None,
        pmcid=normalise_pmcid(pmcid.group()) if pmcid else None,
    )


def normalise_doi(value: str) -> str | None:
    """``value`` as a bare lower-case DOI ("10.1000/x1"), or None where it is none or is cut short.

    DOIs are case-insensitive (DOI handbook, 2.4), so one case serves as the name.
    """
    match = _DOI.match(_DOI_PREFIX.sub("", value.strip()))
    return None if match is None else _tidy(match.group())


def page_range(first: str | None, last: str | None = None) -> str | None:
    """The pages from ``first`` to ``last`` as a citation prints them ("12-18", "e45"); None where no first is told."""
    start, end = ("" if each is None else each.strip() for each in (first, last))
    return f"{start}-{end}" if start and end and start != end else start or None


def normalise_pmid(value: str | int) -> str | None:
    """``value`` as a bare PubMed number, or None."""
    match = re.fullmatch(r"(?:pmid\s*:?\s*)?0*(\d{1,9})", str(value).strip(), re.IGNORECASE)
    return match.group(1) if match and match.group(1) != "0" else None


def normalise_pmcid(value: str | int) -> str | None:
    """``value`` as "PMC" and a number, or None; a version ("PMC123.1") is dropped."""
    match = re.fullmatch(r"(?:pmcid\s*:?\s*)?(?:pmc)?\s*0*([1-9]\d{0,8})(?:\.\d+)?", str(value).strip(), re.IGNORECASE)
    return f"PMC{match.group(1)}" if match else None


def report_id(report: Report) -> str:
    """The report's id: its given one, else one made from its identifiers or, lacking any, from its text.

    It survives re-ingestion, renaming and (through the identifiers) a change of format.
    """
    if report.given_id:
        return report.given_id
    about = report.bibliography
    if about.doi:
        key = f"doi:{about.doi}"
    elif about.pmid:
        key = f"pmid:{about.pmid}"
    elif about.pmcid:
        key = f"pmcid:{about.pmcid}"
    else:
        key = f"text:{_SPACE.sub(' ', report.text).strip().casefold()}"
    return "cr-" + hashlib.sha256(key.encode()).hexdigest()[:12]


def identifiers(about: Bibliography) -> list[str]:
    """The article's identifiers as ``scheme:value``, case folded, a DOI without its version."""
    pairs = (("doi", about.doi and work_doi(about.doi)), ("pmid", about.pmid), ("pmcid", about.pmcid))
    return [f"{scheme}:{value.casefold()}" for scheme, value in pairs if value]


def meant(name: str) -> list[str]:
    """The identifiers that ``name`` can be, as people write them ("https://doi.org/10.1/x", "PMID: 12", "PMC34")."""
    found = (("doi", normalise_doi(name)), ("pmid", normalise_pmid(name)), ("pmcid", normalise_pmcid(name)))
    likely = [(scheme, value) for scheme, value in found if value and (scheme != "pmcid" or not name.strip().isdigit())]
    return [normal_identifier(f"{scheme}:{value}") for scheme, value in likely]


def normal_identifier(identifier: str) -> str:
    """An identifier as ``identifiers`` gives it: ``scheme:value``, case folded, a DOI without its version."""
    scheme, _, value = identifier.casefold().partition(":")
    return f"{scheme}:{work_doi(value)}" if scheme == "doi" else identifier.casefold()


def same_identifiers(one: Bibliography, other: Bibliography) -> bool | None:
    """Whether the surest kind of identifier that both have (DOI, PMID, PMCID) agrees; None where they share none."""
    ours, theirs = (dict(name.split(":", 1) for name in identifiers(about)) for about in (one, other))
    shared = next((scheme for scheme in ("doi", "pmid", "pmcid") if scheme in ours and scheme in theirs), None)
    return None if shared is None else ours[shared] == theirs[shared]


def work_doi(doi: str) -> str:
    """The DOI without the version that some publishers add: all versions of an article are one article."""
    return next((found[1] for form in _VERSIONED if (found := form.fullmatch(doi))), doi)


def text_digest(text: str) -> str:
    """SHA-256, in hex, of ``text`` with its white space collapsed."""
    return hashlib.sha256(_SPACE.sub(" ", text).strip().encode()).hexdigest()


def _dois(text: str) -> list[tuple[int, str]]:
    """``(start, DOI)`` of each complete DOI in ``text``."""
    return [(match.start(), doi) for match in _DOI.finditer(text) if (doi := _tidy(match.group())) is not None]


def _tidy(found: str) -> str | None:
    """The DOI without what clings to it, lower-cased; None where it is cut short."""
    found = _ARTEFACT.sub("", found)
    if _CUT_SHORT.search(found, _end_of_words(found)):
        return None
    doi = unquote(found)
    while doi and (doi[-1] in _TRAILING or _unpaired(doi)):
        doi = doi[:-1]
    return doi.lower() if len(doi.partition("/")[2]) > 0 else None


def _end_of_words(text: str) -> int:
    """Where the last letter or digit of ``text`` ends; 0 where there is none."""
    end = len(text)
    while end and not text[end - 1].isalnum():
        end -= 1
    return end


def _unpaired(doi: str) -> bool:
    """Whether the last character closes a bracket that the DOI does not open."""
    opening = _PAIRS.get(doi[-1])
    return opening is not None and doi.count(doi[-1]) > doi.count(opening)
