"""Report ⇄ the columns of the catalog, and the digest by which two readings of a report are compared."""

from __future__ import annotations

import json
import zlib
from dataclasses import asdict
from hashlib import sha256

from corpus.model import Bibliography, Reference, Relation, Report, Section, Sentence, Span


def content_digest(report: Report) -> str:
    """What makes one reading differ from another: words, facts, structure, and where all of it stands in the source."""
    facts = json.dumps(asdict(report.bibliography), sort_keys=True)
    total = sha256(f"{report.reader}\n{facts}\n{report.text}\n".encode("utf-8", "surrogatepass"))
    total.update(_structure(report))
    total.update(sha256(report.raw.encode("utf-8", "surrogatepass")).digest())
    total.update(report.source_map.to_bytes())
    return total.hexdigest()


def packed_digest(
    reader: bytes, bibliography: bytes, text: bytes, structure: bytes, raw: bytes, source_map: bytes
) -> str:
    """``content_digest`` of what is kept in columns, without making a report of it; "" where that cannot be unpacked.

    It holds for readings that an older version packed, too: what is kept is what was digested.
    """
    try:
        facts = json.dumps(json.loads(bibliography), sort_keys=True)
        total = sha256(b"\n".join((reader, facts.encode(), text, b"")))
        total.update(zlib.decompress(structure))
        total.update(sha256(zlib.decompress(raw)).digest())
        total.update(source_map)
    except (ValueError, TypeError, AttributeError, zlib.error):  # other types than were written, too
        return ""
    return total.hexdigest()


def pack_bibliography(bibliography: Bibliography) -> str:
    """JSON."""
    return json.dumps(asdict(bibliography), ensure_ascii=False)


def unpack_bibliography(packed: str | bytes) -> Bibliography:
    """The inverse of ``pack_bibliography``."""
    fields = json.loads(packed)
    lists = {name: tuple(fields[name]) for name in ("authors", "affiliations", "declared")}
    relations = tuple(Relation(**relation) for relation in fields["relations"])
    return Bibliography(**{**fields, **lists, "relations": relations})


def pack_raw(raw: str) -> bytes:
    """The raw text, compressed."""
    return zlib.compress(raw.encode("utf-8", "surrogatepass"), 1)


def unpack_raw(packed: bytes) -> str:
    """The inverse of ``pack_raw``."""
    return zlib.decompress(packed).decode("utf-8", "surrogatepass")


def pack_structure(report: Report) -> bytes:
    """Sections, sentences and references, compressed."""
    return zlib.compress(_structure(report), 1)


def unpack_structure(packed: bytes) -> tuple[tuple[Section, ...], tuple[Sentence, ...], tuple[Reference, ...]]:
    """The inverse of ``pack_structure``."""
    sections, sentences, references = json.loads(zlib.decompress(packed))
    return (
        tuple(Section(kind, Span(*heading) if heading else None, Span(a, b)) for kind, heading, a, b in sections),
        tuple(Sentence(Span(a, b), section) for a, b, section in sentences),
        tuple(Reference(Span(a, b), doi) for a, b, doi in references),
    )


def _structure(report: Report) -> bytes:
    sections = [
        (s.kind, [s.heading.start, s.heading.end] if s.heading else None, s.body.start, s.body.end)
        for s in report.sections
    ]
    sentences = [(s.span.start, s.span.end, s.section) for s in report.sentences]
    references = [(r.span.start, r.span.end, r.doi) for r in report.references]
    return json.dumps([sections, sentences, references], separators=(",", ":")).encode()
