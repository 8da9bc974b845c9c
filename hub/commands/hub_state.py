"""Commands on the hub itself: status and configuration."""

from __future__ import annotations

import asyncio
from typing import Any

from hub import errors
from hub.commands import editing, page
from hub.commands.page import RecordPage
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload import info
from hub.jobs.port import JobState


@command(area="hub", role=Role.VIEWER, rest="GET /status")
async def status(hub: Services) -> dict[str, Any]:
    """Counters: sources, documents, builds, jobs."""
    apis = hub.state.apis.all()
    return {
        "source": info.count_sources(hub.state),
        "build": {"total": hub.state.builds.count()},
        "build_conf": {"total": hub.state.build_configs.count()},
        "api": {"total": len(apis), "running": sum(a.get("status") == "running" for a in apis)},
        "job": {
            "running": hub.jobs.count(JobState.RUNNING),
            "queued": hub.jobs.count(JobState.QUEUED),
        },
        "broken_plugins": len(hub.sources.broken),
    }


@command(area="hub", role=Role.VIEWER, rest="GET /config")
async def config(hub: Services) -> dict[str, Any]:
    """The configuration by name, with section, description, value and origin; secrets are masked."""
    told = hub.settings.describe()
    indices = told["scope"]["config"]["INDEX_CONFIG"]
    written = indices["value"] if isinstance(indices["value"], dict) else {}
    # Clients make their lists of servers of this; each environment has a host here, and no password.
    indices["value"] = {**written, **hub.indices.index_info()}
    return told


@command(area="hub", role=Role.ADMIN, rest="PUT /config")
async def setconf(hub: Services, name: str, value: Any) -> dict[str, Any]:
    """Change a setting, or with a name such as ``HpoDumper.SCHEDULE`` an attribute of a dumper or uploader.

    ``value`` is JSON text; a text that is no JSON is taken as it is. The value must be of the setting's type. It holds
    from now on, also after a restart; a part of the hub that has read the setting at its start takes it up then.
    Refused while ``CONFIG_READONLY`` is set, and for settings that are marked read-only.
    """
    return editing.change(hub, name, value)


@command(area="hub", role=Role.ADMIN, rest="DELETE /config")
async def resetconf(hub: Services, name: str | None = None) -> list[str]:
    """Give a setting the value of the files and the environment again; without a name, all that were changed.

    Answers the names of those that were changed.
    """
    return editing.reset(hub, name)


@command(area="hub", role=Role.VIEWER, rest="GET /commands")
async def commands(
    hub: Services,
    id: int | None = None,  # noqa: A002 (the documented name)
    running: bool | None = None,
    failed: bool | None = None,
    limit: int = 100,
    offset: int = 0,
) -> dict[str, Any]:
    """Long commands that were started through a door, the newest ``limit`` after ``offset`` others, by number.

    ``running`` keeps those that run, or that do not; ``failed``, of those that have ended, the ones that failed, or
    that did not. With ``id`` that one, as ``command`` tells it.
    """
    if id is not None:
        return await command_info(hub, id)
    page.check(offset, limit)
    found = hub.records.recent(limit, running=running, failed=failed, offset=offset)
    return RecordPage({str(record["id"]): record for record in found}, found.total, offset, limit)


@command(area="hub", role=Role.VIEWER, rest="GET /command/{id}")
async def command_info(hub: Services, id: int) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One long command: whether it is done, and its result or error."""
    record = hub.records.get(id)
    if record is None:
        raise errors.NotFound("command number", str(id), [str(r["id"]) for r in hub.records.recent(20)])
    return record


@command(area="hub", role=Role.ADMIN, rest="PUT /restart", starts_job=True)
async def restart(hub: Services, force: bool = False, stop: bool = False) -> str:
    """End the hub and start it again, when the jobs that run have ended; with ``force`` at once, they are interrupted.

    With ``stop`` it does not start again.
    """
    if not force:
        await hub.power.calm(lambda: bool(hub.jobs.active()))
    hub.power.end(restart=not stop, at_once=force)
    return "the hub stops" if stop else "the hub restarts"


@command(area="hub", role=Role.ADMIN, rest="PUT /stop", starts_job=True)
async def stop(hub: Services, force: bool = False) -> str:
    """End the hub when the jobs that run have ended; with ``force`` at once, they are interrupted."""
    return await restart(hub, force, stop=True)


@command(area="hub", role=Role.ADMIN, rest="POST /notifiers/test")
async def test_notifiers(hub: Services) -> list[dict[str, str]]:
    """Send a test on every way of the setting ``NOTIFIERS``; tells what became of each."""
    return await asyncio.to_thread(hub.notifiers.test)
