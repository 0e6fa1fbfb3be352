"""The kind of a report, judged from its content: what each kind looks like, and what does not deceive."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.kind_cues import CUES
from corpus.kinds import Judgement, judge
from corpus.model import Relation, Report
from corpus.readers.jats import JatsReader
from corpus.readers.text import TextReader
from tests.fakes import make_report

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
TRIAL = (
    "# Abstract\n\nWe compared zinc with placebo. Eighty adults were randomly assigned to zinc or placebo in this "
    "double-blind trial.\n\n# Methods\n\nRandomisation was done by computer. Statistical analysis used the t-test.\n\n"
    "# Results\n\nThe groups did not differ (p = 0.45)."
)
CASE = (
    "# Abstract\n\nZinc is known to help. A 34-year-old woman presented with a rash after zinc.\n\n# Case report\n\n"
    "A 34-year-old woman presented with a rash. She had taken zinc for a week. The patient was given a cream. She "
    "recovered.\n\n# Discussion\n\nRandomised trials of zinc have been done by others [3]. More trials are needed."
)


def judged(text: str, title: str | None = None, **facts: object) -> Judgement:
    return judge(make_report(text, title, **facts))


def evidence(report: Report) -> list[str]:
    return [span.of(report.text) for span in judge(report).evidence]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (CASE, "case report"),
        (TRIAL, "trial"),
        ("We report a case of a rash after zinc in an otherwise healthy baker.", "case report"),
        ("A 62-year-old man was admitted with chest pain. He was treated with zinc and discharged.", "case report"),
        ("The patient was an 81-year-old man. The lens was removed and sight returned.", "case report"),
        ("An elderly woman presented with a lump. The lump was removed.", "case report"),
        ("A female infant of a farmer presented with a swollen eye. The cyst was removed.", "case report"),
        ("Two patients who underwent a graft developed a rash. Both patients recovered.", "case report"),
        ("We describe two brothers with webbed toes. The first patient was well. The second limped.", "case report"),
        ("In this article we describe three women with a rash after zinc.", "case report"),
        ("We report six patients with a rash after zinc. All recovered.", "case series"),
        ("We present a series of 12 cases of rash after zinc.", "case series"),
        ("In this retrospective case series, nine patients with a rash were followed.", "case series"),
        ("This retrospective study included 240 patients. The odds ratio was 2.3.", "observational study"),
        ("A cross-sectional survey of 500 nurses was done by questionnaire.", "observational study"),
        ("We performed a case-control study of 88 cases and 176 controls.", "observational study"),
        ("We searched PubMed and Embase. Twelve studies were included in this systematic review.", "review"),
        ("In this review we summarise what is known of zinc.", "review"),
        ("Participants will be randomised to zinc or placebo. The trial will be completed next year.", "protocol"),
        ("We show that the kinase is phosphorylated in vitro and in mice.", "other"),
        ("Nous rapportons le cas d'une patiente âgée de 34 ans.", "case report"),
        ("Presentamos el caso de un varón de 34 años de edad.", "case report"),
        ("Zinc is a metal. It melts at 420 degrees.", "unknown"),
    ],
)  # fmt: skip
def test_a_text_is_judged_by_its_wording(text: str, kind: str) -> None:
    """Each kind is told by the wordings that authors use for it; a text without any stays unknown."""
    assert judged(text).kind == kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Rash after zinc: a case report", "case report"),
        ("A rare case of rash after zinc", "case report"),
        ("Rash after zinc in a 34-year-old baker", "case report"),
        ("Rash after zinc: report of three cases", "case report"),
        ("Rash after zinc: a case report and review of the literature", "case report"),
        ("Rash after zinc: a case series", "case series"),
        ("Seven patients with rash after zinc", "case series"),
        ("Zinc for colds: a randomised controlled trial", "trial"),
        ("Zinc for colds: a double-blind, placebo-controlled study", "trial"),
        ("Zinc and colds: a cohort study", "observational study"),
        ("Zinc and colds: a systematic review of randomized trials", "review"),
        ("Zinc and colds: a meta-analysis", "review"),
        ("Zinc for colds: study protocol for a randomised controlled trial", "protocol"),
        ("Retraction: Zinc for colds: a randomised controlled trial", "notice"),
        ("Zinc for colds: a randomised controlled trial: Retraction", "notice"),
        ("Erratum to: Zinc for colds", "notice"),
        ("Expression of concern: zinc for colds", "notice"),
        ("Guidelines for the use of zinc", "other"),
        ("On zinc", "unknown"),
    ],
)
def test_a_title_alone_is_judged(title: str, kind: str) -> None:
    """A record with hardly more than a title is judged from that, which need not be part of the text."""
    found = judged("Zinc is a metal.", title)
    assert (found.kind, found.evidence) == (kind, ())


def test_correction_of_a_deformity_is_no_notice() -> None:
    """A title can begin with "Correction" and mean an operation."""
    assert judged(CASE, "Correction of scoliosis in a 12-year-old girl").kind == "case report"


def test_a_retracted_article_is_no_notice() -> None:
    """A long text that is marked as retracted is still what it was; only the short notice is a notice."""
    assert judged(CASE + "\n\n" + "It went on so. " * 400, "Retraction of the lid: a case report").kind == "case report"


def test_a_notice_is_told_by_its_sentence_or_by_its_relation() -> None:
    """A notice need not be titled so: it says that the article has been retracted, or its source relates it."""
    said = judged("The article on zinc that was published in 2013 has been retracted for overlap.", "Zinc for colds")
    related = judged("Zinc for colds, a double-blind trial.", "Zinc", relations=(Relation("retracts", "doi:10.1/x"),))
    assert said.kind == related.kind == "notice"


def test_the_evidence_is_slices_of_the_text() -> None:
    """What is shown as the reason are spans of the report's text, in order, and at most five."""
    report = make_report(CASE, "Rash after zinc")
    shown = evidence(report)
    assert any("34-year-old woman presented" in words for words in shown)
    assert 1 <= len(shown) <= 5
    assert list(judge(report).evidence) == sorted(judge(report).evidence)


