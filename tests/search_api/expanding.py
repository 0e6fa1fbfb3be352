"""A small corpus in which abbreviations, other names, kinds and misspellings can be looked for."""

from __future__ import annotations

from pathlib import Path

from tests.fakes import Indexed, indexed

REPORTS = {
    **{f"sclerosis{at}": f"A woman of {30 + at} had multiple sclerosis (MS). Her MS was mild." for at in range(4)},
    **{f"stenosis{at}": f"A man of {50 + at} had mitral stenosis (MS). His MS was severe." for at in range(3)},
    "spectrometry": "Mass spectra of the stone were taken. It was rare.",
    "infarction": "# Case report\n\nA clerk had a myocardial infarction. Aspirin was given.\n\n# Outcome\n\nWell.",
    "arteritis": "A 71-year-old man, a tailor, had giant cell arteritis. Prednisone was given at 60 mg.",
    "marching": "We name it gluteal marching syndrome (GMS). It was told of a drummer.",
    "drummers": "In 1999 GMS was seen in two drummers. Both went home.",
    "calcinosis1": "A weaver had calcinosis of both elbows, and a haemorrhage. Diltiazem was given.",
    "calcinosis2": "A potter had calcinosis of a knee and the aortic valve. The deposits went away.",
}
"""Invented cases by id: "MS" and "GMS" are defined, "GMS" also stands alone, kinds and names vary."""


def expanding(root: Path) -> Indexed:
    """The corpus, indexed in ``root``."""
    return indexed(root, REPORTS)
