from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, NoTextError, ReadError
from corpus.model import Bibliography, Relation, Span
from corpus.readers.citations import MedlineReader, RisReader, is_medline, is_ris
from tests.bibliographies import failure, only, read_all, shown

RIS, MEDLINE = RisReader(), MedlineReader()

RIS_ENTRY = """TY  - JOUR
ID  - key1
T1  - Gout of the <i>hallux</i>: a
 surprising case.
A1  - Roe, Jane B.
A1  - Doe, A., Jr.
Y1  - 2014/03/01/
JF  - Invented Journal of Feet
JO  - Inv J Feet
VL  - 9
N2  - BACKGROUND: Gout is old. CASE: A man
      had it (p &lt; 0.05).
KW  - gout
KW  - Hallux
AD  - Foot Clinic, Town
M3  - Article
DO  - https://doi.org/10.9999/FEET.5
AN  - PMC678
UR  - https://pubmed.ncbi.nlm.nih.gov/12345/
ER  -
"""

MEDLINE_ENTRY = """PMID- 12345
OWN - NLM
DP  - 2011 Mar-Apr
TI  - [Gout of the hallux: a
      surprising case].
LID - 10.9999/FEET.5 [doi]
AB  - BACKGROUND: Gout is old. CASE: A man
      had it.
AD  - Foot Clinic, Town.
FAU - Roe, Jane B
AU  - Roe JB
FAU - Doe, A 3rd
AU  - Doe A 3rd
CN  - Gout Study Group
LA  - eng
PT  - Case Reports
PT  - Journal Article
TA  - Inv J Feet
JT  - Invented journal of feet
EIN - Inv J Feet. 2012 Jan;4(1):2. doi: 10.9999/err. PMID:
      777
RIN - Inv J Feet. 2013;5(1):2. doi: 10.9999/ret
CIN - Inv J Feet. 2014. PMID: 778
MH  - *Gout/diagnosis/*therapy
MH  - Humans
OT  - toe
PMC - PMC678
AID - S1-2(11)1 [pii]
AID - 10.9999/FEET.5 [doi]
SO  - Inv J Feet. 2011;3(1):2.
"""


def ris(*lines: str) -> str:
    return "\n".join(("TY  - JOUR", *lines, "ER  - ", ""))


def about(*lines: str) -> Bibliography:
    return only(RIS, ris("TI  - A title", *lines)).bibliography


def medline(*lines: str) -> Bibliography:
    return only(MEDLINE, "\n".join(("PMID- 1", "TI  - A title.", *lines))).bibliography


def test_a_ris_entry_is_read_whole() -> None:
    """Title, labelled abstract and keywords are the text; all other facts are in the bibliography."""
    (read,) = read_all(RIS, RIS_ENTRY)
    assert read.record == "pmid:12345"
    assert read.notes == ()
    assert read.report is not None
    assert shown(read.report) == [
        ("title", None, "Gout of the hallux: a surprising case"),
        ("abstract", "BACKGROUND", "Gout is old."),
        ("abstract", "CASE", "A man had it (p < 0.05)."),
        ("keywords", None, "gout; Hallux"),
    ]
    assert read.report.bibliography == Bibliography(
        title="Gout of the hallux: a surprising case",
        authors=("Jane B. Roe", "A. Doe Jr."),
        journal="Invented Journal of Feet",
        year=2014,
        volume="9",
        doi="10.9999/feet.5",
        pmid="12345",
        pmcid="PMC678",
        affiliations=("Foot Clinic, Town",),
        declared=("Article",),
    )
    assert read.report.reader == "ris"


def test_a_medline_entry_is_read_whole() -> None:
    """Title, labelled abstract and keywords are the text; notices become relations, comments do not."""
    (read,) = read_all(MEDLINE, MEDLINE_ENTRY)
    assert read.record == "pmid:12345"
    assert read.report is not None
    assert shown(read.report) == [
        ("title", None, "Gout of the hallux: a surprising case"),
        ("abstract", "BACKGROUND", "Gout is old."),
        ("abstract", "CASE", "A man had it."),
        ("keywords", None, "toe; Gout/diagnosis/therapy; Humans"),
    ]
    assert read.report.bibliography == Bibliography(
        title="Gout of the hallux: a surprising case",
        authors=("Jane B Roe", "A Doe 3rd", "Gout Study Group"),
        journal="Invented journal of feet",
        year=2011,
        doi="10.9999/feet.5",
        pmid="12345",
        pmcid="PMC678",
        affiliations=("Foot Clinic, Town.",),
        declared=("Case Reports", "Journal Article"),
        relations=(Relation("retracted-by", "doi:10.9999/ret"), Relation("corrected-by", "pmid:777")),
    )
    assert read.report.reader == "medline"


