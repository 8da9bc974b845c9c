"""What the handlers of one API share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from hub.queryapi.annotation import Annotator, is_embedded
from hub.queryapi.catalog import Catalog, Indices
from hub.queryapi.errors import OptionError
from hub.queryapi.settings import QuerySettings
from hub.queryapi.userqueries import UserQueries
from hub.search.port import Hit, SearchEngine

T = TypeVar("T")
Provenance = Callable[[str, Sequence[str]], Mapping[str, Any]]


class Context:
    """Settings, engine, catalog and threads of one API.

    Args:
        engine: the search engine.
        indices: document type to index or alias, or a function that returns that mapping.
        settings: settings of the API.
        provenance: gives for the name of an index and ids of documents where their values come from, by id; None where
            nobody knows.
    """

    def __init__(
        self, engine: SearchEngine, indices: Indices, settings: QuerySettings, provenance: Provenance | None = None
    ) -> None:
        self.engine = engine
        self._provenance = provenance
        self.settings = settings
        self.catalog = Catalog(engine, indices, settings)
        self.annotator = Annotator(self.catalog, settings)
        self.stored = UserQueries(settings.userquery_dir)
        inline = settings.inline_get
        self.inline_get = is_embedded(self.catalog) if inline is None else inline
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="queryapi")

    def told(self, index: str, hits: Iterable[Hit], *, wanted: bool) -> list[Hit]:
        """The hits, with ``_provenance`` where it is wanted.

        Args:
            index: index or alias.
            hits: documents that were found.
            wanted: what the request asks for.

        Raises:
            OptionError: this server does not know.
        """
        found = list(hits)
        if not wanted:
            return found
        if self._provenance is None:
            raise OptionError("provenance", "this server does not know: ask the one of the hub that makes the data")
        known = self._provenance(self.engine.aliases().get(index, index), [hit.id for hit in found])
        for hit in found:
            hit.source["_provenance"] = known.get(hit.id)
        return found

    async def run(self, work: Callable[[], T]) -> T:
        """Do blocking work in a thread of this API."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def close(self) -> None:
        """End the threads; the engine stays open, it belongs to the caller."""
        self._threads.shutdown(wait=False, cancel_futures=True)
