"""Figures say what they were measured on."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

from eval.environment import environment, summary


def test_the_environment_names_machine_and_versions() -> None:
    """Machine, cores, Python and every library that a figure depends on are there, and go into JSON."""
    facts = environment()
    assert facts["machine"] == platform.machine()
    assert isinstance(facts["cores"], int)
    assert facts["cores"] >= 1
    assert facts["processor"]
    libraries = facts["libraries"]
    assert isinstance(libraries, dict)
    for name in ("torch", "sentence-transformers", "faiss-cpu", "ir-measures", "numpy"):
        assert libraries[name] == version(name)
    assert json.loads(json.dumps(facts)) == facts


def test_the_summary_is_one_line_with_cores_and_versions() -> None:
    """It stands under tables."""
    line = summary(environment())
    assert "\n" not in line
    assert "cores" in line
    assert f"torch {version('torch')}" in line


def test_a_library_that_is_not_installed_is_left_out_of_the_summary() -> None:
    """None is a fact in JSON and nothing in a sentence."""
    facts = {**environment(), "libraries": {"torch": "1", "casetrove": None}}
    assert "casetrove" not in summary(facts)
