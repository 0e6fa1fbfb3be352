"""Animals as patients: a veterinary report's dog is no patient of the evidence on people."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final

_ANIMAL: Final = (
    r"(?:dogs?|pupp(?:y|ies)|bitch(?:es)?|cats?|kittens?|mares?|stallions?|geldings?|foals?|filly|fillies|colts?|horses?|"
    r"pon(?:y|ies)|donkeys?|mules?|cows?|heifers?|calf|calves|bulls?|steers?|buffalo(?:es)?|sheep|ewes?|rams?|lambs?|goats?|"
    r"kids(?=\sgoat)|pigs?|piglets?|sows?|boars?|rabbits?|ferrets?|hamsters?|gerbils?|rats?|mouse|mice|parrots?|chickens?|"
    r"hens?|birds?|iguanas?|tortoises?|turtles?|snakes?|pythons?|lizards?|monkeys?|macaques?|llamas?|alpacas?|camels?|"
    r"dolphins?|elephants?|retrievers?|terriers?|spaniels?|poodles?|bulldogs?|hounds?|dachshunds?|chihuahuas?|"
    r"german\sshepherds?|rottweilers?|shorthairs?)"
)
_HEAD: Final = (
    r"(?=\s*(?:$|[.;:)(]|,(?!(?:\s[\w-]+,?){1,6}?\s(?:and|or)\s[\w-]+\s))|\s(?:\w+ly\s|also\s|then\s|not\s)?(?:was|were|is|are|"
    r"had|has|have|with|without|that|which|who|whose|in|of|for|from|at|on|by|after|before|due|and\s(?:a|an|the|its|was|had)|"
    r"came|died|fell|ate|bit|underwent|became|weighing|belonging|siblings|littermates|\w+ing\s(?:in|at|on|with|from|to|as|an?|the)|presenting|suffering|undergoing|receiving|showing|"
    r"\w+ed(?!\s(?:[\w-]+\s)?(?:wom[ae]n|m[ae]n|boy|girl|patient|child|(?:fe)?male)))\b)"
)
"""Behind an animal that is the head of its noun phrase; a noun there is a person's: "a snake charmer"."""
_WITHIN: Final = (
    r"(?:(?!(?:a|an|the|and|or|with|who|had|has|was|were|by|from|of|in|on|at|to|for|after|presented|bitten|wom[ae]n|m[ae]n|boy|"
    r"girl|patient|child)\b)(?:[\w'’()-]|\.(?=\d))+,?\s){0,7}?"
)
_OLD: Final = re.compile(rf"[\s,-]+{_WITHIN}(?:{_ANIMAL}\b{_HEAD}|(?:neutered|spayed|gelded)\b)", re.IGNORECASE)
_AGED: Final = re.compile(rf"\bold{_OLD.pattern}", re.IGNORECASE)
_VETERINARY: Final = re.compile(
    r"\b(?:veterinar\w+|canine|feline|equine|bovine|ovine|porcine|husbandry)\b", re.IGNORECASE
)
_SEEN: Final = re.compile(
    rf"\b(?:an?|the|this|our|two|three|four|five|six|\d+)\s{_WITHIN}{_ANIMAL}\s(?:was|were|is|had|underwent|received|"
    r"presented|showed|developed|died|recovered|belonging)\b",
    re.IGNORECASE,
)
_ENOUGH: Final = 2
_A_PERSON: Final = re.compile(
    rf"\b(?:an?|the|our|one|two|three)\s(?:(?!{_ANIMAL}\s)[\w-]+\s){{0,3}}?(?:wom[ae]n|m[ae]n|boys?|girls?|lady|gentleman)"
    r"(?:,?\swho)?\s(?:had|has|with|presented|developed|suffered|died|was|were|came|complained|received|underwent)\b|"
    r"\ban?\s(?:[\w-]+\s){0,3}?(?:patient|[a-z]+(?:er|or|ist|ian|ey|wife))(?:,?\swho)?\s(?:was\s(?:admitted|hospitali[sz]ed)|"
    r"presented\s(?:with|to|for|because|after)|complained|sought|contracted)\b|"
    r"\bs?he\s(?:complained|reported|denied|worked|smoked|told|lived)\b",
    re.IGNORECASE,
)
"""A person who is introduced as somebody who fell ill."""


def is_animal(behind: str) -> bool:
    """Whether what stands ``behind`` an age is an animal: "2-year-old | male Labrador retriever"."""
    return _OLD.match(behind) is not None


def tells_of_animals(text: str) -> bool:
    """Whether a text without people's ages tells of animals as its patients: of them before it tells of a person."""
    aged, seen = _AGED.search(text), list(islice(_SEEN.finditer(text), _ENOUGH))
    first = min((each.start() for each in (aged, *seen) if each), default=None)
    if first is None or ((person := _A_PERSON.search(text)) and person.start() < first):
        return False
    return aged is not None or len(seen) >= _ENOUGH or _VETERINARY.search(text) is not None
