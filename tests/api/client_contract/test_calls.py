"""The catalogue of the client's calls: each has a route here, and answers what is asked of it."""

from __future__ import annotations

import re

import pytest

from hub.api.app import make_app
from tests.api.client_contract.client import FORM, JSON, Client

#: Section 5 of the contract: number, method, path as the client builds it, whether it waits for the command.
CALLS = [
    (1, "GET", "/", ""),
    (2, "GET", "/ws/info", ""),
    (3, "GET", "/ws/123/abcdefgh/websocket", ""),
    (4, "GET", "/status", ""),
    (5, "GET", "/whatsnew", ""),
    (6, "GET", "/job_manager", ""),
    (7, "GET", "/commands", ""),
    (8, "GET", "/command/1", ""),
    (9, "GET", "/config", ""),
    (10, "PUT", "/config", ""),
    (11, "DELETE", "/config", ""),
    (12, "PUT", "/restart", "cmd"),
    (13, "PUT", "/shell", ""),
    (14, "PUT", "/code/upgrade/biothings_sdk", "cmd"),
    (15, "GET", "/logs/dataload/", ""),
    (16, "GET", "/log/dataload/dump_orchid.log", ""),
    (17, "GET", "/sources", ""),
    (18, "GET", "/source/orchid", ""),
    (19, "PUT", "/source/orchid/dump", "cmd"),
    (20, "PUT", "/source/lily.lily_data/upload", "cmd"),
    (21, "PUT", "/source/orchid/mark_dump_success", ""),
    (22, "PUT", "/source/lily.lily_data/update_source_meta", "cmd!"),
    (23, "POST", "/source/lily/reset", ""),
    (24, "PUT", "/source/lily_data/mapping", ""),
    (25, "GET", "/source/lily.lily_data/validations", ""),
    (26, "PUT", "/source/lily.lily_data/create_validation", ""),
    (27, "POST", "/source/lily.lily_data/validate", "cmd"),
    (28, "PUT", "/inspect", "cmd"),
    (29, "PUT", "/flatten_inspection_data", ""),
    (30, "POST", "/jsondiff", ""),
    (31, "POST", "/mapping/validate", ""),
    (32, "POST", "/quick_index", "cmd!"),
    (33, "GET", "/indexes_by_name", ""),
    (34, "POST", "/dataplugin/register_url", "cmd"),
    (35, "DELETE", "/dataplugin/unregister_url", ""),
    (36, "PUT", "/dataplugin/fern/dump", "cmd"),
    (37, "PUT", "/dataplugin/orchid/export", ""),
    (38, "GET", "/builds", ""),
    (39, "GET", "/build/flora_one", ""),
    (40, "DELETE", "/build/flora_one", ""),
    (41, "POST", "/build/flora_one/archive", ""),
    (42, "PUT", "/build/flora/new", "cmd"),
    (43, "PUT", "/build/flora_one/mapping", ""),
    (44, "GET", "/build_manager", ""),
    (45, "POST", "/buildconf", ""),
    (46, "PUT", "/buildconf", ""),
    (47, "DELETE", "/buildconf", ""),
    (48, "GET", "/index_manager", ""),
    (49, "GET", "/diff_manager", ""),
    (50, "GET", "/snapshot_manager", ""),
    (51, "GET", "/release_manager", ""),
    (52, "PUT", "/index", "cmd"),
    (53, "PUT", "/diff", "cmd"),
    (54, "PUT", "/snapshot", "cmd!"),
    (55, "POST", "/sync", "cmd"),
    (56, "POST", "/publish/full", "cmd"),
    (57, "POST", "/publish/incremental", "cmd"),
    (58, "PUT", "/release_note/create", "cmd"),
    (59, "GET", "/release_note", ""),
    (60, "GET", "/api/list", ""),
    (61, "POST", "/api", ""),
    (62, "DELETE", "/api", ""),
    (63, "PUT", "/api/flora.api/start", ""),
    (64, "PUT", "/api/flora.api/stop", ""),
    (65, "POST", "/api/flora.api/test", "cmd"),
    (66, "GET", "/standalone/list", ""),
    (67, "GET", "/standalone/flora.info__a/backend", "cmd!"),
    (68, "DELETE", "/standalone/flora.info__a/backend", "cmd!"),
    (69, "GET", "/standalone/flora.info__a/versions", "cmd!"),
    (70, "GET", "/standalone/flora.info__a/info", "cmd!"),
    (71, "POST", "/standalone/flora.info__a/install", "cmd!"),
    (72, "GET", "/list_snapshots", ""),
    (73, "PUT", "/delete_snapshots", "cmd!"),
    (74, "POST", "/validate_snapshots", "cmd!"),
    (75, "GET", "/mongo_builds", ""),
    (76, "PUT", "/mongo_builds/delete", "cmd!"),
    (77, "POST", "/mongo_builds/validate", "cmd!"),
]  # fmt: skip
NAMES = [f"{number} {method} {path}" for number, method, path, _ in CALLS]


