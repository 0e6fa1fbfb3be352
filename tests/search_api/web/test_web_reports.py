from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.ingest import ingest_bytes

from .conftest import REPORTS, Site


def ids(site: Site) -> list[str]:
    """The ids of all reports, as the catalog has them."""
    return [entry.report_id for entry in site.service.catalog.entries()]


def id_of(site: Site, name: str) -> str:
    """The id of the report that was read from the file of this name."""
    return next(entry.report_id for entry in site.service.catalog.entries() if entry.sources[0].endswith(name))


def look_up(site: Site, name: str) -> Any:
    """The body of GET /v1/reports/{id} of the report in a file."""
    answer = site.client.get(f"/v1/reports/{id_of(site, name)}")
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestList:
    """GET /v1/reports."""

    def test_all_reports_are_listed_by_id(self, site: Site) -> None:
        """The list holds every report once, in the order of their ids, with what identifies it."""
        body = site.client.get("/v1/reports").json()
        assert [report["report_id"] for report in body["reports"]] == ids(site)
        assert (body["total"], body["next"]) == (len(REPORTS), None)
        assert all(report["bibliography"]["title"].startswith("Invented report") for report in body["reports"])
        assert all(report["length"] > 100 and len(report["sources"]) == 1 for report in body["reports"])

    @pytest.mark.parametrize("limit", [1, 2, 3, 1000])
    def test_pages_put_together_are_the_whole_list(self, site: Site, limit: int) -> None:
        """Following ``next`` page by page gives each report exactly once, and then ends."""
        seen: list[str] = []
        after: str | None = ""
        while after is not None:
            body = site.client.get("/v1/reports", params={"after": after, "limit": limit}).json()
            assert 0 < len(body["reports"]) <= limit
            seen += [report["report_id"] for report in body["reports"]]
            after = body["next"]
        assert seen == ids(site)

    def test_after_the_last_report_comes_nothing(self, site: Site) -> None:
        """A cursor at the end is an empty page, not an error."""
        assert site.client.get("/v1/reports", params={"after": ids(site)[-1]}).json()["reports"] == []

    def test_each_line_has_what_a_list_shows(self, site: Site) -> None:
        """Title, year, kind and reader, without another call."""
        for report in site.client.get("/v1/reports").json()["reports"]:
            assert report["title"] == report["bibliography"]["title"]
            assert (report["opening"], report["year"], report["kind"]) == (None, None, "case report")
            assert report["reader"] in ("text", "html")
            assert report["added"]

    @pytest.mark.parametrize(
        ("words", "names"),
        [
            ("hiccups", ["hiccups.txt"]),
            ("ZOO keeper", ["zebra.txt"]),
            ("kelp.html", ["kelp.html"]),
            ("balloon zoo", []),
        ],
    )
    def test_reports_are_found_by_words(self, site: Site, words: str, names: list[str]) -> None:
        """All of which must be told; the total counts those found."""
        body = site.client.get("/v1/reports", params={"find": words}).json()
        assert [report["sources"][0].rsplit("/", 1)[-1] for report in body["reports"]] == names
        assert body["total"] == len(names)

    def test_what_is_found_comes_in_pages_too(self, site: Site) -> None:
        """``next`` leads on among what is found."""
        first = site.client.get("/v1/reports", params={"find": "invented report", "limit": 2}).json()
        assert (len(first["reports"]), first["total"]) == (2, len(REPORTS))
        last = site.client.get("/v1/reports", params={"find": "invented report", "after": first["next"]}).json()
        assert [report["report_id"] for report in first["reports"] + last["reports"]] == ids(site)
        assert last["next"] is None

    def test_what_is_not_indexed_yet_has_no_kind(self, own_site: Site) -> None:
        """It was not judged."""
        own_site.encoder.gate.clear()
        own_site.client.post("/v1/reports", files=[("files", ("untitled.txt", b"A nun had hiccups. They ceased."))])
        (report,) = own_site.client.get("/v1/reports", params={"find": "untitled.txt"}).json()["reports"]
        assert report["kind"] is None
        own_site.encoder.gate.set()
        own_site.settled()
        (report,) = own_site.client.get("/v1/reports", params={"find": "untitled.txt"}).json()["reports"]
        assert report["kind"] is not None

    def test_a_long_line_of_words_is_refused(self, site: Site) -> None:
        """Naming the field."""
        answer = site.client.get("/v1/reports", params={"find": "x" * 201})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "find")

    @pytest.mark.parametrize("limit", ["0", "-1", "1001", "many", ""])
    def test_a_limit_out_of_bounds_is_refused_by_name(self, site: Site, limit: str) -> None:
        """Only 1 to 1000 reports a page can be asked for."""
        answer = site.client.get("/v1/reports", params={"limit": limit})
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "limit"