@pytest.mark.parametrize(("reader", "text"), [(RIS, RIS_ENTRY), (MEDLINE, MEDLINE_ENTRY)])
def test_raw_text_is_the_entry_as_the_file_has_it(reader: RisReader | MedlineReader, text: str) -> None:
    """A span leads to the very lines of the entry, tags and line breaks included."""
    report = only(reader, "\n\n" + text.replace("\n", "\r\n"))
    assert report.raw == text.replace("\n", "\r\n").partition("\r\nER")[0].rstrip()
    at = report.text.index("surprising")
    begin, end = report.source_map.raw(Span(at - 2, at + len("surprising")))
    assert report.raw[begin:end].split() == ["a", "surprising"]
    assert "\r\n" in report.raw[begin:end]


def test_entries_follow_one_another() -> None:
    """What stands before the first entry and between two is no part of any."""
    text = "Provider: Somebody\nDatabase: One\n\n" + ris("TI  - One") + "\njunk\n\n" + ris("TI  - Two")
    first, second = read_all(RIS, text)
    assert (first.record, second.record) == ("entry 1", "entry 2")
    assert [each.report and each.report.raw for each in (first, second)] == [
        "TY  - JOUR\nTI  - One",
        "TY  - JOUR\nTI  - Two",
    ]


def test_a_missing_end_of_an_entry_is_borne() -> None:
    """The next TY line ends it; at the file's end it is read with a note, for the file may be cut short."""
    first, second = read_all(RIS, "TY  - JOUR\nTI  - One\nTY  - JOUR\nTI  - Two\nAB  - It was")
    assert first.notes == ()
    assert second.report is not None
    assert second.report.text == "Two\n\nIt was"
    assert second.notes == ("the file ends inside this entry: it may have been cut short",)


def test_a_bad_entry_is_told_of_with_its_line() -> None:
    """An entry without title and abstract does not stop the others."""
    first, bad, last = read_all(RIS, ris("TI  - One") + ris("AU  - Roe, J") + ris("TI  - Three"), "my.ris")
    assert (first.record, bad.record, last.record) == ("entry 1", "entry 2", "entry 3")
    assert str(bad.error).startswith("my.ris, entry 2 (line 4) has neither a title nor an abstract")
    assert isinstance(bad.error, NoTextError)


@pytest.mark.parametrize("gap", ["TY  - JOUR", "TY - JOUR", "\ufeffTY  - JOUR", " TY  - JOUR"])
def test_tags_are_known_in_every_spacing(gap: str) -> None:
    """Programs differ in the blanks around the hyphen, and some start with a byte order mark."""
    spaced = "TI - One\nER -" if gap == "TY - JOUR" else "TI  - One\nER  -"
    assert only(RIS, f"{gap}\n{spaced}").text == "One"


def test_a_hyphen_in_a_line_that_goes_on_is_no_tag() -> None:
    """With two blanks before the hyphens of the tags, one blank before a hyphen is text."""
    report = only(RIS, ris("TI  - One", "AB  - It was", "IL - 6 and more."))
    assert report.text == "One\n\nIt was IL - 6 and more."


@pytest.mark.parametrize(
    ("tag", "title"),
    [("TI", "One"), ("T1", "One"), ("CT", "One"), ("BT", "One")],
)
def test_every_tag_of_a_title_is_known(tag: str, title: str) -> None:
    """Journals' articles, chapters and books each have their own."""
    assert only(RIS, ris(f"{tag}  - {title}")).bibliography.title == title


@pytest.mark.parametrize(
    ("line", "doi"),
    [
        ("DO  - 10.9999/A.", "10.9999/a"),
        ("DO  - doi:10.9999/a", "10.9999/a"),
        ("M3  - 10.9999/a", "10.9999/a"),
        ("UR  - https://dx.doi.org/10.9999/a", "10.9999/a"),
        ("N1  - Erratum in: Inv J. doi: 10.9999/other", None),
        ("N1  - See also PMID: 999 and doi:10.9999/other", None),
        ("N1  - Data are at https://doi.org/10.9999/data", None),
        ("C2  - Companion of 10.9999/other", None),
        ("N1  - DOI: 10.9999/a", "10.9999/a"),
        ("U2  - https://doi.org/10.9999/a", "10.9999/a"),
        ("C6  - PMID: 123; PMCID: PMC450; doi: 10.9999/a", "10.9999/a"),
        ("N1  - 1234-5678\nRoe, Jane\ndoi:10.9999/a", "10.9999/a"),
        ("UR  - https://example.org/a", None),
    ],
)
def test_a_doi_is_found_where_programs_put_it(line: str, doi: str | None) -> None:
    """RIS had no tag for it once."""
    assert about(line).doi == doi
    assert about(line).declared == ()


