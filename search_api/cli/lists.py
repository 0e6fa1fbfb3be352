"""``--format`` and ``--output`` of the commands that print a list of results."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Final, TypeVar

import typer

from corpus.errors import CasetroveError, UsageError
from search_api.cli import show
from search_api.result_list import ENDINGS, LIST_FORMATS, ListFormat, ListItem, Place, list_file
from search_api.service import Service

_FORMS = ", ".join(LIST_FORMATS)
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help=f"{_FORMS}: the articles for a reference manager, or the passages as a table."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file: .ris, .bib, .csv or .md.")]


_SUFFIXES: Final[dict[str, ListFormat]] = {f".{ending}": form for form, ending in ENDINGS.items() if form != "csl"}
"""A ".json" could be much else than CSL."""
_Form = TypeVar("_Form", bound=str)


def list_format(named: str | None, output: Path | None) -> ListFormat | None:
    """The format of a list that is asked for; see ``chosen_format``."""
    return chosen_format(named, output, LIST_FORMATS, _SUFFIXES)


def chosen_format(
    named: str | None, output: Path | None, forms: Sequence[_Form], suffixes: Mapping[str, _Form]
) -> _Form | None:
    """The one asked for by name, or by the file's suffix; None where neither is given.

    Raises UsageError, too where the two differ.
    """
    if named is not None and named not in forms:
        raise UsageError(f"--format {named!r}: must be one of {', '.join(forms)}")
    ending = None if output is None else suffixes.get(output.suffix.lower())
    if named in suffixes.values() and ending not in (None, named):
        raise UsageError(f"--output {output}: ends like {ending}, and --format says {named}: change one of them")
    if named is not None or output is None:
        return next((each for each in forms if each == named), None)
    if ending is None:
        raise UsageError(f"--output {output}: say with --format which of {', '.join(forms)} it shall be")
    return ending


def write_list(
    service: Service, places: Iterable[Place], form: ListFormat, output: Path | None, *, as_json: bool
) -> None:
    """Print the list, or write it to ``output`` and say so. Raises CasetroveError where it cannot be written."""
    write_items(service.listed(places), form, output, as_json=as_json)


def write_items(listed: Sequence[ListItem], form: ListFormat, output: Path | None, *, as_json: bool) -> None:
    """The same of what is listed already."""
    content = list_file(listed, form)
    if output is None:
        sys.stdout.write(content.decode())
        return
    write_file(output, content)
    told = {"written": str(output), "places": len(listed), "reports": len({each.place.report_id for each in listed})}
    show.json_out(told) if as_json else typer.echo(f"{output}: {told['places']} passages of {told['reports']} reports")


def write_file(path: Path, content: bytes) -> None:
    """Write it whole. Raises CasetroveError."""
    try:
        path.write_bytes(content)
    except OSError as error:
        raise CasetroveError(f"--output {path}: cannot be written ({error.strerror}): choose another place") from error
