from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, ReadError, UnsupportedFormatError
from corpus.readers.encodings import head, recognise

FILES = Path(__file__).parents[2].parent / "shared" / "data" / "files"

FRENCH = "Le patient a été traité à l'hôpital. Son cœur était normal; sa fièvre a cédé après une semaine. "
GERMAN = "Die Patientin wurde wegen Schmerzen in beiden Händen und Füßen vorgestellt. Größe der Läsion: 3 µm. "
POLISH = "Pacjentka została przyjęta do szpitala z powodu gorączki i bólu głowy. Źle znosiła ćwiczenia. "
CZECH = "Pacient byl přijat do nemocnice pro horečku a bolest hlavy. Léčba přinesla zlepšení. Žádné další obtíže. "
HUNGARIAN = "A beteget lázzal és fejfájással vették fel a kórházba. Két hét után tünetei enyhültek, őszintén örült. "
TURKISH = "Hasta ateş ve baş ağrısı şikayetiyle hastaneye başvurdu. İki haftalık tedaviden sonra düzeldi. "
LITHUANIAN = "Pacientas buvo paguldytas į ligoninę dėl karščiavimo ir galvos skausmo. Šiuo metu jaučiasi gerai. "
ICELANDIC = (
    "Sjúklingurinn var lagður inn með hita og höfuðverk. Þremur vikum síðar leið honum vel; ævin öll framundan. "
)
SPANISH = "Se presentó un niño de 3 años con fiebre y cefalea. ¿Qué tratamiento recibió? Mejoró. "
PORTUGUESE = "Foi internado um menino de 3 anos com lesões e febre. Não melhorou; a evolução foi má até à operação. "
NORWEGIAN = (
    "Pasienten ble innlagt på sykehus med feber. Han fikk behandling og ble bedre etter få uker. Prøver ble tatt. "
)
RUSSIAN = "Пациентка сорока лет поступила в больницу с жалобами на лихорадку. После лечения состояние улучшилось. "
GREEK = "Η ασθενής εισήχθη στο νοσοκομείο με πυρετό και πονοκέφαλο. Μετά από θεραπεία βελτιώθηκε. "
JAPANESE = "患者は四十歳の女性で、ステロイドを投与された。発熱と頭痛を主訴に来院し、二週間後に症状は改善した。"
CHINESE = "患者40岁，因发热和头痛入院，行MRI (magnetic resonance imaging) 检查。经过两周治疗，症状明显改善，未见复发。"
KOREAN = "환자는 발열과 두통으로 내원한 마흔 살 여성이었다. 두 주간의 치료 후 증상이 호전되었다. "
SIGNS = (
    "She weighed 60 kg; 38.5 °C; 5 µg/L; 3 ± 2; “quoted” – 10 mm³ × 2; WBC 12×10³/µL; Behçet’s and Sjögren’s; café. "
)
ENGLISH = "A woman of 40 years had fever and was well after two weeks of treatment. "


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((FRENCH, encoding) for encoding in ("cp1252", "iso8859-15", "mac-roman")),
        *((GERMAN, encoding) for encoding in ("latin-1", "cp1252", "cp1250")),
        *((POLISH, encoding) for encoding in ("iso8859-2", "cp1250")),
        *((CZECH, encoding) for encoding in ("iso8859-2", "cp1250")),
        (HUNGARIAN, "cp1250"),
        (TURKISH, "cp1254"),
        (LITHUANIAN, "cp1257"),
        (ICELANDIC, "cp1252"),
        (SPANISH, "cp1252"),
        (PORTUGUESE, "cp1252"),
        (NORWEGIAN, "cp1252"),
        *((RUSSIAN, encoding) for encoding in ("koi8-r", "cp1251")),
        (GREEK, "iso8859-7"),
        *((JAPANESE, encoding) for encoding in ("shift-jis", "euc-jp")),
        *((CHINESE, encoding) for encoding in ("gb18030", "gbk")),
        (KOREAN, "euc-kr"),
        (SIGNS, "cp1252"),
    ],
)
@pytest.mark.parametrize("times", [1, 20])
def test_old_encodings_are_told_by_the_letters(text: str, encoding: str, times: int) -> None:
    """Text in any of the encodings that reports come in is decoded to the very same text, with a note."""
    found = recognise((text * times).encode(encoding), "a.txt")
    assert found.text == text * times
    assert found.note is not None
    assert found.encoding in found.note


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("text", [ENGLISH, CHINESE])
def test_byte_order_marks_are_believed(text: str, encoding: str) -> None:
    """A byte order mark says what follows, and is not part of the text."""
    found = recognise(text.encode(encoding), "a.txt")
    assert (found.text, found.encoding, found.note) == (text, encoding, None)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize(
    "text", [ENGLISH, "He had “fever”.", RUSSIAN, "患者40岁，因发热入院。\n经过 2 周治疗，症状改善。\n"]
)
def test_wide_text_without_a_mark(text: str, encoding: str) -> None:
    """UTF-16 and UTF-32 are known without their marks, in either byte order and any script."""
    found = recognise(text.encode(encoding), "a.txt")
    assert (found.text, found.encoding, found.note) == (text, encoding, None)


