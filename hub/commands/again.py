"""Doing again what a job was started for: retries by hand, and what a former hub did not bring to its end."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

from hub import errors
from hub.accounts import HUB
from hub.commands import calling, registry
from hub.commands.registry import Command, Role
from hub.commands.services import Services
from hub.jobs import origin
from hub.jobs.history import Wanted
from hub.jobs.origin import Origin
from hub.jobs.port import Job, JobState

log = logging.getLogger("hub.jobs")

AGAIN = frozenset({JobState.FAILED, JobState.CANCELLED, JobState.INTERRUPTED})
MOST_TIMES = 2  #: times in a row that the hub itself begins a command again, in case the command is what ends the hub


class NothingToRetryError(errors.Conflict):
    """A job that can not be done again."""

    def __init__(self, job: Job, why: str) -> None:
        self.job, self.why = job.id, why
        super().__init__(f"job {job.id} ({job.kind} {job.subject}) is not done again: {why}.")


def origin_of(job: Job) -> Origin:
    """The command that a job was started by, or one that does the same.

    Raises:
        NothingToRetryError: it is not known.
    """
    known: Mapping[str, Any] = job.origin or {}
    if known.get("command"):
        return Origin(str(known["command"]), dict(known.get("arguments") or {}), known.get("number"), job.id)
    if job.kind in ("dump", "upload"):
        return Origin(job.kind, {"src": job.subject}, None, job.id)
    raise NothingToRetryError(job, "it is not known which command started it; run that again")


def plan(job: Job) -> tuple[Command, dict[str, Any]]:
    """The command to run again, and its arguments.

    Raises:
        NothingToRetryError: the job has not failed, or no operator may run its command.
        hub.errors.HubError: there is no such command any more.
    """
    if job.state not in AGAIN:
        raise NothingToRetryError(job, f"it is {job.state.value}")
    found = origin_of(job)
    command = registry.find(found.command)
    if command.role > Role.OPERATOR:
        raise NothingToRetryError(job, f"`{command.name}` needs the role {command.role.name.lower()}; run it yourself")
    return command, command.bind(found.arguments)


async def run_again(hub: Services, job: Job) -> Any:
    """Run the command of a job again; its result.

    Raises:
        hub.errors.HubError: see `plan`; or the error of the command.
    """
    command, values = plan(job)
    mine = origin.current()
    number = mine.number if mine else None
    hub.jobs.retried(job.id, number)
    with origin.started_by(Origin(command.name, values, number, job.id)):
        return await calling.run(hub, command, values)


async def run_interrupted_again(hub: Services) -> list[dict[str, Any]]:
    """Run the commands of all jobs again that were interrupted and not yet done again, each command once.

    Returns:
        ``{"command", "arguments", "jobs", "error"}`` each.
    """
    wanted = Wanted(states=frozenset({JobState.INTERRUPTED}))
    jobs, _ = await hub.jobs.page(wanted, limit=len(hub.jobs.rows(wanted)) or 1)
    groups: dict[str, list[Job]] = {}
    for job in jobs:
        if job.retried_by is None:
            try:
                groups.setdefault(_key(origin_of(job)), []).append(job)
            except NothingToRetryError:
                continue
    return list(await asyncio.gather(*(_again(hub, group) for group in groups.values())))


async def _again(hub: Services, jobs: list[Job]) -> dict[str, Any]:
    found = origin_of(jobs[0])
    told: dict[str, Any] = {"command": found.command, "arguments": dict(found.arguments)}
    told |= {"jobs": [job.id for job in jobs], "error": None}
    mine = origin.current()
    for job in jobs[1:]:
        hub.jobs.retried(job.id, mine.number if mine else None)
    try:
        await run_again(hub, jobs[0])
    except errors.HubError as error:
        told["error"] = str(error)
    return told


def _key(found: Origin) -> str:
    return json.dumps([found.command, found.arguments], sort_keys=True, default=str)


async def begin_interrupted(hub: Services) -> list[int]:
    """At the start of the hub: begin those commands again that its end interrupted; the numbers of their new records.

    A command none of whose jobs had started waits in the queue as before. One that was at work is begun again with
    ``RESUME_JOBS``. What the automatic flow had begun it begins by itself.
    """
    begun = []
    for record in hub.records.interrupted():
        found = record.get("origin") or {}
        rows = hub.jobs.rows(Wanted(command=int(record["_id"])))
        left = [row for row in rows if row.state is JobState.INTERRUPTED]
        only_waited = bool(left) and not any(row.has_started for row in left)
        if not found or not (only_waited or hub.settings["RESUME_JOBS"]):
            continue
        times = int(record.get("times") or 0) + 1
        if times > MOST_TIMES:
            log.warning("%s was interrupted %s times and is left", record["cmd"], times, extra={"action": "job_left"})
            continue
        try:
            command = registry.find(str(found["command"]))
            values = command.bind(dict(found["arguments"]))
            with calling.calling(hub, command, values, HUB):
                started = await hub.records.start(command, values, command.fn(hub, **values), times=times)
        except errors.HubError as error:
            log.warning("%s was interrupted: %s", record["cmd"], error, extra={"action": "job_not_resumed"})
            continue
        hub.records.note(record["_id"], resumed_by=started["id"])
        for row in left:
            hub.jobs.retried(row.id, started["id"])
        log.info("%s was interrupted and begins again", record["cmd"], extra={"action": "job_resumed"})
        begun.append(int(started["id"]))
    return begun
