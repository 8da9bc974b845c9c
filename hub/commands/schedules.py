"""Commands on schedules: when they run, switching them off, running them now."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.errors import HubError, Passing


class ScheduleFailedError(HubError, Passing):
    """A schedule that was run by hand has failed."""

    def __init__(self, name: str, why: str) -> None:
        self.name, self.why = name, why
        super().__init__(f"schedule `{name}` failed: {why}")


@command(area="jobs", role=Role.VIEWER, rest="GET /schedules")
async def schedules(hub: Services) -> list[dict[str, Any]]:
    """Cron entries with their last and next run; the next due first, those that are switched off last."""
    return [entry.as_dict() for entry in hub.scheduler.list()]


@command(area="jobs", role=Role.OPERATOR, rest="PUT /schedule/{name}/enable")
async def enable_schedule(hub: Services, name: str) -> dict[str, Any]:
    """Switch a schedule on again."""
    return hub.scheduler.enable(name).as_dict()


@command(area="jobs", role=Role.OPERATOR, rest="PUT /schedule/{name}/disable")
async def disable_schedule(hub: Services, name: str) -> dict[str, Any]:
    """Switch a schedule off, also after a restart. A run that goes on is not disturbed."""
    return hub.scheduler.enable(name, False).as_dict()


@command(area="jobs", role=Role.OPERATOR, rest="POST /schedule/{name}/run", starts_job=True)
async def run_schedule(hub: Services, name: str) -> dict[str, Any]:
    """Run a schedule now, also one that is switched off, when nothing that works on its source is at work."""
    await asyncio.shield(hub.scheduler.run_now(name))
    entry = hub.scheduler.get(name)
    if entry.last_error:
        raise ScheduleFailedError(name, entry.last_error)
    return entry.as_dict()
