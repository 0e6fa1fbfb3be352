"""Every error Casetrove raises on purpose, in one tree.

CasetroveError                  something the person in front of it can act on
├── UsageError                  an argument or setting is wrong           (exit 2, HTTP 422)
│   └── ConfigError             a setting is unknown, missing or out of bounds
├── NotFoundError               the named report, file or folder is not there  (HTTP 404)
├── ReadError                   a file cannot be read as a report         (HTTP 422)
│   ├── EmptyFileError          no bytes, or nothing but white space
│   ├── NoTextError             well formed, but holds no text (a scan, an empty page)
│   │   └── NeedsOcrError       a scan: pictures of text
│   ├── EncryptedError          needs a password
│   ├── MalformedError          is not what its format promises
│   ├── UnsupportedFormatError  no reader knows this kind of file
│   ├── TooLargeError           over the size limit
│   └── GivenUpError            the process that read it crashed, or took too long
├── CatalogError                the catalog cannot be opened or written
│   ├── DamagedCatalogError     its file is none that SQLite can read
│   └── GoneCatalogError        its file was there when it was opened, and is there no more  (HTTP 503)
├── FetchError                  a literature service did not answer as it should (HTTP 502)
│   └── ComeBackLaterError      asks for a longer pause than a run waits (corpus.fetching.polite)
└── (``indexer.errors`` adds its own branch: generations, encoders, the lock)

A message names the file or field, says what is wrong, and says what to do. ``code`` is a
stable word for programs (a problem ``type`` over HTTP, a ``reason`` in the catalog).
"""

from __future__ import annotations


class CasetroveError(Exception):
    """Root of the tree. ``code`` names the condition; ``exit_code`` is what the command line returns."""

    code = "error"
    exit_code = 1
    http_status = 500


class UsageError(CasetroveError):
    """An argument is wrong; the message names the field."""

    code = "usage"
    exit_code = 2
    http_status = 422


class ConfigError(UsageError):
    """A setting is unknown, missing or out of bounds."""

    code = "config"


class NotFoundError(CasetroveError):
    """The named report, file or folder does not exist."""

    code = "not-found"
    http_status = 404


class ReadError(CasetroveError):
    """A file cannot be read as a report; the batch goes on without it."""

    code = "unreadable"
    http_status = 422


class EmptyFileError(ReadError):
    """The file holds no bytes, or nothing but white space."""

    code = "empty"


class NoTextError(ReadError):
    """The file is well formed and holds no text: a scan, an empty page, front matter alone."""

    code = "no-text"


class NeedsOcrError(NoTextError):
    """The file's pages are pictures of text, and the program to read them was not found, or fails on every page."""

    code = "needs-ocr"


class EncryptedError(ReadError):
    """The file needs a password."""

    code = "encrypted"


class MalformedError(ReadError):
    """The file is not what its format promises."""

    code = "malformed"


class UnsupportedFormatError(ReadError):
    """No reader knows this kind of file."""

    code = "unsupported"
    http_status = 415


class TooLargeError(ReadError):
    """The file is over the size limit."""

    code = "too-large"
    http_status = 413


class GivenUpError(ReadError):
    """The process that read the file crashed, ran out of memory, or took too long."""

    code = "given-up"


class CatalogError(CasetroveError):
    """The catalog cannot be opened or written."""

    code = "catalog"


class DamagedCatalogError(CatalogError):
    """The file is no database, or its pages are damaged; with the disk and its rights all is well."""


class GoneCatalogError(CatalogError):
    """The file was there when it was opened, and is there no more."""

    code = "catalog-gone"
    http_status = 503


class FetchError(CasetroveError):
    """A literature service refused, or did not answer as it should."""

    code = "fetch"
    http_status = 502
