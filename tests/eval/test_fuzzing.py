"""The fuzzer makes the same damage every time, notices every way a reader can fail, and says which input did it."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import signal
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from rich.console import Console

from corpus.errors import EmptyFileError, MalformedError, NotFoundError
from corpus.model import Bibliography, Part, Reference, Report, Section, Sentence, SourceMap, Span
from corpus.readers import registry
from corpus.readers.base import DEFAULT, Options, Read
from corpus.readers.text import TextReader
from eval.benchmarks import fuzzing
from eval.benchmarks.damage import BYTES, LARGEST, TEXTS, Operator
from eval.benchmarks.damage_inside import change_tree, change_values, gzip_member, pack, pdf_stream, wrap, zip_member
from eval.benchmarks.fuzz_bases import bases, made
from eval.benchmarks.fuzzing import Figures, fuzz, keep, lines, table
from eval.benchmarks.mutations import Base, Input, Inputs
from eval.benchmarks.reporting import command
from eval.benchmarks.trial import Outcome, attempt, faults

OWN = tuple(made())
MARKUP = (
    b"<article><body><sec id='s1'><title>Case</title><p>A rash of 12 days.</p></sec><p>It faded.</p></body></article>"
)
RECORDS = b'{"id": "r1", "text": "A rash.", "year": 2019}\n{"id": "r2", "text": "Another."}\n'


def silent(*_: object) -> None:
    """Nobody watches."""


def given_input(name: str = "x.txt", data: bytes = b"Case\n\nA boy had a rash.\n") -> Input:
    return Input("txt", name, data, ())


@given(st.integers(0, 10_000), st.integers(0, 3))
def test_the_same_seed_gives_the_same_input(number: int, seed: int) -> None:
    """An input is made anew from its number, in any process."""
    one, other = Inputs(OWN, seed)[number], Inputs(OWN, seed)[number]
    assert one == other
    assert len(one.data) <= LARGEST
    assert one.operators
    assert one.format == Inputs(OWN, seed).format_of(number)


def test_another_seed_gives_other_inputs() -> None:
    """Or the seed would be none."""
    assert [Inputs(OWN, 1)[n].data for n in range(20)] != [Inputs(OWN, 2)[n].data for n in range(20)]


def test_formats_take_turns() -> None:
    """However many files of one format there are."""
    inputs = Inputs((Base("a.txt", b"A"), *(Base(f"{n}.xml", b"<a/>") for n in range(9))), 1)
    assert [inputs[n].format for n in range(4)] == ["txt", "xml", "txt", "xml"]


def test_no_base_files_are_an_error() -> None:
    """There is nothing to damage."""
    with pytest.raises(ValueError, match="at least one"):
        Inputs((), 1)


def test_our_own_base_files_are_of_every_kind_and_sound() -> None:
    """Samples, golden files, and a made one for what these lack; each can be read as it is."""
    found = bases([])
    known = {base.format for base in found}
    assert known >= {"csv", "docx", "gz", "html", "json", "jsonl", "md", "nbib", "pdf", "ris", "txt", "xml", "zip"}
    for base in OWN:
        assert attempt(Input(base.format, base.name, base.data, ())).ending == "read", base.name


def test_base_files_that_are_given_are_taken_too_but_not_large_ones(tmp_path: Path) -> None:
    """A path that is not there is an error."""
    (tmp_path / "more.txt").write_text("More.")
    (tmp_path / "large.txt").write_bytes(b"a" * (LARGEST + 1))
    names = {base.name for base in bases([tmp_path])}
    assert "more.txt" in names
    assert "large.txt" not in names
    with pytest.raises(NotFoundError, match="nowhere"):
        bases([tmp_path / "nowhere"])


@pytest.mark.parametrize("operator", [*BYTES, *TEXTS, wrap], ids=lambda operator: operator.__name__)
@given(seed=st.integers(0, 1 << 32), data=st.binary(max_size=200))
def test_every_operator_takes_any_bytes(operator: Operator, seed: int, data: bytes) -> None:
    """No file is too short or too strange to be damaged."""
    assert isinstance(operator(random.Random(seed), data, [MARKUP]), bytes)


@pytest.mark.parametrize("operator", [change_tree, change_values, zip_member, gzip_member, pdf_stream])
@given(seed=st.integers(0, 1 << 32), data=st.binary(max_size=200))
def test_what_cannot_be_opened_is_damaged_all_the_same(operator: Operator, seed: int, data: bytes) -> None:
    """An operator for a format falls back on bytes."""
    assert isinstance(operator(random.Random(seed), data, [MARKUP]), bytes)


@given(st.integers(0, 1 << 32))
def test_a_changed_tree_is_still_well_formed(seed: int) -> None:
    """So that the damage gets past the XML parser."""
    parser = etree.XMLParser(huge_tree=True)  # some are deeper than the parser takes unasked
    assert etree.fromstring(change_tree(random.Random(seed), MARKUP, []), parser).tag == "article"


@given(st.integers(0, 1 << 32))
def test_changed_values_are_still_json(seed: int) -> None:
    """Lines stay lines."""
    for line in change_values(random.Random(seed), RECORDS, []).split(b"\n"):
        if line:
            json.loads(line)


def test_damage_inside_archives_leaves_the_archive_sound() -> None:
    """The other members are as they were; the names too."""
    packed = pack({"a.txt": b"A rash. " * 40, "b.txt": b"It faded. " * 40})
    seen = set()
    for seed in range(20):
        with zipfile.ZipFile(io.BytesIO(zip_member(random.Random(seed), packed, [MARKUP]))) as archive:
            assert archive.testzip() is None
            changed = [
                name for name in archive.namelist() if archive.read(name) not in (b"A rash. " * 40, b"It faded. " * 40)
            ]
            assert len(changed) <= 1
            seen.update(changed)
    assert seen == {"a.txt", "b.txt"}
    squeezed = gzip.compress(b"A rash. " * 40)
    assert any(gzip.decompress(gzip_member(random.Random(n), squeezed, [MARKUP])) != b"A rash. " * 40 for n in range(9))


def test_a_pdf_stream_is_damaged_after_unpacking() -> None:
    """Its content changes and can still be unpacked."""
    pdf = FPDF()
    pdf.add_page()
    pdf.set_font("Helvetica", size=12)
    pdf.multi_cell(0, 8, "A boy of nine had a rash. " * 40)
    whole = bytes(pdf.output())
    changed = [pdf_stream(random.Random(n), whole, [MARKUP]) for n in range(12)]
    assert any(data != whole for data in changed)
    for data in changed:
        assert data.startswith(b"%PDF-")
        begin = data.index(b"stream\n") + len(b"stream\n")
        zlib.decompressobj().decompress(data[begin:])


def test_a_good_file_is_read_and_a_bad_one_refused() -> None:
    """With the error's code, and no traceback."""
    assert attempt(given_input()).ending == "read"
    refused = attempt(given_input(data=b""))
    assert (refused.ending, refused.reason, refused.detail) == ("refused", EmptyFileError.code, "")
    assert refused.peak_mib > 1


