"""The indexer's branch of the error tree (its root is ``corpus.errors.CasetroveError``).

GenerationError             an index cannot be opened, built or switched     (exit 1, HTTP 503)
├── NoGenerationError       nothing has been indexed yet
├── LostCatalogError        there are generations, and no catalog with the texts that they were made of
├── DamagedError            a file of the generation is missing or its digest differs
└── MismatchError           built by another encoder, analyzer, extraction or format than the one at hand
EncoderError                the encoder's files are missing or not what they should be
LockedError                 another process is indexing into the same data folder
ClusterError                the Ray cluster of a build cannot be reached, or does not do its work
"""

from __future__ import annotations

from pathlib import Path

from corpus.database import PUT_BACK
from corpus.errors import CasetroveError, NotFoundError

INDEX = "run `casetrove index`"
"""What mends a lost or bad ``CURRENT``, a damaged or outdated generation that is served, and brings the index up to
the catalog: what is whole is not written again, and nothing embedded again."""
FIRST = f"{INDEX} followed by your files and folders"
AGAIN = f"{PUT_BACK}; or {INDEX} followed by all your files and folders, to read them again"
"""What mends a lost catalog: which files it held, nobody knows."""
REBUILD = "run `casetrove index --rebuild`"
"""What mends a generation whose files are as they were written, and yet wrong: the catalog holds all that it was made
of. Any other damage ``INDEX`` mends."""
CHECK_DISK = "check the disk, and the rights of the data folder"
"""Where the system refuses to read what is there: nothing is to be thrown away for that."""


class GenerationError(CasetroveError):
    """An index cannot be opened, built or switched."""

    code = "generation"
    http_status = 503


class NoGenerationError(GenerationError):
    """Nothing has been indexed yet."""

    code = "no-index"


class LostCatalogError(GenerationError):
    """The catalog is gone, or new and empty, though there are generations of an index."""

    code = "catalog-lost"


class DamagedError(GenerationError):
    """A file of the generation is missing, or its digest is not the manifest's."""

    code = "damaged-index"


class MismatchError(GenerationError):
    """The generation was built by another encoder, analyzer, extraction or format."""

    code = "index-mismatch"


class EncoderError(CasetroveError):
    """The encoder's files are missing or not what they should be."""

    code = "encoder"
    http_status = 503


class LockedError(CasetroveError):
    """Another process is indexing into the same data folder."""

    code = "locked"
    http_status = 409


class ClusterError(CasetroveError):
    """The Ray cluster of a build cannot be reached, or its workers cannot do their work."""

    code = "cluster"
    http_status = 503


def lost_catalog(path: Path) -> LostCatalogError:
    """The error of a catalog that ``path`` should be, and what to do."""
    return LostCatalogError(f"{path}: was lost, for there are generations of an index: {AGAIN}")


def not_indexed(report_id: str) -> NotFoundError:
    """The error of a report that the catalog has, and the served generation has not."""
    return NotFoundError(f"report {report_id!r} is not indexed yet: {INDEX}")


def in_words(error: Exception) -> str:
    """What an error says to people: the system's own words; of what else a parser says, that the content is wrong."""
    if isinstance(error, FileNotFoundError):
        return "it is not there"
    return error.strerror or str(error) if isinstance(error, OSError) else "it is not as it was written"
