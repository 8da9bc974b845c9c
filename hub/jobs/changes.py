"""Changes of the hub's records as events: `state.changed`, a record at most a few times a second."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from hub.jobs.events import EventBus
from hub.store.state_port import Change

#: Entities that have events of their own (every change of a job is a ``job.*`` event), or that are nobody's business.
TOLD_OTHERWISE = frozenset({"job", "account"})

WINDOW = 0.25  #: seconds after a change in which further changes of the same record become one


class ChangeRelay:
    """Publishes ``state.changed`` for each record that changes; a subscriber of the hub's records.

    The first change of a record is told at once. Those that follow within the window are told as one, the last, when
    it ends. Changes may come from any thread. Without a loop, as in a short command, each is told at once.

    Args:
        bus: gets the events: ``entity``, ``id``, ``op``, and ``document`` of events.
        window: seconds.
    """

    def __init__(self, bus: EventBus, window: float = WINDOW) -> None:
        self._bus, self._window = bus, window
        self._lock = threading.Lock()
        self._open: dict[tuple[str, Any], Change | None] = {}

    def __call__(self, change: Change) -> None:
        """Tell of a change, now or when its window ends."""
        if change.entity in TOLD_OTHERWISE:
            return
        key = change.collection, change.id
        loop = self._bus.loop
        if loop is not None:
            with self._lock:
                if key in self._open:
                    self._open[key] = change
                    return
                self._open[key] = None
            self._close_later(loop, key)
        self._publish(change)

    def _close_later(self, loop: asyncio.AbstractEventLoop, key: tuple[str, Any]) -> None:
        try:
            loop.call_soon_threadsafe(loop.call_later, self._window, self._close, loop, key)
        except RuntimeError:  # the loop has just been closed
            self._open.pop(key, None)

    def _close(self, loop: asyncio.AbstractEventLoop, key: tuple[str, Any]) -> None:
        with self._lock:
            waiting = self._open[key]
            if waiting is None:
                del self._open[key]
                return
            self._open[key] = None
        loop.call_later(self._window, self._close, loop, key)
        self._publish(waiting)

    def _publish(self, change: Change) -> None:
        document = {"document": change.document} if change.document is not None else {}
        self._bus.publish("state.changed", entity=change.entity, id=change.id, op=change.op, **document)
