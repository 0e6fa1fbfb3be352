"""Figures of extraction, drawn: a table of cases, one of names, one of speed, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from eval.extraction import PEOPLE, TREATMENTS, CaseFigures
from eval.extraction_names import TARGETS, NameFigures, f1
from eval.extraction_speed import TARGET, Speed
from eval.shares import Share

_ROWS = (
    ("treatments: precision", "precision", TREATMENTS[0]),
    ("treatments: recall", "recall", TREATMENTS[1]),
    ("… found, status right", "status", None),
    ("… found, kind right", "kind", None),
    ("others' or not given, made a patient's", "given_away", None),
    ("planned or refused, shown as had", "overstated", None),
    ("untreated shown so", "untreated", None),
    ("number of patients right", "people", None),
    ("age right where asserted", "age", PEOPLE),
    ("sex right where asserted", "sex", PEOPLE),
    ("index diagnosis named right", "index", None),
)


def case_table(figures: Sequence[CaseFigures]) -> Table:
    """A column for each set, with Wilson's 95 % intervals."""
    drawn = Table(title="Cases: share [95 % interval] hits/of")
    drawn.add_column("")
    for one in figures:
        drawn.add_column(f"{one.set} ({one.reports} reports)", justify="right")
    for heading, name, least in _ROWS:
        drawn.add_row(heading, *(_cell(getattr(one, name), least) for one in figures))
    return drawn


def name_table(figures: Sequence[NameFigures]) -> Table:
    """A row for each kind in each file."""
    drawn = Table(title="Names in running text")
    drawn.add_column("file")
    drawn.add_column("kind")
    for heading in ("sentences", "precision", "recall", "F1", "precision, overlapping", "recall, overlapping", "F1"):
        drawn.add_column(heading, justify="right")
    for one in figures:
        least = TARGETS.get(one.kind, (0.0, 0.0))
        overlapping = one.overlapping_precision, one.overlapping_recall
        drawn.add_row(
            one.file,
            one.kind,
            f"{one.sentences:,}",
            _cell(one.precision, least[0]),
            _cell(one.recall, least[1]),
            f"{f1(one.precision, one.recall):.3f}",
            *(_cell(share, None) for share in overlapping),
            f"{f1(*overlapping):.3f}",
        )
    return drawn


def speed_table(figures: Sequence[Speed]) -> Table:
    """A row for each number of processes."""
    drawn = Table(title=f"Reading cases (wanted: {TARGET:.0f} reports/s in two processes)")
    drawn.add_column("file")
    for heading in ("processes", "reports", "reports/s", "characters/s"):
        drawn.add_column(heading, justify="right")
    for one in figures:
        characters = one.characters / one.seconds if one.seconds else 0.0
        drawn.add_row(one.file, str(one.processes), f"{one.reports:,}", f"{one.rate:.0f}", f"{characters:,.0f}")
    return drawn


def details(cases: Sequence[CaseFigures], names: Sequence[NameFigures]) -> Iterator[str]:
    """What went wrong, a line each."""
    for one in cases:
        if one.set != "all" or len(cases) == 1:
            yield from (f"{one.set}: {line}" for line in one.errors)
    for each in names:
        yield from (f"{each.file}: {line}" for line in each.errors)


def _cell(share: Share, least: float | None) -> str:
    """The share, red where it misses its target."""
    shown = str(share).replace("[", "\\[")
    missed = least is not None and share.value is not None and share.value < least
    return f"[red]{shown}[/red]" if missed else shown
