"""The job manager: takes jobs, cancels them, tells of them. Every method is for the hub's loop.

The jobs themselves are in `hub.jobs.register`; `hub.jobs.waiting` lets them start, and `hub.jobs.driver` brings them to
their end. These four are the only places that change the state of jobs.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import dataclasses
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.errors import BadArgument, Conflict
from hub.jobs import limits, origin
from hub.jobs.admission import Admission
from hub.jobs.driver import Driver
from hub.jobs.entry import Entry, Handle
from hub.jobs.errors import JobCancelledError, JobInterruptedError, NotRunningError, TooManyJobsError
from hub.jobs.events import EventBus
from hub.jobs.executor import Executor, LocalExecutor
from hub.jobs.history import Row, Wanted
from hub.jobs.lanes import LaneRepository, Lanes
from hub.jobs.logfiles import log_path
from hub.jobs.port import Job, JobSpec, JobState
from hub.jobs.records import JobRecords, JobRepository
from hub.jobs.register import Register
from hub.jobs.snapshot import taken
from hub.jobs.waiting import Waiting

PRIORITIES = range(-100, 101)


class JobManager:
    """Runs jobs.

    Args:
        settings: ``HUB_MAX_WORKERS``, ``RESOURCES``, ``HUB_MAX_MEM_USAGE``, ``MAX_QUEUED_JOBS``, ``LOG_FOLDER``,
            ``LOG_FORMAT``, ``JOB_CANCEL_GRACE``, ``KEEP_JOBS``, ``JOB_TIMEOUT``, ``JOB_TIMEOUTS``, ``SOURCE_LIMITS``.
        jobs_repo: where records are kept; None for nowhere.
        lanes_repo: where paused lanes are kept; None for nowhere.
        bus: gets an event for each change: ``job.queued``, ``job.waiting``, ``job.started``, ``job.progress``,
            ``job.retrying``, ``job.stopping``, ``job.done``, ``job.failed``, ``job.cancelled``, ``job.interrupted``,
            ``job.event``, ``job.log``, ``job.priority``, and ``lane.changed``.
        executor: where jobs run; this machine by default.
        preload: modules that worker processes find imported.
        memory_used: gives the bytes the hub and its workers use; measured by default.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        jobs_repo: JobRepository | None = None,
        lanes_repo: LaneRepository | None = None,
        bus: EventBus | None = None,
        executor: Executor | None = None,
        preload: Sequence[str] = (),
        memory_used: Callable[[], int] | None = None,
    ) -> None:
        self.bus = bus or EventBus()
        self.lanes = Lanes(settings, lanes_repo)
        self.admission = Admission(settings, memory_used, self.lanes)
        self.executor: Executor = executor or LocalExecutor(self.admission.threads, preload, settings["LOG_FORMAT"])
        self._register = Register(self.bus, JobRecords(jobs_repo), settings["KEEP_JOBS"])
        self._waiting = Waiting(self._register, self.admission)
        self._driver = Driver(self._register, self._waiting, self.executor, settings["JOB_CANCEL_GRACE"])
        self._settings = settings
        self._limit: int = settings["MAX_QUEUED_JOBS"]
        self._log_folder = Path(settings["LOG_FOLDER"])
        self._state = "not started"
        self._number = 0

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Get ready; jobs that a former hub left unfinished become interrupted."""
        self._become("starting")
        self.lanes.load()
        for job in await self._register.load():
            self._register.interrupt(job)
        await self.executor.start()
        self._become("running")

    def _become(self, state: str) -> None:
        self._state = state
        self._register.prunes = self._waiting.looks_again = state == "running"

    def look(self) -> None:
        """Read the records of a hub that may be at work elsewhere; nothing is changed and no job can be run."""
        self._register.history.load(self._register.records.rows())
        self.lanes.load()

    async def drain(self, seconds: float) -> None:
        """Take no more jobs, interrupt those that wait, and let those that run come to their end.

        Args:
            seconds: how long at most; `stop` then interrupts what still runs.
        """
        if self._state != "running":
            return
        self._become("about to stop")
        entries = list(self._register.entries.values())
        for entry in entries:
            if entry.run is None:
                entry.stop(JobInterruptedError(entry.job.id))
        if entries:
            ends = [asyncio.ensure_future(entry.ended.wait()) for entry in entries]
            _, late = await asyncio.wait(ends, timeout=seconds)
            for end in late:
                end.cancel()

    async def stop(self) -> None:
        """Interrupt what waits or runs, let it end in order, write all records. No job is taken from now on."""
        if self._state == "stopped":
            return
        self._become("stopping")
        entries = list(self._register.entries.values())
        for entry in entries:
            entry.stop(JobInterruptedError(entry.job.id))
        if entries:
            await asyncio.gather(*(entry.ended.wait() for entry in entries))
        self._waiting.close()
        await self._register.close()
        await self.executor.stop()
        await self._register.records.stop()
        self._become("stopped")

    def check(self) -> None:
        """Whether jobs are taken.

        Raises:
            NotRunningError: they are not.
        """
        if self._state != "running":
            raise NotRunningError(self._state)

    # -- doors ---------------------------------------------------------------------------------------------------------

    def submit(self, spec: JobSpec) -> Handle:
        """Queue a job.

        Raises:
            TooManyJobsError: the queue is full.
            NotRunningError: the manager is not running.
        """
        self.check()
        if self.count(JobState.QUEUED) >= self._limit:
            raise TooManyJobsError(self._limit)
        self._number += 1
        spec = limits.with_time_limit(spec, self._settings)
        job_id = secrets.token_hex(6)
        started_by = origin.current()
        job = Job(
            id=job_id,
            kind=spec.kind,
            subject=spec.subject,
            description=spec.description,
            owner=spec.owner,
            state=JobState.QUEUED,
            created_at=_now(),
            resources=dict(spec.resources),
            logfile=str(self._log_folder / log_path(spec, job_id)),
            priority=spec.priority,
            origin=dataclasses.asdict(started_by) if started_by else None,
        )
        entry = Entry(self._number, spec, job)
        self._register.entries[job_id] = entry
        self._register.changed(entry, "job.queued")
        entry.task = asyncio.create_task(self._driver.drive(entry), name=f"hub-job-{job_id}")
        return Handle(entry)

    def cancel(self, id_: str, by: str = "") -> Job:
        """Stop a waiting or running job; one that has ended is left as it is.

        Raises:
            NotFound: no such job.
        """
        if entry := self._register.entries.get(id_):
            entry.stop(JobCancelledError(id_, by))
            return entry.job
        return self.get(id_)

    def prioritize(self, id_: str, priority: int) -> Job:
        """Let a waiting job go before others, or after them.

        Args:
            id_: the job.
            priority: from -100 to 100; jobs have 0 at first.

        Raises:
            NotFound: no such job.
            BadArgument: no such priority.
            Conflict: it does not wait any more.
        """
        if priority not in PRIORITIES:
            raise BadArgument(f"a priority is a number from {PRIORITIES[0]} to {PRIORITIES[-1]}, not {priority}.")
        entry = self._register.entries.get(id_)
        if entry is None or entry.job.state is not JobState.QUEUED:
            state = self.get(id_).state.value
            raise Conflict(f"job {id_} is {state}: only one that is queued can be given another priority.")
        entry.change(priority=priority)
        self._register.changed(entry, "job.priority", priority=priority)
        self._waiting.pump()
        return entry.job

    def retried(self, id_: str, command: int | None) -> None:
        """Note that an ended job is done again by the command with that number."""
        job = dataclasses.replace(self.get(id_), retried_by=command)
        self._register.remember(job)
        self._register.records.save(job)

    def pause_lane(self, name: str, *, by: str = "") -> None:
        """Hold back the jobs of a lane; see `hub.jobs.lanes`. Those that run go on."""
        self.lanes.set_paused(name, True, by=by)
        self._lane_changed(name)

    def resume_lane(self, name: str, *, by: str = "") -> None:
        """Let the jobs of a lane start again."""
        self.lanes.set_paused(name, False, by=by)
        self._lane_changed(name)

    def limit_lane(self, name: str, limit: int | None, *, by: str = "") -> None:
        """Let at most so many jobs of a lane run at once; None for what the settings say."""
        self.lanes.set_limit(name, limit, by=by)
        self._lane_changed(name)

    def _lane_changed(self, name: str) -> None:
        self.bus.publish("lane.changed", lane=name, paused=self.lanes.is_paused(name), limit=self.lanes.limit(name))
        if self._state == "running":
            self._waiting.pump()

    # -- looking -------------------------------------------------------------------------------------------------------

    def get(self, id_: str) -> Job:
        """A record.

        Raises:
            NotFound: no such job.
        """
        return self._register.get(id_)

    async def wait(self, id_: str, seconds: float) -> Job:
        """A record once the job has ended, or as it is after some seconds.

        Raises:
            NotFound: no such job.
        """
        if entry := self._register.entries.get(id_):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(entry.ended.wait(), seconds)
        return self.get(id_)

    def active(self) -> list[Job]:
        """Jobs that wait or run, in the order of submission."""
        return self._register.active()

    def count(self, state: JobState) -> int:
        """Jobs in state queued or running."""
        if self._state == "not started":
            return sum(1 for _ in self._register.history.rows(Wanted(states=frozenset({state}))))
        return sum(entry.job.state is state for entry in self._register.entries.values())

    def list(self, states: Iterable[JobState] | None = None, limit: int = 100) -> builtins.list[Job]:
        """Records, newest first, of jobs that wait or run and of those that ended last; `page` has all."""
        return self._register.list(states, limit)

    async def page(
        self, wanted: Wanted | None = None, *, offset: int = 0, limit: int = 100
    ) -> tuple[builtins.list[Job], int]:
        """A page of all records, newest first, and how many there are on all pages.

        Args:
            wanted: which; all by default.
            offset: leave out so many.
            limit: records at most.
        """
        return await self._register.page(wanted, offset=offset, limit=limit)

    def rows(self, wanted: Wanted) -> builtins.list[Row]:
        """A few facts of all jobs that are wanted, newest first."""
        return builtins.list(self._register.history.rows(wanted))

    def lane_views(self) -> builtins.list[dict[str, Any]]:
        """Lanes with what runs and waits in them; see `Lanes.view`."""
        return self.lanes.view(entry.spec for entry in self._register.entries.values() if entry.run is None)

    async def snapshot(self) -> dict[str, Any]:
        """Queues, processes, threads and memory in the shape existing clients show; see `hub.jobs.snapshot`."""
        return await asyncio.to_thread(taken, builtins.list(self._register.entries.values()), self.admission)


def _now() -> datetime:
    return datetime.now(UTC)
