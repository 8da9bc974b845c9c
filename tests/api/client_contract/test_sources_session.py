"""Section 7.2 to 7.5: what is done on the pages of sources, from the start-up of the client on."""

from __future__ import annotations

import json

import pytest

from tests.api.client_contract import world
from tests.api.client_contract.client import Client
from tests.api.client_contract.conftest import MODES
from tests.api.client_contract.shapes import has, mapping, names, one_of, or_null, text, whole


def test_the_start_of_the_client(stage) -> None:
    """1.7: what is asked before anything is clicked, in that order."""
    page = Client(stage.hub)
    for path, kind in (("/sources", list), ("/builds", list), ("/standalone/list", list), ("/api/list", list)):
        assert isinstance(page.call("GET", path), kind), path
    features = page.call("GET", "/")["features"]
    page.connect()
    assert isinstance(page.call("GET", "/commands?running=1"), dict)
    for _ in range(2):
        assert page.call("GET", "/job_manager")["queue"]
    assert "config" in features
    assert page.call("GET", "/config")["scope"]["config"]
    assert page.call("GET", "/status")["source"]["total"] == 3
    assert isinstance(page.call("GET", "/whatsnew"), dict)
    page.close()


def test_commands_are_an_object_by_number(stage, client) -> None:
    shown = client.call("GET", "/commands")
    record = stage.records["dump orchid"]
    assert shown[str(record["id"])] == record
    for number, command in shown.items():
        has(command, id_=one_of(int(number)), cmd=text, is_done=one_of(True), failed=one_of(False), duration=text)
        assert isinstance(command["started_at"], float)
        assert isinstance(command["finished_at"], float)
        assert isinstance(command["results"], list)
        assert len(command["results"]) == 1
    assert client.call("GET", "/commands?running=1") == {}


def test_commands_are_told_as_calls_of_python(stage) -> None:
    told = {name: record["cmd"] for name, record in stage.records.items()}
    assert told["dump orchid"] == "dump(src='orchid')"
    assert told["dump again"] == "dump(src='orchid',force=True)"
    assert told["inspect orchid"] == f"inspect(data_provider=['src', 'orchid'],mode={MODES})"


def test_a_source_is_dumped_from_its_card_and_from_its_page(page: Client) -> None:
    for body in ({}, {"force": False}, {"force": True}):
        page.done("PUT", "/source/orchid/dump", body)
    assert page.call("GET", "/source/orchid")["download"]["status"] == "success"


def test_a_source_is_uploaded_from_its_card_and_from_its_page(page: Client) -> None:
    release = page.call("GET", "/source/orchid")["download"]["release"]
    for path, body in (
        ("orchid", {}),
        ("orchid.orchid", {}),
        ("orchid.orchid", {"release": release}),
        ("lily.lily_names", {"validate": True}),
    ):
        page.done("PUT", f"/source/{path}/upload", body)
    assert page.call("GET", "/source/lily")["validate"]["sources"]["lily_names"]["status"] == "success"
    assert "current release" in page.refused("PUT", "/source/orchid.orchid/upload", {"release": "1999"})


def test_a_source_whose_documents_are_there_takes_a_release(page: Client) -> None:
    page.done("PUT", "/source/rock.rock/upload", {"release": "2026-02"})
    job = page.call("GET", "/source/rock")["upload"]["sources"]["rock"]
    assert (job["release"], job["count"], job["status"]) == ("2026-02", 1, "success")
    assert "no current release" in page.refused("PUT", "/source/rock.rock/upload", {})


def test_a_source_that_is_dumped_by_hand_can_be_left_out(page: Client) -> None:
    (left,) = page.done("PUT", "/source/rock/dump", {"skip_manual": True})
    assert left == "It is dumped by hand"
    failed = page.command("PUT", "/source/rock/dump", {})
    assert failed["failed"] is True


def test_a_dump_is_marked_as_good(page: Client) -> None:
    for dry in (True, False):
        (marked,) = page.call("PUT", "/source/orchid/mark_dump_success", {"dry_run": dry})
        has(marked, _id=one_of("orchid"), download=mapping)


