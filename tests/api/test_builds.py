"""Builds, their configurations, indices and jobs over REST."""

from __future__ import annotations

import pytest


def test_the_list_of_builds_has_all_that_cards_show(filled):
    (build,) = filled.get("/builds")
    assert (build["_id"], build["target_name"], build["count"]) == ("fruit_one", "fruit_one", 5)
    assert build["build_config"]["name"] == "fruit"
    assert "mapping" not in build
    assert "sources" not in build["build_config"]
    assert build["status"] == "success"
    assert filled.get("/builds?conf_name=fruit&status=success") == [build]
    assert filled.get("/builds?id=fruit_one") == filled.get("/build/fruit_one")
    assert "no build `fruit_two`" in filled.error("GET", "/builds?id=fruit_two", 404)
    for nothing in ("conf_name=other", "status=failed", "only_archived=1"):
        assert filled.get(f"/builds?{nothing}") == []


def test_one_build_has_all_that_its_page_shows(filled):
    build = filled.get("/build/fruit_one")
    assert build["release_note"] == {}
    assert build["_meta"]["stats"]["total"] == 5
    assert build["build_config"]["sources"] == ["apple", "pear_names"]
    assert build["index"]["fruit_one"]["environment"] == "localhub"
    assert {"step", "status", "time", "time_in_s"} <= set(build["jobs"][-1])
    assert "`fruit_one`" in filled.error("GET", "/build/fruit_on", 404)


def test_a_quick_index_of_one_source_leaves_nothing_else_behind(filled):
    before = (filled.get("/builds"), filled.get("/build_manager")["build_configs"])
    asked = {"datasource_name": "pear", "subsource": "pear_names", "doc_type": "pear", "indexer_env": "localhub"}
    client = {"index_name": None, "num_shards": 1, "num_replicas": 0, "extra_index_settings": "{}"}
    done = filled.run("POST", "/quick_index", json={**asked, **client})
    assert done["failed"] is False, done
    (made,) = filled.get("/indexes_by_name?index_name=quick__pear_*,pear_*&limit=10")
    assert made["index_name"] == done["results"][0]["index"]
    assert made["index_name"].startswith("pear_pear_names_")
    assert (made["doc_type"], made["count"], made["environment"]["name"]) == ("pear", 5, "localhub")
    assert (filled.get("/builds"), filled.get("/build_manager")["build_configs"]) == before
    body = {**asked, "subsource": ""}
    assert "pear_data, pear_names" in filled.error("POST", "/quick_index", 400, json=body)
    assert "no uploader `x`" in filled.error("POST", "/quick_index", 400, json={**asked, "subsource": "x"})
    assert "Did you mean `pear`" in filled.error("POST", "/quick_index", 404, json={**asked, "datasource_name": "paer"})
    nowhere = filled.error("POST", "/quick_index", 404, json={**asked, "indexer_env": "nowhere"})
    assert "`nowhere`" in nowhere
    settings = filled.run("POST", "/quick_index", json={**asked, "extra_index_settings": "{"})
    assert "is not JSON" in settings["results"][0]
    assert (filled.get("/builds"), filled.get("/build_manager")["build_configs"]) == before


