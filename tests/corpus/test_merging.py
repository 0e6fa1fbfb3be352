"""Which source is served, how facts add up, and what a report is found by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpus.merging import Source, best_first, first_author, lookup_keys, merged
from corpus.model import Bibliography, Relation


def source(reader: str, length: int, path: str = "/a", record: str = "") -> Source:
    return Source(path, record, 1, reader, length, "2026-01-01T00:00:00+00:00")


def readers(*sources: Source) -> list[str]:
    return [each.reader for each in best_first(sources)]


def test_formats_rank_by_how_much_of_an_article_they_keep() -> None:
    """JATS before HTML before Word before PDF before text; bibliographies come last."""
    assert readers(*(source(name, 100) for name in ("ris", "text", "pdf", "docx", "html", "jats"))) == [
        "jats", "html", "docx", "pdf", "text", "ris",
    ]  # fmt: skip


def test_a_short_text_is_not_served_beside_a_whole_one() -> None:
    """Front matter in the best format comes after a full text in a worse one."""
    assert readers(source("jats", 900), source("pdf", 9000)) == ["pdf", "jats"]
    assert readers(source("jats", 6000), source("pdf", 9000)) == ["jats", "pdf"]


def test_of_equal_formats_the_longer_text_serves() -> None:
    """Two PDFs of one article: the one with more text; of two like ones always the same."""
    assert best_first([source("pdf", 100, "/a"), source("pdf", 120, "/b")])[0].path == "/b"
    assert best_first([source("pdf", 100, "/b"), source("pdf", 100, "/a")])[0].path == "/a"


@given(st.lists(st.tuples(st.sampled_from(["jats", "pdf", "ris"]), st.integers(0, 99)), unique=True, max_size=6))
def test_the_order_of_arrival_does_not_matter(found: list[tuple[str, int]]) -> None:
    """The same sources are served alike, whichever was read first."""
    sources = [source(reader, length, f"/{reader}{length}") for reader, length in found]
    assert best_first(sources) == best_first(sources[::-1])


def test_a_place_names_the_record_where_there_are_several() -> None:
    """A file of one report is named by its path alone."""
    assert source("pdf", 1, "/a.pdf").place == "/a.pdf"
    assert source("ris", 1, "/a.ris", "entry 2").place == "/a.ris#entry 2"


def test_facts_are_filled_in_and_never_replaced() -> None:
    """What the first source says stands, also where another says otherwise; what it lacks is added."""
    one = Bibliography(title="A fall", year=2011)
    two = Bibliography(title="A Fall.", year=2012, authors=("A. Doe",), open_access=False)
    three = Bibliography(authors=("B. Roe",), licence="CC BY", open_access=True)
    assert merged([one, two, three]) == Bibliography(
        title="A fall", year=2011, authors=("A. Doe",), licence="CC BY", open_access=False
    )


def test_relations_of_all_sources_add_up() -> None:
    """Each is kept once; that there is a notice says nothing more where another source names it."""
    unnamed, named, other = (
        Relation("retracted-by"), Relation("retracted-by", "pmid:18"), Relation("corrected-by"),
    )  # fmt: skip
    facts = [Bibliography(relations=found) for found in ((unnamed, other), (named,), (named,))]
    assert merged(facts).relations == (other, named)
    assert merged(facts[:1]).relations == (unnamed, other)


def test_a_report_is_found_by_identifiers_title_and_author_with_year() -> None:
    """All in the form in which another source may give them."""
    about = Bibliography("Lemierre syndrome in a rower.", ("Zoë de Vries", "B. Roe"), None, 2011, "10.1000/X", "17")
    assert lookup_keys(about) == [
        "doi:10.1000/x", "pmid:17", "title:lemierre syndrome in a rower", "by:vries|2011|lemi",
    ]  # fmt: skip
    assert lookup_keys(Bibliography(title="Case report", authors=("Doe",))) == []


def test_the_first_author_is_known_by_the_family_name() -> None:
    """The last word of the name, without case or accents; None without authors."""
    assert first_author(Bibliography(authors=("Jorge Núñez",))) == "nunez"
    assert first_author(Bibliography(authors=("…",))) is None
    assert first_author(Bibliography()) is None
