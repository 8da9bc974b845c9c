"""Field updates on a decoded record, with the meaning they have in MongoDB."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from hub.store.errors import UpdateError


def apply_update(
    document: dict[str, Any],
    *,
    set_: Mapping[str, Any] | None = None,
    unset: Sequence[str] | None = None,
    add_to_set: Mapping[str, Any] | None = None,
    pull: Mapping[str, Any] | None = None,
    push: Mapping[str, Any] | None = None,
) -> None:
    """Change ``document`` in place; see `hub.store.state_port.StateStore.update`.

    Raises:
        UpdateError: a path that does not fit; the document may be half changed then.
    """
    for path, value in (set_ or {}).items():
        _assign(document, path, copy.deepcopy(value))
    for path in unset or ():
        _remove(document, path)
    for path, value in (push or {}).items():
        _list_at(document, path).append(copy.deepcopy(value))
    for path, value in (add_to_set or {}).items():
        members = _list_at(document, path)
        if value not in members:
            members.append(copy.deepcopy(value))
    for path, value in (pull or {}).items():
        _pull(document, path, value)


def _assign(document: dict[str, Any], path: str, value: Any) -> None:
    parent, key = _parent(document, path)
    if isinstance(parent, dict):
        parent[key] = value
        return
    position = _position(key, path)
    parent.extend([None] * (position + 1 - len(parent)))
    parent[position] = value


def _remove(document: dict[str, Any], path: str) -> None:
    parent, key = _lookup(document, path)
    if isinstance(parent, dict):
        parent.pop(key, None)
    elif isinstance(parent, list) and key.isdigit() and int(key) < len(parent):
        parent[int(key)] = None


def _list_at(document: dict[str, Any], path: str) -> list[Any]:
    parent, key = _parent(document, path)
    if isinstance(parent, dict):
        members = parent.setdefault(key, [])
    else:
        position = _position(key, path)
        members = parent[position] if position < len(parent) else None
    if not isinstance(members, list):
        raise UpdateError(path, f"it holds a `{type(members).__name__}`, not a list")
    return members


def _pull(document: dict[str, Any], path: str, value: Any) -> None:
    parent, key = _lookup(document, path)
    if not isinstance(parent, dict) or key not in parent:
        return
    members = parent[key]
    if not isinstance(members, list):
        raise UpdateError(path, f"it holds a `{type(members).__name__}`, not a list")
    members[:] = [member for member in members if member != value]


def _parent(document: dict[str, Any], path: str) -> tuple[Any, str]:
    """The object or list that holds the last part of a path, made where missing."""
    *way, last = path.split(".")
    node: Any = document
    for part in way:
        if isinstance(node, dict):
            node = node.setdefault(part, {})
        else:
            position = _position(part, path)
            if position >= len(node):
                node.extend([None] * (position + 1 - len(node)))
                node[position] = {}
            node = node[position]
        if not isinstance(node, dict | list):
            raise UpdateError(path, f"`{part}` holds a `{type(node).__name__}`, not an object")
    return node, last


def _lookup(document: dict[str, Any], path: str) -> tuple[Any, str]:
    """Like `_parent`, without making anything; None when the way is missing."""
    *way, last = path.split(".")
    node: Any = document
    for part in way:
        if isinstance(node, dict):
            node = node.get(part)
        elif isinstance(node, list) and part.isdigit() and int(part) < len(node):
            node = node[int(part)]
        else:
            return None, last
    return node, last


def _position(part: str, path: str) -> int:
    if not part.isdigit():
        raise UpdateError(path, f"`{part}` is no position in a list")
    return int(part)
