"""Which files on disk are meant, and what can be said of them without reading them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.readers.registry import SUFFIXES


@dataclass(slots=True)
class Found:
    """``files``: absolute, in order, each once; ``missing``: arguments that name nothing;
    ``passed_over``: endings that no reader knows → how many files in folders have them."""

    files: list[Path] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)


def find_files(paths: Sequence[Path]) -> Found:
    """The files that ``paths`` name: a file as it is, a folder with all it holds of a known ending.

    Hidden files and folders below a given folder are left out without being counted.
    """
    found, files = Found(), dict[Path, None]()
    for path in paths:
        if not exists(path):
            found.missing.append(name_of(path))
        elif path.is_dir():
            for item in sorted(path.rglob("*")):
                if any(part.startswith(".") for part in item.relative_to(path).parts) or not item.is_file():
                    continue
                if item.suffix.lower() in SUFFIXES:
                    files[item.resolve()] = None
                else:
                    found.passed_over[item.suffix.lower()] += 1
        else:
            files[path.resolve()] = None
    found.files = list(files)
    return found


def exists(path: Path) -> bool:
    """Whether there is such a file or folder; False for what cannot be a path."""
    try:
        return path.exists()
    except OSError:  # a name that is too long, for one
        return False


def is_gone(path: str) -> bool:
    """Whether ``path`` names a file on disk (an upload does not) that is not there any more."""
    return Path(path).is_absolute() and not exists(Path(path))


def size_of(path: Path) -> int:
    """In bytes; 0 for a file that has gone meanwhile, of which reading tells."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def name_of(path: Path) -> str:
    """The path as text; bytes of a file name that are no UTF-8 are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
