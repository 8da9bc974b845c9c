"""Inspection results as rows for tables, with warnings about names and types."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from hub.datainspect.profile import STATS, TYPE

JsonDict = dict[str, Any]
_ODD = re.compile(r"[^a-zA-Z0-9_.\s]")


def flatten(found: Mapping[str, Any], *, warn: bool = True) -> list[JsonDict]:
    """Rows ``{field_name, field_type, stats, warnings: [{code, message}]}``; the first is ``__root__``.

    Args:
        found: results of the modes ``type``, ``stats`` or ``deepstats``.
        warn: False leaves the warnings empty.
    """
    rows = [_row("__root__", "dict", found.get(STATS))]
    for name, child in _fields(found):
        rows += _rows(name, child, warn)
    return rows


def _rows(path: str, node: Mapping[str, Any], warn: bool) -> Iterator[JsonDict]:
    types = [key.removeprefix(TYPE) for key in node if key.startswith(TYPE)]
    listed = node.get(f"{TYPE}list")
    warnings = _warnings(path, node, types, listed) if warn else []
    children = _fields(node)
    if children:
        yield _row(path, "dict", node.get(STATS), warnings)
    for kind in types:
        if kind != "list":
            yield _row(path, kind, node[f"{TYPE}{kind}"].get(STATS), warnings)
    if listed is not None:
        yield from _list_rows(path, listed, warnings)
        children = [*children, *_fields(listed)]
    for name, child in children:
        yield from _rows(f"{path}.{name}", child, warn)


def _list_rows(path: str, listed: Mapping[str, Any], warnings: list[JsonDict]) -> Iterator[JsonDict]:
    kinds = [key.removeprefix(TYPE) for key in listed if key.startswith(TYPE)]
    if not kinds or _fields(listed):
        yield _row(path, "list", listed.get(STATS), warnings)
    for kind in kinds:
        yield _row(path, f"list of {kind}", listed[f"{TYPE}{kind}"].get(STATS), warnings)


def _fields(node: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    return [(key, child) for key, child in node.items() if not key.startswith(TYPE) and key != STATS]


def _row(name: str, kind: str, stats: Any = None, warnings: list[JsonDict] | None = None) -> JsonDict:
    return {"field_name": name, "field_type": kind, "stats": stats, "warnings": list(warnings or [])}


def _warnings(path: str, node: Mapping[str, Any], types: list[str], listed: Mapping[str, Any] | None) -> list[JsonDict]:
    name = path.rpartition(".")[2]
    found = []
    if re.search(r"\s", name):
        found.append(("W001", f"field name `{path}` holds blanks"))
    if name != name.lower():
        found.append(("W002", f"field name `{path}` holds upper case letters"))
    if _ODD.search(name):
        found.append(("W003", f"field name `{path}` holds characters other than letters, digits, `_` and `.`"))
    kinds = _kinds(node, types, listed)
    if len(kinds) > 1:
        found.append(("W004", f"field `{path}` has values of several types: {', '.join(sorted(kinds))}"))
    return [{"code": code, "message": message} for code, message in found]


def _kinds(node: Mapping[str, Any], types: list[str], listed: Mapping[str, Any] | None) -> set[str]:
    """Types that do not go together: a list counts as its items, whole numbers as numbers, nulls as nothing."""
    kinds = {"float" if kind in ("int", "Int64") else kind for kind in types if kind not in ("list", "NoneType")}
    if any(not key.startswith(TYPE) and key != STATS for key in node):
        kinds.add("dict")
    if listed is not None:
        inner = [key.removeprefix(TYPE) for key in listed if key.startswith(TYPE)]
        kinds |= _kinds(listed, inner, listed.get(f"{TYPE}list"))
    return kinds
