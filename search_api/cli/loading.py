"""The service as the commands that ask it need it: opened, its models in memory."""

from __future__ import annotations

from pathlib import Path

from indexer.folder import DataFolder
from search_api.cli import options
from search_api.cli.options import data_folder, open_catalog
from search_api.cli.progress import status
from search_api.retrieval.reranking import Reranker
from search_api.service import Service


def opened(data: Path | None, rerank: str | None = None) -> Service:
    """The service over what is indexed. Raises NotFoundError where nothing is."""
    open_catalog(data).close()
    return loaded(data_folder(data), rerank)


def loaded(folder: DataFolder, rerank: str | None = None, *, log_vignettes: bool = False) -> Service:
    """The service with its models in memory, so that the first question does not wait for them."""
    with status("loading the encoder"):
        service = Service(
            folder, options.encoders(folder), Reranker(rerank) if rerank else None, log_vignettes=log_vignettes
        )
        service.warm_up()
    return service
