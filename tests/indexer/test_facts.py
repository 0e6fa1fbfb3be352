"""What segments keep of each report beside its vectors and postings: facts to filter by, words to compare."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.kinds import judge
from corpus.model import Report
from indexer.errors import DamagedError
from indexer.facts import KINDS, SEXES, UNKNOWN, Facts, FactsWriter, joined, journal_name, open_facts
from indexer.manifest import segment_place
from indexer.segments import facts_folder, words_folder
from indexer.strings import StringsWriter
from indexer.wordings import Wordings, WordingsWriter, comparable, finder
from tests.fakes import CASES, Indexed, make_report

TWO = "# Case report\n\nA 34-year-old woman had gout. Her neighbour, a 6-month-old boy, was well."
REPORTS = [
    make_report(TWO, "Two invented patients", year=2015, journal="The Journal of Invented Cases & Tales"),
    make_report("# Case report\n\nA farmer had gout.", "On a farmer"),
    make_report("# Case report\n\nSomebody came.", "Gout in a 70-year-old man", year=1999, journal="INVENTED CASES"),
]


def facts_of(place: Path, reports: list[Report]) -> Facts:
    """Written into ``place``, and opened again."""
    writer = FactsWriter(place)
    for report in reports:
        writer.add(report)
    writer.finish()
    return open_facts(place)


def shown(facts: Facts) -> list[tuple[int, str, str, list[tuple[float, str]]]]:
    """Year, kind, journal and patients of each report, in words."""
    told: list[list[tuple[float, str]]] = [[] for _ in range(len(facts))]
    for report, age, sex in facts.patients.tolist():
        told[report].append((age, "" if sex == UNKNOWN else SEXES[sex]))
    return [
        (int(year), KINDS[kind], "" if journal == UNKNOWN else facts.journal_names[journal], patients)
        for year, kind, journal, patients in zip(facts.years, facts.kinds, facts.journals, told, strict=True)
    ]


class TestFacts:
    """Years, kinds, journals, patients."""

    def test_what_a_report_tells_is_kept_and_what_it_does_not_stays_unknown(self, tmp_path: Path) -> None:
        """Each patient has a row with age in years and sex; a title outside the text counts where it tells none."""
        kinds = [judge(report).kind for report in REPORTS]
        assert shown(facts_of(tmp_path / "facts", REPORTS)) == [
            (2015, kinds[0], "the journal of invented cases and tales", [(34.0, "female"), (0.5, "male")]),
            (UNKNOWN, kinds[1], "", []),
            (1999, kinds[2], "invented cases", [(70.0, "male")]),
        ]

    @given(sizes=st.lists(st.integers(0, 3), max_size=4))
    def test_joined_segments_tell_what_one_would(self, sizes: list[int]) -> None:
        """However the reports are split into segments, numbered through they have the same facts."""
        with tempfile.TemporaryDirectory() as folder:
            parts = [facts_of(Path(folder) / f"{at}", REPORTS[:size]) for at, size in enumerate(sizes)]
            whole = facts_of(Path(folder) / "whole", [report for size in sizes for report in REPORTS[:size]])
            assert shown(joined(parts)) == shown(whole)

    @pytest.mark.parametrize("name", ["Lancet (London, England)", "LANCET  London – England", "lancet london england"])
    def test_a_journal_is_one_however_it_is_written(self, name: str) -> None:
        """Case, marks and white space do not part a journal's name from itself."""
        assert journal_name(name) == "lancet london england"

    @pytest.mark.parametrize("name", ["reports.npy", "patients.npy", "names.json"])
    def test_a_file_that_is_spoilt_is_damage(self, tmp_path: Path, name: str) -> None:
        """What is missing or not what it should be is told as damage, with the way out."""
        place = tmp_path / "facts"
        facts_of(place, REPORTS)
        (place / name).write_bytes(b"[]")
        with pytest.raises(DamagedError, match="--rebuild"):
            open_facts(place)
        (place / name).unlink()
        with pytest.raises(DamagedError, match="--rebuild"):
            open_facts(place)

    def test_journals_that_were_written_with_accents_lose_them_when_read(self, tmp_path: Path) -> None:
        """A segment of before needs no rebuilding, and both spellings are one journal."""
        facts = facts_of(tmp_path / "facts", REPORTS)
        older = replace(facts, journal_names=("revista española", "revista espanola"))
        both = joined([older, older])
        assert both.journal_names == ("revista espanola",)
        assert both.journals.tolist() == [0, UNKNOWN, 0] * 2