def test_configurations_are_made_changed_and_deleted(filled):
    body = {"name": "basket", "doc_type": "fruit", "sources": ["apple"], "roots": [], "builder_class": None}
    params = {"num_shards": "1", "declared": True, "extra_index_settings": "{}"}
    assert filled.result("POST", "/buildconf", json={**body, "params": params, "archived": False}) is None
    shown = filled.get("/build_manager")
    assert set(shown) == {"build_configs", "builder_classes"}
    assert all(set(c) >= {"desc", "default"} for c in shown["builder_classes"].values())
    basket = shown["build_configs"]["basket"]
    assert {"build_config", "archived", "source_backend", "target_backend", "mapper"} <= set(basket)
    assert basket["build_config"]["num_shards"] == "1"
    assert "declared" not in basket["build_config"]
    assert "basket" in filled.error("POST", "/buildconf", 409, json=body)
    assert filled.result("PUT", "/buildconf", json={**body, "sources": ["pear_names"]}) is None
    changed = filled.get("/build_manager")["build_configs"]["basket"]["build_config"]
    assert changed["sources"] == ["pear_names"]
    assert "num_shards" not in changed
    assert filled.result("DELETE", "/buildconf", json={"name": "basket"}) is None
    assert "`fruit`" in filled.error("DELETE", "/buildconf", 404, json={"name": "fruits"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"name": "x", "doc_type": "y"}, "Missing argument sources"),
        ({"name": "x", "doc_type": "y", "sources": [1]}, "a list of texts"),
        ({"name": "../x", "doc_type": "y", "sources": ["apple"]}, "can not be the name"),
        ({"name": "x", "doc_type": "y", "sources": ["apple"], "params": [1]}, "a JSON object"),
        ({"name": "x", "doc_type": "y", "sources": ["apple"], "builder_class": "no.Class"}, "no.Class"),
    ],
)
def test_a_bad_configuration_is_refused(filled, body, said):
    answer = filled.ask("POST", "/buildconf", json=body)
    assert 400 <= answer.status_code < 500
    assert said in answer.json()["error"]


def test_what_is_new_since_a_build(filled):
    news = filled.get("/whatsnew?build_name=fruit")["fruit"]
    assert news["old_build"]["name"] == "fruit_one"
    assert isinstance(news["sources"], dict)
    assert "fruit" in filled.get("/whatsnew?build_name=fruit&old=fruit_one")
    assert "`fruit`" in filled.error("GET", "/whatsnew?build_name=frut", 404)


def test_a_build_is_archived_and_deleted(filled):
    for name in ("fruit_two", "fruit_three"):
        assert filled.run("PUT", "/build/fruit/new", json={"target_name": name})["failed"] is False
    wish = {"build_config_name": "fruit", "days": 0.0000001}
    would = filled.result("POST", "/auto_archive", json=wish)
    assert set(would) >= {"fruit_one", "fruit_two"}
    assert "fruit_three" not in would  # the newest good one stays
    assert filled.result("POST", "/auto_archive", json={**wish, "days": "30", "dryrun": False}) == []
    assert "above 0" in filled.error("POST", "/auto_archive", 400, json={**wish, "days": 0})
    assert filled.result("POST", "/build/fruit_two/archive") is None
    assert [b["_id"] for b in filled.get("/builds?only_archived=1")] == ["fruit_two"]
    assert "archived already" in filled.error("POST", "/build/fruit_two/archive", 409)
    for name in ("fruit_two", "fruit_three"):
        assert filled.result("DELETE", f"/build/{name}") is None
    assert "no build" in filled.error("DELETE", "/build/fruit_two", 404)
    assert [b["_id"] for b in filled.get("/builds")] == ["fruit_one"]


def test_the_mapping_of_a_build_is_replaced(filled):
    before = filled.get("/build/fruit_one")["mapping"]
    path = "/build/fruit_one/mapping"
    assert filled.result("PUT", path, json={"mapping": {"name": {"type": "text"}}, "dest": "build"}) is None
    assert filled.get("/build/fruit_one")["mapping"] == {"name": {"type": "text"}}
    assert "inspect('fruit_one')" in filled.error("PUT", path, 409, json={"mapping": {}, "dest": "inspect"})
    assert "`build`" in filled.error("PUT", path, 404, json={"mapping": {}, "dest": "biuld"})
    filled.result("PUT", path, json={"mapping": before})


def test_indices_are_listed_by_name(filled):
    (index,) = filled.get("/indexes_by_name?index_name=nothing,fruit_*&limit=10")
    assert (index["index_name"], index["doc_type"], index["count"]) == ("fruit_one", "fruit", 5)
    assert index["environment"]["name"] == "localhub"
    assert int(index["creation_date"]) > 10**12
    assert filled.get("/indexes_by_name?env_name=localhub&index_name=x*&limit=1000") == []
    assert "`localhub`" in filled.error("GET", "/indexes_by_name?env_name=local", 404)
    assert "host" in filled.get("/index_manager")["env"]["localhub"]
    assert filled.get("/index_manager?remote=1")["env"]["localhub"]["index"][0]["index"] == "fruit_one"


