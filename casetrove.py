"""The ``casetrove`` command: mounts each room's commands, nothing else."""

from __future__ import annotations

import signal
import sys
from types import FrameType

import typer

from corpus.errors import CasetroveError
from eval.commands import app as eval_app
from search_api.cli import commands

app = typer.Typer(
    name="casetrove",
    help="Semantic search and question answering over medical case reports, with citations to the character.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
commands.mount(app)
_EVAL = "Measure retrieval on judged topics, and reading on articles whose text is known."
app.add_typer(eval_app, name="eval", help=_EVAL)


def main() -> None:
    """Run the command line; an expected error is one line on stderr and its exit code."""
    signal.signal(signal.SIGINT, _stop)
    try:
        app()
    except CasetroveError as error:
        print(f"casetrove: {error}", file=sys.stderr)
        sys.exit(error.exit_code)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    print("\ncasetrove: stopped; what was done is kept, run the command again to go on", file=sys.stderr)
    sys.exit(130)


if __name__ == "__main__":
    main()
