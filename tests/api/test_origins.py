"""Which web pages may connect."""

from __future__ import annotations

import pytest

from hub.api.origins import OriginRule

RULE = OriginRule(["https://Studio.example.org/"])


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("http://localhost:8080", "localhost:7080", True),
        ("http://127.0.0.2", "127.0.0.1:7080", True),
        ("http://[::1]:8080", "[::1]:7080", True),
        ("https://STUDIO.example.org", "hub.example.org", True),
        ("http://studio.example.org", "hub.example.org", False),
        ("http://192.0.2.7:8080", "192.0.2.7:7080", True),
        ("http://192.0.2.7:8080", "192.0.2.8:7080", False),
        ("http://hub.example.org:7080", "hub.example.org:7080", False),  # its owner says where the name leads
        ("http://evil.example", "127.0.0.1:7080", False),
        ("http://127.0.0.1.evil.example", "127.0.0.1", False),
        ("http://localhost@evil.example", "127.0.0.1", False),
        ("http://localhost.", "127.0.0.1", False),
        ("ftp://localhost", "127.0.0.1", False),
        ("null", "127.0.0.1", False),
        ("", "", False),
        ("http://[", "127.0.0.1", False),
    ],
)
def test_origins(origin: str, host: str, allowed: bool) -> None:
    assert RULE.may_change(origin, host) is allowed
    assert RULE.may_read(origin, host) is allowed
    assert bool(RULE.refuses({"Origin": origin, "Host": host})) is not allowed


def test_a_star_lets_every_page_in_but_change_nothing() -> None:
    rule = OriginRule(["*"])
    assert rule.may_read("https://evil.example", "localhost")
    assert not rule.may_change("https://evil.example", "localhost")


@pytest.mark.parametrize(("site", "allowed"), [("none", True), ("same-origin", True), ("cross-site", False)])
def test_a_browser_that_names_no_origin(site: str, allowed: bool) -> None:
    assert (RULE.refuses({"Sec-Fetch-Site": site}) == "") is allowed
    assert RULE.refuses({}) == ""


def test_only_allowed_pages_may_show_ours_in_a_frame() -> None:
    policy = OriginRule(["https://a.example", "https://b.example; script-src *"]).ancestors
    assert policy.endswith("https://a.example")
