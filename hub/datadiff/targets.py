"""What a diff is applied to: a collection of a document store or an index, with the same few verbs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

from hub.datadiff.mappings import extended
from hub.datadiff.patch import Patch
from hub.search import open_engine
from hub.search.errors import IndexNotFoundError
from hub.search.port import SearchSpec
from hub.search.reading import every_document
from hub.store import open_store
from hub.store.errors import CollectionNotFoundError
from hub.store.port import Document, Record, StoreSpec


class TargetRefusedError(ValueError):
    """The target did not take a document; its text says which and why."""


@dataclass(frozen=True)
class TargetSpec:
    """A picklable recipe of a target: a collection of ``store``, or an index of ``engine``."""

    name: str
    store: StoreSpec | None = None
    engine: SearchSpec | None = None

    @property
    def key(self) -> str:
        """What people call it, and what the record of a sync is kept under."""
        if self.engine is not None:
            host = self.engine.engine if self.engine.engine == "embedded" else self.engine.location.rpartition("@")[2]
            return f"{host.removeprefix('http://')}-{self.name}"
        assert self.store is not None
        return f"{self.store.engine}-{self.store.database}-{self.name}"


class Target(Protocol):
    """Where a diff is applied. Every change is safe against a crash of this process when the call returns."""

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """Those of ``ids`` that exist, with their ``_id``."""
        ...

    def put(self, documents: Sequence[Document]) -> None:
        """Insert or replace."""
        ...

    def delete(self, ids: Sequence[str]) -> None:
        """Delete those that exist."""
        ...

    def documents(self) -> Iterator[Document]:
        """All documents in any order."""
        ...

    def extend(self, operations: Patch) -> None:
        """Take new fields into the mapping, where there is one."""
        ...

    def describe(self, meta: Mapping[str, Any]) -> None:
        """Write the metadata, where there are some."""
        ...

    def finish(self) -> None:
        """Make everything durable and visible."""
        ...

    def close(self) -> None:
        """Release it."""
        ...


def open_target(spec: TargetSpec) -> Target:
    """Open a target.

    Raises:
        hub.errors.HubError: it does not exist.
    """
    return IndexTarget(spec) if spec.engine is not None else StoreTarget(spec)


class StoreTarget:
    """A collection."""

    def __init__(self, spec: TargetSpec) -> None:
        assert spec.store is not None
        self._store = open_store(spec.store)
        if not self._store.exists(spec.name):
            with closing(self._store):
                raise CollectionNotFoundError(spec.name, self._store.names())
        self._collection = self._store.collection(spec.name, durable=True)
        self._codec = self._store.codec.with_rules(keys="allow")

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """See `Target`."""
        return self._collection.get_many(ids)

    def put(self, documents: Sequence[Document]) -> None:
        """See `Target`."""
        self._collection.replace([Record(d["_id"], self._codec.encode(d)) for d in documents])

    def delete(self, ids: Sequence[str]) -> None:
        """See `Target`."""
        self._collection.delete(ids)

    def documents(self) -> Iterator[Document]:
        """See `Target`."""
        return (self._codec.decode(record.body) for record in self._collection.scan())

    def extend(self, operations: Patch) -> None:
        """A collection has no mapping."""

    def describe(self, meta: Mapping[str, Any]) -> None:
        """A collection has no metadata."""

    def finish(self) -> None:
        """See `Target`."""
        self._collection.flush()

    def close(self) -> None:
        """See `Target`."""
        self._store.close()


class IndexTarget:
    """An index."""

    def __init__(self, spec: TargetSpec) -> None:
        assert spec.engine is not None
        self._engine, self._name = open_engine(spec.engine), spec.name
        if not self._engine.exists(spec.name):
            with closing(self._engine):
                raise IndexNotFoundError(spec.name, self._engine.names())

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """See `Target`."""
        return self._engine.get_many(self._name, ids)

    def put(self, documents: Sequence[Document]) -> None:
        """See `Target`.

        Raises:
            TargetRefusedError: the engine refuses one.
        """
        report = self._engine.bulk(self._name, documents)
        if report.rejected:
            first = report.rejected[0]
            raise TargetRefusedError(f"`{first.id[:60]}`: {first.reason}")

    def delete(self, ids: Sequence[str]) -> None:
        """See `Target`."""
        self._engine.remove(self._name, ids)

    def documents(self) -> Iterator[Document]:
        """See `Target`."""
        return every_document(self._engine, self._name)

    def extend(self, operations: Patch) -> None:
        """See `Target`."""
        present = {key: value for key, value in self._engine.properties(self._name).items() if key != "all"}
        made = extended(present, operations)
        if made != present:
            self._engine.extend(self._name, made)

    def describe(self, meta: Mapping[str, Any]) -> None:
        """See `Target`."""
        self._engine.set_meta(self._name, meta)

    def finish(self) -> None:
        """See `Target`."""
        self._engine.finish(self._name)

    def close(self) -> None:
        """See `Target`."""
        self._engine.close()