def read_like(monkeypatch: pytest.MonkeyPatch, reads: list[Read] | Exception) -> None:
    """Have the text reader give ``reads``, or raise."""

    def read(_self: TextReader, _data: bytes, _name: str) -> Iterator[Read]:
        if isinstance(reads, Exception):
            raise reads
        yield from reads

    monkeypatch.setattr(TextReader, "read", read)


def test_an_exception_that_only_the_net_caught_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """``read_bytes`` makes it an error of the tree: a check is missing in the reader."""
    read_like(monkeypatch, KeyError("missing"))
    outcome = attempt(given_input())
    assert outcome.ending == "wrapped"
    assert outcome.reason.startswith("KeyError at readers/registry.py:")
    assert "KeyError: 'missing'" in outcome.detail


def test_a_reason_that_a_reader_gave_itself_is_no_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """Though it was made from another exception."""

    def read(_self: TextReader, _data: bytes, _name: str) -> Iterator[Read]:
        try:
            raise KeyError("x")
        except KeyError as error:
            raise MalformedError("not what it seems") from error
        yield

    monkeypatch.setattr(TextReader, "read", read)
    assert attempt(given_input()).ending == "refused"


def test_a_member_that_only_the_net_caught_is_told_apart_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive passes on what its members' readers raised."""
    read_like(monkeypatch, IndexError("beyond"))
    assert attempt(given_input("x.zip", pack({"a.txt": b"A boy had a rash."}))).ending == "wrapped"


