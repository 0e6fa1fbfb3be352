"""PubMed's own XML, as its web page, E-utilities (``efetch``) and the yearly baseline files give it.

Source of the element names: the PubMed DTD of 2025 (pubmed_250101.dtd); of the older ``MedlineCitationSet``, its
own of 2005.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import _Element

from corpus.errors import UnsupportedFormatError
from corpus.identity import normalise_doi, normalise_pmcid, normalise_pmid, page_range
from corpus.model import Bibliography
from corpus.readers.base import Read
from corpus.readers.bibliographic import Entry, Link, Slip, line_of, named_in, read_entries, relations, year_in
from corpus.readers.bibliographic_text import Labelled, label
from corpus.readers.bibliographic_xml import runs_of, stream, text_of
from corpus.readers.markup import weave
from corpus.tracked import Tracked

ROOTS = ("PubmedArticleSet", "PubmedBookArticleSet", "PubmedArticle", "PubmedBookArticle", "MedlineCitationSet")
"""The root elements that this reader is for."""

_ENTRIES = frozenset({"PubmedArticle", "PubmedBookArticle", "MedlineCitation"})
_NO_TITLE = "not available"


class PubmedReader:
    """Reads PubMed XML; one record an article, named by its PMID. Books and chapters are told of and passed over."""

    name = "pubmed"
    version = 2

    def read(self, data: bytes, name: str) -> Iterator[Read]:
        """See ``Reader.read``. Raises MalformedError where the XML breaks off, after what was read until there."""
        return read_entries(stream(data, name, _ENTRIES), _entry, reader=self.name, name=name)


def _entry(element: _Element) -> Entry:
    citation = element if element.tag == "MedlineCitation" else element.find("MedlineCitation")
    if citation is None:
        document = element.find("BookDocument")
        book = Bibliography() if document is None else Bibliography(pmid=normalise_pmid(_text(document, "PMID")))
        kind = "a book or a chapter of one" if element.tag == "PubmedBookArticle" else "an entry without a citation"
        return Entry("", book, refusal=UnsupportedFormatError(f"is {kind}, not an article: there is no report in it"))
    slip = Slip()
    article = citation.find("Article")
    title = None if article is None else _title(slip, article)
    abstract = [] if article is None else _abstract(slip, citation, article)
    keywords = [_piece(slip, text) for text in _keywords(citation)]
    about = _about(element, citation, article)
    return Entry(slip.raw, about, title, abstract, keywords)


def _text(element: _Element, path: str) -> str:
    """The text of the first element at ``path`` on one line; "" where there is none."""
    return line_of(text_of(element.find(path)))


def _texts(element: _Element | None, path: str) -> list[str]:
    found = [] if element is None else [line_of(text_of(each)) for each in element.iterfind(path)]
    return list(dict.fromkeys(filter(None, found)))


def _piece(slip: Slip, text: str) -> Tracked:
    return Tracked.of(text, slip.add(text))


def _rich(slip: Slip, element: _Element) -> Tracked:
    return weave(runs_of(element, slip.add(text_of(element))))


def _title(slip: Slip, article: _Element) -> Tracked | None:
    """The article's title, in its own language where there is no translation ("[Not Available]")."""
    for kind in ("ArticleTitle", "VernacularTitle"):
        element = article.find(kind)
        if element is not None and line_of(text_of(element)).strip("[]. ").lower() not in ("", _NO_TITLE):
            return _rich(slip, element)
    return None


def _abstract(slip: Slip, citation: _Element, article: _Element) -> list[Labelled]:
    """The abstract's paragraphs; those of another abstract (in another language, say) where that is the only one."""
    holder = article.find("Abstract")
    if holder is None:
        holder = citation.find("OtherAbstract")
    found = []
    for paragraph in () if holder is None else holder.iterfind("AbstractText"):
        named = paragraph.get("Label", "")
        heading = label(named, slip.add(named)) if named.strip() else None
        found.append(Labelled(heading, _rich(slip, paragraph)))
    return found


def _keywords(citation: _Element) -> Iterator[str]:
    """The authors' keywords, then MeSH headings with their qualifiers ("Skin Diseases/drug therapy")."""
    seen: set[str] = set()
    headings = [
        "/".join([*_texts(heading, "DescriptorName"), *_texts(heading, "QualifierName")])
        for heading in citation.iterfind("MeshHeadingList/MeshHeading")
    ]
    supplements = _texts(citation, "SupplMeshList/SupplMeshName[@Type='Disease']")
    for word in [*_texts(citation, "KeywordList/Keyword"), *headings, *supplements]:
        if word and word.casefold() not in seen:
            seen.add(word.casefold())
            yield word


def _about(element: _Element, citation: _Element, article: _Element | None) -> Bibliography:
    identifiers = {kind.get("IdType"): text_of(kind) for kind in element.iterfind("PubmedData/ArticleIdList/ArticleId")}
    pmid = normalise_pmid(_text(citation, "PMID") or identifiers.get("pubmed", ""))
    pmcid = normalise_pmcid(identifiers.get("pmc", ""))
    doi = normalise_doi(identifiers.get("doi", ""))
    if article is None:
        return Bibliography(pmid=pmid, pmcid=pmcid, doi=doi)
    located = article.iterfind("ELocationID[@EIdType='doi']")
    doi = doi or next((normalise_doi(text_of(each)) for each in located if each.get("ValidYN") != "N"), None)
    about = Bibliography(
        authors=tuple(dict.fromkeys(_authors(article))),
        journal=_text(article, "Journal/Title") or _text(article, "Journal/ISOAbbreviation") or None,
        year=_year(article),
        volume=_text(article, "Journal/JournalIssue/Volume") or None,
        issue=_text(article, "Journal/JournalIssue/Issue") or None,
        pages=_text(article, "Pagination/MedlinePgn")
        or page_range(_text(article, "Pagination/StartPage"), _text(article, "Pagination/EndPage")),
        doi=doi,
        pmid=pmid,
        pmcid=pmcid,
        affiliations=tuple(_texts(article, "AuthorList/Author//Affiliation") or _texts(article, "Affiliation")),
        declared=tuple(_texts(article, "PublicationTypeList/PublicationType")),
    )
    return replace(about, relations=relations(_links(citation), about))


def _year(article: _Element) -> int | None:
    """The year of the issue, as a citation shows it; else of the publication online."""
    for path in ("Journal/JournalIssue/PubDate/Year", "Journal/JournalIssue/PubDate/MedlineDate", "ArticleDate/Year"):
        if year := year_in(_text(article, path)):
            return year
    return None


def _authors(article: _Element) -> Iterator[str]:
    for author in article.iterfind("AuthorList/Author"):
        if author.get("ValidYN") == "N":  # a name that was corrected: the right one follows
            continue
        given = _text(author, "ForeName") or _text(author, "FirstName") or _text(author, "Initials")
        name = " ".join(filter(None, (given, _text(author, "LastName"), _text(author, "Suffix"))))
        if name := name or _text(author, "CollectiveName"):
            yield name


def _links(citation: _Element) -> Iterator[Link]:
    for each in citation.iterfind("CommentsCorrectionsList/CommentsCorrections"):
        pmid = normalise_pmid(_text(each, "PMID"))
        reference = _text(each, "RefSource")
        yield Link(each.get("RefType", ""), f"pmid:{pmid}" if pmid else named_in(reference), reference)
