"""Calling methods of plugins with what they take, and the job manager that they are given."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


def call_hook(hook: Callable[..., Any], **given: Any) -> Any:
    """Call a method that a plugin may have written, with those of the arguments that it takes.

    Old plugins leave out what they do not use: ``def post_dump(self)``.
    """
    try:
        parameters = inspect.signature(hook).parameters
    except (TypeError, ValueError):
        return hook(**given)
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return hook(**given)
    return hook(**{name: value for name, value in given.items() if name in parameters})


class InlineJobs:
    """Runs functions for plugin code, in threads of the process that it runs in.

    A coroutine of a plugin awaits each method for a job, and the job for its result, as
    ``await (await job_manager.defer_to_process(pinfo, function))``.
    """

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The event loop of the running coroutine."""
        return asyncio.get_running_loop()

    async def defer_to_thread(self, pinfo: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """Start a function.

        Args:
            pinfo: what it does; ignored.
            func: the function.
            args: its arguments.

        Returns:
            The job, which gives what the function returns.
        """
        return asyncio.ensure_future(asyncio.to_thread(func, *args))

    async def defer_to_process(self, pinfo: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:
        """The same: it runs in a worker process of the hub already."""
        return await self.defer_to_thread(pinfo, func, *args)
