"""The best passages are looked at again by a cross-encoder that the user names."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest

from indexer.encoders.choice import OneEncoder
from indexer.errors import EncoderError
from search_api.config import HYBRID, System
from search_api.json import search_json
from search_api.model import SearchResult
from search_api.retrieval.pipeline import rank_passages, rerank_reports, search
from search_api.retrieval.query import parse
from search_api.retrieval.ranking import rank_reports
from search_api.retrieval.reranking import RERANKED, Reranker
from search_api.service import Service
from tests.fakes import CASES, Indexed, indexed, make_report, prose
from tests.small_models import small_cross_encoder

QUERY = "rash and swelling after a fall"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_cross_encoder(tmp_path_factory.mktemp("models") / "tiny reader")


@pytest.fixture(scope="module")
def reranker(folder: Path) -> Reranker:
    return Reranker(str(folder))


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Sixty reports beside the six, each with two passages."""
    reports = {f"r{at:02d}": f"A rash. {prose(at, 20)}\n\n# Outcome\n\n{prose(at + 100, 20)}" for at in range(60)}
    return indexed(tmp_path_factory.mktemp("many"), {**CASES, **reports})


def oracle(folder: Path, pairs: list[tuple[str, str]]) -> list[float]:
    """What the model itself says of each pair: logits of transformers alone, through a sigmoid."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        return [
            float(torch.sigmoid(model(**tokenizer(*pair, truncation=True, max_length=128, return_tensors="pt")).logits))
            for pair in pairs
        ]


def ask(at: Indexed, reranker: Reranker | None, k: int = 10, per: int = 2, system: System = HYBRID) -> SearchResult:
    found, _ = search(
        at.generation(), parse(QUERY), k=k, max_per_report=per, system=system, explain=True, reranker=reranker
    )
    return found


def titled(at: Indexed, report_id: str, text: str) -> str:
    generation = at.generation()
    return f"{generation.stored(generation.ordinals[report_id]).report.bibliography.title}\n{text}"


@pytest.mark.parametrize("system", [HYBRID, System("bm25"), System("dense")], ids=str)
def test_hits_come_by_the_models_own_scores(small: Indexed, folder: Path, reranker: Reranker, system: System) -> None:
    """Question against title and passage, as the model scores them: these are the hits' scores, and their order."""
    plain, again = ask(small, None, 30, 9, system).hits, ask(small, reranker, 30, 9, system).hits
    scores = oracle(folder, [(QUERY, titled(small, hit.report_id, hit.text)) for hit in plain])
    expected = {hit.passage_id: score for hit, score in zip(plain, scores, strict=True)}
    assert {hit.passage_id: hit.score for hit in again} == pytest.approx(expected, abs=1e-4)
    assert [hit.score for hit in again] == sorted((hit.score for hit in again), reverse=True)
    assert [hit.rank for hit in again] == list(range(1, len(again) + 1))
    assert [hit.passage_id for hit in again] != [hit.passage_id for hit in plain]


def test_a_hit_says_what_rank_it_had_before(small: Indexed, reranker: Reranker) -> None:
    """The explanation holds the rank without the model, and the answer names the model; without one neither is told."""
    plain, again = ask(small, None, 30, 9), ask(small, reranker, 30, 9)
    before = {hit.passage_id: hit.rank for hit in plain.hits}
    assert all(hit.why is not None and hit.why.rank_before == before[hit.passage_id] for hit in again.hits)
    assert all(hit.why is not None and hit.why.rank_before is None for hit in plain.hits)
    assert (plain.reranked_by, again.reranked_by) == (None, reranker.model)
    assert "rerank" in again.stages
    assert "rerank" not in plain.stages
    assert search_json(again)["hits"][0]["why"]["rank_before"] >= 1


@pytest.mark.parametrize(("k", "per"), [(1, 1), (5, 2), (40, 1), (100, 2)])
def test_the_best_thirty_are_looked_at_or_as_many_as_asked(
    many: Indexed, folder: Path, reranker: Reranker, k: int, per: int
) -> None:
    """The hits are the first k, by the model, of the best thirty passages without it, or of the best k."""
    pool = ask(many, None, max(k, RERANKED), per).hits
    scores = oracle(folder, [(QUERY, titled(many, hit.report_id, hit.text)) for hit in pool])
    order = np.argsort(-np.round(scores, 5), kind="stable")[:k]
    found = ask(many, reranker, k, per).hits
    assert len(found) == min(k, len(pool))
    assert [hit.score for hit in found] == pytest.approx([scores[at] for at in order], abs=1e-4)
    assert {hit.passage_id for hit in found} <= {hit.passage_id for hit in pool}
    assert max([hit.report_id for hit in found].count(hit.report_id) for hit in found) <= per


