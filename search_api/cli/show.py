"""What the commands print for people; programs ask for ``--json``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from corpus.amounts import counted
from corpus.catalog import Entry
from corpus.journal import Attempt
from corpus.summary import IngestSummary
from indexer.build import Built
from indexer.folder import DataFolder
from indexer.manifest import Manifest
from search_api.about import About
from search_api.evidence.table_model import EvidenceTable
from search_api.model import Answer, Bounds, Citation, Expansion, Hit, SearchResult, Why
from search_api.references import printed_article, warned

_WIDTH = 100


def terminal() -> Console:
    """Where results are printed for people: no wider than reads well."""
    console = Console(highlight=False, soft_wrap=False)
    return Console(highlight=False, width=min(console.width, _WIDTH) if console.is_terminal else _WIDTH)


def narrow_table(title: str) -> Table:
    """A table without lines between its columns, for as many of them as a terminal of 60 characters holds."""
    return Table(
        title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True
    )


def json_out(value: object) -> None:
    """One JSON document on stdout."""
    print(json.dumps(value, ensure_ascii=False))


def ingest_summary(summary: IngestSummary, built: Built | None, folder: DataFolder, *, read: bool = True) -> None:
    """The table that ends an indexing run, unless nothing was to be ``read``, the failures, and the generation."""
    console = terminal()
    if read:
        _what_was_read(console, summary)
    if built is None:
        console.print("nothing is indexed: no report could be read")
    else:
        _what_was_built(console, built, folder)


def _what_was_read(console: Console, summary: IngestSummary) -> None:
    table = Table(title="Reports", title_justify="left")
    for name in ("read", "unchanged", "updated", "duplicates", "failed"):
        table.add_column(name, justify="right")
    counts = (summary.read, summary.unchanged, summary.updated, summary.duplicates, summary.failed)
    table.add_row(*(f"{count:,}" for count in counts))
    console.print(table)
    if summary.passed_over:
        kinds = ", ".join(
            f"{count} {suffix or 'without ending'}" for suffix, count in summary.passed_over.most_common()
        )
        console.print(f"{counted(summary.passed_over.total(), 'file')} passed over, not known to hold reports: {kinds}")
    if summary.removed:
        console.print(f"{counted(summary.removed, 'report')} left the catalog: no file holds them any more")
    if summary.pruned:
        console.print(f"{counted(len(summary.pruned), 'file')} forgotten: gone from the folder")
    if summary.vanished:
        console.print(f"{counted(len(summary.vanished), 'file')} no longer there: --prune removes their reports")
    if summary.mended:
        console.print(f"{counted(summary.mended, 'report')} mended: the text that was kept was lost or altered")
    for note in summary.notes:
        about = "" if note.path in note.reason else f"{_name(note.path)}: "
        console.print(f"[yellow]note[/yellow] {escape(about + note.reason)}", soft_wrap=True)
    for failure in summary.failures:
        where = f" [{escape(failure.record)}]" if failure.record else ""
        console.print(f"[red]failed[/red] ({failure.code}){where} {escape(failure.reason)}", soft_wrap=True)
    for path in summary.missing:
        console.print(f"[red]not there[/red] {escape(path)}: no such file or folder", soft_wrap=True)


def _what_was_built(console: Console, built: Built, folder: DataFolder) -> None:
    manifest, passages = built.manifest, built.passages
    if built.encoder_before:
        now_with = f"{manifest.encoder} ({manifest.encoder_backend})"
        console.print(f"the encoder is now {now_with}, before it was {built.encoder_before}: all was embedded anew")
    if passages.damaged:
        console.print(f"{counted(passages.damaged, 'kept vector')} damaged, and embedded anew")
    if built.seconds:
        told = "no generation before could be read, so which reports are new is unknown"
        if changes := manifest.changes:
            told = f"reports: {changes.added:,} new, {changes.updated:,} changed, {changes.removed:,} gone"
        console.print(f"{counted(passages.embedded, 'passage')} embedded, {passages.known:,} known already; {told}")
    state = f"built in {sum(built.seconds.values()):.1f} s" if built.seconds else "nothing changed, still served"
    if built.rolled_back_from:
        state = "served by a rollback"
    console.print(
        f"generation {manifest.generation}: {counted(manifest.reports, 'report')}, "
        f"{counted(manifest.passages, 'passage')}, encoder {manifest.encoder} ({state})"
    )
    if newest := built.rolled_back_from:
        command = folder.spelled(f"`casetrove rollback {newest}`")
        told = f"generation {newest} is the newest, and holds what the catalog does: {command} goes forward"
        console.print(escape(told), soft_wrap=True)


def _name(source: str) -> str:
    return source.replace("\\", "/").rsplit("/", 1)[-1]


def reference(citation: Citation) -> Text:
    """The article as a reference list prints it, its addresses, and what stands against it."""
    line = Text(printed_article(citation), style="bold")
    for link in citation.links:
        line.append(f" {link}", style="not bold blue")
    for warning in citation.warnings:
        line.append(f" {warned(warning)}", style="not bold red")
    return line


def place(citation: Citation, section: str, start: int, end: int) -> str:
    """Section, place in the source and span."""
    return f"{section} · {citation.location} · [{start}, {end}) · {citation.source}"


def search_result(result: SearchResult) -> None:
    """The hits, best first."""
    console = terminal()
    bounds(console, result.bounds)
    expansions(console, result.expansions)
    if not result.hits:
        console.print("nothing found")
    for hit in result.hits:
        _hit(console, hit)
    end(console, f"{counted(len(result.hits), 'passage')} in ", result)


def end(console: Console, before: str, found: SearchResult | Answer | EvidenceTable) -> None:
    """The last line: how long it took, of which generation it is, and where it is kept."""
    kept = f", kept as {found.search_id}" if found.search_id else ""
    console.print(f"[dim]{before}{found.took_ms:.0f} ms, generation {found.generation}{kept}[/dim]")


def expansions(console: Console, found: Sequence[Expansion]) -> None:
    """What was looked for beside the user's words: the names, and how many kinds; a guess at a word for itself."""
    for guess in (each for each in found if each.reason == "spelling"):
        console.print(
            f"[yellow]note[/yellow] no report holds “{escape(guess.said)}”; looked for “{escape(guess.name)}” "
            "(--no-expand: only for your words)",
            soft_wrap=True,
        )
    for said, those in groupby((each for each in found if each.reason != "spelling"), key=lambda each: each.said):
        listed = list(those)
        names = [each.name for each in listed if each.reason != "a kind of it"]
        kinds = sum(each.reason == "a kind of it" for each in listed)
        told = names + ([f"{counted(kinds, 'kind')} of it"] if kinds else [])
        console.print(f"[dim]also looked for, beside “{escape(said)}”: {escape(', '.join(told))}[/dim]", soft_wrap=True)


