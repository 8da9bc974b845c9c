"""Jobs that take too much: memory, output, processes of their own. They are ended and told, and the hub goes on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil
import pytest

from hub.jobs import errors
from hub.jobs.guard import Guard
from hub.jobs.logfiles import LONGEST
from hub.jobs.port import JobState
from tests.jobs.test_manager import errands, gate, spec  # noqa: F401 - a fixture

pytestmark = pytest.mark.usefixtures("_errands_are_importable_in_workers")


@pytest.fixture
def _errands_are_importable_in_workers(tmp_path, monkeypatch):
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "job_errands.py").write_text(Path(__file__).with_name("errands.py").read_text())
    monkeypatch.syspath_prepend(str(tmp_path / "code"))


def gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def sizes(folder: Path) -> dict[str, bool]:
    return {path.name: path.stat().st_size <= LONGEST for path in folder.iterdir()}


@pytest.mark.parametrize("child", [False, True])
async def test_a_job_that_eats_memory_is_ended_and_names_the_setting(manager, child):
    handle = manager.submit(
        spec(errands.eat_memory, child, memory_limit=200 * 1024**2, memory_limit_name="setting `UPLOAD_MEMORY_LIMIT`")
    )
    with pytest.raises(errors.JobMemoryError, match=r"its limit is 200 MB \(setting `UPLOAD_MEMORY_LIMIT`\)"):
        await handle
    assert handle.job.state is JobState.FAILED
    assert await manager.submit(spec(errands.add, 1, 2)) == 3


@pytest.mark.parametrize("end", ["return", "cancel"])
async def test_a_child_that_left_the_session_ends_with_its_job(manager, gate, end):  # noqa: F811
    handle = manager.submit(spec(errands.runaway_child, gate.path, end, grace=0.05))
    child = int(await asyncio.to_thread(Path(gate.path).read_text))
    if end == "cancel":
        manager.cancel(handle.id)
    assert (await handle.wait()).state is (JobState.CANCELLED if end == "cancel" else JobState.DONE)
    assert gone(child)


async def test_a_job_that_says_too_much_fills_neither_disk_nor_memory(manager, gate):  # noqa: F811
    handle = manager.submit(spec(errands.talk_for_ever, gate.path, 30))
    held = await asyncio.to_thread(Path(gate.path).open, "w")  # it has said everything
    log = Path(handle.job.logfile)
    await asyncio.to_thread(manager._register.entries[handle.id].run.guard.look)
    assert await asyncio.to_thread(sizes, log.parent) == {log.name: True, f"{log.name}.1": True}
    held.close()
    assert (await handle.wait()).state is JobState.FAILED
    assert len(handle.job.error) < 11_000
    assert all(len(e.data.get("text", "")) < 3000 for e in manager.bus.since(0, "job.log"))


def test_a_long_log_is_put_aside_while_it_is_written(tmp_path):
    log = tmp_path / "job.log"
    with log.open("a") as writer:
        guard = Guard(0, str(log), longest=1000)
        for _ in range(3):
            writer.write("a" * 800 + "b" * 800)
            writer.flush()
            guard._shorten()
            writer.write("end")
            writer.flush()
            assert log.read_text() == "end"
            assert len((tmp_path / "job.log.1").read_text()) == 1000
            guard._shorten()
