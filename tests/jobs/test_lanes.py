"""Which job goes first: priorities, paused lanes, limits of kinds, resources and sources, and time limits."""

from __future__ import annotations

import asyncio

import pytest

from hub.errors import BadArgument, Conflict, NotFound
from hub.jobs.errors import JobTimeoutError
from hub.jobs.events import EventBus
from hub.jobs.manager import JobManager
from hub.jobs.port import JobState
from tests.jobs.test_manager import (  # noqa: F401
    _errands_are_importable_in_workers,
    errands,
    gate,
    spec,
)


class Lanes:
    """What was set by hand, in a dict."""

    def __init__(self):
        self.documents = {}

    def all(self):
        return list(self.documents.values())

    def put(self, document):
        self.documents[document["_id"]] = document

    def delete(self, id_):
        return self.documents.pop(id_, None) is not None


async def test_a_higher_priority_starts_first(manager_of, watching, gate):  # noqa: F811
    manager = await manager_of(HUB_MAX_WORKERS=1)
    running = manager.submit(spec(errands.wait_for, gate.path))
    await watching(manager.bus)("job.started", id=running.id)
    low, usual, high = (manager.submit(spec(errands.add, 1, 2, priority=p)) for p in (-1, 0, 1))
    assert manager.prioritize(low.id, 100).priority == 100
    await gate()
    await asyncio.gather(low.wait(), usual.wait(), high.wait())
    assert low.job.started_at < high.job.started_at < usual.job.started_at
    with pytest.raises(BadArgument, match="from -100 to 100, not 101"):
        manager.prioritize(low.id, 101)
    with pytest.raises(Conflict, match=f"job {low.id} is done"):
        manager.prioritize(low.id, 1)
    with pytest.raises(NotFound):
        manager.prioritize("nobody", 1)


@pytest.mark.parametrize("lane", ["all", "test", "download", "source:hpo"])
async def test_a_paused_lane_starts_nothing_and_holds_up_nobody_else(manager, watching, lane):
    manager.pause_lane(lane)
    held = manager.submit(spec(errands.add, 1, 2, subject="hpo.terms", resources={"download": 1}))
    await watching(manager.bus)("job.waiting", id=held.id)
    assert held.job.waiting_for == f"lane `{lane}`, which is paused"
    if lane != "all":
        free = {"kind": "other", "subject": "go", "exclusive": frozenset({"source:hpo"})}
        assert await manager.submit(spec(errands.add, 3, 4, **free)) == 7
    (view,) = [v for v in manager.lane_views() if v["lane"] == lane]
    assert (view["paused"], view["waiting"], view["running"]) == (True, 1, 0)
    manager.resume_lane(lane)
    assert await held == 3
    assert not any(v["paused"] for v in manager.lane_views())


async def test_a_lane_takes_as_many_as_its_limit(manager_of, watching):
    manager = await manager_of(SOURCE_LIMITS={"hpo": 1, "*": 2}, RESOURCES={"download": 1})
    usual = {"resources": {"download": 1}}
    first = manager.submit(spec(errands.until_cancelled, subject="hpo", **usual))
    await watching(manager.bus)("job.started", id=first.id)
    second = manager.submit(spec(errands.until_cancelled, subject="hpo"))
    third = manager.submit(spec(errands.until_cancelled, subject="go", **usual))
    await watching(manager.bus)("job.waiting", id=third.id)
    assert second.job.waiting_for == "lane `source:hpo` (1 of 1 jobs run)"
    assert third.job.waiting_for == "a free `download` slot (1 of 1 taken)"
    manager.limit_lane("download", 2)
    await watching(manager.bus)("job.started", id=third.id)
    manager.limit_lane("source:hpo", 2)
    await watching(manager.bus)("job.started", id=second.id)
    limits = {v["lane"]: (v["limit"], v["running"]) for v in manager.lane_views()}
    assert limits["download"] == (2, 2)
    assert limits["source:hpo"] == (2, 2)
    assert limits["source:go"] == (2, 1)
    manager.limit_lane("download", None)
    for handle in (first, second, third):
        manager.cancel(handle.id)
        await handle.wait()
    assert {v["lane"]: v["running"] for v in manager.lane_views()}["download"] == 0
    assert await manager.submit(spec(errands.add, 1, 2, **usual)) == 3
    with pytest.raises(BadArgument, match=r"from 1 to 1000 jobs, not 0. To stop it, pause it"):
        manager.limit_lane("download", 0)


