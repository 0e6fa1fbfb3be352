"""Treatments that one word of a sentence names, or is the head of, where the terminology knows none there."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from corpus.cases import treatment_words as said
from corpus.cases.cues import ENDINGS
from corpus.cases.measured import is_measured
from corpus.cases.model import TreatmentKind
from corpus.cases.naming import called, kind_of
from corpus.cases.spelling import may_be_broken, repaired
from corpus.terminology.terminology import shipped
from corpus.words import form


class Mention(NamedTuple):
    """A treatment named at ``[start, end)`` of its sentence; ``repaired`` is how a broken word was read."""

    start: int
    end: int
    name: str
    kind: TreatmentKind
    concepts: tuple[int, ...] = ()
    repaired: str | None = None


class Token(NamedTuple):
    """A word of a sentence; hyphens join."""

    start: int
    end: int
    text: str


_DRUG_ENDINGS: Final = tuple(
    sorted(
        {each for each in ENDINGS["drug"].split() if len(each) > 3} - {"therapy", "therapies", "steroid", "lactone"},
        key=len,
        reverse=True,
    )
)
_SHORT_ENDINGS: Final = ("mab", "nib", "olol", "pril", "cept")
_PROCEDURE_ENDINGS: Final = re.compile(
    r"(?:ectom(?:y|ies)|otom(?:y|ies)|ostom(?:y|ies)|plast(?:y|ies)|pexy|(?:rrh?|rh)aph(?:y|ies)|desis|tripsy"
    r"|centesis|pheresis|therapy|therapies)$"
)
_NO_PROCEDURE: Final = re.compile(
    r"^(?:anatomy|lithotomy|(?:bi|tri|mono|poly|multi|quadri|self|post|pre|(?:poly)?pharmaco)-?therap\w+|dichotomy|phlebotomy"
    r"|amniocentesis"
    r"|post.*|pre-?.*|peri-.*|neoplasty|therapy|therapies|polypharmacy|.*cytotherapy)$"
)
_LONGEST_LEFT: Final = 4
_BESIDE: Final = 40
TREATMENT: Final = b"\1"
CONDITION: Final = b"\2"
_BREAKS: Final = re.compile(r"[,;:()\[\]/]|\.\s")
_REMOVED: Final = (
    r"\b(?:mass(?:es)?|tumou?rs?|lesions?|cysts?|stones?|calcul(?:us|i)|foreign\s+body|polyps?|gallbladder|appendix|"
    r"uterus|spleen|kidney|nodules?|thrombus|thrombi|clots?|ov(?:ary|aries)|teeth|tooth|molars?|hematoma|haematoma"
    r"|myxoma|"
    r"adenoma|fibroma|lipoma|neoplasm|gland|thyroid|bezoar|implants?|plaques?|worms?|lymph\s+nodes?)\b"
)
"""What, where it "was removed", was taken out to treat."""
_OF_IT: Final = re.compile(
    r"\s+of\s+(?:(?:the|her|his|an?|all|this|both)\s+)?(?:[\w-]+\s+){0,3}?(?:"
    + _REMOVED
    + r"|\b(?:stents?|tubes?|catheters?|lens|valve|shunts?|filters?|fractures?|hernia|defects?|aneurysms?|fistulas?"
    r"|nail|plates?|screws?|pacemaker|prosthes[ie]s|perforation|tear|rupture|laceration|foramen|ductus|tendon|ligament"
    r"|nerve|wound)\b)",
    re.IGNORECASE,
)
_SET_RIGHT: Final = re.compile(r"fractur|hernia|dislocat|joint|tumou?r", re.IGNORECASE)
_EPONYM: Final = re.compile(r"(?:(?!(?:The|An?|This|That|Our|These)\b)\b[A-Z][\w'’-]+\s+){1,2}$")
_TORN: Final = re.compile(r"\b(?:dissection|intimal|epithelial|conjunctival)\s", re.IGNORECASE)
_REPLACED: Final = re.compile(
    r"\b(\w+\s+(?:valve|root|arch|joint|hip|knee|lens|aorta))\s+(?:was|were)\s+(?:\w+\s+)?$", re.IGNORECASE
)
_FLUIDS: Final = re.compile(
    r"\b(?:(?:given|received|administered|with)\s+(?:[\w,]+\s+){0,2}?)?"
    r"(?P<name>(?:(?:intravenous|iv|i\.v\.|parenteral|oral)\s+(?:\w+\s+)?)?fluids)$",
    re.IGNORECASE,
)
_AFTER_ANOTHER: Final = re.compile(r"(?:\b(?:and|plus|or|with|then)|[,/+&])\s*(?:\w+\s+)?$")
_NO_RADIATION: Final = re.compile(r"[\s-]+(?:to\b|expos|dos|injur|damage|hazard|field|\w+itis)", re.IGNORECASE)
_OXYGEN: Final = re.compile(
    r"\b(?:given|received|administered|on|required|needed|started|put)\s+(?:[\w,]+\s+){0,2}?oxygen\b(?!\s+(?:satur|tension|content|desat"
    r"|demand|consum|level|deliver|require|supply|flow|therapy|support|saturations|toxic|partial))",
    re.IGNORECASE,
)
_ACTING: Final = re.compile(
    r"\b(?:(?:was|were|been|being|we|had|surgeons?|team|be|she|he)\s+(?:\w+ly\s+|then\s+|also\s+|again\s+|not\s+){0,2}"
    r"|(?:was|were|we|surgeons?|team)\s[^.;:]{0,60}\b(?:and|then)\s+(?:\w+ly\s+)?)$",
    re.IGNORECASE,
)


_DRAINED: Final = (
    _REMOVED
    + r"|\b(?:abscess(?:es)?|fluid|pus|effusion|collections?|blood|ha?ematomas?|wounds?|lacerations?|defects?|hernia"
    r"|valves?|aneurysms?|fistulas?|arter(?:y|ies)|veins?|vessels?|tendons?|ligaments?|perforations?|tears?|ruptures?"
    r"|ascites|bladder|skin|urine|incision|duct)\b"
)


@lru_cache(1 << 16)
def is_worth_asking(text: str) -> bool:
    """Whether the word could name a treatment anywhere."""
    word, lowered = form(text), text.lower()
    return (
        lowered in said.ACTS
        or lowered in ("removed", "replaced", "fluids")
        or any(
            word in listed or lowered in listed
            for listed in (said.CARE_HEADS, said.DRUG_WORDS, said.PROCEDURES, said.PROCEDURES_OF, said.DEVICES)
        )
        or _is_procedure(lowered)
        or _is_drug(lowered)
        or may_be_broken(text)
    )


def by_word(text: str, tokens: list[Token], place: int, covered: bytearray) -> Mention | None:
    """A treatment that the word at ``place`` names, or is the head of."""
    token = tokens[place]
    word = form(token.text)
    lowered = token.text.lower()
    if lowered in said.ACTS or lowered in ("removed", "replaced"):
        return _act(text, token, lowered)
    if lowered == "fluids" and (fluids := _FLUIDS.search(text, 0, token.end)) and (fluids.start() < token.start):
        return Mention(fluids.start("name"), token.end, "fluid therapy", "procedure")
    if word in said.CARE_HEADS and (care := _care(text, tokens, place, covered)):
        return care
    if word in said.DRUG_WORDS:
        return None if is_measured(text, *token[:2], word) else Mention(token.start, token.end, *said.DRUG_WORDS[word])
    if word in said.PROCEDURES or lowered in said.PROCEDURES or _is_procedure(lowered):
        kind: TreatmentKind = "drug_class" if word in said.MADE_OF_DRUGS else "procedure"
        return Mention(token.start, token.end, _plain(word), kind)
    if word == "oxygen" and (given := _OXYGEN.search(text, max(0, token.start - _BESIDE))):
        return Mention(token.start, token.end, "oxygen therapy", "procedure") if given.end() == token.end else None
    if word == "radiation" and TREATMENT in covered[max(0, token.start - _BESIDE) : token.start]:
        beside = _AFTER_ANOTHER.search(text, max(0, token.start - _BESIDE), token.start)
        if beside and not _NO_RADIATION.match(text, token.end):
            return Mention(token.start, token.end, "radiotherapy", "procedure")
    if word in said.PROCEDURES_OF:
        return _headed(text, tokens, place, covered)
    if word in said.DEVICES:
        return Mention(token.start, token.end, word, "device")
    near = covered[max(0, token.start - _BESIDE) : token.end + _BESIDE]
    mended = repaired(text, token.start, token.end, beside=TREATMENT in near)
    if mended:
        name = called(mended.concepts[0])
        if is_measured(text, mended.start, mended.end, name):
            return None
        return Mention(mended.start, mended.end, name, kind_of(mended.concepts[0]), mended.concepts, mended.spelled)
    if not _is_drug(lowered) or is_measured(text, token.start, token.end, word):
        return None
    return Mention(token.start, token.end, word, "drug")


def _act(text: str, token: Token, verb: str) -> Mention | None:
    if not _ACTING.search(text[max(0, token.start - 80) : token.start]):
        return None
    if verb == "replaced":
        part = _REPLACED.search(text, max(0, token.start - 60), token.start)
        return Mention(token.start, token.end, f"{part.group(1).lower()} replacement", "procedure") if part else None
    if verb == "removed":
        clause = text[max(0, token.start - 80) : token.start]
        after = text[token.end : token.end + 50]
        if not re.search(_REMOVED, clause + " " + after, re.I):
            return None
        return Mention(token.start, token.end, "surgical excision", "procedure")
    if verb in ("evacuated", "drained", "ligated", "sutured", "repaired", "reconstructed") and not re.search(
        _DRAINED, text[max(0, token.start - 80) : token.start], re.IGNORECASE
    ):
        return None
    kind: TreatmentKind = "device" if verb == "splinted" else "procedure"
    kind = "drug_class" if verb == "anticoagulated" else "drug" if verb == "heparinized" else kind
    return Mention(token.start, token.end, said.ACTS[verb], kind)


def _care(text: str, tokens: list[Token], place: int, covered: bytearray) -> Mention | None:
    """ "Pain medication", "supportive care": a head whose word before says what it is."""
    if not place:
        return None
    before = tokens[place - 1]
    key = before.text.lower()
    if place > 1 and tokens[place - 2].text.lower() == "anti" and f"anti-{key}" in said.CARE:
        return Mention(tokens[place - 2].start, tokens[place].end, *said.CARE[f"anti-{key}"])
    known = said.CARE.get(key) or said.CARE.get(form(before.text))
    if not known or covered[before.start] == TREATMENT[0] or _BREAKS.search(text, before.end, tokens[place].start):
        return None
    if key == "surgical" and form(tokens[place].text) in ("care", "course", "combination"):
        return None
    return Mention(before.start, tokens[place].end, *known)


def _headed(text: str, tokens: list[Token], place: int, covered: bytearray) -> Mention | None:
    """ "Aortic valve replacement", "removal of the cyst": a noun that needs another to say what was done."""
    token = tokens[place]
    first = leftmost(text, tokens, place, covered, named=True)
    word = form(token.text)
    if word == "procedure":
        eponym = _EPONYM.search(text, max(0, token.start - 40), token.start)
        first = eponym.start() if eponym else token.start
    if word == "flap" and _TORN.search(text, first, token.start):
        return None
    if first < token.start and (
        word not in said.NEED or said.NEED[word] & set(text[first : token.start].lower().split())
    ):
        return Mention(first, token.end, _plain_phrase(text[first : token.end]), "procedure")
    if word in said.OF_WHAT and (match := _OF_IT.match(text, token.end)):
        if word == "reduction" and not _SET_RIGHT.search(match.group()):
            return None  # "of muscle mass"
        return Mention(token.start, match.end(), _plain_phrase(text[token.start : match.end()]), "procedure")
    return None


def leftmost(text: str, tokens: list[Token], place: int, covered: bytearray, *, named: bool) -> int:
    """Where the name begins whose last word is at ``place``.

    ``named``: any noun or adjective before it belongs; otherwise only those that are known to.
    """
    first = tokens[place].start
    for back in range(place - 1, max(-1, place - 1 - _LONGEST_LEFT), -1):
        token = tokens[back]
        word = token.text.lower()
        if (
            covered[token.start] == TREATMENT[0]
            or (covered[token.start] and not named)
            or _BREAKS.search(text, token.end, first)
            or token.text[0].isdigit()
        ):
            break
        if word in said.UNNAMING or (
            word not in said.MODIFIERS and not covered[token.start] and (not named or _is_verb(word))
        ):
            break
        first = token.start
    return first


@lru_cache(1 << 14)
def _is_verb(word: str) -> bool:
    return word.endswith(("ed", "ing", "ly", "ized", "ised")) and word not in said.MODIFIERS


@lru_cache(1 << 15)
def _is_procedure(word: str) -> bool:
    return bool(_PROCEDURE_ENDINGS.search(word)) and len(word) > 8 and not _NO_PROCEDURE.match(word)


@lru_cache(1 << 15)
def _is_drug(word: str) -> bool:
    """Whether ``word`` ends as the international names of drugs do; nothing that the terminology knows does else."""
    bare = word.removesuffix("s")
    if len(bare) < 7 or not bare.replace("-", "").isalpha() or bare.startswith(("anti-", "post-", "pre-", "non-")):
        return False
    if bare in _NOT_DRUGS or shipped().named(word):
        return False
    return bare.endswith((*_SHORT_ENDINGS, *_DRUG_ENDINGS))


_NOT_DRUGS: Final = frozenset(
    re.split(
        " ",
        "concept cholesterol mongrel cycle deoxycytidine cytidine pseudothalidomide autoimmune precept "
        "intercept testosterone aldosterone gastroenterol ergosterol lanosterol gonadotropin thyrotropin "
        "somatotropin corticotropin neurotropin imidazole benzimidazole triazole thiazole membrane urine "
        "murine latrine bovine equine routine determine examine machine medicine mezzanine butyrophenone "
        "phytosterol glycol phenol hydroquinone anthropol control accept keyboard adenosine cytosine "
        "endocrine pristine doctrine peregrine caprine isoprene glycerol propanol butanol guideline "
        "oxyhemoglobin cephalosporin immunoglobulin hemoglobin discontinuation scapula nephrol symptom "
        "epinephrol except percept proper april interleukin uric ferric gastric lithotomy",
    )
)


def _plain(word: str) -> str:
    return said.SAID.get(word, word)


def _plain_phrase(phrase: str) -> str:
    words = [word for word in phrase.lower().split() if word not in _LEFT_OUT]
    if words:
        words[-1] = form(words[-1])
    plain = " ".join(words)
    return said.SAID.get(plain, plain)


_LEFT_OUT: Final = frozenset([
    "the", "a", "an", "her", "his", "left", "right", "bilateral", "unilateral", "emergency", "emergent", "urgent",
    "elective",
])  # fmt: skip
