"""Searches and corpora made up for the tests of the log."""

from __future__ import annotations

from search_api.config import System
from search_api.evidence.choosing import Chosen
from search_api.retrieval.query import Given
from search_api.searches.model import By, Corpus, Counts, Found, Request, Run, Told

CORPUS = Corpus(
    7, "2025-01-31T11:00:00+00:00", "9f" * 32, 6, 9, "hashing", "python", "53aa", "stems/6", "cases/4", "0.1.0"
)
REQUESTS = {
    "search": Request(
        "search", ' calcinosis "of both elbows"  -"dengue fever" age:<40 ',
        Given(("lupus",), ("gout",), ("both elbows",), {"year": ["2015..", "2001"], "sex": ["female"]}),
        k=7, max_per_report=1, system=System("hybrid", dense_weight=0.25, narrower=0.3), duplicates=True,
    ),
    "ask": Request("ask", "What was given for calcinosis?", k=3, system=System("lexical", concepts=0.2)),
    "evidence": Request(
        "evidence", "calcinosis in SLE", Given(filters={"age": ["<18"]}), treatments=("diltiazem", "warfarin"),
        chosen=Chosen(("drug",), ("given", "past"), ("improved",), ("reported",), "-year"),
    ),
}  # fmt: skip
"""One of each kind, with everything that can be asked for otherwise than usual."""


def run_of(
    line: str = "calcinosis",
    *,
    digest: str = CORPUS.digest,
    at: str = "2025-01-31T12:00:00+00:00",
    kind: str = "search",
) -> Run:
    """A search that was not kept yet."""
    request = Request(kind, line)  # type: ignore[arg-type]
    return Run(
        id="",
        at=at,
        by=By("http", "ward 3", "s000001"),
        asked=request.to_json(),
        corpus=Corpus(**{**_facts(), "digest": digest}),
        counts=Counts(6, 4, 2, 2, 1, 3),
        told=Told(12.5, ({"kind": "must", "value": "x", "start": 0, "end": 2},), (), {"age": 3}, ("a note",), "why"),
        places=(
            Found("calcinosis", 0, 12, 0.5, 1, reading="aa"),
            Found("gout", 3, 9, None, 2, "patient 1: zinc, given", "bb"),
        ),
    )


def _facts() -> dict[str, object]:
    return {name: getattr(CORPUS, name) for name in CORPUS.__dataclass_fields__}
