"""A hub that starts before its stores: it lives, says that it is not ready and for what it waits, and becomes ready."""

from __future__ import annotations

import time
import uuid
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.acceptance.hub_process import LIMIT, HubProcess
from tests.acceptance.project import Project, left
from tests.services.elastic_server import VERSIONS, elastic_server
from tests.services.elastic_server import free_port as free_elastic_port
from tests.services.mongo_server import PATIENCE, free_port, mongo_server

pytestmark = pytest.mark.services

ON_MONGO = """
DATA_SRC_SERVER = DATA_TARGET_SERVER = {uri!r}
DATA_SRC_DATABASE, DATA_TARGET_DATABASE = "src_{name}", "target_{name}"
HUB_DB_BACKEND = {{"module": "biothings.utils.mongo", "uri": {uri!r}}}
DATA_HUB_DB_DATABASE = "hub_{name}"
AUTO_SOURCES, BUILDS = [], {{}}
"""
ON_ELASTIC = """
INDEX_CONFIG["env"]["localhub"]["host"] = {url!r}
AUTO_SOURCES, BUILDS = [], {{}}
"""


def _ready(base: str) -> tuple[int, dict[str, Any]]:
    answer = requests.get(f"{base}/health/ready", timeout=300)
    return answer.status_code, answer.json()


def _becomes_ready(hub: HubProcess, base: str) -> None:
    deadline = time.monotonic() + LIMIT
    while (said := _ready(base))[0] != 200:
        assert hub.process.poll() is None, hub.tail()
        assert time.monotonic() < deadline, f"{said}; {hub.tail()}"


def test_a_hub_waits_for_mongodb_and_says_so(tmp_path: Path) -> None:
    port, name = free_port(), f"t{uuid.uuid4().hex[:10]}"
    uri = f"mongodb://127.0.0.1:{port}/?serverSelectionTimeoutMS=500&{PATIENCE}"
    project = Project(tmp_path / "project", ON_MONGO.format(uri=uri, name=name))
    project.add_source("left", left(50))
    with HubProcess(project.folder, HUB_STORE_WAIT=str(LIMIT)) as hub:
        told = hub.wait_for("waiting")
        assert f"127.0.0.1:{port}" in told["error"]
        assert set(told["addresses"]) == {"REST API", "read-only REST API"}
        for base in told["addresses"].values():
            status, said = _ready(base)
            assert (status, said["status"], set(said["parts"])) == (503, "failing", {"stores"})
            assert f"127.0.0.1:{port}" in said["parts"]["stores"]
            assert requests.get(f"{base}/health/live", timeout=300).json() == {"status": "ok"}
            other = requests.put(f"{base}/source/left/dump", json={}, timeout=300)
            assert (other.status_code, other.json()["status"], other.json()["code"]) == (503, "error", 503)
            assert "waits for a store" in other.json()["error"]
            assert "Retry-After" in other.headers
        with mongo_server(tmp_path / "mongo", port):
            hub.start()
            _becomes_ready(hub, hub.addresses["REST API"])
            assert hub.get("/sources", api="REST API")["result"][0]["_id"] == "left"
            said = _ready(hub.addresses["REST API"])[1]
            assert set(said["parts"].values()) == {"ok"}
    assert "Asked again in" in (project.folder / "stderr.log").read_text()


def test_a_hub_serves_without_elasticsearch_and_is_ready_when_it_comes(tmp_path: Path) -> None:
    port = free_elastic_port()
    url = f"http://127.0.0.1:{port}"
    project = Project(tmp_path / "project", ON_ELASTIC.format(url=url))
    project.add_source("left", left(50))
    with HubProcess(project.folder) as hub:
        base = hub.start()["REST API"]
        status, said = _ready(base)
        assert (status, said["status"]) == (503, "failing")
        assert str(port) in said["parts"]["search"]
        assert {part for part, text in said["parts"].items() if text == "ok"} == set(said["parts"]) - {"search"}
        assert hub.get("/sources", api="REST API")["result"][0]["_id"] == "left"
        with elastic_server(VERSIONS[0], port=port):
            _becomes_ready(hub, base)
            assert _ready(base)[1]["parts"]["search"] == "ok"