class TestLookUp:
    """GET /v1/reports/{report_id}."""

    def test_a_report_tells_what_it_is_made_of(self, site: Site) -> None:
        """Sections, sentences, references and sources are those of the stored report."""
        body = look_up(site, "zebra.txt")
        stored = site.service.catalog.get(body["report_id"])
        assert body["revision"] == stored.revision
        assert body["length"] == len(stored.report.text)
        assert body["sentences"] == len(stored.report.sentences)
        assert [section["kind"] for section in body["sections"]] == [part.kind for part in stored.report.sections]
        assert {"case", "treatment", "outcome"} <= {section["kind"] for section in body["sections"]}
        assert body["sources"][0]["place"].endswith("zebra.txt")
        assert body["sources"][0]["served"] is True

    def test_spans_of_sections_and_references_are_slices(self, site: Site) -> None:
        """Every span that a report tells of lies in its text, and a reference's text is its slice."""
        body = look_up(site, "zebra.txt")
        text = site.service.catalog.get(body["report_id"]).report.text
        assert body["references"]
        for reference in body["references"]:
            assert text[reference["start"] : reference["end"]] == reference["text"]
        headings = [section["heading"] for section in body["sections"] if section["heading"]]
        assert "Treatment" in [text[heading["start"] : heading["end"]] for heading in headings]

    @pytest.mark.parametrize("path", ["/v1/reports/cr-nothing", "/v1/reports/cr-nothing/text", "/v1/reports/a%2Fb%00"])
    def test_an_unknown_report_is_not_found_by_its_id(self, site: Site, path: str) -> None:
        """An id that no report has is a 404 problem that repeats the id."""
        answer = site.client.get(path)
        assert answer.status_code == 404
        assert answer.json()["type"] == "urn:casetrove:problem:not-found"
        assert "is not in the catalog" in answer.json()["detail"]

    def test_an_id_with_slashes_can_be_looked_up(self, own_site: Site) -> None:
        """A record's given id may hold slashes; all operations on reports take it."""
        record = b'{"id": "set/7/b", "title": "Invented", "text": "A man of 40 sneezed in sunlight. He wore a hat."}'
        own_site.upload(("one.jsonl", record))
        assert own_site.client.get("/v1/reports/set/7/b").json()["report_id"] == "set/7/b"
        assert own_site.client.get("/v1/reports/set%2F7%2Fb/text", params={"end": 5}).json()["report_id"] == "set/7/b"
        assert own_site.client.delete("/v1/reports/set%2F7%2Fb").status_code == 202
        assert own_site.client.get("/v1/reports/set/7/b").status_code == 404