def bounds(console: Console, told: Bounds) -> None:
    """What was not understood, what was left out for what it does not tell, and the drugs' names in the hits."""
    for notice in told.notices:
        console.print(f"[yellow]note[/yellow] {escape(notice)}", soft_wrap=True)
    for name, count in told.left_out_unknown.items():
        meet = "meets" if count == 1 else "meet"
        console.print(
            f"[yellow]left out[/yellow] {counted(count, 'report')} that {meet} all else, the {name} being unknown"
        )
    for report_id, names in told.drug_names.items():
        console.print(f"[dim]{report_id} names {escape(', '.join(names))}[/dim]", soft_wrap=True)


def _hit(console: Console, hit: Hit) -> None:
    console.print(
        Text(f"{hit.rank}. ", style="bold green") + reference(hit.citation) + Text(f"  {hit.score:.3f}", style="dim")
    )
    body = Text(hit.text)
    for span in hit.highlights:
        body.stylize("yellow", span.start - hit.start, span.end - hit.start)
    console.print(Padding(body, (0, 0, 0, 3)))
    _where(console, f"{hit.report_id} · {place(hit.citation, hit.section, hit.start, hit.end)}")
    for also in hit.also_in:
        console.print(Text("   nearly the same: ", style="dim") + reference(also.citation) + Text(f" {also.report_id}"))
    if hit.why is not None:
        _why(console, hit, hit.why)
    console.print()


def _why(console: Console, hit: Hit, why: Why) -> None:
    for each in why.matched:
        found = dict.fromkeys(span.of(" " * hit.start + hit.text) for span in each.spans)
        by = f" ({each.reason}: {each.name})" if each.reason else ""
        console.print(Text(f"   {each.said}: {', '.join(found)}{by}", style="dim"), soft_wrap=True)
    ranks = [("by words", why.lexical_rank, why.lexical_score), ("by meaning", why.dense_rank, why.dense_score)]
    told = [f"{how} {rank}. of the reports ({score:.2f})" for how, rank, score in ranks if rank]
    told += [f"{why.rank_before}. before re-ranking"] if why.rank_before else []
    console.print(Text(f"   {', '.join(told)}", style="dim"), soft_wrap=True)


def _where(console: Console, where: str) -> None:
    """One unbroken line, so that a path can be copied and a citation found by grep."""
    console.print(Text(f"   {where}", style="dim"), soft_wrap=True)


