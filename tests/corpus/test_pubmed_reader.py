from __future__ import annotations

from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyFileError, MalformedError, NoTextError, ReadError, UnsupportedFormatError
from corpus.model import Bibliography, Relation, Report
from corpus.readers.bibliographic_xml import stream
from corpus.readers.pubmed import ROOTS, PubmedReader
from tests.bibliographies import failure, only, read_all, shown

READER = PubmedReader()
DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN" "pubmed_250101.dtd">\n'
)

FULL = """
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="1">12345</PMID>
    <Article PubModel="Print">
      <Journal>
        <JournalIssue CitedMedium="Internet"><Volume>3</Volume><PubDate><Year>2011</Year></PubDate></JournalIssue>
        <Title>Invented journal of feet</Title>
        <ISOAbbreviation>Inv J Feet</ISOAbbreviation>
      </Journal>
      <ArticleTitle>Gout of the <i>hallux</i>: 10<sup>9</sup> crystals &amp; more.</ArticleTitle>
      <ELocationID EIdType="doi" ValidYN="N">10.9999/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.9999/FEET.5</ELocationID>
      <Abstract>
        <AbstractText Label="BACKGROUND" NlmCategory="BACKGROUND">Gout is <b>old</b>.</AbstractText>
        <AbstractText Label="CASE REPORT" NlmCategory="METHODS">A man had it (p &lt; 0.05).</AbstractText>
        <CopyrightInformation>Copyright 2011 Somebody.</CopyrightInformation>
      </Abstract>
      <AuthorList CompleteYN="Y">
        <Author ValidYN="Y"><LastName>Roe</LastName><ForeName>Jane B</ForeName><Initials>JB</Initials>
          <AffiliationInfo><Affiliation>Foot Clinic, Town.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="N"><LastName>Row</LastName><ForeName>Jane B</ForeName><Initials>JB</Initials></Author>
        <Author ValidYN="Y"><LastName>Doe</LastName><Initials>A</Initials><Suffix>Jr</Suffix>
          <AffiliationInfo><Affiliation>Foot Clinic, Town.</Affiliation></AffiliationInfo>
          <AffiliationInfo><Affiliation>Hand Clinic, Town.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="Y"><CollectiveName>Gout Study Group</CollectiveName></Author>
      </AuthorList>
      <PublicationTypeList>
        <PublicationType UI="D002363">Case Reports</PublicationType>
        <PublicationType UI="D016428">Journal Article</PublicationType>
      </PublicationTypeList>
      <ArticleDate DateType="Electronic"><Year>2010</Year><Month>12</Month><Day>30</Day></ArticleDate>
    </Article>
    <SupplMeshList><SupplMeshName Type="Disease">Gouty toe</SupplMeshName>
      <SupplMeshName Type="Protocol">A protocol</SupplMeshName></SupplMeshList>
    <CommentsCorrectionsList>
      <CommentsCorrections RefType="ErratumIn"><RefSource>Inv J. 2012</RefSource><PMID>777</PMID></CommentsCorrections>
      <CommentsCorrections RefType="RetractionIn"><RefSource>Inv J. doi: 10.9999/r</RefSource></CommentsCorrections>
      <CommentsCorrections RefType="Cites"><RefSource>Other</RefSource><PMID>778</PMID></CommentsCorrections>
    </CommentsCorrectionsList>
    <MeshHeadingList>
      <MeshHeading><DescriptorName>Gout</DescriptorName>
        <QualifierName>diagnosis</QualifierName><QualifierName>therapy</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName>Humans</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <KeywordList Owner="NOTNLM"><Keyword>gout</Keyword><Keyword>toe</Keyword></KeywordList>
  </MedlineCitation>
  <PubmedData>
    <ArticleIdList>
      <ArticleId IdType="pubmed">12345</ArticleId>
      <ArticleId IdType="pmc">PMC678</ArticleId>
      <ArticleId IdType="doi">10.9999/Feet.5</ArticleId>
    </ArticleIdList>
    <ReferenceList><Reference><Citation>Another one.</Citation>
      <ArticleIdList><ArticleId IdType="doi">10.9999/another</ArticleId></ArticleIdList></Reference></ReferenceList>
  </PubmedData>
</PubmedArticle>
"""


