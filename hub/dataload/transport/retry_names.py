"""The policies that a retry text may name, with their arguments; the objects are tenacity's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import tenacity

STOP, WAIT = "stop", "wait"
MAX_NUMBER = 10.0**9


@dataclass(frozen=True)
class Parameter:
    """One argument.

    Attributes:
        name: as tenacity calls it.
        needed: has no default.
        whole: must be a whole number.
        least, most: bounds, both allowed.
        above: must be more than ``least``.
        event: takes ``cancel`` instead of a number.
    """

    name: str
    needed: bool = False
    whole: bool = False
    least: float = 0
    most: float = MAX_NUMBER
    above: bool = False
    event: bool = False


@dataclass(frozen=True)
class Policy:
    """One name.

    Attributes:
        name: the name.
        kind: ``stop`` or ``wait``.
        make: makes the tenacity object.
        parameters: its arguments, in order; empty for those that take policies.
        many: takes policies instead of numbers.
        bare: may stand without parentheses.
        example: shown in messages.
    """

    name: str
    kind: str
    make: Callable[..., Any]
    example: str
    parameters: tuple[Parameter, ...] = ()
    many: bool = False
    bare: bool = False


_BOUNDS = (Parameter("max"), Parameter("exp_base", above=True), Parameter("min"))
_EXPONENTIAL = (Parameter("multiplier", above=True), *_BOUNDS)
_RANDOM = (Parameter("min"), Parameter("max"))
_STEPS = (Parameter("start"), Parameter("increment", least=-MAX_NUMBER), Parameter("max"))

POLICIES = {
    p.name: p
    for p in (
        Policy("stop_never", STOP, lambda: tenacity.stop_never, "stop_never", bare=True),
        Policy(
            "stop_after_attempt",
            STOP,
            tenacity.stop_after_attempt,
            "stop_after_attempt(5)",
            (Parameter("max_attempt_number", needed=True, whole=True, above=True),),
        ),
        Policy(
            "stop_after_delay",
            STOP,
            tenacity.stop_after_delay,
            "stop_after_delay(600)",
            (Parameter("max_delay", needed=True, above=True),),
        ),
        Policy(
            "stop_when_event_set",
            STOP,
            tenacity.stop_when_event_set,
            "stop_when_event_set(cancel)",
            (Parameter("event", needed=True, event=True),),
        ),
        Policy(
            "stop_any",
            STOP,
            tenacity.stop_any,
            "stop_any(stop_after_attempt(5), stop_after_delay(600))",
            many=True,
        ),
        Policy(
            "stop_all",
            STOP,
            tenacity.stop_all,
            "stop_all(stop_after_attempt(5), stop_after_delay(600))",
            many=True,
        ),
        Policy("wait_none", WAIT, tenacity.wait_none, "wait_none", bare=True),
        Policy("wait_fixed", WAIT, tenacity.wait_fixed, "wait_fixed(3)", (Parameter("wait", needed=True),)),
        Policy("wait_random", WAIT, tenacity.wait_random, "wait_random(0, 2)", _RANDOM),
        Policy("wait_incrementing", WAIT, tenacity.wait_incrementing, "wait_incrementing(1, 2, 10)", _STEPS),
        Policy(
            "wait_exponential",
            WAIT,
            tenacity.wait_exponential,
            "wait_exponential(multiplier=1, min=4, max=60)",
            _EXPONENTIAL,
        ),
        Policy(
            "wait_random_exponential",
            WAIT,
            tenacity.wait_random_exponential,
            "wait_random_exponential(multiplier=0.5, max=60)",
            _EXPONENTIAL,
        ),
        Policy("wait_combine", WAIT, tenacity.wait_combine, "wait_combine(wait_fixed(3), wait_none)", many=True),
        Policy("wait_chain", WAIT, tenacity.wait_chain, "wait_chain(wait_fixed(3), wait_fixed(7))", many=True),
    )
}
