"""Jobs as records: kept in memory and in the hub's database."""

from __future__ import annotations

import asyncio
import dataclasses
import enum
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any, Protocol, TypeVar

from hub.jobs.history import FIELDS, Row, row_of_document
from hub.jobs.port import Job, JobState, Progress
from hub.store.errors import StoreError

_log = logging.getLogger("hub.jobs.records")
T = TypeVar("T")
_TRY_AGAIN = 2.0  #: seconds until records that could not be written are tried again
_LONGEST_RESULT = 200  #: members of a result that are kept


class JobRepository(Protocol):
    """Where records live; `hub.store.state` has it. Documents are dicts with ``_id``; calls may block."""

    def put(self, document: dict[str, Any], /) -> Any:
        """Insert or replace a record."""
        ...

    def get(self, id_: str, /) -> Mapping[str, Any] | None:
        """One record or None."""
        ...

    def rows(self, fields: Sequence[str], /) -> Iterable[Mapping[str, Any]]:
        """All records with these fields only."""
        ...

    def delete(self, id_: str, /) -> bool:
        """Remove a record."""
        ...


class JobRecords:
    """Writes records in the background: in order, the newest of each job only, progress at most once a second.

    Args:
        repository: where they go; None keeps nothing.
    """

    def __init__(self, repository: JobRepository | None) -> None:
        self._repository = repository
        self._waiting: dict[str, Job] = {}
        self._writer: asyncio.Task[None] | None = None
        self._wake = asyncio.Event()
        self._closing = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="hub-job-records")

    def start(self) -> None:
        """Begin to write; in the loop."""
        self._writer = asyncio.create_task(self._write_all(), name="hub-job-records")

    async def stop(self) -> None:
        """Write what is left."""
        self._closing = True
        self._wake.set()
        if self._writer:
            await self._writer
        self._thread.shutdown()

    def save(self, job: Job) -> None:
        """Have a record written soon."""
        if self._repository is not None:
            self._waiting[job.id] = job
            self._wake.set()

    async def in_thread(self, fn: Callable[..., T], /, *args: Any) -> T:
        """What ``fn(*args)`` gives, in the thread that writes records."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, fn, *args)

    def rows(self) -> list[Row]:
        """A row of each record, as they stand in the database; blocks."""
        return [row_of_document(d) for d in self._repository.rows(FIELDS)] if self._repository is not None else []

    def read(self, ids: Iterable[str]) -> list[Job]:
        """Records by id, those that are there; blocks."""
        return [job for id_ in ids if (job := self.find(id_)) is not None]

    def delete(self, ids: Iterable[str]) -> None:
        """Delete records; blocks."""
        if self._repository is not None:
            for id_ in ids:
                self._repository.delete(id_)

    def find(self, id_: str) -> Job | None:
        """A record that is no longer in memory."""
        document = self._repository.get(id_) if self._repository is not None else None
        return from_document(document) if document else None

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting or not self._closing:
            await self._wake.wait()
            self._wake.clear()
            jobs, self._waiting = list(self._waiting.values()), {}
            failed = await loop.run_in_executor(self._thread, self._write, jobs)
            if failed and not self._closing:
                self._waiting = {job.id: job for job in failed} | self._waiting
                loop.call_later(_TRY_AGAIN, self._wake.set)

    def _write(self, jobs: list[Job]) -> list[Job]:
        """Write records; returns those that could not be, because the store is full or away."""
        assert self._repository is not None
        failed = []
        for job in jobs:
            try:
                self._repository.put(to_document(job))
            except StoreError as error:
                failed.append(job)
                _log.warning(
                    "Record of job %s not written yet: %s",
                    job.id,
                    error,
                    extra={"action": "job_record_failed", "job": job.id},
                )
            except Exception:
                _log.exception(
                    "Record of job %s not written", job.id, extra={"action": "job_record_failed", "job": job.id}
                )
        return failed


def to_document(job: Job) -> dict[str, Any]:
    """The record as a document: ``_id``, the fields of `Job`, times as datetimes, results JSON-like or left out."""
    document = {f.name: getattr(job, f.name) for f in dataclasses.fields(job)}
    document["_id"] = document.pop("id")
    document["state"] = job.state.value
    document["progress"] = dataclasses.asdict(job.progress)
    document["resources"] = dict(job.resources)
    document["origin"] = plain(job.origin)
    document["error_parts"] = plain(job.error_parts)
    document["result"] = plain(job.result)
    return document


def from_document(document: Mapping[str, Any]) -> Job:
    """The record of a document."""
    known = {f.name for f in dataclasses.fields(Job)}
    values = {name: value for name, value in document.items() if name in known}
    values["id"] = document["_id"]
    values["state"] = JobState(document["state"])
    values["progress"] = Progress(**(document.get("progress") or {}))
    for name in ("created_at", "started_at", "ended_at"):
        values[name] = _zoned(document.get(name))
    return Job(**values)


def plain(value: Any, depth: int = 6) -> Any:
    """The value as JSON-like data: records become dicts, unknown objects their text, long things are cut."""
    if value is None or isinstance(value, bool | int | float | datetime):
        return value
    if isinstance(value, str):
        return str(value)[:10_000]
    if depth == 0:
        return "..."
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name), depth - 1) for f in dataclasses.fields(value) if f.repr}
    if isinstance(value, Mapping):
        return {str(k): plain(v, depth - 1) for k, v in list(value.items())[:_LONGEST_RESULT]}
    if isinstance(value, enum.Enum):
        return plain(value.value, depth - 1)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v, depth - 1) for v in list(value)[:_LONGEST_RESULT]]
    return value.isoformat() if isinstance(value, date) else str(value)[:1000]


def _zoned(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=UTC)
    return value if isinstance(value, datetime) else None
