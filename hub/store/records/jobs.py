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

    def prune(self, keep: int) -> int:
        """Delete the records of ended jobs but the newest; returns how many."""
        newest = self.recent(keep)
        if len(newest) < keep or not newest:
            return 0
        older = self._store.find(self.collection, {"created_at": {"$lt": newest[-1]["created_at"]}})
        ended = [record for record in older if record["state"] not in ("queued", "running")]
        return sum(self.delete(record["_id"]) for record in ended)
