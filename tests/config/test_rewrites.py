from __future__ import annotations

import pytest

from hub.config.rewrites import absolute, file_path, rewrite_url

RULES = {
    "https://example.org/": "https://mirror.example.net/org/",
    "https://example.org/big/": "file:///srv/big/",
    "https://data.example.org/v1": "file:///srv/v1",
    "ftp://ftp.example.org": "http://localhost:8000",
}


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a/b.gz?x=1#y", "https://mirror.example.net/org/a/b.gz?x=1#y"),
        ("https://EXAMPLE.org/a", "https://mirror.example.net/org/a"),
        ("https://example.org/big/a%20b.gz?x=1#y", "file:///srv/big/a%20b.gz"),
        ("https://example.org/big/", "file:///srv/big/"),
        ("https://example.org/big/x/", "file:///srv/big/x/"),
        ("https://data.example.org/v1/a.tsv", "file:///srv/v1/a.tsv"),
        ("https://data.example.org/v1", "file:///srv/v1"),
        ("https://data.example.org/v12/a.tsv", "https://data.example.org/v12/a.tsv"),
        ("ftp://ftp.example.org/pub/a", "http://localhost:8000/pub/a"),
        ("https://other.org/", "https://other.org/"),
    ],
)
def test_the_longest_prefix_is_replaced(url, expected):
    assert rewrite_url(url, RULES) == expected


@pytest.mark.parametrize(
    "climb", ["../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "a/../../../etc/passwd", "/etc/passwd"]
)
def test_a_file_target_is_not_left(climb):
    rewritten = rewrite_url("https://example.org/big/" + climb, RULES)
    assert rewritten.startswith("file:///srv/big/")
    assert ".." not in rewritten


def test_relative_targets_are_read_from_the_folder_of_the_file(load, tmp_path):
    settings = load("DATA_URL_REWRITES = {'https://x.org/': 'file:mirror/', 'https://y.org': 'https://z.org'}")
    assert {
        "https://x.org/": f"file://{tmp_path}/mirror/",
        "https://y.org": "https://z.org",
    } == settings.DATA_URL_REWRITES
    assert (
        file_path(rewrite_url("https://x.org/a b.txt", settings.DATA_URL_REWRITES)) == tmp_path / "mirror" / "a b.txt"
    )


def test_an_absolute_target_stays(tmp_path):
    assert absolute({"a": "file:/x/y"}, tmp_path) == {"a": "file:///x/y"}
