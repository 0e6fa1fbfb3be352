"""Animals are no patients."""

from __future__ import annotations

import pytest

from corpus.animals import tells_of_animals
from corpus.patients import mentions

ANIMALS = [
    "A 2-year-old dog had vomiting. The dog was treated with maropitant.",
    "A 5-year-old male neutered Labrador retriever was presented with lameness.",
    "A 12-year-old domestic shorthair cat had anorexia.",
    "A 9-year-old, 450 kg (992.1-lb) Thoroughbred mare had colic.",
    "An adult ferret was seen by a veterinarian. The ferret had a mass.",
    "Two Irish setter dogs were referred to a veterinary hospital.",
]
PEOPLE = [
    "A 34-year-old woman was bitten by her dog and had fever.",
    "A 40-year-old veterinarian had brucellosis. He had treated a cow.",
    "A 6-year-old girl was scratched by a cat. A cat was seen in the garden.",
    "A 30-year-old horse rider fell.",
    "A 45-year-old cattle farmer with dogs had a cyst.",
]


@pytest.mark.parametrize("text", ANIMALS)
def test_an_animals_age_is_no_patients(text: str) -> None:
    """A dog of two years is no patient of two years, and its report tells of animals."""
    assert list(mentions(text)) == []
    assert tells_of_animals(text)


@pytest.mark.parametrize("text", PEOPLE)
def test_a_person_beside_an_animal_is_a_patient(text: str) -> None:
    """Who has a dog, rides a horse or treats a cow is a person."""
    assert len(list(mentions(text))) == 1
    assert not tells_of_animals(text)
