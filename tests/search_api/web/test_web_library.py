"""The library over HTTP: generations and rollback, failures, suspected duplicates and decisions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search_api.uploads import Upload
from search_api.web.library_schemas import DuplicatesResponse
from tests.fakes import prose

from .conftest import LATER, REPORTS, Site, open_site

SCAN = b"%PDF-1.4 torn"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def copied(tmp_path: Path) -> Iterator[Site]:
    """A site with two reports that are nearly the same."""
    one = f"An invented report on stripes\n\nCase report\n\n{prose(1, 300)}."
    opened = open_site(
        tmp_path, {**REPORTS, "one.txt": one, "two.txt": one.replace("invented", "imagined") + " It ended."}
    )
    with opened.client:
        yield opened


def got(site: Site, path: str, **parameters: Any) -> dict[str, Any]:
    answer = site.client.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


def pair(site: Site) -> dict[str, Any]:
    """The one suspected pair."""
    (found,) = got(site, "/v1/duplicates")["pairs"]
    return dict(found)


class TestGenerations:
    """The states of the index."""

    def test_they_are_listed_newest_first(self, own_site: Site) -> None:
        """With what each holds, and what changed."""
        own_site.upload(("toes.txt", LATER))
        listed = got(own_site, "/v1/generations")
        newest, oldest = listed["generations"]
        assert (newest["number"], newest["served"], newest["servable"], newest["reports"]) == (2, True, True, 4)
        assert newest["changes"] == {"added": 1, "updated": 0, "removed": 0, "remade": ""}
        assert (oldest["number"], oldest["served"], oldest["servable"], oldest["reports"]) == (1, False, True, 3)
        assert (listed["passed_over"], newest["problem"]) == (None, None)

    def test_an_older_one_can_be_served_and_the_newest_again(self, own_site: Site) -> None:
        """The next search answers from it."""
        own_site.upload(("toes.txt", LATER))
        back = own_site.client.post("/v1/generations/1/serve")
        assert (back.status_code, back.json()["generation"], back.json()["passed_over"]) == (200, 1, 2)
        assert own_site.found("purple toes grape treading") == []
        assert got(own_site, "/v1/index")["generation"] == 1
        assert got(own_site, "/v1/generations")["passed_over"] == 2
        forward = own_site.client.post("/v1/generations/2/serve").json()
        assert (forward["generation"], forward["passed_over"]) == (2, None)
        assert len(set(own_site.found("purple toes grape treading"))) == 1

    def test_one_that_is_not_there_is_not_found(self, own_site: Site) -> None:
        """What there is, is said."""
        answer = own_site.client.post("/v1/generations/9/serve")
        assert (answer.status_code, answer.json()["detail"]) == (404, "there is no generation 9; on disk: 1")

    def test_one_that_is_damaged_is_told_and_not_served(self, own_site: Site) -> None:
        """What was served is served on."""
        own_site.upload(("toes.txt", LATER))
        (own_site.folder.generation(1) / "manifest.json").write_text("{}", encoding="utf-8")
        oldest = got(own_site, "/v1/generations")["generations"][-1]
        assert (oldest["servable"], oldest["reports"]) == (False, None)
        assert oldest["problem"]
        assert own_site.client.post("/v1/generations/1/serve").status_code == 503
        assert got(own_site, "/v1/index")["generation"] == 2

    def test_while_the_index_is_built_nothing_is_switched(self, own_site: Site) -> None:
        """409: somebody holds the folder."""
        with own_site.folder.lock():
            answer = own_site.client.post("/v1/generations/1/serve")
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:casetrove:problem:locked")
        operation = own_site.app.openapi()["paths"]["/v1/generations/{number}/serve"]["post"]
        shown = operation["responses"]["409"]["content"]["application/problem+json"]["example"]
        assert shown["type"] == answer.json()["type"]
        assert (
            shown["detail"].partition(" is ")[2].split()[:4] == answer.json()["detail"].partition(" is ")[2].split()[:4]
        )

    @pytest.mark.parametrize("number", ["0", "-1", "one", "99999999999999999999"])
    def test_what_is_no_number_is_refused(self, site: Site, number: str) -> None:
        """422, naming the field."""
        assert site.client.post(f"/v1/generations/{number}/serve").status_code == 422

    def test_an_empty_folder_has_none(self, empty_site: Site) -> None:
        """That is no error."""
        assert got(empty_site, "/v1/generations") == {"generations": [], "passed_over": None}


class TestFailures:
    """What could not be read."""

    def test_they_are_listed_with_their_reasons_page_by_page(self, own_site: Site) -> None:
        """By path; ``next`` leads on, and is null at the end."""
        own_site.add(*(Upload(f"{name}.pdf", SCAN + name.encode()) for name in "abc"))
        first = got(own_site, "/v1/failures", limit=2)
        assert [each["path"] for each in first["failures"]] == ["upload:a.pdf", "upload:b.pdf"]
        assert all(each["reason"] and each["code"] for each in first["failures"])
        last = got(own_site, "/v1/failures", limit=2, after=first["next"])
        assert ([each["path"] for each in last["failures"]], last["next"], last["total"]) == (["upload:c.pdf"], None, 3)

    def test_without_failures_the_list_is_empty(self, site: Site) -> None:
        """No error."""
        assert got(site, "/v1/failures") == {"failures": [], "total": 0, "next": None}

    def test_a_file_mended_is_a_failure_no_more(self, own_site: Site) -> None:
        """The list says how the files stand now."""
        own_site.add(Upload("toes.txt", b""))
        assert got(own_site, "/v1/failures")["total"] == 1
        own_site.add(Upload("toes.txt", LATER))
        assert got(own_site, "/v1/failures")["total"] == 0

    def test_one_is_forgotten_until_it_fails_again(self, own_site: Site) -> None:
        """It is listed and counted no more, and the others are; the same bytes sent again are read again."""
        own_site.add(*(Upload(f"{name}.pdf", SCAN + name.encode()) for name in "abc"))
        listed = got(own_site, "/v1/failures")["failures"]
        address = f"/v1/failures/{listed[1]['id']}"
        assert own_site.client.delete(address, headers=ELSEWHERE).status_code == 403
        answer = own_site.client.delete(address)
        assert (answer.status_code, answer.content) == (204, b"")
        left = got(own_site, "/v1/failures")
        assert ([each["path"] for each in left["failures"]], left["total"]) == (["upload:a.pdf", "upload:c.pdf"], 2)
        assert got(own_site, "/v1/index")["catalog"]["failures"] == 2
        assert own_site.client.delete(address).status_code == 404
        (again,) = own_site.add(Upload("b.pdf", SCAN + b"b"))
        assert again.outcome == "failed"
        now = got(own_site, "/v1/failures")["failures"][1]
        assert {**now, "id": 0, "at": ""} == {**listed[1], "id": 0, "at": ""}
        assert now["id"] != listed[1]["id"]

    def test_what_is_no_failure_is_not_forgotten(self, own_site: Site) -> None:
        """Neither a report that was read, nor what is no number, is taken for one."""
        own_site.add(Upload("toes.txt", LATER))
        for failure_id, status in ((1, 404), (10**6, 404), ("x", 422), (0, 422)):
            assert own_site.client.delete(f"/v1/failures/{failure_id}").status_code == status


class TestDuplicates:
    """Pairs that may be one article."""

    def test_a_pair_is_listed_with_reasons_and_both_reports(self, copied: Site) -> None:
        """The request waits for the comparison."""
        listed = got(copied, "/v1/duplicates")
        assert DuplicatesResponse.model_validate(listed).model_dump(mode="json") == listed
        (found,) = listed["pairs"]
        assert (found["kind"], listed["total"], listed["comparing"], listed["done"], listed["of"]) == (
            "same article", 1, False, 5, 5,
        )  # fmt: skip
        assert {source.rsplit("/", 1)[-1] for each in found["reports"] for source in each["sources"]} == {
            "one.txt",
            "two.txt",
        }
        assert found["reasons"]

    def test_kinds_are_chosen(self, copied: Site) -> None:
        """One that there is not, is refused."""
        assert got(copied, "/v1/duplicates", kind=["same patient", "text reuse"])["pairs"] == []
        assert got(copied, "/v1/duplicates", kind="same article")["total"] == 1
        assert copied.client.get("/v1/duplicates", params={"kind": "twins"}).status_code == 422

    def test_pages_joined_are_the_list_though_pairs_are_decided_meanwhile(self, tmp_path: Path) -> None:
        """What was decided comes no more, whichever page it was on; nothing else is passed over or told twice."""
        first = f"An invented report on stripes\n\nCase report\n\n{prose(1, 300)}."
        copies = {f"{number}.txt": first + f" It ended on day {number}." for number in range(4)}
        opened = open_site(tmp_path, {**REPORTS, **copies})
        with opened.client:
            whole = got(opened, "/v1/duplicates")
            assert (len(whole["pairs"]), whole["total"], whole["next"]) == (6, 6, None)
            page = got(opened, "/v1/duplicates", limit=2)
            assert (page["pairs"], page["total"]) == (whole["pairs"][:2], 6)
            for decided in (1, 2):  # the last of the page, and the first of the next
                one, other = (each["report_id"] for each in whole["pairs"][decided]["reports"])
                body = {"one": one, "other": other, "decision": "apart"}
                assert opened.client.post("/v1/duplicates", json=body).status_code == 200
            second = got(opened, "/v1/duplicates", limit=2, after=page["next"])
            assert (second["pairs"], second["total"]) == (whole["pairs"][3:5], 4)
            last = got(opened, "/v1/duplicates", limit=2, after=second["next"])
            assert (last["pairs"], last["next"]) == (whole["pairs"][5:], None)

    @pytest.mark.parametrize("after", ["x", "0.9", "0.9:a", "a:b:c", "0.9:a:b:c"])
    def test_a_place_that_is_none_is_refused(self, site: Site, after: str) -> None:
        """422, naming the field."""
        answer = site.client.get("/v1/duplicates", params={"after": after})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "after")

    def test_the_same_becomes_one_report_and_the_index_follows(self, copied: Site) -> None:
        """202 with the job; the pair is listed no more."""
        one, other = (each["report_id"] for each in pair(copied)["reports"])
        answer = copied.client.post("/v1/duplicates", json={"one": one, "other": other, "decision": "same"})
        assert answer.status_code == 202, answer.text
        job = answer.json()["job"]
        assert (job["kind"], answer.headers["Location"]) == ("merge", job["url"])
        copied.settled()
        done = got(copied, job["url"])
        assert (done["state"], done["report_id"], done["other"]) == ("done", one, other)
        assert copied.service.live.pin().manifest.reports == 4
        assert got(copied, f"/v1/reports/{other}")["report_id"] == one
        assert got(copied, "/v1/duplicates")["pairs"] == []

    def test_what_is_apart_is_not_asked_again_and_changes_no_index(self, copied: Site) -> None:
        """200 without a job."""
        one, other = (each["report_id"] for each in pair(copied)["reports"])
        before = got(copied, "/v1/index")["generation"]
        answer = copied.client.post("/v1/duplicates", json={"one": one, "other": other, "decision": "apart"})
        assert (answer.status_code, answer.json()["job"]) == (200, None)
        assert got(copied, "/v1/duplicates")["pairs"] == []
        copied.settled()
        assert got(copied, "/v1/index")["generation"] == before

    def test_a_source_is_parted_from_its_report(self, copied: Site) -> None:
        """After a merger that was wrong."""
        one, other = (each["report_id"] for each in pair(copied)["reports"])
        copied.client.post("/v1/duplicates", json={"one": one, "other": other, "decision": "same"})
        copied.settled()
        place = got(copied, f"/v1/reports/{one}")["sources"][1]["place"]
        answer = copied.client.post("/v1/duplicates", json={"one": one, "other": place, "decision": "apart"})
        assert (answer.status_code, answer.json()["job"]["kind"]) == (202, "part")
        copied.settled()
        assert copied.service.live.pin().manifest.reports == 5

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"one": "cr-none", "other": "cr-nil", "decision": "same"}, 404),
            ({"one": "a", "other": "b", "decision": "perhaps"}, 422),
            ({"one": "", "other": "b", "decision": "same"}, 422),
            ({"one": "a", "decision": "same"}, 422),
        ],
    )
    def test_what_cannot_be_decided_is_a_problem(self, site: Site, body: dict[str, str], status: int) -> None:
        """Nothing is changed."""
        assert site.client.post("/v1/duplicates", json=body).status_code == status

    def test_a_report_and_itself_are_one(self, site: Site) -> None:
        """The sources by which it can be parted are named."""
        report_id = got(site, "/v1/reports")["reports"][0]["report_id"]
        answer = site.client.post("/v1/duplicates", json={"one": report_id, "other": report_id, "decision": "same"})
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["errors"]] == ["other"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/generations/1/serve", None), ("/v1/duplicates", {"one": "a", "other": "b", "decision": "same"})],
)
def test_another_site_changes_nothing(site: Site, path: str, body: dict[str, str] | None) -> None:
    """What a browser posts for a foreign page is refused."""
    answer = site.client.post(path, json=body, headers=ELSEWHERE)
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:casetrove:problem:forbidden")
