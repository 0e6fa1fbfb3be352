"""The sample corpus: whole, marked, true to its sources, and readable by every reader."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType

import pypdfium2
import pytest
from lxml import etree

from corpus.model import Report
from corpus.readers.registry import read_bytes

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
SHARED = Path(__file__).parents[2].parent / "shared"
FORMATS = {".txt": 9, ".html": 8, ".xml": 7, ".pdf": 6}
FILES = tuple(sorted(path for path in SAMPLES.iterdir() if path.suffix in FORMATS))
INVENTED = tuple(path for path in FILES if path.stem.startswith("invented-"))
DIGESTS = tuple(path for path in FILES if path.stem.startswith("digest-"))
PDFS = tuple(path for path in FILES if path.suffix == ".pdf")
NOTICE = "This report was invented for Casetrove; it describes no real patient."
SHARED_RUN = 8
"""Words in a row that a digest may not share with the report it tells of."""

TRUE_DATA = {  # file: (seed's number, authors, journal, year, doi, pmid, pmcid)
    "digest-calcinosis-sle-facial.txt": (
        "000",
        ("Adriana T Lopez", "Marc E Grossman"),
        "JAAD Case Reports",
        2017,
        "10.1016/j.jdcr.2017.06.018",
        "28936472",
        "PMC5597880",
    ),
    "digest-dystrophic-calcifications-sle-buttocks.html": (
        "001",
        ("Anna Kruszewska",),
        "Polish Annals of Medicine",
        2021,
        None,
        None,
        None,
    ),
    "digest-calcinosis-universalis-lupus-panniculitis.pdf": ("002", (), None, None, None, None, None),
    "digest-calcinosis-universalis-sle-nephritis.txt": ("003", (), None, None, None, None, None),
    "digest-calcinosis-universalis-systemic-sclerosis.xml": (
        "004",
        ("Nurşen Düzgün",),
        "Turkiye Klinikleri Journal of Case Reports",
        2020,
        "10.5336/caserep.2019-65627",
        None,
        None,
    ),
}

CALCINOSIS_ELSEWHERE = {  # file: (the disease, what was given for it)
    "invented-juvenile-dermatomyositis-calcinosis-pamidronate.xml": ("dermatomyositis", "pamidronate"),
    "invented-calciphylaxis-sodium-thiosulfate.html": ("haemodialysis", "sodium thiosulfate"),
    "invented-tumoral-calcinosis-adolescent.pdf": ("GALNT3", "sevelamer"),
}

DIGEST_FACTS = {  # file: what it must say, in words short enough to be nobody's
    "digest-calcinosis-sle-facial.txt": ("woman of 25", "Rituximab was out of the question", "plates did not change"),
    "digest-dystrophic-calcifications-sle-buttocks.html": ("woman of 49", "17 years", "does not report any treatment"),
    "digest-calcinosis-universalis-lupus-panniculitis.pdf": (
        "aged 37",
        "10 mg/kg per day over six months",
        "30 mg per day for longer than a year",
        "20 mg",
        "continued to progress",
    ),
    "digest-calcinosis-universalis-sle-nephritis.txt": (
        "woman of 21",
        "class 3 lupus nephritis",
        "does not say whether",
    ),
    "digest-calcinosis-universalis-systemic-sclerosis.xml": ("woman of 44", "25 years", "not lupus", "no significant"),
}


@cache
def report_of(path: Path) -> Report:
    """The one report that ``path`` holds."""
    (read,) = read_bytes(path.read_bytes(), path.name)
    assert read.report is not None, read.error
    return read.report


@cache
def pdf_maker() -> ModuleType:
    """``make_pdfs.py``, which is a script and not a module of the package."""
    spec = importlib.util.spec_from_file_location("make_pdfs", SAMPLES / "make_pdfs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def pages_of(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range() for page in document]


def runs_of_words(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[at : at + SHARED_RUN]) for at in range(len(words) - SHARED_RUN + 1)}


def by_name(path: Path) -> str:
    return path.name


each_file = pytest.mark.parametrize("path", FILES, ids=by_name)
each_invented = pytest.mark.parametrize("path", INVENTED, ids=by_name)
each_digest = pytest.mark.parametrize("path", DIGESTS, ids=by_name)
each_pdf = pytest.mark.parametrize("path", PDFS, ids=by_name)


def test_thirty_reports_are_spread_over_all_formats() -> None:
    """The corpus holds thirty reports, five of them digests, and every format has its share."""
    assert Counter(path.suffix for path in FILES) == FORMATS
    assert (len(DIGESTS), len(INVENTED)) == (5, 25)


def test_the_readme_lists_every_report() -> None:
    """No sample is missing from the list in docs/samples.md, and the list names nothing else."""
    listed = re.findall(
        r"^\| \[[^]]+\]\(\.\./corpus/samples/([^)]+)\)",
        (SAMPLES.parents[1] / "docs/samples.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert sorted(listed) == sorted(path.name for path in FILES)


@each_file
def test_every_sample_reads_with_a_title_and_a_case(path: Path) -> None:
    """Each reads to a report with a title, a described case, sentences, and something said of treatment."""
    report = report_of(path)
    assert report.bibliography.title
    assert "case" in {section.kind for section in report.sections}
    assert len(report.sentences) > 12
    assert re.search("treat", report.text, re.IGNORECASE)


@each_file
def test_every_sample_is_short(path: Path) -> None:
    """A sample is a page or two: 250 to 520 words before its references."""
    report = report_of(path)
    words = [word for s in report.sections if s.kind != "references" for word in s.body.of(report.text).split()]
    assert 250 <= len(words) <= 520


@each_file
def test_no_site_furniture_reaches_the_text(path: Path) -> None:
    """Menus, banners, share buttons and running heads of the samples are left out of the report."""
    text = report_of(path).text
    for phrase in (
        "Accept all",
        "All issues",
        "Related articles",
        "Most read",
        "Privacy",
        "Log in",
        "Casetrove Sample Reports\n",
    ):
        assert phrase not in text
    for head in ("Lindeberg et al. - ", "Oyinlola and Sandhu-Marsh - ", "Eckhardt and Whitcombe - "):
        assert head not in text


@each_invented
def test_every_invented_report_is_marked_twice(path: Path) -> None:
    """An invented report says so at the end of its title and again in a sentence of its own."""
    report = report_of(path)
    assert report.bibliography.title is not None
    assert report.bibliography.title.endswith("(invented report)")
    assert NOTICE in report.text


@each_invented
def test_every_invented_report_has_a_year_and_authors(path: Path) -> None:
    """Invented reports have an invented imprint between 2011 and 2025."""
    bibliography = report_of(path).bibliography
    assert bibliography.year is not None
    assert 2011 <= bibliography.year <= 2025
    assert len(bibliography.authors) >= 2


@each_invented
def test_no_invented_report_has_an_identifier(path: Path) -> None:
    """What was invented must not resolve to a real article: no DOI, PMID or PMCID, nor in its references."""
    report = report_of(path)
    bibliography = report.bibliography
    assert (bibliography.doi, bibliography.pmid, bibliography.pmcid) == (None, None, None)
    assert report.references
    assert not any(reference.doi for reference in report.references)


def test_invented_titles_all_differ() -> None:
    """No two samples share a title, which would make them one article."""
    titles = {report_of(path).bibliography.title for path in FILES}
    assert len(titles) == len(FILES)


@each_digest
def test_a_digest_says_that_it_is_one(path: Path) -> None:
    """Its title begins with the word, its front names what it tells of, and it denies being the article."""
    report = report_of(path)
    assert report.bibliography.title is not None
    assert report.bibliography.title.startswith("Digest ")
    assert "Digest written for Casetrove of: " in report.text
    assert re.search(r"It is not the article", report.text)


@each_digest
def test_a_digest_carries_the_true_bibliographic_data(path: Path) -> None:
    """Authors, journal, year and identifiers are the original's; what is unknown stays empty."""
    _, authors, journal, year, doi, pmid, pmcid = TRUE_DATA[path.name]
    found = report_of(path).bibliography
    assert found.authors == authors
    assert found.journal == journal
    assert (found.year, found.doi, found.pmid, found.pmcid) == (year, doi, pmid, pmcid)


