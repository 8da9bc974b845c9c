"""Which releases lead from one version to another, and what a hub follows."""

from __future__ import annotations

from typing import Any

import pytest

from hub.errors import NotFound
from hub.standalone.errors import BadReleaseError, NoPathError, OlderVersionError, SubscriptionError
from hub.standalone.planning import path, wanted
from hub.standalone.published import Version, resolved, versions_of
from hub.standalone.subscriptions import find, subscriptions


def full(version: str) -> Version:
    return Version(version, version, None, "full", "", "")


def step(old: str, new: str) -> Version:
    return Version(f"{old}.{new}", new, old, "incremental", "", "")


PUBLISHED = [full("1"), step("1", "2"), step("2", "3"), full("3"), step("3", "9"), step("1", "9"), step("9", "10")]


def way(target: str, backend: str | None, **more: Any) -> list[str]:
    return [v.build_version for v in path("genes", PUBLISHED, target, backend, **more)]


def test_the_fewest_incremental_releases_are_taken() -> None:
    assert way("10", "1") == ["1.9", "9.10"]
    assert way("10", "3") == ["3.9", "9.10"]
    assert way("10", "9") == ["9.10"]
    assert way("3", "1") == ["1.2", "2.3"]
    assert way("10", "10") == []


def test_a_full_release_is_taken_where_nothing_else_leads_there() -> None:
    assert way("3", None) == ["3"]
    assert way("10", None) == ["3", "3.9", "9.10"] or way("10", None) == ["1", "1.9", "9.10"]
    assert way("10", "7") == way("10", None)
    assert way("2", None) == ["1", "1.2"]


def test_going_back_is_asked_for() -> None:
    with pytest.raises(OlderVersionError):
        way("9", "10")
    assert way("3", "10", force=True) == ["3"]
    assert way("10", "10", force=True) == way("10", None)
    assert way("10", "9", force=True) == ["9.10"]


def test_a_gap_is_told() -> None:
    with pytest.raises(NoPathError, match="in between"):
        path("genes", [full("1"), step("2", "3")], "3", "1")
    with pytest.raises(NoPathError, match="no full release"):
        path("genes", [step("2", "3")], "3", None)
    circle = [step("1", "2"), step("2", "1")]
    with pytest.raises(NoPathError):
        path("genes", circle, "2", None)


def test_a_version_is_named_in_several_ways() -> None:
    assert wanted("genes", PUBLISHED, "latest").build_version == "9.10"
    assert wanted("genes", PUBLISHED, "1.2").target == "2"
    assert wanted("genes", PUBLISHED, "10").build_version == "9.10"
    with pytest.raises(NotFound, match=r"9\.10"):
        wanted("genes", PUBLISHED, "9.1")
    with pytest.raises(BadReleaseError):
        wanted("genes", [], "latest")


def test_urls_are_read_from_the_file_that_names_them() -> None:
    base = "https://x.org/r/genes/versions.json"
    assert resolved("g", base, "1.json") == "https://x.org/r/genes/1.json"
    assert resolved("g", base, "../diffs/1.2/metadata.json") == "https://x.org/r/diffs/1.2/metadata.json"
    assert resolved("g", base, "https://cdn.org/1.json") == "https://cdn.org/1.json"
    assert resolved("g", "s3://b/genes/versions.json", "1/a.zst") == "s3://b/genes/1/a.zst"
    assert resolved("g", "file:///srv/www/genes/versions.json", "file:///srv/www/diffs/x") == "file:///srv/www/diffs/x"
    refused = [
        "file:///etc/passwd",
        "javascript:1",
        "",
        None,
        5,
        "http://x/%2e%2e/%2e%2e/y",
        "a b",
        "http://x/%252e%252e/y",
    ]
    for url in refused:
        with pytest.raises(BadReleaseError):
            resolved("g", base, url)
    for url in ("file:///srv/other/x", "file:///srv/wwwx/y", "file://host/srv/www/x"):
        with pytest.raises(BadReleaseError):
            resolved("g", "file:///srv/www/genes/versions.json", url)
    listed = versions_of("g", base, b'{"versions": [{"build_version": "1", "target_version": "1", "type": "full"}]}')
    assert listed[0].url == "https://x.org/r/genes/1.json"


def test_what_is_followed_is_read_from_the_settings() -> None:
    url = "https://x.org/r/genes/versions.json"
    settings: Any = {"VERSION_URLS": [url, {"name": "mine", "url": "s3://b/x/versions.json"}]}
    found = subscriptions(settings)
    assert [(s.name, s.index, s.env) for s in found.values()] == [
        ("genes", "genes_current", "localhub"),
        ("mine", "mine_current", "localhub"),
    ]
    hosts = {"east": "e.org:9200", "west": "https://user:secret@w.org"}
    settings["STANDALONE_CONFIG"] = {"genes": {"es_host": hosts, "index": "served", "auth": ["u", "p"]}}
    found = subscriptions(settings)
    assert list(found) == ["genes__east", "genes__west", "mine"]
    west = find(settings, "genes__west")
    assert (west.host, west.index) == ("w.org", "served")
    assert west.engine is not None
    assert west.engine.options == {"basic_auth": ("u", "p")}
    with pytest.raises(NotFound, match="genes__east"):
        find(settings, "genes")
    for wrong in (["gopher://x"], [{"name": "a b", "url": url}], [url, url], [None], [{"name": "x"}]):
        with pytest.raises(SubscriptionError):
            subscriptions({"VERSION_URLS": wrong})  # type: ignore[arg-type]
    with pytest.raises(SubscriptionError, match="lower case"):
        subscriptions({"VERSION_URLS": [url], "STANDALONE_CONFIG": {"genes": {"index": "UPPER"}}})  # type: ignore[arg-type]
