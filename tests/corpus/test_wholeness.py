"""What looks cut off by its own format: what is whole never does, and what lacks its end does where it can be told."""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.readers.registry import SUFFIXES
from corpus.wholeness import is_cut_off, looks_cut_off

ROOT = Path(__file__).parents[2]
SAMPLES = sorted(path for path in (ROOT / "corpus/samples").glob("*.*") if path.suffix in SUFFIXES)
GOLDEN = sorted(path for path in (ROOT / "tests/golden").glob("*.*") if path.suffix in SUFFIXES)
SHARED = ROOT.parent / "shared/data"
FAULTY = ("fuzzed", "damaged", "corrupt", "NOT XML")
"""Words by which the manifest of the shared files says that one is not sound."""


def cut_off(data: bytes, suffix: str) -> bool:
    """Whether these bytes look cut off in a file of that ending."""
    return is_cut_off(io.BytesIO(data), suffix)


def sample(suffix: str, number: int = 0) -> bytes:
    """One of the samples of that ending."""
    return [path for path in SAMPLES if path.suffix == suffix][number].read_bytes()


def zipped(comment: bytes = b"", inner: bytes | None = None) -> bytes:
    """A zip archive of two samples, or of these bytes as they are."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = comment
        if inner is None:
            for name in ("a.txt", "b.xml"):
                archive.writestr(name, sample(name[1:]))
        else:
            archive.writestr("inner.zip", inner)
            archive.writestr("last.txt", sample(".txt"))
    return file.getvalue()


def tarred() -> bytes:
    """A tar archive of a sample."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        about = tarfile.TarInfo("a.txt")
        about.size = len(sample(".txt"))
        archive.addfile(about, io.BytesIO(sample(".txt")))
    return file.getvalue()


def word() -> bytes:
    """A Word document."""
    file = io.BytesIO()
    made = docx.Document()
    made.add_paragraph("A nun with hiccups.")
    made.save(file)
    return file.getvalue()


RECORD = {"id": "a", "text": 'A nun {with} hiccups [and no "fever"].', "of": {"year": 2001}, "terms": ["hiccups"]}
RIS = b"TY  - JOUR\r\nTI  - Hiccups in a nun\r\nAB  - She had hiccups.\r\nER  - \r\n"
WHOLE: dict[str, bytes] = {
    ".pdf": sample(".pdf"),
    ".xml": sample(".xml"),
    ".nxml": sample(".xml", 1),
    ".html": sample(".html"),
    ".htm": sample(".html", 1),
    ".xhtml": sample(".html", 2),
    ".docx": word(),
    ".zip": zipped(),
    ".tar": tarred(),
    ".json": json.dumps([RECORD, RECORD], indent=1).encode(),
    ".jsonl": (json.dumps(RECORD) + "\n").encode() * 3,
    ".ndjson": json.dumps(RECORD).encode(),
    ".ris": RIS * 2,
}
"""A whole file of every ending that can tell."""
MUTE = sorted(SUFFIXES - WHOLE.keys())
"""The endings that cannot."""


def needed(suffix: str) -> int:
    """How many bytes of ``WHOLE[suffix]`` a whole file needs: behind them is white space, or padding."""
    whole = WHOLE[suffix]
    return len(whole.rstrip(b"\0")) + 1024 if suffix == ".tar" else len(whole.rstrip())


def may_end(suffix: str, part: bytes) -> bool:
    """Whether a file that ends after whole records, as ``part`` does, is a whole one of fewer."""
    if suffix in (".jsonl", ".ndjson"):
        return part.endswith((b"\n", json.dumps(RECORD).encode()))
    return suffix == ".ris" and (not part.startswith(b"TY") or part.rstrip().endswith(b"ER  -"))


# ---- what is whole -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*SAMPLES, *GOLDEN], ids=lambda path: path.name)
def test_samples_are_whole(path: Path) -> None:
    """No sample of any format looks cut off."""
    assert not looks_cut_off(path)


@pytest.mark.parametrize("suffix", sorted(WHOLE))
def test_a_file_of_every_ending_is_whole(suffix: str) -> None:
    """Also with its ending in capitals, and with white space behind its end."""
    assert not cut_off(WHOLE[suffix], suffix)
    assert not cut_off(WHOLE[suffix], suffix.upper())
    if suffix not in (".zip", ".docx", ".tar"):
        assert not cut_off(WHOLE[suffix] + b"\r\n\n", suffix)


def test_every_ending_that_is_read_either_tells_or_is_known_not_to() -> None:
    """An ending that is added to the readers has to be thought of here."""
    assert MUTE == [".csv", ".gz", ".markdown", ".md", ".nbib", ".text", ".tgz", ".tsv", ".txt"]


