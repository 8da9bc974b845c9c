"""Section 6.1 and its like: each field of sources, mappings and inspections that the client reads."""

from __future__ import annotations

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
    nothing,
    number,
    objects,
    one_of,
    or_null,
    text,
    whole,
)

ALL = ["fern", "lily", "moss", "orchid", "rock", "broken"]


@pytest.fixture(scope="module")
def listed(stage):
    return {source["_id"]: source for source in stage.client.call("GET", "/sources")}


@pytest.fixture(scope="module")
def detailed(stage):
    return {name: stage.client.call("GET", f"/source/{name}") for name in ALL}


@pytest.fixture(params=["listed", "detailed"])
def sources(request):
    return request.getfixturevalue(request.param)


def test_all_sources_are_listed_by_names_that_can_be_ids_of_a_page(listed) -> None:
    assert sorted(listed) == sorted(ALL)
    for name, source in listed.items():
        assert (source["_id"], source["name"]) == (name, name)
        assert SAFE_NAME.fullmatch(name)
        assert all(SAFE_NAME.fullmatch(sub) for sub in source["upload"]["sources"])


@pytest.mark.parametrize("name", ALL)
def test_every_source_has_what_the_page_cannot_be_drawn_without(sources, name) -> None:
    source = sources[name]
    has(source, _id=text, name=text, count=whole, download=mapping, upload=mapping)
    has(source["download"]["dumper"], name=or_null(text), manual=flag, disabled=flag, bases=names)
    for part in ("upload", "validate", "inspect"):
        assert isinstance(source[part]["sources"], dict)
    assert "locked" not in source
    plugin = source["data_plugin"]
    has(plugin["plugin"], url=text, type=text, active=flag)
    has(plugin, download=mapping)
    for field in ("release", "data_folder", "started_at", "time"):
        assert field in plugin["download"]


def test_a_source_that_was_dumped(sources) -> None:
    orchid = sources["orchid"]
    assert orchid["count"] == 8
    has(orchid["download"], status=one_of("success"), started_at=date, release=text, data_folder=text, time=duration)
    dumper = orchid["download"]["dumper"]
    has(dumper["schedule"], cron=one_of("0 9 * * *"), strdelta=text)
    assert "biothings.hub.autoupdate.dumper.BiothingsDumper" not in dumper["bases"]
    assert (dumper["manual"], dumper["disabled"]) == (False, False)
    assert "error" not in orchid["download"]


def test_a_source_that_never_was_and_one_that_is_switched_off(sources) -> None:
    for name in ("fern", "moss"):
        download = sources[name]["download"]
        assert (download["status"], download["started_at"]) == (None, None)
    assert sources["moss"]["download"]["dumper"]["disabled"] is True
    assert sources["rock"]["download"]["dumper"]["manual"] is True


@pytest.mark.parametrize(
    ("name", "sub", "count"), [("orchid", "orchid", 8), ("lily", "lily_data", 5), ("lily", "lily_names", 5)]
)
def test_an_upload(sources, name, sub, count) -> None:
    job = sources[name]["upload"]["sources"][sub]
    has(job, status=one_of("success"), release=text, data_folder=text, started_at=date, time=duration)
    assert job["count"] == count
    has(job["uploader"], name=text, dummy=one_of(False))
    assert "error" not in job


def test_a_broken_sub_source_has_no_uploader(sources) -> None:
    assert sources["lily"]["upload"]["sources"]["lily_old"]["uploader"] is None
    assert set(sources["lily"]["upload"]["sources"]) == {"lily_data", "lily_names", "lily_old"}


def test_an_uploader_that_stores_nothing_takes_a_release(sources) -> None:
    job = sources["rock"]["upload"]["sources"]["rock"]
    has(job, status=one_of("success"), release=one_of("2026-01"), count=one_of(1), started_at=date, time=duration)
    has(job["uploader"], name=text, dummy=one_of(True))


def test_a_validation(sources) -> None:
    job = sources["orchid"]["validate"]["sources"]["orchid"]
    has(job, status=one_of("success"), release=text, data_folder=text, started_at=date, time=duration, model_file=text)
    has(job["uploader"], name=text, dummy=flag)
    assert sources["moss"]["validate"]["sources"] == {}


def test_a_validation_that_could_not_begin_has_all_its_fields(client) -> None:
    client.done("PUT", "/source/lily.lily_data/upload", {"validate": True})
    job = client.call("GET", "/source/lily")["validate"]["sources"]["lily_data"]
    has(job, status=one_of("failed"), error=text, uploader=mapping)
    for field in ("release", "data_folder", "started_at", "time", "model_file"):
        assert field in job


def test_inspections_of_the_list_are_short(listed) -> None:
    job = listed["orchid"]["inspect"]["sources"]["orchid"]
    has(job, status=one_of("success"), started_at=date, time=duration, time_in_s=number)
    assert job["inspect"]["results"] == {}


