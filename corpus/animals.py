"""Animals as patients: a veterinary report's dog is no patient of the evidence on people."""

from __future__ import annotations

import re
from typing import Final

_ANIMAL: Final = (
    r"(?:dogs?|pupp(?:y|ies)|bitch(?:es)?|cats?|kittens?|mares?|stallions?|geldings?|foals?|filly|fillies|colts?|horses?|"
    r"pon(?:y|ies)|donkeys?|mules?|cows?|heifers?|calf|calves|bulls?|steers?|buffalo(?:es)?|sheep|ewes?|rams?|lambs?|goats?|"
    r"kids(?=\sgoat)|pigs?|piglets?|sows?|boars?|rabbits?|ferrets?|hamsters?|gerbils?|rats?|mouse|mice|parrots?|chickens?|"
    r"hens?|birds?|iguanas?|tortoises?|turtles?|snakes?|pythons?|lizards?|monkeys?|macaques?|llamas?|alpacas?|camels?|"
    r"dolphins?|elephants?|retrievers?|terriers?|spaniels?|poodles?|bulldogs?|hounds?|dachshunds?|chihuahuas?|"
    r"german\sshepherds?|rottweilers?|shorthairs?)"
)
_OF_A_PERSON: Final = (
    r"(?![\s-]+(?:bites?|bitten|scratch\w*|owners?|handlers?|breeders?|farmers?|keepers?|trainers?|riders?|fighters?|lovers?|"
    r"dealers?|sellers?|fanciers?|herders?))"
)
_WITHIN: Final = (
    r"(?:(?!(?:a|an|the|and|or|with|who|had|has|was|were|by|from|of|in|on|at|to|for|after|presented|bitten)\b)"
    r"(?:[\w'’()-]|\.(?=\d))+,?\s){0,7}?"
)
_OLD: Final = re.compile(rf"[\s,-]+{_WITHIN}(?:{_ANIMAL}\b{_OF_A_PERSON}|(?:neutered|spayed|gelded)\b)", re.IGNORECASE)
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


def is_animal(behind: str) -> bool:
    """Whether what stands ``behind`` an age is an animal: "2-year-old | male Labrador retriever"."""
    return _OLD.match(behind) is not None


def tells_of_animals(text: str) -> bool:
    """Whether a text without people's ages tells of animals as its patients."""
    if _AGED.search(text):
        return True
    seen = sum(1 for _ in zip(range(_ENOUGH), _SEEN.finditer(text), strict=False))
    return seen >= _ENOUGH or (seen > 0 and _VETERINARY.search(text) is not None)
