"""Folders that are watched: which of their files changed, and which of those have settled.

Events of the file system say only *when* to look; *what* is there is always looked at anew, so an event that is
lost, or that comes twice, changes nothing. Nothing is indexed here, and of a file no more than its two ends is read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.amounts import counted
from corpus.errors import CasetroveError
from corpus.files import name_of
from corpus.wholeness import looks_cut_off
from search_api.listing import Folder, Stamp, identity, is_below, list_files

_PATIENCE = 10
"""Settle times for which what has settled waits for files that still arrive, so that a copy of many is one run."""
_CUT_OFF_PATIENCE = (10, 30.0)
"""Settle times, and at least seconds, for which a file that looks cut off must rest before it is read as it is."""


@dataclass(frozen=True, slots=True)
class Due:
    """What has settled: files to read, with their stamps as they were when looked at, and files that are gone."""

    changed: dict[str, Stamp]
    gone: list[str]


@dataclass(slots=True)
class _Sight:
    """A file that is not as it was taken in: its stamp, when it was first seen so, and since when it rests.

    ``is_cut_off``: whether it looks so, None until it was looked at; ``is_told``: whether a person was told that.
    """

    stamp: Stamp
    first: float
    since: float
    is_cut_off: bool | None = None
    is_told: bool = False


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
    ``settle_s``: how long a file must rest, or, if it looks cut off, ten times as long and at least 30 s;
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
        times, least_s = _CUT_OFF_PATIENCE
        self._patience_s = max(times * settle_s, least_s)
        self._taken: dict[str, Stamp | None] = {
            path: None for path in known() if any(is_below(path, root.path) for root in self._roots)
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
        return any(identity(root.path) != root.at for root in self._roots)

    def look(self, now: float) -> bool:
        """Look at every file; whether any has changed since the last look."""
        found: dict[str, Stamp] = {}
        doubtful: set[str] = set()
        for root in self._roots:
            listed, unlisted = dict[str, Stamp](), set[str]()
            folder = root.at = identity(root.path)
            if folder is not None:
                list_files(root.path, self._without, listed, unlisted)
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
        changed = {path: sight.stamp for path, sight in self._sights.items() if self._has_settled(path, sight, now)}
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

    def _has_settled(self, path: str, sight: _Sight, now: float) -> bool:
        """Whether the file rests and looks whole, or rests for so long that it is read as it is."""
        rested = now - sight.since
        if not self._settle_s <= rested < self._patience_s:
            return rested >= self._patience_s
        if sight.is_cut_off is None:
            sight.is_cut_off = looks_cut_off(Path(path))
        if sight.is_cut_off and not sight.is_told:
            sight.is_told = True
            self._notice(
                f"{_shown(path)}: seems to be still arriving, for its end is missing; it is read when it is whole, or "
                f"as it is when it has rested for {self._patience_s:g} s"
            )
        return not sight.is_cut_off

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
                sight = replace(sight, stamp=stamp, since=now, is_cut_off=None)
            self._sights[path] = sight
        return self._sights != before

    def _miss(self, found: dict[str, Stamp], now: float) -> bool:
        """Note what was taken in and is not there any more; whether there is anything new in it."""
        before = self._missing
        self._missing = {
            path: before.get(path, now)
            for path in self._taken
            if path not in found and not any(is_below(path, folder) for folder in self._unlisted)
        }
        return self._missing.keys() != before.keys()

    def _is_doubtful(self, root: _Root, folder: Folder | None, listed: dict[str, Stamp]) -> bool:
        """Whether what is missing below ``root`` may be there still: the folder is away, or is another than before."""
        is_away = folder is None
        if is_away != root.is_away or (folder is not None and folder != root.folder):
            root.lost |= {path for path in self._taken if is_below(path, root.path)}
        root.is_away, root.folder = is_away, folder or root.folder
        if root.lost and not is_away:
            with suppress(CasetroveError):
                root.lost.intersection_update(self._known())  # a person may have had them forgotten
        if not root.lost.isdisjoint(listed):
            root.lost.clear()
        name, state, lost = _shown(root.path), "", counted(len(root.lost), "file")
        kept = f"what was read from it ({lost}) is kept until it"
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


def _shown(path: str) -> str:
    return name_of(Path(path))