@each_digest
def test_a_digest_keeps_the_facts(path: Path) -> None:
    """Age, doses, outcome, and what was not reported, are stated in each digest."""
    text = report_of(path).text
    for fact in DIGEST_FACTS[path.name]:
        assert fact in text


@each_digest
def test_a_digest_agrees_with_the_gold_data(path: Path) -> None:
    """Title, identifiers and year agree with what the seeds' gold file says of the original."""
    if not (SHARED / "seeds" / "gold.json").exists():
        pytest.skip("../shared/seeds is absent")
    number = TRUE_DATA[path.name][0]
    documents = json.loads((SHARED / "seeds" / "gold.json").read_text(encoding="utf-8"))["docs"]
    gold = next(document for document in documents if document["file"].startswith(number))
    found = report_of(path).bibliography
    assert {"doi": found.doi, "pmid": found.pmid, "pmcid": found.pmcid} == gold["ids"]
    assert found.year == gold["year"]
    if gold["title"]:
        assert found.title == "Digest written for Casetrove of: " + gold["title"]["quote"]


@each_file
def test_no_sample_copies_a_seed(path: Path) -> None:
    """No eight words in a row of a sample stand in a seed, titles, imprints and reference lists excepted."""
    seeds = sorted((SHARED / "seeds").glob("*.txt"))
    if not seeds:
        pytest.skip("../shared/seeds is absent")
    report = report_of(path)
    shared = set()
    for section in report.sections:
        if section.kind not in ("title", "front", "references"):
            shared |= runs_of_words(section.body.of(report.text))
    shared -= runs_of_words(report.bibliography.title or "")
    for seed in seeds:
        assert not shared & runs_of_words(seed.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", CALCINOSIS_ELSEWHERE)
def test_three_reports_are_about_calcinosis_in_other_diseases(name: str) -> None:
    """They name their own disease and treatment, so that ranking has something to tell apart."""
    text = report_of(SAMPLES / name).text
    disease, treatment = CALCINOSIS_ELSEWHERE[name]
    assert re.search("calcinosis|calciphylaxis", text, re.IGNORECASE)
    assert disease in text
    assert treatment.lower() in text.lower()


@each_pdf
def test_pdfs_are_what_the_script_makes(path: Path) -> None:
    """Each committed PDF holds, page by page, the text that the script makes of its source."""
    maker = pdf_maker()
    made = maker.render(maker.Source.from_file(maker.SOURCES / f"{path.stem}.toml"))
    assert pages_of(path.read_bytes()) == pages_of(made)


def test_every_pdf_source_has_its_pdf() -> None:
    """No source was written without its PDF being made, and none was taken away alone."""
    assert {path.stem for path in pdf_maker().SOURCES.glob("*.toml")} == {path.stem for path in PDFS}


def test_the_script_makes_the_same_bytes_each_time() -> None:
    """A PDF holds no clock and no random number: two runs give equal bytes."""
    maker = pdf_maker()
    source = maker.Source.from_file(maker.SOURCES / f"{PDFS[0].stem}.toml")
    assert maker.render(source) == maker.render(source)


@each_pdf
def test_pdfs_are_small_and_break_a_paragraph(path: Path) -> None:
    """A PDF is under 60 kB, has two pages, and its second page begins in the middle of a sentence."""
    assert path.stat().st_size < 60_000
    pages = pages_of(path.read_bytes())
    assert len(pages) == 2
    body = [line for line in pages[1].splitlines() if line.strip()][1:]
    assert not re.match(r"[A-Z][^.]*$", body[0]) or body[0][0].islower()


@each_pdf
def test_pdf_paragraphs_are_whole_again(path: Path) -> None:
    """Read back, every paragraph of the source runs on in the report: columns, pages and hyphens are mended.

    A paragraph may be parted in two where a column ends with a sentence, since nothing on the page tells.
    """
    maker = pdf_maker()
    source = maker.Source.from_file(maker.SOURCES / f"{path.stem}.toml")
    text = " ".join(report_of(path).text.split())
    for _, paragraphs in source.sections:
        for paragraph in paragraphs:
            assert " ".join(paragraph.replace(maker.SOFT_HYPHEN, "").split()) in text


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".xml"], ids=by_name)
def test_jats_samples_have_the_parts_of_an_article(path: Path) -> None:
    """Each JATS sample has a front, a body of titled sections and a reference list."""
    root = etree.fromstring(path.read_bytes())
    for wanted in (
        "front/article-meta/title-group/article-title",
        "front//journal-title",
        "front//pub-date/year",
        "back/ref-list/ref",
    ):
        assert root.find(wanted) is not None
    assert all(section.findtext("title") for section in root.iterfind("body/sec"))
    targets = {reference.get("id") for reference in root.iterfind("back/ref-list/ref")}
    assert {reference.get("rid") for reference in root.iter("xref")} <= targets


@pytest.mark.parametrize("path", [path for path in FILES if path.suffix == ".txt"], ids=by_name)
def test_text_samples_are_utf8_without_control_characters(path: Path) -> None:
    """Text samples are plain UTF-8 with newlines and nothing else invisible."""
    text = path.read_bytes().decode("utf-8")
    assert not re.search(r"[^\S \n]|[\x00-\x09\x0b-\x1f\u00ad\ufeff]", text)


def test_some_text_samples_are_hard_wrapped_with_broken_words() -> None:
    """At least three text samples break words at line ends, and the reader joins them."""
    broken = [
        path
        for path in FILES
        if path.suffix == ".txt" and re.search(r"[a-z]-\n[a-z]", path.read_text(encoding="utf-8"))
    ]
    assert len(broken) >= 3
    for path in broken:
        assert not re.search(r"[a-z]- [a-z]", report_of(path).text)
