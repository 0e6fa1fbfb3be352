"""The house keeps its plan: rooms import one way, nothing happens at import, files stay short."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("corpus", "indexer", "search_api", "eval")
LONGEST = 350
HEAVY = {"torch", "transformers", "sentence_transformers", "sklearn", "scipy"}
"""Libraries that cost seconds: only what encodes may load them, and only when it does."""

PROBE = """
import json, logging, os, socket, sys, threading
sys.path.insert(0, os.getcwd())
before = dict(os.environ), sorted(os.listdir())
def refuse(*_, **__): raise RuntimeError("a connection was opened")
socket.socket.connect = refuse
for name in sys.argv[1:]:
    __import__(name)
print(json.dumps({
    "loaded": sorted({name.partition(".")[0] for name in sys.modules}),
    "threads": threading.active_count(),
    "handlers": len(logging.getLogger().handlers),
    "environment": before[0] == dict(os.environ),
    "folder": before[1] == sorted(os.listdir()),
}))
"""


def modules(*rooms: str) -> list[str]:
    """Every module of ``rooms``; folders that are no packages hold programs, not modules."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for room in rooms
        for path in sorted((ROOT / room).rglob("*.py"))
        if (path.parent / "__init__.py").exists()
    ]


def imported(names: list[str]) -> dict[str, object]:
    """What importing ``names`` in a fresh process did."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", PROBE, *names], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert isinstance(told, dict)
    return told


def test_rooms_import_one_way() -> None:
    """import-linter finds no import that goes back."""
    done = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_is_installed() -> None:
    """Each folder with modules is listed in pyproject.toml, or an installed copy would lack it."""
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    folders = {path.parent.relative_to(ROOT) for room in ROOMS for path in (ROOT / room).rglob("__init__.py")}
    assert sorted(listed) == sorted(".".join(folder.parts) for folder in folders)


def test_nothing_happens_at_import() -> None:
    """Importing every module starts no thread, opens no connection, sets nothing and writes nothing."""
    told = imported([*modules(*ROOMS), "casetrove"])
    assert told["threads"] == 1
    assert told["handlers"] == 0
    assert told["environment"]
    assert told["folder"]


def test_models_are_loaded_only_where_they_are_used() -> None:
    """Help, usage errors and everything else that does not encode must not wait for a deep-learning library."""
    loaded = imported([*modules(*ROOMS), "casetrove"])["loaded"]
    assert isinstance(loaded, list)
    assert HEAVY.isdisjoint(loaded)


def test_reading_needs_no_index() -> None:
    """The corpus room loads neither vectors nor a search engine."""
    loaded = imported(modules("corpus"))["loaded"]
    assert isinstance(loaded, list)
    assert {"faiss", "fastapi", *HEAVY}.isdisjoint(loaded)


@pytest.mark.parametrize(("room", "longest"), [*((room, LONGEST) for room in ROOMS), ("tests", 2 * LONGEST)])
def test_files_stay_short(room: str, longest: int) -> None:
    """A file that grows over the limit holds two things: split it. Tests may be twice as long."""
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / room).rglob("*.py")}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items() if length > longest} == {}


def test_text_is_never_decoded_by_dropping_bytes() -> None:
    """``errors="ignore"`` loses text silently; no file of the product has it."""
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            assert 'errors="ignore"' not in path.read_text(encoding="utf-8"), path
