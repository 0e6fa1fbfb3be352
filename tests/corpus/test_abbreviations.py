"""What a report defines, read out of its text."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.abbreviations import definitions, first_meanings, normalised
from corpus.spelt import spelt
from tests.fakes import make_report

PIECES = st.sampled_from([
    "systemic", "lupus", "erythematosus", "(SLE)", "SLE", "(", ")", "[", "]", "CT:", "CT,", "computed",
    "tomography", ";", "IL-6", "(IL-6)", "interleukin-6", "\n",
    ".", "α", "(TNF-α)", "(n = 3)", "Abbreviations", "(NSAIDs)", "“", "’s",
])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Deep vein thrombosis (DVT) is common.", "DVT", "Deep vein thrombosis"),
        ("We used polymerase chain reaction (PCR).", "PCR", "polymerase chain reaction"),
        ("DVT (deep vein thrombosis) is common.", "DVT", "deep vein thrombosis"),
        ("Wilms tumor 1 (WT1) was stained.", "WT1", "Wilms tumor 1"),
        ("antineutrophil cytoplasmic antibodies (ANCA; Figure 1)", "ANCA", "antineutrophil cytoplasmic antibodies"),
        ("hepatitis C virus (HCV) or hepatitis B virus (HBV)", "HCV", "hepatitis C virus"),
        ("had severe systemic lupus erythematosus (SLE).", "SLE", "systemic lupus erythematosus"),
        ("in a woman with systemic sclerosis (SSc)", "SSc", "systemic sclerosis"),
        ("nonsteroidal anti-inflammatory drugs (NSAIDs)", "NSAID", "nonsteroidal anti-inflammatory drugs"),
        ("the antibodies (Abs) were", "Ab", "antibodies"),
        ("Raised interleukin-6 (IL-6) was found", "IL-6", "interleukin-6"),
        ("tumour necrosis factor alpha (TNF-α)", "TNF-α", "tumour necrosis factor alpha"),
        ("β-human chorionic gonadotropin (β-hCG)", "β-hCG", "β-human chorionic gonadotropin"),
        ("serum aspartate aminotransferase (AST)", "AST", "aspartate aminotransferase"),
        ("three-dimensional echocardiography (3DE)", "3DE", "three-dimensional echocardiography"),
        ("by fluorescence in situ hybridization (FISH)", "FISH", "fluorescence in situ hybridization"),
        ("by in situ hybridization (ISH)", "ISH", "in situ hybridization"),
        ("Graft-versus-host disease [GVHD]", "GVHD", "Graft-versus-host disease"),
        ("disabilities of the arm, shoulder, and hand (DASH)", "DASH", "disabilities of the arm, shoulder, and hand"),
        ("was stopped.Magnetic resonance imaging (MRI)", "MRI", "Magnetic resonance imaging"),
        ("blood gas (pulmonary embolism (PE)) and", "PE", "pulmonary embolism"),
        ("a “giant cell tumour” (GCT)", "GCT", "giant cell tumour"),
        ("polycystic ovary syndrome (abbreviated as PCOS)", "PCOS", "polycystic ovary syndrome"),
        ("reported by the emergency department\n(ED)", "ED", "emergency department"),
        ("sputum acid-fast bacilli \\(AFB) and", "AFB", "acid-fast bacilli"),
        ("LDH (lactate dehydrogenase 500 U/L)", "LDH", "lactate dehydrogenase"),
        ("TTP (thrombotic thrombocytopenic purpura, acquired)", "TTP", "thrombotic thrombocytopenic purpura"),
        ("ITCs (isolated tumor cells) in a node", "ITC", "isolated tumor cells"),
        ("Figure 1. CT, computed tomography; MRI, magnetic resonance imaging.", "MRI", "magnetic resonance imaging"),
        ("SLE: systemic lupus erythematosus, CT: computed tomography", "SLE", "systemic lupus erythematosus"),
        ("PRL = prolactin; LH = luteinizing hormone", "LH", "luteinizing hormone"),
        ("CT – computed tomography", "CT", "computed tomography"),
    ],
)
def test_a_definition_is_learned_from_the_text(text: str, short: str, long: str) -> None:
    """The letters of the short form stand in order in the words before, behind, or in a list."""
    assert first_meanings(text)[short] == long


@pytest.mark.parametrize(
    "text",
    [
        "A mass (Fig. 1) was seen.",
        "Images of findings (Fig) were kept.",
        "Serum sodium (low) was 120.",
        "A scan (CT) was done.",
        "Five patients (20%) died.",
        "The number of patients (n = 3) was small.",
        "As was shown (Smith et al., 2004) before.",
        "given papers of interest (Pfizer)",
        "No bracket here.",
        "Empty () brackets.",
        "(DVT) stands alone.",
        "the case with fever (CT)",
        "a dose of many grams (mg) was given",
        "CD10+, CD11c+, vimentin+ cells",
        "visual acuity was 20/40 (OS)",
        "the carcinoma. Then tests (CT)",
        "the HIV infection virus (HIV)",
        "was given CHOP (cyclophosphamide, doxorubicin, vincristine, and prednisone)",
    ],
)
def test_a_bracket_that_spells_nothing_defines_nothing(text: str) -> None:
    """Figures, values, citations, companies and modalities without their words are not learned."""
    assert first_meanings(text) == {}


def test_the_first_definition_stands() -> None:
    """A short form used twice keeps its first meaning; both places are told of, in order."""
    text = "multiple sclerosis (MS) was excluded, as was mitral stenosis (MS)"
    assert first_meanings(text)["MS"] == "multiple sclerosis"
    assert [each.long.of(text) for each in definitions(text)] == ["multiple sclerosis", "mitral stenosis"]


@given(st.one_of(st.text(alphabet="abcDEF ()-;,. 1", max_size=200), st.lists(PIECES, max_size=30).map(" ".join)))
@example("a b (AB)")
@example("SLE: systemic lupus erythematosus (SLE)")
def test_both_forms_are_slices_of_the_text(text: str) -> None:
    """Nothing is made up: the forms stand in the text, apart from each other, in order, each short form once."""
    found = definitions(text)
    assert [each.short for each in found] == sorted({each.short for each in found})
    for each in found:
        assert each.short.end <= len(text)
        assert each.long.end <= len(text)
        assert not each.short.overlaps(each.long)
        assert each.long.of(text) == each.long.of(text).strip()
        assert each.short.end - each.short.start < each.long.end - each.long.start
    assert all(first_meanings(text).values())


@pytest.mark.parametrize(
    "text",
    ["(A" * 50_000, "(" + " " * 100_000, "A " * 50_000, "\n" * 100_000 + "CT:", "CT, " * 25_000, "(SLE) " * 15_000],
    ids=["brackets", "blanks", "letters", "lines", "entries", "no words"],
)
def test_brackets_without_end_are_read_in_passing(text: str) -> None:
    """A hundred thousand brackets, blanks or commas make no search run away."""
    assert definitions(text) == []


def test_references_are_passed_over_and_lists_are_known_by_their_heading() -> None:
    """A title in the reference list defines nothing; under "Abbreviations" a blank is sign enough."""
    text = (
        "# Case report\n\nA man had gout. He was well.\n\n# Abbreviations\n\nSLE systemic lupus erythematosus\n\n"
        "CRP C-reactive protein\n\nNSAIDs non-steroidal anti-inflammatory drugs\n\n"
        "# References\n\n1. Smith J. Deep vein thrombosis (DVT) in gout. Lancet 2001;3:4-5. doi:10.1000/1."
    )
    report = make_report(text)
    assert first_meanings(report.text, report.sections) == {
        "SLE": "systemic lupus erythematosus",
        "CRP": "C-reactive protein",
        "NSAID": "non-steroidal anti-inflammatory drugs",
    }
    assert first_meanings(report.text) == {"DVT": "Deep vein thrombosis"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Computed Tomography", "computed tomography"),
        ("antineutrophil cytoplasmic antibody", "anti-neutrophil cytoplasmic antibodies"),
        ("haemolytic uraemic syndrome", "hemolytic uremic syndrome"),
        ("oesophageal tumours", "esophageal tumor"),
        ("brain metastases", "brain metastasis"),
        ("randomised trial", "randomized trials"),
        ("disease of the pancreas", "diseases of the  pancreas"),
        ("Crohn’s disease", "Crohn's disease"),
        ("Crohn's disease", "Crohn disease"),
        ("calibre", "caliber"),
    ],
)
def test_wordings_of_one_long_form_are_one(one: str, other: str) -> None:
    """Case, plural, hyphens and British spelling do not part them."""
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mitral stenosis", "multiple sclerosis"),
        ("hepatitis B virus", "hepatitis C virus"),
        ("computed tomography", "computer tomography"),
        ("hypercalcemia", "hypocalcemia"),
    ],
)
def test_different_long_forms_stay_apart(one: str, other: str) -> None:
    """What is another thing, or another word, has another form."""
    assert normalised(one) != normalised(other)


@given(st.text(max_size=60))
def test_a_normalised_form_is_its_own(long: str) -> None:
    """It is letters and digits alone, in lower case."""
    form = normalised(long)
    assert form == form.lower()
    assert form.isalnum() or not form


@pytest.mark.parametrize(
    ("short", "text", "words"),
    [
        ("CT", "after contrast computed tomography", "computed tomography"),
        ("HSF", "the heat shock transcription factor", "heat shock transcription factor"),
        ("FH", "anti-factor H", "factor H"),
        ("EGD", "an esophagogastroduodenoscopy", "esophagogastroduodenoscopy"),
        ("QX", "nothing of the kind", None),
        ("A", "arm", None),
    ],
)
def test_the_best_spelling_is_taken(short: str, text: str, words: str | None) -> None:
    """The stretch whose words give the letters best, up to the end of the text; None where none does."""
    found = spelt(short, text)
    assert (text[slice(*found)] if found else None) == words


def test_a_spelling_from_the_start_ends_with_the_last_word_that_gave_a_letter() -> None:
    """What follows is left out, unless all the words were asked for."""
    text = "computed tomography of the chest"
    assert spelt("CT", text, from_start=True) == (0, len("computed tomography"))
    assert spelt("CT", text, from_start=True, to_end=True) is None
    assert spelt("CT", f"a {text}", from_start=True) is None
