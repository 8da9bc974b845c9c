"""Envelope, errors, methods, caching and the records of long commands."""

from __future__ import annotations

import contextlib
import http.client
import json
import select
from datetime import datetime

import pytest


def test_the_root_says_who_this_is(live):
    root = live.get("/")
    assert root["name"] == "Entrepot"
    assert root["icon"] is None
    assert root["banner"] is None
    assert root["version"]
    version = root["biothings_version"]  # a text where the hub runs from no git repository
    assert version.startswith("entrepot ") if isinstance(version, str) else {"branch", "commit", "date"} <= set(version)
    assert root["app_version"] is None
    assert {"source", "build", "job", "config", "api", "terminal", "diff", "autohub"} <= set(root["features"])
    assert {"auto_archive", "auto_snapshot_cleaner", "upgrade", "hooks", "reloader"} <= set(root["features"])
    assert "readonly" not in root["features"]
    assert root["login_required"] is False
    assert datetime.fromisoformat(root["now"]).tzinfo is not None


def test_the_read_only_port_says_that_it_is_one(live):
    root = live.get("/", base=live.readonly)
    assert root["name"] == "Entrepot (read-only)"
    assert "readonly" in root["features"]
    assert live.get("/sources", base=live.readonly)
    assert live.error("PUT", "/source/apple/dump", 404, base=live.readonly, json={})
    assert live.error("PUT", "/config", 405, base=live.readonly, json={}) == "Method PUT not allowed"


def test_status_has_the_counters_that_clients_show(live):
    status = live.get("/status")
    assert set(status["source"]) == {"total", "documents"}
    assert set(status["build"]) == set(status["build_conf"]) == {"total"}
    assert set(status["api"]) == {"total", "running"}


@pytest.mark.parametrize(
    ("method", "path", "status", "said"),
    [
        ("GET", "/source/aple", 404, "`apple`"),
        ("GET", "/sourcs", 404, "/sources"),
        ("GET", "/sources/", 404, "no route"),
        ("GET", "/source/", 400, "Missing argument name"),
        ("GET", "/source/a%2Fb", 404, "no route"),
        ("GET", "/source/..%2f..%2fetc", 404, "no route"),
        ("GET", "/command/x", 400, "a whole number"),
        ("GET", "/command/99999999999999999999999999", 400, "a whole number"),
        ("GET", "/command/123456789", 404, "no command number"),
        ("GET", "/sources?debgu=1", 400, "`debug`"),
        ("GET", "/jobs?state=%ff", 400, "not UTF-8"),
        ("GET", "/commands?running=perhaps", 400, "true or false"),
        ("PATCH", "/sources", 405, "Method PATCH not allowed"),
        ("PUT", "/status", 405, "Method PUT not allowed"),
    ],
)
def test_mistakes_get_a_short_answer(live, method, path, status, said):
    assert said in live.error(method, path, status)


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, "not JSON"),
        (b"\xff\xfe", 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b"[1]", 400, "must be a JSON object"),
        (b'{"forse": 1}', 400, "`force`"),
        (b'{"force": "maybe"}', 400, "true or false"),
        (b'{"path": [1]}', 400, "a text"),
        (b'{"release": "' + b"x" * (17 * 1024**2) + b'"}', 413, "too large"),
        (b"x" * (100 * 1024**2), 413, "too large"),
    ],
    ids=["cut", "bytes", "deep", "list", "key", "bool", "type", "17MB", "100MB"],
)
def test_bad_bodies_get_a_short_answer(live, body, status, said):
    assert said in live.error("PUT", "/source/apple/dump", status, data=body)


def test_a_long_body_without_a_length_is_refused_too(live):
    pieces = (b"x" * 1024**2 for _ in range(40))
    assert "too large" in live.error("PUT", "/source/apple/dump", 413, data=pieces)


def test_an_unknown_source_is_refused_at_once(live):
    assert "`apple`" in live.error("PUT", "/source/appel/dump", 404, json={})
    assert "Traceback" not in str(live.get("/commands"))


