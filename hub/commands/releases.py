"""Commands on the releases of sources."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.commands import page
from hub.commands.page import Page
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataload.lifecycle import views


@command(area="releases", role=Role.VIEWER, rest="GET /releases")
async def releases(hub: Services, src: str | None = None, limit: int = 0, offset: int = 0) -> Page:
    """Releases on disk, of all sources or of one, newest first: state, size, and what each is needed for.

    With ``limit`` so many of them, after ``offset`` others.
    """
    page.check(offset, limit, all_allowed=True)
    found = await asyncio.to_thread(hub.sources.releases.views, src)
    return Page(page.part(found, offset, limit), len(found), offset, limit)


@command(area="releases", role=Role.OPERATOR, rest="PUT /source/{src}/promote")
async def promote(hub: Services, src: str, release: str | None = None) -> dict[str, Any]:
    """Make a release the current one, which is what uploads read; the newest complete one unless it is named.

    The link ``current`` in the folder of the source moves with it. A release that was not uploaded becomes due for it.
    """
    return hub.sources.releases.promote(src, release)


@command(area="releases", role=Role.OPERATOR, rest="PUT /source/{src}/unpromote")
async def unpromote(hub: Services, src: str) -> dict[str, Any]:
    """Have no current release; what was uploaded stays."""
    hub.sources.releases.unpromote(src)
    return {"source": src, "current": None}


@command(area="releases", role=Role.OPERATOR, rest="PUT /source/{src}/freeze")
async def freeze(hub: Services, src: str, release: str) -> dict[str, Any]:
    """Keep a release: it is removed neither by ``prune`` nor by hand."""
    return hub.sources.releases.freeze(src, release)


@command(area="releases", role=Role.OPERATOR, rest="PUT /source/{src}/unfreeze")
async def unfreeze(hub: Services, src: str, release: str) -> dict[str, Any]:
    """Give a frozen release free."""
    return hub.sources.releases.freeze(src, release, False)


@command(area="releases", role=Role.OPERATOR, rest="DELETE /source/{src}/release", starts_job=True)
async def remove_release(
    hub: Services, src: str, release: str, dry_run: bool = False, force: bool = False
) -> dict[str, Any]:
    """Remove one release of a source from the disk; with ``dry_run`` only tell what would be removed.

    Refused, unless ``force`` is given, for a release that is frozen, current, the last one downloaded, uploaded, or
    what a release of another source was made from. Uploaded documents stay in any case.
    """
    return await _remove(hub, src, release, dry_run, force)


@command(area="releases", role=Role.OPERATOR, rest="DELETE /source/{src}/releases", starts_job=True)
async def remove_releases(hub: Services, src: str, dry_run: bool = False, force: bool = False) -> dict[str, Any]:
    """Remove all releases of a source from the disk; with ``dry_run`` only tell what would be removed.

    Refused as `remove_release` is, and then nothing is removed.
    """
    return await _remove(hub, src, None, dry_run, force)


@command(area="releases", role=Role.OPERATOR, rest="PUT /source/{src}/prune", starts_job=True)
async def prune(hub: Services, src: str, dry_run: bool = False) -> dict[str, Any]:
    """Remove the releases that are more than the source keeps (``KEEP_RELEASES``); done after each dump as well."""
    hub.sources.releases.of(src)
    chosen = hub.sources.releases.to_prune(src)
    if not dry_run and chosen:
        await hub.sources.releases.prune(src, owner="command").result()
    return _report(src, chosen, dry_run)


async def _remove(hub: Services, src: str, release: str | None, dry_run: bool, force: bool) -> dict[str, Any]:
    chosen = hub.sources.releases.to_remove(src, release, force=force)
    if not dry_run and chosen:
        await hub.sources.releases.remove(src, release, force=force, owner="command").result()
    return _report(src, chosen, dry_run)


def _report(src: str, chosen: list[dict[str, Any]], dry_run: bool) -> dict[str, Any]:
    return {
        "source": src,
        "dry_run": dry_run,
        "releases": [row["release"] for row in chosen],
        "bytes": sum(row["size"] for row in chosen),
    }


@command(area="releases", role=Role.VIEWER, rest="GET /runs")
async def runs(hub: Services, src: str | None = None, limit: int = 20, offset: int = 0) -> Page:
    """Runs of all sources or of one, newest first: how far each came, with the state and time of each step.

    So many as ``limit`` says (0 for all), after ``offset`` others.
    """
    page.check(offset, limit, all_allowed=True)
    if src:
        hub.sources.releases.of(src)
    found = await asyncio.to_thread(hub.state.runs.of, src, offset + limit if limit else 0)
    total = await asyncio.to_thread(hub.state.runs.number_of, src)
    return Page([views.run_view(record) for record in page.part(found, offset, limit)], total, offset, limit)


@command(area="releases", role=Role.VIEWER, rest="GET /run/{id}")
async def run(hub: Services, id: int) -> dict[str, Any]:  # noqa: A002 (as for jobs)
    """One run: its steps, the declared programs and functions with their logs, and what they said of their files."""
    return views.run_view(views.run_record(hub.state, id))


@command(area="releases", role=Role.VIEWER, rest="GET /run/{id}/log/{process}")
async def run_log(hub: Services, id: int, process: str) -> str:  # noqa: A002 (as for jobs)
    """The log of a declared program or function of a run, at most its last megabyte."""
    return await asyncio.to_thread(views.process_log, views.run_record(hub.state, id), process)


@command(area="releases", role=Role.VIEWER, rest="GET /source/{name}/status")
async def source_status(hub: Services, name: str) -> dict[str, Any]:
    """Where a source stands: current release, what it depends on, why it is due, its last run step by step."""
    return views.source_status(hub.sources, name)
