from __future__ import annotations

import csv
import re
import unicodedata
from pathlib import Path

import pytest

from corpus.errors import EncryptedError, MalformedError, NoTextError, ReadError
from corpus.model import Report
from corpus.readers.base import Options
from corpus.readers.pdf import PdfReader
from tests.reports import body, letters

SHARED = Path(__file__).parents[2].parent / "shared"
CASES = SHARED / "data" / "case_pdfs"
PAIRS = SHARED / "data" / "pdf_xml_pairs"
FILES = SHARED / "data" / "files"
TOLD = ("abstract", "introduction", "case", "discussion", "conclusion")

needs_shared = pytest.mark.skipif(not CASES.is_dir(), reason="the shared development data is not here")


def read(data: bytes, name: str = "a.pdf") -> Report:
    (record,) = PdfReader(Options(ocr=False)).read(data, name)  # the same with Tesseract and without
    assert record.report is not None
    return record.report


# The ten real case reports. First authors, years and counts of references were read off the pages by eye.
EXPECTED = {
    "A_Case_of_Dengue_Fever_With_Hemorrhagic_Manifestations.pdf": ("Muhammad Ali Raza", 5, 2020, "Cureus", 13),
    "A_rare_case_of_acute_liver_failure_with_intrahepatic_cholest.pdf": (
        "Arosha Minori Gunasekera", 4, 2022, "BMC Infectious Diseases", 17),
    "Dengue_Myocarditis_A_Case_Report_and_Major_Review.pdf": ("Roberto Cristodulo", 11, 2023, "Global Heart", 39),
    "Dengue_associated_hemophagocyticlymphohistiocytosis_in_an_ad.pdf": ("Sang Mi Chung", 10, 2017, "Medicine", 24),
    "Dengue_fever_in_a_patient_with_severe_haemophilia_a_case_rep.pdf": (
        "Dilushi Wijayaratne", 5, 2015, "BMC Research Notes", 9),
    "Dengue_fever_with_bilateral_thalamic_diffusion_restriction_l.pdf": ("Husna Yoosuf", 5, 2025, "BMC Neurology", 21),
    "Dengue_haemorrhagic_fever_presenting_with_cholestatic_hepati.pdf": (
        "Jevon Yudhishdran", 4, 2014, "BMC Research Notes", 22),
    "Dengue_with_a_morbilliform_rash_and_a_positive_tourniquet_te.pdf": (
        "Henry M. Feder Jr", 3, 2016, "JAAD Case Reports", 11),
    "Exanthematic_dengue_fever_mimicking_rubella.pdf": (
        "Dario Palhares", 1, 2021, "Anais Brasileiros de Dermatologia", 10),
    "dengue_fever_manifesting_as_haemorrhagic_bullae_a_18.pdf": ("Jeewoo Choi", 6, 2024, "Indian J Dermatol", 11),
}  # fmt: skip


def manifest(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row.get("file") or row["id"]: row for row in rows}


