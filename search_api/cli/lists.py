"""``--format`` and ``--output`` of the commands that print a list of results."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from corpus.errors import CasetroveError, UsageError
from search_api.cli import show
from search_api.result_list import ENDINGS, LIST_FORMATS, ListFormat, Place, list_file
from search_api.service import Service

_FORMS = ", ".join(LIST_FORMATS)
FormatOption = Annotated[
    str | None,
    typer.Option("--format", help=f"{_FORMS}: the articles for a reference manager, or the passages as a table."),
]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Write to this file: .ris, .bib, .csv or .md.")]


def list_format(named: str | None, output: Path | None) -> ListFormat | None:
    """The format asked for by name, or by the ending of the file; None where neither is given. Raises UsageError."""
    if named is not None and named not in LIST_FORMATS:
        raise UsageError(f"--format {named!r}: must be one of {_FORMS}")
    if named is not None or output is None:
        return next((each for each in LIST_FORMATS if each == named), None)
    for form, ending in ENDINGS.items():
        if output.suffix.lower() == f".{ending}" and form != "csl":  # ".json" could be much else
            return form
    raise UsageError(f"--output {output}: say with --format which of {_FORMS} it shall be")


def write_list(
    service: Service, places: Iterable[Place], form: ListFormat, output: Path | None, *, as_json: bool
) -> None:
    """Print the list, or write it to ``output`` and say so. Raises CasetroveError where it cannot be written."""
    listed = service.listed(places)
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
