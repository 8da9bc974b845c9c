"""Section 3 and 12: what the socket tells, as the client reads it, while things happen."""

from __future__ import annotations

import json

import pytest

from tests.api.client_contract import world
from tests.api.client_contract.client import Client
from tests.api.client_contract.shapes import has, mapping, number, one_of, text, whole

#: Kinds of objects that changes are told of, and how they change.
OBJECTS = {"source", "master", "data_plugin", "build", "build_config", "command", "config", "api", "event"}
CHANGES = {"insert_one", "update_one", "update", "save", "replace_one", "remove"}
LEVELS = {"CRITICAL", "ERROR", "WARNING", "INFO", "DEBUG"}


def test_a_ping_is_answered_with_an_object(page: Client) -> None:
    page.say({"op": "ping"})
    assert page.message(lambda m: m.get("op") == "pong") == {"op": "pong"}


def test_every_message_is_an_object_that_the_client_can_route(stage) -> None:
    """Over all that was done to the hub of these tests."""
    told = [m for m in stage.client.messages if not isinstance(m, str)]
    for message in told:
        assert isinstance(message, dict)
        if message.get("op") == "log":
            has(message, logger=text, level=text, ts=text, msg=lambda v: isinstance(v, str))
        elif message.get("op") == "shell":
            has(message, type_=one_of("input", "output"), cmd=lambda v: isinstance(v, str))
        elif "obj" in message:
            has(message, obj=lambda v: v in OBJECTS, op=lambda v: v in CHANGES)
            assert ("data" in message) is (message["obj"] == "event")
        else:
            assert message == {"op": "pong"}
    kinds = {m.get("obj") for m in told}
    assert kinds >= {"source", "master", "data_plugin", "build", "build_config", "command", "api", "event"}


def test_changes_name_what_has_changed(stage) -> None:
    changed = {(m["obj"], m["_id"]) for m in stage.client.messages if isinstance(m, dict) and "_id" in m and "obj" in m}
    assert {("source", "orchid"), ("source", "lily"), ("build", "flora_one"), ("build", "flora_two")} <= changed
    assert {("data_plugin", "fern"), ("build_config", "flora"), ("api", "flora.api")} <= changed
    assert ("command", stage.records["diff"]["id"]) in changed


def test_notifications_are_whole(stage) -> None:
    told = [m for m in stage.client.messages if isinstance(m, dict) and m.get("obj") == "event"]
    assert told
    for message in told:
        assert message["op"] == "save"
        data = message["data"]
        has(data, _id=number, name=text, level=lambda v: v in LEVELS, msg=text, asctime=text)
        assert data["_id"] == message["_id"]
        assert data["name"] != "hub" or data["level"] == "CRITICAL"
    assert "dump_orchid" in {m["data"]["name"] for m in told}


def test_a_command_is_told_by_its_number_until_it_is_done(page: Client) -> None:
    handle = page.call("PUT", "/source/orchid/dump", {"force": True})
    has(handle, id_=whole, cmd=one_of("dump(src='orchid',force=True)"), started_at=number, is_done=one_of(False))
    record = page.follow(handle["id"])
    page.wait_for(lambda m: m.get("obj") == "command" and m["_id"] == handle["id"])
    assert record["is_done"] is True
    assert page.call("GET", f"/command/{handle['id']}") == record


def test_why_a_job_failed_is_told_once(stage, page: Client) -> None:
    aside = world.data_file(stage.root, "orchid")
    away = aside.rename(aside.with_name("away"))
    try:
        failed = page.command("PUT", "/source/orchid/dump", {"force": True})
    finally:
        away.rename(aside)
        page.done("PUT", "/source/orchid/dump", {"force": True})
    assert failed["failed"] is True
    errors = [data for data in page.notifications() if data["level"] == "ERROR"]
    assert [data["name"] for data in errors] == ["dump_orchid"]
    assert failed["results"][0] in errors[0]["msg"]


