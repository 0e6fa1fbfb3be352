from __future__ import annotations

import json

from corpus.model import Span
from search_api.json import answer_json, citation_json, hit_json, search_json
from search_api.model import Answer, AnswerSentence, Citation, Hit, SearchResult

CITATION = Citation(
    title="A fall", authors=("A. Doe", "B. Roe"), journal="Annals", year=2011, volume="3", issue=None,
    pages="1-4", doi="10.1000/fall", pmid="17",
    pmcid=None, page=3, source="/a.pdf", location="page 3", links=("https://doi.org/10.1000/fall",),
)  # fmt: skip
HIT = Hit(1, 0.5, "r1", "r1:10-31", "She fell. She got up.", 10, 31, "case", (Span(10, 19),), CITATION)
SENTENCE = AnswerSentence("She fell.", "r1", 10, 19, "case", "outcome", CITATION)


def test_a_search_has_the_keys_that_programs_rely_on() -> None:
    """The shape is that of the issue; more keys may come, none may go or change its type."""
    told = json.loads(json.dumps(search_json(SearchResult("fall", 4, 12.5, (HIT,)))))
    assert {"query": "fall", "generation": 4, "took_ms": 12.5}.items() <= told.items()
    (hit,) = told["hits"]
    assert hit == {
        "rank": 1,
        "score": 0.5,
        "report_id": "r1",
        "passage_id": "r1:10-31",
        "text": "She fell. She got up.",
        "start": 10,
        "end": 31,
        "section": "case",
        "highlights": [{"start": 10, "end": 19}],
        "citation": citation_json(CITATION),
        "why": None,
        "also_in": [],
    }


def test_a_citation_has_the_keys_that_programs_rely_on() -> None:
    """Absent facts are null, lists are lists, and the place in the source comes with it."""
    told = json.loads(json.dumps(citation_json(CITATION)))
    relied_on = {"title", "authors", "journal", "year", "doi", "pmid", "pmcid", "page", "source"}
    assert relied_on <= set(told)
    assert (told["authors"], told["pmcid"], told["page"]) == (["A. Doe", "B. Roe"], None, 3)
    assert (told["location"], told["links"]) == ("page 3", ["https://doi.org/10.1000/fall"])


def test_an_answer_has_the_keys_that_programs_rely_on() -> None:
    """Question, answerable, reason, sentences with their citation, and the hits beside them."""
    answer = Answer("What happened?", 4, True, "one report tells", (SENTENCE,), (HIT,), 3.25)
    told = json.loads(json.dumps(answer_json(answer)))
    assert {"question": "What happened?", "answerable": True, "reason": "one report tells"}.items() <= told.items()
    assert {"generation": 4, "took_ms": 3.25}.items() <= told.items()
    (sentence,) = told["sentences"]
    assert {"text": "She fell.", "report_id": "r1", "start": 10, "end": 19}.items() <= sentence.items()
    assert sentence["citation"] == citation_json(CITATION)
    assert told["hits"] == [hit_json(HIT)]


def test_no_answer_is_empty_lists() -> None:
    """Programs need not tell null from nothing."""
    told = answer_json(Answer("What?", 4, False, "no report is about it", (), (), 1.0))
    assert (told["answerable"], told["sentences"], told["hits"]) == (False, [], [])