@pytest.mark.parametrize(
    ("lines", "pmid", "pmcid"),
    [
        (("AN  - 123", "DB  - PubMed"), "123", None),
        (("AN  - 123", "DP  - NLM"), "123", None),
        (("AN  - 123", "DB  - Embase"), None, None),
        (("N1  - PMID: 123", "C2  - PMC450"), "123", "PMC450"),
        (("N1  - Comment in: Inv J. PMID: 999",), None, None),
        (("N1  - See also PMID: 9999999 and doi:10.9999/other",), None, None),
        (("U1  - The twin was told of in PMC999",), None, None),
        (("U2  - PMCID: PMC450", "U1  - PMID=123"), "123", "PMC450"),
        (("C2  - 123",), None, None),
        (("UR  - http://www.ncbi.nlm.nih.gov/pubmed/123",), "123", None),
        (("L2  - https://pmc.ncbi.nlm.nih.gov/articles/PMC450/",), None, "PMC450"),
        (("ID  - 123",), None, None),
    ],
)
def test_pubmed_numbers_are_found_where_programs_put_them(
    lines: tuple[str, ...], pmid: str | None, pmcid: str | None
) -> None:
    """A bare number counts only where the entry says whose number it is; another article's does not."""
    assert (about(*lines).pmid, about(*lines).pmcid) == (pmid, pmcid)


@pytest.mark.parametrize(
    ("line", "year"),
    [("PY  - 2014", 2014), ("Y1  - 2014///Spring", 2014), ("DA  - 2014/01/02", 2014), ("PY  - in press", None)],
)
def test_years_of_every_tag(line: str, year: int | None) -> None:
    """The year stands first in every form of date."""
    assert about(line).year == year


def test_journals_by_their_fullest_name() -> None:
    """The full name before abbreviations, whatever their order."""
    assert about("JA  - Inv J", "T2  - Invented Journal").journal == "Invented Journal"
    assert about("J2  - Inv J").journal == "Inv J"


def test_authors_on_one_line_are_divided() -> None:
    """Some programs write all of them after one tag."""
    assert about("AU  - Roe, Jane; Doe, Ann").authors == ("Jane Roe", "Ann Doe")
    assert about("AU  - Roe, Jane, Jr.").authors == ("Jane Roe Jr.",)


def test_lists_under_one_tag_are_divided() -> None:
    """EndNote writes one keyword or affiliation a line after the first; an indented line carries the last one on."""
    report = only(
        RIS, ris("TI  - One", "KW  - gout", "toe", "  of the foot", "AD  - Foot Clinic", "Hand Clinic", "KW  - a; b")
    )
    assert shown(report)[1:] == [("keywords", None, "gout; toe of the foot; a; b")]
    assert report.bibliography.affiliations == ("Foot Clinic", "Hand Clinic")


def test_the_longest_abstract_is_taken() -> None:
    """Where an entry has several, the others are parts or translations of it."""
    report = only(RIS, ris("TI  - One", "N2  - Short.", "AB  - Longer by far."))
    assert shown(report)[1:] == [("abstract", None, "Longer by far.")]


def test_medline_entries_are_divided_by_pmid_and_by_blank_lines() -> None:
    """Either will do; a blank line inside an abstract divides nothing."""
    text = "PMID- 1\nTI  - One.\nPMID- 2\nTI  - Two.\nAB  - It\n\n      went.\n\nTI  - Three.\n"
    reads = read_all(MEDLINE, text)
    assert [each.record for each in reads] == ["pmid:1", "pmid:2", "entry 3"]
    assert reads[1].report is not None
    assert reads[1].report.text == "Two\n\nIt went."


def test_medline_authors_without_full_names() -> None:
    """Older entries have initials only."""
    assert medline("AU  - Roe JB", "AU  - de la Doe A Jr").authors == ("JB Roe", "A de la Doe Jr")


def test_untranslated_medline_titles() -> None:
    """Where PubMed has no translation the title in the own language is taken."""
    report = only(MEDLINE, "PMID- 1\nTI  - [Not Available].\nTT  - Von der Gicht.\n")
    assert report.bibliography.title == "Von der Gicht"
    assert report.text == "Von der Gicht"


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("RIN", "retracted-by"),
        ("ROF", "retracts"),
        ("RRI", "retracted-by"),
        ("EIN", "corrected-by"),
        ("PRIN", "corrected-by"),
        ("PROF", "corrects"),
        ("EFR", "corrects"),
        ("CRI", "corrected-by"),
        ("ECI", "concern-in"),
        ("ECF", "concern-about"),
    ],
)
def test_medline_notices(tag: str, kind: str) -> None:
    """Each notice's tag is the relation that it says."""
    found = medline(f"{tag:<4}- Inv J. 2013. PMID: 7")
    assert found.relations == (Relation(kind, "pmid:7"),)  # type: ignore[arg-type]


