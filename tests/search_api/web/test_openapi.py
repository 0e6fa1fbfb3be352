"""The OpenAPI document is complete and true: every part of it is explained and shown, and a fuzzer finds no fault."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from search_api.config import LlmSettings
from search_api.web.app import WebSettings
from tests.search_api.lying_model import KEY, Asked, Reply, model, say

from .conftest import REPORTS, Served, Site, open_site, serving

HERE = Path(__file__).parent
METHODS = {"get", "post", "put", "delete", "patch", "head", "options", "trace"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every operation with the name by which to speak of it."""
    for path, item in document["paths"].items():
        assert set(item) <= METHODS, f"{path}: {set(item) - METHODS}"
        for method, operation in item.items():
            yield f"{method.upper()} {path}", operation


@pytest.fixture(scope="module")
def document(site: Site) -> dict[str, Any]:
    """The document as it is served."""
    found: dict[str, Any] = site.client.get("/openapi.json").json()
    return found


def valid(document: dict[str, Any], schema: dict[str, Any], value: object) -> list[str]:
    """What is wrong with ``value`` by a schema of the document."""
    from jsonschema import Draft202012Validator

    whole = {**schema, "components": document["components"]}
    return [f"{error.json_path}: {error.message}" for error in Draft202012Validator(whole).iter_errors(value)]


class TestDocument:
    """What is said of each operation."""

    def test_every_operation_is_explained(self, document: dict[str, Any]) -> None:
        """Each has a summary of a line, a description of a sentence or more, a tag and an id of its own."""
        ids = []
        for name, operation in operations(document):
            assert operation.get("summary"), f"{name}: has no summary"
            assert "\n" not in operation["summary"], name
            assert operation.get("description", "").rstrip().endswith((".", ":")), f"{name}: has no description"
            assert operation.get("tags"), f"{name}: has no tag"
            assert re.fullmatch(r"[a-z][A-Za-z]+", operation["operationId"]), f"{name}: give it an operation_id"
            ids.append(operation["operationId"])
        assert len(ids) == len(set(ids)) >= 20

    def test_every_parameter_is_explained_and_shown(self, document: dict[str, Any]) -> None:
        """Each says what it means, and shows a value that its schema takes."""
        seen = 0
        for name, operation in operations(document):
            for each in operation.get("parameters", []):
                what = f"{name}: {each['name']}"
                assert each.get("description"), f"{what}: has no description: give its Query, Path or Header one"
                examples = each["schema"].get("examples", [])
                assert examples, f"{what}: has no example: give examples=[…]"
                for example in examples:
                    assert not valid(document, each["schema"], example), what
                seen += 1
        assert seen >= 20

    def test_every_schema_is_explained_and_shown(self, document: dict[str, Any]) -> None:
        """Each schema of a body says what it is and shows a value that it takes, by the document's own words."""
        for name, schema in document["components"]["schemas"].items():
            assert schema.get("description"), f"{name}: has no docstring"
            if name.startswith("Body_"):  # a form: its files cannot be shown
                continue
            assert schema.get("examples"), f"{name}: has no example: give it with_example(…)"
            for example in schema["examples"]:
                assert not valid(document, {"$ref": f"#/components/schemas/{name}"}, example), name

    def test_every_answer_is_explained_and_shown(self, document: dict[str, Any]) -> None:
        """Each status says what it means; JSON has a schema, a problem an example of its own status."""
        for name, operation in operations(document):
            for status, response in operation["responses"].items():
                what = f"{name}: {status}"
                assert response["description"] not in ("", "Successful Response"), what
                for kind, content in response.get("content", {}).items():
                    assert "schema" in content, f"{what}: {kind}"
                    if int(status) >= 400:
                        example = content["example"]
                        assert example["status"] == int(status)
                        assert example["type"] != "urn:casetrove:problem:http", f"{what}: give describing.py an example"
                        assert not valid(document, content["schema"], example), what
                    elif "example" in content:
                        assert not valid(document, content["schema"], content["example"]), what

    def test_what_can_be_fetched_says_that_it_has_a_tag(self, document: dict[str, Any], site: Site) -> None:
        """A GET that tells of a tag and of 304 has them, and one that answers with JSON tells of them."""
        tagged = [operation["operationId"] for _, operation in operations(document) if "304" in operation["responses"]]
        assert {"getReport", "readText", "readCases", "listReports", "listJobs"} <= set(tagged)
        assert "exportEvidence" not in tagged
        assert "etag" in site.client.get("/v1/reports").headers

    def test_the_document_is_openapi(self, document: dict[str, Any]) -> None:
        """Its version is named; every path has one, too, but those that tell of health."""
        assert document["openapi"].startswith("3.1")
        for name, _ in operations(document):
            assert re.match(r"[A-Z]+ (/v1/|/healthz$|/readyz$|/metrics$)", name), name


@pytest.fixture
def fuzzed(tmp_path: Path) -> Iterator[Served]:
    """A real server over the usual reports, with a model that always says the same."""
    pytest.importorskip("openai", reason="the extra `llm` is not installed")
    pytest.importorskip("schemathesis", reason="schemathesis is not installed")

    def replies(asked: Asked, _number: int) -> Reply:
        return say({"claim": "Hiccups stop.", "passage": "P1", "quote": "The hiccups stopped"})

    with model() as lying:
        lying.replies = replies
        settings = WebSettings(llm=LlmSettings(lying.url, "liar", KEY, 30, 0))
        with serving(open_site(tmp_path / "site", REPORTS, settings)) as found:
            yield found


def run(served: Served, tmp_path: Path, examples: int, seed: int) -> str:
    """What schemathesis says of a server, which must be that all is well."""
    ran = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run",
         f"{served.address}/openapi.json", "--max-examples", str(examples), "--seed", str(seed),
         "--generation-database", "none", "--continue-on-failure", "--no-color"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{ran.stdout[-20_000:]}\n{ran.stderr[-2_000:]}"
    return ran.stdout


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_fuzzer_finds_nothing(fuzzed: Served, tmp_path: Path, seed: int) -> None:
    """Every check, in every phase (examples, coverage, fuzzing, stateful), on every operation that is described."""
    told = run(fuzzed, tmp_path, 60, seed)
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert re.search(rf"✅\s+{phase}", told), told
    described = len(list(operations(fuzzed.site.app.openapi())))
    assert f"Tested: {described}" in told
    assert fuzzed.site.client.get("/healthz").status_code == 200
