"""The mapping of a build: the mappings of its sources joined, contradictions found before anything is merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub.datainspect.mapping import KEYWORD

_FRESH = {"keyword": KEYWORD, "double": {"type": "double"}}
#: what may stand in a field of another type: some values of it look like this
_NARROWER = frozenset({("long", "double"), ("date", "keyword"), ("date", "text"), ("keyword", "text")})
_NUMBERS = frozenset({"long", "integer", "short", "byte", "double", "float", "half_float"})


@dataclass(frozen=True)
class SourceMapping:
    """Mapping of one source.

    Attributes:
        source: name of the source.
        properties: its ``properties``.
        inferred: it was found by reading the documents, and gives way to the declared one of another source.
    """

    source: str
    properties: Mapping[str, Any]
    inferred: bool = False


@dataclass(frozen=True)
class MappingConflict:
    """One field that sources map differently: its dotted path, and the type by source."""

    field: str
    types: Mapping[str, str]

    def __str__(self) -> str:
        told = ", ".join(f"{kind} in {source}" for source, kind in self.types.items())
        return f"`{self.field}` is {told}"


@dataclass
class MergedMapping:
    """The joined mapping.

    Attributes:
        properties: of the build; the first source's type stands where ``conflicts`` has the field.
        conflicts: fields for which sources declare different types.
        notes: differences that were settled, for people to read.
    """

    properties: dict[str, Any] = field(default_factory=dict)
    conflicts: list[MappingConflict] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def merge_mappings(mappings: Sequence[SourceMapping]) -> MergedMapping:
    """Join the mappings of sources; declared ones win over inferred ones, two inferred ones take the wider type."""
    result = MergedMapping()
    ordered = [m for m in mappings if not m.inferred] + [m for m in mappings if m.inferred]
    owners = _Owners(result, {m.source for m in ordered if m.inferred})
    for mapping in ordered:
        owners.join(result.properties, mapping.properties, mapping.source, "")
    for path in owners.unmappable:
        _remove(result.properties, path)
    return result


def fits(known: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether documents that ask for one mapping can be searched by another one, found before, as if it had seen them.

    Args:
        known: ``properties`` that were found.
        new: those that the documents ask for.
    """
    for key, node in new.items():
        there = known.get(key)
        if there is None:
            return False
        if "properties" in node or "properties" in there:
            if not fits(there.get("properties") or {}, node.get("properties") or {}):
                return False
        elif kind_of(node) != kind_of(there) and (kind_of(node), kind_of(there)) not in _NARROWER:
            return False
    return True


def kind_of(node: Any) -> str:
    """Type of a mapping node; ``object`` for one with ``properties`` only."""
    if not isinstance(node, Mapping):
        return repr(node)
    return str(node.get("type", "object"))


class _Owners:
    """Joins property trees and remembers which source each field came from."""

    def __init__(self, result: MergedMapping, inferred: set[str]) -> None:
        self.result, self.inferred = result, inferred
        self.owner: dict[str, str] = {}
        self.unmappable: list[str] = []

    def join(self, target: dict[str, Any], new: Mapping[str, Any], source: str, prefix: str) -> None:
        for key, node in new.items():
            path = f"{prefix}{key}"
            if key not in target:
                self._adopt(target, key, node, source, path)
            elif kind_of(target[key]) == kind_of(node):
                self._same(target[key], node, source, path)
            else:
                self._different(target, key, node, source, path)

    def _adopt(self, target: dict[str, Any], key: str, node: Any, source: str, path: str) -> None:
        self.owner[path] = source
        if isinstance(node, Mapping) and "properties" in node:
            target[key] = {**node, "properties": {}}
            self.join(target[key]["properties"], node["properties"], source, f"{path}.")
        else:
            target[key] = dict(node) if isinstance(node, Mapping) else node

    def _same(self, stored: dict[str, Any], node: Mapping[str, Any], source: str, path: str) -> None:
        for name, value in node.items():
            if name == "properties":
                self.join(stored.setdefault(name, {}), value, source, f"{path}.")
            elif name == "copy_to":
                stored[name] = list(dict.fromkeys([*_listed(stored.get(name)), *_listed(value)]))
            elif name not in stored:
                if source not in self.inferred:
                    stored[name] = value
            elif stored[name] != value and name != "type":
                self._note(
                    path, f"{name} is {stored[name]!r} in {self.owner[path]}, {value!r} in {source}: the first wins"
                )

    def _different(self, target: dict[str, Any], key: str, node: Any, source: str, path: str) -> None:
        first, old, new = self.owner[path], kind_of(target[key]), kind_of(node)
        if source not in self.inferred:
            self.result.conflicts.append(MappingConflict(path, {first: old, source: new}))
        elif first not in self.inferred:
            self._note(path, f"{first} declares {old}, documents of {source} hold {new}: the declared type stands")
        elif "object" in (old, new):
            self.unmappable.append(path)
            self._note(path, f"holds {old} in {first} and {new} in {source}: it can not be searched")
        else:
            widest = _widest(old, new)
            merged = dict(target[key] if old == widest else node) if widest in (old, new) else dict(_FRESH[widest])
            if "copy_to" in target[key] or "copy_to" in node:
                merged["copy_to"] = ["all"]
            target[key] = merged
            self._note(path, f"{old} in {first}, {new} in {source}: mapped as {widest}")

    def _note(self, path: str, text: str) -> None:
        self.result.notes.append(f"`{path}`: {text}")


def _widest(one: str, other: str) -> str:
    if {one, other} <= _NUMBERS:
        return "double"
    return "text" if "text" in (one, other) else "keyword"


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _remove(properties: dict[str, Any], path: str) -> None:
    *parents, last = path.split(".")
    node = properties
    for name in parents:
        node = node.get(name, {}).get("properties", {})
    node.pop(last, None)
