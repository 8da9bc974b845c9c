"""When a passing error is tried again (tenacity): back-off with jitter, ``Retry-After``, one time limit for all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from hub.dataload.transport.errors import RemoteBusyError, TotalTimeError
from hub.dataload.transport.port import TransportOptions, Watch
from hub.errors import Passing

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")

#: Seconds of ``Retry-After`` that are waited for at most; a server that asks for more fails the dump with its answer.
LONGEST_RETRY_AFTER = 600.0


def with_retries(
    call: Callable[[], Result],
    url: str,
    options: TransportOptions,
    watch: Watch,
    logger: logging.Logger,
    key: str = "",
) -> Result:
    """Call until it succeeds, fails for good, or the tries or the time are used up.

    Tries are counted anew when bytes came since the last one: a slow, breaking line still gets a big file through.

    ``key`` names the transfer in the watch.

    Raises:
        HubError: the last error of ``call``.
        StoppedError: the watch was stopped meanwhile.
    """
    import tenacity

    tries = _Tries(key, options, watch, logger)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(tries.may_repeat),
        stop=tries.used_up,
        wait=tries.pause_before_next,
        before_sleep=tries.tell,
        sleep=watch.pause,
        reraise=True,
    )

    def once() -> Result:
        watch.check(url)
        return call()

    return retrying(once)


class _Tries:
    """The rules of one transfer, in the shapes that tenacity asks for."""

    def __init__(self, key: str, options: TransportOptions, watch: Watch, logger: logging.Logger) -> None:
        import tenacity

        self.key, self.options, self.watch, self.logger = key, options, watch, logger
        self.started = time.monotonic()
        self.fruitless, self.bytes = 0, watch.held(key)
        self.backoff = tenacity.wait_random_exponential(multiplier=options.first_wait, max=options.max_wait)

    def may_repeat(self, error: BaseException) -> bool:
        return isinstance(error, Passing) and not isinstance(error, TotalTimeError)

    def used_up(self, state: RetryCallState) -> bool:
        done = self.watch.held(self.key)
        self.fruitless = 1 if done > self.bytes else self.fruitless + 1
        self.bytes = max(self.bytes, done)
        asked = _asked(state) or 0.0
        if asked > max(self.options.max_wait, LONGEST_RETRY_AFTER):
            return True
        left = self.options.total - (time.monotonic() - self.started) if self.options.total else None
        return self.fruitless >= self.options.attempts or (left is not None and left <= asked)

    def pause_before_next(self, state: RetryCallState) -> float:
        asked = _asked(state)
        return asked if asked is not None else float(self.backoff(state))

    def tell(self, state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        self.logger.warning("%s Next try in %.1f s.", error, wait, extra={"action": "download_retry"})


def _asked(state: RetryCallState) -> float | None:
    """Seconds that the server asked to wait."""
    error = state.outcome.exception() if state.outcome else None
    return error.retry_after if isinstance(error, RemoteBusyError) else None