class TestText:
    """GET /v1/reports/{report_id}/text."""

    def test_without_bounds_the_whole_text_comes(self, site: Site) -> None:
        """The text of a report is what was stored, letter for letter, beyond the basic plane too."""
        report_id = id_of(site, "zebra.txt")
        body = site.client.get(f"/v1/reports/{report_id}/text").json()
        stored = site.service.catalog.get(report_id).report.text
        assert body["text"] == stored
        assert "𝔘" in stored or "Unicode" in stored
        assert (body["start"], body["end"], body["length"]) == (0, len(stored), len(stored))

    @settings(max_examples=60, deadline=None)
    @given(data=st.data())
    def test_any_slice_equals_the_stored_text(self, site: Site, data: st.DataObject) -> None:
        """For any report and any bounds inside it, the answer is the stored text's slice."""
        stored = site.service.catalog.get(data.draw(st.sampled_from(ids(site))))
        end = data.draw(st.integers(0, len(stored.report.text)))
        start = data.draw(st.integers(0, end))
        body = site.client.get(f"/v1/reports/{stored.report_id}/text", params={"start": start, "end": end}).json()
        assert body["text"] == stored.report.text[start:end]
        assert (body["start"], body["end"]) == (start, end)

    def test_a_slice_tells_its_lines_in_a_text_file(self, site: Site) -> None:
        """The location of a sentence in a text is its line, and its offsets lead to it in the raw file."""
        report_id = id_of(site, "hiccups.txt")
        stored = site.service.catalog.get(report_id).report
        start = stored.text.index("Chlorpromazine")
        end = start + len("Chlorpromazine")
        (location,) = site.client.get(f"/v1/reports/{report_id}/text", params={"start": start, "end": end}).json()[
            "locations"
        ]
        raw = REPORTS["hiccups.txt"]
        line = 1 + raw[: raw.index("Chlorpromazine")].count("\n")
        assert (location["kind"], location["label"]) == ("line", str(line))
        assert raw[location["start"] : location["end"]] == "Chlorpromazine"

    def test_a_slice_over_several_lines_names_the_first_and_the_last(self, site: Site) -> None:
        """A stretch from one paragraph into another tells both lines."""
        report_id = id_of(site, "hiccups.txt")
        whole = site.client.get(f"/v1/reports/{report_id}/text").json()
        first, _, last = whole["locations"][0]["label"].partition("-")
        assert int(first) == 1 < int(last)

    def test_a_slice_tells_its_elements_in_an_html_file(self, site: Site) -> None:
        """The location of a sentence in a web page is its element."""
        report_id = id_of(site, "kelp.html")
        text = site.service.catalog.get(report_id).report.text
        start = text.index("The crisps were stopped.")
        body = site.client.get(f"/v1/reports/{report_id}/text", params={"start": start, "end": start + 24}).json()
        assert {location["kind"] for location in body["locations"]} == {"element"}
        assert all(location["label"] for location in body["locations"])

    @pytest.mark.parametrize(
        ("bounds", "field"),
        [
            ({"start": -1}, "start"),
            ({"end": -1}, "end"),
            ({"start": 9, "end": 3}, "start"),
            ({"end": 10**7}, "end"),
            ({"start": 10**7}, "start"),
            ({"start": "first"}, "start"),
            ({"end": "2.5"}, "end"),
            ({"end": 10**40}, "end"),
        ],
    )
    def test_bounds_outside_the_text_are_refused_by_name(self, site: Site, bounds: dict[str, Any], field: str) -> None:
        """A bound that is negative, crossed, beyond the end or no number is a problem that names it."""
        answer = site.client.get(f"/v1/reports/{ids(site)[0]}/text", params=bounds)
        assert answer.status_code == 422
        assert [error["field"] for error in answer.json()["errors"]] == [field]

    def test_an_empty_slice_is_empty(self, site: Site) -> None:
        """Equal bounds give no text and no error, at either end of the report too."""
        report_id = ids(site)[0]
        length = site.client.get(f"/v1/reports/{report_id}/text").json()["length"]
        for at in (0, 7, length):
            body = site.client.get(f"/v1/reports/{report_id}/text", params={"start": at, "end": at}).json()
            assert body["text"] == ""

    def test_offsets_lead_into_the_reading_that_is_served(self, own_site: Site) -> None:
        """While a corrected report waits to be indexed, hits and text still agree on the reading before."""
        path = own_site.service.catalog.sources(id_of(own_site, "hiccups.txt"))[0].path
        hit = own_site.client.post("/v1/search", json={"query": "balloon hiccups baclofen"}).json()["hits"][0]
        longer = REPORTS["hiccups.txt"].replace("Abstract\n", "Abstract\nThis line is new and moves all that follows. ")
        assert ingest_bytes(own_site.service.catalog, longer.encode(), path).updated == 1
        place = {"start": hit["start"], "end": hit["end"]}
        assert own_site.client.get(f"/v1/reports/{hit['report_id']}/text", params=place).json()["text"] == hit["text"]
