"""What each sentence of a report tells: a treatment of this patient, an outcome, a finding, the literature …

Similarity cannot tell these apart: the sentence that says what a patient was given does not name the
disease. So roles are read off cues (``cues``) and the section a sentence stands in. A treatment needs a
cue of the patient or of giving *and* something given, in one clause that is not negated or only planned.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Flag, auto
from functools import lru_cache, reduce
from operator import or_
from typing import overload

from corpus.cases.cues import ENDINGS, SETS, WORDS, WordCue
from corpus.cases.phrases import PHRASES
from corpus.model import Report, SectionKind


class Role(Flag):
    """What a sentence tells; several may hold at once.

    ``PATIENT``: about the patient of this report. ``TREATMENT``: given to this patient; ``WITHHELD``: not
    given, declined or precluded; ``PLANNED``: considered, advised or planned. ``LITERATURE``: other
    authors' patients or general teaching. ``NEGATED``: rules something out.
    """

    NONE = 0
    PATIENT = auto()
    TREATMENT = auto()
    WITHHELD = auto()
    PLANNED = auto()
    OUTCOME = auto()
    PRESENTATION = auto()
    DIAGNOSIS = auto()
    FINDING = auto()
    CAUSE = auto()
    ADVERSE = auto()
    HISTORY = auto()
    FAMILY = auto()
    LITERATURE = auto()
    NEGATED = auto()


CASE_KINDS: frozenset[SectionKind] = frozenset({"case", "treatment", "outcome"})
"""Sections whose sentences are about this patient unless they say otherwise."""
BACKGROUND_KINDS: frozenset[SectionKind] = frozenset({"introduction", "discussion", "conclusion"})
"""Sections whose sentences are about others unless they say otherwise."""
SILENT_KINDS: frozenset[SectionKind] = frozenset({"title", "front", "keywords", "back", "references"})
"""Sections whose sentences play no role."""

_BIT: dict[WordCue, int] = {cue: 1 << place for place, cue in enumerate(WORDS)}
_WORD_BITS: dict[str, int] = {}
for _cue, _words in WORDS.items():
    for _word in _words.split():
        _WORD_BITS[_word] = _WORD_BITS.get(_word, 0) | _BIT[_cue]
_ENDING_BITS = {ending: _BIT[cue] for cue, endings in ENDINGS.items() for ending in endings.split()}
_ENDING_LENGTHS = sorted({len(ending) for ending in _ENDING_BITS}, reverse=True)
_SHORTEST_STEM = 3

_PHRASE = {name: re.compile(pattern, re.VERBOSE | re.IGNORECASE) for name, pattern in PHRASES.items()}
_UNREAL = re.compile(
    r"\b(?:might|may|could|would|should)(?:\s+not|n['’]t)?\s+have\s+(?:\w+ly\s+)?(?:been\s+)?\w+$", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+(?:['’/-][^\W_]+)*")
_CLAUSE = re.compile(
    r";|:\s|[,\s]\s*(?:but|however|although|though|whereas|while|and\s+then|then|and\s+(?:he|she|was|were|the)|so)\s"
)
_CITED = re.compile(r"\[\d|(?<=[a-z)][.,])\d|[⁰¹²³⁴-⁹]|\^\{|\(\d{1,3}(?:[,–-]\s?\d{1,3})*\)")
_DIAGNOSTIC_AGENT = re.compile(
    r"\b(?:contrast|gadolin\w+|\w*tracer|mbq|mci|radiopharm\w+|fdg|dye|stain\w*)\b", re.IGNORECASE
)
_DRUG_REACH, _PROCEDURE_REACH = 8, 6
"""Words between what is given and the act of giving; further apart they belong to different statements."""
_AUXILIARY, _DATING = frozenset(SETS["auxiliary"].split()), frozenset(SETS["dating"].split())
_DESCRIBING, _UNNAMED = frozenset(SETS["describing"].split()), frozenset(SETS["unnamed"].split())


def roles(report: Report) -> tuple[Role, ...]:
    """The roles of ``report.sentences``, one for each, in order. Linear in the text."""
    return tuple(Roles(report))


class Roles(Sequence[Role]):
    """The same, each worked out when it is asked for, with those before it in its section, and kept."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._found: list[Role | None] = [None] * len(report.sentences)

    def __len__(self) -> int:
        return len(self._found)

    @overload
    def __getitem__(self, index: int) -> Role: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Role, ...]: ...
    def __getitem__(self, index: int | slice) -> Role | tuple[Role, ...]:
        if isinstance(index, slice):
            return tuple(self[at] for at in range(*index.indices(len(self))))
        found = self._found[index]
        return self._worked_out(range(len(self))[index]) if found is None else found

    def _worked_out(self, index: int) -> Role:
        sentences, first = self._report.sentences, index
        section = sentences[index].section
        while first and self._found[first - 1] is None and sentences[first - 1].section == section:
            first -= 1
        goes_on = first > 0 and sentences[first - 1].section == section
        role = (self._found[first - 1] if goes_on else None) or Role.NONE
        kind = self._report.sections[section].kind
        for at in range(first, index + 1):
            told = Role.PATIENT in role
            follows = told and Role.TREATMENT in role
            sentence = sentences[at].span.of(self._report.text)
            self._found[at] = role = role_of(sentence, kind, told=told, follows=follows)
        return role


