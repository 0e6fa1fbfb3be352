"""Quotes made false by program, for the check of quotes: what a careless or lying model does to a sentence."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from corpus.readers.registry import read_bytes
from corpus.sentences import split

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
SENTENCES = 4
"""In a passage."""
_NEGATION = re.compile(r"\b(?:no|not|never|without|nor|neither)\s+", re.IGNORECASE)
_VERB = re.compile(r"\b(was|were|had|did|is|are)\b")
_UNIT = re.compile(r"(?<=\d)(\s?)(mg|g|mL|ml|kg|cm|mm|weeks|days|months|years|hours|%)\b")
_UNITS = {"mg": "g", "g": "mg", "mL": "L", "ml": "l", "kg": "g", "cm": "mm", "mm": "cm", "weeks": "days",
          "days": "weeks", "months": "weeks", "years": "months", "hours": "days", "%": "mg"}  # fmt: skip


@cache
def passages() -> tuple[str, ...]:
    """Passages of whole sentences from the sample reports that are text, HTML or XML."""
    found = []
    for path in sorted(SAMPLES.iterdir()):
        if path.suffix not in (".txt", ".html", ".xml"):
            continue
        for read in read_bytes(path.read_bytes(), path.name):
            text = read.report.text
            cut = split(text)
            found += [text[cut[at][0] : cut[at + SENTENCES - 1][1]] for at in range(0, len(cut) - SENTENCES, SENTENCES)]
    return tuple(found)


def sentences(passage: str) -> list[str]:
    """The sentences of a passage that have words enough to be changed."""
    return [passage[start:end] for start, end in split(passage) if len(passage[start:end].split()) >= 6]


def _drop(sentence: str, chance: random.Random) -> str | None:
    words = sentence.split(" ")
    del words[chance.randrange(1, len(words) - 1)]
    return " ".join(words)


def _swap(sentence: str, chance: random.Random) -> str | None:
    words = sentence.split(" ")
    first, second = chance.sample(range(len(words)), 2)
    words[first], words[second] = words[second], words[first]
    return " ".join(words)


def _digit(sentence: str, chance: random.Random) -> str | None:
    places = [match.start() for match in re.finditer(r"\d", sentence)]
    if not places:
        return None
    at = chance.choice(places)
    return sentence[:at] + str((int(sentence[at]) + chance.randint(1, 9)) % 10) + sentence[at + 1 :]


def _negation_dropped(sentence: str, _chance: random.Random) -> str | None:
    return _NEGATION.sub("", sentence, count=1) if _NEGATION.search(sentence) else None


def _negation_added(sentence: str, _chance: random.Random) -> str | None:
    return _VERB.sub(r"\1 not", sentence, count=1) if _VERB.search(sentence) else None


def _unit(sentence: str, _chance: random.Random) -> str | None:
    found = _UNIT.search(sentence)
    return _UNIT.sub(lambda match: match[1] + _UNITS[match[2]], sentence, count=1) if found else None


def _stitched(sentence: str, chance: random.Random) -> str | None:
    other = chance.choice(sentences(chance.choice(passages())) or [sentence])
    joint = chance.choice([" ", " … ", " ... ", " [...] "])
    return sentence + joint + other if other != sentence else None


def _of_another(sentence: str, chance: random.Random) -> str | None:
    return chance.choice(sentences(chance.choice(passages())) or [sentence])


def _word_added(sentence: str, chance: random.Random) -> str | None:
    words = sentence.split(" ")
    words.insert(chance.randrange(1, len(words)), chance.choice(["fully", "rapidly", "almost", "never", "zinc"]))
    return " ".join(words)


def _case(sentence: str, _chance: random.Random) -> str | None:
    return sentence.swapcase()


MUTATIONS: dict[str, Callable[[str, random.Random], str | None]] = {
    "a word dropped": _drop,
    "two words swapped": _swap,
    "a digit changed": _digit,
    "a negation dropped": _negation_dropped,
    "a negation added": _negation_added,
    "a unit changed": _unit,
    "two quotes stitched": _stitched,
    "a quote of another passage": _of_another,
    "a word added": _word_added,
    "capitals changed": _case,
}


def mutated(name: str, count: int) -> list[tuple[str, str]]:
    """``count`` pairs of a passage and a quote that it does not hold, made by one mutation."""
    chance, found = random.Random(name), []
    while len(found) < count:
        passage = chance.choice(passages())
        sentence = chance.choice(sentences(passage) or [""])
        quote = MUTATIONS[name](sentence, chance) if sentence else None
        if quote and " ".join(quote.split()) not in " ".join(passage.split()):
            found.append((passage, quote))
    return found