def test_reports_come_by_their_best_passage_and_the_rest_below(many: Indexed, reranker: Reranker) -> None:
    """The best thirty reports are put in the model's order, those below keep theirs, and the scores fall."""
    generation = many.generation()
    ranked = rank_reports(generation, QUERY, HYBRID, 50)
    again = rerank_reports(generation, QUERY, ranked, HYBRID, reranker)
    best = rank_passages(generation, QUERY, k=RERANKED, max_per_report=1, system=HYBRID, reranker=reranker)
    assert [name for name, _ in again[:RERANKED]] == [generation.report_ids[passage.report] for passage, _ in best]
    assert [score for _, score in again[:RERANKED]] == [score for _, score in best]
    assert [name for name, _ in again[RERANKED:]] == [name for name, _ in ranked[RERANKED:]]
    assert sorted(again) == sorted((name, dict(again)[name]) for name, _ in ranked)
    scores = [score for _, score in again]
    assert scores == sorted(scores, reverse=True)
    assert rerank_reports(generation, QUERY, [], HYBRID, reranker) == []


def test_copies_are_gone_before_the_model_looks(tmp_path: Path, reranker: Reranker) -> None:
    """The model reads no passage twice: copies stand beside the one that was first without it."""
    same = make_report(f"A rash. {prose(7, 60)}", "Of a rash")
    made = indexed(tmp_path, {**CASES, "one": same, "two": same})
    plain, again = ask(made, None, 20).hits, ask(made, reranker, 20).hits
    told = {hit.report_id: [also.report_id for also in hit.also_in] for hit in again if hit.also_in}
    assert told == {"one": ["two"]}
    assert {hit.passage_id for hit in again} == {hit.passage_id for hit in plain}


def test_a_service_with_a_model_asks_it_every_time(small: Indexed, reranker: Reranker) -> None:
    """Search and ask show hits in the model's order; conditions without words are listed as ever."""
    service = Service(small.folder, OneEncoder(small.encoder), reranker)
    found = service.search(QUERY)
    assert found.reranked_by == reranker.model
    assert [hit.score for hit in service.ask(QUERY).hits] == [hit.score for hit in found.hits]
    listed = service.search('kind:other,unknown,"case report"')
    assert (listed.reranked_by, {hit.score for hit in listed.hits}) == (None, {0.0})


def test_threads_share_a_model(reranker: Reranker) -> None:
    """Eight threads with texts of all lengths get what one thread gets."""
    texts = [prose(at, 5 * at + 1) for at in range(40)]
    alone, got = reranker.scores(QUERY, texts), {}

    def work(at: int) -> None:
        got[at] = reranker.scores(QUERY, texts)

    threads = [threading.Thread(target=work, args=(at,)) for at in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 8
    for scores in got.values():
        np.testing.assert_allclose(scores, alone, atol=1e-6)


def test_nothing_to_score_is_no_error(reranker: Reranker) -> None:
    """No text, no score; a text far beyond the model's limit has one."""
    assert reranker.scores(QUERY, []).shape == (0,)
    assert reranker.scores("fever " * 500, ["rash " * 5000]).shape == (1,)


def test_the_name_is_the_last_part(reranker: Reranker) -> None:
    """Files are named by the folder's name, without blanks."""
    assert reranker.name == "tiny_reader"
    assert reranker.model.endswith("tiny reader")


@pytest.mark.parametrize("case", ["no folder", "unknown name", "empty folder", "broken weights", "two scores"])
def test_a_model_that_cannot_be_used_is_told(tmp_path: Path, folder: Path, case: str) -> None:
    """The option, the model and what to do are named; nothing is looked for on the network."""
    name = str(tmp_path / "model")
    if case == "unknown name":
        name = "nobody/no-such-cross-encoder"
    elif case == "empty folder":
        Path(name).mkdir()
    elif case == "broken weights":
        small_cross_encoder(Path(name))
        (Path(name) / "model.safetensors").write_bytes(b"no weights")
    elif case == "two scores":
        small_cross_encoder(Path(name), scores=2)
    with pytest.raises(EncoderError) as caught:
        Reranker(name)
    assert str(caught.value).startswith(f"--rerank {name}: ")
    assert ("gives 2 scores" if case == "two scores" else "cannot be loaded") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_scores_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    """A model whose weights are not finite is told, not sorted by."""
    import torch
    from safetensors.torch import load_file, save_file

    folder = small_cross_encoder(tmp_path / "model")
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"] = torch.full_like(weights["classifier.bias"], float("nan"))
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(EncoderError, match="scores that are no numbers"):
        Reranker(str(folder)).scores("fever", ["rash"])


def test_the_answer_can_be_sent_as_json(small: Indexed, reranker: Reranker) -> None:
    """Scores are plain numbers."""
    assert json.loads(json.dumps(search_json(ask(small, reranker))))["reranked_by"] == reranker.model
