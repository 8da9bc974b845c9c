"""Build records (``src_build``): one a build, with its jobs; the last job is the visible state."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from hub.store.records.base import Repository, duration, now
from hub.store.records.closing import REFUSALS, Closing
from hub.store.state_port import Change, StateStore
from hub.store.state_port import Document as Record

#: States in progress and what they become when the hub that ran them is gone.
STALE = {
    "building": "canceled",
    "inspecting": "canceled",
    "diffing": "canceled",
    "syncing": "canceled",
    "generating": "canceled",
    "publishing": "canceled",
    "in progress": "canceled",
}


#: Long fields that only a look at one build needs.
HEAVY = ("mapping", "merge_notes")


class BuildRecords(Repository):
    """What is known of builds.

    All but the long fields of all builds is kept in memory, because lists ask for all of it often; what this process
    writes is read anew one by one, and everything when another process has written.
    """

    def __init__(self, store: StateStore, collection: str, closing: Closing | None = None) -> None:
        super().__init__(store, collection, closing)
        self._brief: dict[Any, Record] | None = None
        self._groups: tuple[dict[Any, Record] | None, dict[Any, list[Record]]] = (None, {})
        self._stale: set[Any] = set()
        self._version: int | None = None
        self._number = 0
        self._reading, self._noting = threading.Lock(), threading.Lock()
        store.subscribe(self._changed)

    def all(self, config: str | None = None) -> list[Record]:
        """Builds of one configuration, or all, by name, without their mapping and the notes of their merge."""
        return [dict(record) for record in self._of(config)]

    def count(self) -> int:
        """Number of builds."""
        return len(self._briefs())

    def revision(self) -> int | None:
        """A number that is another one after a build was written; None when others may write unseen."""
        self._briefs()
        return None if self._version is None else self._number

    def uncounted(self) -> list[Record]:
        """Builds whose documents are still there, and whose number is not in the record."""
        return [b for b in self._of(None) if not b.get("archived") and not isinstance(b.get("merged_count"), int)]

    def latest(self, config: str, *, status: str = "success", whole: bool = True) -> Record | None:
        """The newest build of a configuration that has metadata and whose merge ended in that state.

        Args:
            config: name of the configuration.
            status: how its merge ended.
            whole: with its long fields, which takes a look into the store.
        """
        by_age = sorted(self._of(config), key=_started, reverse=True)
        newest = next((b for b in by_age if merge_status(b) == status), None)
        return newest and (self.get(newest["_id"]) if whole else dict(newest))

    def _of(self, config: str | None) -> Iterable[Record]:
        briefs = self._briefs()
        if config is None:
            return briefs.values()
        of_briefs, groups = self._groups
        if of_briefs is not briefs:
            groups = {}
            for record in briefs.values():
                groups.setdefault((record.get("build_config") or {}).get("_id"), []).append(record)
            self._groups = briefs, groups
        return groups.get(config, [])

    def _changed(self, change: Change) -> None:
        if change.collection == self.collection:
            with self._noting:
                self._stale.add(change.id)

    def _briefs(self) -> dict[Any, Record]:
        with self._reading:
            version = self._store.version()
            with self._noting:
                stale, self._stale = self._stale, set()
            if self._brief is None or version is None or version != self._version:
                found = self._store.find(self.collection, without=HEAVY)
                self._brief, self._version = {record["_id"]: record for record in found}, version
                self._number += 1
            elif stale:
                self._brief = self._renewed(self._brief, stale)
                self._number += 1
            return self._brief

    def _renewed(self, brief: Mapping[Any, Record], ids: set[Any]) -> dict[Any, Record]:
        renewed = {id_: record for id_, record in brief.items() if id_ not in ids}
        for id_ in ids:
            if (record := self.get(id_)) is not None:
                renewed[id_] = {key: value for key, value in record.items() if key not in HEAVY}
        return dict(sorted(renewed.items(), key=lambda item: str(item[0])))

    def create(self, document: Record) -> None:
        """Register a build."""
        self.put({"jobs": [], **document})

    def job_started(self, build: str, step: str, *, status: str = "building", **more: Any) -> None:
        """A step has begun."""
        self._closing.settle(self.collection, build)
        job = {"status": status, "step": step, "step_started_at": now(), **more}
        self._store.update(self.collection, build, push={"jobs": job}, upsert=True)

    def job_ended(
        self, build: str, step: str, *, status: str, seconds: float, err: str | None = None, **more: Any
    ) -> None:
        """The newest job of that step has ended.

        When the store does not take it, it is written later. What ended well and could not be noted has failed.

        Raises:
            hub.store.errors.StoreError: it ended well, and the store does not take it.
        """
        values = {"status": status, "time": duration(seconds), "time_in_s": round(seconds, 2), **more}
        if err is not None:
            values["err"] = err
        try:
            self._end(build, step, values)
        except REFUSALS as error:
            if status == "success":
                values |= {"status": "failed", "err": str(error)}
            self._closing.keep(self.collection, build, lambda: self._end(build, step, values), error)
            if status == "success":
                raise

    def _end(self, build: str, step: str, values: Mapping[str, Any]) -> None:
        record = self.get(build) or {}
        positions = [n for n, job in enumerate(record.get("jobs") or []) if job.get("step") == step]
        if not positions:
            return
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
