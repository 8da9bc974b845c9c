"""Cron entries: five fields, or six where the last is seconds; local time of the machine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.errors import NotFound
from hub.jobs.errors import BadScheduleError
from hub.jobs.events import EventBus

_log = logging.getLogger("hub.jobs.schedule")
_SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}

Coroutine = Callable[[], Awaitable[Any]]


@dataclass(frozen=True)
class ScheduleEntry:
    """A schedule as it stands now; times carry a zone.

    Attributes:
        name: its name: ``dump:hpo``.
        cron: the text it was given.
        next_run: when it is due next.
        last_run: when it started last, or None.
        last_error: the message of the last run's error, "" when it went well.
        running: whether a run is going on.
    """

    name: str
    cron: str
    next_run: datetime
    last_run: datetime | None = None
    last_error: str = ""
    running: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The entry as JSON-like data, times as ISO text."""
        return {
            "name": self.name,
            "cron": self.cron,
            "next_run": self.next_run.isoformat(),
            "last_run": self.last_run.isoformat() if self.last_run else None,
            "last_error": self.last_error or None,
            "running": self.running,
        }


class Scheduler:
    """Runs coroutine functions by cron texts. A run that is due while the former still goes on is left out.

    Events: ``schedule.failed`` with the error, ``schedule.skipped`` for a run left out.

    Args:
        bus: where failures are told.
    """

    def __init__(self, bus: EventBus | None = None) -> None:
        self._bus = bus
        self._entries: dict[str, _Scheduled] = {}

    def add(self, name: str, cron: str, fn: Coroutine) -> ScheduleEntry:
        """Add or replace a schedule; in the hub's loop.

        Args:
            name: its name; an entry of that name is replaced, a run of it that goes on is not disturbed.
            cron: five or six fields, or ``@daily`` and the like.
            fn: called without arguments.

        Raises:
            BadScheduleError: the cron text cannot be read.
        """
        scheduled = _Scheduled(name, cron, fn, self._bus)
        if old := self._entries.get(name):
            old.cron_job.stop()
        self._entries[name] = scheduled
        scheduled.cron_job.start()
        return scheduled.entry()

    def remove(self, name: str) -> None:
        """Take a schedule away; a run that goes on is not disturbed.

        Raises:
            hub.errors.NotFound: no such schedule.
        """
        if name not in self._entries:
            raise NotFound("schedule", name, self._entries)
        self._entries.pop(name).cron_job.stop()

    def list(self) -> list[ScheduleEntry]:
        """All schedules, the next due first."""
        return sorted((s.entry() for s in self._entries.values()), key=lambda entry: (entry.next_run, entry.name))

    def stop(self) -> None:
        """Take all schedules away and end the runs that go on."""
        for scheduled in self._entries.values():
            scheduled.cron_job.stop()
            if scheduled.task:
                scheduled.task.cancel()
        self._entries.clear()


class _Scheduled:
    """One entry with its timer."""

    def __init__(self, name: str, cron: str, fn: Coroutine, bus: EventBus | None) -> None:
        import aiocron

        self.name, self.cron, self.fn, self._bus = name, cron, fn, bus
        self._spec = seconds_first(name, cron)
        self.task: asyncio.Task[None] | None = None
        self._last_run: datetime | None = None
        self._last_error = ""
        self.cron_job = aiocron.Cron(self._spec, self._due, loop=asyncio.get_running_loop())

    def entry(self) -> ScheduleEntry:
        return ScheduleEntry(
            self.name, self.cron, next_run(self._spec), self._last_run, self._last_error, self.task is not None
        )

    async def _due(self) -> None:
        if self.task is not None:
            self._tell("schedule.skipped", reason="the former run goes on")
            return
        self._last_run = datetime.now(UTC)
        self.task = asyncio.create_task(self._run(), name=f"hub-schedule-{self.name}")

    async def _run(self) -> None:
        try:
            await self.fn()
            self._last_error = ""
        except Exception as error:
            self._last_error = str(error) or type(error).__name__
            extra = {"action": "schedule_failed", "schedule": self.name}
            _log.warning("Schedule %s failed: %s", self.name, self._last_error, exc_info=True, extra=extra)
            self._tell("schedule.failed", error=self._last_error)
        finally:
            self.task = None

    def _tell(self, event: str, **data: Any) -> None:
        if self._bus:
            self._bus.publish(event, schedule=self.name, **data)


def seconds_first(name: str, cron: str) -> str:
    """The cron text with the sixth field, seconds, put first, as the cron library reads it.

    Raises:
        BadScheduleError: it cannot be read.
    """
    from cronsim import CronSim, CronSimError

    fields = _SHORT.get(cron.strip().lower(), cron).split()
    if len(fields) == 6:
        fields = [fields[5], *fields[:5]]
    spec = " ".join(fields).upper()
    try:
        next(CronSim(spec, datetime.now().astimezone()))
    except (CronSimError, StopIteration) as error:
        raise BadScheduleError(name, cron, str(error) or "it is never due") from None
    return spec


def next_run(spec: str) -> datetime:
    """When a cron text (seconds first) is due next, with a zone."""
    from cronsim import CronSim
    from tzlocal import get_localzone

    due: datetime = next(CronSim(spec, datetime.now(get_localzone())))
    return due
