"""The nouns of the search log: what was asked, by whom, of which corpus, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from corpus.errors import CasetroveError
from search_api.config import HYBRID, System
from search_api.evidence.choosing import EVERYTHING, Chosen
from search_api.retrieval.query import NOTHING_GIVEN, Given

Kind = Literal["search", "ask", "evidence"]
Via = Literal["cli", "http", "mcp"]


class UnknownRequestError(CasetroveError):
    """A search was kept by another version of the program, which asks otherwise."""

    code = "unknown-request"
    http_status = 409


@dataclass(frozen=True, slots=True)
class By:
    """How a search came: ``who`` is the name of the key that it came with, ``again`` the search that it repeats."""

    via: Via
    who: str | None = None
    again: str | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A question exactly as it was asked: all that is needed to ask it again.

    ``line`` is as it was typed. A kind heeds only what it uses: ``max_per_report`` and ``duplicates`` are of a search,
    ``treatments`` and ``chosen`` of an evidence table, which is never cut off at ``k``.
    """

    kind: Kind
    line: str
    given: Given = NOTHING_GIVEN
    k: int = 10
    max_per_report: int = 2
    system: System = HYBRID
    duplicates: bool = False
    treatments: tuple[str, ...] = ()
    chosen: Chosen = EVERYTHING

    @property
    def settings(self) -> dict[str, Any]:
        """Those that its kind heeds, by name; ``system`` with every parameter, so that no default can change it."""
        if self.kind == "evidence":
            return {"treatments": list(self.treatments), "chosen": _listed(asdict(self.chosen))}
        told: dict[str, Any] = {"k": self.k, "system": asdict(self.system), "expand": self.expands}
        if self.kind == "search":
            told |= {"max_per_report": self.max_per_report, "duplicates": self.duplicates}
        return told

    @property
    def expands(self) -> bool:
        """Whether more than the user's own words was looked for."""
        how = self.system
        return how.expands and any((how.concepts, how.narrower, how.abbreviations, how.spelling))

    def to_json(self) -> dict[str, Any]:
        """What ``from_json`` reads."""
        given = {**_listed({"must": self.given.must, "must_not": self.given.must_not, "phrases": self.given.phrases})}
        given["filters"] = {name: list(values) for name, values in self.given.filters.items()}
        return {"kind": self.kind, "line": self.line, "given": given, "settings": self.settings}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Request:
        """Raises UnknownRequestError where another version kept settings that this one does not have."""
        try:
            given, settings = dict(stored["given"]), dict(stored["settings"])
            settings.pop("expand", None)
            filters = given.pop("filters")
            if "system" in settings:
                settings["system"] = System(**settings["system"])
            if "chosen" in settings:
                settings["chosen"] = Chosen(**tupled(settings["chosen"]))
            settings = {name: tuple(value) if isinstance(value, list) else value for name, value in settings.items()}
            return cls(stored["kind"], stored["line"], Given(**tupled(given), filters=filters), **settings)
        except (TypeError, KeyError, CasetroveError) as error:
            raise UnknownRequestError(
                f"a search kept by another version cannot be asked again ({error}): ask it anew"
            ) from error


@dataclass(frozen=True, slots=True)
class Found:
    """A place that was found: of a passage, a sentence, or the words that a row of a table stands on.

    ``revision`` is the reading that it is a place of, and ``reading`` what that goes by, which outlives the catalog's
    numbers; ``label`` tells rows apart that stand on the same words.
    """

    report_id: str
    start: int
    end: int
    score: float | None
    revision: int
    label: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was searched, as the generation's manifest has it; ``version`` is the program's."""

    generation: int
    created: str
    digest: str
    reports: int
    passages: int
    encoder: str
    encoder_backend: str
    encoder_fingerprint: str
    analyzer: str
    extraction: str
    version: str
    reranker: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much was there and how much was found, in the order in which a flow diagram tells it.

    ``meeting``: reports that meet the conditions (None: there are none). ``found``: passages, sentences or rows, of
    ``reports_found`` reports. ``near_duplicates`` were left out for saying nearly the same as a better one.
    ``merged``: sources of the corpus beyond one a report: the same article from elsewhere. Of a table only:
    ``naming`` reports name the condition, of which ``looked_into`` were looked into; ``overlaps`` pairs of reports tell
    of the same patients, which count once.
    """

    reports: int
    meeting: int | None
    found: int
    reports_found: int
    near_duplicates: int
    merged: int
    naming: int | None = None
    looked_into: int | None = None
    overlaps: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the answer said beside what it found: ``reason`` is why an answer was or was not given, or a summary."""

    took_ms: float
    conditions: tuple[Mapping[str, Any], ...] = ()
    expansions: tuple[Mapping[str, Any], ...] = ()
    left_out_unknown: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    reason: str = ""
    answerable: bool | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One search as it was kept. ``at`` is UTC, ISO 8601; ``places`` are in the order of the answer.

    ``id`` is short, sorts by age, and is never given twice. An ``asked`` that this version cannot read raises
    only when ``request`` is wanted.
    """

    id: str
    at: str
    by: By
    asked: Mapping[str, Any]
    corpus: Corpus
    counts: Counts
    told: Told
    places: tuple[Found, ...] = ()

    @property
    def kind(self) -> Kind:
        """What was asked for."""
        kind: Kind = self.asked["kind"]
        return kind

    @property
    def line(self) -> str:
        """The line as it was typed."""
        return str(self.asked["line"])

    @property
    def request(self) -> Request:
        """What asks the same again. Raises UnknownRequestError."""
        return Request.from_json(self.asked)


def known(cls: type[Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    """What of ``stored`` are fields of ``cls``: a later version may have kept more."""
    names = {each.name for each in fields(cls)}
    return {name: value for name, value in stored.items() if name in names}


def id_of(number: int) -> str:
    """The id of the ``number``-th search."""
    return f"s{number:06d}"


def number_of(run_id: str) -> int | None:
    """The inverse of ``id_of``; None where it is no id."""
    digits = run_id.removeprefix("s")
    is_one = run_id.startswith("s") and digits.isascii() and digits.isdecimal() and len(digits) <= 15
    return int(digits) if is_one else None


def _listed(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}


def tupled(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same with its lists as tuples: JSON has only lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
