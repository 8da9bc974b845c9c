"""How much goes on at once, over all dumps of this machine: slots, rates, and the circuit breakers of hosts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hub.dataload.transport.breaker import Breaker
from hub.dataload.transport.names import host_of
from hub.dataload.transport.pace import Pace
from hub.dataload.transport.slots import Slots


class Stoppable(Protocol):
    """What waiting needs of a `Watch`."""

    def check(self, url: str) -> None:
        """Raise when stopped."""
        ...

    def pause(self, seconds: float) -> None:
        """Sleep, or return early when stopped."""
        ...


@dataclass(frozen=True)
class Traffic:
    """Limits of transfers. 0 always means no limit; nothing of it counts for ``file:`` URLs.

    Attributes:
        folder: where processes meet; None when only this process counts.
        per_host: transfers of one host at once.
        overall: transfers at once, all together.
        rate: bytes a second of this source.
        host_rate: bytes a second of one host.
        overall_rate: bytes a second, all together.
        host_failures: files of a host that fail in a row before it is left alone.
        host_pause: for how many seconds.
    """

    folder: Path | None = None
    per_host: int = 0
    overall: int = 0
    rate: float = 0.0
    host_rate: float = 0.0
    overall_rate: float = 0.0
    host_failures: int = 0
    host_pause: float = 60.0
    _slots: Slots = field(init=False, repr=False, compare=False)
    _source: Pace = field(init=False, repr=False, compare=False)
    _all: Pace = field(init=False, repr=False, compare=False)
    _hosts: dict[str, Pace] = field(init=False, repr=False, compare=False, default_factory=dict)
    breaker: Breaker = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        put = object.__setattr__
        put(self, "_slots", Slots(self.folder))
        put(self, "_source", Pace(self.rate))
        put(self, "_all", Pace(self.overall_rate, self.folder / "rate" if self.folder else None))
        put(self, "breaker", Breaker(self.folder, self.host_failures, self.host_pause))

    @contextlib.contextmanager
    def slot(self, url: str, watch: Stoppable) -> Iterator[None]:
        """Hold a place among the transfers, waiting for one when all are taken.

        Raises:
            StoppedError: the watch was stopped meanwhile.
        """
        host = host_of(url)
        if not host or not (self.per_host or self.overall):
            yield
            return
        with (
            self._slots.hold(f"host-{host}", self.per_host, url, watch),
            self._slots.hold("all", self.overall, url, watch),
        ):
            yield

    def pace(self, url: str, count: int, watch: Stoppable) -> None:
        """Wait as long as ``count`` bytes that came may take."""
        if not (self.rate or self.host_rate or self.overall_rate):
            return
        host = host_of(url)
        if not host:
            return
        if self.host_rate and host not in self._hosts:
            file = self.folder / f"rate-{_file_name(host)}" if self.folder else None
            self._hosts.setdefault(host, Pace(self.host_rate, file))
        paces = [self._source, self._all, *([self._hosts[host]] if self.host_rate else [])]
        seconds = max(pace.take(count) for pace in paces)
        if seconds > 0:
            watch.pause(seconds)
            watch.check(url)


def _file_name(host: str) -> str:
    from urllib.parse import quote

    return quote(host, safe="")
