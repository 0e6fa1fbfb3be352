from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from corpus.entities import training, weights
from corpus.entities.classes import classes, lines
from corpus.entities.classes import main as group
from corpus.entities.crf import Chains
from corpus.entities.features import hashed
from corpus.entities.iob import read_annotated
from corpus.entities.reading import entities
from corpus.entities.tagger import Tagger
from corpus.errors import ReadError

sparse = pytest.importorskip("scipy.sparse", reason="training needs scipy (pip install casetrove[training])")


def write(path: Path, *sentences: tuple[str, str]) -> Path:
    """Sentences of tokens, and their tags, as a file of annotated sentences."""
    records = [json.dumps({"tokens": words.split(), "tags": tags.split()}) for words, tags in sentences]
    path.write_text("\n".join(records) + "\n", "utf-8")
    return path


@pytest.fixture
def taught(tmp_path: Path) -> Path:
    """Invented annotations: wobbles are diseases, zaps chemicals."""
    patterns = [
        ("The {0} wobble ( {1} ) came .", "O B-X I-X O B-X O O O", "Acute", "AW"),
        ("After {0} wobble we saw {1} .", "O B-X I-X O O B-X O", "acute", "AW"),
        ("No {0} was {1} seen .", "O O O O O O", "garden", "ever"),
        ("Late {0} wobble killed {1} .", "O B-X I-X O O O", "grave", "them"),
    ]
    sentences = [(words.format(*fill), tags) for _ in range(6) for words, tags, *fill in patterns]
    return write(tmp_path / "wobbles.jsonl", *sentences)


def test_annotated_sentences_become_a_text(tmp_path: Path) -> None:
    """Tokens are set as in print, a sentence to a line, and the spans are those of the tags."""
    path = write(
        tmp_path / "a.jsonl",
        ("Type - 2 gout ( TG ) , mild .", "B-D I-D I-D I-D O B-D O O O O"),
        ("Gout fever", "I-D B-D"),
    )
    found = read_annotated(path)
    assert found.text == "Type-2 gout (TG), mild.\nGout fever\n"
    assert [span.of(found.text) for span in found.gold] == ["Type-2 gout", "TG", "Gout", "fever"]
    assert [found.text[start:end] for start, end in found.sentences] == found.text.splitlines()
    assert [span.of(found.text) for span in found.within(1, 2)] == ["Gout", "fever"]
    assert found.within(1, 1) == ()


@pytest.mark.parametrize("content", ["not json\n", '{"tokens": ["a"]}\n', '{"tokens": ["a"], "tags": []}\n'])
def test_what_is_not_annotated_is_refused_by_name(tmp_path: Path, content: str) -> None:
    """The error names the file."""
    (tmp_path / "odd.jsonl").write_text(content, "utf-8")
    with pytest.raises(ReadError, match=r"odd\.jsonl"):
        read_annotated(tmp_path / "odd.jsonl")


def test_the_slope_is_that_of_the_likelihood() -> None:
    """The gradient agrees with small steps along each weight."""
    random = np.random.default_rng(1)
    seen = sparse.csr_matrix((random.random((9, 4)) < 0.5).astype(float))
    labels = random.integers(0, 3, 9)
    chains = Chains(seen, labels, np.array([4, 2, 3]), np.array([1.0, 3.0, 1.0]))
    weights, follows, opens = random.normal(size=(4, 3)), random.normal(size=(3, 3)), random.normal(size=3)
    at, slope = chains._unlikely(weights, follows, opens)
    flat = np.concatenate([weights.ravel(), follows.ravel(), opens])
    for place in range(len(flat)):
        moved = flat.copy()
        moved[place] += 1e-6
        further, _ = chains._unlikely(moved[:12].reshape(4, 3), moved[12:21].reshape(3, 3), moved[21:])
        assert (further - at) / 1e-6 == pytest.approx(slope[place], abs=1e-3)


def test_what_is_taught_is_learnt() -> None:
    """A feature that goes with a label gets weight for it."""
    seen = sparse.csr_matrix(np.eye(3)[[0, 1, 2, 0, 1, 2]])
    chains = Chains(seen, np.array([0, 1, 2, 0, 1, 2]), np.array([3, 3]), np.ones(2))
    weights, follows, opens = chains.learn(0.1)
    assert weights.argmax(axis=1).tolist() == [0, 1, 2]
    assert follows[1].argmax() == 2
    assert opens.argmax() == 0


def test_a_trained_tagger_reads_new_sentences(taught: Path, tmp_path: Path) -> None:
    """Written weights find what their lessons had, a new one of its kind, and a short form by its long one."""
    weights.write_classes(tmp_path / "classes", {hashed("wobble"): (1, 1, 1)})
    files = [f"--{each}={taught}" for each in ("chemicals", "diseases", "inherited")]
    training.main([*files, f"--classes={tmp_path / 'classes'}", f"--output={tmp_path / 'weights'}"])
    found = Tagger(weights.read_weights(tmp_path / "weights"), weights.read_classes(tmp_path / "classes"))
    text = "The Acute wobble (AW) came.\nAfter severe wobble we saw AW."
    spans = [each.span.of(text) for each in entities(text, tagger=found)]
    assert spans == ["Acute wobble", "AW", "severe wobble", "AW"]


def test_parts_are_tried_by_what_the_others_taught(taught: Path) -> None:
    """A line for each file and number of parts read, with figures."""
    annotated = read_annotated(taught)
    told = list(training.tried([("disease", annotated, 1.0), ("chemical", annotated, 1.0)], {}, 2))
    assert [line.split(":")[0] for line in told] == [
        f"{kind}, part 1 to {part} of 2" for part in (1, 2) for kind in ("disease 0", "chemical 1")
    ]
    assert all("precision 1.000, recall 1.000" in line for line in told if line.startswith("disease"))


def test_words_used_alike_are_of_one_class() -> None:
    """Gout and asthma stand where diseases stand; the finest class tells them from what is given."""
    texts = [
        f"The {patient} had {disease} and was given {drug} for the {disease} at once."
        for patient in ("baker", "sailor", "tailor")
        for disease in ("gout", "asthma")
        for drug in ("quinine", "opium", "iron")
    ]
    found = classes(texts * 2)
    assert found[hashed("gout")] == found[hashed("asthma")] or len(found) <= 64
    assert len(found[hashed("gout")]) == 3


def test_lines_are_read_once(tmp_path: Path) -> None:
    """Long texts of records anywhere in them, each line once, short ones left out."""
    line, other = (
        each * 5 for each in ("A line long enough to tell something. ", "One more line that tells of it, too. ")
    )
    records = [{"text": f"{line}\nshort\n{other}", "id": "x"}, [{"again": line}]]
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), "utf-8")
    assert list(lines([tmp_path / "a.jsonl"])) == [line, other]


def test_classes_are_written_by_the_program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The program says how many words it has placed."""
    text = " ".join(["The baker had gout and the sailor had asthma, as the tailor had gout before him."] * 6)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": text}) + "\n", "utf-8")
    group([f"--texts={tmp_path / 'a.jsonl'}", f"--output={tmp_path / 'classes'}"])
    assert "words" in capsys.readouterr().out
    assert hashed("gout") in weights.read_classes(tmp_path / "classes")
