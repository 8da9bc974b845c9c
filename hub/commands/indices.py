"""Commands on search indices: try, check, clean up, and move the aliases that people search."""

from __future__ import annotations

import asyncio
from typing import Any

from hub.accounts.caller import signature
from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="indices", role=Role.OPERATOR, rest="POST /index/dry_run", starts_job=True)
async def index_dry_run(hub: Services, indexer_env: str, build_name: str, sample: int = 1000) -> dict[str, Any]:
    """Try to index a sample of a build: a scratch index is made, loaded and deleted; nothing else changes.

    Answers whether the mapping is taken, which documents are refused and why, and which fields of the documents the
    mapping has not, so that they could not be searched.
    """
    return await hub.indices.dry_run(indexer_env, build_name, sample, owner="command")


@command(area="indices", role=Role.OPERATOR, rest="POST /index/validate", starts_job=True)
async def validate_index(
    hub: Services, indexer_env: str, index_name: str, build_name: str | None = None
) -> dict[str, Any]:
    """Compare an index, or the one an alias points at, with its build.

    Every ``_id`` of the build is looked for in the index, some documents are compared, then the mapping and the
    version. ``build_name`` is needed only for an index that was not made by this hub.
    """
    return await hub.indices.validate_index(indexer_env, index_name, build_name, owner="command")


@command(area="indices", role=Role.OPERATOR, rest="POST /index/cleanup")
async def index_cleanup(
    hub: Services, env: str | None = None, keep: int = 3, dryrun: bool = True, build_config: str | None = None
) -> list[dict[str, Any]]:
    """Delete old indices: of each build configuration the newest ``keep`` stay, and those that an alias points at.

    With ``dryrun`` (the default) only tell which; without it, ``env`` must be named.
    """
    filters = {} if build_config is None else {"build_config": build_config}
    return await asyncio.to_thread(hub.indices.index_cleanup, env, keep, dryrun, **filters)


@command(area="indices", role=Role.OPERATOR, rest="PUT /index/metadata")
async def update_metadata(
    hub: Services,
    indexer_env: str,
    index_name: str,
    build_name: str | None = None,
    _meta: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Write the metadata of an index (``_meta``): those given, or those of its build, or of ``build_name``."""
    return await asyncio.to_thread(hub.indices.update_metadata, indexer_env, index_name, build_name, _meta)


@command(area="indices", role=Role.VIEWER, rest="GET /aliases")
async def aliases(hub: Services, env: str | None = None) -> list[dict[str, Any]]:
    """Aliases of one environment or all: the index and build each points at, and where it pointed before."""
    return await asyncio.to_thread(hub.indices.aliases.all, env)


@command(area="indices", role=Role.OPERATOR, rest="PUT /alias/{alias}")
async def move_alias(
    hub: Services, alias: str, index_name: str, env: str = "localhub", who: str = "", note: str = ""
) -> dict[str, Any]:
    """Point an alias at another index, in one step: those who search see the one or the other.

    Refused for an index of a build that its release gates hold back.
    """
    return await asyncio.to_thread(hub.indices.move_alias, env, alias, index_name, by=signature(who), note=note)


@command(area="indices", role=Role.OPERATOR, rest="POST /alias/{alias}/rollback")
async def rollback_alias(
    hub: Services, alias: str, env: str = "localhub", who: str = "", note: str = ""
) -> dict[str, Any]:
    """Point an alias at the index that it pointed at before, if that is still there.

    The automatic flow does not serve what it was moved away from again, until a new build is made or somebody points
    the alias at it.
    """
    return await asyncio.to_thread(hub.indices.roll_back_alias, env, alias, by=signature(who), note=note)