@pytest.mark.parametrize("folder", ["files", "case_pdfs", "pdf_xml_pairs"])
def test_sound_files_of_the_shared_data_are_whole(folder: str) -> None:
    """Articles as publishers make them: PDFs with several end marks, pages with scripts behind them, old XML."""
    place = SHARED / folder
    if not place.is_dir():
        pytest.skip("the shared development data is not here")
    with (place / "manifest.csv").open(encoding="utf-8", newline="") as file:
        faulty = {row["file"] for row in csv.DictReader(file) if any(each in str(row) for each in FAULTY)}
    files = [path for path in sorted(place.iterdir()) if path.suffix in SUFFIXES and path.name not in faulty]
    assert len(files) > 5
    assert [path.name for path in files if looks_cut_off(path)] == []


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".xml", b"<article/>"),
        (".xml", b'<?xml version="1.0"?>\n<!-- a --><a:article id="1" />\n'),
        (".xml", b"<a><b></b></a ><!-- made > by hand --><?end here?>\n"),
        (".xml", b"<!DOCTYPE a [<!ENTITY e '>'>]>\n<a>&e;</a>"),
        (".xml", "<?xml version='1.0'?><a>naïve</a>\n".encode("utf-16")),
        (".xml", b"\xef\xbb\xbf<a></a>"),
        (".xml", b"version https://git-lfs.github.com/spec/v1\n"),
        (".html", b"<p>A nun with hiccups."),
        (".html", b"<!doctype html><title>Hiccups</title><p>A nun."),
        (".html", b"<HTML><body>A nun.</body></HTML ><!-- from the cache -->"),
        (".json", b'{"colour": "blue"}'),
        (".json", b'{"text": "a"}\n{"text": "b"}\n'),
        (".jsonl", b'{"text": "a"}'),
        (".zip", zipped(comment=b"twice packed" * 5000)),
        (".zip", zipped(inner=zipped())),
        (".ris", b"a list of notes"),
        (".docx2", b"?"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_unusual_files_are_whole(suffix: str, data: bytes) -> None:
    """What a format allows is not waited for: no root's text, comments behind it, tags left out, other encodings."""
    assert not cut_off(data, suffix)


def test_long_files_are_judged_by_their_two_ends() -> None:
    """Of a file of many megabytes the middle is not read, whatever it holds."""
    record = {"text": "A nun with hiccups. " * 20_000}
    line = json.dumps(record).encode()
    for suffix, whole in (
        (".jsonl", line + b"\n" + line + b"\n"),
        (".jsonl", line + b"\n" + b'{"text": "b"}\n'),
        (".json", b"[" + line + b",\n" + line + b"]\n"),
        (".xml", b"<a>" + line + b"<b/></a>"),
        (".html", b"<html>" + line + b"</html>"),
        (".pdf", b"%PDF-1.4\n" + line + b"\n%%EOF\n"),
    ):
        assert not cut_off(whole, suffix)
        assert cut_off(whole[: len(whole) // 3], suffix)
        assert cut_off(whole[:-20], suffix)


# ---- what is cut off -----------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", sorted(WHOLE))
@given(share=st.floats(0, 1, exclude_max=True))
def test_every_part_of_a_file_that_can_tell_is_unfinished(suffix: str, share: float) -> None:
    """Wherever the copy pauses, unless it is behind a whole record, which could be the last."""
    part = WHOLE[suffix][: int(needed(suffix) * share)]
    assert cut_off(part, suffix) or may_end(suffix, part)


@pytest.mark.parametrize(
    "path", [path for path in [*SAMPLES, *GOLDEN] if path.suffix in WHOLE], ids=lambda path: path.name
)
def test_half_of_every_sample_is_unfinished(path: Path) -> None:
    """Those of formats that can tell, cut in the middle and a little before the end."""
    data = path.read_bytes().rstrip()
    assert cut_off(data[: len(data) // 2], path.suffix)
    assert cut_off(data[:-3], path.suffix)


@pytest.mark.parametrize("suffix", MUTE)
@given(share=st.floats(0.001, 1))
def test_the_others_never_look_unfinished(suffix: str, share: float) -> None:
    """Nothing is waited for that could not be known to have come."""
    data = sample(".txt")
    assert not cut_off(data[: int(len(data) * share) + 1], suffix)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_an_empty_file_is_unfinished(suffix: str) -> None:
    """Something is about to come."""
    assert cut_off(b"", suffix)


@pytest.mark.parametrize("suffix", sorted(SUFFIXES - {".tar", ".gz", ".tgz"}))
def test_room_that_was_taken_for_what_is_to_come_is_unfinished(suffix: str) -> None:
    """Some programs make the file as long as it will be before they fill it."""
    data = WHOLE.get(suffix, sample(".txt"))
    assert cut_off(data[: len(data) // 2] + bytes(len(data)), suffix)


def test_an_archive_is_not_ended_by_one_that_is_packed_in_it() -> None:
    """Cut right behind an inner archive, whose end record stands there."""
    inner = zipped()
    outer = zipped(inner=inner)
    assert cut_off(outer[: outer.index(inner) + len(inner) + 100], ".zip")


def test_an_element_of_another_name_does_not_end_the_root() -> None:
    """Nor does the root's own closing tag with text behind it."""
    assert cut_off(b"<article><article-title>A nun</article-title>", ".xml")
    assert cut_off(b"<article></article>text", ".xml")


def test_a_file_that_cannot_be_read_is_not_waited_for(tmp_path: Path) -> None:
    """Reading it tells why."""
    assert not looks_cut_off(tmp_path / "nowhere.pdf")
    assert not looks_cut_off(tmp_path)


@given(st.binary(max_size=300), st.sampled_from(sorted(SUFFIXES)))
def test_any_bytes_are_judged(data: bytes, suffix: str) -> None:
    """Noise raises nothing."""
    assert cut_off(data, suffix) in (True, False)
