"""Command records: what became of the long commands that were started through a door (collection ``cmd``)."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import Awaitable
from typing import Any

from hub.commands.registry import Command
from hub.errors import HubError
from hub.store.state import State

log = logging.getLogger("hub.api")


class CommandRecorder:
    """Starts long commands and keeps their records.

    Args:
        state: where the records are kept.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, command: Command, values: dict[str, Any], call: Awaitable[Any]) -> dict[str, Any]:
        """Start ``call`` in the background; returns the record to follow, without a result."""
        shown = ",".join(f"{k}={_shown(v)!r}" for k, v in values.items())
        record = {
            "_id": self._state.commands.next_id(),
            "cmd": f"{command.name}({shown})",
            "started_at": time.time(),
            "is_done": False,
        }
        self._state.commands.put(record)
        task = asyncio.ensure_future(self._follow(record, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return _view(record)

    def get(self, id_: int) -> dict[str, Any] | None:
        """One record, or None."""
        record = self._state.commands.get(id_)
        return _view(record) if record else None

    def recent(self, limit: int) -> list[dict[str, Any]]:
        """The newest ``limit`` records, newest first."""
        records = sorted(self._state.commands.all(), key=lambda r: int(r["_id"]), reverse=True)
        return [_view(r) for r in records[:limit]]

    async def _follow(self, record: dict[str, Any], call: Awaitable[Any]) -> None:
        ended: dict[str, Any] = {"is_done": True, "failed": False}
        try:
            ended["results"] = [await call]
        except Exception as error:
            log.debug("%s failed", record["cmd"], exc_info=True)
            ended |= {"failed": True, "results": [str(error)]}
            if isinstance(error, HubError):
                ended["code"] = error.status
        finished = time.time()
        ended |= {"finished_at": finished, "duration": f"{finished - record['started_at']:.2f}s"}
        self._state.commands.put({**record, **ended})

    async def drain(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _shown(value: Any) -> Any:
    """An argument without user and password of an address: a token may stand in either place."""
    return re.sub(r"(?<=://)[^/?#@\s]*@", "****@", value) if isinstance(value, str) else value


def _view(record: dict[str, Any]) -> dict[str, Any]:
    return {"id" if k == "_id" else k: v for k, v in record.items()}
