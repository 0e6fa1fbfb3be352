"""The pipeline: catalog → passages → vectors and terms → a generation. Only what changed is written anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from corpus.catalog import Catalog
from corpus.journal import now
from indexer.cases import KnownCases, SegmentCases
from indexer.config import ChunkConfig
from indexer.crew.base import Crew, OwnCrew
from indexer.encoders.base import Encoder
from indexer.encoders.cache import EmbeddingCache, Filled, upgrade
from indexer.errors import AGAIN, REBUILD, GenerationError, lost_catalog
from indexer.folder import DataFolder, numbered
from indexer.generation import publish, switch
from indexer.history import KEPT, prune
from indexer.lexical import Alive
from indexer.manifest import (
    FORMAT,
    Changes,
    Manifest,
    living_passages,
    other_readings,
    read_alive,
    read_manifest,
    read_reports,
    readings,
    segment_place,
    write_alive,
)
from indexer.model import BuildProgress
from indexer.segments import Pinned, SegmentInfo, cases_folder, check, link, read_pinned
from indexer.writer import Clock, Tell, write_segment

MOST_SEGMENTS = 8


@dataclass(frozen=True, slots=True)
class Built:
    """The served generation after a build; ``seconds`` by stage, empty where nothing had changed.

    ``passages``: of those written anew, how many were embedded and how many were known; the others were taken over.
    ``encoder_before``: the encoder of the generation before, where that is another one, so that all is embedded anew.
    ``rolled_back_from``: where a rollback is served, the newest generation, which holds all that the catalog does.
    """

    manifest: Manifest
    seconds: dict[str, float]
    passages: Filled = field(default_factory=Filled)
    encoder_before: str | None = None
    rolled_back_from: int | None = None


@dataclass(frozen=True, slots=True)
class _Kept:
    """A segment that the next generation takes over from the one in ``place``."""

    place: Path
    info: SegmentInfo
    reports: list[Pinned]
    alive: Alive

    @property
    def living(self) -> int:
        return int(self.alive.sum())


@dataclass(frozen=True, slots=True)
class _Plan:
    kept: list[_Kept]
    fresh: list[Pinned]
    folded: list[_Kept]


def build(
    folder: DataFolder,
    catalog: Catalog,
    encoder: Encoder,
    config: ChunkConfig | None = None,
    on_progress: Callable[[BuildProgress], None] = lambda _: None,
    *,
    force: bool = False,
    crew: Crew | None = None,
) -> Built:
    """Build and serve a generation of all the catalog holds; if nothing changed since the newest, keep that.

    What the newest generation holds already is linked, not written again, and only passages never embedded before
    cost an embedding; with ``force`` everything is written anew, as one segment. ``crew`` does the heavy part, by
    default this machine. The caller holds ``folder.lock()``.
    A damaged file of the newest generation is not handed on: what it held is written anew. Raises GenerationError
    where the catalog is empty and always was, or the generation cannot be written.
    """
    config = config or ChunkConfig()
    reports, corpus_digest = catalog.snapshot()  # the catalog may change while we build: the next build sees that
    base = None if force else _base(folder, encoder, config)
    segments = _segments(folder, base) if base else []
    if base and _holds(segments, reports) and base.reports == len(reports) and all(map(_is_whole, segments)):
        if chosen := _gone_back_to(folder, base):
            return Built(chosen, {}, rolled_back_from=base.generation)
        return Built(_serve(folder, base), {})
    if not reports:
        _refuse_a_new_catalog(folder, catalog)
    _refuse_another_catalog(catalog, segments, reports)
    clock = Clock()
    plan = _plan(segments, reports)
    before, changes = _changes(folder, reports, encoder, config)
    number = 1 + max(numbered(folder), default=0)
    filled = Filled()

    def write(place: Path) -> Manifest:
        nonlocal filled
        infos, alive = [kept.info for kept in plan.kept], [kept.alive for kept in plan.kept]
        for kept in plan.kept:
            link(kept.place, segment_place(place, kept.info.name), kept.info.files)
        if plan.fresh or not plan.kept:
            target = segment_place(place, f"{number:06d}")
            info, filled = _fresh(folder, target, plan, catalog, encoder, config, on_progress, clock, crew or OwnCrew())
            infos.append(info)
            alive.append(np.ones(len(plan.fresh), dtype=np.bool_))
        return Manifest(
            generation=number, format=FORMAT, created=now(),
            encoder=encoder.info.name, encoder_backend=encoder.info.backend,
            encoder_fingerprint=encoder.info.fingerprint, dimensions=encoder.info.dimensions,
            chunking=config.key(), **readings(),
            vector_index=max(infos, key=lambda info: info.passages).vectors.name, corpus_digest=corpus_digest,
            reports=len(reports), passages=living_passages(place, infos, alive), changes=changes,
            segments=tuple(infos), files=write_alive(place, alive),
        )  # fmt: skip

    manifest = publish(folder, number, write)
    prune(folder, KEPT)
    clock.lap("write")
    on_progress(BuildProgress("write", 1, 1))
    other = None
    if before is not None and before.encoder_fingerprint != encoder.info.fingerprint:
        other = f"{before.encoder} ({before.encoder_backend})"
    return Built(manifest, clock.seconds, filled, other)


def is_compact(manifest: Manifest) -> bool:
    """Whether writing the generation anew would make it no smaller."""
    (first, *others) = manifest.segments
    return not others and first.reports == manifest.reports


def is_behind(folder: DataFolder, catalog: Catalog) -> bool:
    """Whether no generation holds what the catalog does, as this program would index it.

    Not so after a roll back, until the catalog changes; nor where the catalog was lost: there is nothing to build from.
    """
    if not catalog.ever_held():
        return False
    newest = max(numbered(folder), default=None)
    if newest is None:
        return catalog.count() > 0
    try:
        manifest = taken_up(folder, newest, catalog)
        return manifest is None or bool(other_readings(manifest))
    except GenerationError:
        return True


def taken_up(folder: DataFolder, number: int, catalog: Catalog) -> Manifest | None:
    """The manifest of a generation that holds what the catalog does, and is served or was passed over by a roll back.

    None for any other. Raises GenerationError where that cannot be read.
    """
    if number not in (folder.current_generation(), folder.passed_over()):
        return None
    manifest = read_manifest(folder, number)
    return manifest if manifest.corpus_digest == catalog.corpus_digest() else None


def _gone_back_to(folder: DataFolder, newest: Manifest) -> Manifest | None:
    """The older generation that someone chose instead of ``newest``, if so, and if it can be served."""
    try:
        if folder.passed_over() != newest.generation:
            return None
        chosen = read_manifest(folder, folder.served_generation())
    except GenerationError:
        return None
    segments = _segments(folder, chosen)  # none where they are damaged
    can_serve = segments and all(map(_is_whole, segments)) and not other_readings(chosen)
    return chosen if can_serve else None


def _serve(folder: DataFolder, newest: Manifest) -> Manifest:
    """Switch to it, unless it is served: a run may have been killed just before that."""
    try:
        is_served = folder.current_generation() == newest.generation
    except GenerationError:
        is_served = False
    if not is_served:
        switch(folder, newest.generation)
    return newest


def _fresh(
    folder: DataFolder,
    target: Path,
    plan: _Plan,
    catalog: Catalog,
    encoder: Encoder,
    config: ChunkConfig,
    tell: Tell,
    clock: Clock,
    crew: Crew,
) -> tuple[SegmentInfo, Filled]:
    upgrade(folder.embeddings)
    cache = EmbeddingCache(folder.embeddings)
    try:
        known = KnownCases((SegmentCases(cases_folder(kept.place)), kept.reports) for kept in plan.folded)
        return write_segment(target, plan.fresh, catalog, encoder, cache, config, tell, clock, known, crew)
    finally:
        cache.close()


def _base(folder: DataFolder, encoder: Encoder, config: ChunkConfig) -> Manifest | None:
    """The newest generation, if it was made as this program would make it."""
    newest = max(numbered(folder), default=None)
    if newest is None:
        return None
    try:
        found = read_manifest(folder, newest)
    except GenerationError:
        return None  # build anew: that is the mending
    return None if _made_otherwise(found, encoder, config) else found


def _made_otherwise(found: Manifest, encoder: Encoder, config: ChunkConfig) -> list[str]:
    """What this program would make the generation with that is another than it was made with."""
    same = {
        "encoder": found.encoder_fingerprint == encoder.info.fingerprint,
        "chunking": found.chunking == config.key(),
    }
    return [*(what for what, is_same in same.items() if not is_same), *other_readings(found)]


def _segments(folder: DataFolder, base: Manifest) -> list[_Kept]:
    """The segments of ``base``, with what is alive in it; none where anything of it is damaged."""
    place = folder.generation(base.generation)
    try:
        return [
            _Kept(where, info, read_pinned(where, info), alive)
            for info, alive in zip(base.segments, read_alive(folder, base), strict=True)
            for where in [segment_place(place, info.name)]
        ]
    except GenerationError:
        return []


def _holds(segments: Sequence[_Kept], reports: Sequence[Pinned]) -> bool:
    return bool(segments) and sorted(_living(segments)) == sorted(reports)


def _living(segments: Sequence[_Kept]) -> list[Pinned]:
    return [pair for kept in segments for pair, is_alive in zip(kept.reports, kept.alive, strict=True) if is_alive]


def _plan(segments: Sequence[_Kept], reports: Sequence[Pinned]) -> _Plan:
    """Which segments to keep, with what is alive in them, and what to write.

    Small segments are folded into the new one, so that there are few of them and each report is written again
    about as often as the index doubles; so is one that is mostly gone. What a fold needs is in the embedding cache,
    and its cases are taken over.
    """
    wanted = set(reports)
    kept: list[_Kept] = []
    for segment in segments:
        alive = np.array([pair in wanted for pair in segment.reports], dtype=np.bool_)
        wanted.difference_update(segment.reports)
        kept.append(_Kept(segment.place, segment.info, segment.reports, alive))
    kept = [each for each in kept if each.living and _is_whole(each)]
    fresh = list(set(reports).difference(_living(kept)))
    folded = []
    for smallest in sorted(kept, key=lambda each: each.living):
        gone = 2 * smallest.living < len(smallest.reports)
        if gone or len(kept) >= MOST_SEGMENTS or (fresh and smallest.living <= 2 * len(fresh)):
            kept.remove(smallest)
            folded.append(smallest)
            fresh += _living([smallest])
    return _Plan(kept, sorted(fresh), folded)


def _refuse_a_new_catalog(folder: DataFolder, catalog: Catalog) -> None:
    """Raise GenerationError where there was never anything to index: not so where the last report was removed."""
    if not catalog.ever_held() and numbered(folder):
        raise lost_catalog(catalog.path)
    if not numbered(folder) and not folder.current.exists():
        raise GenerationError("the catalog holds no reports: nothing to index (see the reasons above, if files failed)")


def _refuse_another_catalog(catalog: Catalog, segments: Sequence[_Kept], reports: Sequence[Pinned]) -> None:
    """Raise GenerationError where most of the index would go, for the catalog never heard of it.

    A report that was removed leaves its reading in the catalog as long as a generation points to it.
    """
    here = {report_id for report_id, _, _ in reports}
    indexed = _living(segments)
    if 2 * sum(report_id in here for report_id, _, _ in indexed) >= len(indexed):
        return
    known = {content for _, content in catalog.readings()}
    lacking = sum(content not in known for _, _, content in indexed)
    if 2 * lacking > len(indexed):
        raise GenerationError(
            f"{catalog.path}: never held {lacking} of the {len(indexed)} reports that are indexed: it was lost, or is "
            f"another folder's: {AGAIN}, all in one run; to index what it holds now and nothing else, {REBUILD}. "
            "What is served stays"
        )


def _changes(
    folder: DataFolder, reports: Sequence[Pinned], encoder: Encoder, config: ChunkConfig
) -> tuple[Manifest | None, Changes | None]:
    """The newest generation whose reports can be read, whoever built it, and what is new since then."""
    there = numbered(folder)
    if not there:
        return None, Changes(added=len(reports))
    for number in reversed(there):
        with suppress(GenerationError):
            before = {report_id: content for report_id, _, content in read_reports(folder, number)}
            manifest = read_manifest(folder, number)
            break
    else:
        return None, None
    now_there = {report_id: content for report_id, _, content in reports}
    return manifest, Changes(
        added=len(now_there.keys() - before.keys()),
        updated=sum(before[name] != now_there[name] for name in now_there.keys() & before.keys()),
        removed=len(before.keys() - now_there.keys()),
        remade=", ".join(f"another {what}" for what in _made_otherwise(manifest, encoder, config)),
    )


def _is_whole(kept: _Kept) -> bool:
    """Whether the segment's files are what they should be: a damaged one is not handed on."""
    try:
        check(kept.place, kept.info.files)
    except GenerationError:
        return False
    return True
