"""The commands that look after the index: its generations, its room on disk, its soundness."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.markup import escape

from corpus.amounts import counted, size
from indexer.build import build, is_compact
from indexer.doctor import examine
from indexer.errors import GenerationError
from indexer.folder import DataFolder
from indexer.history import KEPT, Listed, collect, rollback
from indexer.history import generations as listed
from indexer.manifest import Changes, read_manifest
from search_api.cli import options, show
from search_api.cli.options import Data, Json, data_folder, nothing_indexed, open_catalog
from search_api.cli.progress import building

_WIDE = 75
"""Columns of a terminal that has room for all that is told of generations."""
_COLOURS = {"error": "red", "warning": "yellow", "note": "cyan"}


def mount(app: typer.Typer) -> None:
    """Add these commands to ``app``."""
    for name, function in (
        ("generations", generations), ("rollback", rollback_to), ("compact", compact), ("gc", gc), ("doctor", doctor),
    ):  # fmt: skip
        app.command(name)(options.for_pasting(function))


def generations(data: Data = None, as_json: Json = False) -> None:
    """The generations on disk, newest first: date, counts, size, encoder, what changed, which is served."""
    folder = data_folder(data)
    found = listed(folder)
    if not found:
        raise nothing_indexed(folder)
    if as_json:
        show.json_out([_listed_json(each) for each in found])
    else:
        _show_generations(folder, found)
    if not any(each.served for each in found):
        print(folder.spelled(f"{folder.root}: none of these is served: run `casetrove index`"), file=sys.stderr)


def rollback_to(
    number: Annotated[int, typer.Argument(min=1, help="The generation to serve (see `casetrove generations`).")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Serve an older generation (or a newer one again); the next change to the catalog builds a new one."""
    folder = data_folder(data)
    with folder.lock():
        manifest = rollback(folder, number, open_catalog(data), options.encoders(folder))
    if as_json:
        show.json_out({"generation": manifest.generation, "reports": manifest.reports, "passages": manifest.passages})
    else:
        typer.echo(
            f"generation {manifest.generation} is served: {counted(manifest.reports, 'report')}, "
            f"as of {manifest.created}"
        )


def compact(data: Data = None, as_json: Json = False) -> None:
    """Write the whole index as one segment, without what is gone, from what the catalog holds."""
    folder = data_folder(data)
    with folder.lock():
        catalog = open_catalog(data)
        number = options.served(folder)
        if (newest := folder.passed_over()) is not None:
            raise GenerationError(
                f"{folder.root}: generation {number} is served by a rollback: "
                f"run `casetrove rollback {newest}` first, then compact"
            )
        manifest = read_manifest(folder, number)
        before = len(manifest.segments)
        if not is_compact(manifest):
            with building() as show_stage:
                encoder = options.encoders(folder).of(manifest.encoder_fingerprint)
                manifest = build(folder, catalog, encoder, on_progress=show_stage, force=True).manifest
    if as_json:
        show.json_out(
            {"generation": manifest.generation, "segments_before": before, "segments": len(manifest.segments)}
        )
    else:
        reports = counted(manifest.reports, "report")
        typer.echo(f"generation {manifest.generation}: 1 segment (before: {before}), {reports}")


def gc(
    data: Data = None,
    as_json: Json = False,
    keep: Annotated[
        int, typer.Option(min=1, max=KEPT, help=f"How many generations to keep, the newest: a build leaves {KEPT}.")
    ] = 3,
) -> None:
    """Remove old generations, and readings and vectors that nothing needs; never what is served or held by a reader."""
    folder = data_folder(data)
    with folder.lock():
        found = collect(folder, open_catalog(data), options.encoders(folder), keep)
    if as_json:
        show.json_out(asdict(found))
        return
    removed = ", ".join(map(str, found.removed)) or "none"
    typer.echo(f"generations removed: {removed} ({size(found.freed_bytes)})")
    if found.held:
        typer.echo(f"held by a running program, so kept: {', '.join(map(str, found.held))}")
    typer.echo(f"old readings removed: {found.revisions:,}; vectors of unused encoders removed: {found.embeddings:,}")
    if found.damaged:
        typer.echo(f"damaged vectors removed: {found.damaged:,}; a build that needs them embeds them anew")
    if found.encoders:
        typer.echo(f"unused encoders removed: {', '.join(found.encoders)}")


