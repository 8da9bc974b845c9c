"""Merging two JSON-like values into one, so that nothing is lost.

The same rule serves ``on_duplicates: merge`` and builds of several sources. Arguments are never changed; results may
share parts with them, so treat results as read-only or copy.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

AS_LIST_OF_DICT = "__aslistofdict__"  #: key of a document that names the root key merged as a list of objects


def merge_struct(
    v1: Any,
    v2: Any,
    aslistofdict: str | None = None,
    include: Collection[str] | None = None,
    exclude: Collection[str] | None = None,
) -> Any:
    """Merge ``v2`` into ``v1``.

    ======== ============== ==========================================================
    v1       v2             result
    ======== ============== ==========================================================
    list     list           v1, then the items of v2 that are not in v1
    list     anything else  v1, with v2 at the end unless it is there
    other    list           v2, with v1 at the end unless it is there
    dict     dict           key by key; a key of one side is kept
    other    equal          v1
    other    different      ``[v1, v2]``
    ======== ============== ==========================================================

    Args:
        v1: first value; JSON types, dates, bytes or any other scalar.
        v2: second value.
        aslistofdict: root key under which two different dicts become a list of both.
        include: root keys to merge; the others keep the value of v1. Keys that only v2 has are always taken.
        exclude: root keys that keep the value of v1.

    Returns:
        The merged value.
    """
    if isinstance(v1, dict) and isinstance(v2, dict):
        return _merge_dicts(v1, v2, aslistofdict, include, exclude)
    if isinstance(v1, list):
        if isinstance(v2, list):
            return v1 + [item for item in v2 if item not in v1]
        return v1 if v2 in v1 else [*v1, v2]
    if isinstance(v2, list):
        return v2 if v1 in v2 else [*v2, v1]
    return v1 if _equal(v1, v2) else [v1, v2]


def _merge_dicts(
    v1: dict[str, Any],
    v2: dict[str, Any],
    aslistofdict: str | None,
    include: Collection[str] | None,
    exclude: Collection[str] | None,
) -> dict[str, Any]:
    merged = dict(v1)
    for key, value in v2.items():
        if key not in merged:
            merged[key] = value
        elif (include is not None and key not in include) or (exclude is not None and key in exclude):
            continue
        elif key == aslistofdict and isinstance(merged[key], dict) and isinstance(value, dict):
            merged[key] = merged[key] if merged[key] == value else [merged[key], value]
        else:
            merged[key] = merge_struct(merged[key], value)
    return merged


def merge_root_keys(doc1: dict[str, Any], doc2: dict[str, Any]) -> dict[str, Any]:
    """Join two documents key by key at the root, without looking inside the values.

    ``{"a": "a"}`` and ``{"a": "A", "c": 1}`` give ``{"a": ["a", "A"], "c": 1}``. Lists are joined flat; every value is
    kept, equal ones too. ``_id`` stays as it is.
    """
    merged = dict(doc1)
    for key, value in doc2.items():
        if key == "_id" or key not in merged:
            merged.setdefault(key, value)
        else:
            merged[key] = _aslist(merged[key]) + _aslist(value)
    return merged


def _aslist(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _equal(v1: Any, v2: Any) -> bool:
    try:
        return bool(v1 == v2)
    except (TypeError, ValueError):  # dates with and without a zone, arrays
        return False