def test_medline_preprints_and_retractions_by_type() -> None:
    """A preprint's update is its published form; a retracted type alone marks the article."""
    assert medline("PT  - Preprint", "UIN - Inv J. PMID: 7").relations == (Relation("preprint-of", "pmid:7"),)
    assert medline("UOF - bioRxiv. 2020. PMID: 7").relations == (Relation("has-preprint", "pmid:7"),)
    assert medline("UIN - Inv Rev. PMID: 7").relations == ()
    assert medline("PT  - Retracted Publication").relations == (Relation("retracted-by"),)


def test_a_year_online_serves_medline_entries_without_another() -> None:
    """DP is the issue's, DEP the day online."""
    assert medline("DEP - 20200102").year is None
    assert medline("DP  - 2020 Jan 2").year == 2020


def test_repeated_identifiers_are_told_apart() -> None:
    """A list that holds an article twice gives two records."""
    assert [each.record for each in read_all(MEDLINE, MEDLINE_ENTRY + "\n" + MEDLINE_ENTRY)] == [
        "pmid:12345",
        "pmid:12345-2",
    ]


def test_other_encodings_and_line_ends() -> None:
    """Latin-1, a byte order mark, UTF-16 and old Macintosh line ends are read as they are."""
    text = ris(
        "TI  - Der Gichtanfall im Fuß: über die Größe", "AU  - Müller, Jörg", "AB  - Er hatte Gicht. Später nicht."
    )
    for data in (
        text.encode("latin-1"),
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.replace("\n", "\r").encode(),
    ):
        report = only(RIS, data)
        assert report.bibliography.title == "Der Gichtanfall im Fuß: über die Größe"
        assert report.bibliography.authors == ("Jörg Müller",)


@pytest.mark.parametrize("reader", [RIS, MEDLINE])
def test_files_without_entries_are_refused(reader: RisReader | MedlineReader) -> None:
    """Words that are no entry, and nothing at all."""
    with pytest.raises(NoTextError, match=r"my\.ris holds no entries"):
        list(reader.read(b"nothing of the kind", "my.ris"))
    with pytest.raises(EmptyFileError, match=r"my\.ris"):
        list(reader.read(b"", "my.ris"))
    with pytest.raises(ReadError, match=r"my\.ris"):
        list(reader.read(b"TY  - JOUR\x00\x00\x01\x02", "my.ris"))


def test_an_entry_of_nothing_but_tags_is_told_of() -> None:
    """Empty values are none."""
    assert "has neither a title nor an abstract" in failure(RIS, ris("TI  - ", "AB  -", "KW  - x"))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (RIS_ENTRY, (True, False)),
        ("\ufeff" + RIS_ENTRY, (True, False)),
        ("Provider: X\r\n\r\n" + RIS_ENTRY.replace("\n", "\r\n"), (True, False)),
        ("TY - JOUR\nTI - One\n", (True, False)),
        (MEDLINE_ENTRY, (False, True)),
        ("\n\n" + MEDLINE_ENTRY.replace("\n", "\r\n"), (False, True)),
        ("TY  - JOUR\n", (False, False)),
        ("PMID- 5\n", (False, False)),
        ("A report of gout\n\nPMID: 5\nTY is a tag\n", (False, False)),
        ("", (False, False)),
    ],
)
def test_formats_are_told_by_their_first_lines(head: str, expected: tuple[bool, bool]) -> None:
    """Two tagged lines of the right kind; prose that speaks of tags is neither."""
    assert (is_ris(head), is_medline(head)) == expected


VALUE = st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], codec="utf-8"), max_size=40)
LINES = st.lists(st.tuples(st.sampled_from(["TI", "AB", "KW", "AU", "DO", "PY", "ZZ"]), VALUE), max_size=8)


@given(st.lists(LINES, min_size=1, max_size=3))
def test_every_span_of_a_ris_file_leads_back(entries: list[list[tuple[str, str]]]) -> None:
    """Whatever the values, each entry is a report with sound spans or a failure of its own."""
    text = "".join(ris(*(f"{tag}  - {value}" for tag, value in lines)) for lines in entries)
    assert len(read_all(RIS, text)) == len(entries)


@given(st.data())
def test_damaged_files_are_refused_within_the_tree(data: st.DataObject) -> None:
    """A byte changed, left out or repeated anywhere gives reports or read errors, nothing else."""
    reader, text = data.draw(st.sampled_from([(RIS, RIS_ENTRY), (MEDLINE, MEDLINE_ENTRY)]))
    whole = bytearray((text * 2).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    with suppress(ReadError):
        read_all(reader, bytes(whole))