async def test_what_was_set_by_hand_holds_after_a_restart(settings, repository):
    kept = Lanes()
    for begun in (False, True):
        manager = JobManager(settings(), jobs_repo=repository, lanes_repo=kept, bus=EventBus())
        await manager.start()
        if not begun:
            manager.pause_lane("dump", by="me")
            manager.limit_lane("source:hpo", 3)
            manager.pause_lane("upload")
            manager.resume_lane("upload")
        else:
            views = {v["lane"]: (v["paused"], v["limit"]) for v in manager.lane_views()}
            assert views["dump"] == (True, None)
            assert views["source:hpo"] == (False, 3)
        await manager.stop()
    assert sorted(kept.documents) == ["dump", "source:hpo"]
    assert kept.documents["dump"]["by"] == "me"


async def test_names_that_are_no_lane_are_refused(manager):
    manager.lanes.check("source:hpo", lambda: ["source:hpo"])
    manager.lanes.check("download")
    with pytest.raises(NotFound, match=r"no lane `downlaod`. Did you mean `download`?"):
        manager.lanes.check("downlaod")


@pytest.mark.parametrize(
    ("flags", "name"),
    [
        ({"JOB_TIMEOUT": 0.05}, "JOB_TIMEOUT"),
        ({"JOB_TIMEOUT": 1000.0, "JOB_TIMEOUTS": {"test": 0.05}}, "JOB_TIMEOUTS"),
    ],
)
async def test_time_limits_of_the_settings(manager_of, flags, name):
    manager = await manager_of(**flags)
    with pytest.raises(JobTimeoutError, match=rf"limit of 0.05 seconds \(setting `{name}`\)"):
        await manager.submit(spec(errands.until_cancelled))


async def test_a_limit_of_the_job_and_none_for_a_kind_go_before_the_general_one(manager_of):
    manager = await manager_of(JOB_TIMEOUT=0.001, JOB_TIMEOUTS={"free": 0.0})
    assert await manager.submit(spec(errands.big_result, 10, timeout=1000.0)) == b"x" * 10
    assert await manager.submit(spec(errands.big_result, 10, kind="free")) == b"x" * 10


async def test_draining_takes_nothing_interrupts_what_waits_and_lets_what_runs_end(
    manager_of,
    watching,
    gate,  # noqa: F811
):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    running = manager.submit(spec(errands.wait_for, gate.path))
    await watching(manager.bus)("job.started", id=running.id)
    waiting = manager.submit(spec(errands.add, 1, 2))
    drained = asyncio.create_task(manager.drain(1000.0))
    assert (await waiting.wait()).state is JobState.INTERRUPTED
    with pytest.raises(Conflict, match="the job manager is about to stop"):
        manager.submit(spec(errands.add, 1, 2))
    await gate()
    await drained
    assert running.job.state is JobState.DONE


async def test_draining_ends_when_its_time_is_over(manager_of, watching, gate):  # noqa: F811
    manager = await manager_of(JOB_CANCEL_GRACE=0.05)
    running = manager.submit(spec(errands.wait_for, gate.path))
    await watching(manager.bus)("job.started", id=running.id)
    await manager.drain(0.01)
    assert running.job.state is JobState.RUNNING
    await manager.stop()
    assert running.job.state is JobState.INTERRUPTED
