"""Commands on data APIs."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson

from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.dataindex.manager import SERVING_ENV


@command(area="apis", role=Role.VIEWER, rest="GET /api/list")
async def get_apis(hub: Services) -> list[dict[str, Any]]:
    """Data APIs: one for each document type that the hub serves by itself, and those that were created."""
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
    return own + hub.apis.all()


def _data_api(hub: Services) -> str:
    """Address of the hub's data API, as it was written at its start."""
    try:
        written: dict[str, str] = orjson.loads((Path(hub.settings["RUN_DIR"]) / "addresses.json").read_bytes())
        return written["data API"]
    except (OSError, KeyError, ValueError):
        return f"http://{hub.settings['HUB_HOST']}:{hub.settings['QUERY_API_PORT']}"


@command(area="apis", role=Role.OPERATOR, rest="POST /api")
async def create_api(
    hub: Services, api_id: str, es_host: str, index: str, doc_type: str, port: int, description: str | None = None
) -> dict[str, Any]:
    """Create a data API for an index; `start_api` starts it on its port.

    ``es_host`` is an environment of ``INDEX_CONFIG``, its host, or the URL of an Elasticsearch server; ``embedded``, or
    ``localhub``, is the hub's own engine. ``doc_type`` becomes the path segment of documents: ``/v1/DOC_TYPE/ID``.
    ``port`` 0 takes a free one at each start.
    """
    return hub.apis.create(api_id, es_host, index, doc_type, port, description or "")


@command(area="apis", role=Role.OPERATOR, rest="DELETE /api")
async def delete_api(hub: Services, api_id: str) -> None:
    """Stop a data API and forget it. Its index stays."""
    await hub.apis.delete(api_id)


@command(area="apis", role=Role.OPERATOR, rest="PUT /api/{api_id}/start")
async def start_api(hub: Services, api_id: str) -> str:
    """Start a data API in a process of its own; answers its address. It is started again whenever the hub starts."""
    return await hub.apis.start(api_id)


@command(area="apis", role=Role.OPERATOR, rest="PUT /api/{api_id}/stop")
async def stop_api(hub: Services, api_id: str) -> None:
    """Stop a data API."""
    await hub.apis.stop(api_id)


@command(area="apis", role=Role.OPERATOR, rest="POST /api/{api_id}/test", starts_job=True)
async def test_api(hub: Services, api_id: str) -> list[dict[str, Any]]:
    """Ask a running data API for its status, its metadata, a query and a document.

    Answers path, HTTP status and seconds of each; fails at the first that is not as it should be.
    """
    return await hub.apis.test(api_id)
