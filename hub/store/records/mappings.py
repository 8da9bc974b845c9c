"""The history of committed mappings: every version that a source or a build had, so that one can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from hub.errors import NotFound
from hub.store.records.base import Repository, now
from hub.store.state_port import Document as Record

KEPT = 50  #: versions of one source or build; older ones go

Owner = Literal["source", "build"]


class MappingRows(Repository):
    """Versions of mappings: ``{_id, of, name, version, mapping, origin, at, by, note}``."""

    def history(self, of: Owner, name: str) -> list[Record]:
        """The versions of one source or build, newest first."""
        found = self._store.find(self.collection, {"of": of, "name": name})
        return sorted(found, key=lambda row: int(row["version"]), reverse=True)

    def version(self, of: Owner, name: str, number: int) -> Record:
        """One version.

        Raises:
            hub.errors.NotFound: there is none of that number.
        """
        rows = self.history(of, name)
        for row in rows:
            if row["version"] == number:
                return row
        raise NotFound(f"version of the mapping of `{name}`", str(number), [str(row["version"]) for row in rows])

    def committed(
        self,
        of: Owner,
        name: str,
        mapping: Mapping[str, Any],
        *,
        before: Mapping[str, Any] | None = None,
        origin: str = "",
        by: str = "",
        note: str = "",
    ) -> int:
        """Note that a mapping was committed; returns the number of its version.

        Args:
            of: what has the mapping.
            name: its name.
            mapping: the properties.
            before: what stood there until now; it becomes a version as well, unless it is the last one.
            origin: who had made what stood there: ``uploader``, ``inferred``, ``master``.
            by: who commits.
            note: why.
        """
        rows = self.history(of, name)
        last = rows[0] if rows else None
        if before and (last is None or last["mapping"] != before):
            last = self._add(of, name, before, last, origin or "unknown", "", "what stood there before")
        row = self._add(of, name, mapping, last, "committed", by, note)
        for old in self.history(of, name)[KEPT:]:
            self.delete(old["_id"])
        return int(row["version"])

    def forget(self, of: Owner, name: str) -> None:
        """Remove the history of something that is gone."""
        for row in self.history(of, name):
            self.delete(row["_id"])

    def _add(
        self, of: Owner, name: str, mapping: Mapping[str, Any], last: Record | None, origin: str, by: str, note: str
    ) -> Record:
        row = {
            "_id": self.next_id(),
            "of": of,
            "name": name,
            "version": int(last["version"]) + 1 if last else 1,
            "mapping": dict(mapping),
            "origin": origin,
            "at": now(),
            "by": by,
            "note": note,
        }
        self.put(row)
        return row
