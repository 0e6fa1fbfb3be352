"""``casetrove search`` and ``casetrove ask``."""

from __future__ import annotations

from typing import Annotated

import typer

from corpus.errors import UsageError
from search_api.cli import show
from search_api.cli.asking import ask_with_model, llm_settings
from search_api.cli.lists import FormatOption, OutputOption, list_format, write_list
from search_api.cli.loading import opened
from search_api.cli.options import BY_HAND, Data, Json, Log
from search_api.config import HYBRID, System, unexpanded
from search_api.errors import check_count
from search_api.json import answer_json, search_json
from search_api.result_list import Place
from search_api.retrieval.query import NOTHING_GIVEN, understood

LINE = (
    'Takes "quoted phrases", +must, -not, year:2015.., age:<18, sex:female, drug:diltiazem, '
    'treatment:diltiazem, section:outcome, kind:"case report", journal:lancet (docs/searching.md).'
)
RerankOption = Annotated[
    str | None,
    typer.Option(
        "--rerank",
        metavar="MODEL",
        help="A cross-encoder, by folder or by the name of one fetched before, that looks at the best passages again.",
    ),
]
Expand = Annotated[bool, typer.Option(help="Look for other names, kinds and full forms of your words, too.")]
Explain = Annotated[bool, typer.Option("--explain", help="Say of each hit why it is there.")]
SystemOption = Annotated[str, typer.Option("--system", help="bm25, lexical, dense or hybrid.")]


def search(
    query: Annotated[str, typer.Argument(help=f"What to look for. {LINE}")],
    data: Data = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", help="How many passages (1..100).")] = 10,
    max_per_report: Annotated[int, typer.Option(help="How many passages of one report at most.")] = 2,
    system: SystemOption = "hybrid",
    expand: Expand = True,
    explain: Explain = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Also show passages that say nearly the same as one before them.")
    ] = False,
    rerank: RerankOption = None,
    cursor: Annotated[str, typer.Option(help="Go on after a page: its `next`, as --json tells it.")] = "",
    file_format: FormatOption = None,
    output: OutputOption = None,
    log: Log = True,
) -> None:
    """Ranked passages, each with its citation."""
    chosen = System.parse(system) if expand else unexpanded(System.parse(system))
    understood(query, "query", NOTHING_GIVEN)
    check_count(k, "k")
    wanted = list_format(file_format, output)
    service = opened(data, rerank, log=log)
    result = service.search(
        query,
        k=k,
        max_per_report=max_per_report,
        system=chosen,
        explain=explain,
        duplicates=duplicates,
        cursor=cursor,
        by=BY_HAND,
    )
    if wanted is not None:
        write_list(service, map(Place.of, result.hits), wanted, output, as_json=as_json)
    elif as_json:
        show.json_out(search_json(result))
    else:
        show.search_result(result)


def ask(
    question: Annotated[str, typer.Argument(help=f"A question to the reports. {LINE}")],
    data: Data = None,
    as_json: Json = False,
    k: Annotated[int, typer.Option("-k", help="How many passages to show beside the answer (1..100).")] = 5,
    expand: Expand = True,
    explain: Explain = False,
    llm: Annotated[
        bool, typer.Option("--llm", help="Also ask the language model that CASETROVE_LLM_URL names (docs/answers.md).")
    ] = False,
    file_format: FormatOption = None,
    output: OutputOption = None,
    log: Log = True,
) -> None:
    """The best verbatim sentences with citations, or plainly that the corpus holds no answer."""
    understood(question, "question", NOTHING_GIVEN)
    check_count(k, "k")
    system = HYBRID if expand else unexpanded(HYBRID)
    wanted = list_format(file_format, output)
    if llm and wanted is not None:
        raise UsageError("--llm: its claims are printed, with --json too: leave out --format and --output")
    if llm:
        settings = llm_settings()
        service = opened(data, log=log)
        if not ask_with_model(service, settings, question, k=k, system=system, explain=explain, as_json=as_json):
            raise typer.Exit(1)
        return
    service = opened(data, log=log)
    answer = service.ask(question, k=k, system=system, explain=explain, by=BY_HAND)
    if wanted is not None:
        write_list(service, map(Place.of, answer.sentences), wanted, output, as_json=as_json)
    elif as_json:
        show.json_out(answer_json(answer))
    else:
        show.answer(answer)