@pytest.fixture(scope="module")
def cases() -> dict[str, Report]:
    return {name: read((CASES / name).read_bytes(), name) for name in EXPECTED}


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_real_bibliographies_are_right(cases: dict[str, Report], name: str) -> None:
    """DOI, title, first author, number of authors, year and journal of ten journals' layouts."""
    author, authors, year, journal, _ = EXPECTED[name]
    row, about = manifest(CASES)[name], cases[name].bibliography
    assert about.doi == row["doi"].casefold()
    wanted = {word for word in re.findall(r"[a-z]+", row["title"].casefold().replace("_", " ")) if len(word) > 2}
    has = set(re.findall(r"[a-z]+", (about.title or "").casefold()))
    assert len(wanted & has) >= 0.8 * len(wanted)
    assert about.authors[0] == author
    assert (len(about.authors), about.year, about.journal) == (authors, year, journal)


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_real_reports_have_their_sections_and_references(cases: dict[str, Report], name: str) -> None:
    """The case, what is concluded from it, and every reference, none of which is in the body."""
    report = cases[name]
    kinds = {section.kind for section in report.sections}
    assert {"title", "front", "case", "references"} <= kinds
    assert "discussion" in kinds or name.startswith("Exanthematic")  # that one has no heading for it
    assert len(report.references) == EXPECTED[name][4]
    told = letters("".join(body(report, kind) for kind in TOLD))
    assert not any(letters(reference.span.of(report.text)) in told for reference in report.references)
    assert len(body(report, "case")) > 700


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_real_paragraphs_are_whole(cases: dict[str, Report], name: str) -> None:
    """Nearly every paragraph of the text opens like a sentence and closes like one: columns are not interleaved."""
    report = cases[name]
    whole = [paragraph for kind in TOLD for paragraph in body(report, kind).split("\n\n") if len(paragraph) > 80]
    closed = re.compile(r"(?:[.!?:][\])”]*(?:\[[\d,–-]+\])?|®)$")
    broken = [text for text in whole if not (re.match(r"[\W\d]*[A-Z]", text) and closed.search(text))]
    assert len(broken) <= max(1, 0.07 * len(whole))


@needs_shared
@pytest.mark.parametrize("name", EXPECTED)
def test_real_sentences_lead_back_to_their_page(cases: dict[str, Report], name: str) -> None:
    """The raw text at a sentence's place holds the sentence; where another order parts it, its first and last words."""
    report = cases[name]
    exact = 0
    for sentence in report.sentences:
        start, end = report.source_map.raw(sentence.span)
        raw, text = letters(report.raw[start:end]), letters(sentence.span.of(report.text))
        assert report.source_map.page(sentence.span) is not None
        exact += raw == text
        assert len(raw) >= len(text)
    assert exact >= 0.94 * len(report.sentences)


@needs_shared
def test_real_furniture_and_licences_are_not_in_the_body(cases: dict[str, Report]) -> None:
    """Running heads, licences, correspondence and adverts stay out of the sections that are searched."""
    furniture = (
        "creative commons",
        "page 2 of",
        "submit your",
        "corresponding author",
        "et al. bmc",
        "publisher’s note",
    )
    for report in cases.values():
        told = "\n".join(body(report, kind) for kind in TOLD).casefold()
        assert not [words for words in furniture if words in told]


def grams(text: str, length: int = 8) -> list[tuple[str, ...]]:
    plain = re.sub(r"\[[\d,–\- ]+\]", " ", unicodedata.normalize("NFKC", text).casefold())
    words = re.findall(r"[a-z0-9]+", plain)
    return [tuple(words[at : at + length]) for at in range(len(words) - length + 1)]


@needs_shared
@pytest.mark.parametrize(
    ("name", "recall", "precision"),
    [("04_00932", 0.97, 0.96), ("3_190", 0.97, 0.96), ("PMC4521097", 0.97, 0.96), ("journal_pone_0115884", 0.97, 0.96)],
)
def test_reading_is_true_to_the_published_text(name: str, recall: float, precision: float) -> None:
    """Runs of eight words: nearly all of the publisher's XML are found, and nearly all found are in it."""
    report = read((PAIRS / f"{name}.pdf").read_bytes())
    gold = grams((PAIRS / f"{name}.gold.txt").read_text(encoding="utf-8"))
    apart = ("front", "keywords", "back", "references", "table", "figure")
    mine = grams(
        "\n".join(
            (section.heading.of(report.text) + "\n" if section.heading else "") + section.body.of(report.text)
            for section in report.sections
            if section.kind not in apart
        )
    )
    assert sum(gram in set(mine) for gram in set(gold)) >= recall * len(set(gold))
    assert sum(gram in set(gold) for gram in set(mine)) >= precision * len(set(mine))


