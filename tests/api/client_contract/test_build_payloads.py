"""Sections 6.2 to 6.12: each field of builds, releases, APIs, jobs and settings that the client reads."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.api.client_contract.shapes import (
    SAFE_NAME,
    date,
    duration,
    flag,
    has,
    local_dates,
    mapping,
    names,
    number,
    objects,
    one_of,
    text,
    whole,
)


@pytest.fixture(scope="module")
def listed(stage):
    return {build["_id"]: build for build in stage.client.call("GET", "/builds")}


@pytest.fixture(scope="module")
def one(stage):
    return stage.client.call("GET", "/build/flora_one")


@pytest.fixture(scope="module")
def two(stage):
    return stage.client.call("GET", "/build/flora_two")


# -- 6.2 builds


@pytest.mark.parametrize("name", ["flora_one", "flora_two"])
def test_a_build_in_the_list(listed, name) -> None:
    build = listed[name]
    has(build, _id=one_of(name), target_name=one_of(name), status=one_of("success"), count=whole, started_at=date)
    has(build, build_config=mapping, _meta=mapping, jobs=objects)
    config = build["build_config"]
    has(config, _id=one_of("flora"), name=one_of("flora"), doc_type=one_of("plant"), builder_class=text)
    assert "linkdatabuilder" not in config["builder_class"].lower()
    assert not {"mapping", "sources"} & set(build)
    assert not {"sources", "root"} & set(config)


def test_the_newest_build_is_first(listed) -> None:
    assert [name for name in listed if name.startswith("flora_")] == ["flora_two", "flora_one"]


@pytest.mark.parametrize("name", ["one", "two"])
def test_a_build_on_its_page(request, name) -> None:
    build = request.getfixturevalue(name)
    has(build, _id=text, target_name=text, count=whole, started_at=date, build_config=mapping, mapping=mapping)
    has(build["build_config"], _id=text, name=text, doc_type=text, builder_class=text, sources=names, root=names)
    assert build["build_config"]["num_shards"] == "1"
    meta = build["_meta"]
    has(meta, build_version=text, src=mapping, stats=mapping)
    has(meta["stats"], total=whole)
    for source in meta["src"].values():
        has(source, version=text, url=text)
    has(build, jobs=objects, release_note=mapping)
    assert build["mapping"]["name"] == {"type": "keyword"}


def test_the_jobs_of_a_build(two) -> None:
    assert len(two["jobs"]) > 5
    for job in two["jobs"]:
        has(job, step=text, status=one_of("success"), time=duration, time_in_s=number, step_started_at=date)
        assert "err" not in job
    merged = next(job for job in two["jobs"] if job["step"] == "merge-others")
    has(merged, sources=names)


def test_the_inspection_of_a_build(two) -> None:
    has(two["inspect"], results=mapping)
    has(two["inspect"]["results"], mapping=mapping, type_=mapping, stats=mapping)


@pytest.mark.parametrize(("name", "index"), [("one", "my-index_one"), ("two", "my-index_two")])
def test_the_index_of_a_build(request, name, index) -> None:
    build = request.getfixturevalue(name)
    assert list(build["index"]) == [index]
    has(build["index"][index], environment=one_of("localhub"), host=text, created_at=date, count=whole)
    assert SAFE_NAME.fullmatch(index)


def test_the_diff_of_a_build(two) -> None:
    diff = two["diff"]["flora_one"]
    has(diff, old=mapping, new=mapping, diff=mapping, created_at=date)
    has(diff["old"], backend=one_of("flora_one"), version=one_of("1"))
    has(diff["new"], backend=one_of("flora_two"), version=one_of("2"))
    stats = {"update": 0, "add": 3, "delete": 0, "mapping_changed": False}
    assert diff["diff"]["stats"] == stats
    assert all(whole(file["size"]) for file in diff["diff"]["files"])
    assert diff["diff"]["files"]


def test_the_snapshot_of_a_build(one) -> None:
    (name, snapshot), *_ = one["snapshot"].items()
    assert name == "my-index_one"
    has(snapshot, index_name=one_of("my-index_one"), indexer_env=one_of("localhub"), environment=one_of("localhub"))
    assert SAFE_NAME.fullmatch(name)


def test_the_release_notes_of_builds(one, two) -> None:
    for build, old in ((one, "none"), (two, "flora_one")):
        has(build["release_note"][old], changes=mapping)
        has(build["release_note"][old]["changes"], old=mapping, new=mapping)


def test_what_was_published(one, two) -> None:
    metadata = one["publish"]["full"]["my-index_one"]["metadata"]
    has(metadata, url=text, release_date=date)
    assert "://" in metadata["url"]
    assert isinstance(two["publish"]["incremental"]["flora_one"], dict)


def test_dates_of_builds_say_their_offset(listed, one, two) -> None:
    assert local_dates([*listed.values(), one, two]) == []


def test_a_build_that_failed_an_archived_one_and_one_that_only_began(stage, client) -> None:
    store = stage.hub.hub.services.state
    client.done("PUT", "/build/flora/new", {"target_name": "flora_gone", "force": True})
    client.call("POST", "/build/flora_gone/archive")
    (gone,) = client.call("GET", "/builds?only_archived=1")
    has(gone, _id=one_of("flora_gone"), archived=date, count=one_of(0))
    assert "flora_gone" not in {b["_id"] for b in client.call("GET", "/builds")}
    client.call("DELETE", "/build/flora_gone")

    begun = {"_id": "flora_begun", "target_name": "flora_begun", "build_config": {"_id": "flora", "name": "flora"}}
    begun |= {"started_at": datetime.fromisoformat("2026-01-01T00:00:00+00:00"), "sources": []}
    stage.hub.call_in_loop(lambda: store.builds.put(begun))
    shown = client.call("GET", "/build/flora_begun")
    assert (shown["jobs"], shown["release_note"], shown["count"]) == ([], {}, 0)
    for status in ("failed", "canceled"):
        job = {"step": "merge-others", "status": status, "time": "1s", "time_in_s": 1.0, "err": "no room"}
        stage.hub.call_in_loop(lambda job=job: store.store.update("src_build", "flora_begun", set={"jobs": [job]}))
        (listed,) = client.call("GET", f"/builds?status={status}")
        assert (listed["_id"], listed["status"], listed["jobs"][-1]["err"]) == ("flora_begun", status, "no room")
    client.call("DELETE", "/build/flora_begun")


@pytest.mark.parametrize(
    "query", ["conf_name=flora", "status=success", "conf_name=flora&status=success", "conf_name=&status="]
)
def test_builds_by_the_filters_of_the_page(client, query) -> None:
    assert {"flora_one", "flora_two"} <= {b["_id"] for b in client.call("GET", f"/builds?{query}")}


# -- 6.3 build manager


def test_configurations_and_builder_classes(client) -> None:
    shown = client.call("GET", "/build_manager")
    assert set(shown) == {"build_configs", "builder_classes"}
    config = shown["build_configs"]["flora"]["build_config"]
    has(config, name=one_of("flora"), doc_type=one_of("plant"), sources=names, root=names, builder_class=text)
    assert "error" not in shown["build_configs"]["flora"]
    assert (config["num_shards"], config["extra_index_settings"], config["build_version"]) == ("1", "{}", "2")
    assert config["builder_class"] in shown["builder_classes"]
    for described in shown["builder_classes"].values():
        has(described, desc=text, default=flag)
    assert [c["default"] for c in shown["builder_classes"].values()].count(True) == 1


def test_a_configuration_that_cannot_be_built_is_marked(stage, client) -> None:
    bad = {"_id": "bad", "name": "bad", "doc_type": "plant", "sources": ["orchid"], "root": []} | {
        "builder_class": "no.Such"
    }
    stage.hub.call_in_loop(lambda: stage.hub.hub.services.state.build_configs.put(bad))
    shown = client.call("GET", "/build_manager")["build_configs"]["bad"]
    has(shown, error=text, build_config=mapping)
    client.call("DELETE", "/buildconf", {"name": "bad"})
    assert "bad" not in client.call("GET", "/build_manager")["build_configs"]


# -- 6.6 jobs, 6.7 news, 6.8 settings


def test_the_job_manager(client) -> None:
    shown = client.call("GET", "/job_manager")
    has(shown, queue=mapping, memory=whole)
    for lane in ("process", "thread"):
        has(shown["queue"][lane], running=lambda v: isinstance(v, list), pending=lambda v: isinstance(v, list))
        has(shown["queue"][lane], all_=mapping, max_=whole)


def test_news_of_a_configuration(stage, client) -> None:
    assert client.call("GET", "/whatsnew") == {}
    assert client.call("GET", "/whatsnew?build_name=flora&old=flora_one")["flora"]["sources"]
    shown = client.call("GET", "/whatsnew?build_name=flora&old=flora_one")["flora"]
    has(shown["old_build"], name=one_of("flora_one"), built_at=date)
    news = shown["sources"]["orchid"]
    has(news["old"], version=text)
    has(news["new"], version=text, downloaded_at=date)


def test_the_configuration(client) -> None:
    shown = client.call("GET", "/config")
    has(shown, scope=mapping, _dirty=flag, allow_edits=flag)
    settings = shown["scope"]["config"]
    for name, setting in settings.items():
        assert "value" in setting, name
        has(setting, readonly=flag, hidden=flag)
        assert "diff" not in setting or setting["diff"], name
    has(settings["HUB_NAME"], section=text, desc=text, value=text)
    indices = settings["INDEX_CONFIG"]["value"]
    has(indices, env=mapping, build_config_key=text)
    has(indices["env"]["localhub"], host=text)
    assert isinstance(settings["VERSION_URLS"]["value"], list)
    assert "value" in settings["HUB_ICON"]
    keys = settings["STANDALONE_AWS_CREDENTIALS"]["value"]
    assert set(keys) == {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
    assert set(keys.values()) == {"********"}


# -- 6.9 indices, 6.10 APIs, 6.12 clean-up, and the environments


@pytest.mark.parametrize(
    "query",
    [
        "index_name=my-index_*,nothing_*&limit=10",
        "env_name=localhub&limit=1000",
        "env_name=localhub&index_name=*index*",
    ],
)
def test_indices_by_name(client, query) -> None:
    shown = {index["index_name"]: index for index in client.call("GET", f"/indexes_by_name?{query}")}
    assert {"my-index_one", "my-index_two"} <= set(shown)
    for index in shown.values():
        has(index, doc_type=one_of("plant"), build_version=text, count=whole, environment=mapping)
        has(index["environment"], name=one_of("localhub"), host=text)
        assert int(index["creation_date"]) > 10**12
    created = [int(index["creation_date"]) for index in shown.values()]
    assert created == sorted(created, reverse=True)


def test_the_list_of_apis(client) -> None:
    (api,) = (entry for entry in client.call("GET", "/api/list") if entry["_id"] == "flora.api")
    has(api, config=mapping, description=one_of("plants"))
    has(api["config"], es_host=text, index=one_of("my-index_two"), doc_type=one_of("plant"), port=text)
    assert not {"status", "url", "err"} & set(api)


def test_environments(client) -> None:
    has(client.call("GET", "/index_manager")["env"]["localhub"], host=text)
    assert next(iter(client.call("GET", "/diff_manager"))) == "jsondiff-selfcontained"
    assert "localhub" in client.call("GET", "/snapshot_manager")["env"]
    assert "localrelease" in client.call("GET", "/release_manager")["env"]


def test_snapshots_to_clean_up(client) -> None:
    everything = client.call("GET", "/list_snapshots")
    assert client.call("GET", "/list_snapshots?build_config=flora") == everything
    assert client.call("GET", "/list_snapshots?build_config=other") == []
    assert client.call("GET", "/list_snapshots?environment=nowhere") == []
    (narrow,) = client.call("GET", "/list_snapshots?build_config=flora&build_name=flora_one&environment=localhub")
    assert [item["_id"] for item in narrow["items"]] == ["my-index_one"]
    (group,) = everything
    assert group["_id"] == "flora"
    for item in group["items"]:
        has(item, _id=text, build_name=text, environment=text, indexer_env=text, index_name=text, created_at=date)
        has(item["conf"]["indexer"], env=text)
        has(item["conf"]["repository"], settings=mapping)


def test_builds_to_clean_up(client) -> None:
    (group,) = client.call("GET", "/mongo_builds")
    assert group["_id"] == "flora"
    assert {item["_id"] for item in group["items"]} == {"flora_one", "flora_two"}
    for item in group["items"]:
        has(item, _id=text, build_config=mapping, started_at=date)
        assert item["build_config"]["_id"] == "flora"
    year = group["items"][0]["started_at"][:4]
    assert client.call("GET", f"/mongo_builds?build_config=flora&build_name=flora_one&year={year}")[0]["items"]
    for nothing in ("year=1999", "build_config=other", "build_name=other"):
        assert client.call("GET", f"/mongo_builds?{nothing}") == []


# -- 2.1 who this is


def test_the_hub_says_who_it_is(stage, client) -> None:
    root = client.call("GET", "/")
    has(root, name=text, features=names, now=date)
    assert "icon" in root
    for version in (root["app_version"], root["biothings_version"]):
        assert version is None or text(version) or {"branch", "commit", "date"} <= set(version)
    looked_at = {"source", "build", "autohub", "api", "config", "job", "ws", "terminal"}
    assert looked_at <= set(root["features"])
    assert "readonly" not in root["features"]
    reader = stage.hub.get("/", base=stage.hub.readonly)
    assert "readonly" in reader["features"]
    assert "terminal" not in reader["features"]
    assert reader["name"] != root["name"]


def test_counters(client) -> None:
    status = client.call("GET", "/status")
    has(status["source"], total=whole, documents=whole)
    has(status["build"], total=one_of(2))