def test_metadata_are_looked_at_and_updated(stage, page: Client) -> None:
    path = "/source/lily.lily_names/update_source_meta"
    assert page.done("PUT", path, {"dry": True}) == [None]
    parser = stage.root / "plugins" / "lily" / "parser.py"
    before = parser.read_text()
    parser.write_text(before.replace('"keyword"', '"text"'))
    (would,) = page.done("PUT", path, {"dry": True})
    has(would, kclass=text, current=mapping, new=mapping)
    assert page.done("PUT", path, {"dry": False}) == [would]
    assert page.call("GET", "/source/lily")["mapping"]["lily_names"]["mapping"] == {"name": {"type": "text"}}
    parser.write_text(before)
    page.done("PUT", path, {"dry": False})


def test_a_broken_sub_source_is_taken_away(stage, page: Client) -> None:
    assert page.call("GET", "/source/lily")["upload"]["sources"]["lily_old"]["uploader"] is None
    page.call("POST", "/source/lily/reset", {"name": "lily", "key": "upload", "subkey": "lily_old"})
    assert set(page.call("GET", "/source/lily")["upload"]["sources"]) == {"lily_data", "lily_names"}


@pytest.mark.parametrize("chosen", [{}, {"limit": 3}, {"sample": 0.5}, {"limit": 3, "sample": 0.5}])
@pytest.mark.parametrize("provider", [["src", "orchid"], ["src", "lily"], "flora_two"])
def test_data_are_inspected(page: Client, provider, chosen) -> None:
    page.done("PUT", "/inspect", {"data_provider": provider, "mode": MODES, **chosen})


def test_a_mode_of_inspection_may_be_a_text(page: Client) -> None:
    page.done("PUT", "/inspect", {"data_provider": ["src", "lily.lily_data"], "mode": "mapping"})
    inspected = page.call("GET", "/source/lily")["inspect"]["sources"]["lily_data"]
    has(inspected, step=text, logfile=text)
    has(inspected["inspect"]["results"], mapping=mapping)


def test_an_inspected_mapping_is_saved_compared_committed_and_tried(page: Client) -> None:
    """7.5, on one of several sub-sources: its name alone is in the path."""
    page.done("PUT", "/inspect", {"data_provider": ["src", "lily"], "mode": MODES})
    found = page.call("GET", "/source/lily")["inspect"]["sources"]["lily_data"]["inspect"]["results"]["mapping"]
    found["lily"]["properties"]["n"]["index"] = False
    assert page.call("PUT", "/source/lily_data/mapping", {"mapping": found, "dest": "inspect"}) is None
    assert page.call("PUT", "/source/lily_data/mapping", {"mapping": found, "dest": "master"}) is None
    registered = page.call("GET", "/source/lily")["mapping"]["lily_data"]
    assert registered == {"mapping": found, "origin": "master"}
    assert page.call("POST", "/jsondiff", {"src": found, "dst": found}) == []
    changed = json.loads(json.dumps(found).replace("false", "true"))
    for step in page.call("POST", "/jsondiff", {"src": found, "dst": changed}):
        has(step, op=one_of("add", "remove", "replace"), path=text)
        assert "value" in step
    page.call("POST", "/mapping/validate", {"mapping": {"root_key": {"properties": found}}, "env": "localhub"})
    assert page.call("GET", "/index_manager")["env"]["localhub"]


def test_a_bad_mapping_is_an_error_and_a_notification(page: Client) -> None:
    bad = {"root_key": {"properties": {"name": {"type": "no_such_type"}}}}
    assert "no_such_type" in page.refused("POST", "/mapping/validate", {"mapping": bad, "env": "localhub"})
    data = page.message(lambda m: m.get("obj") == "event")["data"]
    assert data["level"] == "ERROR"
    assert "no_such_type" in data["msg"]


def test_a_model_is_generated_listed_at_once_and_used(page: Client) -> None:
    page.call("PUT", "/source/lily_data/mapping", {"mapping": {"lily": {"type": "object"}}, "dest": "master"})
    path = "/source/lily.lily_data"
    assert "lily_data_model.py" not in page.call("GET", f"{path}/validations")
    page.call("PUT", f"{path}/create_validation")
    assert "lily_data_model.py" in page.call("GET", f"{path}/validations")
    for body in ({}, {"model_file": "lily_data_model.py"}):
        page.command("POST", f"{path}/validate", body)
    job = page.call("GET", "/source/lily")["validate"]["sources"]["lily_data"]
    has(job, status=one_of("success", "failed"), model_file=text, uploader=mapping)
    assert job["model_file"].endswith("lily_data_model.py")


