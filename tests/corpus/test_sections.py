from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.model import SectionKind
from corpus.sections import classify

KNOWN = [
    ("Abstract", "abstract"),
    ("Summary", "abstract"),
    ("Highlights", "abstract"),
    ("Keywords", "keywords"),
    ("Key words", "keywords"),
    ("Introduction", "introduction"),
    ("Background", "introduction"),
    ("Aim", "introduction"),
    ("Background/Objectives", "introduction"),
    ("Case", "case"),
    ("Case report", "case"),
    ("Case presentation", "case"),
    ("Case study", "case"),
    ("Case description", "case"),
    ("Observation", "case"),
    ("Patient information", "case"),
    ("Clinical findings", "case"),
    ("Diagnostic assessment", "case"),
    ("Timeline", "case"),
    ("Physical examination", "case"),
    ("Treatment", "treatment"),
    ("Therapeutic intervention", "treatment"),
    ("Management", "treatment"),
    ("Surgical technique", "treatment"),
    ("Outcome", "outcome"),
    ("Follow-up", "outcome"),
    ("Follow-up and outcome", "outcome"),
    ("Follow-up and outcomes", "outcome"),
    ("Materials and Methods", "methods"),
    ("Patients and methods", "methods"),
    ("Results", "results"),
    ("Discussion", "discussion"),
    ("Results and discussion", "discussion"),
    ("Discussion and conclusions", "discussion"),
    ("Literature review", "discussion"),
    ("Conclusion", "conclusion"),
    ("Conclusions", "conclusion"),
    ("Learning points", "conclusion"),
    ("Take-home message", "conclusion"),
    ("References", "references"),
    ("Bibliography", "references"),
    ("Figure legends", "figure"),
    ("Tables", "table"),
    ("Author information", "front"),
    ("Acknowledgements", "back"),
    ("Acknowledgments", "back"),
    ("Funding", "back"),
    ("Source of finance", "back"),
    ("Conflict of interest", "back"),
    ("Conflicts of interest", "back"),
    ("Competing interests", "back"),
    ("Ethics", "back"),
    ("Informed consent", "back"),
    ("Author contributions", "back"),
    ("Authors’ contributions", "back"),
    ("Footnotes", "back"),
    ("Abbreviations", "back"),
    ("Data availability statement", "back"),
]


@pytest.mark.parametrize(("heading", "kind"), KNOWN)
def test_usual_headings_are_known(heading: str, kind: SectionKind) -> None:
    """The headings of case reports name their sections."""
    assert classify(heading) == kind


@pytest.mark.parametrize(
    "heading",
    [
        "CASE REPORT",
        "case report",
        "Case report:",
        "2. Case report",
        "2 Case report",
        "2.1. Case Report",
        "II. Case report",
        "(2) Case report",
        "## Case report",
        "**Case report**",
        "  Case   report  ",
        "Case-report",
        "Case report.",
        "Case reports",
        "Case report (2)",
    ],
)
def test_dress_is_looked_past(heading: str) -> None:
    """Capitals, numbers, markdown, spaces, hyphens and closing marks do not change what a heading means."""
    assert classify(heading) == "case"


@pytest.mark.parametrize(
    "heading",
    [
        "Case 1",
        "Case 12",
        "Case No. 2",
        "Case #3",
        "Case IV",
        "Case two",
        "Patient 2",
        "Patient B",
        "Case report 1",
        "CASE 2:",
    ],
)
def test_cases_of_a_series_are_cases(heading: str) -> None:
    """A numbered case or patient opens a case section."""
    assert classify(heading) == "case"


@pytest.mark.parametrize(
    "heading", ["Detailed case description", "Our patient", "Clinical case presentation", "Index case"]
)
def test_qualified_cases_are_cases(heading: str) -> None:
    """A word in front of "case" does not hide it."""
    assert classify(heading) == "case"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Treatment and outcome", "treatment"),
        ("Diagnosis and treatment", "case"),
        ("Discussion & conclusion", "discussion"),
        ("Acknowledgements and funding", "back"),
        ("Introduction and case report", "case"),
        ("Investigations/Treatment", "case"),
    ],
)
def test_double_headings_count_by_precedence(heading: str, kind: SectionKind) -> None:
    """Of two known names the one a reader of cases looks for wins."""
    assert classify(heading) == kind


@pytest.mark.parametrize(
    "heading",
    [
        "Conflict of interest statement and disclosure",
        "Guarantor of submission",
        "Research registration number",
        "Informed patient consent",
        "Funding resources",
        "Supplementary Material 3",
    ],
)
def test_wordy_back_matter_is_back(heading: str) -> None:
    """Back matter is known by its first words, since its headings vary endlessly."""
    assert classify(heading) == "back"


@pytest.mark.parametrize(
    "heading",
    [
        "",
        "   ",
        "12",
        "...",
        "Genetic insights",
        "Renal cysts: a case report",
        "A rare cause of chest pain",
        "Treatment of renal cysts and gout",
        "Discussion of pain",
        "Supplementary Figure 1",
        "Funding was provided by the authors.",
        "Informed consent: obtained",
        "Consent was obtained from the parents of the child before the operation took place",
        "The patient was seen in our clinic",
        "x" * 500,
        "Case report " * 20,
    ],
)
def test_other_words_name_no_section(heading: str) -> None:
    """A title, a sentence or a heading of its own kind gives None, so that the caller keeps its section."""
    assert classify(heading) is None


@given(st.text(max_size=120))
def test_any_text_is_classified_without_error(text: str) -> None:
    """Whatever stands in a heading, the answer is a known kind or None."""
    assert classify(text) in {None, *get_args(SectionKind)}


@given(
    st.sampled_from([heading for heading, _ in KNOWN]), st.sampled_from([str.upper, str.lower, str.title, str.casefold])
)
def test_case_never_matters(heading: str, change: object) -> None:
    """A heading means the same in capitals and in small letters."""
    assert callable(change)
    assert classify(change(heading)) == classify(heading)


@given(st.sampled_from([heading for heading, _ in KNOWN]), st.integers(1, 19), st.integers(1, 9))
def test_numbers_never_matter(heading: str, chapter: int, part: int) -> None:
    """A heading means the same with a section number in front."""
    assert classify(f"{chapter}.{part} {heading}") == classify(heading)
