from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from hub.errors import NotFound
from hub.jobs.errors import BadScheduleError, ScheduleBusyError
from hub.jobs.events import EventBus
from hub.jobs.schedule import Scheduler, next_run, seconds_first


@pytest.fixture
async def scheduler():
    scheduler = Scheduler(EventBus())
    yield scheduler
    scheduler.stop()


@pytest.mark.parametrize(
    ("cron", "expected"),
    [
        ("0 2 * * 1", "0 2 * * 1"),
        ("* * * * * */10", "*/10 * * * * *"),
        ("@daily", "0 0 * * *"),
        ("0 0 1 jan mon", "0 0 1 JAN MON"),
    ],
)
def test_seconds_are_the_last_of_six_fields(cron, expected):
    assert seconds_first("x", cron) == expected


@pytest.mark.parametrize("cron", ["", "* * *", "61 * * * *", "every day", "* * * * * * *", "* * * * * 99"])
def test_a_bad_cron_text_is_explained(cron):
    with pytest.raises(BadScheduleError, match="schedule `dump:hpo`") as caught:
        seconds_first("dump:hpo", cron)
    assert caught.value.cron == cron


def test_every_ten_seconds_is_due_within_ten_seconds():
    due = next_run(seconds_first("x", "* * * * * */10"))
    assert due.second % 10 == 0
    assert due - datetime.now(UTC) <= timedelta(seconds=10)


async def test_a_schedule_runs_and_tells_when(scheduler):
    ran = asyncio.Event()

    async def run():
        ran.set()

    entry = scheduler.add("tick", "* * * * * *", run)
    assert (entry.name, entry.last_run, entry.running) == ("tick", None, False)
    await asyncio.wait_for(ran.wait(), 30)
    (entry,) = scheduler.list()
    assert entry.last_run is not None
    assert entry.next_run > entry.last_run
    assert set(entry.as_dict()) == {
        "name",
        "cron",
        "enabled",
        "next_run",
        "last_run",
        "last_seconds",
        "last_error",
        "last_skipped",
        "running",
    }


async def test_a_run_is_left_out_while_the_former_goes_on(scheduler):
    runs, skipped, go = [], asyncio.Event(), asyncio.Event()

    async def slow():
        runs.append(1)
        await go.wait()

    scheduler._bus.subscribe("schedule.skipped", lambda event: skipped.set())
    scheduler.add("slow", "* * * * * *", slow)
    await asyncio.wait_for(skipped.wait(), 30)
    assert runs == [1]
    assert scheduler.list()[0].running
    go.set()


async def test_an_error_is_told_and_the_schedule_goes_on(scheduler, caplog):
    told: list = []
    twice = asyncio.Event()

    async def fails():
        raise NotFound("source", "hpoo", ["hpo"])

    def hear(event):
        told.append(event.data)
        if len(told) == 2:
            twice.set()

    scheduler._bus.subscribe("schedule.failed", hear)
    scheduler.add("fails", "* * * * * *", fails)
    await asyncio.wait_for(twice.wait(), 30)
    assert told[0] == {"schedule": "fails", "error": "no source `hpoo`. Did you mean `hpo`?"}
    assert scheduler.list()[0].last_error == told[0]["error"]


async def test_schedules_are_replaced_and_removed(scheduler):
    async def nothing():
        return None

    scheduler.add("a", "0 0 1 1 *", nothing)
    scheduler.add("a", "@hourly", nothing)
    scheduler.add("b", "* * * * *", nothing)
    assert {entry.name: entry.cron for entry in scheduler.list()} == {"a": "@hourly", "b": "* * * * *"}
    due = [entry.next_run for entry in scheduler.list()]
    assert due == sorted(due)
    scheduler.remove("a")
    assert [entry.name for entry in scheduler.list()] == ["b"]
    with pytest.raises(NotFound, match="no schedule `a`"):
        scheduler.remove("a")


class Kept:
    """Records in a dict."""

    def __init__(self):
        self.documents = {}

    def get(self, id_):
        return self.documents.get(id_)

    def put(self, document):
        self.documents[document["_id"]] = document


async def test_a_schedule_is_switched_off_and_stays_so():
    kept, ran = Kept(), asyncio.Event()

    async def run():
        ran.set()

    first = Scheduler(EventBus(), kept)
    first.add("tick", "* * * * * *", run)
    entry = first.enable("tick", False)
    assert (entry.enabled, entry.next_run) == (False, None)
    first.stop()
    second = Scheduler(EventBus(), kept)
    second.add("other", "@yearly", run)
    assert second.add("tick", "* * * * * *", run).enabled is False
    assert [e.name for e in second.list()] == ["other", "tick"]
    assert not ran.is_set()
    second.enable("tick")
    await asyncio.wait_for(ran.wait(), 30)
    second.stop()
    with pytest.raises(NotFound):
        second.enable("tick")


async def test_a_schedule_is_run_by_hand_and_remembers_it():
    kept, runs = Kept(), []

    async def run():
        runs.append(1)
        if len(runs) > 1:
            raise ValueError("second time")

    first = Scheduler(EventBus(), kept)
    first.add("yearly", "@yearly", run)
    first.enable("yearly", False)
    await first.run_now("yearly")
    assert (first.get("yearly").last_error, first.get("yearly").last_seconds is not None) == ("", True)
    await first.run_now("yearly")
    assert first.get("yearly").last_error == "second time"
    first.stop()
    second = Scheduler(EventBus(), kept)
    told = second.add("yearly", "@yearly", run)
    assert (told.last_error, told.last_run) == ("second time", kept.documents["yearly"]["last_run"])


async def test_a_schedule_does_not_run_while_what_it_works_on_is_busy():
    reason, skipped, ran = ["somebody is at it"], asyncio.Event(), asyncio.Event()
    bus = EventBus()
    scheduler = Scheduler(bus)

    async def run():
        ran.set()

    bus.subscribe("schedule.skipped", lambda event: skipped.set())
    scheduler.add("tick", "* * * * * *", run, busy=lambda: reason[0])
    await asyncio.wait_for(skipped.wait(), 30)
    assert not ran.is_set()
    assert scheduler.get("tick").last_skipped is not None
    with pytest.raises(ScheduleBusyError, match="`tick` does not run now: somebody is at it"):
        scheduler.run_now("tick")
    reason[0] = ""
    await asyncio.wait_for(ran.wait(), 30)
    scheduler.stop()
