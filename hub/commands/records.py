"""Command records: what became of the long commands that were started through a door (collection ``cmd``)."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine
from typing import Any

from hub.commands.page import Page
from hub.commands.registry import Command
from hub.config.secret import hide_credentials
from hub.errors import HubError, of_machine
from hub.jobs.errors import JobInterruptedError, NotRunningError
from hub.jobs.events import EventBus
from hub.jobs.origin import Origin, started_by
from hub.store.errors import StoreError
from hub.store.records.base import duration
from hub.store.state import State

log = logging.getLogger("hub.api")

TRY_AGAIN = 2.0  #: seconds until an outcome that the store did not take is written again
LOOKS = 5  #: turns of the loop in which a call is refused, if it is refused for its arguments
INTERRUPTED = "interrupted: the hub was stopped"
AT_ONCE = frozenset({400, 404, 409, 422, 429})  #: what it is refused with then; else the record tells the outcome
INTERNAL = "internal error; the log of the hub has the details"
LONGEST_REASON = 2000  #: characters of why a command failed, where it is told to everybody
FILTERED = ("is_done", "failed")


class Results(list[Any]):
    """What a command with several pieces of work gives: one result a piece."""


def without_result(given: Any) -> list[Any]:
    """The ``results`` of a command that gives existing clients nothing but its success."""
    return [None]


class CommandRecorder:
    """Starts long commands and keeps their records.

    Args:
        state: where the records are kept.
        bus: where it is told what went wrong.
    """

    def __init__(self, state: State, bus: EventBus) -> None:
        self._state, self._bus = state, bus
        self._running: set[int] = set()
        self._interrupted: list[dict[str, Any]] = []
        self._tasks: set[asyncio.Task[Exception | None]] = set()
        self._unwritten: dict[int, dict[str, Any]] = {}  #: outcomes that the store did not take, for want of room

    async def start(
        self, command: Command, values: dict[str, Any], call: Coroutine[Any, Any, Any], *, times: int = 0
    ) -> dict[str, Any]:
        """Start ``call`` in the background; returns the record to follow, without a result.

        Args:
            command: what is called.
            values: its arguments.
            call: the call.
            times: how often the hub has begun it again by itself.

        Raises:
            hub.errors.HubError: the call was refused at once, for an unknown name or a value that cannot be used; its
                record says so as well.
        """
        shown = ",".join(f"{k}={_shown(v)!r}" for k, v in values.items())
        number = self._state.commands.next_id()
        record: dict[str, Any] = {
            "_id": number,
            "id": number,
            "cmd": f"{command.name}({shown})",
            "started_at": time.time(),
            "is_done": False,
        }
        origin = Origin(command.name, values, number)
        if shown == ",".join(f"{k}={v!r}" for k, v in values.items()):  # what is hidden is written nowhere
            record |= {"origin": {"command": command.name, "arguments": values}, "times": times}
        self._state.commands.put(record)
        self._running.add(number)
        with started_by(origin):
            task = asyncio.ensure_future(self._follow(command, record, call))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        for _ in range(LOOKS):
            await asyncio.sleep(0)
        error = task.result() if task.done() else None
        if isinstance(error, HubError) and error.status in AT_ONCE:
            self.note(number, interrupted=False)
            raise error
        return _view(record)

    def recover(self, keep: int) -> None:
        """Say of commands that a hub left running when it ended that they will not end; forget the oldest.

        Args:
            keep: records that are kept.
        """
        rows = self._state.commands.some(("is_done", "interrupted", "resumed_by"))
        for row in rows:
            if not row.get("is_done") and (record := self._state.commands.get(row["_id"])):
                self._ended(record, failed=True, results=[INTERRUPTED], interrupted=True)
        left = [
            row["_id"]
            for row in rows
            if (row.get("interrupted") and not row.get("resumed_by")) or not row.get("is_done")
        ]
        self._interrupted = [record for id_ in left[-keep:] if (record := self._state.commands.get(id_))]
        for row in rows[: max(0, len(rows) - keep)]:
            self._state.commands.delete(row["_id"])

    def interrupted(self) -> list[dict[str, Any]]:
        """Records of commands that were at work when the last hub ended; each is given once."""
        found, self._interrupted = self._interrupted, []
        return found

    def note(self, id_: int, **facts: Any) -> None:
        """Add something to a record."""
        if id_ in self._unwritten:
            self._unwritten[id_] |= facts
        elif record := self._state.commands.get(id_):
            self._state.commands.put(record | facts)

    def get(self, id_: int) -> dict[str, Any] | None:
        """One record, or None."""
        record = self._read(id_)
        return _timed(record) if record else None

    def recent(
        self,
        limit: int,
        *,
        running: bool | None = None,
        failed: bool | None = None,
        offset: int = 0,
    ) -> Page:
        """The newest ``limit`` records, newest first.

        Args:
            limit: at most so many.
            offset: leave out so many.
            running: only those that run, or that do not.
            failed: of those that do not run, only the ones that failed, or that did not.
        """
        commands = self._state.commands
        if running:
            found = [record for one in sorted(self._running, reverse=True) if (record := self._read(one))]
            found = [r for r in found if _fits(r, running, failed)]
            total, found = len(found), found[offset : offset + limit]
        elif running is None and failed is None:
            total, found = commands.count(), commands.newest(offset + limit)[offset:]
        else:
            rows = [r["_id"] for r in reversed(commands.some(FILTERED)) if _fits(r, running, failed)]
            total = len(rows)
            found = [record for one in rows[offset : offset + limit] if (record := commands.get(one))]
        return Page([_timed(self._unwritten.get(r["_id"], r)) for r in found], total, offset, limit)

    def tell(self, command: Command, error: Exception) -> None:
        """Say on the bus why a command came to nothing: clients that show no answers of requests have it from there.

        Args:
            command: which one.
            error: why.
        """
        text = (getattr(error, "plain", None) or str(error)) if isinstance(error, HubError) else INTERNAL
        self._bus.publish("command.error", command=command.name, error=text[:LONGEST_REASON], role=int(command.role))

    async def _follow(
        self, command: Command, record: dict[str, Any], call: Coroutine[Any, Any, Any]
    ) -> Exception | None:
        try:
            result = await call
        except asyncio.CancelledError:
            self._ended(record, failed=True, results=[INTERRUPTED], interrupted=True)
            raise
        except (JobInterruptedError, NotRunningError) as error:
            self._ended(record, failed=True, results=[str(error)], code=error.status, interrupted=True)
            return error
        except Exception as raised:
            told = of_machine(raised) or raised
            log.debug("%s failed", record["cmd"], exc_info=True)
            code = {"code": told.status} if isinstance(told, HubError) else {}
            self._ended(record, failed=True, results=[str(told) or type(told).__name__], **code)
            self.tell(command, told)
            return told
        if command.results is not None:
            self._ended(record, failed=False, results=command.results(result), outcome=result)
        else:
            self._ended(record, failed=False, results=list(result) if isinstance(result, Results) else [result])
        return None

    def _ended(self, record: dict[str, Any], **outcome: Any) -> None:
        self._running.discard(record["_id"])
        finished = time.time()
        took = {"finished_at": finished, "duration": duration(max(0.0, finished - record["started_at"]))}
        self._unwritten[record["_id"]] = {**record, "is_done": True, **outcome, **took}
        self._write()

    def _write(self) -> None:
        """Write the outcomes that are not written yet; who asks is told them in any case."""
        for number, record in list(self._unwritten.items()):
            try:
                self._state.commands.put(record)
            except StoreError as error:
                log.warning("Record of command %s not written yet: %s", number, error, extra={"action": "not_written"})
                asyncio.get_running_loop().call_later(TRY_AGAIN, self._write)
                return
            del self._unwritten[number]

    def _read(self, id_: int) -> dict[str, Any] | None:
        return self._unwritten.get(id_) or self._state.commands.get(id_)

    async def drain(self) -> None:
        """Cancel what still runs and wait for it."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*list(self._tasks), return_exceptions=True)


def _shown(value: Any) -> Any:
    return hide_credentials(value) if isinstance(value, str) else value


def _fits(record: dict[str, Any], running: bool | None, failed: bool | None) -> bool:
    is_done = bool(record.get("is_done"))
    if running is not None and is_done is running:
        return False
    return failed is None or not is_done or bool(record.get("failed")) is failed


def _timed(record: dict[str, Any]) -> dict[str, Any]:
    """The record, with the time until now of a command that runs."""
    view = _view(record)
    if not view.get("is_done"):
        view["duration"] = duration(max(0.0, time.time() - view["started_at"]))
    return view


def _view(record: dict[str, Any]) -> dict[str, Any]:
    return {"id": record["_id"]} | {k: v for k, v in record.items() if k not in ("_id", "origin", "times")}
