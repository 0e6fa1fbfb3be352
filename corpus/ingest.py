"""Files → catalog. Every file is tried; one that fails is quarantined with its reason, and the rest go on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from corpus.catalog import Attempt, Catalog, Outcome, now
from corpus.errors import NotFoundError, ReadError, TooLargeError
from corpus.identity import report_id, text_digest
from corpus.model import Report
from corpus.readers.base import Read
from corpus.readers.registry import MAX_FILE_BYTES, SUFFIXES, read_bytes, readers_version

_COMMIT_EVERY = 500
_FULLER = 1.25
"""A second text of an article replaces the first where it is longer by this factor."""
_ALIKE = 0.2
"""The share of the shorter text's shingles that a corrected text must keep; different articles share under 4 %."""


@dataclass(slots=True)
class IngestSummary:
    """What became of what was given, counted in reports (a failed file counts once)."""

    read: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    removed: int = 0
    """Reports that left because their file holds another article or their record no more."""
    failures: list[Attempt] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Arguments that name nothing."""
    files: int = 0
    """Files gone through."""
    passed_over: int = 0
    """Files in folders whose suffix no reader knows."""

    @property
    def failed(self) -> int:
        """Files and records that could not be read."""
        return len(self.failures)

    @property
    def changed(self) -> bool:
        """Whether the corpus is another one than before."""
        return self.read + self.updated + self.removed > 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files done of all, bytes done of all (about), reports seen, the file at hand."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    reports: int
    path: str


def find_files(paths: Sequence[Path], summary: IngestSummary) -> list[Path]:
    """The files that ``paths`` name: a file as it is, a folder with all it holds of a known suffix.

    Hidden files and folders are passed over, other suffixes are counted in ``summary.passed_over``; a path
    that is not there goes to ``summary.missing``.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not _exists(path):
            summary.missing.append(_name(path))
        elif path.is_dir():
            for item in sorted(path.rglob("*")):
                if any(part.startswith(".") for part in item.relative_to(path).parts) or not item.is_file():
                    continue
                if item.suffix.lower() in SUFFIXES:
                    found[item.resolve()] = None
                else:
                    summary.passed_over += 1
        else:
            found[path.resolve()] = None
    return list(found)


def ingest(
    catalog: Catalog,
    paths: Sequence[Path],
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    retry: bool = False,
) -> IngestSummary:
    """Read every file under ``paths`` into the catalog.

    A file whose bytes and reader are as before costs a hash and no more, also one that failed, unless
    ``retry``. Raises NotFoundError where not one of ``paths`` exists.
    """
    summary = IngestSummary()
    files = find_files(paths, summary)
    if summary.missing and len(summary.missing) == len(paths):
        raise NotFoundError("no such file or folder: " + ", ".join(summary.missing))
    summary.files = len(files)
    run = _Run(catalog, summary, retry)
    sizes = [_size(path) for path in files]
    total, done = sum(sizes), 0
    for index, (path, size) in enumerate(zip(files, sizes, strict=True)):

        def tell(index: int = index, done: int = done, size: int = size, path: Path = path) -> None:
            so_far = done + min(size, run.characters)
            on_progress(Progress(index, len(files), so_far, total, run.reports, _name(path)))

        run.characters = 0

        tell()
        run.path(path, tell)
        done += size
    run.takers_over()
    on_progress(Progress(len(files), len(files), total, total, run.reports, ""))
    return summary


def ingest_bytes(catalog: Catalog, data: bytes, path: str) -> IngestSummary:
    """Read one file's content, known as ``path``, into the catalog; a failure is tried again each time."""
    run = _Run(catalog, IngestSummary(), retry=True)
    run.file(data, path)
    run.takers_over()
    return run.summary


