"""The hub's stores with the names of pymongo that applications use (``biothings.utils.mongo``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from hub.compat.records import (
    get_data_plugin,
    get_source_fullname,
    get_src_build,
    get_src_build_config,
    get_src_db,
    get_src_dump,
    get_src_master,
)
from hub.dataload.aliases import current_settings
from hub.dataload.uploader.database import PluginCollection, PluginDatabase
from hub.store import open_store
from hub.store.opening import specs
from hub.store.port import Collection, Document, DocumentStore, Record


class TargetCollection(PluginCollection):
    """The merged documents of a build, which its builder may change.

    Args:
        collection: the collection.
        store: its store, for `drop` and `rename`.
    """

    def __init__(self, collection: Collection, store: DocumentStore | None = None) -> None:
        super().__init__(collection)
        self._given = store

    def count(self, filter: Mapping[str, Any] | None = None) -> int:  # noqa: A002 - as pymongo names it
        """Number of documents that match."""
        return self._collection.count(filter or None)

    def insert_many(self, documents: Iterable[Document], **options: Any) -> None:
        """Store new documents."""
        self._put(documents)

    def insert_one(self, document: Document, **options: Any) -> None:
        """Store a new document."""
        self._put([document])

    def replace_one(self, filter: Mapping[str, Any], replacement: Document, upsert: bool = False) -> None:  # noqa: A002
        """Put a document in the place of the first one that matches, or store it anew with ``upsert``."""
        there = self.find_one(filter, ["_id"])
        if there is not None or upsert:
            self._put([{**replacement, "_id": there["_id"] if there else replacement.get("_id", filter.get("_id"))}])

    def update_one(self, filter: Mapping[str, Any], update: Mapping[str, Any], upsert: bool = False) -> None:  # noqa: A002
        """Set and unset dotted fields of the first document that matches."""
        there = self.find_one(filter)
        if there is not None or upsert:
            self._put([_changed(there or {"_id": filter.get("_id")}, update)])

    def update_many(self, filter: Mapping[str, Any], update: Mapping[str, Any]) -> None:  # noqa: A002
        """Set and unset dotted fields of all documents that match."""
        for batch in doc_feeder(self, inbatch=True, query=filter):
            self._put([_changed(document, update) for document in batch])

    def delete_one(self, filter: Mapping[str, Any]) -> None:  # noqa: A002
        """Remove the first document that matches."""
        there = self.find_one(filter, ["_id"])
        if there is not None:
            self._collection.delete([there["_id"]])

    def delete_many(self, filter: Mapping[str, Any]) -> None:  # noqa: A002
        """Remove all documents that match."""
        for batch in doc_feeder(self, inbatch=True, query=filter, fields=["_id"]):
            self._collection.delete([document["_id"] for document in batch])

    def bulk_write(self, requests: Iterable[Any], **options: Any) -> None:
        """Carry out operations of pymongo in order: ``InsertOne``, ``ReplaceOne``, ``UpdateOne``, ``DeleteOne``.

        Raises:
            TypeError: another operation.
        """
        for one in requests:
            kind = type(one).__name__
            if kind == "InsertOne":
                self.insert_one(one._doc)
            elif kind == "ReplaceOne":
                self.replace_one(one._filter, one._doc, bool(one._upsert))
            elif kind == "UpdateOne":
                self.update_one(one._filter, one._doc, bool(one._upsert))
            elif kind == "DeleteOne":
                self.delete_one(one._filter)
            else:
                raise TypeError(f"`{kind}` is not carried out here; use ReplaceOne, UpdateOne, InsertOne or DeleteOne")

    def drop(self) -> None:
        """Remove the collection."""
        self._store().drop(self.name)

    def rename(self, new_name: str, **options: Any) -> None:
        """Put the collection in the place of another one."""
        self._store().rename(self.name, new_name)

    def _store(self) -> DocumentStore:
        return self._given or open_store(specs(current_settings())[1])

    def _put(self, documents: Iterable[Document]) -> None:
        encode = self._store().codec.encode
        self._collection.replace([Record(document["_id"], encode(document)) for document in documents])


class TargetDatabase(PluginDatabase):
    """The database of builds."""

    def __getitem__(self, name: str) -> TargetCollection:
        return TargetCollection(self._store.collection(name), self._store)


def get_target_db(conn: Any = None) -> TargetDatabase:
    """The database of builds."""
    return TargetDatabase(open_store(specs(current_settings())[1]))


def doc_feeder(
    collection: Any,
    step: int = 1000,
    s: int | None = None,
    e: int | None = None,
    inbatch: bool = False,
    query: Mapping[str, Any] | None = None,
    batch_callback: Callable[[int, Any], Any] | None = None,
    fields: Any = None,
    logger: Any = None,
    session_refresh_interval: int = 5,
) -> Iterator[Any]:
    """The documents of a collection, in the order of ``_id``; it may be changed meanwhile.

    Args:
        collection: the collection.
        step: documents in one read.
        s: documents to pass over at the beginning.
        e: position at which to stop.
        inbatch: give lists of up to ``step`` documents instead.
        query: only those that match.
        batch_callback: called after each batch with the number of documents so far and the time it took (0 here).
        fields: fields to read; None for all.
        logger: ignored.
        session_refresh_interval: ignored.
    """
    done, last = 0, ""
    left = (e - (s or 0)) if e is not None else None
    skip = s or 0
    while left is None or left > 0:
        after: dict[str, Any] = {"_id": {"$gt": last}} if last else {}
        wanted = {"$and": [dict(query), after]} if query and after else dict(query or after)
        size = step if left is None else min(step, left)
        batch = list(collection.find(wanted, fields, sort=[("_id", 1)], skip=skip, limit=size))
        if not batch:
            return
        last, skip, done = batch[-1]["_id"], 0, done + len(batch)
        left = None if left is None else left - len(batch)
        if inbatch:
            yield batch
        else:
            yield from batch
        if batch_callback is not None:
            batch_callback(done, 0)


def id_feeder(col: Any, batch_size: int = 1000, *args: Any, **kwargs: Any) -> Iterator[list[str]]:
    """The ids of a collection, in lists of up to ``batch_size``. Other arguments are ignored."""
    for batch in doc_feeder(col, step=batch_size, inbatch=True, fields=["_id"]):
        yield [document["_id"] for document in batch]


def _changed(document: Document, update: Mapping[str, Any]) -> Document:
    unknown = set(update) - {"$set", "$unset"}
    if unknown:
        raise ValueError(f"{', '.join(sorted(unknown))} is not carried out here; use $set and $unset")
    for path, value in (update.get("$set") or {}).items():
        inner, key = _place(document, path, make=True)
        inner[key] = value
    for path in update.get("$unset") or {}:
        inner, key = _place(document, path, make=False)
        inner.pop(key, None)
    return document


def _place(document: Document, path: str, *, make: bool) -> tuple[Document, str]:
    *parents, key = path.split(".")
    for parent in parents:
        if not isinstance(document.get(parent), dict):
            if not make:
                return {}, key
            document[parent] = {}
        document = document[parent]
    return document, key


__all__ = [
    "TargetCollection",
    "TargetDatabase",
    "doc_feeder",
    "get_data_plugin",
    "get_source_fullname",
    "get_src_build",
    "get_src_build_config",
    "get_src_db",
    "get_src_dump",
    "get_src_master",
    "get_target_db",
    "id_feeder",
]
