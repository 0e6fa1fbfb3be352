"""The kinds of concepts."""

from __future__ import annotations

DISEASE, FINDING, DRUG, PROCEDURE, OTHER, SUBJECT = KINDS = (
    "disease", "finding", "drug", "procedure", "other", "subject",
)  # fmt: skip
FAMILIES = {
    DISEASE: "illness", FINDING: "illness", DRUG: "substance", OTHER: "substance", PROCEDURE: "procedure",
    SUBJECT: "subject",
}  # fmt: skip
"""Kinds that vocabularies draw apart differently."""
