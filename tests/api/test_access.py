"""Who may change a hub: people at the machine, pages of the machine, holders of the token; nobody else."""

from __future__ import annotations

import pytest

from hub.api.access import Access, AuthorizationError, OriginError, is_loopback
from hub.api.origins import OriginRule

TRUSTING = Access("t0ken", origins=OriginRule(["https://studio.example.org"]))
STRICT = Access("t0ken", trust=False)
SERVER = Access("t0ken", loopback=False)
RELOAD = "/plugins/reload"


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
    TRUSTING.check("dump", headers)


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
        TRUSTING.check("dump", {"Origin": origin})


def test_a_browser_that_names_no_origin_is_not_let_in_from_another_site():
    with pytest.raises(OriginError):
        TRUSTING.check("dump", {"Sec-Fetch-Site": "cross-site"})


@pytest.mark.parametrize("name", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_what_a_proxy_hands_on_needs_the_token(name):
    with pytest.raises(AuthorizationError):
        TRUSTING.check("dump", {name: "203.0.113.9"})
    TRUSTING.check("dump", {name: "203.0.113.9", "Authorization": "Bearer t0ken"})


@pytest.mark.parametrize("access", [STRICT, SERVER])
def test_otherwise_the_token_is_needed(access):
    for headers in (
        {},
        {"Authorization": "Bearer wrong"},
        {"X-Biothings-Access-Token": ""},
        {"Authorization": "t0ken"},
    ):
        with pytest.raises(AuthorizationError, match="Bearer"):
            access.check("dump", headers)
    access.check("dump", {"Authorization": "Bearer t0ken"})
    access.check("dump", {"Authorization": "bearer t0ken", "Origin": "https://evil.example"})
    access.check("dump", {"X-Biothings-Access-Token": "t0ken"})


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
        assert "Access-Control-Allow-Credentials" not in known.headers


def test_a_star_lets_every_page_read_and_none_change(live):
    base = live.listen(Access(live.token, origins=OriginRule(["*"])))
    answer = live.ask("GET", "/status", base=base, headers={"Origin": "https://anybody.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://anybody.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, OPTIONS"
    assert live.error("PUT", RELOAD, 403, base=base, headers={"Origin": "https://anybody.example"})


def test_without_trust_the_token_is_asked_for_over_http(live):
    base = live.listen(Access(live.token, trust=False))
    assert live.get("/status", base=base)
    assert "api_token" in live.error("PUT", RELOAD, 401, base=base)
    for headers in ({"Authorization": f"Bearer {live.token}"}, {"X-Biothings-Access-Token": live.token}):
        assert live.result("PUT", RELOAD, base=base, headers=headers)
