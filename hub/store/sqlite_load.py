"""Filling an empty collection of the embedded store with documents that come in any order.

Inserting at random places of a b-tree moves pages about for every document, and the more the larger it is. So the
documents are appended to a file beside the collection's, and sorted into place at the end, by SQLite's external sort:
three times as fast at 200,000 documents, five times at a million. The file goes with the load, or with the collection.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator, Sequence

from hub.store.port import Record, Repeated
from hub.store.sqlite_file import PAGE_SIZE, CollectionFile, translated

SUFFIX = "-incoming"  #: of the file beside the collection's
_CACHE_KIB = 4096
_SETTLE = "INSERT OR {conflict} INTO docs SELECT _id, body FROM incoming.records ORDER BY _id, ordinal"


class SqliteLoad:
    """See `hub.store.port.Load`."""

    def __init__(self, file: CollectionFile) -> None:
        self._file = file
        self._path = file.path.with_name(file.path.name + SUFFIX)
        self._connection: sqlite3.Connection | None = None

    def add(self, ordinals: Sequence[int], records: Sequence[Record]) -> None:
        """Take documents, each with its place in the order in which they came."""
        with translated(self._file.name, self._path):
            connection = self._connection or self._open()
            connection.execute("BEGIN")
            rows = ((ordinal, id_, body) for ordinal, (id_, body) in zip(ordinals, records, strict=True))
            connection.executemany("INSERT INTO records VALUES (?, ?, ?)", rows)
            connection.execute("COMMIT")

    def settle(self, *, last: bool = False) -> int:
        """Put the documents into the collection, of each ``_id`` the first or the last; returns how many."""
        if self._connection is None:
            return 0
        statement = _SETTLE.format(conflict="REPLACE" if last else "IGNORE")
        with self._file.attached(self._path, "incoming") as connection:
            stored = connection.execute(statement).rowcount
            if last:  # those that were replaced are in it
                (stored,) = connection.execute("SELECT count(*) FROM docs").fetchone()
            if self._file.counted:
                connection.execute("UPDATE counted SET documents = ?", (stored,))
            return int(stored)

    def repeated(self) -> Iterator[Repeated]:
        """Each document whose ``_id`` has come before, by ``_id`` and in order."""
        if self._connection is None:
            return
        with translated(self._file.name, self._path):
            known, first = "", 0
            rows = self._connection.execute("SELECT _id, ordinal FROM records ORDER BY _id, ordinal")
            for id_, ordinal in rows:
                if id_ == known:
                    yield Repeated(id_, ordinal, first, self._body(ordinal))
                else:
                    known, first = id_, ordinal

    def close(self) -> None:
        """Remove the file. Safe to call at any time."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
            self._path.unlink(missing_ok=True)

    def _body(self, ordinal: int) -> bytes:
        assert self._connection is not None
        row = self._connection.execute("SELECT body FROM records WHERE ordinal = ?", (ordinal,)).fetchone()
        return bytes(row[0])

    def _open(self) -> sqlite3.Connection:
        with self._file.writing():  # so that the collection exists, and what a crash leaves is dropped with it
            self._path.unlink(missing_ok=True)
        connection = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        with contextlib.closing(connection.cursor()) as cursor:
            cursor.execute(f"PRAGMA page_size={PAGE_SIZE}")
            cursor.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
            cursor.execute("PRAGMA journal_mode=OFF")
            cursor.execute("PRAGMA synchronous=OFF")
            cursor.execute("CREATE TABLE records (ordinal INTEGER PRIMARY KEY, _id TEXT NOT NULL, body BLOB NOT NULL)")
        self._connection = connection
        return connection