def role_of(sentence: str, kind: SectionKind, *, told: bool = False, follows: bool = False) -> Role:
    """The roles of one sentence that stands in a section of ``kind``.

    ``told``: the sentence before it, in the same section, was about the patient; outside background
    sections a story once begun goes on without naming the patient again. ``follows``: that sentence gave a
    treatment, so that a dose here goes on with it.
    """
    if kind in SILENT_KINDS:
        return Role.NONE
    words = _WORD.findall(sentence.lower())
    cues = reduce(or_, map(_bits, words), 0)
    literature = _is_literature(sentence, kind, cues, told)
    patient = not literature and _is_patient(sentence, kind, cues, told)
    found = (Role.LITERATURE if literature else Role.NONE) | (Role.PATIENT if patient else Role.NONE)
    if cues & _BIT["negation"] and _PHRASE["excluded"].search(sentence):
        found |= Role.NEGATED
    if cues & _BIT["family"] and _PHRASE["family"].search(sentence):
        found |= Role.FAMILY
    if cues & _BIT["cause"] and not literature and _PHRASE["cause"].search(sentence):
        found |= Role.CAUSE
    if not patient:
        return found
    if not found & Role.FAMILY:
        found |= _treatment(sentence, cues)
        if follows and not found & (Role.WITHHELD | Role.PLANNED) and _PHRASE["dose"].search(sentence):
            found |= Role.TREATMENT
    for cue, phrase, role in _ABOUT_THE_PATIENT:
        if found & Role.FAMILY and role & (Role.OUTCOME | Role.DIAGNOSIS):
            continue  # a relative's
        if cues & _BIT[cue] and _is_told(_PHRASE[phrase], sentence):
            found |= role
    if found & _OF_THE_COURSE and _PHRASE["about_report"].search(sentence):
        found &= ~_OF_THE_COURSE  # it tells what the report leaves out
    return found


def _is_told(phrase: re.Pattern[str], sentence: str) -> bool:
    """Whether ``sentence`` holds the phrase other than as what only might have been ("it might have healed badly")."""
    return any(not _UNREAL.search(sentence, 0, match.end()) for match in phrase.finditer(sentence))


def treatment_words(sentence: str) -> frozenset[str]:
    """The drugs, drug classes and procedures that ``sentence`` names, as far as word forms tell."""
    named = _BIT["drug"] | _BIT["procedure"]
    return frozenset(word for word in _WORD.findall(sentence.lower()) if _bits(word) & named)


_OF_THE_COURSE = Role.TREATMENT | Role.OUTCOME
_ABOUT_THE_PATIENT: tuple[tuple[WordCue, str, Role], ...] = (
    ("outcome", "outcome", Role.OUTCOME),
    ("present", "presentation", Role.PRESENTATION),
    ("diagnose", "diagnosis", Role.DIAGNOSIS),
    ("test", "finding", Role.FINDING),
    ("adverse", "adverse", Role.ADVERSE),
    ("history", "history", Role.HISTORY),
)


@lru_cache(maxsize=1 << 16)
def _bits(word: str) -> int:
    """The word cues of ``word`` as bits; a compound has those of its parts."""
    if word in _WORD_BITS:
        return _WORD_BITS[word]
    for length in _ENDING_LENGTHS:
        if len(word) >= length + _SHORTEST_STEM and word[-length:] in _ENDING_BITS:
            return _ENDING_BITS[word[-length:]]
    parts = re.split(r"['’/-]", word)
    if len(parts) == 1 or parts[-1] in _DESCRIBING:
        return 0
    return reduce(or_, map(_bits, parts))