def test_the_table_is_whole() -> None:
    assert [number for number, *_ in CALLS] == list(range(1, 78))
    assert len({(method, path) for _, method, path, _ in CALLS}) == 77


@pytest.fixture(scope="module")
def rules(stage):
    """Patterns of the hub's routes, with the methods of each."""
    app = stage.hub.call_in_loop(lambda: make_app(stage.hub.hub.services, token="t", door=stage.hub.server._door))
    found = []
    for rule in app.wildcard_router.rules:
        commands = (rule.target_kwargs or {}).get("commands")
        methods = commands or {m for m in ("GET", "PUT", "POST", "DELETE") if m.lower() in vars(rule.target)}
        found.append((re.compile(rule.matcher.regex.pattern), methods))
    return found


@pytest.mark.parametrize(("number", "method", "path", "waits"), CALLS, ids=NAMES)
def test_each_call_has_a_route_that_answers_as_it_is_waited_for(rules, number, method, path, waits) -> None:
    methods = next((methods for pattern, methods in rules if pattern.fullmatch(path)), None)
    assert methods is not None, f"no route for {path}"
    if number == 3:  # the socket has a handler of its own
        return
    assert method in methods
    if isinstance(methods, dict):
        assert methods[method].starts_job is bool(waits)


@pytest.mark.parametrize("path", sorted({path for _, _, path, _ in CALLS if not path.startswith(("/ws", "/log"))}))
def test_each_path_is_allowed_to_pages_of_other_origins(stage, path) -> None:
    Client(stage.hub).preflight(path)


@pytest.mark.parametrize("path", ["/logs/dataload/", "/log/dataload/dump_orchid.log", "/ws/info"])
def test_paths_that_are_only_read_are_allowed_too(stage, path) -> None:
    headers = {"Origin": "http://localhost:8080", "Access-Control-Request-Headers": "x-biothings-access-token"}
    answer = stage.hub.ask("OPTIONS", path, headers=headers)
    assert 200 <= answer.status_code < 300
    assert "GET" in answer.headers["Access-Control-Allow-Methods"]
    assert "x-biothings-access-token" in answer.headers["Access-Control-Allow-Headers"].lower()


def test_a_token_that_the_hub_does_not_know_changes_nothing_on_this_machine(client) -> None:
    answer = client.send("GET", "/status", **{"X-Biothings-Access-Token": ""})
    assert answer.json()["status"] == "ok"


@pytest.mark.parametrize("headers", [{}, FORM, JSON], ids=["none", "form", "json"])
@pytest.mark.parametrize("body", [None, "", "{}"])
def test_an_empty_body_means_no_arguments(stage, headers, body) -> None:
    assert stage.hub.result("PUT", "/plugins/reload", data=body, headers=headers)["plugins"]


def test_what_a_delete_wants_is_in_its_body(client) -> None:
    for path, name in (("/config", "name"), ("/buildconf", "name"), ("/api", "api_id")):
        assert "no-such" in client.refused("DELETE", path, {name: "no-such"})
    assert "no-such" in client.refused("DELETE", "/dataplugin/unregister_url", {"url": "https://example.org/no-such"})


def test_errors_keep_the_envelope_wherever_they_happen(client) -> None:
    for method, path, body in (
        ("GET", "/source/no-such", ""),
        ("GET", "/no/such/route", ""),
        ("PUT", "/source/orchid/dump", "not json"),
        ("PUT", "/build/no-such/new", {"target_name": None, "force": False}),
    ):
        assert client.refused(method, path, body)
