"""Folders that are watched: which of their files changed, and which of those have settled.

Events of the file system say only *when* to look; *what* is there is always looked at anew, so an event that is
lost, or that comes twice, changes nothing. Nothing is read or indexed here.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from stat import S_ISDIR
from types import TracebackType
from typing import NamedTuple

from corpus.errors import CasetroveError
from corpus.files import name_of
from corpus.readers.registry import SUFFIXES

Folder = tuple[str, int, int]
"""A folder that is there: its path, device and inode. A folder made anew, or a share mounted on it, is another."""

_PARTIAL = (".part", ".partial", ".crdownload", ".download", ".filepart")
"""Endings that downloads add to the name until all has come."""
_UNFINISHED = ".aria2"
"""The ending of a file that lies beside a download until all has come."""
_OFFICE_LOCK = "~$"
_PATIENCE = 10
"""Settle times for which what has settled waits for files that still arrive, so that a copy of many is one run."""

_GROUP_MS = 400
_STEP_MS = 100
_READY_MS = 500
_ENDING_S = 5.0


class Stamp(NamedTuple):
    """What tells that a file changed: size in bytes; times of the last write and of the last change in nanoseconds."""

    size: int
    modified: int
    changed: int


@dataclass(frozen=True, slots=True)
class Due:
    """What has settled: files to read, with their stamps as they were when looked at, and files that are gone."""

    changed: dict[str, Stamp]
    gone: list[str]


@dataclass(frozen=True, slots=True)
class _Sight:
    """A file that is not as it was taken in: its stamp, when it was first seen so, and since when it rests."""

    stamp: Stamp
    first: float
    since: float


@dataclass(slots=True)
class _Root:
    """``at``: what the last look met; ``folder``: what last could be listed.

    ``lost``: what was known in the folder when it vanished or was replaced; none of it was seen again since.

    ``told``: what was last said of it.
    """

    path: str
    at: Folder | None = None
    folder: Folder | None = None
    is_away: bool = False
    lost: set[str] = field(default_factory=set)
    told: str = ""


class Watched:
    """The report files of ``folders``, looked at again and again, against what was taken in of them.

    ``known``: gives the files that the catalog knows, which are due when first seen, and may raise CasetroveError;
    ``settle_s``: how long a file must rest;
    ``without``: a folder among them that is left out; ``notice``: is told once of each thing a person should know.
    Times are of a clock that never goes back, in seconds.
    """

    def __init__(
        self,
        folders: Sequence[Path],
        known: Callable[[], Iterable[str]],
        settle_s: float,
        without: Path,
        notice: Callable[[str], None],
    ) -> None:
        self._known = known
        self._roots = [_Root(path) for path in dict.fromkeys(os.path.realpath(folder) for folder in folders)]
        self._without, self._settle_s, self._notice = os.path.realpath(without), settle_s, notice
        self._taken: dict[str, Stamp | None] = {
            path: None for path in known() if any(_is_below(path, root.path) for root in self._roots)
        }
        self._sights: dict[str, _Sight] = {}
        self._missing: dict[str, float] = {}
        self._unlisted: set[str] = set()
        self._due_since: float | None = None

    @property
    def is_unsettled(self) -> bool:
        """Whether anything is not as it was taken in."""
        return bool(self._sights or self._missing)

    @property
    def is_doubtful(self) -> bool:
        """Whether a folder is away, or holds nothing of what it held."""
        return any(root.is_away or root.lost for root in self._roots)

    @property
    def there(self) -> tuple[Folder, ...]:
        """The folders that are there."""
        return tuple(root.folder for root in self._roots if root.folder is not None and not root.is_away)

    def has_moved(self) -> bool:
        """Whether a folder has come or gone since the last look, of which no event tells."""
        return any(_identity(root.path) != root.at for root in self._roots)

    def look(self, now: float) -> bool:
        """Look at every file; whether any has changed since the last look."""
        found: dict[str, Stamp] = {}
        doubtful: set[str] = set()
        for root in self._roots:
            listed, unlisted = dict[str, Stamp](), set[str]()
            folder = root.at = _identity(root.path)
            if folder is not None:
                _list(root.path, self._without, listed, unlisted)
            doubtful |= unlisted
            if self._is_doubtful(root, None if root.path in unlisted else folder, listed):
                doubtful.add(root.path)
            found |= listed
        for path in sorted(doubtful - self._unlisted - {root.path for root in self._roots}):
            self._notice(f"{_shown(path)}: cannot be listed; what was read from it is kept: check its rights")
        self._unlisted = doubtful
        return self._see(found, now) | self._miss(found, now)

    def due(self, now: float) -> Due | None:
        """What is to be taken in now; None while nothing has settled, or while more keeps arriving."""
        changed = {path: sight.stamp for path, sight in self._sights.items() if self._rests(sight.since, now)}
        gone = [path for path, since in self._missing.items() if self._rests(since, now)]
        if not changed and not gone:
            self._due_since = None
            return None
        if self._due_since is None:
            self._due_since = now
        arriving = len(gone) < len(self._missing) or any(
            not self._rests(sight.first, now) for path, sight in self._sights.items() if path not in changed
        )
        if arriving and now - self._due_since < _PATIENCE * self._settle_s:
            return None
        return Due(changed, gone)

    def took(self, due: Due) -> None:
        """Note that ``due`` was taken in; what has changed meanwhile is seen at the next look."""
        for path, stamp in due.changed.items():
            self._taken[path] = stamp
            if path in self._sights and self._sights[path].stamp == stamp:
                del self._sights[path]
        for path in due.gone:
            self._taken.pop(path, None)
            self._missing.pop(path, None)
        self._due_since = None

    def _rests(self, since: float, now: float) -> bool:
        return now - since >= self._settle_s

    def _see(self, found: dict[str, Stamp], now: float) -> bool:
        """Compare what was found with what was taken in; whether there is anything new in it."""
        before = self._sights
        self._sights = {}
        for path, stamp in found.items():
            if self._taken.get(path) == stamp:
                continue
            sight = before.get(path)
            if sight is None:
                age = time.time() - stamp.modified / 1e9  # written long ago: moved here, and whole
                sight = _Sight(stamp, now, now - max(age, 0.0))
            elif sight.stamp != stamp:
                sight = replace(sight, stamp=stamp, since=now)
            self._sights[path] = sight
        return self._sights != before

    def _miss(self, found: dict[str, Stamp], now: float) -> bool:
        """Note what was taken in and is not there any more; whether there is anything new in it."""
        before = self._missing
        self._missing = {
            path: before.get(path, now)
            for path in self._taken
            if path not in found and not any(_is_below(path, folder) for folder in self._unlisted)
        }
        return self._missing.keys() != before.keys()

    def _is_doubtful(self, root: _Root, folder: Folder | None, listed: dict[str, Stamp]) -> bool:
        """Whether what is missing below ``root`` may be there still: the folder is away, or is another than before."""
        is_away = folder is None
        if is_away != root.is_away or (folder is not None and folder != root.folder):
            root.lost |= {path for path in self._taken if _is_below(path, root.path)}
        root.is_away, root.folder = is_away, folder or root.folder
        if root.lost and not is_away:
            with suppress(CasetroveError):
                root.lost.intersection_update(self._known())  # a person may have had them forgotten
        if not root.lost.isdisjoint(listed):
            root.lost.clear()
        name, state, kept = _shown(root.path), "", f"what was read from it ({_files(root.lost)}) is kept until it"
        if is_away:
            state = f"cannot be reached; {kept} can"
        elif root.lost:
            state = (
                f"is another folder now, or not mounted; {kept} is there, or `casetrove index --prune {name}` is run"
            )
        if state != root.told:
            root.told = state
            self._notice(f"{name}: {state or 'is back'}")
        return bool(state)


class Alarm:
    """Rings when something happens in ``folders``, but for what happens in ``without``.

    ``failed``: why the file system sends no events, None while it does. To be closed.
    """

    def __init__(self, folders: Iterable[Folder], without: Path) -> None:
        self.rings = threading.Event()
        self.failed: str | None = None
        self._folders, self._without = [path for path, _, _ in folders], os.path.realpath(without)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="casetrove-events", daemon=True)
        if self._folders:
            self._thread.start()

    def __enter__(self) -> Alarm:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(_ENDING_S)

    def _listen(self) -> None:
        try:
            try:
                self._ring(ignore_denied=False)
            except PermissionError:
                self._ring(ignore_denied=True)  # this also keeps quiet about limits: only where it must
        except Exception as error:  # OSError, or what the library calls an internal error
            self.failed = str(error)
            self.rings.set()

    def _ring(self, *, ignore_denied: bool) -> None:
        from watchfiles import watch  # not for every command

        is_listening = False
        for changes in watch(
            *self._folders,
            watch_filter=None,
            debounce=_GROUP_MS,
            step=_STEP_MS,
            rust_timeout=_READY_MS,
            yield_on_timeout=True,
            stop_event=self._stop,
            raise_interrupt=False,
            force_polling=False,
            ignore_permission_denied=ignore_denied,
        ):
            if not is_listening or any(not _is_below(path, self._without) for _, path in changes):
                self.rings.set()  # the first time in any case: what happened before goes unheard
            is_listening = True


def _identity(path: str) -> Folder | None:
    """The folder at ``path``; None where there is none, or none that answers."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return (path, status.st_dev, status.st_ino) if S_ISDIR(status.st_mode) else None


def _list(folder: str, without: str, files: dict[str, Stamp], unlisted: set[str]) -> None:
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


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _shown(path: str) -> str:
    return name_of(Path(path))


def _files(paths: set[str]) -> str:
    return f"{len(paths):,} file" + ("" if len(paths) == 1 else "s")
