"""Commands of the page that cleans up: builds that hold documents, and builds that have lost theirs."""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="builds", role=Role.VIEWER, rest="GET /mongo_builds")
async def stored_builds(
    hub: Services, build_config: str | None = None, build_name: str | None = None, year: int | None = None
) -> list[dict[str, Any]]:
    """Builds that hold documents, by configuration; of one configuration, of one name, or started in one year."""
    found = sorted(await asyncio.to_thread(_stored, hub, build_config), key=lambda b: (_conf(b), str(b["started_at"])))
    if build_name:
        found = [b for b in found if b["_id"] == build_name]
    if year is not None:
        found = [b for b in found if b["started_at"].year == year]
    return [
        {"_id": conf, "items": [{"_id": b["_id"], "started_at": b["started_at"]} for b in members]}
        for conf, members in groupby(found, key=_conf)
    ]


@command(area="builds", role=Role.OPERATOR, rest="PUT /mongo_builds/delete", starts_job=True)
async def delete_stored_builds(hub: Services, build_ids: list[str]) -> dict[str, int]:
    """Delete several builds, their documents and their records. None is deleted when one of the names is unknown."""
    known = {str(b["_id"]) for b in hub.state.builds.all()}
    for name in build_ids:
        if name not in known:
            raise errors.NotFound("build", name, known)
    for name in dict.fromkeys(build_ids):
        await asyncio.to_thread(hub.builds.delete_merge, name)
    return {"deleted_count": len(set(build_ids))}


@command(area="builds", role=Role.OPERATOR, rest="POST /mongo_builds/validate", starts_job=True)
async def validate_builds(hub: Services) -> dict[str, Any]:
    """Forget builds whose documents were removed behind the hub's back. Archived builds and those that run stay."""
    lost = await asyncio.to_thread(_lost, hub)
    for name in lost:
        await asyncio.to_thread(hub.builds.delete_merge, name)
    return {"builds_removed": len(lost), "builds_removed_names": lost}


def _conf(build: dict[str, Any]) -> str:
    return str((build.get("build_config") or {}).get("_id"))


def _own(hub: Services, conf: str | None = None) -> list[dict[str, Any]]:
    """Builds with a collection of their own: neither archived nor links to a source."""
    found = hub.state.builds.all(conf)
    return [b for b in found if not b.get("archived") and not isinstance(b.get("backend_url"), list | tuple)]


def _stored(hub: Services, conf: str | None) -> list[dict[str, Any]]:
    there = set(hub.target_store.names())
    return [b for b in _own(hub, conf) if str(b.get("backend_url") or b["_id"]) in there]


def _lost(hub: Services) -> list[str]:
    there = set(hub.target_store.names())
    return sorted(
        str(b["_id"])
        for b in _own(hub)
        if (b.get("jobs") or [{}])[-1].get("status") == "success" and str(b.get("backend_url") or b["_id"]) not in there
    )
