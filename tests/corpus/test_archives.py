from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import EncryptedError, MalformedError, ReadError, TooLargeError, UnsupportedFormatError
from corpus.readers import archives, detection
from corpus.readers.archives import ArchiveReader, unpack
from corpus.readers.base import Read
from corpus.readers.registry import read_bytes

TEXT = b"A woman aged 40 had a rash. It went away."
OTHER = b"A man aged 50 had gout. He was treated with colchicine."
RECORDS = b'{"id": "a", "text": "He had a rash."}\n{"text": "She had gout."}\n'


def zipped(members: dict[str, bytes] | Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in members.items() if isinstance(members, dict) else members:
            archive.writestr(name, content)
    return data.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return data.getvalue()


def outcomes(data: bytes, name: str) -> list[tuple[str, str]]:
    """Each record's name with the reader that read it, or the code of its error."""
    return [
        (read.record, read.report.reader if read.report else read.error.code if read.error else "")
        for read in read_bytes(data, name)
    ]


# --- each kind of archive -------------------------------------------------------------------------


def test_gzip_is_one_file_under_its_own_name() -> None:
    """What gzip packed is read under its name without .gz, and its records keep their names."""
    assert outcomes(gzip.compress(TEXT), "a.txt.gz") == [("", "text")]
    assert outcomes(gzip.compress(RECORDS), "a.jsonl.gz") == [("a", "jsonl"), ("line 2", "jsonl")]
    assert outcomes(gzip.compress(b"# Pearls\n\nHe had a rash."), "a.MD.GZ") == [("", "markdown")]
    assert outcomes(gzip.compress(TEXT), "no ending") == [("", "text")]


def test_gzip_of_a_bad_file_is_refused_for_its_reason() -> None:
    """A refusal of the one packed file is a refusal of the file itself."""
    with pytest.raises(MalformedError, match=r"a\.xml is named \.xml and holds no XML"):
        list(read_bytes(gzip.compress(TEXT), "a.xml.gz"))
    with pytest.raises(UnsupportedFormatError, match="PNG"):
        list(read_bytes(gzip.compress(b"\x89PNG\r\n\x1a\n"), "a.gz"))


def test_zip_members_are_records() -> None:
    """Each file of a zip archive is a record; one that holds several gives each its own name."""
    data = zipped({"a.txt": TEXT, "in/b.jsonl": RECORDS, "in/c.htm": b"<html><body><p>He had gout.</p></body></html>"})
    assert outcomes(data, "reports.zip") == [
        ("a.txt", "text"),
        ("in/b.jsonl#a", "jsonl"),
        ("in/b.jsonl#line 2", "jsonl"),
        ("in/c.htm", "html"),
    ]


@pytest.mark.parametrize(("mode", "name"), [("w:gz", "a.tar.gz"), ("w:gz", "a.tgz"), ("w", "a.tar"), ("w", "a")])
def test_tar_members_are_records(mode: str, name: str) -> None:
    """A tar archive, packed by gzip or not, is read like a zip archive."""
    data = tarred({"./PMC1/a.txt": TEXT, "PMC1/figure.jpg": b"\xff\xd8\xff", "PMC1/b.txt": OTHER}, mode)
    assert outcomes(data, name) == [("PMC1/a.txt", "text"), ("PMC1/b.txt", "text")]


def test_an_archive_in_an_archive_is_read() -> None:
    """One archive may stand in another; its members' names say where."""
    inner = zipped({"b.txt": OTHER})
    data = zipped({"a.txt.gz": gzip.compress(TEXT), "in.zip": inner, "pack.tar.gz": tarred({"c.txt": b"He had gout."})})
    assert outcomes(data, "a.zip") == [("a.txt.gz", "text"), ("in.zip/b.txt", "text"), ("pack.tar.gz/c.txt", "text")]
    assert outcomes(gzip.compress(inner), "a.zip.gz") == [("b.txt", "text")]


def test_three_deep_is_refused() -> None:
    """An archive inside two others is not unpacked: it is told of, and the rest is read."""
    data = zipped({"mid.zip": zipped({"low.zip": zipped({"b.txt": OTHER}), "a.txt": TEXT})})
    (low, text) = read_bytes(data, "a.zip")
    assert (low.record, text.record) == ("mid.zip/low.zip", "mid.zip/a.txt")
    assert isinstance(low.error, UnsupportedFormatError)
    assert "inside 2 others" in str(low.error)


def test_a_word_document_is_no_archive() -> None:
    """A Word document in an archive is a document, not an archive inside it."""
    data = zipped({"a.docx": zipped({"word/document.xml": b"<x/>"})})
    assert outcomes(data, "a.zip") == [("a.docx", "malformed")]


# --- what is passed over, and what is told --------------------------------------------------------


def test_other_files_are_passed_over() -> None:
    """Directories, hidden files, what a Mac adds and files of other kinds are passed over without a word."""
    members = {
        "a/": b"",
        "a/one.txt": TEXT,
        ".hidden.txt": OTHER,
        "__MACOSX/a/._one.txt": OTHER,
        "a/.git/two.txt": OTHER,
        "style.css": b"p {}",
        "figure.png": b"\x89PNG",
        "doses.csv": b"drug,dose\n",
        "data.json": b"{}",
    }
    assert outcomes(zipped(members), "a.zip") == [("a/one.txt", "text")]


def test_nothing_known_is_unsupported() -> None:
    """An archive of nothing but other kinds of files is refused."""
    with pytest.raises(UnsupportedFormatError, match=r"a\.zip holds no file of a kind that is read"):
        list(read_bytes(zipped({"figure.png": b"\x89PNG", "data.json": b"{}"}), "a.zip"))


def test_a_bad_member_does_not_stop_the_others() -> None:
    """A member that cannot be read is a record with the reason, which names it; the rest go on."""
    data = zipped(
        {"a.txt": TEXT, "bad.xml": b"no xml", "empty.txt": b" ", "picture.pdf": b"\x89PNG\r\n", "z.txt": OTHER}
    )
    reads = list(read_bytes(data, "in/a.zip"))
    assert [read.record for read in reads] == ["a.txt", "bad.xml", "empty.txt", "picture.pdf", "z.txt"]
    assert [read.error.code if read.error else "" for read in reads] == ["", "malformed", "empty", "unsupported", ""]
    assert "in/a.zip/bad.xml is named .xml" in str(reads[1].error)


def test_what_fails_after_some_records_is_told_beside_them() -> None:
    """Records that were read before a member broke off are kept."""

    def broken(data: bytes, name: str) -> Iterable[Read]:
        yield Read("one", error=MalformedError("first"))
        raise MalformedError(f"{name} breaks off")

    reads = list(ArchiveReader(broken).read(zipped({"a.jsonl": b"x"}), "a.zip"))
    assert [(read.record, str(read.error)) for read in reads] == [
        ("a.jsonl#one", "first"),
        ("a.jsonl", "a.zip/a.jsonl breaks off"),
    ]


def test_notes_of_members_are_kept() -> None:
    """A member whose ending belies it is read with the note that says so."""
    (read,) = read_bytes(zipped({"a.txt": b"<html><body><p>He had gout.</p></body></html>"}), "a.zip")
    assert read.notes == ("a.zip/a.txt is named .txt and holds HTML: read as HTML",)


@pytest.mark.parametrize(
    ("path", "record"),
    [("../../etc/a.txt", "etc/a.txt"), ("/root/a.txt", "root/a.txt"), ("in\\a.txt", "in/a.txt"), ("./a.txt", "a.txt")],
)
def test_paths_lead_nowhere(path: str, record: str) -> None:
    """A member's path is a label: whatever it points at, nothing is written, and the record stays inside."""
    assert outcomes(zipped({path: TEXT}), "a.zip") == [(record, "text")]
    assert outcomes(tarred({path: TEXT}), "a.tar.gz") == [(record, "text")]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_members_of_one_name_are_numbered() -> None:
    """Two files of one name are two records, each found again by its own name."""
    same = zipped([("a.txt", TEXT), ("a.txt", OTHER), ("a.jsonl", RECORDS), ("a.jsonl", RECORDS)])
    assert outcomes(same, "b.zip") == [
        ("a.txt", "text"),
        ("a.txt-2", "text"),
        ("a.jsonl#a", "jsonl"),
        ("a.jsonl#line 2", "jsonl"),
        ("a.jsonl-2#a", "jsonl"),
        ("a.jsonl-2#line 2", "jsonl"),
    ]


def test_a_file_named_as_in_open_documents_is_a_member() -> None:
    """Only an archive that says its type beside content.xml is an OpenDocument file."""
    article = b"<article article-type='case-report'><body><p>A man aged 50 had gout.</p></body></article>"
    assert outcomes(zipped({"content.xml": article, "a.txt": TEXT}), "b.zip") == [
        ("content.xml", "jats"),
        ("a.txt", "text"),
    ]


def test_a_member_without_a_name_is_passed_over() -> None:
    """A member whose name is empty, which is no name, costs nobody else anything."""
    data = zipped({"\u00a4.txt": OTHER, "a.txt": TEXT})
    assert outcomes(data.replace("\u00a4.txt".encode(), b"\0.txt\0"), "a.zip") == [("a.txt", "text")]


def test_links_and_devices_in_a_tar_archive_are_passed_over() -> None:
    """Only regular files of a tar archive are read."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        for name, kind in (("a.txt", tarfile.SYMTYPE), ("b.txt", tarfile.CHRTYPE), ("c.txt", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("d.txt")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert outcomes(data.getvalue(), "a.tar") == [("d.txt", "text")]


def test_encrypted_members_need_a_password() -> None:
    """A member under a password is told of as such; the others are read."""
    data = bytearray(zipped({"a.txt": TEXT, "b.txt": OTHER}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    locked, read = read_bytes(bytes(data), "a.zip")
    assert isinstance(locked.error, EncryptedError)
    assert locked.record == "a.txt"
    assert read.report is not None


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packing_methods_are_refused(method: int) -> None:
    """Methods whose unpacking cannot be bounded are refused by member."""
    assert outcomes(zipped({"a.txt": TEXT}, method), "a.zip") == [("a.txt", "unsupported")]


# --- damage ---------------------------------------------------------------------------------------


def test_a_member_with_a_wrong_checksum_is_malformed() -> None:
    """Damage inside a member is found, and costs that member alone."""
    data = zipped({"a.txt": TEXT, "b.txt": OTHER}, zipfile.ZIP_STORED)
    assert outcomes(data.replace(b"aged 40", b"aged 90"), "a.zip") == [("a.txt", "malformed"), ("b.txt", "text")]


@pytest.mark.parametrize("keep", [12, 40, -9, -1])
def test_gzip_that_breaks_off_is_malformed(keep: int) -> None:
    """A gzip file that is cut short is refused, not read in part."""
    with pytest.raises(MalformedError, match=r"a\.txt\.gz cannot be unpacked"):
        list(read_bytes(gzip.compress(TEXT * 50)[:keep], "a.txt.gz"))


def test_gzip_with_a_wrong_checksum_is_malformed() -> None:
    """The checksum at the end of a gzip file is checked, behind a tar archive too."""
    for packed, name in ((gzip.compress(TEXT), "a.txt.gz"), (tarred({"a.txt": TEXT}), "a.tar.gz")):
        with pytest.raises(MalformedError, match="cannot be unpacked"):
            list(read_bytes(packed[:-8] + b"\0" * 4 + packed[-4:], name))


def test_damage_between_the_files_of_a_tar_archive_is_told() -> None:
    """What was read before the damage is kept, and the archive is said to be damaged."""
    data = bytearray(tarred({"a.txt": TEXT, "b.txt": OTHER}, "w"))
    data[1024:1100] = b"x" * 76
    reads = read_bytes(bytes(data), "a.tar")
    assert next(reads).record == "a.txt"
    with pytest.raises(MalformedError, match=r"a\.tar cannot be unpacked"):
        next(reads)


def test_a_damaged_archive_in_an_archive_is_told_of_alone() -> None:
    """An inner archive that cannot be unpacked is one bad record."""
    data = zipped({"bad.txt.gz": gzip.compress(TEXT)[:-9], "bad.zip": zipped({"a.txt": TEXT})[:60], "b.txt": OTHER})
    assert outcomes(data, "a.zip") == [("bad.txt.gz", "malformed"), ("bad.zip", "malformed"), ("b.txt", "text")]


# --- bounds ---------------------------------------------------------------------------------------


@pytest.fixture
def small_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that small bombs break."""
    monkeypatch.setattr(archives, "FREE_BYTES", 1000)
    monkeypatch.setattr(archives, "MAX_RATIO", 20)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 100_000)
    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 50_000)


