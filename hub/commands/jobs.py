"""Commands on jobs and schedules."""

from __future__ import annotations

from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.jobs.port import Job, JobState


@command(area="jobs", role=Role.VIEWER, rest="GET /jobs")
async def jobs(hub: Services, state: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """Jobs, newest first: running, queued and past ones. ``state`` keeps those in one state."""
    wanted = None
    if state:
        try:
            wanted = [JobState(state)]
        except ValueError:
            raise errors.NotFound("job state", state, [s.value for s in JobState]) from None
    return [job_view(j) for j in hub.jobs.list(states=wanted, limit=limit)]


@command(area="jobs", role=Role.VIEWER, rest="GET /job/{id}")
async def job(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One job with its progress, error and result."""
    return job_view(hub.jobs.get(id))


@command(area="jobs", role=Role.OPERATOR, rest="POST /job/{id}/cancel")
async def cancel(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """Stop a queued or running job."""
    hub.jobs.cancel(id)
    return job_view(hub.jobs.get(id))


@command(area="jobs", role=Role.VIEWER, rest="GET /job_manager")
async def job_info(hub: Services) -> dict[str, Any]:
    """Processes, threads and memory, as existing clients show them."""
    return hub.jobs.snapshot()


@command(area="jobs", role=Role.VIEWER, rest="GET /schedules")
async def schedules(hub: Services) -> list[dict[str, Any]]:
    """Cron entries with their last and next run."""
    return [entry.as_dict() for entry in hub.scheduler.list()]


def job_view(record: Job) -> dict[str, Any]:
    """A job as JSON."""
    progress = record.progress
    return {
        "id": record.id,
        "kind": record.kind,
        "subject": record.subject,
        "description": record.description,
        "owner": record.owner,
        "state": record.state.value,
        "created_at": record.created_at.isoformat(),
        "started_at": record.started_at.isoformat() if record.started_at else None,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
        "duration": record.duration,
        "progress": {
            "done": progress.done,
            "total": progress.total,
            "unit": progress.unit,
            "rate": round(progress.rate, 1),
            "eta": progress.eta,
            "note": progress.note,
        },
        "waiting_for": record.waiting_for or None,
        "attempt": record.attempt,
        "pid": record.pid,
        "error": record.error or None,
        "error_type": record.error_type or None,
        "logfile": record.logfile or None,
    }
