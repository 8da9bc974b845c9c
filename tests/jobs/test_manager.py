from __future__ import annotations

import asyncio
import importlib.util
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from hub.errors import NotFound
from hub.jobs import errors, records
from hub.jobs.logfiles import LONGEST, prepare
from hub.jobs.port import Job, JobSpec, JobState, Retry
from hub.store.errors import DiskFullError

_spec = importlib.util.spec_from_file_location("job_errands", Path(__file__).with_name("errands.py"))
errands = importlib.util.module_from_spec(_spec)
sys.modules["job_errands"] = errands
_spec.loader.exec_module(errands)

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _errands_are_importable_in_workers(tmp_path, monkeypatch):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "job_errands.py").write_text(Path(__file__).with_name("errands.py").read_text())
    monkeypatch.syspath_prepend(str(tmp_path / "code"))


def spec(fn, *args, where="process", **fields) -> JobSpec:
    return JobSpec(**({"kind": "test", "subject": fn.__name__} | fields), fn=fn, args=args, where=where)


@pytest.fixture
def gate(tmp_path):
    """A named pipe that jobs wait for, and a function that lets one of them go."""
    path = tmp_path / "gate"
    os.mkfifo(path)

    async def open_gate(text: str = "go") -> None:
        await asyncio.to_thread(path.write_text, text + "\n")

    open_gate.path = str(path)
    return open_gate


@pytest.mark.parametrize("where", ["process", "thread"])
async def test_a_job_gives_its_result(manager, where):
    handle = manager.submit(spec(errands.add, 1, 2, where=where))
    assert handle.job.state is JobState.QUEUED
    assert await handle.result() == 3
    assert await handle == 3
    job = manager.get(handle.id)
    assert (job.state, job.result, job.attempt) == (JobState.DONE, 3, 1)
    assert job.created_at <= job.started_at <= job.ended_at
    assert job.duration >= 0


FRESH = """
import asyncio, json, os, sys
from hub import config
from hub.jobs.events import EventBus
from hub.jobs.manager import JobManager
from hub.jobs.port import JobSpec
from tests.jobs import errands
from tests.jobs.conftest import Repository


async def main():
    settings = config.load(sys.argv[1], environ={}, flags={})
    manager = JobManager(settings, jobs_repo=Repository(), bus=EventBus())
    await manager.start()
    told = await manager.submit(JobSpec(kind="test", subject="x", description="", fn=errands.describe))
    await manager.stop()
    print(json.dumps({**told, "here": os.getpid()}))


asyncio.run(main())
"""


