"""Files that nobody should have sent: names that are paths, bombs, types that lie, and texts that lead elsewhere."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable

TEXT = "Invented report: {what}\n\nCase presentation\n\nA woman of {age} had {what}. She was given honey.\n"

NAMES = {
    "parents": "../../../../x.txt",
    "parents of windows": "..\\..\\x.txt",
    "absolute": "/etc/cron.d/x.txt",
    "a drive": "C:\\Windows\\System32\\x.txt",
    "a share": "\\\\host\\share\\x.txt",
    "a device": "CON.txt",
    "another device": "/dev/stdin.txt",
    "a stream": "x.txt:hidden.txt",
    "long": "x" * 300 + ".txt",
    "long in bytes": "é" * 200 + ".txt",
    "right to left": "x\u202etxt.exe.txt",
    "isolates": "\u2066x\u2069\u200b.txt",
    "a leading dash": "-rf.txt",
    "a leading dot": ".bashrc.txt",
    "a home": "~/x.txt",
    "a shell's": "$(touch y);`id`|x.txt",
    "a pattern": "[a-z]*?.txt",
    "percent": "%2e%2e%2fx.txt",
    "markup": "<img src=x onerror=alert(1)>.txt",
    "line ends": "x\ty\x0bz.txt",
    "a template": "{{7*7}}${7*7}.txt",
    "spaces": "   x.txt   ",
}
"""By what is wrong with each. Each has the ending of a text, so that only its name is the matter."""

NO_NAMES = {"dots": "..", "one dot": ".", "many dots": "......", "a slash": "/", "blank": "   "}
"""What names no file."""

_ENTITIES = b"".join(b'<!ENTITY e%d "%s">' % (at, b"&e%d;" % (at - 1) * 10) for at in range(1, 12))


def laughing(root: str, inside: bytes) -> bytes:
    """XML whose entities double and double; ``inside`` holds ``&e11;``."""
    return b'<?xml version="1.0"?><!DOCTYPE %s [<!ENTITY e0 "ha">%s]>%s' % (root.encode(), _ENTITIES, inside)


JATS = (
    b"<article><front><article-meta><title-group><article-title>An invented bomb</article-title></title-group>"
    b"</article-meta></front><body><sec><title>Case</title><p>A woman of 40 had a rash. %s</p></sec></body>"
    b"</article>"
)


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def docx(document: bytes, **more: bytes) -> bytes:
    """A Word document whose main part is ``document``."""
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ' \
        b'ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-' \
        b'package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.' \
        b'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'  # fmt: skip
    relations = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship ' \
        b'Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ' \
        b'Target="word/document.xml"/></Relationships>'  # fmt: skip
    parts = {"[Content_Types].xml": types, "_rels/.rels": relations, "word/document.xml": document}
    return zipped(parts | {name.replace("__", "/"): data for name, data in more.items()})


def word(body: bytes, before: bytes = b"") -> bytes:
    """The main part of a Word document."""
    return before + b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>' \
        b"<w:p><w:r><w:t>An invented letter</w:t></w:r></w:p><w:p><w:r><w:t>A woman of 40 had a rash and was given " \
        b"honey. %s</w:t></w:r></w:p></w:body></w:document>" % body  # fmt: skip


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, the first being its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A packed stream."""
    packed = zlib.compress(data, 9)
    return b"<< /Length %d /Filter /FlateDecode %s >>\nstream\n%s\nendstream" % (len(packed), entries, packed)


_PAGE = (
    b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> %s >>"
)
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
_SHOWN = b"BT /F 12 Tf 50 700 Td (A woman of 40 had a rash. She was given honey.) Tj ET"


def page(more: bytes = b"", catalogue: bytes = b"", content: bytes = _SHOWN, *others: bytes) -> bytes:
    """A PDF of one page; ``more`` is in its page, ``catalogue`` in its catalogue, ``others`` are objects from 6."""
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue, b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>", _PAGE % more,
        stream(content), _FONT, *others,
    )  # fmt: skip


def many_pages() -> bytes:
    """A PDF whose six levels of pages name the same ten below them: a million pages in two kilobytes."""
    levels = [
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (10 ** (6 - at), b" ".join([b"%d 0 R" % (at + 3)] * 10))
        for at in range(6)
    ]
    leaf = b"<< /Type /Page /Parent 7 0 R /MediaBox [0 0 600 800] >>"
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", *levels, leaf)


def giant_image() -> bytes:
    """A PDF page with an image of 60,000 by 60,000 that is all one colour."""
    side = 60_000
    data = zlib.compress(bytes(side // 8 * 200), 9)  # what follows is missing, as in a file that lies
    image = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 1 /ColorSpace /DeviceGray " \
        b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (side, side, len(data), data)  # fmt: skip
    shown = b"q 600 0 0 800 0 0 cm /I Do Q"
    entries = b"/Resources << /XObject << /I 6 0 R >> >>"
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R %s >>" % entries,
        stream(shown), _FONT, image,
    )  # fmt: skip


def object_streams() -> bytes:
    """A PDF whose page is in an object stream that unpacks to 120 MB of blanks."""
    inside = b"6 0 << /Type /Page >>" + b" " * (120 << 20)
    return page(b"", b"", _SHOWN, stream(inside, b"/Type /ObjStm /N 1 /First 4"))


_MEGABYTE = 1 << 20


def _blanks() -> bytes:
    return b" " * (120 * _MEGABYTE)


BOMBS: dict[str, Callable[[], bytes]] = {
    "zeros.txt.gz": lambda: gzip.compress(bytes(120 * _MEGABYTE)),
    "layers.txt.gz": lambda: gzip.compress(gzip.compress(gzip.compress(_blanks()))),
    "zeros.zip": lambda: zipped({f"{at}.txt": bytes(40 * _MEGABYTE) for at in range(3)}),
    "names.zip": lambda: zipped({f"{at}.txt": b"x" for at in range(100_001)}),
    "nested.zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": _blanks()})})})}),
    "outside.zip": lambda: zipped({"../../outside.txt": TEXT.format(what="slipped", age=40).encode()}),
    "big.docx": lambda: docx(word(_blanks())),
    "laughing.docx": lambda: docx(word(b"&e11;", laughing("w:document", b""))),
    "laughing.xml": lambda: laughing("article", JATS % b"&e11;"),
    "deep.xml": lambda: JATS % (b"<sec>" * 200_000 + b"</sec>" * 200_000),
    "deep.html": lambda: b"<html><body>" + b"<div>" * 200_000 + b"A rash.",
    "deep.json": lambda: b"[" * 200_000,
    "deep.md": lambda: b"> " * 100_000 + b"A rash.",
    "wide.csv": lambda: b"title,doi\n" + b"," * 2_000_000,
    "pages.pdf": many_pages,
    "image.pdf": giant_image,
    "content.pdf": lambda: page(content=b"q Q " * (30 * _MEGABYTE)),
    "objects.pdf": object_streams,
}
"""Files that are small and claim or unpack to far more, by name."""