def test_a_quick_index_is_made_and_listed(page: Client) -> None:
    form = {"doc_type": "plant", "indexer_env": "localhub", "index_name": None}
    form |= {"num_shards": "1", "num_replicas": "0", "extra_index_settings": "{}"}
    page.done("POST", "/quick_index", {"datasource_name": "orchid", "subsource": "", **form})
    page.done("POST", "/quick_index", {"datasource_name": "lily", "subsource": "lily_names", **form})
    for name in ("orchid", "lily"):
        (index,) = page.call("GET", f"/indexes_by_name?index_name=quick__{name}_*,{name}_*&limit=10")
        has(index, index_name=text, environment=mapping, creation_date=text, build_version=text)
    wrong = {"datasource_name": "orchid", "subsource": "", **form, "extra_index_settings": "{"}
    failed = page.command("POST", "/quick_index", wrong)
    assert failed["failed"] is True
    assert names(failed["results"])


def test_a_plugin_is_registered_updated_and_taken_away(stage, page: Client) -> None:
    url = stage.git.url("fern")
    registered = page.call("GET", "/source/fern")
    assert registered["count"] == 0
    assert {"download", "upload"} <= set(registered)
    has(registered["data_plugin"]["plugin"], url=one_of(url), type_=one_of("github"), active=one_of(True))
    page.done("PUT", "/dataplugin/fern/dump", "")
    page.done("PUT", "/dataplugin/fern/dump", {"release": "main"})
    failed = page.command("PUT", "/dataplugin/fern/dump", {"release": "no-such-branch"})
    assert failed["failed"] is True
    assert "no-such-branch" in failed["results"][0]
    shown = page.call("GET", "/source/fern")["data_plugin"]
    has(shown["download"], error=text, release=text, data_folder=text, started_at=text, time=or_null(text))
    page.call("DELETE", "/dataplugin/unregister_url", {"url": url})
    page.wait_for(lambda m: m.get("obj") == "data_plugin" and m["_id"] == "fern" and m["op"] == "remove")
    assert "fern" not in {s["_id"] for s in page.call("GET", "/sources")}
    page.done("POST", "/dataplugin/register_url", {"url": url})
    assert "fern" in {s["_id"] for s in page.call("GET", "/sources")}


def test_a_plugin_that_is_registered_already_or_cannot_be(stage, page: Client) -> None:
    page.done("POST", "/dataplugin/register_url", {"url": stage.git.url("fern")})
    record = page.command("POST", "/dataplugin/register_url", {"url": stage.git.url("nothing")})
    assert record["failed"] is True
    assert text(record["results"][0])


def test_the_code_of_a_plugin_is_exported(stage, page: Client, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    for what in (["dumper", "uploader", "mapping"], ["dumper"]):
        shown = page.call("PUT", "/dataplugin/orchid/export", {"what": what, "purge": True})
        assert set(shown) == set(what)
        for part in shown.values():
            has(part, status=one_of("ok", "warning", "error"))
            assert {"file", "message"} <= set(part)
        assert shown["dumper"]["class"] == "OrchidDumper"
    assert (tmp_path / "hub" / "dataload" / "sources" / "orchid" / "dump.py").is_file()


def test_what_is_running_is_seen_in_the_lists(stage, page: Client) -> None:
    """7.9: a command that waits for its job, in the list of those that run and in that of jobs."""
    (stage.root / "gate").unlink(missing_ok=True)
    gated = stage.root / "plugins" / "gated"
    if not gated.exists():
        world.write_json_plugin(stage.root, "gated", {"uploader": {"parser": "parser:load_data"}})
        (gated / "parser.py").write_text(world.GATED.format(gate=stage.root / "gate"))
        page.call("PUT", "/plugins/reload")
    page.done("PUT", "/source/gated/dump", {})
    handle = page.call("PUT", "/source/gated/upload", {})
    page.wait_for(lambda m: m.get("op") == "log" and "gated waits" in m["msg"])
    (running,) = page.call("GET", "/commands?running=1").values()
    has(running, id_=one_of(handle["id"]), cmd=text, is_done=one_of(False), duration=text)
    queue = page.call("GET", "/job_manager")["queue"]
    assert queue["process"]["running"]
    (process,) = (entry for entry in queue["process"]["all"].values() if entry.get("job"))
    has(process["cpu"], status=text)
    has(process["memory"], size=whole)
    has(process["job"], category=text, step=text, source=one_of("gated"), duration=text)
    source = page.call("GET", "/source/gated")["upload"]["sources"]["gated"]
    has(source, status=one_of("uploading"), started_at=text)
    (stage.root / "gate").write_text("go on")
    assert page.follow(handle["id"])["failed"] is False
