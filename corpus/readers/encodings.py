"""Bytes → text: by byte order mark, as UTF-8, by the pattern of zero bytes, else by the letters that come out.

charset-normalizer tells scripts apart well (Cyrillic, Greek, Chinese …) and Latin code pages badly: most of
them differ in a few letters only. Those are told apart here by asking in which of them the letters beyond ASCII
are the letters of one language.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from charset_normalizer import from_bytes

from corpus.errors import EmptyFileError, UnsupportedFormatError

BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_LATIN = ("cp1252", "iso8859-15", "cp1250", "iso8859-2", "cp1254", "cp1257", "mac-roman")
"""Among equals the first counts: Western files are by far the most."""
_LETTERS = tuple(
    frozenset(letters + letters.upper())
    for letters in (
        "àâæçèéêëîïôœùûüÿ",  # French
        "äöüßé",  # German
        "áéíñóúü",  # Spanish
        "àáâãçéêíóôõúü",  # Portuguese
        "àèéìíîòóù",  # Italian
        "àçéèíïòóúü",  # Catalan
        "áàéèëêïíóöü",  # Dutch
        "åäöæøéü",  # Danish, Finnish, Norwegian, Swedish
        "áðéíóúýþæö",  # Icelandic
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîşţșț",  # Romanian
        "čćđšž",  # Croatian, Slovene
        "çğıiöşüâîû",  # Turkish
        "ąčęėįšųūž",  # Lithuanian
        "āčēģīķļņšūž",  # Latvian
        "äöõüšž",  # Estonian
    )
)
_RUNS = re.compile(rb"[\x80-\xff]{4,}")
"""Bytes beyond ASCII that stand together, as they do in every script but the Latin."""
_PRINTABLE = re.compile(rb"[\x00\t\n\r\x20-\x7e]*")
_HIGH = re.compile(rb"[\x80-\xff]")
_IN_A_WORD = re.compile(
    r"(?<=[^\W\d_])(?:[¹²³¼½¾]|[^\w\s.,;:!?()\[\]{}/\"'’‘ʼ`´“”«»…·•–—‐‑\u00ad+&@=<>|*†‡§¶™®©^~\\-])(?=[^\W\d_])"
)
_BINARY = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_CONTROL = re.compile("[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f]")
_SAMPLE = 256 * 1024


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text; ``note`` says what a person should know of how it was had, None where there is no doubt."""

    text: str
    encoding: str
    note: str | None = None


def recognise(data: bytes, name: str) -> Decoded:
    """The text of ``data``, with its line ends as they are and no character left out.

    Raises EmptyFileError, and UnsupportedFormatError for what is no text. ``name`` is for messages.
    """
    if not data.strip():
        raise EmptyFileError(f"{name} is empty: there is nothing to read")
    found = _marked(data, name) or _utf8(data) or _wide(data, name)
    if found is None and b"\x00" not in data:
        found = _latin(data) or _by_statistics(data, name)
    if found is None or _is_binary(found.text):
        raise UnsupportedFormatError(f"{name} is not text but binary data: give it the ending of its real format")
    if not found.text.strip():
        raise EmptyFileError(f"{name} holds nothing but white space")
    return found


def head(data: bytes, length: int) -> str:
    """The first ``length`` bytes as text good enough to look for names and signatures in; it never fails."""
    start = data[:length]
    for mark, encoding in BYTE_ORDER_MARKS:
        if start.startswith(mark):
            return start[len(mark) :].decode(_after_mark(mark, encoding), "replace")
    return start.decode(_wide_encoding(start) or "utf-8", "replace")


def _after_mark(mark: bytes, encoding: str) -> str:
    if encoding == "utf-8-sig":
        return "utf-8"
    return encoding + ("-le" if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF32_LE) else "-be")


def _marked(data: bytes, name: str) -> Decoded | None:
    for mark, encoding in BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return Decoded(data.decode(encoding), encoding)
            except UnicodeDecodeError as error:
                raise UnsupportedFormatError(f"{name} starts as {encoding} but does not go on so: {error}") from error
    return None


