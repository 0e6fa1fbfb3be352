"""Which files on disk are meant, and what can be said of them without reading them."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from corpus.readers.registry import SUFFIXES

_ESCAPE = re.compile(rb"\\x([89a-f][0-9a-f])")


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
    """Whether ``path`` names a file on disk (an upload does not) that is certainly not there any more.

    One that cannot be looked at, for want of rights or of an answer from its share, may still be there.
    """
    try:
        Path(os.fsdecode(_on_disk(path))).stat()
    except (FileNotFoundError, NotADirectoryError):
        return Path(path).is_absolute()
    except OSError:
        pass
    return False


def size_of(path: Path) -> int:
    """In bytes; 0 for a file that has gone meanwhile, of which reading tells."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def name_of(path: Path) -> str:
    """The path as text; bytes of a file name that are no UTF-8 are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _on_disk(name: str) -> bytes:
    """The path that ``name_of`` gave this name, if it is there; else the name as it is."""
    unescaped = _ESCAPE.sub(lambda escape: bytes.fromhex(escape[1].decode()), os.fsencode(name))
    return unescaped if os.path.lexists(unescaped) else os.fsencode(name)
