"""Commands of the page that cleans up: builds that hold documents, and builds that have lost theirs."""

from __future__ import annotations

import asyncio
from itertools import groupby
from typing import Any

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="builds", role=Role.VIEWER, rest="GET /mongo_builds")
async def list_mongo_builds(
    hub: Services, build_config: str | None = None, build_name: str | None = None, year: int | None = None
) -> list[dict[str, Any]]:
    """Builds that hold documents, by configuration; of one configuration, of one name, or started in one year."""
    found = await asyncio.to_thread(hub.builds.stored, build_config)
    found.sort(key=lambda b: (_conf(b), b["started_at"]))
    if build_name:
        found = [b for b in found if b["_id"] == build_name]
    if year is not None:
        found = [b for b in found if b["started_at"].year == year]
    return [{"_id": conf, "items": [_item(b, conf) for b in members]} for conf, members in groupby(found, key=_conf)]


@command(area="builds", role=Role.OPERATOR, rest="PUT /mongo_builds/delete", starts_job=True)
async def delete_mongo_builds(hub: Services, build_ids: list[str]) -> dict[str, Any]:
    """Delete several builds, their documents and their records. None is deleted when one of the names is unknown."""
    known = {str(b["_id"]) for b in hub.state.builds.all()}
    for name in build_ids:
        if name not in known:
            raise errors.NotFound("build", name, known)
    holding = {str(b["_id"]) for b in await asyncio.to_thread(hub.builds.stored)}
    dropped = [name for name in dict.fromkeys(build_ids) if name in holding]
    for name in dict.fromkeys(build_ids):
        await asyncio.to_thread(hub.builds.delete_merge, name)
    return {
        "deleted_count": len(set(build_ids)),
        "target_collections_deleted_count": len(dropped),
        "target_collections_deleted": dropped,
    }


@command(area="builds", role=Role.OPERATOR, rest="POST /clean_temp_collections", starts_job=True)
async def clean_temp_collections(
    hub: Services, build_name: str, date: str | None = None, prefix: str = "", dryrun: bool = True
) -> list[str]:
    """Drop target collections that are named as builds of a configuration and belong to none; answers their names.

    ``date`` and ``prefix`` narrow them: ``PREFIX_NAME_DATE...``. Builds stay; ``rmmerge`` deletes them. With ``dryrun``
    (the default) only tell which.
    """
    return await asyncio.to_thread(
        hub.builds.clean_temporary, build_name, date=date or "", prefix=prefix, dry_run=dryrun
    )


@command(area="builds", role=Role.OPERATOR, rest="POST /mongo_builds/validate", starts_job=True)
async def validate_mongo_builds(hub: Services) -> dict[str, Any]:
    """Forget builds whose documents were removed behind the hub's back. Archived builds and those that run stay.

    Refused when all builds are without documents: then the database is the wrong one.
    """
    lost = await asyncio.to_thread(hub.builds.forget_lost)
    return {"builds_removed": len(lost), "builds_removed_names": lost}


def _item(build: dict[str, Any], conf: str) -> dict[str, Any]:
    return {"_id": build["_id"], "build_config": {"_id": conf}, "started_at": build["started_at"]}


def _conf(build: dict[str, Any]) -> str:
    return str((build.get("build_config") or {}).get("_id"))
