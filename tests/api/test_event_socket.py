"""The events of the hub on a plain websocket."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tornado.websocket import WebSocketClientConnection

from hub.jobs.events import EventBus
from tests.api.listener import Listener, read, until


async def subscribe(
    listener: Listener, *patterns: str, readonly: bool = False, **more: Any
) -> WebSocketClientConnection:
    socket = await listener.connect("/events", readonly=readonly)
    await until(lambda: listener.door._events)
    known = {c: c.patterns for c in listener.door._events}
    await socket.write_message(json.dumps({"subscribe": patterns, **more}))
    await until(lambda: any(c.patterns != known.get(c) for c in listener.door._events))
    return socket


async def event(socket: WebSocketClientConnection) -> Any:
    return json.loads(await read(socket))


async def test_live_events_that_fit_a_pattern(listener: Listener) -> None:
    listener.bus.publish("job.done", id="before")
    socket = await subscribe(listener, "job.*", "upload.don?")

    listener.bus.publish("dump.done", source="no")
    sent = [listener.bus.publish("job.started", id="1"), listener.bus.publish("upload.done", source="go")]

    assert [await event(socket), await event(socket)] == [e.as_dict() for e in sent]


async def test_events_since_a_number_come_before_the_live_ones(listener: Listener) -> None:
    sent = [listener.bus.publish("job.progress" if n % 2 else "other", n=n) for n in range(10)]
    socket = await subscribe(listener, "job.*", last_event_id=4)
    sent.append(listener.bus.publish("job.done", n=10))

    assert [(await event(socket))["id"] for _ in range(4)] == [6, 8, 10, 11]
    assert len(listener.door) == 1


@pytest.mark.parametrize(("last", "missed"), [(6, True), (7, False)])
async def test_what_the_history_has_lost_is_told(listener: Listener, last: int, missed: bool) -> None:
    listener.bus._history = type(listener.bus._history)(maxlen=3)
    for n in range(10):
        listener.bus.publish("a", n=n)

    socket = await subscribe(listener, "*", last_event_id=last)

    if missed:
        assert await event(socket) == {"missed": True}
    assert [(await event(socket))["id"] for _ in range(3)] == [8, 9, 10]


async def test_a_number_of_a_former_hub_gets_all_there_is(listener: Listener) -> None:
    listener.bus.publish("a")
    socket = await subscribe(listener, "*", last_event_id=17)

    assert await event(socket) == {"missed": True}
    assert (await event(socket))["id"] == 1


async def test_a_later_subscription_replaces_the_first(listener: Listener) -> None:
    socket = await subscribe(listener, "a")
    await socket.write_message('{"subscribe": ["b"]}')
    await until(lambda: next(iter(listener.door._events)).patterns == ("b",))

    listener.bus.publish("a")
    listener.bus.publish("b")

    assert (await event(socket))["name"] == "b"


async def test_repeating_more_than_may_wait_is_no_slowness(listener: Listener) -> None:
    for n in range(1990):
        listener.bus.publish("a", n=n)

    socket = await subscribe(listener, "*", last_event_id=0)
    listener.bus.publish("b")

    assert [(await event(socket))["id"] for _ in range(1991)] == list(range(1, 1992))


async def test_log_lines_stay_on_the_read_write_listener(listener: Listener) -> None:
    socket = await subscribe(listener, "*", readonly=True)
    listener.bus.publish("job.log", text="secret")
    listener.bus.publish("b")
    assert (await event(socket))["name"] == "b"

    both = await subscribe(listener, "*", last_event_id=0)
    assert (await event(both))["data"] == {"text": "secret"}


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "[]",
        "{}",
        '{"subscribe": "a"}',
        '{"subscribe": []}',
        '{"subscribe": [1]}',
        '{"subscribe": ["a"], "last_event_id": "x"}',
        '{"subscribe": ["a"], "last_event_id": true}',
        '{"subscribe": ["a"], "last_event_id": -1}',
        json.dumps({"subscribe": ["a"] * 101}),
        json.dumps({"subscribe": ["a" * 201]}),
    ],
)
async def test_what_is_no_subscription_is_told_and_ends_the_connection(listener: Listener, text: str) -> None:
    socket = await listener.connect("/events")

    await socket.write_message(text)

    assert set(await event(socket)) == {"error"}
    assert await read(socket) is None
    assert socket.close_code == 1007


def test_the_history_of_a_hub_is_longer_than_what_this_suite_repeats() -> None:
    assert EventBus()._history.maxlen == 2000
