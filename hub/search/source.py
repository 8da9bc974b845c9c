"""Source filtering: which parts of a stored document are returned.

The rules are those of Elasticsearch's ``_source`` includes and excludes: a pattern is a dotted path in which ``*``
stands for any characters, dots included; a pattern that names an object takes all of it; excludes win; an object of
which nothing is left is dropped only when nothing in it was included.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

_MISSING = object()


@lru_cache(maxsize=512)
def source_filter(fields: tuple[str, ...] | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that reduces a document to the wanted fields.

    Args:
        fields: None for all; ``-x`` excludes; ``all`` or ``*`` anywhere switches the includes off.

    Returns:
        ``document -> document``; the given document is not changed.
    """
    includes, excludes = split_fields(fields)
    if not includes and not excludes:
        return lambda document: document
    plain = all("." not in f and "*" not in f for f in (*includes, *excludes))
    if plain:
        wanted, unwanted = frozenset(includes), frozenset(excludes)
        if wanted:
            return lambda document: {k: v for k, v in document.items() if k in wanted and k not in unwanted}
        return lambda document: {k: v for k, v in document.items() if k not in unwanted}
    rules = _Rules(includes, excludes)

    def reduce(document: dict[str, Any]) -> dict[str, Any]:
        kept = rules.reduce(document, "", not includes)
        return kept if isinstance(kept, dict) else {}

    return reduce


def split_fields(fields: Sequence[str] | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Includes and excludes of a list of fields. No includes means everything."""
    includes = tuple(f for f in fields or () if f and not f.startswith("-"))
    excludes = tuple(f[1:] for f in fields or () if f.startswith("-") and len(f) > 1)
    if "all" in includes or "*" in includes:
        includes = ()
    return includes, excludes


class _Rules:
    """Include and exclude patterns, compiled for paths and for prefixes of paths."""

    def __init__(self, includes: tuple[str, ...], excludes: tuple[str, ...]) -> None:
        self._include = _compile(includes)
        self._exclude = _compile(excludes)
        self._below = [_prefix_of(f) for f in includes]

    def reduce(self, value: Any, path: str, included: bool) -> Any:
        """The kept part of a value at a path, or the marker for nothing."""
        if isinstance(value, dict):
            kept = {}
            for key, item in value.items():
                child = self._member(item, f"{path}.{key}" if path else key, included)
                if child is not _MISSING:
                    kept[key] = child
            return kept if kept or included or not path else _MISSING
        if isinstance(value, list):
            return self._list(value, path, included)
        return value if included else _MISSING

    def _list(self, value: list[Any], path: str, included: bool) -> Any:
        items = [i for i in (self.reduce(item, path, included) for item in value) if i is not _MISSING]
        return items if items or included else _MISSING

    def _member(self, item: Any, path: str, included: bool) -> Any:
        if self._exclude is not None and self._exclude.fullmatch(path):
            return _MISSING
        if included or (self._include is not None and self._include.fullmatch(path)):
            return self.reduce(item, path, True)
        if any(below(path) for below in self._below):
            return self.reduce(item, path, False)
        return _MISSING


def _compile(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    if not patterns:
        return None
    return re.compile("|".join(f"(?:{_translate(p)})" for p in patterns), re.DOTALL)


def _translate(pattern: str) -> str:
    return ".*".join(re.escape(part) for part in pattern.split("*"))


def _prefix_of(pattern: str) -> Callable[[str], bool]:
    """Whether something below a path may match the pattern."""
    if "*" not in pattern:
        return lambda path: pattern.startswith(path + ".")
    stem = pattern.split("*", 1)[0]
    return lambda path: stem.startswith(path + ".") or (path + ".").startswith(stem)


def matches(pattern: str, name: str) -> bool:
    """Whether a name matches a pattern in which ``*`` stands for any characters."""
    return pattern == name or (
        "*" in pattern and fnmatch.fnmatchcase(name, pattern.replace("[", "[[]").replace("?", "[?]"))
    )
