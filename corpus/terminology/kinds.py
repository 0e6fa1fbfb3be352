"""The kinds of concepts."""

from __future__ import annotations

DISEASE, FINDING, DRUG, PROCEDURE, OTHER = KINDS = ("disease", "finding", "drug", "procedure", "other")
FAMILIES = {DISEASE: "illness", FINDING: "illness", DRUG: "substance", OTHER: "substance", PROCEDURE: "procedure"}
"""Kinds that vocabularies draw apart differently."""
