"""Report files for the tests of ingestion, and short forms of what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from corpus.catalog import Catalog
from corpus.summary import IngestSummary

FALL = "A fall on the stairs\n\nCase report\n\nA woman of 34 fell on the stairs at home. She got up after an hour. {}\n"
BITE = "A bite in the garden\n\nCase report\n\nA farmer was bitten by a viper near the well. Antivenom was given.\n"
DOI = "https://doi.org/10.1000/fall.34"
Write = Callable[..., Path]
"""``write(name, content)`` writes a file into the folder of reports."""


def records(*items: dict[str, object] | str) -> str:
    return "".join((item if isinstance(item, str) else json.dumps(item)) + "\n" for item in items)


def record(name: str | None, text: str, **facts: object) -> dict[str, object]:
    return {**({"id": name} if name else {}), "text": text, **facts}


def html(body: str, doi: str = "10.1000/fall.34") -> str:
    return (
        f'<html><head><title>A fall on the stairs</title><meta name="citation_title" content="A fall on the stairs">'
        f'<meta name="citation_doi" content="{doi}"></head><body><article><h1>A fall on the stairs</h1>'
        f"<h2>Case report</h2><p>{body}</p></article></body></html>"
    )


def counts(summary: IngestSummary) -> tuple[int, int, int, int, int]:
    """(read, updated, unchanged, duplicates, failed)."""
    return summary.read, summary.updated, summary.unchanged, summary.duplicates, summary.failed


def texts(catalog: Catalog) -> str:
    """All that is served."""
    return "\n".join(catalog.revision(revision).report.text for _, revision in catalog.current())


def places(catalog: Catalog, report_id: str) -> list[str]:
    """Every place that the report was read from."""
    return [source.place for source in catalog.sources(report_id)]
