"""Removing empty values and needless lists from documents; in place, as parsers expect."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

Doc = TypeVar("Doc", bound=dict[Any, Any])

#: What `dict_sweep` removes unless told otherwise.
EMPTY_VALUES = (".", "-", "", "NA", "none", " ", "Not Available", "unknown")


def dict_sweep(d: Doc, vals: Any = None, remove_invalid_list: bool = False) -> Doc:
    """Remove empty values from a dict, in place.

    Nested dicts are swept too; a list or dict that is or becomes empty goes. Tuples and lists inside lists stay as they
    are. Values are compared by equality, so False in ``vals`` removes 0 as well; a NaN in ``vals`` removes every NaN.

    *Quirk*: without ``remove_invalid_list``, the item after a removed list item is passed over.

    Args:
        d: the dict.
        vals: values to remove, or the one text to remove; None for `EMPTY_VALUES`.
        remove_invalid_list: remove all matching items of lists, not only every other one.

    Returns:
        The same dict.
    """
    _Sweeper(vals, remove_invalid_list).sweep(d)
    return d


class _Sweeper:
    def __init__(self, vals: Any, all_items: bool) -> None:
        self.values: Iterable[Any] = EMPTY_VALUES if vals is None else [vals] if isinstance(vals, str) else list(vals)
        self.any_nan = any(_is_nan(value) for value in self.values)
        self.all_items = all_items

    def sweep(self, d: dict[Any, Any]) -> None:
        for key in list(d):
            value = d[key]
            if self.unwanted(value):
                del d[key]
                continue
            if isinstance(value, list):
                self.sweep_list(value)
            elif isinstance(value, dict):
                self.sweep(value)
            else:
                continue
            if not value:
                del d[key]

    def sweep_list(self, items: list[Any]) -> None:
        position = 0
        while position < len(items):
            item = items[position]
            if self.unwanted(item):
                del items[position]
                position += 0 if self.all_items else 1
                continue
            if isinstance(item, dict):
                self.sweep(item)
            position += 1

    def unwanted(self, value: Any) -> bool:
        if self.any_nan and _is_nan(value):
            return True
        return any(value is other or _equal(value, other) for other in self.values)


def _is_nan(value: Any) -> bool:
    """Whether a value is a NaN of any library: what is not equal to itself, and pandas' NA and NaT."""
    if isinstance(value, str | bytes | dict | list | tuple | int):
        return False
    if type(value).__name__ in ("NAType", "NaTType"):
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return False


def _equal(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except (TypeError, ValueError):  # arrays, dates with and without a zone, pandas.NA
        return False


def unlist(d: Doc) -> Doc:
    """Replace each list of exactly one item by the item, in place, in nested dicts and dicts in lists too.

    ``{"d": [{"x": [1]}]}`` becomes ``{"d": {"x": 1}}``. Lists inside lists lose one level only: ``{"e": [[1]]}``
    becomes ``{"e": [1]}``. Tuples and empty lists stay.

    Returns:
        The same dict.
    """
    return unlist_incexcl(d)


def unlist_incexcl(d: Doc, include_keys: Iterable[str] | None = None, exclude_keys: Iterable[str] | None = None) -> Doc:
    """`unlist` for some fields only.

    Args:
        d: the dict, changed in place.
        include_keys: dotted paths of the lists to replace; None for all.
        exclude_keys: dotted paths of lists that stay.

    Returns:
        The same dict.
    """
    wanted = _Paths(include_keys, exclude_keys)
    _unlist(d, "", wanted)
    return d


class _Paths:
    """Which dotted paths are meant."""

    def __init__(self, include: Iterable[str] | None, exclude: Iterable[str] | None) -> None:
        self.include = None if include is None else set(include)
        self.exclude = set(exclude or ())

    def __contains__(self, path: str) -> bool:
        return (not self.include or path in self.include) and path not in self.exclude


def _unlist(d: dict[Any, Any], prefix: str, wanted: _Paths) -> None:
    for key, value in d.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _unlist(item, path, wanted)
            if len(value) == 1 and path in wanted:
                d[key] = value[0]
        elif isinstance(value, dict):
            _unlist(value, path, wanted)


def dict_convert(
    _dict: Doc, keyfn: Callable[[Any], Any] | None = None, valuefn: Callable[[Any], Any] | None = None
) -> Doc | dict[Any, Any]:
    """Map the keys and values of a dict, not of nested ones.

    Args:
        _dict: the dict.
        keyfn: what becomes of each key. With it the result is a new dict; of colliding keys the last wins.
        valuefn: what becomes of each value. Without ``keyfn`` the dict is changed in place.

    Returns:
        The new dict, or the given one.
    """
    if keyfn is not None:
        return {keyfn(key): valuefn(value) if valuefn else value for key, value in _dict.items()}
    if valuefn is not None:
        for key in _dict:
            _dict[key] = valuefn(_dict[key])
    return _dict
