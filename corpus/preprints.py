"""Whether an article is a preprint: told by its DOI's prefix, by the server it names, or by its declared kind."""

from __future__ import annotations

import re

from corpus.model import Bibliography

_PREFIXES = (
    "10.64898/", "10.21203/", "10.20944/", "10.2139/", "10.31234/", "10.31219/", "10.31730/", "10.22541/",
    "10.36227/", "10.48550/", "10.55277/researchhub", "10.26434/", "10.35542/", "10.14293/s2199-1006",
    "10.2196/preprints", "10.1590/scielopreprints",
)  # fmt: skip
"""What openRxiv, Research Square, Preprints.org, SSRN, PsyArXiv, OSF, Authorea, TechRxiv, arXiv … give."""
_BIORXIV = re.compile(r"10\.1101/\d")
"""bioRxiv and medRxiv number theirs; journals under the same prefix begin with letters."""
_SERVER = re.compile(
    r"\b(?:medrxiv|biorxiv|arxiv|chemrxiv|psyarxiv|research\s+square|ssrn|preprints(?:\.org)?|res\s+sq|authorea|techrxiv)\b",
    re.IGNORECASE,
)


def is_preprint(about: Bibliography) -> bool:
    """Whether these facts are a preprint's; a published article that names its preprint is none."""
    if about.doi:
        return about.doi.startswith(_PREFIXES) or _BIORXIV.match(about.doi) is not None
    if any("preprint" in kind.casefold() for kind in about.declared):
        return True
    return bool(_SERVER.search(about.journal or ""))
