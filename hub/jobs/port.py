"""What a job is, and what a function that runs as a job may use.

A job's function is a plain, importable function ``fn(ctx, *args)``: it may run in a worker process, a thread, or later
on another machine. It speaks to the hub only through its `JobContext` and its return value, which must be picklable.
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol


class JobState(enum.Enum):
    """Life of a job."""

    QUEUED = "queued"  #: waits for a worker, a slot, a lock or memory; `Job.waiting_for` says which
    RUNNING = "running"  #: a worker has it
    DONE = "done"  #: ended with a result
    FAILED = "failed"  #: ended with an error
    CANCELLED = "cancelled"  #: stopped by a person
    INTERRUPTED = "interrupted"  #: the hub or its worker died while it ran

    @property
    def ended(self) -> bool:
        """Whether no further change of state can come."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        done: units finished.
        total: units in all, when known.
        unit: what is counted: ``documents``, ``bytes``, ``files``.
        rate: units a second, smoothed over the last seconds.
        eta: seconds to go at that rate, when the total is known.
        note: one line on what is being done.
    """

    done: int = 0
    total: int | None = None
    unit: str = ""
    rate: float = 0.0
    eta: float | None = None
    note: str = ""


class JobContext(Protocol):
    """The hub as seen by a running job's function. Every method may be called often; it throttles by itself."""

    job_id: str
    logger: logging.Logger

    def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
        """Report progress; absolute numbers, not increments."""
        ...

    def check(self) -> None:
        """A good place to stop.

        Raises:
            hub.jobs.errors.JobCancelledError: a person cancelled the job.
        """
        ...

    def emit(self, event: str, **data: Any) -> None:
        """Send an event to the hub, e.g. a finished range that a later run need not repeat. ``data`` is JSON-like."""
        ...


@dataclass(frozen=True)
class Retry:
    """When a job that failed with a *passing* error is tried again (tenacity): exponential back-off with jitter."""

    attempts: int = 1  #: tries in all
    first_wait: float = 1.0  #: seconds before the second try
    max_wait: float = 60.0  #: seconds at most between tries


Where = Literal["process", "thread"]


@dataclass(frozen=True)
class JobSpec:
    """Everything that is needed to run a job.

    Attributes:
        kind: ``dump``, ``upload``, ``build``, ``index``, ... (the ``category`` of the documented job records).
        subject: what it works on: source, ``main.sub``, build name, index name.
        fn: importable function ``fn(ctx, *args)``.
        args: picklable arguments.
        where: ``process`` for CPU work and for code of plugins, ``thread`` for short blocking calls.
        description: one line for people.
        resources: slots taken while it runs, by name: ``{"download": 1}``.
        exclusive: names that no other job may hold in any way while this one runs: ``source:hpo``.
        shared: names that other jobs may hold as shared, but not as exclusive.
        memory: bytes that must be free below the ceiling before it starts.
        priority: jobs with a higher one start first.
        timeout: seconds after which it is stopped and fails; None for what the settings say.
        timeout_name: the setting or key that says so, for messages.
        memory_limit: bytes that it may use, with everything it starts, before it is ended and fails; None for no limit.
        memory_limit_name: the setting or key that says so, for messages.
        grace: seconds it has to stop by itself when it is told to; None for `JOB_CANCEL_GRACE`.
        retry: policy for passing errors.
        owner: who asked: user name, ``schedule``, ``auto``.
        log: its log file, below the log folder, where clients look for it; empty for a file of its own.
        on_start: called in the hub's loop just before it runs (again).
        on_done: called in the hub's loop with the result, before anyone waiting is woken.
        on_error: called in the hub's loop with the final error (also `JobCancelledError`, `JobInterruptedError`).
        on_event: called in the hub's loop for each `JobContext.emit`.
    """

    kind: str
    subject: str
    fn: Callable[..., Any]
    args: Sequence[Any] = ()
    where: Where = "process"
    description: str = ""
    resources: Mapping[str, int] = field(default_factory=dict)
    exclusive: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    memory: int = 0
    priority: int = 0
    timeout: float | None = None
    timeout_name: str = ""
    memory_limit: int | None = None
    memory_limit_name: str = ""
    grace: float | None = None
    retry: Retry = field(default_factory=Retry)
    owner: str = ""
    log: str = ""
    on_start: Callable[[Job], None] | None = None
    on_done: Callable[[Job, Any], None] | None = None
    on_error: Callable[[Job, BaseException], None] | None = None
    on_event: Callable[[Job, str, Mapping[str, Any]], None] | None = None


@dataclass(frozen=True)
class Job:
    """One run of a `JobSpec` as it stands now: a frozen record; the manager replaces it at each change.

    Times carry a zone (UTC). ``error`` is the message for people, ``error_type`` the class name, ``error_parts`` the
    named parts of a `HubError`. ``waiting_for`` says in words why a queued job does not start. ``log_start`` and
    ``log_end`` are where its part of ``logfile`` begins and ends, in bytes. ``origin`` is the command that started it
    (``command``, ``arguments``, ``number``, ``retry_of``), ``retried_by`` the number of the one that did it again.
    """

    id: str
    kind: str
    subject: str
    description: str
    owner: str
    state: JobState
    created_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    progress: Progress = field(default_factory=Progress)
    resources: Mapping[str, int] = field(default_factory=dict)
    attempt: int = 0
    pid: int | None = None
    waiting_for: str = ""
    result: Any = None
    error: str = ""
    error_type: str = ""
    error_parts: Mapping[str, Any] = field(default_factory=dict)
    logfile: str = ""
    log_start: int = 0
    log_end: int | None = None
    priority: int = 0
    origin: Mapping[str, Any] | None = None
    retried_by: int | None = None

    @property
    def duration(self) -> float | None:
        """Seconds it has run, or ran."""
        if self.started_at is None:
            return None
        return ((self.ended_at or datetime.now(self.started_at.tzinfo)) - self.started_at).total_seconds()


class NullContext:
    """A context for functions that run outside any job (command line helpers, tests): logs, never cancels."""

    def __init__(self, logger: logging.Logger | None = None, job_id: str = "") -> None:
        self.job_id = job_id
        self.logger = logger or logging.getLogger("hub")

    def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
        """Do nothing."""

    def check(self) -> None:
        """Never stop."""

    def emit(self, event: str, **data: Any) -> None:
        """Do nothing."""


class JobHandle(Protocol):
    """A submitted job. Awaiting the handle gives the result or raises the job's error."""

    id: str

    @property
    def job(self) -> Job:
        """The present record."""
        ...

    async def wait(self) -> Job:
        """Return the record once it has ended, whatever the outcome."""
        ...

    async def result(self) -> Any:
        """The result; raises the job's error, `JobCancelledError` or `JobInterruptedError`."""
        ...


class JobRunner(Protocol):
    """What managers need of the job manager."""

    def submit(self, spec: JobSpec) -> JobHandle:
        """Queue a job; from the hub's loop only."""
        ...
