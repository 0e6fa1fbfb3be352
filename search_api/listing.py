"""What lies in a folder: its report files, each with what tells that it changed."""

from __future__ import annotations

import os
from pathlib import Path
from stat import S_ISDIR
from typing import NamedTuple

from corpus.readers.registry import SUFFIXES

Folder = tuple[str, int, int]
"""A folder that is there: its path, device and inode. A folder made anew, or a share mounted on it, is another."""

_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".filepart")
"""Endings that downloads add to the name until all has come."""
_UNFINISHED = ".aria2"
"""The ending of a file that lies beside a download until all has come."""
_OFFICE_LOCK = "~$"


class Stamp(NamedTuple):
    """What tells that a file changed: size in bytes; times of the last write and of the last change in nanoseconds."""

    size: int
    modified: int
    changed: int


def identity(path: str) -> Folder | None:
    """The folder at ``path``; None where there is none, or none that answers."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return (path, status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else None


def list_files(folder: str, without: str, files: dict[str, Stamp], unlisted: set[str]) -> None:
    """Put the report files below ``folder`` into ``files``, and the folders that cannot be listed into ``unlisted``.

    These are the files that ``corpus.files.find_files`` finds, but for those that are not whole by their names.
    """
    folders = [folder]
    while folders:
        at = folders.pop()
        try:
            with os.scandir(at) as entries:
                here = {entry.name: entry for entry in entries if not entry.name.startswith(".")}
            for entry in here.values():
                if entry.is_dir(follow_symlinks=False):
                    if entry.path != without:
                        folders.append(entry.path)
                elif (named := _stamped(entry, here)) is not None:
                    files[named[0]] = named[1]
        except FileNotFoundError:
            continue  # it went meanwhile
        except OSError:
            unlisted.add(at)


def _stamped(entry: os.DirEntry[str], beside: dict[str, os.DirEntry[str]]) -> tuple[str, Stamp] | None:
    """The file and its stamp; None for what is no report file, or not whole yet by what lies ``beside`` it.

    Raises OSError where it cannot be looked at; a link that leads nowhere is none.
    """
    name = entry.name
    if name[name.rfind(".") :].lower() not in SUFFIXES or name.startswith(_OFFICE_LOCK):
        return None
    try:
        if not entry.is_file():
            return None
        status = entry.stat()
    except OSError as error:
        if entry.is_symlink() or isinstance(error, FileNotFoundError):
            return None
        raise
    if name + _UNFINISHED in beside or (not status.st_size and any(name + ending in beside for ending in _PARTIAL)):
        return None
    path = os.path.realpath(entry.path) if entry.is_symlink() else entry.path
    return path, Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` is ``folder`` or lies in it, by their names."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")
