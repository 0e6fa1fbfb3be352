"""Suspected overlaps: what is proposed, why, and what is left in peace."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.identity import identifiers
from corpus.likeness import shingles, sketch
from corpus.model import Report
from corpus.overlap import SUSPICION_KINDS, Suspicion, suspects
from tests.fakes import make_report, prose

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
ABSTRACT, CASE, DISCUSSION = prose(1, 150), prose(2, 600), prose(3, 500)
FULL = f"# Abstract\n\n{ABSTRACT}\n\n# Case report\n\n{CASE}\n\n# Discussion\n\n{DISCUSSION}"
AUTHORS = ("Ann Baker", "Carl Dyer", "Eve Fowler", "Guy Hunter")
TITLE = "Vesicular rash after zinc poisoning in a baker"


@dataclass
class Held:
    """A report on the shelf."""

    report: Report


class Shelf:
    """Reports in memory: what ``suspects`` needs of a catalog."""

    def __init__(self, reports: Mapping[str, Report], relations: Sequence[tuple[str, str, str]] = ()) -> None:
        self.reports = reports
        self.apart: set[tuple[str, str]] = set()
        self._relations = relations
        self.read: list[str] = []

    def current(self) -> list[tuple[str, int]]:
        """Every report."""
        return [(report_id, 1) for report_id in sorted(self.reports)]

    def get(self, report_id: str) -> Held:
        """One report, and note that it was read."""
        self.read.append(report_id)
        return Held(self.reports[report_id])

    def sketch_pairs(self, least: int) -> list[tuple[str, str, int]]:
        """As the catalog does it."""
        holders: dict[int, list[str]] = defaultdict(list)
        for report_id, report in sorted(self.reports.items()):
            for entry in sketch(shingles(report.text)):
                holders[entry].append(report_id)
        shared = Counter(pair for ids in holders.values() for pair in combinations(ids, 2))
        return [(one, other, count) for (one, other), count in shared.items() if count >= least]

    def decided_apart(self) -> set[tuple[str, str]]:
        """What a test decided."""
        return self.apart

    def relations(self, report_id: str) -> list[tuple[str, str]]:
        """What a test linked."""
        return [(kind, target) for one, kind, target in self._relations if one == report_id]

    def with_key(self, key: str) -> list[str]:
        """By identifier."""
        return [name for name, report in self.reports.items() if key in identifiers(report.bibliography)]


def only(shelf: Shelf) -> Suspicion:
    found = suspects(shelf)
    assert len(found) == 1, found
    return found[0]


def pair(one: Report, other: Report) -> Shelf:
    return Shelf({"a": one, "b": other})


def test_different_reports_are_not_suspected() -> None:
    """Reports with other words, titles and patients give an empty list."""
    shelf = Shelf({f"r{at}": make_report(prose(at, 300), f"Title {at} of words {prose(at, 4)}") for at in range(12)})
    assert suspects(shelf) == []


def test_one_text_under_two_identifiers() -> None:
    """The same words with two DOIs are one article twice, and the DOIs are told."""
    found = only(pair(make_report(FULL, doi="10.1000/a"), make_report(FULL + " It ended.", doi="10.1000/b")))
    assert (found.one_id, found.other_id, found.kind) == ("a", "b", "same article")
    assert found.score > 0.9
    assert any("% of the words of both stand in both texts" in reason for reason in found.reasons)
    assert "different identifiers: doi:10.1000/a and doi:10.1000/b" in found.reasons


def test_a_part_in_the_whole() -> None:
    """An abstract or a case section alone is found beside its full text."""
    shelf = Shelf({"full": make_report(FULL), "abstract": make_report(ABSTRACT), "case": make_report(CASE)})
    assert {(each.one_id, each.other_id, each.kind) for each in suspects(shelf)} == {
        ("abstract", "full", "same article"),
        ("case", "full", "same article"),
    }
    assert all("of the shorter text's words stand in the other" in each.reasons[0] for each in suspects(shelf))


def test_reuse_of_a_passage() -> None:
    """A passage in common is told with its share, and is no same article."""
    found = only(pair(make_report(f"{CASE}\n\n{ABSTRACT}"), make_report(f"{DISCUSSION}\n\n{ABSTRACT}")))
    assert found.kind == "text reuse"
    assert found.score < 0.5


def test_a_stock_phrase_is_no_reuse() -> None:
    """What three reports share belongs to none of them."""
    shelf = Shelf({name: make_report(f"{prose(at, 400)}\n\n{ABSTRACT}") for at, name in enumerate("abc", start=10)})
    assert suspects(shelf) == []


def test_consent_and_thanks_are_not_compared() -> None:
    """Only what a report says counts, not the forms at its end."""
    forms = f"# Consent\n\n{ABSTRACT}"
    assert suspects(pair(make_report(f"{CASE}\n\n{forms}"), make_report(f"{DISCUSSION}\n\n{forms}"))) == []


def test_titles_that_are_the_same() -> None:
    """A title in common with an author makes a suspicion though no text is shared; the authors are named."""
    found = only(
        pair(make_report(CASE, TITLE, authors=AUTHORS), make_report(DISCUSSION, TITLE.upper(), authors=AUTHORS[1:3]))
    )
    assert found.kind == "same article"
    assert "their titles are the same" in found.reasons
    assert "share 2 of 2 authors: Carl Dyer, Eve Fowler" in found.reasons


def test_titles_that_differ_in_letters() -> None:
    """Spelling does not hide a title."""
    found = only(
        pair(
            make_report(CASE, "Haemolytic anaemia after oesophageal surgery", authors=AUTHORS),
            make_report(DISCUSSION, "Hemolytic anemia after esophageal surgery", authors=AUTHORS),
        )
    )
    assert any(reason.startswith("their titles are 9") for reason in found.reasons)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((TITLE, AUTHORS), (TITLE, ("Zoe York",))),
        (("Zinc rash in bakers", ()), ("Zinc rash in bakers", ())),
        (("Vesicular rash after zinc, part 1", AUTHORS), ("Vesicular rash after zinc, part 2", AUTHORS)),
        (("Effects of zinc on the skin of healthy men", ()), ("Effects of zinc on the bone of healthy men", ())),
    ],
    ids=["other authors", "short and anonymous", "parts", "anonymous and not quite the same"],
)  # fmt: skip
def test_titles_that_name_two_articles(one: tuple[str, tuple[str, ...]], other: tuple[str, tuple[str, ...]]) -> None:
    """Other authors, another part, a short anonymous title: no suspicion."""
    shelf = pair(
        make_report(CASE, one[0], authors=one[1]),
        make_report(DISCUSSION, other[0], authors=other[1]),
    )
    assert suspects(shelf) == []


def test_a_preprint_and_its_published_form() -> None:
    """Where one of two versions is a preprint, the kind says so and the reason names it."""
    found = only(
        pair(
            make_report(FULL, TITLE, authors=AUTHORS, doi="10.21203/rs.3.rs-1"),
            make_report(FULL + " It ended.", TITLE, authors=AUTHORS, doi="10.1000/x"),
        )
    )
    assert found.kind == "preprint and published form"
    assert "one is a preprint (10.21203/rs.3.rs-1)" in found.reasons


def test_a_notice_is_not_its_article() -> None:
    """A retraction notice shares the title of its article and is not suspected to be it."""
    notice = make_report("This article has been retracted.", f"Retraction: {TITLE}", authors=AUTHORS)
    assert suspects(pair(make_report(CASE, TITLE, authors=AUTHORS), notice)) == []


def case(who: str, seed: int) -> str:
    return f"# Case report\n\nA {who} was admitted to Saint Mary's Hospital in March 2014. {prose(seed, 200)}"


def test_the_same_patient_by_the_same_authors() -> None:
    """Two reports in other words tell of one patient: authors, patient, condition, centre and date are the reasons."""
    found = only(
        pair(
            make_report(case("34-year-old woman", 21), TITLE, authors=AUTHORS[:3]),
            make_report(case("34-year-old woman", 22), "Zinc poisoning with vesicular eruption", authors=AUTHORS[:2]),
        )
    )
    assert found.kind == "same patient"
    assert "share 2 of 2 authors: Ann Baker, Carl Dyer" in found.reasons
    assert "both have a 34-year-old woman" in found.reasons
    assert "both come from Saint Mary's Hospital" in found.reasons
    assert "both tell of 2014-03" in found.reasons


def test_another_patient_of_the_same_authors() -> None:
    """Authors who see one disease often report several patients with it."""
    shelf = pair(
        make_report(case("34-year-old woman", 21), TITLE, authors=AUTHORS),
        make_report(case("61-year-old man", 22), "Zinc poisoning with vesicular eruption", authors=AUTHORS),
    )
    assert suspects(shelf) == []


def test_reuse_about_the_same_patient_is_the_same_patient() -> None:
    """A shared passage and a shared patient weigh more than the passage alone, without any author known."""
    found = only(
        pair(
            make_report(f"# Case\n\nA 34-year-old woman fell. {CASE}\n\n{ABSTRACT}"),
            make_report(f"# Case\n\nA 34-year-old woman fell. {DISCUSSION}\n\n{ABSTRACT}"),
        )
    )
    assert found.kind == "same patient"


@pytest.mark.parametrize(
    ("who", "said"), [("8-year-old boy", "an 8-year-old boy"), ("11-month-old girl", "an 11-month-old girl"),
                      ("81-year-old man", "an 81-year-old man"), ("18-year-old man", "an 18-year-old man"),
                      ("34-year-old woman", "a 34-year-old woman")],
)  # fmt: skip
def test_patients_are_named_in_good_english(who: str, said: str) -> None:
    """The reasons are sentences."""
    text = f"# Case\n\nThis {who} fell. {CASE}"
    assert f"both have {said}" in only(pair(make_report(text), make_report(text + " It ended."))).reasons


def test_one_identifier_for_two_records() -> None:
    """Records of a data set that give one identifier are proposed though their words differ."""
    found = only(pair(make_report(CASE, pmid="123", given_id="a"), make_report(DISCUSSION, pmid="123", given_id="b")))
    assert (found.kind, found.score) == ("same article", 1.0)
    assert found.reasons == ("both give the identifier pmid:123",)


def test_what_a_person_told_apart_is_not_asked_again() -> None:
    """A decided pair is silent."""
    shelf = pair(make_report(FULL), make_report(FULL + " It ended."))
    shelf.apart = {("a", "b")}
    assert suspects(shelf) == []


@pytest.mark.parametrize("target", ["report:b", "doi:10.1000/b"])
def test_linked_reports_are_listed_only_if_asked(target: str) -> None:
    """A relation that is known is no suspicion; with ``linked`` it is listed and said to be known."""
    reports = {"a": make_report(FULL, doi="10.21203/a"), "b": make_report(FULL + " It ended.", doi="10.1000/b")}
    shelf = Shelf(reports, [("a", "preprint-of", target)])
    assert suspects(shelf) == []
    (found,) = suspects(shelf, linked=True)
    assert found.reasons[-1] == "they are linked already"


def test_the_surest_come_first_and_each_pair_once() -> None:
    """Suspicions are ordered by score, then by id, and every pair is in order of its ids."""
    shelf = Shelf(
        {
            "d": make_report(FULL), "c": make_report(FULL + " It ended."), "b": make_report(prose(9, 300) + ABSTRACT),
            "a": make_report(prose(8, 300) + prose(5, 150)), "e": make_report(prose(7, 300) + prose(5, 150)),
        }
    )  # fmt: skip
    found = suspects(shelf)
    assert found == sorted(found, key=lambda each: (-each.score, each.one_id, each.other_id))
    pairs = [(each.one_id, each.other_id) for each in found]
    assert len(pairs) == len(set(pairs))
    assert all(one < other for one, other in pairs)
    assert all(each.kind in SUSPICION_KINDS and 0 < each.score <= 1 and each.reasons for each in found)


def test_progress_is_told() -> None:
    """Every report is counted once."""
    told: list[tuple[int, int]] = []
    suspects(pair(make_report(CASE), make_report(DISCUSSION)), on_progress=lambda *done: told.append(done))
    assert told == [(1, 2), (2, 2)]


def test_reports_without_anything_in_common_are_read_once() -> None:
    """The work grows with the reports, not with their pairs: strangers are never compared."""
    shelf = Shelf({f"r{at:03}": make_report(prose(at, 80)) for at in range(60)})
    suspects(shelf)
    assert len(shelf.read) == 60


def test_a_catalog_is_a_shelf(tmp_path: Path) -> None:
    """The real catalog gives the same suspicions, and a decision silences one."""
    catalog = Catalog(tmp_path / "catalog.sqlite")
    catalog.put("a", make_report(FULL, doi="10.1000/a"), "/a.txt")
    catalog.put("b", make_report(FULL + " It ended.", doi="10.1000/b"), "/b.txt")
    assert [(each.one_id, each.other_id) for each in suspects(catalog)] == [("a", "b")]
    catalog.decide("b", "a", same=False)
    assert suspects(catalog) == []
