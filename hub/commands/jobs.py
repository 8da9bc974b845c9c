"""Commands on jobs: look at them, stop them, do them again, say which go first."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from hub import errors
from hub.commands import again, page
from hub.commands.page import Page
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.jobs.history import Wanted
from hub.jobs.logfiles import Part, read_part
from hub.jobs.port import Job, JobState

LONGEST_WAIT = 300.0  #: seconds that a call may wait for a job
LONGEST_PIECE = 1024 * 1024  #: bytes of a log that one call gives
LOOK = 0.25  #: seconds between two looks at a log that is being written


@command(area="jobs", role=Role.VIEWER, rest="GET /jobs")
async def jobs(
    hub: Services,
    state: str | None = None,
    kind: str | None = None,
    subject: str | None = None,
    owner: str | None = None,
    command: int | None = None,
    limit: int = 100,
    offset: int = 0,
) -> Page:
    """Jobs, newest first: those that wait or run, and past ones; ``limit`` of them after ``offset`` others.

    ``state`` keeps those in one state or in several joined by commas, ``kind`` those of a kind (``dump``, ``upload``,
    ``build``, ``index``, ...), ``subject`` those on a source, sub-source, build or index, ``owner`` those of somebody
    (``auto`` is the automatic flow), ``command`` those that the command of that number has started.
    """
    page.check(offset, limit)
    wanted = Wanted(_states(state), kind, subject, owner, command)
    found, total = await hub.jobs.page(wanted, offset=offset, limit=limit)
    return Page([job_view(j) for j in found], total, offset, limit)


def _states(text: str | None) -> frozenset[JobState] | None:
    if not text:
        return None
    known = {s.value: s for s in JobState}
    for name in text.split(","):
        if name not in known:
            raise errors.NotFound("job state", name, known)
    return frozenset(known[name] for name in text.split(","))


@command(area="jobs", role=Role.VIEWER, rest="GET /job/{id}")
async def job(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One job with its progress, error and result, and the command that started it."""
    return detail(hub.jobs.get(id))


@command(area="jobs", role=Role.VIEWER, rest="GET /job/{id}/follow")
async def follow(hub: Services, id: str, seconds: float = 30.0) -> dict[str, Any]:  # noqa: A002
    """The same, once the job has ended, or as it is after so many ``seconds`` (300 at most)."""
    return detail(await hub.jobs.wait(id, _seconds(seconds)))


@command(area="jobs", role=Role.VIEWER, rest="GET /job/{id}/log")
async def job_log(
    hub: Services,
    id: str,  # noqa: A002 (the documented name)
    start: int = 0,
    size: int = 65536,
    seconds: float = 0.0,
) -> dict[str, Any]:
    """A piece of what a job has logged: up to ``size`` bytes from ``start`` on, or, when negative, from before the end.

    Answers ``text``, ``start``, ``next`` (where the next piece begins), ``size`` (bytes in all until now) and ``ended``
    (no more will come). When there is nothing new it waits up to so many ``seconds`` (300 at most) for it, so that
    calls that each begin at the ``next`` of the one before follow a running job.
    """
    if not 1 <= size <= LONGEST_PIECE:
        raise errors.BadArgument(f"`size` is a number of bytes from 1 to {LONGEST_PIECE}, not {size}.")
    end = asyncio.get_running_loop().time() + _seconds(seconds)
    while True:
        record = hub.jobs.get(id)
        piece = await asyncio.to_thread(_piece, record, start, size)
        left = end - asyncio.get_running_loop().time()
        if piece.text or record.state.ended or left <= 0:
            ended = record.state.ended and piece.next >= piece.size
            return {
                "text": piece.text,
                "start": piece.start,
                "next": piece.next,
                "size": piece.size,
                "ended": ended,
            }
        start = piece.next
        await hub.jobs.wait(id, min(LOOK, left))


def _piece(record: Job, start: int, size: int) -> Part:
    if not record.attempt:  # what is in the file is of jobs before it
        return Part("", max(0, start), max(0, start), 0)
    return read_part(Path(record.logfile), record.log_start, record.log_end, start, size)