@needs_shared
def test_signs_that_the_file_misnames_are_read_as_they_are_drawn(cases: dict[str, Report]) -> None:
    """Symbol fonts mapped to letters, digits or nothing: micro-, alpha, times, at most, equals, minus."""
    report = cases["Dengue_associated_hemophagocyticlymphohistiocytosis_in_an_ad.pdf"]
    for words in ("1251/μL", "IFN-γ, TNF–α", "<100×10⁹/L", "≤1.5 g/L"):
        assert words in report.text
    frogs = read((PAIRS / "journal_pone_0115884.pdf").read_bytes()).text
    for words in ("SVL=37.4", "−1.43346", "0.92353°N", "~100 non", "00′33.72"):
        assert words in frogs


@needs_shared
@pytest.mark.parametrize(
    ("name", "labels", "kept"),
    [
        ("natcomm_s41467_023_44678_x.pdf", ("LC-MS\n", "Digestion mode", "***", "l l l"), ("Fig. 2 |", "Fig. 5 |")),
        ("dove_amep_S116699.pdf", ("Purposive search (n=181)", "22.14", "100%"), ("Figure 3 Meta", "Figure 5 Funnel")),
        ("scielo_tinf_33_e200068_es.pdf", ("VOSviewer",), ("Lara LMG", "Author | Citations | Papers")),
    ],
)
def test_labels_in_real_figures_are_left_out(name: str, labels: tuple[str, ...], kept: tuple[str, ...]) -> None:
    """Diagrams drawn with text leave none of it in the sections that are searched, and their captions stay."""
    report = read((FILES / name).read_bytes(), name)
    told = "\n".join(body(report, kind) for kind in (*TOLD, "methods", "results", "body"))
    assert not [words for words in labels if words in told]
    assert all(words in report.text for words in kept)


@needs_shared
def test_a_books_title_is_found_behind_its_cover() -> None:
    """The first page holds but a licence; printers' marks on every page are no text."""
    report = read((FILES / "freeculture_352_pages.pdf").read_bytes())
    assert (report.bibliography.title or "").startswith("FREE CULTURE")
    assert ".qxd" not in report.text
    assert report.text.count("S32") < 5


AWKWARD: dict[str, type[ReadError] | None] = {
    "crb_sample_outputs_with_input.pdf": None,
    "derived_image_only_case_report.pdf": NoTextError,
    "derived_user_password_case_report.pdf": EncryptedError,
    "dove_amep_S116699.pdf": None,
    "empty_431_bytes.pdf": NoTextError,
    "empty_page.pdf": NoTextError,
    "enc_no_id.pdf": NoTextError,  # opens with the empty password; its three pages are images
    "enc_r6_empty_password.pdf": None,
    "freeculture_352_pages.pdf": None,
    "fuzzed_gs698804.pdf": NoTextError,
    "fuzzed_poppler742.pdf": MalformedError,
    "latex_multicolumn.pdf": None,
    "lo_writer_password.pdf": EncryptedError,
    "multilang.pdf": None,
    "natcomm_s41467_023_44678_x.pdf": None,
    "scan_bad_ccitt.pdf": NoTextError,  # a scan with six letters stamped on it
    "scielo_tinf_33_e200068_es.pdf": None,
    "unreadable_metadata.pdf": None,  # its page tree is gone: what pages can be found are read
    "with_attachment.pdf": None,
}


@needs_shared
@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_files_are_read_or_refused_for_the_right_reason(name: str) -> None:
    """Encrypted, fuzzed, scanned, empty, huge, many scripts: each its own answer, with the file's name."""
    expected = AWKWARD[name]
    data = (FILES / name).read_bytes()
    if expected is None:
        assert read(data, name).sentences
    else:
        with pytest.raises(expected, match=f"^{re.escape(name)} "):
            read(data, name)


@needs_shared
def test_every_pdf_of_the_collection_is_accounted_for() -> None:
    """The table above names every PDF in the folder."""
    assert {path.name for path in FILES.glob("*.pdf")} == set(AWKWARD)
    assert {path.name for path in CASES.glob("*.pdf")} == set(EXPECTED)
