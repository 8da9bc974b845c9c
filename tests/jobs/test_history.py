"""Pages of jobs that are long over, and the part of a log file that is of one job."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import pytest

from hub.jobs import records
from hub.jobs.events import EventBus
from hub.jobs.history import History, Wanted
from hub.jobs.logfiles import read_part
from hub.jobs.manager import JobManager
from hub.jobs.origin import Origin, started_by
from hub.jobs.port import Job, JobState
from tests.jobs.test_manager import (  # noqa: F401
    _errands_are_importable_in_workers,
    errands,
    gate,
    spec,
)

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def job(number: int, **fields) -> Job:
    usual = {"kind": "dump", "subject": "hpo", "description": "", "owner": "auto", "state": JobState.DONE}
    return Job(id=f"j{number:04d}", created_at=BEGIN + timedelta(minutes=number), **usual | fields)


async def test_pages_reach_back_to_the_first_job(settings, repository):
    for number in range(1200):
        repository.put(records.to_document(job(number, subject=f"s{number % 3}")))
    manager = JobManager(settings(), jobs_repo=repository, bus=EventBus())
    await manager.start()
    found, total = await manager.page(limit=3)
    assert ([j.id for j in found], total) == (["j1199", "j1198", "j1197"], 1200)
    found, total = await manager.page(offset=1198, limit=100)
    assert ([j.id for j in found], total) == (["j0001", "j0000"], 1200)
    found, total = await manager.page(Wanted(subject="s1"), offset=398, limit=5)
    assert ([j.id for j in found], total) == (["j0004", "j0001"], 400)
    assert (await manager.page(offset=5000))[0] == []
    assert manager.get("j0000").subject == "s0"
    await manager.stop()


async def test_a_page_shows_jobs_at_work_as_they_are(manager, watching, gate):  # noqa: F811
    done = manager.submit(spec(errands.add, 1, 2, kind="sum"))
    await done
    with started_by(Origin("count", {"n": 1}, 7)):
        running = manager.submit(spec(errands.wait_for, gate.path, owner="me", subject="hpo.terms"))
    await watching(manager.bus)("job.started", id=running.id)
    assert [j.id for j in (await manager.page())[0]] == [running.id, done.id]
    for wanted in (
        Wanted(states=frozenset({JobState.RUNNING})),
        Wanted(owner="me"),
        Wanted(command=7),
        Wanted(subject="hpo"),
        Wanted(kind="test"),
    ):
        assert [j.id for j in (await manager.page(wanted))[0]] == [running.id]
    assert (await manager.page(Wanted(subject="hp")))[1] == 0
    assert running.job.origin == {"command": "count", "arguments": {"n": 1}, "number": 7, "retry_of": ""}
    await gate()
    await running


async def test_old_records_are_forgotten_while_the_hub_runs_too(manager_of, repository):
    for number in range(8):
        repository.put(records.to_document(job(number, state=JobState.DONE)))
    manager = await manager_of(KEEP_JOBS=5)
    assert sorted(repository.documents) == ["j0003", "j0004", "j0005", "j0006", "j0007"]
    for _ in range(3):
        await manager.submit(spec(errands.add, 1, 2, where="thread"))
    await manager.stop()
    assert "j0003" not in repository.documents
    assert len(repository.documents) <= 6


async def test_unfinished_records_are_not_forgotten(manager_of, repository):
    for number in range(8):
        repository.put(records.to_document(job(number, state=JobState.RUNNING if number == 0 else JobState.DONE)))
    manager = await manager_of(KEEP_JOBS=2)
    assert manager.get("j0000").state is JobState.INTERRUPTED
    await manager.stop()
    assert sorted(repository.documents) == ["j0000", "j0006", "j0007"]


def test_jobs_of_the_same_moment_are_all_there():
    history = History()
    for name in ("b", "a", "c"):
        history.note(Job(name, "k", "s", "", "", JobState.DONE, BEGIN))
    assert sorted(history.page(Wanted(), 0, 10)[0]) == ["a", "b", "c"]
    history.forget(["b"])
    assert (len(history), sorted(history.page(Wanted(), 0, 10)[0])) == (2, ["a", "c"])


async def test_a_job_has_its_own_part_of_a_log_that_others_use(manager):
    first = await manager.submit(spec(errands.say, "first\n", kind="dump", subject="hpo")).wait()
    second = await manager.submit(spec(errands.say, "second\n", kind="dump", subject="hpo")).wait()
    assert first.logfile == second.logfile

    def part(of: Job, start: int = 0, most: int = 1000):
        from pathlib import Path

        return read_part(Path(of.logfile), of.log_start, of.log_end, start, most)

    assert (part(first).text, part(second).text) == ("first\n", "second\n")
    assert (part(second, -4).text, part(second, -4).start) == ("ond\n", 3)
    assert part(second, 99) == part(second, 7)
    assert part(second).size == 7


@pytest.mark.parametrize(
    ("start", "most", "text", "next_"),
    [
        (0, 100, "eins\nzwei\ndrei", 14),
        (0, 7, "eins\n", 5),
        (5, 3, "zwe", 8),
        (5, 5, "zwei\n", 10),
        (-4, 100, "drei", 14),
        (-99, 5, "eins\n", 5),
        (99, 5, "", 14),
    ],
)
def test_pieces_of_a_log_end_with_a_line_where_there_is_one(tmp_path, start, most, text, next_):
    path = tmp_path / "a.log"
    path.write_text("of others\neins\nzwei\ndrei")
    part = read_part(path, 10, None, start, most)
    assert (part.text, part.next, part.size) == (text, next_, 14)


def test_a_log_that_was_begun_anew_and_one_that_is_gone(tmp_path):
    path = tmp_path / "a.log"
    path.write_text("new\n")
    assert read_part(path, 5000, None, 0, 100).text == "new\n"
    assert read_part(tmp_path / "none.log", 5, 10, 0, 100).text == ""
    path.write_bytes(b"\xff\xfe broken\n")
    assert read_part(path, 0, None, 0, 100).text == "\ufffd\ufffd broken\n"


@pytest.mark.parametrize("where", ["process", "thread"])
async def test_lines_of_a_job_name_it_here_and_in_its_log(manager, where, tmp_path):
    from hub import loglines

    lines: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    handler = Keep()
    handler.setFormatter(loglines.formatter("text"))
    logging.getLogger("hub").addHandler(handler)
    try:
        with_request = loglines.REQUEST.set("r42")
        handle = manager.submit(spec(errands.tell_the_log, where=where, on_done=_log_something))
        loglines.REQUEST.reset(with_request)
        done = await handle.wait()
    finally:
        logging.getLogger("hub").removeHandler(handler)
    ids = f" [request r42] [job {done.id}]"
    assert [line.rpartition(" -- ")[2] for line in lines if "on_done" in line] == [f"on_done{ids}"]
    log = await asyncio.to_thread(read_part, __import__("pathlib").Path(done.logfile), 0, None, 0, 10_000)
    assert f"-- said in the log{ids}\n" in log.text


def _log_something(job: Job, result: object) -> None:
    logging.getLogger("hub.test").warning("on_done")
