"""Making an index of an older one: a fork of it, in which only the documents that changed between their builds are done
again.

A build that was made of a former one has a log of what it changed. When the former build, or the one that was made of,
has an index in the environment, the logs lead from there to the new build. The index must have the same mapping and
settings and have refused nothing; in doubt the new index is loaded from the beginning, with the same result.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from typing import Any

from hub.dataindex.indexer import BATCH, IndexRequest, Load, LoadReport
from hub.jobs.port import JobContext
from hub.search import open_engine
from hub.search.port import SearchEngine
from hub.store import open_store
from hub.store.changes import Change, open_logs, split_ids
from hub.store.port import Document, DocumentStore
from hub.store.state import State

#: what a configuration says of an index; a difference there asks for a new one
_SETTINGS = ("num_shards", "num_replicas", "extra_index_settings", "cold_collection")


@dataclass(frozen=True)
class Origin:
    """The index that another one is made of.

    Attributes:
        index: its name.
        build: name of its build.
        logs: collections of the target store that tell what changed, oldest first.
    """

    index: str
    build: str
    logs: Sequence[str]


def find_origin(
    state: State, store: DocumentStore, engine: SearchEngine, env: str, build: Mapping[str, Any]
) -> Origin | None:
    """The index of a former build that a new index can be made of, or None.

    Args:
        state: the hub's records.
        store: the target store.
        engine: the search engine of the environment.
        env: the environment.
        build: record of the build to index.
    """
    logs: list[str] = []
    newer = build
    while base := (newer.get("changes") or {}).get("base"):
        if any((newer["changes"].get("counts") or {}).values()):
            log = str(newer["changes"].get("log"))
            if not store.exists(log):
                return None
            logs.append(log)
        former = state.builds.get(str(base))
        if former is None or not _alike(former, build) or former.get("revision") != newer["changes"].get("revision"):
            return None
        for index, entry in (former.get("index") or {}).items():
            if entry.get("environment") == env and _is_whole(state, engine, former, index, entry):
                return Origin(index, str(base), logs[::-1])
        newer = former
    return None


def _alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    configs = [b.get("build_config") or {} for b in (one, other)]
    same = all(configs[0].get(key) == configs[1].get(key) for key in _SETTINGS)
    return same and (one.get("mapping") or {}) == (other.get("mapping") or {}) and not configs[0].get("cold_collection")


def _is_whole(
    state: State, engine: SearchEngine, build: Mapping[str, Any], index: str, entry: Mapping[str, Any]
) -> bool:
    """Whether an index is there and holds what its build holds, and nothing of another build."""
    if entry.get("rejected_count") or entry.get("count") != build.get("merged_count"):
        return False
    owners = [b for b in state.builds.all() if index in (b.get("index") or {})]
    return len(owners) == 1 and engine.exists(index) and engine.count(index) == entry["count"]


@dataclass(frozen=True)
class UpdateRequest:
    """What `update_index` needs.

    Attributes:
        load: the fork, its build's collection and its engine; mode ``update``.
        logs: collections of the same store that tell what changed, oldest first.
        count: documents of the build.
    """

    load: IndexRequest
    logs: Sequence[str]
    count: int


def update_index(ctx: JobContext, request: UpdateRequest) -> LoadReport:
    """Bring a fork to what its build holds, and check that it does.

    Raises:
        RejectedDocumentsError: more documents were refused than allowed.
        IndexCountError: documents are missing, or too many.
    """
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(request.load.store)))
        engine = stack.enter_context(closing(open_engine(request.load.engine)))
        return _Update(ctx, request, store, engine).run()


class _Update(Load):
    def __init__(self, ctx: JobContext, request: UpdateRequest, store: DocumentStore, engine: SearchEngine) -> None:
        super().__init__(ctx, request.load, store, engine)
        self._changes, self._count = open_logs(store, request.logs), request.count

    def _batches(self) -> Iterator[list[Document]]:
        """The documents that are new or other; what is gone is removed on the way."""
        for batch in split_ids(self._changes, BATCH):
            self._remove(batch)
            yield list(self.collection.get_many([change.id for change in batch if change.is_there]).values())

    def _remove(self, batch: Sequence[Change]) -> None:
        gone = [change.id for change in batch if not change.is_there]
        if gone:
            self.engine.remove(self.request.index, gone)

    def _wanted(self, batch: list[Document]) -> list[Document]:
        return batch

    def _check_refused(self, *, final: bool) -> None:
        self.report.total = self._count
        super()._check_refused(final=final)
