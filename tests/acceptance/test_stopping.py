"""How a hub ends, what it does with the jobs that run or wait then, and what the next one makes of them."""

from __future__ import annotations

import json
import os
import signal
import socket
import time

import pytest
import requests

from tests.acceptance.hub_process import LIMIT, HubProcess

CONFIG = "AUTO_SOURCES = []\nBUILDS = {}\nHUB_MAX_WORKERS = 1\nJOB_CANCEL_GRACE = 0.1\n"


@pytest.fixture
def quiet(project):
    """Both sources are downloaded, nothing is automatic, and the parsers wait at a gate."""
    with (project.folder / "config.py").open("a") as config:
        config.write(CONFIG)
    with HubProcess(project.folder) as hub:
        hub.start()
        for name in ("left", "right"):
            run(hub, "PUT", f"/source/{name}/dump")
    for name in ("left", "right"):
        os.mkfifo(gate(project, name))
    return project


def gate(project, name):
    return project.folder / "plugins" / name / "gate"


def ask(hub, method, path, **body):
    answer = requests.request(method, hub.addresses["REST API"] + path, json=body or None, timeout=300)
    assert answer.status_code == 200, f"{answer.text}; {hub.tail()}"
    return answer.json()["result"]


def run(hub, method, path, **body):
    record = ask(hub, method, path, **body)
    while not record["is_done"]:
        record = ask(hub, "GET", f"/command/{record['id']}")
    assert record["failed"] is False, record
    return record["results"]


def both_uploads(hub):
    """One that runs, and one that waits for its worker; their numbers."""
    first = ask(hub, "PUT", "/source/left/upload")["id"]
    hub.wait_for("job", kind="upload", subject="left", state="running")
    second = ask(hub, "PUT", "/source/right/upload")["id"]
    hub.wait_for("job", kind="upload", subject="right", state="queued")
    return first, second


def states(hub):
    return {(j["subject"], j["state"]) for j in ask(hub, "GET", "/jobs?kind=upload")}


def documents(hub, name):
    return ask(hub, "GET", f"/source/{name}")["count"]


def test_running_jobs_come_to_their_end_and_waiting_ones_wait_for_the_next_hub(quiet):
    with HubProcess(quiet.folder) as hub:
        hub.start()
        both_uploads(hub)
        hub.process.send_signal(signal.SIGTERM)
        hub.wait_for("job", subject="right", state="interrupted")
        ready = requests.get(hub.addresses["REST API"] + "/health/ready", timeout=300)
        assert ready.status_code == 503
        assert "about to stop" in ready.json()["parts"]["jobs"]
        refused = requests.put(hub.addresses["REST API"] + "/source/left/dump", timeout=300)
        assert (refused.status_code, "about to stop" in refused.json()["error"]) == (409, True)
        gate(quiet, "left").write_text("")
        hub.wait_for("job", subject="left", state="done")
        assert hub.process.wait(LIMIT) == 0
    gate(quiet, "right").unlink()
    with HubProcess(quiet.folder) as hub:
        hub.start()
        hub.wait_for("job", subject="right", state="done")
        assert (documents(hub, "left"), documents(hub, "right")) == (6000, 6000)
        history = ask(hub, "GET", "/commands")
        assert [c["cmd"] for c in history.values() if c.get("resumed_by")] == ["upload(src='right')"]


def test_without_grace_running_jobs_are_interrupted_and_resumed_when_asked(quiet):
    with HubProcess(quiet.folder, HUB_STOP_GRACE="0") as hub:
        hub.start()
        both_uploads(hub)
        hub.process.send_signal(signal.SIGTERM)
        assert hub.process.wait(LIMIT) == 0
    for name in ("left", "right"):
        gate(quiet, name).unlink()
    with HubProcess(quiet.folder) as hub:
        hub.start()
        hub.wait_for("job", subject="right", state="done")
        assert ("left", "interrupted") in states(hub)
        assert documents(hub, "left") == 0
        (resumed,) = run(hub, "PUT", "/jobs/resume")[0]
        assert (resumed["command"], resumed["arguments"], resumed["error"]) == ("upload", {"src": "left"}, None)
        assert documents(hub, "left") == 6000
        assert run(hub, "PUT", "/jobs/resume") == [[]]


def test_after_kill_9_running_commands_begin_again_with_the_setting(quiet):
    with HubProcess(quiet.folder) as hub:
        hub.start()
        both_uploads(hub)
        hub.kill()
    for name in ("left", "right"):
        gate(quiet, name).unlink()
    with HubProcess(quiet.folder, HUB_RESUME_JOBS="true") as hub:
        hub.start()
        hub.wait_for("job", subject="left", state="done")
        hub.wait_for("job", subject="right", state="done")
        assert states(hub) >= {("left", "interrupted"), ("left", "done"), ("right", "done")}


def test_a_second_signal_ends_at_once(quiet):
    with HubProcess(quiet.folder, HUB_STOP_GRACE="600") as hub:
        hub.start()
        both_uploads(hub)
        worker = next(j["pid"] for j in ask(hub, "GET", "/jobs?state=running"))
        hub.process.send_signal(signal.SIGTERM)
        hub.wait_for("job", subject="right", state="interrupted")
        hub.process.send_signal(signal.SIGTERM)
        assert hub.process.wait(LIMIT) == 1
        end = time.monotonic() + LIMIT
        while os.path.exists(f"/proc/{worker}") and time.monotonic() < end:  # noqa: PTH110
            time.sleep(0.01)
        assert not os.path.exists(f"/proc/{worker}")  # noqa: PTH110


def test_a_store_that_does_not_answer_is_waited_for_and_then_named(project):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, not listening
        server = f"mongodb://127.0.0.1:{nobody.getsockname()[1]}/?serverSelectionTimeoutMS=50"
        with HubProcess(project.folder, HUB_DATA_SRC_SERVER=server, HUB_STORE_WAIT="2") as hub:
            assert "127.0.0.1" in hub.wait_for("waiting")["error"]
            assert hub.process.wait(LIMIT) == 1
            said = (project.folder / "stderr.log").read_text()
    assert "Asked again in" in said
    told = json.loads(said[said.index("{") :])
    assert (told["type"], "127.0.0.1" in told["error"]) == ("StoreUnavailableError", True)
    assert "Traceback" not in said