class TestComparable:
    """Text as it is compared to the letter."""

    @pytest.mark.parametrize(
        ("text", "wanted"),
        [
            ("Follow-up\n at  home", "follow up at home"),
            ("X‑ray – Crohn’s", "x ray crohn's"),
            (" Ünder\u00a0α ", "under α"),
            ("Sjo\u0308gren, Sjögren", "sjogren, sjogren"),
            ("stra\u00dfe \ufb01brosis", "strasse fibrosis"),
        ],
    )
    def test_case_white_space_and_hyphens_do_not_count(self, text: str, wanted: str) -> None:
        """One blank stands for any white space and dashes; accents and ligatures are folded, Greek stays."""
        assert comparable(text) == wanted

    @given(text=st.text())
    def test_doing_it_twice_changes_nothing(self, text: str) -> None:
        """A comparable text is its own."""
        assert comparable(comparable(text)) == comparable(text)

    @pytest.mark.parametrize(
        ("phrase", "text", "found"),
        [
            ("renal failure", "acute Renal\nFailure.", True),
            ("renal failure", "adrenal failure", False),
            ("renal failure", "renal failures", False),
            ("renal failure.", "renal failure in", True),
            ("follow up", "a follow-up", True),
            ("CD4+ cells", "CD4+ cells", True),
            ("cd4", "CD45", False),
            ("(a|b)", "a", False),
        ],
    )
    def test_a_phrase_is_found_word_for_word(self, phrase: str, text: str, found: bool) -> None:
        """Whole words only, to the letter, and nothing in it is a pattern."""
        assert finder(phrase)(comparable(text)) is found


class TestWordings:
    """The words of a segment's reports."""

    @given(texts=st.lists(st.text(), max_size=5))
    def test_every_text_comes_back_as_it_is_compared(self, texts: list[str]) -> None:
        """Report by report, empty ones and half surrogate pairs too."""
        with tempfile.TemporaryDirectory() as folder:
            writer = WordingsWriter(Path(folder) / "words")
            for text in texts:
                writer.add(text)
            writer.finish()
            read = Wordings(Path(folder) / "words")
            assert [read[at] for at in range(len(read))] == [comparable(text) for text in texts]

    def test_texts_that_were_written_with_accents_lose_them_when_read(self, tmp_path: Path) -> None:
        """A segment of before needs no rebuilding."""
        (tmp_path / "words").mkdir()
        older = StringsWriter(tmp_path / "words", "text")
        older.add("guillain barré syndrome".encode())
        older.finish()
        assert Wordings(tmp_path / "words")[0] == "guillain barre syndrome"

    @pytest.mark.parametrize("name", ["text", "text_starts.npy"])
    def test_a_file_that_is_spoilt_is_damage(self, tmp_path: Path, name: str) -> None:
        """A text that is shorter than it was, or places that are no numbers, are told as damage."""
        writer = WordingsWriter(tmp_path / "words")
        writer.add("gout of the knee")
        writer.finish()
        (tmp_path / "words" / name).write_bytes(b"gout")
        with pytest.raises(DamagedError, match="--rebuild"):
            Wordings(tmp_path / "words")


class TestInAGeneration:
    """Facts and words of what is served."""

    def test_they_follow_each_report_through_changes(self, small: Indexed) -> None:
        """After one report changed and one left, each ordinal has its own words and facts, across segments."""
        small.catalog.delete("gout")
        small.put({"snake": make_report("# Case report\n\nA 50-year-old man met a viper.", "Viper", year=2020)})
        small.build()
        generation = small.generation()
        assert len(generation.segments) == 2
        for report_id, ordinal in generation.ordinals.items():
            text = generation.stored(ordinal).report.text
            assert comparable(text).partition(".")[0] in generation.wording(ordinal)
            assert generation.facts.years[ordinal] == (2020 if report_id == "snake" else UNKNOWN)
        snake = generation.facts.patients["report"] == generation.ordinals["snake"]
        assert generation.facts.patients[snake]["age"].tolist() == [50.0]
        assert np.count_nonzero(generation.alive) == len(CASES) - 1

    def test_they_are_among_the_files_that_are_checked(self, small: Indexed) -> None:
        """Each has its digest in the manifest, so that damage is noticed before anything is served."""
        manifest = small.generation().manifest
        (segment,) = manifest.segments
        place = segment_place(small.folder.generation(manifest.generation), segment.name)
        for folder in (facts_folder(place), words_folder(place)):
            assert all(path.relative_to(place).as_posix() in segment.files for path in folder.iterdir())
        path = words_folder(place) / "text"
        path.write_bytes(path.read_bytes().replace(b"viper", b"adder"))
        with pytest.raises(DamagedError, match="digest"):
            small.generation()

    def test_passages_are_told_by_the_kind_of_their_section(self, small: Indexed) -> None:
        """``rows_of_kind`` says of every row what ``passage`` says of it."""
        generation = small.generation()
        rows = range(len(generation.passage_reports))
        for kind in ("case", "discussion", "conclusion", "outcome"):
            told = generation.rows_of_kind(kind)
            assert told.tolist() == [generation.passage(row).kind == kind for row in rows]
