"""Formats made of text that are known and not read: taken for a report, their marks would be its words."""

from __future__ import annotations

import re

_RIS = "export the list as RIS (.ris) instead"
_KNOWN: tuple[tuple[str, str, re.Pattern[str], tuple[str, ...]], ...] = (
    (
        "a BibTeX bibliography",
        _RIS,
        re.compile(
            r"(?:%.*\n|\s)*@(?:article|book(?:let)?|in(?:book|collection|proceedings)|conference|manual|misc|online"
            r"|(?:masters|phd)?thesis|proceedings|(?:tech)?report|unpublished|string|preamble|comment)\s*[{(]",
            re.IGNORECASE,
        ),
        (".bib", ".bibtex"),
    ),
    ("an EndNote bibliography", _RIS, re.compile(r"\s*%0 \w[^\n]*\n%[A-Z0-9@] "), (".enw",)),
    ("a Web of Science export in tagged lines", _RIS, re.compile(r"\s*FN \S[^\n]*\nVR \d"), (".ciw", ".isi")),
    (
        "a LaTeX document",
        "give the PDF that is made of it",
        re.compile(r"(?:%.*\n|\s|\\[a-zA-Z]+(?:\[[^\]\n]*\])?\{[^{}\n]*\})*\\document(?:class|style)\b"),
        (".tex", ".latex"),
    ),
    (
        "a web page saved as one file (MHTML)",
        "save the page as HTML",
        re.compile(
            r"(?=(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)*?MIME-Version:)(?s:.{0,4000}?)multipart/related", re.IGNORECASE
        ),
        (".mht", ".mhtml"),
    ),
)
"""Each with what to do, how it starts, and its endings."""


def unread_format(start: str, suffix: str) -> tuple[str, str] | None:
    """What a file is that starts so or has this ending, and what to do with it; None where it is none of these."""
    for called, advice, pattern, endings in _KNOWN:
        if suffix in endings or pattern.match(start):
            return called, advice
    return None
