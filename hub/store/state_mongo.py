"""The hub's records in MongoDB: the same collections and shapes that other tools of such hubs read and write."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import MongoClient, ReturnDocument, errors

from hub.store.codec import bson_options
from hub.store.errors import UpdateError
from hub.store.filters import check_filter
from hub.store.mongo import connect
from hub.store.mongo_errors import server_name, translated
from hub.store.names import is_internal
from hub.store.normalise import normalise
from hub.store.state_port import Announcer, Document, Fields, Subscriber, present
from hub.store.state_sqlite import check_record_id

_COUNTERS = "_hub_counters"
_UPDATE_FAULTS = frozenset({2, 9, 14, 28, 40})


class MongoState:
    """Records in one database. See `hub.store.state_port.StateStore`.

    Args:
        uri: URI of the server.
        database: name of the database.
        entities: entity name by collection name, for change events.

    Raises:
        StoreUnavailableError: the server does not answer.
    """

    def __init__(self, uri: str, database: str, entities: Mapping[str, str]) -> None:
        self.server = server_name(uri)
        self._announcer = Announcer(entities)
        with translated(self.server):
            self._client: MongoClient[Document] = connect(uri)
            self._database = self._client.get_database(database, bson_options())
            try:
                self._client.admin.command("ping")
            except BaseException:
                self._client.close()
                raise

    def get(self, collection: str, id: Any) -> Document | None:  # noqa: A002
        """One record, or None."""
        with translated(self.server):
            return self._database[collection].find_one({"_id": id})

    def find(
        self,
        collection: str,
        query: Fields | None = None,
        *,
        sort: Sequence[tuple[str, int]] | None = None,
        limit: int = 0,
        fields: Sequence[str] = (),
        without: Sequence[str] = (),
    ) -> list[Document]:
        """Records that match a Mongo-style filter."""
        check_filter(query or {})
        order = list(sort or [("_id", 1)])
        wanted = dict.fromkeys(fields, 1) or dict.fromkeys(without, 0) or None
        with translated(self.server):
            found = list(self._database[collection].find(dict(query or {}), wanted, sort=order, limit=limit))
        return [present(document, fields) for document in found] if fields else found

    def version(self) -> None:
        """It cannot be told."""
        return

    def count(self, collection: str) -> int:
        """Number of records."""
        with translated(self.server):
            return self._database[collection].count_documents({})

    def put(self, collection: str, doc: Fields) -> None:
        """Insert or replace a whole record."""
        document = normalise(doc, "allow")
        id_ = check_record_id(document.get("_id"))
        with translated(self.server):
            self._database[collection].replace_one({"_id": id_}, document, upsert=True)
        self._announcer.announce(collection, id_, "save", document)

    def update(
        self,
        collection: str,
        id: Any,  # noqa: A002
        *,
        set: Fields | None = None,  # noqa: A002
        unset: Sequence[str] | None = None,
        add_to_set: Fields | None = None,
        pull: Fields | None = None,
        push: Fields | None = None,
        upsert: bool = False,
    ) -> bool:
        """Change fields of one record."""
        check_record_id(id)
        changes = {
            "$set": set,
            "$unset": dict.fromkeys(unset or (), ""),
            "$addToSet": add_to_set,
            "$pull": {path: {"$in": [value]} for path, value in (pull or {}).items()},
            "$push": push,
        }
        update = {operator: normalise(fields, "allow") for operator, fields in changes.items() if fields}
        if not update and not upsert:
            return self.get(collection, id) is not None
        with self._updating():
            document = self._database[collection].find_one_and_update(
                {"_id": id}, update or {"$setOnInsert": {}}, upsert=upsert, return_document=ReturnDocument.AFTER
            )
        if document is None:
            return False
        self._announcer.announce(collection, id, "update_one", document)
        return True

    def delete(self, collection: str, id: Any) -> bool:  # noqa: A002
        """Remove a record; False when there was none."""
        with translated(self.server):
            deleted = self._database[collection].delete_one({"_id": id}).deleted_count > 0
        if deleted:
            self._announcer.announce(collection, id, "remove")
        return deleted

    def next_id(self, collection: str) -> int:
        """A whole number above every whole ``_id`` of the collection, never given twice."""
        with translated(self.server):
            whole = {"_id": {"$type": ["int", "long"]}}
            highest = self._database[collection].find_one(whole, {"_id": 1}, sort=[("_id", -1)])
            counters = self._database[_COUNTERS]
            counters.update_one({"_id": collection}, {"$max": {"last": highest["_id"] if highest else 0}}, upsert=True)
            counter = counters.find_one_and_update(
                {"_id": collection}, {"$inc": {"last": 1}}, return_document=ReturnDocument.AFTER, upsert=True
            )
            return int((counter or {})["last"])

    def collections(self) -> list[str]:
        """Sorted names of the collections that hold something."""
        with translated(self.server):
            return sorted(name for name in self._database.list_collection_names() if not is_internal(name))

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Call ``fn`` after each change made through this object; returns the way out."""
        return self._announcer.subscribe(fn)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @contextlib.contextmanager
    def _updating(self) -> Iterator[None]:
        with translated(self.server):
            try:
                yield
            except errors.OperationFailure as error:
                if error.code in _UPDATE_FAULTS:
                    reason = str((error.details or {}).get("errmsg") or error)
                    raise UpdateError("record", reason) from error
                raise
