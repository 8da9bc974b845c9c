"""The function that runs as a job to load an index: documents stream from the build's collection into the engine."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from heapq import merge
from itertools import chain, groupby, islice
from operator import itemgetter

from hub.dataindex.errors import IndexCountError, IndexReplacedError, RejectedDocumentsError
from hub.jobs.port import JobContext
from hub.search import open_engine
from hub.search.mapping import ALL_FIELD
from hub.search.port import Rejected, SearchEngine, SearchSpec
from hub.store import open_store
from hub.store.port import Collection, Document, DocumentStore, Record, StoreSpec

#: What an index is made in, and what that means.
MODES = {
    "index": "A new index; one of that name must not be there.",
    "purge": "A new index in place of one of that name.",
    "resume": "What is missing in the index that is there is added.",
    "merge": "Documents are joined with those that are there.",
}
BATCH = 2000  # documents decoded at a time
CHUNK = 50_000  # documents between two looks at what was refused
KEPT_REJECTED = 1000  # refused documents that are listed; all are counted
SHOWN_MISSING = 20  # missing ids that are named
MAX_ID_BYTES = 512  # what search engines take as an id


@dataclass(frozen=True)
class IndexRequest:
    """What `load_index` needs.

    Attributes:
        store: the store of the build's documents.
        collection: their collection.
        engine: the search engine.
        index: an existing index.
        mode: ``index`` and ``purge`` (all documents into an empty index), ``resume`` (only those the index lacks),
            ``merge`` (documents are joined with those of the index, key by key).
        ids: only these documents, sorted; None for all.
        allowed: share of the documents that the engine may refuse.
        optimise: merge segments at the end.
        cold: collection of the same store with documents that those of ``collection`` are joined to, key by key.
        batch: documents decoded at a time.
    """

    store: StoreSpec
    collection: str
    engine: SearchSpec
    index: str
    mode: str = "index"
    ids: Sequence[str] | None = None
    allowed: float = 0.0
    optimise: bool = False
    cold: str | None = None
    batch: int = BATCH


@dataclass
class LoadReport:
    """What `load_index` did.

    Attributes:
        total: documents of the build (or of ``ids``).
        indexed: documents sent and accepted; of a resumed index, those that were missing.
        count: documents in the index now.
        rejected_count: documents refused.
        rejected: the first of them, with reasons.
    """

    total: int = 0
    indexed: int = 0
    count: int = 0
    rejected_count: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def load_index(ctx: JobContext, request: IndexRequest) -> LoadReport:
    """Load an index and check that it holds what it should.

    Raises:
        RejectedDocumentsError: more documents were refused than allowed.
        IndexCountError: documents are missing although none was refused; their ids are named.
    """
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(request.store)))
        engine = stack.enter_context(closing(open_engine(request.engine)))
        return Load(ctx, request, store, engine).run()


class Load:
    """Loads one index; see `load_index`."""

    def __init__(self, ctx: JobContext, request: IndexRequest, store: DocumentStore, engine: SearchEngine) -> None:
        self.ctx, self.request, self.engine = ctx, request, engine
        self.collection: Collection = store.collection(request.collection)
        self.cold = store.collection(request.cold) if request.cold else None
        self.decode = store.codec.decode
        self.report = LoadReport()
        self.seen = 0
        self.new = 0  # documents that a merged index did not hold

    def run(self) -> LoadReport:
        """Load, finish and check."""
        report, request = self.report, self.request
        before = self.engine.count(request.index) if request.mode == "merge" else 0
        report.total = self._total()
        documents = self._documents()
        for first in documents:
            answer = self.engine.bulk(request.index, chain((first,), islice(documents, CHUNK - 1)))
            report.indexed += answer.indexed
            self._reject(answer.rejected)
        report.total = self.seen
        self._check_refused(final=True)
        self.engine.finish(request.index, merge=request.optimise)
        report.count = self.engine.count(request.index)
        self._check_mapped()
        self._check_count(before)
        return report

    def _check_mapped(self) -> None:
        """An engine makes an index by itself when one is loaded that somebody has just deleted."""
        fresh = self.request.mode in ("index", "purge")
        if fresh and ALL_FIELD not in self.engine.properties(self.request.index):
            raise IndexReplacedError(self.request.index)

    def _total(self) -> int:
        if self.request.ids is not None:
            return len(self.request.ids)
        return self.collection.count() + (self.cold.count() if self.cold is not None else 0)

    # -- documents -------------------------------------------------------------------------------------------------

    def _documents(self) -> Iterator[Document]:
        for batch in self._batches():
            self.ctx.check()
            self.seen += len(batch)
            yield from self._wanted(self._fitting(batch))
            self.ctx.progress(self.seen, self.report.total, unit="documents")

    def _batches(self) -> Iterator[list[Document]]:
        ids, decode, size = self.request.ids, self.decode, self.request.batch
        if self.cold is not None:
            yield from self._cold_and_hot(self.cold)
        elif ids is None:
            records: Iterator[Record] = self.collection.scan(batch_size=size)
            while batch := list(islice(records, size)):
                yield [decode(record.body) for record in batch]
        else:
            for start in range(0, len(ids), size):
                yield list(self.collection.get_many(ids[start : start + size]).values())

    def _cold_and_hot(self, cold: Collection) -> Iterator[list[Document]]:
        """All documents of both, those with one ``_id`` joined, the hot one's keys winning."""
        if self.request.ids is not None:
            for start in range(0, len(self.request.ids), self.request.batch):
                ids = self.request.ids[start : start + self.request.batch]
                lasting, changing = cold.get_many(ids), self.collection.get_many(ids)
                yield [lasting.get(i, {}) | changing.get(i, {}) for i in ids if i in lasting or i in changing]
            return
        scans = [part.scan(batch_size=self.request.batch) for part in (cold, self.collection)]
        groups = groupby(merge(*scans, key=itemgetter(0)), key=itemgetter(0))
        joined = (self._one([record.body for record in group]) for _, group in groups)
        while batch := list(islice(joined, self.request.batch)):
            yield batch

    def _one(self, bodies: Sequence[bytes]) -> Document:
        document: Document = {}
        for body in bodies:
            document.update(self.decode(body))
        return document

    def _fitting(self, batch: list[Document]) -> list[Document]:
        """Without the documents whose id no engine takes."""
        long = [d for d in batch if len(d["_id"]) * 4 > MAX_ID_BYTES and len(d["_id"].encode()) > MAX_ID_BYTES]
        if not long:
            return batch
        size = f"the _id is longer than {MAX_ID_BYTES} bytes"
        self._reject([Rejected(d["_id"], size) for d in long])
        refused = {d["_id"] for d in long}
        return [d for d in batch if d["_id"] not in refused]

    def _wanted(self, batch: list[Document]) -> list[Document]:
        """The documents to send, by mode; counts those that are new to the index."""
        if self.request.mode in ("index", "purge") or not batch:
            return batch
        missing = set(self.engine.missing_ids(self.request.index, [d["_id"] for d in batch]))
        if self.request.mode == "resume":
            return [d for d in batch if d["_id"] in missing]
        self.new += len(missing)
        return [d if d["_id"] in missing else self._joined(d) for d in batch]

    def _joined(self, document: Document) -> Document:
        """The document of the index with the keys of the new one."""
        hit = self.engine.get(self.request.index, document["_id"])
        if hit is None:
            return document
        stored = {key: value for key, value in hit.source.items() if key != "_timestamp"}
        return {**stored, **document}

    # -- checks ----------------------------------------------------------------------------------------------------

    def _reject(self, rejected: Sequence[Rejected]) -> None:
        report = self.report
        report.rejected_count += len(rejected)
        report.rejected.extend(rejected[: KEPT_REJECTED - len(report.rejected)])
        if rejected:
            self._check_refused(final=False)

    def _check_refused(self, *, final: bool) -> None:
        """Stop early when it can no longer end well."""
        report, request = self.report, self.request
        if report.rejected_count > request.allowed * report.total and (final or report.rejected_count >= KEPT_REJECTED):
            raise RejectedDocumentsError(
                request.index, report.rejected_count, report.total, request.allowed, report.rejected[:20]
            )

    def _check_count(self, before: int) -> None:
        """The index must hold every document that was not refused, and no other (of a merge: at least those)."""
        report, request = self.report, self.request
        if request.ids is not None:
            return
        if request.mode == "merge":
            least, most = before + max(0, self.new - report.rejected_count), before + self.new
        else:
            least = most = report.total - report.rejected_count
        if not least <= report.count <= most:
            raise IndexCountError(request.index, most, report.count, self._missing())

    def _missing(self) -> list[str]:
        """The first ids of the build that the index lacks and that were not refused."""
        refused = {rejected.id for rejected in self.report.rejected}
        found: list[str] = []
        ids = self.collection.ids()
        while (batch := list(islice(ids, BATCH))) and len(found) < SHOWN_MISSING:
            found.extend(i for i in self.engine.missing_ids(self.request.index, batch) if i not in refused)
        return found[:SHOWN_MISSING]
