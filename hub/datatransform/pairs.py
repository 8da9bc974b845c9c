"""Pairs of identifiers on disk: as many as a file or collection holds, found by key, without filling the memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

BATCH = 10_000
_ASKED = 500  #: keys in one query


class PairTable:
    """Keys with their values, in a temporary database that vanishes with it; not to be shared between processes.

    Args:
        pairs: read once; repeated pairs count once.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._database = sqlite3.connect("", check_same_thread=False)  # a file of its own that SQLite deletes
        self._database.execute(
            "CREATE TABLE pairs (key TEXT, position INTEGER, value TEXT, PRIMARY KEY (key, value)) WITHOUT ROWID"
        )
        rows = ((key, number, value) for number, (key, value) in enumerate(pairs))
        with self._database:
            while batch := list(islice(rows, BATCH)):
                self._database.executemany("INSERT OR IGNORE INTO pairs VALUES (?, ?, ?)", batch)

    def find(self, keys: Sequence[str]) -> dict[str, list[str]]:
        """Values of those keys that are there, in the order in which they were read."""
        found: dict[str, list[str]] = {}
        for start in range(0, len(keys), _ASKED):
            asked = keys[start : start + _ASKED]
            marks = ",".join("?" * len(asked))
            query = f"SELECT key, value FROM pairs WHERE key IN ({marks}) ORDER BY key, position"
            for key, value in self._database.execute(query, asked):
                found.setdefault(key, []).append(value)
        return found

    def close(self) -> None:
        """Remove the database."""
        self._database.close()


def values_at(document: Mapping[str, Any], field: str) -> Iterator[str]:
    """The values of a dotted field as text, through lists and objects; empty ones are left out."""
    yield from _walk(document, field.split("."))


def _walk(value: Any, way: Sequence[str]) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _walk(item, way)
    elif way:
        if isinstance(value, Mapping):
            dotted = ".".join(way)
            if dotted in value and len(way) > 1:  # a key that holds dots itself
                yield from _walk(value[dotted], ())
            elif way[0] in value:
                yield from _walk(value[way[0]], way[1:])
    elif value is not None and not isinstance(value, Mapping | bool):
        text = str(value)
        if text:
            yield text
