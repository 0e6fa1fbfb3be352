"""The bytes of uploaded files: those that wait to be read, and those whose reports are in the catalog."""

from __future__ import annotations

import os
import re
import shutil
import time
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath

from corpus.errors import UsageError
from indexer.disk import flush

UPLOAD = "upload:"
"""How the source of an uploaded report begins; the file's own name follows."""
_NAME_BYTES = 160
_LONGEST_SUFFIX = 16
_DIGEST_LETTERS = 16
_UNSAFE = re.compile(r"[^\w.() -]")
_STALE_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent. ``name`` is a label: no part of it chooses a folder."""

    name: str
    data: bytes


class Incoming:
    """Files that were taken in and are not read yet, in ``folder``: one folder for each job, files by number."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, job_id: str, uploads: Iterable[Upload]) -> list[str]:
        """Write the files of a job, so that they outlive a power cut; their names. Raises OSError, keeping none."""
        place = self._folder / job_id
        names = []
        try:
            place.mkdir(parents=True)
            for number, upload in enumerate(uploads):
                write_whole(place / str(number), upload.data)
                names.append(upload.name)
            for folder in (place, self._folder, self._folder.parent):
                flush(folder)
        except BaseException:
            self.remove(job_id)
            raise
        return names

    def get(self, job_id: str, number: int) -> bytes:
        """The bytes of a file. Raises OSError."""
        return (self._folder / job_id / str(number)).read_bytes()

    def remove(self, job_id: str) -> None:
        """Forget the files of a job."""
        shutil.rmtree(self._folder / job_id, ignore_errors=True)

    def sweep(self, are_needed: Callable[[str], bool | None]) -> None:
        """Forget the files that are needed no more, and, a day later, those of which nobody knows (None).

        The latter belong to a request that was killed, or to one that another process may just be taking in.
        """
        for place in self._folder.glob("*"):
            needed = are_needed(place.name)
            if needed is False or (needed is None and time.time() - place.stat().st_mtime > _STALE_S):
                self.remove(place.name)


class Kept:
    """The files whose reports are in the catalog, in ``folder``, so that a better reader can read them again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, digest: str, data: bytes) -> None:
        """Write the bytes, whole or not at all, so that they outlive a power cut. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.place(name, digest), data)
        flush(self._folder)
        flush(self._folder.parent)

    def has(self, name: str, digest: str) -> bool:
        """Whether the bytes of this digest are kept under this name."""
        return self.place(name, digest).exists()

    def remove(self, name: str) -> None:
        """Forget every file of this name, so that no power cut brings it back. Raises OSError."""
        found = list(self._folder.glob("?" * _DIGEST_LETTERS + "-" + name))
        for place in found:
            place.unlink(missing_ok=True)
        if found:
            flush(self._folder)

    def names(self) -> set[str]:
        """The names of all files."""
        return {path.name[_DIGEST_LETTERS + 1 :] for path in self._folder.glob("?" * _DIGEST_LETTERS + "-*")}

    def place(self, name: str, digest: str) -> Path:
        """Where the bytes of this digest are kept under this name, if they are."""
        return self._folder / f"{digest[:_DIGEST_LETTERS]}-{name}"


def write_whole(place: Path, data: bytes) -> None:
    """Write a file, whole or not at all; its name is on the disk once its folder is flushed. Raises OSError."""
    partial = place.with_name(place.name + ".partial")
    try:
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(place)
    except OSError:
        partial.unlink(missing_ok=True)  # a full disk needs the room
        raise


def safe_name(name: str) -> str:
    """The last part of ``name``, fit to name a file and a source: all but letters, digits and ``.-_ ()`` become ``_``.

    The ending is kept, for it chooses the reader. Raises UsageError for a NUL and for no name at all.
    """
    if "\x00" in name:
        raise UsageError(f"files: the name {name!r} holds a NUL character: rename the file")
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1].strip()
    if last.strip(".") == "":
        raise UsageError(f"files: {name!r} is no file name: send the file under one, with its ending")
    safe = _UNSAFE.sub("_", last)
    suffix = PurePath(safe).suffix
    suffix = suffix if len(suffix) <= _LONGEST_SUFFIX else ""
    stem = safe.removesuffix(suffix)
    while len((stem + suffix).encode()) > _NAME_BYTES:
        stem = stem[:-1]
    return stem + suffix
