"""Mending that every format needs: folded characters and white space. Offsets are kept (see ``tracked``)."""

from __future__ import annotations

import re
import unicodedata

from corpus.tracked import Tracked

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("[" + "".join(_LIGATURES) + "]")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")
_DECOMPOSED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
_REPLACEMENT = "\ufffd"
_HALF_PAIR = re.compile("[\ud800-\udfff]")
_SPACE = re.compile(r"\s{2,}|[^\S ]")  # not the single blank, which is as it should be


def fold(text: Tracked) -> Tracked:
    """One block as one line: ligatures opened, accents composed, invisible marks out, white space single."""
    text = text.sub(_LIGATURE, lambda match: _LIGATURES[match.group()])
    text = text.sub(_INVISIBLE, "")
    text = text.sub(_DECOMPOSED, lambda match: unicodedata.normalize("NFC", match.group()))
    text = text.sub(_HALF_PAIR, _REPLACEMENT)
    return text.sub(_SPACE, " ").strip()


def storable(text: str) -> str:
    """``text`` with its half surrogate pairs replaced, which JSON can hold and no file or database can."""
    return _HALF_PAIR.sub(_REPLACEMENT, text)
