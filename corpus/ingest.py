"""Files → catalog. Every file is tried; one that fails is quarantined with its reason, and the rest go on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePath
from stat import S_ISREG

from corpus.catalog import Catalog, Stored
from corpus.errors import DamagedCatalogError, NotFoundError, ReadError, TooLargeError, UnsupportedFormatError
from corpus.files import exists, find_files, is_gone, name_of, size_of
from corpus.identity import identifiers, report_id, same_identifiers
from corpus.journal import Attempt, Outcome, now
from corpus.matching import matches, preprints_of
from corpus.model import Report
from corpus.readers.base import Read
from corpus.readers.numbering import Numbering
from corpus.readers.registry import AMBIGUOUS_SUFFIXES, MAX_FILE_BYTES, read_bytes, readers_version
from corpus.same_article import is_corrected
from corpus.summary import IngestSummary, Progress

ReadFile = Callable[[bytes, str], Iterator[Read]]
"""Content and name of a file → its records; may begin at once, and raises ReadError while they are taken."""

_COMMIT_EVERY = 500
_COMMIT_CHARACTERS = 2_000_000
"""Others who write wait while a batch is stored: one of long texts ends early."""
_FULLER = 1.25
"""A text replaces one of a file that is gone unless that was longer by this factor."""


def ingest(
    catalog: Catalog,
    paths: Sequence[Path],
    on_progress: Callable[[Progress], None] = lambda _: None,
    *,
    read: ReadFile = read_bytes,
    ahead: int = 0,
    retry: bool = False,
    retry_codes: frozenset[str] = frozenset(),
    prune: bool = False,
    found: bool = False,
    gone: Iterable[str] = (),
) -> IngestSummary:
    """Read every file under ``paths`` into the catalog.

    ``read`` turns a file's content into reports; ``ahead`` files are given to it before the first is waited for.
    A file whose bytes and reader are as before costs a hash and no more, also one that failed, unless ``retry``
    (then also one whose kept text is not what was written), or for one of ``retry_codes``. ``prune`` forgets the
    files that are gone from the folders among ``paths``, and those of ``gone`` that are. ``found``: ``paths`` are
    files that a program found in folders, not a person's choice.
    Raises NotFoundError where not one of ``paths`` exists, unless they were ``found``.
    """
    summary = IngestSummary()
    files_found = find_files(paths)
    files, summary.passed_over = files_found.files, files_found.passed_over
    summary.missing = [] if found else files_found.missing  # what went since it was found is the finder's to tell
    if summary.missing and len(summary.missing) == len(paths):
        raise NotFoundError("no such file or folder: " + ", ".join(summary.missing))
    summary.files = len(files)
    run = _Run(catalog, summary, read, retry=retry, retry_codes=retry_codes)
    named: set[Path] = set() if found else {path.resolve() for path in paths if exists(path) and not path.is_dir()}
    sizes = [size_of(path) for path in files]
    total, done = sum(sizes), 0
    with closing(_looking_ahead(map(run.open, files), ahead)) as opened:
        for index, (path, size, file) in enumerate(zip(files, sizes, opened, strict=True)):

            def tell(index: int = index, done: int = done, size: int = size, path: Path = path) -> None:
                so_far = done + min(size, run.characters)
                on_progress(Progress(index, len(files), so_far, total, run.reports, name_of(path)))

            run.characters = 0
            tell()
            if file is not None:
                run.store(file, tell, found=path not in named)
            done += size
    run.forget(gone)
    folders = [path.resolve() for path in paths if exists(path) and path.is_dir()]
    if prune:
        run.prune(folders)
    elif folders and not found:
        there = {name_of(path) for path in files}
        summary.vanished = [path for path in _within(catalog, folders) if path not in there and is_gone(path)]
    on_progress(Progress(len(files), len(files), total, total, run.reports, ""))
    return summary


def ingest_bytes(catalog: Catalog, data: bytes, path: str, read: ReadFile = read_bytes) -> IngestSummary:
    """Read one file's content, known as ``path``, into the catalog; a failure is tried again each time."""
    run = _Run(catalog, IngestSummary(), read, retry=True, retry_codes=frozenset())
    file = run.begin(data, path)
    if file is not None:
        run.store(file)
    return run.summary


@dataclass(frozen=True, slots=True)
class _File:
    """A file whose content is being read. ``bytes``: its size; ``digest``: sha256 in hex.

    ``is_as_before``: all of it was read before, with these bytes.
    """

    path: str
    bytes: int
    digest: str
    reads: Iterator[Read]
    is_as_before: bool = False


