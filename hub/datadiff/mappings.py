"""What changed in a mapping, and whether an index can follow it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.datadiff.errors import MappingChangedError, PatchError
from hub.datadiff.patch import Patch, apply_patch, make_patch
from hub.datadiff.summary import dotted


def mapping_patch(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Patch:
    """Operations from one mapping to another; only additions, which an index can follow.

    Args:
        name: what is newer, for messages.
        old, new: Elasticsearch properties.

    Raises:
        MappingChangedError: a field changed or went.
    """
    operations = make_patch(old, new)
    changed = [dotted(str(o["path"])) for o in operations if o["op"] != "add" or not _new_field(str(o["path"]))]
    if changed:
        raise MappingChangedError(name, changed)
    return operations


def _new_field(path: str) -> bool:
    """Whether a place in a mapping is that of a field, not of a parameter of one that exists."""
    parts = path.split("/")[1:]
    return len(parts) % 2 == 1 and all(part in ("properties", "fields") for part in parts[1::2])


def extended(properties: Mapping[str, Any], operations: Patch) -> dict[str, Any]:
    """A mapping with additions that may be there already.

    Raises:
        PatchError: an operation that is no addition of a field.
    """
    made = dict(properties)
    for operation in operations:
        if operation.get("op") != "add" or not _new_field(str(operation.get("path"))):
            raise PatchError(str(operation.get("path")), "a mapping is only added to")
        made = apply_patch(made, [operation])
    return made
