"""A file of a set, line by line, told exactly where it is not what it should be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from corpus.errors import MalformedError, NotFoundError


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """``(line number, line)`` of each line that is not blank. Raises NotFoundError and MalformedError."""
    if not path.is_file():
        raise NotFoundError(f"{path}: there is no such file; a set in BEIR layout needs it")
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                text = line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
            except UnicodeDecodeError as error:
                raise MalformedError(f"{path}, line {number}: is not UTF-8 (byte {error.start})") from error
            if text.strip():
                yield number, text
