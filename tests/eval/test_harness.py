"""Sets are indexed whole, run by the real retrieval, and what a run depended on is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import NoTextError, UsageError
from eval.harness import SetFolder, code_digest, evaluate, index_set, label, report_of, run_system
from eval.measures import score
from eval.model import DEPTH
from eval.report import read_run
from eval.topics import Document, Topics, load, load_all
from indexer.encoders.base import EncoderInfo, Kind, Vectors
from indexer.encoders.hashing import HashingEncoder
from search_api.config import System
from search_api.retrieval.reranking import Reranker
from tests.small_models import small_cross_encoder

WriteSet = Callable[..., Path]
ALL = [System("bm25"), System("dense"), System("hybrid")]


class CountingEncoder(HashingEncoder):
    """Counts the passages that it had to encode."""

    def __init__(self, dimensions: int = 64) -> None:
        super().__init__(dimensions)
        self.passages = 0

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """As the encoder it stands for."""
        self.passages += len(texts) if kind == "passage" else 0
        return super().encode(texts, kind)


class KilledError(Exception):
    """Stands for a process that is killed."""


@pytest.fixture(scope="module")
def encoder() -> HashingEncoder:
    return HashingEncoder()


# ---- documents as reports -------------------------------------------------------------------------


def test_a_document_becomes_a_report_under_its_own_id() -> None:
    """Id and title are kept, the text is whole, paragraphs are told apart."""
    report = report_of(Document("x1", " A title ", "First part.\n\nSecond part.\nIts second line."))
    assert report.given_id == "x1"
    assert report.bibliography.title == "A title"
    assert report.text == "First part.\n\nSecond part. Its second line."
    assert [sentence.span.of(report.text) for sentence in report.sentences] == [
        "First part.",
        "Second part.",
        "Its second line.",
    ]


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_document_with_a_title_alone_is_found_by_it(text: str) -> None:
    """Judgements name such documents too: the title is their text."""
    assert report_of(Document("x1", "Only a title", text)).text == "Only a title"


def test_a_document_with_neither_title_nor_text_is_refused() -> None:
    """There is nothing by which it could be found."""
    with pytest.raises(NoTextError):
        report_of(Document("x1", "", " "))


def test_headings_and_references_in_a_text_stay_part_of_it() -> None:
    """Sets are scored on the whole text, so nothing of it may be taken for furniture."""
    text = "Introduction\n\nIt began.\n\nReferences\n\n1. Smith J. A study. 1999."
    report = report_of(Document("x1", "", text))
    assert report.text == text
    assert {section.kind for section in report.sections} == {"body"}


# ---- indexing -------------------------------------------------------------------------------------


def test_every_document_is_in_the_index_under_its_id(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """Report ids are the set's own."""
    generation = index_set(load(tiny), encoder, tmp_path / "data")
    assert generation.report_ids == ["d1", "d2", "d3", "d4", "d5", "d6"]
    assert generation.stored(0).report.bibliography.title == "Calcinosis treated"


@pytest.mark.parametrize("system", ALL, ids=str)
def test_identical_texts_with_different_ids_are_both_found(
    write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder, system: System
) -> None:
    """Judgements may name either, so neither is dropped as a duplicate."""
    text = "A viper bit the farmer. He was given antivenom."
    others = {f"o{n}": f"Another story number {n} about something else entirely." for n in range(5)}
    topics = load(write_set({"twin1": text, **others, "twin2": text}, {"q": "viper antivenom"}, {"q": {"twin2": 1}}))
    run = run_system(index_set(topics, encoder, tmp_path / "data"), encoder, topics, system)
    (first, first_score), (second, second_score), *_ = run.rankings["q"]
    assert {first, second} == {"twin1", "twin2"}
    assert first_score == pytest.approx(second_score)


def test_a_second_run_embeds_no_passage(tiny: Path, tmp_path: Path) -> None:
    """The index is opened from its folder; only the questions cost."""
    encoder = CountingEncoder()
    first = index_set(load(tiny), encoder, tmp_path)
    spent = encoder.passages
    assert spent == first.manifest.passages > 0
    stages: list[str] = []
    second = index_set(load(tiny), encoder, tmp_path, lambda what, *_: stages.append(what))
    assert encoder.passages == spent
    assert stages == []
    assert second.manifest == first.manifest


