"""A sentence-transformers model made quick for the processor: converted to OpenVINO, and calibrated to int8.

Static post-training quantization: the ranges of what flows between layers are measured on passages of the corpus
itself (``nncf.quantize``: MIXED preset, SmoothQuant of Xiao et al. 2023, fast bias correction). Needs torch,
openvino and nncf; what it writes needs openvino only.
"""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, replace
from hashlib import sha256
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from corpus.amounts import counted
from corpus.journal import now
from indexer.disk import flush
from indexer.encoders.base import Vectors
from indexer.encoders.choice import unsound
from indexer.encoders.files import digest, open_tokenizer
from indexer.encoders.openvino import (
    CARD,
    FORMAT,
    INSTALL,
    MODEL,
    TOKENIZER,
    Card,
    OpenVinoEncoder,
    Precision,
    read_card,
    runtime,
    silence,
)
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import EncoderError

LEAST_PASSAGES = 16
PASSAGES = 192
"""Three in four calibrate, the fourth checks: 128 or 300 to calibrate on gave the same cosine (.997) in a trial."""
BOUNDS: dict[Precision, tuple[float, float]] = {"int8": (0.99, 0.97), "f32": (0.99999, 0.99999)}
"""The mean and the lowest cosine with the source's vectors below which a model is refused."""
_CHECKED_EVERY = 4
_TOOLS: dict[Precision, tuple[str, ...]] = {
    "int8": ("openvino", "nncf", "sentence-transformers", "torch"),
    "f32": ("openvino", "sentence-transformers", "torch"),
}


def optimise(
    source: SentenceTransformerEncoder,
    passages: Sequence[str],
    folder: Path,
    precision: Precision = "int8",
    on_step: Callable[[str], None] = lambda _: None,
) -> Card:
    """Make a quick encoder of ``source`` in ``folder/<fingerprint>``, whole or not at all; its card.

    An ``f32`` one has the vectors, and so the fingerprint, of ``source``; an ``int8`` one has its own. Every fourth
    of ``passages`` is kept for the check. Damaged encoders beside it are removed. The caller holds the data folder's
    lock. Raises EncoderError where there are fewer than ``LEAST_PASSAGES``, a package is missing, a vector is too far
    from the source's, or ``folder`` cannot be written.
    """
    if len(passages) < LEAST_PASSAGES:
        raise EncoderError(
            f"{counted(len(passages), 'passage')} to calibrate an encoder on, {LEAST_PASSAGES} are needed: index more"
        )
    checked = list(passages[::_CHECKED_EVERY])
    calibrating = [text for at, text in enumerate(passages) if at % _CHECKED_EVERY]
    openvino = runtime()
    on_step("converting")
    model = _converted(source)
    if precision == "int8":
        on_step(f"calibrating on {counted(len(calibrating), 'passage')}")
        model = _calibrated(model, source, calibrating)
    beside = folder / f".making-{os.getpid()}"
    for leaving in folder.glob(".*"):  # of a run that was killed
        shutil.rmtree(leaving, ignore_errors=True)
    try:
        beside.mkdir(parents=True)
        openvino.save_model(model, beside / MODEL, compress_to_fp16=False)
        shutil.copyfile(source.folder / TOKENIZER, beside / TOKENIZER)
        card = _card(source, precision, beside, len(calibrating) if precision == "int8" else 0)
        on_step(f"checking on {counted(len(checked), 'passage')}")
        card = _checked(card, beside, checked, source.encode(checked))
        card = _put_in_place(card, beside, folder / card.fingerprint)
    except (OSError, RuntimeError) as error:  # openvino tells of a full disk by the latter
        told = error.strerror if isinstance(error, OSError) else error
        raise EncoderError(f"{folder}: cannot be written ({told}): free some space or check the rights") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    for other, _ in unsound(folder):  # nobody can use it, and its card may keep this one from being found
        shutil.rmtree(other, ignore_errors=True)
    return card


