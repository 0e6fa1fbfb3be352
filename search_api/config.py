"""Settings of the search: frozen, bounded, unknown names refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args
from urllib.parse import urlsplit

from corpus.errors import ConfigError
from indexer.lexical import Scoring

SystemName = Literal["bm25", "lexical", "dense", "hybrid"]
Fusion = Literal["sum", "rrf"]
Aggregation = Literal["mean", "sum"]

MAX_QUERY_CHARS = 10_000
MAX_VIGNETTE_CHARS = 100_000
MAX_K = 100
MAX_CONDITIONS = 100
"""In one list of a request."""
RATE = 20.0
"""Requests a second that one caller may make in the long run, where keys are needed and nothing else is said."""

_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "dense_weight": (0, 1), "depth": (1, 10_000), "rrf": (1, 1000), "best": (1, 20),
    "k1": (0.01, 10), "b": (0, 1), "title": (0, 20), "abstract": (0, 20), "case": (0, 20), "discussion": (0, 20),
    "pairs": (0, 2), "concepts": (0, 0.99), "narrower": (0, 0.99), "most_kinds": (0, 10_000),
    "abbreviations": (0, 0.99), "spelling": (0, 0.99),
}  # fmt: skip
"""What is looked for beside the user's own words always counts less than they do."""
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "name": get_args(SystemName), "fusion": get_args(Fusion), "aggregation": get_args(Aggregation),
}  # fmt: skip
PLAIN: Final = Scoring()


@dataclass(frozen=True, slots=True)
class System:
    """How reports are ranked, as a value: it prints, hashes and parses.

    ``bm25`` is plain BM25 (k1 = 0.9, b = 0.4) of the user's own words over whole reports; ``lexical`` weighs the fields
    of a report and looks for what else means the same; ``dense`` goes by the cosines of passages; ``hybrid`` fuses
    the last two over the best ``depth`` reports of either: as the weighted sum of min-max normalised scores, or by
    reciprocal ranks (Cormack, Clarke and Büttcher 2009) with the constant ``rrf``. A system heeds only what it uses.
    """

    name: SystemName = "hybrid"
    dense_weight: float = 0.6
    depth: int = 100
    fusion: Fusion = "sum"
    rrf: int = 60
    best: int = 1
    """How many of its best passages make a report's dense score, by ``aggregation``; 1: the best one alone (MaxP).

    ``mean`` is the mean of their cosines; ``sum`` the best one's cosine and what each of the others has above the
    lowest best cosine of all candidates, so that more good passages help and poor ones do no harm (Callan 1994;
    MaxP and SumP: Dai and Callan 2019, there of a model's own scores, which begin at 0).
    """
    aggregation: Aggregation = "mean"
    k1: float = 0.6
    b: float = 0.3
    title: float = 3.0
    abstract: float = 1.0
    case: float = 1.0
    discussion: float = 1.0
    pairs: float = 0.2
    """What two words count that stand side by side as in the question, where one word counts 1."""
    concepts: float = 0.7
    """What another name of the same counts, where the user's own word counts 1; 0 looks for none. So do the next."""
    narrower: float = 0.1
    most_kinds: int = 300
    abbreviations: float = 0.5
    spelling: float = 0.9

    def __post_init__(self) -> None:
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                what = "system" if name == "name" else name
                raise ConfigError(f"{what}: {getattr(self, name)!r} is none of {', '.join(allowed)}")
        for name, (low, high) in _BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"{name}: {getattr(self, name)} is not in {low}..{high}")

    def __str__(self) -> str:
        told = [
            f"{each.name}={getattr(self, each.name)}"
            for each in fields(self)[1:]
            if getattr(self, each.name) != each.default
        ]
        return f"{self.name}({','.join(told)})" if told else self.name

    @property
    def uses_vectors(self) -> bool:
        """Whether the question has to be embedded."""
        return self.name in ("dense", "hybrid")

    @property
    def expands(self) -> bool:
        """Whether anything beside the user's own words is looked for."""
        return self.name in ("lexical", "hybrid")

    @property
    def scoring(self) -> Scoring:
        """How the words of a report are scored."""
        if self.name == "bm25":
            return PLAIN
        return Scoring(self.k1, self.b, (self.title, self.abstract, self.case, self.discussion))

    @classmethod
    def parse(cls, text: str) -> System:
        """The inverse of ``str``; parameters may be left out. Raises ConfigError."""
        match = re.fullmatch(r"\s*(\w+)\s*(?:\(([^()]*)\))?\s*", text)
        if match is None:
            raise ConfigError(f"system: {text!r} is not of the form name or name(parameter=value,…)")
        kinds: dict[str, Any] = {each.name: type(each.default) for each in fields(cls)[1:]}
        values: dict[str, Any] = {}
        for item in filter(None, (match[2] or "").split(",")):
            name, _, value = (piece.strip() for piece in item.partition("="))
            if name not in kinds or match[1] == "bm25":
                raise ConfigError(f"system: {match[1]!r} has no parameter {name!r}")
            try:
                values[name] = kinds[name](value)
            except ValueError:
                raise ConfigError(f"system: {name}={value!r} is not a number") from None
        return cls(match[1], **values)  # type: ignore[arg-type]


