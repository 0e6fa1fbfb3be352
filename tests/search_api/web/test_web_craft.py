"""What every exchange has for those who program against it: tags, compression, other origins, plain refusals."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from corpus.errors import ConfigError
from search_api.web.app import WebSettings, create_app

from .conftest import LATER, Served, Site, wait_until

ORIGIN = "https://review.example"
JATS = """<article article-type="{kind}"><front><article-meta>
<article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>{title}</article-title></title-group>
{related}</article-meta></front><body><sec><title>Case presentation</title><p>{text}</p></sec></body></article>"""


def first_id(site: Site) -> str:
    """The id of the first report."""
    found: str = site.client.get("/v1/reports").json()["reports"][0]["report_id"]
    return found


def tag(site: Site, path: str) -> str:
    """The tag of what is at ``path``."""
    answer = site.client.get(path)
    assert answer.status_code == 200, answer.text
    return str(answer.headers["etag"])


class TestTags:
    """ETag and If-None-Match."""

    @pytest.mark.parametrize(
        "path",
        ["/v1/reports/{id}", "/v1/reports/{id}/text", "/v1/reports/{id}/text?start=3&end=9", "/v1/reports/{id}/cases",
         "/v1/reports", "/v1/jobs", "/v1/index", "/openapi.json", "/", "/page/page.js"],
    )  # fmt: skip
    def test_what_has_not_changed_is_not_sent_again(self, site: Site, path: str) -> None:
        """Who gives the tag gets 304 without a body, with the tag; who gives another gets all of it."""
        path = path.format(id=first_id(site))
        known = tag(site, path)
        again = site.client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == known
        assert again.headers["x-request-id"]
        assert "content-type" not in again.headers
        other = site.client.get(path, headers={"If-None-Match": '"another"'})
        assert other.status_code == 200
        assert other.content

    @pytest.mark.parametrize("given", ["*", '"x", {tag}', "W/{strong}", '"x",{tag},"y"'])
    def test_tags_are_compared_as_the_standard_says(self, site: Site, given: str) -> None:
        """Any of several tags will do, "*" is any state at all, and weak and strong ones are alike here (RFC 9110)."""
        path = f"/v1/reports/{first_id(site)}"
        known = tag(site, path)
        given = given.format(tag=known, strong=known.removeprefix("W/"))
        assert site.client.get(path, headers={"If-None-Match": given}).status_code == 304

    def test_different_things_have_different_tags(self, site: Site) -> None:
        """A report, its text, a part of it and its cases are told apart, and so are reports."""
        ids = [each["report_id"] for each in site.client.get("/v1/reports").json()["reports"]]
        paths = [f"/v1/reports/{each}{rest}" for each in ids for rest in ("", "/text", "/text?end=5", "/cases")]
        assert len({tag(site, path) for path in paths}) == len(paths) == 12

    def test_a_tag_changes_with_the_generation_where_the_answer_names_it(self, own_site: Site) -> None:
        """Cases name the generation that they were read from; the report itself did not change."""
        report = f"/v1/reports/{first_id(own_site)}"
        before = {path: tag(own_site, path) for path in (report, f"{report}/text", f"{report}/cases", "/v1/index")}
        own_site.upload(("toes.txt", LATER))
        wait_until(lambda: own_site.client.get("/v1/index").json()["generation"] == 2, "the next generation is served")
        after = {path: tag(own_site, path) for path in before}
        assert [path for path in before if before[path] != after[path]] == [f"{report}/cases", "/v1/index"]

    def test_a_tag_changes_with_a_warning_and_with_another_source(self, own_site: Site) -> None:
        """A retraction that comes in later changes what is told of the report, and so its tag; its text stays."""
        article = JATS.format(kind="case-report", doi="10.5555/r.1", title="An invented case", related="",
                              text="A woman of 40 had purple ears. She was given honey.")  # fmt: skip
        link = '<related-article related-article-type="retracted-article" ext-link-type="doi" ' \
               'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="10.5555/r.1"/>'  # fmt: skip
        notice = JATS.format(kind="retraction", doi="10.5555/r.2", title="Retraction: An invented case", related=link,
                             text="This article is retracted at the request of its authors.")  # fmt: skip
        outcome = own_site.upload(("case.xml", article.encode()))[0]
        report = f"/v1/reports/{outcome['report_id']}"
        paths = (report, f"{report}/text", f"{report}/cases")
        before = [tag(own_site, path) for path in paths]
        own_site.upload(("notice.xml", notice.encode()))
        after = [tag(own_site, path) for path in paths]
        assert [old != new for old, new in zip(before, after, strict=True)] == [True, False, True]
        told = own_site.client.get(report, headers={"If-None-Match": before[0]})
        assert told.status_code == 200
        assert [each["kind"] for each in told.json()["related"]] == ["retracted-by"]

    def test_errors_files_and_answers_to_questions_have_no_tag(self, site: Site) -> None:
        """Only what can be fetched again has one; all else is not to be kept anywhere."""
        exported = site.client.get("/v1/evidence/export", params={"question": "hiccups"})
        asked = site.client.post("/v1/ask", json={"question": "hiccups?"})
        missing = site.client.get("/v1/reports/none")
        assert [each.status_code for each in (exported, asked, missing)] == [200, 200, 404]
        for answer in (exported, asked, missing):
            assert "etag" not in answer.headers
            assert answer.headers["cache-control"] == "no-store"

    def test_what_has_a_tag_may_be_kept_by_its_reader_alone(self, site: Site) -> None:
        """A reader's own cache keeps it and asks each time; one that others share does not."""
        assert site.client.get(f"/v1/reports/{first_id(site)}").headers["cache-control"] == "private, no-cache"
        assert "no-cache" in site.client.get("/page/page.js").headers["cache-control"]


