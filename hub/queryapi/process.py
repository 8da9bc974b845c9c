"""``python -m hub.queryapi.process``: one data API in a process of its own.

The hub that starts it (`hub.dataindex.apis`) writes a pickled dict to its standard input and keeps the pipe open:
``settings`` (a snapshot), ``engine`` (a `SearchSpec`), ``types`` (document type to index), ``host``, ``port``,
``title``, ``description``, ``provenance`` (``module:function`` that gives for the settings what tells where values come
from). One line of JSON answers: ``{"port": 8001}``, or ``{"error": "why"}`` and exit code 1. The
process ends when the pipe does, so that no data API outlives its hub.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import json
import pickle
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hub.config import Settings
from hub.errors import HubError
from hub.queryapi.app import listen, make_app
from hub.queryapi.context import Provenance
from hub.queryapi.settings import QuerySettings
from hub.search import open_engine
from hub.search.errors import IndexNotFoundError


async def serve(told: Mapping[str, Any], ended: asyncio.Event) -> None:
    """Serve until ``ended`` is set.

    Args:
        told: see the module.
        ended: when to stop.

    Raises:
        hub.errors.HubError: the index is not there, or the engine can not be used.
        OSError: the port is taken.
    """
    settings = replace(
        QuerySettings.of(Settings.from_snapshot(told["settings"])),
        title=told["title"],
        description=told["description"] or QuerySettings.description,
        default_type=next(iter(told["types"])),
        status_check=None,
    )
    engine = open_engine(told["engine"])
    try:
        for index in told["types"].values():
            if not engine.exists(index):
                raise IndexNotFoundError(index, engine.names())
        listening = listen(make_app(engine, told["types"], settings, _provenance(told)), told["port"], told["host"])
        _say({"port": listening.port})
        await ended.wait()
        await listening.stop()
    finally:
        engine.close()


def _provenance(told: Mapping[str, Any]) -> Provenance:
    """Tells where values come from; what it needs is imported at the first question, most APIs are never asked."""

    @functools.cache
    def reader() -> Provenance:
        module, _, name = told["provenance"].partition(":")
        made: Provenance = getattr(importlib.import_module(module), name)(Settings.from_snapshot(told["settings"]))
        return made

    return lambda index, ids: reader()(index, ids)


async def _run(told: Mapping[str, Any]) -> None:
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, name="api-watch", daemon=True).start()
    await serve(told, ended)


def _say(line: dict[str, Any]) -> None:
    print(json.dumps(line), flush=True)


def main() -> int:
    """The exit code."""
    told = pickle.load(sys.stdin.buffer)  # from the hub that started this process
    try:
        asyncio.run(_run(told))
    except HubError as error:
        _say({"error": str(error)})
        return 1
    except OSError as error:
        _say({"error": f"cannot listen on {told['host']} port {told['port']}: {error.strerror or error}"})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
