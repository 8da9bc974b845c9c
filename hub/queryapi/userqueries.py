"""Queries and filters that the operator stores in a folder and clients call by name.

``<folder>/<name>/query.txt`` replaces the query, ``<folder>/<name>/filter.txt`` restricts it; each holds one clause of
Elasticsearch's query DSL in JSON. ``{{q}}`` inside a JSON text stands for the request's `q`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from hub.queryapi.errors import UnknownUserQueryError, UserQueryFileError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_PLACE = re.compile(r"\{\{\s*q\s*\}\}")


@dataclass(frozen=True)
class StoredQuery:
    """The parts of a stored query, `q` filled in; None for a part without a file."""

    query: Mapping[str, Any] | None
    filter: Mapping[str, Any] | None


class UserQueries:
    """The stored queries of one API.

    Args:
        folder: where they are; None: the feature is off.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def enabled(self) -> bool:
        """Whether the API has a folder of stored queries."""
        return self._folder is not None

    def names(self) -> list[str]:
        """Sorted names of the stored queries."""
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(entry.name for entry in self._folder.iterdir() if entry.is_dir() and _NAME.fullmatch(entry.name))

    def get(self, name: str, q: str) -> StoredQuery:
        """A stored query.

        Args:
            name: its folder's name.
            q: replaces ``{{q}}``.

        Raises:
            UnknownUserQueryError: there is none of that name.
            UserQueryFileError: a file does not hold a JSON object.
        """
        known = self.names()
        if self._folder is None or name not in known:
            raise UnknownUserQueryError(name, known)
        found = StoredQuery(*(_clause(name, self._folder / name / file, q) for file in ("query.txt", "filter.txt")))
        if found.query is None and found.filter is None:
            raise UserQueryFileError(name, "it has neither query.txt nor filter.txt")
        return found


def _clause(name: str, file: Path, q: str) -> Mapping[str, Any] | None:
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    try:
        clause = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UserQueryFileError(name, f"{file.name} is not JSON ({error})") from None
    if not isinstance(clause, dict):
        raise UserQueryFileError(name, f"{file.name} is not a JSON object")
    filled: Mapping[str, Any] = _fill(clause, q)
    return filled


def _fill(value: Any, q: str) -> Any:
    if isinstance(value, str):
        return _PLACE.sub(lambda _: q, value)
    if isinstance(value, list):
        return [_fill(item, q) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, q) for key, item in value.items()}
    return value
