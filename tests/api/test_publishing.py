"""Diffs, snapshots, notes, publishing and installing, as clients ask for them."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

KIND = "jsondiff-selfcontained"


@pytest.fixture(scope="module")
def two_builds(filled):
    """Two builds of a configuration of their own; the first one has an index."""
    body = {"name": "berry", "doc_type": "berry", "roots": [], "archived": False, "builder_class": None}
    names = ("berry_one", "berry_two")
    for name, sources in zip(names, (["apple", "pear_names"], ["apple"]), strict=True):
        filled.result("PUT", "/buildconf", json={**body, "sources": sources, "params": {"build_version": name[-3:]}})
        made = filled.run("PUT", "/build/berry/new", json={"target_name": name, "force": False})
        assert made["failed"] is False, made
    indexed = filled.run("PUT", "/index", json={"indexer_env": "localhub", "build_name": "berry_one"})
    assert indexed["failed"] is False, indexed
    yield names
    filled.run("PUT", "/mongo_builds/delete", json={"build_ids": list(names)})
    filled.result("DELETE", "/buildconf", json={"name": "berry"})
    filled.hub.services.indices.engine("localhub").delete("berry_one")


def test_environments_and_types_are_told(filled) -> None:
    assert next(iter(filled.get("/diff_manager"))) == KIND
    assert "localhub" in filled.get("/snapshot_manager")["env"]
    assert "localrelease" in filled.get("/release_manager")["env"]


def test_a_diff_is_made_looked_at_and_reported(filled, two_builds) -> None:
    old, new = two_builds
    ask = {"diff_type": KIND, "old": old, "new": new, "steps": ["content"]}
    done = filled.run("PUT", "/diff", json=ask)
    assert done["results"] == [{"update": 5, "add": 0, "delete": 0, "mapping_changed": False}], done
    shown = filled.get(f"/build/{new}")["diff"][old]
    assert shown["diff"]["stats"]["update"] == 5
    assert shown["diff"]["files"][0]["size"] > 0
    assert filled.get(f"/diff_summary?old={old}&new={new}")["fields"][0]["field"] == "name"
    assert filled.get(f"/diff_report?old_db_col_names={old}&new_db_col_names={new}").startswith("Differences")
    assert "purge" in filled.error("PUT", "/diff", 409, json=ask)
    assert filled.run("PUT", "/diff", json={**ask, "mode": "purge"})["failed"] is False
    for wrong, code in (
        ({"diff_type": "x"}, 400),
        ({"old": 5}, 400),
        ({"new": "nothing"}, 404),
        ({"mode": "fly"}, 400),
    ):
        filled.error("PUT", "/diff", code, json={**ask, **wrong})


def test_a_release_is_published_and_installed(filled, two_builds, tmp_path_factory) -> None:
    old = two_builds[0]
    noted = filled.run("PUT", "/release_note/create", json={"old": "none", "new": old, "note": "n", "format": "txt"})
    assert noted["failed"] is False, noted
    assert "Note: n" in filled.get(f"/release_note?old=none&new={old}")
    assert filled.get(f"/release_note?old=none&new={old}&format=json")["note"] == "n"
    filled.error("GET", "/release_note?old=none&new=nothing", 404)
    ask = {"snapshot_env": "localhub", "index": old, "snapshot": None, "recreate_repo": False}
    taken = filled.run("PUT", "/snapshot", json=ask)
    assert taken["failed"] is False, taken
    (listed,) = filled.get("/list_snapshots?build_config=berry")
    assert listed["items"][0].keys() >= {"_id", "build_name", "environment", "indexer_env", "index_name", "created_at"}
    assert "`nothing`" in filled.error("PUT", "/snapshot", 404, json={**ask, "index": "nothing"})
    body = {"publisher_env": "localrelease", "build_name": old, "previous_build": "none", "snapshot": old}
    published = filled.run("POST", "/publish/full", json=body)
    assert published["failed"] is False, published
    assert filled.get(f"/build/{old}")["publish"]["full"][old]["metadata"]["url"].startswith("file:///")
    url = (Path(filled.settings["PUBLISH_PATH"]) / "releases" / "versions.json").as_uri()
    filled.result("PUT", "/config", json={"name": "VERSION_URLS", "value": f'[{{"name": "mine", "url": "{url}"}}]'})
    try:
        assert filled.get("/standalone/list") == [{"name": "mine", "url": url}]
        (versions,) = filled.run("GET", "/standalone/mine/versions")["results"]
        assert versions[0].keys() == {
            "build_version",
            "require_version",
            "target_version",
            "type",
            "release_date",
            "url",
        }
        (info,) = filled.run("GET", "/standalone/mine/info?version=latest")["results"]
        assert "Note: n" in info["release_note"]["txt"]
        install = "/standalone/mine/install"
        assert filled.run("POST", install, json={"version": "latest", "dry": True})["results"] == [
            [versions[0]["build_version"]]
        ]
        done = filled.run("POST", install, json={"version": "latest", "force": 1, "use_no_downtime_method": True})
        assert done["failed"] is False, done
        (backend,) = filled.run("GET", "/standalone/mine/backend")["results"]
        assert (backend["count"], backend["index_alias"]) == (5, "mine_current")
        assert filled.run("GET", "/standalone/mine/check")["results"] == ["Nothing to dump"]
        assert filled.run("DELETE", "/standalone/mine/backend")["failed"] is False
        filled.error("POST", "/standalone/yours/install", 404, json={})
    finally:
        filled.result("DELETE", "/config", json={"name": "VERSION_URLS"})
    validated = filled.run("POST", "/validate_snapshots", json={})["results"]
    assert validated == [{"snapshots_validated": 0, "snapshots_deleted": 0, "errors": []}]
    deleted = filled.run("PUT", "/delete_snapshots", json={"snapshots_data": {"localhub": [old]}})
    assert deleted["failed"] is False, deleted
    filled.error("PUT", "/delete_snapshots", 400, json={"snapshots_data": {"localhub": "abc"}})


def test_a_snapshot_that_fails_later_is_told_as_clients_parse_it(filled, two_builds) -> None:
    repository = Path(filled.settings["SNAPSHOT_PATH"]) / "localhub"
    repository.parent.mkdir(parents=True, exist_ok=True)
    if repository.exists():
        repository.rename(repository.with_name("away"))
    repository.write_text("no folder")
    try:
        ask = {"snapshot_env": "localhub", "index": two_builds[0], "snapshot": None, "recreate_repo": False}
        failed = filled.run("PUT", "/snapshot", json=ask)
        assert failed["failed"] is True
        (text,) = failed["results"]
        (told,) = orjson.loads(text)
        assert told.keys() == {"error", "detail"}
    finally:
        repository.unlink()