def _utf8(data: bytes) -> Decoded | None:
    """As UTF-8, also where it has a few broken places: what is broken is shown, and told of."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        broken = text.count("\ufffd")
        if broken > len(_beyond_ascii(text)) - broken:  # by chance, other encodings hardly make whole sequences
            return None
        places = "a place is" if broken == 1 else f"{broken} places are"
        return Decoded(text, "utf-8", f"{places} not UTF-8 as the rest is, and shown as \ufffd")
    return None if "\x00" in text else Decoded(text, "utf-8")


def _wide(data: bytes, name: str) -> Decoded | None:
    """As UTF-16 or UTF-32 without a byte order mark."""
    encoding = _wide_encoding(data[:_SAMPLE])
    if encoding is None:
        return None
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        raise UnsupportedFormatError(f"{name} starts as {encoding} but does not go on so: {error}") from error


def _wide_encoding(start: bytes) -> str | None:
    """Which UTF-16 or UTF-32 the text that begins with ``start`` is in: zero bytes are in no other text."""
    zeros = start.count(0)
    if zeros == 0 or (zeros * 4 < len(start) and _PRINTABLE.fullmatch(start)):  # the latter is ASCII with zeros in it
        return None
    best: tuple[int, str] | None = None
    for encoding in _WIDE:
        try:
            sample = codecs.getincrementaldecoder(encoding)().decode(start)  # which may end inside a character
        except UnicodeDecodeError:
            continue
        plain = sum(mark.isascii() for mark in sample)  # the wrong byte order turns blanks and digits into others
        strange = sum(unicodedata.category(mark) in ("Cn", "Co") for mark in sample)
        if plain * 50 >= len(sample) > 0 and strange * 100 <= len(sample) and not _is_binary(sample):
            best = max(best or (0, ""), (plain * (4 if "32" in encoding else 2), encoding))
    return None if best is None else best[1]


def _latin(data: bytes) -> Decoded | None:
    """In the code page in which the letters are one language's; None where the text is not in Latin letters."""
    sample = data[:_SAMPLE]
    if sum(map(len, _RUNS.findall(sample))) * 4 > len(_HIGH.findall(sample)):
        return None
    best: tuple[tuple[int, float], str, str] | None = None
    for encoding in _LATIN:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        wrong = _foreign(text)
        if best is None or wrong < best[0]:
            best = (wrong, encoding, text)
    return _guessed(best[2], best[1]) if best is not None else None


def _foreign(text: str) -> tuple[int, float]:
    """How ill the signs beyond ASCII fit one language: how many are none of its letters or break up a word, and,
    among equals, how much of its alphabet the text does without (Icelandic has Turkish's bytes and many more).
    """
    sample = text[:_SAMPLE]
    letters = Counter(mark for mark in _beyond_ascii(sample) if mark.isalpha() and mark not in "µªº")
    fits = []
    for known in _LETTERS:
        unknown = sum(count for mark, count in letters.items() if mark not in known)
        used = len(known & letters.keys())
        fits.append((unknown, -used / len(known) if used > 2 else 0.0))
    unknown, unused = min(fits)
    return unknown + len(_IN_A_WORD.findall(sample)) + len(_CONTROL.findall(sample)), unused


def _by_statistics(data: bytes, name: str) -> Decoded:
    best = from_bytes(data).best()
    if best is None:
        raise UnsupportedFormatError(f"{name} is in no encoding we know: save it as UTF-8")
    return _guessed(str(best), best.encoding)


def _guessed(text: str, encoding: str) -> Decoded:
    return Decoded(text, encoding, f"not in UTF-8: read as {encoding}, told by its letters")


def _beyond_ascii(text: str) -> list[str]:
    return [mark for mark in text if mark > "\x7f"]


def _is_binary(text: str) -> bool:
    return "\x00" in text or len(_BINARY.findall(text)) > 4 + len(text) // 200