@pytest.mark.parametrize("path", ["/", "/status", "/source/apple/dump", "/nowhere"])
def test_preflight_is_answered_everywhere(live, path):
    answer = live.ask("OPTIONS", path, headers={"Origin": "http://localhost:8080"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    methods = {m.strip() for m in answer.headers["Access-Control-Allow-Methods"].split(",")}
    assert methods == {"GET", "POST", "PUT", "DELETE", "OPTIONS"}
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("content-type", "x-biothings-api", "x-biothings-access-token"))


def test_head_is_not_a_method_of_commands(live):
    assert live.ask("HEAD", "/status").status_code == 405


def test_an_answer_that_has_not_changed_is_not_sent_again(live):
    answer = live.ask("GET", "/index_manager")
    again = live.ask("GET", "/index_manager", headers={"If-None-Match": answer.headers["Etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_last_of_repeated_keys_counts(live):
    assert live.get("/commands?limit=nonsense&limit=3") is not None
    assert live.get("/builds?conf_name=") == live.get("/builds")


def test_no_body_means_no_arguments(live):
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert "Missing argument name" in live.error("PUT", "/config", 400, headers=form)
    assert live.result("PUT", "/plugins/reload", headers=form)["plugins"] == ["apple", "pear"]


def test_a_long_command_is_followed_by_its_number(live):
    done = live.run("PUT", "/source/apple/dump", json={"force": True})
    assert done["cmd"] == "dump(src='apple',force=True)"
    assert isinstance(done["id"], int)
    assert (done["is_done"], done["failed"]) == (True, False)
    assert (done["results"], done["outcome"]["source"]) == ([None], "apple")
    assert isinstance(done["started_at"], float)
    assert isinstance(done["finished_at"], float)
    assert done["duration"].endswith("s")
    number = str(done["id"])
    assert live.get(f"/commands?id={number}") == live.get(f"/command/{number}") == done
    assert "no command number `999999`" in live.error("GET", "/commands?id=999999", 404)
    assert number in live.get("/commands?running=0")
    assert number in live.get("/commands?failed=no")
    assert number not in live.get("/commands?running=1")
    assert number not in live.get("/commands?failed=YES")


def test_results_are_what_existing_clients_expect(live):
    path = "/source/pear/dump"
    assert live.run("PUT", path, json={"force": True})["results"] == [None]
    assert live.run("PUT", path, json={})["results"] == ["Nothing to dump"]
    assert live.run("PUT", path, json={"check_only": True})["results"] == ["Nothing to dump"]
    data = live.root / "upstream" / "pear" / "data.ndjson"
    aside = data.read_bytes()
    try:
        data.write_bytes(aside + b'{"_id": "i5"}\n')
        checked = live.run("PUT", path, json={"check_only": True})
    finally:
        data.write_bytes(aside)
        assert live.run("PUT", path, json={"force": True})["results"] == [None]
    assert checked["results"] == [checked["outcome"]["release"]] != [None]
    uploaded = live.run("PUT", "/source/pear/upload", json={})
    assert uploaded["results"] == [None, None]
    assert [each["count"] for each in uploaded["outcome"]] == [5, 5]
    inspected = live.run("PUT", "/inspect", json={"data_provider": ["src", "pear"], "mode": "type"})
    assert inspected["results"] == [None, None]
    assert sorted(inspected["outcome"]) == ["pear_data", "pear_names"]


def test_uploads_and_dumps_take_the_arguments_of_existing_clients(live):
    steps = ["data", "post", "master", "clean"]
    done = live.run("PUT", "/source/pear/upload", json={"steps": steps, "force": True, "batch_size": 2})
    assert [each["count"] for each in done["outcome"]] == [5, 5]
    before = live.get("/source/pear")["upload"]["sources"]["pear_names"]["started_at"]
    assert live.run("PUT", "/source/pear/upload", json={"steps": ["master"]})["outcome"] == []
    assert live.get("/source/pear")["upload"]["sources"]["pear_names"]["started_at"] == before
    assert "step of an upload `deta`" in live.error("PUT", "/source/pear/upload", 404, json={"steps": ["deta"]})
    assert "`data`" in live.error("PUT", "/source/pear/upload", 400, json={"steps": ["clean"]})
    body = {"force": False, "skip_manual": True, "schedule": False, "check_only": False, "steps": ["dump", "post"]}
    assert live.run("PUT", "/source/pear/dump", json=body)["failed"] is False
    assert live.run("PUT", "/source/pear/dump", json={"force": True})["results"] == [None]
    assert live.run("PUT", "/source/pear/dump", json={"steps": ["post"]})["results"] == [None]
    assert "step of a dump `past`" in live.error("PUT", "/source/pear/dump", 404, json={"steps": ["past"]})
    assert "has no schedule" in live.error("PUT", "/source/pear/dump", 409, json={"schedule": True})


def test_a_connection_outlives_what_is_refused(live):
    with contextlib.closing(
        http.client.HTTPConnection(live.addresses["REST API"].removeprefix("http://"))
    ) as connection:
        for method, path in (
            ("GET", "/nowhere"),
            ("POST", "/sources/"),
            ("PUT", "/source/no%20name/dump"),
            ("GET", "/"),
        ):
            connection.request(method, path, body=b'{"a": 1}' if method != "GET" else None)
            answer = connection.getresponse()
            told = json.loads(answer.read())
            assert (answer.status, told["code" if path != "/" else "status"]) in ((404, 404), (200, "ok"))
            assert connection.sock is not None
            assert select.select([connection.sock], [], [], 0.2)[0] == []  # nothing more comes, not even the end


def test_a_long_command_that_fails_says_why(live):
    data = live.root / "upstream" / "pear" / "data.ndjson"
    aside = data.rename(data.with_name("aside"))
    try:
        failed = live.run("PUT", "/source/pear/dump", json={"force": True})
    finally:
        aside.rename(data)
        assert live.run("PUT", "/source/pear/dump", json={"force": True})["failed"] is False
    assert failed["failed"] is True
    assert "data.ndjson" in failed["results"][0]
    assert "Traceback" not in failed["results"][0]
    assert str(failed["id"]) in live.get("/commands?failed=1")


def test_a_banner_is_shown_as_soon_as_it_is_set(live):
    live.result("PUT", "/config", json={"name": "HUB_BANNER", "value": '"Test system"'})
    assert live.get("/")["banner"] == "Test system"
    live.result("DELETE", "/config", json={"name": "HUB_BANNER"})
    assert live.get("/")["banner"] is None