class TestHead:
    """HEAD is answered where GET is."""

    @pytest.mark.parametrize("path", ["/v1/reports", "/v1/reports/{id}", "/v1/index", "/healthz", "/", "/page/page.js"])
    def test_a_head_is_the_get_without_its_body(self, site: Site, path: str) -> None:
        """Status and headers are the same, and nothing follows."""
        path = path.format(id=first_id(site))
        head, got = site.client.head(path), site.client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == got.headers["content-type"]
        assert head.headers["etag"] == got.headers["etag"]

    def test_errors_are_without_a_body_too(self, site: Site) -> None:
        """What is not there is 404 to both."""
        head = site.client.head("/v1/reports/none")
        assert (head.status_code, head.content) == (404, b"")
        assert head.headers["content-type"] == "application/problem+json"

    def test_a_head_of_a_stream_does_not_wait_for_its_end(self, served: Served) -> None:
        """The events of a job that stands still are not waited for: a real server answers at once, and goes on."""
        import httpx2 as httpx

        served.site.encoder.gate.clear()
        with httpx.Client(base_url=served.address, timeout=60) as client:
            sent = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
            assert served.site.encoder.waiting.wait(60)
            for _ in range(3):
                head = client.head(f"{sent.json()['job']['url']}/events")
                assert (head.status_code, head.content) == (200, b"")
                assert head.headers["content-type"].startswith("text/event-stream")
                assert client.get("/healthz").status_code == 200


