"""Jobs over REST: listed, followed, logged, cancelled, done again, held back; schedules switched and run."""

from __future__ import annotations

import os
import threading

import pytest

from tests.api.live import LiveHub, write_plugin, write_plugins

PARSER = """
import json
from pathlib import Path

GATE = Path(__file__).with_name("gate")


def load_data(data_folder):
    print("reading", flush=True)
    if GATE.exists():
        GATE.read_text()
    for line in (Path(data_folder) / "data.ndjson").read_text().splitlines():
        yield json.loads(line)
"""


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    root = tmp_path_factory.mktemp("jobs")
    write_plugins(root)
    write_plugin(root, "slow", {"uploader": {"parser": "parser:load_data"}})
    (root / "plugins" / "slow" / "parser.py").write_text(PARSER)
    with LiveHub(root) as running:
        for name in ("apple", "slow"):
            running.run("PUT", f"/source/{name}/dump", json={})
        yield running


@pytest.fixture
def gate(hub):
    """The parser of `slow` waits until it is opened."""
    path = hub.root / "plugins" / "slow" / "gate"
    os.mkfifo(path)
    yield lambda: path.write_text("")
    path.unlink()


def running_upload(hub):
    """Start the upload of `slow`; the id of its job once it has said something, and the number of the command."""
    number = hub.result("PUT", "/source/slow/upload", json={})["id"]
    while not (found := hub.get(f"/jobs?command={number}")):
        pass
    id_ = found[0]["id"]
    piece = hub.get(f"/job/{id_}/log?seconds=60")
    assert " -- reading [request " in piece["text"], piece
    assert f"[job {id_}]" in piece["text"]
    return id_, number, piece


def test_jobs_are_listed_by_page_and_filter(hub):
    body = hub.ask("GET", "/jobs?limit=1").json()
    assert len(body["result"]) == 1
    assert body["page"] == {"total": len(hub.get("/jobs")), "offset": 0, "limit": 1}
    second = hub.get("/jobs?limit=1&offset=1")
    assert second[0]["id"] != body["result"][0]["id"]
    assert {j["subject"] for j in hub.get("/jobs?kind=dump&state=done,failed&subject=apple")} == {"apple"}
    assert hub.get("/jobs?owner=nobody") == []
    for query, said in (
        ("state=donee", "no job state `donee`. Did you mean `done`?"),
        ("limit=0", "`limit` is a number of entries from 1 to 10000, not 0"),
        ("offset=-1", "`offset` is a number of entries to leave out"),
        ("limit=1000000", "not 1000000"),
    ):
        answer = hub.ask("GET", f"/jobs?{query}")
        assert answer.status_code in (400, 404)
        assert said in answer.json()["error"]


def test_other_long_lists_have_pages_too(hub):
    for path in ("/sources", "/builds", "/commands", "/runs", "/releases"):
        body = hub.ask("GET", f"{path}?limit=1&offset=1").json()
        everything = hub.ask("GET", path).json()["result"]
        assert body["page"] == {"total": len(everything), "offset": 1, "limit": 1}, path
        assert len(body["result"]) == min(1, max(0, len(everything) - 1)), path


def test_a_job_is_followed_and_its_log_read_while_it_is_written(hub, gate):
    id_, number, piece = running_upload(hub)
    assert piece["ended"] is False
    before = hub.get(f"/job/{id_}/follow?seconds=0")
    assert (before["state"], before["command"], before["command_name"]) == ("running", number, "upload")
    again = hub.get(f"/job/{id_}/log?start={piece['next']}")
    assert (again["text"], again["ended"]) == ("", False)
    threading.Thread(target=gate).start()
    done = hub.get(f"/job/{id_}/follow?seconds=300")
    assert (done["state"], done["error"]) == ("done", None)
    last = hub.get(f"/job/{id_}/log?start={piece['next']}")
    assert last["ended"] is True
    assert hub.get(f"/job/{id_}/log?start=-8&size=8")["start"] == last["size"] - 8
    for query in ("seconds=1e9", "seconds=-1", "size=0", "size=99999999"):
        assert hub.ask("GET", f"/job/{id_}/log?{query}").status_code == 400