HYBRID = System()


def unexpanded(system: System) -> System:
    """The same without anything looked for beside the user's own words."""
    return replace(system, concepts=0.0, narrower=0.0, abbreviations=0.0, spelling=0.0)


_SEARCH_LOG: Final = "CASETROVE_SEARCH_LOG"
_SWITCH: Final = {"on": True, "off": False, "": True}


def logs_searches(environment: Mapping[str, str]) -> bool:
    """Whether ``CASETROVE_SEARCH_LOG`` leaves the search log on, as it is where it says nothing. Raises ConfigError."""
    said = environment.get(_SEARCH_LOG, "").strip().lower()
    if said not in _SWITCH:
        raise ConfigError(f"{_SEARCH_LOG}: {said!r} is neither on nor off")
    return _SWITCH[said]


_LLM: Final = "CASETROVE_LLM_"
_LLM_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "timeout_s": (1, 3600), "retries": (0, 10), "context": (1_000, 2_000_000),
}  # fmt: skip


class NoModelError(ConfigError):
    """No language model is set, or what speaks to it is not installed."""

    code = "no-model"
    http_status = 503


@dataclass(frozen=True, slots=True)
class LlmSettings:
    """An OpenAI-compatible endpoint: its base address, the model's name there, and the key, which is never shown.

    ``timeout_s`` bounds a whole answer, repeated requests and all; ``retries`` is how often a request is repeated
    that was answered with 429 or 5xx, or not at all; ``context`` bounds what is sent, in tokens.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 120.0
    retries: int = 3
    context: int = 8_000

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{_LLM}URL: is no address: give one such as http://127.0.0.1:8080/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ConfigError(f"{_LLM}URL: holds more than an address: give the key as {_LLM}KEY")
        if not self.model.strip() or len(self.model) > 200 or not self.model.isprintable():
            raise ConfigError(f"{_LLM}MODEL: is not a name: give the model's, as the endpoint knows it")
        if not (self.key.isascii() and self.key.isprintable()) or len(self.key) > 4_000:
            raise ConfigError(f"{_LLM}KEY: holds what no key does: check how it was set")
        for name, (low, high) in _LLM_BOUNDS.items():
            if not low <= getattr(self, name) <= high:
                raise ConfigError(f"{_LLM}{_NAMED[name]}: {getattr(self, name)} is not in {low:g}..{high:g}")

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> LlmSettings | None:
        """What ``CASETROVE_LLM_URL``, ``_MODEL``, ``_KEY``, ``_TIMEOUT``, ``_RETRIES`` and ``_CONTEXT`` say.

        None where none of them is set. Raises ConfigError, which never shows the key.
        """
        given = {name.removeprefix(_LLM): value for name, value in environment.items() if name.startswith(_LLM)}
        known = {spelled: name for name, spelled in _NAMED.items()}
        for name in sorted(given.keys() - known.keys()):
            raise ConfigError(f"{_LLM}{name}: is no setting: there are {', '.join(sorted(known))}")
        values: dict[str, Any] = {}
        for name, value in given.items():
            if not value.strip():
                continue
            kind = {"TIMEOUT": float, "RETRIES": int, "CONTEXT": int}.get(name, str)
            try:
                values[known[name]] = kind(value.strip())
            except ValueError:
                raise ConfigError(f"{_LLM}{name}: {value!r} is not a number") from None
        if not values:
            return None
        for needed in ("url", "model"):
            if needed not in values:
                raise ConfigError(f"{_LLM}{_NAMED[needed]}: is not set, and other settings of the model are")
        return cls(**values)


_NAMED: Final = {
    "url": "URL", "model": "MODEL", "key": "KEY", "timeout_s": "TIMEOUT", "retries": "RETRIES", "context": "CONTEXT",
}  # fmt: skip
