"""Release records (``src_release``): one for each release of a source that is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hub.store.records.base import Repository, now
from hub.store.state_port import Document as Record

MADE = "made"  #: on disk, and its steps have not all been run
COMPLETE = "complete"  #: can be used
REMOVING = "removing"  #: on its way out; finished at the next start when the hub dies


class ReleaseRows(Repository):
    """What is known of releases; ``_id`` is ``source/folder``."""

    def of(self, source: str) -> list[Record]:
        """Releases of one source, oldest first."""
        return self._store.find(self.collection, {"source": source}, sort=[("created_at", 1)])

    def by_source(self) -> dict[str, list[Record]]:
        """All releases by source, oldest first."""
        found: dict[str, list[Record]] = {}
        for row in self._store.find(self.collection, sort=[("created_at", 1)]):
            found.setdefault(row["source"], []).append(row)
        return found

    def note(self, source: str, folder: str, values: Mapping[str, Any]) -> None:
        """A release is on disk; whether it is frozen stays as it was."""
        self._store.update(
            self.collection,
            release_id(source, folder),
            set={"source": source, "folder": folder, "frozen": self.is_frozen(source, folder), **values},
            upsert=True,
        )

    def is_frozen(self, source: str, folder: str) -> bool:
        """Whether a release must not be removed."""
        return bool((self.get(release_id(source, folder)) or {}).get("frozen"))

    def freeze(self, source: str, folder: str, frozen: bool) -> None:
        """Mark a release as not to be removed, or take the mark away."""
        self._store.update(
            self.collection, release_id(source, folder), set={"frozen": frozen, "frozen_at": now() if frozen else None}
        )

    def set_state(self, source: str, folder: str, state: str) -> None:
        """Change the state of a release."""
        self._store.update(self.collection, release_id(source, folder), set={"state": state})

    def forget(self, source: str, folder: str) -> bool:
        """A release is gone."""
        return self.delete(release_id(source, folder))


def release_id(source: str, folder: str) -> str:
    """``_id`` of the record of a release."""
    return f"{source}/{folder}"
