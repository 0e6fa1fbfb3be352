"""Is the data folder sound? Every check that can be made without changing anything, each finding with its remedy."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

from corpus.amounts import counted, size
from corpus.catalog import Catalog
from corpus.database import PUT_BACK, damage_of
from corpus.errors import CatalogError, DamagedCatalogError
from corpus.readings import Lost, how_to_read_again
from indexer.build import taken_up
from indexer.checkup import Finding as Finding
from indexer.checkup import Severity, generations
from indexer.disk import files_below
from indexer.encoders.cache import EmbeddingCache, is_former
from indexer.encoders.choice import Encoders, unsound
from indexer.errors import AGAIN, FIRST, INDEX, GenerationError
from indexer.folder import DataFolder, numbered
from indexer.history import KEPT
from indexer.manifest import read_reports

_SOME_ROOM = 1_000_000
"""Bytes that removing old generations takes meanwhile."""
_NAMED = 5
"""Lost readings, or folders of files, that are told one by one; of more, all at once."""


def examine(folder: DataFolder, encoders: Encoders) -> list[Finding]:
    """All that is wrong with a data folder, errors first; nothing is changed."""
    if not folder.root.is_dir():
        return [
            Finding("error", str(folder.root), "there is no such folder", "check --data, or index something into it")
        ]
    found, readings = _catalog(folder)
    found += [
        *generations(folder, encoders, readings), *_cache(folder), *_encoders(folder), *_others(folder),
        *_disk(folder),
    ]  # fmt: skip
    order: list[Severity] = ["error", "warning", "note"]
    return sorted((_told(folder, each) for each in found), key=lambda finding: order.index(finding.severity))


def _told(folder: DataFolder, found: Finding) -> Finding:
    """The same, its commands to be pasted; a path that begins what is wrong is where it is, and not said again."""
    where, what = found.where, found.what
    start = next((start for start in (where, f"{folder.root}/") if what.startswith(start)), None)
    if start is not None:
        inner, _, what = what.removeprefix(start).partition(": ")
        where = start + inner
    return Finding(found.severity, where, folder.spelled(what), folder.spelled(found.remedy))


def _catalog(folder: DataFolder) -> tuple[list[Finding], set[tuple[int, str]] | None]:
    """What is wrong with the catalog, and the readings that it holds, if it can be asked."""
    path, there = str(folder.catalog), numbered(folder)
    if not folder.catalog.exists():
        return [Finding("error", path, "there is no catalog", AGAIN if there else FIRST)], None
    files: list[str] = []
    try:
        with closing(Catalog(folder.catalog, reading=True)) as catalog:
            with suppress(CatalogError):
                files = catalog.files()
            if problems := catalog.damage():
                return [Finding("error", path, "; ".join(problems), _anew(folder, files))], None
            if there and not catalog.ever_held():
                return [Finding("error", path, "is new and empty, though there is an index", AGAIN)], None
            found = list(_lost(folder, path, catalog.lost()))
            if failures := len(catalog.failures()):
                found.append(
                    Finding("note", path, f"{counted(failures, 'file')} could not be read", "see `casetrove failures`")
                )
            if _is_ahead(folder, catalog):
                found.append(Finding("warning", path, "is ahead of what is served", INDEX))
            return found, catalog.readings()
    except CatalogError as error:
        what, _, remedy = str(error).rpartition("; ")
        is_damage = isinstance(error, DamagedCatalogError) or not what
        return [Finding("error", path, what or str(error), _anew(folder, files) if is_damage else remedy)], None


def _is_ahead(folder: DataFolder, catalog: Catalog) -> bool:
    """Whether the catalog holds what the index does not; not so where something else is wrong that a build mends."""
    try:
        served, newest = folder.current_generation(), max(numbered(folder), default=None)
        if newest is None or served not in numbered(folder):
            return False
        return taken_up(folder, newest, catalog) is None
    except GenerationError:
        return False  # told with the generations


def _anew(folder: DataFolder, files: Sequence[str]) -> str:
    """What to do about a damaged catalog: it makes way, its log with it, and its files are read again.

    What they say is embedded already. The folders of its ``files`` are named where they are few.
    """
    numbers = (f"damaged-{number}" for number in count(1))
    aside = next(place for place in (folder.root.absolute() / name for name in numbers) if not place.exists())
    catalog, there = shlex.quote(str(folder.catalog.absolute())), shlex.quote(str(aside))
    readable = [path for path in map(Path, files) if path.is_absolute() and path.is_file()]
    places = _outermost({path.parent for path in readable})
    named = "".join(f" {shlex.quote(str(place))}" for place in places) if len(places) <= _NAMED else ""
    if not named:
        rest = " followed by all your files and folders"
    else:
        rest = "" if len(readable) == len(files) else " (at least these: other files that it held are not found)"
    command = f"`mkdir {there} && mv {catalog}* {there}`, then `casetrove index{named}`{rest}"
    return f"{PUT_BACK}; or set it aside and index its files again, which embeds nothing anew: run {command}"


def _outermost(places: set[Path]) -> list[Path]:
    """Those that lie in no other of them, in order."""
    return sorted(place for place in places if not places.intersection(place.parents))


def _lost(folder: DataFolder, path: str, lost: Sequence[Lost]) -> Iterator[Finding]:
    """Texts that are gone or altered: those that are served, and those that only a rollback would show."""
    served = _served(folder)
    needed = [each for each in lost if each.is_needed or each.revision in served]
    for each in needed[:_NAMED] if len(needed) <= _NAMED else []:
        what = f"the text of {each.report_id} is {'not what was written' if each.is_there else 'gone'}"
        yield Finding("error", path, what, how_to_read_again(each.path, each.report_id))
    if len(needed) > _NAMED:
        named = ", ".join(each.report_id for each in needed[:_NAMED])
        told = f"{len(needed):,} texts are gone or not what was written: {named} …"
        yield Finding("error", path, told, "run `casetrove index --retry`, with no file: it reads again what it must")
    if others := len(lost) - len(needed):
        told = f"not what was written: {counted(others, 'text')} that only older generations show"
        yield Finding("warning", path, told, "run `casetrove gc --keep 1`, which removes those generations")


def _served(folder: DataFolder) -> set[int]:
    try:
        number = folder.current_generation()
        return set() if number is None else {revision for _, revision, _ in read_reports(folder, number)}
    except GenerationError:
        return set()  # told with the generations


def _cache(folder: DataFolder) -> Iterator[Finding]:
    path = folder.embeddings
    if not path.exists() or is_former(path):  # the next build takes it over
        return
    remedy = f"run `rm {shlex.quote(str(path))}*`: the next build embeds everything anew"
    try:
        with closing(EmbeddingCache(path, reading=True)) as cache:
            for problem in cache.damage():
                yield Finding("warning", str(path), problem, remedy)
            if bad := cache.damaged():
                told = f"not what was computed: {counted(bad, 'vector')}; a build that needs one embeds it anew"
                yield Finding("warning", str(path), told, f"run `casetrove gc --keep {KEPT}`, which removes them")
    except CatalogError as error:
        what, _, check = str(error).rpartition("; ")
        yield Finding("warning", str(path), what, remedy if isinstance(error, DamagedCatalogError) else check)


def _encoders(folder: DataFolder) -> Iterator[Finding]:
    for path, problem in unsound(folder.encoders):
        yield Finding("error", str(path), problem, "run `casetrove encoder optimise`, then `casetrove index`")
    for leaving in sorted(folder.encoders.glob(".*")):
        remedy = "the next `casetrove encoder optimise` removes it"
        yield Finding("note", str(leaving), "is left of a run that was ended, or under way", remedy)


def _others(folder: DataFolder) -> Iterator[Finding]:
    """Databases that other rooms keep here."""
    for path in sorted({*folder.root.glob("*.sqlite")} - {folder.catalog, folder.embeddings}):
        remedy = f"{PUT_BACK}; or remove it: what it holds is lost: run `rm {shlex.quote(str(path))}*`"
        try:
            for problem in damage_of(path):
                yield Finding("error", str(path), problem, remedy)
        except CatalogError as error:
            what, _, check = str(error).rpartition("; ")
            yield Finding("error", str(path), what, check)


def _disk(folder: DataFolder) -> Iterator[Finding]:
    """A full rebuild writes a generation beside those that are kept."""
    sizes = [_size(folder.generation(number)) for number in numbered(folder)]
    free, wanted = shutil.disk_usage(folder.root).free, 2 * max(sizes, default=0)
    if free < wanted:
        told = f"{size(free)} free; a rebuild may take {size(wanted)}"
        remedy = "free some space, or run `casetrove gc`" if free > _SOME_ROOM else "free some space on its disk"
        yield Finding("warning", str(folder.root), told, remedy)


def _size(place: Path) -> int:
    return sum(stat.st_size for _, stat in files_below(place))