def test_a_trial_shows_how_it_was_randomised() -> None:
    """The evidence of a trial is its own wording."""
    assert any("randomly assigned" in words for words in evidence(make_report(TRIAL)))


def test_what_others_did_is_no_evidence() -> None:
    """A sentence that cites other work says nothing about this report."""
    cited = "Zinc is a metal. Eighty adults were randomly assigned to zinc in a double-blind trial [4]."
    assert judged(cited).kind == "unknown"
    assert judged(cited.replace(" [4]", "")).kind == "trial"


def test_up_to_four_patients_are_a_case_report() -> None:
    """Patients told one by one make a series from the fifth on."""

    def told(count: int) -> str:
        return "# Cases\n\n" + " ".join(f"A {30 + at}-year-old man presented with a rash." for at in range(count))

    assert [judged(told(count)).kind for count in (1, 4, 5)] == ["case report", "case report", "case series"]


@pytest.mark.parametrize(
    "text",
    [
        "This is not the case in Denmark. In most cases the surface was smooth.",
        "In this paper we present a procedure to keep information about specific individuals private.",
        "As was the case for zinc, copper is a metal.",
        "Case management was offered to the service's clients.",
    ],
)
def test_the_word_case_is_not_enough(text: str) -> None:
    """ "The case" in its everyday sense makes no case report."""
    assert judged(text).kind not in ("case report", "case series")