def _is_literature(sentence: str, kind: SectionKind, cues: int, told: bool) -> bool:
    """Whether the sentence is about other authors' patients, or teaches in general; ``told``: it follows a story."""
    own = cues & (_BIT["patient"] | _BIT["we"]) and _PHRASE["own"].search(sentence)
    if own:
        return False
    if kind in CASE_KINDS:
        return not cues & _BIT["patient"] and bool(cues & _BIT["literature"] and _PHRASE["reported"].search(sentence))
    if _PHRASE["reported"].search(sentence):
        return True
    if kind in BACKGROUND_KINDS and (cues & _BIT["literature"] or _CITED.search(sentence)):
        return True
    if cues & _BIT["others"]:
        return not _PHRASE["counted"].search(sentence)
    if not cues & _BIT["general"] or cues & _BIT["past"]:
        return False
    return not told or kind in BACKGROUND_KINDS or not _PHRASE["narrated"].search(sentence)


def _is_patient(sentence: str, kind: SectionKind, cues: int, told: bool) -> bool:
    """Whether a sentence that is not literature is about this report's patient."""
    if kind in CASE_KINDS:
        return True
    if kind in BACKGROUND_KINDS:
        pronoun = cues & _BIT["patient"] and cues & _BIT["past"]
        return bool(pronoun) or bool(cues & (_BIT["patient"] | _BIT["we"]) and _PHRASE["own"].search(sentence))
    if told or cues & (_BIT["patient"] | _BIT["we"] | _BIT["others"]):
        return True
    return bool(cues & _BIT["past"]) and kind in ("abstract", "results")


def _treatment(sentence: str, cues: int) -> Role:
    """``TREATMENT``, ``WITHHELD`` and ``PLANNED``, clause by clause."""
    objects = _BIT["drug"] | _BIT["procedure"] | _BIT["care"]
    if not cues & (objects | _BIT["act"] | _BIT["give"]):
        return Role.NONE
    found = Role.NONE
    for clause in _CLAUSE.split(sentence):
        words = _WORD.findall(clause.lower())
        bits = [_bits(word) for word in words]
        seen = reduce(or_, bits, 0)
        if seen & (_BIT["negation"] | _BIT["plan"] | _BIT["general"]) and seen & (objects | _BIT["act"] | _BIT["give"]):
            if _PHRASE["withheld"].search(clause) and not _PHRASE["spared"].search(clause):
                found |= Role.WITHHELD
                continue
            if _PHRASE["planned"].search(clause) and not _PHRASE["done"].search(clause):
                found |= Role.PLANNED
                continue
        if _gives(clause, words, bits, seen):
            found |= Role.TREATMENT
    return found


def _close(words: list[str], bits: list[int], given: int, reach: int) -> bool:
    """Whether something given stands within ``reach`` words of an act of giving."""
    acts = [place for place, bit in enumerate(bits) if bit & _BIT["give"]]
    return any(
        bit & given
        and any(abs(place - act) <= reach for act in acts)
        and not _DATING & set(words[max(0, place - 2) : place])
        for place, bit in enumerate(bits)
    )


def _acts(words: list[str], bits: list[int]) -> bool:
    """Whether a procedure stands as a verb ("was excised", "we removed"), not as an attribute."""
    before = ((bit, set(words[max(0, place - 3) : place])) for place, bit in enumerate(bits))
    return any(bit & _BIT["act"] and near & _AUXILIARY and not near & {"not", "never"} for bit, near in before)


def _gives(clause: str, words: list[str], bits: list[int], seen: int) -> bool:
    """Whether the clause says that something was given or done as treatment."""
    if seen & _BIT["general"] and not seen & _BIT["past"]:
        return False
    if seen & (_BIT["give"] | _BIT["care"] | _BIT["drug"]) and _PHRASE["given"].search(clause):
        return True
    if _DIAGNOSTIC_AGENT.search(clause):
        return False
    if seen & _BIT["give"] and _PHRASE["by_route"].search(clause):
        return True
    if seen & _BIT["act"] and _acts(words, bits):
        return True
    if seen & _BIT["drug"] and _PHRASE["dose"].search(clause):
        return True
    if seen & _BIT["drug"] and seen & _BIT["outcome"] and _PHRASE["failing"].search(clause):
        return True
    if not seen & _BIT["give"]:
        return False
    if _close(words, bits, _BIT["drug"], _DRUG_REACH) or _close(words, bits, _BIT["procedure"], _PROCEDURE_REACH):
        return True
    return any(bit & _BIT["care"] and place and words[place - 1] not in _UNNAMED for place, bit in enumerate(bits))
