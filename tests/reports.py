"""What the readers' tests share: how a report is shown, compared and led back to its source."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import asdict

from corpus.model import Report
from corpus.normalise import fold
from corpus.tracked import Tracked


def rendered(report: Report) -> str:
    """A report as its golden file shows it."""
    known = {name: value for name, value in asdict(report.bibliography).items() if value not in (None, ())}
    lines = [f"{name}: {value}" for name, value in known.items()]
    for section in report.sections:
        heading = f": {section.heading.of(report.text)}" if section.heading else ""
        lines += [f"== {section.kind}{heading}", section.body.of(report.text)]
    lines.append("== reference DOIs: " + ", ".join(str(reference.doi) for reference in report.references))
    return "\n".join(line for line in lines if line) + "\n"


def assert_runs_lead_back(report: Report) -> None:
    """Every run of the source map that goes code point by code point names the raw text that it shows."""
    source = report.source_map
    for index, (start, raw_start, raw_end) in enumerate(source.runs):
        stop = source.runs[index + 1][0] if index + 1 < len(source.runs) else source.length
        if stop - start == raw_end - raw_start:
            for ours, given_character in zip(report.text[start:stop], report.raw[raw_start:raw_end], strict=True):
                assert ours in "[] " or ours in fold(Tracked.of(given_character)).text


def body(report: Report, kind: str) -> str:
    """The bodies of the report's sections of one kind."""
    return "\n".join(section.body.of(report.text) for section in report.sections if section.kind == kind)


def letters(text: str) -> str:
    """The letters and digits of ``text``, without which two engines' white space and hyphens cannot be compared."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
