"""Sources over REST: the shapes that clients read, and what may be changed by hand."""

from __future__ import annotations

import pytest


def test_the_list_of_sources_has_all_that_cards_show(filled):
    sources = {s["_id"]: s for s in filled.get("/sources")}
    assert list(sources) == ["apple", "pear", "broken"]
    apple, broken = sources["apple"], sources["broken"]
    assert (apple["name"], apple["count"]) == ("apple", 5)
    download = apple["download"]
    assert download["status"] == "success"
    assert {"time", "started_at", "release", "data_folder"} <= set(download)
    dumper = download["dumper"]
    assert set(dumper) == {"name", "bases", "schedule", "manual", "disabled"}
    assert dumper["schedule"]["cron"] == "0 9 * * *"
    upload = apple["upload"]["sources"]["apple"]
    assert (upload["status"], upload["count"]) == ("success", 5)
    assert upload["uploader"]["dummy"] is False
    assert apple["data_plugin"]["plugin"]["loader"] == "manifest"
    assert "mapping" not in apple
    assert "manifest.json" in broken["data_plugin"]["error"]
    assert broken["download"]["dumper"]["disabled"] is True


def test_one_source_adds_mapping_and_metadata(filled):
    pear = filled.get("/source/pear")
    assert pear["mapping"] == {"pear_names": {"mapping": {"name": {"type": "keyword"}}, "origin": "uploader"}}
    assert pear["__metadata__"]["license"] == "CC0"
    assert pear["auto_validate"] == {"pear_data": False, "pear_names": False}
    assert filled.get("/sources?id=pear")["mapping"] == pear["mapping"]
    assert filled.get("/source/pear?debug=1")["download"]["status"] == "success"
    assert "mapping" in filled.get("/sources?detailed=true")[0]
    assert filled.get("/source/broken")["data_plugin"]["error"]


def test_a_sub_source_is_addressed_with_a_dot(filled):
    one = filled.get("/source/pear.pear_names")
    assert (one["_id"], list(one["upload"]["sources"]), one["count"]) == ("pear", ["pear_names"], 5)
    assert "`pear.pear_names`" in filled.error("GET", "/source/pear.pear_nams", 404)
    assert filled.get("/source/pear.pear_names/validations") == []


def test_the_managers_name_the_classes(filled):
    assert filled.get("/dump_manager").keys() == {"apple", "pear"}
    assert len(filled.get("/upload_manager")["pear"]) == 2


def test_the_state_of_an_upload_can_be_reset(filled):
    path = "/source/pear/reset"
    body = {"name": "pear", "key": "upload", "subkey": "pear_data"}
    assert filled.result("POST", path, json=body) is None
    assert "status" not in filled.get("/source/pear")["upload"]["sources"]["pear_data"]
    assert "no upload of `pear`" in filled.error("POST", path, 404, json=body)
    assert "`upload`" in filled.error("POST", path, 404, json={"key": "uplod"})
    assert filled.run("PUT", "/source/pear.pear_data/upload", json={})["failed"] is False


def test_a_download_can_be_marked_as_good(filled):
    path = "/source/apple/mark_dump_success"
    (would,) = filled.result("PUT", path, json={})
    assert (would["_id"], would["download"]["status"]) == ("apple", "success")
    (done,) = filled.result("PUT", path, json={"dry_run": False})
    assert done["download"]["release"] == would["download"]["release"]
    assert "cannot be marked" in filled.error("PUT", "/source/broken/mark_dump_success", 409, json={})


def test_metadata_are_read_again_without_an_upload(filled):
    path = "/source/pear.pear_names/update_source_meta"
    assert filled.run("PUT", path, json={"dry": True})["results"] == [None]
    parser = filled.root / "plugins" / "pear" / "parser.py"
    text = parser.read_text()
    try:
        parser.write_text(text.replace('"keyword"', '"text"'))
        (changed,) = filled.run("PUT", path, json={"dry": True})["results"]
        assert changed["current"]["mapping"] == {"name": {"type": "keyword"}}
        assert changed["new"]["mapping"] == {"name": {"type": "text"}}
        assert changed["kclass"]
        assert filled.get("/source/pear")["mapping"]["pear_names"]["mapping"] == {"name": {"type": "keyword"}}
        assert filled.run("PUT", path, json={})["results"] == [changed]
        assert filled.get("/source/pear")["mapping"]["pear_names"]["mapping"] == {"name": {"type": "text"}}
    finally:
        parser.write_text(text)
        filled.run("PUT", path, json={})
    assert filled.run("PUT", "/source/pear/update_source_meta", json={})["results"] == [None, None]


def test_a_mapping_is_saved_by_the_name_of_the_sub_source(filled):
    mapping = {"apple": {"properties": {"n": {"type": "long"}}}}
    assert filled.result("PUT", "/source/apple/mapping", json={"mapping": mapping, "dest": "master"}) is None
    assert filled.get("/source/apple")["mapping"] == {"apple": {"mapping": mapping, "origin": "master"}}
    assert filled.result("PUT", "/source/pear_data/mapping", json={"mapping": {"pear": {"type": "object"}}}) is None
    inspected = filled.run("PUT", "/inspect", json={"data_provider": ["src", "pear.pear_data"], "mode": "mapping"})
    assert inspected["failed"] is False
    chosen = {"mapping": {"pear": {"type": "flattened"}}, "dest": "inspect"}
    assert filled.result("PUT", "/source/pear_data/mapping", json=chosen) is None
    shown = filled.get("/source/pear")["inspect"]["sources"]["pear_data"]["inspect"]["results"]["mapping"]
    assert shown == {"pear": {"type": "flattened"}}
    listed = next(s for s in filled.get("/sources") if s["_id"] == "pear")["inspect"]["sources"]["pear_data"]
    assert (listed["status"], listed["inspect"]["results"]) == ("success", {})


@pytest.mark.parametrize(
    ("name", "body", "status", "said"),
    [
        ("pear", {"mapping": {}}, 400, "`pear.pear_data`"),
        ("pear_data", {}, 400, "Missing argument mapping"),
        ("pear_data", {"mapping": [1]}, 400, "a JSON object"),
        ("pear_data", {"mapping": {"a": 1}}, 400, "not {'a': 1}"),
        ("pear_data", {"mapping": {}, "dest": "mastre"}, 404, "`master`"),
        ("pear_names", {"mapping": {}, "dest": "inspect"}, 400, "was not inspected"),
        ("per_data", {"mapping": {}}, 404, "`pear_data`"),
    ],
)
def test_a_mapping_that_cannot_be_saved_is_refused(filled, name, body, status, said):
    filled.ask("POST", "/source/pear/reset", json={"name": "pear", "key": "inspect", "subkey": "pear_names"})
    assert said in filled.error("PUT", f"/source/{name}/mapping", status, json=body)


def test_arguments_of_existing_clients_are_taken(filled):
    assert filled.run("PUT", "/source/apple/upload", json={"force": True, "batch_size": "1000"})["failed"] is False
    dumped = filled.run("PUT", "/source/apple/dump", json={"skip_manual": True})
    assert dumped["outcome"]["source"] == "apple"
    assert filled.get("/builds?fields=_id") == filled.get("/builds")
