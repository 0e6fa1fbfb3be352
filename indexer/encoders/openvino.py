"""Sentence-transformers models run by OpenVINO: a folder made by ``optimising.optimise``, read without torch.

The folder holds the model (``model.xml``, ``model.bin``: ids and mask in, unit vectors out), its tokenizer and
``encoder.json``, the card that says what it is. OpenVINO is optional: it is imported when a model is loaded.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from importlib import import_module
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from corpus.machine import cores
from indexer.encoders.base import EncoderInfo, Kind, Vectors
from indexer.encoders.files import digest, open_tokenizer, token_spans
from indexer.errors import EncoderError, in_words

Precision = Literal["int8", "f32"]

CARD = "encoder.json"
MODEL = "model.xml"
TOKENIZER = "tokenizer.json"
INSTALL = "run `.venv/bin/python -m pip install -c constraints.txt -e '.[fast]'`"
FORMAT = 1
_TOKENS = 1024
"""Tokens in a batch, padding counted: the best of 512 to 4096, since what flows between layers stays in the cache."""
_TOGETHER, _TURNS = 64, 4
"""Texts tokenized together at most, and turns for each core at least, so that none waits long for its first batch."""
_IN_FLIGHT = 2
"""Batches handed over for each core: one that it works at, one that waits, so that it never does."""

_STEP = 16
"""Batches are as wide as the next multiple, and their sizes powers of two: OpenVINO keeps some megabytes for each shape
that it has seen, which came to gigabytes in a build of many passages."""
_SPECIAL = 2
"""Tokens that the tokenizer adds to a text."""

_LOADING = threading.Lock()
"""Held while a model is loaded and run once. What OpenVINO's bindings make at their first use they make inside a C++

