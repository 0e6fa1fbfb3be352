from __future__ import annotations

import pytest

from search_api.answering.governing import governors
from search_api.answering.quantities import QUANTITY, canonical


def governed(sentence: str, word: str) -> set[str]:
    """The cues that govern ``word`` in ``sentence``."""
    start = sentence.index(word)
    return {sentence[cue.start : cue.end].lower() for cue in governors(sentence) if cue.turns(start, start + len(word))}


@pytest.mark.parametrize(
    ("sentence", "word", "cues"),
    [
        ("There was no improvement in the rash.", "improvement", {"no"}),
        ("There was no improvement in the rash.", "rash", {"no"}),
        ("He had gout, but no fever.", "gout", set()),
        ("The rash did not resolve, and pain was severe.", "rash", {"not"}),
        ("The rash did not resolve, and pain was severe.", "pain", set()),
        ("The rash didn't resolve.", "resolve", {"didn't"}),
        ("Improvement was never seen.", "Improvement", {"never"}),
        ("Biopsy was negative.", "Biopsy", {"negative"}),
        ("Lupus was ruled out in time.", "Lupus", {"ruled out"}),
        ("Possible lupus was found.", "lupus", {"possible"}),
        ("A partial response of the rash to zinc came.", "response", {"partial"}),
        ("A partial response of the rash to zinc came.", "zinc", set()),
        ("The response was only partial.", "response", {"partial"}),
        ("He took zinc or copper.", "zinc", {"or"}),
        ("He took zinc or copper.", "copper", {"or"}),
        ("If pain returned, zinc was taken.", "zinc", {"if"}),
        ("Her mother had lupus.", "lupus", {"her mother"}),
        ("It was said that zinc helped.", "zinc", {"said that"}),
        ("He was treated in May 2010 with zinc.", "zinc", set()),
        ("He may have had lupus.", "lupus", {"may"}),
        ("The tumour was less than 5 cm wide.", "5 cm", {"less than", "less"}),
        ("He had zinc without copper.", "zinc", set()),
        ("A notable rash and a nodule were seen.", "nodule", set()),
    ],
)  # fmt: skip
def test_a_cue_governs_what_it_turns(sentence: str, word: str, cues: set[str]) -> None:
    """Forward to the end of its clause, back to its beginning, or the words beside it, as the cue has it."""
    found = governed(sentence, word)
    assert found == cues or (found and found < cues)


@pytest.mark.parametrize(
    ("text", "quantities"),
    [
        ("zinc 50 mg/day for 3 weeks", ["50 mg/day", "3 weeks"]),
        ("a 25-year-old with CD4 of 120 cells/µL", ["25-year-old", "120 cells/µL"]),
        ("10–20 mg", ["10–20 mg"]),
        ("2.5 mg/kg per day", ["2.5 mg/kg per day"]),
        ("<5% of 1,200 patients", ["<5%", "1,200"]),
        ("at 38.5 °C and 120/80 mmHg", ["38.5 °C", "120/80 mmHg"]),
        ("B12 and CD4", []),
        ("3 of 4 sites, 3 × 4 cm", ["3 of 4", "3 × 4 cm"]),
        ("in 2010 he", ["2010"]),
    ],
)  # fmt: skip
def test_a_quantity_is_one_thing(text: str, quantities: list[str]) -> None:
    """Number, range, comparison and unit belong together; the digits of a name are no quantity."""
    assert [match.group() for match in QUANTITY.finditer(text)] == quantities


def test_ways_to_write_a_quantity_are_one() -> None:
    """White space and the kind of dash say nothing; digits, marks and units do."""
    assert canonical("10 – 20 mg") == canonical("10-20mg")
    assert len({canonical(each) for each in ("50 mg", "5.0 mg", "50 g", "<50 mg", "50 mg/day", "5 0 mg.")}) >= 5
