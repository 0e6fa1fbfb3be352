"""``casetrove encoder``: a quicker encoder made for this machine and corpus, and which ones there are."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from corpus.amounts import counted
from corpus.catalog import Catalog
from indexer.chunking import chunk, context
from indexer.config import ChunkConfig
from indexer.encoders.base import Encoder, EncoderInfo
from indexer.encoders.choice import FolderEncoders, made
from indexer.encoders.openvino import Card, OpenVinoEncoder, is_installed
from indexer.encoders.optimising import PASSAGES, optimise
from indexer.encoders.sentence_transformer import SentenceTransformerEncoder
from search_api.cli import show
from search_api.cli.options import Data, Json, data_folder, for_pasting, open_catalog
from search_api.cli.progress import status

app = typer.Typer(no_args_is_help=True)
_TIMED = 48
"""Passages to time both encoders on."""


@app.callback()
def room() -> None:
    """Make encoding quicker: models calibrated on the corpus itself."""


@dataclass(frozen=True, slots=True)
class Timed:
    """An encoder, and passages a second on a small sample."""

    info: EncoderInfo
    passages_per_s: float


@app.command("optimise")
@for_pasting
def optimise_encoder(
    data: Data = None,
    as_json: Json = False,
    passages: Annotated[int, typer.Option(min=16, max=10_000, help="How many to calibrate and check on.")] = PASSAGES,
    exact: Annotated[
        bool, typer.Option("--exact", help="No rounding: half the gain, the same vectors, nothing to embed anew.")
    ] = False,
) -> None:
    """Make an int8 encoder of the program's own, calibrated on passages of the catalog; it is used from then on.

    Its vectors are its own, so the next `casetrove index` embeds everything once anew; until then the index is
    searched with the encoder that built it. Needs the packages openvino and nncf.
    """
    folder = data_folder(data)
    with folder.lock():
        catalog = open_catalog(data)
        source = SentenceTransformerEncoder.embedded()
        notes = Console(stderr=True)
        with status("choosing passages"):
            sample = spread(catalog, source, passages)
        card = optimise(
            source, sample, folder.encoders, "f32" if exact else "int8",
            lambda step: notes.print(f"{step} …", highlight=False),
        )  # fmt: skip
        with status("timing"):
            timed = [_timed(each, sample) for each in (source, OpenVinoEncoder(folder.encoders / card.fingerprint))]
    if as_json:
        show.json_out({"encoder": _card_json(card), "passages_per_s": [each.passages_per_s for each in timed]})
        return
    Console().print(_comparison(card, timed))
    same = card.fingerprint == card.source
    typer.echo(
        "It gives the same vectors: nothing is embedded anew."
        if same
        else folder.spelled(
            "The next `casetrove index` embeds everything once anew; the index is searched as it is until then."
        )
    )


@app.command("list")
@for_pasting
def list_encoders(data: Data = None, as_json: Json = False) -> None:
    """The encoders of the data folder, the preferred one first."""
    folder = data_folder(data)
    cards = made(folder.encoders)
    own = SentenceTransformerEncoder.embedded().info
    preferred = FolderEncoders(folder.encoders).preferred().info
    if as_json:
        show.json_out({
            "preferred": preferred.fingerprint,
            "openvino": is_installed(),
            "encoders": [*(_card_json(card) for card in cards), {**asdict(own), "precision": "f32"}],
        })  # fmt: skip
        return
    typer.echo(f"Encoders of {folder.root}")
    for card in cards:
        mark = ", preferred" if card.info == preferred else "" if is_installed() else ", needs openvino"
        calibrated = f", calibrated on {counted(card.calibrated_on, 'passage')}" if card.calibrated_on else ""
        typer.echo(f"{_called(card.info)}{mark}")
        typer.echo(f"  made {card.created[:16].replace('T', ' ')}{calibrated}, cosine {card.cosine:.4f}")
    typer.echo(f"{_called(own)}{', preferred' if own == preferred else ''}")


def spread(catalog: Catalog, encoder: Encoder, count: int) -> list[str]:
    """Up to ``count`` passages as they are embedded, spread evenly over reports and their passages; always the same."""
    reports = catalog.current()
    chosen = [reports[at * len(reports) // count] for at in range(count)] if len(reports) > count else reports
    each = -(-count // max(1, len(chosen)))
    texts: list[str] = []
    for number, (_, revision) in enumerate(chosen):
        report = catalog.revision(revision).report
        head = context(report, encoder)
        pieces = chunk(report, encoder, ChunkConfig())
        step = max(1, len(pieces) // each)
        texts += [head + piece.span.of(report.text) for piece in pieces[number % step :: step][:each]]
    return texts[:count]


def _timed(encoder: Encoder, passages: list[str]) -> Timed:
    some = passages[:_TIMED]
    encoder.encode(some[:4])
    begun = time.perf_counter()
    encoder.encode(some)
    return Timed(encoder.info, len(some) / (time.perf_counter() - begun))


def _called(encoder: EncoderInfo) -> str:
    return f"{encoder.fingerprint}  {encoder.name} ({encoder.backend})"


def _card_json(card: Card) -> dict[str, Any]:
    return {**asdict(card), "backend": card.info.backend}


def _comparison(card: Card, timed: list[Timed]) -> Table:
    table = Table(title=f"{card.name}, before and after")
    for heading in ("encoder", "fingerprint", "passages/s", "cosine", "lowest cosine"):
        table.add_column(heading, justify="right" if heading not in ("encoder", "fingerprint") else "left")
    before, after = timed
    table.add_row(before.info.backend, before.info.fingerprint, f"{before.passages_per_s:,.1f}", "", "")
    table.add_row(
        after.info.backend, after.info.fingerprint, f"{after.passages_per_s:,.1f}", f"{card.cosine:.4f}",
        f"{card.lowest_cosine:.4f}",
    )  # fmt: skip
    return table
