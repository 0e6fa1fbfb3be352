"""The files of the tagger: what it learnt, and which words are used alike.

Neither holds a word: both are found by the 32-bit keys of ``corpus.entities.features``.
"""

from __future__ import annotations

import io
import lzma
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from corpus.arrays import load_array
from corpus.entities.features import Classes, Keys
from corpus.errors import NotFoundError, ReadError

LABELS: Final = 3
"""Outside a name, at its beginning, inside."""
SHIPPED: Final = Path(__file__).with_name("weights.bin")
SHIPPED_CLASSES: Final = Path(__file__).with_name("classes.bin")
_FILTERS: Final = [{"id": lzma.FILTER_LZMA2, "preset": 9}]
_STEP: Final = np.float32(0.01)


@dataclass(frozen=True, eq=False)
class Weights:
    """``learnt`` has a row for each of ``keys`` (ascending) and ``LABELS`` columns for each kind of entity.

    ``follows[kind, before, after]`` and ``opens[kind, label]`` score labels in a row and at a sentence's beginning.
    """

    keys: Keys
    learnt: npt.NDArray[np.float32]
    follows: npt.NDArray[np.float32]
    opens: npt.NDArray[np.float32]


def rounded(weights: Weights) -> Weights:
    """``weights`` as a file holds them: in steps, without the keys that are left with none."""
    learnt = np.rint(weights.learnt / _STEP).astype(np.int16)
    kept = learnt.any(axis=1)
    return Weights(weights.keys[kept], learnt[kept].astype(np.float32) * _STEP, weights.follows, weights.opens)


def write_weights(path: Path, weights: Weights) -> None:
    """Weights are ``rounded``; the same weights give the same bytes."""
    plain = rounded(weights)
    _write(path, {
        "keys": np.diff(plain.keys, prepend=np.uint32(0)), "learnt": np.rint(plain.learnt / _STEP).astype(np.int16).T,
        "follows": plain.follows, "opens": plain.opens,
    })  # fmt: skip


def read_weights(path: Path) -> Weights:
    """Raises ``NotFoundError`` or ``ReadError``."""
    found = _read(path, ("keys", "learnt", "follows", "opens"))
    learnt = np.ascontiguousarray(found["learnt"].T).astype(np.float32) * _STEP
    return Weights(np.cumsum(found["keys"], dtype=np.uint32), learnt, found["follows"], found["opens"])


def write_classes(path: Path, classes: Classes) -> None:
    """The same classes give the same bytes."""
    keys = sorted(classes)
    _write(path, {
        "keys": np.diff(np.array(keys, np.uint32), prepend=np.uint32(0)),
        "classes": np.array([classes[key] for key in keys], np.uint16).T,
    })  # fmt: skip


def read_classes(path: Path) -> Classes:
    """Raises ``NotFoundError`` or ``ReadError``."""
    found = _read(path, ("keys", "classes"))
    keys = np.cumsum(found["keys"], dtype=np.uint32).tolist()
    return dict(zip(keys, map(tuple, found["classes"].T.tolist()), strict=True))


@cache
def shipped() -> tuple[Weights, Classes]:
    """What comes with Casetrove, opened when first asked for."""
    return read_weights(SHIPPED), read_classes(SHIPPED_CLASSES)


def _write(path: Path, arrays: Mapping[str, npt.ArrayLike]) -> None:
    packed = io.BytesIO()
    for each in arrays.values():
        np.save(packed, np.ascontiguousarray(each), allow_pickle=False)
    path.write_bytes(lzma.compress(packed.getvalue(), lzma.FORMAT_XZ, lzma.CHECK_CRC64, filters=_FILTERS))


def _read(path: Path, names: tuple[str, ...]) -> dict[str, npt.NDArray[Any]]:
    try:
        packed = io.BytesIO(lzma.decompress(path.read_bytes()))
        return {name: load_array(packed) for name in names}
    except FileNotFoundError as error:
        raise NotFoundError(f"{path} is missing: install Casetrove again, or train it (docs/terminology.md)") from error
    except (lzma.LZMAError, EOFError, ValueError) as error:
        raise ReadError(f"{path} is not the tagger's: install Casetrove again, or train it anew") from error
