"""Packed files: gzip, zip and tar, one inside another at most, unpacked in memory and under bounds.

Nothing is written to disk, so that a member's name can lead nowhere. Every byte that comes out of a packer is
counted as it comes, against one budget for the whole file: what a header claims is never believed.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import IO, cast

from corpus.errors import EncryptedError, MalformedError, ReadError, TooLargeError, UnsupportedFormatError
from corpus.normalise import storable
from corpus.readers import detection
from corpus.readers.base import Read
from corpus.readers.detection import AMBIGUOUS_SUFFIXES, ENDINGS, MAX_FILE_BYTES, MAX_MEMBERS
from corpus.readers.numbering import Numbering

MAX_UNPACKED_BYTES = 1024**3
"""All that one file may unpack to, what is nested in it included."""
MAX_RATIO = 200
"""How many times its own size a file may unpack to, once that is more than ``FREE_BYTES``."""
FREE_BYTES = 10 * 1024**2
MAX_DEPTH = 2
"""An archive in an archive is read; one inside that is not."""

_CHUNK = 64 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The others' decompressors give back at once all that a piece of input holds, however much that is."""
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError, zlib.error, zipfile.BadZipFile, tarfile.TarError)


@dataclass(frozen=True, slots=True)
class Member:
    """One packed file: its content, or the reason why there is none.

    ``path`` is its place in the archive, with that of the archive before it where one is in another; it is "" for
    what gzip packed. ``name`` is for messages; its ending is the file's own.
    """

    path: str
    name: str
    data: bytes = b""
    error: ReadError | None = None


class Budget:
    """What may still come out of one file."""

    def __init__(self, name: str, size: int) -> None:
        self._name, self._size = name, size
        self._bytes, self._members = 0, 0
        self._limit = min(MAX_UNPACKED_BYTES, max(FREE_BYTES, MAX_RATIO * size))

    def spend(self, count: int) -> None:
        """Counts unpacked bytes; TooLargeError beyond the bound."""
        self._bytes += count
        if self._bytes > self._limit:
            grown = "" if self._limit == MAX_UNPACKED_BYTES else f", over {MAX_RATIO} times its own {self._size:,}"
            raise TooLargeError(f"{self._name} unpacks to more than {self._limit:,} bytes{grown}: unpack it yourself")

    def member(self) -> None:
        """Counts a packed file; TooLargeError beyond the bound."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise TooLargeError(f"{self._name} holds more than {MAX_MEMBERS:,} files: split it")


class ArchiveReader:
    """Reads each member by ``read`` (bytes and a name in, records out).

    A record is named by its member's path, and by "path#record" where the member holds several; those of a file
    that gzip packed keep the names they have without it.
    """

    name = "archive"
    version = 1

    def __init__(self, read: Callable[[bytes, str], Iterable[Read]]) -> None:
        self._read = read

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. A bad member is told of and passed over.

        One of a kind that is not read is passed over without a word; UnsupportedFormatError is raised where there
        is no other. TooLargeError says which bound was hit.
        """
        found = False
        for member in unpack(data, name):
            for read in self._member(member):
                found = True
                yield read
        if not found:
            raise UnsupportedFormatError(f"{name} holds no file of a kind that is read: unpack it and see what it is")

    def _member(self, member: Member) -> Iterator[Read]:
        held: Read | None = None
        several = False
        error = member.error
        try:
            for read in self._read(member.data, member.name) if error is None else ():
                if held is not None:
                    several = True
                    yield _named(held, member.path, several=True)
                held = read
        except UnsupportedFormatError as refusal:
            error = refusal
            if held is None and member.path and PurePath(member.name).suffix.lower() in AMBIGUOUS_SUFFIXES:
                return
        except ReadError as refusal:
            error = refusal
        if error is not None and not member.path and held is None:
            raise error
        if held is not None:
            yield _named(held, member.path, several=several or error is not None)
        if error is not None:
            yield Read(member.path, error=error)


def unpack(data: bytes, name: str) -> Iterator[Member]:
    """The files in the archive ``data`` that have an ending that is read, in its order, those in archives in it too.

    Directories, hidden files and what a Mac adds are passed over; where two have one path, the second gets a number.
    A member that cannot be unpacked comes with its error; MalformedError and TooLargeError are raised where the rest
    cannot be had either.
    """
    paths = Numbering()
    for member in _unpack(data, name, "", Budget(name, len(data)), 1):
        yield replace(member, path=paths.free(member.path)) if member.path else member


def unpack_zip(
    data: bytes, name: str, budget: Budget, is_wanted: Callable[[str], bool] = lambda path: True
) -> Iterator[Member]:
    """The files in the zip archive ``data`` whose path ``is_wanted``, every one if not told; errors as ``unpack``."""
    with detection.open_zip(data, name) as archive:
        for info in archive.infolist():
            budget.member()
            path = _tidy(info.filename)
            if path and not info.filename.endswith("/") and is_wanted(path):
                yield _zipped(archive, info, Member(path, f"{name}/{path}"), budget)


