"""A peer is a program in an environment of its own: it gets the same files, and its run is kept and scored as ours."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.errors import MalformedError, NotFoundError, UsageError
from eval import peers
from eval.commands import app
from eval.kept import load_kept
from eval.peers import Peer, PeerError, by_corpus, find_peer, peer_names, run_peer
from eval.topics import load

ROOT = Path(__file__).parents[2]
WriteSet = Callable[..., Path]
COUNTING = """
import json, os, sys
corpus, queries, run, depth = sys.argv[1:]
documents = [json.loads(line) for line in open(corpus, encoding="utf-8")]
assert os.environ["HF_HUB_OFFLINE"] == "1" and "PYTHONPATH" not in os.environ
with open(run, "w", encoding="utf-8") as file:
    for line in open(queries, encoding="utf-8"):
        query = json.loads(line)
        words = set(query["text"].split())
        ranked = sorted(documents, key=lambda one: -len(words & set(one["text"].lower().replace(".", "").split())))
        for place, one in enumerate(ranked[:int(depth)], start=1):
            print(query["_id"], "Q0", one["_id"], place, 1 / place, "counting", file=file)
"""


@pytest.fixture
def counting(tmp_path: Path) -> Peer:
    """A tiny peer: documents by how many words they share with the query."""
    program = tmp_path / "counting_peer.py"
    program.write_text(COUNTING)
    return Peer("counting", Path(sys.executable), program)


def saying(tmp_path: Path, program: str) -> Peer:
    """A peer that does this."""
    path = tmp_path / "program.py"
    path.write_text(program)
    return Peer("odd", Path(sys.executable), path)


def test_a_peer_is_scored_and_its_run_is_kept_as_ours_are(
    tiny: Path, tmp_path: Path, counting: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kept run scores the same, so that it can be compared, plotted and gated."""
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    (scored,) = run_peer(counting, [load(tiny)], tmp_path / "out", ["x"])
    assert (scored.set, scored.system, scored.means["nDCG@10"]) == ("tiny", "counting", 1.0)
    (kept,) = load_kept([tmp_path / "out"])
    assert kept.score() == scored
    assert len(kept.configuration["system"]["program"]) == 64
    assert kept.configuration["command"] == ["x"]


def test_a_peer_does_not_find_the_document_of_the_topics_own_id(
    write_set: WriteSet, tmp_path: Path, counting: Peer
) -> None:
    """As our own systems do not."""
    folder = write_set({"same": "viper bite", "b": "viper"}, {"same": "viper bite"}, {"same": {"b": 1}})
    run_peer(counting, [load(folder)], tmp_path / "out")
    (kept,) = load_kept([tmp_path / "out"])
    assert [document for document, _ in kept.run.rankings["same"]] == ["b"]


def test_sets_with_one_corpus_are_ranked_together(tiny: Path, tmp_path: Path, counting: Peer) -> None:
    """The corpus is read once for both, and each set has its own run, though their topics have the same ids."""
    twin, other = tmp_path / "twin", tmp_path / "other"
    for folder in (twin, other):
        shutil.copytree(tiny, folder)
    corpus = other / "corpus.jsonl"
    corpus.write_text(corpus.read_text() + json.dumps({"_id": "more", "text": "rain"}) + "\n")
    together, alone = by_corpus([load(tiny), load(other), load(twin)]), [load(other)]
    assert [[topics.name for topics in sets] for sets in together] == [["tiny", "twin"], ["other"]]
    both = run_peer(counting, together[0], tmp_path / "out")
    assert [(scored.set, scored.means["nDCG@10"]) for scored in both] == [("tiny", 1.0), ("twin", 1.0)]
    assert {kept.run.set for kept in load_kept([tmp_path / "out"])} == {"tiny", "twin"}
    assert [scored.set for scored in run_peer(counting, alone, tmp_path / "out")] == ["other"]


def test_a_peer_gets_the_judged_queries_alone(write_set: WriteSet, tmp_path: Path, counting: Peer) -> None:
    """The others would cost time and count nothing."""
    folder = write_set({"a": "viper"}, {"q": "viper", "unjudged": "rain"}, {"q": {"a": 1}})
    run_peer(counting, [load(folder)], tmp_path / "out")
    assert list(load_kept([tmp_path / "out"])[0].run.rankings) == ["q"]


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("import sys; sys.exit('no such library')", "exit 1; its last words: no such library"),
        ("pass", "exit 0; its last words: nothing"),
        ("raise ValueError('five')", "ValueError: five"),
    ],
)
def test_a_peer_that_fails_is_told_with_its_last_words(tiny: Path, tmp_path: Path, program: str, told: str) -> None:
    """Nothing is kept of it."""
    with pytest.raises(PeerError, match=told):
        run_peer(saying(tmp_path, program), [load(tiny)], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_peer_that_writes_no_run_is_told(tiny: Path, tmp_path: Path) -> None:
    """What it wrote is read as strictly as any run."""
    with pytest.raises(MalformedError, match="6 columns"):
        run_peer(saying(tmp_path, "import sys; open(sys.argv[3], 'w').write('q1 d1')"), [load(tiny)], tmp_path / "out")


def test_each_peer_has_a_program_and_pinned_requirements() -> None:
    """All versions are exact, and no index is named."""
    assert peer_names() == ["bm25s", "llamaindex", "sentence_transformers_faiss", "txtai"]
    for name in peer_names():
        lines = (ROOT / "eval" / "baselines" / f"requirements-{name}.txt").read_text().splitlines()
        assert all("==" in line and "+" not in line for line in lines if not line.startswith("#")), name
        assert not any("://" in line or line.startswith("-") for line in lines), name


def test_unknown_peers_and_missing_environments_are_told(tmp_path: Path) -> None:
    """The error says which there are, or how the environment is made."""
    with pytest.raises(UsageError, match="bm25s, llamaindex"):
        find_peer("other", tmp_path)
    with pytest.raises(NotFoundError, match="make peers"):
        find_peer("bm25s", tmp_path)


def test_the_command_runs_peers_from_their_environments(
    tiny: Path, tmp_path: Path, counting: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One table for a person, JSON for a program, run files for all."""
    monkeypatch.setattr(peers, "_PROGRAMS", counting.program.parent)
    (tmp_path / "requirements-counting.txt").write_text("counting==1\n")
    python = tmp_path / "environments" / "counting" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    words = ["peers", str(tiny), "--peer", "counting", "--environments", str(tmp_path / "environments")]
    result = CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)[0]["measures"]["MRR@10"] == 1.0
    assert "counting" in CliRunner().invoke(app, [*words, "--out", str(tmp_path / "out")]).stdout
    assert (tmp_path / "out" / "tiny.counting.trec").is_file()
