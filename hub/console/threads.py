"""From the console's threads into the hub's loop, and from the loop into threads."""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextvars
import inspect
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from hub.console.errors import HubLoopError

T = TypeVar("T")

LOOK = 0.1  #: seconds between two looks whether Ctrl-C was pressed


def spawn(name: str, fn: Callable[[], T]) -> concurrent.futures.Future[T]:
    """Run ``fn`` in a new thread that holds the process up for nothing; the caller's context goes along."""
    future: concurrent.futures.Future[T] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()  # a thread cannot be taken back
    context = contextvars.copy_context()

    def run() -> None:
        try:
            outcome = context.run(fn)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(outcome)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future


def wait(future: concurrent.futures.Future[T], timeout: float | None = None) -> T:
    """The result of a future, in short looks, so that Ctrl-C reaches the thread that waits."""
    left = timeout
    while True:
        try:
            return future.result(LOOK if left is None else max(0.0, min(LOOK, left)))
        except TimeoutError:
            if future.done():
                return future.result()
            if left is not None:
                left -= LOOK
                if left <= 0:
                    raise


class HubLoop:
    """Calls into the hub's loop.

    Args:
        loop: the loop of the hub.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    def run(self, name: str, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        """What ``fn(...)`` gives in the hub's loop, awaited where it can be.

        Raises:
            HubLoopError: this is the loop's own thread.
        """

        async def go() -> Any:
            outcome = fn(*args, **kwargs)
            return await outcome if inspect.isawaitable(outcome) else outcome

        self.refuse_here(name)
        future = asyncio.run_coroutine_threadsafe(go(), self.loop)
        try:
            return wait(future)
        except KeyboardInterrupt:
            future.cancel()
            raise

    def refuse_here(self, name: str) -> None:
        """Raise when this is the loop's thread."""
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            return
        if running is self.loop:
            raise HubLoopError(name)


def call(fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function or coroutine function to its end, here in this thread.

    What it gives is waited for when it is a job that was started.
    """
    from hub.console.jobs import StartedJob

    outcome = fn(*args, **kwargs)
    if isinstance(outcome, StartedJob):
        return outcome.result()
    if inspect.iscoroutine(outcome):
        return asyncio.run(outcome)
    return outcome