def answer(found: Answer) -> None:
    """The sentences by report, each with its place; or the reason why there are none."""
    console = terminal()
    bounds(console, found.bounds)
    expansions(console, found.expansions)
    if found.answerable:
        console.print(Text(found.reason, style="green"))
    else:
        console.print(Text("No answer in this corpus: ", style="bold red") + Text(found.reason))
    if found.lead:
        console.print(Text(found.lead, style="bold"))
    shown = ""
    for sentence in found.sentences:
        if sentence.report_id != shown:
            console.print()
            console.print(reference(sentence.citation) + Text(f"  {sentence.report_id}", style="dim"))
            shown = sentence.report_id
        console.print(Padding(Text(f"“{sentence.text}”"), (0, 0, 0, 3)))
        where = place(sentence.citation, sentence.section, sentence.start, sentence.end)
        _where(console, f"{sentence.role} · {where}")
    if not found.answerable and found.hits:
        console.print("\nNearest passages:")
        for hit in found.hits:
            _hit(console, hit)
    end(console, "\n", found)


def about(found: About) -> None:
    """A report without its text: its facts, then a line for each thing known of it."""
    console = terminal()
    facts = found.bibliography
    console.print(Text(facts.title or "(no title)", style="bold"))
    byline = (", ".join(facts.authors), facts.journal or "", str(facts.year or ""))
    console.print(Text(" · ".join(filter(None, byline))))
    for name, value in _about_rows(found):
        console.print(Text(f"{name:<14}", style="dim") + Text(value), soft_wrap=True)


def _about_rows(found: About) -> Iterator[tuple[str, str]]:
    facts, judgement = found.bibliography, found.judgement
    yield "id", found.report_id
    for address in found.addresses:
        yield "address", address
    yield "kind", judgement.kind
    for wording in found.evidence:
        yield "", f"“{wording}”"
    if judgement.declared:
        yield "declared", ", ".join(judgement.declared) + (", which the text belies" if judgement.disagrees else "")
    access = {True: "open access", False: "not open access", None: ""}[facts.open_access]
    if facts.licence or access:
        yield "licence", ", ".join(filter(None, (facts.licence, access)))
    for link in found.related:
        yield link.kind, " ".join(filter(None, (link.identifier, link.report_id))) or "not known"
    for index, source in enumerate(found.sources):
        served = "" if index else ", served"
        yield "read from", f"{source.place} ({source.reader}, {counted(source.length, 'character')}{served})"


def attempts(found: Sequence[Attempt]) -> None:
    """The attempts, one a line."""
    console = terminal()
    for attempt in found:
        place = f"{attempt.path}#{attempt.record}" if attempt.record else attempt.path
        reason = f"({attempt.code}) {attempt.reason}" if attempt.reason else f"by {attempt.reader}"
        where = "" if attempt.path in attempt.reason else f"{place} "
        console.print(f"{attempt.at} {attempt.outcome:<9} {escape(where + reason)}", soft_wrap=True)
    console.print(f"[dim]{counted(len(found), 'attempt')}[/dim]")


def entries(found: Sequence[Entry]) -> None:
    """The list of reports."""
    table = Table()
    for name in ("id", "year", "title", "source"):
        table.add_column(name, overflow="fold")
    for entry in found:
        facts = entry.bibliography
        table.add_row(
            entry.report_id,
            str(facts.year or ""),
            escape(facts.title or "(no title)"),
            escape(_name(entry.sources[0].partition("#")[0]) if entry.sources else ""),
        )
    terminal().print(table)


def failures(found: Sequence[Attempt]) -> None:
    """The files that could not be read."""
    console = terminal()
    for attempt in found:
        console.print(f"{attempt.at} ({attempt.code}) {escape(attempt.reason)}", soft_wrap=True)
    console.print(f"[dim]{counted(len(found), 'failure')}[/dim]")


def manifest(found: Manifest, folder: DataFolder) -> None:
    """The served generation, line by line."""
    console = terminal()
    chunking = ", ".join(f"{name}={value}" for name, value in found.chunking.items())
    for name, value in (
        ("data folder", str(folder.root)),
        ("generation", str(found.generation)),
        ("created", found.created),
        ("reports", f"{found.reports:,}"),
        ("passages", f"{found.passages:,}"),
        (
            "encoder",
            f"{found.encoder} ({found.encoder_backend}, {found.encoder_fingerprint}, {found.dimensions} dimensions)",
        ),
        ("chunking", chunking),
        ("analyzer", found.analyzer),
        ("extraction", found.extraction),
        ("vector index", found.vector_index),
        ("corpus digest", found.corpus_digest),
    ):
        console.print(f"{name:>14}  {escape(value)}")
