"""Which reports of the catalog a reading is another source of, and which are its preprint or published form.

Identifiers decide first, then the very words, then title with author and year, then shared 5-word shingles
(``corpus.same_article`` says when). What contradicts (another DOI, another id given by a data set, a preprint beside
a published article, a notice beside its article) is never merged; a person sees it in ``casetrove duplicates``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corpus.catalog import Catalog
from corpus.identity import identifiers
from corpus.likeness import shingles, sketch
from corpus.merging import author_keys, lookup_keys
from corpus.model import Bibliography, Report
from corpus.preprints import is_preprint
from corpus.same_article import (
    alike_titles,
    may_be_one,
    same_by_identifier,
    same_by_text,
    same_by_title,
    same_by_words,
    same_patients,
    share_author,
)

_SCHEMES = ("doi", "pmid", "pmcid")
"""The surest first."""


def matches(catalog: Catalog, report: Report, besides: Sequence[str] = ()) -> list[str]:
    """The ids of the reports that ``report`` is a reading of too, the surest first.

    No two of them contradict each other or ``besides``, the reports that it is known to be a reading of.
    """
    found = list(besides)
    for candidate in dict.fromkeys(_candidates(catalog, report)):
        if candidate not in found and not any(_told_apart(catalog, candidate, other) for other in found):
            found.append(candidate)
    return found[len(besides) :]


def contradicts(catalog: Catalog, about: Bibliography, report_id: str) -> bool:
    """Whether the surest kind of identifier that both have differs from all that the report's sources give."""
    ours, theirs = set(identifiers(about)), set(catalog.identifiers(report_id))
    for scheme in _SCHEMES:
        here, there = ({name for name in known if name.startswith(f"{scheme}:")} for known in (ours, theirs))
        if here and there:
            return not here & there
    return False


def preprints_of(catalog: Catalog, report_id: str, report: Report) -> list[tuple[str, str]]:
    """``(preprint, published)``: the ids of the pairs that ``report_id`` makes with another version of its article.

    A preprint and its published form share a title, or a good part of their words, and differ in their DOIs.
    """
    about = report.bibliography
    pairs = []
    for other in dict.fromkeys([*_by_title(catalog, about), *_by_shingles(catalog, report)]):
        there = catalog.facts(other)
        if other == report_id or is_preprint(about) == is_preprint(there) or _decided_apart(catalog, report_id, other):
            continue
        if about.authors and there.authors and not share_author(about, there):
            continue
        if alike_titles(about.title, there.title) or same_by_words(report, catalog.get(other).report):
            pairs.append((report_id, other) if is_preprint(about) else (other, report_id))
    return pairs


def _candidates(catalog: Catalog, report: Report) -> Iterator[str]:
    about = report.bibliography
    for identifier in identifiers(about):
        for other in catalog.with_key(identifier):
            if _may_be(catalog, report, other) and same_by_identifier(report, catalog.get(other).report):
                yield other
    for other in catalog.with_words(report.text):
        there = catalog.get(other).report
        agree = may_be_one(about, there.bibliography) and same_by_text(report, there)
        if agree and not contradicts(catalog, about, other):
            yield other
    if report.given_id is not None:
        return  # a record of a data set stands for itself: its neighbours are its like on purpose
    for other in _by_title(catalog, about):
        alike = same_by_title(about, catalog.facts(other)) and _may_be(catalog, report, other)
        if alike and same_patients(report, catalog.get(other).report):
            yield other
    for other in _by_shingles(catalog, report):
        if _may_be(catalog, report, other) and same_by_words(report, catalog.get(other).report):
            yield other


def _by_title(catalog: Catalog, about: Bibliography) -> list[str]:
    """Everything with this title, and what this first author wrote about then under a title that begins alike."""
    keys = [key for key in lookup_keys(about) if key.startswith("title:")]
    if about.year:
        keys += author_keys(about, range(about.year - 1, about.year + 2))
    return list(dict.fromkeys(other for key in keys for other in catalog.with_key(key)))


def _by_shingles(catalog: Catalog, report: Report) -> list[str]:
    return [other for other, _ in catalog.sharing(sketch(shingles(report.text)))]


def _may_be(catalog: Catalog, report: Report, other: str) -> bool:
    """Whether nothing that is given says that the two are different."""
    if report.given_id is not None and any(given != report.given_id for given in catalog.given_ids(other)):
        return False
    if not may_be_one(report.bibliography, catalog.facts(other)):
        return False
    return not contradicts(catalog, report.bibliography, other)


def _told_apart(catalog: Catalog, one: str, other: str) -> bool:
    """Whether two reports that a reading belongs to must not become one all the same."""
    if _decided_apart(catalog, one, other) or (catalog.given_ids(one) and catalog.given_ids(other)):
        return True
    facts = catalog.facts(one)
    return not may_be_one(facts, catalog.facts(other)) or contradicts(catalog, facts, other)


def _decided_apart(catalog: Catalog, one: str, other: str) -> bool:
    return (min(one, other), max(one, other)) in catalog.decided_apart()
