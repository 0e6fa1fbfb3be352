"""A second look at the best passages by a model that reads question and passage together (a cross-encoder).

Method: Nogueira and Cho 2019. The model is the user's own: Casetrove ships none and fetches none.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

RERANKED = 30
"""How many passages are looked at again, at least: reading a pair costs some 10 ms of CPU."""


class Reranker:
    """A cross-encoder in a folder, or under a name that this machine's Hugging Face cache knows. Safe to share.

    ``model`` names it, as the user did. Raises EncoderError where it cannot be loaded, or gives no single score.
    """

    def __init__(self, model: str) -> None:
        self.model = model
        self._reading = threading.Lock()  # a tokenizer that truncates must not be shared
        self._loaded = _load(model)

    @property
    def name(self) -> str:
        """The last part of ``model``, without white space: what tables and files call it."""
        return "_".join(Path(self.model).resolve().name.split())

    def scores(self, query: str, texts: Sequence[str]) -> NDArray[np.float64]:
        """How well each of ``texts`` meets ``query``, shape ``(len(texts),)``; higher is better.

        As the model gives them: most end in a sigmoid (0..1). A pair over the model's limit is cut at its end.
        Raises EncoderError where the model gives what is no number.
        """
        if not texts:
            return np.zeros(0)
        with self._reading:
            found = self._loaded.predict([(query, text) for text in texts], show_progress_bar=False)
        scores = np.asarray(found, dtype=np.float64)
        if not np.isfinite(scores).all():
            raise EncoderError(f"--rerank {self.model}: gives scores that are no numbers: choose another model")
        return scores


def _load(model: str) -> CrossEncoder:
    os.environ.setdefault("HF_HUB_OFFLINE", "1")  # before the import: the libraries read it once
    from sentence_transformers import CrossEncoder
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        loaded: CrossEncoder = CrossEncoder(model, device="cpu", local_files_only=True)
    except Exception as error:  # whatever a file of a model can be made to raise
        raise EncoderError(
            f"--rerank {model}: cannot be loaded ({_first_line(error)}): name a folder with a saved CrossEncoder, or a "
            f"model that was fetched before (`hf download {model}`); nothing is fetched here"
        ) from error
    if loaded.num_labels != 1:
        raise EncoderError(
            f"--rerank {model}: gives {loaded.num_labels} scores for a passage: choose a cross-encoder made for ranking"
        )
    return loaded


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
