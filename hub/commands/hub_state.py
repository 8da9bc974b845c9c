"""Commands on the hub itself: status and configuration."""

from __future__ import annotations

from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload import info
from hub.jobs.port import JobState


@command(area="hub", role=Role.VIEWER, rest="GET /status")
async def status(hub: Services) -> dict[str, Any]:
    """Counters: sources, documents, builds, jobs."""
    running = hub.jobs.list(states=[JobState.RUNNING, JobState.QUEUED], limit=1000)
    apis = hub.state.apis.all()
    return {
        "source": info.count_sources(hub.state),
        "build": {"total": len(hub.state.builds.all())},
        "build_conf": {"total": len(hub.state.build_configs.all())},
        "api": {"total": len(apis), "running": sum(a.get("status") == "running" for a in apis)},
        "job": {
            "running": sum(j.state is JobState.RUNNING for j in running),
            "queued": sum(j.state is JobState.QUEUED for j in running),
        },
        "broken_plugins": len(hub.sources.broken),
    }


@command(area="hub", role=Role.VIEWER, rest="GET /config")
async def config(hub: Services) -> dict[str, Any]:
    """The configuration by name, with section, description, value and origin; secrets are masked."""
    return hub.settings.describe()


@command(area="hub", role=Role.VIEWER, rest="GET /commands")
async def commands(hub: Services, limit: int = 100) -> dict[str, Any]:
    """Long commands that were started through a door, the newest ``limit``, by number."""
    return {str(record["id"]): record for record in hub.records.recent(limit)}


@command(area="hub", role=Role.VIEWER, rest="GET /command/{id}")
async def command_info(hub: Services, id: int) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One long command: whether it is done, and its result or error."""
    record = hub.records.get(id)
    if record is None:
        raise errors.NotFound("command number", str(id), [str(r["id"]) for r in hub.records.recent(20)])
    return record
