"""Section 7.6 to 7.8: what is done on the pages of builds, down to the published release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api.client_contract.client import Client
from tests.api.client_contract.conftest import DIFF, MODES, configuration
from tests.api.client_contract.shapes import has, mapping, one_of, text


def test_a_configuration_is_made_edited_and_deleted(page: Client) -> None:
    form = {"name": "garden", "doc_type": "plant", "sources": ["orchid"], "roots": ["orchid"], "builder_class": None}
    extra = {"num_shards": "1", "extra_index_settings": '{"codec": "default"}', "unknown": {"kept": [1]}, "_meta": {}}
    page.call("POST", "/buildconf", {**form, "params": extra, "archived": False})
    kept = page.call("GET", "/build_manager")["build_configs"]["garden"]["build_config"]
    assert {key: kept[key] for key in extra} == extra
    assert kept["root"] == ["orchid"]
    handled = {"name", "doc_type", "sources", "root", "builder_class", "archived"}
    params = {key: value for key, value in kept.items() if key not in handled}  # as the form gives them back
    edited = {**form, "builder_class": kept["builder_class"], "sources": ["orchid", "lily_names"], "params": params}
    page.call("PUT", "/buildconf", {**edited, "archived": True})
    shown = page.call("GET", "/build_manager")["build_configs"]["garden"]
    again = shown["build_config"]
    assert {key: again[key] for key in extra} == extra
    assert (again["sources"], shown["archived"], again["archived"]) == (["orchid", "lily_names"], True, True)
    page.call("DELETE", "/buildconf", {"name": "garden"})
    assert "garden" not in page.call("GET", "/build_manager")["build_configs"]


def test_a_build_is_made_archived_and_deleted(page: Client) -> None:
    (first,) = page.done("PUT", "/build/flora/new", {"target_name": None, "force": True})
    assert first.startswith("flora_")
    page.done("PUT", "/build/flora/new", {"target_name": "flora_named", "force": True})
    page.call("POST", "/build/flora_named/archive")
    assert [b["_id"] for b in page.call("GET", "/builds?only_archived=1")] == ["flora_named"]
    for name in (first, "flora_named"):
        page.call("DELETE", f"/build/{name}")
    assert {b["_id"] for b in page.call("GET", "/builds?conf_name=flora")} == {"flora_one", "flora_two"}


def test_a_build_of_nothing_new_is_made_all_the_same(page: Client) -> None:
    page.done("PUT", "/build/flora/new", {"target_name": "flora_same", "force": False})
    page.call("DELETE", "/build/flora_same")


def test_the_mapping_of_a_build_is_inspected_saved_and_committed(page: Client) -> None:
    page.done("PUT", "/inspect", {"data_provider": "flora_two", "mode": MODES})
    build = page.call("GET", "/build/flora_two")
    found = build["inspect"]["results"]["mapping"]
    found["orchid"]["properties"]["label"]["copy_to"] = ["all"]
    page.call("PUT", "/build/flora_two/mapping", {"mapping": found, "dest": "inspect"})
    assert page.call("GET", "/build/flora_two")["inspect"]["results"]["mapping"] == found
    page.call("PUT", "/build/flora_two/mapping", {"mapping": found, "dest": "build"})
    assert page.call("GET", "/build/flora_two")["mapping"] == found
    page.call("PUT", "/build/flora_two/mapping", {"mapping": build["mapping"], "dest": "build"})


def test_an_index_is_made_and_asked_for_again_in_other_words(page: Client) -> None:
    """52: what fails is sent once more with `target_name`."""
    asked = {"indexer_env": "localhub", "index_name": "again"}
    page.done("PUT", "/index", {**asked, "build_name": "flora_one"})
    assert page.call("GET", "/build/flora_one")["index"]["again"]["environment"] == "localhub"
    failed = page.command("PUT", "/index", {**asked, "build_name": "flora_one"})  # it is there already
    assert failed["failed"] is True
    assert text(failed["results"][0])
    page.done("PUT", "/index", {**asked, "index_name": None, "target_name": "flora_two"})
    assert "flora_two" in page.call("GET", "/build/flora_two")["index"]
    assert "target_name" not in page.call("GET", "/commands")["1"]["cmd"]


def test_a_diff_is_made_and_made_anew(page: Client) -> None:
    asked = {"diff_type": DIFF, "old": "flora_one", "new": "flora_two"}
    (stats,) = page.done("PUT", "/diff", {**asked, "mode": "purge"})
    assert stats == {"update": 0, "add": 3, "delete": 0, "mapping_changed": False}
    told = page.refused("PUT", "/diff", asked)
    assert "purge" in told
    assert page.message(lambda m: m.get("obj") == "event" and m["data"]["level"] == "ERROR")["data"]["name"] == "diff"


def test_a_diff_is_applied_to_an_index_that_is_chosen(page: Client) -> None:
    page.done("PUT", "/index", {"indexer_env": "localhub", "build_name": "flora_one", "index_name": "synced"})
    listed = page.call("GET", "/indexes_by_name?env_name=localhub&index_name=*sync*&limit=1000")
    (index,) = (i for i in listed if i["index_name"] == "synced")
    host = page.call("GET", "/config")["scope"]["config"]["INDEX_CONFIG"]["value"]["env"]["localhub"]["host"]
    names = {"old_db_col_names": "flora_one", "new_db_col_names": "flora_two"}
    target = [host, index["index_name"], index["doc_type"]]
    (done,) = page.done("POST", "/sync", {"backend_type": "es", **names, "target_backend": target})
    assert done["added"] == 3


def test_a_snapshot_has_its_name_or_that_of_the_index(page: Client) -> None:
    asked = {"snapshot_env": "localhub", "index": "my-index_two", "recreate_repo": False}
    page.done("PUT", "/snapshot", {**asked, "snapshot": "mine"})
    snapshots = page.call("GET", "/build/flora_two")["snapshot"]
    assert {"mine", "my-index_two"} <= set(snapshots)
    for snapshot in snapshots.values():
        has(snapshot, index_name=one_of("my-index_two"), environment=one_of("localhub"), indexer_env=text)


def test_a_snapshot_that_fails_says_so_as_the_client_parses_it(stage, page: Client) -> None:
    """12.4: exactly one text, itself the JSON of a list."""
    repository = Path(stage.hub.settings["SNAPSHOT_PATH"]) / "localhub"
    repository.rename(repository.with_name("away"))
    repository.write_text("no folder")
    try:
        asked = {"snapshot_env": "localhub", "index": "my-index_one", "snapshot": "bad", "recreate_repo": False}
        failed = page.command("PUT", "/snapshot", asked)
    finally:
        repository.unlink()
        repository.with_name("away").rename(repository)
    assert failed["failed"] is True
    (result,) = failed["results"]
    first = json.loads(result)[0]
    has(first, error=text, detail=mapping)
    (told,) = (data for data in page.notifications() if data["level"] == "ERROR")
    assert first["detail"]["reason"] in told["msg"]
    assert "[{" not in told["msg"]


def test_notes_are_made_and_read_by_the_name_of_the_index(page: Client) -> None:
    """12.5: the name of the index is sent as the new build."""
    page.done("PUT", "/release_note/create", {"old": "flora_one", "new": "my-index_two", "note": "by index"})
    shown = page.call("GET", "/release_note?old=flora_one&new=my-index_two")
    assert "by index" in shown
    assert page.call("GET", "/release_note?old=flora_one&new=flora_two") == shown
    assert "first" in page.call("GET", "/release_note?old=none&new=my-index_one")
    assert set(page.call("GET", "/build/flora_two")["release_note"]) == {"flora_one"}


def test_both_kinds_are_published(page: Client) -> None:
    asked = {"publisher_env": "localrelease"}
    full = {"build_name": "flora_two", "previous_build": "flora_one", "snapshot": "my-index_two"}
    page.done("POST", "/publish/full", {**asked, **full})
    diff = {"build_name": "flora_two", "previous_build": "flora_one"}
    page.done("POST", "/publish/incremental", {**asked, **diff})
    shown = page.call("GET", "/build/flora_two")["publish"]
    assert "://" in shown["full"]["my-index_two"]["metadata"]["url"]
    assert "flora_one" in shown["incremental"]


def test_a_published_release_is_listed_looked_at_installed_and_removed(stage, page: Client) -> None:
    """7.15, with the settings that the wizard makes."""
    url = (Path(stage.hub.settings["PUBLISH_PATH"]) / "releases" / "versions.json").as_uri()
    for name, value in (
        ("HUB_NAME", "Garden"),
        ("HUB_ICON", None),
        ("VERSION_URLS", [{"name": "flora.info", "url": url}]),
        ("STANDALONE_AWS_CREDENTIALS", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}),
    ):
        answer = page.send("PUT", "/config", {"name": name, "value": json.dumps(value)})
        assert answer.status_code == 200, answer.text
    assert page.call("GET", "/")["name"] == "Garden"
    try:
        assert page.call("GET", "/standalone/list") == [{"name": "flora.info", "url": url}]
        (versions,) = page.done("GET", "/standalone/flora.info/versions")
        assert {v["build_version"] for v in versions} == {"1", "2", "1.2"}
        assert [v["release_date"] for v in versions] == sorted(v["release_date"] for v in versions)
        for version in versions:
            has(
                version, build_version=text, release_date=text, type_=one_of("full", "incremental"), target_version=text
            )
            assert "require_version" in version
        (info,) = page.done("GET", f"/standalone/flora.info/info?version={versions[-1]['build_version']}")
        has(info["info"], build_version=text, release_date=text, type_=text, target_version=text)
        has(info["release_note"], txt=text)
        install = "/standalone/flora.info/install"
        (path,) = page.done("POST", install, {"version": "1", "dry": True})
        assert path == ["1"]
        page.done("POST", install, {"version": "1", "force": 1, "use_no_downtime_method": True})
        (backend,) = page.done("GET", "/standalone/flora.info/backend")
        has(backend, host=text, index=text, index_alias=text, version=one_of("1"), count=one_of(5))
        page.done("POST", install, {"version": "2", "force": 1, "use_no_downtime_method": False})
        assert page.done("GET", "/standalone/flora.info/backend")[0]["count"] == 8
        page.done("DELETE", "/standalone/flora.info/backend")
        (backend,) = page.done("GET", "/standalone/flora.info/backend")
        assert {"host", "index", "index_alias", "version", "count"} <= set(backend)
        assert backend["version"] is None
    finally:
        page.call("DELETE", "/config", {"name": None})
    assert page.call("GET", "/standalone/list") == []


def test_a_release_on_several_hosts_has_environments(stage, page: Client) -> None:
    hosts = {"es_host": {"a": "127.0.0.1:9", "b": "http://127.0.0.1:9"}, "index": "served"}
    url = "file:///no/such/versions.json"
    page.call("PUT", "/config", {"name": "VERSION_URLS", "value": json.dumps([{"name": "flora", "url": url}])})
    page.call("PUT", "/config", {"name": "STANDALONE_CONFIG", "value": json.dumps({"flora": hosts})})
    try:
        (release,) = page.call("GET", "/standalone/list")
        assert [e["name"] for e in release["environments"]] == ["flora__a", "flora__b"]
        for environment in release["environments"]:
            has(environment, es_host=text)
        failed = page.command("GET", "/standalone/flora__a/versions")
        assert failed["failed"] is True
        assert text(failed["results"][0])
    finally:
        page.call("DELETE", "/config", {"name": None})


def test_snapshots_are_cleaned_up(stage, page: Client) -> None:
    asked = {"snapshot_env": "localhub", "index": "my-index_two", "snapshot": "spare", "recreate_repo": False}
    page.done("PUT", "/snapshot", asked)
    (validated,) = page.done("POST", "/validate_snapshots")
    assert validated["snapshots_validated"] == validated["snapshots_deleted"]
    assert validated["errors"] == []
    before = page.call("GET", "/list_snapshots?build_name=flora_two")[0]["items"]
    page.done("PUT", "/delete_snapshots", {"snapshots_data": {"localhub": ["spare"]}, "ignoreErrors": False})
    after = page.call("GET", "/list_snapshots?build_name=flora_two")[0]["items"]
    assert {s["_id"] for s in before} - {s["_id"] for s in after} == {"spare"}
    unknown = {"snapshots_data": {"__no_env__": ["no_such"]}, "ignoreErrors": False}
    assert "no_such" in page.refused("PUT", "/delete_snapshots", unknown)
    assert "no_such" in page.notifications()[-1]["msg"]


def test_builds_are_cleaned_up(stage, page: Client) -> None:
    for name in ("flora_a", "flora_b"):
        page.done("PUT", "/build/flora/new", {"target_name": name, "force": True})
    (deleted,) = page.done("PUT", "/mongo_builds/delete", {"build_ids": ["flora_a"]})
    assert deleted["deleted_count"] == 1
    stage.hub.hub.services.target_store.drop("flora_b")
    (validated,) = page.done("POST", "/mongo_builds/validate")
    assert (validated["builds_removed"], validated["builds_removed_names"]) == (1, ["flora_b"])


@pytest.mark.parametrize("form", [configuration("3", archived=True)])
def test_an_archived_configuration_keeps_its_builds(page: Client, form) -> None:
    page.call("PUT", "/buildconf", form)
    assert page.call("GET", "/build_manager")["build_configs"]["flora"]["build_config"]["archived"] is True
    assert page.call("GET", "/builds?conf_name=flora")
    page.call("PUT", "/buildconf", configuration("2"))