def file_of(*entries: str, head: str = DOCTYPE) -> str:
    return f"{head}<PubmedArticleSet>{''.join(entries)}</PubmedArticleSet>"


def article(inside: str = "", *, pmid: str = "1", after: str = "", title: str = "A title.") -> str:
    heading = f"<ArticleTitle>{title}</ArticleTitle>" if title else ""
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article>{heading}{inside}</Article>{after}"
        "</MedlineCitation></PubmedArticle>"
    )


def one(*args: str, **kwargs: str) -> Report:
    return only(READER, file_of(article(*args, **kwargs)))


def test_an_article_is_read_whole() -> None:
    """Title, labelled abstract and keywords are the text; all other facts are in the bibliography."""
    (read,) = read_all(READER, file_of(FULL))
    assert read.record == "pmid:12345"
    assert read.report is not None
    assert shown(read.report) == [
        ("title", None, "Gout of the hallux: 10^9 crystals & more"),
        ("abstract", "BACKGROUND", "Gout is old."),
        ("abstract", "CASE REPORT", "A man had it (p < 0.05)."),
        ("keywords", None, "gout; toe; Gout/diagnosis/therapy; Humans; Gouty toe"),
    ]
    assert read.report.bibliography == Bibliography(
        title="Gout of the hallux: 10^9 crystals & more",
        authors=("Jane B Roe", "A Doe Jr", "Gout Study Group"),
        journal="Invented journal of feet",
        year=2011,
        volume="3",
        doi="10.9999/feet.5",
        pmid="12345",
        pmcid="PMC678",
        affiliations=("Foot Clinic, Town.", "Hand Clinic, Town."),
        declared=("Case Reports", "Journal Article"),
        relations=(Relation("corrected-by", "pmid:777"), Relation("retracted-by", "doi:10.9999/r")),
    )
    assert read.report.reader == "pubmed"


def test_raw_text_is_what_the_elements_say() -> None:
    """Each element taken is a line of the raw text, mark-up gone and nothing added."""
    report = only(READER, file_of(FULL))
    assert report.raw.split("\n")[:3] == ["Gout of the hallux: 109 crystals & more.", "BACKGROUND", "Gout is old."]


def test_translated_titles_lose_their_brackets() -> None:
    """PubMed puts a translated title in brackets; where there is no translation the own title is taken."""
    assert one(title="[On gout].").bibliography.title == "On gout"
    vernacular = "<VernacularTitle>Von der Gicht.</VernacularTitle>"
    assert one(vernacular, title="[Not Available].").bibliography.title == "Von der Gicht"
    assert one(vernacular, title="").bibliography.title == "Von der Gicht"


def test_unlabelled_paragraphs_have_no_heading() -> None:
    """Neither a missing label nor "UNLABELLED" makes a heading."""
    inside = (
        '<Abstract><AbstractText>One.</AbstractText><AbstractText Label="UNLABELLED">Two.</AbstractText></Abstract>'
    )
    assert shown(one(inside))[1:] == [("abstract", None, "One.\n\nTwo.")]


def test_another_abstract_serves_where_it_is_the_only_one() -> None:
    """An abstract in another language is better than none, and is not added to one that is there."""
    other = '<OtherAbstract Type="Publisher" Language="spa"><AbstractText>Tenía gota.</AbstractText></OtherAbstract>'
    assert shown(one(after=other))[1:] == [("abstract", None, "Tenía gota.")]
    main = "<Abstract><AbstractText>He had gout.</AbstractText></Abstract>"
    assert shown(one(main, after=other))[1:] == [("abstract", None, "He had gout.")]


