"""Retry and wait policies as text: what is read, with which effect, and where a fault is shown."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest
import tenacity

from hub.dataload.transport.retry_text import PolicyTextError, PolicyTypeError, stop_condition, wait_policy

CHAIN = "wait_chain(*([wait_fixed(3) for i in range(3)] + [wait_fixed(7) for i in range(2)] + [wait_fixed(9)]))"


def state(attempt: int, seconds: float = 0.0) -> Any:
    return SimpleNamespace(attempt_number=attempt, seconds_since_start=seconds, upcoming_sleep=0.0)


@pytest.mark.parametrize(
    ("text", "waits"),
    [
        (CHAIN, [3, 3, 3, 7, 7, 9, 9, 9]),
        ("wait_chain(wait_fixed(3), wait_fixed(1))", [3, 1, 1]),
        ("wait_incrementing(1,2,10)", [1, 3, 5, 7, 9, 10, 10]),
        ("wait_incrementing()", [0, 100, 200]),
        ("wait_exponential(multiplier=1, min=4, max=10)", [4, 4, 4, 8, 10, 10]),
        ("wait_exponential()", [1, 2, 4, 8, 16]),
        ("wait_fixed(3)+wait_fixed(2)", [5, 5]),
        ("wait_combine(wait_fixed(3), wait_fixed(2), wait_none)", [5, 5]),
        ("wait_none", [0, 0]),
        ("wait_none()", [0, 0]),
        ("wait_fixed(60*60)", [3600]),
        ("wait_fixed(1+2)", [3]),
        ("  ( wait_fixed( wait = 7 // 2 ) ) ", [3]),
    ],
)
def test_waits(text: str, waits: list[float]) -> None:
    policy = wait_policy(text)
    assert [policy(state(n)) for n in range(1, len(waits) + 1)] == waits


@pytest.mark.parametrize(
    ("text", "attempt", "low", "high"),
    [
        ("wait_random_exponential(multiplier=0.5, max=60)", 4, 0, 4),
        ("wait_fixed(3)+wait_random(0,2)", 1, 3, 5),
        ("wait_none + wait_random(1,2)", 1, 1, 2),
        ("wait_random(5, 9)", 1, 5, 9),
    ],
)
def test_random_waits(text: str, attempt: int, low: float, high: float) -> None:
    found = [wait_policy(text)(state(attempt)) for _ in range(50)]
    assert low <= min(found) <= max(found) <= high
    assert len(set(found)) > 1


@pytest.mark.parametrize(
    ("text", "cases"),
    [
        ("stop_never | stop_after_attempt(5)", [(4, 0, False), (5, 0, True)]),
        ("stop_after_attempt(max_attempt_number=4)", [(3, 0, False), (4, 0, True)]),
        ("(stop_after_attempt(2+3))", [(4, 0, False), (5, 0, True)]),
        ("stop_all(stop_after_attempt(5), stop_after_delay(10))", [(1, 11, False), (5, 1, False), (5, 10, True)]),
        ("stop_after_attempt(5) & stop_after_delay(10)", [(1, 11, False), (5, 1, False), (5, 10, True)]),
        (
            "stop_any(stop_after_attempt(5), stop_after_delay(10))",
            [(1, 11, True), (5, 1, True), (5, 10, True), (4, 9, False)],
        ),
        ("stop_never", [(10**6, 10**6, False)]),
        ("stop_never()", [(10**6, 10**6, False)]),
        ("stop_any()", [(9, 9, False)]),
        ("stop_all()", [(1, 0, True)]),
    ],
)
def test_stops(text: str, cases: list[tuple[int, float, bool]]) -> None:
    condition = stop_condition(text)
    assert [condition(state(attempt, seconds)) for attempt, seconds, _ in cases] == [expected for *_, expected in cases]


def test_cancel_is_the_event_of_the_job() -> None:
    event = threading.Event()
    condition = stop_condition("stop_when_event_set(cancel) | stop_after_attempt(9)", event)
    assert not condition(state(1))
    event.set()
    assert condition(state(1))


def test_objects_of_tenacity_are_taken_as_they_are() -> None:
    stop, wait = tenacity.stop_after_attempt(2), tenacity.wait_fixed(1)
    assert stop_condition(stop) is stop
    assert wait_policy(wait) is wait


BAD_STOPS = [
    ("stop_after_attempt", 0, r"lacks its parentheses; write `stop_after_attempt\(5\)`"),
    ("stop_after_attempts(5) & 1", 0, "Did you mean `stop_after_attempt`"),
    ("I love python", 2, "not a stop condition"),
    ("", 0, "empty.*`stop_after_attempt`, `stop_after_delay`"),
    ("   ", 0, "empty"),
    ("1", 0, "`1` is not a stop condition"),
    ("None", 0, "`None` is not a stop condition"),
    ("stop_after_attempt()", 0, "needs `max_attempt_number`"),
    ("stop_after_attempt(1,2)", 21, "at most 1 argument"),
    ("stop_after_attempt(1, max_attempt_number=2)", 22, "twice"),
    ("stop_after_attempt(tries=2)", 19, "no argument `tries`"),
    ("stop_after_attempt(**{})", 19, r"no argument `\*\*`"),
    ("stop_after_attempt(5) & 1", 24, "`1` is not a stop condition"),
    ("stop_any(stop_after_attempt(5), 3)", 32, "`3` is not a stop condition"),
    ('stop_after_attempt("x")', 19, "`'x'` is not a number"),
    ("stop_after_attempt(True)", 19, "`True` is not a number"),
    ("stop_after_attempt(1.5)", 19, "whole number"),
    ("stop_when_event_set(1)", 20, "Only `cancel`"),
    ("stop_after_attempt(5); 1", 21, "not a stop condition"),
    ("stop_after_attempt(5) or stop_never", 0, "is not a stop condition"),
    ("stop_after_attempt(5) and stop_never", 0, "is not a stop condition"),
    ("stop_after_attempt(5) if 1 else stop_never", 0, "is not a stop condition"),
    ("stop_after_attempt(0)", 19, "must be positive"),
    ("stop_after_delay(-3)", 17, "must be positive"),
    ("stop_after_attempt(5) + stop_never", 0, r"`\|` or `&`"),
    ("wait_fixed(3)", 0, "is a wait policy; a stop condition is needed here"),
    ('__import__("os")', 0, "`__import__` is not"),
    ("stop_never.__class__", 0, "is not a stop condition"),
    ("().__class__()", 0, "Only the names of policies"),
    ("lambda: 1", 0, "is not a stop condition"),
    ('f"{1}"', 0, "is not a stop condition"),
    ("stop_any(*[stop_never])", 9, "only stand in `wait_chain"),
    ("stop_any(a=stop_never)", 11, "without names"),
    ("stop_after_attempt(9**9**9)", 19, "is not a number"),
    ("stop_after_attempt(1/0)", 21, "divides by zero"),
    ("stop_after_attempt(1e999)", 19, "too big"),
    ("stop_after_attempt(" + "9*" * 50 + "9)", 19, "too big"),
    ("stop_after_attempt(5", 18, "not a stop condition"),
    ("stop_never | " * 3000 + "stop_never", 0, "longer than"),
    ("(" * 3000 + "stop_never" + ")" * 3000, 200, "cannot be read|not a stop"),
]


@pytest.mark.parametrize(("text", "position", "words"), BAD_STOPS, ids=[b[0][:40] or "empty" for b in BAD_STOPS])
def test_bad_stop_conditions_say_where_and_why(text: str, position: int, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        stop_condition(text)
    error = caught.value
    assert isinstance(error, PolicyTextError)
    assert error.position == position
    assert str(error).splitlines()[-1] == "    " + " " * position + "^"


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("wait_fixed", 0, "lacks its parentheses"),
        ("wait_random", 0, "lacks its parentheses"),
        ("wait_full_jitter(1)", 0, "`wait_full_jitter` is not a wait policy.*`wait_chain`"),
        ('wait_fixed("a")', 11, "is not a number"),
        ("wait_random(5) + 3", 17, "`3` is not a wait policy"),
        ("wait_fixed(-1)", 11, "must be positive"),
        ("wait_fixed(3) | wait_fixed(4)", 0, r"`\+` does"),
        ("wait_none + stop_never", 12, "is a stop condition; a wait policy is needed"),
        ("wait_random(5, 2)", 0, "more than `max`"),
        ("wait_chain()", 0, "at least one"),
        ("wait_chain(*[])", 0, "at least one"),
        ("wait_chain(*wait_fixed(1))", 12, "A list is needed"),
        ("wait_chain(*[wait_fixed(1) for i in range(2) if i])", 12, "has the form"),
        ("wait_chain(*[wait_fixed(i) for i in range(2)])", 24, "`i` is not a number"),
        ("wait_chain(*[wait_fixed(1) for i in range(10**9)])", 42, "is not a number"),
        ("wait_chain(*[wait_fixed(1) for i in range(1000000)])", 42, "must be positive, 0 or more and at most 1000"),
        ("wait_chain(*[wait_fixed(1)], *[1])", 31, "`1` is not a wait policy"),
    ],
)
def test_bad_wait_policies_say_where_and_why(text: str, position: int, words: str) -> None:
    with pytest.raises(ValueError, match=words) as caught:
        wait_policy(text)
    assert isinstance(caught.value, PolicyTextError)
    assert caught.value.position == position


@pytest.mark.parametrize("value", [3, [1], None, {"a": 1}, b"stop_never"])
def test_what_is_no_text_is_a_type_error(value: Any) -> None:
    for read in (stop_condition, wait_policy):
        with pytest.raises(TypeError, match="write a text") as caught:
            read(value)
        assert isinstance(caught.value, PolicyTypeError)


@pytest.mark.parametrize("text", ["stop_never | " * 700 + "stop_never", "stop_after_attempt(" + "-" * 9000 + "1)"])
def test_a_text_that_nests_too_deeply_is_refused(text: str) -> None:
    with pytest.raises(PolicyTextError, match=r"nested|cannot be read|not a stop"):
        stop_condition(text)
