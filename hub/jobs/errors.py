"""What can go wrong with a job, apart from the errors of its own function."""

from __future__ import annotations

import signal
from collections.abc import Mapping
from typing import Any

from hub.errors import BadArgument, Conflict, HubError, Passing, Permanent


class JobError(HubError):
    """Root of the errors of the job room."""


class JobCancelledError(JobError, Permanent):
    """A person cancelled the job."""

    status = 409

    def __init__(self, job_id: str, by: str = "") -> None:
        self.job_id, self.by = job_id, by
        super().__init__(f"job {job_id} was cancelled{f' by {by}' if by else ''}. Start it again when it is wanted.")


class JobInterruptedError(JobError, Passing):
    """The hub stopped or died while the job waited or ran."""

    status = 503

    def __init__(self, job_id: str) -> None:
        self.job_id = job_id
        super().__init__(f"job {job_id} was interrupted: the hub stopped. Start it again.")


class JobTimeoutError(JobError, Permanent):
    """The job ran longer than its limit. ``seconds`` is the limit."""

    def __init__(self, job_id: str, seconds: float, name: str = "") -> None:
        self.job_id, self.seconds, self.name = job_id, seconds, name
        super().__init__(
            f"job {job_id} was stopped after its limit of {seconds:g} seconds{f' ({name})' if name else ''}. "
            "Raise the limit or look at its log."
        )


class JobMemoryError(JobError, Permanent):
    """The job used more memory than it may, with everything it had started.

    Args:
        job_id: the job.
        used: bytes it used.
        limit: bytes it may use.
        name: the setting or key that says so.
    """

    def __init__(self, job_id: str, used: int, limit: int, name: str = "") -> None:
        self.job_id, self.used, self.limit, self.name = job_id, used, limit, name
        super().__init__(
            f"job {job_id} was ended: it used {used / 1024**2:,.0f} MB of memory, its limit is "
            f"{limit / 1024**2:,.0f} MB{f' ({name})' if name else ''}. "
            "Have the parser yield documents one by one, or raise the limit."
        )


class WorkerLostError(JobError, Passing):
    """The worker process ended without an answer.

    Args:
        job_id: its job.
        exitcode: exit code; negative for a signal, None when unknown.
    """

    def __init__(self, job_id: str, exitcode: int | None) -> None:
        self.job_id, self.exitcode = job_id, exitcode
        hint = " The system may be short of memory." if exitcode == -signal.SIGKILL else ""
        if exitcode is not None and exitcode >= 0:
            hint = " Its code ended the process, for example with os._exit()."
        super().__init__(f"the worker of job {job_id} ended {_ending(exitcode)}.{hint} See the log of the job.")


class RemoteError(JobError, Permanent):
    """An error of the job's function whose type is not known to the hub (code of a plugin).

    Args:
        type_name: name of its class.
        message: its message.
        where: ``file.py, line 12`` of the innermost line of the function's own code, or "".
        details: named parts of the error.
    """

    def __init__(self, type_name: str, message: str, where: str = "", details: Mapping[str, Any] | None = None) -> None:
        self.type_name, self.message, self.where, self.details = type_name, message, where, dict(details or {})
        text = f"{type_name}: {message}" if message else type_name
        super().__init__(f"{text} ({where})" if where else text)


class RemotePassingError(RemoteError, Passing):
    """A `RemoteError` that declared itself passing."""


class UnsendableError(JobError, BadArgument):
    """The function, its arguments or its result cannot travel between processes.

    Args:
        what: ``the arguments``, ``the result``.
        name: name of the function.
        why: what pickle said.
    """

    def __init__(self, what: str, name: str, why: str) -> None:
        self.what, self.name, self.why = what, name, why
        super().__init__(
            f"{what} of `{name}` cannot be sent between processes: {why}. Use plain data and importable functions."
        )


class TooManyJobsError(Conflict):
    """The queue is full."""

    status = 429

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"{limit} jobs are waiting already, which is the limit (MAX_QUEUED_JOBS). Try again later.")


class NotRunningError(Conflict):
    """The job manager is not started, or is stopping: no job is taken."""

    def __init__(self, state: str) -> None:
        self.state = state
        super().__init__(f"the job manager is {state}, not running: it takes no jobs. Try again when the hub is up.")


class BadScheduleError(BadArgument):
    """A cron text that cannot be read."""

    def __init__(self, name: str, cron: str, why: str) -> None:
        self.name, self.cron, self.why = name, cron, why
        super().__init__(
            f"schedule `{name}`: `{cron}` is no cron text: {why}. Give five fields (minute hour day month weekday), "
            "and a sixth for seconds if need be."
        )


class ScheduleBusyError(Conflict):
    """A schedule cannot run now."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"schedule `{name}` does not run now: {why}. Try again when that has ended.")


def _ending(exitcode: int | None) -> str:
    if exitcode is None:
        return "without an answer"
    if exitcode >= 0:
        return f"with exit code {exitcode} and without an answer"
    try:
        return f"by signal {signal.Signals(-exitcode).name}"
    except ValueError:
        return f"by signal {-exitcode}"