def test_an_article_without_an_abstract_is_kept_for_its_facts() -> None:
    """Its report is its title."""
    assert one().text == "A title"


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<PubDate><Year>2001</Year></PubDate>", 2001),
        ("<PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>", 1998),
        ("<PubDate/>", None),
    ],
)
def test_the_year_is_that_of_the_issue(date: str, year: int | None) -> None:
    """Also where the date is in words."""
    assert one(f"<Journal><JournalIssue>{date}</JournalIssue></Journal>").bibliography.year == year


def test_the_year_online_serves_where_the_issue_has_none() -> None:
    """An article ahead of print has the year in which it appeared."""
    inside = "<Journal/><ArticleDate><Year>2020</Year></ArticleDate>"
    assert one(inside).bibliography.year == 2020


def test_a_retracted_article_is_marked() -> None:
    """By its notice, or by its type alone where no notice is named."""
    retracted = "<PublicationTypeList><PublicationType>Retracted Publication</PublicationType></PublicationTypeList>"
    assert one(retracted).bibliography.relations == (Relation("retracted-by"),)
    notice = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>x</RefSource>'
        "<PMID>5</PMID></CommentsCorrections></CommentsCorrectionsList>"
    )
    assert one(retracted, after=notice).bibliography.relations == (Relation("retracted-by", "pmid:5"),)


def test_preprints_and_their_published_forms_are_linked() -> None:
    """UpdateIn of a preprint and UpdateOf of its published form, not those of reviews' versions."""
    link = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="{}"><RefSource>{}</RefSource>'
        "<PMID>5</PMID></CommentsCorrections></CommentsCorrectionsList>"
    )
    preprint = "<PublicationTypeList><PublicationType>Preprint</PublicationType></PublicationTypeList>"
    update_in, update_of = link.format("UpdateIn", "Inv J. 2022"), link.format("UpdateOf", "medRxiv. 2021 Mar 3")
    assert one(preprint, after=update_in).bibliography.relations == (Relation("preprint-of", "pmid:5"),)
    assert one(after=update_in).bibliography.relations == ()
    assert one(after=update_of).bibliography.relations == (Relation("has-preprint", "pmid:5"),)


def test_books_are_told_of_and_passed_over() -> None:
    """A book's entry is a failure of its own under its PMID; the articles round it are read."""
    book = "<PubmedBookArticle><BookDocument><PMID>9</PMID></BookDocument></PubmedBookArticle>"
    first, refused, last = read_all(READER, file_of(article(), book, article(pmid="2")), "set.xml")
    assert (first.record, refused.record, last.record) == ("pmid:1", "pmid:9", "pmid:2")
    assert isinstance(refused.error, UnsupportedFormatError)
    assert str(refused.error).startswith("set.xml, entry 2 (line 3) is a book or a chapter of one")


def test_an_entry_without_a_citation_is_told_of() -> None:
    """An empty element is no article."""
    assert "is an entry without a citation" in failure(READER, file_of("<PubmedArticle/>"))
    assert "has neither a title nor an abstract" in failure(READER, file_of(article(title="")))
    empty = "<PubmedArticle><MedlineCitation><PMID>3</PMID></MedlineCitation></PubmedArticle>"
    assert "has neither a title nor an abstract" in failure(READER, file_of(empty))


def test_other_roots_are_read() -> None:
    """One article by itself, and the older form without PubMed's own data."""
    assert only(READER, article()).bibliography.pmid == "1"
    older = (
        "<MedlineCitationSet><MedlineCitation><PMID>4</PMID><Article><ArticleTitle>Old.</ArticleTitle><AuthorList>"
        "<Author><LastName>Roe</LastName><FirstName>Jane</FirstName></Author></AuthorList></Article></MedlineCitation>"
        "</MedlineCitationSet>"
    )
    assert only(READER, older).bibliography == Bibliography(title="Old", authors=("Jane Roe",), pmid="4")
    assert {"PubmedArticleSet", "PubmedArticle", "MedlineCitationSet"} <= set(ROOTS)


