"""What every encoder reads of a model's folder: the tokenizer, and the digests of its files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from indexer import disk
from indexer.errors import EncoderError


def open_tokenizer(path: Path, max_tokens: int | None = None) -> Tokenizer:
    """The tokenizer of a ``tokenizer.json``: it pads nothing, and cuts a text to ``max_tokens`` beside its special

    tokens; without that number it cuts nothing. Raises EncoderError.
    """
    try:
        tokenizer = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror})") from error
    except Exception as error:  # tokenizers raises nothing more special
        raise EncoderError(f"{path}: is no tokenizer ({error})") from error
    tokenizer.no_padding()
    if max_tokens is None:
        tokenizer.no_truncation()
    else:
        tokenizer.enable_truncation(max_tokens + tokenizer.num_special_tokens_to_add(False))
    return tokenizer


def token_spans(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[tuple[int, int]]]:
    """For each text the ``[start, end)`` of each of its tokens, special tokens left out."""
    if not texts:
        return []
    return [found.offsets for found in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def digest(path: Path) -> str:
    """sha256 of the file, in hexadecimal. Raises EncoderError."""
    try:
        return disk.digest(path)
    except OSError as error:
        raise EncoderError(f"{path}: cannot be read ({error.strerror})") from error
