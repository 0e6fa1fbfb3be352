from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.json import answer_json, search_json

from .conftest import REPORTS, Site

HIT_KEYS = {
    "rank", "score", "report_id", "passage_id", "text", "start", "end", "section", "highlights", "citation", "why",
    "also_in",
}  # fmt: skip
BOUNDS = {"conditions", "left_out_unknown", "drug_names", "notices", "ambiguous", "expansions"}
JSON = {"Content-Type": "application/json"}
CITATION_KEYS = {"title", "authors", "journal", "year", "doi", "pmid", "pmcid", "page", "source"}


def search(site: Site, **fields: object) -> Any:
    """The body of a search that must succeed."""
    answer = site.client.post("/v1/search", json=fields)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(site: Site, path: str, fields: object) -> dict[str, Any]:
    """The problem of a request that must be refused as unprocessable."""
    answer = site.client.post(path, json=fields)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    return body


def timeless(body: dict[str, Any]) -> dict[str, Any]:
    """A body without the time that it took."""
    return {name: value for name, value in body.items() if not name.endswith("_ms")}


class TestSearch:
    """POST /v1/search."""

    def test_the_best_hit_is_the_report_that_was_asked_for(self, site: Site) -> None:
        """A question in a report's own words finds that report first, with its citation."""
        hits = search(site, query="hiccups in a balloon, baclofen")["hits"]
        assert hits[0]["rank"] == 1
        assert hits[0]["citation"]["source"].endswith("hiccups.txt")
        assert hits[0]["citation"]["location"].startswith("line ")

    def test_the_answer_has_the_shape_that_other_programs_rely_on(self, site: Site) -> None:
        """Search answers with exactly the fields of the interface, in hits and citations too."""
        body = search(site, query="zinc ointment for a rash")
        facts = {"query", "generation", "search_id", "took_ms", "stages_ms"}
        assert set(body) == {*facts, "hits", "next", "reranked_by", *BOUNDS}
        assert all(set(hit) == HIT_KEYS for hit in body["hits"])
        assert all(set(hit["citation"]) >= CITATION_KEYS for hit in body["hits"])
        assert all(set(span) == {"start", "end"} for hit in body["hits"] for span in hit["highlights"])

    def test_http_and_command_line_say_the_same(self, site: Site) -> None:
        """The body equals what the command line prints, but for the time taken."""
        body = search(site, query="zinc ointment for a rash", k=3)
        here = json.loads(json.dumps(search_json(site.service.search("zinc ointment for a rash", k=3))))
        assert timeless(body) == timeless(here)

    def test_every_text_is_a_slice_of_the_stored_text(self, site: Site) -> None:
        """What a hit shows is what the text endpoint gives for its offsets."""
        for name in REPORTS:
            for hit in search(site, query=REPORTS[name][:80], k=100, max_per_report=100)["hits"]:
                place = {"start": hit["start"], "end": hit["end"]}
                again = site.client.get(f"/v1/reports/{hit['report_id']}/text", params=place).json()
                assert again["text"] == hit["text"]
                for span in hit["highlights"]:
                    assert hit["start"] <= span["start"] < span["end"] <= hit["end"]

    def test_k_and_max_per_report_bound_the_hits(self, site: Site) -> None:
        """No more than k hits come back, and no report has more than max_per_report of them."""
        assert len(search(site, query="treated man woman report", k=1)["hits"]) == 1
        hits = search(site, query="treated man woman report", k=100, max_per_report=1)["hits"]
        ids = [hit["report_id"] for hit in hits]
        assert len(ids) == len(set(ids)) == len(REPORTS)

    @pytest.mark.parametrize("system", ["bm25", "dense", "hybrid"])
    def test_each_system_answers(self, site: Site, system: str) -> None:
        """All three ways of ranking can be asked for."""
        assert search(site, query="kelp crisps goitre", system=system)["hits"][0]["citation"]["source"].endswith("html")

    def test_copies_and_the_model_are_told_of(self, site: Site) -> None:
        """Each hit lists what it stands for, copies can be asked for, and without a model none is named."""
        for duplicates in (True, False):
            body = search(site, query="treated man woman report", duplicates=duplicates, explain=True)
            assert body["reranked_by"] is None
            assert all(hit["also_in"] == [] and hit["why"]["rank_before"] is None for hit in body["hits"])
        assert refused(site, "/v1/search", {"query": "x", "duplicates": "no"})["errors"][0]["field"] == "duplicates"

    def test_words_that_nothing_holds_find_nothing_by_words(self, site: Site) -> None:
        """A search that matches nothing is an empty answer, not an error."""
        assert search(site, query="qwertzuiop", system="bm25")["hits"] == []

    @settings(max_examples=40, deadline=None)
    @given(query=st.text(max_size=60))
    def test_any_text_is_answered_or_refused_by_its_field(self, site: Site, query: str) -> None:
        """Whatever is typed: hits, or a problem that names the query; never a crash."""
        answer = site.client.post("/v1/search", content=json.dumps({"query": query}), headers=JSON)
        assert answer.status_code in (200, 422)
        if answer.status_code == 422:
            assert [error["field"] for error in answer.json()["errors"]] == ["query"]


