"""One live client: what waits to be sent to it, and how much it may say."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from hub.accounts import Caller, Role
from hub.api.frames import Frame

MOST_WAITING = 1000  #: messages that may wait for a client that reads too slowly
MUCH_WAITING = 100  #: messages above which a client is not left to wait for more
MOST_WAITING_BYTES = 4 * 1024 * 1024  #: the same in bytes
MOST_HEARD = 200  #: messages that a client may send in `HEARD_SECONDS`
HEARD_SECONDS = 10.0
MAX_MESSAGE = 64 * 1024  #: bytes of a message from a client

# Reasons to end a connection; numbers as in a websocket's close frame, those of SockJS where it has one.
GONE = 3000
OTHER_OPEN = 2010
INTERRUPTED = 1002
MALFORMED = 1007
TOO_BIG = 1009
FULL = 1013
TOO_SLOW = 4000
TOO_MANY = 4001
NOT_LOGGED_IN = 4401


class Client:
    """A connection and its bounded queue. Used in the loop only.

    Args:
        logs: its listener gives log records.
        on_end: called when the connection has to end at once, whatever it is doing.

    Attributes:
        ended: code and reason, once the connection is to end.
        caller: who listens; None where there are no accounts.
        pump: the task that sends what waits.
    """

    def __init__(self, *, logs: bool = True, on_end: Callable[[], None] | None = None) -> None:
        self.ended: tuple[int, str] | None = None
        self.caller: Caller | None = None
        self._logs = logs
        self.pump: asyncio.Task[None] | None = None
        self._on_end = on_end
        self._waiting: deque[Frame] = deque()
        self._count = self._bytes = 0
        self._wake = asyncio.Event()
        self._heard = 0
        self._heard_since = time.monotonic()

    def may(self, role: Role) -> bool:
        """Whether who listens has a role."""
        return self.caller is None or self.caller.general_role >= role

    @property
    def logs(self) -> bool:
        """Whether it gets log records."""
        return self._logs and self.may(Role.OPERATOR)

    @property
    def waiting(self) -> int:
        """Messages that wait."""
        return self._count

    def offer(self, frame: Frame, *, wake: bool = True) -> None:
        """Send something; a client with too much waiting is dropped instead.

        Args:
            frame: what to send.
            wake: send it now, and not at the next `wake`, unless much waits.
        """
        if self.ended:
            return
        self._count += len(frame.items)
        self._bytes += frame.size
        if self._count > MOST_WAITING or self._bytes > MOST_WAITING_BYTES:
            self.end(TOO_SLOW, f"reads too slowly: {self._count} messages waited", now=True)
            return
        self._waiting.append(frame)
        if wake or self._count > MUCH_WAITING:
            self._wake.set()

    def wake(self) -> None:
        """Send what waits."""
        if self._waiting:
            self._wake.set()

    def heard(self, messages: int = 1) -> bool:
        """Count what the client says; False when it says too much and is ended for that."""
        if self.ended:
            return False
        now = time.monotonic()
        if now - self._heard_since > HEARD_SECONDS:
            self._heard, self._heard_since = 0, now
        self._heard += messages
        if self._heard > MOST_HEARD:
            self.end(TOO_MANY, f"more than {MOST_HEARD} messages in {HEARD_SECONDS:.0f} s", now=True)
        return not self.ended

    def end(self, code: int, reason: str, *, now: bool = False) -> None:
        """End the connection.

        Args:
            code: why, for programs.
            reason: why, for people.
            now: leave out what still waits.
        """
        if self.ended:
            return
        self.ended = code, reason
        if now:
            self.clear()
        self._wake.set()
        if now and self._on_end:
            self._on_end()

    def clear(self) -> None:
        """Forget what waits."""
        self._waiting.clear()
        self._count = self._bytes = 0

    def take(self) -> Frame | None:
        """The next frame, or None when nothing waits."""
        if not self._waiting:
            return None
        frame = self._waiting.popleft()
        self._count -= len(frame.items)
        self._bytes -= frame.size
        return frame

    async def next(self, patience: float | None = None) -> Frame | None:
        """Wait for the next frame; None when the connection is to end and all is sent.

        Args:
            patience: seconds.

        Raises:
            TimeoutError: nothing came within them.
        """
        async with asyncio.timeout(patience):
            while (frame := self.take()) is None and not self.ended:
                self._wake.clear()
                await self._wake.wait()
        return frame