def test_a_cancelled_job_is_done_again_by_its_command(hub, gate):
    id_, _, _ = running_upload(hub)
    refused = hub.ask("POST", f"/job/{id_}/retry")
    assert (refused.status_code, "it is running" in refused.json()["error"]) == (409, True)
    hub.result("POST", f"/job/{id_}/cancel")
    assert hub.get(f"/job/{id_}/follow?seconds=300")["state"] == "cancelled"
    number = hub.result("POST", f"/job/{id_}/retry")["id"]
    threading.Thread(target=gate).start()
    record = hub.follow(number)
    assert (record["failed"], record["cmd"]) == (False, f"retry(id='{id_}')")
    assert record["results"][0][0]["count"] == 5
    (anew,) = hub.get(f"/jobs?command={number}")
    assert hub.get(f"/job/{anew['id']}")["retry_of"] == id_
    assert hub.get(f"/job/{id_}")["retried_by"] == number
    refused = hub.ask("POST", f"/job/{anew['id']}/retry")
    assert (refused.status_code, "it is done" in refused.json()["error"]) == (409, True)
    assert hub.ask("POST", "/job/nobody/retry").status_code == 404


def test_a_lane_is_paused_and_a_waiting_job_put_first(hub):
    assert any(v["lane"] == "upload" and v["paused"] for v in hub.result("PUT", "/lane/upload/pause"))
    numbers = [hub.result("PUT", f"/source/{name}/upload", json={})["id"] for name in ("slow", "apple")]
    waiting = [hub.get(f"/jobs?command={n}&state=queued")[0] for n in numbers]
    assert {job["waiting_for"] for job in waiting} == {"lane `upload`, which is paused"}
    first = hub.result("PUT", f"/job/{waiting[1]['id']}/priority", json={"priority": 5})
    assert first["priority"] == 5
    assert hub.result("PUT", "/lane/source:slow/limit", json={"limit": 1})
    hub.result("PUT", "/lane/upload/resume")
    assert [hub.follow(n)["failed"] for n in numbers] == [False, False]
    slow, apple = (hub.get(f"/job/{job['id']}") for job in waiting)
    assert apple["started_at"] < slow["started_at"]
    assert {v["lane"]: v["limit"] for v in hub.get("/lanes")}["source:slow"] == 1
    hub.result("PUT", "/lane/source:slow/limit", json={})
    assert "source:slow" not in {v["lane"] for v in hub.get("/lanes")}
    answer = hub.ask("PUT", "/lane/uplaod/pause")
    assert (answer.status_code, "Did you mean `upload`?" in answer.json()["error"]) == (404, True)
    assert hub.ask("PUT", f"/job/{apple['id']}/priority", json={"priority": 1}).status_code == 409


def test_schedules_are_listed_switched_and_run(hub, gate):
    hub.call_in_loop(hub.flow.schedule)
    known = {s["name"]: s for s in hub.get("/schedules")}
    assert {"dump:apple", "dump:pear", "dump:slow"} <= set(known)
    assert known["dump:apple"]["enabled"] is True
    off = hub.result("PUT", "/schedule/dump:apple/disable")
    assert (off["enabled"], off["next_run"]) == (False, None)
    assert hub.get("/schedules")[-1]["name"] == "dump:apple"
    ran = hub.run("POST", "/schedule/dump:apple/run")
    assert (ran["failed"], ran["results"][0]["last_run"] is not None) == (False, True)
    assert hub.result("PUT", "/schedule/dump:apple/enable")["next_run"] is not None
    running_upload(hub)
    busy = hub.ask("POST", "/schedule/dump:slow/run")
    assert (busy.status_code, "(upload slow) is running" in busy.json()["error"]) == (409, True)
    gate()
    assert hub.ask("PUT", "/schedule/dump:aple/disable").status_code == 404


def test_the_view_of_processes_names_the_job(hub, gate):
    id_, _, _ = running_upload(hub)
    view = hub.get("/job_manager")
    (process,) = view["queue"]["process"]["all"].values()
    assert process["job"]["job_id"] == id_
    assert (process["job"]["category"], process["job"]["source"]) == ("uploader", "slow")
    assert process["memory"]["size"] > 0
    assert {"status", "percent"} <= set(process["cpu"])
    assert view["hub_pid"] == os.getpid()
    gate()
    assert hub.get(f"/job/{id_}/follow?seconds=300")["state"] == "done"


def test_answers_and_lines_of_the_log_have_the_id_of_the_request(hub):
    answer = hub.ask("PUT", "/source/aple/dump", headers={"X-Request-ID": "my-own.1"})
    assert (answer.headers["X-Request-ID"], answer.json()["request"]) == ("my-own.1", "my-own.1")
    bad = hub.ask("GET", "/jobs", headers={"X-Request-ID": "x" * 65 + " <script>"})
    assert bad.headers["X-Request-ID"].isalnum()
