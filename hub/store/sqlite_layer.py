"""Forks of the embedded store: a file that holds only what differs from another one, its *base*.

A forked collection's file has the tables of any other, with one more, ``layer``, that names the base; a row whose body
is NULL says that a document of the base is gone. The base is a second name (hard link) of the file that was forked,
kept for this fork alone: it stays when the original is dropped, and goes with the fork. It never changes, because a
writer that finds a second name on its file copies the file first (`hub.store.sqlite_file.CollectionFile`).

Readers see both as one: ``docs`` is a temporary view of the connection, which SQLite reads in order without sorting.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

PREFIX = ".base-"
SCHEMA = (
    "CREATE TABLE docs (_id TEXT NOT NULL PRIMARY KEY, body BLOB) WITHOUT ROWID",
    "CREATE TABLE indexed_fields (name TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
    "CREATE TABLE layer (base TEXT NOT NULL, documents INTEGER NOT NULL)",
)
_VIEW = """CREATE TEMP VIEW docs AS
    SELECT _id, body FROM main.docs WHERE body IS NOT NULL
    UNION ALL
    SELECT _id, body FROM base.docs AS b WHERE NOT EXISTS (SELECT 1 FROM main.docs AS m WHERE m._id = b._id)"""
_COUNT = """SELECT layer.documents
    + (SELECT count(*) FROM main.docs WHERE body IS NOT NULL)
    - (SELECT count(*) FROM main.docs AS m WHERE EXISTS (SELECT 1 FROM base.docs AS b WHERE b._id = m._id))
    FROM layer"""
Row = tuple[str, bytes | None]


def base_of(connection: sqlite3.Connection) -> str | None:
    """File name of the base of an opened collection; None when it is no fork."""
    if connection.execute("SELECT 1 FROM main.sqlite_master WHERE name='layer'").fetchone() is None:
        return None
    return str(connection.execute("SELECT base FROM layer").fetchone()[0])


def attach(connection: sqlite3.Connection, folder: Path) -> bool:
    """Show a fork and its base as one; False when the collection is no fork.

    Raises:
        sqlite3.Error: the base is gone.
    """
    base = base_of(connection)
    if base is None:
        return False
    connection.execute("ATTACH ? AS base", (f"file:{quote(str(folder / base))}?mode=ro&immutable=1",))
    connection.execute(_VIEW)
    return True


def fill(connection: sqlite3.Connection, base: str, documents: int, rows: Iterable[Row]) -> None:
    """Make a new file a fork, inside the caller's transaction.

    Args:
        connection: of an empty file.
        base: file name of the base.
        documents: documents of the base.
        rows: what differs already.
    """
    for statement in SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT INTO layer VALUES (?, ?)", (base, documents))
    connection.executemany("INSERT INTO docs VALUES (?, ?)", rows)


def own_rows(connection: sqlite3.Connection) -> tuple[list[Row], int]:
    """What a fork holds itself, and the number of documents of its base; of one moment."""
    connection.execute("BEGIN")
    try:
        rows: list[Row] = connection.execute("SELECT _id, body FROM main.docs").fetchall()
        (documents,) = connection.execute("SELECT documents FROM layer").fetchone()
        return rows, int(documents)
    finally:
        connection.execute("COMMIT")


def own_size(connection: sqlite3.Connection) -> tuple[int, int]:
    """Rows that a fork holds itself, and the number of documents of its base."""
    (own,) = connection.execute("SELECT count(*) FROM main.docs").fetchone()
    (documents,) = connection.execute("SELECT documents FROM layer").fetchone()
    return int(own), int(documents)


def count(connection: sqlite3.Connection) -> int:
    """Documents of a fork, without reading those of the base."""
    return int(connection.execute(_COUNT).fetchone()[0])


def has_count(connection: sqlite3.Connection) -> bool:
    """Whether a file has a place for the number of its documents."""
    return connection.execute("SELECT 1 FROM main.sqlite_master WHERE name='counted'").fetchone() is not None


def known_count(connection: sqlite3.Connection) -> int | None:
    """The number of documents of a file that is no fork, when it is known."""
    row = connection.execute("SELECT documents FROM counted").fetchone()
    return None if row is None or row[0] is None else int(row[0])


def count_base(base: Path) -> int:
    """Documents of a base that is no fork itself."""
    uri = f"file:{quote(str(base))}?mode=ro&immutable=1"
    with contextlib.closing(sqlite3.connect(uri, uri=True)) as connection:
        known = known_count(connection) if has_count(connection) else None
        return int(connection.execute("SELECT count(*) FROM docs").fetchone()[0]) if known is None else known


def put(connection: sqlite3.Connection, records: Sequence[tuple[str, bytes]]) -> None:
    """Insert or replace documents of a fork."""
    connection.executemany("INSERT OR REPLACE INTO main.docs VALUES (?, ?)", records)


def remove(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Delete documents of a fork; how many were there."""
    deleted = 0
    for id_ in dict.fromkeys(ids):
        if connection.execute("SELECT 1 FROM docs WHERE _id = ?", (id_,)).fetchone() is None:
            continue
        deleted += 1
        if connection.execute("SELECT 1 FROM base.docs WHERE _id = ?", (id_,)).fetchone() is None:
            connection.execute("DELETE FROM main.docs WHERE _id = ?", (id_,))
        else:
            connection.execute("INSERT OR REPLACE INTO main.docs VALUES (?, NULL)", (id_,))
    return deleted


def new_base(path: Path) -> Path:
    """A second name for a file, for one fork; a copy where the file system has no hard links."""
    base = path.with_name(f"{PREFIX}{secrets.token_hex(16)}{path.suffix}")
    try:
        os.link(path, base)
    except OSError:
        shutil.copyfile(path, base)
    return base
