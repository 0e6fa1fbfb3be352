from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

WriteSet = Callable[..., Path]


@pytest.fixture
def write_set(tmp_path: Path) -> WriteSet:
    """Writes a set in BEIR layout: documents as id → text or (title, text), queries, judgements."""

    def write(
        documents: Mapping[str, str | tuple[str, str]],
        queries: Mapping[str, str],
        qrels: Mapping[str, Mapping[str, int]],
        name: str = "tiny",
        split: str = "test",
    ) -> Path:
        folder = tmp_path / name
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        lines = []
        for document_id, content in documents.items():
            title, text = ("", content) if isinstance(content, str) else content
            lines.append(json.dumps({"_id": document_id, "title": title, "text": text}))
        (folder / "corpus.jsonl").write_text("\n".join(lines) + "\n")
        asked = [json.dumps({"_id": topic, "text": text}) for topic, text in queries.items()]
        (folder / "queries.jsonl").write_text("\n".join(asked) + "\n")
        judged = [f"{topic}\t{doc}\t{grade}" for topic, grades in qrels.items() for doc, grade in grades.items()]
        (folder / "qrels" / f"{split}.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n")
        return folder

    return write


@pytest.fixture
def tiny(write_set: WriteSet) -> Path:
    """Six short cases and three topics, each with one plain winner."""
    return write_set(
        documents={
            "d1": ("Calcinosis treated", "The woman had calcinosis of the elbows. She was given diltiazem for a year."),
            "d2": ("Dengue with rash", "A boy came with dengue fever and a spreading rash. His platelets were low."),
            "d3": ("Broken wrist", "The wrist was broken in a fall. A plaster cast was worn for six weeks."),
            "d4": "An old man lost his hearing after antibiotics. The audiogram showed a high tone loss.",
            "d5": "Gout of the knee was found. Colchicine eased the swelling within two days.",
            "d6": ("Snake bite", "A farmer was bitten by a viper. Antivenom stopped the bleeding."),
        },
        queries={
            "q1": "diltiazem for calcinosis of the elbows",
            "q2": "dengue fever with rash and low platelets",
            "q3": "antivenom after viper bite",
        },
        qrels={"q1": {"d1": 1}, "q2": {"d2": 1}, "q3": {"d6": 1}},
    )