class _Run:
    """One run over some files: what it has seen, and what is left to do at its end."""

    def __init__(self, catalog: Catalog, summary: IngestSummary, retry: bool) -> None:
        self.catalog, self.summary, self.retry = catalog, summary, retry
        self.reports = 0
        self.characters = 0
        """Of the raw texts read from the file at hand: about how far into it the run has come."""
        self._again: list[str] = []

    def path(self, path: Path, tell: Callable[[], None] = lambda: None) -> None:
        """Go through one file on disk."""
        name = _name(path)
        try:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                raise TooLargeError(f"{name} has {size:,} bytes, more than the limit of {MAX_FILE_BYTES:,}: split it")
            data = path.read_bytes()
        except OSError as error:
            reason = f"{name} cannot be read ({error.strerror}): check that it is there and its rights"
            self._fail(Attempt(now(), name, "", "", "", "failed", ReadError.code, reason))
            self.catalog.note_file(name, "", "", failed=True)
        except TooLargeError as error:
            self._fail(Attempt(now(), name, "", "", "", "failed", error.code, str(error)))
            self.catalog.note_file(name, "", "", failed=True)
        else:
            self.file(data, name, tell)

    def file(self, data: bytes, path: str, tell: Callable[[], None] = lambda: None) -> None:
        """Go through the content of one file."""
        digest, version = sha256(data).hexdigest(), readers_version()
        known = self.catalog.file(path)
        if known is not None and known[:2] == (digest, version) and not (self.retry and known[2]):
            self.summary.unchanged += self.catalog.records_at(path)
            self.summary.failures += self.catalog.failures(path)
            return
        failures = len(self.summary.failures)
        records: set[str] = set()
        try:
            for batch in _batches(read_bytes(data, path)):
                with self.catalog.writing():
                    for read in batch:
                        record = _free(read.record, records.__contains__)  # a file may use one id twice
                        records.add(record)
                        self._store(read, path, record, digest)
                tell()
        except ReadError as error:
            self._fail(Attempt(now(), path, "", digest, version, "failed", error.code, str(error)))
        failed = len(self.summary.failures) > failures
        with self.catalog.writing():
            if not failed:  # else a record that seems to be gone may be the one that cannot be read
                for record in sorted(set(self.catalog.records(path)) - records):
                    self._leave(path, record)
            self.catalog.note_file(path, digest, version, failed)

    def takers_over(self) -> None:
        """Read anew the files that serve a report from now on, because another file holds it no longer."""
        while self._again:
            path = self._again.pop()
            known = self.catalog.file(path)
            if known is not None and not known[1] and not _is_gone(path):
                self.path(Path(path))

    def _store(self, read: Read, path: str, record: str, digest: str) -> None:
        """Put one record into the catalog, or the reason why it cannot be read."""
        self.reports += 1
        if read.report is None:
            error = read.error or ReadError(f"{path}: nothing was read")
            self._fail(Attempt(now(), path, record, digest, "", "failed", error.code, str(error)))
            return
        self.characters += len(read.report.raw)
        outcome = self._place(read.report, path, record)
        _count(self.summary, outcome)
        self.catalog.note_attempt(Attempt(now(), path, record, digest, read.report.reader, outcome))

    def _place(self, report: Report, path: str, record: str) -> Outcome:
        """Store ``report`` where it belongs: its own place as before, another's duplicate, or a new report."""
        catalog = self.catalog
        before = catalog.source_at(path, record)
        if before is not None:
            held, words = before
            serves = catalog.serves(held, path, record)
            if not serves and words == text_digest(report.text):
                return "unchanged"
            if (serves or self._is_orphan(held)) and same_article(catalog.get(held).report, report):
                return self._serve(held, report, path, record)  # a corrected file keeps its report's id
            if serves:
                self._leave(path, record)  # the file now holds another article
        same = catalog.same_as(report)
        if same is None:
            return catalog.put(_free(report_id(report), catalog.has), report, path, record)
        known = len(catalog.get(same).report.text)
        fuller = len(report.text) > _FULLER * known  # the full text of what was an abstract so far
        moved = self._is_orphan(same) and len(report.text) * _FULLER >= known
        if fuller or moved:
            return self._serve(same, report, path, record)
        catalog.add_source(same, report, path, record)
        return "duplicate"

    def _serve(self, held: str, report: Report, path: str, record: str) -> Outcome:
        """Store the reading as the text of ``held``; a place that it was served from and that is gone is forgotten."""
        orphan, place = self._is_orphan(held), self.catalog.served_from(held)
        outcome = self.catalog.put(held, report, path, record)
        if orphan:
            self.catalog.leave(*place)
        return outcome

    def _is_orphan(self, held: str) -> bool:
        """Whether the file that a report is served from is gone."""
        return _is_gone(self.catalog.served_from(held)[0])

    def _leave(self, path: str, record: str) -> None:
        left, taker_over = self.catalog.leave(path, record)
        self.summary.removed += left
        if taker_over is not None:
            self._again.append(taker_over)

    def _fail(self, attempt: Attempt) -> None:
        self.catalog.note_attempt(attempt)
        self.summary.failures.append(attempt)


def _batches(reads: Iterator[Read]) -> Iterator[list[Read]]:
    batch: list[Read] = []
    try:
        for read in reads:
            batch.append(read)
            if len(batch) == _COMMIT_EVERY:
                yield batch
                batch = []
    except ReadError:
        yield batch  # what was read before the file broke off is kept
        raise
    yield batch


def same_article(one: Report, other: Report) -> bool:
    """Whether two readings from one place are the same article: by identifiers, else by shared 5-word shingles."""
    if one.given_id is not None and one.given_id == other.given_id:
        return True
    pairs = [
        (one.bibliography.doi, other.bibliography.doi),
        (one.bibliography.pmid, other.bibliography.pmid),
        (one.bibliography.pmcid, other.bibliography.pmcid),
    ]
    for known, new in pairs:
        if known and new:
            return known.casefold() == new.casefold()
    a, b = _shingles(one.text), _shingles(other.text)
    return len(a & b) >= _ALIKE * max(1, min(len(a), len(b)))


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[index : index + 5]) for index in range(max(1, len(words) - 4))}


def _free(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """``wanted``, or, where that is taken, ``wanted`` with a number."""
    number, name = 1, wanted
    while is_taken(name):
        number += 1
        name = f"{wanted}-{number}"
    return name


def _count(summary: IngestSummary, outcome: Outcome) -> None:
    if outcome == "read":
        summary.read += 1
    elif outcome == "updated":
        summary.updated += 1
    elif outcome == "duplicate":
        summary.duplicates += 1
    else:
        summary.unchanged += 1


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, for one
        return False


def _is_gone(path: str) -> bool:
    """Whether ``path`` names a file on disk (an upload does not) that is not there any more."""
    return Path(path).is_absolute() and not _exists(Path(path))


def _size(path: Path) -> int:
    """In bytes; 0 for a file that has gone meanwhile, of which reading tells."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _name(path: Path) -> str:
    """The path as text; bytes of a file name that are no UTF-8 are shown as escapes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