def test_a_process_job_runs_elsewhere_with_few_modules(tmp_path):
    """In a program of its own: what workers are forked from stays as the first manager of a program made it."""
    command = [sys.executable, "-c", FRESH, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["pid"] != told["here"]
    assert not {"tantivy", "pymongo", "elasticsearch", "tornado", "pytest", "psutil", "tenacity"} & set(told["modules"])


@pytest.mark.parametrize("where", ["process", "thread"])
async def test_a_hub_error_keeps_its_parts(manager, where):
    handle = manager.submit(spec(errands.not_found, where=where))
    with pytest.raises(NotFound) as caught:
        await handle
    assert caught.value.parts() == {"kind": "source", "name": "hpoo", "known": ["go", "hpo"]}
    assert handle.job.state is JobState.FAILED
    assert handle.job.error == "no source `hpoo`. Did you mean `hpo`?"
    assert handle.job.error_type == "NotFound"
    assert handle.job.error_parts["known"] == ["go", "hpo"]


async def test_an_error_type_of_a_plugin_comes_back_in_words(manager):
    handle = manager.submit(spec(errands.own_error))
    with pytest.raises(errors.RemoteError) as caught:
        await handle
    assert caught.value.type_name == "OurOwnError"
    assert str(caught.value).startswith("OurOwnError: only here (job_errands.py, line ")
    assert handle.job.error_type == "OurOwnError"


async def test_a_python_error_names_its_line(manager):
    handle = manager.submit(spec(errands.key_error))
    with pytest.raises(KeyError):
        await handle
    assert handle.job.error.startswith("KeyError: 'absent' (job_errands.py, line ")
    assert "Traceback" not in handle.job.error
    assert "Traceback" in _log_of(handle)


async def test_what_cannot_travel_is_told(manager):
    with pytest.raises(errors.UnsendableError, match="the result of `unsendable`"):
        await manager.submit(spec(errands.unsendable))
    with pytest.raises(errors.UnsendableError, match="the arguments of `add`"):
        await manager.submit(spec(errands.add, lambda: 1, 2))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
async def test_a_worker_that_dies_is_a_passing_error(manager, number):
    handle = manager.submit(spec(errands.die, number))
    with pytest.raises(errors.WorkerLostError, match=signal.Signals(number).name):
        await handle
    assert handle.job.state is JobState.FAILED
    assert handle.job.error_parts["exitcode"] == -number


async def test_a_worker_that_leaves_without_an_answer_is_lost(manager):
    with pytest.raises(errors.WorkerLostError, match="exit code 7"):
        await manager.submit(spec(errands.leave, 7))


async def test_passing_errors_are_tried_again(manager, tmp_path):
    retry = Retry(attempts=3, first_wait=0.01, max_wait=0.02)
    handle = manager.submit(spec(errands.flaky, str(tmp_path / "tries"), 3, retry=retry))
    assert await handle == 3
    assert handle.job.attempt == 3
    told = [e.data for e in manager.bus.since(0, "job.retrying")]
    assert len(told) == 2
    assert all("failed" in d["error"] for d in told)


async def test_a_lost_worker_is_tried_again(manager, tmp_path):
    retry = Retry(attempts=2, first_wait=0.01, max_wait=0.01)
    assert await manager.submit(spec(errands.lost_once, str(tmp_path / "x"), retry=retry)) == "second try"


async def test_the_last_passing_error_is_the_jobs_error(manager, tmp_path):
    retry = Retry(attempts=2, first_wait=0.01, max_wait=0.01)
    handle = manager.submit(spec(errands.flaky, str(tmp_path / "tries"), 9, retry=retry))
    with pytest.raises(errors.RemotePassingError, match="try 2 failed"):
        await handle


async def test_permanent_errors_are_not_tried_again(manager):
    handle = manager.submit(spec(errands.not_found, retry=Retry(attempts=5, first_wait=0.01)))
    await handle.wait()
    assert handle.job.attempt == 1


async def test_a_job_that_waits_for_its_next_try_can_be_cancelled(manager, watch, tmp_path):
    handle = manager.submit(spec(errands.flaky, str(tmp_path / "t"), 9, retry=Retry(attempts=9, first_wait=500)))
    await watch("job.retrying", id=handle.id)
    assert handle.job.state is JobState.QUEUED
    assert handle.job.waiting_for.startswith("try 2 of 9 in ")
    manager.cancel(handle.id)
    with pytest.raises(errors.JobCancelledError):
        await handle


@pytest.mark.parametrize("where", ["process", "thread"])
async def test_a_running_job_stops_when_asked(manager, watch, where):
    handle = manager.submit(spec(errands.until_cancelled, where=where))
    await watch("job.event", id=handle.id)
    manager.cancel(handle.id, by="ann")
    with pytest.raises(errors.JobCancelledError, match="by ann"):
        await handle
    assert handle.job.state is JobState.CANCELLED
    assert (await watch("job.cancelled", id=handle.id)).data["state"] == "cancelled"


async def test_a_job_that_does_not_listen_is_ended(watching, manager_of):
    manager = await manager_of(JOB_CANCEL_GRACE=0.05)
    handle = manager.submit(spec(errands.deaf))
    await watching(manager.bus)("job.event", id=handle.id)
    pid = handle.job.pid
    manager.cancel(handle.id)
    assert (await handle.wait()).state is JobState.CANCELLED
    assert not psutil.pid_exists(pid)


async def test_what_a_job_started_ends_with_it(watching, manager_of):
    manager = await manager_of(JOB_CANCEL_GRACE=0.05)
    handle = manager.submit(spec(errands.with_child))
    child = (await watching(manager.bus)("job.event", id=handle.id)).data["details"]["child"]
    manager.cancel(handle.id)
    await handle.wait()
    async with asyncio.timeout(30):  # the system takes a moment to end what was killed, and tells nobody
        while is_alive(child):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def is_alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def test_a_waiting_job_is_cancelled_without_starting(manager_of, gate):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    first = manager.submit(spec(errands.wait_for, gate.path))
    second = manager.submit(spec(errands.add, 1, 2))
    manager.cancel(second.id)
    assert (await second.wait()).state is JobState.CANCELLED
    assert second.job.started_at is None
    await gate()
    assert await first == "go"


async def test_a_job_that_takes_too_long_is_stopped(manager_of):
    manager = await manager_of(JOB_CANCEL_GRACE=0.05)
    handle = manager.submit(spec(errands.deaf, timeout=0.3))
    with pytest.raises(errors.JobTimeoutError, match=r"limit of 0.3 seconds"):
        await handle
    assert handle.job.state is JobState.FAILED


async def test_progress_is_kept_and_told(manager, watch, repository):
    handle = manager.submit(spec(errands.count, 100_000))
    await handle
    progress = handle.job.progress
    assert (progress.done, progress.total, progress.unit, progress.note) == (100_000, 100_000, "documents", "counting")
    event = await watch("job.progress", id=handle.id)
    assert event.data["total"] == 100_000
    assert len(manager.bus.since(0, "job.progress")) < 100


async def test_events_of_a_job_reach_its_owner_in_order(manager):
    told = []
    on_event = lambda job, name, data: told.append((job.id, name, data["value"]))  # noqa: E731
    handle = manager.submit(spec(errands.tell, ["a", "b"], on_event=on_event))
    await handle
    assert told == [(handle.id, "a", "A"), (handle.id, "b", "B")]


async def test_output_and_log_are_in_the_file_of_the_job(manager, watch, caplog):
    caplog.set_level(logging.INFO)
    handle = manager.submit(spec(errands.talk, kind="dump", subject="hpo"))
    await handle
    assert handle.job.logfile.endswith("logs/dataload/dump_hpo.log")
    text = _log_of(handle)
    for said in ("on standard output", "on standard error", "in the log", "by a child"):
        assert f"said {said}" in text
    assert "said in the log" in caplog.text
    assert (await watch("job.log", id=handle.id)).data["text"] == "said in the log"


async def test_a_thread_job_writes_its_log_too(manager):
    handle = manager.submit(spec(errands.not_found, where="thread"))
    await handle.wait()
    assert "no source `hpoo`" in _log_of(handle)


async def test_callbacks_come_in_order_and_before_those_who_wait(manager):
    told = []
    handle = manager.submit(
        spec(
            errands.add,
            1,
            2,
            on_start=lambda job: told.append(("start", job.state)),
            on_done=lambda job, result: told.append(("done", result)),
        )
    )
    await handle
    assert told == [("start", JobState.RUNNING), ("done", 3)]


async def test_the_owner_hears_of_the_error(manager):
    told: list[tuple[Job, BaseException]] = []
    handle = manager.submit(spec(errands.not_found, on_error=lambda job, error: told.append((job, error))))
    await handle.wait()
    assert told[0][0].state is JobState.FAILED
    assert isinstance(told[0][1], NotFound)


@pytest.mark.parametrize("where", ["process", "thread"])
@pytest.mark.parametrize("kind", [SystemExit, KeyboardInterrupt, GeneratorExit, errands.PanicError])
async def test_what_ends_a_program_fails_the_job_only(manager, where, kind):
    """Raised again in the hub, such an error would end the hub."""
    handle = manager.submit(spec(errands.end_program, kind, where=where))
    job = await handle.wait()
    assert (job.state, job.error_type) == (JobState.FAILED, kind.__name__)
    assert f"{kind.__name__}: said by the function (" in (job.error or "")
    assert "errands.py, line" in (job.error or "")
    with pytest.raises(errors.RemoteError):
        await handle


async def test_a_full_disk_below_the_log_does_not_hide_the_error(manager, monkeypatch):
    """Nothing can be printed, flushed or logged then."""
    run = manager.executor.run
    monkeypatch.setattr(manager.executor, "run", lambda id_, job, log, report: run(id_, job, "/dev/full", report))
    handle = manager.submit(spec(errands.talk_and_fail))
    with pytest.raises(NotFound, match="no source `hpoo`"):
        await handle


async def test_records_are_written_when_there_is_room_again(manager, repository, monkeypatch):
    put, refused = repository.put, []

    def full(document: dict[str, Any]) -> None:
        if len(refused) < 3:
            refused.append(document)
            raise DiskFullError("/data", 0)
        put(document)

    monkeypatch.setattr(repository, "put", full)
    monkeypatch.setattr(records, "_TRY_AGAIN", 0.0)
    handle = manager.submit(spec(errands.add, 1, 2))
    assert await handle == 3
    await manager.stop()
    assert len(refused) == 3
    assert repository.documents[handle.job.id]["state"] == "done"


async def test_an_error_without_a_text_fails_the_job(manager):
    job = await manager.submit(spec(errands.end_program, errands.UntellableError)).wait()
    assert "its text cannot be told: ValueError" in (job.error or "")


async def test_an_error_in_on_done_fails_the_job(manager):
    def refuse(job, result):
        raise NotFound("collection", "x")

    handle = manager.submit(spec(errands.add, 1, 2, on_done=refuse))
    with pytest.raises(NotFound):
        await handle
    assert handle.job.state is JobState.FAILED


async def test_a_callback_that_raises_disturbs_nobody(manager, caplog):
    def raises(*_):
        raise RuntimeError("callback broken")

    await manager.submit(spec(errands.tell, ["a"], on_event=raises))
    await manager.submit(spec(errands.not_found, on_error=raises)).wait()
    assert caplog.text.count("A callback of job") == 2


async def test_jobs_start_in_the_order_of_submission(manager_of):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    started = []
    jobs = [
        manager.submit(spec(errands.add, n, 0, subject=str(n), on_start=lambda job: started.append(job.subject)))
        for n in range(5)
    ]
    assert await asyncio.gather(*jobs) == [0, 1, 2, 3, 4]
    assert started == ["0", "1", "2", "3", "4"]


async def test_many_small_jobs_all_end(manager):
    jobs = [manager.submit(spec(errands.add, n, 1, where="process" if n % 4 == 0 else "thread")) for n in range(120)]
    assert await asyncio.gather(*jobs) == [n + 1 for n in range(120)]
    assert manager.list(states=[JobState.QUEUED, JobState.RUNNING]) == []


async def test_a_large_result_comes_back_whole(manager):
    assert len(await manager.submit(spec(errands.big_result, 50_000_000))) == 50_000_000


async def test_no_more_processes_run_than_there_are_workers(watching, manager_of, gate):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    first, second = (manager.submit(spec(errands.wait_for, gate.path)) for _ in range(2))
    await watching(manager.bus)("job.started", id=first.id)
    assert second.job.state is JobState.QUEUED
    assert second.job.waiting_for == "a free worker (1 of 1 busy)"
    await gate()
    await first
    await gate()
    await second


async def test_downloads_do_not_take_workers(manager_of, gate):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    slow = manager.submit(spec(errands.wait_for, gate.path))
    assert await manager.submit(spec(errands.add, 1, 2, resources={"download": 1})) == 3
    await gate()
    await slow


async def test_slots_limit_jobs_of_a_kind_and_nobody_else(manager_of, gate):
    manager = await manager_of(RESOURCES={"index": 1})
    first = manager.submit(spec(errands.wait_for, gate.path, resources={"index": 1}))
    second = manager.submit(spec(errands.add, 1, 2, resources={"index": 5}))
    third = manager.submit(spec(errands.add, 3, 4))
    assert await third == 7
    assert second.job.waiting_for == "a free `index` slot (1 of 1 taken)"
    await gate()
    await first
    assert await second == 3


async def test_an_exclusive_name_is_held_by_one(manager, gate):
    first = manager.submit(spec(errands.wait_for, gate.path, exclusive=frozenset({"source:hpo"})))
    second = manager.submit(spec(errands.add, 1, 2, exclusive=frozenset({"source:hpo"})))
    third = manager.submit(spec(errands.add, 3, 4, shared=frozenset({"source:hpo"})))
    other = manager.submit(spec(errands.add, 5, 6, exclusive=frozenset({"source:go"})))
    assert await other == 11
    assert second.job.waiting_for == f"`source:hpo`, used by test wait_for ({first.id})"
    assert third.job.state is JobState.QUEUED
    await gate()
    assert await second == 3
    assert await third == 7


async def test_a_shared_name_is_held_by_many_and_a_waiting_job_keeps_its_turn(watching, manager, gate):
    shared, exclusive = {"shared": frozenset({"source:hpo"})}, {"exclusive": frozenset({"source:hpo"})}
    first = manager.submit(spec(errands.wait_for, gate.path, **shared))
    second = manager.submit(spec(errands.add, 1, 2, **shared))
    assert await second == 3
    writer = manager.submit(spec(errands.add, 3, 4, **exclusive))
    late = manager.submit(spec(errands.add, 5, 6, **shared))
    await watching(manager.bus)("job.started", id=first.id)
    await watching(manager.bus)("job.waiting", id=late.id)
    assert late.job.waiting_for == f"`source:hpo`, used by test add ({writer.id}), which came first"
    await gate()
    assert await writer == 7
    assert await late == 11
    assert writer.job.started_at <= late.job.started_at


async def test_jobs_wait_while_too_much_memory_is_used(watching, manager_of):
    used = [2000]
    manager = await manager_of(memory_used=lambda: used[0], HUB_MAX_MEM_USAGE=1000)
    handle = manager.submit(spec(errands.add, 1, 2))
    await watching(manager.bus)("job.waiting", id=handle.id)
    assert handle.job.waiting_for.startswith("memory: 0 MB of 0 MB used (HUB_MAX_MEM_USAGE)")
    used[0] = 100
    assert await handle == 3


async def test_a_job_that_needs_more_memory_than_is_free_does_not_hold_up_others(manager):
    greedy = manager.submit(spec(errands.add, 1, 2, memory=10**15))
    assert await manager.submit(spec(errands.add, 3, 4)) == 7
    assert greedy.job.waiting_for.startswith("memory: ")
    manager.cancel(greedy.id)
    await greedy.wait()


async def test_a_full_queue_refuses_politely(watching, manager_of, gate):
    manager = await manager_of(HUB_MAX_WORKERS=1, MAX_QUEUED_JOBS=2)
    running = manager.submit(spec(errands.wait_for, gate.path))
    await watching(manager.bus)("job.started", id=running.id)
    waiting = [manager.submit(spec(errands.add, 1, 1)) for _ in range(2)]
    with pytest.raises(errors.TooManyJobsError, match="2 jobs are waiting already") as caught:
        manager.submit(spec(errands.add, 1, 1))
    assert caught.value.status == 429
    await gate()
    await asyncio.gather(running, *waiting)


async def test_an_unknown_job_is_not_found(manager):
    with pytest.raises(NotFound):
        manager.get("nope")
    with pytest.raises(NotFound):
        manager.cancel("nope")


async def test_cancelling_an_ended_job_changes_nothing(manager):
    handle = manager.submit(spec(errands.add, 1, 2))
    await handle
    assert manager.cancel(handle.id).state is JobState.DONE


async def test_jobs_are_listed_newest_first(manager):
    first = manager.submit(spec(errands.add, 1, 2))
    await first
    second = manager.submit(spec(errands.not_found))
    await second.wait()
    assert [job.id for job in manager.list()] == [second.id, first.id]
    assert [job.id for job in manager.list(states=[JobState.DONE])] == [first.id]
    assert len(manager.list(limit=1)) == 1


async def test_records_are_written_and_found_again(manager_of, repository):
    manager = await manager_of()
    handle = manager.submit(spec(errands.not_found, owner="ann", description="one line"))
    await handle.wait()
    await manager.stop()
    document = repository.documents[handle.id]
    assert (document["state"], document["owner"], document["error_type"]) == ("failed", "ann", "NotFound")
    again = await manager_of()
    assert again.get(handle.id) == handle.job
    assert again.list()[0].description == "one line"


async def test_jobs_of_a_hub_that_died_become_interrupted(manager_of, repository):
    from hub.jobs.records import to_document

    manager = await manager_of()
    handle = manager.submit(spec(errands.add, 1, 2))
    await handle
    await manager.stop()
    left = to_document(handle.job) | {"state": "running", "ended_at": None}
    repository.documents[handle.id] = left
    again = await manager_of()
    job = again.get(handle.id)
    assert job.state is JobState.INTERRUPTED
    assert job.ended_at is not None
    assert again.bus.since(0, "job.interrupted")[0].data["id"] == handle.id
    await again.stop()
    assert repository.documents[handle.id]["state"] == "interrupted"


async def test_stopping_interrupts_what_runs_and_what_waits(watching, manager_of, repository):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    heard = []
    running = manager.submit(spec(errands.until_cancelled, on_error=lambda job, error: heard.append(error)))
    waiting = manager.submit(spec(errands.add, 1, 2))
    await watching(manager.bus)("job.event", id=running.id)
    await manager.stop()
    assert running.job.state is waiting.job.state is JobState.INTERRUPTED
    assert isinstance(heard[0], errors.JobInterruptedError)
    assert {d["state"] for d in repository.documents.values()} == {"interrupted"}
    with pytest.raises(errors.NotRunningError, match="stopped, not running"):
        manager.submit(spec(errands.add, 1, 2))


async def test_the_snapshot_has_the_documented_shape(watching, manager_of, gate):
    manager = await manager_of(HUB_MAX_WORKERS=1)
    running = manager.submit(
        spec(errands.wait_for, gate.path, kind="upload", subject="orchid.names", description="#1/4")
    )
    await watching(manager.bus)("job.event", id=running.id)
    waiting = manager.submit(spec(errands.add, 1, 2))
    shown = await manager.snapshot()
    process = shown["queue"]["process"]
    pid = running.job.pid
    assert process["running"] == [pid]
    assert process["max"] == 1
    assert len(process["pending"]) == 1
    worker = process["all"][str(pid)]
    assert worker["memory"]["size"] > 1_000_000
    assert set(worker["io"]) == {"read_count", "write_count", "read_bytes", "write_bytes"}
    assert worker["job"]["category"] == "uploader"
    assert worker["job"]["source"] == "orchid.names"
    assert worker["job"]["func_name"] == "wait_for"
    assert worker["job"]["duration"].endswith("s")
    assert shown["queue"]["thread"] == {"running": [], "pending": [], "max": 4, "all": {}}
    assert shown["hub_pid"] == os.getpid()
    assert shown["memory"] > 1_000_000
    assert shown["max_memory_usage"] is None
    await gate()
    await running
    await waiting


def test_errors_survive_pickling():
    for error in (
        errors.JobCancelledError("1", "ann"),
        errors.WorkerLostError("1", -9),
        errors.JobTimeoutError("1", 2.0),
        errors.RemoteError("X", "m", "f.py, line 1", {"a": 1}),
    ):
        copy = pickle.loads(pickle.dumps(error))
        assert (type(copy), str(copy), copy.parts()) == (type(error), str(error), error.parts())


def _log_of(handle) -> str:
    return Path(handle.job.logfile).read_text()


async def test_the_newest_records_are_kept(manager_of, repository):
    manager = await manager_of()
    for _ in range(4):
        await manager.submit(spec(errands.add, 1, 2, where="thread")).result()
    await manager.stop()
    again = await manager_of(KEEP_JOBS=2)
    assert len(repository.documents) == 2
    assert len(again.list()) == 2


def test_a_long_log_is_put_aside(tmp_path):
    log = tmp_path / "dataload" / "dump_hpo.log"
    prepare(log)
    log.touch()
    prepare(log)
    assert log.exists()
    os.truncate(log, LONGEST + 1)
    prepare(log)
    assert not log.exists()
    assert log.with_name("dump_hpo.log.1").stat().st_size == LONGEST + 1
