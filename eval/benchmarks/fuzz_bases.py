"""The good files that a fuzzer damages: the samples, the golden files, and a short one of every other format."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from corpus.errors import NotFoundError
from corpus.files import find_files
from eval.benchmarks.damage_inside import pack
from eval.benchmarks.mutations import Base

LARGEST_BASE = 768 * 1024
"""Larger files are passed over: they take seconds to read as they are, and a hang could not be told from size."""
_ROOT = Path(__file__).parents[2]
_REPOSITORY = (_ROOT / "corpus" / "samples", _ROOT / "tests" / "golden")

_CITATIONS = {
    "made.nbib": """PMID- 10000001
OWN - NLM
DP  - 2019 Mar
TI  - An invented report of a rash after an invented drug: a wrapped title that goes on
      in the next line.
AB  - A boy of nine had a rash. It faded in four days. The drug was never given again.
FAU - Muster, Erika
AU  - Muster E
AD  - Department of Inventions, Nowhere.
LA  - eng
PT  - Case Reports
PT  - Journal Article
TA  - Inv Case Rep
AID - 10.9999/made.1 [doi]

PMID- 10000002
TI  - Another one.
AB  - Nothing was found.
""",
    "made.ris": """TY  - JOUR
AU  - Muster, Erika
AU  - Probe, Jan
TI  - An invented report of a rash
JO  - Invented Case Reports
PY  - 2019/03//
DO  - 10.9999/made.1
AB  - A boy of nine had a rash. It faded in four days.
KW  - rash
ER  -

TY  - JOUR
TI  - Another one
ER  -
""",
    "made.csv": """PMID,Title,Authors,Citation,Journal/Book,Publication Year,DOI,Abstract
10000001,"An invented report, with a comma","Muster E, Probe J",,Invented Cases,2019,10.9999/made.1,"A ""boy"" of nine
had a rash."
10000002,Another one,,,,2020,,
""",
    "made.xml": """<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">10000001</PMID>
<Article PubModel="Print"><Journal><JournalIssue><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Invented case reports</Title></Journal><ArticleTitle>An invented report of a rash</ArticleTitle>
<Abstract><AbstractText Label="CASE">A boy of nine had a rash.</AbstractText>
<AbstractText Label="OUTCOME">It faded in <b>four</b> days.</AbstractText></Abstract>
<AuthorList><Author><LastName>Muster</LastName><ForeName>Erika</ForeName>
<AffiliationInfo><Affiliation>Nowhere</Affiliation></AffiliationInfo></Author></AuthorList>
<PublicationTypeList><PublicationType UI="D002363">Case Reports</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><PMID Version="1">10000002</PMID>
</CommentsCorrections></CommentsCorrectionsList></MedlineCitation><PubmedData><ArticleIdList>
<ArticleId IdType="doi">10.9999/made.1</ArticleId></ArticleIdList></PubmedData></PubmedArticle></PubmedArticleSet>
""",
}
_TEXTS = {
    "made.txt": "An invented report\n\nCase presentation\n\nA boy of nine had a rash [1, 2]. It faded in four days.\n\n"
    "References\n\n1. Muster E. A rash. Inv Case Rep. 2019;1:1-2. doi:10.9999/made.1\n2. Probe J. Another. 2020.\n",
    "made.md": "---\ntitle: An invented report\ndoi: 10.9999/made.1\n---\n# An invented report\n\n## Case\n\n"
    "A *boy* of nine had a **rash**[^1].\n\n| day | rash |\n|---|---|\n| 1 | yes |\n| 4 | no |\n\n> It faded.\n\n"
    "- drug\n  - never given again\n\n[^1]: Muster 2019.\n",
}
_SEARCH = {
    "hitCount": 1,
    "nextCursorMark": "AoE=",
    "resultList": {
        "result": [
            {
                "id": "10000001", "source": "MED", "pmid": "10000001", "pmcid": "PMC1", "doi": "10.9999/made.1",
                "title": "An invented report of a rash.", "authorString": "Muster E, Probe J.", "pubYear": "2019",
                "abstractText": "<h4>Case</h4>A boy of nine had a rash.", "isOpenAccess": "Y", "license": "cc by",
                "authorList": {"author": [{"fullName": "Muster E", "lastName": "Muster", "firstName": "E"}]},
                "journalInfo": {"journal": {"title": "Invented case reports"}, "yearOfPublication": 2019},
                "pubTypeList": {"pubType": ["Case Reports"]},
            }
        ]
    },
}  # fmt: skip
_WORD = "http://schemas.openxmlformats.org"
_DOCX = {
    "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="{_WORD}/package/2006/content-types"><Default '
    'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
    'PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.'
    'document.main+xml"/></Types>',
    "_rels/.rels": f'<?xml version="1.0"?><Relationships xmlns="{_WORD}/package/2006/relationships"><Relationship '
    f'Id="r1" Type="{_WORD}/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>'
    "</Relationships>",
    "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}/wordprocessingml/2006/main"><w:body>'
    '<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r><w:t>An invented report</w:t></w:r></w:p>'
    '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Case presentation</w:t></w:r></w:p>'
    '<w:p><w:r><w:t>A boy of nine had a rash</w:t></w:r><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
    "<w:t>1</w:t></w:r><w:r><w:t>. It faded.</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>day</w:t></w:r></w:p>"
    "</w:tc><w:tc><w:p><w:r><w:t>rash</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>",
}


def made() -> Iterator[Base]:
    """Short files that name every format once, all invented."""
    texts = {**_CITATIONS, **_TEXTS, "made.json": json.dumps(_SEARCH, indent=1)}
    record = {"id": "r1", "title": "An invented report", "text": _TEXTS["made.txt"], "year": 2019}
    texts["made.jsonl"] = (
        json.dumps(record) + "\n" + json.dumps({**record, "id": "r2", "text": "It was a rash."}) + "\n"
    )
    for name, text in texts.items():
        yield Base(name, text.encode())
    yield Base("made.docx", pack({name: part.encode() for name, part in _DOCX.items()}))
    yield Base("made.xml.gz", gzip.compress(texts["made.xml"].encode(), mtime=0))
    yield Base("made.zip", pack({name: text.encode() for name, text in texts.items()}))


def bases(paths: Sequence[Path]) -> tuple[Base, ...]:
    """``made()``, the repository's own files, and those of ``paths`` up to the size limit, by name.

    Raises NotFoundError.
    """
    found = find_files([*(folder for folder in _REPOSITORY if folder.is_dir()), *paths])
    if found.missing:
        raise NotFoundError(f"no such file or folder: {', '.join(found.missing)}")
    files = [path for path in found.files if path.stat().st_size <= LARGEST_BASE]
    known = [*made(), *(Base(path.name, path.read_bytes()) for path in files)]
    return tuple(sorted(known, key=lambda base: (base.name, base.data)))