def liars() -> dict[str, bytes]:
    """Files that are not what their names say."""
    return {
        "program.pdf": b"MZ\x90\x00" + bytes(range(256)) * 40,
        "elf.docx": b"\x7fELF" + bytes(range(256)) * 40,
        "archive.pdf": zipped({"x.bin": b"\x00" * 5000}),
        "picture.txt": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
        "nothing.pdf": b"",
        "head.pdf": b"%PDF-1.7",
        "half.docx": docx(word(b""))[:200],
        "blank.xml": b"<?xml version='1.0'?>",
    }


def leading_to(there: str) -> dict[str, bytes]:
    """A file of each kind that a reader, were it careless, would follow to the address ``there``."""
    at = there.encode()
    entities = (
        b'<!DOCTYPE ROOT PUBLIC "-//X//Y" "THERE" [<!ENTITY x SYSTEM "THERE"><!ENTITY % p SYSTEM "THERE"> %p;]>'
    ).replace(b"THERE", at)
    head = b'<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="%s"?>' % at
    include = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="%s" parse="text"/>' % at
    graphic = b'<graphic xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="%s"/>' % at
    relations = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">' + b"".join(
        b'<Relationship Id="r%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" '
        b'Target="%s" TargetMode="External"/>' % (number, kind, at)
        for number, kind in enumerate((b"attachedTemplate", b"image", b"hyperlink", b"subDocument", b"oleObject"))
    ) + b"</Relationships>"  # fmt: skip
    told = TEXT.format(what="a rash", age=41)
    return {
        "article.xml": head + entities.replace(b"ROOT", b"article") + JATS % (b"&x;" + include + graphic),
        "pubmed.xml": head + entities.replace(b"ROOT", b"PubmedArticleSet")
        + b"<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>99999991</PMID><Article><ArticleTitle>An invented "
        b"itch &x;</ArticleTitle><Abstract><AbstractText>A man of 42 itched. %s</AbstractText></Abstract></Article>"
        b"</MedlineCitation></PubmedArticle></PubmedArticleSet>" % include,
        "page.html": b'<html><head><base href="%s"><link rel="stylesheet" href="%s"><meta http-equiv="refresh" '
        b'content="0;url=%s"><script src="%s"></script><title>An invented cough</title></head><body><h1>An invented '
        b'cough</h1><img src="%s"><iframe src="%s"></iframe><object data="%s"></object><p>A man of 43 coughed for a '
        b"week and was given tea.</p></body></html>" % ((at,) * 7),
        "letter.docx": docx(
            word(b"&x;", entities.replace(b"ROOT", b"w:document")), **{"word___rels__document.xml.rels": relations}
        ),
        "linked.docx": docx(word(b"It itched."), **{"word___rels__document.xml.rels": relations}),
        "page.pdf": page(
            b"/AA << /O << /S /URI /URI (%s) >> >> /Annots [<< /Type /Annot /Subtype /Link /Rect [0 0 600 800] /A << "
            b"/S /URI /URI (%s) >> >>]" % (at, at),
            b"/OpenAction << /S /SubmitForm /F << /FS /URL /F (%s) >> >> /AcroForm << /XFA [(x) 6 0 R] /Fields [] "
            b">>" % at,
            b"BT /F 12 Tf 50 700 Td (A man of 72 was led astray. He came back after a day.) Tj ET",
            stream(b'<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/" href="%s"/>' % at),
        ),
        "outer.pdf": page(b"", b"", _SHOWN, b"<< /Length 0 /F << /FS /URL /F (%s) >> >>\nstream\n\nendstream" % at),
        "notes.md": f"# An invented sneeze\n\n![x]({there}) <img src='{there}'> [y]: {there}\n\n{told}".encode(),
        "list.ris": f"TY  - JOUR\nTI  - An invented yawn\nAB  - A man of 44 yawned.\nUR  - {there}\nL1  - {there}\n"
        "ER  - \n".encode(),
        "list.nbib": f"PMID- 99999992\nTI  - An invented stretch\nAB  - A man of 45 stretched.\n"
        f"LID - {there}\n".encode(),
        "records.jsonl": f'{{"id": "there", "text": "{there} A man of 46 hummed.", "doi": "{there}"}}\n'.encode(),
        "table.csv": f"title,abstract,doi,url\nAn invented hum,A man of 47 hummed,{there},{there}\n".encode(),
        "plain.txt": f"{told}\n{there}\n".encode(),
    }  # fmt: skip
