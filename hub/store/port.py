"""The document store port: what every engine offers for bulk documents.

A *store* is one database (the hub has two: ``source`` and ``target``); a *collection* is a named set of documents with
a string ``_id``. Documents travel through the pipeline as `Record` pairs of ``_id`` and *encoded* body, so that a
document no stage touches is never decoded. Every order is the order of ``_id`` by code point (UTF-8 bytes).

Engines: `hub.store.sqlite` (embedded) and `hub.store.mongo`. One contract suite, ``tests/contract/test_store.py``, runs
on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from hub.store.normalise import KeyPolicy

Document = dict[str, Any]
Filter = Mapping[str, Any]


class Record(NamedTuple):
    """One encoded document.

    Attributes:
        id: the document's ``_id``.
        body: the whole document, ``_id`` included, in the store's codec.
    """

    id: str
    body: bytes


class Codec(Protocol):
    """How a store turns documents into bytes and back. Datetimes survive the round trip."""

    name: str

    def encode(self, document: Mapping[str, Any]) -> bytes:
        """Bytes of one document.

        Raises:
            hub.store.errors.UnstorableValueError: a key or value the store cannot hold, with its dotted path.
        """
        ...

    def decode(self, body: bytes) -> Document:
        """The document of these bytes."""
        ...

    def with_rules(self, *, keys: KeyPolicy | None = None, max_bytes: int | None = None) -> Codec:
        """The same codec with other rules for keys (`hub.store.normalise`) and size."""
        ...


class IdRange(NamedTuple):
    """A half-open range of ``_id``: ``start`` included, ``end`` excluded, None meaning unbounded."""

    start: str | None
    end: str | None


EVERYTHING = IdRange(None, None)


@dataclass(frozen=True)
class CollectionStats:
    """Size of a collection: exact ``count`` of documents and approximate ``bytes`` on disk."""

    name: str
    count: int
    bytes: int


@dataclass(frozen=True)
class StoreSpec:
    """A picklable recipe of a store; `hub.store.open_store` opens it, in any process.

    Attributes:
        engine: ``sqlite`` or ``mongo``.
        database: database name (mongo) or folder name below ``location`` (sqlite).
        location: folder (sqlite) or URI (mongo). May hold a password: never printed.
    """

    engine: str
    database: str
    location: str = field(repr=False)


class Repeated(NamedTuple):
    """A document whose ``_id`` has come before.

    Attributes:
        id: its ``_id``.
        ordinal: its place in the order in which the documents came.
        first: the place of the first one with this ``_id``.
        body: the encoded document.
    """

    id: str
    ordinal: int
    first: int
    body: bytes


class Load(Protocol):
    """Fills an empty collection with documents in any order; nobody else may write to it meanwhile."""

    def add(self, ordinals: Sequence[int], records: Sequence[Record]) -> None:
        """Take documents, each with its place in the order in which they came; nothing is checked yet.

        Args:
            ordinals: ascending, and different over the whole load.
            records: as many documents.
        """
        ...

    def settle(self, *, last: bool = False) -> int:
        """Put all documents into the collection; of several with one ``_id`` the first, or the last.

        Returns:
            How many documents the collection holds now.
        """
        ...

    def repeated(self) -> Iterator[Repeated]:
        """The documents whose ``_id`` had come before, by ``_id`` and in order; until `close`."""
        ...

    def close(self) -> None:
        """Forget what was taken and not settled. Safe to call at any time."""
        ...


class Collection(Protocol):
    """One collection. Reading a collection that does not exist finds nothing; the first insert creates it."""

    name: str

    def insert(self, records: Sequence[Record]) -> list[int]:
        """Insert the records whose ``_id`` is new, in one write.

        Returns:
            Positions in ``records`` that were not stored because their ``_id`` was already there, before this call or
            earlier in the same batch; ascending. Nothing is ever overwritten.
        """
        ...

    def load(self) -> Load | None:
        """A faster way than `insert` to fill this collection; None when it holds documents, or there is none."""
        ...

    def replace(self, records: Sequence[Record]) -> None:
        """Insert or replace whole documents."""
        ...

    def delete(self, ids: Sequence[str]) -> int:
        """Delete by ``_id``; returns how many were there."""
        ...

    def get(self, id_: str) -> Document | None:
        """One document, decoded, or None."""
        ...

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """Those of ``ids`` that exist, decoded."""
        ...

    def bodies(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The same, encoded: for documents that are copied or compared."""
        ...

    def scan(self, bounds: IdRange = EVERYTHING, *, batch_size: int = 1000) -> Iterator[Record]:
        """All records of a range in ``_id`` order; memory is bounded by the batch.

        Sees one consistent state or fails. MongoDB can not promise that for documents changed one by one meanwhile; the
        jobs' exclusive names keep writers and readers of a collection apart.

        Raises:
            hub.store.errors.CollectionChangedError: the collection was changed or swapped meanwhile.
        """
        ...

    def ids(self, bounds: IdRange = EVERYTHING) -> Iterator[str]:
        """All ``_id`` of a range in order, without reading bodies where the engine can."""
        ...

    def find(
        self,
        query: Filter | None = None,
        *,
        fields: Sequence[str] | None = None,
        sort: Sequence[tuple[str, int]] | None = None,
        skip: int = 0,
        limit: int = 0,
    ) -> Iterator[Document]:
        """Documents that match a Mongo-style filter; ``limit`` 0 means all.

        Raises:
            hub.store.errors.BadFilterError: an operator that the store does not know.
        """
        ...

    def count(self, query: Filter | None = None) -> int:
        """Exact number of documents, or of those that match."""
        ...

    def sample(self, size: int) -> list[Document]:
        """Up to ``size`` documents chosen at random."""
        ...

    def split(self, parts: int) -> list[IdRange]:
        """At most ``parts`` adjacent ranges that cover everything, of about equal size."""
        ...

    def create_index(self, field: str) -> None:
        """Make look-ups by a dotted field fast. Doing it twice is no error."""
        ...

    def flush(self) -> None:
        """Return when everything written so far survives a crash of the machine."""
        ...