BOMB = b"He had a rash. " * 6_000  # 90,000 bytes


@pytest.mark.usefixtures("small_bounds")
@pytest.mark.parametrize(
    ("data", "name"),
    [
        (gzip.compress(BOMB), "a.txt.gz"),
        (zipped({"a.txt": BOMB}), "a.zip"),
        (tarred({"a.txt": BOMB}), "a.tar.gz"),
        (tarred({"figure.bin": BOMB}), "a.tar.gz"),
        (zipped({"in.zip": zipped({"a.txt": BOMB})}), "a.zip"),
        (gzip.compress(gzip.compress(BOMB * 3)), "a.gz.gz"),
    ],
)
def test_a_bomb_is_defused(data: bytes, name: str) -> None:
    """What unpacks to many times its size is given up as it unpacks, whatever is nested in what."""
    with pytest.raises(TooLargeError, match=rf"{name} unpacks to more than .* bytes, over 20 times its own"):
        list(read_bytes(data, name))


@pytest.mark.usefixtures("small_bounds")
def test_the_bound_counts_all_members() -> None:
    """Many members that are small alone are too much together; those read before are kept."""
    noise = [zlib.compress(bytes([number]) * 10, 0).hex().encode() * 200 for number in range(40)]
    reads = read_bytes(zipped(((f"{at}.txt", each) for at, each in enumerate(noise)), zipfile.ZIP_STORED), "a.zip")
    found = []
    with pytest.raises(TooLargeError, match=r"a\.zip unpacks to more than 100,000 bytes: unpack it yourself"):
        found.extend(reads)
    assert len(found) > 3


