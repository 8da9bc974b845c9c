"""The event bus: every change of the hub is an event, and the doors, notifiers and logs subscribe."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import Any

_log = logging.getLogger("hub.jobs.events")


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Attributes:
        id: number, ascending by one without gaps.
        name: dotted name: ``dump.done``, ``job.progress``.
        at: when, with a zone.
        data: JSON-like details.
    """

    id: int
    name: str
    at: datetime
    data: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """The event as JSON-like data; ``at`` as ISO text."""
        return {"id": self.id, "name": self.name, "at": self.at.isoformat(), "data": dict(self.data)}


Subscriber = Callable[[Event], Any]


class EventBus:
    """Publishes events to subscribers and remembers the last ones.

    Subscribers are called in the hub's loop, in the order of the events, from whatever thread they were published. The
    loop is the one that runs when the bus is first used in one, or is given with `bind`; without a loop they are called
    at once. A subscriber that raises is logged and disturbs nobody.

    Args:
        history: number of events remembered for `since`.
    """

    def __init__(self, history: int = 2000) -> None:
        self._lock = threading.Lock()
        self._history: deque[Event] = deque(maxlen=history)
        self._subscribers: dict[int, tuple[str, Subscriber]] = {}
        self._last_id = self._last_key = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Future[Any]] = set()

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Call subscribers in this loop."""
        self._loop = loop

    def publish(self, name: str, /, **data: Any) -> Event:
        """Publish an event; from any thread.

        Args:
            name: dotted name.
            data: JSON-like details.
        """
        running = self._running_loop()
        with self._lock:
            self._last_id += 1
            event = Event(self._last_id, name, datetime.now(UTC), data)
            self._history.append(event)
            loop = self._loop
            if loop is not None and loop is not running and not loop.is_closed():
                loop.call_soon_threadsafe(self._dispatch, event)
                return event
        self._dispatch(event)
        return event

    def subscribe(self, pattern: str, fn: Subscriber) -> Callable[[], None]:
        """Have ``fn(event)`` called for each event whose name fits.

        Args:
            pattern: name with ``*`` and ``?``: ``job.*``.
            fn: a function or coroutine function.

        Returns:
            A function that ends the subscription; calling it twice is no error.
        """
        self._running_loop()
        with self._lock:
            self._last_key += 1
            key = self._last_key
            self._subscribers = {**self._subscribers, key: (pattern, fn)}

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = {k: v for k, v in self._subscribers.items() if k != key}

        return unsubscribe

    def since(self, id_: int, pattern: str = "*") -> list[Event]:
        """The remembered events after number ``id_``, oldest first. See `first_id` for what is forgotten."""
        with self._lock:
            return [event for event in self._history if event.id > id_ and fnmatchcase(event.name, pattern)]

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop that subscribers are called in, when there is one that can be used."""
        loop = self._loop
        return None if loop is None or loop.is_closed() else loop

    @property
    def last_id(self) -> int:
        """Number of the newest event; 0 before the first."""
        return self._last_id

    @property
    def first_id(self) -> int:
        """Number of the oldest event remembered; a client that last saw an earlier one less 1 has missed some."""
        with self._lock:
            return self._history[0].id if self._history else self._last_id + 1

    def _running_loop(self) -> asyncio.AbstractEventLoop | None:
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            return None
        if self._loop is None or self._loop.is_closed():
            self._loop = running
        return running

    def _dispatch(self, event: Event) -> None:
        for pattern, fn in list(self._subscribers.values()):
            if not fnmatchcase(event.name, pattern):
                continue
            try:
                outcome = fn(event)
            except Exception:
                self._failed(event, fn)
                continue
            if inspect.isawaitable(outcome):
                self._watch(event, fn, outcome)

    def _watch(self, event: Event, fn: Subscriber, outcome: Any) -> None:
        task = asyncio.ensure_future(outcome)
        self._tasks.add(task)

        def ended(done: asyncio.Future[Any]) -> None:
            self._tasks.discard(done)
            if not done.cancelled() and (error := done.exception()):
                self._failed(event, fn, error)

        task.add_done_callback(ended)

    @staticmethod
    def _failed(event: Event, fn: Subscriber, error: BaseException | None = None) -> None:
        name = getattr(fn, "__qualname__", repr(fn))
        extra = {"action": "event_subscriber_failed", "event": event.name}
        _log.error("Subscriber %s failed on event %s", name, event.name, exc_info=error or True, extra=extra)
