"""Who may change a hub: people at the machine, pages of the machine, holders of the token; nobody else."""

from __future__ import annotations

import pytest

from hub import commands
from hub.accounts import Role
from hub.accounts.errors import CredentialError
from hub.accounts.place import is_loopback
from hub.api.access import Access, AuthorizationError, OriginError
from hub.api.origins import OriginRule
from hub.commands import calling

TRUSTING = Access("t0ken", origins=OriginRule(["https://studio.example.org"]))
STRICT = Access("t0ken", trust=False)
SERVER = Access("t0ken", loopback=False)
RELOAD = "/plugins/reload"
HERE = "127.0.0.1"


def change(access, headers):
    """What a changing command is asked before it runs."""
    commands.load_builtin()
    calling.precheck(commands.find("dump"), access.caller(headers, HERE), access.refusal)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://[::1]:8080"},
        {"Origin": "https://studio.example.org"},
        {"Sec-Fetch-Site": "same-origin"},
        {"X-Biothings-Access-Token": "from another log-in"},
    ],
)
def test_this_machine_needs_no_token(headers):
    change(TRUSTING, headers)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "",
        "file://",
        "http://localhost.evil.example",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "http://studio.example.org",
        "https://studio.example.org.evil.example",
        "http://[::1",
        "localhost",
        "http://127.0.0.1:99999999@evil.example/",
    ],
)
def test_a_page_of_somebody_else_can_change_nothing(origin):
    with pytest.raises(OriginError):
        change(TRUSTING, {"Origin": origin})


def test_a_browser_that_names_no_origin_is_not_let_in_from_another_site():
    with pytest.raises(OriginError):
        change(TRUSTING, {"Sec-Fetch-Site": "cross-site"})


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_what_a_proxy_hands_on_needs_the_token(name):
    with pytest.raises(AuthorizationError):
        change(TRUSTING, {name: "203.0.113.9"})
    change(TRUSTING, {name: "203.0.113.9", "Authorization": "Bearer t0ken"})


@pytest.mark.parametrize("access", [STRICT, SERVER])
def test_otherwise_the_token_is_needed(access):
    for headers in (
        {},
        {"X-Biothings-Access-Token": ""},
        {"Authorization": "t0ken"},
        {"X-Biothings-Access-Token": "x"},
    ):
        with pytest.raises(AuthorizationError, match="Bearer"):
            change(access, headers)
    with pytest.raises(CredentialError, match="unknown"):
        change(access, {"Authorization": "Bearer wrong"})
    change(access, {"Authorization": "Bearer t0ken"})
    change(access, {"Authorization": "bearer t0ken", "Origin": "https://evil.example"})
    change(access, {"X-Biothings-Access-Token": "t0ken"})


def test_a_wrong_token_is_refused_where_none_is_needed():
    with pytest.raises(CredentialError):
        TRUSTING.caller({"Authorization": "Bearer wrong"}, HERE)


def test_reading_needs_no_log_in_at_this_machine_only():
    proxied = {"X-Forwarded-For": "203.0.113.9"}
    assert TRUSTING.caller({}, HERE).role is Role.ADMIN
    assert TRUSTING.caller({"Origin": "https://evil.example"}, HERE).role is Role.VIEWER
    assert TRUSTING.caller(proxied, HERE).role is Role.ANYONE
    assert STRICT.caller({}, HERE).role is Role.VIEWER
    assert STRICT.caller(proxied, HERE).role is Role.ANYONE
    assert SERVER.caller({}, HERE).role is Role.ANYONE
    public = Access("t0ken", loopback=False, public=True)
    assert public.caller({}, HERE).role is Role.VIEWER
    assert public.caller(proxied, HERE).role is Role.VIEWER


@pytest.mark.parametrize("name", ["0.0.0.0", "example.org", "localhost.evil", "10.0.0.1", "", "1"])
def test_other_names_are_not_this_machine(name):
    assert not is_loopback(name)


def test_the_rules_hold_over_http(live):
    assert live.result("PUT", RELOAD)
    assert live.result("PUT", RELOAD, headers={"Origin": "http://localhost:8080"})
    refused = live.ask("PUT", RELOAD, headers={"Origin": "https://evil.example"})
    assert refused.status_code == 403
    assert "HUB_CORS_ORIGINS" in refused.json()["error"]
    assert live.error("PUT", RELOAD, 403, headers={"Host": "evil.example"}) == "unknown Host"
    assert live.error("GET", "/status", 403, headers={"Host": "evil.example"}) == "unknown Host"


def test_browsers_keep_answers_from_pages_of_others(live):
    answer = live.ask("GET", "/status", headers={"Origin": "https://evil.example"})
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]
    assert live.ask("GET", "/status").headers["Access-Control-Allow-Origin"] == "*"
    for origin in ("https://studio.example.org", "http://localhost:8080"):
        known = live.ask("OPTIONS", RELOAD, headers={"Origin": origin})
        assert known.headers["Access-Control-Allow-Origin"] == origin
        assert "PUT" in known.headers["Access-Control-Allow-Methods"]
        assert known.headers["Access-Control-Allow-Credentials"] == "true"


def test_a_star_lets_every_page_read_and_none_change(live):
    base = live.listen(Access(live.token, origins=OriginRule(["*"])))
    answer = live.ask("GET", "/status", base=base, headers={"Origin": "https://anybody.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://anybody.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, OPTIONS"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    info = live.ask("GET", "/ws/info", headers={"Origin": "http://localhost:8080"})
    assert info.headers["Access-Control-Allow-Credentials"] == "true"
    assert info.headers["Access-Control-Allow-Origin"] == "http://localhost:8080"
    assert live.error("PUT", RELOAD, 403, base=base, headers={"Origin": "https://anybody.example"})


def test_without_trust_the_token_is_asked_for_over_http(live):
    base = live.listen(Access(live.token, trust=False))
    assert live.get("/status", base=base)
    assert "api_token" in live.error("PUT", RELOAD, 401, base=base)
    for headers in ({"Authorization": f"Bearer {live.token}"}, {"X-Biothings-Access-Token": live.token}):
        assert live.result("PUT", RELOAD, base=base, headers=headers)
