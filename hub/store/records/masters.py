"""Master records (``src_master``): mapping and metadata of each sub-source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.store.records.base import Repository, now


class MasterRecords(Repository):
    """Mapping and metadata by sub-source."""

    def save(
        self,
        sub: str,
        *,
        name: str | None = None,
        mapping: Mapping[str, Any] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        """Register a sub-source; fields that are not given stay.

        Args:
            sub: sub-source.
            name: pattern of its collections, when the data are split.
            mapping: Elasticsearch properties; an empty mapping leaves one committed earlier.
            metadata: ``{"src_meta": {...}}`` and whatever else the class declares.
        """
        values: dict[str, Any] = {"name": name or sub, "timestamp": now(), **(metadata or {})}
        if mapping:
            values |= {"mapping": dict(mapping), "mapping_origin": "uploader"}
        self._store.update(self.collection, sub, set=values, upsert=True)

    def set_content(self, sub: str, content: Mapping[str, Any]) -> None:
        """Note what stands for the documents of a sub-source, see `hub.dataload.content`; empty: nothing does."""
        self._store.update(self.collection, sub, set={"content": dict(content)})

    def save_mapping(self, sub: str, mapping: Mapping[str, Any]) -> None:
        """Commit a mapping that a person chose."""
        values = {"mapping": dict(mapping), "mapping_origin": "master", "timestamp": now()}
        self._store.update(self.collection, sub, set=values, upsert=True)