class _Run:
    """One run over some files: what it has seen, and what became of it."""

    def __init__(
        self, catalog: Catalog, summary: IngestSummary, read: ReadFile, *, retry: bool, retry_codes: frozenset[str]
    ) -> None:
        self.catalog, self.summary = catalog, summary
        self.reports = 0
        self.characters = 0
        """Of the raw texts read from the file at hand: about how far into it the run has come."""
        self._read, self._retry, self._retry_codes = read, retry, retry_codes
        self._numbers: dict[str, int] = {}
        """The number that an id was last given, for many may ask for one."""

    def open(self, path: Path) -> _File | None:
        """Begin to read a file on disk; None where there is nothing to do, or nothing that can be done."""
        name = name_of(path)
        try:
            status = path.stat()
            if not S_ISREG(status.st_mode):
                raise ReadError(f"{name} is no regular file (a pipe, a device): copy its content to a file")
            if status.st_size > MAX_FILE_BYTES:
                size, limit = f"{status.st_size:,}", f"{MAX_FILE_BYTES:,}"
                raise TooLargeError(f"{name} has {size} bytes, more than the limit of {limit}: split it")
            data = path.read_bytes()
        except OSError as error:
            reason = f"{name} cannot be read ({error.strerror}): check that it is there and its rights"
            self._fail(_File(name, 0, "", iter(())), "", "", ReadError(reason))
        except ReadError as error:
            self._fail(_File(name, 0, "", iter(())), "", "", error)
        else:
            return self.begin(data, name)
        self.catalog.note_file(name, "", "", failed=True)
        return None

    def begin(self, data: bytes, path: str) -> _File | None:
        """Begin to read the content of one file; None where it is as it was before."""
        digest = sha256(data).hexdigest()
        if not self._is_known(path, digest):
            known = self.catalog.file(path)
            return _File(path, len(data), digest, self._read(data, path), known is not None and known[0] == digest)
        self.summary.unchanged += len(self.catalog.records(path))
        self.summary.failures += self.catalog.failures(path)
        return None

    def store(self, file: _File, tell: Callable[[], None] = lambda: None, *, found: bool = False) -> None:
        """Put what is read from a file into the catalog; ``found``: in a folder, rather than named by a person."""
        failures = len(self.summary.failures)
        records: set[str] = set()
        names = Numbering()  # a file may use one id twice
        try:
            for batch in _batches(file.reads):
                with self.catalog.writing():
                    # Until all of it is stored, nothing is known of this file: a killed run reads it again.
                    self.catalog.note_file(file.path, "", "", failed=False)
                    for read in batch:
                        record = names.free(read.record)
                        records.add(record)
                        self._store(read, file, record)
                tell()
        except UnsupportedFormatError as error:
            if found and PurePath(file.path).suffix.lower() in AMBIGUOUS_SUFFIXES:
                self.summary.passed_over[PurePath(file.path).suffix.lower()] += 1  # a table of something else
                if not self.catalog.records(file.path):
                    return
            else:
                self._fail(file, "", readers_version(), error)
        except ReadError as error:
            self._fail(file, "", readers_version(), error)
        failed = len(self.summary.failures) > failures
        with self.catalog.writing():
            if not failed:  # else a record that seems to be gone may be the one that cannot be read
                for record in sorted(set(self.catalog.records(file.path)) - records):
                    self._leave(file.path, record)
            self.catalog.note_file(file.path, file.digest, readers_version(), failed)

    def prune(self, folders: Sequence[Path]) -> None:
        """Forget the files in ``folders`` that are gone."""
        self.forget(_within(self.catalog, folders))

    def forget(self, paths: Iterable[str]) -> None:
        """Forget those of the files ``paths`` that are gone, and every report that no other source holds."""
        for path in paths:
            if is_gone(path) and self.catalog.file(path) is not None:
                with self.catalog.writing():
                    for record in self.catalog.records(path):
                        self._leave(path, record)
                    self.catalog.forget_file(path)
                self.summary.pruned.append(path)

    def _is_known(self, path: str, digest: str) -> bool:
        """Whether these bytes were gone through by these readers, and need not be again."""
        known = self.catalog.file(path)
        if known is None or known[:2] != (digest, readers_version()):
            return False
        if self.catalog.is_lost(path, closely=self._retry):
            return False
        if not known[2]:
            return bool(self.catalog.records(path)) and not (self._retry and self.catalog.is_noted(path))
        return not self._retry and all(failure.code not in self._retry_codes for failure in self.catalog.failures(path))

    def _store(self, read: Read, file: _File, record: str) -> None:
        """Put one record into the catalog, or the reason why it cannot be read."""
        self.reports += 1
        if read.report is None:
            error = read.error or ReadError(f"{file.path}: nothing was read")
            self._fail(file, record, "", error)
            return
        self.characters += len(read.report.raw)
        outcome = self._mend(read.report, file, record) or self._place(read.report, file.path, record)
        self.summary.count(outcome)
        attempt = Attempt(
            now(), file.path, record, file.bytes, file.digest, read.report.reader, outcome,
            "note" if read.notes else "", "; ".join(read.notes),
        )  # fmt: skip
        self.catalog.note_attempt(attempt)
        if read.notes:
            self.summary.notes.append(attempt)

    def _mend(self, report: Report, file: _File, record: str) -> Outcome | None:
        """Put back what the catalog lost of this place; None where nothing was, or this is another article.

        It is the same article if the file is as it was, or an identifier says so: there is no text to compare.
        """
        held = self.catalog.held_at(file.path, record)
        if held is None or not self.catalog.is_lost(file.path, record):
            return None
        if not file.is_as_before and set(identifiers(report.bibliography)).isdisjoint(self.catalog.identifiers(held)):
            self._leave(file.path, record)
            return None
        self.summary.mended += 1
        return self.catalog.put(held, report, file.path, record)

    def _place(self, report: Report, path: str, record: str) -> Outcome:
        """Store ``report`` where it belongs: its own place as before, another source of a report, or a new report."""
        catalog = self.catalog
        before = catalog.read_at(path, record)
        if before is not None and not self._still_fits(before, report, path, record):
            self._leave(path, record)  # the file now holds another article
            before = None
        own = [] if before is None else [before.report_id]
        same = list(dict.fromkeys([*own, *matches(catalog, report, besides=own)]))
        held = same[0] if same else _free(report_id(report), catalog.is_taken, self._numbers)
        outcome = catalog.put(held, report, path, record)
        for other in same[1:]:
            catalog.merge(held, other)
        moved = self._forget_gone(held, report, (path, record))
        if outcome != "unchanged":
            catalog.unlink(held)
            for preprint, published in preprints_of(catalog, held, report):
                catalog.link(preprint, "preprint-of", published)
        return "unchanged" if moved and outcome == "duplicate" else outcome

    def _still_fits(self, before: Stored, report: Report, path: str, record: str) -> bool:
        """Whether a new reading from a place is of the article that was there, as its other sources have it."""
        if not is_corrected(before.report, report):
            return False
        agree = [
            same_identifiers(report.bibliography, other.bibliography)
            for at in self.catalog.sources(before.report_id)
            if (at.path, at.record) != (path, record)
            for other in self._readable(at.revision)
        ]
        return True in agree or False not in agree

    def _readable(self, revision: int) -> Iterator[Report]:
        """A reading, unless it is damaged: the doctor tells of that, and it has no say here."""
        with suppress(DamagedCatalogError):
            yield self.catalog.revision(revision).report

    def _forget_gone(self, held: str, report: Report, place: tuple[str, str]) -> bool:
        """Forget the files of the report that are gone and whose text this one replaces; whether there were any."""
        gone = [
            source
            for source in self.catalog.sources(held)
            if (source.path, source.record) != place
            and len(report.text) * _FULLER >= source.length
            and is_gone(source.path)
        ]
        for source in gone:
            self.catalog.leave(source.path, source.record)
            if not self.catalog.records(source.path):
                self.catalog.forget_file(source.path)  # when it comes back it is read again
        return bool(gone)

    def _leave(self, path: str, record: str) -> None:
        self.summary.removed += self.catalog.leave(path, record)

    def _fail(self, file: _File, record: str, reader: str, error: ReadError) -> None:
        attempt = Attempt(now(), file.path, record, file.bytes, file.digest, reader, "failed", error.code, str(error))
        self.catalog.note_attempt(attempt)
        self.summary.failures.append(attempt)


