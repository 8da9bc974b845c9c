"""Commands on sources: list, dump, upload."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload.lifecycle.plan import Wish


@command(area="sources", role=Role.VIEWER, rest="GET /sources")
async def sources(hub: Services) -> list[dict[str, Any]]:
    """All sources with their state, the broken plugins included."""
    return hub.sources.list()


@command(area="sources", role=Role.VIEWER, rest="GET /source/{name}")
async def source_info(hub: Services, name: str) -> dict[str, Any]:
    """Everything known of one source: download, uploads, mapping, metadata."""
    return hub.sources.info(name)


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/dump", starts_job=True)
async def dump(
    hub: Services,
    src: str,
    force: bool = False,
    check_only: bool = False,
    path: str | None = None,
    release: str | None = None,
    from_scratch: bool = False,
    from_step: str | None = None,
    process: str | None = None,
    stop_after: str | None = None,
    stop_before: str | None = None,
) -> dict[str, Any]:
    """Download the current release of a source, when it is new, after those of the sources that it depends on.

    With ``force`` it is downloaded in any case; with ``check_only`` nothing is downloaded and the new release is told.
    A source that is dumped by hand takes the folder ``path`` (in the source's own folder, or absolute) as ``release``
    (the folder's name, unless given).

    A run that failed or was stopped is gone on with at its first step that is not done. ``from_scratch`` runs all steps
    instead, ``from_step`` begins with a step, and with ``process`` in the middle of ``pre`` or ``post``; ``stop_after``
    and ``stop_before`` end early. The steps are check, depends, pre, release, download, unpack, verify, post, metadata,
    promote, clean.
    """
    wish = Wish(from_scratch, force, from_step, process, stop_after, stop_before)
    arguments = {"path": path, "release": release}
    if check_only:
        report = await hub.sources.dump(src, force=force, check_only=True, arguments=arguments).result()
    else:
        report = await hub.sources.update(src, wish=wish, arguments=arguments, owner="command")
    return {
        "source": src,
        "release": report.release,
        "changed": report.changed,
        "stopped": report.stopped,
        "data_folder": str(report.data_folder) if report.data_folder else None,
        "files": len(report.files),
    }


@command(area="sources", role=Role.OPERATOR, rest="PUT /source/{src}/upload", starts_job=True)
async def upload(hub: Services, src: str) -> list[dict[str, Any]]:
    """Parse and store the downloaded release of a source, or of one sub-source (``main.sub``)."""
    reports = await hub.sources.upload(src, owner="command")
    return [
        {"sub": r.sub, "count": r.count, "duplicates": r.duplicates, "seconds": r.seconds}
        | ({"quarantined": dict(r.rejected)} if r.rejected else {})
        for r in reports
    ]


@command(area="sources", role=Role.OPERATOR, rest="PUT /plugins/reload")
async def reload_plugins(hub: Services) -> dict[str, Any]:
    """Read all plugin folders again."""
    hub.sources.load(fatal=await asyncio.to_thread(hub.sources.fatal))
    return {
        "plugins": sorted(hub.sources.plugins),
        "broken": {b.name: str(b.error) for b in hub.sources.broken},
    }
