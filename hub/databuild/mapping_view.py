"""The mapping that a build would get, and where its sources contradict each other, before anything is built."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.databuild.config import BuildConfig
from hub.databuild.locate import BuildServices
from hub.databuild.mapping import MappingConflict, SourceMapping, merge_mappings

JsonDict = dict[str, Any]
EXAMPLES = 3


def preview(services: BuildServices, config: BuildConfig) -> JsonDict:
    """The joined mapping of the sources of a configuration as they are registered now.

    Returns:
        ``{properties, conflicts, notes, unknown}``. Each conflict is ``{field, types, examples, proposal}``, types and
        examples by source; examples are those of the last inspection. ``notes`` tells what is settled by itself,
        ``unknown`` the sources without a mapping, which get one from their documents when the build is made.
    """
    known, unknown = [], []
    for source in config.sources:
        found = _mapping_of(services, source)
        if found is None:
            unknown.append(source)
        else:
            known.append(found)
    merged = merge_mappings(known)
    inspected = {source: _inspected(services, source) for source in config.sources}
    return {
        "properties": merged.properties,
        "conflicts": [_told(conflict, inspected, config) for conflict in merged.conflicts],
        "notes": merged.notes,
        "unknown": unknown,
    }


def _mapping_of(services: BuildServices, source: str) -> SourceMapping | None:
    master = services.state.masters.get(source) or {}
    if master.get("mapping"):
        return SourceMapping(source, master["mapping"])
    inferred = (master.get("inferred") or {}).get("mapping")
    return SourceMapping(source, inferred, inferred=True) if inferred else None


def _inspected(services: BuildServices, source: str) -> Mapping[str, list[str]]:
    """Examples by field, of the last inspection of a source."""
    for record in services.state.sources.all():
        job = ((record.get("inspect") or {}).get("jobs") or {}).get(source) or {}
        metadata = (((job.get("inspect") or {}).get("results") or {}).get("__metadata__")) or {}
        rows = [*(metadata.get("evidence") or []), *(metadata.get("conflicts") or [])]
        if rows:
            return {row["field"]: [str(e) for kind in row["kinds"] for e in kind["examples"]] for row in rows}
    return {}


def _told(conflict: MappingConflict, inspected: Mapping[str, Mapping[str, list[str]]], config: BuildConfig) -> JsonDict:
    examples = {
        source: found[:EXAMPLES]
        for source in conflict.types
        if (found := inspected.get(source, {}).get(conflict.field))
    }
    return {
        "field": conflict.field,
        "types": dict(conflict.types),
        "examples": examples,
        "proposal": _proposal(conflict, config),
    }


def _proposal(conflict: MappingConflict, config: BuildConfig) -> str:
    types = set(conflict.types.values())
    first, *others = conflict.types
    if "object" in types:
        return "an object and a value can not share a field: rename it in one of the sources."
    if config.mapping_conflicts == "first":
        return f"`{first}` wins, as `mapping_conflicts` says; documents of {', '.join(others)} may be refused."
    wider = "text" if "text" in types else "keyword"
    if types <= {"long", "integer", "short", "byte", "double", "float", "half_float"}:
        wider = "double" if types & {"double", "float", "half_float"} else "long"
    changing = [source for source, kind in conflict.types.items() if kind != wider]
    return f"commit `{wider}` for it in {', '.join(changing)} (source_save_mapping), which takes the values of all."
