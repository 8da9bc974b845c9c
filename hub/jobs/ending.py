"""How the end of a job is told."""

from __future__ import annotations

from hub.errors import HubError
from hub.jobs.errors import JobCancelledError, JobInterruptedError, RemoteError
from hub.jobs.port import JobState


def message_of(error: BaseException) -> str:
    """The error for people: hub errors as they are, others with their class name and the line they come from."""
    text = str(error)
    if isinstance(error, HubError):
        return text
    where = "".join(f" ({note})" for note in getattr(error, "__notes__", []))
    return f"{type(error).__name__}{f': {text}' if text else ''}{where}"


def type_name(error: BaseException) -> str:
    """The class name, of the original where the error stands for one."""
    return error.type_name if isinstance(error, RemoteError) else type(error).__name__


def end_state(error: BaseException | None) -> JobState:
    """The state of a job that ended with this error, or with a result."""
    if error is None:
        return JobState.DONE
    if isinstance(error, JobCancelledError):
        return JobState.CANCELLED
    return JobState.INTERRUPTED if isinstance(error, JobInterruptedError) else JobState.FAILED
