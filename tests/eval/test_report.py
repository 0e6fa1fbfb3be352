"""Tables, TREC runs and configurations on disk."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval.comparing import compare
from eval.model import Run, Score
from eval.report import read_run, systems_table, table, write_configuration, write_run

NAMES = st.text(st.characters(min_codepoint=33, exclude_categories=["Z", "C"]), min_size=1, max_size=8).filter(
    lambda name: not any(character.isspace() for character in name)
)
RANKINGS = st.lists(st.tuples(NAMES, st.floats(allow_nan=False)), min_size=1, unique_by=lambda pair: pair[0]).map(tuple)


def test_a_run_file_has_the_six_trec_columns(tmp_path: Path) -> None:
    """Topic, Q0, document, rank from 1, score in full, tag."""
    write_run(Run("s", "bm25", {"q1": (("d2", 1.5), ("d1", 0.1 + 0.2)), "q2": (("d9", -1.0),)}), tmp_path / "r.trec")
    assert (tmp_path / "r.trec").read_text().splitlines() == [
        "q1 Q0 d2 1 1.5 bm25",
        "q1 Q0 d1 2 0.30000000000000004 bm25",
        "q2 Q0 d9 1 -1.0 bm25",
    ]


@given(rankings=st.dictionaries(NAMES, RANKINGS, min_size=1, max_size=4), system=NAMES)
def test_a_run_comes_back_as_it_was_written(
    tmp_path_factory: pytest.TempPathFactory, rankings: dict[str, tuple[tuple[str, float], ...]], system: str
) -> None:
    """Any ids without white space, any scores and any ties survive the file, in order."""
    path = tmp_path_factory.mktemp("runs") / "run.trec"
    run = Run("set", system, rankings)
    write_run(run, path)
    assert read_run(path, "set") == run


def test_a_topic_without_results_leaves_no_line(tmp_path: Path) -> None:
    """The TREC format cannot say "nothing"; measures fill such topics in from the judgements."""
    write_run(Run("s", "bm25", {"q1": (), "q2": (("d", 1.0),)}), tmp_path / "r.trec")
    assert read_run(tmp_path / "r.trec", "s").rankings == {"q2": (("d", 1.0),)}


def test_lines_in_any_order_are_ranked_by_their_rank(tmp_path: Path) -> None:
    """Other tools shuffle lines; the rank column decides."""
    (tmp_path / "r.trec").write_text("q Q0 b 2 1.0 x\n\nq Q0 a 1 1.0 x\n")
    assert read_run(tmp_path / "r.trec", "s").rankings["q"] == (("a", 1.0), ("b", 1.0))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("q Q0 b 2 1.0", "line 2: a TREC run has 6 columns .*, not 5"),
        ("q Q0 b two 1.0 x", "line 2: rank and score must be numbers"),
        ("q Q0 b 2 high x", "line 2: rank and score must be numbers"),
        ("q Q0 b 2 nan x", "line 2: the score is not a number"),
        ("q Q0 a 2 0.5 x", "line 2: a stands twice under topic q"),
    ],
)
def test_a_malformed_run_is_named_by_its_line(tmp_path: Path, line: str, message: str) -> None:
    """A run of another tool that is not in the format says where."""
    (tmp_path / "r.trec").write_text(f"q Q0 a 1 1.0 x\n{line}\n")
    with pytest.raises(MalformedError, match=message):
        read_run(tmp_path / "r.trec", "s")


def test_a_run_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """Reading an absent run is a not-found error with its path."""
    with pytest.raises(NotFoundError, match=r"r\.trec: there is no such run file"):
        read_run(tmp_path / "r.trec", "s")


def test_a_run_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Bytes are not guessed at."""
    (tmp_path / "r.trec").write_bytes(b"q Q0 \xff 1 1.0 x\n")
    with pytest.raises(MalformedError, match="is not UTF-8"):
        read_run(tmp_path / "r.trec", "s")


def test_the_table_shows_every_score_with_its_queries() -> None:
    """Each set and system is a row, each measure a column with four decimals."""
    scores = [
        Score("one", "bm25", {"nDCG@10": 0.66349}, {"nDCG@10": {"a": 1.0, "b": 0.3}}),
        Score("one", "dense", {"nDCG@10": 0.5}, {"nDCG@10": {"a": 1.0, "b": 0.0}}),
        Score("two", "bm25", {"nDCG@10": 0.25}, {"nDCG@10": {"a": 0.25}}),
    ]
    out = StringIO()
    Console(file=out, width=100).print(table(scores))
    lines = [line.split() for line in out.getvalue().splitlines()]
    cells = [[cell for cell in line if cell not in "│┃"] for line in lines]
    assert ["one", "bm25", "0.6635", "2"] in cells
    assert ["one", "dense", "0.5000", "2"] in cells
    assert ["two", "bm25", "0.2500", "1"] in cells


def test_the_best_of_each_set_stands_in_bold() -> None:
    """Bold is drawn within a set, never across sets."""
    scores = [
        Score("one", "bm25", {"R@100": 0.9}, {"R@100": {"a": 0.9}}),
        Score("one", "dense", {"R@100": 0.8}, {"R@100": {"a": 0.8}}),
        Score("two", "bm25", {"R@100": 0.1}, {"R@100": {"a": 0.1}}),
    ]
    assert list(table(scores).columns[2].cells) == ["[bold]0.9000[/bold]", "0.8000", "[bold]0.1000[/bold]"]


def test_a_configuration_is_written_as_json(tmp_path: Path) -> None:
    """What the run depends on comes back from the file as it went in."""
    configuration = {"system": {"name": "hybrid", "weight": 0.6}, "corpus": "Ä"}
    write_configuration(tmp_path / "deep" / "r.json", configuration)
    assert json.loads((tmp_path / "deep" / "r.json").read_text(encoding="utf-8")) == configuration


def test_an_output_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A file where the folder should be is a usage error about --out."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match=r"--out .*taken: cannot be written"):
        write_run(Run("s", "bm25", {"q": (("d", 1.0),)}), tmp_path / "taken" / "r.trec")


def test_systems_stand_beside_each_other_with_what_is_significant() -> None:
    """One row a set, one column a system: below and above the one they are held against, or neither; gaps are gaps."""

    def scored(name: str, system: str, value: float) -> Score:
        return Score(name, system, {"M": value}, {"M": {f"q{at}": value for at in range(8)}})

    ours = [scored("one", "ours", 0.5), scored("two", "ours", 0.5)]
    theirs = [scored("one", "low", 0.2), scored("one", "same", 0.5), scored("two", "high", 0.9)]
    pairs = [(next(own for own in ours if own.set == other.set), other) for other in theirs]
    drawn = systems_table([*ours, *theirs], compare(pairs, "M"), "M")
    out = StringIO()
    Console(file=out, width=120).print(drawn)
    rows = [line.replace("│", "").split() for line in out.getvalue().splitlines() if "│" in line]
    assert rows == [["one", "0.500", "0.200", "<", "0.500", "="], ["two", "0.500", "0.900", ">"]]
