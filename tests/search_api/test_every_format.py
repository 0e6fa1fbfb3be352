"""Whatever the format of its file, a hit is a slice of the stored text and leads back to its source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.catalog import Catalog
from corpus.ingest import ingest
from corpus.model import Span
from corpus.normalise import fold
from corpus.tracked import Tracked
from indexer.build import build
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from search_api.config import HYBRID, System
from search_api.service import Service

SAMPLES = Path(__file__).parents[2] / "corpus" / "samples"
READERS = {"text", "jsonl", "html", "jats", "pdf"}
RECORDS = [
    {
        "id": "wasp",
        "title": "A wasp in the ear",
        "text": "A 9-year-old girl had a wasp in her ear.\n\nIt was taken out.",
    },
    {"id": "𝔘", "text": "naïve café-au-lait spots – a man aged 40 was given 5 µg/kg of nothing at all. He felt ﬁne."},
]
WORDS = st.sampled_from(
    [
        "calcinosis",
        "lupus",
        "treated",
        "with",
        "patient",
        "outcome",
        "wasp",
        "ear",
        "café",
        "naïve",
        "the",
        "zebra",
        "40",
        "µg",
    ]
)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Service:
    """The samples (text, HTML, JATS, PDF) and some JSON lines, indexed."""
    root = tmp_path_factory.mktemp("formats")
    records = root / "records.jsonl"
    records.write_text("\n".join(json.dumps(record) for record in RECORDS), encoding="utf-8")
    folder, encoder = DataFolder(root / "data"), HashingEncoder()
    catalog = Catalog(folder.catalog)
    assert ingest(catalog, [SAMPLES, records]).failed == 0
    build(folder, catalog, encoder)
    return Service(folder, OneEncoder(encoder))


def test_all_readers_take_part(service: Service) -> None:
    """The corpus of these tests holds reports from every reader."""
    assert {entry.reader for entry in service.catalog.entries(limit=1000)} == READERS


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.lists(WORDS, min_size=1, max_size=8).map(" ".join),
    k=st.integers(1, 100),
    system=st.sampled_from([HYBRID, System("bm25"), System("dense")]),
)
def test_every_hit_is_a_slice(service: Service, query: str, k: int, system: System) -> None:
    """For any query, each hit's text is the stored text at its span, and its highlights are sentences inside it."""
    for hit in service.search(query, k=k, max_per_report=5, system=system).hits:
        report = service.catalog.get(hit.report_id).report
        assert hit.text == report.text[hit.start : hit.end]
        sentences = {sentence.span for sentence in report.sentences}
        for mark in hit.highlights:
            assert mark in sentences
            assert hit.start <= mark.start < mark.end <= hit.end


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.lists(WORDS, min_size=1, max_size=8).map(" ".join))
def test_every_answer_is_a_slice(service: Service, question: str) -> None:
    """For any question, each sentence of the answer is the stored text at its span."""
    for sentence in service.ask(question).sentences:
        report = service.catalog.get(sentence.report_id).report
        assert sentence.text == report.text[sentence.start : sentence.end]


def test_every_sentence_leads_back_to_words_of_its_source(service: Service) -> None:
    """The raw text that a sentence came from, folded as text is, begins and ends as the sentence does."""
    for entry in service.catalog.entries(limit=1000):
        report = service.catalog.get(entry.report_id).report
        for sentence in report.sentences:
            span = sentence.span
            first, last = Span(span.start, span.start + 1), Span(span.end - 1, span.end)
            for end in (first, last):
                start, stop = report.source_map.raw(end)
                shown = end.of(report.text)
                if start < stop and shown.isalnum():
                    assert shown in fold(Tracked.of(report.raw[start:stop])).text
