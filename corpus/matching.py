"""Which reports of the catalog a reading is another source of, and which are near without being the same.

Identifiers decide first, then the very words, then title with author or year, then shared 5-word shingles: near
copies by resemblance, an abstract in its full text by containment. What contradicts (another DOI, another id given
by a data set, a preprint beside a published article) is never merged; a person sees it in ``casetrove duplicates``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.catalog import Catalog
from corpus.identity import identifiers, same_identifiers
from corpus.likeness import likeness, shingles, sketch, title_key, title_likeness, words
from corpus.merging import first_author, lookup_keys
from corpus.model import NOTICES, Bibliography, Report
from corpus.preprints import is_preprint

_ABOUT_ANOTHER = (
    "retraction", "withdrawal", "erratum", "corrigendum", "correction", "addendum", "comment", "commentary", "reply",
    "response", "re", "editorial",
)  # fmt: skip
"""A title that begins so is about the article whose title follows."""
_SAME_TITLE = 0.93
"""Titles of one author and year that are as like as this differ in typography, not in words."""
_LONG_TITLE = 8
"""A title of so many words names an article though no author is known to confirm it."""
_NEAR_COPY = 0.5
"""Jaccard: two readers of one PDF share .80 and more of their shingles, different articles under .04."""
_CONTAINED = 0.8
_LEAST_SHINGLES = 40
"""A shorter text is contained in too many others by chance."""
_NUMBERS = 0.8
"""Two readings of one article agree in its numbers; two cases told in the same set phrases do not."""
_STRANGERS = 0.02
_MANY_SHINGLES = 200
"""Two texts so long that share so little are not one article, whatever identifier was read in them."""


def matches(catalog: Catalog, report: Report, besides: Sequence[str] = ()) -> list[str]:
    """The ids of the reports that ``report`` is a reading of too, the surest first.

    No two of them contradict each other or ``besides``, the reports that it is known to be a reading of.
    """
    found = list(besides)
    of_shingles = shingles(report.text)
    for candidate in dict.fromkeys(_candidates(catalog, report, of_shingles)):
        if candidate not in found and not any(_told_apart(catalog, candidate, other) for other in found):
            found.append(candidate)
    return found[len(besides) :]


def preprints_of(catalog: Catalog, report_id: str) -> list[tuple[str, str]]:
    """``(preprint, published)``: the ids of the pairs that ``report_id`` makes with another version of its article.

    A preprint and its published form share a title, or a good part of their words, and differ in their DOIs.
    """
    report = catalog.get(report_id).report
    about, of_shingles = report.bibliography, shingles(report.text)
    near = [other for key in _title_keys(about) for other in catalog.with_key(key)]
    near += [other for other, _ in catalog.sharing(sketch(of_shingles))]
    pairs = []
    for other in dict.fromkeys(near):
        there = catalog.facts(other)
        if other == report_id or is_preprint(about) == is_preprint(there) or not _share_author(about, there):
            continue
        if _alike_titles(about, there) or _near_copy(of_shingles, catalog.get(other).report):
            pairs.append((report_id, other) if is_preprint(about) else (other, report_id))
    return pairs


def _candidates(catalog: Catalog, report: Report, of_shingles: frozenset[int]) -> Iterator[str]:
    for identifier in identifiers(report.bibliography):
        for other in catalog.with_key(identifier):
            if _may_be(catalog, report, other) and not _strangers(of_shingles, catalog.get(other).report):
                yield other
    for other in catalog.with_words(report.text):
        if same_identifiers(report.bibliography, catalog.facts(other)) is not False:
            yield other
    if report.given_id is None:  # a record of a data set stands for itself: its neighbours are its like on purpose
        yield from _alike(catalog, report, of_shingles)


def _alike(catalog: Catalog, report: Report, of_shingles: frozenset[int]) -> Iterator[str]:
    """Reports with the same title by the same author or of the same year, or with the same passages of text."""
    about = report.bibliography
    near = [other for key in _title_keys(about) for other in catalog.with_key(key)]
    near += [other for other, _ in catalog.sharing(sketch(of_shingles))]
    for other in dict.fromkeys(near):
        there = catalog.facts(other)
        if not _may_be(catalog, report, other) or _sort(about) != _sort(there):
            continue
        if _same_title(about, there) or _same_words(report, of_shingles, catalog.get(other).report):
            yield other


def _sort(about: Bibliography) -> tuple[bool, bool]:
    """(a preprint, a notice about another article): reports of two sorts are not one, however alike."""
    return is_preprint(about), any(relation.kind in NOTICES for relation in about.relations)


def _may_be(catalog: Catalog, report: Report, other: str) -> bool:
    """Whether nothing that is given says that the two are different."""
    if report.given_id is not None and any(given != report.given_id for given in catalog.given_ids(other)):
        return False
    return same_identifiers(report.bibliography, catalog.facts(other)) is not False


def _told_apart(catalog: Catalog, one: str, other: str) -> bool:
    if (min(one, other), max(one, other)) in catalog.decided_apart():
        return True
    if catalog.given_ids(one) and catalog.given_ids(other):
        return True
    return same_identifiers(catalog.facts(one), catalog.facts(other)) is False


def _strangers(of_shingles: frozenset[int], there: Report) -> bool:
    theirs = shingles(there.text)
    if min(len(of_shingles), len(theirs)) < _MANY_SHINGLES:
        return False
    return likeness(of_shingles, theirs).containment < _STRANGERS


def _title_keys(about: Bibliography) -> list[str]:
    """The keys of everything with this title, and of this first author's articles of that year and its neighbours."""
    author, year = first_author(about), about.year
    keys = [key for key in lookup_keys(about) if key.startswith("title:")]
    if author and year:
        keys += [f"by:{author}|{at}" for at in (year - 1, year, year + 1)]
    return keys


