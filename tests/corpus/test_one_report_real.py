"""Real articles in several formats: each is one report, served from its XML, whichever came first."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.catalog import Catalog
from corpus.ingest import ingest

PAIRS = Path(__file__).parents[2].parent / "shared/data/pdf_xml_pairs"


@pytest.mark.skipif(not PAIRS.is_dir(), reason="the shared articles in several formats are not here")
@pytest.mark.parametrize("last", [".xml", ".pdf"])
def test_each_article_is_one_report_with_all_its_files(catalog: Catalog, last: str) -> None:
    """PDF, XML and page join by identifier, title or words; the XML is served and the others stay its sources."""
    files = sorted(path for path in PAIRS.iterdir() if path.suffix in (".xml", ".pdf", ".html"))
    for path in sorted(files, key=lambda path: path.suffix == last):
        assert ingest(catalog, [path]).failed == 0
    stems = {path.stem for path in files}
    assert catalog.count() == len(stems)
    for report_id, _ in catalog.current():
        sources = [Path(source.path) for source in catalog.sources(report_id)]
        assert len({path.stem for path in sources}) == 1
        assert {path.name for path in files if path.stem == sources[0].stem} == {path.name for path in sources}
        assert catalog.get(report_id).report.reader == "jats"
