from __future__ import annotations

import json
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from corpus.errors import CasetroveError, ConfigError, UsageError
from search_api.connection import ProblemError
from search_api.web import (
    facets_schemas,
    health,
    job_schemas,
    library_schemas,
    pages_schemas,
    report_schemas,
    request_schemas,
    schemas,
    search_log_schemas,
    similar_schemas,
)
from search_api.web.app import WebSettings, create_app
from search_api.web.limits import LaterError

from .conftest import Site

_SCHEMAS = (
    schemas, request_schemas, report_schemas, job_schemas, search_log_schemas, similar_schemas, facets_schemas, health,
    library_schemas, pages_schemas,
)  # fmt: skip
MODELS = [
    model
    for module in _SCHEMAS
    for model in vars(module).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model.__module__ == module.__name__
]
OPERATIONS = {
    ("post", "/v1/search"): "search",
    ("post", "/v1/ask"): "ask",
    ("post", "/v1/ask/stream"): "askModel",
    ("post", "/v1/evidence"): "evidence",
    ("get", "/v1/evidence/export"): "exportEvidence",
    ("post", "/v1/evidence/export"): "exportTable",
    ("post", "/v1/similar"): "similar",
    ("post", "/v1/facets"): "facets",
    ("post", "/v1/list/export"): "exportList",
    ("get", "/v1/searches"): "listSearches",
    ("get", "/v1/searches/report"): "reportSearches",
    ("get", "/v1/searches/{search_id}"): "getSearch",
    ("delete", "/v1/searches/{search_id}"): "forgetSearch",
    ("post", "/v1/searches/{search_id}/replay"): "replaySearch",
    ("get", "/v1/searches/{search_id}/new"): "newSince",
    ("get", "/v1/searches/{search_id}/compare"): "compareSearches",
    ("get", "/v1/searches/{search_id}/export"): "exportSearch",
    ("get", "/v1/reports"): "listReports",
    ("post", "/v1/reports"): "uploadReports",
    ("get", "/v1/reports/{report_id}"): "getReport",
    ("delete", "/v1/reports/{report_id}"): "deleteReport",
    ("get", "/v1/reports/{report_id}/text"): "readText",
    ("get", "/v1/reports/{report_id}/cases"): "readCases",
    ("get", "/v1/reports/{report_id}/pages"): "listPages",
    ("get", "/v1/reports/{report_id}/pages/{number}/image"): "showPage",
    ("get", "/v1/reports/{report_id}/pages/{number}/marks"): "markPage",
    ("get", "/v1/jobs"): "listJobs",
    ("get", "/v1/jobs/{job_id}"): "getJob",
    ("get", "/v1/jobs/{job_id}/events"): "followJob",
    ("post", "/v1/index/rebuild"): "rebuildIndex",
    ("get", "/v1/generations"): "listGenerations",
    ("post", "/v1/generations/{number}/serve"): "serveGeneration",
    ("get", "/v1/failures"): "listFailures",
    ("delete", "/v1/failures/{failure_id}"): "forgetFailure",
    ("get", "/v1/duplicates"): "listDuplicates",
    ("post", "/v1/duplicates"): "decideDuplicate",
    ("get", "/v1/index"): "getIndex",
    ("get", "/metrics"): "getMetrics",
    ("get", "/healthz"): "isAlive",
    ("get", "/readyz"): "isReady",
}