@pytest.mark.parametrize(
    ("declared", "text", "kind", "disagrees"),
    [
        ("case-report", TRIAL, "trial", True),
        ("case-report", CASE, "case report", False),
        ("Case Reports", "We report six patients with a rash after zinc.", "case series", False),
        ("Randomized Controlled Trial", CASE, "case report", True),
        ("research-article", CASE, "case report", False),
        ("Journal Article", TRIAL, "trial", False),
        ("review-article", "Zinc is a metal.", "review", False),
        ("case-report", "Zinc is a metal.", "case report", False),
        ("letter", "Zinc is a metal.", "unknown", False),
        ("Retracted Publication", CASE, "case report", False),
        ("retraction", "Zinc is a metal.", "notice", False),
        ("protocol", "Zinc is a metal.", "protocol", False),
        ("Clinical Trial Protocol", "Zinc is a metal.", "protocol", False),
    ],
)
def test_what_the_source_declares_is_a_weak_clue(declared: str, text: str, kind: str, disagrees: bool) -> None:
    """A declared kind decides only where the text is silent; one that differs from the text's is told."""
    found = judged(text, declared=(declared,))
    assert (found.kind, found.disagrees, found.declared) == (kind, disagrees, (declared,))


def test_several_declared_kinds_agree_if_one_does() -> None:
    """PubMed gives several types: one that fits is enough."""
    found = judged(TRIAL, declared=("Comparative Study", "Randomized Controlled Trial", "Review"))
    assert (found.kind, found.disagrees) == ("trial", False)


def test_a_study_of_unnamed_design_is_another_kind() -> None:
    """Methods and results under headings make a study, though no wording tells its design."""
    found = judged("# Methods\n\nLeaves were pressed.\n\n# Results\n\nThey were green.")
    assert found.kind == "other"
    assert found.evidence


@settings(deadline=None)
@given(st.text(max_size=300).filter(lambda text: any(letter.isalnum() for letter in text)))
def test_any_text_can_be_judged(text: str) -> None:
    """No text makes judging fail, and its evidence lies inside it."""
    report = make_report(f"Here: {text}")
    assert all(span.end <= len(report.text) for span in judge(report).evidence)


def test_judging_is_linear_in_long_texts() -> None:
    """Only a bounded part of each section is looked at: what stands far behind does not count."""
    far = "# Methods\n\n" + "Zinc melts. " * 2_000 + "Adults were randomly assigned to zinc."
    assert judged(far).kind == "unknown"


def test_every_cue_is_of_a_kind_that_can_be_judged() -> None:
    """Weights are positive and no cue stands for "unknown"."""
    assert all(cue.weight > 0 and cue.kind != "unknown" for cue in CUES)
    assert {cue.kind for cue in CUES} == {
        "case report", "case series", "trial", "observational study", "review", "protocol", "notice", "other"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("PMC4161861.nxml", "trial"),
        ("PMC3881751.nxml", "trial"),
        ("PMC4350572.nxml", "case report"),
        ("PMC4608484_retraction.nxml", "notice"),
        ("PMC1852268_nobody.nxml", "trial"),
    ],
)
def test_the_trap_of_the_declared_type(name: str, kind: str) -> None:
    """Real articles that are declared as case reports, rightly and wrongly, are judged by what they say."""
    path = SHARED / "files" / name
    if not path.exists():
        pytest.skip(f"{path} is not there")
    data = path.read_bytes()
    (read,) = JatsReader().read(data, name)
    assert read.report is not None
    assert judge(read.report).kind == kind
    if "case-report" in read.report.bibliography.declared:
        assert judge(read.report).disagrees == (kind != "case report")


def test_the_seeds_are_case_reports() -> None:
    """The five reports that the project began with are case reports, each with its evidence."""
    folder = SHARED.parent / "seeds"
    if not folder.exists():
        pytest.skip(f"{folder} is not there")
    for path in sorted(folder.glob("*.txt")):
        data = path.read_bytes()
        (read,) = TextReader().read(data, path.name)
        assert read.report is not None
        found = judge(read.report)
        assert found.kind == "case report", path.name
        assert found.evidence
