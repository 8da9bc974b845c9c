"""Dotted paths in documents: exact, through lists, and through keys that hold a dot themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Object = dict[str, Any]


def objects_at(node: Any, path: str) -> Iterator[Object]:
    """Every object at a dotted path; list positions do not count, the empty path is the document.

    Args:
        node: a document or a part of one.
        path: e.g. ``clinvar.rcv``; matches whole keys only.
    """
    return _objects(node, path.split(".") if path else [])


def _objects(node: Any, segments: list[str]) -> Iterator[Object]:
    if isinstance(node, list):
        for item in node:
            yield from _objects(item, segments)
    elif isinstance(node, dict):
        if not segments:
            yield node
            return
        for length in range(1, len(segments) + 1):
            key = segments[0] if length == 1 else ".".join(segments[:length])
            if key in node:
                yield from _objects(node[key], segments[length:])


def holders(node: Any, path: str) -> Iterator[tuple[Object, str]]:
    """Every existing ``(object, key)`` whose value is at a dotted path.

    Args:
        node: a document.
        path: dotted path of a field.
    """
    segments = path.split(".")
    for split in range(len(segments)):
        key = ".".join(segments[split:])
        for parent in _objects(node, segments[:split]):
            if key in parent:
                yield parent, key


def parent_and_key(path: str) -> tuple[str, str]:
    """``a.b.c`` to ``("a.b", "c")``; a root field has the empty parent."""
    parent, _, key = path.rpartition(".")
    return parent, key
