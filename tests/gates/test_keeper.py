"""Builds at their gates: checked, held back, decided on; and the automatic flow around them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.autoflow import AutoFlow
from hub.commands import find, load_builtin
from hub.commands.registry import Role
from hub.config import load
from hub.dataindex.errors import BuildHeldError
from hub.errors import BadArgument, NotFound
from hub.gates.errors import GateStateError, NobodyError
from hub.gates.keeper import GateKeeper
from hub.gates.scan import fields_of
from hub.server import Hub
from hub.store.records.builds import held
from tests.databuild.workshop import Workshop

GATES = {
    "documents": {"fewer": "10%"},
    "fields_gone": True,
    "mapping_conflicts": 0,
    "required_ids": ["g00000"],
    "queries": [{"query": "name:gene", "min": 1, "ids": ["g00000"]}],
}


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:05d}", "name": f"gene number {n}", "n": n, "x": {"y": [n]}, **more} for n in range(count)]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[Workshop]:
    workshop = Workshop(tmp_path / "home")
    await workshop.jobs.start()
    yield workshop
    await workshop.jobs.stop()
    workshop.close()


@pytest.fixture
def gates(shop: Workshop) -> GateKeeper:
    return GateKeeper(shop.builds, shop.indices)


async def build(shop: Workshop, documents: list[dict[str, Any]], **more: Any) -> str:
    shop.upload("one", documents)
    if shop.state.build_configs.get("genes") is None:
        shop.configure(["one"], params={"gates": GATES, **more})
    return await shop.builds.merge("genes")


def broken(report: dict[str, Any]) -> list[str]:
    return [r["rule"] for r in report["results"] if not r["ok"]]


async def test_a_build_that_keeps_the_rules_goes_on(shop, gates) -> None:
    name = await build(shop, genes(20))
    assert gates.report(name)["state"] == "unchecked"
    report = await gates.check(name)
    assert (report["state"], report["stage"], report["compared_with"]) == ("passed", "build", None)
    assert broken(report) == []
    second = await build(shop, genes(19))
    report = await gates.check(second)
    assert (report["state"], report["compared_with"]) == ("passed", name)
    assert "fields" not in report
    assert "fields" not in shop.builds.info(second)["gate"]
    assert gates.waiting() == []


async def test_a_build_that_breaks_rules_waits_with_the_report(shop, gates) -> None:
    first = await build(shop, genes(20))
    await gates.check(first)
    seen = []
    shop.bus.subscribe("gate.*", lambda event: seen.append((event.name, event.data["build"])))
    worse = [{"_id": f"g{n:05d}", "name": "gene", "n": "a" if n % 2 else n} for n in range(1, 15)]
    second = await build(shop, worse)
    report = await gates.check(second)
    assert report["state"] == "waiting"
    assert broken(report) == ["documents.fewer", "fields_gone", "mapping_conflicts", "required_ids"]
    told = {r["rule"]: r for r in report["results"]}
    assert "x" in told["fields_gone"]["said"]
    assert "x.y" not in told["fields_gone"]["said"], "an object that is gone is told once"
    assert "`n`" in told["mapping_conflicts"]["detail"][0]
    assert [r["build"] for r in gates.waiting()] == [second]
    assert seen == [("gate.waiting", second)]
    assert held(shop.state.builds.get(second)) == "waiting"
    third = await build(shop, genes(21))
    report = await gates.check(third)
    assert report["compared_with"] == first, "a build that waits is no measure"
    assert report["state"] == "passed"


async def test_decisions_need_a_person_and_are_kept(shop, gates) -> None:
    first = await build(shop, genes(20))
    await gates.check(first)
    second = await build(shop, genes(5))
    await gates.check(second)
    for who in ("", "  "):
        with pytest.raises(NobodyError):
            gates.approve(second, who)
    with pytest.raises(GateStateError, match="nothing holds it back"):
        gates.approve(first, "eve")
    with pytest.raises(NotFound):
        gates.approve("nothing", "eve")
    report = gates.reject(second, "eve", "half is missing")
    assert report["state"] == "rejected"
    with pytest.raises(GateStateError, match="already"):
        gates.reject(second, "adam")
    with pytest.raises(BuildHeldError, match="rejected"):
        await shop.indices.index_for_serving("genes", second)
    report = gates.approve(second, "adam ", "it is meant so")
    assert [(d["decision"], d["who"], d["note"]) for d in report["decisions"]] == [
        ("rejected", "eve", "half is missing"),
        ("approved", "adam", "it is meant so"),
    ]
    third = await build(shop, genes(5))
    assert (await gates.check(third))["compared_with"] == second, "an approved build is the measure from now on"
    assert (await gates.check(second, again=False))["state"] == "approved"
    again = await gates.check(second)
    assert again["state"] == "waiting", "a new check asks again"
    assert len(again["decisions"]) == 2


async def test_a_build_that_waits_is_superseded_by_a_later_one_that_waits(shop, gates) -> None:
    await gates.check(await build(shop, genes(20)))
    second = await build(shop, genes(5))
    await gates.check(second)
    third = await build(shop, genes(4))
    await gates.check(third)
    assert gates.report(second)["state"] == "superseded"
    with pytest.raises(BuildHeldError, match="later build took its place"):
        await shop.indices.index_for_serving("genes", second, before_alias=gates.before_alias)
    assert [r["build"] for r in gates.waiting()] == [third]
    assert gates.approve(second, "eve")["state"] == "approved"


async def test_queries_are_checked_before_the_alias_moves(shop, gates) -> None:
    first = await build(shop, genes(20))
    await gates.check(first)
    await shop.indices.index_for_serving("genes", first, before_alias=gates.before_alias)
    assert gates.report(first)["stage"] == "index"
    assert shop.indices.served_build("genes") == first
    with pytest.raises(GateStateError, match=r"served as `genes` in `localhub`.*rollback_alias"):
        gates.reject(first, "eve")
    second = await build(shop, [{**d, "name": "other"} for d in genes(20)])
    await gates.check(second)
    with pytest.raises(Exception, match=r"`name:gene` has 0 hits.*approve_build"):
        await shop.indices.index_for_serving("genes", second, before_alias=gates.before_alias)
    assert shop.indices.served_build("genes") == first
    report = gates.report(second)
    assert (report["state"], broken(report)) == ("waiting", ["queries"])
    gates.approve(second, "eve")
    await shop.indices.index_for_serving("genes", second, before_alias=gates.before_alias)
    assert shop.indices.served_build("genes") == second


async def test_a_query_that_can_not_be_run_breaks_the_rule(shop, gates) -> None:
    name = await build(shop, genes(3), gates={"queries": ["n:[1 TO"]})
    await shop.indices.index("localhub", name)
    report = await gates.check_index(name, "localhub", name)
    assert "can not be run" in report["results"][0]["said"]


async def test_a_configuration_without_gates_is_left_alone(shop, gates) -> None:
    name = await build(shop, genes(3), gates={})
    assert (await gates.check(name))["state"] == "none"
    assert "gate" not in shop.state.builds.get(name)


async def test_rules_that_came_later_compare_with_what_is_there(shop, gates) -> None:
    first = await build(shop, genes(20), gates={})
    shop.builds.update_build_configuration("genes", "gene", ["one"], params={"gates": GATES})
    second = await build(shop, [{"_id": d["_id"], "name": d["name"]} for d in genes(20)])
    report = await gates.check(second)
    assert report["compared_with"] == first
    assert broken(report) == ["fields_gone"], "the fields of the build before are counted now"
    shop.builds.archive_merge(first)
    assert (await gates.check(second))["state"] == "passed", "its documents are gone, its number is known"


async def test_quarantined_documents_of_the_sources(shop, gates) -> None:
    name = await build(shop, genes(9), gates={"quarantined": "5%"})
    shop.state.sources.quarantine_replaced("one", "one", {"count": 1, "reasons": {"x": 1}}, None)
    report = await gates.check(name)
    assert broken(report) == ["quarantined"]
    assert report["results"][0]["detail"] == [{"source": "one", "quarantined": 1, "documents": 10}]


def test_fields_of_documents() -> None:
    document = {"a": {"b": 1, "n": None}, "l": [{"c": 1}, {"d": [2]}], "e": [], "f": None, "g": {}}
    assert sorted(fields_of(document)) == ["a", "a.b", "g", "l", "l.c", "l.d"]


# -- in a hub


def write_source(tmp_path: Path) -> None:
    """A plugin whose documents are the words of a file, and whose release is their hash."""
    load_builtin()
    folder = tmp_path / "plugins" / "things"
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(
        '{"version": "1.0", "dumper": {"data_url": ["file://%s"], "schedule": null, "release": "version:get"},'
        ' "uploader": {"parser": "parser:load", "on_duplicates": "error"}}' % (tmp_path / "things.txt")
    )
    (folder / "version.py").write_text(
        f"import pathlib, hashlib\ndef get(self):\n"
        f"    return hashlib.md5(pathlib.Path({str(tmp_path / 'things.txt')!r}).read_bytes()).hexdigest()[:8]\n"
    )
    (folder / "parser.py").write_text(
        "import pathlib\ndef load(folder):\n"
        "    for line in (pathlib.Path(folder) / 'things.txt').read_text().split():\n"
        "        yield {'_id': line, 'name': line}\n"
    )


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Any]:
    write_source(tmp_path)
    config = {"doc_type": "thing", "sources": ["things"], "auto": True, "gates": {"documents": {"fewer": "20%"}}}
    config["autobuild"] = {"schedule": "0 3 1 1 *", "type": "diff"}
    flags = {"DATA_PLUGIN_FOLDER": str(tmp_path / "plugins"), "AUTO_SOURCES": ["*"], "BUILDS": {"all": config}}
    async with Hub(load(tmp_path / "home", flags=flags)) as running:
        yield running


async def test_the_flow_stops_at_the_gates_and_goes_on_when_it_is_approved(hub, tmp_path) -> None:
    services = hub.services
    flow, data = AutoFlow(services), tmp_path / "things.txt"

    async def call(command_name: str, /, **arguments: Any) -> Any:
        found = find(command_name)
        return await found.fn(services, **found.bind(arguments))

    async def release(count: int) -> None:
        data.write_text("\n".join(f"t{n}" for n in range(count)))
        await flow.run()

    await release(10)
    first = services.indices.served_build("all")
    assert first
    assert services.state.builds.get(first)["gate"]["state"] == "passed"
    services.state.store.update(services.state.builds.collection, first, unset=["gate"])
    await flow.run()
    assert "gate" not in services.state.builds.get(first), "what is served already is not held back by new rules"
    assert services.state.builds.get(first).get("pending") in (None, []), "nothing to differ from"
    await release(5)
    assert services.indices.served_build("all") == first
    [waiting] = await call("gates_waiting")
    second = waiting["build"]
    assert waiting["results"][0]["said"].startswith("5 documents fewer than the 10 before")
    await flow.run()
    assert services.indices.served_build("all") == first, "it waits, however often the flow runs"
    assert services.state.builds.latest("all")["_id"] == second, "and is not built again"
    assert "pending" not in services.state.builds.get(second)

    moved = asyncio.Event()
    services.bus.subscribe("pending.*", lambda event: moved.set())
    await call("approve_build", build_name=second, who="eve", note="a small release")
    await asyncio.wait_for(moved.wait(), 60)
    assert services.indices.served_build("all") == second
    record = services.state.builds.get(second)
    assert list(record["diff"]) == [first]

    await call("rollback_alias", alias="all", who="eve")
    await flow.run()
    assert services.indices.served_build("all") == first, "what was rolled back is not served again"
    await release(6)
    third = services.indices.served_build("all")
    assert third not in (first, second), "a new build is"
    with pytest.raises(BadArgument):
        await call("approve_build", build_name=second)


async def test_a_merge_by_hand_is_checked_too(hub, tmp_path) -> None:
    services = hub.services
    (tmp_path / "things.txt").write_text("a b c d e")
    await services.sources.update("things")
    await services.sources.upload("things")
    merge = find("merge")
    first = await merge.fn(services, build_name="all")
    assert services.gates.report(first)["state"] == "passed"


async def test_what_is_pending_is_done_in_order_and_tried_again(hub, tmp_path) -> None:
    services, told = hub.services, []
    (tmp_path / "things.txt").write_text("a b c d e")
    flow = AutoFlow(services)
    await flow.run()
    build_name = services.indices.served_build("all")
    store, collection = services.state.store, services.state.builds.collection
    for flag in ("publish", "snapshot", "diff"):
        store.update(collection, build_name, add_to_set={"pending": flag})
    (index,) = services.state.builds.get(build_name)["index"]
    services.indices.serving_engine().delete(index)  # so that no snapshot of it can be taken
    services.bus.subscribe("pending.*", lambda event: told.append((event.name, event.data["flag"])))
    await flow.pending.run()
    assert flow.pending._candidates == {build_name}
    assert told == [("pending.done", "diff"), ("pending.failed", "snapshot")], "publish waits"
    record = services.state.builds.get(build_name)
    assert record["pending"] == ["publish", "snapshot"]
    fault = record["pending_errors"]["snapshot"]
    assert fault["attempts"] == 1
    assert index in fault["error"]
    await flow.pending.run()
    assert len(told) == 2, "not before it is due"
    await services.indices.index("localhub", build_name, index, mode="purge")
    due = {"pending_errors.snapshot.next_at": datetime.now(UTC) - timedelta(seconds=1)}
    services.state.builds.update(build_name, due)
    services.state.builds.update(build_name, {"gate.state": "waiting"})
    await flow.pending.run()
    assert len(told) == 2, "a build that is held back waits"
    services.state.builds.update(build_name, {"gate.state": "approved"})
    await flow.pending.run()
    assert [name for name, _ in told[2:]] == ["pending.done"] * len(told[2:])
    record = services.state.builds.get(build_name)
    assert record["pending"] == []
    assert record["pending_errors"] == {}
    assert index in record["snapshot"]


def publishing(tmp_path: Path, **more: Any) -> dict[str, Any]:
    """Flags of a hub that publishes every build of `things` to a folder, and follows it."""
    write_source(tmp_path)
    auto = {"autobuild": {"type": ["diff", "snapshot"], "env": "localhub"}, "autopublish": {"env": "web"}, **more}
    config = {"doc_type": "thing", "sources": ["things"], "root": ["things"], "auto": True, **auto}
    config["build_version"] = "%Y%m%d%H%M%S%f"
    web = {"release": {"path": str(tmp_path / "web"), "folder": "all"}}
    return {
        "DATA_PLUGIN_FOLDER": str(tmp_path / "plugins"),
        "AUTO_SOURCES": ["*"],
        "BUILDS": {"all": config},
        "RELEASE_CONFIG": {"env": {"web": web}},
        "VERSION_URLS": [(tmp_path / "web" / "all" / "versions.json").as_uri()],
        "SKIP_CHECK_VERSIONS": True,
    }


async def released(flow: AutoFlow, hub: Hub, tmp_path: Path, text: str) -> str:
    """A release of the source, and all that follows by itself; gives its version."""
    (tmp_path / "things.txt").write_text(text)
    await flow.run()
    await flow.pending.run()
    record = hub.services.state.builds.get(hub.services.indices.served_build("all"))
    assert record["pending"] == [], record.get("pending_errors")
    return str(record["_meta"]["build_version"])


async def test_releases_are_published_by_themselves(tmp_path: Path) -> None:
    """Two releases of a source, and nobody does anything: built, indexed, compared, noted, published."""
    async with Hub(load(tmp_path / "home", flags=publishing(tmp_path))) as hub:
        flow = AutoFlow(hub.services)
        published = [await released(flow, hub, tmp_path, text) for text in ("a b c", "a b c d")]
        assert (await hub.services.standalone.backend("all"))["version"] is None, "nobody asked for it"
    versions = json.loads((tmp_path / "web" / "all" / "versions.json").read_text())["versions"]
    assert [(v["type"], v["target_version"]) for v in versions] == [
        ("full", published[0]),
        ("full", published[1]),
        ("incremental", published[1]),
    ]
    latest = json.loads((tmp_path / "web" / "all" / "latest.json").read_text())
    assert published[1] in latest


@pytest.mark.parametrize("wanted", ["full", ["full", "incremental"]])
async def test_what_was_published_is_installed_by_itself(tmp_path: Path, caplog: Any, wanted: Any) -> None:
    caplog.set_level("INFO", "hub.flow")
    flags = publishing(tmp_path, autorelease={"type": wanted})
    async with Hub(load(tmp_path / "home", flags=flags)) as hub:
        flow, standalone = AutoFlow(hub.services), hub.services.standalone
        installed = []
        hub.services.bus.subscribe("standalone.installed", installed.append)
        first = await released(flow, hub, tmp_path, "a b c")
        assert (await standalone.backend("all"))["version"] == first
        second = await released(flow, hub, tmp_path, "a b c d")
        assert (await standalone.backend("all")) | {"host": ""} == {
            "host": "",
            "index": (await standalone.backend("all"))["index"],
            "index_alias": "all_current",
            "version": second,
            "count": 4,
        }
        assert [event.data["version"] for event in installed] == [first, second]
    told = [r.getMessage() for r in caplog.records if getattr(r, "action", "") == "auto_release_installed"]
    last = second if wanted == "full" else f"{first}.{second}"
    assert [line.rpartition(": ")[2] for line in told] == [first, last]


async def test_a_release_is_installed_by_schedule(tmp_path: Path) -> None:
    flags = publishing(tmp_path, autorelease={"schedule": "0 0 * * 1", "type": "incremental"})
    async with Hub(load(tmp_path / "home", flags=flags)) as hub:
        flow, services = AutoFlow(hub.services), hub.services
        flow.schedule_builds()
        assert [e.name for e in services.scheduler.list() if "all" in e.name] == ["autorelease:all"]
        first = await released(flow, hub, tmp_path, "a b c")
        await services.scheduler.run_now("autorelease:all")
        assert "nothing was published yet" in services.scheduler.get("autorelease:all").last_error, (
            "nothing of the kind"
        )
        await services.standalone.install("all")
        await released(flow, hub, tmp_path, "a b c d")
        assert (await services.standalone.backend("all"))["version"] == first
        await services.scheduler.run_now("autorelease:all")
        assert (await services.standalone.backend("all"))["count"] == 4
        await services.standalone.rollback("all")
        await services.scheduler.run_now("autorelease:all")
        assert (await services.standalone.backend("all"))["version"] == first, "somebody went back"
        services.settings._values["VERSION_URLS"] = []
        await services.scheduler.run_now("autorelease:all")
        assert "VERSION_URLS names no release `all`" in services.scheduler.get("autorelease:all").last_error


async def test_schedules_of_builds_follow_their_configurations(hub) -> None:
    flow, services = AutoFlow(hub.services), hub.services
    flow.schedule_builds()
    assert [e.name for e in services.scheduler.list() if e.name.startswith("autobuild")] == ["autobuild:all"]
    services.builds.create_build_configuration("more", "x", ["things"], params={"autobuild": {"schedule": "@daily"}})
    services.builds.create_build_configuration("gone", "x", ["things"], params={"autobuild": {"schedule": "@daily"}})
    services.builds.delete_build_configuration("gone")
    for _ in range(3):
        await asyncio.sleep(0)
    flow.schedule_builds()
    names = [e.name for e in services.scheduler.list() if e.name.startswith("autobuild")]
    assert sorted(names) == ["autobuild:all", "autobuild:more"]
    await flow.build_by_schedule("more")
    assert services.state.builds.latest("more") is None, "the first build is made by hand"


def test_commands_of_the_gates_have_roles() -> None:
    load_builtin()
    assert find("gate_report").role is Role.VIEWER
    assert find("approve_build").role is Role.OPERATOR
