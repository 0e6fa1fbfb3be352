"""Files → catalog → generation, for every command that takes in files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpus.catalog import Catalog
from corpus.errors import NotFoundError
from corpus.ingest import ingest
from corpus.readers import pdf_ocr
from corpus.readers.base import Options
from corpus.readers.registry import SUFFIXES
from corpus.summary import IngestSummary
from indexer.build import Built, build
from indexer.crew.base import Crew, OwnCrew
from indexer.encoders.choice import Encoders
from indexer.folder import DataFolder, numbered
from search_api.cli.progress import building, reading


@dataclass(frozen=True, slots=True)
class Indexed:
    """What became of the files, and the generation that holds them; None where there is nothing to index."""

    summary: IngestSummary
    built: Built | None

    @property
    def is_whole(self) -> bool:
        """Whether every path was there and something is indexed."""
        return not self.summary.missing and self.built is not None


def index_paths(
    folder: DataFolder,
    encoders: Callable[[DataFolder], Encoders],
    paths: Sequence[Path],
    options: Options,
    *,
    retry: bool = False,
    prune: bool = False,
    rebuild: bool = False,
    found: bool = False,
    gone: Sequence[str] = (),
    crew: Crew | None = None,
) -> Indexed:
    """Read the files that ``paths`` name, in worker processes, and build a generation if anything changed.

    Without ``paths`` the index is brought up to the catalog; with ``retry``, all files that were read before are gone
    through. ``found`` and ``gone`` are for who watches folders: see ``ingest``; bars then leave no trace. ``crew`` does
    the heavy part, by default this machine.
    Raises NotFoundError where there is no file to read, LockedError where another process holds the folder.
    """
    crew = crew or OwnCrew()
    with folder.lock(), closing(Catalog(folder.catalog)) as catalog:
        again = retry and not paths
        if again:
            paths = [Path(path) for path in catalog.files() if Path(path).is_absolute()]
        with reading(transient=found) as tell, crew.readers(options) as workers:
            summary = ingest(
                catalog,
                paths,
                tell,
                read=workers.read,
                ahead=workers.width - 1,
                retry=retry,
                retry_codes=_mended_by(options),
                prune=prune,
                found=found or again,
                gone=gone,
            )
        if not found and paths and not summary.files and not summary.pruned:
            named, known = ", ".join(map(str, paths)), ", ".join(sorted(SUFFIXES))
            raise NotFoundError(
                f"{named}: no file of a known kind ({summary.passed_over.total()} passed over); known: {known}"
            )
        built = None
        if catalog.count() or folder.current.exists() or numbered(folder):
            with building(transient=found) as show_stage:
                encoder = encoders(folder).preferred()
                built = build(folder, catalog, encoder, on_progress=show_stage, force=rebuild, crew=crew)
    for attempts in (summary.failures, summary.notes):
        attempts[:] = [replace(each, reason=folder.spelled(each.reason)) for each in attempts]
    return Indexed(summary, built)


def indexed_json(indexed: Indexed) -> dict[str, Any]:
    """What ``casetrove index --json`` prints."""
    summary, built = indexed.summary, indexed.built
    return {
        "generation": built.manifest.generation if built else None,
        "reports": built.manifest.reports if built else 0,
        "passages": built.manifest.passages if built else 0,
        "read": summary.read,
        "updated": summary.updated,
        "unchanged": summary.unchanged,
        "duplicates": summary.duplicates,
        "removed": summary.removed,
        "pruned": summary.pruned,
        "failed": [asdict(failure) for failure in summary.failures],
        "notes": [asdict(note) for note in summary.notes],
        "missing": summary.missing,
        "mended": summary.mended,
        "vanished": summary.vanished,
        "passed_over": dict(summary.passed_over),
        "embedded": built.passages.embedded if built else 0,
        "from_cache": built.passages.known if built else 0,
        "damaged_vectors": built.passages.damaged if built else 0,
        "encoder_before": built.encoder_before if built else None,
        "rolled_back_from": built.rolled_back_from if built else None,
        "changes": asdict(changes) if built and built.seconds and (changes := built.manifest.changes) else None,
        "seconds": built.seconds if built else {},
    }


def _mended_by(options: Options) -> frozenset[str]:
    """The failures that these options may mend, so that their files are tried again."""
    codes = {"encrypted"} if options.pdf_passwords else set()
    if options.ocr and pdf_ocr.available():
        codes.add("needs-ocr")
    return frozenset(codes)