def doctor(data: Data = None, as_json: Json = False) -> None:
    """Check that the data folder is sound; changes nothing. Exit code 1 where there is an error."""
    folder = data_folder(data)
    found = examine(folder, options.encoders(folder))
    healthy = not any(finding.severity == "error" for finding in found)
    if as_json:
        show.json_out({"healthy": healthy, "findings": [asdict(finding) for finding in found]})
    else:
        console = show.terminal()
        for finding in found:
            colour = _COLOURS[finding.severity]
            console.print(
                f"[{colour}]{finding.severity}[/{colour}] {escape(finding.where)}: {escape(finding.what)}\n"
                f"  what to do: {escape(finding.remedy)}",
                soft_wrap=True,
            )
        console.print(f"{folder.root}: {'healthy' if healthy else 'not healthy'}", soft_wrap=True)
    if not healthy:
        raise typer.Exit(1)


def _listed_json(found: Listed) -> dict[str, object]:
    manifest = found.manifest
    known = manifest and {
        "created": manifest.created,
        "reports": manifest.reports,
        "passages": manifest.passages,
        "segments": len(manifest.segments),
        "encoder": manifest.encoder,
        "encoder_backend": manifest.encoder_backend,
        "encoder_fingerprint": manifest.encoder_fingerprint,
        "changes": asdict(manifest.changes) if manifest.changes else None,
    }
    return {
        "generation": found.number,
        "served": found.served,
        "held": found.held,
        "bytes": found.bytes,
        "own_bytes": found.own_bytes,
        "problem": found.problem,
        "remedy": found.remedy,
        **(known or {}),
    }


def _show_generations(folder: DataFolder, found: list[Listed]) -> None:
    console = show.terminal()
    table = show.narrow_table("Generations")
    sizes = ("size", "own") if console.width >= _WIDE else ("size",)
    for name in ("", "created", "reports", "passages", *sizes, "changes"):
        is_number = name in ("reports", "passages", *sizes)
        least = len("2025-01-31") if name == "created" else None  # the time may stand below
        table.add_column(
            name, justify="right" if is_number else "left", no_wrap=is_number, overflow="fold", min_width=least
        )
    for each in found:
        mark = f"{each.number}" + (" served" if each.served else "") + (" held" if each.held else "")
        room = [size(each.bytes), size(each.own_bytes)][: len(sizes)]
        if each.manifest is None:
            table.add_row(mark, "", "", "", *room, "[red]unusable[/red]")
            continue
        manifest = each.manifest
        table.add_row(
            mark,
            manifest.created[:16].replace("T", " "),
            f"{manifest.reports:,}",
            f"{manifest.passages:,}",
            *room,
            _changed(manifest.changes),
        )
    console.print(table)
    freed = "; own: the room that removing it frees" if "own" in sizes else ""
    console.print(f"[dim]+ new, ~ changed, - gone: reports, against the generation before{freed}[/dim]")
    for name, numbers in _encoders(found).items():
        console.print(escape(f"encoder of {', '.join(map(str, numbers))}: {name}"))
    for each in found:
        if each.remedy:
            where = f"{each.number}, in {folder.generation(each.number)}, cannot be used: {each.problem}"
            console.print(f"{escape(where)}; what to do: {escape(each.remedy)}", soft_wrap=True)


def _encoders(found: list[Listed]) -> dict[str, list[int]]:
    """The encoders, each with the generations that it made."""
    made: dict[str, list[int]] = {}
    for each in found:
        if each.manifest is not None:
            made.setdefault(f"{each.manifest.encoder} ({each.manifest.encoder_backend})", []).append(each.number)
    return made


def _changed(changes: Changes | None) -> str:
    if changes is None:
        return "unknown"
    counts = f"+{changes.added} ~{changes.updated} -{changes.removed}"
    return f"{counts}, {changes.remade}" if changes.remade else counts
