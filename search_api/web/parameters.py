"""What several operations take in their address."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query

ReportId = Annotated[
    str,
    Path(
        description="As answers give it; a DOI, PMID or PMCID does, too. It may hold slashes",
        examples=["cr-0123456789ab"],
    ),
]
READING: Final = "As the citation of the place has it (`reading`); none: what there is of the report now"
Reading = Annotated[str, Query(max_length=64, description=READING, examples=["4f1a9c02d7be6358"])]
JobId = Annotated[
    str, Path(description="As the answer that accepted it gives it", examples=["5f0c7d0e6f3b4b0b9a3f1f2e3d4c5b6a"])
]
Wait = Annotated[
    float,
    Query(
        ge=0,
        le=60,
        description="For how many seconds at most to wait for the catalog (never for the index)",
        examples=[5],
    ),
]
