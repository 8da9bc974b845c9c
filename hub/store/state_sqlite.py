"""The hub's records in one SQLite file (WAL), for one machine: several processes may read and write it."""

from __future__ import annotations

import contextlib
import heapq
import itertools
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.store.codec import JsonCodec
from hub.store.errors import BadIdError, StoreClosedError
from hub.store.filters import matcher, sort_key
from hub.store.sqlite_file import BUSY_SECONDS, translated
from hub.store.state_port import Announcer, Document, Fields, Subscriber, present
from hub.store.updates import apply_update

# `id` has no type: text, whole and broken numbers stay what they are, and 1 equals 1.0.
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS records (collection TEXT NOT NULL, id NOT NULL, body BLOB NOT NULL, "
    "PRIMARY KEY (collection, id)) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS counters (collection TEXT NOT NULL PRIMARY KEY, last INTEGER NOT NULL) WITHOUT ROWID",
)
_ALL = "SELECT body FROM records WHERE collection = ? ORDER BY id"
_COUNT = "SELECT count(*) FROM records WHERE collection = ?"
#: Two columns: whether values are tagged (see `hub.store.codec`), and a JSON array of the values at some paths.
_SOME = (
    "SELECT substr(body, 1, 1) = x'78', "
    "json_extract(CAST(iif(substr(body, 1, 1) = x'78', substr(body, 2), body) AS TEXT){}) "
    "FROM records WHERE collection = ? ORDER BY id"
)
#: What the body begins with besides, and the rest without some of its fields.
_LESS = (
    "SELECT iif(substr(body, 1, 1) = x'78', x'78', x''), "
    "json_remove(CAST(iif(substr(body, 1, 1) = x'78', substr(body, 2), body) AS TEXT){}) "
    "FROM records WHERE collection = ? ORDER BY id"
)
RESERVE = 1024 * 1024  #: bytes on the disk that are kept for the hub's own records
_SAVE = "INSERT OR REPLACE INTO records VALUES (?, ?, ?)"