def _unpack(data: bytes, name: str, path: str, budget: Budget, depth: int) -> Iterator[Member]:
    if detection.is_zip(data):
        members = unpack_zip(data, name, budget, _is_read)
    elif detection.is_gzip(data):
        members = _from_gzip(data, name, budget)
    else:
        members = _from_tar(io.BytesIO(data), name, budget)
    for member in members:
        within = "/".join(filter(None, (path, member.path)))
        if member.error is not None or not _is_archive(member):
            yield replace(member, path=within)
        elif depth == MAX_DEPTH:
            reason = f"{member.name} is an archive inside {MAX_DEPTH} others: unpack it first"
            yield Member(within, member.name, error=UnsupportedFormatError(reason))
        else:
            yield from _nested(member, within, budget, depth + 1)


def _nested(member: Member, path: str, budget: Budget, depth: int) -> Iterator[Member]:
    """The files in an archive that is a member; where it is damaged, that is said of it alone."""
    try:
        yield from _unpack(member.data, member.name, path, budget, depth)
    except MalformedError as error:
        yield Member(path, member.name, error=error)


def _is_archive(member: Member) -> bool:
    if not (detection.is_zip(member.data) or detection.is_gzip(member.data) or detection.is_tar(member.data)):
        return False
    try:
        return detection.detect(member.data, member.name).kind == "archive"
    except ReadError:  # to be raised anew, and told of, when it is read
        return False


def _zipped(archive: zipfile.ZipFile, info: zipfile.ZipInfo, member: Member, budget: Budget) -> Member:
    if info.flag_bits & 0x1:
        return replace(member, error=EncryptedError(f"{member.name} needs a password: unpack it yourself"))
    if info.compress_type not in _METHODS:
        reason = f"{member.name} is packed by a method that is not read ({info.compress_type}): unpack it yourself"
        return replace(member, error=UnsupportedFormatError(reason))
    try:
        with _telling(member.name), archive.open(info) as stream:
            return _filled(member, _Counted(stream, budget))
    except MalformedError as error:
        return replace(member, error=error)


def _from_gzip(data: bytes, name: str, budget: Budget) -> Iterator[Member]:
    """The one file that gzip packed, or those of the tar archive that it packed."""
    with _telling(name):
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            is_tar = detection.is_tar(stream.read(tarfile.BLOCKSIZE))
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            if is_tar:
                yield from _from_tar(stream, name, budget)
            else:
                budget.member()
                yield _filled(Member("", _without_ending(name)), _Counted(stream, budget))


def _from_tar(stream: IO[bytes] | gzip.GzipFile, name: str, budget: Budget) -> Iterator[Member]:
    """The regular files of a tar archive; damage between two ends it with MalformedError."""
    counted = cast(IO[bytes], _Counted(stream, budget))
    with _telling(name), tarfile.open(fileobj=counted, mode="r|") as archive:
        for info in archive:
            budget.member()
            path = _tidy(info.name)
            if info.isreg() and not info.issparse() and _is_read(path):
                content = archive.extractfile(info)
                yield _filled(Member(path, f"{name}/{path}"), cast(IO[bytes], content))
        rest = cast(IO[bytes], archive.fileobj)
        while block := rest.read(_CHUNK):  # to the end, where gzip's checksum stands
            if block.strip(b"\0"):
                raise tarfile.ReadError("what follows the last file is neither a file nor empty")


class _Counted:
    """A stream whose bytes are counted as they are read."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile, budget: Budget) -> None:
        self._stream, self._budget = stream, budget

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._budget.spend(len(block))
        return block


def _filled(member: Member, stream: _Counted | IO[bytes]) -> Member:
    """``member`` with the content that ``stream`` gives, or with an error where that is too much for one file."""
    blocks, size = [], 0
    while block := stream.read(_CHUNK):
        blocks.append(block)
        size += len(block)
        if size > MAX_FILE_BYTES:
            reason = f"{member.name} has more bytes than the limit of {MAX_FILE_BYTES:,}: split it"
            return replace(member, error=TooLargeError(reason))
    return replace(member, data=b"".join(blocks))


@contextmanager
def _telling(name: str) -> Iterator[None]:
    """Makes whatever the standard library throws at damaged input a MalformedError that names the file."""
    try:
        yield
    except _DAMAGE as error:
        raise MalformedError(f"{name} cannot be unpacked ({error}): get it again from its source") from error


def _is_read(path: str) -> bool:
    """Whether a member with this path is to be read: it is not hidden, and its ending is one that is read."""
    parts = PurePath(path).parts
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    suffix = PurePath(path).suffix.lower()
    return not hidden and (suffix in ENDINGS or suffix in AMBIGUOUS_SUFFIXES)


def _tidy(path: str) -> str:
    """A member's path as it is shown: relative, with slashes, fit to be stored."""
    parts = storable(path).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _without_ending(name: str) -> str:
    """The name of what gzip packed under ``name``."""
    bare = PurePath(name)
    return name[: -len(bare.suffix)] if bare.suffix.lower() == ".gz" else name


def _named(read: Read, path: str, *, several: bool) -> Read:
    """``read`` under its member's name, and its own too where the member holds several."""
    if not path:
        return read
    own = f"#{read.record}" if several and read.record else ""
    return replace(read, record=f"{path}{own}")
