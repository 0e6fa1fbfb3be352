"""Figures of reading, drawn: a row for each file, the worst of each reader beside its targets, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from eval.reading import TARGETS, Fidelity, Measured, Tally


def table(measured: Sequence[Measured]) -> Table:
    """One row per file; under each PDF what pypdf alone gives (its text up to the reference list)."""
    drawn = Table(title="Reading: body text in runs of eight words, against the gold text")
    for heading in ("article", "reader"):
        drawn.add_column(heading, overflow="fold")
    for heading in ("ms", "pages/s", "recall", "precision", "blanks aside", "headings", "references"):
        drawn.add_column(heading, justify="right")
    for heading in ("title", "authors", "DOI", "year"):
        drawn.add_column(heading)
    for position, one in enumerate(measured):
        last = position + 1 == len(measured) or measured[position + 1].article != one.article
        if one.body is None:
            drawn.add_row(one.article, one.reader, f"{one.seconds * 1000:.0f}", "", "not read", end_section=last)
            continue
        found = (_tally(one.headings), _tally(one.references))
        facts = (_word(one.title), _tally(one.authors), _word(one.doi), _word(one.year))
        timing = _timing(one.pages, one.seconds)
        drawn.add_row(one.article, one.reader, *timing, *_scores(one.body, one.reader), *found, *facts)
        if one.baseline is not None:
            timing = _timing(one.pages, one.baseline_seconds)
            drawn.add_row("", "pypdf alone", *timing, *_scores(one.baseline, ""), style="dim")
        if last:
            drawn.add_section()
    return drawn


def _scores(body: Fidelity, reader: str) -> tuple[str, str, str]:
    """Recall and precision, red where they miss a target, and both with blanks aside."""
    least = TARGETS.get(reader, (0.0, 0.0))
    pairs = zip((body.recall, body.precision), least, strict=True)
    recall, precision = (f"[red]{got:.4f}[/red]" if got < wanted else f"{got:.4f}" for got, wanted in pairs)
    return recall, precision, f"{body.letters_recall:.4f} {body.letters_precision:.4f}"


def _timing(pages: int, seconds: float) -> tuple[str, str]:
    return f"{seconds * 1000:.0f}", f"{pages / seconds:.0f}" if pages else ""


def _tally(tally: Tally | None) -> str:
    return "–" if tally is None else str(tally)


def _word(right: bool | None) -> str:
    return "–" if right is None else "right" if right else "[red]wrong[/red]"


def worst(measured: Sequence[Measured]) -> dict[str, dict[str, float]]:
    """Reader → ``files``, the least ``recall`` and ``precision`` of any, their means, and the targets it has."""
    found: dict[str, dict[str, float]] = {}
    for reader in sorted({one.reader for one in measured if one.body is not None}):
        bodies = [one.body for one in measured if one.reader == reader and one.body is not None]
        recalls, precisions = [body.recall for body in bodies], [body.precision for body in bodies]
        found[reader] = {
            "files": len(bodies),
            "recall": min(recalls),
            "precision": min(precisions),
            "mean_recall": sum(recalls) / len(bodies),
            "mean_precision": sum(precisions) / len(bodies),
        }
        if reader in TARGETS:
            found[reader] |= dict(zip(("target_recall", "target_precision"), TARGETS[reader], strict=True))
    return found


def worst_table(measured: Sequence[Measured]) -> Table:
    """``worst``, drawn."""
    drawn = Table(title="The worst file of each reader")
    drawn.add_column("reader")
    for heading in ("files", "recall", "target", "precision", "target", "mean recall", "mean precision"):
        drawn.add_column(heading, justify="right")
    for reader, row in worst(measured).items():
        cells = [
            f"{row[name]:.4f}" if name in row else "–"
            for name in ("recall", "target_recall", "precision", "target_precision", "mean_recall", "mean_precision")
        ]
        drawn.add_row(reader, f"{row['files']:.0f}", *cells)
    return drawn


def details(measured: Sequence[Measured]) -> Iterator[str]:
    """What was missed and what was put in, a line each: the words, with up to three words before and after."""
    for one in measured:
        yield f"{one.file} ({one.reader})"
        if one.error is not None:
            yield f"  not read: {one.error}"
        if one.body is None:
            continue
        for label, stretches in (("missed", one.body.missed), ("extra", one.body.extra)):
            for stretch in stretches:
                cut = " …" if stretch.words > len(stretch.text.split()) else ""
                yield f"  {label} {stretch.words}: {stretch.before} «{stretch.text}{cut}» {stretch.after}"
        tallies = (("heading", one.headings), ("reference", one.references), ("author", one.authors))
        for what, tally in tallies:
            for lacking in tally.lacking if tally else ():
                yield f"  {what} not found: {lacking}"
        wrong = [name for name, right in (("title", one.title), ("DOI", one.doi), ("year", one.year)) if right is False]
        if wrong:
            yield f"  wrong: {', '.join(wrong)}"
