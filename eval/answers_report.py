"""Figures of answers, drawn: quotations accepted and refused, and questions answered and not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.table import Table

from eval.answers import AnswerFigures
from eval.quotes import QuoteFigures
from eval.shares import Share


def quote_table(figures: Sequence[QuoteFigures]) -> Table:
    """A row for each way of making quotations, and one for all true ones and all altered ones."""
    drawn = Table(title="Quotations held against their passage")
    drawn.add_column("made")
    drawn.add_column("wanted")
    drawn.add_column("accepted", justify="right")
    for true in (True, False):
        ours = [one for one in figures if one.true is true]
        total = sum((one.accepted for one in ours), Share(0, 0))
        rows = [(one.kind, one.accepted, bool(one.misses())) for one in ours]
        rows.append((f"all {'true' if true else 'altered'} ones", total, total.hits != (total.of if true else 0)))
        for name, share, missed in rows:
            shown = f"{share.hits:,} of {share.of:,}"
            drawn.add_row(name, "all" if true else "none", f"[red]{shown}[/red]" if missed else shown)
        drawn.add_section()
    return drawn


def answer_table(figures: Sequence[AnswerFigures]) -> Table:
    """A row for each set, with Wilson's 95 % intervals."""
    drawn = Table(title="Each question asked of a corpus that holds its answer, and of one that lacks it")
    drawn.add_column("set")
    for heading in (
        "reports", "no answer: precision", "no answer: recall", "answers: precision", "answers: recall", "slices",
    ):  # fmt: skip
        drawn.add_column(heading, justify="right")
    for one in figures:
        shares = (one.abstain_precision, one.abstain_recall, one.answer_precision, one.answer_recall)
        cells = [str(share).replace("[", "\\[") for share in shares]
        slices = f"{one.slices.hits:,} of {one.slices.of:,}"
        drawn.add_row(one.set, f"{one.documents:,}", *cells, f"[red]{slices}[/red]" if one.misses() else slices)
    return drawn


def details(quotes: Sequence[QuoteFigures], answers: Sequence[AnswerFigures]) -> Iterator[str]:
    """What went wrong, a line each: some of the quotations, and every question."""
    for one in quotes:
        yield from (f"{one.kind}, {'refused' if one.true else 'accepted'}: {line}" for line in one.examples)
    for each in answers:
        for asked in each.asked:
            told = f"{each.set}: {asked.topic} {asked.question!r}"
            cited = ", ".join(asked.reports)
            if asked.held and not asked.right:
                yield f"{told}: answered from {cited}" if asked.answered else f"{told}: not answered: {asked.reason}"
            elif asked.answered and not asked.held:
                yield f"{told}: answered without the answer: {cited}"
