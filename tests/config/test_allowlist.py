from __future__ import annotations

import pytest

from hub.config.allowlist import AllowList, HostUnknownError, UrlRefusedError, is_loopback

PUBLIC = "93.184.215.14"
NAMES = {
    "example.org": [PUBLIC],
    "inner.example.org": ["10.1.2.3"],
    "two.example.org": [PUBLIC, "10.1.2.3"],
    "x.other.net": ["8.8.8.8"],
}


def resolve(host: str) -> list[str]:
    return NAMES.get(host, [host])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/a",
        "http://[::1]/",
        "http://10.0.0.1/",
        "http://169.254.169.254/latest",
        "http://[::ffff:10.0.0.1]/",
        "http://[2002:0a00:0001::]/",
        "ftp://inner.example.org/x",
        "http://two.example.org/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
    ],
)
def test_inner_addresses_are_closed_while_the_hub_can_be_reached_from_outside(url):
    with pytest.raises(UrlRefusedError, match="no public address"):
        AllowList().check(url, resolve)


def test_inner_addresses_are_open_while_the_hub_is_bound_to_loopback():
    rules = AllowList(private=True)
    assert rules.check("http://127.0.0.1:8000/a", resolve) == ["127.0.0.1"]
    assert rules.check("ftp://inner.example.org/x", resolve) == ["10.1.2.3"]


def test_metadata_addresses_of_clouds_need_the_list_always():
    with pytest.raises(UrlRefusedError):
        AllowList(private=True).check("http://169.254.169.254/", resolve)
    assert AllowList(("169.254.169.254",)).check("http://169.254.169.254/", resolve)


def test_a_list_opens_what_it_names_and_closes_the_rest():
    rules = AllowList(("*.other.net", "10.0.0.0/8", "https://example.org/data/"))
    assert rules.check("http://x.other.net/", resolve)
    assert rules.check("http://inner.example.org/", resolve)
    assert rules.check("https://example.org/data/a.gz", resolve)
    for url in (
        "https://example.org/",
        "https://example.org/data2",
        "http://example.org/data/",
        "https://example.org/data/../x",
    ):
        with pytest.raises(UrlRefusedError, match="not in the list"):
            rules.check(url, resolve)


def test_a_name_with_one_inner_address_is_refused_unless_listed():
    assert AllowList(("two.example.org",)).check("http://two.example.org/", resolve) == [PUBLIC, "10.1.2.3"]
    with pytest.raises(UrlRefusedError):
        AllowList(("10.0.0.0/8",)).check("http://two.example.org/", resolve)


@pytest.mark.parametrize("url", ["gopher://example.org/", "javascript:1", "example.org/x", "http:///x"])
def test_unknown_schemes_and_missing_hosts_are_refused(url):
    with pytest.raises(UrlRefusedError):
        AllowList(private=True).check(url, resolve)


def test_files_are_open_on_a_local_hub_and_listed_elsewhere(tmp_path):
    url = (tmp_path / "a.txt").as_uri()
    assert AllowList(private=True).check(url) == []
    assert AllowList((tmp_path.as_uri() + "/",)).check(url) == []
    with pytest.raises(UrlRefusedError, match="listed folders"):
        AllowList().check(url)
    with pytest.raises(UrlRefusedError, match="listed folders"):
        AllowList((tmp_path.as_uri() + "/",)).check(tmp_path.as_uri() + "/../etc/passwd")


def test_the_password_of_a_url_is_not_shown():
    with pytest.raises(UrlRefusedError) as caught:
        AllowList().check("ftp://joe:hunter2@10.0.0.1/x", resolve)
    assert "hunter2" not in str(caught.value)


def test_an_unknown_host_is_a_passing_error():
    with pytest.raises(HostUnknownError, match=r"no-such-host.invalid"):
        AllowList().check("http://no-such-host.invalid/")


def test_the_rules_come_from_the_settings(load):
    assert AllowList.of(load()).private
    assert not AllowList.of(load("HUB_HOST = '0.0.0.0'")).private
    assert AllowList.of(load("ALLOWED_URLS = ['a.org']")).rules == ("a.org",)
    assert is_loopback("localhost")
    assert not is_loopback("hub.example.org")
