"""What a job needs before it may start: a worker, slots, locks, memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from hub.config import Settings
from hub.config.values import usable_workers
from hub.jobs.port import JobSpec

#: Slots of work that waits for the network: a process job holding one does not take a worker (a core).
WAITING_RESOURCES = frozenset({"download"})

SYNC = "sync"  #: slot of a job that applies a diff

_MEGABYTE = 1024**2


def worker_count(settings: Settings) -> int:
    """Number of worker processes: ``HUB_MAX_WORKERS``, else all usable cores but one."""
    return usable_workers(settings["HUB_MAX_WORKERS"])


def resource_limits(settings: Settings) -> dict[str, int]:
    """Places by name: ``RESOURCES``, and ``sync``, diffs that are applied at a time, from ``MAX_SYNC_WORKERS``."""
    limits = {SYNC: int(settings.get("MAX_SYNC_WORKERS") or 0), **settings["RESOURCES"]}
    return {name: count for name, count in limits.items() if count}


def takes_worker(spec: JobSpec) -> bool:
    """Whether the job needs a core of its own."""
    return spec.where == "process" and not WAITING_RESOURCES & set(spec.resources)


class Slots:
    """Counted places by name. A name without a limit has one place.

    Args:
        limits: places by name.
        by_hand: gives another number of places of a name, or None; it may change.
    """

    def __init__(self, limits: Mapping[str, int], by_hand: Callable[[str], int | None] | None = None) -> None:
        self.limits, self._by_hand = dict(limits), by_hand or (lambda name: None)
        self.taken: Counter[str] = Counter()

    def limit(self, name: str) -> int:
        """Places of that name."""
        return max(1, self._by_hand(name) or self.limits.get(name, 1))

    def why_not(self, wanted: Mapping[str, int]) -> str:
        """Why the places are not free, in words; "" when they are."""
        for name, count in wanted.items():
            limit = self.limit(name)
            if self.taken[name] + min(count, limit) > limit:
                return f"a free `{name}` slot ({self.taken[name]} of {limit} taken)"
        return ""

    def take(self, wanted: Mapping[str, int]) -> dict[str, int]:
        """Take the places; more than there are counts as all. Gives what was taken, for `give_back`."""
        taken = {name: min(count, self.limit(name)) for name, count in wanted.items()}
        self.taken.update(taken)
        return taken

    def give_back(self, taken: Mapping[str, int]) -> None:
        """Undo `take`."""
        self.taken.subtract(taken)


@dataclass
class Locks:
    """Names held by jobs: by one as exclusive, or by several as shared. Values are the holders, in words."""

    exclusive: dict[str, str] = field(default_factory=dict)
    shared: dict[str, list[str]] = field(default_factory=dict)

    def why_not(self, spec: JobSpec) -> str:
        """Which name is held by whom, in words; "" when all are free."""
        for name in sorted(spec.exclusive):
            holders = [self.exclusive[name]] if name in self.exclusive else self.shared.get(name, [])
            if holders:
                return f"`{name}`, used by {', '.join(holders)}"
        for name in sorted(spec.shared - spec.exclusive):
            if name in self.exclusive:
                return f"`{name}`, used by {self.exclusive[name]}"
        return ""

    def take(self, spec: JobSpec, holder: str) -> None:
        """Hold the names of a job."""
        for name in spec.exclusive:
            self.exclusive[name] = holder
        for name in spec.shared - spec.exclusive:
            self.shared.setdefault(name, []).append(holder)

    def give_back(self, spec: JobSpec, holder: str) -> None:
        """Undo `take`."""
        for name in spec.exclusive:
            self.exclusive.pop(name, None)
        for name in spec.shared - spec.exclusive:
            self.shared[name].remove(holder)
            if not self.shared[name]:
                del self.shared[name]


class MemoryGate:
    """Holds jobs back while the hub and its workers use too much memory.

    Args:
        ceiling: bytes, ``auto`` for 60 % of what is free now, or None for no ceiling.
        used: gives the bytes used; measures the hub and its children by default.
    """

    def __init__(self, ceiling: int | str | None, used: Callable[[], int] | None = None) -> None:
        self.ceiling = int(_available() * 0.6) if ceiling == "auto" else ceiling
        self._used = used or memory_used
        self._last = (0.0, 0)

    def why_not(self, spec: JobSpec) -> str:
        """Why there is too little memory, in words; "" when there is enough."""
        if isinstance(self.ceiling, int):
            used = self.used()
            if used + spec.memory < self.ceiling:
                return ""
            need = f", {spec.memory // _MEGABYTE} MB needed" if spec.memory else ""
            limit = self.ceiling // _MEGABYTE
            return f"memory: {used // _MEGABYTE} MB of {limit} MB used{need} (HUB_MAX_MEM_USAGE)"
        if spec.memory and spec.memory > (free := _available()):
            return f"memory: {spec.memory // _MEGABYTE} MB needed, {free // _MEGABYTE} MB free"
        return ""

    def used(self) -> int:
        """Bytes used by the hub and its workers; measured at most twice a second."""
        at, used = self._last
        now = time.monotonic()
        if not at or now - at > 0.5:
            used = self._used()
            self._last = (now, used)
        return used


def memory_limit(setting: int | str | None) -> int | None:
    """Bytes that one job may use: ``auto`` is 80 % of what is free now, None no limit."""
    if setting == "auto":
        return int(_available() * 0.8)
    return setting if isinstance(setting, int) and setting > 0 else None


def memory_used() -> int:
    """Resident bytes of this process and all its descendants."""
    import psutil

    me = psutil.Process()
    total = 0
    for process in [me, *me.children(recursive=True)]:
        try:
            total += process.memory_info().rss
        except psutil.Error:  # ended meanwhile
            continue
    return total


def _available() -> int:
    import psutil

    return int(psutil.virtual_memory().available)
