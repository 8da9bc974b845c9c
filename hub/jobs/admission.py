"""Which waiting jobs may start now, and what the others wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from hub.config import Settings
from hub.jobs.entry import Entry
from hub.jobs.lanes import Lanes
from hub.jobs.port import JobSpec
from hub.jobs.resources import Locks, MemoryGate, Slots, resource_limits, takes_worker, worker_count

_WORKER, _THREAD = "(worker)", "(thread)"


class Admission:
    """Gives out workers, threads, slots and locks.

    Attributes:
        workers: worker processes at once.
        threads: job threads at once.
        memory: the memory ceiling.
        lanes: what holds jobs back besides.
        waits_for_memory: whether a job was held back by the ceiling at the last look.
    """

    def __init__(
        self, settings: Settings, memory_used: Callable[[], int] | None = None, lanes: Lanes | None = None
    ) -> None:
        self.lanes = lanes or Lanes(settings)
        self.workers = worker_count(settings)
        self.threads = max(4, self.workers)
        self._slots = Slots(
            {**resource_limits(settings), _WORKER: self.workers, _THREAD: self.threads}, self.lanes.slots
        )
        self._locks = Locks()
        self.memory = MemoryGate(settings["HUB_MAX_MEM_USAGE"], memory_used)
        self.waits_for_memory = False

    def look(self, waiting: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
        """For each waiting job, in order: what it waits for, in words, or "" when it starts.

        What a starting job needs is taken at once; `release` gives it back. A job that waits for a lock goes before
        later ones that want the same lock, so that nobody waits for ever.
        """
        self.waits_for_memory = False
        claims = Locks()
        for entry in waiting:
            reason = self.lanes.why_not(entry.spec)  # such a job keeps nobody else from what it would need
            if not reason and (reason := self._locks.why_not(entry.spec) or claims.why_not(entry.spec)):
                _claim(claims, entry)
            reason = reason or self._why_not(entry.spec)
            if not reason:
                self._locks.take(entry.spec, entry.holder)
                self.lanes.take(entry.spec)
                entry.taken = self._slots.take(_places(entry.spec))
            yield entry, reason

    def release(self, entry: Entry) -> None:
        """Take back what a job was given."""
        self._locks.give_back(entry.spec, entry.holder)
        self.lanes.give_back(entry.spec)
        self._slots.give_back(entry.taken)

    def _why_not(self, spec: JobSpec) -> str:
        if reason := self._slots.why_not(spec.resources):
            return reason
        places = {name: count for name, count in _places(spec).items() if name in (_WORKER, _THREAD)}
        if self._slots.why_not(places):
            what, limit = ("worker", self.workers) if spec.where == "process" else ("thread", self.threads)
            return f"a free {what} ({limit} of {limit} busy)"
        if reason := self.memory.why_not(spec):
            self.waits_for_memory = True
        return reason


def _claim(claims: Locks, entry: Entry) -> None:
    holder = f"{entry.holder}, which came first"
    for name in entry.spec.exclusive:
        claims.exclusive.setdefault(name, holder)
    for name in entry.spec.shared - entry.spec.exclusive:
        claims.shared.setdefault(name, []).append(holder)


def _places(spec: JobSpec) -> dict[str, int]:
    places = dict(spec.resources)
    if spec.where == "thread":
        places[_THREAD] = 1
    elif takes_worker(spec):
        places[_WORKER] = 1
    return places