def test_a_mapping_is_tried_on_the_engine(filled):
    good = {"root_key": {"properties": {"name": {"type": "keyword"}}}}
    assert filled.result("POST", "/mapping/validate", json={"mapping": good, "env": "localhub"})["acknowledged"]
    bad = {"root_key": {"properties": {"name": {"type": "keywrod"}}}}
    answer = filled.ask("POST", "/mapping/validate", json={"mapping": bad, "env": "localhub"})
    assert answer.status_code >= 400
    assert "keywrod" in answer.json()["error"]
    assert not [i for i in filled.get("/indexes_by_name") if i["index_name"].startswith("hub_tmp")]


def test_two_mappings_are_compared(filled):
    same, other = {"a": {"type": "text"}}, {"a": {"type": "keyword"}}
    assert filled.result("POST", "/jsondiff", json={"src": same, "dst": same}) == []
    (step,) = filled.result("POST", "/jsondiff", json={"src": same, "dst": other})
    assert step == {"op": "replace", "path": "/a/type", "value": "keyword"}
    assert "a JSON object" in filled.error("POST", "/jsondiff", 400, json={"src": 1, "dst": {}})


def test_lists_of_what_there_is_not_are_empty_and_rightly_shaped(filled):
    assert filled.get("/list_snapshots?build_config=fruit&environment=x") == []
    assert filled.get("/standalone/list") == []
    assert isinstance(filled.get("/api/list"), list)


def test_the_job_manager_tells_processes_threads_and_memory(filled):
    told = filled.get("/job_manager")
    assert set(told["queue"]) == {"process", "thread"}
    for queue in told["queue"].values():
        assert set(queue) == {"running", "pending", "max", "all"}
    assert told["memory"] > 1024**2
    assert {"available_system_memory", "max_memory_usage", "hub_pid"} <= set(told)


def test_builds_that_hold_documents_are_listed_deleted_and_checked(filled):
    for name in ("spare_one", "spare_two"):
        assert filled.run("PUT", "/build/fruit/new", json={"target_name": name})["failed"] is False
    (fruit,) = filled.get("/mongo_builds")
    assert fruit["_id"] == "fruit"
    assert [item["_id"] for item in fruit["items"]] == ["fruit_one", "spare_one", "spare_two"]
    year = fruit["items"][0]["started_at"][:4]
    assert filled.get(f"/mongo_builds?build_config=fruit&build_name=&year={year}") == [fruit]
    assert filled.get("/mongo_builds?build_name=spare_one")[0]["items"] == fruit["items"][1:2]
    assert filled.get("/mongo_builds?year=1999") == filled.get("/mongo_builds?build_config=other") == []
    deleted = "/mongo_builds/delete"
    assert "`spare_on`" in filled.error("PUT", deleted, 404, json={"build_ids": ["spare_one", "spare_on"]})
    assert filled.run("PUT", deleted, json={"build_ids": ["spare_one"]})["results"] == [
        {"deleted_count": 1, "target_collections_deleted_count": 1, "target_collections_deleted": ["spare_one"]}
    ]
    filled.hub.services.target_store.drop("spare_two")
    removed = filled.run("POST", "/mongo_builds/validate", json={})["results"]
    assert removed == [{"builds_removed": 1, "builds_removed_names": ["spare_two"]}]
    assert [b["_id"] for b in filled.get("/builds")] == ["fruit_one"]


def test_no_build_is_forgotten_when_the_database_is_the_wrong_one(filled, monkeypatch):
    assert filled.run("PUT", "/build/fruit/new", json={"target_name": "fruit_two"})["failed"] is False
    monkeypatch.setattr(filled.hub.services.target_store, "names", lambda prefix="": [])
    answer = filled.ask("POST", "/mongo_builds/validate", json={})  # refused at once, or a moment later in its record
    record = filled.follow(answer.json()["result"]["id"]) if answer.status_code == 200 else answer.json()
    assert "none of the 2 builds" in (record.get("error") or record["results"][0])
    monkeypatch.undo()
    assert filled.run("PUT", "/mongo_builds/delete", json={"build_ids": ["fruit_two"]})["failed"] is False
    assert filled.get("/build/fruit_one")["count"] == 5
