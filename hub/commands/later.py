"""Lists that clients ask every hub for, of things that this hub has little or nothing of."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataindex.manager import SERVING_ENV


@command(area="publishing", role=Role.VIEWER, rest="GET /api/list")
async def get_apis(hub: Services) -> list[dict[str, Any]]:
    """Data APIs: one for each document type that this hub serves."""
    served = await asyncio.to_thread(lambda: dict(hub.indices.served))
    url = _data_api(hub)
    host = hub.indices.catalogue.host(SERVING_ENV)
    own = [
        {
            "_id": doc_type,
            "config": {"es_host": host, "index": index, "doc_type": doc_type, "port": url.rpartition(":")[2]},
            "description": "served by the hub itself",
            "status": "running",
            "url": url,
        }
        for doc_type, index in sorted(served.items())
    ]
    return own + hub.state.apis.all()


def _data_api(hub: Services) -> str:
    """Address of the hub's data API, as it was written at its start."""
    try:
        written: dict[str, str] = orjson.loads((Path(hub.settings["RUN_DIR"]) / "addresses.json").read_bytes())
        return written["data API"]
    except (OSError, KeyError, ValueError):
        return f"http://{hub.settings['HUB_HOST']}:{hub.settings['QUERY_API_PORT']}"


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
