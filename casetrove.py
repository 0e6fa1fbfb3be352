"""The ``casetrove`` command: mounts each room's commands, nothing else."""

from __future__ import annotations

import signal
import sys
from threading import Event
from types import FrameType
from typing import Annotated

import typer

from corpus.errors import CasetroveError
from eval.commands import app as eval_app
from search_api.cli import commands
from search_api.searches.keeping import program_version

app = typer.Typer(
    name="casetrove",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.mount(app)
_STOPPED = 130
_stopped = Event()
_EVAL = "Measure retrieval on judged topics, and reading on articles whose text is known."
app.add_typer(eval_app, name="eval", help=_EVAL)


@app.callback(invoke_without_command=True)
def program(
    is_asked: Annotated[bool, typer.Option("--version", help="Say which version this is, and end.")] = False,
) -> None:
    """Semantic search and question answering over medical case reports, with citations to the character."""
    if is_asked:
        typer.echo(f"casetrove {program_version()}")
        raise typer.Exit


def main() -> None:
    """Run the command line; an expected error is one line on stderr and its exit code."""
    signal.signal(signal.SIGINT, _stop)
    try:
        app()
    except BaseException as error:
        if _stopped.is_set():  # whatever the stop turned into on its way out
            sys.exit(_STOPPED)
        if not isinstance(error, CasetroveError):
            raise
        print(f"casetrove: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    print("\ncasetrove: stopped; what was done is kept, run the command again to go on", file=sys.stderr)
    _stopped.set()
    sys.exit(_STOPPED)


if __name__ == "__main__":
    main()
