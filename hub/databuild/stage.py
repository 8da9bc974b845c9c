"""Functions that run as jobs before a merge: stage a source, infer a mapping.

A *staged* source is one whose documents are filtered, cleaned or given new ids: they are written to a temporary
collection sorted by their final ``_id``, so that the merge itself meets nothing but sorted collections.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import islice
from typing import Any

from hub.config import Settings
from hub.databuild.errors import MergeDocumentError
from hub.databuild.mappers import Mapper
from hub.datainspect.mapping import InferredMapping, MappingInference
from hub.dataload import application
from hub.errors import HubError
from hub.jobs.port import JobContext
from hub.store import open_store
from hub.store.changes import open_logs, split_ids
from hub.store.port import Document, DocumentStore, Record, StoreSpec

BATCH = 5000  # documents a write

Cleaner = Callable[[Document], Document | None]


@dataclass(frozen=True)
class StageRequest:
    """What `stage_source` needs.

    Attributes:
        build: name of the build.
        source: name of the source.
        src: the source store.
        collection: the source's collection.
        target: the store of the staged collection.
        staged: name of the staged collection.
        query: filter on the source's documents, or None.
        cleaner: applied to each document before the mapper; None as its answer leaves the document out.
        mapper: changes ids, or None.
        ids: only these source ids, sorted (the query is then ignored); None for all.
        settings: snapshot of the configuration, by which the worker finds the modules of cleaner and mapper; None where
            it needs none.
    """

    build: str
    source: str
    src: StoreSpec
    collection: str
    target: StoreSpec
    staged: str
    query: Mapping[str, Any] | None = None
    cleaner: Cleaner | None = None
    mapper: Mapper | None = None
    ids: Sequence[str] | None = None
    settings: Mapping[str, Any] | None = None

    def __getstate__(self) -> dict[str, Any]:
        code = pickle.dumps((self.cleaner, self.mapper))
        return {**vars(self), "cleaner": None, "mapper": None, "code": code}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Make the modules of an application importable before its code is read."""
        if state["settings"] is not None:
            application.prepare(Settings.from_snapshot(state["settings"]))
        cleaner, mapper = pickle.loads(state.pop("code"))
        vars(self).update({**state, "cleaner": cleaner, "mapper": mapper})


@dataclass(frozen=True)
class StageReport:
    """What `stage_source` did: documents ``read`` from the source and ``stored`` after mapping."""

    source: str
    staged: str
    read: int
    stored: int


def stage_source(ctx: JobContext, request: StageRequest) -> StageReport:
    """Write a source's documents, filtered, cleaned and mapped, into a collection sorted by their new ``_id``.

    Documents that get the same ``_id`` are combined key by key, the later one winning.

    Raises:
        MergeDocumentError: the cleaner or the mapper failed, or gave a document without a text ``_id``.
    """
    with ExitStack() as stack:
        src = stack.enter_context(closing(open_store(request.src)))
        target = stack.enter_context(closing(open_store(request.target)))
        target.drop(request.staged)
        stage = _Stage(ctx, request, src, target)
        stage.run()
        return StageReport(request.source, request.staged, stage.read, stage.out.count())


class _Stage:
    def __init__(self, ctx: JobContext, request: StageRequest, src: DocumentStore, target: DocumentStore) -> None:
        self.ctx, self.request, self.codec = ctx, request, target.codec
        self.collection = src.collection(request.collection)
        self.decode = src.codec.decode
        self.out = target.collection(request.staged)
        self.read = 0
        self.last: Any = None

    def run(self) -> None:
        total = self.collection.count() if self.request.query is None else None
        documents = self._mapped(self._cleaned(self._documents()))
        while batch := list(islice(self._guarded(documents), BATCH)):
            self._store(batch)
            self.ctx.check()
            self.ctx.progress(self.read, total, unit="documents", note=f"prepare {self.request.source}")
        self.out.flush()

    def _documents(self) -> Iterator[Document]:
        for document in self._selected():
            self.read += 1
            self.last = document.get("_id")
            yield document

    def _selected(self) -> Iterator[Document]:
        ids, query = self.request.ids, self.request.query
        if ids is not None:
            for start in range(0, len(ids), BATCH):
                found = self.collection.get_many(ids[start : start + BATCH])
                yield from (found[id_] for id_ in sorted(found))
        elif query is not None:
            yield from self.collection.find(query, sort=[("_id", 1)])
        else:
            decode = self.decode
            yield from (decode(record.body) for record in self.collection.scan(batch_size=BATCH))

    def _cleaned(self, documents: Iterator[Document]) -> Iterator[Document]:
        cleaner = self.request.cleaner
        if cleaner is None:
            return documents
        return (cleaned for document in documents if (cleaned := cleaner(document)) is not None)

    def _mapped(self, documents: Iterator[Document]) -> Iterator[Document]:
        mapper = self.request.mapper
        if mapper is None:
            return documents
        mapper.load()
        return iter(mapper.process(documents))

    def _guarded(self, documents: Iterator[Document]) -> Iterator[Document]:
        """The documents; an error of the cleaner or mapper names the document it happened at."""
        while True:
            try:
                document = next(documents)
            except StopIteration:
                return
            except HubError:
                raise
            except Exception as error:
                reason = f"cleaner or mapper failed: {type(error).__name__}: {error}"
                raise MergeDocumentError(self.request.build, self.request.source, self.last, reason) from error
            if not isinstance(document.get("_id"), str) or not document["_id"]:
                reason = f"cleaner or mapper gave the _id {document.get('_id')!r}; it must be text"
                raise MergeDocumentError(self.request.build, self.request.source, self.last, reason)
            yield document

    def _store(self, documents: Iterable[Document]) -> None:
        combined: dict[str, Document] = {}
        for document in documents:
            known = combined.get(document["_id"])
            if known is None:
                combined[document["_id"]] = dict(document)
            else:
                known.update(document)
        encode = self.codec.encode
        records = sorted(Record(id_, encode(document)) for id_, document in combined.items())
        there = [records[position].id for position in self.out.insert(records)]
        if there:
            stored = self.out.get_many(there)
            self.out.replace([Record(id_, encode({**stored[id_], **combined[id_]})) for id_ in there])


@dataclass(frozen=True)
class InferRequest:
    """What `infer_mapping` needs: a store, and collections of it to read together.

    Attributes:
        source: name of the source.
        store: the store.
        collections: the collections.
        logs: for each collection logs of changes, of which only the documents that are new or other are read; None for
            all documents.
    """

    source: str
    store: StoreSpec
    collections: Sequence[str]
    logs: Sequence[Sequence[str]] | None = None


def infer_mapping(ctx: JobContext, request: InferRequest) -> InferredMapping:
    """The mapping that all documents of some collections, or those that changed, ask for."""
    inference = MappingInference()
    with closing(open_store(request.store)) as store:
        decode, add = store.codec.decode, inference.add
        collections = [store.collection(name) for name in request.collections]
        if request.logs is not None:
            for collection, names in zip(collections, request.logs, strict=True):
                for changed in split_ids(open_logs(store, names), BATCH):
                    ctx.check()
                    for document in collection.get_many([c.id for c in changed if c.is_there]).values():
                        add(document)
            return inference.result()
        total = sum(collection.count() for collection in collections)
        for collection in collections:
            records = collection.scan(batch_size=BATCH)
            while batch := list(islice(records, BATCH)):
                for record in batch:
                    add(decode(record.body))
                ctx.check()
                ctx.progress(inference.documents, total, unit="documents", note=f"read fields of {request.source}")
    return inference.result()
