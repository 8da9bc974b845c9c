"""Mongo-style filters, sorting and projections over decoded documents.

Matching is mongomock's (the filter engine of the best-known stand-in for pymongo); it is imported only when a filter
asks for more than equality, because that import also loads pymongo. The operators below work the same on every engine;
others are refused by name, before anything is read.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from hub.store.errors import BadFilterError

Matcher = Callable[[dict[str, Any]], bool]

LOGICAL = frozenset({"$and", "$or", "$nor"})
OPERATORS = frozenset(
    {
        *("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$exists", "$type", "$regex", "$options"),
        *("$all", "$elemMatch", "$size", "$not"),
    }
)
_SCALARS = frozenset({str, int, float, bool, type(None)})
_MISSING = object()


def check_filter(query: Mapping[str, Any]) -> None:
    """Refuse a filter that some engine would not understand.

    Raises:
        BadFilterError: an unknown operator, or one with an argument of the wrong shape.
    """
    if not isinstance(query, Mapping):
        raise BadFilterError(f"a filter is an object, not a `{type(query).__name__}`")
    for key, value in query.items():
        if not isinstance(key, str):
            raise BadFilterError(f"the field {key!r} is not text")
        if key in LOGICAL:
            _check_branches(key, value)
        elif key.startswith("$") and key != "$comment":
            raise BadFilterError(f"unknown operator `{key}`", LOGICAL | OPERATORS)
        elif _is_condition(value):
            _check_condition(key, value)


def matcher(query: Mapping[str, Any]) -> Matcher:
    """A function that says whether a document matches.

    Raises:
        BadFilterError: see `check_filter`.
    """
    check_filter(query)
    if all(type(value) in _SCALARS and value is not None and not key.startswith("$") for key, value in query.items()):
        wanted = [(key.split("."), value) for key, value in query.items()]
        return lambda document: all(_holds(document, path, value) for path, value in wanted)
    return _library_matcher(_with_types(query))


def _library_matcher(query: dict[str, Any]) -> Matcher:
    from mongomock import OperationFailure
    from mongomock.filtering import filter_applies

    def matches(document: dict[str, Any]) -> bool:
        try:
            return bool(filter_applies(query, document))  # type: ignore[no-untyped-call]
        except (OperationFailure, NotImplementedError, TypeError) as error:
            raise BadFilterError(str(error)) from error

    return matches


def _check_branches(key: str, value: Any) -> None:
    if not isinstance(value, list | tuple) or not value:
        raise BadFilterError(f"`{key}` takes a list of at least one filter")
    for branch in value:
        check_filter(branch)


def _check_condition(field: str, condition: Mapping[str, Any]) -> None:
    for operator, argument in condition.items():
        if operator not in OPERATORS:
            raise BadFilterError(f"unknown operator `{operator}` for `{field}`", LOGICAL | OPERATORS)
        if operator in ("$in", "$nin", "$all") and not isinstance(argument, list | tuple):
            raise BadFilterError(f"`{operator}` of `{field}` takes a list")
        if operator == "$not" and isinstance(argument, Mapping):
            _check_condition(field, argument)
        elif operator == "$elemMatch":
            _check_element(field, argument)
        elif operator == "$regex":
            _check_pattern(field, argument)
    if "$options" in condition and "$regex" not in condition:
        raise BadFilterError(f"`$options` of `{field}` needs a `$regex`")


def _check_element(field: str, argument: Any) -> None:
    if not isinstance(argument, Mapping):
        raise BadFilterError(f"`$elemMatch` of `{field}` takes an object")
    if _is_condition(argument) and not LOGICAL.intersection(argument):
        _check_condition(field, argument)
    else:
        check_filter(argument)


def _check_pattern(field: str, argument: Any) -> None:
    import re

    try:
        re.compile(argument)
    except (re.error, TypeError) as error:
        raise BadFilterError(f"`$regex` of `{field}` is no regular expression ({error})") from None


def _is_condition(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(key, str) and key.startswith("$") for key in value)


def _with_types(query: Mapping[str, Any]) -> dict[str, Any]:
    """The same filter, where true and 1 are not equal (they are in Python)."""
    typed: dict[str, Any] = {}
    for key, value in query.items():
        if key in LOGICAL:
            typed[key] = [_with_types(branch) for branch in value]
        elif isinstance(value, bool):
            typed[key] = {"$eq": value, "$type": "bool"}
        elif isinstance(value, int | float) and value in (0, 1):
            typed[key] = {"$eq": value, "$type": "number"}
        elif isinstance(value, Mapping) and type(value) is not dict:
            typed[key] = dict(value)
        else:
            typed[key] = value
    return typed


def _holds(value: Any, path: Sequence[str], wanted: Any) -> bool:
    """Whether a scalar is found at a dotted path, looking into lists as MongoDB does."""
    if not path:
        if isinstance(value, list):
            return any(_same(item, wanted) for item in value)
        return _same(value, wanted)
    if isinstance(value, dict):
        return path[0] in value and _holds(value[path[0]], path[1:], wanted)
    if isinstance(value, list):
        if path[0].isdigit() and int(path[0]) < len(value) and _holds(value[int(path[0])], path[1:], wanted):
            return True
        return any(isinstance(item, dict) and _holds(item, path, wanted) for item in value)
    return False


def _same(value: Any, wanted: Any) -> bool:
    return bool(value == wanted) and isinstance(value, bool) == isinstance(wanted, bool)


def values_at(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Every value found at a dotted path; lists on the way and at the end are opened."""
    if isinstance(value, list):
        if path and path[0].isdigit() and int(path[0]) < len(value):
            yield from values_at(value[int(path[0])], path[1:])
        for item in value:
            if isinstance(item, dict) or not path:
                yield from values_at(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from values_at(value[path[0]], path[1:])


class SortKey:
    """A value in MongoDB's order: nothing < numbers < text < objects < lists < bytes < booleans < dates."""

    __slots__ = ("rank", "value")

    def __init__(self, value: Any) -> None:
        self.rank, self.value = _ranked(value)

    def __lt__(self, other: SortKey) -> bool:
        if self.rank != other.rank:
            return self.rank < other.rank
        return bool(self.value < other.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SortKey) and self.rank == other.rank and bool(self.value == other.value)

    __hash__ = None  # type: ignore[assignment]


class Descending(SortKey):
    """The same order, backwards."""

    __slots__ = ()

    def __lt__(self, other: SortKey) -> bool:
        return SortKey.__lt__(other, self)


def sort_key(document: Mapping[str, Any], order: Sequence[tuple[str, int]]) -> tuple[SortKey, ...]:
    """The key that sorts documents by several dotted fields (1 ascending, -1 descending); lists count with their
    smallest or largest member."""
    keys: list[SortKey] = []
    for field, direction in order:
        found = [SortKey(value) for value in values_at(document, field.split("."))] or [SortKey(None)]
        keys.append(min(found) if direction >= 0 else Descending.__new__(Descending))
        if direction < 0:
            largest = max(found)
            keys[-1].rank, keys[-1].value = largest.rank, largest.value
    return tuple(keys)


def _ranked(value: Any) -> tuple[int, Any]:
    if value is None:
        return 0, 0
    if isinstance(value, bool):
        return 6, value
    if isinstance(value, int | float):
        return 1, value
    if isinstance(value, str):
        return 2, value
    if isinstance(value, Mapping):
        return 3, [(key, SortKey(item)) for key, item in value.items()]
    if isinstance(value, list | tuple):
        return 4, [SortKey(item) for item in value]
    if isinstance(value, bytes):
        return 5, value
    if isinstance(value, datetime.datetime):
        return 7, value
    return 8, str(value)


def project(document: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The document reduced to some dotted fields, ``_id`` always among them; lists on the way are kept."""
    tree: dict[str, Any] = {}
    for name in fields:
        node = tree
        parts = name.split(".")
        for part in parts[:-1]:
            node = node.setdefault(part, {})
            if node is None:
                break
        if node is not None:
            node[parts[-1]] = None
    kept = _pick(document, tree)
    return {"_id": document["_id"], **kept} if "_id" in document else dict(kept)


def _pick(value: Any, tree: Mapping[str, Any]) -> Any:
    if isinstance(value, list):
        return [_pick(item, tree) for item in value if isinstance(item, dict | list)]
    kept = {}
    for key, item in value.items():
        below = tree.get(key, _MISSING)
        if below is None:
            kept[key] = item
        elif below is not _MISSING and isinstance(item, dict | list):
            kept[key] = _pick(item, below)
    return kept
