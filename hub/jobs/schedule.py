"""Cron entries: five fields, or six where the last is seconds; local time of the machine."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from hub.errors import HubError, NotFound
from hub.jobs.errors import BadScheduleError, ScheduleBusyError
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

MOST_REMEMBERED = 1000  #: cron texts whose next time is remembered
Coroutine = Callable[[], Awaitable[Any]]
Busy = Callable[[], str]
_NEVER = datetime.max.replace(tzinfo=UTC)


class ScheduleRepository(Protocol):
    """Where it is kept when schedules ran last, and which are switched off."""

    def get(self, id_: str, /) -> Mapping[str, Any] | None:
        """One record or None."""
        ...

    def put(self, document: dict[str, Any], /) -> None:
        """Insert or replace a record."""
        ...


@dataclass(frozen=True)
class ScheduleEntry:
    """A schedule as it stands now; times carry a zone.

    Attributes:
        name: its name: ``dump:hpo``.
        cron: the text it was given.
        next_run: when it is due next; None while it is switched off.
        last_run: when it started last, also before a restart of the hub, or None.
        last_error: the message of the last run's error, "" when it went well.
        running: whether a run is going on.
        enabled: whether it is switched on.
        last_seconds: how long the last run took, once it has ended.
        last_skipped: when a run was left out last, or None.
    """

    name: str
    cron: str
    next_run: datetime | None
    last_run: datetime | None = None
    last_error: str = ""
    running: bool = False
    enabled: bool = True
    last_seconds: float | None = None
    last_skipped: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """The entry as JSON-like data, times as ISO text."""
        return {
            "name": self.name,
            "cron": self.cron,
            "enabled": self.enabled,
            "next_run": _iso(self.next_run),
            "last_run": _iso(self.last_run),
            "last_seconds": self.last_seconds,
            "last_error": self.last_error or None,
            "last_skipped": _iso(self.last_skipped),
            "running": self.running,
        }


class Scheduler:
    """Runs coroutine functions by cron texts. A run that is due while the former still goes on is left out.

    Events: ``schedule.started``, ``schedule.done``, ``schedule.failed`` with the error, ``schedule.skipped`` for a run
    left out, ``schedule.enabled`` and ``schedule.disabled``.

    Args:
        bus: where it is told.
        repository: keeps the last runs and what is switched off; None for nowhere.
    """

    def __init__(self, bus: EventBus | None = None, repository: ScheduleRepository | None = None) -> None:
        self._bus, self._repository = bus, repository
        self._entries: dict[str, _Scheduled] = {}

    def add(self, name: str, cron: str, fn: Coroutine, *, busy: Busy | None = None) -> ScheduleEntry:
        """Add or replace a schedule; in the hub's loop.

        Args:
            name: its name; an entry of that name is replaced, a run of it that goes on is not disturbed.
            cron: five or six fields, or ``@daily`` and the like.
            fn: called without arguments.
            busy: says why it may not run now, or ""; a run that is due then is left out.

        Raises:
            BadScheduleError: the cron text cannot be read.
        """
        scheduled = _Scheduled(name, cron, fn, busy, self._bus, self._repository)
        if old := self._entries.get(name):
            old.cron_job.stop()
            scheduled.task = old.task
        self._entries[name] = scheduled
        if scheduled.enabled:
            scheduled.cron_job.start()
        return scheduled.entry()

    def remove(self, name: str) -> None:
        """Take a schedule away; a run that goes on is not disturbed.

        Raises:
            hub.errors.NotFound: no such schedule.
        """
        self._find(name).cron_job.stop()
        del self._entries[name]

    def list(self) -> list[ScheduleEntry]:
        """All schedules, the next due first, those that are switched off last."""
        entries = (s.entry() for s in self._entries.values())
        return sorted(entries, key=lambda e: (e.next_run is None, e.next_run or _NEVER, e.name))

    def get(self, name: str) -> ScheduleEntry:
        """One schedule.

        Raises:
            hub.errors.NotFound: no such schedule.
        """
        return self._find(name).entry()

    def enable(self, name: str, enabled: bool = True) -> ScheduleEntry:
        """Switch a schedule on or off, also for times to come; a run that goes on is not disturbed.

        Raises:
            hub.errors.NotFound: no such schedule.
        """
        scheduled = self._find(name)
        scheduled.enable(enabled)
        return scheduled.entry()

    def run_now(self, name: str) -> asyncio.Task[None]:
        """Run a schedule at once, also one that is switched off.

        Returns:
            The run. It ends without an error; `get` tells what became of it.

        Raises:
            hub.errors.NotFound: no such schedule.
            ScheduleBusyError: it runs already, or what it works on is busy.
        """
        scheduled = self._find(name)
        if reason := scheduled.why_not():
            raise ScheduleBusyError(name, reason)
        return scheduled.begin()

    def _find(self, name: str) -> _Scheduled:
        try:
            return self._entries[name]
        except KeyError:
            raise NotFound("schedule", name, self._entries) from None

    def hold(self) -> None:
        """Begin no run any more; those that go on are not disturbed."""
        for scheduled in self._entries.values():
            scheduled.cron_job.stop()

    def stop(self) -> None:
        """Take all schedules away and end the runs that go on."""
        for scheduled in self._entries.values():
            scheduled.cron_job.stop()
            if scheduled.task:
                scheduled.task.cancel()
        self._entries.clear()


class _Scheduled:
    """One entry with its timer."""

    def __init__(
        self,
        name: str,
        cron: str,
        fn: Coroutine,
        busy: Busy | None,
        bus: EventBus | None,
        repository: ScheduleRepository | None,
    ) -> None:
        import aiocron

        self.name, self.cron, self.fn, self._busy, self._bus = name, cron, fn, busy, bus
        self._spec = seconds_first(name, cron)
        self._repository = repository
        self.task: asyncio.Task[None] | None = None
        self._past: dict[str, Any] = dict((repository.get(name) if repository else None) or {})
        self.cron_job = aiocron.Cron(self._spec, self._due, loop=asyncio.get_running_loop())

    @property
    def enabled(self) -> bool:
        return not self._past.get("disabled")

    @property
    def running(self) -> bool:
        return self.task is not None and not self.task.done()

    def entry(self) -> ScheduleEntry:
        past = self._past
        return ScheduleEntry(
            self.name,
            self.cron,
            next_run(self._spec) if self.enabled else None,
            _time(past.get("last_run")),
            past.get("last_error") or "",
            self.running,
            self.enabled,
            past.get("last_seconds"),
            _time(past.get("last_skipped")),
        )

    def enable(self, enabled: bool) -> None:
        if enabled == self.enabled:
            return
        self._note(disabled=not enabled)
        if enabled:
            self.cron_job.start()
        else:
            self.cron_job.stop()
        self._tell("schedule.enabled" if enabled else "schedule.disabled")

    def why_not(self) -> str:
        """Why it may not run now, or ""."""
        return "the former run goes on" if self.running else self._busy() if self._busy else ""

    async def _due(self) -> None:
        if reason := self.why_not():
            self._note(last_skipped=datetime.now(UTC))
            _log.info("Schedule %s is left out: %s", self.name, reason, extra={"action": "schedule_skipped"})
            self._tell("schedule.skipped", reason=reason)
        else:
            self.begin()

    def begin(self) -> asyncio.Task[None]:
        """Run it; the task ends without an error."""
        self._note(last_run=datetime.now(UTC), last_seconds=None)
        self._tell("schedule.started")
        self.task = asyncio.create_task(self._run(), name=f"hub-schedule-{self.name}")
        return self.task

    async def _run(self) -> None:
        began = time.monotonic()
        try:
            await self.fn()
        except Exception as error:
            text = str(error) or type(error).__name__
            self._note(last_error=text, last_seconds=round(time.monotonic() - began, 2))
            extra = {"action": "schedule_failed", "schedule": self.name}
            _log.warning(
                "Schedule %s failed: %s", self.name, text, exc_info=not isinstance(error, HubError), extra=extra
            )
            self._tell("schedule.failed", error=text)
        else:
            self._note(last_error="", last_seconds=round(time.monotonic() - began, 2))
            self._tell("schedule.done")
        finally:
            self.task = None

    def _note(self, **facts: Any) -> None:
        self._past |= {"_id": self.name, "cron": self.cron, **facts}
        if self._repository:
            self._repository.put(dict(self._past))

    def _tell(self, event: str, **data: Any) -> None:
        if self._bus:
            self._bus.publish(event, schedule=self.name, **data)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _time(value: Any) -> datetime | None:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if isinstance(value, datetime) else None


@functools.lru_cache(MOST_REMEMBERED)
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


_due: dict[str, tuple[datetime, datetime]] = {}  #: by cron text: when it was looked, and what comes next


def next_run(spec: str) -> datetime:
    """When a cron text (seconds first) is due next, with a zone."""
    now = datetime.now(UTC)
    looked, due = _due.get(spec, (now, now))
    if not looked <= now < due:
        due = _next(spec)
        if len(_due) > MOST_REMEMBERED:
            _due.clear()
        _due[spec] = now, due
    return due


def _next(spec: str) -> datetime:
    from cronsim import CronSim
    from tzlocal import get_localzone

    due: datetime = next(CronSim(spec, datetime.now(get_localzone())))
    return due
