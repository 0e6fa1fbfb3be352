"""The service as the commands that ask it need it: opened, its models in memory."""

from __future__ import annotations

import os
from pathlib import Path

from indexer.folder import DataFolder
from search_api.cli import options
from search_api.cli.options import data_folder, open_catalog
from search_api.cli.progress import status
from search_api.config import logs_searches
from search_api.retrieval.reranking import Reranker
from search_api.service import Service


def opened(data: Path | None, rerank: str | None = None, *, log: bool = True) -> Service:
    """The service over what is indexed. Raises NotFoundError where nothing is."""
    open_catalog(data).close()
    return loaded(data_folder(data), rerank, log_searches=log)


def looked_into(data: Path | None) -> Service:
    """The service for what needs no model: they are loaded only if a question is asked after all."""
    open_catalog(data).close()
    folder = data_folder(data)
    return Service(folder, options.encoders(folder))


def loaded(
    folder: DataFolder, rerank: str | None = None, *, log_vignettes: bool = False, log_searches: bool = True
) -> Service:
    """The service with its models in memory, so that the first question does not wait for them.

    It keeps a search log unless ``log_searches`` or the environment says no.
    """
    log_searches = logs_searches(os.environ) and log_searches
    with status("loading the encoder"):
        service = Service(
            folder,
            options.encoders(folder),
            Reranker(rerank) if rerank else None,
            log_vignettes=log_vignettes,
            log_searches=log_searches,
        )
        service.warm_up()
    return service
