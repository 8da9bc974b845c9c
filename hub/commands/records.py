"""Command records: what became of the long commands that were started through a door (collection ``cmd``)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

from hub.commands.registry import Command
from hub.config.secret import hide_credentials
from hub.errors import HubError
from hub.store.records.base import duration
from hub.store.state import State

log = logging.getLogger("hub.api")

LOOKS = 5  #: turns of the loop in which a call is refused, if it is refused for its arguments
INTERRUPTED = "interrupted: the hub was stopped"


class Results(list[Any]):
    """What a command with several pieces of work gives: one result a piece."""


class CommandRecorder:
    """Starts long commands and keeps their records.

    Args:
        state: where the records are kept.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._tasks: set[asyncio.Task[Exception | None]] = set()

    async def start(self, command: Command, values: dict[str, Any], call: Coroutine[Any, Any, Any]) -> dict[str, Any]:
        """Start ``call`` in the background; returns the record to follow, without a result.

        Raises:
            hub.errors.HubError: the call was refused at once, for an unknown name or a value that cannot be used; its
                record says so as well.
        """
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
        for _ in range(LOOKS):
            await asyncio.sleep(0)
        error = task.result() if task.done() else None
        if isinstance(error, HubError) and error.status < 500:
            raise error
        return _view(record)

    def recover(self) -> None:
        """Say of commands that a hub left running when it ended that they will not end."""
        for record in self._state.commands.all():
            if not record.get("is_done"):
                self._ended(record, failed=True, results=[INTERRUPTED])

    def get(self, id_: int) -> dict[str, Any] | None:
        """One record, or None."""
        record = self._state.commands.get(id_)
        return _view(record) if record else None

    def recent(
        self, limit: int, *, running: bool | None = None, failed: bool | None = None, id_: int | None = None
    ) -> list[dict[str, Any]]:
        """The newest ``limit`` records, newest first.

        Args:
            limit: at most so many.
            running: only those that run, or that do not.
            failed: of those that do not run, only the ones that failed, or that did not.
            id_: only this one.
        """
        found = sorted(self._state.commands.all(), key=lambda r: int(r["_id"]), reverse=True)
        if id_ is not None:
            found = [r for r in found if r["_id"] == id_]
        if running is not None:
            found = [r for r in found if bool(r.get("is_done")) is not running]
        if failed is not None:
            found = [r for r in found if not r.get("is_done") or bool(r.get("failed")) is failed]
        return [_view(r) for r in found[:limit]]

    async def _follow(self, record: dict[str, Any], call: Coroutine[Any, Any, Any]) -> Exception | None:
        try:
            result = await call
        except asyncio.CancelledError:
            self._ended(record, failed=True, results=[INTERRUPTED])
            raise
        except Exception as error:
            log.debug("%s failed", record["cmd"], exc_info=True)
            code = {"code": error.status} if isinstance(error, HubError) else {}
            self._ended(record, failed=True, results=[str(error) or type(error).__name__], **code)
            return error
        self._ended(record, failed=False, results=list(result) if isinstance(result, Results) else [result])
        return None

    def _ended(self, record: dict[str, Any], **outcome: Any) -> None:
        finished = time.time()
        took = {"finished_at": finished, "duration": duration(max(0.0, finished - record["started_at"]))}
        self._state.commands.put({**record, "is_done": True, **outcome, **took})

    async def drain(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*list(self._tasks), return_exceptions=True)


def _shown(value: Any) -> Any:
    return hide_credentials(value) if isinstance(value, str) else value


def _view(record: dict[str, Any]) -> dict[str, Any]:
    return {"id" if k == "_id" else k: v for k, v in record.items()}