def test_a_few_broken_places_do_not_spoil_utf8() -> None:
    """UTF-8 with a byte that does not belong stays UTF-8: the place is shown, counted and told of."""
    whole = (FRENCH * 3).encode()
    found = recognise(whole[:96] + b"\xe9" + whole[96:] + b"\xe2\x80", "a.txt")
    assert found.text.replace("\ufffd", "") == FRENCH * 3
    assert found.note == "2 places are not UTF-8 as the rest is, and shown as \ufffd"


@pytest.mark.parametrize(
    "data",
    [codecs.BOM_UTF8 + b"abc \xff\xfe\xfa", codecs.BOM_UTF16_LE + b"a\0b", codecs.BOM_UTF16_BE + b"\xd8\0\0a"],
)
def test_a_false_byte_order_mark_is_refused(data: bytes) -> None:
    """A file that starts as one encoding and breaks it is refused rather than patched up."""
    with pytest.raises(UnsupportedFormatError, match=r"a\.txt starts as utf"):
        recognise(data, "a.txt")


@pytest.mark.parametrize(
    "data", [b"", b" \n\t ", "\ufeff \n".encode(), "\u00a0\u2003".encode(), " \n".encode("utf-16")]
)
def test_nothing_but_white_space_is_empty(data: bytes) -> None:
    """A file without a visible character is an empty file, in any encoding."""
    with pytest.raises(EmptyFileError, match=r"a\.txt"):
        recognise(data, "a.txt")


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        b"\0" * 100,
        b"abc\0def" * 50,
        b"\x01\x02\x03\x04" * 100,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(0, 256, 3)) * 10,
    ],
)
def test_binary_data_are_no_text(data: bytes) -> None:
    """Bytes that make no text in any encoding are refused."""
    with pytest.raises(UnsupportedFormatError, match=r"a\.txt"):
        recognise(data, "a.txt")


@given(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co")), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_any_text_survives(text: str, encoding: str) -> None:
    """What is encoded by the book is decoded to itself."""
    try:
        found = recognise(text.encode(encoding), "a.txt")
    except EmptyFileError:
        assert not text.strip("\ufeff \u200b") or text.isspace()
        return
    assert found.text == text.removeprefix("\ufeff" if encoding == "utf-8" else "")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    """Noise is decoded or refused by a ReadError, never by another exception; no byte of it is left out."""
    try:
        found = recognise(data, "noise")
    except ReadError:
        return
    assert "\0" not in found.text
    assert found.text.strip()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_the_start_shows_names(encoding: str) -> None:
    """The first bytes are shown well enough to find names in, wherever they break off."""
    data = ("<article>" + ENGLISH).encode(encoding)
    for length in (70, 71, 72, 73):
        assert head(data, length).lstrip("\ufeff").startswith("<article>")
    assert head(b"", 10) == ""
    assert head(b"caf\xe9 <p>", 100) == "caf\ufffd <p>"


@pytest.mark.skipif(not FILES.is_dir(), reason="the shared development data is not here")
def test_a_real_latin1_file() -> None:
    """The French report in Latin-1 has the letters of French, and no sign of another encoding."""
    found = recognise((FILES / "e3c_french_latin1.txt").read_bytes(), "e3c_french_latin1.txt")
    beyond = {mark for mark in found.text if mark > "\x7f"}
    assert beyond <= set("àâæçèéêëîïôœùûüÿ°«»’–µ²³×±ÀÉÈ")
    assert "é" in beyond


@pytest.mark.parametrize("good", ["38 °C – “fine”", "é ü", "Genève"])
def test_one_broken_byte_does_not_change_the_encoding(good: str) -> None:
    """A few whole sequences of UTF-8 outweigh a place that is none: the good characters stay as they are."""
    found = recognise((good + " in a long plain text ").encode() + b"\xff and on", "a.txt")
    assert found.text.startswith(good)
    assert "\ufffd" in found.text
    assert found.note is not None
