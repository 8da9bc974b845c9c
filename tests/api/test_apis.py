"""Data APIs that are created: real processes, real ports, real requests."""

from __future__ import annotations

import asyncio
import os
import signal
import socket

import psutil
import pytest
import requests

from hub.dataindex.apis.manager import LISTENERS
from tests.api.live import LIMIT

TOLD = {"es_host": "localhub", "index": "fruit_one", "doc_type": "fruit", "port": 0}


def listed(hub, name):
    return next((entry for entry in hub.get("/api/list") if entry["_id"] == name), None)


def fetch(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=LIMIT)


@pytest.fixture
def api(filled):
    made = filled.result("POST", "/api", json={"api_id": "fruits", "description": "all of them", **TOLD})
    assert made == {
        "_id": "fruits",
        "config": {"es_host": "localhub", "index": "fruit_one", "doc_type": "fruit", "port": "0"},
        "description": "all of them",
    }
    yield "fruits"
    filled.ask("DELETE", "/api", json={"api_id": "fruits"})


def test_an_api_is_created_started_tested_stopped_and_deleted(filled, api, caplog):
    caplog.set_level("INFO", "hub.apimanager")
    assert "status" not in listed(filled, api)
    url = filled.result("PUT", f"/api/{api}/start")
    assert (listed(filled, api)["status"], listed(filled, api)["url"]) == ("running", url)
    assert filled.result("PUT", f"/api/{api}/start") == url  # one that runs goes on
    found = fetch(f"{url}/v1/fruit/query?q=__all__&size=1").json()
    assert found["total"] > 0
    id_ = found["hits"][0]["_id"]
    assert fetch(f"{url}/v1/fruit/{id_}").json()["_id"] == id_
    (answers,) = filled.run("POST", f"/api/{api}/test")["results"]
    assert [row["status"] for row in answers] == [200] * 4
    told = [record.getMessage() for record in caplog.records if record.name == "hub.apimanager"]
    assert [line.split()[0] for line in told] == ["PASSED"] * 4 + ["Finished"]
    assert "Finished running pytests for fruits" in told[-1]
    assert filled.get("/status")["api"] == {"total": 1, "running": 1}
    assert filled.result("PUT", f"/api/{api}/stop") is None
    assert listed(filled, api)["status"] == "stopped"
    assert "url" not in listed(filled, api)
    with pytest.raises(requests.ConnectionError):
        fetch(f"{url}/status")
    assert "does not run" in filled.error("POST", f"/api/{api}/test", 409)
    assert filled.result("DELETE", "/api", json={"api_id": api}) is None
    assert listed(filled, api) is None


def test_it_tells_where_values_come_from_as_the_hub_does(filled, api):
    url = filled.result("PUT", f"/api/{api}/start")
    hit = fetch(f"{url}/v1/fruit/query?q=__all__&size=1&provenance=true").json()["hits"][0]
    told = filled.hub.services.builds.provenance_of("fruit_one", [hit["_id"]])
    assert told[hit["_id"]]
    assert hit["_provenance"] == told[hit["_id"]]
    assert fetch(f"{url}/v1/fruit/{hit['_id']}?provenance=true").json()["_provenance"] == told[hit["_id"]]


def test_what_ends_by_itself_is_told(filled, api):
    filled.result("PUT", f"/api/{api}/start")
    process = filled.hub.services.apis._running[api]
    ended = filled.events("api.failed")
    os.kill(process.pid, signal.SIGKILL)
    assert ended().data["api"] == api
    assert "signal 9" in listed(filled, api)["err"]
    assert listed(filled, api)["status"] == "failed"
    assert filled.result("PUT", f"/api/{api}/start")


def test_those_that_ran_run_again(filled, api):
    filled.result("PUT", f"/api/{api}/start")
    manager = filled.hub.services.apis
    pid = manager._running[api].pid

    async def restart():
        await manager.close()
        gone = not psutil.pid_exists(pid)
        await manager.recover()
        return gone

    assert asyncio.run_coroutine_threadsafe(restart(), filled.loop).result(LIMIT)
    assert listed(filled, api)["status"] == "running"
    assert fetch(listed(filled, api)["url"] + "/status").status_code == 200


def test_why_one_does_not_start_is_told(filled):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        filled.result("POST", "/api", json={"api_id": "late", **TOLD, "port": port})
        assert f"cannot listen on 127.0.0.1 port {port}" in filled.error("PUT", "/api/late/start", 500)
    filled.result("POST", "/api", json={"api_id": "lost", **TOLD, "index": "no_such_index"})
    assert "no index `no_such_index`" in filled.error("PUT", "/api/lost/start", 500)
    filled.result("POST", "/api", json={"api_id": "far", **TOLD, "es_host": "http://127.0.0.1:9"})
    assert "127.0.0.1:9" in filled.error("PUT", "/api/far/start", 500)
    for name in ("late", "lost", "far"):
        assert listed(filled, name)["status"] == "failed"
        assert listed(filled, name)["err"]
        filled.result("DELETE", "/api", json={"api_id": name})


@pytest.mark.parametrize(
    ("changed", "status", "reason"),
    [
        ({"api_id": "a/b"}, 400, "use letters"),
        ({"api_id": "fruits"}, 409, "there is an API `fruits`"),
        ({"port": 65536}, 400, "a port is a number"),
        ({"port": "many"}, 400, "must be a whole number"),
        ({"doc_type": "a/b"}, 400, "address"),
        ({"index": " "}, 400, "it is empty"),
        ({"index": None}, 400, "Missing argument index"),
    ],
)
def test_what_no_api_can_be_made_with(filled, api, changed, status, reason):
    assert reason in filled.error("POST", "/api", status, json={"api_id": "other", **TOLD, **changed})
    assert listed(filled, "other") is None


def test_no_api_gets_a_port_of_the_hub(filled, api, monkeypatch):
    apis = filled.hub.services.apis
    monkeypatch.setattr(apis, "_settings", {**dict.fromkeys(LISTENERS), "STUDIO_PORT": 8080})
    told = filled.error("POST", "/api", 409, json={"api_id": "other", **TOLD, "port": 8080})
    assert "the hub (STUDIO_PORT) has it" in told
    assert listed(filled, "other") is None


def test_names_that_there_are_not(filled, api):
    assert "Did you mean `fruits`" in filled.error("PUT", "/api/fruit/start", 404)
    assert "no API" in filled.error("DELETE", "/api", 404, json={"api_id": "zzz"})
