"""What stands on a page but is not the report: site furniture, publishers' footers, figure labels.

The patterns are of kinds of text (a copyright line, a "received" line), not of any one publisher's page.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

_SITE = re.compile(
    r"(?:skip to (?:main )?(?:content|navigation)|(?:more|hide|show|view) (?:details|more|less|all|options)|"
    r"(?:scroll|back|go|return|jump) to (?:the )?(?:top|article|page|content)|(?:back to )?top of page|"
    r"resources|share(?: this(?: article)?)?|print|e-?mail|cite(?: this article)?|permalink|copy|"
    r"download(?: (?:as )?(?:pdf|citation|full text|article|powerpoint slide))?|"
    r"(?:full[- ]text )?pdf(?: \([\d.,]+ ?[kmg]?b\))?|open in (?:a )?(?:new )?(?:tab|window|viewer|figure viewer)|"
    r"click here to view.*|view (?:in browser|this article.*)|"
    r"view (?:larger version|full[- ]?size image|large image|figure|table)(?: \d+[a-z]?)?|full[- ]size image|"
    r"(?:main )?(?:menu|navigation)|log ?in|sign (?:in|up)|register|search|advertisement|cookies?(?: policy)?|"
    r"accept (?:all )?cookies|privacy policy|terms (?:of use|and conditions)|sitemap|"
    r"(?:previous|next)(?: article)?|table of contents|article menu|follow us.*|"
    r"[\w .&-]{0,40}\blogo|pubmed|google scholar|crossref|medline|web of science|scopus|altmetric|"
    r"page \d+(?: of \d+)?|\[?image:?\s*\]?)[.:]?",
    re.IGNORECASE,
)
_FOOTER = re.compile(
    r"(?:\*?\s*correspond(?:ence|ing author)s?\b\s*(?:\(s\))?\s*(?::|to\b|address\b)|"
    r"\*?\s*(?:address for (?:correspondence|reprints)|reprint requests)\b|"
    r"e-?mail(?: address)?:|tel(?:ephone|\.)?:|peer[- ]review under|"
    r"(?:received|accepted|revised|submitted|submission date|published(?: online)?|available online|first published|"
    r"final revision date|acceptance date|online publication date|e?publication date|"
    r"date of (?:submission|acceptance|publication)|received in revised form)\s?:|received \d|"
    r"(?:\W*(?:e-|p-|online |print )?issn\b[\s:]*)?\W*\d{4}-\d{3}[\dx]\b|(?:e-|p-|online |print )?issn\b|"
    r"copyright\b.{0,20}(?:©|\(c\)|\d{4})|©|\(c\) ?\d{4}|all rights reserved|"
    r"this is an open[- ]access article|this article is (?:licensed|distributed|published) under|"
    r"(?:how to )?cite this article(?: as)?:|access this article online|quick response code|"
    r"articles? from .{3,120} (?:is|are) provided here courtesy of|doi ?:|pmc?id ?:|https?://(?:dx\.)?doi\.org/\S+$)",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:Department|Dept|Division|Faculty|School|University|Universit\w+|Institute|Hospital|Clinic|Cent(?:re|er)|Laboratory|"
    r"Unit|Service|College|Hôpital|Klinik\w*)\b"
)
_TELLS = re.compile(r"\b(?:was|were|is|are|had|has|have|presented|reported|showed|revealed|underwent|received)\b")
_LABEL = r"(?:(?:supplementary |suppl\.? )?(?:fig(?:ure)?s?\.?|table)|tab\.|scheme|chart|plate|video)"
_NUMBER = r"(?:s?\d{1,2}(?:\s?[a-h](?![a-z]))?|[ivx]{1,4}\b)"
_CAPTION = re.compile(
    rf"(?P<label>{_LABEL}\s*{_NUMBER})(?:\s*[.:|]\s*(?=\S)|\s+[–—-]\s+|\s+(?=(?-i:[A-Z(\[])))(?P<rest>.+)",
    re.IGNORECASE,
)
_BARE_LABEL = re.compile(rf"{_LABEL}\s*{_NUMBER}\s*[.:|]?", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"^(?:\[(?:image|img|figure)\s*:?\s*\]\s*)+", re.IGNORECASE)
_RUNNING = re.compile(
    r"\bet al\b|\bJournal\b|\bVol(?:ume|\.)|\bwww\.|https?://|©|\bdoi\b|\bPage \d|\bDownloaded\b", re.IGNORECASE
)
_PAGE_OF_PAGES = re.compile(r"(\d{1,4}) / (\d{1,4})")
_VIEW = re.compile(r"\b(?:View|Open|Download) (?:Figure|Table|Image|Large Image)(?: \d+[A-Za-z]?)?\s*$")


def is_site_furniture(line: str) -> bool:
    """Whether ``line`` is a page's own words: a link, a menu, the number of a page."""
    return len(line) <= 80 and _SITE.fullmatch(line) is not None


