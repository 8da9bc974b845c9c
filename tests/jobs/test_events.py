from __future__ import annotations

import asyncio
import threading

import pytest

from hub.jobs.events import EventBus


def test_subscribers_hear_what_fits_their_pattern():
    bus, heard = EventBus(), []
    bus.subscribe("dump.*", lambda event: heard.append(event.name))
    for name in ("dump.started", "upload.done", "dump.done"):
        bus.publish(name)
    assert heard == ["dump.started", "dump.done"]


def test_an_event_carries_its_data_also_under_the_name_name():
    event = EventBus().publish("plugin.broken", name="hpo", error="x")
    assert event.data == {"name": "hpo", "error": "x"}
    assert event.at.tzinfo is not None
    assert event.as_dict()["name"] == "plugin.broken"


def test_a_subscription_can_be_ended_twice():
    bus, heard = EventBus(), []
    end = bus.subscribe("*", heard.append)
    bus.publish("a")
    end()
    end()
    bus.publish("b")
    assert [event.name for event in heard] == ["a"]


def test_a_failing_subscriber_is_logged_and_disturbs_nobody(caplog):
    bus, heard = EventBus(), []

    def broken(event):
        raise RuntimeError("subscriber broken")

    bus.subscribe("*", broken)
    bus.subscribe("*", heard.append)
    bus.publish("a")
    assert len(heard) == 1
    assert "subscriber broken" in caplog.text


def test_the_last_events_are_remembered_by_number():
    bus = EventBus(history=3)
    assert (bus.last_id, bus.first_id, bus.since(0)) == (0, 1, [])
    for name in "abcde":
        bus.publish(name)
    assert [(event.id, event.name) for event in bus.since(0)] == [(3, "c"), (4, "d"), (5, "e")]
    assert [event.name for event in bus.since(4)] == ["e"]
    assert [event.name for event in bus.since(0, "d")] == ["d"]
    assert (bus.first_id, bus.last_id) == (3, 5)


async def test_events_of_other_threads_arrive_in_the_loop_in_order():
    bus, heard = EventBus(), []
    done = asyncio.Event()

    def hear(event):
        heard.append((event.data["n"], threading.current_thread()))
        if event.data["n"] == 99:
            done.set()

    bus.subscribe("n", hear)
    await asyncio.to_thread(lambda: [bus.publish("n", n=n) for n in range(100)])
    await asyncio.wait_for(done.wait(), 10)
    assert [n for n, _ in heard] == list(range(100))
    assert {thread for _, thread in heard} == {threading.current_thread()}


async def test_a_subscriber_may_be_a_coroutine_function(caplog):
    bus, done = EventBus(), asyncio.Event()

    async def hear(event):
        done.set()

    async def broken(event):
        raise RuntimeError("coroutine broken")

    bus.subscribe("a", broken)
    bus.subscribe("a", hear)
    bus.publish("a")
    await asyncio.wait_for(done.wait(), 10)
    assert "coroutine broken" in caplog.text


def test_a_bus_outlives_its_loop():
    bus, heard = EventBus(), []

    async def use():
        bus.subscribe("*", heard.append)
        bus.publish("a")

    asyncio.run(use())
    bus.publish("b")
    assert [event.name for event in heard] == ["a", "b"]


@pytest.mark.parametrize("threads", [4])
def test_numbers_are_unique_whatever_the_threads(threads):
    bus = EventBus(history=10_000)
    workers = [threading.Thread(target=lambda: [bus.publish("x") for _ in range(500)]) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [event.id for event in bus.since(0)] == list(range(1, 500 * threads + 1))
