"""The job manager: the only place that changes the state of jobs.

Jobs wait in the order of their submission; each one starts as soon as *it* can, so a job that waits never holds up
another. Every method is for the hub's loop.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import dataclasses
import logging
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub import loglines
from hub.config import Settings
from hub.errors import BadArgument, Conflict, HubError, NotFound
from hub.jobs import limits, origin, retry
from hub.jobs.admission import Admission
from hub.jobs.ending import end_state, message_of, type_name
from hub.jobs.entry import Entry, Handle
from hub.jobs.errors import (
    JobCancelledError,
    JobInterruptedError,
    JobMemoryError,
    JobTimeoutError,
    NotRunningError,
    RemoteError,
    TooManyJobsError,
)
from hub.jobs.events import EventBus
from hub.jobs.executor import Executor, LocalExecutor, Run
from hub.jobs.guard import LOOK_SECONDS
from hub.jobs.history import History, Row, Wanted
from hub.jobs.lanes import LaneRepository, Lanes
from hub.jobs.logfiles import log_path, prepare, size_of
from hub.jobs.port import Job, JobSpec, JobState
from hub.jobs.records import JobRecords, JobRepository
from hub.jobs.snapshot import taken

_log = logging.getLogger("hub.jobs")
_REMEMBERED = 500  #: ended jobs kept in memory as a whole; of all others a few facts
_MORE_THAN_KEPT = 1.1  #: times `KEEP_JOBS` at which the oldest records are deleted
PRIORITIES = range(-100, 101)
UNFINISHED = frozenset({JobState.QUEUED, JobState.RUNNING})
_LOOK_AGAIN = 1.0  #: seconds between two looks at the memory while jobs wait for it
_SAVE_PROGRESS = 1.0  #: seconds between two writes of progress to the database
_TELL_PROGRESS = 0.25  #: seconds between two progress events of one job


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
        self._records = JobRecords(jobs_repo)
        self._settings = settings
        self._limit: int = settings["MAX_QUEUED_JOBS"]
        self._keep: int = settings["KEEP_JOBS"]
        self._grace: float = settings["JOB_CANCEL_GRACE"]
        self._log_folder = Path(settings["LOG_FOLDER"])
        self._state = "not started"
        self._number = 0
        self._entries: dict[str, Entry] = {}
        self._past: OrderedDict[str, Job] = OrderedDict()
        self._history = History()
        self._pruning: asyncio.Task[None] | None = None
        self._pump_at: asyncio.TimerHandle | None = None

    # -- life ----------------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Get ready; jobs that a former hub left unfinished become interrupted."""
        self._state = "starting"
        self._history.load(await self._records.in_thread(self._records.rows))
        self.lanes.load()
        await self._prune()
        recent, _ = self._history.page(Wanted(), 0, _REMEMBERED)
        left = [row.id for row in self._history.rows(Wanted(states=UNFINISHED))]
        jobs = await self._records.in_thread(self._records.read, {*recent, *left})
        self._records.start()
        for job in sorted(jobs, key=lambda j: j.created_at):
            if job.state.ended:
                self._remember(job)
        for job in jobs:
            if not job.state.ended:
                self._interrupt(job)
        await self.executor.start()
        self._state = "running"

    def _interrupt(self, job: Job) -> None:
        """Write down that a former hub did not bring a job to its end."""
        error = JobInterruptedError(job.id)
        parts = {"state": JobState.INTERRUPTED, "ended_at": _now(), "error": str(error), "pid": None}
        entry = Entry(0, JobSpec(job.kind, job.subject, len), job)
        parts["log_end"] = size_of(Path(job.logfile)) if job.attempt else None
        self._remember(entry.change(**parts, error_type=type(error).__name__, waiting_for=""))
        self._history.note(entry.job)
        self._records.save(entry.job)
        self._tell("job.interrupted", entry.job, error=entry.job.error)

    def look(self) -> None:
        """Read the records of a hub that may be at work elsewhere; nothing is changed and no job can be run."""
        self._history.load(self._records.rows())
        self.lanes.load()

    async def drain(self, seconds: float) -> None:
        """Take no more jobs, interrupt those that wait, and let those that run come to their end.

        Args:
            seconds: how long at most; `stop` then interrupts what still runs.
        """
        if self._state != "running":
            return
        self._state = "about to stop"
        entries = list(self._entries.values())
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
        self._state = "stopping"
        entries = list(self._entries.values())
        for entry in entries:
            entry.stop(JobInterruptedError(entry.job.id))
        if entries:
            await asyncio.gather(*(entry.ended.wait() for entry in entries))
        if self._pump_at:
            self._pump_at.cancel()
        if self._pruning:
            await asyncio.gather(self._pruning, return_exceptions=True)
        await self.executor.stop()
        await self._records.stop()
        self._state = "stopped"

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
        self._entries[job_id] = entry
        self._changed(entry, "job.queued")
        entry.task = asyncio.create_task(self._drive(entry), name=f"hub-job-{job_id}")
        return Handle(entry)

    def cancel(self, id_: str, by: str = "") -> Job:
        """Stop a waiting or running job; one that has ended is left as it is.

        Raises:
            NotFound: no such job.
        """
        if entry := self._entries.get(id_):
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
        entry = self._entries.get(id_)
        if entry is None or entry.job.state is not JobState.QUEUED:
            state = self.get(id_).state.value
            raise Conflict(f"job {id_} is {state}: only one that is queued can be given another priority.")
        entry.change(priority=priority)
        self._changed(entry, "job.priority", priority=priority)
        self._pump()
        return entry.job

    def retried(self, id_: str, command: int | None) -> None:
        """Note that an ended job is done again by the command with that number."""
        job = dataclasses.replace(self.get(id_), retried_by=command)
        self._remember(job)
        self._records.save(job)

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
            self._pump()

    # -- looking -------------------------------------------------------------------------------------------------------

    def get(self, id_: str) -> Job:
        """A record.

        Raises:
            NotFound: no such job.
        """
        if entry := self._entries.get(id_):
            return entry.job
        job = self._past.get(id_) or self._records.find(id_)
        if job is None:
            recent, _ = self._history.page(Wanted(), 0, 5)
            raise NotFound("job", id_, [*self._entries, *recent])
        return job

    async def wait(self, id_: str, seconds: float) -> Job:
        """A record once the job has ended, or as it is after some seconds.

        Raises:
            NotFound: no such job.
        """
        if entry := self._entries.get(id_):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(entry.ended.wait(), seconds)
        return self.get(id_)

    def active(self) -> list[Job]:
        """Jobs that wait or run, in the order of submission."""
        return [entry.job for entry in self._entries.values()]

    def count(self, state: JobState) -> int:
        """Jobs in state queued or running."""
        if self._state == "not started":
            return sum(1 for _ in self._history.rows(Wanted(states=frozenset({state}))))
        return sum(entry.job.state is state for entry in self._entries.values())

    def list(self, states: Iterable[JobState] | None = None, limit: int = 100) -> builtins.list[Job]:
        """Records, newest first, of jobs that wait or run and of those that ended last; `page` has all."""
        wanted = set(states) if states is not None else set(JobState)
        jobs = [*(entry.job for entry in self._entries.values()), *self._past.values()]
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
        ids, total = self._history.page(wanted or Wanted(), offset, limit)
        known = {id_: job for id_ in ids if (job := self._known(id_)) is not None}
        missing = [id_ for id_ in ids if id_ not in known]
        if missing:
            known |= {job.id: job for job in await self._records.in_thread(self._records.read, missing)}
        return [known[id_] for id_ in ids if id_ in known], total

    def rows(self, wanted: Wanted) -> builtins.list[Row]:
        """A few facts of all jobs that are wanted, newest first."""
        return builtins.list(self._history.rows(wanted))

    def lane_views(self) -> builtins.list[dict[str, Any]]:
        """Lanes with what runs and waits in them; see `Lanes.view`."""
        return self.lanes.view(entry.spec for entry in self._entries.values() if entry.run is None)

    async def snapshot(self) -> dict[str, Any]:
        """Queues, processes, threads and memory in the shape existing clients show; see `hub.jobs.snapshot`."""
        return await asyncio.to_thread(taken, builtins.list(self._entries.values()), self.admission)

    def _known(self, id_: str) -> Job | None:
        entry = self._entries.get(id_)
        return entry.job if entry else self._past.get(id_)

    # -- the life of one job -------------------------------------------------------------------------------------------

    async def _drive(self, entry: Entry) -> None:
        def again(attempt: int, error: BaseException, seconds: float) -> None:
            entry.change(state=JobState.QUEUED, pid=None, error=message_of(error), error_type=type_name(error))
            entry.change(waiting_for=f"try {attempt + 1} of {entry.spec.retry.attempts} in {seconds:.1f} s")
            self._changed(entry, "job.retrying", error=entry.job.error, seconds=seconds)

        loglines.JOB.set(entry.job.id)  # in this task only
        try:
            attempts = retry.retrying(entry.spec.retry, entry.pause, again)
            result: Any = await attempts(self._attempt, entry)
            self._call(entry.spec.on_done, entry.job, result)
        except asyncio.CancelledError:
            self._finish(entry, JobInterruptedError(entry.job.id))
            raise
        except BaseException as error:
            self._finish(entry, error)
        else:
            self._finish(entry, None, result)

    async def _attempt(self, entry: Entry) -> Any:
        await self._admit(entry)
        try:
            self._started(entry)
            entry.run = self.executor.run(entry.job.id, entry.spec, entry.job.logfile, lambda m: self._report(entry, m))
            entry.change(pid=entry.run.pid)
            self._changed(entry, "job.started")
            return await self._watched(entry, entry.run)
        finally:
            entry.run = None
            self.admission.release(entry)
            self._pump()

    async def _admit(self, entry: Entry) -> None:
        """Wait until the job may start; what it needs is taken when this returns."""
        entry.admitted = admitted = asyncio.get_running_loop().create_future()
        stop = asyncio.create_task(entry.stop_asked.wait())
        try:
            self._pump()
            await asyncio.wait([admitted, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            entry.admitted = None
        if entry.stopping is not None:
            if admitted.done():
                self.admission.release(entry)
            self._pump()
            raise entry.stopping

    async def _watched(self, entry: Entry, run: Run) -> Any:
        """The outcome of a started function, which is stopped when asked or when its time is over."""
        outcome = asyncio.create_task(run.outcome())
        stop = asyncio.create_task(entry.stop_asked.wait())
        guard = asyncio.create_task(self._guard(entry, run))
        try:
            done, _ = await asyncio.wait(
                {outcome, stop}, timeout=entry.spec.timeout, return_when=asyncio.FIRST_COMPLETED
            )
            if outcome not in done:
                if not done and entry.spec.timeout is not None:
                    entry.stop(JobTimeoutError(entry.job.id, entry.spec.timeout, entry.spec.timeout_name))
                entry.change(waiting_for="its function to stop")
                self._changed(entry, "job.stopping")
                await run.cancel(self._grace_of(entry))
                await asyncio.wait({outcome})
        finally:
            guard.cancel()
            stop.cancel()
            if not outcome.done():
                outcome.cancel()
        if entry.stopping is not None and outcome.exception() is not None:
            raise entry.stopping
        return outcome.result()

    async def _guard(self, entry: Entry, run: Run) -> None:
        """Look at what the process uses, and stop it when that is too much."""
        limit = entry.spec.memory_limit
        while run.guard is not None:
            await asyncio.sleep(LOOK_SECONDS)
            used = await asyncio.to_thread(run.guard.look)
            if limit is not None and used > limit:
                entry.stop(JobMemoryError(entry.job.id, used, limit, entry.spec.memory_limit_name))
                return

    def _grace_of(self, entry: Entry) -> float:
        if isinstance(entry.stopping, JobMemoryError):
            return 0.0
        return self._grace if entry.spec.grace is None else min(self._grace, entry.spec.grace)

    def _pump(self) -> None:
        """Start every waiting job that can start, in order; note for the others why they wait."""
        waiting = [e for e in self._entries.values() if e.admitted is not None and not e.admitted.done()]
        waiting.sort(key=lambda entry: entry.turn)
        for entry, reason in self.admission.look(waiting):
            if not reason and entry.admitted is not None:
                entry.admitted.set_result(None)
            elif reason != entry.job.waiting_for:
                entry.change(waiting_for=reason)
                self._changed(entry, "job.waiting", waiting_for=reason)
        if self._pump_at:
            self._pump_at.cancel()
            self._pump_at = None
        if self.admission.waits_for_memory and self._state == "running":
            self._pump_at = asyncio.get_running_loop().call_later(_LOOK_AGAIN, self._pump)

    # -- changes -------------------------------------------------------------------------------------------------------

    def _started(self, entry: Entry) -> None:
        entry.change(
            state=JobState.RUNNING,
            started_at=entry.job.started_at or _now(),
            attempt=entry.job.attempt + 1,
            waiting_for="",
            error="",
            error_type="",
            pid=os.getpid(),
        )
        if entry.job.attempt == 1:
            entry.change(log_start=prepare(Path(entry.job.logfile)))
        if entry.spec.on_start:
            entry.spec.on_start(entry.job)

    def _report(self, entry: Entry, message: tuple[Any, ...]) -> None:
        """Take a message of the worker."""
        kind, *parts = message
        if kind == "progress":
            entry.change(progress=entry.meter.update(*parts))
            self._progressed(entry)
        elif kind == "event":
            name, data = parts
            self._call_quietly(entry.spec.on_event, entry.job, name, data)
            self._tell("job.event", entry.job, event=name, details=data)
        elif kind == "log":
            level, logger, text, _ = parts
            logging.getLogger(logger).log(level, "%s", text, extra={"action": "job_log", "job": entry.job.id})
            self._tell("job.log", entry.job, level=logging.getLevelName(level), logger=logger, text=text)

    def _progressed(self, entry: Entry) -> None:
        now, progress = time.monotonic(), entry.job.progress
        if now - entry.saved_at >= _SAVE_PROGRESS:
            entry.saved_at = now
            self._records.save(entry.job)
        if now - entry.told_at >= _TELL_PROGRESS:
            entry.told_at = now
            fields = ("done", "total", "unit", "rate", "eta", "note")
            self._tell("job.progress", entry.job, **{name: getattr(progress, name) for name in fields})

    def _finish(self, entry: Entry, error: BaseException | None, result: Any = None) -> None:
        state = end_state(error)
        entry.change(log_end=size_of(Path(entry.job.logfile)) if entry.job.attempt else None)
        entry.change(state=state, ended_at=_now(), waiting_for="", result=result, error="", error_type="")
        if error is not None:
            entry.error = error
            parts = error.parts() if isinstance(error, HubError) else {}
            parts = error.details if isinstance(error, RemoteError) else parts
            entry.change(error=message_of(error), error_type=type_name(error), error_parts=parts)
            self._call_quietly(entry.spec.on_error, entry.job, error)
        del self._entries[entry.job.id]
        self._remember(entry.job)
        self._changed(entry, f"job.{state.value}", **({"error": entry.job.error} if error else {}))
        entry.ended.set()

    def _changed(self, entry: Entry, event: str, /, **data: Any) -> None:
        self._history.note(entry.job)
        self._records.save(entry.job)
        self._tell(event, entry.job, **data)

    def _tell(self, event: str, job: Job, /, **data: Any) -> None:
        self.bus.publish(event, id=job.id, kind=job.kind, subject=job.subject, state=job.state.value, **data)

    def _remember(self, job: Job) -> None:
        self._past[job.id] = job
        while len(self._past) > _REMEMBERED:
            self._past.popitem(last=False)
        if len(self._history) > self._keep * _MORE_THAN_KEPT and not self._pruning and self._state == "running":
            self._pruning = asyncio.create_task(self._prune(), name="hub-job-prune")

    async def _prune(self) -> None:
        """Forget the oldest ended jobs beyond `KEEP_JOBS`."""
        try:
            if old := self._history.oldest_ended(self._keep):
                self._history.forget(old)
                await self._records.in_thread(self._records.delete, old)
        finally:
            self._pruning = None

    @staticmethod
    def _call(callback: Callable[..., None] | None, *args: Any) -> None:
        if callback:
            callback(*args)

    def _call_quietly(self, callback: Callable[..., None] | None, *args: Any) -> None:
        """Call back; an error of the callback is logged, the job goes on."""
        try:
            self._call(callback, *args)
        except Exception:
            _log.exception("A callback of job %s failed", args[0].id, extra={"action": "job_callback_failed"})


def _now() -> datetime:
    return datetime.now(UTC)
