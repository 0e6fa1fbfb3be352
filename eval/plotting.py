"""Systems by sets as a picture: bars for the terminal, and a figure file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from corpus.errors import UsageError
from eval.model import Score

_FORMATS = (".pdf", ".png", ".svg")
_CELLS = 50
_EIGHTHS = " ▏▎▍▌▋▊▉"


def bars(scores: Sequence[Score], measure: str) -> Table:
    """A bar from 0 to 1 for each set and system, in eighths of a character; the best of each set is green."""
    drawn = Table(title=f"{measure}, bars from 0 to 1", box=None, pad_edge=False)
    for heading in ("set", "system", ""):
        drawn.add_column(heading)
    drawn.add_column(measure, justify="right")
    for name in dict.fromkeys(score.set for score in scores):
        peers = [score for score in scores if score.set == name]
        best = max(score.means[measure] for score in peers)
        for place, score in enumerate(peers):
            value = score.means[measure]
            style = "green" if value == best else None
            drawn.add_row("" if place else name, score.system, bar(value), f"{value:.3f}", style=style)
    return drawn


def bar(value: float) -> str:
    """``value`` in 0..1 as a bar of at most ``_CELLS`` characters."""
    whole, eighths = divmod(round(value * _CELLS * 8), 8)
    return "█" * whole + _EIGHTHS[eighths].strip()


def write_figure(scores: Sequence[Score], measure: str, path: Path) -> None:
    """Grouped bars, a group for each set, as SVG, PNG or PDF by the file's name; the same scores give the same SVG.

    Raises UsageError where matplotlib is not installed, or the file cannot be written.
    """
    if path.suffix not in _FORMATS:
        raise UsageError(f"--output {path}: must end in {', '.join(_FORMATS)}")
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure  # without pyplot: no display, no state
    except ImportError as error:
        raise UsageError("--output: needs matplotlib: pip install 'casetrove[plot]'") from error
    sets = list(dict.fromkeys(score.set for score in scores))
    systems = list(dict.fromkeys(score.system for score in scores))
    values = {(score.set, score.system): score.means[measure] for score in scores}
    figure = Figure(figsize=(max(6.0, 1.6 * len(sets) + 2), 4.5), layout="constrained")
    axes = figure.subplots()
    width = 0.8 / len(systems)
    for number, system in enumerate(systems):
        places = [at for at, name in enumerate(sets) if (name, system) in values]
        axes.bar(
            [at + (number - (len(systems) - 1) / 2) * width for at in places],
            [values[sets[at], system] for at in places],
            width,
            label=system,
        )
    axes.set_xticks(range(len(sets)), sets, rotation=20, ha="right")
    axes.set_ylim(0, 1)
    axes.set_ylabel(measure)
    axes.legend(fontsize="small", ncols=2)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with rc_context({"svg.hashsalt": "casetrove"}):
            figure.savefig(path, metadata=metadata)
    except OSError as error:
        raise UsageError(f"--output {path}: cannot be written ({error.strerror})") from error
