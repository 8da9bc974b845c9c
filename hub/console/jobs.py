"""A command that was started at the console and goes on while the person types."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextvars import ContextVar
from typing import Any, Protocol

from hub.console.threads import wait

#: Starts a coroutine in the background and gives the record to follow.
Start = Callable[[Coroutine[Any, Any, Any]], Awaitable[dict[str, Any]]]


class Follower(Protocol):
    """Who wants to hear when a job that it started ends."""

    def follow(self, job: StartedJob) -> None:
        """Take note of a job."""

    def ended(self, job: StartedJob) -> None:
        """A job has ended; called in the hub's loop."""


#: The session whose statement this thread runs.
FOLLOWER: ContextVar[Follower | None] = ContextVar("console_follower", default=None)


class StartedJob:
    """A long command. ``result()`` waits for it, ``await job`` too; `command(n)` and `commands()` show it.

    Attributes:
        id: its number.
        text: the command as it was called.
    """

    def __init__(self) -> None:
        self.id = 0
        self.text = ""
        self._started = time.monotonic()
        self._seconds: float | None = None
        self._future: concurrent.futures.Future[Any] = concurrent.futures.Future()
        self._future.set_running_or_notify_cancel()  # who stops waiting does not stop the job
        self._follower = FOLLOWER.get()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._future.done()

    @property
    def failed(self) -> bool:
        """Whether it has ended badly."""
        return self.done and self._error() is not None

    @property
    def error(self) -> str:
        """Why it failed, or ""."""
        error = self._error() if self.done else None
        return "" if error is None else str(error) or type(error).__name__

    def result(self, timeout: float | None = None) -> Any:
        """Its result, waited for.

        Args:
            timeout: seconds to wait at most.
        """
        return wait(self._future, timeout)

    def __await__(self) -> Generator[Any, None, Any]:
        return asyncio.wrap_future(self._future).__await__()

    def __repr__(self) -> str:
        seconds = time.monotonic() - self._started if self._seconds is None else self._seconds
        if not self.done:
            return f"[{self.id}] RUN {{{seconds:.1f}s}} {self.text}"
        mark, outcome = ("ERR", self.error) if self.failed else ("OK", self._future.result())
        return f"[{self.id}] {mark} {{{seconds:.1f}s}} {self.text}: finished [{outcome!r}]"

    async def begin(self, start: Start, call: Awaitable[Any]) -> None:
        """Start the command; in the hub's loop.

        Args:
            start: starts a coroutine and gives its record.
            call: the command.

        Raises:
            hub.errors.HubError: it was refused at once.
        """
        made = await start(self._watch(call))
        self.id, self.text = made["id"], made["cmd"]
        if self._follower:
            self._follower.follow(self)
            if self.done:
                self._report(self._follower)

    async def _watch(self, call: Awaitable[Any]) -> Any:
        try:
            result = await call
        except BaseException as error:
            told = RuntimeError("cancelled") if isinstance(error, asyncio.CancelledError) else error
            self._end(lambda: self._future.set_exception(told))
            raise
        self._end(lambda: self._future.set_result(result))
        return result

    def _end(self, settle: Callable[[], None]) -> None:
        self._seconds = time.monotonic() - self._started
        settle()
        if self._follower and self.id:
            self._report(self._follower)

    def _report(self, follower: Follower) -> None:
        asyncio.get_running_loop().call_soon(follower.ended, self)  # a moment later the record is written too

    def _error(self) -> BaseException | None:
        return self._future.exception()
