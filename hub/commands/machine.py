"""`system`: the machine that the hub runs on, for the first page of the studio."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hub import __version__
from hub.commands.registry import Role, command
from hub.commands.services import Services


@command(area="hub", role=Role.VIEWER, rest="GET /system")
async def system(hub: Services) -> dict[str, Any]:
    """The machine and the hub on it: disk of the home, memory, processors, versions, addresses, since when it is up.

    Sizes are in bytes, ``cpu.percent`` is that of all processors together since the last call.
    """
    return await asyncio.to_thread(_look, hub)


def _look(hub: Services) -> dict[str, Any]:
    import psutil

    home = hub.settings.home
    disk, memory = psutil.disk_usage(str(home)), psutil.virtual_memory()
    addresses: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError):
        addresses = json.loads((Path(hub.settings["RUN_DIR"]) / "addresses.json").read_text())
    return {**_fixed(hub), **_moving(disk, memory, psutil), "addresses": addresses}


def _fixed(hub: Services) -> dict[str, Any]:
    import psutil

    born = datetime.fromtimestamp(psutil.Process(os.getpid()).create_time(), UTC)
    return {
        "version": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "home": str(hub.settings.home),
        "pid": os.getpid(),
        "started_at": born.isoformat(),
        "stores": {"source": hub.src_store.spec.engine, "target": hub.target_store.spec.engine},
    }


def _moving(disk: Any, memory: Any, psutil: Any) -> dict[str, Any]:
    return {
        "disk": {"total": disk.total, "used": disk.used, "free": disk.free},
        "memory": {
            "total": memory.total,
            "available": memory.available,
            "used": memory.total - memory.available,
        },
        "cpu": {"count": psutil.cpu_count(), "percent": psutil.cpu_percent(), "load": list(psutil.getloadavg())},
    }
