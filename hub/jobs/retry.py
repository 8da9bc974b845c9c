"""When a failed job is tried again: passing errors only, with growing waits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from hub.errors import Passing
from hub.jobs.port import Retry

if TYPE_CHECKING:
    from tenacity import AsyncRetrying

Sleep = Callable[[float], Awaitable[None]]
BeforeSleep = Callable[[int, BaseException, float], None]


def retrying(policy: Retry, sleep: Sleep, before_sleep: BeforeSleep) -> AsyncRetrying:
    """The tenacity loop of a policy.

    Args:
        policy: tries and waits.
        sleep: waits; may raise to give up.
        before_sleep: called with the number of the failed try, its error and the seconds to wait.
    """
    import tenacity

    def tell(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        wait = state.next_action.sleep if state.next_action else 0.0
        if error is not None:
            before_sleep(state.attempt_number, error, wait)

    return tenacity.AsyncRetrying(
        stop=tenacity.stop_after_attempt(max(1, policy.attempts)),
        wait=tenacity.wait_exponential(multiplier=policy.first_wait, max=policy.max_wait)
        + tenacity.wait_random(0, policy.first_wait / 2),
        retry=tenacity.retry_if_exception(is_passing),
        sleep=sleep,
        before_sleep=tell,
        reraise=True,
    )


def is_passing(error: BaseException) -> bool:
    """Whether another try may help."""
    return isinstance(error, Passing)
