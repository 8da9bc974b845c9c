"""What the handlers of one API share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from hub.queryapi.annotation import Annotator, is_embedded
from hub.queryapi.catalog import Catalog, Indices
from hub.queryapi.settings import QuerySettings
from hub.queryapi.userqueries import UserQueries
from hub.search.port import SearchEngine

T = TypeVar("T")


class Context:
    """Settings, engine, catalog and threads of one API.

    Args:
        engine: the search engine.
        indices: document type to index or alias, or a function that returns that mapping.
        settings: settings of the API.
    """

    def __init__(self, engine: SearchEngine, indices: Indices, settings: QuerySettings) -> None:
        self.engine = engine
        self.settings = settings
        self.catalog = Catalog(engine, indices, settings)
        self.annotator = Annotator(self.catalog, settings)
        self.stored = UserQueries(settings.userquery_dir)
        inline = settings.inline_get
        self.inline_get = is_embedded(self.catalog) if inline is None else inline
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="queryapi")

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread of this API."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads; the engine stays open, it belongs to the caller."""
        self._threads.shutdown(wait=False, cancel_futures=True)
