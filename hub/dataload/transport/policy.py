"""When a passing error is tried again (tenacity): back-off with jitter, ``Retry-After``, one time limit for all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn, TypeVar

from hub.dataload.transport.errors import (
    AccessDeniedError,
    CertificateError,
    HostDownError,
    RemoteAnswerError,
    RemoteBusyError,
    RemoteNotFoundError,
    StoppedError,
    TotalTimeError,
)
from hub.dataload.transport.port import TransportOptions, Watch
from hub.errors import Passing

if TYPE_CHECKING:
    from tenacity import RetryCallState

Result = TypeVar("Result")

#: Seconds of ``Retry-After`` that are waited for at most; a server that asks for more fails the dump with its answer.
LONGEST_RETRY_AFTER = 600.0
#: Answers that look permanent and with some servers are not; tried again with ``retry_permanent`` only.
_DOUBTFUL = (RemoteNotFoundError, AccessDeniedError, RemoteAnswerError, CertificateError)


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
        retry=tries.may_repeat,
        stop=tries.used_up,
        wait=tries.pause_before_next,
        before_sleep=tries.tell,
        sleep=watch.pause,
        retry_error_callback=_raise_last,
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
        self.bytes = watch.held(key)
        self.stop = options.stop or tenacity.stop_after_attempt(options.attempts)
        self.wait = options.wait or tenacity.wait_random_exponential(
            multiplier=options.first_wait, max=options.max_wait
        )

    def may_repeat(self, state: RetryCallState) -> bool:
        """Asked first after each try, so also the place where bytes of progress set the count of tries back."""
        done = self.watch.held(self.key)
        if done > self.bytes:
            self.bytes, state.attempt_number = done, 1
        error = _error(state)
        if error is None or isinstance(error, TotalTimeError | StoppedError | HostDownError):
            return False
        return isinstance(error, Passing) or (self.options.retry_permanent and isinstance(error, _DOUBTFUL))

    def used_up(self, state: RetryCallState) -> bool:
        asked = _asked(state) or 0.0
        if asked > max(self.options.max_wait, LONGEST_RETRY_AFTER):
            return True
        left = self.options.total - (time.monotonic() - self.started) if self.options.total else None
        return bool(self.stop(state)) or (left is not None and left <= max(asked, 0.0))

    def pause_before_next(self, state: RetryCallState) -> float:
        asked = _asked(state)
        return asked if asked is not None else float(self.wait(state))

    def tell(self, state: RetryCallState) -> None:
        wait = state.next_action.sleep if state.next_action else 0.0
        self.logger.warning("%s Next try in %.1f s.", _error(state), wait, extra={"action": "download_retry"})


def _error(state: RetryCallState) -> BaseException | None:
    return state.outcome.exception() if state.outcome else None


def _raise_last(state: RetryCallState) -> NoReturn:
    error = _error(state)
    assert error is not None
    raise error


def _asked(state: RetryCallState) -> float | None:
    """Seconds that the server asked to wait."""
    error = _error(state)
    return error.retry_after if isinstance(error, RemoteBusyError) else None
