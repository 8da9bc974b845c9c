"""All jobs that are known: those that wait or run, the ended ones, their records, and the events that tell of them."""

from __future__ import annotations

import asyncio
import builtins
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.errors import NotFound
from hub.jobs.entry import Entry
from hub.jobs.errors import JobInterruptedError
from hub.jobs.events import EventBus
from hub.jobs.history import History, Wanted
from hub.jobs.logfiles import size_of
from hub.jobs.port import Job, JobSpec, JobState
from hub.jobs.records import JobRecords

_REMEMBERED = 500  #: ended jobs kept in memory as a whole; of all others a few facts
_MORE_THAN_KEPT = 1.1  #: times `KEEP_JOBS` at which the oldest records are deleted
UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING})


class Register:
    """What the job manager knows. Every method is for the hub's loop.

    Args:
        bus: gets an event for each change.
        records: where jobs are written down.
        keep: ended jobs of which a record is kept.

    Attributes:
        entries: jobs that wait or run, by id, in the order of submission.
        history: a few facts of all jobs.
        prunes: whether old records are deleted when there are too many.
    """

    def __init__(self, bus: EventBus, records: JobRecords, keep: int) -> None:
        self.bus, self.records, self._keep = bus, records, keep
        self.entries: dict[str, Entry] = {}
        self.history = History()
        self.prunes = False
        self._past: OrderedDict[str, Job] = OrderedDict()
        self._pruning: asyncio.Task[None] | None = None

    # -- life ----------------------------------------------------------------------------------------------------------

    async def load(self) -> list[Job]:
        """Read what a former hub has written; gives the jobs that it left unfinished."""
        self.history.load(await self.records.in_thread(self.records.rows))
        await self.prune()
        recent, _ = self.history.page(Wanted(), 0, _REMEMBERED)
        left = [row.id for row in self.history.rows(Wanted(states=UNFINISHED))]
        jobs = await self.records.in_thread(self.records.read, {*recent, *left})
        self.records.start()
        for job in sorted(jobs, key=lambda j: j.created_at):
            if job.state.ended:
                self.remember(job)
        return [job for job in jobs if not job.state.ended]

    async def close(self) -> None:
        """Bring to its end what is being deleted."""
        if self._pruning:
            await asyncio.gather(self._pruning, return_exceptions=True)

    async def prune(self) -> None:
        """Forget the oldest ended jobs beyond those that are kept."""
        try:
            if old := self.history.oldest_ended(self._keep):
                self.history.forget(old)
                await self.records.in_thread(self.records.delete, old)
        finally:
            self._pruning = None

    # -- looking -------------------------------------------------------------------------------------------------------

    def get(self, id_: str) -> Job:
        """A record.

        Raises:
            NotFound: no such job.
        """
        if entry := self.entries.get(id_):
            return entry.job
        job = self._past.get(id_) or self.records.find(id_)
        if job is None:
            recent, _ = self.history.page(Wanted(), 0, 5)
            raise NotFound("job", id_, [*self.entries, *recent])
        return job

    def active(self) -> list[Job]:
        """Jobs that wait or run, in the order of submission."""
        return [entry.job for entry in self.entries.values()]

    def list(self, states: Iterable[JobState] | None = None, limit: int = 100) -> builtins.list[Job]:
        """Records, newest first, of jobs that wait or run and of those that ended last; `page` has all."""
        wanted = set(states) if states is not None else set(JobState)
        jobs = [*(entry.job for entry in self.entries.values()), *self._past.values()]
        jobs = [job for job in jobs if job.state in wanted]
        return sorted(jobs, key=lambda job: job.created_at, reverse=True)[:limit]

    async def page(
        self, wanted: Wanted | None = None, *, offset: int = 0, limit: int = 100
    ) -> tuple[builtins.list[Job], int]:
        """A page of all records, newest first, and how many there are on all pages.

        Args:
            wanted: which; all by default.
            offset: leave out so many.
            limit: records at most.
        """
        ids, total = self.history.page(wanted or Wanted(), offset, limit)
        known = {id_: job for id_ in ids if (job := self._known(id_)) is not None}
        missing = [id_ for id_ in ids if id_ not in known]
        if missing:
            known |= {job.id: job for job in await self.records.in_thread(self.records.read, missing)}
        return [known[id_] for id_ in ids if id_ in known], total

    def _known(self, id_: str) -> Job | None:
        entry = self.entries.get(id_)
        return entry.job if entry else self._past.get(id_)

    # -- changes -------------------------------------------------------------------------------------------------------

    def interrupt(self, job: Job) -> None:
        """Write down that a former hub did not bring a job to its end."""
        error = JobInterruptedError(job.id)
        parts = {"state": JobState.INTERRUPTED, "ended_at": datetime.now(UTC), "error": str(error), "pid": None}
        entry = Entry(0, JobSpec(job.kind, job.subject, len), job)
        parts["log_end"] = size_of(Path(job.logfile)) if job.attempt else None
        self.remember(entry.change(**parts, error_type=type(error).__name__, waiting_for=""))
        self.history.note(entry.job)
        self.records.save(entry.job)
        self.tell("job.interrupted", entry.job, error=entry.job.error)

    def changed(self, entry: Entry, event: str, /, **data: Any) -> None:
        """Note, write down and tell what has become of a job."""
        self.history.note(entry.job)
        self.records.save(entry.job)
        self.tell(event, entry.job, **data)

    def tell(self, event: str, job: Job, /, **data: Any) -> None:
        """Publish an event about a job."""
        self.bus.publish(event, id=job.id, kind=job.kind, subject=job.subject, state=job.state.value, **data)

    def remember(self, job: Job) -> None:
        """Keep a job that has ended."""
        self._past[job.id] = job
        while len(self._past) > _REMEMBERED:
            self._past.popitem(last=False)
        if len(self.history) > self._keep * _MORE_THAN_KEPT and not self._pruning and self.prunes:
            self._pruning = asyncio.create_task(self.prune(), name="hub-job-prune")