def test_named_entities_are_characters() -> None:
    """The document type is not fetched; what HTML names is known, what it does not name is nothing."""
    assert one(title="Caf&eacute; &alpha;&nosuchname; end").bibliography.title == "Café α end"


def test_entities_of_the_file_itself_are_not_expanded() -> None:
    """A file cannot blow up in memory, nor bring in another file."""
    head = (
        '<!DOCTYPE PubmedArticleSet [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">'
        '<!ENTITY file SYSTEM "file:///etc/hostname">]>'
    )
    report = only(READER, file_of(article(title="A &b; title &file;"), head=head))
    assert report.text == "A title"


def test_broken_xml_keeps_what_was_read() -> None:
    """The articles before the break are given, then the file is refused with the place."""
    reads = READER.read((file_of(article(), article(pmid="2"))[:-40] + "<").encode(), "set.xml")
    assert next(reads).record == "pmid:1"
    with pytest.raises(MalformedError, match=r"set\.xml is not well-formed XML from line 3, .*1 of its entries"):
        next(reads)


@pytest.mark.parametrize(
    ("text", "error"),
    [("", EmptyFileError), (" \n", EmptyFileError), ("no XML", MalformedError), ("<PubmedArticleSet/>", NoTextError)],
)
def test_what_holds_no_articles_is_refused(text: str, error: type[ReadError]) -> None:
    """Nothing at all, no XML, and XML without entries, each for its own reason."""
    with pytest.raises(error, match=r"set\.xml"):
        list(READER.read(text.encode(), "set.xml"))


def test_other_encodings_are_read_as_they_are_declared() -> None:
    """The XML declaration counts; without one it is UTF-8."""
    text = "<?xml version='1.0' encoding='iso-8859-1'?>" + article(title="Café.")
    assert only(READER, text.encode("latin-1")).bibliography.title == "Café"
    assert only(READER, file_of(article(title="Café."), head="").encode()).bibliography.title == "Café"


def test_a_long_file_needs_the_memory_of_one_article() -> None:
    """The tree never holds more than the articles at hand: those before are gone, those after not yet parsed."""
    filler = f"<Abstract><AbstractText>{'word ' * 8000}</AbstractText></Abstract>"
    data = file_of(*(article(filler, pmid=str(number)) for number in range(1, 51))).encode()
    held = []
    for _, element in stream(data, "set.xml", {"PubmedArticle"}):
        root = element.getparent()
        assert root is not None
        held.append(sum(1 for each in root.iter("ArticleTitle")))
    assert len(held) == 50
    assert max(held) <= 3


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), st.text("ab. <&\n\u0301"))
def test_spans_lead_back_whatever_the_words(title: str, words: str) -> None:
    """Any title and abstract give spans that lead to the elements' text."""
    inside = f'<Abstract><AbstractText Label="CASE">{escape(words)}<sup>2</sup></AbstractText></Abstract>'
    title = "".join(character for character in title if character not in "\ufffe\uffff")
    read_all(READER, file_of(article(inside, title=escape(title))))


@given(st.data())
def test_damaged_files_are_refused_within_the_tree(data: st.DataObject) -> None:
    """A byte changed, left out or repeated anywhere gives reports or read errors, nothing else."""
    whole = bytearray(file_of(FULL, article()).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=4))
    with suppress(ReadError):
        read_all(READER, bytes(whole))


def test_powers_in_formulas_are_raised() -> None:
    """A power in MathML is written as one in plain text is, not as a longer number."""
    power = (
        "<mml:math xmlns:mml='http://www.w3.org/1998/Math/MathML'>"
        "<mml:msup><mml:mn>10</mml:mn><mml:mn>9</mml:mn></mml:msup></mml:math>"
    )
    text = (
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>Gout</ArticleTitle>"
        f"<Abstract><AbstractText>It was 5 x {power}/L.</AbstractText></Abstract>"
        "</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"
    )
    assert shown(only(READER, text))[1] == ("abstract", None, "It was 5 x 10^9/L.")
