"""Build records (``src_build``): one a build, with its jobs; the last job is the visible state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.store.records.base import Repository, duration, now
from hub.store.state_port import Document as Record

#: States in progress and what they become when the hub that ran them is gone.
STALE = {
    "building": "canceled",
    "inspecting": "canceled",
    "diffing": "canceled",
    "syncing": "canceled",
    "generating": "canceled",
    "publishing": "canceled",
    "in progress": "cancelled",
}


class BuildRecords(Repository):
    """What is known of builds."""

    def all(self, config: str | None = None) -> list[Record]:
        """Builds of one configuration, or all, by name."""
        found = super().all()
        return [b for b in found if config is None or (b.get("build_config") or {}).get("_id") == config]

    def latest(self, config: str, *, status: str = "success") -> Record | None:
        """The newest build of a configuration that has metadata and whose merge ended in that state."""
        ended = [b for b in self.all(config) if merge_status(b) == status]
        return max(ended, key=_started, default=None)

    def create(self, document: Record) -> None:
        """Register a build."""
        self.put({"jobs": [], **document})

    def job_started(self, build: str, step: str, *, status: str = "building", **more: Any) -> None:
        """A step has begun."""
        job = {"status": status, "step": step, "step_started_at": now(), **more}
        self._store.update(self.collection, build, push={"jobs": job}, upsert=True)

    def job_ended(
        self, build: str, step: str, *, status: str, seconds: float, err: str | None = None, **more: Any
    ) -> None:
        """The newest job of that step has ended."""
        record = self.get(build) or {}
        positions = [n for n, job in enumerate(record.get("jobs") or []) if job.get("step") == step]
        if not positions:
            return
        values = {"status": status, "time": duration(seconds), "time_in_s": round(seconds, 2), **more}
        if err is not None:
            values["err"] = err
        path = f"jobs.{positions[-1]}"
        self._store.update(
            self.collection, build, set={f"{path}.{k}": v for k, v in values.items()}, unset=[f"{path}.pid"]
        )

    def update(self, build: str, values: Mapping[str, Any]) -> bool:
        """Set parts by dotted path; False when there is no such build."""
        return self._store.update(self.collection, build, set=values)

    def mark_interrupted(self) -> list[str]:
        """Relabel what a dead hub left running; returns ``build step`` for people."""
        found = []
        for record in self.all():
            for number, job in enumerate(record.get("jobs") or []):
                after = STALE.get(job.get("status", ""))
                if after is None:
                    continue
                path = f"jobs.{number}"
                values = {f"{path}.status": after, f"{path}.err": "interrupted by a restart of the hub"}
                self._store.update(self.collection, record["_id"], set=values, unset=[f"{path}.pid"])
                found.append(f"{record['_id']} {job.get('step')}")
        return found


MERGE_STEPS = ("merge-root", "merge-others", "finalizing", "post-merge", "metadata")


def merge_status(record: Record) -> str:
    """How the merge of a build ended: ``success`` only when its metadata are written."""
    jobs = [j for j in record.get("jobs") or [] if j.get("step") in MERGE_STEPS]
    if not jobs:
        return "unknown"
    last = jobs[-1]
    if last.get("status") == "success" and last.get("step") != "metadata":
        return "building"
    return str(last.get("status"))


def held(record: Record) -> str:
    """``waiting``, ``rejected`` or ``superseded`` when the release gates hold a build back, else an empty text."""
    state = str((record.get("gate") or {}).get("state") or "")
    return state if state in ("waiting", "rejected", "superseded") else ""


def _started(record: Record) -> float:
    started = record.get("started_at")
    if isinstance(started, str):
        started = datetime.fromisoformat(started)
    return started.timestamp() if isinstance(started, datetime) else 0.0
