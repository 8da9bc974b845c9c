"""``biothings.utils.parsers``: parsers of common files, for a manifest with ``parser_kwargs: {"patterns": [...]}``."""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import orjson

Documents = Iterator[dict[str, Any]]


def ndjson_parser(where: Any = None, patterns: Iterable[str] | None = None) -> Any:
    """Documents of files with one JSON object a line.

    Args:
        where: the data folder; or the patterns, to get a parser for a data folder instead of documents.
        patterns: names of the files, as ``*.ndjson``; None for ``*.ndjson``.
    """
    return _parser_or_documents(_ndjson, "*.ndjson", where, patterns)


def json_array_parser(where: Any = None, patterns: Iterable[str] | None = None) -> Any:
    """Documents of files that hold one JSON array each.

    Args:
        where: the data folder; or the patterns, to get a parser for a data folder instead of documents.
        patterns: names of the files, as ``*.json``; None for ``*.json``.
    """
    return _parser_or_documents(_json_array, "*.json", where, patterns)


def _parser_or_documents(
    read: Callable[[Path], Documents], default: str, where: Any, patterns: Iterable[str] | None
) -> Any:
    if isinstance(where, str | os.PathLike):
        return _documents(Path(where), list(patterns or [default]), read)
    return partial(_parse, read=read, patterns=list(where or patterns or [default]))


def _parse(data_folder: str, *, read: Callable[[Path], Documents], patterns: list[str]) -> Documents:
    return _documents(Path(data_folder), patterns, read)


def _documents(folder: Path, patterns: list[str], read: Callable[[Path], Documents]) -> Documents:
    for path in sorted(folder.iterdir()):
        if path.is_file() and any(fnmatch.fnmatch(path.name, pattern) for pattern in patterns):
            yield from read(path)


def _ndjson(path: Path) -> Documents:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield orjson.loads(line)
                except orjson.JSONDecodeError as error:
                    raise ValueError(f"{path.name}, line {number}: {error}") from None


def _json_array(path: Path) -> Documents:
    try:
        found = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as error:
        raise ValueError(f"{path.name}: {error}") from None
    if not isinstance(found, list):
        raise ValueError(f"{path.name}: it holds a JSON {type(found).__name__}, not an array")  # noqa: TRY004 - the data are wrong
    yield from found
