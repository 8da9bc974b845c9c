"""The main job as a person sees it: `hub serve` in a folder, then questions to the API."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.acceptance.hub_process import HubProcess
from tests.acceptance.project import left


def test_a_folder_of_plugins_becomes_a_searchable_api(project):
    with HubProcess(project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        merged = hub.get("/v1/thing/t04000")
        assert merged["left"] == {"name": "red thing 4000", "number": 4000}
        assert merged["right"] == {"even": True}
        assert hub.get("/v1/thing/t00001")["left"]["number"] == 1
        assert hub.get("/v1/query?q=left.number:4000")["total"] == 1
        assert hub.get("/v1/query?q=right.even:true&size=0")["total"] == 3000
        assert hub.get("/v1/query?q=__all__&facets=right.even&size=0")["facets"]["right.even"]["total"] == 6000
        meta = hub.get("/v1/metadata")
        assert meta["stats"]["total"] == 9000
        assert meta["src"]["left"]["stats"] == {"left": 6000}
        assert meta["src"]["right"]["license"] == "CC0"


def test_status_and_jobs_are_told_over_rest(ready_project):
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        status = hub.get("/status", api="REST API")
        assert status["status"] == "ok"
        assert status["result"]["source"] == {"total": 2, "documents": 12000}
        jobs = hub.get("/jobs", api="REST API")["result"]
        assert {j["kind"] for j in jobs} >= {"dump", "upload", "build", "index"}
        assert {j["state"] for j in jobs} == {"done"}
        assert hub.get("/job/nothing", api="REST API", status=404)["status"] == "error"


def test_the_hub_is_restarted_and_stopped_over_rest(ready_project):
    with HubProcess(ready_project.folder) as hub:
        base = hub.start()["REST API"]
        hub.wait_for("ready")
        record = requests.put(f"{base}/restart", json={}, timeout=300).json()["result"]
        assert record["cmd"] == "restart()"
        base = hub.start()["REST API"]  # the same process, as its events still arrive
        hub.wait_for("ready")
        assert hub.get(f"/command/{record['id']}", api="REST API")["result"]["results"] == ["the hub restarts"]
        assert requests.put(f"{base}/stop", json={"force": True}, timeout=300).json()["status"] == "ok"
        assert hub.process.wait(300) == 0


def test_a_changing_command_needs_the_token_without_trust(ready_project):
    with HubProcess(ready_project.folder, HUB_TRUST_LOOPBACK="false") as hub:
        base = hub.start()["REST API"]
        hub.wait_for("ready")
        assert requests.put(f"{base}/source/left/dump", json={}, timeout=300).status_code == 401
        answer = requests.get(f"{base}/status", headers={"Host": "evil.example"}, timeout=300)
        assert answer.status_code == 403
        done = subprocess.run(
            [sys.executable, "-m", "hub", "upload", "left", "--home", "hub_data", "--json"],
            cwd=ready_project.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=True,
        )
        assert json.loads(done.stdout)[0]["count"] == 6000


def test_a_second_start_does_nothing_again_and_serves_at_once(ready_project):
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        assert {e["kind"] for e in hub.events if e["event"] == "job"} == {"dump"}
        assert hub.get("/v1/thing/t00001")["left"]["number"] == 1


def test_new_data_are_served_after_a_restart_and_the_old_ones_until_then(ready_project):
    data = ready_project.write_data("left", left(word="blue"))
    os.utime(data, (1_900_000_000, 1_900_000_000))
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        assert "thing 7" in hub.get("/v1/thing/t00007")["left"]["name"]
        hub.wait_for("ready")
        assert hub.get("/v1/thing/t00007")["left"]["name"] == "blue thing 7"
        assert hub.get("/v1/metadata")["src"]["left"]["version"] == "2030-03-17"


def test_a_broken_plugin_and_a_failing_parser_do_not_stop_the_others(project):
    (project.folder / "plugins" / "broken").mkdir()
    (project.folder / "plugins" / "broken" / "manifest.json").write_text('{"version": "1.0", "dumper": {')
    failing = project.add_source("failing", [{"_id": 7}])
    assert failing.is_dir()
    with HubProcess(project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        assert hub.get("/v1/metadata")["stats"]["total"] == 9000
        sources = {s["name"]: s for s in hub.get("/sources", api="REST API")["result"]}
        assert "manifest.json" in sources["broken"]["data_plugin"]["error"]
        upload = sources["failing"]["upload"]["sources"]["failing"]
        assert upload["status"] == "failed"
        assert "failing" in upload["error"]
        assert "_id" in upload["error"]


def test_a_taken_port_is_said_in_one_line(project):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "hub", "serve", "--home", "hub_data", "--api-port", port],
            cwd=project.folder,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "HUB_API_PORT" in done.stderr
    assert "Traceback" not in done.stderr


def test_too_few_open_files_are_said_in_one_line(project):
    done = subprocess.run(
        ["sh", "-c", f"ulimit -n 20; exec {sys.executable} -m hub serve --home hub_data"],
        cwd=project.folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "only 20 files" in done.stderr
    assert "ulimit -n 1024" in done.stderr


def test_a_second_hub_on_the_same_home_is_refused(project):
    with HubProcess(project.folder) as hub:
        hub.start()
        with HubProcess(project.folder) as second:
            assert second.process.wait(300) == 3
        assert "already runs" in (project.folder / "stderr.log").read_text()
        hub.wait_for("ready")


def test_sigterm_ends_with_exit_code_0(ready_project):
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("ready")
        hub.process.send_signal(signal.SIGTERM)
        assert hub.process.wait(300) == 0


@pytest.mark.parametrize("kind", ["dump", "upload", "build", "index"])
def test_kill_9_when_a_job_starts_leaves_the_old_data_and_the_next_start_completes(ready_project, kind):
    data = ready_project.write_data("left", left(word="blue"))
    os.utime(data, (1_900_000_000, 1_900_000_000))
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        hub.wait_for("job", kind=kind, state="running")
        assert hub.get("/v1/thing/t00007")["left"]["name"] == "red thing 7"
        hub.kill()
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        assert hub.get("/v1/thing/t00007")["left"]["name"] in ("red thing 7", "blue thing 7")
        hub.wait_for("ready")
        assert_complete(hub)
        states = {j["state"] for j in hub.get("/jobs", api="REST API")["result"]}
        assert states <= {"done", "interrupted"}


def test_kill_9_in_the_middle_of_a_parser_keeps_the_old_documents(ready_project):
    data = ready_project.write_data("left", left(word="blue"))
    os.utime(data, (1_900_000_000, 1_900_000_000))
    gate = ready_project.folder / "plugins" / "left" / "gate"
    os.mkfifo(gate)
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        with gate.open("w"):  # opens when the parser is at document 3,000
            assert hub.get("/v1/thing/t00007")["left"]["name"] == "red thing 7"
            sources = {s["name"]: s for s in hub.get("/sources", api="REST API")["result"]}
            assert sources["left"]["upload"]["sources"]["left"]["status"] == "uploading"
            hub.kill()
    gate.unlink()
    with HubProcess(ready_project.folder) as hub:
        hub.start()
        assert "thing 7" in hub.get("/v1/thing/t00007")["left"]["name"]
        hub.wait_for("ready")
        assert_complete(hub)


def assert_complete(hub: HubProcess) -> None:
    """Exactly the right documents, and nothing half-made left on disk."""
    assert hub.get("/v1/metadata")["stats"]["total"] == 9000
    assert hub.get("/v1/query?q=left.name:blue&size=0")["total"] == 6000
    assert hub.get("/v1/query?q=left.name:red&size=0")["total"] == 0
    assert hub.get("/v1/query?q=right.even:true&size=0")["total"] == 3000
    leftovers = [p.name for p in (hub.folder / "hub_data" / "store").rglob("*_temp_*")]
    assert leftovers == []
