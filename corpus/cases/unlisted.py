"""Diseases that the terminology does not have, told by their last word: "splenic torsion", "a fibrovascular polyp".

Only as far as the words before that one say which kind it is; their name is what the report calls them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from corpus.assertion import Assertion, Named, assertions
from corpus.cases.disease_names import NO_KIND
from corpus.model import Span

_HEAD: Final = re.compile(
    r"\b(?:(?!\w*diagnos|prognos|symptom|stoma|hypnos|trauma|\w*anastomos|mitos|\w*apoptos|"
    r"\w*prosthes)[a-z-]{3,}(?:oma|omas|omata|itis|osis|iasis|(?<!aden)opathy|(?<!aden)opathies|trophy|plasia|ectasia|"
    r"cele|myelia|myelinolysis|spondylolysis|osteolysis|malacia|sclerosis|"
    r"schisis)|syndrome|disease|disorder|tumou?rs?|cysts?|pseudocysts?|aneurysms?|pseudoaneurysms?|(?:arter\w+|"
    r"aort\w+|carotid|vertebral|coronary|iliac|spontaneous)\sdissection|rupture|perforation|torsion|"
    r"infarct(?:ion|s)?|thrombosis|thrombus|embolism|embolus|stenosis|fistulas?|fistulae|hernias?|herniation|"
    r"fractures?|dislocation|subluxation|ha?ematomas?|abscess(?:es)?|"
    r"infection|poisoning|toxicity|intoxication|injury|injuries|malformations?|anomal(?:y|ies)|defects?|atresia|"
    r"agenesis|aplasia|duplication|obstruction|occlusion|"
    r"stricture|prolapse|intussusception|volvulus|pregnancy|carcinomas?|sarcomas?|lymphomas?|leuka?emias?|melanomas?|"
    r"metastas[ei]s|polyps?|diverticul(?:um|a)|"
    r"hypersensitivity|overdose|deficiency|failure|foreign\sbod(?:y|ies)|ulcers?|degeneration|necrosis|gangrene|"
    r"entrapment|impaction|bezoars?|calcul(?:us|i)|stones?|"
    r"palsy|paralysis|block|dystrophy|deformity|cleft|burns?|bites?|envenomation|rejection|ischa?emia|"
    r"h(?:a)?emorrhage|bleeding|leak|avulsion|lacerations?|contusion|proliferation|intolerance|overload|reaction|"
    r"transection|retention\scysts?)\b",
    re.IGNORECASE,
)
_OF: Final = re.compile(
    r"\s(?:of|in)\s(?:(?:the|his|her|both)\s)?(?!(?:an?|this|our|which|patients?|whom|\d+|these|those|adults?|"
    r"children|wom[ae]n|m[ae]n|infan\w+|pregnan\w+|the)\b)"
    r"(?:(?!\w+ing\b)[a-z-]+\s){0,3}?(?:(?!\w+ing\b)[a-z-]+(?=[\s,.;:)]))(?=[,.;:)]|\s(?:and|with|in|was|were|is|who|"
    r"which|that|after|following|due|by|on|at|treated|causing|presenting|from|"
    r"without|as|to|showing|associated|caused|secondary)\b)"
)
_BEFORE: Final = re.compile(r"(?:[^\W\d_][\w'’-]*\s){1,4}$")
_WORD: Final = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_SAID: Final = """
    normal this that these the any no wound surgical postoperative primary secondary same such other first main
    treatment conservative blood active acute chronic severe underlying anatomical urinary arterial venous
"""
_NOT: Final = frozenset(_SAID.split())
"""Words that alone make no kind of disease of its last word."""


class Unlisted(NamedTuple):
    """``name``: in small letters, as the text has it; ``span`` is of the text."""

    name: str
    span: Span
    assertion: Assertion


def unlisted(text: str, start: int, taken: Sequence[Span]) -> Iterator[Unlisted]:
    """Those of one sentence, which begins at ``start`` of its report; ``taken``: what the terminology found there."""
    places = []
    for match in _HEAD.finditer(text):
        begin = kind_from(text, match.start())
        whole = Span(begin, match.end())
        behind = _OF.match(text, match.end())
        if begin == match.start() and " " not in match.group() and not behind and not _tells(match.group()):
            continue
        if any(each.overlaps(Span(start + whole.start, start + whole.end)) for each in taken):
            continue
        if behind and any(each.overlaps(Span(start + match.end(), start + behind.end())) for each in taken):
            behind = None
        places.append(Span(begin, behind.end() if behind else match.end()))
    told = assertions(text, [Named(place.start, place.end) for place in places]) if places else []
    for place, assertion in zip(places, told, strict=True):
        yield Unlisted(phrase(place.of(text)), Span(start + place.start, start + place.end), assertion)


def names_disease(name: str) -> bool:
    """Whether ``name`` is, by its last word, a disease's."""
    return any(match.end() == len(name) or name[match.end()] in " ," for match in _HEAD.finditer(name))


def phrase(words: str) -> str:
    """``words`` as a name: in small letters, one space between them, in the singular."""
    name = " ".join(word if word.isupper() else word.lower() for word in words.split())
    return (
        name[:-1]
        if name.endswith(
            ("oma" + "s", "tumors", "tumours", "cysts", "polyps", "aneurysms", "fractures", "strictures", "carcinomas")
        )
        else name
    )


def kind_from(text: str, head: int) -> int:
    """Where the words begin that stand right before a last word and say its kind; ``head`` where none do."""
    before = _BEFORE.search(text, max(0, head - 60), head)
    begin = head
    if before is None:
        return head
    words = []
    for match in reversed(list(_WORD.finditer(text, before.start(), head))):
        word = match.group().lower()
        if word in NO_KIND or word.endswith(("ly", "ed", "ing")):
            break
        words.append(word)
        begin = match.start()
    return begin if any(word not in _NOT for word in words) else head


def _tells(word: str) -> bool:
    """Whether a word is a disease by itself: "haematomyelia"."""
    return (
        len(word) >= 10
        and re.search(
            r"(?:oma|itis|osis|iasis|opathy|myelia|malacia|plasia|ectasia|cele|schisis|sclerosis)s?$", word.lower()
        )
        is not None
    )
