"""Runs are held against each other topic by topic, kept ones too, and a fall is told from chance."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval import commands
from eval.commands import app
from eval.comparing import against, compare, half_of
from eval.gating import baseline_of, gate, read_baseline
from eval.kept import load_kept
from eval.model import Run, Score
from eval.report import comparison_table, write_configuration, write_run
from eval.topics import is_learned, load
from indexer.encoders.hashing import HashingEncoder

WriteSet = Callable[..., Path]
TOPICS = [f"q{number}" for number in range(24)]


def scored(system: str, values: Mapping[str, float], name: str = "s") -> Score:
    """A score by one measure."""
    return Score(name, system, {"P@1": sum(values.values()) / len(values)}, {"P@1": dict(values)})


@pytest.fixture
def judged(write_set: WriteSet) -> Path:
    """Twenty-four topics, each with one right document of its own."""
    documents = {f"d{number}": f"Story {number}." for number in range(24)}
    return write_set(documents, {t: f"story {t}" for t in TOPICS}, {t: {f"d{t[1:]}": 1} for t in TOPICS}, name="judged")


@pytest.fixture
def keep(judged: Path, tmp_path: Path) -> Callable[..., Path]:
    """Writes a run in which the first ``right`` topics find their document, as ``evaluate`` would keep it."""

    def write(system: str, right: int, folder: str = "runs", set_folder: Path = judged) -> Path:
        topics = load(set_folder)
        rankings = {
            topic: ((f"d{topic[1:] if at < right else int(topic[1:]) + 1000}", 1.0),)
            for at, topic in enumerate(topics.queries)
        }
        path = tmp_path / folder / f"{topics.name}.{system}.trec"
        write_run(Run(topics.name, system, rankings), path)
        configuration = {
            "set": topics.name, "label": system, "split": topics.split, "folder": str(set_folder),
            "files": topics.digests(), "system": {"name": system}, "date": "2026", "command": ["x"],
        }  # fmt: skip
        write_configuration(path.with_suffix(".json"), configuration)
        return path

    return write


def call(*arguments: object) -> Result:
    """``casetrove eval`` with these arguments."""
    return CliRunner().invoke(app, list(map(str, arguments)))


# ---- comparing ------------------------------------------------------------------------------------


def test_a_comparison_tells_means_difference_interval_and_chance() -> None:
    """Eight topics of ten gained: p is exact and the interval lies above 0."""
    one = scored("a", dict.fromkeys(TOPICS[:10], 1.0))
    other = scored("b", {t: float(at < 2) for at, t in enumerate(TOPICS[:10])})
    (found,) = compare([(one, other)], "P@1")
    assert (found.mean, found.mean_against, found.topics) == (1.0, 0.2, 10)
    assert found.difference == pytest.approx(0.8)
    assert found.p == found.holm == 2 / 256
    assert 0.4 <= found.low < 0.8 < found.high <= 1.0
    assert found.verdict == "higher"


def test_the_other_way_round_everything_is_turned() -> None:
    """The difference changes its sign, p stays, and the verdict is ``lower``."""
    one, other = scored("a", dict.fromkeys(TOPICS, 0.9)), scored("b", {t: at / 30 for at, t in enumerate(TOPICS)})
    (there,), (back,) = compare([(one, other)], "P@1"), compare([(other, one)], "P@1")
    assert there.difference == -back.difference > 0
    assert there.p == back.p < 0.05
    assert (there.verdict, back.verdict) == ("higher", "lower")


def test_several_sets_are_corrected_together_and_each_pair_of_systems_by_itself() -> None:
    """Of two sets each p counts at most twice; a single set of another pair is left as it is."""
    better, worse = dict.fromkeys(TOPICS[:7], 1.0), dict.fromkeys(TOPICS[:7], 0.0)
    pairs = [(scored("a", better, name), scored("b", worse, name)) for name in ("s", "t")]
    found = compare([*pairs, (scored("c", better), scored("b", worse))], "P@1")
    assert [item.p for item in found] == [2 / 128] * 3
    assert [item.holm for item in found] == [4 / 128, 4 / 128, 2 / 128]


def test_equal_runs_show_no_difference() -> None:
    """p is 1, and nothing is called higher."""
    values = {t: at / 24 for at, t in enumerate(TOPICS)}
    (found,) = compare([(scored("a", values), scored("b", values))], "P@1")
    assert (found.p, found.low, found.high, found.verdict) == (1.0, 0.0, 0.0, "no difference shown")


def test_other_topics_or_another_measure_are_refused() -> None:
    """A difference over different topics means nothing."""
    one, other = scored("a", {"q1": 1.0, "q2": 0.0}), scored("b", {"q1": 1.0})
    with pytest.raises(UsageError, match="same topics"):
        compare([(one, other)], "P@1")
    with pytest.raises(UsageError, match="was not measured by R@5"):
        compare([(one, one)], "R@5")


def test_every_system_is_held_against_each_named_one() -> None:
    """Set by set, never against itself."""
    values = dict.fromkeys(TOPICS, 0.5)
    scores = [scored(system, values, name) for name in ("s", "t") for system in ("a", "b", "c")]
    found = [(item.set, item.system, item.against) for item in against(scores, ["a", "b"], "P@1")]
    assert found == [
        ("s", "b", "a"), ("s", "c", "a"), ("t", "b", "a"), ("t", "c", "a"),
        ("s", "a", "b"), ("s", "c", "b"), ("t", "a", "b"), ("t", "c", "b"),
    ]  # fmt: skip


def test_a_comparison_as_json_has_every_field() -> None:
    """Programs get the difference and the verdict too."""
    (found,) = compare([(scored("a", {"q": 1.0}), scored("b", {"q": 0.0}))], "P@1")
    assert found.as_json() == {
        "set": "s", "system": "a", "against": "b", "measure": "P@1", "topics": 1, "mean": 1.0, "mean_against": 0.0,
        "low": 1.0, "high": 1.0, "p": 1.0, "holm": 1.0, "difference": 1.0, "verdict": "no difference shown",
    }  # fmt: skip


def test_an_empty_table_of_comparisons_can_be_drawn() -> None:
    """A gate whose baseline knows none of the runs has nothing to show."""
    assert comparison_table([]).row_count == 0


# ---- halves ---------------------------------------------------------------------------------------


def test_halves_part_all_topics_into_two_of_about_one_size() -> None:
    """Of a thousand ids each is in one half, and a half holds 450 to 550."""
    learned = sum(is_learned(str(number)) for number in range(1000))
    assert 450 <= learned <= 550


def test_the_split_never_changes() -> None:
    """Parameters were learned on it: these ids stay where they are."""
    assert [topic for topic in TOPICS[:12] if is_learned(topic)] == ["q0", "q4", "q6", "q9", "q11"]


def test_a_score_over_half_its_topics_has_means_of_those() -> None:
    """The two halves together are the whole."""
    whole = scored("a", {t: at / 24 for at, t in enumerate(TOPICS)})
    learned, other = half_of(whole, "learned"), half_of(whole, "other")
    assert learned.per_topic["P@1"] | other.per_topic["P@1"] == whole.per_topic["P@1"]
    assert learned.queries * learned.means["P@1"] + other.queries * other.means["P@1"] == pytest.approx(
        24 * whole.means["P@1"]
    )
    assert half_of(whole, None) == whole


def test_an_empty_half_is_refused() -> None:
    """One topic has one half."""
    half = "other" if is_learned("q") else "learned"
    with pytest.raises(UsageError, match=f"--half {half}"):
        half_of(scored("a", {"q": 1.0}), half)


# ---- kept runs ------------------------------------------------------------------------------------


def test_a_kept_run_scores_by_the_judgements_of_its_set(keep: Callable[..., Path]) -> None:
    """The configuration beside it leads back to the set."""
    (kept,) = load_kept([keep("a", 12)])
    assert kept.run.system == "a"
    assert kept.score(["P@1"]).means == {"P@1": 0.5}


def test_judgements_that_changed_since_are_told(keep: Callable[..., Path], judged: Path) -> None:
    """A kept run is not scored by what it was not run for."""
    (kept,) = load_kept([keep("a", 12)])
    with (judged / "qrels" / "test.tsv").open("a") as file:
        file.write("q1\td9\t1\n")
    with pytest.raises(MalformedError, match="was changed since"):
        kept.score()


def test_the_digest_of_a_configuration_follows_what_the_ranking_depends_on(keep: Callable[..., Path]) -> None:
    """The date does not change it, the system does."""
    (kept,) = load_kept([keep("a", 12)])
    beside = kept.path.with_suffix(".json")
    configuration = json.loads(beside.read_text())
    beside.write_text(json.dumps(configuration | {"date": "2027"}))
    assert load_kept([kept.path])[0].digest == kept.digest
    beside.write_text(json.dumps(configuration | {"system": {"name": "b"}}))
    assert load_kept([kept.path])[0].digest != kept.digest


@pytest.mark.parametrize("text", ["{", "[]", '{"set": "s"}', '{"set": 1}'])
def test_a_configuration_that_is_none_is_named(keep: Callable[..., Path], text: str) -> None:
    """The file, and what is wrong with it."""
    beside = keep("a", 12).with_suffix(".json")
    beside.write_text(text)
    with pytest.raises(MalformedError, match=r"judged\.a\.json"):
        load_kept([beside.parent])


def test_runs_that_are_not_there_are_named(tmp_path: Path, keep: Callable[..., Path]) -> None:
    """An empty folder, a missing file, a run without its configuration."""
    (tmp_path / "empty").mkdir()
    with pytest.raises(NotFoundError, match="holds no run"):
        load_kept([tmp_path / "empty"])
    with pytest.raises(NotFoundError, match="no such run file"):
        load_kept([tmp_path / "x.trec"])
    path = keep("a", 12)
    path.with_suffix(".json").unlink()
    with pytest.raises(NotFoundError, match="which set"):
        load_kept([path])


def test_two_runs_of_one_system_on_one_set_are_refused(keep: Callable[..., Path]) -> None:
    """Which of them is meant?"""
    with pytest.raises(UsageError, match="both of a on judged"):
        load_kept([keep("a", 12), keep("a", 13, "other")])


# ---- eval compare ---------------------------------------------------------------------------------


def test_compare_prints_what_two_run_files_differ_by(keep: Callable[..., Path]) -> None:
    """A person sees both systems, the difference and a verdict."""
    result = call("compare", keep("new", 20), keep("old", 8), "--measure", "P@1")
    assert result.exit_code == 0, result.output
    for expected in ("judged", "new", "old", "0.8333", "0.3333", "+0.5000", "higher"):
        assert expected in result.stdout


def test_compare_as_json_gives_the_figures(keep: Callable[..., Path]) -> None:
    """Nothing else is printed."""
    result = call("compare", keep("new", 20), keep("old", 8), "--json")
    (found,) = json.loads(result.stdout)
    assert (found["system"], found["against"], found["measure"]) == ("new", "old", "nDCG@10")
    assert found["p"] == 2 / 2**12
    assert found["topics"] == 24


def test_two_folders_are_compared_by_the_names_of_systems(keep: Callable[..., Path]) -> None:
    """What only one of them has is told."""
    for folder, right in (("before", 10), ("after", 14)):
        keep("a", right, folder)
        keep("b", right + 2, folder)
    extra = keep("c", 3, "after")
    result = call("compare", extra.parent, extra.parent.parent / "before", "--measure", "P@1")
    assert result.exit_code == 0, result.output
    assert "Not compared: c on judged" in result.stdout
    assert result.stdout.count("+0.1667") == 2


def test_systems_of_one_folder_are_compared_by_naming_them(keep: Callable[..., Path]) -> None:
    """``--system`` chooses of A, ``--against`` of B."""
    folder = keep("a", 20).parent
    keep("b", 8)
    result = call("compare", folder, folder, "--system", "a", "--against", "b", "--json")
    assert [(item["system"], item["against"]) for item in json.loads(result.stdout)] == [("a", "b")]


@pytest.mark.parametrize("half", ["learned", "other"])
def test_a_half_is_compared_alone(keep: Callable[..., Path], half: str) -> None:
    """Figures that are reported come from topics that nothing was learned on."""
    (found,) = json.loads(call("compare", keep("a", 20), keep("b", 8), "--half", half, "--json").stdout)
    assert found["topics"] == sum(is_learned(topic) == (half == "learned") for topic in TOPICS)


def test_runs_without_a_common_set_are_wrong_usage(keep: Callable[..., Path], tiny: Path) -> None:
    """The error lists what is there."""
    result = call("compare", keep("a", 20), keep("b", 1, "other", tiny))
    assert isinstance(result.exception, UsageError)
    assert "A has a on judged; B has b on tiny" in str(result.exception)


# ---- eval baseline and gate -----------------------------------------------------------------------


@pytest.fixture
def baseline(keep: Callable[..., Path], tmp_path: Path) -> Path:
    """Written from a run in which 20 of 24 topics are right."""
    path = tmp_path / "kept" / "baseline.json"
    result = call("baseline", keep("a", 20).parent, "--output", path)
    assert result.exit_code == 0, result.output
    return path


def test_a_baseline_holds_every_topic_and_says_of_what(baseline: Path) -> None:
    """It can be read without the runs."""
    document = json.loads(baseline.read_text())
    assert (document["format"], document["measure"]) == (1, "nDCG@10")
    (run,) = document["runs"]
    assert (run["set"], run["system"], len(run["topics"])) == ("judged", "a", 24)
    assert len(run["configuration"]) == 64
    assert run["mean"] == pytest.approx(20 / 24)


@pytest.mark.parametrize(
    ("right", "code", "told"),
    [
        (20, 0, "Nothing has fallen."),
        (24, 0, "Nothing has fallen."),
        (18, 0, "Nothing has fallen."),
        (8, 1, "fallen: "),
    ],
)
def test_the_gate_closes_on_a_significant_fall_alone(
    baseline: Path, keep: Callable[..., Path], right: int, code: int, told: str
) -> None:
    """Equal, better and two topics worse pass; twelve topics worse does not."""
    result = call("gate", keep("a", right, "now"), "--baseline", baseline)
    assert result.exit_code == code
    assert told in result.stdout


def test_the_gate_says_what_the_baseline_does_not_hold(baseline: Path, keep: Callable[..., Path], tiny: Path) -> None:
    """New systems and sets pass, but not in silence."""
    runs = [keep("a", 20, "now"), keep("b", 1, "now"), keep("a", 1, "now", tiny)]
    result = call("gate", *runs, "--baseline", baseline, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["unknown"] == ["judged, b", "tiny, a"]
    assert "not held against it: tiny, a" in call("gate", *runs, "--baseline", baseline).stdout


def test_a_gate_refuses_runs_that_lack_a_set_of_the_baseline(baseline: Path, keep: Callable[..., Path]) -> None:
    """A set left out would pass whatever became of it."""
    result = call("gate", keep("b", 20, "now"), "--baseline", baseline)
    assert isinstance(result.exception, UsageError)
    assert "judged, a" in str(result.exception)


def test_a_gate_refuses_other_topics(baseline: Path, keep: Callable[..., Path], judged: Path) -> None:
    """A set that was changed needs a new baseline."""
    lines = (judged / "qrels" / "test.tsv").read_text().splitlines()
    (judged / "qrels" / "test.tsv").write_text("\n".join(lines[:-1]) + "\n")
    result = call("gate", keep("a", 20, "now"), "--baseline", baseline)
    assert isinstance(result.exception, UsageError)
    assert "write a new baseline" in str(result.exception)


@pytest.mark.parametrize(
    "text",
    ["{", "[]", "{}", '{"format": 2, "measure": "P@1", "runs": []}', '{"format": 1, "measure": "P@1", "runs": 3}',
     '{"format": 1, "measure": "P@1", "runs": [{"set": "s", "system": "a", "topics": {}}]}'],
)  # fmt: skip
def test_a_file_that_is_no_baseline_is_named(tmp_path: Path, text: str) -> None:
    """The error says to write it anew."""
    path = tmp_path / "baseline.json"
    path.write_text(text)
    with pytest.raises(MalformedError, match=r"baseline\.json"):
        read_baseline(path)


def test_a_missing_baseline_is_named(tmp_path: Path) -> None:
    """The error says which command writes one."""
    with pytest.raises(NotFoundError, match="casetrove eval baseline"):
        read_baseline(tmp_path / "none.json")


def test_a_baseline_read_back_lets_its_own_runs_pass(keep: Callable[..., Path], tmp_path: Path) -> None:
    """Values survive the file to the last digit, so nothing differs."""
    kept = load_kept([keep("a", 20)])
    path = tmp_path / "b.json"
    path.write_text(json.dumps(baseline_of(kept)))
    measure, scores = read_baseline(path)
    (found,) = gate(kept, measure, scores).compared
    assert (found.p, found.difference) == (1.0, 0.0)


def test_run_holds_systems_against_each_other(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``--against`` runs the named system too, and compares by nDCG@10."""
    monkeypatch.setattr(commands, "encoder", HashingEncoder)
    arguments = ("run", tiny, "--system", "hybrid", "--against", "bm25", "--against", "dense", "--data", tmp_path / "d")
    told = json.loads(call(*arguments, "--json").stdout)
    assert [item["system"] for item in told["scores"]] == ["hybrid", "bm25", "dense"]
    assert [(item["system"], item["against"]) for item in told["comparisons"]] == [
        ("hybrid", "bm25"), ("dense", "bm25"), ("hybrid", "dense"), ("bm25", "dense"),
    ]  # fmt: skip
    assert "no difference shown" in call(*arguments).stdout