def is_footer(paragraph: str) -> bool:
    """Whether ``paragraph`` tells of the publication: correspondence, dates, ISSN, copyright, an identifier alone."""
    is_address = len(paragraph) < 400 and "@" in paragraph and is_affiliation(paragraph)
    return is_address or _FOOTER.match(paragraph) is not None


def is_affiliation(paragraph: str) -> bool:
    """Whether ``paragraph`` is an address: names of institutions, commas and no verb."""
    place = _PLACE.search(paragraph[:200])
    commas = paragraph.count(",")
    return (
        place is not None
        and len(paragraph) < 600
        and (commas > 1 or (commas == 1 and place.start() < 40))
        and commas * 90 >= len(paragraph)
        and _TELLS.search(paragraph) is None
    )


def caption_kind(paragraph: str) -> str | None:
    """ "figure" or "table" where ``paragraph`` starts like a caption ("Fig. 2a. Frontal …"), else None.

    A sentence that begins with a figure ("Figure 1 shows …") is none.
    """
    text = without_placeholder(paragraph)
    match = _CAPTION.match(text)
    if match is None or _TELLS.match(match.group("rest")):
        return None
    return "table" if "tab" in match.group("label").lower() else "figure"


def is_bare_label(line: str) -> bool:
    """Whether ``line`` is only a figure's or table's number, with its caption still to come."""
    return len(line) <= 30 and _BARE_LABEL.fullmatch(line) is not None


def without_placeholder(line: str) -> str:
    """``line`` without the marks that stand for an image."""
    return line[placeholder(line) :]


def placeholder(line: str) -> int:
    """How many characters at the start of ``line`` stand for an image ("[image: ]")."""
    match = _PLACEHOLDER.match(line)
    return match.end() if match else 0


def view_link(line: str) -> int:
    """Where a link to the image ("View Figure 1") starts at the end of ``line``; its length where there is none."""
    match = _VIEW.search(line)
    return len(line[: match.start()].rstrip()) if match else len(line)


def running_lines(lines: Sequence[str]) -> frozenset[str]:
    """The running heads and feet among ``lines``: they name a publication and recur, but for numbers, three times.

    Page numbers ("3 / 12") are among them where they count up to the same number.
    """
    candidates = [line for line in lines if 8 <= len(line) <= 120 and _RUNNING.search(line)]
    counts = Counter(_skeleton(line) for line in candidates)
    return frozenset(line for line in candidates if counts[_skeleton(line)] >= 3) | _page_numbers(lines)


def _page_numbers(lines: Sequence[str]) -> frozenset[str]:
    """The lines "n / m" that count the pages of a file: two or more, each a page further than the one before."""
    counted: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for line in lines:
        if match := _PAGE_OF_PAGES.fullmatch(line):
            counted[int(match[2])].setdefault(int(match[1]), line)
    return frozenset(
        line
        for last, numbered in counted.items()
        if len(numbered) > 1
        and list(numbered) == list(range(min(numbered), max(numbered) + 1))
        and max(numbered) <= last
        for line in numbered.values()
    )


def _skeleton(line: str) -> str:
    return re.sub(r"\d+", "0", line)
