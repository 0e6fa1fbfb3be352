"""BM25 over whole reports, with k1 = 0.9 and b = 0.4.

tantivy (k1 = 1.2, b = 0.75, fixed) finds the candidates; each is then scored exactly from stored term
counts with our own parameters and the statistics of the whole generation (Robertson and Zaragoza 2009;
idf as in Lucene, ln(1 + (N - n + .5) / (n + .5))). Why: ``docs/decisions/0002-lexical.md``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import tantivy
from numpy.typing import NDArray

from indexer.analyzer import tokens
from indexer.errors import DamagedError

K1, B = 0.9, 0.4
CANDIDATES = 1000
"""How many reports tantivy proposes for each question, at least."""

Floats = NDArray[np.float64]
Ordinals = NDArray[np.int64]

_NO_RELOAD = "manual"
"""An index is written once. A reader that watches for commits opens a lock file in its folder up to half a second
after the last one, when the folder may be on its way out."""


class LexicalIndex:
    """Reports are known by their ordinal, from 0. Terms are ``analyzer.tokens``."""

    def __init__(self, index: tantivy.Index, terms: dict[str, int], arrays: dict[str, NDArray[np.int64]]) -> None:
        index.config_reader(reload_policy=_NO_RELOAD)
        self._index = index
        self._searcher = index.searcher()
        self._schema = index.schema
        self._terms = terms
        self._starts, self._reports, self._counts = arrays["starts"], arrays["reports"], arrays["counts"]
        self._lengths = arrays["lengths"]
        mean = float(self._lengths.mean()) if len(self._lengths) else 1.0
        self._norms = np.asarray(K1 * (1 - B + B * self._lengths / max(mean, 1.0)), dtype=np.float64)

    @classmethod
    def build(cls, texts: Sequence[Sequence[str]], folder: Path) -> LexicalIndex:
        """Index the term lists of reports 0, 1, 2 … into ``folder`` (made here)."""
        folder.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(folder))
        index.config_reader(reload_policy=_NO_RELOAD)
        writer = index.writer(heap_size=64_000_000, num_threads=1)
        postings: dict[str, list[tuple[int, int]]] = {}
        for ordinal, terms in enumerate(texts):
            document = tantivy.Document()
            document.add_unsigned("report", ordinal)
            document.add_text("body", " ".join(terms))
            writer.add_document(document)
            for term, count in Counter(terms).items():
                postings.setdefault(term, []).append((ordinal, count))
        writer.commit()
        writer.wait_merging_threads()
        names = sorted(postings)
        pairs = np.array([pair for name in names for pair in postings[name]], dtype=np.int64).reshape(-1, 2)
        starts = np.cumsum([0, *(len(postings[name]) for name in names)], dtype=np.int64)
        lengths = np.array([len(terms) for terms in texts], dtype=np.int64)
        np.savez(folder / "counts.npz", starts=starts, reports=pairs[:, 0], counts=pairs[:, 1], lengths=lengths)
        (folder / "terms.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        return cls.load(folder)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """Open what ``build`` wrote. Raises DamagedError."""
        try:
            index = tantivy.Index.open(str(folder))
            terms = {
                name: at for at, name in enumerate(json.loads((folder / "terms.json").read_text(encoding="utf-8")))
            }
            with np.load(folder / "counts.npz", allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in ("starts", "reports", "counts", "lengths")}
        except (ValueError, OSError, KeyError, BadZipFile) as error:
            raise DamagedError(
                f"{folder}: the lexical index cannot be opened ({error}): run `casetrove index --rebuild`"
            ) from error
        return cls(index, terms, arrays)

    def __len__(self) -> int:
        """How many reports are indexed."""
        return len(self._lengths)

    def document_frequency(self, term: str) -> int:
        """In how many reports an analysed term occurs."""
        at = self._terms.get(term)
        return 0 if at is None else int(self._starts[at + 1] - self._starts[at])

    def idf(self, term: str) -> float:
        """The term's weight; a term that no report holds has the highest."""
        found = self.document_frequency(term)
        return float(np.log1p((len(self) - found + 0.5) / (found + 0.5)))

    def search(self, query: str, k: int) -> list[tuple[int, float]]:
        """``(ordinal, score)`` of the ``k`` best reports that share a term with ``query``.

        Scores fall, ties go by ordinal. Exact where at most ``CANDIDATES`` reports share a term.
        """
        candidates = self._candidates(query, max(CANDIDATES, k))
        scores = self.scores(query, candidates)
        # Equal terms may be added up in another order: what differs by less than that is a tie.
        order = np.lexsort((candidates, -np.round(scores, 9)))[:k]
        return [(int(candidates[at]), float(scores[at])) for at in order]

    def _candidates(self, query: str, limit: int) -> Ordinals:
        clauses = [
            (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, "body", term, "freq"))
            for term in dict.fromkeys(tokens(query))
            if term in self._terms
        ]
        if not clauses:
            return np.zeros(0, dtype=np.int64)
        found = self._searcher.search(tantivy.Query.boolean_query(clauses), limit=limit, count=False)
        addresses = [address for _, address in found.hits]
        return np.array(self._searcher.fast_field_values("report", addresses), dtype=np.int64)

    def scores(self, query: str, ordinals: Ordinals) -> Floats:
        """The exact BM25 score of each of ``ordinals``, in their order; 0 where no term is shared."""
        out: Floats = np.zeros(len(ordinals), dtype=np.float64)
        for term, repeats in Counter(tokens(query)).items():
            at = self._terms.get(term)
            if at is None:
                continue
            postings = slice(self._starts[at], self._starts[at + 1])
            reports, counts = self._reports[postings], self._counts[postings]
            place = np.minimum(np.searchsorted(reports, ordinals), len(reports) - 1)
            here = reports[place] == ordinals
            found = counts[place[here]].astype(np.float64)
            out[here] += repeats * self.idf(term) * found / (found + self._norms[ordinals[here]])
        return out


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("report", stored=False, indexed=True, fast=True)
    builder.add_text_field("body", stored=False, tokenizer_name="whitespace", index_option="freq")
    return builder.build()