def test_inspections_of_one_source_are_whole(detailed) -> None:
    job = detailed["orchid"]["inspect"]["sources"]["orchid"]
    has(job, status=one_of("success"), step=text, started_at=date, data_folder=text, release=text, logfile=text)
    has(job, time=duration, time_in_s=number)
    has(job["inspect"], data_provider=text, duration=duration, started_at=date, results=mapping)
    results = job["inspect"]["results"]
    has(results, mapping=mapping, type_=mapping, stats=mapping)
    has(results["__metadata__"], total_fields=whole)
    assert set(results["mapping"]["orchid"]["properties"]) == {"n", "label"}


def test_the_parts_that_only_one_source_has(detailed, listed) -> None:
    registered = detailed["orchid"]["mapping"]["orchid"]
    assert registered["origin"] == "master"
    assert registered["mapping"]["orchid"]["properties"]["label"] == {"type": "text", "copy_to": ["all"]}
    assert detailed["lily"]["mapping"]["lily_names"]["origin"] == "uploader"
    for name in ("orchid", "lily", "rock", "fern", "moss"):
        detail = detailed[name]
        assert set(detail["auto_validate"]) == set(detail["upload"]["sources"])
        assert all(flag(value) for value in detail["auto_validate"].values())
    assert not {"mapping", "__metadata__", "auto_validate"} & set(listed["orchid"])
    has(detailed["orchid"]["__metadata__"], license=text, license_url=text, url=text)


def test_metadata_that_differ_are_a_list_by_sub_source(stage, client) -> None:
    state = stage.hub.hub.services.state
    before = state.masters.get("lily_data")["src_meta"]

    def put(meta):
        stage.hub.call_in_loop(lambda: state.store.update("src_master", "lily_data", set={"src_meta": meta}))

    put({**before, "license": "MIT"})
    shown = client.call("GET", "/source/lily")["__metadata__"]
    put(before)
    assert isinstance(shown, list)
    assert all(len(part) == 1 for part in shown)
    assert {name: meta["license"] for part in shown for name, meta in part.items()}["lily_data"] == "MIT"
    assert client.call("GET", "/source/lily")["__metadata__"]["license"] == "CC0"


def test_the_plugin_of_a_source(sources) -> None:
    fern = sources["fern"]["data_plugin"]
    has(fern["plugin"], url=text, type=one_of("github"), loader=one_of("manifest"), active=one_of(True))
    has(fern["plugin"], display_name=one_of("Fern"), biothing_type=one_of("plant"))
    has(fern["download"], release=text, data_folder=text, started_at=date, time=duration, status=one_of("success"))
    has(fern["download"], logfile=text)
    assert sources["rock"]["data_plugin"]["plugin"]["loader"] == "advanced"
    broken = sources["broken"]["data_plugin"]
    has(broken, plugin=mapping, download=mapping, error=text)


def test_an_inspection_without_a_mapping_keeps_its_errors_in_the_list(stage, client) -> None:
    store = stage.hub.hub.services.state.store
    results = {"mapping": {"pre-mapping": {"a": {}}, "errors": ["no type fits"]}, "type": {"a": {}}}

    job = {"status": "success", "inspect": {"results": results}}
    stage.hub.call_in_loop(lambda: store.update("src_dump", "lily", set={"inspect.jobs.lily_names": job}))
    short = next(s for s in client.call("GET", "/sources") if s["_id"] == "lily")
    assert short["inspect"]["sources"]["lily_names"]["inspect"]["results"]["mapping"]["errors"] == ["no type fits"]
    full = client.call("GET", "/source/lily")["inspect"]["sources"]["lily_names"]["inspect"]["results"]["mapping"]
    assert full == results["mapping"]
    client.call("POST", "/source/lily/reset", {"name": "lily", "key": "inspect", "subkey": "lily_names"})


def test_flattened_inspections(client) -> None:
    for provider, name in ((["src", "orchid"], "orchid"), ("flora_two", "flora_two")):
        (shown,) = client.call("PUT", "/flatten_inspection_data", {"data_provider": provider}).items()
        assert shown[0] == name
        has(shown[1], type_=objects, stats=objects)
        assert len(shown[1]["stats"]) > 1
        for row in (*shown[1]["type"], *shown[1]["stats"]):
            has(row, field_name=text, field_type=text, stats=or_null(mapping), warnings=objects)
            for warning in row["warnings"]:
                has(warning, code=text, message=text)
        assert all(mapping(row["stats"]) for row in shown[1]["stats"])
        assert all(nothing(row["stats"]) for row in shown[1]["type"])


def test_dates_say_their_offset(listed, detailed) -> None:
    assert local_dates(list(listed.values())) == []
    assert local_dates(list(detailed.values())) == []
