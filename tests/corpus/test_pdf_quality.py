from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.pdf_quality import DOUBTFUL, GARBLED, text_quality

REPORTS = Path(__file__).parents[2].parent / "shared" / "data" / "reports" / "reports.jsonl"
LETTERS = "abcdefghijklmnopqrstuvwxyz"

TEXT = (
    "A man of sixty-two came with fever and a swollen knee. Blood cultures grew nothing; C-reactive protein was "
    "184 mg/L (normal <5). He was given ceftriaxone 2 g daily, then methotrexate 15 mg weekly [3, 4]. "
    "See https://example.org/a/b?c=1 and doi:10.1000/xyz.2019 for the protocol. HLA-B27 was absent, IgG4 raised."
)
LANGUAGES = {
    "German": "Die Patientin wurde wegen hohen Fiebers und starker Gelenkschmerzen stationär aufgenommen. Die "
    "Entzündungswerte waren deutlich erhöht, und die Beschwerden besserten sich erst nach mehreren Wochen.",
    "Polish": "Chory został przyjęty z powodu gorączki i bólu stawów. Wskaźniki stanu zapalnego były podwyższone, "
    "a dolegliwości ustąpiły dopiero po kilku tygodniach leczenia.",
    "Dutch": "De patiënt werd opgenomen met hoge koorts en pijnlijke gewrichten; bij onderzoek bleken tijdelijk "
    "verhoogde ontstekingswaarden, die bijna zes weken aanhielden.",
    "Spanish": "El paciente ingresó por fiebre alta y dolor articular. Los marcadores inflamatorios estaban elevados "
    "y los síntomas cedieron tras varias semanas de tratamiento.",
    "Russian": "Больной поступил с высокой температурой и болью в суставах. Показатели воспаления были повышены.",
    "Greek": "Ο ασθενής εισήχθη με πυρετό και πόνο στις αρθρώσεις, και βελτιώθηκε μετά από εβδομάδες θεραπείας.",
    "Japanese": "患者は六十二歳の男性で、発熱と関節痛を主訴に来院した。"
    "血液培養は陰性であり、炎症反応は著明に上昇していた。",
    "Chinese": "患者男性六十二岁因发热关节疼痛入院血培养阴性炎症指标明显升高经治疗数周后症状好转出院随访一年无复发",
    "Arabic": "دخل المريض المستشفى بسبب الحمى وآلام المفاصل وتحسنت حالته بعد أسابيع من العلاج",
    "Thai": "ผู้ป่วยชายอายุหกสิบสองปีมาโรงพยาบาลด้วยอาการไข้และปวดข้อ",
}


def enciphered(text: str, seed: int) -> str:
    """``text`` with each letter always replaced by one and the same other."""
    mixed = "".join(random.Random(seed).sample(LETTERS, len(LETTERS)))
    return text.translate(str.maketrans(LETTERS + LETTERS.upper(), mixed + mixed.upper()))


def shifted(text: str, by: int) -> str:
    """``text`` as a font without a map gives it, whose glyphs are numbered from another character on."""
    return "".join(chr(33 + (ord(char) - 33 + by) % 94) if "!" <= char <= "~" else char for char in text)


def test_a_clinical_text_is_good() -> None:
    """Abbreviations, doses, links, identifiers and names of genes do not make a text look garbled."""
    assert text_quality(TEXT) > 0.97


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_good(language: str) -> None:
    """The measure knows no dictionary: words of any language and script are words."""
    assert text_quality(LANGUAGES[language]) > DOUBTFUL


@pytest.mark.parametrize("seed", range(8))
def test_a_cipher_is_garbled(seed: int) -> None:
    """Wrong letters that form no words are found out."""
    assert text_quality(enciphered(TEXT, seed)) < GARBLED


@pytest.mark.parametrize("by", [3, 29, 65])
def test_shifted_codes_are_garbled(by: int) -> None:
    """So are glyph numbers taken for characters."""
    assert text_quality(shifted(TEXT, by)) < GARBLED


@pytest.mark.parametrize("stand_in", ["\ufffd", "\ue012", "\x07", "\x90"])
def test_characters_that_stand_for_none_are_garbled(stand_in: str) -> None:
    """Replacement, private-use and control characters are no letters."""
    assert text_quality(re.sub(r"\w", stand_in, TEXT)) < 0.1
    assert text_quality(re.sub(r"[aeiou]", stand_in, TEXT)) < GARBLED


@pytest.mark.parametrize("name", ["/G{}", "/g{}", "g{}/", "cid{} "])
def test_names_of_glyphs_are_garbled(name: str) -> None:
    """A text layer made of glyphs' names is none."""
    assert text_quality("".join(name.format(ord(char)).strip() for char in TEXT)) < GARBLED


def test_words_run_together_are_doubtful() -> None:
    """Where the spaces are missing, the other engine is asked; the text with its spaces is the better."""
    assert text_quality(TEXT.replace(" ", "")) < DOUBTFUL
    assert text_quality(re.sub(r"(\w) (\w)", r"\1\2", TEXT)) < DOUBTFUL < text_quality(TEXT)


def test_hyphens_at_line_ends_do_not_count() -> None:
    """pdfium's two signs for a hyphen at a line's end are no broken characters."""
    assert text_quality(f"{TEXT}\x02\n{TEXT}\ufffe\n") == pytest.approx(text_quality(TEXT))


@pytest.mark.parametrize("text", ["", " \n\t", "12.5 (3-4) 98 %", "........ 12", "— — —"])
def test_a_text_without_letters_is_not_judged(text: str) -> None:
    """Numbers, leaders and dashes alone say nothing against a text."""
    assert text_quality(text) == 1.0


@given(st.text(max_size=300))
def test_the_measure_is_a_share(text: str) -> None:
    """Whatever the text, the measure is between 0 and 1, and white space does not change it."""
    assert 0.0 <= text_quality(text) <= 1.0
    assert text_quality(f"  {text}\n\n") == text_quality(text)


@given(st.lists(st.sampled_from(TEXT.split()), min_size=40, max_size=80), st.integers(0, 10_000))
def test_garbling_never_makes_a_text_better(words: list[str], seed: int) -> None:
    """A text with half of its letters lost is worse than the whole."""
    text = " ".join(words)
    chance = random.Random(seed)
    broken = re.sub(r"[^\W\d_]", lambda match: "\ufffd" if chance.random() < 0.5 else match.group(), text)
    assert text_quality(broken) < text_quality(text)


@pytest.mark.skipif(not REPORTS.exists(), reason="shared/data/reports is not there")
def test_real_reports_are_not_doubted() -> None:
    """Of 200 real texts none is taken for garbled, and all of them are when enciphered."""
    with REPORTS.open() as lines:
        texts = [json.loads(line)["text"] for _, line in zip(range(200), lines, strict=False)]
    assert min(map(text_quality, texts)) > GARBLED
    assert sum(text_quality(text) < DOUBTFUL for text in texts) <= 2
    assert max(text_quality(shifted(text, 29)) for text in texts if len(text) > 1000) < GARBLED
