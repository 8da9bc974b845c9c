"""Edges of the graph: where one type of identifiers is translated into another."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from hub.dataload.aliases import current_settings
from hub.datatransform.errors import EdgeDataError, LookupGraphError
from hub.datatransform.pairs import PairTable, values_at
from hub.parsers.files import FileSet
from hub.store import open_store
from hub.store.opening import specs
from hub.store.port import DocumentStore, StoreSpec

Found = dict[str, list[str]]


class Edge:
    """One translation. Subclasses define `lookup`.

    Args:
        weight: how dear it is, above 0; of several ways the one with the least sum is tried first.
        label: name in messages and statistics.
    """

    def __init__(self, weight: float = 1, label: str = "") -> None:
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not weight > 0:
            raise LookupGraphError(f"the weight of an edge must be a number above 0, not {weight!r}.")
        self.weight, self.label = float(weight), label or type(self).__name__

    def lookup(self, ids: Sequence[str]) -> Found:
        """The new identifiers of each of ``ids`` that is known; one may have several."""
        raise NotImplementedError

    def close(self) -> None:
        """Release what is open; a later `lookup` opens it again."""


class RegexEdge(Edge):
    """Rewrites the text of identifiers: ``RegexEdge(r"^MONDO:(.*)", r"mondo_\\1")``.

    Args:
        pattern: regular expression that an identifier must begin with; others are not known.
        replacement: what stands in its place.
        weight: see `Edge`.
        label: see `Edge`.
    """

    def __init__(self, pattern: str, replacement: str, weight: float = 1, label: str = "") -> None:
        super().__init__(weight=weight, label=label or f"{pattern} -> {replacement}")
        try:
            self._pattern = re.compile(pattern)
            self._pattern.sub(replacement, "")
        except (re.error, IndexError) as error:
            raise LookupGraphError(f"`{pattern}` -> `{replacement}` is no rewriting: {error}.") from None
        self._replacement = replacement

    def lookup(self, ids: Sequence[str]) -> Found:
        """See `Edge.lookup`."""
        return {i: [self._pattern.sub(self._replacement, i)] for i in ids if self._pattern.match(i)}


class StoreEdge(Edge):
    """Looks identifiers up in a collection of uploaded documents.

    A look-up by ``_id`` asks the store; for any other field the collection is read once, into a temporary file.

    Args:
        collection: a collection of the source database.
        lookup: dotted field that holds the old identifier.
        field: dotted field that holds the new one.
        weight: see `Edge`.
        label: see `Edge`.
        ignore_case: take `ABC1` for `abc1`.
        store: another store, or its recipe, than the hub's source database.
    """

    def __init__(
        self,
        collection: str,
        lookup: str,
        field: str,
        weight: float = 1,
        label: str = "",
        *,
        ignore_case: bool = False,
        store: DocumentStore | StoreSpec | None = None,
    ) -> None:
        super().__init__(weight=weight, label=label or f"{collection}: {lookup} -> {field}")
        self.collection, self.key, self.field, self._ignore_case = collection, lookup, field, ignore_case
        self._given = store
        self._store: DocumentStore | None = None
        self._table: PairTable | None = None

    def lookup(self, ids: Sequence[str]) -> Found:
        """See `Edge.lookup`."""
        if self.key == "_id" and not self._ignore_case:
            documents = self._opened().collection(self.collection).get_many(list(ids))
            found = {id_: list(dict.fromkeys(values_at(d, self.field))) for id_, d in documents.items()}
            return {id_: values for id_, values in found.items() if values}
        if self._table is None:
            self._table = PairTable(self._pairs())
        return _found(self._table, ids, str.lower if self._ignore_case else None)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for document in self._opened().collection(self.collection).find(None, fields=[self.key, self.field]):
            values = list(values_at(document, self.field))
            for key in values_at(document, self.key):
                yield from ((key.lower() if self._ignore_case else key, value) for value in values)

    def _opened(self) -> DocumentStore:
        if self._store is None:
            self._store = self._open()
            if not self._store.exists(self.collection):
                names = ", ".join(self._store.names()[:10]) or "none"
                reason = f"there is no collection `{self.collection}`. Upload that source first. There are: {names}."
                self.close()
                raise EdgeDataError(self.label, reason)
        return self._store

    def _open(self) -> DocumentStore:
        if self._given is None:
            try:
                return open_store(specs(current_settings())[0])
            except KeyError:
                raise EdgeDataError(self.label, "there is no hub here to ask; give the edge a `store`.") from None
        return open_store(self._given) if isinstance(self._given, StoreSpec) else self._given

    def close(self) -> None:
        """See `Edge.close`."""
        if self._store is not None and self._store is not self._given:
            self._store.close()
        if self._table is not None:
            self._table.close()
        self._store = self._table = None


class FileEdge(Edge):
    """Looks identifiers up in a file: CSV, TSV, JSON or NDJSON, packed or not. It is read once, at the first look-up.

    Args:
        path: the file.
        key: column, or dotted field, that holds the old identifier; a number is a column counted from 0, for tables
            without a header. Of a JSON object of texts neither is needed: its keys are looked up.
        value: column or field that holds the new one.
        weight: see `Edge`.
        label: see `Edge`.
        kind: ``csv``, ``tsv``, ``json`` or ``ndjson``, when the name of the file does not say.
        separator: between several values of one cell.
        comment: what a line begins with that is no row.
        ignore_case: take `ABC1` for `abc1`.
    """

    def __init__(
        self,
        path: str | Path,
        key: str | int | None = None,
        value: str | int | None = None,
        weight: float = 1,
        label: str = "",
        *,
        kind: str | None = None,
        separator: str | None = None,
        comment: str | None = "#",
        ignore_case: bool = False,
    ) -> None:
        self.path = Path(path)
        super().__init__(weight=weight, label=label or f"{self.path.name}: {key} -> {value}")
        if (key is None) != (value is None) or isinstance(key, int) != isinstance(value, int):
            raise LookupGraphError(f"`{self.label}`: give `key` and `value`, both as names or both as numbers.")
        self._key, self._value, self._separator, self._comment = key, value, separator, comment
        self._ignore_case = ignore_case
        self._kind = kind or _kind_of(self.path)
        if self._kind not in _READERS:
            raise LookupGraphError(f"`{self.label}`: say what the file is with `kind`: {', '.join(_READERS)}.")
        self._table: PairTable | None = None

    def lookup(self, ids: Sequence[str]) -> Found:
        """See `Edge.lookup`."""
        if self._table is None:
            if not self.path.is_file():
                raise EdgeDataError(self.label, f"there is no file {self.path}.")
            read = _READERS[self._kind]
            self._table = PairTable(self._cased(FileSet("lookup", None, ("*",)).read(self.path, self._reader(read))))
        return _found(self._table, ids, str.lower if self._ignore_case else None)

    def _reader(self, read: Callable[..., Iterator[tuple[str, str]]]) -> Callable[[BinaryIO, str], Iterator[Any]]:
        def pairs(stream: BinaryIO, file: str) -> Iterator[tuple[str, str]]:
            try:
                yield from read(self, stream)
            except (UnicodeDecodeError, csv.Error, orjson.JSONDecodeError) as error:
                raise EdgeDataError(self.label, f"{file} can not be read: {error}.") from error

        return pairs

    def _cased(self, pairs: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        return ((key.lower(), value) for key, value in pairs) if self._ignore_case else pairs

    def _split(self, cell: str) -> list[str]:
        parts = cell.split(self._separator) if self._separator else [cell]
        return [part.strip() for part in parts if part.strip()]

    def _table_rows(self, stream: BinaryIO, delimiter: str) -> Iterator[tuple[str, str]]:
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        try:
            lines = (line for line in text if not (self._comment and line.startswith(self._comment)))
            rows = csv.reader(lines, _Commas if delimiter == "," else _Tabs)
            at = self._columns(rows)
            for row in rows:
                if len(row) > max(at):
                    for key in self._split(row[at[0]]):
                        yield from ((key, value) for value in self._split(row[at[1]]))
        finally:
            text.detach()  # the stream is closed by who opened it

    def _columns(self, rows: Iterator[list[str]]) -> tuple[int, int]:
        if isinstance(self._key, int) and isinstance(self._value, int):
            return self._key, self._value
        header = [cell.strip() for cell in next(rows, [])]
        for name in (self._key, self._value):
            if name not in header:
                shown = ", ".join(header[:20]) or "none"
                raise EdgeDataError(self.label, f"{self.path} has no column `{name}`; there are: {shown}.")
        return header.index(str(self._key)), header.index(str(self._value))

    def _lines(self, stream: BinaryIO) -> Iterator[tuple[str, str]]:
        for number, line in enumerate(stream, 1):
            if line.strip():
                try:
                    document = orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise EdgeDataError(self.label, f"{self.path}, line {number}: {error}.") from None
                yield from self._of(document)

    def _whole(self, stream: BinaryIO) -> Iterator[tuple[str, str]]:
        found = orjson.loads(stream.read())
        if isinstance(found, dict) and self._key is None:
            for key, value in found.items():
                yield from ((key, one) for one in values_at({"v": value}, "v"))
        else:
            for document in found if isinstance(found, list) else [found]:
                yield from self._of(document)

    def _of(self, document: Any) -> Iterator[tuple[str, str]]:
        if isinstance(document, Mapping):
            values = list(values_at(document, str(self._value)))
            for key in values_at(document, str(self._key)):
                yield from ((key, value) for value in values)

    def close(self) -> None:
        """See `Edge.close`."""
        if self._table is not None:
            self._table.close()
        self._table = None


class _Commas(csv.excel):
    """Cells between commas, quoted where they hold one."""


class _Tabs(csv.excel_tab):
    """Cells between tabs, as they are."""

    quoting = csv.QUOTE_NONE
    quotechar = None


_READERS: dict[str, Callable[..., Iterator[tuple[str, str]]]] = {
    "csv": lambda edge, stream: edge._table_rows(stream, ","),
    "tsv": lambda edge, stream: edge._table_rows(stream, "\t"),
    "json": FileEdge._whole,
    "ndjson": FileEdge._lines,
}
_SUFFIXES = {".csv": "csv", ".tsv": "tsv", ".txt": "tsv", ".tab": "tsv", ".json": "json", ".ndjson": "ndjson"}
_SUFFIXES[".jsonl"] = "ndjson"


def _kind_of(path: Path) -> str:
    return next((_SUFFIXES[s] for s in reversed(path.suffixes) if s in _SUFFIXES), "")


def _found(table: PairTable, ids: Sequence[str], cased: Callable[[str], str] | None) -> Found:
    """What a table has for some identifiers, by these as they were given."""
    if cased is None:
        return table.find(ids)
    there = table.find(list(dict.fromkeys(cased(i) for i in ids)))
    return {i: there[cased(i)] for i in ids if cased(i) in there}