class SqliteState:
    """Records in one file. See `hub.store.state_port.StateStore`.

    Args:
        path: the file; made when missing.
        entities: entity name by collection name, for change events.
    """

    def __init__(self, path: Path, entities: Mapping[str, str]) -> None:
        self.path = path
        self._codec = JsonCodec(keys="allow")
        self._announcer = Announcer(entities)
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        _keep_to_owner(path)
        with translated(path.stem, path):
            self._connection: sqlite3.Connection | None = sqlite3.connect(
                path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=FULL")
            for statement in _SCHEMA:
                self._connection.execute(statement)
            _reserve(self._connection, path)

    def get(self, collection: str, id: Any) -> Document | None:  # noqa: A002
        """One record, or None."""
        with self._open() as connection:
            return self._read(connection, collection, id)

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
        matches = matcher(query) if query else None
        by_id = [name for name, _ in sort or [("_id", 1)]] == ["_id"]
        backwards = by_id and any(direction < 0 for _, direction in sort or ())
        with self._open() as connection:
            if fields and matches is None and by_id:
                documents = self._parts(connection, collection, fields, backwards)
            else:
                whole = self._all(connection, collection, backwards, () if matches or sort else without)
                documents = filter(matches, whole) if matches else whole
                if without:
                    documents = ({k: v for k, v in document.items() if k not in without} for document in documents)
                if fields:
                    wanted = [*fields, *(name for name, _ in sort or ())]
                    documents = (present(document, wanted) for document in documents)
            if by_id:
                return list(itertools.islice(documents, limit or None))
            keyed = ((sort_key(document, sort or ()), n, document) for n, document in enumerate(documents))
            ordered = heapq.nsmallest(limit, keyed) if limit else sorted(keyed)
            found = [document for *_, document in ordered]
            return [present(document, fields) for document in found] if fields else found

    def count(self, collection: str) -> int:
        """Number of records."""
        with self._open() as connection:
            (number,) = connection.execute(_COUNT, (collection,)).fetchone()
            return int(number)

    def version(self) -> int:
        """A number that is another one after another connection has written."""
        with self._open() as connection:
            return int(connection.execute("PRAGMA data_version").fetchone()[0])

    def _all(
        self, connection: sqlite3.Connection, collection: str, backwards: bool, without: Sequence[str]
    ) -> Iterator[Document]:
        order = " DESC" if backwards else ""
        if not without:
            for (body,) in connection.execute(_ALL + order, (collection,)):
                yield self._codec.decode(body)
            return
        paths = [f'$."{name}"' for name in without]
        sql = _LESS.format(", ?" * len(paths)) + order
        for mark, text in connection.execute(sql, (*paths, collection)):
            yield self._codec.decode(mark + text.encode())

    def _parts(
        self, connection: sqlite3.Connection, collection: str, fields: Sequence[str], backwards: bool
    ) -> Iterator[Document]:
        """Some fields of each record, taken out by SQLite, which is many times faster than reading all of it."""
        paths = [f'$."{name}"' for name in ("_id", *fields)]
        sql = _SOME.format(", ?" * len(paths)) + (" DESC" if backwards else "")
        for is_tagged, values in connection.execute(sql, (*paths, collection)):
            yield present(self._codec.parts(("_id", *fields), values, bool(is_tagged)), fields)

    def put(self, collection: str, doc: Fields) -> None:
        """Insert or replace a whole record."""
        document = dict(doc)
        id_ = check_record_id(document.get("_id"))
        with self._open() as connection:
            connection.execute(_SAVE, (collection, id_, self._codec.encode(document)))
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
        with self._writing() as connection:
            document = self._read(connection, collection, id)
            if document is None:
                if not upsert:
                    return False
                document = {"_id": check_record_id(id)}
            apply_update(document, set_=set, unset=unset, add_to_set=add_to_set, pull=pull, push=push)
            connection.execute(_SAVE, (collection, id, self._codec.encode(document)))
        self._announcer.announce(collection, id, "update_one", document)
        return True

    def delete(self, collection: str, id: Any) -> bool:  # noqa: A002
        """Remove a record; False when there was none."""
        with self._open() as connection:
            cursor = connection.execute("DELETE FROM records WHERE collection = ? AND id = ?", (collection, id))
        if cursor.rowcount:
            self._announcer.announce(collection, id, "remove")
        return cursor.rowcount > 0

    def next_id(self, collection: str) -> int:
        """A whole number above every whole ``_id`` of the collection, never given twice."""
        with self._writing() as connection:
            (highest,) = connection.execute(
                "SELECT max(id) FROM records WHERE collection = ? AND typeof(id) = 'integer'", (collection,)
            ).fetchone()
            (last,) = connection.execute(
                "INSERT INTO counters VALUES (?, ?) "
                "ON CONFLICT (collection) DO UPDATE SET last = max(last + 1, excluded.last) RETURNING last",
                (collection, (highest or 0) + 1),
            ).fetchone()
            return int(last)

    def collections(self) -> list[str]:
        """Sorted names of the collections that hold something."""
        with self._open() as connection:
            return [name for (name,) in connection.execute("SELECT DISTINCT collection FROM records ORDER BY 1")]

    def subscribe(self, fn: Subscriber) -> Callable[[], None]:
        """Call ``fn`` after each change made through this object; returns the way out."""
        return self._announcer.subscribe(fn)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection = None

    def _read(self, connection: sqlite3.Connection, collection: str, id_: Any) -> Document | None:
        sql = "SELECT body FROM records WHERE collection = ? AND id = ?"
        row = connection.execute(sql, (collection, id_)).fetchone()
        return self._codec.decode(row[0]) if row else None

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self.path.stem, self.path):
            if self._connection is None:
                raise StoreClosedError(self.path.stem)
            yield self._connection

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _reserve(connection: sqlite3.Connection, path: Path) -> None:
    """Take room on the disk now, so that the hub can still write what became of its jobs when the disk is full.

    What is written and deleted leaves free pages in the file, and as much room in its log, which is written over.
    """
    log = path.with_name(f"{path.name}-wal")
    (pages,), (size,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in ("freelist_count", "page_size"))
    with contextlib.suppress(OSError):
        if pages * size >= RESERVE / 2 and log.stat().st_size >= RESERVE:
            return
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute("CREATE TABLE reserve (room BLOB)")
        connection.execute("INSERT INTO reserve VALUES (zeroblob(?))", (RESERVE,))
        connection.execute("DROP TABLE reserve")
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except sqlite3.Error:  # no room now: the hub works on as long as it can
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep_to_owner(path: Path) -> None:
    """Hashes of passwords are in it; SQLite gives the files beside it the same mode."""
    with contextlib.suppress(OSError):
        path.touch(mode=0o600, exist_ok=True)
        path.chmod(0o600)


def check_record_id(value: Any) -> Any:
    """``value`` itself when it can be the ``_id`` of a record: text or a number.

    Raises:
        BadIdError: anything else.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        raise BadIdError(value, "cannot name a record of the hub: use text or a number.")
    return value
