"""NDJSON and JSON: one document for each object."""

from __future__ import annotations

import json as library
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from hub.parsers.errors import DataFormatError, ParserOptionError, shown
from hub.parsers.files import LONGEST_LINE, FileSet
from hub.parsers.ready import ready
from hub.parsers.shaping import Document, TreeShape

READ_AGAIN = 64 * 1024 * 1024  #: bytes; an invalid file up to this size is read again to tell line and column


@ready
def ndjson(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    id: str | None = None,  # noqa: A002 - the option's name
    under: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    lists: Sequence[str] | None = None,
) -> Iterator[Document]:
    """Lines that are a JSON object each.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.ndjson`` and ``*.jsonl``.
        id: field that is the ``_id``, dotted or a template such as ``{a.b}:{c}``; default: the field ``_id``.
        under: key below which the other fields go.
        columns: fields to keep, or ``{field: new field}``, both possibly dotted.
        types: ``{field: str, int, float, number or bool}``, for fields that hold another type.
        lists: fields that are made a list where they are a single value.

    Raises:
        DataFormatError: with file, line and column.
    """
    shape = TreeShape("ndjson", id=id, under=under, columns=columns, types=types, lists=lists)

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        for number, line in _lines(stream, file):
            yield shape.document(_loaded(line, file, number), file, number)

    return FileSet("ndjson", files, (".ndjson", ".jsonl")).read(data_folder, read)


def _lines(stream: BinaryIO, file: str) -> Iterator[tuple[int, bytes]]:
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            reason = (
                f"the line is longer than {LONGEST_LINE:,} bytes. A single JSON value is read by `hub.parsers:json`."
            )
            raise DataFormatError(file, reason, line=number)
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield number, line


def _loaded(line: bytes, file: str, number: int) -> Any:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        hint = " Is the file one JSON value over many lines? Then use `hub.parsers:json`." if number == 1 else ""
        raise DataFormatError(
            file,
            f"not valid JSON: {error.msg}.{hint}",
            line=number,
            column=error.colno,
            found=line[:80].decode("utf-8", "replace"),
        ) from None
    if not isinstance(record, dict):
        raise DataFormatError(file, f"{shown(record)} is no object.", line=number, found=record)
    return record


@ready
def json(
    data_folder: str | Path,
    files: str | list[str] | None = None,
    *,
    items: str = "",
    keyed: bool = False,
    id: str | None = None,  # noqa: A002 - the option's name
    under: str | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    types: Mapping[str, str] | None = None,
    lists: Sequence[str] | None = None,
) -> Iterator[Document]:
    """Objects of a JSON array of any size, read one after another.

    Args:
        data_folder: the data folder, or one file.
        files: names or patterns; default ``*.json``.
        items: dotted path of the array (or, with ``keyed``, of the object) that holds the documents; default: the file
            itself. A file that is one object without ``items`` is one document.
        keyed: the documents are the values of an object, whose keys are their ``_id``.
        id: field that is the ``_id``, dotted or a template; default: the field ``_id``.
        under: key below which the other fields go.
        columns: fields to keep, or ``{field: new field}``.
        types: ``{field: type}``, for fields that hold another type.
        lists: fields that are made a list where they are a single value.

    Raises:
        DataFormatError: with file, line and column.
    """
    if not isinstance(items, str) or not isinstance(keyed, bool):
        raise ParserOptionError("json", "items", "is a dotted path, and `keyed` is true or false.")
    shape = TreeShape(
        "json", id=id or ("_id" if keyed else None), under=under, columns=columns, types=types, lists=lists
    )

    def read(stream: BinaryIO, file: str) -> Iterator[Document]:
        number = 0
        for record in _records(stream, file, items, keyed):
            number += 1
            if not isinstance(record, dict):
                where = f"item {number:,} of `{items or '$'}`"
                raise DataFormatError(file, f"{where} is {shown(record)}, not an object.", found=record)
            yield shape.document(record, f"{file}, item {number:,}")
        if not number and items and not keyed:
            raise DataFormatError(file, f"there is no array with objects at `{items}`.")

    return FileSet("json", files, (".json",)).read(data_folder, read)


def _records(stream: BinaryIO, file: str, items: str, keyed: bool) -> Iterator[Any]:
    import ijson

    counted = _Counted(stream)
    start = counted.peek()
    try:
        if keyed:
            for key, value in ijson.kvitems(counted, items, use_float=True):
                yield {"_id": key, **value} if isinstance(value, dict) else value
        elif items or start == b"[":
            path = f"{items}.item" if items else "item"
            yield from ijson.items(counted, path, use_float=True)
        else:
            yield from ijson.items(counted, "", use_float=True)
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise _invalid(counted, file, error) from None


class _Counted:
    """Counts the lines that were read, and keeps the file as long as it is small."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self._head = stream, b""
        self.lines = 1
        self.kept: list[bytes] | None = []
        self._size = 0

    def peek(self) -> bytes:
        """The first byte that is no blank; a byte order mark is passed over."""
        while not self._head.strip():
            more = self._stream.read(64 * 1024)
            self._head = (self._head + more).removeprefix(b"\xef\xbb\xbf")
            if not more:
                break
        return self._head.strip()[:1]

    def read(self, size: int) -> bytes:
        """Up to ``size`` bytes."""
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = self._stream.read(size)
        self.lines += data.count(b"\n")
        self._size += len(data)
        if self.kept is not None:
            self.kept.append(data)
            if self._size > READ_AGAIN:
                self.kept = None
        return data


def _invalid(counted: _Counted, file: str, error: Exception) -> DataFormatError:
    """The error with line and column where the file is small enough, else with the line up to which it was read."""
    if counted.kept is not None:
        text = b"".join(counted.kept) + counted._stream.read(READ_AGAIN)
        try:
            library.loads(text)
        except library.JSONDecodeError as exact:
            hint = (
                " Is there one object on each line? Then use `hub.parsers:ndjson`." if exact.msg == "Extra data" else ""
            )
            found = exact.doc[exact.pos : exact.pos + 40]
            return DataFormatError(
                file, f"not valid JSON: {exact.msg}.{hint}", line=exact.lineno, column=exact.colno, found=found
            )
        except (UnicodeDecodeError, RecursionError) as exact:
            return DataFormatError(file, f"not valid JSON: {exact}.")
    words = str(error).split("\n", 1)[0]
    return DataFormatError(file, f"not valid JSON at or before this line: {words}.", line=counted.lines)
