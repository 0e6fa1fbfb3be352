"""Similar patients, asked for by a text or by a report, over one generation."""

from __future__ import annotations

import time

from corpus.errors import NotFoundError, UsageError
from corpus.patients import PatientMention
from indexer.generation import Generation
from search_api.config import MAX_VIGNETTE_CHARS
from search_api.errors import check_text
from search_api.model import Bounds
from search_api.retrieval.conditions import admit
from search_api.retrieval.query import Asked, Given, with_given
from search_api.retrieval.similar import Readings, most_similar
from search_api.retrieval.similar_shown import shown, told
from search_api.retrieval.vignette import Vignette, of_report, of_text
from search_api.similar_model import Person, SimilarResult


def check_source(text: str | None, report_id: str | None) -> None:
    """Raises UsageError unless just one is given, and the text is one."""
    if (text is None) == (report_id is None):
        both = "both are given" if text is not None else "neither is given"
        raise UsageError(f"text: or report_id, and {both}: give the patient's story, or the id of a report")
    if text is not None:
        check_text(text, "text", MAX_VIGNETTE_CHARS)


def similar(
    generation: Generation, readings: Readings, text: str | None, report_id: str | None, k: int, given: Given
) -> SimilarResult:
    """The ``k`` reports most like. Raises UsageError naming a condition, and NotFoundError."""
    begun = time.perf_counter()
    asked = with_given(Asked(), given)
    own = None if report_id is None else _ordinal(generation, report_id)
    vignette = _vignette(generation, text, own)
    admitted = admit(generation, asked)
    likes, vector = most_similar(generation, vignette, readings, depth=k, without=own, admitted=admitted)
    found = tuple(shown(generation, vignette, like, vector, at, admitted) for at, like in enumerate(likes, start=1))
    notices = vignette.notices + asked.notices + (admitted.notices if admitted else ())
    return SimilarResult(
        report_id=None if own is None else generation.report_ids[own],
        generation=generation.manifest.generation,
        took_ms=round((time.perf_counter() - begun) * 1000, 3),
        patient=_person(vignette.patient),
        findings=tuple(told(each.finding, vignette.text) for each in vignette.sought),
        denied=tuple(told(each.finding, vignette.text) for each in vignette.denied),
        similar=found,
        bounds=Bounds(asked.conditions, admitted.left_out_unknown if admitted else {}, {}, notices),
    )


def _ordinal(generation: Generation, report_id: str) -> int:
    if report_id not in generation.ordinals:
        raise NotFoundError(f"report_id: {report_id!r} is not in what is served: see `casetrove reports`")
    return generation.ordinals[report_id]


def _vignette(generation: Generation, text: str | None, own: int | None) -> Vignette:
    if own is not None:
        return of_report(generation.stored(own).report, generation.lexical)
    assert text is not None
    return of_text(text, generation.lexical)


def _person(patient: PatientMention | None) -> Person | None:
    return None if patient is None else Person(patient.age, patient.sex)
