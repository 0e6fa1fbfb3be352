"""Joining text that lines, columns and pages have cut: hard wraps, hyphens at line ends, broken-off paragraphs.

Whether a hyphen at a line end belongs to the word is told by the document itself (does it write
"periarticular" or "peri-articular" elsewhere?), then by the word's shape and a short list of
forms that are written with a hyphen.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from corpus.tracked import Tracked

_BROKEN = re.compile(r"(?<![^\W\d_])[^\W\d_]++[-‐‑\u00ad\ufffe][^\S\n]*+\n\s*+(?:[-•]\s)?[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-‐‑][^\W\d_]+)*")
_HYPHENS = "-‐‑"
_SOFT_HYPHENS = "\u00ad\ufffe"
_TAIL = re.compile(r"([^\W_]+(?:[-‐‑][^\W_]+)*)[-‐‑]$")
_HEAD = re.compile(r"[^\W_]+")
_SUSPENDED = frozenset({"and", "or", "to", "und", "et"})


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_KEPT_BEFORE = _words(
    "double single well self non long short high low soft hard half full follow up early late "
    "large small right left upper lower middle fine one two three four five six seven eight nine ten twenty "
    "thirty forty fifty sixty seventy eighty ninety first second third open x y t b all cross quasi "
    "year month week day hour gram point end broad thick thin deep heavy light fast slow black "
    "white red steroid drug life health evidence contrast diffusion ultrasound image disease age sex case time "
    "dose"
)
"""First halves that are usually followed by a hyphen of their own."""
_PREFIXES = _words(
    "pre post anti ex mid multi semi co re sub inter intra extra over under ultra micro macro peri para hyper hypo "
    "supra infra trans retro neo pan bi tri mono poly auto immuno neuro cardio pseudo counter super out off non"
)
"""First halves that one house writes with a hyphen and another without."""
_KEPT_AFTER = _words(
    "year old like based related associated induced term type free positive negative dose stranded resistant "
    "dependent specific threatening sided weighted enhanced guided language up line blind controlled onset risk "
    "grade density defined known shaped sized sparing mediated treated naive assisted derived limiting modifying "
    "responsive sensitive standing quality wide borne bearing prone rich poor driven matched adjusted blinded lasting "
    "acting fed bound coated lined filled producing forming causing infected exposed affected stained labelled "
    "labeled linked centred centered adapted tailored reported confirmed proven acquired onset-specific naïve "
    "refractory deficient targeted targeting inducing stimulating releasing lowering relieving saving making seeking"
)
"""Second halves of compounds ("25-year", "steroid-resistant", "tick-borne")."""
_ENDING = re.compile(
    r"(?:ness|ly|er|ers|ing|ings|ed|ary|arily|est|en|ens|ened|ening|ful|fully|less|ish|ments?|it(?:y|ies)|oscop\w+|al|ally"
    r"|ab(?:le|ly)|[ts]?ions?|at\w+|iv(?:e|ely|ity)|ous\w*|in[eg]s?|ic\w*|is[tme]\w*|i[sz]\w*|ance|ences?|ant|ents?|y|es|s|th)"
)
"""What ends a word and makes none by itself ("short-ness", "end-oscopy")."""

_INFLECTED = re.compile(r"(?:ies|y|es|s|ed|ing|e)$")
_ENDED = re.compile(r"[.!?:;…][\"'”’»)\]]*(?:\s?\^\{?[\d,–\s-]+\}?|[\d⁰¹²³⁴-⁹,–\s-]*|\s?\[[\d,\s–-]+\])[\"'”’»)\]]*$")
_OPEN_WORDS = re.compile(
    r"(?:,|[-–(\[/]|\b(?:the|of|and|with|in|a|an|to|for|by|or|was|were|is|are|from|on|at|as|her|his|their|had|has|been|that"
    r"|which|between|into|than|not|no|be))$"
)
_CLOSING = re.compile(r"[)\],;:%⁰¹²³⁴-⁹⁻]|\.(?!\s?\d)")
_FITS = 0.97
"""A line is a deliberate break if the next word had still fitted into this share of the usual width."""


class Words:
    """The words a document writes in one piece, as evidence for those that a line end has cut."""

    def __init__(self, text: str) -> None:
        self._counts: Counter[str] = Counter()
        self._joints: Counter[str] = Counter()  # the halves beside a hyphen: "pre-", "-borne"
        for word, count in Counter(match.group() for match in _WORD.finditer(_BROKEN.sub(" ", text))).items():
            plain = _plain(word)
            self._counts[plain] += count
            parts = plain.split("-")
            if len(parts) > 2:
                for first, second in pairwise(parts):
                    self._counts[f"{first}-{second}"] += count
            for first, second in pairwise(parts):
                self._joints[f"{first}-"] += count
                self._joints[f"-{second}"] += count
        self._stems: Counter[str] | None = None

    def keep_hyphen(self, left: str, right: str) -> bool:
        """Whether the hyphen between ``left`` at a line end and ``right`` after it belongs to the word."""
        before, after = _plain(left), right.lower()
        last = before.rpartition("-")[2]
        whole = self._counts[before + after] + (self._counts[last + after] if last != before else 0)
        hyphened = self._counts[f"{last}-{after}"]
        if not whole and not hyphened:  # another form of the word is the next best evidence
            whole, hyphened = self._stem_count(last + after), self._stem_count(f"{last}-{after}")
        if whole or hyphened:
            return hyphened > whole
        if not (right.isalpha() and right.islower()):  # "dsDNA", "b27": the rest of no common word
            return True
        if last[-1].isdigit() or len(last) == 1 or (len(last) > 1 and left[-2:].isupper()):
            return True
        if after in _KEPT_AFTER or (len(after) > 3 and self._joints[f"-{after}"]):
            return True
        if last in _PREFIXES:
            return self._joints[f"{last}-"] > 1 or (last == "non" and not _ENDING.fullmatch(after))
        if last in _KEPT_BEFORE:
            return not _ENDING.fullmatch(after)
        return len(last) > 3 and len(after) > 3 and self._counts[last] > 0 and self._counts[after] > 0

    def _stem_count(self, word: str) -> int:
        """How often another form of ``word`` stands in the document ("antibody" for "antibodies")."""
        if self._stems is None:
            self._stems = Counter()
            for known, count in self._counts.items():
                self._stems[_stem(known)] += count
        stem = _stem(word)
        return self._stems[stem] if len(stem) > 4 else 0


def _plain(word: str) -> str:
    return word.lower().replace("‐", "-").replace("‑", "-")


def _stem(word: str) -> str:
    """``word`` without the ending that tells its number or tense."""
    return _INFLECTED.sub("", word)


def join(lines: Iterable[Tracked], words: Words) -> Tracked:
    """``lines`` as one: hyphens at line ends mended, else one space between two lines."""
    written = [bare for line in lines if (bare := line.strip()).text]
    if len(written) == 1:
        return written[0]
    groups = [written[:1]]
    for line in written[1:]:
        cut, separator = seam(groups[-1][-1].text, line.text, words)
        if cut:
            groups[-1][-1] = groups[-1][-1][: len(groups[-1][-1]) - cut]
        if separator:
            groups.append([line])
        else:
            groups[-1].append(line)
    return Tracked.join((Tracked.join(group, "") for group in groups), " ")


def seam(before: str, after: str, words: Words) -> tuple[int, str]:
    """How ``after`` joins on to ``before``: how many characters to cut from its end, and what to put between."""
    last = before[-1:]
    if last in _SOFT_HYPHENS:
        return 1, ""
    if last in _HYPHENS:
        left, right = _TAIL.search(before[-60:]), _HEAD.match(after)
        if left is None or right is None or right.group().lower() in _SUSPENDED:
            return 0, " "
        return (0 if words.keep_hyphen(left.group(1), right.group()) else 1), ""
    if last in "([" or _CLOSING.match(after) or (last in "/–" and before[-2:-1].strip()):
        return 0, ""
    return 0, " "


def ends_open(text: str) -> bool:
    """Whether ``text`` breaks off inside a sentence."""
    return bool(text) and _ENDED.search(text[-40:]) is None


def goes_on(before: str, after: str) -> bool:
    """Whether ``after`` plainly continues the sentence in which ``before`` breaks off."""
    if not after or not before:
        return False
    if is_splintered(before, after):
        return True
    if not ends_open(before):
        return False
    return after[0].islower() or (_OPEN_WORDS.search(before[-20:]) is not None and after[0].isalnum())


def is_splintered(before: str, after: str) -> bool:
    """Whether no line or paragraph can rightly end between the two: after an opening bracket, before a closing mark."""
    return before[-1:] in ("(", "[") or _CLOSING.match(after) is not None


def wrap_width(lines: Sequence[str]) -> int | None:
    """The width at which ``lines`` ("" for a blank one) are wrapped, in characters; None where a line is a paragraph.

    Text counts as hard-wrapped where most lines that another follows at once break off inside a sentence.
    """
    followed = sorted((len(line), ends_open(line)) for line, after in pairwise(lines) if after and len(line) >= 40)
    if len(followed) < 4 or sum(is_open for _, is_open in followed) * 2 < len(followed):
        return None
    width = followed[len(followed) * 19 // 20][0]
    return width if width <= 160 else None


def wraps(line: str, after: str, width: int | None) -> bool:
    """Whether the line end between ``line`` and ``after`` is only a wrap at ``width``."""
    if goes_on(line, after):
        return True
    if width is None:
        return False
    fits = len(line) + 1 + len(after.split(None, 1)[0]) <= width * _FITS
    return not fits
