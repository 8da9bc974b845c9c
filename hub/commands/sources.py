"""Commands on sources: list, dump, upload."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


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
) -> dict[str, Any]:
    """Download the current release of a source, when it is new.

    With ``force`` it is downloaded in any case; with ``check_only`` nothing is downloaded and the new release is told.
    A source that is dumped by hand takes the folder ``path`` (in the source's own folder, or absolute) as ``release``
    (the folder's name, unless given).
    """
    report = await hub.sources.dump(
        src, force=force, check_only=check_only, arguments={"path": path, "release": release}, owner="command"
    ).result()
    return {
        "source": src,
        "release": report.release,
        "changed": report.changed,
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
    hub.sources.load()
    return {
        "plugins": sorted(hub.sources.plugins),
        "broken": {b.name: str(b.error) for b in hub.sources.broken},
    }
