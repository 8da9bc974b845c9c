"""The two sides of a comparison: any sorted stream of documents, described so that another process can open it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hub.search import open_engine
from hub.search.port import SearchSpec
from hub.search.reading import every_document
from hub.store import open_store
from hub.store.codec import JsonCodec
from hub.store.port import Codec, DocumentStore, IdRange, Record, StoreSpec

BATCH = 2000  # documents read at a time


@dataclass(frozen=True)
class Cold:
    """The fixed part below the documents of a hot build: keys of the hot document replace its own."""

    store: StoreSpec
    collection: str


@dataclass(frozen=True)
class Side:
    """One side.

    Attributes:
        name: what people call it: name of the build, collection or index.
        label: its part of the name of the diff's folder.
        version: its version.
        store: the store of its documents, or where those of an index are put in order.
        collection: their collection; for an index one that is filled and dropped.
        engine: the search engine, for an index.
        index: the index.
        cold: what lies below, for cold/hot builds.
        build: name of the build, or empty.
        meta: its ``_meta``.
        properties: its mapping.
        digest: its known digest, as `hub.store.digest.Digest.as_dict` gives it.
    """

    name: str
    label: str
    version: str
    store: StoreSpec
    collection: str
    engine: SearchSpec | None = None
    index: str = ""
    cold: Cold | None = None
    build: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    properties: Mapping[str, Any] = field(default_factory=dict)
    digest: Mapping[str, Any] | None = None


class OpenSide:
    """A side as a sorted stream of records.

    Args:
        side: what to open.
        stack: closes it.
    """

    def __init__(self, side: Side, stack: ExitStack) -> None:
        self.side = side
        self._store: DocumentStore = stack.enter_context(closing(open_store(side.store)))
        self._cold: DocumentStore | None = None
        self.codec: Codec = self._store.codec
        if side.cold is not None:
            self._cold = stack.enter_context(closing(open_store(side.cold.store)))
            self.codec = JsonCodec("allow")

    def total(self) -> int:
        """About how many documents there are."""
        return self._store.collection(self.side.collection).count()

    def records(self, after: str | None = None) -> Iterator[Record]:
        """All records in order of ``_id``, from behind ``after`` on."""
        bounds = IdRange(after, None)
        found = self._store.collection(self.side.collection).scan(bounds, batch_size=BATCH)
        if self._cold is not None and self.side.cold is not None:
            below = self._cold.collection(self.side.cold.collection).scan(bounds, batch_size=BATCH)
            found = self._overlaid(below, found)
        for record in found:
            if record.id != after:
                yield record
                break
        yield from found

    def _overlaid(self, below: Iterator[Record], above: Iterator[Record]) -> Iterator[Record]:
        """Cold documents with the keys of the hot ones of the same ``_id``."""
        assert self._cold is not None
        cold_codec, hot_codec = self._cold.codec, self._store.codec
        low, high = next(below, None), next(above, None)
        while low is not None or high is not None:
            if high is None or (low is not None and low.id < high.id):
                assert low is not None
                yield Record(low.id, self.codec.encode(cold_codec.decode(low.body)))
                low = next(below, None)
            elif low is None or high.id < low.id:
                yield Record(high.id, self.codec.encode(hot_codec.decode(high.body)))
                high = next(above, None)
            else:
                joined = {**cold_codec.decode(low.body), **hot_codec.decode(high.body)}
                yield Record(low.id, self.codec.encode(joined))
                low, high = next(below, None), next(above, None)


def put_in_order(side: Side) -> int:
    """Copy the documents of an index into the side's collection, which keeps them in order; how many."""
    if side.engine is None:
        return 0
    with ExitStack() as stack:
        engine = stack.enter_context(closing(open_engine(side.engine)))
        store = stack.enter_context(closing(open_store(side.store)))
        store.drop(side.collection)
        codec = store.codec.with_rules(keys="allow")
        documents, count = every_document(engine, side.index), 0
        collection = store.collection(side.collection)
        while batch := list(islice(documents, BATCH)):
            collection.replace([Record(d["_id"], codec.encode(d)) for d in batch])
            count += len(batch)
        collection.flush()
    return count