``static``, and run Python for it: a second thread that then got Python's lock and came to the same place would wait
for the first, which waits for Python's lock, for ever.
"""

Ids = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Card:
    """What ``encoder.json`` says. ``max_tokens`` leaves special tokens out; ``source`` is the fingerprint of the

    encoder it was made from; ``cosine`` and ``lowest_cosine`` are with that encoder's vectors, the mean and the
    lowest over passages that it was not calibrated on; ``files`` maps names to sha256.
    """

    format: int
    name: str
    precision: Precision
    fingerprint: str
    source: str
    dimensions: int
    max_tokens: int
    padding_id: int
    calibrated_on: int
    cosine: float
    lowest_cosine: float
    versions: dict[str, str]
    created: str
    files: dict[str, str]

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        return EncoderInfo(self.name, f"openvino-{self.precision}", self.fingerprint, self.dimensions, self.max_tokens)


def is_installed() -> bool:
    """Whether OpenVINO is there."""
    return find_spec("openvino") is not None


def runtime() -> Any:
    """The package ``openvino``, without its telemetry: it would report each import to its makers.

    Raises EncoderError where it is not installed.
    """
    silence()
    try:
        return import_module("openvino")
    except ImportError as error:
        raise EncoderError(f"the package openvino is not installed: {INSTALL}") from error


def silence() -> None:
    """Let no import find ``openvino_telemetry``: openvino and nncf then go without."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def read_card(folder: Path) -> Card:
    """The card of an encoder's folder. Raises EncoderError where there is none that this program reads."""
    path = folder / CARD
    try:
        card = Card(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise EncoderError(f"{path}: cannot be read ({in_words(error)}): {_remake()}") from error
    if card.format != FORMAT:
        raise EncoderError(f"{path}: has format {card.format}, this program reads {FORMAT}: {_remake()}")
    return card


class OpenVinoEncoder:
    """The model in ``folder``, loaded at the first text. Safe to share between threads.

    Each core works alone on a batch of its own, which for short batches is faster than sharing one. They are
    OpenVINO's own threads, which know nothing of Python: only the caller's thread takes Python's lock, to hand them
    batches and to take vectors out. An int8 vector depends a little on the texts beside it: padding moves what
    is rounded (cosine with itself alone above .999).
    ``threads``: how many cores it uses, all where None. Pickled, it takes its files along.
    Raises EncoderError where the folder is not what its card says.
    """

    def __init__(self, folder: Path, threads: int | None = None) -> None:
        self.folder = folder
        self.card = read_card(folder)
        self._threads = threads or cores()
        self._model: Any = None

    @property
    def info(self) -> EncoderInfo:
        """What its vectors depend on."""
        return self.card.info

    def __reduce__(self) -> tuple[Any, ...]:
        """What a worker on another machine makes it of again, for one core: it is one of many there."""
        names = [CARD, *self.card.files]
        return _carried, ({name: (self.folder / name).read_bytes() for name in names},)

    def load(self) -> Any:
        """The compiled model, loaded and run once however many threads ask."""
        with _LOADING:
            if self._model is None:
                model = self._compiled()
                self._run_once(model)
                self._model = model
            return self._model

    def check(self) -> None:
        """Raise EncoderError where a file is missing or differs from its digest in the card."""
        for name, expected in self.card.files.items():
            if digest(self.folder / name) != expected:
                raise EncoderError(f"{self.folder / name}: differs from its digest in {CARD}: {_remake()}")

    def encode(self, texts: Sequence[str], kind: Kind = "passage") -> Vectors:
        """Unit vectors, float32, shape ``(len(texts), dimensions)``, in the order of ``texts``."""
        out = np.empty((len(texts), self.card.dimensions), dtype=np.float32)
        if not texts:
            return out
        model = self.load()
        batches = chain.from_iterable(self._batches(texts, rows) for rows in self._groups(texts))
        flights = deque(_Flight(model, out) for _ in range(min(_IN_FLIGHT * self._threads, len(texts))))
        try:
            for rows, ids, mask in batches:
                flights[0].land()
                flights[0].start(rows, ids, mask)
                flights.rotate(-1)
            for flight in flights:
                flight.land()
        finally:
            for flight in flights:
                flight.end()
        out /= np.linalg.norm(out, axis=1, keepdims=True)
        return out

    def token_spans(self, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
        """The tokenizer's own offsets."""
        return token_spans(self._whole_tokens, texts)

    @cached_property
    def _whole_tokens(self) -> Any:
        return open_tokenizer(self.folder / TOKENIZER)

    @cached_property
    def _cut_tokens(self) -> Any:
        return open_tokenizer(self.folder / TOKENIZER, self.card.max_tokens)

    def _groups(self, texts: Sequence[str]) -> Iterator[list[int]]:
        """The rows of ``texts``, the longest first, some to be tokenized at a time."""
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]), reverse=True)
        some = min(_TOGETHER, -(-len(order) // (_TURNS * self._threads)))
        return iter([order[start : start + some] for start in range(0, len(order), some)])

    def _batches(self, texts: Sequence[str], rows: Sequence[int]) -> Iterator[tuple[list[int], Ids, Ids]]:
        """Rows, ids and mask, the longest texts first: a power of two of them, up to ``_TOKENS`` with padding."""
        found = self._cut_tokens.encode_batch([texts[row] for row in rows])
        tokens = {row: each.ids for row, each in zip(rows, found, strict=True)}
        left = sorted(rows, key=lambda row: len(tokens[row]), reverse=True)
        while left:
            width = self._width(len(tokens[left[0]]))
            count = min(max(1, _TOKENS // width), len(left))
            batch = left[: 1 << count.bit_length() - 1]
            del left[: len(batch)]
            yield batch, *self._padded([tokens[row] for row in batch], width)

    def _width(self, longest: int) -> int:
        """The next step, or the encoder's limit if that comes first."""
        return max(longest, min(-(-longest // _STEP) * _STEP, self.card.max_tokens + _SPECIAL))

    def _padded(self, tokens: Sequence[Sequence[int]], width: int) -> tuple[Ids, Ids]:
        shape = (len(tokens), width)
        ids, mask = np.full(shape, self.card.padding_id, dtype=np.int64), np.zeros(shape, dtype=np.int64)
        for row, found in enumerate(tokens):
            ids[row, : len(found)] = found
            mask[row, : len(found)] = 1
        return ids, mask

    def _run_once(self, model: Any) -> None:
        """Go every way that ``encode`` goes, while no other thread can."""
        first = _Flight(model, np.empty((1, self.card.dimensions), dtype=np.float32))
        first.start([0], *self._padded([[self.card.padding_id]], _STEP))
        first.land()

    def _compiled(self) -> Any:
        openvino = runtime()
        self.check()
        settings = {
            "NUM_STREAMS": str(self._threads),
            "INFERENCE_NUM_THREADS": str(self._threads),
            "INFERENCE_PRECISION_HINT": "f32",  # else what is not int8 is bf16 where the CPU has it, and vectors stray
        }
        try:
            return openvino.Core().compile_model(str(self.folder / MODEL), "CPU", settings)
        except RuntimeError as error:
            raise EncoderError(f"{self.folder / MODEL}: cannot be loaded ({error}): {_remake()}") from error


class _Flight:
    """A request to OpenVINO and the batch that is on its way in it, if one is; its vectors go into ``out``.

    The request reads ``ids`` and ``mask`` where they lie: nothing is copied, and they are kept until it has ended.
    """

    def __init__(self, model: Any, out: Vectors) -> None:
        self._request, self._out = model.create_infer_request(), out
        self._shared = partial(runtime().Tensor, shared_memory=True)
        self._rows: list[int] | None = None
        self._inputs: tuple[Ids, Ids] | None = None

    def start(self, rows: list[int], ids: Ids, mask: Ids) -> None:
        """Hand a batch over; returns at once. The one before has landed."""
        self._inputs = ids, mask
        self._request.set_input_tensors({0: self._shared(ids), 1: self._shared(mask)})
        self._request.start_async()
        self._rows = rows

    def land(self) -> None:
        """Wait for the batch, without Python's lock, and take its vectors out."""
        if self._rows is not None:
            rows, self._rows = self._rows, None
            self._request.wait()
            self._out[rows] = self._request.get_output_tensor(0).data

    def end(self) -> None:
        """Wait for what an error elsewhere left on its way, for its arrays are about to go."""
        if self._rows is not None:
            with suppress(RuntimeError):
                self._request.wait()


def _carried(files: dict[str, bytes]) -> OpenVinoEncoder:
    """The encoder of these files; all that it needs of them it has opened when they are gone again."""
    with TemporaryDirectory(prefix="casetrove-encoder-") as place:
        for name, data in files.items():
            (Path(place) / name).write_bytes(data)
        encoder = OpenVinoEncoder(Path(place), threads=1)
        encoder.load()
        encoder.encode(["-"])
        encoder.token_spans(["-"])
    return encoder


def _remake() -> str:
    return "run `casetrove encoder optimise`, then `casetrove index`"