@pytest.mark.parametrize("error", [MemoryError(), RecursionError()])
def test_an_exception_outside_the_tree_is_a_failure(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    """Whatever ``read_bytes`` lets through."""

    def read_bytes(*_: object) -> Iterator[Read]:
        raise error
        yield

    monkeypatch.setattr(registry, "read_bytes", read_bytes)
    outcome = attempt(given_input())
    assert outcome.ending == "outside"
    assert outcome.reason.startswith(type(error).__name__)


def test_a_file_without_any_record_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says so instead of a code."""
    read_like(monkeypatch, [])
    assert (attempt(given_input()).ending, attempt(given_input()).reason) == ("refused", "no record")


def test_a_record_must_be_a_report_or_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither or both is a fault."""
    read_like(monkeypatch, [Read("")])
    assert attempt(given_input()).ending == "faulty"


def sound() -> Report:
    """A small report, whole: a section with a sentence and a reference."""
    text = "Case\nA rash.\n1. Ref"
    return Report(
        text=text,
        sections=(Section("case", Span(0, 4), Span(5, 12)), Section("references", None, Span(13, 19))),
        sentences=(Sentence(Span(5, 12), 0),),
        references=(Reference(Span(13, 19)),),
        bibliography=Bibliography(title="A rash"),
        source_map=SourceMap(len(text), ((0, 0, len(text)),), (Part(0, len(text), "line", ""),)),
        raw=text,
    )


def test_a_sound_report_has_no_faults() -> None:
    """Nor has one that a reader made."""
    assert list(faults(sound())) == []
    report = next(registry.read_bytes(OWN[4].data, OWN[4].name)).report
    assert report is not None
    assert list(faults(report)) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text": " " * 19}, "the text is empty"),
        ({"sections": (Section("case", None, Span(5, 99)),)}, "out of bounds"),
        ({"sections": (Section("case", None, Span(5, 12)), Section("body", None, Span(9, 12)))}, "out of order"),
        ({"sections": (Section("case", Span(6, 9), Span(5, 12)),)}, "out of order"),
        ({"sentences": (Sentence(Span(5, 12), 7),)}, "is in section 7 of 2"),
        ({"sentences": (Sentence(Span(4, 12), 0),)}, "sticks out"),
        ({"sentences": (Sentence(Span(5, 9), 0), Sentence(Span(8, 12), 0))}, "overlaps"),
        ({"sentences": (Sentence(Span(5, 5), 0),)}, "is empty"),
        ({"references": (Reference(Span(13, 99)),)}, "reference"),
        ({"bibliography": Bibliography(authors=("Muster\ud800",))}, "UTF-8"),
        ({"source_map": SourceMap(7, ((0, 0, 7),), ())}, "is for 7 code points"),
        ({"source_map": SourceMap(19, ((3, 3, 19),), (Part(0, 19, "line", ""),))}, "does not begin at 0"),
        ({"source_map": SourceMap(19, ((0, 0, 9), (0, 9, 19)), (Part(0, 19, "line", ""),))}, "runs are out of order"),
        ({"source_map": SourceMap(19, ((0, 0, 99),), (Part(0, 19, "line", ""),))}, "leads out of the raw text"),
        ({"source_map": SourceMap(19, ((0, 0, 19),), (Part(0, 99, "line", ""),))}, "a part is out of the raw text"),
        ({"source_map": SourceMap(19, ((0, 0, 19),), ())}, "leads to ()"),
    ],
)
def test_a_report_that_contradicts_itself_is_found_out(change: dict[str, object], says: str) -> None:
    """Each promise of the model is looked at."""
    broken = replace(sound(), **change)  # type: ignore[arg-type]
    assert any(says in fault for fault in faults(broken))


def _fail_by_name(data: bytes, name: str, options: Options = DEFAULT) -> Iterator[Read]:
    """A reader that hangs, sleeps, crashes or reads by what the content says."""
    while b"hang" in data:
        pass
    if b"sleep" in data:
        time.sleep(60)
    if b"crash" in data:
        os.kill(os.getpid(), signal.SIGSEGV)
    yield Read("", report=sound())


class Scripted(Inputs):
    """Inputs that are what they are, and a reader that fails by them, in whatever process they are made."""

    def __getitem__(self, number: int) -> Input:
        registry.read_bytes = _fail_by_name
        return given_input(f"{number}.txt", self.bases[number].data)


def test_hangs_and_crashes_are_counted_and_the_rest_goes_on() -> None:
    """The process is killed or replaced; every other input has its outcome."""
    contents = (b"good", b"hang", b"good", b"crash", b"good", b"crash", b"good")
    inputs = Scripted(tuple(Base(f"{n}.txt", content) for n, content in enumerate(contents)), 1)
    figures = fuzz(inputs, len(contents), 2, 1.0, silent)
    assert figures.inputs == len(contents)
    assert figures.counts == {("txt", "read", ""): 4, ("txt", "hung", ""): 1, ("txt", "crashed", ""): 2}
    assert figures.failures == 3
    assert figures.findings[("hung", "over 1 s")] == [1]
    assert sorted(figures.findings[("crashed", "exit code -11")]) == [3, 5]


