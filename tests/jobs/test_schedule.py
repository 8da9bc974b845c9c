from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from hub.errors import NotFound
from hub.jobs.errors import BadScheduleError
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
