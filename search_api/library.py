"""The served corpus as it changes: uploads in, reports out, and the rebuild that follows."""

from __future__ import annotations

import os
import re
import threading
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePosixPath

from corpus.errors import UsageError
from corpus.ingest import ingest_bytes
from corpus.journal import Attempt, Outcome, now
from corpus.readers.workers import Workers
from search_api.rebuilder import Rebuilder, RebuildState
from search_api.service import Service

UPLOAD = "upload:"
"""How the source of an uploaded report begins; the file's own name follows."""
_NAME_BYTES = 160
_LONGEST_SUFFIX = 16
_DIGEST_LETTERS = 16
_UNSAFE = re.compile(r"[^\w.() -]")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file as it was sent. ``name`` is a label: no part of it chooses a folder."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of one upload, counted in reports (a file that cannot be read at all fails once).

    ``source`` is how the catalog knows it, "" where the name was refused; ``report_id`` is the report
    that it became or repeats, None where it failed or holds several records.
    """

    name: str
    source: str
    read: int
    updated: int
    unchanged: int
    duplicates: int
    failures: tuple[Attempt, ...]
    report_id: str | None

    @property
    def outcome(self) -> Outcome:
        """The most telling of its counts."""
        counts: tuple[tuple[Outcome, int], ...] = (
            ("read", self.read),
            ("updated", self.updated),
            ("duplicate", self.duplicates),
            ("unchanged", self.unchanged),
        )
        return next((outcome for outcome, count in counts if count), "failed")


class Library:
    """Takes reports in and out of the catalog of ``service``; between ``start`` and ``stop`` its index follows.

    Changes are made one at a time, whichever thread asks, and files are read in a
    process of their own: what a hostile file does to its reader, it does not do to the server.
    """

    def __init__(self, service: Service) -> None:
        self._folder = service.folder
        self._catalog = service.catalog
        self._changing = threading.Lock()
        self._workers: Workers | None = None
        self._rebuilder = Rebuilder(service.folder, service.catalog, service.encoder)

    def start(self) -> None:
        """Let the index follow the catalog; if it is behind already, a rebuild begins."""
        self._rebuilder.start()

    def stop(self) -> None:
        """End the background thread; a build under way is given up, and what is served stays as it is."""
        self._rebuilder.stop()
        with self._changing:
            if self._workers is not None:
                self._workers.close()
                self._workers = None

    def rebuild(self) -> RebuildState:
        """What the background thread is doing now."""
        return self._rebuilder.state()

    def add(self, uploads: Iterable[Upload]) -> list[Uploaded]:
        """Read each upload into the catalog, in order, and ask for a rebuild if any was taken.

        A file that cannot be read is among the outcomes with its reason, and the others go on. The bytes
        of those that were taken are kept. Raises CatalogError, and OSError where the bytes cannot be kept.
        """
        outcomes: list[Uploaded] = []
        try:
            outcomes.extend(map(self._add, uploads))
        finally:
            if any(uploaded.outcome != "failed" for uploaded in outcomes):
                self._rebuilder.request()
        return outcomes

    def delete(self, report_id: str) -> None:
        """Take a report out of the catalog, its uploaded bytes with it, and ask for a rebuild.

        Files that were not uploaded stay where they are. Raises NotFoundError.
        """
        with self._changing:
            paths = {source.path for source in self._catalog.sources(self._catalog.resolve(report_id))}
            self._catalog.delete(report_id)
            for path in paths:
                if path.startswith(UPLOAD) and not self._catalog.records(path):
                    self._forget(path.removeprefix(UPLOAD))
        self._rebuilder.request()

    def _add(self, upload: Upload) -> Uploaded:
        try:
            name = safe_name(upload.name)
        except UsageError as error:
            refused = Attempt(now(), upload.name, "", len(upload.data), "", "", "failed", error.code, str(error))
            return Uploaded(upload.name, "", 0, 0, 0, 0, (refused,), None)
        digest = sha256(upload.data).hexdigest()
        with self._changing:
            name = self._free_name(name, digest)
            source = UPLOAD + name
            self._keep(name, digest, upload.data)
            self._workers = self._workers or Workers(count=1)
            summary = ingest_bytes(self._catalog, upload.data, source, self._workers.read)
            if not self._catalog.records(source):
                self._forget(name)
            found = self._catalog.reports_of(source)
        return Uploaded(
            upload.name,
            source,
            summary.read,
            summary.updated,
            summary.unchanged,
            summary.duplicates,
            tuple(summary.failures),
            found[0] if len(found) == 1 else None,
        )

    def _free_name(self, name: str, digest: str) -> str:
        """``name``, numbered where other bytes have it: a name is a label, so it never replaces another's report."""
        path, candidate, number = PurePosixPath(name), name, 1
        while self._taken(UPLOAD + candidate, digest):
            number += 1
            candidate = f"{path.stem} ({number}){path.suffix}"
        return candidate

    def _taken(self, source: str, digest: str) -> bool:
        known = self._catalog.file(source)
        return bool(self._catalog.records(source)) and (known is None or known[0] != digest)

    def _keep(self, name: str, digest: str, data: bytes) -> None:
        """Write the bytes, whole or not at all, so that a better reader can read them again."""
        self._folder.uploads.mkdir(parents=True, exist_ok=True)
        place = self._folder.uploads / f"{digest[:_DIGEST_LETTERS]}-{name}"
        partial = place.with_name(place.name + ".partial")
        with partial.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(place)

    def _forget(self, name: str) -> None:
        for place in self._folder.uploads.glob("?" * _DIGEST_LETTERS + "-" + name):
            place.unlink(missing_ok=True)


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
    suffix = PurePosixPath(safe).suffix
    suffix = suffix if len(suffix) <= _LONGEST_SUFFIX else ""
    stem = safe.removesuffix(suffix)
    while len((stem + suffix).encode()) > _NAME_BYTES:
        stem = stem[:-1]
    return stem + suffix
