"""A rate in bytes a second that threads, and through a file also processes, share."""

from __future__ import annotations

import fcntl
import struct
import threading
import time
from pathlib import Path

_BURST = 0.25  # seconds' worth of bytes that may come at once after a pause
_FORGOTTEN = 3600.0


class Pace:
    """Tells how long to wait after some bytes, so that all takers together keep the rate (a token bucket).

    What is kept is one number: the time by which everything that was taken so far is paid for.

    Args:
        rate: bytes a second; 0 for no limit.
        file: where processes share that number; None when only this process counts.
    """

    def __init__(self, rate: float, file: Path | None = None) -> None:
        self.rate, self.file = rate, file
        self._lock = threading.Lock()
        self._paid = 0.0

    def take(self, count: int) -> float:
        """Take ``count`` bytes; gives the seconds to wait before the next."""
        if not self.rate:
            return 0.0
        with self._lock:
            return self._take(count) if self.file is None else self._take_shared(self.file, count)

    def _take(self, count: int) -> float:
        now = time.monotonic()  # the same clock in all processes of a machine
        if self._paid > now + _FORGOTTEN:  # written before the machine was started
            self._paid = 0.0
        self._paid = max(self._paid, now - _BURST) + count / self.rate
        return max(0.0, self._paid - now)

    def _take_shared(self, file: Path, count: int) -> float:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a+b") as shared:
            fcntl.flock(shared, fcntl.LOCK_EX)
            shared.seek(0)
            held = shared.read(8)
            self._paid = struct.unpack("d", held)[0] if len(held) == 8 else 0.0
            seconds = self._take(count)
            shared.seek(0)
            shared.truncate()
            shared.write(struct.pack("d", self._paid))
        return seconds
