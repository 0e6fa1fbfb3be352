"""Where everything lies: one data folder, its files named in one place."""

from __future__ import annotations

import fcntl
import os
import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from corpus.errors import ConfigError
from indexer.errors import CHECK_DISK, FIRST, INDEX, DamagedError, LockedError, NoGenerationError, in_words

_COMMAND = re.compile(r"""`casetrove (?:'[^']*'|"'"|[^`'])*`""")
"""A command in a message; an argument may be quoted as ``shlex.quote`` does."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """The data folder ``root``: catalog, embedding cache, uploads, and the generations with ``CURRENT``."""

    root: Path

    @property
    def catalog(self) -> Path:
        """The database of record."""
        return self.root / "catalog.sqlite"

    @property
    def embeddings(self) -> Path:
        """The embedding cache."""
        return self.root / "embeddings.sqlite"

    @property
    def encoders(self) -> Path:
        """Encoders made for this corpus, a folder each."""
        return self.root / "encoders"

    @property
    def generations(self) -> Path:
        """One folder per generation, named by its number."""
        return self.root / "generations"

    @property
    def current(self) -> Path:
        """The one-line file that names the served generation, and after going back the newest, passed over."""
        return self.root / "CURRENT"

    @property
    def uploads(self) -> Path:
        """The bytes of uploaded files."""
        return self.root / "uploads"

    @property
    def searches(self) -> Path:
        """The search log."""
        return self.root / "searches.sqlite"

    @property
    def keys(self) -> Path:
        """The keys that servers of this folder know; there is none where none was made."""
        return self.root / "keys.sqlite"

    def generation(self, number: int) -> Path:
        """The folder of one generation."""
        return self.generations / f"{number:06d}"

    def current_generation(self) -> int | None:
        """The served generation; None where nothing has been indexed yet. Raises DamagedError."""
        return self._named_in_current(0)

    def served_generation(self) -> int:
        """The served generation, which is there. Raises NoGenerationError where there is none at all, DamagedError."""
        number, there = self.current_generation(), numbered(self)
        if number in there:
            return number
        if number is not None:
            raise DamagedError(f"{self.current}: names generation {number}, which is not there: {INDEX}")
        if there:
            raise DamagedError(f"{self.current}: is not there: nothing is served of the generations: {INDEX}")
        raise NoGenerationError(f"{self.root}: nothing is indexed yet: {FIRST}")

    def passed_over(self) -> int | None:
        """The newest generation when someone went back to the one that is served; None if nobody did, or it is gone."""
        number = self._named_in_current(1)
        return number if number is not None and self.generation(number).exists() else None

    def _named_in_current(self, at: int) -> int | None:
        try:
            numbers = [int(number) for number in self.current.read_text(encoding="ascii").split()]
            if not 1 <= len(numbers) <= 2:
                raise ValueError(len(numbers))
            return numbers[at] if at < len(numbers) else None
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise DamagedError(f"{self.current}: cannot be read ({in_words(error)}): {CHECK_DISK}") from error
        except ValueError as error:
            raise DamagedError(f"{self.current}: names no generation: {INDEX}") from error

    def spelled(self, text: str) -> str:
        """``text``, each `casetrove …` command in it naming this folder, if another is the default: to be pasted."""
        root = self.root.absolute()
        if root.resolve() == default_root().resolve():
            return text
        option = f" --data {shlex.quote(str(root))}`"
        return _COMMAND.sub(lambda found: found[0] if " --data " in found[0] else found[0][:-1] + option, text)

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the folder for indexing. Raises LockedError, naming the holder, where another process has it."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise ConfigError(f"--data {self.root}: is no folder that can be written ({error.strerror})") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.pread(handle, 64, 0).decode("ascii", "replace").strip() or "unknown"
                raise LockedError(
                    f"{self.root} is being indexed by process {holder}: wait for it to end, then run the command again"
                ) from None
            with suppress(OSError):  # a full disk: then nobody is told who holds it
                os.ftruncate(handle, 0)
                os.pwrite(handle, str(os.getpid()).encode(), 0)
            yield
        finally:
            os.close(handle)


def numbered(folder: DataFolder) -> list[int]:
    """The generations on disk, oldest first; a copy that someone put beside them ("000001-old") is none."""
    return sorted(int(path.name) for path in folder.generations.glob("[0-9]*") if path.name.isdecimal())


def default_root() -> Path:
    """``CASETROVE_DATA`` where it is set, else this user's data folder."""
    given = os.environ.get("CASETROVE_DATA")
    return Path(given) if given else user_data_path("casetrove", appauthor=False)
