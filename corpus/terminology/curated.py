"""``curated.tsv``: what no vocabulary says, or says wrongly, as rows that a physician can read and correct.

=========  ==========================  ========================================================================
first      second column               third column
=========  ==========================  ========================================================================
a kind     names, the preferred first  concepts that it is a kind of
class      names, the preferred first  the drugs, or classes, that clinicians count in it
unlink     a concept                   concepts that it is *not* a kind of, whatever a vocabulary says
unname     a concept's preferred name  names that are *not* its, whatever a vocabulary says; others may have them
drop       names that are no names     (empty)
=========  ==========================  ========================================================================

Names are parted by ``|``; lines that begin with ``#`` are remarks.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corpus.errors import UsageError
from corpus.terminology.kinds import KINDS

CLASS, UNLINK, UNNAME, DROP = "class", "unlink", "unname", "drop"


@dataclass(frozen=True)
class Row:
    """One line of the file."""

    word: str
    names: tuple[str, ...]
    others: tuple[str, ...]


def read_curated(path: Path) -> list[Row]:
    """The rows in their order; raises ``UsageError`` that names a line that is not in one of these shapes."""
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        word, names, others = [*line.split("\t"), "", ""][:3]
        if word not in (*KINDS, CLASS, UNLINK, UNNAME, DROP) or not names:
            raise UsageError(
                f"{path.name}, line {number}: expected a kind, class, unlink, unname or drop, a tab, and names"
            )
        rows.append(Row(word, _parted(names), _parted(others)))
    return rows


def _parted(field: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in field.split("|") if name.strip())