def _alike_titles(one: Bibliography, other: Bibliography) -> bool:
    first, second = title_key(one.title), title_key(other.title)
    if not first or not second or len({_of_another(first), _of_another(second)}) > 1:
        return False
    return title_likeness(first, second) >= _SAME_TITLE


def _of_another(title: str) -> str | None:
    """The word by which a title says that it is about another article; None where it is not."""
    word = title.partition(" ")[0]
    return word if word in _ABOUT_ANOTHER else None


def _same_title(one: Bibliography, other: Bibliography) -> bool:
    """Title and year agree, and an author does too; without authors, a long title and the very year must do."""
    if not _alike_titles(one, other):
        return False
    if one.year and other.year and abs(one.year - other.year) > 1:
        return False
    if one.authors and other.authors:
        return _share_author(one, other)
    return len(words(one.title or "")) >= _LONG_TITLE and one.year == other.year is not None


def _share_author(one: Bibliography, other: Bibliography) -> bool:
    """Whether an author's family name is in both lists; True where one list is not known."""
    if not one.authors or not other.authors:
        return True
    ours, theirs = ({word for name in about.authors for word in words(name)[-1:]} for about in (one, other))
    return bool(ours & theirs)


def _same_words(report: Report, of_shingles: frozenset[int], there: Report) -> bool:
    """A near copy; or one text inside the other, under a title that the longer one holds."""
    theirs = shingles(there.text)
    if min(len(of_shingles), len(theirs)) < _LEAST_SHINGLES:
        return False
    found = likeness(of_shingles, theirs)
    titles = [title_key(read.bibliography.title) or "" for read in (report, there)]
    if _of_another(titles[0]) != _of_another(titles[1]) or not _same_numbers(report.text, there.text):
        return False
    if found.jaccard >= _NEAR_COPY:
        return True
    short, long = (report, there) if len(of_shingles) <= len(theirs) else (there, report)
    title = title_key(short.bibliography.title)
    return found.containment >= _CONTAINED and title is not None and title in " ".join(words(long.text))


def _near_copy(of_shingles: frozenset[int], there: Report) -> bool:
    return likeness(of_shingles, shingles(there.text)).jaccard >= _NEAR_COPY


def _same_numbers(one: str, other: str) -> bool:
    """Whether most of the numbers of the text that has fewer stand in the other: ages, doses, dates."""
    few, many = sorted(({word for word in words(text) if word.isdigit()} for text in (one, other)), key=len)
    return len(few & many) >= _NUMBERS * len(few)
