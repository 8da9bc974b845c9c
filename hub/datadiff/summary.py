"""What changed, as numbers and samples: by field, by operation, by source."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

MAX_PATHS = 5000  #: paths that are counted by themselves; those of a map with data for keys are counted together
UNKNOWN = "(no source)"  #: fields that no source's mapping names


class Summary:
    """Counts and samples of a diff; as plain data it survives an interruption.

    Args:
        owners: root key to the sources whose mappings name it.
        max_ids: ids of added and of deleted documents that are listed.
        max_picked: ids listed for each path and operation, chosen at random.
        data: what `as_dict` gave in a run that was interrupted.
    """

    def __init__(
        self,
        owners: Mapping[str, Sequence[str]],
        *,
        max_ids: int = 1000,
        max_picked: int = 10,
        data: Mapping[str, Any] | None = None,
    ) -> None:
        self._owners, self._max_ids, self._max_picked = owners, max_ids, max_picked
        known = data or {}
        self.counts: dict[str, int] = dict(known.get("counts") or {"add": 0, "update": 0, "delete": 0})
        self.added: list[list[Any]] = list(known.get("added") or [])
        self.deleted: list[list[Any]] = list(known.get("deleted") or [])
        self.fields: dict[str, dict[str, dict[str, Any]]] = dict(known.get("fields") or {})
        self.sources: dict[str, dict[str, int]] = dict(known.get("sources") or {})
        self._random = random.Random(sum(self.counts.values()))

    def add(self, document: Mapping[str, Any]) -> None:
        """A document was added."""
        self._whole("add", document, self.added)

    def delete(self, document: Mapping[str, Any]) -> None:
        """A document was deleted."""
        self._whole("delete", document, self.deleted)

    def update(self, id_: str, patch: Iterable[Mapping[str, Any]]) -> None:
        """A document was changed."""
        self.counts["update"] += 1
        roots = set()
        for operation in patch:
            path = str(operation["path"])
            roots.add(path.split("/", 2)[1].replace("~1", "/").replace("~0", "~"))
            self._field(dotted(path), str(operation["op"]), id_)
        self._count("update", roots)

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "counts": self.counts,
            "added": self.added,
            "deleted": self.deleted,
            "fields": self.fields,
            "sources": self.sources,
        }

    def _whole(self, kind: str, document: Mapping[str, Any], listed: list[list[Any]]) -> None:
        self.counts[kind] += 1
        keys = [key for key in document if key != "_id"]
        if len(listed) < self._max_ids:
            listed.append([document["_id"], keys[:50]])
        self._count(kind, keys)

    def _count(self, kind: str, roots: Iterable[str]) -> None:
        touched = {source for root in roots for source in self._owners.get(root, (UNKNOWN,))}
        for source in touched:
            counts = self.sources.setdefault(source, {"add": 0, "update": 0, "delete": 0})
            counts[kind] += 1

    def _field(self, path: str, op: str, id_: str) -> None:
        if path not in self.fields and len(self.fields) >= MAX_PATHS:
            path = f"{path.partition('.')[0]}.*"
        entry = self.fields.setdefault(path, {}).setdefault(op, {"count": 0, "ids": []})
        entry["count"] += 1
        if len(entry["ids"]) < self._max_picked:
            entry["ids"].append(id_)
        elif self._max_picked and (place := self._random.randrange(entry["count"])) < self._max_picked:
            entry["ids"][place] = id_


def dotted(pointer: str) -> str:
    """A JSON pointer as a dotted field."""
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:])


def owners_of(mappings: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Root key to the sources whose mappings name it.

    Args:
        mappings: source to its Elasticsearch properties.
    """
    owners: dict[str, list[str]] = {}
    for source, properties in sorted(mappings.items()):
        for key in properties:
            owners.setdefault(key, []).append(source)
    return owners
