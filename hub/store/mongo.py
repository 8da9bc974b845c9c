"""The MongoDB document store, over pymongo.

Bodies are BSON bytes from end to end: inserting wraps them in `RawBSONDocument`, scanning cuts the server's raw
batches, so a document that no stage touches is never decoded.

A swap that keeps an archive is two renames, for MongoDB has no single one. The intent is written down first
(collection ``_hub_renames``), and whoever opens the database after a crash finishes it: see `MongoStore.recover`.
"""

from __future__ import annotations

import itertools
import os
import socket
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any

from pymongo import MongoClient, errors
from pymongo.database import Database

from hub.store.codec import BsonCodec, bson_options
from hub.store.errors import BadCollectionNameError, CollectionExistsError, CollectionNotFoundError
from hub.store.mongo_collection import MongoCollection
from hub.store.mongo_errors import server_name, translated
from hub.store.names import check_name, is_internal
from hub.store.port import Codec, CollectionStats, StoreSpec

_RENAMES = "_hub_renames"
_NO_SUCH_NAMESPACE = 26
_NO_SUCH_STAGE = frozenset({16436, 40324, 238, 59, 115})  # a server that cannot copy by itself
_COPY = 2000  # documents a write, when they go through this process
_STALE = timedelta(minutes=1)
_SELECT_MS = 10_000


class MongoStore:
    """One database of a MongoDB server. See `hub.store.port.DocumentStore`.

    Args:
        spec: ``location`` is the URI.

    Raises:
        StoreUnavailableError: the server does not answer.
        StoreAccessError: it refuses the user.
    """

    def __init__(self, spec: StoreSpec) -> None:
        self.spec = spec
        self.codec: Codec = BsonCodec()
        self.server = server_name(spec.location)
        with translated(self.server):
            self._client: MongoClient[dict[str, Any]] = connect(spec.location)
            self._database: Database[dict[str, Any]] = self._client.get_database(spec.database, bson_options())
            try:
                self.recover()
            except BaseException:
                self._client.close()
                raise

    def collection(self, name: str, *, durable: bool = False) -> MongoCollection:
        """The collection of that name, existing or not; the server journals every write, ``durable`` or not."""
        return MongoCollection(self._database[check_name(name)], self.codec, self.server)

    def names(self, prefix: str = "") -> list[str]:
        """Sorted names of the existing collections that start with ``prefix``."""
        with translated(self.server):
            found = self._database.list_collection_names()
        return sorted(name for name in found if name.startswith(prefix) and not is_internal(name))

    def exists(self, name: str) -> bool:
        """Whether the collection exists."""
        with translated(self.server):
            return bool(self._database.list_collection_names(filter={"name": check_name(name)}))

    def rename(self, old: str, new: str, *, archive: str | None = None) -> None:
        """Put ``old`` in the place of ``new``; what stood there is dropped or kept as ``archive``.

        Without an archive this is one step of the server. With one, readers find nothing at ``new`` for the time of two
        requests.
        """
        check_name(new)
        if old == new or archive in (old, new):
            raise BadCollectionNameError(new, "a collection cannot take its own name or that of its archive")
        if not self.exists(old):
            raise CollectionNotFoundError(old, self.names())
        if archive is None or not self.exists(new):
            self._move(old, new)
            return
        if self.exists(check_name(archive)):
            raise CollectionExistsError(archive)
        with translated(self.server):
            intents = self._database[_RENAMES]
            intent = {
                "old": old,
                "archive": archive,
                "at": datetime.now(UTC),
                "by": f"{socket.gethostname()}:{os.getpid()}",
            }
            intents.replace_one({"_id": new}, intent, upsert=True)
            self._move(new, archive)
            self._move(old, new)
            intents.delete_one({"_id": new})

    def fork(self, old: str, new: str) -> None:
        """Let ``new`` hold what ``old`` holds now: a copy, made by the server where it can."""
        if not self.exists(old):
            raise CollectionNotFoundError(old, self.names())
        if self.exists(check_name(new)):
            raise CollectionExistsError(new)
        try:
            self._database[old].aggregate([{"$match": {}}, {"$out": new}])
        except errors.OperationFailure as error:
            if error.code not in _NO_SUCH_STAGE:
                with translated(self.server):
                    raise
            self.drop(new)
            self._copy(old, new)

    def _copy(self, old: str, new: str) -> None:
        records, target = self.collection(old).scan(batch_size=_COPY), self.collection(new)
        while batch := list(itertools.islice(records, _COPY)):
            target.insert(batch)

    def recover(self) -> list[str]:
        """Finish swaps that a crash left half done, a minute after they began; returns the names put right."""
        repaired = []
        with translated(self.server):
            intents = self._database[_RENAMES]
            for intent in list(intents.find({"at": {"$lt": datetime.now(UTC) - _STALE}})):
                new = str(intent["_id"])
                if not self.exists(new):
                    self._move(intent["old"] if self.exists(intent["old"]) else intent["archive"], new)
                    repaired.append(new)
                intents.delete_one({"_id": new})
        return repaired

    def drop(self, name: str) -> bool:
        """Remove a collection; False when there was none."""
        if not self.exists(name):
            return False
        with translated(self.server):
            self._database.drop_collection(name)
        return True

    def stats(self, name: str) -> CollectionStats:
        """Count and bytes on disk; zeros for a collection that does not exist."""
        if not self.exists(name):
            return CollectionStats(name, 0, 0)
        with translated(self.server):
            found = self._database.command("collStats", name)
        return CollectionStats(name, self.collection(name).count(), int(found.get("storageSize", 0)))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> MongoStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _move(self, old: str, new: str) -> None:
        with translated(self.server):
            try:
                self._database[old].rename(new, dropTarget=True)
            except errors.OperationFailure as error:
                if error.code == _NO_SUCH_NAMESPACE:
                    raise CollectionNotFoundError(old, self.names()) from error
                raise


def connect(uri: str) -> MongoClient[dict[str, Any]]:
    """A client of a server; ten seconds without one are an error (the URI may say otherwise)."""
    defaults: dict[str, Any] = {}
    if "serverselectiontimeoutms" not in uri.lower():
        defaults["serverSelectionTimeoutMS"] = _SELECT_MS
    return MongoClient(uri, appname="hub", **defaults)
