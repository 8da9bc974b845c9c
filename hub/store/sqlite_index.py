"""Field indexes of the embedded store: a table beside the documents with one row for each value and document.

Lists have a row for each member, as in MongoDB. Texts up to `MAX_INDEXED_TEXT` characters and whole numbers are
indexed; filters on other values read the documents.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from hub.store.filters import values_at

MAX_INDEXED_TEXT = 1000
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS field_index (field TEXT NOT NULL, value NOT NULL, id TEXT NOT NULL, "
    "PRIMARY KEY (field, value, id)) WITHOUT ROWID",
    "CREATE INDEX IF NOT EXISTS field_index_id ON field_index (id)",
)
_INSERT = "INSERT OR IGNORE INTO field_index (field, value, id) VALUES (?, ?, ?)"

Decode = Callable[[bytes], dict[str, Any]]
Row = tuple[str, bytes]


def indexed_fields(connection: sqlite3.Connection) -> list[str]:
    """The dotted fields that have an index."""
    return [name for (name,) in connection.execute("SELECT name FROM indexed_fields ORDER BY name")]


def add_index(connection: sqlite3.Connection, field: str, decode: Decode) -> None:
    """Index a field of all documents, inside the caller's transaction."""
    for statement in _SCHEMA:
        connection.execute(statement)
    connection.execute("INSERT INTO indexed_fields (name) VALUES (?)", (field,))
    documents = connection.execute("SELECT _id, body FROM docs")
    connection.executemany(_INSERT, _entries(documents, [field], decode))


def index_records(
    connection: sqlite3.Connection, records: Sequence[Row], fields: Sequence[str], decode: Decode
) -> None:
    """Index new documents, inside the caller's transaction."""
    connection.executemany(_INSERT, _entries(records, fields, decode))


def forget_records(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take documents out of the indexes, inside the caller's transaction."""
    connection.executemany("DELETE FROM field_index WHERE id = ?", ((id_,) for id_ in ids))


def _entries(records: Iterable[Row], fields: Sequence[str], decode: Decode) -> Iterator[tuple[str, Any, str]]:
    paths = [(name, name.split(".")) for name in fields]
    for id_, body in records:
        document = decode(body)
        for name, path in paths:
            for value in values_at(document, path):
                if isinstance(value, str):
                    if len(value) <= MAX_INDEXED_TEXT:
                        yield name, value, id_
                elif isinstance(value, int | float) and not isinstance(value, bool):
                    yield name, value, id_
