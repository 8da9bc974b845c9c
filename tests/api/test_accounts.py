"""Accounts over REST: log-in, roles at every route, groups, keys, cookies, and who gets nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from hub.accounts import Role
from hub.api.access import Access
from hub.api.origins import OriginRule
from hub.commands import all_commands
from hub.commands.subjects import SUBJECTS
from tests.api.live import LiveHub, write_plugins

GOOD = "seven pears in a boat"
STUDIO = "https://studio.example.org"


class Guarded(LiveHub):
    """A hub on which changing needs log-in."""

    def login(self, name: str, password: str = GOOD, **more: Any) -> dict[str, Any]:
        return dict(self.result("POST", "/login", json={"name": name, "password": password}, **more))

    def headers(self, name: str, password: str = GOOD) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.login(name, password)['token']}"}

    @property
    def owner(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    def add(self, name: str, role: str = "viewer") -> dict[str, str]:
        """A user; gives headers of a session."""
        self.result("POST", "/users", json={"name": name, "role": role, "password": GOOD}, headers=self.owner)
        return self.headers(name)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    root = tmp_path_factory.mktemp("guarded")
    write_plugins(root)
    with Guarded(root, HUB_TRUST_LOOPBACK=False, STUDIO_PORT=8080) as hub:
        yield hub


@pytest.fixture(scope="module")
def people(guarded: Guarded) -> dict[str, dict[str, str]]:
    """Headers of somebody with each role."""
    return {role: guarded.add(f"{role}_1", role) for role in ("viewer", "operator", "console", "admin")}


@pytest.fixture(scope="module")
def elsewhere(guarded: Guarded) -> str:
    """The same hub, as if it listened on another address."""
    access = Access(
        guarded.token, loopback=False, accounts=guarded.hub.services.accounts, origins=OriginRule([STUDIO], 8080)
    )
    return guarded.listen(access)


def test_the_shape_of_a_log_in(guarded, people):
    told = guarded.login("operator_1")
    assert told["username"] == "operator_1"
    assert set(told) == {"token", "user", "username", "role", "roles", "groups", "expires", "idle_minutes"}
    assert (told["user"], told["role"], told["roles"]) == ("operator_1", "operator", ["viewer", "operator"])
    headers = {"Authorization": f"Bearer {told['token']}"}
    who = guarded.get("/whoami", headers=headers)
    assert (who["name"], who["via"], who["roles"]) == ("operator_1", "session", ["viewer", "operator"])
    assert (who["login_required"], who["login_for_changes"]) == (False, True)
    assert guarded.get("/whoami", headers={"X-Biothings-Access-Token": told["token"]})["name"] == "operator_1"
    assert guarded.result("POST", "/logout", headers=headers) is None
    assert guarded.ask("GET", "/whoami", headers=headers).json()["type"] == "CredentialError"
    assert guarded.result("POST", "/logout", headers=headers) is None
    assert guarded.result("POST", "/logout") is None
    answer = guarded.ask("POST", "/login", json={"username": "operator_1", "password": GOOD})
    assert answer.json()["result"]["user"] == "operator_1"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_who_has_not_logged_in(guarded, live, elsewhere):
    who = guarded.get("/whoami")
    assert (who["name"], who["via"], who["roles"]) == (None, "anonymous", ["viewer"])
    assert (who["login_required"], who["login_for_changes"]) == (False, True)
    assert guarded.get("/")["login_required"] is True
    assert guarded.get("/", base=guarded.readonly)["login_required"] is False
    who = guarded.get("/whoami", base=elsewhere)
    assert (who["roles"], who["role"]) == ([], None)
    assert who["login_required"] is who["login_for_changes"] is True
    who = live.get("/whoami")
    assert (who["via"], who["roles"][-1]) == ("loopback", "admin")
    assert who["login_required"] is who["login_for_changes"] is False


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"name": "viewer_1", "password": "wrong"}, 401),
        ({"name": "nobody", "password": GOOD}, 401),
        ({"name": "viewer_1"}, 400),
        ({"password": GOOD}, 400),
        ({"name": ["viewer_1"], "password": GOOD}, 400),
        ({"name": "viewer_1", "password": {"$gt": ""}}, 400),
        ({"name": {"$ne": ""}, "password": {"$ne": ""}}, 400),
        ({"name": "viewer_1", "password": None}, 400),
        ({"name": "viewer_1", "password": GOOD, "cookie": "yes"}, 400),
        ([], 400),
        ("x", 400),
        (None, 400),
    ],
)
def test_log_ins_that_are_refused(guarded, people, body, status):
    assert guarded.error("POST", "/login", status, json=body)


def test_a_log_in_takes_no_large_bodies_and_no_other_methods(guarded):
    assert guarded.error("POST", "/login", 413, data=b"{" + b" " * 100_000)
    assert guarded.error("GET", "/login", 405)
    assert guarded.error("POST", "/login", 404, json={}, base=guarded.readonly)


def test_unknown_names_and_wrong_passwords_are_answered_alike(guarded, people):
    answers = [
        guarded.ask("POST", "/login", json={"name": name, "password": "wrong"}) for name in ("viewer_1", "not there")
    ]
    told = [{k: v for k, v in answer.json().items() if k != "request"} for answer in answers]
    assert told[0] == told[1]
    assert {a.headers["WWW-Authenticate"] for a in answers} == {"Bearer"}
    guarded.login("viewer_1")


def test_brute_force_closes_the_name_and_an_admin_opens_it(guarded, people):
    guarded.add("target", "admin")
    for _ in range(5):
        assert guarded.error("POST", "/login", 401, json={"name": "target", "password": "guess"})
    assert guarded.error("POST", "/login", 401, json={"name": "target", "password": GOOD})
    (seen,) = [user for user in guarded.get("/users", headers=people["admin"]) if user["name"] == "target"]
    assert seen["locked"] is True
    assert guarded.result("PUT", "/user/target", json={"disabled": False}, headers=people["admin"])["locked"] is False
    guarded.login("target")


# -- roles -----------------------------------------------------------------------------------------------------------


def routes() -> list[Any]:
    from hub import commands

    commands.load_builtin()
    return [c for c in all_commands() if c.path]


def call(hub: LiveHub, command: Any, **more: Any) -> requests.Response:
    """A call without arguments: it is refused for the role, or for what is missing, or it only reads."""
    path = re.sub(r"\{\w+\}", "0", command.path)
    body = {} if command.method == "GET" else {"json": {"no_such_argument": 1}}
    return hub.ask(command.method, path, **body, **more)


@pytest.mark.parametrize("role", ["anonymous", "viewer", "operator", "console", "admin"])
def test_every_command_asks_for_its_role(guarded, people, role):
    has = Role.VIEWER if role == "anonymous" else Role[role.upper()]
    more = {} if role == "anonymous" else {"headers": people[role]}
    for command in routes():
        status = call(guarded, command, **more).status_code
        if role == "anonymous" and (has < command.role or command.login):
            assert status == 401, command.name
        elif has < command.role:
            assert status == 403, command.name
        else:
            assert status not in (401, 403, 500), command.name
            assert command.method == "GET" or status in (400, 404), command.name


def test_nothing_but_the_doorstep_is_open_elsewhere(guarded, elsewhere):
    for command in routes():
        if command.name != "whoami":
            assert call(guarded, command, base=elsewhere).status_code == 401, command.name
    for path in ("/logs/", "/log/hub.log", "/ws/1/abcdefgh/eventsource"):
        assert guarded.ask("GET", path, base=elsewhere).status_code == 401, path
    for method, path in (("PUT", "/shell"), ("POST", "/dataupload/apple"), ("POST", "/ticket")):
        assert guarded.error(method, path, 401, base=elsewhere)
    for path in ("/", "/health/live", "/openapi.json", "/ws/info"):
        assert guarded.ask("GET", path, base=elsewhere).status_code == 200, path
    assert guarded.get("/status", base=elsewhere, headers=guarded.owner)


@pytest.mark.parametrize(
    ("method", "path", "role"),
    [("PUT", "/shell", "operator"), ("GET", "/logs/", "viewer"), ("POST", "/dataupload/apple", "viewer")],
)
def test_what_is_no_command_asks_for_a_role_too(guarded, people, method, path, role):
    assert "needs the role" in guarded.error(method, path, 403, headers=people[role])
    assert guarded.error(method, path, 401)


def test_text_commands_are_run_with_the_role_of_who_sends_them(guarded, people):
    def shell(role: str, text: str) -> requests.Response:
        return guarded.ask("PUT", "/shell", json={"cmd": text}, headers=people[role])

    assert shell("console", "status()").status_code == 200
    refused = shell("console", "setconf('HUB_NAME', 'x')")
    assert (refused.status_code, "needs the role admin" in refused.json()["error"]) == (400, True)
    assert shell("admin", "users()").status_code == 200
    assert guarded.get("/config")["scope"]["config"]["HUB_NAME"]["value"] != "x"


def test_nobody_gives_oneself_more(guarded, people):
    for role in ("viewer", "operator", "console"):
        mine = people[role]
        assert guarded.error("PUT", f"/user/{role}_1", 403, json={"role": "admin"}, headers=mine)
        assert guarded.error("POST", "/users", 403, json={"name": "x", "role": "admin"}, headers=mine)
        assert guarded.error("PUT", "/user/admin_1/password", 403, json={"password": GOOD}, headers=mine)
        assert guarded.error("POST", "/api_keys", 403, json={"name": "k", "user": "admin_1"}, headers=mine)
        assert guarded.error("GET", "/api_keys?user=admin_1", 403, headers=mine)
        assert guarded.error("GET", "/sessions?user=admin_1", 403, headers=mine)
        assert guarded.error("PUT", "/group/g/users", 403, json={"users": [f"{role}_1"]}, headers=mine)
        key = guarded.result("POST", "/api_keys", json={"name": "k", "role": "admin"}, headers=mine)["key"]
        with_key = {"Authorization": f"Bearer {key}"}
        assert guarded.get("/whoami", headers=with_key)["role"] == role
        assert guarded.error("POST", "/api_keys", 403, json={"name": "k2"}, headers=with_key)
        assert guarded.error("PUT", "/password", 403, json={"old": GOOD, "new": "x" * 20}, headers=with_key)
    for spoofed in ({"X-User": "admin"}, {"X-Role": "admin"}, {"X-Forwarded-User": "admin"}, {"Cookie": "role=admin"}):
        assert guarded.error("GET", "/users", 401, headers=spoofed)


def test_wrong_roles_and_names_are_told(guarded, people):
    for body in (
        {"name": "x y", "password": GOOD},
        {"name": "../x", "password": GOOD},
        {"name": "hub", "password": GOOD},
        {"name": "short", "password": "short"},
        {"name": "days", "password": GOOD, "days": 0},
        {"name": "days", "password": GOOD, "days": -1},
        {"name": "days", "password": GOOD, "days": 10**9},
        {"name": "typed", "password": 123456789012},
    ):
        assert guarded.error("POST", "/users", 400, json=body, headers=people["admin"])
    for role in ("root", "anyone", ""):
        assert guarded.error("POST", "/users", 404, json={"name": "x", "role": role or "-"}, headers=people["admin"])
    assert guarded.error("POST", "/users", 409, json={"name": "ADMIN", "password": GOOD}, headers=people["admin"])
    assert guarded.error("PUT", "/user/viewer_1", 400, json={}, headers=people["admin"])
    assert guarded.error("PUT", "/user/viever_1", 404, json={"role": "admin"}, headers=people["admin"])
    assert guarded.error("DELETE", "/user/..%2fadmin", 404, headers=people["admin"])
    names = {user["name"] for user in guarded.get("/users", headers=people["admin"])}
    assert not names & {"x", "short", "days", "typed", "x y"}


def test_a_password_that_the_hub_makes_is_told_once_and_secrets_are_nowhere(guarded, people):
    made = guarded.result("POST", "/users", json={"name": "made"}, headers=people["admin"])
    guarded.login("made", made["password"])
    again = guarded.result("PUT", "/user/made/password", json={}, headers=people["admin"])["password"]
    assert guarded.error("POST", "/login", 401, json={"name": "made", "password": made["password"]})
    token = guarded.login("made", again)["token"]
    headers = {"Authorization": f"Bearer {token}"}
    key = guarded.result("POST", "/api_keys", json={"name": "k"}, headers=headers)["key"]
    chosen = "five plums on a roof"
    guarded.result("PUT", "/password", json={"old": again, "new": chosen}, headers=headers)
    told = "".join(
        guarded.ask("GET", path, headers=people["admin"]).text
        for path in (
            "/users",
            "/audit",
            "/api_keys",
            "/sessions",
            "/commands",
            "/groups",
            "/logs/?json",
            "/log/hub.log",
        )
    )
    audit = "".join(f.read_text() for f in (guarded.root / "home" / "run" / "audit").iterdir())
    for secret in (made["password"], again, chosen, token, key, "$argon2"):
        assert secret not in told
        assert secret not in audit
    assert '"set_password"' in audit


def test_own_passwords(guarded):
    guarded.add("nina")
    here, other = guarded.headers("nina"), guarded.headers("nina")
    new = "five plums on a roof"
    assert "old password is wrong" in guarded.error(
        "PUT", "/password", 403, json={"old": "x", "new": new}, headers=here
    )
    assert guarded.error("PUT", "/password", 400, json={"old": GOOD, "new": "short"}, headers=here)
    assert guarded.error("PUT", "/password", 400, json={"old": GOOD, "new": GOOD}, headers=here)
    guarded.result("PUT", "/password", json={"old": GOOD, "new": new}, headers=here)
    assert guarded.get("/whoami", headers=here)["name"] == "nina"
    assert guarded.error("GET", "/whoami", 401, headers=other)
    assert guarded.error("POST", "/login", 401, json={"name": "nina", "password": GOOD})
    guarded.login("nina", new)
    assert "you have none here" in guarded.error(
        "PUT", "/password", 403, json={"old": "a", "new": new}, headers=guarded.owner
    )
    for _ in range(5):
        assert guarded.error("PUT", "/password", 403, json={"old": "guess", "new": new}, headers=here)
    assert guarded.error("POST", "/login", 401, json={"name": "nina", "password": new})  # guesses count here as well


def test_who_is_disabled_or_deleted_is_out_at_once(guarded, people):
    headers = guarded.add("olaf", "operator")
    key = guarded.result("POST", "/api_keys", json={"name": "k"}, headers=headers)["key"]
    guarded.result("PUT", "/user/olaf", json={"disabled": True}, headers=people["admin"])
    for token in (headers, {"Authorization": f"Bearer {key}"}, {"X-Biothings-Access-Token": key}):
        assert guarded.error("GET", "/status", 401, headers=token)
    assert guarded.error("POST", "/login", 401, json={"name": "olaf", "password": GOOD})
    guarded.result("PUT", "/user/olaf", json={"disabled": False}, headers=people["admin"])
    assert guarded.error("GET", "/status", 401, headers=headers)  # that session is over
    assert guarded.get("/whoami", headers={"Authorization": f"Bearer {key}"})["name"] == "olaf"
    guarded.result("DELETE", "/user/olaf", headers=people["admin"])
    assert guarded.error("GET", "/status", 401, headers={"Authorization": f"Bearer {key}"})
    headers = guarded.add("olaf")  # somebody else of that name inherits nothing
    assert guarded.get("/api_keys", headers=headers) == []
    assert guarded.get("/whoami", headers=headers)["groups"] == []


def test_the_last_admin_stays(tmp_path):
    write_plugins(tmp_path)
    with Guarded(tmp_path) as hub:
        assert hub.server.first_password
        assert "last admin" in hub.error("DELETE", "/user/admin", 409, headers=hub.owner)
        for change in ({"role": "viewer"}, {"disabled": True}, {"days": 3}):
            assert "last admin" in hub.error("PUT", "/user/admin", 409, json=change, headers=hub.owner)
        # A hub that trusts its machine still asks who it is that makes accounts.
        for method, path in (("GET", "/users"), ("POST", "/users"), ("GET", "/audit"), ("DELETE", "/user/admin")):
            assert hub.error(method, path, 401, json={})
        assert hub.result("PUT", "/plugins/reload")
        for _ in range(2):
            hub.login("admin", hub.server.first_password)


# -- groups ----------------------------------------------------------------------------------------------------------


def test_groups_let_viewers_operate_some_sources_and_builds(guarded, people):
    headers, admin = guarded.add("gil"), people["admin"]
    assert "needs the role operator" in guarded.error("PUT", "/source/apple/dump", 403, json={}, headers=headers)
    made = guarded.result("POST", "/groups", json={"name": "fruit", "users": ["gil"]}, headers=admin)
    assert (made["users"], made["sources"]) == (["gil"], [])
    guarded.result("PUT", "/group/fruit/grants", json={"sources": ["app*"], "builds": ["juice*"]}, headers=admin)
    assert guarded.get("/whoami", headers=headers)["grants"] == {"sources": ["app*"], "builds": ["juice*"]}
    record = guarded.result("PUT", "/source/apple/dump", json={"force": True}, headers=headers)
    assert guarded.follow(record["id"])["failed"] is False
    assert "on `pear`" in guarded.error("PUT", "/source/pear/dump", 403, json={}, headers=headers)
    assert "on `pear`" in guarded.error("PUT", "/source/pear.pear_names/upload", 403, json={}, headers=headers)
    assert guarded.error("PUT", "/source/pear_names/reset", 405, json={}, headers=headers)
    assert "on `pear`" in guarded.error("POST", "/source/pear_names/reset", 403, json={}, headers=headers)
    body = {"doc_type": "fruit", "sources": ["apple"], "roots": []}
    guarded.result("POST", "/buildconf", json={"name": "juice", **body}, headers=headers)
    assert guarded.error("POST", "/buildconf", 403, json={"name": "cider", **body}, headers=headers)
    assert guarded.error("PUT", "/plugins/reload", 403, json={}, headers=headers)  # about the hub as a whole
    assert guarded.error("POST", "/api", 403, json={"api_id": "x"}, headers=headers)
    assert guarded.error("PUT", "/config", 403, json={"name": "HUB_NAME", "value": "x"}, headers=headers)
    guarded.result("DELETE", "/group/fruit/grants", json={"sources": ["app*"]}, headers=admin)
    assert guarded.error("PUT", "/source/apple/dump", 403, json={}, headers=headers)
    guarded.result("DELETE", "/group/fruit/users", json={"users": ["gil"]}, headers=admin)
    assert guarded.error("DELETE", "/buildconf", 403, json={"name": "juice"}, headers=headers)
    guarded.result("DELETE", "/group/fruit", headers=admin)
    guarded.result("DELETE", "/buildconf", json={"name": "juice"}, headers=admin)


def test_a_build_counts_by_its_configuration_whatever_it_is_called(guarded, people):
    headers, admin = guarded.add("hal"), people["admin"]
    body = {"doc_type": "fruit", "sources": ["apple"], "roots": []}
    for name in ("cider", "wine"):
        guarded.result("POST", "/buildconf", json={"name": name, **body}, headers=admin)
    for method, path, sent in (("PUT", "/source/apple/dump", {}), ("PUT", "/source/apple/upload", {})):
        assert guarded.follow(guarded.result(method, path, json=sent, headers=admin)["id"])["failed"] is False
    record = guarded.result("PUT", "/build/wine/new", json={"target_name": "cider_like"}, headers=admin)
    assert guarded.follow(record["id"])["results"] == ["cider_like"]
    guarded.result("POST", "/groups", json={"name": "cellar", "users": ["hal"]}, headers=admin)
    guarded.result("PUT", "/group/cellar/grants", json={"builds": ["cider*"]}, headers=admin)
    assert "on `wine`" in guarded.error("DELETE", "/build/cider_like", 403, headers=headers)
    over = {"target_name": "cider_like", "force": True}
    assert "`wine`" in guarded.error("PUT", "/build/cider/new", 403, json=over, headers=headers)
    other = {"indexer_env": "localhub", "build_name": "cider", "index_name": "cider_like"}
    assert "`wine`" in guarded.error("PUT", "/index", 403, json=other, headers=headers)
    ids = {"build_ids": ["cider_like"]}
    assert "`wine`" in guarded.error("PUT", "/mongo_builds/delete", 403, json=ids, headers=headers)
    record = guarded.result("PUT", "/build/cider/new", json={"target_name": "anything"}, headers=headers)
    assert guarded.follow(record["id"])["results"] == ["anything"]
    guarded.result("DELETE", "/build/anything", headers=headers)


def test_bad_groups(guarded, people):
    admin = people["admin"]
    for body in ({"name": "a b"}, {"name": "../x"}, {"name": ""}):
        assert guarded.error("POST", "/groups", 400, json=body, headers=admin)
    assert guarded.error("POST", "/groups", 404, json={"name": "g", "users": ["nobody"]}, headers=admin)
    guarded.result("POST", "/groups", json={"name": "Group"}, headers=admin)
    assert guarded.error("POST", "/groups", 409, json={"name": "group"}, headers=admin)
    assert guarded.error("PUT", "/group/Group/grants", 400, json={}, headers=admin)
    assert guarded.error("PUT", "/group/Group/grants", 400, json={"sources": ["a/b"]}, headers=admin)
    assert guarded.error("PUT", "/group/Group/users", 404, json={"users": ["viewer_1", "nobody"]}, headers=admin)
    assert guarded.error("DELETE", "/group/Group/grants", 404, json={"sources": ["x"]}, headers=admin)
    assert guarded.error("DELETE", "/group/Graup", 404, headers=admin)
    assert [g["users"] for g in guarded.get("/groups", headers=admin) if g["name"] == "Group"] == [[]]


def test_commands_that_can_be_granted_are_there_with_their_arguments():
    known = {c.name: {p.name for p in c.parameters()} for c in routes()}
    for name, kinds in SUBJECTS.items():
        if name != "dataupload":  # no command, but a route
            assert set(kinds) <= known[name], name
            assert {c.role for c in routes() if c.name == name} == {Role.OPERATOR}
        assert set(kinds.values()) <= {"source", "build", "target"}


# -- keys and sessions -----------------------------------------------------------------------------------------------


def test_keys(guarded, people):
    sent = {"name": "nightly", "role": "operator", "sources": ["apple"], "days": 1}
    made = guarded.result("POST", "/api_keys", json=sent, headers=people["operator"])
    assert (made["role"], made["sources"], made["active"], made["used_at"]) == ("operator", ["apple"], True, None)
    headers = {"Authorization": f"Bearer {made['key']}"}
    assert guarded.get("/whoami", headers=headers)["via"] == "key"
    record = guarded.result("PUT", "/source/apple/dump", json={"force": True}, headers=headers)
    assert guarded.follow(record["id"])["failed"] is False
    assert guarded.error("PUT", "/source/pear/dump", 403, json={}, headers=headers)
    assert guarded.error("PUT", "/plugins/reload", 403, json={}, headers=headers)
    (seen,) = [k for k in guarded.get("/api_keys", headers=people["operator"]) if k["id"] == made["id"]]
    assert "key" not in seen
    assert "hash" not in seen
    assert seen["used_from"] == "127.0.0.1"
    assert guarded.error("DELETE", f"/api_key/{made['id']}", 404, headers=people["viewer"])
    assert guarded.result("DELETE", f"/api_key/{made['id']}", headers=people["operator"])["active"] is False
    assert guarded.error("GET", "/status", 401, headers=headers)
    assert guarded.error("GET", "/status", 401, headers={"Authorization": "Bearer hubk_zzzz_zzzz"})
    for bad in ({"name": "k", "days": -1}, {"name": "k", "sources": ["a b"]}, {"name": "k", "days": "soon"}, {}):
        assert guarded.error("POST", "/api_keys", 400, json=bad, headers=people["admin"])
    assert guarded.error("POST", "/api_keys", 404, json={"name": "k", "user": "nobody"}, headers=people["admin"])


def test_sessions_are_listed_and_ended(guarded, people):
    mine, other = guarded.add("pia"), guarded.headers("pia")
    found = guarded.get("/sessions", headers=mine)
    assert [s["current"] for s in found].count(True) == 1
    assert {s["user"] for s in found} == {"pia"}
    (id_,) = [s["id"] for s in found if s["current"]]
    assert guarded.error("DELETE", f"/session/{id_}", 404, headers=people["viewer"])
    assert guarded.error("DELETE", "/session/0", 404, headers=people["admin"])
    guarded.result("DELETE", f"/session/{id_}", headers=other)
    assert guarded.error("GET", "/whoami", 401, headers=mine)
    assert len(guarded.get("/sessions", headers=other)) == 1
    assert {"pia", "admin_1"} <= {s["user"] for s in guarded.get("/sessions", headers=people["admin"])}


# -- cookies and web pages -------------------------------------------------------------------------------------------


@pytest.fixture
def cookie(guarded: Guarded, people: Any) -> str:
    """A cookie of the admin."""
    answer = guarded.ask("POST", "/login", json={"name": "admin_1", "password": GOOD, "cookie": True})
    assert "token" not in answer.json()["result"]
    told = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {part.strip() for part in told.split(";")}
    return told.partition(";")[0]


def test_a_cookie_is_as_good_as_a_token(guarded, cookie):
    assert guarded.get("/whoami", headers={"Cookie": cookie})["via"] == "cookie"
    for origin in (STUDIO, "http://localhost:8080", guarded.base):
        assert guarded.result("PUT", "/plugins/reload", headers={"Cookie": cookie, "Origin": origin})
    out = guarded.ask("POST", "/logout", headers={"Cookie": cookie})
    assert '=""' in out.headers["Set-Cookie"]
    refused = guarded.ask("GET", "/whoami", headers={"Cookie": cookie})
    assert (refused.status_code, '=""' in refused.headers["Set-Cookie"]) == (401, True)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://localhost:3000",
        "https://studio.example.org.evil.example",
        "http://[",
        "",
    ],
)
def test_no_page_of_others_uses_the_cookie(guarded, cookie, origin):
    headers = {"Cookie": cookie, "Origin": origin, "Content-Type": "text/plain"}
    assert guarded.error("PUT", "/plugins/reload", 403, headers=headers, data="{}")
    assert guarded.error("GET", "/users", 403, headers=headers)
    assert guarded.get("/whoami", headers=headers)["name"] is None


def test_a_browser_without_an_origin_does_not_either(guarded, cookie):
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "cross-site"}
    assert guarded.error("PUT", "/plugins/reload", 403, headers=headers, data="{}")
    body = {"name": "admin_1", "password": GOOD, "cookie": True}
    for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert guarded.error("POST", "/login", 403, json=body, headers=foreign)
        assert guarded.error("POST", "/logout", 403, headers=foreign | {"Cookie": cookie})
        assert guarded.error("POST", "/ticket", 403, headers=foreign | {"Cookie": cookie})
    assert guarded.get("/whoami", headers={"Cookie": cookie})["name"] == "admin_1"


@pytest.mark.parametrize(
    "spoil", [lambda v: v[:-1], lambda v: v + "x", lambda v: "x", lambda v: "hubs_", lambda v: '"']
)
def test_a_cookie_that_was_touched_is_refused_and_taken_away(guarded, cookie, spoil):
    name, _, value = cookie.partition("=")
    answer = guarded.ask("GET", "/status", headers={"Cookie": f"{name}={spoil(value)}"})
    assert answer.status_code == 401
    assert name in answer.headers["Set-Cookie"]
    assert guarded.get("/status", headers={"Cookie": f"other={value}"})  # not ours


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Basic YWRtaW46eA=="},
        {"Authorization": "Bearer \xff\xfe"},
        {"Authorization": "Bearer " + "x" * 20_000},
        {"X-Biothings-Access-Token": "hubs_" + "x" * 5000},
        {"Cookie": "=;;;\x01" + "a=b;" * 1000},
    ],
)
def test_odd_headers_are_answered_quietly(guarded, headers):
    answer = guarded.ask("PUT", "/plugins/reload", headers={k: v.encode("latin-1") for k, v in headers.items()})
    assert answer.status_code in (400, 401)


def test_a_token_in_an_address_is_refused(guarded, people):
    token = people["viewer"]["Authorization"].partition(" ")[2]
    assert guarded.ask("GET", f"/ws/1/abcdefgh/eventsource?token={token}").status_code == 401
    assert guarded.ask("GET", f"/status?token={token}").status_code == 400


# -- the audit and the configuration ---------------------------------------------------------------------------------


def test_what_changes_something_is_audited_with_who_and_how_it_ended(guarded, people):
    guarded.result("PUT", "/plugins/reload", headers=people["operator"])
    guarded.error("PUT", "/plugins/reload", 403, headers=people["viewer"], json={})
    guarded.error("DELETE", "/api", 404, json={"api_id": "nothing"}, headers=people["operator"])
    found = guarded.get("/audit?what=command&limit=20", headers=people["admin"])
    ended = [(e["user"], e["command"], e["outcome"]) for e in found]
    assert ended[:3] == [
        ("operator_1", "delete_api", "failed"),
        ("viewer_1", "reload_plugins", "refused"),
        ("operator_1", "reload_plugins", "done"),
    ]
    assert found[0]["error"].startswith("NotFound")
    assert found[0]["from"] == "127.0.0.1"
    assert guarded.get("/audit?user=viewer_1&limit=1", headers=people["admin"])
    assert guarded.get("/audit/check", headers=people["admin"])["ok"] is True
    assert guarded.error("GET", "/audit?limit=0", 400, headers=people["admin"])
    assert guarded.error("GET", "/audit?since=yesterday", 400, headers=people["admin"])
    assert guarded.error("GET", "/audit", 403, headers=people["console"])
    listed = guarded.ask("GET", "/logs/?json", headers=people["operator"]).text
    assert "audit" not in listed


def test_refusals_are_audited(guarded, people):
    guarded.error("DELETE", "/user/admin", 403, headers=people["console"])
    (newest,) = guarded.get("/audit?limit=1&what=command", headers=people["admin"])
    assert (newest["user"], newest["command"], newest["outcome"]) == ("console_1", "delete_user", "refused")


def test_changes_of_settings_are_kept_with_who_and_what(guarded, people):
    admin = people["admin"]
    guarded.result("PUT", "/config", json={"name": "MAX_QUEUED_JOBS", "value": "11"}, headers=admin)
    sent = {"cmd": "setconf('MAX_QUEUED_JOBS', 12)"}
    assert guarded.ask("PUT", "/shell", json=sent, headers=guarded.owner).status_code == 200
    guarded.result("PUT", "/config", json={"name": "SECRETS", "value": json.dumps({"a": "pst"})}, headers=admin)
    guarded.result("PUT", "/config", json={"name": "AppleDumper.SCHEDULE", "value": "0 1 * * *"}, headers=admin)
    guarded.error("PUT", "/config", 400, json={"name": "MAX_QUEUED_JOBS", "value": "many"}, headers=admin)
    guarded.error("PUT", "/config", 403, json={"name": "MAX_QUEUED_JOBS", "value": "1"}, headers=people["operator"])
    guarded.result("DELETE", "/config", json={}, headers=admin)
    found = guarded.get("/config_history?name=MAX_QUEUED_JOBS", headers=people["operator"])
    shown = [(c["action"], c["user"], c["via"], c["old"], c["new"]) for c in found]
    default = guarded.get("/config")["scope"]["config"]["MAX_QUEUED_JOBS"]["value"]
    assert shown == [
        ("reset", "admin_1", "session", 12, default),
        ("change", "owner", "token", 11, 12),
        ("change", "admin_1", "session", default, 11),
    ]
    assert found[0]["id"] > found[1]["id"]
    whole = guarded.ask("GET", "/config_history", headers=people["operator"]).text
    assert "pst" not in whole
    assert "AppleDumper.SCHEDULE" in whole
    assert guarded.error("GET", "/config_history", 403, headers=people["viewer"])
    audit = guarded.ask("GET", "/audit?command=setconf", headers=admin).text
    assert "pst" not in audit