def _seconds(value: float) -> float:
    if not 0 <= value <= LONGEST_WAIT:
        raise errors.BadArgument(f"`seconds` is a time from 0 to {LONGEST_WAIT:g}, not {value:g}.")
    return value


@command(area="jobs", role=Role.OPERATOR, rest="POST /job/{id}/cancel")
async def cancel(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """Stop a queued or running job."""
    hub.jobs.cancel(id)
    return job_view(hub.jobs.get(id))


@command(area="jobs", role=Role.OPERATOR, rest="POST /job/{id}/retry", starts_job=True)
async def retry(hub: Services, id: str) -> Any:  # noqa: A002 (the documented name)
    """Run the command again that started a job which failed, was cancelled or was interrupted; gives its result.

    Dumps, uploads and builds go on where they were, as far as they can.
    """
    return await again.run_again(hub, hub.jobs.get(id))


@command(area="jobs", role=Role.OPERATOR, rest="PUT /jobs/resume", starts_job=True)
async def resume(hub: Services) -> list[dict[str, Any]]:
    """Run the commands of all interrupted jobs again that were not run again since; tells what became of each."""
    return await again.run_interrupted_again(hub)


@command(area="jobs", role=Role.OPERATOR, rest="PUT /job/{id}/priority")
async def prioritize(hub: Services, id: str, priority: int) -> dict[str, Any]:  # noqa: A002
    """Let a queued job start before others, or after them: from -100 to 100, jobs have 0 at first."""
    return job_view(hub.jobs.prioritize(id, priority))


@command(area="jobs", role=Role.VIEWER, rest="GET /lanes")
async def lanes(hub: Services) -> list[dict[str, Any]]:
    """Lanes of jobs: how many run and wait in each, how many may run at once, and whether it is paused.

    A job is in the lane ``all``, in that of its kind (``dump``), in one for each resource it takes (``download``), and
    in that of its source (``source:hpo``).
    """
    return hub.jobs.lane_views()


@command(area="jobs", role=Role.OPERATOR, rest="PUT /lane/{lane}/pause")
async def pause_lane(hub: Services, lane: str) -> list[dict[str, Any]]:
    """Hold back the jobs of a lane, also after a restart, until `resume_lane`. Those that run go on."""
    hub.jobs.pause_lane(_lane(hub, lane))
    return hub.jobs.lane_views()


@command(area="jobs", role=Role.OPERATOR, rest="PUT /lane/{lane}/resume")
async def resume_lane(hub: Services, lane: str) -> list[dict[str, Any]]:
    """Let the jobs of a paused lane start."""
    hub.jobs.resume_lane(_lane(hub, lane))
    return hub.jobs.lane_views()


@command(area="jobs", role=Role.OPERATOR, rest="PUT /lane/{lane}/limit")
async def limit_lane(hub: Services, lane: str, limit: int | None = None) -> list[dict[str, Any]]:
    """Let at most ``limit`` jobs of a lane run at once, also after a restart; without it, as many as the settings say.

    The settings are ``RESOURCES`` for resources and ``SOURCE_LIMITS`` for sources.
    """
    hub.jobs.limit_lane(_lane(hub, lane), limit)
    return hub.jobs.lane_views()


def _lane(hub: Services, name: str) -> str:
    hub.jobs.lanes.check(name, lambda: _other_lanes(hub))
    return name


def _other_lanes(hub: Services) -> list[str]:
    sources = [f"source:{name}" for name in hub.sources.plugins]
    return [*sources, *{row.kind for row in hub.jobs.rows(Wanted())}]


@command(area="jobs", role=Role.VIEWER, rest="GET /job_manager")
async def job_info(hub: Services) -> dict[str, Any]:
    """Processes, threads and memory, as existing clients show them."""
    return await hub.jobs.snapshot()


def detail(record: Job) -> dict[str, Any]:
    """A job as JSON, with what started it."""
    origin = record.origin or {}
    return job_view(record) | {
        "resources": dict(record.resources),
        "result": _result(record),
        "command_name": origin.get("command"),
        "retry_of": origin.get("retry_of") or None,
        "retried_by": record.retried_by,
    }


def _result(record: Job) -> Any:
    from hub.jobs.records import plain

    return plain(record.result)


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
        "priority": record.priority,
        "command": (record.origin or {}).get("number"),
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
