"""What people and hooks do to a console that they should not: the hub goes on."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import urllib.error
import urllib.request

import pytest

from hub.config import load
from hub.console import hooks as hooks_module
from hub.server import Hub, PortTakenError, Server
from tests.console.conftest import LIMIT, RunningHub

HANGS = "import threading\nthreading.Event().wait()\n"
FIRES = "ran = []\ndef tick():\n    ran.append(1)\n    tell()\nschedule('* * * * * *', tick)\n"
FAILS = (
    "def broken():\n    raise SystemExit('from a schedule')\nschedule('* * * * * *', broken)\n"
    "expose('broken', broken, 'GET', role='viewer')\n"
)


def serves(hub):
    with urllib.request.urlopen(f"{hub.addresses['REST API']}/health/ready") as answer:
        return json.loads(answer.read())["status"] == "ok"


@pytest.fixture(scope="module")
def idle_hub(tmp_path_factory):
    with RunningHub(tmp_path_factory.mktemp("idle"), CONSOLE_IDLE_MINUTES=1 / 60) as running:
        yield running


def test_somebody_who_types_nothing_is_sent_away(idle_hub):
    async def wait():
        connection = await idle_hub.connect()
        process = await connection.create_process(term_type="xterm", term_size=(80, 24))
        said = await process.stdout.read()
        await process.wait()
        connection.close()
        return said, process.exit_status

    said, status = idle_hub.do(wait())
    assert "Closed: nothing was typed for" in said
    assert status == 1


def test_somebody_whose_statement_runs_is_not_idle(idle_hub):
    done = idle_hub.run("import time; time.sleep(2.5); 'still here'")
    assert (done.stdout, done.exit_status) == ("'still here'\n", 0)


def test_a_taken_port_is_named_and_nothing_listens(tmp_path):
    async def start():
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            ports = dict.fromkeys(("HUB_API_PORT", "READONLY_HUB_API_PORT", "QUERY_API_PORT"), 0)
            flags = {**ports, "HUB_SSH_PORT": port, "DATA_PLUGIN_FOLDER": str(tmp_path), "BUILDS": {}}
            async with Hub(load(tmp_path / "home", environ={}, flags=flags)) as hub:
                server = Server(hub)
                with pytest.raises(PortTakenError) as refused:
                    await server.start()
                assert server.addresses == []
                return port, str(refused.value)

    port, said = asyncio.run(start())
    assert said.startswith(f"port {port} on 127.0.0.1, wanted for the SSH console, is in use.")
    assert "HUB_SSH_PORT" in said


def test_a_hook_that_hangs_does_not_hold_up_the_start(tmp_path, monkeypatch):
    monkeypatch.setattr(hooks_module, "PATIENCE", 0.2)
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks" / "a_hangs.py").write_text(HANGS)
    (tmp_path / "hooks" / "b_fine.py").write_text("def fine():\n    return 1\n")
    with RunningHub(tmp_path) as hub:
        assert serves(hub)
        states = {row["hook"]: row["state"] for row in hub.console.hooks.list()}
        assert states["a_hangs.py"] == "loading"


def test_the_schedule_of_a_hook_fires_and_one_that_fails_is_told(tmp_path):
    (tmp_path / "hooks").mkdir()
    with RunningHub(tmp_path) as hub:
        failed, loaded = hub.hear("schedule.failed"), hub.hear("hook.loaded")
        (hub.hooks / "fires.py").write_text(f"tell = print\n{FIRES}")
        assert loaded().data["hook"] == "fires.py"
        fired = threading.Event()
        hub.console.names.find("tick").__globals__["tell"] = fired.set
        assert fired.wait(LIMIT)
        (hub.hooks / "fails.py").write_text(FAILS)
        told = failed().data
        assert told["schedule"] == "hook:fails:broken"
        assert "`broken` raised SystemExit (from a schedule)" in told["error"]
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(f"{hub.addresses['REST API']}/broken")
        assert "raised SystemExit" in json.loads(answer.value.read())["error"]
        answer.value.close()
        assert serves(hub)


@pytest.mark.parametrize(
    "text",
    [
        "import sys; [sys.stdout.write('x' * 1024) for _ in range(1024 ** 2)]",
        "print('x' * 100 * 1024 ** 2)",
        "'x' * 100 * 1024 ** 2",
        "!head -c 1000000000 /dev/zero",
    ],
    ids=["a gigabyte in pieces", "at once", "as a value", "by a program"],
)
def test_far_too_much_output(hub, text):
    done = hub.run(text)
    assert len(done.stdout) <= 10_000_001
    assert done.exit_status == 1 or len(done.stdout) < 10_000_000
    assert serves(hub)


@pytest.mark.parametrize("text", ["raise SystemExit('bye')", "import os, signal; raise SystemExit(7)", "quit()"])
def test_leaving_by_an_exception_leaves_the_hub(hub, text):
    hub.run(text)
    assert serves(hub)
    assert hub.run("1 + 1").stdout == "2\n"


def test_dump_can_be_deleted_and_overwritten_and_is_back_for_the_next(hub):
    script = "dump = None\ndump\ndel dump\ndump\nimport builtins\ndel __builtins__['dump']\n1\ndump\n"
    done = hub.run(input=script)
    assert done.exit_status == 0, done.stderr
    assert done.stdout.count("<command dump(") == 2
    assert hub.run("dump").stdout.startswith("<command dump(")
    with urllib.request.urlopen(f"{hub.addresses['REST API']}/openapi.json") as answer:
        assert "/source/{src}/dump" in json.loads(answer.read())["paths"]