def test_embeddings_are_shared_between_sets(write_set: WriteSet, tmp_path: Path) -> None:
    """The same document in two sets is embedded once."""
    encoder = CountingEncoder()
    one = write_set({"a": "A shared story."}, {"q": "story"}, {"q": {"a": 1}}, name="one")
    two = write_set({"b": "A shared story."}, {"q": "story"}, {"q": {"b": 1}}, name="two")
    index_set(load(one), encoder, tmp_path / "data")
    assert encoder.passages == 1
    generation = index_set(load(two), encoder, tmp_path / "data")
    assert generation.report_ids == ["b"]
    assert encoder.passages == 1


def test_a_changed_corpus_gets_a_folder_of_its_own(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """The folder is named by the file's digest, so a stale index is never opened."""
    index_set(load(tiny), encoder, tmp_path / "data")
    with (tiny / "corpus.jsonl").open("a") as file:
        file.write('{"_id": "d7", "text": "A seventh case."}\n')
    assert len(index_set(load(tiny), encoder, tmp_path / "data").report_ids) == 7
    assert len(list((tmp_path / "data" / "eval").glob("tiny-*"))) == 2


def test_another_encoder_gets_a_folder_of_its_own(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """Its vectors would not fit."""
    index_set(load(tiny), encoder, tmp_path)
    generation = index_set(load(tiny), HashingEncoder(dimensions=32), tmp_path)
    assert generation.manifest.dimensions == 32


def test_other_code_reads_and_builds_the_set_anew(tiny: Path, tmp_path: Path) -> None:
    """An index that other code built is not trusted; embeddings of unchanged passages are."""
    encoder = CountingEncoder()
    before = index_set(load(tiny), encoder, tmp_path / "data")
    (marker,) = (tmp_path / "data" / "eval").glob("tiny-*/READ_BY")
    marker.write_text("0" * 64)
    spent, stages = encoder.passages, []
    after = index_set(load(tiny), encoder, tmp_path / "data", lambda what, *_: stages.append(what))
    assert after.manifest.generation == before.manifest.generation + 1
    assert {"tiny: read", "tiny: chunk", "tiny: embed", "tiny: write"} <= set(stages)
    assert encoder.passages == spent
    assert marker.read_text() == code_digest("corpus", "indexer")


@pytest.mark.parametrize("stage", ["tiny: read", "tiny: chunk", "tiny: write"])
def test_a_killed_run_is_mended_by_the_next(tiny: Path, tmp_path: Path, encoder: HashingEncoder, stage: str) -> None:
    """Whatever stage it was killed in, the next run ends with every document in the index."""

    def kill(what: str, done: int, _: int) -> None:
        if what == stage and (done == 3 or stage == "tiny: write"):
            raise KilledError

    with pytest.raises(KilledError):
        index_set(load(tiny), encoder, tmp_path, kill)
    assert len(index_set(load(tiny), encoder, tmp_path).report_ids) == 6


def test_documents_without_any_text_are_counted_and_left_out(
    write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """One empty document does not stop the set, and is not silent."""
    topics = load(write_set({"a": "A story.", "b": "", "c": " "}, {"q": "story"}, {"q": {"a": 1}}))
    warnings: list[str] = []
    generation = index_set(topics, encoder, tmp_path / "data", warn=warnings.append)
    assert generation.report_ids == ["a"]
    assert warnings == [f"{topics.corpus}: 2 documents hold no text: they cannot be found"]


def test_the_cache_folder_keeps_its_embeddings_elsewhere(tmp_path: Path) -> None:
    """All but the embeddings lies in the set's own folder."""
    folder = SetFolder(tmp_path / "set", tmp_path / "all.sqlite")
    assert folder.embeddings == tmp_path / "all.sqlite"
    assert folder.catalog.parent == tmp_path / "set"


# ---- running --------------------------------------------------------------------------------------


@pytest.mark.parametrize("system", ALL, ids=str)
def test_each_system_finds_the_plain_winners(
    tiny: Path, tmp_path: Path, encoder: HashingEncoder, system: System
) -> None:
    """On a set where every topic has one obvious document, each system scores 1."""
    topics = load(tiny)
    run = run_system(index_set(topics, encoder, tmp_path), encoder, topics, system)
    assert score(run, topics.qrels).means == pytest.approx({"nDCG@10": 1.0, "R@100": 1.0, "MRR@10": 1.0, "P@10": 0.1})
    for ranking in run.rankings.values():
        scores = [value for _, value in ranking]
        assert scores == sorted(scores, reverse=True)
        assert len({document for document, _ in ranking}) == len(ranking)


def test_dense_scores_a_long_document_by_its_best_passage(write_set: WriteSet, tmp_path: Path) -> None:
    """A document whose one passage answers, among much else, beats one that is vaguely alike all over."""
    encoder = HashingEncoder(max_tokens=40)
    filler = " ".join(f"Sentence {n} speaks of weather, roads and boats near town {n}." for n in range(60))
    needle = "The viper bite was treated with antivenom."
    topics = load(
        write_set(
            {"long": f"{filler} {needle} {filler}", "short": "A viper sat in the sun near the road and the boats."},
            {"q": "viper bite treated with antivenom"},
            {"q": {"long": 1}},
        )
    )
    generation = index_set(topics, encoder, tmp_path / "data")
    assert generation.manifest.passages > 10
    (best, value), *_ = run_system(generation, encoder, topics, System("dense")).rankings["q"]
    assert best == "long"
    vector = encoder.encode(["viper bite treated with antivenom"])[0]
    rows = generation.rows_of(np.array([generation.ordinals["long"]]))
    assert value == pytest.approx(float(generation.vectors.scores(vector, rows).max()), abs=1e-6)


def test_a_topic_does_not_find_the_document_of_its_own_id(
    write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """BEIR's convention: a query that is itself a document of the set must find others."""
    documents = {"same": "A viper bit the farmer.", "other": "Another viper bit a child.", "third": "Rain fell."}
    topics = load(write_set(documents, {"same": "A viper bit the farmer."}, {"same": {"other": 1}}))
    generation = index_set(topics, encoder, tmp_path / "data")
    for system in ALL:
        assert run_system(generation, encoder, topics, system).rankings["same"][0][0] == "other"


def test_a_ranking_is_cut_at_the_depth_even_where_the_own_document_is_dropped(
    write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """The dropped document does not cost a place."""
    documents = {f"d{n}": f"Case {n} of dengue." for n in range(DEPTH + 20)}
    topics = load(write_set(documents, {"d7": "dengue case", "q": "dengue case"}, {"d7": {"d1": 1}, "q": {"d1": 1}}))
    generation = index_set(topics, encoder, tmp_path / "data")
    for system in ALL:
        rankings = run_system(generation, encoder, topics, system).rankings
        assert [len(rankings[topic]) for topic in ("d7", "q")] == [DEPTH, DEPTH]
        assert "d7" not in dict(rankings["d7"])


def test_a_topic_whose_words_no_document_holds_counts_0(
    write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """BM25 gives such a topic no results; the average still counts it."""
    topics = load(write_set({"a": "A viper bite."}, {"q": "viper", "p": "xylophone"}, {"q": {"a": 1}, "p": {"a": 1}}))
    run = run_system(index_set(topics, encoder, tmp_path / "data"), encoder, topics, System("bm25"))
    assert run.rankings["p"] == ()
    assert score(run, topics.qrels).means["MRR@10"] == 0.5


def test_a_system_is_labelled_by_its_name_unless_its_parameters_are_its_own() -> None:
    """The usual hybrid is "hybrid"; another weight is told apart in tables and file names."""
    assert [label(system) for system in ALL] == ["bm25", "dense", "hybrid"]
    assert label(System("hybrid", dense_weight=0.25)) == str(System("hybrid", dense_weight=0.25)) != "hybrid"


# ---- the whole ------------------------------------------------------------------------------------


def test_an_evaluation_scores_each_set_with_each_system_and_keeps_the_runs(
    tiny: Path, write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """Scores come set by set; each has a TREC run that scores the same, and a configuration."""
    other = write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1}}, name="other")
    sets = load_all([tiny, other])
    out = tmp_path / "out"
    scores = evaluate(sets, ALL, encoder, tmp_path / "data", out)
    assert [(item.set, item.system) for item in scores] == [
        (name, system) for name in ("tiny", "other") for system in ("bm25", "dense", "hybrid")
    ]
    by_name = {topics.name: topics for topics in sets}
    for item in scores:
        run = read_run(out / f"{item.set}.{item.system}.trec", item.set)
        assert run.system == item.system
        assert score(run, by_name[item.set].qrels) == item
        assert (out / f"{item.set}.{item.system}.json").is_file()


def test_each_system_is_run_with_a_reranker_too(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """A second run of each system bears the model's name, in its order; its configuration tells which it was."""
    reranker = Reranker(str(small_cross_encoder(tmp_path / "reader")))
    topics, out = load(tiny), tmp_path / "out"
    scores = evaluate([topics], ALL[:2], encoder, tmp_path / "data", out, reranker=reranker)
    assert [item.system for item in scores] == ["bm25", "bm25+reader", "dense", "dense+reader"]
    generation = index_set(topics, encoder, tmp_path / "data")
    documents = {document.document_id: document for document in topics.documents()}
    for topic, ranking in read_run(out / "tiny.dense+reader.trec", "tiny").rankings.items():
        texts = [f"{documents[name].title}\n{documents[name].text}".strip() for name, _ in ranking]
        given = reranker.scores(topics.queries[topic], texts)
        np.testing.assert_allclose([value for _, value in ranking], given, atol=1e-5)
        plain = run_system(generation, encoder, topics, System("dense")).rankings[topic]
        assert {name for name, _ in ranking} == {name for name, _ in plain}
    kept = [json.loads((out / f"tiny.dense{ending}.json").read_text()) for ending in ("", "+reader")]
    assert [each["rerank"] for each in kept] == [None, {"model": reranker.model, "passages": 30}]
    assert kept[1]["label"] == "dense+reader"


def test_a_configuration_names_everything_a_score_depends_on(
    tiny: Path, tmp_path: Path, encoder: HashingEncoder
) -> None:
    """Manifest, files, system, measures, versions, command and date are beside the run."""
    topics = load(tiny)
    evaluate([topics], [System("hybrid", dense_weight=0.25)], encoder, tmp_path, tmp_path / "out", command=["x", "--y"])
    (path,) = (tmp_path / "out").glob("*.json")
    kept = json.loads(path.read_text())
    assert kept["manifest"]["encoder"] == "hashing"
    assert kept["manifest"]["encoder_fingerprint"] == encoder.info.fingerprint
    assert kept["manifest"]["chunking"]["target_tokens"] > 0
    assert kept["manifest"]["analyzer"]
    assert len(kept["manifest"]["corpus_digest"]) == 64
    assert kept["files"] == topics.digests()
    assert kept["system"] == asdict(System("hybrid", dense_weight=0.25))
    assert kept["depth"] == DEPTH
    assert kept["environment"]["libraries"]["ir-measures"]
    assert kept["command"] == ["x", "--y"]
    assert kept["date"].startswith("20")
    assert kept["queries"] == 3
    assert len(kept["code"]) == 64


def test_a_system_named_twice_is_run_once(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """Its run file would be the same."""
    assert len(evaluate([load(tiny)], [System("bm25")] * 2, encoder, tmp_path, tmp_path / "out")) == 1


def test_warnings_of_a_set_are_passed_on(write_set: WriteSet, tmp_path: Path, encoder: HashingEncoder) -> None:
    """What does not fit together in a set is told with its folder."""
    folder = write_set({"a": "A viper bite."}, {"q": "viper"}, {"q": {"a": 1, "lost": 1}})
    told: list[str] = []
    evaluate([load(folder)], [System("bm25")], encoder, tmp_path / "data", tmp_path / "out", warn=told.append)
    assert told == [f"{folder}: 1 judged documents are not in corpus.jsonl: they cannot be found"]


def test_two_sets_of_one_name_are_refused(tiny: Path, tmp_path: Path) -> None:
    """Their run files would overwrite each other."""
    with pytest.raises(UsageError, match="are both called tiny"):
        load_all([tiny, tiny])


def test_an_output_folder_that_cannot_be_made_is_named(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """The error is about --out."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="--out"):
        evaluate([load(tiny)], [System("bm25")], encoder, tmp_path / "data", tmp_path / "taken" / "runs")


def test_progress_is_told_from_first_to_last(tiny: Path, tmp_path: Path, encoder: HashingEncoder) -> None:
    """Every stage ends at its total."""
    seen: dict[str, tuple[int, int]] = {}

    def watch(what: str, done: int, total: int) -> None:
        seen[what] = (done, total)

    topics: Topics = load(tiny)
    evaluate([topics], ALL, encoder, tmp_path, tmp_path / "out", watch=watch)
    assert seen["tiny: read"] == (6, 6)
    assert seen["tiny: bm25"] == seen["tiny: dense"] == seen["tiny: hybrid"] == (3, 3)
    assert all(done == total for done, total in seen.values())


def test_the_code_digest_follows_the_room() -> None:
    """It is the same twice and differs between rooms."""
    assert code_digest("corpus") == code_digest("corpus") != code_digest("indexer")


def test_the_counting_encoder_is_the_usual_one() -> None:
    """The double used here is the tests' own encoder with a counter, nothing else."""
    info: EncoderInfo = CountingEncoder().info
    assert info == HashingEncoder().info
