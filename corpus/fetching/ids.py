"""Lists of article ids as people keep them: PMCIDs, PMIDs and DOIs, one a line or with commas between."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_PMC_PAGE = re.compile(
    r"(?:https?://)?(?:(?:www\.|pmc\.)?ncbi\.nlm\.nih\.gov|(?:www\.)?europepmc\.org)/"
    r"(?:pmc/)?(?:articles?|abstract)/(?:PMC/)?(PMC\d+)(?:[./?#]\S*)?",
    re.IGNORECASE,
)
_PUBMED_PAGE = re.compile(
    r"(?:https?://)?(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed|"
    r"(?:www\.)?europepmc\.org/(?:article|abstract)/MED)/(\d+)(?:[/?#]\S*)?",
    re.IGNORECASE,
)
_NOT_IN_DOI = re.compile(r"[\s<>{}|\\^`\"“”]")


@dataclass(frozen=True, slots=True)
class ArticleId:
    """One article's id in its normal form."""

    kind: Literal["pmcid", "pmid", "doi"]
    value: str

    def __str__(self) -> str:
        return self.value if self.kind == "pmcid" else f"{self.kind}:{self.value}"


@dataclass(frozen=True, slots=True)
class BadId:
    """Something in a list that is no id; ``line`` counts from 1."""

    line: int
    text: str
    reason: str


def parse_ids(text: str) -> tuple[list[ArticleId], list[BadId]]:
    """The ids in ``text``, each once and in order, and what in it is none.

    ``#`` starts a comment at the start of a line or after white space. Prefixes ("PMID:", "doi:") and the
    addresses of doi.org, PubMed, PubMed Central and Europe PMC are understood; a bare number is a PMID.
    """
    ids: dict[ArticleId, None] = {}
    bad: list[BadId] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        for item in _COMMENT.sub("", line).split(","):
            given = item.strip().strip("\"'")
            if not given:
                continue
            found = _parse(given)
            if isinstance(found, str):
                bad.append(BadId(number, given, found))
            else:
                ids[found] = None
    return list(ids), bad


def _parse(given: str) -> ArticleId | str:
    """The id, or why ``given`` is none."""
    page = _PMC_PAGE.fullmatch(given)
    pmcid = normalise_pmcid(page[1] if page else given)
    if pmcid and (page or given.lower().startswith("pmc")):
        return ArticleId("pmcid", pmcid)
    page = _PUBMED_PAGE.fullmatch(given)
    pmid = normalise_pmid(page[1] if page else given)
    if pmid:
        return ArticleId("pmid", pmid)
    at = given.find("10.")
    if at >= 0 and _NOT_IN_DOI.search(given, at):
        return "a DOI with white space, quotes or angle brackets cannot be asked for: give the PMID instead"
    doi = normalise_doi(given)
    return ArticleId("doi", doi) if doi else "is no PMCID (PMC123), PMID (123) or DOI (10.1000/x)"
