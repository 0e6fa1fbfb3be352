"""Everything above HTTP and the command line: search and ask, over the served generation."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from corpus.amounts import counted
from corpus.cases.model import GIVEN, Cases
from corpus.catalog import Catalog, Stored
from corpus.errors import NotFoundError, UsageError
from corpus.model import Span
from corpus.standing import Link, warnings
from corpus.terminology.terminology import shipped
from indexer.analyzer import term
from indexer.encoders.choice import Encoders
from indexer.errors import GenerationError, not_indexed
from indexer.folder import DataFolder
from indexer.generation import Generation
from search_api.answering.extractive import Candidate, Draft, answer
from search_api.answering.question import parse
from search_api.citing import cite
from search_api.config import HYBRID, System
from search_api.cursors import Cursor, fingerprint
from search_api.errors import check_count, check_span, check_text
from search_api.evidence.choosing import EVERYTHING, Chosen
from search_api.evidence.model import ReportRows
from search_api.evidence.rows import literature_of, rows_of
from search_api.evidence.table import evidence
from search_api.evidence.table_model import EvidenceTable
from search_api.evidence.telling import Telling, telling
from search_api.live import Live
from search_api.model import AlsoIn, Answer, AnswerSentence, Citation, Hit, SearchResult
from search_api.result_list import ListItem, Place
from search_api.retrieval.facets import Facets, facets
from search_api.retrieval.pipeline import RANKED, search
from search_api.retrieval.query import NOTHING_GIVEN, Asked, Given, understood
from search_api.retrieval.ranking import Ranking
from search_api.retrieval.reranking import Reranker
from search_api.retrieval.similar import Readings
from search_api.retrieval.sought import as_read
from search_api.searches.keeping import Result, kept
from search_api.searches.model import By, Request
from search_api.searches.store import Searches
from search_api.similar import check_source, similar
from search_api.similar_model import SimilarResult

_log = logging.getLogger(__name__)

_Cited = TypeVar("_Cited", Hit, AnswerSentence)
_Warned = TypeVar("_Warned", Hit, AnswerSentence, AlsoIn)


class Service:
    """One data folder, each generation asked with the encoder that built it. Safe to share between threads.

    What patients are looked for by is logged only with ``log_vignettes``: it may tell of people. With ``log_searches``
    the search log keeps each search, ask and evidence that says how it came (``by``); where it cannot, that is a
    notice of the answer, never an error.
    """

    def __init__(
        self,
        folder: DataFolder,
        encoders: Encoders,
        reranker: Reranker | None = None,
        *,
        log_vignettes: bool = False,
        log_searches: bool = False,
    ) -> None:
        self.folder = folder
        self._logs_searches = log_searches
        self.searches = Searches(folder.searches)
        self._logs_vignettes = log_vignettes
        self._readings = Readings()
        self.encoders = encoders
        self.reranker = reranker
        """What looks at the best passages again, where one was given."""
        self.catalog = Catalog(folder.catalog)
        self.live = Live(folder, self.catalog, encoders)

    def warm_up(self) -> None:
        """Load the model that questions are embedded with and the terminology: the first must not wait for them."""
        shipped()
        try:
            encoder = self.live.pin().encoder
        except GenerationError:  # nothing to ask yet
            encoder = self.encoders.preferred()
        encoder.encode(["ready"], "query")

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        max_per_report: int = 2,
        system: System = HYBRID,
        given: Given = NOTHING_GIVEN,
        explain: bool = False,
        duplicates: bool = False,
        by: By | None = None,
