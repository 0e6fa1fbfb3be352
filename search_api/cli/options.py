"""What every command takes, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Final, ParamSpec, TypeVar

import typer

from corpus.catalog import Catalog
from corpus.errors import CasetroveError, ConfigError, NotFoundError
from indexer.encoders.base import Encoder
from indexer.encoders.choice import Encoders, FolderEncoders
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from indexer.errors import FIRST, NoGenerationError, lost_catalog
from indexer.folder import DataFolder, default_root, numbered
from search_api.searches.model import By

_P = ParamSpec("_P")
_R = TypeVar("_R")
Data = Annotated[Path | None, typer.Option("--data", help="Data folder (default: CASETROVE_DATA, else a user folder).")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else on stdout.")]

Log = Annotated[bool, typer.Option("--log/--no-log", help="Keep this in the search log (`casetrove searches`).")]
SearchLogOption = Annotated[
    bool, typer.Option("--search-log/--no-search-log", help="Keep what is asked in the search log (docs/searches.md).")
]
BY_HAND: Final = By("cli")


def data_folder(data: Path | None) -> DataFolder:
    """The data folder that ``--data`` names, or the default one."""
    return DataFolder(data or default_root())


def for_pasting(command: Callable[_P, _R]) -> Callable[_P, _R]:
    """``command``, the commands in whose errors name the data folder that it was given."""

    @wraps(command)
    def run(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        try:
            return command(*args, **kwargs)
        except CasetroveError as error:
            data = kwargs.get("data")
            error.args = (data_folder(data if isinstance(data, Path) else None).spelled(str(error)),)
            raise

    return run


def open_catalog(data: Path | None) -> Catalog:
    """The catalog of a data folder. Raises NotFoundError where nothing has been indexed yet, LostCatalogError."""
    folder = data_folder(data)
    expect_catalog(folder)
    return Catalog(folder.catalog)


def expect_catalog(folder: DataFolder) -> None:
    """Raise NotFoundError where nothing has been indexed yet, LostCatalogError: opening would make an empty one."""
    if not folder.catalog.exists():
        raise lost_catalog(folder.catalog) if numbered(folder) else nothing_indexed(folder)


def served(folder: DataFolder) -> int:
    """The served generation. Raises NotFoundError where nothing has been indexed yet, DamagedError."""
    try:
        return folder.served_generation()
    except NoGenerationError:
        raise nothing_indexed(folder) from None


def nothing_indexed(folder: DataFolder) -> CasetroveError:
    """The error that says so, with the command that mends it."""
    if folder.root.exists() and not folder.root.is_dir():
        return ConfigError(f"--data {folder.root}: is a file: name a folder")
    return NotFoundError(f"{folder.root}: nothing is indexed yet: {FIRST}")


def encoder() -> Encoder:
    """The encoder that comes with the program."""
    return SentenceTransformerEncoder.embedded()


def encoders(folder: DataFolder) -> Encoders:
    """The encoders of a data folder: the program's own, and those made for it."""
    return FolderEncoders(folder.encoders, encoder)
