"""The patients' cases of what is served, one report after another: without its vectors and words, or a model."""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterator

from corpus.cases.model import Cases
from corpus.catalog import Catalog, Stored
from indexer.cases import SegmentCases
from indexer.errors import DamagedError, lost_catalog, not_indexed
from indexer.folder import DataFolder
from indexer.generation import leased, reading
from indexer.manifest import Manifest, manifest_path, match_readings, read_alive, read_manifest, segment_place
from indexer.segments import Pinned, open_cases, read_pinned


class Harvest:
    """The reports of a generation with their cases, by id. While it is held, nobody removes the generation.

    Memory grows by the ids of the reports, not by what they tell.
    """

    def __init__(self, manifest: Manifest, places: dict[Pinned, tuple[SegmentCases, int]], catalog: Catalog) -> None:
        self.manifest = manifest
        self._catalog = catalog
        self._places = {pinned[0]: (pinned, *place) for pinned, place in sorted(places.items())}

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[tuple[Stored, Cases]]:
        return map(self._at, self._places)

    def literature(self) -> Iterator[tuple[Stored, Cases]]:
        """Those whose literature tells of treatments: the texts of the others are not opened."""
        for report_id, (_, cases, ordinal) in self._places.items():
            if cases.of(ordinal).literature:
                yield self._at(report_id)

    def of(self, report_id: str) -> tuple[Stored, Cases]:
        """One report, also by an id that it had before.

        Raises NotFoundError where the generation has none of it, DamagedError where its text or cases are lost.
        """
        if report_id not in self._places:
            report_id = self._catalog.resolve(report_id)
        if report_id not in self._places:
            raise not_indexed(report_id)
        return self._at(report_id)

    def _at(self, report_id: str) -> tuple[Stored, Cases]:
        pinned, cases, ordinal = self._places[report_id]
        return reading(self._catalog, pinned), cases.of(ordinal)


def open_harvest(folder: DataFolder, catalog: Catalog) -> Harvest:
    """That of the served generation. Raises what ``open_current`` raises, but for encoders."""
    number = folder.current_generation()
    try:
        return _opened(folder, folder.served_generation(), catalog)
    except DamagedError:
        if folder.current_generation() == number:
            raise
        return open_harvest(folder, catalog)  # outdated, and removed while it was being opened


def _opened(folder: DataFolder, number: int, catalog: Catalog) -> Harvest:
    if not catalog.ever_held():
        raise lost_catalog(catalog.path)
    lease = leased(manifest_path(folder, number))
    try:
        manifest = read_manifest(folder, number)
        match_readings(manifest)
        places: dict[Pinned, tuple[SegmentCases, int]] = {}
        for info, alive in zip(manifest.segments, read_alive(folder, manifest), strict=True):
            place = segment_place(folder.generation(number), info.name)
            cases, readings = open_cases(place, info), read_pinned(place, info)
            places |= {readings[at]: (cases, at) for at in alive.nonzero()[0].tolist()}
        harvest = Harvest(manifest, places, catalog)
    except BaseException:
        os.close(lease)
        raise
    weakref.finalize(harvest, os.close, lease)
    return harvest
