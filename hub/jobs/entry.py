"""One job in the manager's hands, and the handle that its owner holds."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Generator, Mapping
from typing import Any

from hub.jobs.executor import Run
from hub.jobs.port import Job, JobSpec
from hub.jobs.progress import ProgressMeter


class Entry:
    """What the manager keeps of a job until it has ended.

    Attributes:
        number: place in the order of submission.
        spec: what to run.
        job: the present record.
        error: the error it ended with.
        meter: its progress.
        run: the started function, while it runs.
        stopping: the error it will end with, once it was told to stop.
        taken: places it was given when it started.
        admitted: set when it may start; None while it does not wait.
        stop_asked: set when it was told to stop.
        ended: set at the end.
    """

    def __init__(self, number: int, spec: JobSpec, job: Job) -> None:
        self.number, self.spec, self.job = number, spec, job
        self.error: BaseException | None = None
        self.meter = ProgressMeter()
        self.run: Run | None = None
        self.stopping: BaseException | None = None
        self.taken: Mapping[str, int] = {}
        self.admitted: asyncio.Future[None] | None = None
        self.stop_asked = asyncio.Event()
        self.ended = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.saved_at = self.told_at = 0.0

    @property
    def turn(self) -> tuple[int, int]:
        """Sorts jobs that wait: higher priorities first, then in the order of submission."""
        return -self.job.priority, self.number

    @property
    def holder(self) -> str:
        """The job in words, as others that wait for it name it."""
        return f"{self.spec.kind} {self.spec.subject} ({self.job.id})"

    def change(self, **fields: Any) -> Job:
        """Replace fields of the record."""
        self.job = dataclasses.replace(self.job, **fields)
        return self.job

    def stop(self, why: BaseException) -> None:
        """Have it end with ``why``; the first reason stays."""
        if self.stopping is None:
            self.stopping = why
        self.stop_asked.set()

    async def pause(self, seconds: float) -> None:
        """Wait between tries; raises the reason when it is told to stop."""
        try:
            await asyncio.wait_for(self.stop_asked.wait(), seconds)
        except TimeoutError:
            return
        if self.stopping is not None:
            raise self.stopping


class Handle:
    """A submitted job. Awaiting it gives the result or raises the job's error."""

    def __init__(self, entry: Entry) -> None:
        self._entry = entry
        self.id = entry.job.id

    @property
    def job(self) -> Job:
        """The present record."""
        return self._entry.job

    async def wait(self) -> Job:
        """Wait for the end, whatever the outcome."""
        await self._entry.ended.wait()
        return self._entry.job

    async def result(self) -> Any:
        """Wait for the end; the result, or the job's error raised."""
        await self._entry.ended.wait()
        if self._entry.error is not None:
            raise self._entry.error.with_traceback(None)
        return self._entry.job.result

    def __await__(self) -> Generator[Any, None, Any]:
        return self.result().__await__()
