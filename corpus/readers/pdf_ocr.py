"""Pages that are pictures of text, read by Tesseract, where that program is installed.

Each page is drawn by pdfium and given to Tesseract, whose answer is a page of invisible text in the same places. That
is read like any other page, so that lines, columns and the page of every span are as with a text layer. See
docs/decisions for why it is Tesseract itself and no program around it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
import pypdfium2 as pdfium

from corpus.machine import cores
from corpus.readers.pdf_engine import opened
from corpus.readers.pdf_lines import Line, Page, read_page
from corpus.readers.pulse import beat
from corpus.sections import classify

MAX_PAGES = 500
"""Of one document that are read; the rest is left out."""
PAGE_LIMIT_S = 90.0
"""Seconds that one page may take."""

_PROGRAM = "tesseract"
_DPI = 300
_MOST_PIXELS = 25_000_000  # of one page: A4 at 300 dpi has 8.7 million
_LANGUAGE = "eng"
_MOST_LANGUAGES = 3  # each costs time: somebody who installed all does not mean all
_TURNS = "osd"  # the data by which Tesseract tells how a page is turned
_THINNEST = 0.2  # type sizes: the least width of a character on the average; dirt is thinner
_LONGEST_HEADING = 60  # characters
_SAME_SIZE = 0.16  # share by which sizes of one and the same type come out different


@dataclass(frozen=True, slots=True)
class Outcome:
    """What OCR made of one page: the page, or ``trouble``, why not, and whether that lies with the program."""

    page: Page | None
    trouble: str = ""
    program_fails: bool = False


def available() -> bool:
    """Whether the program that reads pictures is installed."""
    return shutil.which(_PROGRAM) is not None


def read_pictures(data: bytes, password: str, indices: Sequence[int]) -> dict[int, Outcome]:
    """The pages ``indices`` (from 0) of a document, read by OCR, at most ``MAX_PAGES`` of them.

    As many are read at once as there are processors.
    """
    chosen = indices[:MAX_PAGES]
    try:
        options = _options()
    except (OSError, subprocess.TimeoutExpired) as error:
        return dict.fromkeys(chosen, Outcome(None, _no_answer(error), program_fails=True))

    def one(index: int) -> Outcome:
        return _read(data, password, index, options)

    found: dict[int, Outcome] = {}
    pool = ThreadPoolExecutor(cores())
    try:
        for index, outcome in zip(chosen, pool.map(one, chosen), strict=True):
            found[index] = outcome
            beat()
    finally:
        pool.shutdown(cancel_futures=True)
    return _in_even_type(found)


def _options() -> list[str]:
    """How Tesseract is to read: in the languages installed, the first of them English, and turned pages upright.

    Raises OSError and TimeoutExpired where it cannot be asked.
    """
    answer = subprocess.run([_PROGRAM, "--list-langs"], capture_output=True, timeout=PAGE_LIMIT_S, check=False)
    listed = answer.stdout.decode("utf-8", "replace").splitlines()[1:]
    languages = sorted((one for one in listed if one not in (_TURNS, "")), key=lambda one: (one != _LANGUAGE, one))
    turned = ["--psm", "1"] if _TURNS in listed else []
    return [*turned, "-l", "+".join(languages[:_MOST_LANGUAGES]) or _LANGUAGE]


def _read(data: bytes, password: str, index: int, options: Sequence[str]) -> Outcome:
    try:
        drawn = _draw(data, password, index)
    except pdfium.PdfiumError as error:
        return Outcome(None, f"cannot be drawn: {error}")
    if drawn is None:
        return Outcome(None, "is blank where its picture should be: that is damaged or empty")
    picture, dpi = drawn
    command = [_PROGRAM, "stdin", "stdout", "--dpi", str(dpi), *options, "-c", "textonly_pdf=1", "pdf"]
    surroundings = {**os.environ, "OMP_THREAD_LIMIT": "1"}  # its own threads slow it down where pages are read at once
    try:
        answer = subprocess.run(
            command, input=picture, capture_output=True, timeout=PAGE_LIMIT_S, env=surroundings, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Outcome(None, _no_answer(error), program_fails=True)
    if answer.returncode != 0 or not answer.stdout:
        said = answer.stderr.decode("utf-8", "replace").strip().splitlines()
        how = f"exit status {answer.returncode}" if answer.returncode else "it gave nothing back"
        return Outcome(None, f"OCR failed: {said[-1] if said else how}", program_fails=True)
    try:
        with opened(answer.stdout, "") as document:
            return Outcome(_placed(read_page(document, 0), index))
    except pdfium.PdfiumError as error:
        return Outcome(None, f"OCR gave no page: {error}", program_fails=True)


def _no_answer(error: OSError | subprocess.TimeoutExpired) -> str:
    """What to say of a page where the program cannot be started, or does not come to an end."""
    if isinstance(error, OSError):
        return f"OCR failed: {_PROGRAM} cannot be started ({error.strerror})"
    return f"took OCR longer than {PAGE_LIMIT_S:.0f} s"


def _draw(data: bytes, password: str, index: int) -> tuple[bytes, int] | None:
    """The page as a grey picture (PGM) and its dots per inch; None where it is all of one shade."""
    with opened(data, password) as document:
        page = document[index]
        width, height = page.get_size()
        scale = min(_DPI / 72, sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        bitmap = page.render(scale=scale, grayscale=True)
        dots = np.array(bitmap.to_numpy()).reshape(bitmap.height, -1)[:, : bitmap.width]
        bitmap.close()
        page.close()
    if dots.size == 0 or dots.min() == dots.max():
        return None
    return b"P5 %d %d 255\n" % (dots.shape[1], dots.shape[0]) + dots.tobytes(), max(round(72 * scale), 1)


def _placed(page: Page, index: int) -> Page:
    """``page``, the only one of its document, as page ``index`` of another, without what are specks of dirt.

    Tesseract does not tell bold type: a line that is a heading by its words counts as bold.
    """
    lines = []
    for line in page.lines:
        if line.x1 - line.x0 >= _THINNEST * line.size * len(line.text):
            heading = len(line.text) <= _LONGEST_HEADING and classify(line.text) is not None
            runs = tuple(replace(run, bold=heading) for run in line.runs)
            lines.append(replace(line, page=index, runs=runs, bold=heading))
    return replace(page, index=index, lines=tuple(lines))


def _in_even_type(found: dict[int, Outcome]) -> dict[int, Outcome]:
    """The pages with their usual type in one size: measured line by line, it comes out a little different each time."""
    weights: Counter[float] = Counter()
    for outcome in found.values():
        for line in outcome.page.lines if outcome.page else ():
            weights[line.size] += len(line.text)
    usual = max(weights, key=lambda size: weights[size], default=0.0)

    def even(size: float) -> float:
        return usual if abs(size - usual) <= _SAME_SIZE * usual else size

    def evened(line: Line) -> Line:
        return replace(line, runs=tuple(replace(run, size=even(run.size)) for run in line.runs), size=even(line.size))

    return {
        index: replace(
            outcome, page=outcome.page and replace(outcome.page, lines=tuple(map(evened, outcome.page.lines)))
        )
        for index, outcome in found.items()
    }
