"""The life of one job: it waits, starts, reports, is tried again, is stopped, ends."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub import loglines
from hub.errors import HubError
from hub.jobs import retry
from hub.jobs.ending import end_state, message_of, type_name
from hub.jobs.entry import Entry
from hub.jobs.errors import JobInterruptedError, JobMemoryError, JobTimeoutError, RemoteError
from hub.jobs.executor import Executor, Run
from hub.jobs.guard import LOOK_SECONDS
from hub.jobs.logfiles import prepare, size_of
from hub.jobs.port import JobState
from hub.jobs.register import Register
from hub.jobs.waiting import Waiting

_log = logging.getLogger("hub.jobs")
_SAVE_PROGRESS = 1.0  #: seconds between two writes of progress to the database
_TELL_PROGRESS = 0.25  #: seconds between two progress events of one job


class Driver:
    """Brings jobs to their end.

    Args:
        register: the jobs.
        waiting: lets them start.
        executor: where they run.
        grace: seconds that a job has to stop.
    """

    def __init__(self, register: Register, waiting: Waiting, executor: Executor, grace: float) -> None:
        self._register, self._waiting, self._executor, self._grace = register, waiting, executor, grace

    async def drive(self, entry: Entry) -> None:
        """Bring a job to its end, try after try."""

        def again(attempt: int, error: BaseException, seconds: float) -> None:
            entry.change(state=JobState.QUEUED, pid=None, error=message_of(error), error_type=type_name(error))
            entry.change(waiting_for=f"try {attempt + 1} of {entry.spec.retry.attempts} in {seconds:.1f} s")
            self._register.changed(entry, "job.retrying", error=entry.job.error, seconds=seconds)

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
        await self._waiting.admit(entry)
        try:
            self._started(entry)
            entry.run = self._executor.run(
                entry.job.id, entry.spec, entry.job.logfile, lambda m: self._report(entry, m)
            )
            entry.change(pid=entry.run.pid)
            self._register.changed(entry, "job.started")
            return await self._watched(entry, entry.run)
        finally:
            entry.run = None
            self._waiting.release(entry)

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
                self._register.changed(entry, "job.stopping")
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

    # -- what happens to it --------------------------------------------------------------------------------------------

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
            self._register.tell("job.event", entry.job, event=name, details=data)
        elif kind == "log":
            level, logger, text, _ = parts
            logging.getLogger(logger).log(level, "%s", text, extra={"action": "job_log", "job": entry.job.id})
            self._register.tell("job.log", entry.job, level=logging.getLevelName(level), logger=logger, text=text)

    def _progressed(self, entry: Entry) -> None:
        now, progress = time.monotonic(), entry.job.progress
        if now - entry.saved_at >= _SAVE_PROGRESS:
            entry.saved_at = now
            self._register.records.save(entry.job)
        if now - entry.told_at >= _TELL_PROGRESS:
            entry.told_at = now
            fields = ("done", "total", "unit", "rate", "eta", "note")
            self._register.tell("job.progress", entry.job, **{name: getattr(progress, name) for name in fields})

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
        del self._register.entries[entry.job.id]
        self._register.remember(entry.job)
        self._register.changed(entry, f"job.{state.value}", **({"error": entry.job.error} if error else {}))
        entry.ended.set()

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
