"""Run records (``src_run``): one for each update of a source, with the state of each of its steps."""

from __future__ import annotations

from typing import Any

from hub.store.records.base import Repository, now
from hub.store.state_port import Document as Record

RUNNING = "running"


class RunRows(Repository):
    """Runs by number."""

    def of(self, source: str | None = None, limit: int = 0) -> list[Record]:
        """Runs, newest first, of one source or of all."""
        query = {"source": source} if source else None
        return self._store.find(self.collection, query, sort=[("_id", -1)], limit=limit)

    def number_of(self, source: str | None = None) -> int:
        """Number of runs, of one source or of all."""
        return self.count() if source is None else sum(row.get("source") == source for row in self.some(("source",)))

    def last(self, source: str) -> Record | None:
        """The newest run of a source."""
        found = self.of(source, 1)
        return found[0] if found else None

    def put(self, document: Record) -> None:
        """Insert or replace a run; what is kept of it is written before."""
        self._closing.settle(self.collection, document["_id"])
        super().put(document)

    def ended(self, document: Record) -> bool:
        """Write a run that has ended; False when the store does not take it now and it is written later."""
        kept = dict(document)
        return self._closing.write(self.collection, kept["_id"], lambda: super(RunRows, self).put(kept))

    def prune(self, source: str, keep: int) -> None:
        """Forget the oldest runs of a source."""
        for record in self.of(source)[max(1, keep) :]:
            self.delete(record["_id"])

    def mark_interrupted(self) -> list[Record]:
        """Relabel what a dead hub left running; returns the runs."""
        found = self._store.find(self.collection, {"state": RUNNING})
        for record in found:
            for part in (*(record.get("steps") or {}).values(), *_processes(record)):
                if part.get("state") == RUNNING:
                    part |= {"state": "interrupted", "ended_at": now()}
            record |= {"state": "interrupted", "ended_at": now(), "error": "the hub stopped"}
            self.put(record)
        return found


def _processes(record: Record) -> list[dict[str, Any]]:
    return [process for phase in (record.get("processes") or {}).values() for process in phase.values()]
