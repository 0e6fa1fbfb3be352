"""Files → catalog. Every file is tried; one that fails is quarantined with its reason, and the rest go on."""

from __future__ import annotations

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
    failures: list[Attempt] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Arguments that name nothing."""

    @property
    def failed(self) -> int:
        """Files and records that could not be read."""
        return len(self.failures)

    @property
    def changed(self) -> bool:
        """Whether the corpus is another one than before."""
        return self.read + self.updated > 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come: files done of all, bytes done of all, reports seen, the file at hand."""

    files: int
    total_files: int
    bytes: int
    total_bytes: int
    reports: int
    path: str


def find_files(paths: Sequence[Path], summary: IngestSummary) -> list[Path]:
    """The files that ``paths`` name: a file as it is, a folder with all it holds of a known suffix.

    Hidden files and folders are passed over; a path that is not there goes to ``summary.missing``.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (
                item
                for item in sorted(path.rglob("*"))
                if item.suffix.lower() in SUFFIXES
                and item.is_file()
                and not any(part.startswith(".") for part in item.relative_to(path).parts)
            )
            found.update(dict.fromkeys(item.resolve() for item in inside))
        elif path.exists():
            found[path.resolve()] = None
        else:
            summary.missing.append(str(path))
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
    sizes = [path.stat().st_size for path in files]
    seen = _Seen()
    for index, path in enumerate(files):

        def tell(index: int = index, path: Path = path) -> None:
            on_progress(Progress(index, len(files), sum(sizes[:index]), sum(sizes), seen.reports, str(path)))

        tell()
        try:
            if sizes[index] > MAX_FILE_BYTES:
                raise TooLargeError(
                    f"{path}: {sizes[index]} bytes is over the limit of {MAX_FILE_BYTES}: split the file"
                )
            data = path.read_bytes()
        except (OSError, ReadError) as error:
            _fail(catalog, summary, Attempt(now(), str(path), "", "", "", "failed", _code(error), _reason(error, path)))
            continue
        _ingest_file(catalog, data, str(path), summary, seen, tell, retry=retry)
    on_progress(Progress(len(files), len(files), sum(sizes), sum(sizes), seen.reports, ""))
    return summary


def ingest_bytes(catalog: Catalog, data: bytes, path: str) -> IngestSummary:
    """Read one file's content, known as ``path``, into the catalog; a failure is tried again each time."""
    summary = IngestSummary()
    _ingest_file(catalog, data, path, summary, _Seen(), lambda: None, retry=True)
    return summary


@dataclass(slots=True)
class _Seen:
    reports: int = 0


def _ingest_file(
    catalog: Catalog,
    data: bytes,
    path: str,
    summary: IngestSummary,
    seen: _Seen,
    tell: Callable[[], None],
    *,
    retry: bool,
) -> None:
    digest = sha256(data).hexdigest()
    version = readers_version()
    known = catalog.file(path)
    if known is not None and known[:2] == (digest, version) and not (retry and known[2]):
        _unchanged(catalog, path, summary, failed=known[2])
        return
    failed = False
    try:
        for batch in _batches(read_bytes(data, path)):
            with catalog.writing():
                for read in batch:
                    failed |= not _store(catalog, read, path, digest, summary)
                    seen.reports += 1
            tell()
    except ReadError as error:
        failed = True
        _fail(
            catalog,
            summary,
            Attempt(now(), path, "", digest, version, "failed", error.code, _reason(error, Path(path))),
        )
    catalog.note_file(path, digest, version, failed)


def _batches(reads: Iterator[Read]) -> Iterator[list[Read]]:
    batch: list[Read] = []
    for read in reads:
        batch.append(read)
        if len(batch) == _COMMIT_EVERY:
            yield batch
            batch = []
    yield batch


def _store(catalog: Catalog, read: Read, path: str, digest: str, summary: IngestSummary) -> bool:
    """Put one record into the catalog; False where it could not be read."""
    if read.report is None:
        error = read.error or ReadError(f"{path}: nothing was read")
        _fail(catalog, summary, Attempt(now(), path, read.record, digest, "", "failed", error.code, str(error)))
        return False
    outcome = _place(catalog, read.report, path, read.record)
    _count(summary, outcome)
    if outcome != "unchanged":
        catalog.note_attempt(Attempt(now(), path, read.record, digest, read.report.reader, outcome))
    return True


def _place(catalog: Catalog, report: Report, path: str, record: str) -> Outcome:
    """Store ``report`` where it belongs: its own place as before, another report's duplicate, or a new report."""
    before = catalog.source_at(path, record)
    if before is not None:
        report_at, text_before = before
        if catalog.serves(report_at, path, record):
            if same_article(catalog.get(report_at).report, report):
                return catalog.put(report_at, report, path, record)  # a corrected file keeps its report's id
            catalog.delete(report_at)  # the file now holds another article
        elif text_before == text_digest(report.text):
            return "unchanged"
    same = catalog.same_as(report)
    if same is None:
        return catalog.put(_free_id(catalog, report_id(report)), report, path, record)
    if len(report.text) > _FULLER * len(catalog.get(same).report.text):
        return catalog.put(same, report, path, record)  # the full text of what was an abstract so far
    catalog.add_source(same, report, path, record)
    return "duplicate"


def same_article(one: Report, other: Report) -> bool:
    """Whether two readings from one place are the same article: by identifiers, else by shared 5-word shingles."""
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


def _free_id(catalog: Catalog, wanted: str) -> str:
    """``wanted``, or, where another report already has it, ``wanted`` with a number."""
    number, name = 1, wanted
    while catalog.has(name):
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


def _unchanged(catalog: Catalog, path: str, summary: IngestSummary, *, failed: bool) -> None:
    summary.unchanged += catalog.records_at(path)
    if failed:
        summary.failures += [attempt for attempt in catalog.failures() if attempt.path == path]


def _fail(catalog: Catalog, summary: IngestSummary, attempt: Attempt) -> None:
    catalog.note_attempt(attempt)
    summary.failures.append(attempt)


def _code(error: Exception) -> str:
    return error.code if isinstance(error, ReadError) else "unreadable"


def _reason(error: Exception, path: Path) -> str:
    return f"{path}: cannot be read ({error.strerror})" if isinstance(error, OSError) else str(error)