class TestProblems:
    """Errors have one form."""

    @pytest.mark.parametrize(
        ("method", "path", "status", "code"),
        [
            ("GET", "/nowhere", 404, "not-found"),
            ("GET", "/v1", 404, "not-found"),
            ("GET", "/page/../app.py", 404, "not-found"),
            ("GET", "/page/%2e%2e/app.py", 404, "not-found"),
            ("GET", "/v1/search", 405, "method-not-allowed"),
            ("PUT", "/v1/reports", 405, "method-not-allowed"),
            ("DELETE", "/v1/index", 405, "method-not-allowed"),
            ("POST", "/healthz", 405, "method-not-allowed"),
            ("BREW", "/readyz", 405, "method-not-allowed"),
        ],
    )
    def test_wrong_paths_and_methods_are_problems_too(
        self, site: Site, method: str, path: str, status: int, code: str
    ) -> None:
        """The router's own errors have the same form as all others."""
        answer = site.client.request(method, path)
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert set(problem) == {"type", "title", "status", "detail", "instance", "request_id"}
        assert (problem["type"], problem["status"]) == (f"urn:casetrove:problem:{code}", status)

    def test_a_wrong_method_names_the_right_ones(self, site: Site) -> None:
        """A 405 tells what can be done there, in the header and in words."""
        answer = site.client.get("/v1/search")
        assert answer.headers["allow"] == "POST"
        assert "POST" in answer.json()["detail"]

    def test_every_error_of_the_tree_is_a_problem_with_its_own_status(
        self, own_site: Site, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whatever error of the tree is raised, its status, code and message reach the caller.

        All but the client's, which tells of such a problem and is raised in no server.
        """
        for error_type in set(tree(CasetroveError)) - {ProblemError}:

            def failing(*_: object, error_type: type[CasetroveError] = error_type, **__: object) -> None:
                raise error_type("thing: what failed and what to do")

            monkeypatch.setattr(own_site.service, "search", failing)
            answer = own_site.client.post("/v1/search", json={"query": "rash"})
            problem = answer.json()
            assert answer.status_code == problem["status"] == error_type.http_status
            assert problem["type"] == f"urn:casetrove:problem:{error_type.code}"
            assert problem["detail"] == "thing: what failed and what to do"
            assert problem["title"]
            assert ("retry-after" in answer.headers) is issubclass(error_type, LaterError)
            if issubclass(error_type, UsageError) and error_type.http_status == 422:
                assert problem["errors"] == [{"field": "thing", "message": "what failed and what to do"}]

    def test_a_question_of_a_megabyte_is_too_large(self, site: Site) -> None:
        """A question's body has a limit of its own, far below that of uploads."""
        answer = site.client.post("/v1/search", json={"query": "x" * (1 << 20)})
        assert answer.status_code == 413
        assert answer.json()["type"] == "urn:casetrove:problem:too-large"


class TestHeaders:
    """What every answer carries."""

    def test_a_request_gets_an_id(self, site: Site) -> None:
        """Each answer has an id of its own, errors included."""
        seen = {site.client.get(path).headers["x-request-id"] for path in ("/healthz", "/healthz", "/nowhere", "/")}
        assert len(seen) == 4
        assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in seen)

    @pytest.mark.parametrize(
        ("given_id", "kept"), [("run-7.a_b", True), ("a" * 65, False), ("a b", False), ("", False)]
    )
    def test_a_callers_own_id_is_kept_if_it_is_well_formed(self, site: Site, given_id: str, kept: bool) -> None:
        """A caller may name its request; what could forge a log line or header is replaced."""
        answer = site.client.get("/healthz", headers={"X-Request-Id": given_id})
        assert (answer.headers["x-request-id"] == given_id) is kept

    @pytest.mark.parametrize("path", ["/", "/page/page.js", "/v1/index", "/nowhere"])
    def test_every_answer_has_the_safe_headers(self, site: Site, path: str) -> None:
        """Nothing from elsewhere is loaded, nothing is framed, no type is guessed, no address is passed on."""
        headers = site.client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


class TestOpenApi:
    """The description that clients are made from."""

    def test_the_document_lists_every_operation_under_a_stable_id(self, site: Site) -> None:
        """The operations and their ids are the interface that generated clients rely on."""
        paths = document(site)["paths"]
        found = {(method, path): entry["operationId"] for path, item in paths.items() for method, entry in item.items()}
        assert {(method, path.replace(":path", "")): name for (method, path), name in found.items()} == OPERATIONS

    def test_every_reference_of_the_document_leads_somewhere(self, site: Site) -> None:
        """Each $ref names a schema that is there."""
        whole = document(site)
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(whole)):
            assert name in whole["components"]["schemas"]

    def test_errors_are_described_as_problems(self, site: Site) -> None:
        """Every error that an operation tells of is application/problem+json with the problem's schema."""
        for path, item in document(site)["paths"].items():
            for method, operation in item.items():
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        assert list(response["content"]) == ["application/problem+json"], (method, path, status)
                        schema = response["content"]["application/problem+json"]["schema"]
                        assert schema == {"$ref": "#/components/schemas/Problem"}

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_every_schema_has_an_example_that_fits_it(self, model: type[BaseModel]) -> None:
        """Each schema shows an example, the example is valid, and its offsets fit its text."""
        examples: list[dict[str, Any]] = model.model_json_schema()["examples"]
        for example in examples:
            model.model_validate_json(json.dumps(example))
            if {"text", "start", "end"} <= set(example):
                assert len(example["text"]) == example["end"] - example["start"]

    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_every_schema_refuses_what_it_does_not_know(self, model: type[BaseModel]) -> None:
        """Unknown fields are refused in and out, so the shapes cannot drift unseen."""
        assert model.model_json_schema()["additionalProperties"] is False


class TestSettings:
    """Settings are bounded."""

    @pytest.mark.parametrize("size", [0, -1, 1023, (4 << 30) + 1])
    def test_an_upload_limit_out_of_bounds_is_refused(self, size: int) -> None:
        """A limit that lets nothing or anything in is refused by its name."""
        with pytest.raises(ConfigError, match=r"^max_upload_bytes: "):
            WebSettings(max_upload_bytes=size)

    def test_uploads_are_limited_to_64_mib_unless_said_otherwise(self) -> None:
        """The default limit of one upload request."""
        assert WebSettings().max_upload_bytes == 64 * 1024 * 1024


def document(site: Site) -> Any:
    """The OpenAPI document."""
    answer = site.client.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def tree(root: type[CasetroveError]) -> list[type[CasetroveError]]:
    """``root`` and every class under it."""
    return [root, *(leaf for child in root.__subclasses__() for leaf in tree(child))]


def test_a_name_that_is_not_ours_is_refused(site: Site) -> None:
    """With ``hosts`` set, a request addressed to another name (a page that made it point here) gets 400."""
    app = create_app(site.service, site.library, settings=WebSettings(hosts=("127.0.0.1", "localhost")))
    ours = TestClient(app, base_url="http://127.0.0.1:8000")
    assert ours.get("/healthz").status_code == 200
    assert ours.get("/healthz", headers={"Host": "evil.example"}).status_code == 400