def _converted(source: SentenceTransformerEncoder) -> Any:
    """All modules of the model, pooling and the rest included, as one OpenVINO model: ids and mask → vectors."""
    import torch

    class Whole(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = source.load()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            vectors: torch.Tensor = self.model(features)["sentence_embedding"]
            return vectors

    ids = torch.arange(1, 17).reshape(2, 8)  # any batch shows the way through the model, whatever its shape
    example = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
    with torch.no_grad(), _quiet():
        return runtime().convert_model(Whole().eval(), example_input=example)


def _calibrated(model: Any, source: SentenceTransformerEncoder, passages: Sequence[str]) -> Any:
    silence()
    try:
        nncf = import_module("nncf")
    except ImportError as error:
        raise EncoderError(f"the package nncf is not installed: {INSTALL}") from error
    tokenizer = open_tokenizer(source.folder / TOKENIZER, source.info.max_tokens)

    def features(text: str) -> dict[str, Any]:
        ids = np.array([tokenizer.encode(text).ids])
        return {"input_ids": ids, "attention_mask": np.ones_like(ids)}

    with _quiet():
        return nncf.quantize(
            model,
            nncf.Dataset(passages, features),
            preset=nncf.QuantizationPreset.MIXED,
            model_type=nncf.ModelType.TRANSFORMER,
            subset_size=len(passages),
        )


def _card(source: SentenceTransformerEncoder, precision: Precision, folder: Path, calibrated_on: int) -> Card:
    """The card of the files in ``folder``, not checked yet."""
    files = {path.name: digest(path) for path in sorted(folder.iterdir())}
    info = source.info
    depends = json.dumps([FORMAT, precision, info.max_tokens, files], sort_keys=True)
    return Card(
        format=FORMAT,
        name=info.name,
        precision=precision,
        fingerprint=info.fingerprint if precision == "f32" else sha256(depends.encode()).hexdigest()[:16],
        source=info.fingerprint,
        dimensions=info.dimensions,
        max_tokens=info.max_tokens,
        padding_id=int(source.load().tokenizer.pad_token_id or 0),
        calibrated_on=calibrated_on,
        cosine=0.0,
        lowest_cosine=0.0,
        versions={name: version(name) for name in _TOOLS[precision]},
        created=now(),
        files=files,
    )


def _checked(card: Card, folder: Path, passages: Sequence[str], expected: Vectors) -> Card:
    """Write the card with the cosines measured. Raises EncoderError where they are under the bounds."""
    _write_card(card, folder)
    cosines = np.einsum("ij,ij->i", OpenVinoEncoder(folder).encode(passages), expected)
    mean, lowest = float(cosines.mean()), float(cosines.min())
    least_mean, least = BOUNDS[card.precision]
    if not (mean >= least_mean and lowest >= least):
        raise EncoderError(
            f"the {card.precision} model strays from {card.name}: mean cosine {mean:.4f}, lowest {lowest:.4f}, where "
            f"{least_mean} and {least} are needed: give more --passages, or go on without"
        )
    card = replace(card, cosine=mean, lowest_cosine=lowest)
    _write_card(card, folder)
    return card


def _write_card(card: Card, folder: Path) -> None:
    (folder / CARD).write_text(json.dumps(asdict(card), indent=1) + "\n", encoding="utf-8")


def _put_in_place(card: Card, beside: Path, target: Path) -> Card:
    """Flush and rename; the card of what then stands in ``target``.

    Where a whole encoder of these vectors stands there already, a server may be reading it: only its card is replaced,
    in one step, so that it counts as the one made last.
    """
    if _is_whole(target):
        card = replace(card, files=read_card(target).files)
        _write_card(card, beside)
        flush(beside / CARD)
        (beside / CARD).replace(target / CARD)
        flush(target)
        return card
    for path in [*beside.iterdir(), beside]:
        flush(path)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
    flush(target.parent)
    return card


def _is_whole(folder: Path) -> bool:
    try:
        OpenVinoEncoder(folder).check()
    except EncoderError:
        return False
    return True


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what these libraries print away from stdout, which may have to be JSON, and their warnings to themselves."""
    before = logging.root.manager.disable
    with redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logging.disable(logging.WARNING)
        try:
            yield
        finally:
            logging.disable(before)
