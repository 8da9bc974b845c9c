"""One collection's SQLite file: how it is opened, written, made durable and noticed to have been replaced.

A file is in one of two modes:

- *bulk*: created by this store and not yet flushed. Its journal is in memory and nothing is synced, which makes loading
  fast; when the process dies meanwhile the file may be torn, and ``user_version`` 0 in its header says so.
- *sealed*: after the first `CollectionFile.seal` (flush, rename, close), or from the start for a durable collection.
  Every transaction is journaled on disk and synced; a crash at any moment leaves the last committed one.

WAL is not used here: a ``-wal`` file belongs to a *path*, and would be applied to whatever file is moved to that path.
The rollback journal of a file that is swapped away is settled first, under a lock (`CollectionFile.locked_out`).

A file with a second name is the base of a fork (`hub.store.sqlite_layer`): it is copied before it is written to.

Never open these files in Python beside SQLite: closing such a handle would drop SQLite's POSIX locks.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

from hub.store import sqlite_layer
from hub.store.errors import (
    CollectionDamagedError,
    CollectionExistsError,
    DiskFullError,
    StoreBusyError,
    StoreError,
    StoreFileError,
)

BUSY_SECONDS = 30.0
PAGE_SIZE = 16384
#: Caches in KiB: of a connection, of one that loads documents in any order, of one that reads from end to end.
CACHE_KIB, LOAD_CACHE_KIB, SCAN_CACHE_KIB = 16384, 65536, 2048
_BULK, _SEALED = 0, 1
_NO_ROOM = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN)  #: what a full disk may be called, too
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS docs (_id TEXT NOT NULL PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID",
    "CREATE TABLE IF NOT EXISTS indexed_fields (name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    # The number of documents, so that nobody has to read them all to count them; NULL: nobody knows.
    "CREATE TABLE IF NOT EXISTS counted (documents INTEGER)",
    "INSERT INTO counted SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counted) AND NOT EXISTS (SELECT 1 FROM docs)",
)

Identity = tuple[int, int]


class CollectionFile:
    """The file of one collection, its writing connection and its lock.

    Args:
        name: the collection, for messages.
        path: its file, existing or not.
        durable: create it sealed: every write survives a crash, at the price of two syncs a batch.

    Attributes:
        forked: the file that `reading` and `writing` have opened is a fork.
        counted: it knows the number of its documents, or that it does not (older files do not have the place).
    """

    def __init__(self, name: str, path: Path, *, durable: bool = False) -> None:
        self.name, self.path, self.durable = name, path, durable
        self.lock = threading.RLock()
        self.bulk = self.forked = self.counted = False
        self._connection: sqlite3.Connection | None = None
        self._identity: Identity | None = None

    def exists(self) -> bool:
        """Whether the file is there."""
        return identity(self.path) is not None

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """The connection for a short read, or None when there is no collection."""
        with self.lock, translated(self.name, self.path):
            yield self._current()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A write transaction on the file that holds the name now; created when there is none. All or nothing."""
        with self.lock, translated(self.name, self.path):
            connection = self._begin()
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextlib.contextmanager
    def attached(self, path: Path, name: str) -> Iterator[sqlite3.Connection]:
        """As `writing`, with the tables of another database at hand under ``name``."""
        with self.lock, translated(self.name, self.path):
            connection = self._current() or self._create()
            connection.execute(f"ATTACH ? AS {name}", (str(path),))
            try:
                with self.writing() as writing:
                    yield writing
            finally:
                connection.execute(f"DETACH {name}")

    def reader(self) -> sqlite3.Connection | None:
        """A new connection of its own for a long read; the caller closes it. None when there is no collection."""
        with translated(self.name, self.path):
            if identity(self.path) is None:
                return None
            connection = _connect(self.path)
            if not _has_table(connection):
                connection.close()
                return None
            connection.execute(f"PRAGMA cache_size=-{SCAN_CACHE_KIB}")
            sqlite_layer.attach(connection, self.path.parent)
            connection.execute("PRAGMA query_only=1")
            return connection

    def seal(self) -> None:
        """Make everything written so far survive a crash, and everything that follows."""
        with self.lock, translated(self.name, self.path):
            connection = self._current()
            if connection is None or not (self.bulk or _version(connection) == _BULK):
                return
            if not self.bulk:
                self._check_torn(connection)
            connection.execute("PRAGMA main.journal_mode=DELETE")
            connection.execute("PRAGMA main.synchronous=FULL")
            # Changing the header commits a page and syncs the file, which covers all that was written without sync.
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(f"PRAGMA user_version={_SEALED}")
            connection.execute("COMMIT")
            self.bulk = False
            sync_folder(self.path.parent)

    def close(self) -> None:
        """Close the connection; the next use opens it again."""
        with self.lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._identity = None, None
            self.bulk = self.forked = self.counted = False

    def fork(self, base: Path, documents: int, rows: Iterable[sqlite_layer.Row]) -> None:
        """Create the file as a fork, in bulk mode.

        Args:
            base: the base, in the same folder.
            documents: documents of the base.
            rows: what differs already.

        Raises:
            CollectionExistsError: the file is there.
        """
        with self.lock, translated(self.name, self.path):
            if not self._make_file():
                raise CollectionExistsError(self.name)
            connection = self._new_connection(bulk=True)
            connection.execute("BEGIN IMMEDIATE")
            sqlite_layer.fill(connection, base.name, documents, rows)
            connection.execute("COMMIT")
            sqlite_layer.attach(connection, self.path.parent)
            self._connection, self._identity, self.bulk, self.forked = connection, identity(self.path), True, True

    def base(self) -> Path | None:
        """The base of a fork; None for other files, and for those that can not be read."""
        try:
            with self.reading() as connection:
                name = connection and sqlite_layer.base_of(connection)
        except StoreError:
            return None
        return self.path.with_name(name) if name else None

    @contextlib.contextmanager
    def locked_out(self) -> Iterator[None]:
        """Keep every other writer and reader out, and leave no journal behind, while the file is moved away.

        Writers of other processes that waited find another file at the path and open that one instead.
        """
        with self.lock, translated(self.name, self.path):
            self.close()
            if identity(self.path) is None:
                yield
                return
            connection = _connect(self.path)
            try:
                connection.execute("BEGIN EXCLUSIVE")
                yield
                connection.execute("ROLLBACK")
            finally:
                connection.close()

    def _begin(self) -> sqlite3.Connection:
        while True:
            connection = self._current() or self._create()
            connection.execute("BEGIN IMMEDIATE")
            if identity(self.path) == self._identity:
                if self.bulk or not _is_shared(self.path):
                    return connection
                connection.execute("ROLLBACK")
                self._unshare()
                continue
            connection.execute("ROLLBACK")

    def _unshare(self) -> None:
        """Put a copy in the place of a file that is the base of a fork, which then has it for itself."""
        copy = self.path.with_name(f".copy-{secrets.token_hex(16)}{self.path.suffix}")
        self.close()
        with contextlib.closing(_connect(self.path)) as guard:
            guard.execute("BEGIN IMMEDIATE")  # no other writer; those that wait will find another file
            try:
                # SQLite copies: opening the file beside it would drop its locks.
                with contextlib.closing(_connect(self.path)) as source, contextlib.closing(sqlite3.connect(copy)) as to:
                    source.backup(to)
                if _is_shared(self.path):
                    copy.replace(self.path)
                    sync_folder(self.path.parent)
            finally:
                copy.unlink(missing_ok=True)

    def _current(self) -> sqlite3.Connection | None:
        present = identity(self.path)
        if self._connection is not None and present == self._identity:
            return self._connection
        self.close()
        if present is None:
            return None
        connection = _connect(self.path)
        if not _has_table(connection):
            connection.close()
            return None
        connection.execute("PRAGMA synchronous=FULL")
        self.forked = sqlite_layer.attach(connection, self.path.parent)
        self.counted = sqlite_layer.has_count(connection)
        self._connection, self._identity = connection, present
        return connection

    def _make_file(self) -> bool:
        """Create the file, empty; False when it was there."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o660))
        except FileExistsError:
            return False
        return True

    def _new_connection(self, *, bulk: bool) -> sqlite3.Connection:
        connection = _connect(self.path)
        connection.execute(f"PRAGMA page_size={PAGE_SIZE}")
        connection.execute(f"PRAGMA cache_size=-{LOAD_CACHE_KIB}")
        if bulk:
            connection.execute("PRAGMA journal_mode=MEMORY")
            connection.execute("PRAGMA synchronous=OFF")
        else:
            connection.execute("PRAGMA synchronous=FULL")
        return connection

    def _create(self) -> sqlite3.Connection:
        mine = self._make_file()
        bulk = mine and not self.durable
        connection = self._new_connection(bulk=bulk)
        connection.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            connection.execute(statement)
        if mine and self.durable:
            connection.execute(f"PRAGMA user_version={_SEALED}")
        connection.execute("COMMIT")
        if mine and self.durable:
            sync_folder(self.path.parent)
        self._connection, self._identity, self.bulk = connection, identity(self.path), bulk
        self.counted = True
        return connection

    def _check_torn(self, connection: sqlite3.Connection) -> None:
        """Another process made this file and did not flush it: it may still be whole."""
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise CollectionDamagedError(self.name, self.path, str(verdict))


def identity(path: Path) -> Identity | None:
    """What tells one file from another that takes its name; None when there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - on the path of every call, and three times as fast
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _is_shared(path: Path) -> bool:
    """Whether the file has a second name: it is the base of a fork."""
    return os.stat(path).st_nlink > 1  # noqa: PTH116 - on the path of every write


def sync_folder(folder: Path) -> None:
    """Make new, moved and removed names in a folder survive a crash of the machine."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def translated(name: str, path: Path) -> Iterator[None]:
    """Turn SQLite's errors into the hub's."""
    try:
        yield
    except sqlite3.Error as error:
        raise _translate(error, name, path) from error


def _translate(error: sqlite3.Error, name: str, path: Path) -> StoreError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL or (code in _NO_ROOM and shutil.disk_usage(path.parent).free < PAGE_SIZE):
        return DiskFullError(str(path.parent), shutil.disk_usage(path.parent).free)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusyError(name, BUSY_SECONDS)
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return CollectionDamagedError(name, path, str(error))
    return StoreFileError(name, path, str(error))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode=rw",
        uri=True,
        timeout=BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")
    return connection


def _has_table(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name='docs'").fetchone() is not None


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
