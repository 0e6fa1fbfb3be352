from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.model import Span
from search_api.answering import endpoint

from .conftest import Run
from .lying_model import KEY, Asked, Model, Reply, model, passages_in, say

QUOTE = "He was treated with zinc 50 mg/day for three months."
QUESTION = "What was given for anosmia?"


@pytest.fixture
def lying(monkeypatch: pytest.MonkeyPatch) -> Iterator[Model]:
    """An endpoint that says one thing that is so, and one that is not; the environment names it."""
    pytest.importorskip("openai", reason="the extra `llm` is not installed")

    def replies(asked: Asked, _number: int) -> Reply:
        name = next(name for name, text in passages_in(asked).items() if QUOTE in text)
        return say(
            {"claim": "The patient received zinc 50 mg/day.", "passage": name, "quote": QUOTE},
            {"claim": "Zinc cured the patient.", "passage": name, "quote": QUOTE},
            {"claim": "Zinc cured the patient.", "passage": "P77", "quote": QUOTE},
        )

    with model() as found:
        found.replies = replies
        monkeypatch.setenv("CASETROVE_LLM_URL", found.url)
        monkeypatch.setenv("CASETROVE_LLM_MODEL", "liar-7b")
        monkeypatch.setenv("CASETROVE_LLM_KEY", KEY)
        monkeypatch.setenv("CASETROVE_LLM_RETRIES", "0")
        yield found


def claims(shown: dict[str, Any]) -> list[str]:
    """The texts of the claims."""
    return [claim["text"] for claim in shown["claims"]]


def test_claims_are_printed_with_citations_and_what_was_dropped(run: Run, report: Path, lying: Model) -> None:
    """The verified claim with its quote and place, then how many were dropped and why, then the answer beside."""
    run("index", str(report))
    ran = run("ask", QUESTION, "--llm")
    assert ran.code == 0, ran.err
    claim, _, rest = ran.out.partition("liar-7b: ")
    assert "The patient received zinc 50 mg/day." in claim
    assert f"“{QUOTE}”" in claim
    assert "baker.txt" in claim
    assert "2 claims were dropped" in rest
    assert "dropped: unknown passage" in rest
    assert "Without a model" in rest
    assert "cured the patient" not in ran.out
    assert KEY not in ran.out + ran.err


def test_json_holds_spans_that_lead_to_the_text(run: Run, report: Path, lying: Model) -> None:
    """A claim's quote is the report's text at its offsets, inside the passage that was cited."""
    run("index", str(report))
    shown = run("ask", QUESTION, "--llm", "--json").json()
    assert set(shown) == {"question", "generation", "took_ms", "model", "outcome", "reason", "passages", "claims",
                          "dropped", "answer"}  # fmt: skip
    (claim,) = shown["claims"]
    text = run("text", claim["report_id"], "--json").json()["text"]
    assert Span(claim["start"], claim["end"]).of(text) == claim["quote"] == QUOTE
    first, last = claim["passage_id"].rpartition(":")[2].split("-")
    assert int(first) <= claim["start"] < claim["end"] <= int(last)
    assert claim["citation"]["source"].endswith("baker.txt")
    assert claim["section"] == "case"
    assert not claim["literature"]
    assert sorted(each["reason"] for each in shown["dropped"]) == ["claim beyond the quote", "unknown passage"]
    assert shown["outcome"] == "answered"
    assert shown["answer"]["question"] == QUESTION
    assert shown["answer"]["generation"] == shown["generation"]


def test_no_surviving_claim_is_an_abstention_beside_the_answer(run: Run, report: Path, lying: Model) -> None:
    """It is said that nothing stood; what needs no model is there all the same."""
    lying.always(say({"claim": "Zinc cured all.", "passage": "P1", "quote": "Zinc cured all."}))
    run("index", str(report))
    shown = run("ask", QUESTION, "--llm", "--json").json()
    assert (shown["outcome"], claims(shown)) == ("abstained", [])
    assert "No claim of the model is borne out" in shown["reason"]
    assert shown["answer"]["hits"]


def test_a_model_that_cannot_be_asked_is_told(run: Run, report: Path, lying: Model) -> None:
    """The answer without a model is printed, the reason above it, and the exit code says that it failed."""
    lying.always(Reply(status=500))
    run("index", str(report))
    ran = run("ask", QUESTION, "--llm")
    assert ran.code == 1
    assert "answered with status 500" in " ".join(ran.out.split())
    assert "Without a model" in ran.out
    assert KEY not in ran.out + ran.err


def test_passages_that_hold_the_answer_go_first(run: Run, report: Path, lying: Model) -> None:
    """What was chosen by role is sent, whether or not it is among the hits, and nothing twice."""
    run("index", str(report))
    shown = run("ask", QUESTION, "--llm", "--json", "-k", "1").json()
    assert shown["passages"] == len(lying.passages)
    assert len(set(lying.passages.values())) == len(lying.passages)
    assert claims(shown) == ["The patient received zinc 50 mg/day."]


def test_without_settings_it_is_said_what_to_set(run: Run, report: Path) -> None:
    """A missing endpoint is a usage error that names the variables."""
    run("index", str(report))
    ran = run("ask", QUESTION, "--llm")
    assert ran.code == 2
    assert "CASETROVE_LLM_URL" in ran.err


def test_without_the_client_it_is_said_how_to_install_it(
    run: Run, report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The openai client is optional; where it is missing the command that installs it is named."""
    monkeypatch.setattr(endpoint, "find_spec", lambda _name: None)
    monkeypatch.setenv("CASETROVE_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("CASETROVE_LLM_MODEL", "x")
    ran = run("ask", QUESTION, "--llm")
    assert ran.code == 2
    assert "pip install -c constraints.txt -e '.[llm]'" in ran.err


def test_an_unknown_setting_is_refused(run: Run, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt variable does not go unnoticed."""
    monkeypatch.setenv("CASETROVE_LLM_MODLE", "x")
    ran = run("ask", QUESTION, "--llm")
    assert ran.code == 2
    assert "CASETROVE_LLM_MODLE" in ran.err