@pytest.mark.usefixtures("small_bounds")
def test_one_member_that_is_too_large_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """A member over the limit for one file is told of; the rest are read."""
    monkeypatch.setattr(archives, "MAX_RATIO", 1000)
    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 200_000)
    for data, name in (
        (zipped({"a.txt": BOMB, "b.txt": TEXT}), "a.zip"),
        (tarred({"a.txt": BOMB, "b.txt": TEXT}), "a.tgz"),
    ):
        assert outcomes(data, name) == [("a.txt", "too-large"), ("b.txt", "text")]
    with pytest.raises(TooLargeError, match=r"a\.txt has more bytes than the limit of 50,000"):
        list(read_bytes(gzip.compress(BOMB), "a.txt.gz"))


@pytest.mark.usefixtures("small_bounds")
def test_a_lying_header_does_not_help() -> None:
    """The size that a zip member claims is not believed: what does not fit it is damage, and no more is unpacked."""
    data = bytearray(zipped({"a.txt": BOMB}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        data[data.index(mark) + offset : data.index(mark) + offset + 4] = struct.pack("<I", 100)
    assert outcomes(bytes(data), "a.zip") == [("a.txt", "malformed")]


def test_too_many_members_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of files is bounded, before they are listed and over all that is nested."""
    monkeypatch.setattr(detection, "MAX_MEMBERS", 5)
    monkeypatch.setattr(archives, "MAX_MEMBERS", 5)
    many = {f"{number}.txt": TEXT for number in range(6)}
    with pytest.raises(TooLargeError, match=r"a\.zip holds more than 5 files"):
        list(read_bytes(zipped(many), "a.zip"))
    with pytest.raises(TooLargeError, match=r"a\.tar holds more than 5 files"):
        list(read_bytes(tarred(many, "w"), "a.tar"))
    four = zipped({f"{number}.txt": TEXT for number in range(4)})
    with pytest.raises(TooLargeError, match=r"a\.zip holds more than 5 files"):
        list(read_bytes(zipped({"in.zip": four, "also.zip": four}, zipfile.ZIP_DEFLATED), "a.zip"))


def test_ordinary_texts_are_far_from_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collection packed well is read whole: the bounds are for what is made to do harm."""
    monkeypatch.setattr(archives, "FREE_BYTES", 0)
    text = b"".join(b"%d. He had a rash on day %d of week %d. " % (n, n * 7919 % 1000, n % 53) for n in range(30_000))
    packed = gzip.compress(text, 9)
    assert len(text) < archives.MAX_RATIO * len(packed) / 10
    (member,) = unpack(packed, "a.txt.gz")
    assert (member.path, member.name, member.data == text) == ("", "a.txt", True)


# --- whatever comes -------------------------------------------------------------------------------

PACKED = (
    zipped({"a.txt": TEXT, "in.zip": zipped({"b.jsonl": RECORDS}), "c.txt.gz": gzip.compress(OTHER)}),
    tarred({"a.txt": TEXT, "b.jsonl": RECORDS}),
    tarred({"a.txt": TEXT, "b.jsonl": RECORDS}, "w"),
    gzip.compress(RECORDS),
)


@settings(deadline=None, max_examples=200)
@given(st.data(), st.sampled_from(PACKED))
def test_mutated_archives_never_stop_a_batch(data: st.DataObject, packed: bytes) -> None:
    """Whatever happens to an archive's bytes, each member is read or refused, and only ReadErrors come out."""
    mutated = bytearray(packed)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(mutated)))
        mutated[at : at + data.draw(st.integers(0, 40))] = data.draw(st.binary(max_size=12))
    try:
        for read in read_bytes(bytes(mutated), "packed"):
            assert (read.report is None) != (read.error is None)
    except ReadError as refusal:
        message = str(refusal)
    else:
        message = "packed"
    assert "packed" in message


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.binary(max_size=50), min_size=1, max_size=4))
def test_any_names_and_contents_are_taken(members: dict[str, bytes]) -> None:
    """Members come out as they went in, under names that can be stored."""
    named = {f"n{name.encode('utf-8', 'replace').decode()}.txt": content for name, content in members.items()}
    for member in unpack(zipped(named), "a.zip"):
        assert member.path.endswith(".txt")
        assert not member.path.startswith("/")
        member.path.encode()
        assert member.error is not None or member.data in named.values()
