"""Age, sex and diagnoses of the reports this project was created from, against their gold. Nothing is copied here."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from corpus.cases.diagnoses import diagnoses
from corpus.cases.model import Diagnosis
from corpus.cases.story import Story, story
from corpus.readers.text import TextReader
from corpus.terminology.terminology import shipped

SEEDS = Path(__file__).parents[3].parent / "shared" / "seeds"
pytestmark = pytest.mark.skipif(
    not SEEDS.exists(), reason=f"{SEEDS} is not here: the seeds live outside the repository"
)
FILES = [f"{number:03}" for number in range(5)]


@cache
def gold() -> dict[str, dict[str, Any]]:
    found = json.loads((SEEDS / "gold.json").read_text(encoding="utf-8"))
    return {document["file"][:3]: document for document in found["docs"]}


@cache
def told(seed: str) -> Story:
    path = SEEDS / gold()[seed]["file"]
    (record,) = TextReader().read(path.read_bytes(), path.name)
    assert record.report is not None
    return story(record.report)


def kin(name: str) -> set[str]:
    """The names of what ``name`` may mean, of what that is a kind of, and of its kinds."""
    terms = shipped()
    own = set(terms.named(name))
    near = own.union(*(terms.above(each) | terms.below(each) for each in own))
    return {terms.name(each) for each in near} | {name}


def of_role(seed: str, role: str) -> list[Diagnosis]:
    return [each for each in diagnoses(told(seed))[1] if each.role == role]


@pytest.mark.parametrize("seed", FILES)
def test_age_and_sex_are_the_golds(seed: str) -> None:
    """Each seed has one patient, of the gold's age and sex."""
    (patient,) = gold()[seed]["patients"]
    (person,) = told(seed).people
    assert person.age is not None
    assert person.sex is not None
    assert (person.age.value, person.age.unit) == (patient["age"]["value"], patient["age"]["unit"])
    assert person.sex.value == patient["sex"]["value"]


@pytest.mark.parametrize("seed", FILES)
def test_the_index_diagnosis_is_the_golds(seed: str) -> None:
    """The index diagnosis is calcinosis as the gold names it, or a name of the terminology for it."""
    (patient,) = gold()[seed]["patients"]
    (wanted,) = [each["name"].partition(" (")[0] for each in patient["diagnoses"] if each["role"] == "index"]
    (index,) = of_role(seed, "index")
    assert index.name in kin(wanted) | kin("calcinosis cutis")
    assert "calci" in index.span.of(told(seed).report.text).lower()


@pytest.mark.parametrize("seed", FILES)
def test_the_underlying_diseases_are_the_golds(seed: str) -> None:
    """No more and no fewer diseases are underlying than in the gold, each as the gold names it."""
    (patient,) = gold()[seed]["patients"]
    wanted = [each["name"] for each in patient["diagnoses"] if each["role"] == "underlying"]
    found = [each.name for each in of_role(seed, "underlying")]
    assert len(found) == len(wanted)
    assert all(any(name in kin(each) for each in wanted) for name in found)
