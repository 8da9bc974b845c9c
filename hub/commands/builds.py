"""Commands on builds and indices."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="builds", role=Role.VIEWER, rest="GET /builds")
async def builds(hub: Services, conf_name: str | None = None) -> list[dict[str, Any]]:
    """Builds, newest first, of all configurations or of one."""
    return hub.builds.list(conf_name)


@command(area="builds", role=Role.VIEWER, rest="GET /build/{id}")
async def build(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (the documented name)
    """One build with its sources, statistics, mapping and metadata."""
    return hub.builds.info(id)


@command(area="builds", role=Role.VIEWER, rest="GET /build_manager")
async def build_config_info(hub: Services) -> dict[str, Any]:
    """Build configurations and builder classes."""
    return hub.builds.config_info()


@command(area="builds", role=Role.VIEWER, rest="GET /whatsnew")
async def whatsnew(hub: Services, build_name: str | None = None) -> dict[str, Any]:
    """Sources that are newer than in the latest build, by build configuration."""
    return hub.builds.whatsnew(build_name)


@command(area="builds", role=Role.OPERATOR, rest="PUT /build/{build_name}/new", starts_job=True)
async def merge(
    hub: Services,
    build_name: str,
    sources: list[str] | None = None,
    target_name: str | None = None,
    force: bool = False,
    ids: list[str] | None = None,
) -> str:
    """Merge the sources of a build configuration into a new build; answers its name."""
    return await hub.builds.merge(build_name, sources=sources, target_name=target_name, force=force, ids=ids)


@command(area="builds", role=Role.OPERATOR, rest="PUT /index", starts_job=True)
async def index(
    hub: Services,
    indexer_env: str,
    build_name: str,
    index_name: str | None = None,
    mode: str = "index",
    alias: str | None = None,
) -> dict[str, Any]:
    """Index a build; with ``alias`` the alias moves to the new index when it is complete."""
    report = await hub.indices.index(indexer_env, build_name, index_name, mode=mode, alias=alias)
    return report.as_dict()


@command(area="builds", role=Role.VIEWER, rest="GET /index_manager")
async def index_info(hub: Services) -> dict[str, Any]:
    """Index environments and what is in them."""
    return hub.indices.index_info()
