"""Turning texts into numbers and booleans, in place, along a whole document."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeVar

Doc = TypeVar("Doc", bound=dict[Any, Any])
Convert = Callable[[Any], Any]

TRUE_TEXTS = ("true", "1", "t", "y", "yes", "Y", "Yes", "YES", 1)
FALSE_TEXTS = ("false", "0", "f", "n", "N", "No", "no", "NO", 0)


def to_number(val: Any) -> Any:
    """The integer or else the float that a text is written like; anything else as it is (``"nan"`` is a float)."""
    return val if not isinstance(val, str) else _first(val, int, float)


def to_int(val: Any) -> Any:
    """The integer that a text is written like; anything else as it is (``"1.0"`` stays)."""
    return val if not isinstance(val, str) else _first(val, int)


def to_float(val: Any) -> Any:
    """The float that a text is written like; anything else as it is."""
    return val if not isinstance(val, str) else _first(val, float)


def _first(value: Any, *kinds: Convert) -> Any:
    for kind in kinds:
        try:
            return kind(value)
        except (ValueError, TypeError, OverflowError):
            continue
    return value


def to_boolean(val: Any, true_str: Collection[Any] | None = None, false_str: Collection[Any] | None = None) -> Any:
    """True or False for the texts that mean one, None for any other text; ``bool()`` of what is no text.

    Args:
        val: the value.
        true_str: texts that mean True; None for `TRUE_TEXTS` (not ``"True"``: *quirk*).
        false_str: texts that mean False; None for `FALSE_TEXTS`.
    """
    if not isinstance(val, str):
        return bool(val)
    if val in (TRUE_TEXTS if true_str is None else true_str):
        return True
    if val in (FALSE_TEXTS if false_str is None else false_str):
        return False
    return None


def value_convert_to_number(d: Doc, skipped_keys: Collection[str] | None = None) -> Doc:
    """Apply `to_number` to every value, in nested dicts and dicts in lists or tuples too.

    Args:
        d: the dict, changed in place.
        skipped_keys: keys, at any depth, whose value is left alone; a dict under such a key is descended into all the
            same.

    Returns:
        The same dict.
    """
    skipped = frozenset(skipped_keys or ())
    for key, value in d.items():
        if isinstance(value, dict):
            value_convert_to_number(value, skipped)
        elif key in skipped:
            continue
        elif isinstance(value, list):
            d[key] = [_number_item(item, skipped) for item in value]
        elif isinstance(value, tuple):
            d[key] = tuple(_number_item(item, skipped) for item in value)
        else:
            d[key] = to_number(value)
    return d


def _number_item(item: Any, skipped: frozenset[str]) -> Any:
    return value_convert_to_number(item, skipped) if isinstance(item, dict) else to_number(item)


def value_convert(_dict: Doc, fn: Convert, traverse_list: bool = True) -> Doc:
    """Apply ``fn`` to each value, or with ``traverse_list`` to each item of a list; not inside nested dicts.

    Returns:
        The same dict.
    """
    for key, value in _dict.items():
        whole = not (traverse_list and isinstance(value, list))
        _dict[key] = fn(value) if whole else [fn(item) for item in value]
    return _dict


def value_convert_incexcl(
    d: Doc, fn: Convert, include_keys: Iterable[str] | None = None, exclude_keys: Iterable[str] | None = None
) -> Doc:
    """Apply ``fn`` to the leaves at the given dotted paths.

    *Quirk*: without ``include_keys``, of several values in a list under one path only the last converted one stays;
    with them the list is given to ``fn`` whole, as an included dict is.

    Args:
        d: the dict, changed in place.
        fn: what becomes of a leaf.
        include_keys: dotted paths; empty or None for all.
        exclude_keys: dotted paths that stay.

    Returns:
        The same dict.
    """
    _convert_leaves(d, "", fn, frozenset(include_keys or ()), frozenset(exclude_keys or ()))
    return d


def _convert_leaves(
    d: dict[Any, Any], prefix: str, fn: Convert, included: frozenset[str], excluded: frozenset[str]
) -> None:
    for key, value in d.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        if path in included:
            d[key] = fn(value)
        elif isinstance(value, dict):
            _convert_leaves(value, path, fn, included, excluded)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _convert_leaves(item, path, fn, included, excluded)
                elif not included and path not in excluded and not isinstance(item, list):
                    d[key] = fn(item)
        elif not included and path not in excluded:
            d[key] = fn(value)


def int_convert(d: Doc, include_keys: Iterable[str] | None = None, exclude_keys: Iterable[str] | None = None) -> Doc:
    """`to_int` at the given dotted paths, or everywhere."""
    return value_convert_incexcl(d, to_int, include_keys, exclude_keys)


def float_convert(d: Doc, include_keys: Iterable[str] | None = None, exclude_keys: Iterable[str] | None = None) -> Doc:
    """`to_float` at the given dotted paths, or everywhere."""
    return value_convert_incexcl(d, to_float, include_keys, exclude_keys)


def boolean_convert(d: Doc, convert_keys: Iterable[str] | None = None, level: int = 0) -> Doc:
    """`to_boolean` at the given dotted paths, item by item in lists, in place.

    A path is found at any depth: ``a.b`` is also ``x.a.b``. ``level`` is ignored.

    Returns:
        The same dict.
    """
    _convert_booleans(d, "", tuple(f".{key}" for key in convert_keys or ()))
    return d


def _convert_booleans(d: dict[Any, Any], prefix: str, ends: tuple[str, ...]) -> None:
    for key, value in d.items():
        path = f"{prefix}.{key}"
        if isinstance(value, dict):
            _convert_booleans(value, path, ends)
        elif isinstance(value, list):
            for item in value:
                if isinstance(item, dict):
                    _convert_booleans(item, path, ends)
            if path.endswith(ends):
                d[key] = [item if isinstance(item, dict) else to_boolean(item) for item in value]
        elif path.endswith(ends):
            d[key] = to_boolean(value)
