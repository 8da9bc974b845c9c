"""Lists that clients ask every hub for, of things that this hub has little or nothing of."""

from __future__ import annotations

from typing import Any

from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="publishing", role=Role.VIEWER, rest="GET /diff_manager")
async def diff_info(hub: Services) -> dict[str, Any]:
    """Kinds of diffs that can be made. There are none yet."""
    return {}


@command(area="publishing", role=Role.VIEWER, rest="GET /snapshot_manager")
async def snapshot_info(hub: Services, env: str | None = None, remote: bool = False) -> dict[str, Any]:
    """Environments that snapshots can be made in. There are none yet."""
    return {"env": {}}


@command(area="publishing", role=Role.VIEWER, rest="GET /list_snapshots")
async def list_snapshots(
    hub: Services,
    env: str | None = None,
    build_config: str | None = None,
    build_name: str | None = None,
    environment: str | None = None,
    return_db_cols: bool = False,
) -> list[dict[str, Any]]:
    """Snapshots by build configuration. There are none yet."""
    return []


@command(area="publishing", role=Role.VIEWER, rest="GET /release_manager")
async def release_info(hub: Services, env: str | None = None, remote: bool = False) -> dict[str, Any]:
    """Environments that releases can be published to. There are none yet."""
    return {"env": {}}


@command(area="publishing", role=Role.VIEWER, rest="GET /standalone/list")
async def standalone_list(hub: Services) -> list[dict[str, Any]]:
    """Releases of others that can be installed. There are none yet."""
    return []
