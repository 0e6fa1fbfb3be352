"""Everything above HTTP and the command line: search and ask, over the served generation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import TypeVar

from corpus.catalog import Catalog, Stored
from corpus.errors import NotFoundError, UsageError
from corpus.kind_cues import Kind
from corpus.model import Span
from corpus.standing import Link, warnings
from corpus.terminology.terminology import shipped
from indexer.encoders.choice import Encoders
from indexer.errors import GenerationError, not_indexed
from indexer.facts import KINDS
from indexer.folder import DataFolder
from indexer.generation import Generation
from search_api.citing import cite, cited_reading
from search_api.config import HYBRID, System
from search_api.cursors import Cursor, fingerprint
from search_api.drafting import draft, searched, told_of
from search_api.errors import check_count, check_span, check_text
from search_api.evidence.choosing import EVERYTHING, Chosen
from search_api.evidence.model import ReportRows
from search_api.evidence.rows import literature_of, rows_of
from search_api.evidence.table import evidence
from search_api.evidence.table_model import EvidenceTable
from search_api.live import Live
from search_api.model import AlsoIn, Answer, AnswerSentence, Citation, Hit, SearchResult
from search_api.result_list import ListItem, Place
from search_api.retrieval.facets import Facets, facets
from search_api.retrieval.pipeline import search
from search_api.retrieval.query import NOTHING_GIVEN, Asked, Given, understood
from search_api.retrieval.reranking import Reranker
from search_api.retrieval.similar import Readings
from search_api.retrieval.sought import as_read
from search_api.retrieval.treated import counted as counted_treatments
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
        self.on_search: Callable[[Mapping[str, float]], object] = dict
        """Is told how long the stages of each search took, in ms; who serves this sets it, for figures."""

    def warm_up(self) -> None:
        """Load what questions need, that the first need not wait: a model, the terminology, the names of treatments."""
        shipped()
        try:
            encoder = self.live.pin().encoder
            counted_treatments(self.live.pin())
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
        cursor: str = "",
        by: By | None = None,
    ) -> SearchResult:
        """The ``k`` best passages that meet the conditions in ``query`` and those ``given`` beside it.

        Without free words: the first passage of each report that meets them, the newest first. With ``explain`` each
        hit says why it is there; with ``duplicates`` passages are shown that say nearly the same as a better one of
        another report; with the ``next`` of a result as ``cursor`` the hits that follow it are given. Raises UsageError
        naming the field, StaleCursorError where the index has changed since, or GenerationError.
        """
        asked = understood(query, "query", given)
        check_count(k, "k")
        check_count(max_per_report, "max_per_report")
        model = self.reranker.model if self.reranker else ""
        deciding = fingerprint(str(asked), k, max_per_report, str(system), duplicates, model)
        before = Cursor.read(cursor, deciding) if cursor else None
        generation = self.live.pin()
        number = generation.manifest.generation
        if before:
            before.check(number)
        skip = before.skip if before else 0
        found, _ = search(
            generation,
            asked,
            k=k,
            max_per_report=max_per_report,
            system=system,
            explain=explain,
            duplicates=duplicates,
            reranker=self.reranker,
            skip=skip,
        )
        self.on_search(found.stages)
        following = str(Cursor(number, skip + k, deciding)) if found.more else None
        found = replace(found, query=query.strip(), hits=self._warned(found.hits), next=following)
        if before:  # a further page of what is kept already
            return found
        request = Request(
            "search", query, given, k=k, max_per_report=max_per_report, system=system, duplicates=duplicates
        )
        return self.kept(generation, request, found, by)

    def ask(
        self,
        question: str,
        *,
        k: int = 10,
        system: System = HYBRID,
        given: Given = NOTHING_GIVEN,
        explain: bool = False,
        by: By | None = None,
    ) -> Answer:
        """The best verbatim sentences, or why there are none. ``explain``, and what is raised, as in ``search``."""
        begun = time.perf_counter()
        asked = understood(question, "question", given)
        check_count(k, "k")
        generation = self.live.pin()
        found, ranking = search(
            generation, asked, k=k, max_per_report=2, system=system, explain=explain, reranker=self.reranker
        )
        self.on_search(found.stages)
        drafted = draft(generation, asked, as_read(asked.quoted, found.expansions), ranking)
        sentences = self._warned(
            AnswerSentence(
                text=chosen.span.of(stored.report.text),
                report_id=chosen.report_id,
                start=chosen.span.start,
                end=chosen.span.end,
                section=section.kind if (section := stored.report.section_at(chosen.span.start)) else "body",
                role=chosen.role,
                citation=cite(stored, chosen.span),
            )
            for chosen in drafted.sentences
            for stored in [generation.stored(generation.ordinals[chosen.report_id])]
        )
        known = told_of(generation, self.catalog, asked)
        took = round((time.perf_counter() - begun) * 1000, 3)
        answered = Answer(
            question.strip(),
            generation.manifest.generation,
            drafted.answerable,
            drafted.reason if drafted.answerable else f"{drafted.reason} {searched(generation, known)}",
            sentences,
            self._warned(found.hits),
            took,
            found.bounds,
            found.expansions,
            known.lead if drafted.answerable and known else "",
        )
        return self.kept(generation, Request("ask", question, given, k=k, system=system), answered, by)

    def similar(
        self,
        text: str | None = None,
        *,
        report_id: str | None = None,
        k: int = 10,
        given: Given = NOTHING_GIVEN,
    ) -> SimilarResult:
        """The ``k`` reports whose patients are most like the one of ``text``, or of a report, which is left out.

        They meet the conditions ``given``. Raises UsageError naming the field, NotFoundError, or GenerationError.
        """
        check_source(text, report_id)
        check_count(k, "k")
        if self._logs_vignettes and text is not None:
            _log.info("vignette: %s", text)
        found = similar(self.live.pin(), self._readings, text, report_id, k, given)
        passages = self._warned(each.passage for each in found.similar)
        told = (replace(each, passage=hit) for each, hit in zip(found.similar, passages, strict=True))
        return replace(found, similar=tuple(told))

    def facets(self, query: str, *, given: Given = NOTHING_GIVEN, system: System = HYBRID) -> Facets:
        """By what the reports that ``query`` and the conditions ``given`` find can be narrowed, with counts.

        An empty line without conditions counts all reports. Raises UsageError naming the field, or GenerationError.
        """
        asked = understood(query, "query", given) if query.strip() or given else Asked()
        return facets(self.live.pin(), asked, system)

    def evidence(
        self,
        question: str,
        *,
        given: Given = NOTHING_GIVEN,
        treatments: Sequence[str] = (),
        chosen: Chosen = EVERYTHING,
        by: By | None = None,
    ) -> EvidenceTable:
        """What was given to whom for the condition that ``question`` names, and what came of it.

        ``treatments``: rows of these alone. Raises UsageError naming the field, or GenerationError.
        """
        asked = understood(question, "question", given)
        for each in treatments:
            check_text(each, "treatments")
        generation, named = self.live.pin(), tuple(treatments)
        table = evidence(generation, self.catalog, asked, chosen, named, against=self._warnings)
        request = Request("evidence", question, given, treatments=named, chosen=chosen)
        return self.kept(generation, request, replace(table, question=question.strip()), by)

    def cases(self, report_id: str) -> ReportRows:
        """What the report tells of its patients, as it was read when it was indexed.

        Raises NotFoundError where it is not indexed, or GenerationError.
        """
        generation = self.live.pin()
        if report_id not in generation.ordinals:  # another name of it
            report_id = self.catalog.resolve(report_id)
        if report_id not in generation.ordinals:
            raise not_indexed(report_id)
        ordinal = generation.ordinals[report_id]
        stored, cases, against = generation.stored(ordinal), generation.cases(ordinal), self._warnings(report_id)
        rows, literature = rows_of(stored, cases, against), literature_of(stored, cases, against)
        return ReportRows(generation.manifest.generation, rows, literature)

    def reading(self, report_id: str, reading: str = "") -> Stored:
        """The reading that hits point into: the one that the served generation pinned; the newest where it has none.

        With the ``reading`` of a citation the one that it is of. Raises NotFoundError, and ChangedReadingError where
        that is kept no more.
        """
        return cited_reading(self.catalog, self._served(report_id), report_id, reading)

    def _served(self, report_id: str) -> Stored:
        try:
            generation = self.live.pin()
        except GenerationError:
            return self.catalog.get(report_id)
        if report_id not in generation.ordinals:  # another name of it, or not indexed yet
            newest = self.catalog.get(report_id)
            if newest.report_id not in generation.ordinals:
                return newest
            report_id = newest.report_id
        return generation.stored(generation.ordinals[report_id])

    def kinds(self, report_ids: Iterable[str]) -> dict[str, Kind]:
        """What those of the reports that are served were judged to be when they were indexed."""
        try:
            generation = self.live.pin()
        except GenerationError:
            return {}
        ordinals, kinds = generation.ordinals, generation.facts.kinds
        return {each: KINDS[kinds[ordinals[each]]] for each in report_ids if each in ordinals}

    def cited(self, stored: Stored, span: Span) -> Citation:
        """The citation of ``span`` of a report, with what stands against the article as of now."""
        return replace(cite(stored, span), warnings=self._warnings(stored.report_id))

    def listed(self, places: Iterable[Place], reading: Callable[[str, str], Stored] | None = None) -> list[ListItem]:
        """Each place with its words and its article, in this order.

        ``reading`` gives the text by report and reading, else as ``Service.reading`` does and raises. Raises UsageError
        where a place is not in its report's text.
        """
        reading, against = cache(reading or self.reading), cache(self._warnings)

        def item(place: Place) -> ListItem:
            stored = reading(place.report_id, place.reading)
            report = stored.report
            try:
                span = check_span(place.start, place.end, len(report.text))
            except UsageError as error:
                raise UsageError(f"places: of {place.report_id}: {error}") from error
            section = report.section_at(span.start)
            citation = replace(cite(stored, span), warnings=against(stored.report_id))
            abstract = "\n".join(each.body.of(report.text) for each in report.sections if each.kind == "abstract")
            return ListItem(place, span.of(report.text), section.kind if section else "", citation, abstract)

        return list(map(item, places))

    def kept(self, generation: Generation, request: Request, found: Result, by: By | None) -> Result:
        """The same with its id in the search log, where it is to be kept."""
        if by is None or not self._logs_searches:
            return found
        return kept(self.searches, self.catalog, generation, request, found, by)

    def _warned(self, cited: Iterable[_Cited]) -> tuple[_Cited, ...]:
        """The same, each citation with what stands against its article as of now."""
        known: dict[str, tuple[Link, ...]] = {}

        def warned(item: _Warned) -> _Warned:
            if item.report_id not in known:
                known[item.report_id] = self._warnings(item.report_id)
            return replace(item, citation=replace(item.citation, warnings=known[item.report_id]))

        told = []
        for item in map(warned, cited):
            if isinstance(item, Hit) and item.also_in:
                item = replace(item, also_in=tuple(map(warned, item.also_in)))
            told.append(item)
        return tuple(told)

    def _warnings(self, report_id: str) -> tuple[Link, ...]:
        try:
            return warnings(self.catalog, report_id)
        except NotFoundError:  # removed since the generation was built
            return ()
