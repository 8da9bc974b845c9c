"""Workers end with the hub, however it ends."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

HUB = """
import asyncio, sys
from hub import config
from hub.jobs.manager import JobManager
from hub.jobs.port import JobSpec
import dying_errands

async def main():
    manager = JobManager(config.load(sys.argv[1], config=sys.argv[2], environ={}, flags={"HUB_MAX_WORKERS": 1}))
    told = asyncio.get_running_loop().create_future()
    manager.bus.subscribe("job.event", lambda event: told.set_result(event.data["details"]["child"]))
    await manager.start()
    handle = manager.submit(JobSpec("test", "x", getattr(dying_errands, sys.argv[3])))
    child = await told
    print(handle.job.pid, child, flush=True)
    await handle.wait()

asyncio.run(main())
"""

ERRANDS = """
import signal, subprocess

def waits(ctx):
    ctx.emit("waiting", child=0)
    while True:
        signal.pause()

def has_a_child(ctx):
    child = subprocess.Popen(["/bin/sleep", "1000"])
    ctx.emit("waiting", child=child.pid)
    while True:
        signal.pause()

def never_lets_go(ctx):
    # runs in C with the interpreter locked, as a long regular expression does
    ctx.emit("waiting", child=0)
    import re
    re.match(r"(a+)+b", "a" * 60)
"""


@pytest.fixture
def dying_hub(tmp_path):
    """Start a hub with one job; gives its process and the pids of the worker and of the worker's child."""
    (tmp_path / "dying_errands.py").write_text(ERRANDS)
    (tmp_path / "my_config.py").write_text("")
    root = str(Path(__file__).resolve().parents[2])
    environ = dict(os.environ, PYTHONPATH=os.pathsep.join([root, str(tmp_path)]))
    started = []

    def start(errand: str) -> tuple[subprocess.Popen[str], list[int]]:
        command = [sys.executable, "-c", HUB, str(tmp_path / "home"), str(tmp_path / "my_config.py"), errand]
        process = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, [int(pid) for pid in process.stdout.readline().split()]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def ended(watched: int) -> bool:
    """Whether a watched process ends within a minute; it need not be ours, nor be reaped by its new parent."""
    with os.fdopen(watched):
        return bool(select.select([watched], [], [], 60)[0])


@pytest.mark.parametrize("errand", ["waits", "has_a_child", "never_lets_go"])
def test_workers_die_with_a_killed_hub(dying_hub, errand):
    hub, (worker, child) = dying_hub(errand)
    watched = [os.pidfd_open(pid) for pid in (worker, child) if pid]
    hub.send_signal(signal.SIGKILL)
    assert [ended(process) for process in watched] == [True] * len(watched)


def test_what_a_worker_started_dies_although_the_worker_can_do_nothing_any_more(dying_hub):
    hub, (worker, child) = dying_hub("has_a_child")
    watched = [os.pidfd_open(pid) for pid in (worker, child)]
    os.kill(worker, signal.SIGSTOP)
    hub.send_signal(signal.SIGKILL)
    assert [ended(process) for process in watched] == [True, True]
