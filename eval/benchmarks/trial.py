"""One damaged file read, in the process that may perish of it: what came out, and whether it holds together."""

from __future__ import annotations

import resource
import sys
import time
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from corpus.errors import CasetroveError, ReadError
from corpus.model import Report, Span
from corpus.readers import registry
from corpus.readers.base import Options, Read
from eval.benchmarks.mutations import Input

Ending = Literal["read", "refused", "wrapped", "outside", "faulty", "crashed", "hung"]
"""``wrapped``: refused, by the net under all readers: a check is missing. ``outside``: an exception that is not in
the tree. ``faulty``: a report that contradicts itself. ``crashed`` and ``hung``: the process perished, or had to be
killed. The last four must never be."""

_LOCATED = 500
"""Up to so many of a report's sentences are led back to the source, evenly spread: each takes time with the parts."""
_OPTIONS = Options(ocr=False)  # what a page's picture says takes seconds, and another program


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input gave. ``reason`` is an error's code, an exception's name and place, or a fault in words."""

    ending: Ending
    reason: str = ""
    detail: str = ""
    seconds: float = 0.0
    peak_mib: float = 0.0


def attempt(given: Input) -> Outcome:
    """Read ``given`` to its end, without OCR, and look at every report. Exceptions are outcomes; MemoryError too."""
    refused: list[CasetroveError] = []
    reports = 0
    begun = time.perf_counter()
    broken: list[str] = []
    try:
        for read in registry.read_bytes(given.data, given.name, _OPTIONS):
            broken += _faults_of(read)
            reports += read.report is not None
            refused += [read.error] if read.error is not None else []
    except CasetroveError as error:
        refused.append(error)
    except Exception as error:
        return _outcome(begun, "outside", _place(error), _told(error))
    netted = next((error for error in refused if _caught_by_the_net(error)), None)
    strange = next((error for error in refused if not isinstance(error, ReadError)), None)
    if strange is not None:
        return _outcome(begun, "outside", _place(strange), _told(strange))
    if broken:
        return _outcome(begun, "faulty", broken[0], "\n".join(broken))
    if netted is not None and netted.__cause__ is not None:
        return _outcome(begun, "wrapped", _place(netted.__cause__), _told(netted))
    ending: Ending = "read" if reports else "refused"
    return _outcome(begun, ending, "" if reports else refused[0].code if refused else "no record")


def _outcome(begun: float, ending: Ending, reason: str, detail: str = "") -> Outcome:
    return Outcome(ending, reason, detail, time.perf_counter() - begun, peak_mib())


def _told(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def peak_mib() -> float:
    """The most memory that this process has held so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def _caught_by_the_net(error: BaseException) -> bool:
    """Whether ``read_bytes`` itself made the error out of an exception that a reader let through."""
    frames = traceback.extract_tb(error.__traceback__)
    return error.__cause__ is not None and bool(frames) and frames[-1].name == registry.read_bytes.__name__


def _place(error: BaseException) -> str:
    """The exception's name and the innermost line of ours that it went through."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/corpus/" in frame.filename]
    place = f"{frames[-1].filename.rpartition('/corpus/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {place}"


def _faults_of(read: Read) -> list[str]:
    if (read.report is None) == (read.error is None):
        return ["a record has both a report and an error, or neither"]
    return list(faults(read.report)) if read.report is not None else []


def faults(report: Report) -> Iterator[str]:
    """What in ``report`` breaks the model's promises, in words; nothing for a sound report."""
    length = len(report.text)
    if not report.text.strip():
        yield "the text is empty"
    yield from _unwritable(report)
    end = 0
    for section in report.sections:
        for span in (section.heading, section.body):
            if span is None:
                continue
            if not end <= span.start <= span.end <= length:
                yield f"section {section.kind}: {span} is out of bounds or out of order after {end}, of {length}"
            end = max(end, span.end)
    end = 0
    for sentence in report.sentences:
        span = sentence.span
        if not 0 <= sentence.section < len(report.sections):
            yield f"sentence {span} is in section {sentence.section} of {len(report.sections)}"
        elif not report.sections[sentence.section].body.holds(span):
            yield f"sentence {span} sticks out of its section's body"
        if span.start < end or span.start == span.end:
            yield f"sentence {span} is empty or overlaps the one that ends at {end}"
        end = span.end
    for reference in report.references:
        if reference.span.end > length:
            yield f"reference {reference.span} is out of bounds, of {length}"
    yield from _lost(report)


def _unwritable(report: Report) -> Iterator[str]:
    own = report.bibliography
    named = (own.title, own.journal, own.doi, own.pmid, own.pmcid, own.licence, report.given_id)
    many = (*own.authors, *own.affiliations, *own.declared, *(relation.identifier for relation in own.relations))
    for text in (report.text, *(text for text in (*named, *many) if text is not None)):
        try:
            text.encode("utf-8")
        except UnicodeEncodeError:
            yield f"cannot be written as UTF-8: {text[:40]!r}"


def _lost(report: Report) -> Iterator[str]:
    """What of the source map leads nowhere."""
    source = report.source_map
    if source.length != len(report.text):
        yield f"the source map is for {source.length} code points, the text has {len(report.text)}"
        return
    if report.text and (not source.runs or source.runs[0][0] != 0):
        yield "the source map does not begin at 0"
    if any(one[0] >= other[0] for one, other in zip(source.runs, source.runs[1:], strict=False)):
        yield "the source map's runs are out of order"
    if any(not 0 <= start <= end <= len(report.raw) for _, start, end in source.runs):
        yield "the source map leads out of the raw text"
    if any(not 0 <= part.start <= part.end <= len(report.raw) for part in source.parts):
        yield "a part is out of the raw text"
    for sentence in report.sentences[:: len(report.sentences) // _LOCATED + 1]:
        places = source.locate(sentence.span)
        if not places or any(not 0 <= place.start <= place.end for place in places):
            yield f"sentence {sentence.span} leads to {places}"
            return
    whole = Span(0, len(report.text))
    if report.text and not source.locate(whole):
        yield "the text leads nowhere"
