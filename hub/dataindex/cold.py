"""Cold and hot builds: ``cold_collection`` of a configuration names a build that stays as it is; the builds of the
configuration hold only what changes, and both are joined when they are indexed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.dataindex.errors import BuildNotReadyError
from hub.store.port import DocumentStore
from hub.store.state import State


def cold_build(state: State, store: DocumentStore, build: Mapping[str, Any]) -> dict[str, Any] | None:
    """Record of the build that the documents of another one are joined to; None when there is none to be.

    Args:
        state: the hub's records.
        store: the target store.
        build: record of the build that is indexed.

    Raises:
        BuildNotReadyError: it is named, and can not be used.
    """
    name = (build.get("build_config") or {}).get("cold_collection")
    if not name:
        return None
    found = state.builds.get(str(name))
    if found is None or found.get("archived") or not found.get("_meta") or not store.exists(str(name)):
        reason = f"its `cold_collection` is `{name}`, and there is no such build with its documents."
        raise BuildNotReadyError(str(build["_id"]), reason)
    if str(name) == build["_id"] or (found.get("build_config") or {}).get("cold_collection"):
        raise BuildNotReadyError(str(build["_id"]), f"its `cold_collection` `{name}` must be a build without one.")
    return dict(found)


def cold_collection(state: State, store: DocumentStore, build: Mapping[str, Any]) -> str | None:
    """The collection of the cold build, or None."""
    found = cold_build(state, store, build)
    return str(found["_id"]) if found is not None else None


def combined(cold: Mapping[str, Any], hot: Mapping[str, Any]) -> dict[str, Any]:
    """The record to index by: mapping of both, flat; ``_meta`` of both, objects key by key; the rest of the hot one."""
    meta = dict(cold.get("_meta") or {})
    for key, value in (hot.get("_meta") or {}).items():
        both = isinstance(meta.get(key), Mapping) and isinstance(value, Mapping)
        meta[key] = {**meta[key], **value} if both else value
    mapping = {**(cold.get("mapping") or {}), **(hot.get("mapping") or {})}
    config = {**(cold.get("build_config") or {}), **(hot.get("build_config") or {})}
    return {**hot, "mapping": mapping, "_meta": meta, "build_config": config}
