"""Collections of the MongoDB store."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import Any, cast

import bson
from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne, WriteConcern, errors
from pymongo.collection import Collection as PymongoCollection

from hub.store.errors import BadIdError, CollectionChangedError, StoreServerError
from hub.store.filters import check_filter
from hub.store.mongo_errors import translated
from hub.store.port import EVERYTHING, Codec, Document, Filter, IdRange, Record

_DUPLICATE = 11000
_BATCH_BYTES = 8 * 1024 * 1024
_LENGTH = struct.Struct("<i")
#: Errors after which a cursor is gone but the collection may still be there: read on from the last `_id`.
_CURSOR_LOST = frozenset({43, 237, 175})
_RETRIES = 5
_GET = 1000


class MongoCollection:
    """One collection of a MongoDB database. See `hub.store.port.Collection`."""

    def __init__(self, collection: PymongoCollection[dict[str, Any]], codec: Codec, server: str) -> None:
        self.name = collection.name
        self._collection = collection
        self._codec = codec
        self._server = server

    def insert(self, records: Sequence[Record]) -> list[int]:
        """Insert new records; positions of those that were not, because their ``_id`` was taken."""
        refused: list[int] = []
        with translated(self._server):
            for start, end in _slices(records):
                documents = [RawBSONDocument(record.body) for record in records[start:end]]
                try:
                    self._collection.insert_many(documents, ordered=False)
                except errors.BulkWriteError as error:
                    refused.extend(start + position for position in self._duplicates(error))
        return sorted(refused)

    def load(self) -> None:
        """None: inserting in any order costs a server little."""

    def replace(self, records: Sequence[Record]) -> None:
        """Insert or replace whole documents; the last of equal ``_id`` wins."""
        last = list({record.id: record for record in records}.values())
        with translated(self._server):
            for start, end in _slices(last):
                requests: list[ReplaceOne[Any]] = [
                    ReplaceOne({"_id": record.id}, RawBSONDocument(record.body), upsert=True)
                    for record in last[start:end]
                ]
                self._collection.bulk_write(requests, ordered=False)

    def delete(self, ids: Sequence[str]) -> int:
        """Delete by ``_id``; how many were there."""
        deleted = 0
        with translated(self._server):
            for start in range(0, len(ids), _GET):
                deleted += self._collection.delete_many({"_id": {"$in": list(ids[start : start + _GET])}}).deleted_count
        return deleted

    def get(self, id_: str) -> Document | None:
        """One document, or None."""
        with translated(self._server):
            return self._collection.find_one({"_id": id_})

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """Those of ``ids`` that exist."""
        found: dict[str, Document] = {}
        with translated(self._server):
            for start in range(0, len(ids), _GET):
                wanted = {"_id": {"$in": list(ids[start : start + _GET])}}
                found.update((document["_id"], document) for document in self._collection.find(wanted))
        return found

    def bodies(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The same, encoded."""
        found: dict[str, bytes] = {}
        with translated(self._server):
            for start in range(0, len(ids), _GET):
                wanted: Document = {"_id": {"$in": list(ids[start : start + _GET])}}
                found.update((_id_of(body), body) for body in self._bodies(wanted, _GET))
        return found

    def scan(self, bounds: IdRange = EVERYTHING, *, batch_size: int = 1000) -> Iterator[Record]:
        """All records of a range in ``_id`` order; goes on where it was when the connection breaks."""
        identity = self._identity()
        last: str | None = None
        failures = 0
        while identity is not None:
            try:
                for body in self._bodies(_after(bounds, last), batch_size):
                    record = Record(_id_of(body), body)
                    yield record
                    last = record.id
                    failures = 0
                break
            except errors.PyMongoError as error:
                failures += 1
                self._check_lost(error, failures)
                if self._identity() != identity:
                    raise CollectionChangedError(self.name) from error
        if self._identity() != identity:
            raise CollectionChangedError(self.name)

    def ids(self, bounds: IdRange = EVERYTHING) -> Iterator[str]:
        """All ``_id`` of a range in order, from the index alone."""
        with translated(self._server), self._collection.find(_after(bounds, None), {"_id": 1}).sort("_id", 1) as cursor:
            for document in cursor:
                yield _text_id(document["_id"])

    def find(
        self,
        query: Filter | None = None,
        *,
        fields: Sequence[str] | None = None,
        sort: Sequence[tuple[str, int]] | None = None,
        skip: int = 0,
        limit: int = 0,
    ) -> Iterator[Document]:
        """Documents that match a Mongo-style filter, in ``_id`` order unless sorted."""
        check_filter(query or {})
        projection = None if fields is None else dict.fromkeys((*fields, "_id"), 1)
        order = list(sort or [])
        if not any(field == "_id" for field, _ in order):
            order.append(("_id", 1))
        return self._found(dict(query or {}), projection, order, skip, limit)

    def count(self, query: Filter | None = None) -> int:
        """Exact number of documents, or of those that match."""
        check_filter(query or {})
        with translated(self._server):
            return self._collection.count_documents(dict(query or {}))

    def sample(self, size: int) -> list[Document]:
        """Up to ``size`` documents chosen at random."""
        if size <= 0:
            return []
        with translated(self._server):
            # The server may draw one document twice.
            drawn = self._collection.aggregate([{"$sample": {"size": size}}])
            return list({document["_id"]: document for document in drawn}.values())

    def split(self, parts: int) -> list[IdRange]:
        """At most ``parts`` adjacent ranges that cover everything, of about equal numbers of documents."""
        if parts <= 1:
            return [EVERYTHING]
        stages: list[Document] = [{"$project": {"_id": 1}}, {"$bucketAuto": {"groupBy": "$_id", "buckets": parts}}]
        with translated(self._server):
            buckets = list(self._collection.aggregate(stages, allowDiskUse=True))
        starts = sorted({_text_id(bucket["_id"]["min"]) for bucket in buckets})[1:]
        edges: list[str | None] = [None, *starts, None]
        return [IdRange(edges[n], edges[n + 1]) for n in range(len(edges) - 1)]

    def create_index(self, field: str) -> None:
        """Make look-ups by a dotted field fast."""
        if field != "_id":
            with translated(self._server):
                self._collection.create_index(field)

    def flush(self) -> None:
        """Return when everything written so far survives a crash of the machine."""
        journaled = WriteConcern(w="majority", j=True)
        with translated(self._server):
            # A write that changes nothing still waits for the journal, and for all that came before.
            self._collection.with_options(write_concern=journaled).delete_one({"_id": ""})

    def _found(
        self, query: Document, projection: dict[str, int] | None, order: list[tuple[str, int]], skip: int, limit: int
    ) -> Iterator[Document]:
        with (
            translated(self._server),
            self._collection.find(query, projection, sort=order, skip=skip, limit=limit) as cursor,
        ):
            yield from cursor

    def _duplicates(self, error: errors.BulkWriteError) -> Iterator[int]:
        for failure in error.details.get("writeErrors", []):
            if failure.get("code") != _DUPLICATE:
                raise StoreServerError(self._server, str(failure.get("errmsg"))) from error
            yield failure["index"]
        concern = error.details.get("writeConcernErrors")
        if concern:
            raise StoreServerError(self._server, str(concern[0].get("errmsg"))) from error

    def _bodies(self, query: Document, batch_size: int) -> Iterator[bytes]:
        with self._collection.find_raw_batches(query, sort=[("_id", 1)], batch_size=batch_size) as cursor:
            for batch in cast("Iterator[bytes]", cursor):
                position = 0
                while position < len(batch):
                    (length,) = _LENGTH.unpack_from(batch, position)
                    yield batch[position : position + length]
                    position += length

    def _check_lost(self, error: errors.PyMongoError, failures: int) -> None:
        """Raise the hub's error unless reading on is worth a try."""
        lost = isinstance(error, errors.AutoReconnect) or (
            isinstance(error, errors.OperationFailure) and error.code in _CURSOR_LOST
        )
        if not lost or failures > _RETRIES:
            with translated(self._server):
                raise error

    def _identity(self) -> Any:
        """What tells this collection from another that takes its name; None when there is none."""
        with translated(self._server):
            for found in self._collection.database.list_collections(filter={"name": self.name}):
                return found.get("info", {}).get("uuid", True)
        return None


def _after(bounds: IdRange, last: str | None) -> Document:
    condition: Document = {}
    if last is not None:
        condition["$gt"] = last
    elif bounds.start is not None:
        condition["$gte"] = bounds.start
    if bounds.end is not None:
        condition["$lt"] = bounds.end
    return {"_id": condition} if condition else {}


def _slices(records: Sequence[Record]) -> Iterator[tuple[int, int]]:
    """Adjacent slices of at most `_BATCH_BYTES` (one document may be larger)."""
    start = size = 0
    for position, record in enumerate(records):
        size += len(record.body)
        if size > _BATCH_BYTES and position > start:
            yield start, position
            start, size = position, len(record.body)
    if start < len(records):
        yield start, len(records)


def _id_of(body: bytes) -> str:
    """The ``_id`` of a BSON document; the server keeps it first, so nothing else is decoded."""
    if body[4:9] == b"\x02_id\0":
        (length,) = _LENGTH.unpack_from(body, 9)
        return body[13 : 12 + length].decode()
    return _text_id(bson.decode(body).get("_id"))


def _text_id(value: Any) -> str:
    if not isinstance(value, str):
        raise BadIdError(value, "is not text: another program wrote it. Documents of the hub have a text `_id`.")
    return value
