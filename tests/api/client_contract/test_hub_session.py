"""Section 7.9 to 7.17: APIs, settings, the terminal, upgrades, and the end of the hub."""

from __future__ import annotations

import json

import pytest
import requests

from tests.api.client_contract import world
from tests.api.client_contract.client import LIMIT, Client
from tests.api.client_contract.shapes import has, one_of, text
from tests.api.live import LiveHub


def fetch(url):
    with requests.Session() as session:
        session.trust_env = False
        return session.get(url, timeout=LIMIT)


def test_an_api_is_created_started_tested_stopped_and_deleted(page: Client) -> None:
    """7.10 and 7.11, with an id that has a dot."""
    settings = page.call("GET", "/config")["scope"]["config"]["INDEX_CONFIG"]["value"]
    host = settings["env"]["localhub"]["host"]
    (index,) = page.call("GET", "/indexes_by_name?env_name=localhub&index_name=*my-index_two*&limit=1000")
    form = {"api_id": "garden.v1", "es_host": host, "index": index["index_name"], "doc_type": index["doc_type"]}
    page.call("POST", "/api", {**form, "port": 0, "description": ""})
    page.wait_for(lambda m: m.get("obj") == "api" and m["_id"] == "garden.v1")
    page.call("PUT", "/api/garden.v1/start")
    shown = api(page, "garden.v1")
    has(shown, status=one_of("running"), url=text)
    assert fetch(f"{shown['url']}/query?q=*").status_code == 200
    assert fetch(f"{shown['url']}/metadata").status_code == 200
    page.done("POST", "/api/garden.v1/test")
    page.wait_for(is_end_of_test)
    lines = [m for m in page.messages if isinstance(m, dict) and m.get("logger") == "apimanager"]
    assert any("PASSED" in line["msg"] for line in lines)
    assert not any("%" in line["msg"] for line in lines)
    page.call("PUT", "/api/garden.v1/stop")
    assert api(page, "garden.v1")["status"] == "stopped"
    page.call("DELETE", "/api", {"api_id": "garden.v1"})
    assert api(page, "garden.v1") is None


def is_end_of_test(message) -> bool:
    return message.get("logger") == "apimanager" and "Finished running pytests for" in message["msg"]


def api(page: Client, name: str):
    return next((entry for entry in page.call("GET", "/api/list") if entry["_id"] == name), None)


def test_an_api_that_cannot_start_says_why(page: Client) -> None:
    form = {"api_id": "lost", "es_host": "embedded", "index": "no_such_index", "doc_type": "plant"}
    page.call("POST", "/api", {**form, "port": 0, "description": "d"})
    page.refused("PUT", "/api/lost/start")
    has(api(page, "lost"), status=one_of("failed"), err=text)
    assert "no_such_index" in page.message(lambda m: m.get("obj") == "event")["data"]["msg"]
    page.call("DELETE", "/api", {"api_id": "lost"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("HUB_NAME", "Garden"), ("KEEP_ARCHIVE", 7), ("SKIP_DUMPER_SCHEDULE", True), ("AUTO_SOURCES", ["a*"])],
)
def test_a_setting_is_saved_and_reset(page: Client, name, value) -> None:
    """7.12: the value is a text that holds JSON, and only an answer of 200 is a green tick."""
    before = page.call("GET", "/config")["scope"]["config"][name]
    assert "diff" not in before
    answer = page.send("PUT", "/config", {"name": name, "value": json.dumps(value)})
    assert answer.status_code == 200
    page.wait_for(lambda m: m.get("obj") == "config")
    shown = page.call("GET", "/config")
    assert shown["_dirty"] is True
    setting = shown["scope"]["config"][name]
    assert (setting["value"], setting["default"]) == (value, before["value"])
    assert setting["diff"]
    page.call("DELETE", "/config", {"name": name})
    after = page.call("GET", "/config")
    assert after["scope"]["config"][name]["value"] == before["value"]
    assert after["_dirty"] is False


def test_a_setting_that_is_read_only_or_hidden(page: Client) -> None:
    settings = page.call("GET", "/config")["scope"]["config"]
    assert settings["HUB_API_PORT"]["readonly"] is True
    assert settings["PROXY_AUTH"]["hidden"] is True
    assert page.send("PUT", "/config", {"name": "HUB_API_PORT", "value": "1"}).status_code == 403


def test_what_cannot_be_upgraded_says_so(page: Client) -> None:
    """Refused at once, or a moment later in the record of the command: told in any case."""
    answer = page.send("PUT", "/code/upgrade/application")
    if answer.status_code == 200:
        assert page.follow(answer.json()["result"]["id"])["failed"] is True
    (told,) = page.notifications()
    assert (told["name"], told["level"]) == ("upgrade", "ERROR")
    assert "no git repository" in told["msg"]


def test_the_hub_restarts_and_tells_the_page(tmp_path) -> None:
    """12 and 3.5: asked for without a body; the page is told before the socket ends."""
    world.write_plugins(tmp_path)
    with LiveHub(tmp_path) as hub:
        page = Client(hub).connect()
        page.call("PUT", "/restart")
        data = page.message(lambda m: m.get("obj") == "event" and m["data"]["name"] == "hub")["data"]
        assert json.loads(data["msg"])["event"] == "hub_restart"
        page.close()
        hub.ended()


def test_a_read_only_hub_answers_all_that_it_shows(stage) -> None:
    reader = Client(stage.hub, base=stage.hub.readonly)
    for path in (
        "/", "/status", "/whatsnew", "/job_manager", "/commands", "/commands?running=1", "/config", "/sources",
        "/source/orchid", "/source/lily.lily_names/validations", "/indexes_by_name?limit=10", "/builds",
        "/build/flora_one", "/build_manager", "/index_manager", "/diff_manager", "/snapshot_manager",
        "/release_manager", "/release_note?old=none&new=flora_one", "/api/list", "/standalone/list",
        "/list_snapshots", "/mongo_builds",
    ):  # fmt: skip
        reader.call("GET", path)
    for method, path in (("PUT", "/source/orchid/dump"), ("POST", "/buildconf"), ("PUT", "/config"), ("PUT", "/shell")):
        answer = stage.hub.ask(method, path, base=stage.hub.readonly, json={})
        assert answer.status_code in (404, 405)
        assert answer.json()["status"] == "error"
    reader.close()
