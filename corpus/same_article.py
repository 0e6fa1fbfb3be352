"""Whether two readings are of one article: what shows it, and what forbids it.

Merging two patients' reports into one is the worst that can happen to a clinical search, keeping one article as two
is a nuisance that a person mends with ``casetrove duplicates``: so in doubt the two stay apart.
"""

from __future__ import annotations

from rapidfuzz.distance import Levenshtein

from corpus.identity import same_identifiers
from corpus.likeness import Likeness, likeness, shingles, title_key, words
from corpus.model import NOTICES, Bibliography, Report
from corpus.patients import patients
from corpus.preprints import is_preprint

_ABOUT_ANOTHER = (
    "retraction", "withdrawal", "erratum", "corrigendum", "correction", "addendum", "comment", "commentary", "reply",
    "response", "re", "editorial",
)  # fmt: skip
"""A title that begins so is about the article whose title follows."""
_LONG_TITLE = 8
"""A title of so many words names an article though no author is known to confirm it."""
_LEAST_SHINGLES = 40
"""A shorter text is contained in too many others by chance."""
_NEAR_COPY = 0.5
_COPY = 0.8
"""Jaccard: two readers of one PDF share .80 and more of their shingles, different articles under .04."""
_CONTAINED = 0.8
_NUMBERS = 0.8
"""Two readings of one article agree in its numbers; two cases told in the same set phrases do not."""
_STRANGERS = 0.02
_MANY_SHINGLES = 200
"""Two texts so long that share so little are not one article, whatever identifier was read in them."""
_CORRECTED = 0.2
"""The share of the shorter text's shingles that a corrected text must keep; different articles share under 4 %."""


def may_be_one(one: Bibliography, other: Bibliography) -> bool:
    """Whether both are preprints or neither, notices or neither, and about another article or not, in the same way."""
    return _sort(one) == _sort(other)


def is_corrected(before: Report, after: Report) -> bool:
    """Whether two readings from one place are the same article: by what they name, else by shared shingles."""
    if before.given_id is not None and before.given_id == after.given_id:
        return True
    if (same := same_identifiers(before.bibliography, after.bibliography)) is not None:
        return same
    return likeness(shingles(before.text), shingles(after.text)).containment >= _CORRECTED


def same_by_identifier(one: Report, other: Report) -> bool:
    """Whether two readings that share an identifier are one article: nothing else says that it was misread in one.

    A letter shows the DOI of the article that it is about, a volume's DOI stands in each of its abstracts.
    """
    about, there = one.bibliography, other.bibliography
    if about.authors and there.authors and not share_author(about, there) and _titles_differ(about, there):
        return False
    ours, theirs = shingles(one.text), shingles(other.text)
    return min(len(ours), len(theirs)) < _MANY_SHINGLES or likeness(ours, theirs).containment >= _STRANGERS


def same_by_text(one: Report, other: Report) -> bool:
    """Whether two readings of the very same words are one article: their authors and years do not say otherwise."""
    return _facts_agree(one.bibliography, other.bibliography)


def same_by_title(one: Bibliography, other: Bibliography) -> bool:
    """Whether title and year agree, and an author does too; without authors, a long title and the very year must do."""
    if not alike_titles(one.title, other.title) or not _facts_agree(one, other):
        return False
    if one.authors and other.authors:
        return True
    return len(words(one.title or "")) >= _LONG_TITLE and one.year == other.year is not None


def same_by_words(one: Report, other: Report) -> bool:
    """Whether two readings are near copies, or one stands in the other under the same title.

    Their facts, their numbers and their patients must agree. Where the titles differ (one may be misread), only a
    copy by the same authors will do.
    """
    ours, theirs = shingles(one.text), shingles(other.text)
    if min(len(ours), len(theirs)) < _LEAST_SHINGLES or not _facts_agree(one.bibliography, other.bibliography):
        return False
    found = likeness(ours, theirs)
    if not _alike(one, other, found):
        return False
    return _same_numbers(one.text, other.text) and same_patients(one, other)


def same_patients(one: Report, other: Report) -> bool:
    """Whether a patient whom one states may be one whom the other states; True where either states none."""
    ours, theirs = patients(one), patients(other)
    return (
        not ours
        or not theirs
        or any(
            abs(here.age - there.age) < 0.01 and (here.sex is None or there.sex is None or here.sex == there.sex)
            for here in ours
            for there in theirs
        )
    )


def alike_titles(one: str | None, other: str | None) -> bool:
    """Whether two titles differ in typography only: blanks, a letter of a long word; never a number, never a word."""
    first, second = title_key(one), title_key(other)
    if first is None or second is None:
        return False
    ours, theirs = ([word for word in key.split() if word != "s"] for key in (first, second))
    if "".join(ours) == "".join(theirs):
        return True
    return len(ours) == len(theirs) and all(_alike_words(here, there) for here, there in zip(ours, theirs, strict=True))


def share_author(one: Bibliography, other: Bibliography) -> bool:
    """Whether an author's family name is in both lists."""
    ours, theirs = ({word for name in about.authors for word in words(name)[-1:]} for about in (one, other))
    return bool(ours & theirs)


def _sort(about: Bibliography) -> tuple[bool, bool, str]:
    first = next(iter(words(about.title or "")), "")
    is_notice = any(relation.kind in NOTICES for relation in about.relations)
    return is_preprint(about), is_notice, first if first in _ABOUT_ANOTHER else ""


def _alike(one: Report, other: Report, found: Likeness) -> bool:
    """By how much the texts share, and how far their titles confirm it."""
    about, there = one.bibliography, other.bibliography
    if alike_titles(about.title, there.title):
        return found.jaccard >= _NEAR_COPY or found.containment >= _CONTAINED
    if title_key(about.title) is None or title_key(there.title) is None:
        return found.jaccard >= _NEAR_COPY
    return found.jaccard >= _COPY and share_author(about, there)


def _facts_agree(one: Bibliography, other: Bibliography) -> bool:
    """Whether authors and years, where both have them, do not contradict each other."""
    if one.year and other.year and abs(one.year - other.year) > 1:
        return False
    return not one.authors or not other.authors or share_author(one, other)


def _titles_differ(one: Bibliography, other: Bibliography) -> bool:
    return bool(title_key(one.title) and title_key(other.title)) and not alike_titles(one.title, other.title)


def _alike_words(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 4 or any(character.isdigit() for character in one + other):
        return False
    return Levenshtein.distance(one, other, score_cutoff=1) <= 1


def _same_numbers(one: str, other: str) -> bool:
    """Whether most of the numbers of the text that has fewer stand in the other: ages, doses, dates."""
    few, many = sorted(({word for word in words(text) if word.isdigit()} for text in (one, other)), key=len)
    return len(few & many) >= _NUMBERS * len(few)
