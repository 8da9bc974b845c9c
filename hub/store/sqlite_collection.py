"""Collections of the embedded store."""

from __future__ import annotations

import heapq
import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, cast

from hub.store import sqlite_layer
from hub.store.errors import CollectionChangedError
from hub.store.filters import project, sort_key
from hub.store.port import EVERYTHING, Codec, Document, Filter, IdRange, Record
from hub.store.sqlite_file import CollectionFile, translated
from hub.store.sqlite_filters import Plan, plan_filter
from hub.store.sqlite_index import add_index, forget_records, index_records, indexed_fields
from hub.store.sqlite_load import SqliteLoad

_record = cast("Callable[[tuple[str, bytes]], Record]", partial(tuple.__new__, Record))
_GET = 500


class SqliteCollection:
    """One collection in one file. See `hub.store.port.Collection`.

    Scans and searches read a batch at a time, without holding a lock between batches, and raise
    `CollectionChangedError` when somebody writes to the same file meanwhile; a collection that is *replaced* meanwhile
    is read to its end as it was.
    """

    def __init__(self, name: str, file: CollectionFile, codec: Codec) -> None:
        self.name = name
        self._file = file
        self._codec = codec

    def insert(self, records: Sequence[Record]) -> list[int]:
        """Insert new records; positions of those that were not, because their ``_id`` was taken."""
        if not records:
            return []
        with self._file.writing() as connection:
            fields = indexed_fields(connection)
            refused = self._inserted(connection, records)
            self._note(connection, len(records) - len(refused))
            if fields:
                index_records(connection, _without(records, refused), fields, self._codec.decode)
        return refused

    def _inserted(self, connection: sqlite3.Connection, records: Sequence[Record]) -> list[int]:
        if self._file.forked:
            refused = _taken(connection, records)
            sqlite_layer.put(connection, _without(records, refused))
            return refused
        connection.execute("SAVEPOINT batch")
        try:
            connection.executemany("INSERT INTO docs VALUES (?, ?)", records)
            refused = []
        except sqlite3.IntegrityError:
            connection.execute("ROLLBACK TO batch")
            refused = _taken(connection, records)
            connection.executemany("INSERT INTO docs VALUES (?, ?)", _without(records, refused))
        connection.execute("RELEASE batch")
        return refused

    def load(self) -> SqliteLoad | None:
        """A load of this collection, while it is empty."""
        return None if self.count() or self._file.forked else SqliteLoad(self._file)

    def replace(self, records: Sequence[Record]) -> None:
        """Insert or replace whole documents; the last of equal ``_id`` wins."""
        if not records:
            return
        with self._file.writing() as connection:
            fields = indexed_fields(connection)
            if self._file.forked:
                sqlite_layer.put(connection, records)
            else:
                connection.executemany("INSERT OR REPLACE INTO docs VALUES (?, ?)", records)
                self._note(connection, None)
            if fields:
                last = {record.id: record for record in records}
                forget_records(connection, last)
                index_records(connection, list(last.values()), fields, self._codec.decode)

    def delete(self, ids: Sequence[str]) -> int:
        """Delete by ``_id``; how many were there."""
        if not ids or not self._file.exists():
            return 0
        with self._file.writing() as connection:
            if self._file.forked:
                deleted = sqlite_layer.remove(connection, ids)
            else:
                before = connection.total_changes
                connection.executemany("DELETE FROM docs WHERE _id = ?", ((id_,) for id_ in ids))
                deleted = connection.total_changes - before
                self._note(connection, -deleted)
            if indexed_fields(connection):
                forget_records(connection, ids)
        return deleted

    def get(self, id_: str) -> Document | None:
        """One document, or None."""
        with self._file.reading() as connection:
            row = connection and connection.execute("SELECT body FROM docs WHERE _id = ?", (id_,)).fetchone()
        return self._codec.decode(row[0]) if row else None

    def get_many(self, ids: Sequence[str]) -> dict[str, Document]:
        """Those of ``ids`` that exist."""
        return {id_: self._codec.decode(body) for id_, body in self.bodies(ids).items()}

    def bodies(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The same, encoded."""
        found: dict[str, bytes] = {}
        sql = "SELECT _id, body FROM docs WHERE _id IN (SELECT value FROM json_each(?))"
        for start in range(0, len(ids), _GET):
            with self._file.reading() as connection:
                if connection is None:
                    return found
                rows = connection.execute(sql, (json.dumps(list(ids[start : start + _GET])),)).fetchall()
            found.update(rows)
        return found

    def scan(self, bounds: IdRange = EVERYTHING, *, batch_size: int = 1000) -> Iterator[Record]:
        """All records of a range in ``_id`` order."""
        for page in self._pages("_id, body", _bounds(bounds), batch_size):
            yield from map(_record, page)

    def ids(self, bounds: IdRange = EVERYTHING) -> Iterator[str]:
        """All ``_id`` of a range in order."""
        for page in self._pages("_id", _bounds(bounds), 10_000):
            yield from (row[0] for row in page)

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
        plan = plan_filter(query, self._indexed())
        sort = sort or None
        if sort and sort[0][0] != "_id":
            found = self._sorted(plan, sort, skip, limit)
        else:
            found = self._matching(plan, descending=sort is not None and sort[0][1] < 0, skip=skip, limit=limit)
        return found if fields is None else (project(document, fields) for document in found)

    def count(self, query: Filter | None = None) -> int:
        """Exact number of documents, or of those that match."""
        plan = plan_filter(query, self._indexed())
        if plan.residual is not None:
            return sum(1 for _ in self._matching(plan))
        with self._file.reading() as connection:
            if connection is None:
                return 0
            if not plan.where:
                if self._file.forked:
                    return sqlite_layer.count(connection)
                if self._file.counted and (known := sqlite_layer.known_count(connection)) is not None:
                    return known
            where = f" WHERE {' AND '.join(plan.where)}" if plan.where else ""
            return int(connection.execute(f"SELECT count(*) FROM docs{where}", plan.params).fetchone()[0])

    def sample(self, size: int) -> list[Document]:
        """Up to ``size`` documents chosen at random."""
        sql = "SELECT body FROM docs WHERE _id IN (SELECT _id FROM docs ORDER BY random() LIMIT ?)"
        with self._file.reading() as connection:
            rows = connection.execute(sql, (max(size, 0),)).fetchall() if connection else []
        return [self._codec.decode(body) for (body,) in rows]

    def split(self, parts: int) -> list[IdRange]:
        """At most ``parts`` adjacent ranges that cover everything, of about equal numbers of documents."""
        cuts: list[str | None] = [None]
        sql = "SELECT _id FROM docs WHERE _id >= ? ORDER BY _id LIMIT 1 OFFSET ?"
        with self._file.reading() as connection:
            if connection is not None:
                step = -(-self.count() // max(parts, 1))
                while (row := connection.execute(sql, (cuts[-1] or "", step)).fetchone()) is not None:
                    cuts.append(row[0])
        return [IdRange(start, end) for start, end in itertools.pairwise([*cuts, None])]

    def create_index(self, field: str) -> None:
        """Make look-ups by a dotted field fast."""
        if field == "_id":
            return
        with self._file.writing() as connection:
            if field not in indexed_fields(connection):
                add_index(connection, field, self._codec.decode)

    def flush(self) -> None:
        """Return when everything written so far survives a crash of the machine; so does every later write."""
        self._file.seal()

    def _note(self, connection: sqlite3.Connection, more: int | None) -> None:
        """Keep the number of documents, inside the caller's transaction; None: nobody knows how many more."""
        if self._file.counted:
            connection.execute("UPDATE counted SET documents = documents + ?", (more,))

    def _indexed(self) -> list[str]:
        with self._file.reading() as connection:
            return indexed_fields(connection) if connection else []

    def _pages(self, columns: str, plan: Plan, size: int, *, descending: bool = False) -> Iterator[list[Any]]:
        """Rows in ``_id`` order, a batch at a time, of one state of the file."""
        connection = self._file.reader()
        if connection is None:
            return
        try:
            conditions = [*plan.where]
            params = [*plan.params]
            version = None
            while True:
                where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
                order = "DESC" if descending else "ASC"
                sql = f"SELECT {columns} FROM docs {where} ORDER BY _id {order} LIMIT {int(size)}"
                page, seen = self._read(connection, sql, params)
                if version not in (None, seen):
                    raise CollectionChangedError(self.name)
                if page:
                    yield page
                if len(page) < size:
                    return
                version = seen
                conditions = [*plan.where, "_id < ?" if descending else "_id > ?"]
                params = [*plan.params, page[-1][0]]
        finally:
            connection.close()

    def _read(self, connection: sqlite3.Connection, sql: str, params: Sequence[Any]) -> tuple[list[Any], int]:
        with translated(self.name, self._file.path):
            connection.execute("BEGIN")
            try:
                page = connection.execute(sql, params).fetchall()
                return page, connection.execute("PRAGMA data_version").fetchone()[0]
            finally:
                connection.execute("COMMIT")

    def _matching(self, plan: Plan, *, descending: bool = False, skip: int = 0, limit: int = 0) -> Iterator[Document]:
        size = 1000 if plan.residual is not None or not limit else min(1000, skip + limit)
        pages = self._pages("_id, body", plan, size, descending=descending)
        bodies = (row[1] for page in pages for row in page)
        if plan.residual is None:
            chosen = itertools.islice(bodies, skip, skip + limit if limit else None)
            return map(self._codec.decode, chosen)
        matching = filter(plan.residual, map(self._codec.decode, bodies))
        return itertools.islice(matching, skip, skip + limit if limit else None)

    def _sorted(self, plan: Plan, sort: Sequence[tuple[str, int]], skip: int, limit: int) -> Iterator[Document]:
        """Sorts keys, not documents: memory is bounded by the number of documents that match, not by their size."""
        keys = ((*sort_key(document, sort), document["_id"]) for document in self._matching(plan))
        ordered = heapq.nsmallest(skip + limit, keys) if limit else sorted(keys)
        ids = [key[-1] for key in ordered[skip:]]
        for start in range(0, len(ids), _GET):
            wanted = ids[start : start + _GET]
            found = self.get_many(wanted)
            yield from (found[id_] for id_ in wanted if id_ in found)


def _bounds(bounds: IdRange) -> Plan:
    plan = Plan()
    if bounds.start is not None:
        plan.add("_id >= ?", bounds.start)
    if bounds.end is not None:
        plan.add("_id < ?", bounds.end)
    return plan


def _without(records: Sequence[Record], positions: Sequence[int]) -> Sequence[Record]:
    if not positions:
        return records
    dropped = set(positions)
    return [record for position, record in enumerate(records) if position not in dropped]


def _taken(connection: sqlite3.Connection, records: Sequence[Record]) -> list[int]:
    """Positions of records whose ``_id`` is stored already or came earlier in the batch."""
    ids = json.dumps([record.id for record in records])
    seen = {
        id_
        for (id_,) in connection.execute("SELECT _id FROM docs WHERE _id IN (SELECT value FROM json_each(?))", (ids,))
    }
    positions = []
    for position, record in enumerate(records):
        if record.id in seen:
            positions.append(position)
        seen.add(record.id)
    return positions
