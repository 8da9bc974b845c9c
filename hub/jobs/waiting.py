"""Jobs that wait: each starts as soon as *it* can, so that one which waits never holds up another."""

from __future__ import annotations

import asyncio

from hub.jobs.admission import Admission
from hub.jobs.entry import Entry
from hub.jobs.register import Register

_LOOK_AGAIN = 1.0  #: seconds between two looks at the memory while jobs wait for it


class Waiting:
    """Lets jobs start.

    Args:
        register: the jobs.
        admission: says which may start.

    Attributes:
        looks_again: whether jobs that wait for memory are looked at from time to time.
    """

    def __init__(self, register: Register, admission: Admission) -> None:
        self._register, self._admission = register, admission
        self.looks_again = False
        self._pump_at: asyncio.TimerHandle | None = None

    async def admit(self, entry: Entry) -> None:
        """Wait until the job may start; what it needs is taken when this returns."""
        entry.admitted = admitted = asyncio.get_running_loop().create_future()
        stop = asyncio.create_task(entry.stop_asked.wait())
        try:
            self.pump()
            await asyncio.wait([admitted, stop], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            entry.admitted = None
        if entry.stopping is not None:
            if admitted.done():
                self._admission.release(entry)
            self.pump()
            raise entry.stopping

    def release(self, entry: Entry) -> None:
        """Take back what a job was given, and let others have it."""
        self._admission.release(entry)
        self.pump()

    def pump(self) -> None:
        """Start every waiting job that can start, in order; note for the others why they wait."""
        waiting = [e for e in self._register.entries.values() if e.admitted is not None and not e.admitted.done()]
        waiting.sort(key=lambda entry: entry.turn)
        for entry, reason in self._admission.look(waiting):
            if not reason and entry.admitted is not None:
                entry.admitted.set_result(None)
            elif reason != entry.job.waiting_for:
                entry.change(waiting_for=reason)
                self._register.changed(entry, "job.waiting", waiting_for=reason)
        if self._pump_at:
            self._pump_at.cancel()
            self._pump_at = None
        if self._admission.waits_for_memory and self.looks_again:
            self._pump_at = asyncio.get_running_loop().call_later(_LOOK_AGAIN, self.pump)

    def close(self) -> None:
        """Do not look again."""
        if self._pump_at:
            self._pump_at.cancel()