def _within(catalog: Catalog, folders: Sequence[Path]) -> list[str]:
    """The files gone through that lie in one of ``folders``."""
    return [path for path in catalog.files() if any(Path(path).is_relative_to(folder) for folder in folders)]


def _looking_ahead(files: Iterator[_File | None], ahead: int) -> Generator[_File | None]:
    """``files`` in order, ``ahead`` of them begun before the first is given."""
    begun: deque[_File | None] = deque()
    for file in files:
        begun.append(file)
        if len(begun) > ahead:
            yield begun.popleft()
    yield from begun


def _batches(reads: Iterator[Read]) -> Iterator[list[Read]]:
    """``reads`` in lists that are stored together; what comes before the file breaks off is kept."""
    batch: list[Read] = []
    characters = 0
    try:
        for read in reads:
            batch.append(read)
            characters += len(read.report.raw) if read.report else 0
            if len(batch) == _COMMIT_EVERY or characters > _COMMIT_CHARACTERS:
                yield batch
                batch, characters = [], 0
    except ReadError:
        yield batch
        raise
    yield batch


def _free(wanted: str, is_taken: Callable[[str], bool], numbers: dict[str, int]) -> str:
    """``wanted``, or, where that is taken, ``wanted`` with a number; ``numbers`` keeps the last one given."""
    name = wanted
    while is_taken(name):
        numbers[wanted] = numbers.get(wanted, 1) + 1
        name = f"{wanted}-{numbers[wanted]}"
    return name
