"""Animals are no patients."""

from __future__ import annotations

import pytest

from corpus.animals import tells_of_animals
from corpus.patients import mentions

ANIMALS = [
    "A 2-year-old dog had vomiting. The dog was treated with maropitant.",
    "A 5-year-old male neutered Labrador retriever was presented with lameness.",
    "A 3-year-old castrated cat living on a farm had mange.",
    "A 2-year-old goat, polled and brown, died.",
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
    "A 51-year-old mare milker had hives.",
    "A 27-year-old male goat cheesemonger fell ill.",
    "A 38-year-old pregnant rabbit judge had tularaemia.",
    "A 62-year-old turtle conservationist was admitted.",
    "A 29-year-old slim German Shepherd importer had leptospirosis.",
    "A 44-year-old cow, goat and sheep auctioneer had Q fever.",
    "A 31-year-old Miami Dolphins quarterback had a concussion.",
    "A 70-year-old female Elephant Butte pensioner had plague.",
    "A 26-year-old lizard photographer had salmonellosis.",
]
NO_AGES = [
    "A boy had tularaemia. The rabbit was caught. The rabbit had been ill.",
    "A woman developed psittacosis. The parrot was examined at a veterinary clinic.",
    "An ostler presented with leptospirosis. The mare had aborted. The mare was treated.",
    "A zoo patient was admitted with salmonellosis. The iguana was tested. The iguana had diarrhoea.",
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


@pytest.mark.parametrize("text", NO_AGES)
def test_a_person_who_is_told_of_first_is_the_patient(text: str) -> None:
    """Whose animal is told of in two sentences is still a person, though no age is told."""
    assert not tells_of_animals(text)


def test_a_person_who_brings_an_animal_is_none() -> None:
    """An owner, or a child that the animal infected, does not make its report one of people."""
    assert tells_of_animals("A man brought his ferret. The ferret was weak. The ferret had a mass.")
    assert tells_of_animals("The kitten had ringworm. The kitten was treated. Then a girl developed a rash.")
