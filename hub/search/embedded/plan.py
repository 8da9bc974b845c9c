"""The plan by which a document becomes columns: the mapping, compiled once for each index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.search.documents import UnfitValue
from hub.search.embedded.schema import PRESENT, Column, Columns
from hub.search.mapping import Leaf
from hub.search.values import Coercer, coercer

Row = dict[str, Any]


class _Taker:
    """One column that takes the values of a field."""

    __slots__ = ("coerce", "name", "null", "skip_malformed")

    def __init__(self, column: Column) -> None:
        self.name = column.name
        self.coerce: Coercer = coercer(column.leaf)
        self.null = column.leaf.null_value
        self.skip_malformed = column.leaf.ignore_malformed


class _Place:
    """One name in the tree of the mapping: an object with members, a field with takers, or a closed object."""

    __slots__ = ("closed", "members", "path", "takers", "type")

    def __init__(self, path: str) -> None:
        self.path = path
        self.members: dict[str, _Place] = {}
        self.takers: tuple[_Taker, ...] = ()
        self.type = "object"
        self.closed = False

    def descend(self, dotted: str) -> _Place | None:
        """The place of a key that itself holds dots."""
        place: _Place | None = self
        for name in dotted.split("."):
            place = place.members.get(name) if place else None
        return place


class RowPlan:
    """Turns documents into rows of columns."""

    def __init__(self, columns: Columns) -> None:
        self._root = _Place("")
        self._sortable = {c.name: c.greatest for c in columns.by_path.values() if c.leaf.columns}
        self._present = [c.name for c in columns.by_path.values() if not c.leaf.columns and c.leaf.indexed]
        mapping = columns.mapping
        for path in (*mapping.objects, *mapping.closed):
            place = self._place(path)
            place.closed = path in mapping.closed
        sources: dict[str, list[Leaf]] = {}
        for leaf in mapping.leaves.values():
            sources.setdefault(leaf.source, []).append(leaf)
        for source, leaves in sources.items():
            self._set_takers(source, leaves, sources, columns)

    def _set_takers(self, source: str, leaves: list[Leaf], sources: dict[str, list[Leaf]], columns: Columns) -> None:
        place = self._place(source)
        place.type = leaves[0].type
        takers = list(leaves)
        for target in leaves[0].copy_to:
            takers.extend(sources.get(target, ()))
        place.takers = tuple(_Taker(columns.by_path[t.path]) for t in takers if t.indexed)

    def _place(self, path: str) -> _Place:
        place = self._root
        for name in path.split("."):
            if name not in place.members:
                place.members[name] = _Place(f"{place.path}.{name}" if place.path else name)
            place = place.members[name]
        return place

    def row(self, document: Mapping[str, Any]) -> Row:
        """Column values of a document.

        Raises:
            ValueError: with the reason, for a value that Elasticsearch would refuse.
        """
        row: Row = {}
        self._walk(document, self._root, row)
        row.pop("_id", None)
        for name, values in row.items():
            if len(values) > 1 and name in self._sortable:
                row[name] = values = sorted(set(values))
        extra = {self._sortable[n]: v[-1] for n, v in row.items() if len(v) > 1 and n in self._sortable}
        row.update(extra)
        present = [n for n in self._present if n in row]
        if present:
            row[PRESENT] = present
        return row

    def _walk(self, document: Mapping[str, Any], place: _Place, row: Row) -> None:
        members = place.members
        for key, value in document.items():
            member = members.get(key)
            if member is None and "." in key:
                member = place.descend(key)
            if member is None:
                continue
            if member.takers:
                self._take(member, value, row)
            elif value is not None and not member.closed and (member.members or member.type == "object"):
                self._object(member, value, row)

    def _object(self, place: _Place, value: Any, row: Row) -> None:
        if isinstance(value, dict):
            self._walk(value, place, row)
        elif isinstance(value, (list, tuple)):
            for item in value:
                self._object(place, item, row)
        elif value is not None:
            raise ValueError(
                f"object mapping for [{place.path}] tried to parse field as object, but found a concrete value"
            )

    def _take(self, place: _Place, value: Any, row: Row) -> None:
        if isinstance(value, (list, tuple)):
            for item in value:
                self._take(place, item, row)
            return
        for taker in place.takers:
            given = taker.null if value is None else value
            if given is None:
                continue
            try:
                if isinstance(given, dict):
                    raise UnfitValue("an object where a value is expected")
                indexed = taker.coerce(given)
            except ValueError as error:
                if taker.skip_malformed:
                    continue
                raise ValueError(f"failed to parse field [{place.path}] of type [{place.type}]: {error}") from error
            if indexed is not None:
                values = row.get(taker.name)
                if values is None:
                    row[taker.name] = [indexed]
                else:
                    values.append(indexed)
