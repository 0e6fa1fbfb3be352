"""What the tests of the bibliography readers share: one way to read, and one to check every span."""

from __future__ import annotations

from corpus.model import Report, Span
from corpus.readers.base import Read, Reader
from tests.reports import assert_runs_lead_back


def read_all(reader: Reader, text: str | bytes, name: str = "list.any") -> list[Read]:
    """Every record of ``text``; each one's spans are checked on the way."""
    reads = list(reader.read(text.encode() if isinstance(text, str) else text, name))
    for read in reads:
        assert (read.report is None) != (read.error is None)
        if read.report is not None:
            assert_leads_back(read)
    assert len({read.record for read in reads}) == len(reads)
    return reads


def only(reader: Reader, text: str | bytes) -> Report:
    """The report of a bibliography of one entry."""
    (read,) = read_all(reader, text)
    assert read.error is None, read.error
    assert read.report is not None
    return read.report


def failure(reader: Reader, text: str | bytes) -> str:
    """Why the only entry cannot be read."""
    (read,) = read_all(reader, text)
    assert read.error is not None
    return str(read.error)


def assert_leads_back(read: Read) -> None:
    """The whole report lies in one part, which is the entry, and each run leads to the characters it shows."""
    report = read.report
    assert report is not None
    (part,) = report.source_map.parts
    assert (part.start, part.end, part.kind, part.label) == (0, len(report.raw), "entry", read.record)
    assert_runs_lead_back(report)
    assert report.sections[0].body.start == 0 or report.sections[0].heading is not None
    assert max(section.body.end for section in report.sections) == len(report.text)
    for sentence in report.sentences:
        assert report.sections[sentence.section].body.holds(sentence.span)
    whole = report.source_map.locate(Span(0, len(report.text)))
    assert [place.label for place in whole] == [read.record]


def shown(report: Report) -> list[tuple[str, str | None, str]]:
    """The sections as ``(kind, heading, body)``."""
    return [
        (section.kind, section.heading and section.heading.of(report.text), section.body.of(report.text))
        for section in report.sections
    ]
