"""Small invented corpora and ways to index them without a model, shared by the tests of every room."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from hypothesis import strategies as st

from corpus.assembly import Block, assemble
from corpus.catalog import Catalog
from corpus.model import Bibliography, Part, Report
from corpus.tracked import Tracked
from corpus.words import words
from indexer import analyzer
from indexer.build import build
from indexer.encoders.base import Encoder, Kind, Vectors
from indexer.encoders.choice import OneEncoder
from indexer.encoders.hashing import HashingEncoder
from indexer.folder import DataFolder
from indexer.generation import Generation, open_current

SHARED = Path(__file__).parents[2] / "shared"
"""The data of the development machine; tests that read it skip where it is absent."""

_SYLLABLES = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in "lmnrst"]
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_HEADING = re.compile(r"# ")

CASES: dict[str, str] = {
    "calcinosis": "# Case report\n\nA woman of 34 with lupus had calcinosis of both elbows. She was given diltiazem "
    "for a year. The deposits became smaller.\n\n# Discussion\n\nCalcinosis is rare in lupus. Bisphosphonates were "
    "tried by others.",
    "dengue": "# Case report\n\nA boy of 9 came with dengue fever and a spreading rash. His platelets fell to 12. He "
    "was given fluids and went home after five days.",
    "wrist": "# Case report\n\nA climber broke the left wrist in a fall. A plaster cast was worn for six weeks. The "
    "fracture healed.\n\n# Conclusion\n\nSuch fractures heal in a cast.",
    "hearing": "# Case report\n\nAn old man lost his hearing after gentamicin. The audiogram showed a loss of high "
    "tones. A hearing aid was fitted.",
    "gout": "# Case report\n\nGout of the knee was found in a brewer. Colchicine eased the swelling within two days.",
    "snake": "# Case report\n\nA farmer was bitten by a viper. Antivenom stopped the bleeding. The hand stayed swollen "
    "for a week.",
}
"""Six invented cases by id; each answers a question that no other answers."""

WORDS = [
    "calcinosis", "lupus", "diltiazem", "fever", "rash", "platelets", "wrist", "cast", "healed", "viper", "antivenom",
    "bleeding", "gout", "knee",
]  # fmt: skip


def prose(seed: int, length: int) -> str:
    """A made-up text of so many words, the same for the same seed."""
    return " ".join(Random(seed).choices(_SYLLABLES, k=length))


def make_report(
    text: str, title: str | None = None, *, given_id: str | None = None, reader: str = "fake", **facts: object
) -> Report:
    """A report of the paragraphs of ``text``; one that begins with "# " is a heading. ``facts`` are bibliographic."""
    blocks = []
    for paragraph in Tracked.of(text).split(_BLANK_LINES):
        is_heading = paragraph.text.startswith("# ")
        blocks.append(
            Block(paragraph.sub(_HEADING, "") if is_heading else paragraph, "heading" if is_heading else "paragraph")
        )
    about = Bibliography(title=title, **facts)  # type: ignore[arg-type]
    return assemble(blocks, about, raw=text, parts=(Part(0, len(text), "line", ""),), reader=reader, given_id=given_id)


@dataclass(frozen=True)
class Indexed:
    """A data folder with a catalog and an encoder; ``generation`` opens what is served."""

    folder: DataFolder
    catalog: Catalog
    encoder: Encoder

    def put(self, reports: Mapping[str, str | Report]) -> None:
        """Store reports by id, without indexing them."""
        for report_id, content in reports.items():
            report = content if isinstance(content, Report) else make_report(content, f"On {report_id}")
            self.catalog.put(report_id, report, f"/reports/{report_id}.txt")

    def build(self, **settings: bool) -> int:
        """Index what the catalog holds; the number of the served generation."""
        with self.folder.lock():
            return build(self.folder, self.catalog, self.encoder, **settings).manifest.generation

    def generation(self) -> Generation:
        """The served generation."""
        return open_current(self.folder, self.catalog, OneEncoder(self.encoder))


def empty(root: Path, encoder: Encoder | None = None) -> Indexed:
    """A data folder at ``root`` without reports."""
    folder = DataFolder(root)
    return Indexed(folder, Catalog(folder.catalog), encoder or HashingEncoder())


def indexed(root: Path, reports: Mapping[str, str | Report] = CASES, encoder: Encoder | None = None) -> Indexed:
    """A data folder at ``root`` with ``reports`` stored and indexed."""
    made = empty(root, encoder)
    made.put(reports)
    made.build()
    return made


class CountingEncoder(HashingEncoder):
    """Remembers the passages that it was asked to embed."""

    def __init__(self, dimensions: int = 64, max_tokens: int = 254) -> None:
        super().__init__(dimensions, max_tokens)
        self.passages: list[str] = []

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As its parent does."""
        if kind == "passage":
            self.passages += texts
        return super().encode(texts, kind)


def sentences() -> st.SearchStrategy[str]:
    """A sentence of a few of ``WORDS``."""
    return st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(
        lambda words: " ".join(words).capitalize() + "."
    )


def documents() -> st.SearchStrategy[str]:
    """One to three sections of one to six sentences, each section under a heading."""
    headings = st.sampled_from(["Case report", "Treatment", "Outcome", "Discussion", "Anything else"])
    section = st.tuples(headings, st.lists(sentences(), min_size=1, max_size=6))
    return st.lists(section, min_size=1, max_size=3).map(
        lambda found: "\n\n".join(f"# {heading}\n\n{' '.join(body)}" for heading, body in found)
    )


def corpora(max_size: int = 8) -> st.SearchStrategy[dict[str, str]]:
    """Documents by id; some may be equal."""
    return st.lists(documents(), min_size=1, max_size=max_size).map(
        lambda found: {f"r{at}": text for at, text in enumerate(found)}
    )


def held_terms(text: str) -> frozenset[str]:
    """The index terms that ``text`` holds, concepts and short forms too: what the index would say of it alone."""
    found = words(text)
    shorts = (own for _, own in analyzer.short_forms(found))
    return frozenset(analyzer.terms_of(found)).union(analyzer.concepts_of(found), shorts)


def jsonl(count: int) -> bytes:
    """A file of so many records; every seventh has no text."""
    texts = ["" if at % 7 == 6 else f"A man of {20 + at} had gout. {prose(at, 30)}." for at in range(count)]
    return "\n".join(json.dumps({"id": f"c{at}", "text": text}) for at, text in enumerate(texts)).encode()
