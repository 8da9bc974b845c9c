"""Job records (``job``): what the job manager keeps of each job."""

from __future__ import annotations

from hub.store.records.base import Repository
from hub.store.state_port import Document as Record


class JobRows(Repository):
    """Jobs by id."""

    def recent(self, limit: int) -> list[Record]:
        """The newest records, newest first."""
        return self._store.find(self.collection, sort=[("created_at", -1)], limit=limit)

    def unfinished(self) -> list[Record]:
        """Records that say queued or running."""
        return self._store.find(self.collection, {"state": {"$in": ["queued", "running"]}})