class TestAsk:
    """POST /v1/ask."""

    def test_the_answer_is_made_of_cited_verbatim_sentences(self, site: Site) -> None:
        """Each sentence of an answer is a slice of its report's text, with its citation."""
        body = site.client.post("/v1/ask", json={"question": "What treatment was given for hiccups?", "k": 5}).json()
        assert body["answerable"], body["reason"]
        assert any("baclofen" in sentence["text"] for sentence in body["sentences"])
        for sentence in body["sentences"]:
            stored = site.service.catalog.get(sentence["report_id"]).report.text
            assert stored[sentence["start"] : sentence["end"]] == sentence["text"]
            assert set(sentence["citation"]) >= CITATION_KEYS

    def test_the_answer_has_the_shape_that_other_programs_rely_on(self, site: Site) -> None:
        """Ask answers with the fields of the interface, and as the command line prints it."""
        question = "What treatment was given for a striped rash?"
        body = site.client.post("/v1/ask", json={"question": question}).json()
        keys = {"question", "generation", "search_id", "took_ms", "answerable", "reason", "lead", "sentences", "hits"}
        assert set(body) == {*keys, *BOUNDS}
        assert all(set(hit) == HIT_KEYS for hit in body["hits"])
        here = json.loads(json.dumps(answer_json(site.service.ask(question))))
        assert timeless(body) == timeless(here)

    def test_what_no_report_says_is_said_plainly(self, site: Site) -> None:
        """A question about something no report holds is answered with no sentence, and why."""
        body = site.client.post("/v1/ask", json={"question": "What was given for pheochromocytoma?"}).json()
        assert (body["answerable"], body["sentences"]) == (False, [])
        assert body["reason"]


class TestRefusals:
    """Questions that cannot be answered."""

    @pytest.mark.parametrize(("path", "field"), [("/v1/search", "query"), ("/v1/ask", "question")])
    @pytest.mark.parametrize("text", ["", "   \n\t", "?!…", "x" * 100_000])
    def test_an_empty_or_endless_text_is_refused_by_its_field(
        self, site: Site, path: str, field: str, text: str
    ) -> None:
        """Nothing, white space, punctuation alone and 100 kB are each a clear problem that names the field."""
        problem = refused(site, path, {field: text})
        assert [error["field"] for error in problem["errors"]] == [field]
        assert problem["type"] == "urn:casetrove:problem:usage"
        assert problem["instance"] == path
        assert len(problem["detail"]) < 200

    @pytest.mark.parametrize("path", ["/v1/search", "/v1/ask"])
    @pytest.mark.parametrize("k", [-1, 0, 101, 10**30, 2.5, "5", True, None])
    def test_a_k_out_of_bounds_or_of_another_type_is_refused(self, site: Site, path: str, k: object) -> None:
        """Only whole numbers from 1 to 100 are taken for k; "5" is no number."""
        problem = refused(site, path, {"query" if path.endswith("search") else "question": "rash", "k": k})
        assert [error["field"] for error in problem["errors"]] == ["k"]

    def test_every_wrong_field_is_named_at_once(self, site: Site) -> None:
        """One answer lists all that is wrong, so that it can be mended at once."""
        problem = refused(site, "/v1/search", {"query": 7, "k": 0, "max_per_report": 0, "system": "oracle"})
        assert [error["field"] for error in problem["errors"]] == ["query", "k", "max_per_report", "system"]

    def test_an_unknown_field_is_refused(self, site: Site) -> None:
        """A misspelt field is an error, not silently ignored."""
        problem = refused(site, "/v1/search", {"query": "rash", "top_k": 5})
        assert problem["errors"] == [{"field": "top_k", "message": "is not a field of this request"}]

    @pytest.mark.parametrize("body", [{}, [], "rash", None, 5])
    def test_a_body_of_another_shape_is_refused(self, site: Site, body: object) -> None:
        """What is not an object with a query is a problem, whatever JSON it is."""
        assert refused(site, "/v1/search", body)["errors"]

    @pytest.mark.parametrize("body", [b"{", b"{'query': 'rash'}", b"", b"\xff\xfe", b"[" * 100_000])
    def test_a_body_that_is_not_json_is_refused(self, site: Site, body: bytes) -> None:
        """Bytes that are not JSON are a problem that says so."""
        answer = site.client.post("/v1/search", content=body, headers=JSON)
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_lone_surrogate_is_refused(self, site: Site) -> None:
        """A string that is no Unicode text is refused by its field."""
        answer = site.client.post("/v1/search", content=b'{"query": "\\ud800 rash"}', headers=JSON)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "query"

    def test_json_must_be_sent_as_json(self, site: Site) -> None:
        """A body that is not declared as JSON is not guessed to be (so no form can ask on a visitor's behalf)."""
        answer = site.client.post("/v1/search", content=b'{"query": "rash"}', headers={"Content-Type": "text/plain"})
        assert answer.status_code == 415

    def test_what_the_schema_calls_a_default_may_be_said(self, site: Site) -> None:
        """Every default spelled out asks for the same as leaving it out: no values of a filter are no filter."""
        filters = {name: [] for name in ("year", "age", "sex", "drug", "section", "kind", "journal")}
        said = search(site, query="rash", filters=filters, must=[], phrases=[], cursor="", k=10, system="hybrid")
        assert timeless(said) == timeless(search(site, query="rash"))

    def test_whole_numbers_may_have_a_point(self, site: Site) -> None:
        """JSON has one kind of number: 2.0 is 2, in counts and in filters; 2.5, true and "2" are not."""
        assert timeless(search(site, query="rash", k=2.0)) == timeless(search(site, query="rash", k=2))
        answer = site.client.post("/v1/search", json={"query": "rash", "filters": {"year": 2015.0}})
        assert answer.json()["conditions"][0]["value"] == "2015"
        for value in (2.5, True, "2", None, 1e30):
            assert refused(site, "/v1/search", {"query": "rash", "k": value})["errors"][0]["field"] == "k"
