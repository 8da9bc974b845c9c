"""Changes of records become events; many changes of one record in a moment become one."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from hub.jobs.changes import ChangeRelay
from hub.jobs.events import Event, EventBus
from hub.store.state_port import Change


class Listener:
    """Collects events and lets a test wait for a number of them."""

    def __init__(self, bus: EventBus) -> None:
        self.events: list[Event] = []
        self._more = asyncio.Condition()
        bus.subscribe("state.changed", self._on_event)

    async def _on_event(self, event: Event) -> None:
        async with self._more:
            self.events.append(event)
            self._more.notify_all()

    async def wait(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(20), self._more:
            await self._more.wait_for(enough)


def change(id_: Any = "go", op: str = "update_one", entity: str = "source") -> Change:
    return Change("src_dump", entity, id_, op)


def test_without_a_loop_every_change_is_told_at_once() -> None:
    bus = EventBus()
    relay = ChangeRelay(bus)

    relay(change())
    relay(change(op="remove"))

    assert [dict(e.data) for e in bus.since(0)] == [
        {"entity": "source", "id": "go", "op": "update_one"},
        {"entity": "source", "id": "go", "op": "remove"},
    ]


async def test_the_first_change_is_told_at_once_and_those_after_it_as_one() -> None:
    bus = EventBus()
    listener = Listener(bus)
    relay = ChangeRelay(bus, window=0.05)

    relay(change(op="save"))
    assert bus.last_id == 1
    for _ in range(500):
        relay(change())
    relay(change(op="remove"))
    assert bus.last_id == 1

    await listener.wait(lambda: len(listener.events) == 2)
    assert [e.data["op"] for e in listener.events] == ["save", "remove"]


async def test_records_do_not_wait_for_each_other_and_jobs_are_left_to_their_own_events() -> None:
    bus = EventBus()
    relay = ChangeRelay(bus)
    bus.subscribe("x", print)

    for id_ in range(20):
        relay(change(id_))
    relay(change("job", entity="job"))

    assert [e.data["id"] for e in bus.since(0)] == list(range(20))


async def test_the_last_change_is_never_lost_whatever_thread_makes_it() -> None:
    bus = EventBus()
    listener = Listener(bus)
    relay = ChangeRelay(bus, window=0.01)

    def write() -> None:
        for _ in range(200):
            relay(change())

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    relay(change(op="remove"))

    await listener.wait(lambda: bool(listener.events) and listener.events[-1].data["op"] == "remove")
    assert len(listener.events) < 400


async def test_the_document_of_an_event_goes_with_it() -> None:
    bus = EventBus()
    bus.subscribe("x", print)

    ChangeRelay(bus)(Change("event", "event", 1.5, "save", {"_id": 1.5, "msg": "m"}))

    assert bus.since(0)[0].data["document"] == {"_id": 1.5, "msg": "m"}


def test_a_loop_that_was_closed_is_no_error() -> None:
    bus = EventBus()
    loop = asyncio.new_event_loop()
    bus.bind(loop)
    loop.close()

    ChangeRelay(bus)(change())

    assert bus.last_id == 1
