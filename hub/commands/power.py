"""Ending and starting again, as a command can ask for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hub import errors
from hub.jobs.events import Event, EventBus

MOMENT = 0.5  #: seconds in which the answer to the command reaches who asked


class NoPowerError(errors.Conflict):
    """There is nothing to stop here: a command was called in a process that is no server."""

    def __init__(self) -> None:
        super().__init__("this hub serves nobody: there is nothing to stop or to restart.")


class Power:
    """The switch of the running hub.

    Args:
        bus: where it is announced, and where jobs are seen to end.
    """

    def __init__(self, bus: EventBus) -> None:
        self._bus = bus
        self._end: Callable[[bool, bool], None] | None = None

    def attach(self, end: Callable[[bool, bool], None]) -> None:
        """Say what to call: whether the hub is to come back, and whether jobs have no time to come to their end."""
        self._end = end

    async def calm(self, is_busy: Callable[[], bool]) -> None:
        """Wait until no job runs.

        Args:
            is_busy: whether one does.
        """
        changed = asyncio.Event()

        def note(event: Event) -> None:
            changed.set()

        end = self._bus.subscribe("job.*", note)
        try:
            while is_busy():
                await changed.wait()
                changed.clear()
        finally:
            end()

    def end(self, *, restart: bool, at_once: bool = False) -> None:
        """End the hub in a moment.

        Args:
            restart: whether it is to come back.
            at_once: jobs that run have no time to come to their end.

        Raises:
            NoPowerError: this process serves nobody.
        """
        if self._end is None:
            raise NoPowerError
        if restart:
            self._bus.publish("hub.restarting")
        asyncio.get_running_loop().call_later(MOMENT, self._end, restart, at_once)