class TestCompression:
    """gzip for what is worth it."""

    def test_a_long_answer_is_compressed_for_who_takes_it(self, served: Served) -> None:
        """The same bytes come, in fewer; who does not say that he takes gzip gets them as they are."""
        import httpx2 as httpx

        with httpx.Client(base_url=served.address, timeout=60) as client:
            with client.stream("GET", "/openapi.json", headers={"Accept-Encoding": "gzip"}) as answer:
                raw = b"".join(answer.iter_raw())
            plain = client.get("/openapi.json", headers={"Accept-Encoding": "identity"})
        assert answer.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in answer.headers["vary"]
        assert int(answer.headers["content-length"]) == len(raw) < len(plain.content) / 4
        assert gzip.decompress(raw) == plain.content
        assert "content-encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["vary"]
        assert plain.headers["etag"] == answer.headers["etag"]

    def test_a_short_answer_is_sent_as_it_is(self, site: Site) -> None:
        """Below a kilobyte nothing is gained."""
        answer = site.client.get("/healthz", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in answer.headers

    def test_answers_to_questions_and_problems_are_compressed_too(self, site: Site) -> None:
        """A search is JSON like any other."""
        answer = site.client.post("/v1/search", json={"query": "man", "k": 50}, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["content-encoding"] == "gzip"
        assert answer.json()["hits"]

    def test_packed_files_are_not_packed_again(self, site: Site) -> None:
        """A workbook is a zip file already."""
        asked = {"question": "hiccups", "format": "xlsx"}
        answer = site.client.get("/v1/evidence/export", params=asked, headers={"Accept-Encoding": "gzip"})
        assert len(answer.content) > 1024
        assert "content-encoding" not in answer.headers

    def test_events_are_sent_as_they_come(self, served: Served) -> None:
        """A stream of events is not compressed: the first is there while the job still stands still."""
        import httpx2 as httpx

        served.site.encoder.gate.clear()
        with httpx.Client(base_url=served.address, timeout=60, headers={"Accept-Encoding": "gzip"}) as client:
            sent = client.post("/v1/reports", files=[("files", ("toes.txt", LATER))])
            assert served.site.encoder.waiting.wait(60)
            with client.stream("GET", f"{sent.json()['job']['url']}/events") as answer:
                assert "content-encoding" not in answer.headers
                lines = answer.iter_lines()
                while not next(lines).startswith("data: "):
                    pass
                served.site.encoder.gate.set()
                assert any('"state":"done"' in line for line in lines)


class TestOrigins:
    """Which pages' scripts may ask."""

    @pytest.fixture
    def open_to(self, own_site: Site) -> TestClient:
        """A client of a server that trusts the pages of ``ORIGIN``."""
        app = create_app(own_site.service, own_site.library, settings=WebSettings(origins=(ORIGIN,)))
        return TestClient(app)

    @staticmethod
    def preflight(client: TestClient, origin: str, method: str = "POST", headers: str = "content-type") -> Any:
        """The answer to what a browser asks before it sends a page's request."""
        asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": headers}
        return client.options("/v1/search", headers=asked)

    def test_by_default_no_other_page_may(self, site: Site) -> None:
        """Without ``--cors`` no answer says that another origin may read it, and no preflight is granted."""
        assert self.preflight(site.client, ORIGIN).status_code == 405
        answer = site.client.get("/v1/index", headers={"Origin": ORIGIN})
        assert not [name for name in answer.headers if name.startswith("access-control-")]

    def test_a_page_of_the_origin_may_ask_and_read(self, open_to: TestClient) -> None:
        """Its preflight is granted, its answers name it, errors too; what it may read of headers is told."""
        granted = self.preflight(open_to, ORIGIN, headers="authorization, content-type, if-none-match")
        assert granted.status_code == 200
        assert granted.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in granted.headers["access-control-allow-methods"]
        for answer in (
            open_to.post("/v1/search", json={"query": "hiccups"}, headers={"Origin": ORIGIN}),
            open_to.post("/v1/search", json={"query": ""}, headers={"Origin": ORIGIN}),
            open_to.get("/nowhere", headers={"Origin": ORIGIN}),
        ):
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            shown = answer.headers["access-control-expose-headers"]
            assert {"X-Request-Id", "X-Left-Out"} <= set(shown.split(", "))
            assert "Origin" in answer.headers["vary"]

    def test_cookies_are_never_asked_for(self, open_to: TestClient) -> None:
        """Nothing here rests on cookies, so no answer lets a page send them along."""
        for answer in (self.preflight(open_to, ORIGIN), open_to.get("/v1/index", headers={"Origin": ORIGIN})):
            assert "access-control-allow-credentials" not in answer.headers
            assert answer.headers["access-control-allow-origin"] != "*"

    @pytest.mark.parametrize(
        "origin", ["https://evil.example", "null", "https://review.example.evil", "http://review.example"]
    )
    def test_a_page_of_another_origin_may_not(self, open_to: TestClient, origin: str) -> None:
        """Its preflight is refused with a problem that says how to trust it; no answer names it."""
        refused = self.preflight(open_to, origin)
        assert refused.status_code == 403
        assert refused.json()["type"] == "urn:casetrove:problem:wrong-origin"
        assert "--cors" in refused.json()["detail"]
        assert "access-control-allow-origin" not in refused.headers
        answer = open_to.get("/v1/index", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert "Origin" in answer.headers["vary"]

    def test_methods_and_headers_that_nothing_here_takes_are_refused(self, open_to: TestClient) -> None:
        """A preflight for what no operation has is a problem, whoever asks."""
        assert self.preflight(open_to, ORIGIN, method="PUT").status_code == 403
        assert self.preflight(open_to, ORIGIN, headers="x-anything").status_code == 403

    def test_a_trusted_page_may_change_the_corpus_and_others_may_not(self, open_to: TestClient) -> None:
        """A browser says that a request comes from another site: it is taken from a trusted origin alone."""

        def send(origin: str) -> int:
            headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
            return open_to.post("/v1/index/rebuild", headers=headers).status_code

        assert send(ORIGIN) == 202
        assert send("https://evil.example") == 403
        for origin, status in ((ORIGIN, 202), ("https://evil.example", 403)):
            assert open_to.post("/v1/index/rebuild", headers={"Origin": origin}).status_code == status

    @pytest.mark.parametrize(
        "origin",
        ["*", "null", "review.example", "https://review.example/", "https://review.example/x", "ftp://review.example",
         "https://*.example", "https://a b", "HTTPS://review.example", ""],
    )  # fmt: skip
    def test_what_is_no_origin_is_refused_at_the_start(self, origin: str) -> None:
        """An origin is a scheme and a host as browsers send them; every page there is cannot be trusted."""
        with pytest.raises(ConfigError, match=r"^cors: "):
            WebSettings(origins=(origin,))

    @pytest.mark.parametrize("origin", ["http://127.0.0.1:3000", "https://review.example", "http://[::1]:8080"])
    def test_origins_are_taken_with_and_without_a_port(self, origin: str) -> None:
        """What browsers send as Origin is taken."""
        assert WebSettings(origins=(origin,)).origins == (origin,)


class TestRefusals:
    """Whatever is refused, and by whom, is a problem."""

    @pytest.mark.parametrize(
        ("path", "status"),
        [("/v1/reports/", 404), ("/v1/index/", 404), ("/page", 404), ("/page/", 404), ("/page/%00", 404),
         ("/page/..%2f..%2fapp.py", 404), ("/page/nothing.js", 404), ("/v1//index", 404), ("/v1/reports/%ff%fe", 404),
         ("/v1/jobs/%ff", 404), ("/v1/reports?limit=%ff", 422), ("/%2e%2e/%2e%2e/etc/passwd", 404),
         ("/page/" + "a" * 5000, 404), ("/page/" + "a/" * 2000, 404)],
    )  # fmt: skip
    def test_odd_addresses_are_problems(self, site: Site, path: str, status: int) -> None:
        """No address redirects, fails or shows a file: it is there or it is not."""
        answer = site.client.get(path, follow_redirects=False)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["status"] == status

    def test_an_address_that_is_too_long_is_told_so(self, site: Site) -> None:
        """Over 48 KiB an address is refused, and the answer does not repeat it."""
        for answer in (
            site.client.get("/v1/reports", params={"after": "x" * 50_000}), site.client.get("/" + "x" * 50_000)
        ):  # fmt: skip
            assert answer.status_code == 414
            assert answer.json()["type"] == "urn:casetrove:problem:address-too-long"
            assert len(answer.content) < 1000

    @pytest.mark.parametrize(
        ("content", "kind", "status"),
        [(b"{", "application/json", 422), (b"[]", "application/json", 422), (b"", "application/json", 422),
         (b'{"query": "\xff"}', "application/json", 400), (b"null", "application/json", 422),
         (b'{"query": "rash"}', "text/plain", 415), (b"query=rash", "application/x-www-form-urlencoded", 415),
         (b"<query/>", "application/xml", 415), (b"[" * 100_000, "application/json", 400),
         (b'{"query": "rash", "k": 1' + b"0" * 5000 + b"}", "application/json", 400)],
    )  # fmt: skip
    def test_bodies_that_are_no_question_are_problems(self, site: Site, content: bytes, kind: str, status: int) -> None:
        """Broken JSON, bytes that are no text, another type, endless brackets: each is told, none is a failure."""
        answer = site.client.post("/v1/search", content=content, headers={"Content-Type": kind})
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"

    def test_a_wrong_type_says_which_is_right(self, site: Site) -> None:
        """415 names the type that the operation takes."""
        answer = site.client.post("/v1/search", content=b"{}", headers={"Content-Type": "text/plain"})
        assert answer.json()["type"] == "urn:casetrove:problem:unsupported-media-type"
        assert "application/json" in answer.json()["detail"]
        assert answer.headers["accept"] == "application/json"

    def test_upload_bodies_that_are_no_form_are_problems(self, site: Site) -> None:
        """A form without its boundary, cut short, or of another type adds nothing and is told."""
        for kind, content in (
            ("multipart/form-data", b"x"), ("multipart/form-data; boundary=b", b"--b\r\nContent-Disp"),
            ("application/json", b"{}"), ("application/octet-stream", b"%PDF-1.4"),
        ):  # fmt: skip
            answer = site.client.post("/v1/reports", content=content, headers={"Content-Type": kind})
            assert 400 <= answer.status_code < 500, (kind, answer.text)
            assert answer.headers["content-type"] == "application/problem+json"

    def test_a_wrong_method_names_all_that_are_possible(self, site: Site) -> None:
        """An address with several operations names the methods of all of them, and HEAD where GET is."""
        assert site.client.put("/v1/reports").headers["allow"] == "GET, HEAD, POST"
        assert site.client.put("/v1/reports/x").headers["allow"] == "DELETE, GET, HEAD"
        assert site.client.get("/v1/search").headers["allow"] == "POST"
        assert site.client.options("/v1/search").status_code == 405

    def test_a_server_on_loopback_refuses_other_names_with_a_problem(self, site: Site) -> None:
        """A page that made its own name point here gets a problem, whatever it asks."""
        app = create_app(site.service, site.library, settings=WebSettings(hosts=("127.0.0.1", "localhost")))
        client = TestClient(app, base_url="http://127.0.0.1:8000")
        assert client.get("/healthz").status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example", "", "localhost:80:80"):
            answer = client.get("/healthz", headers={"Host": host})
            assert answer.status_code == 400, host
            assert answer.json()["type"] == "urn:casetrove:problem:wrong-host"
        for host in ("localhost", "LOCALHOST:9", "127.0.0.1:8000"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200


class TestHeaders:
    """What every answer carries beside its own."""

    @pytest.mark.parametrize("path", ["/", "/page/page.js", "/v1/index", "/nowhere", "/openapi.json"])
    def test_no_answer_can_be_framed_embedded_or_given_rights(self, site: Site, path: str) -> None:
        """Old and new browsers frame nothing, other sites embed nothing, and no page here asks for a camera."""
        headers = site.client.get(path).headers
        assert headers["x-frame-options"] == "DENY"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "camera=()" in headers["permissions-policy"]
        assert "object-src 'none'" in headers["content-security-policy"]
        assert "cache-control" in headers

    def test_json_says_that_it_is_json(self, site: Site) -> None:
        """Report text with markup in it comes as JSON that no browser takes for a page."""
        answer = site.client.post("/v1/search", json={"query": "<script>alert(1)</script> hiccups"})
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_an_unforeseen_error_has_them_too(self, own_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        """The 500 of a bug is a problem with the same headers, not to be kept."""

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("boom")

        monkeypatch.setattr(own_site.service, "reading", broken)
        answer = own_site.client.get("/v1/reports/x")
        assert answer.status_code == 500
        assert answer.json()["type"] == "urn:casetrove:problem:internal"
        assert "boom" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-frame-options"] == "DENY"


class TestPages:
    """Cursors over HTTP."""

    def test_a_search_goes_on_where_it_stopped(self, site: Site) -> None:
        """``next`` given back as ``cursor`` gives the hits that follow, until it is null."""
        asked: dict[str, Any] = {"query": "man woman treated", "k": 2}
        seen: list[str] = []
        while True:
            body = site.client.post("/v1/search", json=asked).json()
            seen += [hit["passage_id"] for hit in body["hits"]]
            if body["next"] is None:
                break
            asked["cursor"] = body["next"]
        assert len(seen) == len(set(seen)) > 4

    def test_a_cursor_that_fits_no_more_is_gone(self, own_site: Site) -> None:
        """After the index has changed the list cannot go on: 410, and what to do."""
        asked = {"query": "man woman treated", "k": 1}
        cursor = own_site.client.post("/v1/search", json=asked).json()["next"]
        own_site.upload(("toes.txt", LATER))
        wait_until(lambda: own_site.client.get("/v1/index").json()["generation"] == 2, "the next generation is served")
        gone = own_site.client.post("/v1/search", json={**asked, "cursor": cursor})
        assert gone.status_code == 410
        assert gone.json()["type"] == "urn:casetrove:problem:stale-cursor"
        assert "start again without a cursor" in gone.json()["detail"]

    def test_a_cursor_of_another_search_is_refused(self, site: Site) -> None:
        """The field is named."""
        cursor = site.client.post("/v1/search", json={"query": "man woman treated", "k": 1}).json()["next"]
        refused = site.client.post("/v1/search", json={"query": "zebra", "k": 1, "cursor": cursor})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "cursor"

    def test_jobs_are_listed_page_by_page(self, own_site: Site) -> None:
        """Each page goes on before the last job of the one before, whatever comes in meanwhile."""
        for number in range(3):
            own_site.upload((f"{number}.txt", LATER + b"\n\nOutcome\n\nNumber %d." % number))
        whole = [each["id"] for each in own_site.client.get("/v1/jobs").json()["jobs"]]
        assert len(whole) == 3
        assert own_site.client.get("/v1/jobs").json()["next"] is None
        seen, after = [], ""
        for _ in range(3):
            page = own_site.client.get("/v1/jobs", params={"limit": 1, "after": after}).json()
            seen += [each["id"] for each in page["jobs"]]
            after = page["next"]
            own_site.client.post("/v1/index/rebuild")
        assert (seen, after) == (whole, None)

    def test_jobs_after_one_that_is_not_known_are_not_listed(self, site: Site) -> None:
        """A job that is forgotten, or never was, has nothing after it: 404 names it."""
        answer = site.client.get("/v1/jobs", params={"after": "nothing"})
        assert answer.status_code == 404
        assert "nothing" in answer.json()["detail"]


def test_serve_refuses_an_origin_before_it_opens_anything(tmp_path: Path) -> None:
    """``casetrove serve --cors '*'`` ends at once, with the option's name."""
    from typer.testing import CliRunner

    from casetrove import app

    result = CliRunner().invoke(app, ["serve", "--data", str(tmp_path), "--cors", "*", "--port", "0"])
    assert result.exit_code != 0
    assert "cors" in result.output + str(result.exception)
    assert json.dumps(str(tmp_path))