def test_what_only_sleeps_is_ended_much_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that gets no CPU is given time, for the machine may be busy; but not for ever."""
    monkeypatch.setattr("eval.benchmarks.fuzzing._ASLEEP", 3)
    inputs = Scripted(tuple(Base(f"{n}.txt", content) for n, content in enumerate((b"good", b"sleep", b"good"))), 1)
    figures = fuzz(inputs, 3, 1, 1.0, silent)
    assert figures.counts == {("txt", "read", ""): 2, ("txt", "hung", ""): 1}


def test_every_input_is_read_once_by_real_readers() -> None:
    """More workers than inputs start only as many; the peak is of a process that read."""
    figures = fuzz(Inputs(OWN, 3), 12, 2, 30.0, silent)
    assert figures.inputs == 12
    assert sum(figures.counts.values()) == 12
    assert figures.failures == 0
    assert figures.peak_mib > 20
    assert len(figures.slowest) == 5
    assert fuzz(Inputs(OWN, 3), 1, 4, 30.0, silent).inputs == 1


@pytest.fixture
def figures() -> Figures:
    """Five inputs of two formats."""
    found = Figures(seconds=2.0)
    found.add(0, "pdf", Outcome("read", seconds=0.5, peak_mib=90.0))
    found.add(1, "xml", Outcome("refused", "malformed", seconds=0.1))
    found.add(2, "pdf", Outcome("refused", "malformed", seconds=0.2))
    found.add(3, "xml", Outcome("wrapped", "KeyError at jats.py:3", "Traceback", 3.0))
    found.add(4, "pdf", Outcome("hung", "over 10 s", seconds=10.0))
    return found


def test_outcomes_are_counted_by_format_and_reason(figures: Figures) -> None:
    """Refusals by code; findings with the inputs that showed them; only four endings are failures."""
    assert figures.counts[("pdf", "refused", "malformed")] == 1
    assert figures.findings == {("wrapped", "KeyError at jats.py:3"): [3], ("hung", "over 10 s"): [4]}
    assert figures.failures == 1
    assert figures.peak_mib == 90.0
    assert json.loads(json.dumps(figures.as_json()))["slowest"][0] == {"seconds": 10.0, "number": 4, "base": "pdf"}


def test_the_table_adds_up(figures: Figures) -> None:
    """One row per format, and all together; below it what was found."""
    out = StringIO()
    Console(file=out, width=160).print(table(figures))
    last = next(line for line in out.getvalue().splitlines() if " all " in line)
    assert [cell.strip() for cell in last.split("│")[1:-1]] == ["all", "5", "1", "2", "1", "0", "0", "0", "1"]
    found = list(lines(figures))
    assert found[0] == "refused: malformed 2"
    assert "wrapped: KeyError at jats.py:3: 1 inputs, the first 3" in found
    assert "slowest: 10.00 s, input 4 (pdf)" in found


def test_what_failed_is_kept_to_be_read_again(figures: Figures, tmp_path: Path) -> None:
    """The input itself, how it was made, its traceback; and the slowest."""
    inputs = Inputs(OWN, 1)
    keep(figures, inputs, tmp_path / "kept")
    names = {path.name for path in (tmp_path / "kept").iterdir()}
    assert f"wrapped-3-{inputs[3].name}" in names
    assert (tmp_path / "kept" / f"wrapped-3-{inputs[3].name}").read_bytes() == inputs[3].data
    told = (tmp_path / "kept" / "wrapped-3.traceback").read_text()
    assert "KeyError at jats.py:3" in told
    assert inputs[3].operators[0] in told
    assert "Traceback" in told
    assert f"slow-4-{inputs[4].name}" in names


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> object:
    monkeypatch.setattr(sys, "argv", ["fuzzing", *arguments])
    with pytest.raises(SystemExit) as end:
        command(fuzzing.main)
    return end.value.code


def test_the_command_reports_and_succeeds_when_nothing_failed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Figures and versions; as JSON, nothing else on stdout."""
    assert run(monkeypatch, "--inputs", "6", "--workers", "1", "--json", "--limit", "60") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["inputs"], found["failures"]) == (6, 0)
    assert "pypdfium2" in found["environment"]["libraries"]


def test_the_command_fails_on_a_failure_and_keeps_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], figures: Figures, tmp_path: Path
) -> None:
    """Exit code 1, the finding on stdout, the input under --keep."""
    monkeypatch.setattr(fuzzing, "fuzz", lambda *_: figures)
    assert run(monkeypatch, "--inputs", "5", "--keep", str(tmp_path / "kept")) == 1
    assert "hung: over 10 s: 1 inputs, the first 4" in capsys.readouterr().out
    assert any(path.name.startswith("hung-4-") for path in (tmp_path / "kept").iterdir())