class DocumentStore(Protocol):
    """One database. Safe to use from several threads; not to be shared between processes (use `spec`)."""

    spec: StoreSpec
    codec: Codec

    def collection(self, name: str, *, durable: bool = False) -> Collection:
        """The collection of that name, existing or not.

        Args:
            name: its name.
            durable: when the first insert creates it, every batch survives a crash of the process or machine, not only
                what was flushed (collections that a later run resumes). Slower in the embedded store.
        """
        ...

    def names(self, prefix: str = "") -> list[str]:
        """Sorted names of the existing collections that start with ``prefix``."""
        ...

    def exists(self, name: str) -> bool:
        """Whether the collection exists (holds or has held a document)."""
        ...

    def rename(self, old: str, new: str, *, archive: str | None = None) -> None:
        """Put ``old`` in the place of ``new``: a reader sees the one or the other, a crash leaves one of both.

        Args:
            old: an existing collection.
            new: the name it takes; what stood there is dropped, or kept as ``archive``.
            archive: name for what stood at ``new``.

        Raises:
            hub.store.errors.CollectionNotFoundError: there is no ``old``.
        """
        ...

    def fork(self, old: str, new: str) -> None:
        """Let ``new`` hold what ``old`` holds now, as cheaply as the engine can; neither changes with the other.

        The embedded store writes only what differs later. MongoDB copies inside the server. A crash leaves no ``new``,
        or an unfinished one that the caller drops, as after any interrupted load; flush it when it is whole.

        Args:
            old: an existing collection.
            new: a name that is free.

        Raises:
            hub.store.errors.CollectionNotFoundError: there is no ``old``.
            hub.store.errors.CollectionExistsError: ``new`` is taken.
        """
        ...

    def drop(self, name: str) -> bool:
        """Remove a collection; False when there was none."""
        ...

    def stats(self, name: str) -> CollectionStats:
        """Count and size; zeros for a collection that does not exist."""
        ...

    def close(self) -> None:
        """Release files and connections. The store can not be used afterwards."""
        ...


def encode_all(codec: Codec, documents: Iterable[Mapping[str, Any]]) -> Iterator[Record]:
    """Records of documents that are known to be valid (tests, small helpers)."""
    for document in documents:
        yield Record(document["_id"], codec.encode(document))
