"""The folder of fetched articles: each written whole or not at all, none fetched twice.

An article has ``PMC123.json`` (the one search result in the service's own form, so that its licence, its
access and its abstract are read with it) and, where there is open full text, ``PMC123.xml``. The JSON is written
last and names the XML, so an article that has its JSON is whole.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from corpus.errors import ConfigError
from corpus.fetching.europepmc_service import Record

_PARTIAL = ".partial"
_NOTE = "casetrove"
"""The one member of the JSON that is not the service's: ``{"fullText": file name or null}``."""

Held = Literal["full text", "abstract"]


class FetchedFolder:
    """One folder on disk. Writing raises ConfigError where the folder cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Make the folder, hold it, and sweep out what a killed run left half written. Raises ConfigError."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.root / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise ConfigError(f"--into {self.root}: is no folder that can be written ({error.strerror})") from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ConfigError(f"--into {self.root}: another run is fetching into it: wait for its end") from None
            for left in self.root.glob(f".*{_PARTIAL}"):
                left.unlink(missing_ok=True)
            yield
        finally:
            os.close(handle)

    def holds(self, record: Record) -> Held | None:
        """What of the article is there whole. One that has become open access since counts as not there."""
        try:
            kept = json.loads((self.root / f"{record.name}.json").read_bytes())
            full_text = kept[_NOTE]["fullText"]
            before = Record(kept["resultList"]["result"][0])
            open_then = before.open_access
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None
        if full_text is not None:
            return "full text" if self._xml(record).is_file() else None
        return None if record.open_access and not open_then else "abstract"

    def keep(self, record: Record, full_text: bytes | None) -> None:
        """Write the article; ``full_text`` is None where the service has none."""
        if full_text is not None:
            self._write(self._xml(record), full_text)
        document = {
            "hitCount": 1,
            "resultList": {"result": [record.data]},
            _NOTE: {"fullText": None if full_text is None else self._xml(record).name},
        }
        text = json.dumps(document, ensure_ascii=False, indent=1)
        # Half a surrogate pair is no UTF-8; written as its escape, it is JSON and reads back as it was given.
        self._write(self.root / f"{record.name}.json", text.encode("utf-8", "backslashreplace"))

    def _xml(self, record: Record) -> Path:
        return self.root / f"{record.name}.xml"

    def _write(self, place: Path, data: bytes) -> None:
        partial = place.with_name(f".{place.name}{_PARTIAL}")
        try:
            with partial.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(place)
        except OSError as error:
            raise ConfigError(
                f"{place}: cannot be written ({error.strerror}): free some space or check the rights"
            ) from error