@pytest.mark.parametrize(
    ("method", "path", "body", "name", "said"),
    [
        (
            "POST",
            "/mapping/validate",
            {"mapping": {"root_key": {"properties": {"a": {"type": "keywrod"}}}}, "env": "localhub"},
            "validate_mapping",
            "keywrod",
        ),
        ("POST", "/buildconf", {"name": "flora", "doc_type": "p", "sources": ["orchid"]}, "create_build_conf", "flora"),
        ("PUT", "/config", {"name": "KEEP_ARCHIVE", "value": '"many"'}, "setconf", "KEEP_ARCHIVE"),
        ("DELETE", "/build/no_such", "", "rmmerge", "no_such"),
        ("PUT", "/source/no_such/dump", {}, "dump", "no_such"),
        ("PUT", "/api/no_such/start", "", "start_api", "no_such"),
        ("PUT", "/index", {"indexer_env": "nowhere", "build_name": "flora_one"}, "index", "nowhere"),
    ],
)  # fmt: skip
def test_why_a_call_was_refused_is_told_once(page: Client, method, path, body, name, said) -> None:
    """The client shows nothing of the answer itself."""
    answer = page.refused(method, path, body)
    data = page.message(lambda m: m.get("obj") == "event")["data"]
    assert (data["name"], data["level"]) == (name, "ERROR")
    assert answer in data["msg"]
    assert said in data["msg"]
    assert [told["name"] for told in page.notifications()] == [name]


def test_looking_tells_nobody(page: Client) -> None:
    page.refused("GET", "/source/no_such")
    page.refused("GET", "/build/no_such")
    assert page.notifications() == []


def test_a_change_of_a_setting_is_told(page: Client) -> None:
    page.call("PUT", "/config", {"name": "KEEP_ARCHIVE", "value": "7"})
    changed = page.message(lambda m: m.get("obj") == "config")
    assert changed["op"] in CHANGES
    page.call("DELETE", "/config", {"name": "KEEP_ARCHIVE"})
    page.wait_for(lambda m: m.get("obj") == "config" and m["op"] == "remove")


def test_changes_of_builds_and_configurations_are_told(page: Client) -> None:
    body = {"name": "small", "doc_type": "plant", "sources": ["orchid"], "roots": [], "builder_class": None}
    page.call("POST", "/buildconf", {**body, "params": {}, "archived": False})
    page.wait_for(lambda m: m.get("obj") == "build_config" and m["_id"] == "small" and m["op"] != "remove")
    page.done("PUT", "/build/small/new", {"target_name": "small_one", "force": False})
    page.wait_for(lambda m: m.get("obj") == "build" and m["_id"] == "small_one")
    page.call("DELETE", "/build/small_one")
    page.wait_for(lambda m: m.get("obj") == "build" and m["_id"] == "small_one" and m["op"] == "remove")
    page.call("DELETE", "/buildconf", {"name": "small"})
    page.wait_for(lambda m: m.get("obj") == "build_config" and m["_id"] == "small" and m["op"] == "remove")


def test_a_source_is_told_of_at_a_moderate_rate(stage, page: Client) -> None:
    """A page fetches the source for each of these, several times over."""
    page.done("PUT", "/source/orchid/upload", {})
    page.say({"op": "ping"})
    page.wait_for(lambda m: m.get("op") == "pong")
    told = [m for m in page.messages if isinstance(m, dict) and m.get("obj") == "source"]
    assert 1 <= len(told) <= 6


def test_the_alerts_of_a_restart(stage, page: Client) -> None:
    stage.hub.hub.services.bus.publish("hub.restarting")
    data = page.message(lambda m: m.get("obj") == "event" and m["data"]["name"] == "hub")["data"]
    assert data["level"] == "CRITICAL"
    alert = json.loads(data["msg"])
    has(alert, type_=one_of("alert"), event=one_of("hub_restart"), msg=text)
    stage.hub.server._door._restarts = False


def test_what_is_typed_in_the_terminal_comes_back(page: Client) -> None:
    answer = page.send("PUT", "/shell", {"cmd": "status()"})
    assert (answer.status_code, answer.content) == (200, b"")
    typed = page.message(lambda m: m.get("op") == "shell")
    assert (typed["type"], typed["cmd"]) == ("input", "status()")
    assert page.message(lambda m: m.get("op") == "shell" and m["type"] == "output")["cmd"]
    assert "nonsense" in page.refused("PUT", "/shell", {"cmd": "nonsense()"})


def test_the_socket_and_its_information_take_a_token(stage) -> None:
    page = Client(stage.hub).connect(token="")
    page.say({"op": "ping"})
    page.wait_for(lambda m: m.get("op") == "pong")
    page.close()


def test_the_read_only_hub_has_a_socket_too(stage) -> None:
    page = Client(stage.hub, base=stage.hub.readonly).connect()
    page.say({"op": "ping"})
    page.wait_for(lambda m: m.get("op") == "pong")
    assert mapping(page.call("GET", "/"))
    for path in ("/sources", "/builds", "/standalone/list", "/api/list", "/commands?running=1", "/job_manager"):
        page.call("GET", path)
    page.close()
