"""``casetrove keys``: who may ask a server of this folder what."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from corpus.errors import UsageError
from search_api.cli import show
from search_api.cli.options import Data, Json, data_folder, for_pasting
from search_api.keys import MOST_DAYS, SCOPES, Key, Keys, Scope

app = typer.Typer(no_args_is_help=True)
_Name = Annotated[str, typer.Argument(help="Whose key it is: shown in logs, never the key itself.")]


@app.callback()
def room() -> None:
    """Keys that a server on a network asks for: docs/operations.md."""


@app.command("add")
@for_pasting
def add(
    name: _Name,
    data: Data = None,
    as_json: Json = False,
    scope: Annotated[
        str, typer.Option(help="read: ask and look; write: also send in and take out; admin: everything.")
    ] = "read",
    days: Annotated[
        int | None, typer.Option(help=f"Good for so many days (1..{MOST_DAYS}); default: for good.")
    ] = None,
) -> None:
    """Make a key and show it, this once: only its hash is kept. Running servers know it at once."""
    folder = data_folder(data)
    shown = Keys(folder.keys).add(name, _scope(scope), days)
    if as_json:
        show.json_out({"name": name, "scope": scope, "key": shown})
    else:
        typer.echo(shown)
        typer.echo(f"This is the only time that the key {name!r} is shown: keep it as you keep a password.", err=True)


@app.command("list")
@for_pasting
def list_keys(data: Data = None, as_json: Json = False) -> None:
    """The keys there are: name, scope, when made, until when good, when last used (to the minute, UTC)."""
    keys = Keys(data_folder(data).keys)
    found = keys.all()
    if as_json:
        show.json_out([{**asdict(key), "expired": keys.has_expired(key)} for key in found])
        return
    table = show.narrow_table("Keys")
    for column in ("name", "scope", "made", "good until", "last used"):
        table.add_column(column, overflow="fold")
    for key in found:
        table.add_row(key.name, key.scope, key.created[:10], _until(keys, key), _minute(key.used))
    show.terminal().print(table if found else "no keys")


@app.command("revoke")
@for_pasting
def revoke(name: _Name, data: Data = None, as_json: Json = False) -> None:
    """Forget a key: running servers refuse it at once."""
    Keys(data_folder(data).keys).revoke(name)
    if as_json:
        show.json_out({"revoked": name})
    else:
        typer.echo(f"the key {name!r} is revoked")


def _scope(given: str) -> Scope:
    for scope in SCOPES:
        if given == scope:
            return scope
    raise UsageError(f"--scope: {given!r} is none of {', '.join(SCOPES)}")


def _until(keys: Keys, key: Key) -> str:
    if key.expires is None:
        return "for good"
    return f"{key.expires[:10]}{' (over)' if keys.has_expired(key) else ''}"


def _minute(time: str | None) -> str:
    return "never" if time is None else time[:16].replace("T", " ")
