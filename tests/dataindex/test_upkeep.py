"""Indices are tried, checked against their builds, cleaned up; aliases go forth and back."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from hub.dataindex.checking import compare_mappings, unmapped_fields
from hub.dataindex.errors import (
    AliasError,
    BuildHeldError,
    DryRunError,
    IndexArgumentError,
    IndexGoneError,
    IndexReplacedError,
)
from hub.dataindex.indexer import IndexRequest, load_index
from hub.errors import NotFound
from hub.jobs.port import NullContext
from hub.search.errors import IndexNotFoundError
from tests.databuild.workshop import fill_collection
from tests.dataindex.conftest import PROPERTIES

ENV = "localhub"


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:05d}", "name": f"gene number {n}", "n": n, **more} for n in range(count)]


async def test_a_dry_run_says_what_the_real_index_would_run_into(shop, build) -> None:
    bad = [{"_id": f"bad{n}", "n": "no number", "color": {"hue": 1}} for n in range(3)]
    name = await build([*genes(20), *bad])
    report = await shop.indices.dry_run(ENV, name, 100)
    assert (report["ok"], report["documents"], report["indexed"], report["rejected_count"]) == (False, 23, 20, 3)
    assert {row["id"] for row in report["rejected"]} == {"bad0", "bad1", "bad2"}
    assert report["unmapped"] == ["color"]
    assert shop.indices.engine(ENV).names() == [], "the scratch index is gone"
    with pytest.raises(DryRunError, match=r"no number|`n`|bad0"):
        await shop.indices.index(ENV, name, sample_first=100)
    assert shop.indices.engine(ENV).names() == []
    assert "pre-index" not in [j["step"] for j in shop.builds.info(name)["jobs"]], "the real one was not begun"
    shop.builds.save_mapping(name, {"name": {"type": "textt"}})
    report = await shop.indices.dry_run(ENV, name, 5)
    assert "textt" in report["mapping_error"]
    with pytest.raises(IndexArgumentError, match="sample"):
        await shop.indices.dry_run(ENV, name, 0)


async def test_a_good_sample_lets_the_index_be_made(shop, build) -> None:
    name = await build(genes(20))
    report = await shop.indices.index(ENV, name, sample_first=5, batch_size=500)
    assert report.count == 20
    with pytest.raises(IndexArgumentError, match="batch_size"):
        await shop.indices.index(ENV, name, "other", batch_size=20_000)


async def test_steps_of_an_index(shop, build) -> None:
    name = await build(genes(7))
    with pytest.raises(IndexArgumentError, match="steps"):
        await shop.indices.index(ENV, name, steps=["post", "pray"])
    with pytest.raises(IndexNotFoundError):
        await shop.indices.index(ENV, name, steps=["index"])
    await shop.indices.index(ENV, name, steps=["pre"])
    assert shop.indices.engine(ENV).count(name) == 0
    assert name not in (shop.builds.info(name).get("index") or {})
    report = await shop.indices.index(ENV, name, steps=["index", "post"])
    assert report.count == 7
    assert shop.builds.info(name)["index"][name]["count"] == 7


async def test_a_whole_index_is_found_good(shop, build) -> None:
    name = await build(genes(30))
    await shop.indices.index(ENV, name, alias="genes")
    report = await shop.indices.validate_index(ENV, "genes")
    assert report["said"] == []
    assert (report["ok"], report["index"], report["build"]) == (True, name, name)
    assert report["content"]["compared"] == 30
    assert report["count"] == {"ok": True, "said": "", "expected": 30, "found": 30}


async def test_what_differs_between_index_and_build_is_named(shop, build) -> None:
    name = await build(genes(30))
    await shop.indices.index(ENV, name)
    engine = shop.indices.engine(ENV)
    engine.bulk(name, [{"_id": "stranger", "n": 1}, {"_id": "g00003", "n": 99, "name": "changed"}])
    engine.finish(name)
    engine.set_meta(name, {"build_version": "old"})
    shop.builds.save_mapping(name, {**PROPERTIES, "n": {"type": "keyword"}, "new": {"type": "date"}})
    fill_collection(shop.target, name, genes(32))
    report = await shop.indices.validate_index(ENV, name)
    assert not report["ok"]
    assert (report["ids"]["missing"], report["ids"]["missing_count"]) == (["g00030", "g00031"], 2)
    assert (report["ids"]["extra"], report["ids"]["extra_count"]) == (["stranger"], 1)
    assert report["content"]["examples"] == [{"_id": "g00003", "keys": ["n", "name"]}]
    assert report["mapping"]["missing"] == ["new"]
    assert report["mapping"]["different"] == [{"field": "n", "build": "keyword", "index": "long"}]
    assert not report["version"]["ok"]
    assert len(report["said"]) == 5


async def test_refused_documents_are_not_missing(shop, build) -> None:
    shop.settings.attach_overrides(lambda: [{"_id": "INDEX_MAX_REJECTED", "json": "0.5"}])
    name = await build([*genes(9), {"_id": "spoilt", "n": "no number"}])
    await shop.indices.index(ENV, name)
    report = await shop.indices.validate_index(ENV, name)
    assert report["said"] == []
    assert report["ids"]["left_out"] == 1


async def test_an_index_that_was_deleted_by_hand(shop, build) -> None:
    name = await build(genes(5))
    await shop.indices.index_for_serving("genes", name)
    engine = shop.indices.engine(ENV)
    engine.remove_alias("genes")
    engine.delete(name)
    with pytest.raises(IndexGoneError, match="deleted outside the hub"):
        await shop.indices.validate_index(ENV, name)
    with pytest.raises(IndexGoneError, match="Make it anew"):
        await shop.indices.index(ENV, name, mode="resume")
    assert shop.indices.index_cleanup(ENV, keep=1, dryrun=False) == []
    assert shop.indices.served_build("genes") is None
    report = await shop.indices.index_for_serving("genes", name)
    assert (report.count, report.alias) == (5, "genes")


def test_an_index_deleted_while_it_is_loaded(shop_with_index, monkeypatch) -> None:
    store, engine_spec, engine = shop_with_index(genes(3))
    monkeypatch.setattr(type(engine), "properties", lambda self, name: {"n": {"type": "long"}})
    with pytest.raises(IndexReplacedError, match="purge"):
        load_index(NullContext(), IndexRequest(store, "docs", engine_spec, "i"))


async def test_an_alias_is_moved_and_moved_back(shop, build) -> None:
    names = [await build(genes(count)) for count in (1, 2, 3)]
    for name in names:
        await shop.indices.index(ENV, name)
    shop.indices.move_alias(ENV, "genes", names[0], by="eve", note="first")
    with pytest.raises(AliasError, match="no earlier index"):
        shop.indices.roll_back_alias(ENV, "genes")
    shop.indices.move_alias(ENV, "genes", names[1])
    shop.indices.move_alias(ENV, "genes", names[2])
    engine = shop.indices.serving_engine()
    assert engine.count("genes") == 3
    back = shop.indices.roll_back_alias(ENV, "genes", by="adam")
    assert back == {"environment": ENV, "alias": "genes", "index": names[1], "withdrawn": names[2]}
    assert engine.count("genes") == 2
    assert shop.indices.was_withdrawn("genes", names[2])
    assert not shop.indices.was_withdrawn("genes", names[1])
    assert shop.indices.roll_back_alias(ENV, "genes")["index"] == names[0]
    [shown] = shop.indices.aliases.all(ENV)
    assert (shown["index"], shown["build"]) == (names[0], names[0])
    assert [move["index"] for move in shown["moves"]] == [names[0], names[1], names[2], names[1], names[0]]
    assert (shown["moves"][-1]["by"], shown["moves"][-1]["note"]) == ("eve", "first")
    shop.indices.move_alias(ENV, "genes", names[2])
    assert not shop.indices.was_withdrawn("genes", names[2]), "somebody wants it again"
    engine.delete(names[0])
    engine.delete(names[1])
    with pytest.raises(AliasError, match="deleted"):
        shop.indices.roll_back_alias(ENV, "genes")
    with pytest.raises(IndexNotFoundError):
        shop.indices.move_alias(ENV, "genes", "nothing")
    with pytest.raises(AliasError, match="an index has that name"):
        shop.indices.move_alias(ENV, names[2], names[2])
    assert engine.count("genes") == 3


async def test_no_alias_moves_to_a_build_that_is_held_back(shop, build) -> None:
    name = await build(genes(2))
    results = [{"rule": "max_change", "ok": False}, {"rule": "required_ids", "ok": True}]
    shop.state.builds.update(name, {"gate": {"state": "waiting", "results": results}})
    await shop.indices.index(ENV, name)
    with pytest.raises(BuildHeldError, match=r"waits for a decision \(max_change\).*approve_build"):
        shop.indices.move_alias(ENV, "genes", name)
    with pytest.raises(BuildHeldError):
        await shop.indices.index_for_serving("genes", name)
    assert shop.indices.serving_engine().aliases() == {}
    shop.state.builds.update(name, {"gate.state": "approved"})
    await shop.indices.index_for_serving("genes", name)
    assert shop.indices.served_build("genes") == name


async def test_what_looks_before_the_alias_moves_can_keep_it(shop, build) -> None:
    name = await build(genes(2))

    async def refuse(report: Any) -> None:
        assert report.count == 2
        raise NotFound("reason", "x")

    with pytest.raises(NotFound):
        await shop.indices.index_for_serving("genes", name, before_alias=refuse)
    assert shop.indices.serving_engine().names() == [name], "the index stays, to be looked at"
    assert shop.indices.serving_engine().aliases() == {}


async def test_an_environment_loads_so_many_at_a_time(shop, build) -> None:
    config = {"env": {ENV: {"indexer": {"concurrency": 1}}}}
    shop.settings.attach_overrides(lambda: [{"_id": "INDEX_CONFIG", "json": json.dumps(config)}])
    name = await build(genes(50))
    waiting_or_running: set[str] = set()
    together: list[int] = []

    def seen(event: Any) -> None:
        if event.name == "job.queued":
            waiting_or_running.add(event.data["id"])
            together.append(len(waiting_or_running))
        elif event.name == "job.done":
            waiting_or_running.discard(event.data["id"])

    shop.bus.subscribe("job.*", seen)
    await asyncio.gather(*(shop.indices.index(ENV, name, f"index{n}") for n in range(3)))
    assert together == [1, 1, 1]
    config["env"][ENV]["indexer"]["concurrency"] = 0
    shop.settings.refresh_overrides()
    with pytest.raises(IndexArgumentError, match="concurrency"):
        await shop.indices.index(ENV, name, "index9")


async def test_a_hot_build_is_indexed_on_top_of_its_cold_one(shop) -> None:
    shop.upload("one", genes(10), mapping=PROPERTIES)
    shop.upload(
        "two", [{"_id": "g00002", "hot": "yes"}, {"_id": "new", "hot": "yes"}], mapping={"hot": {"type": "keyword"}}
    )
    shop.configure(["one"], name="cold")
    cold = await shop.builds.merge("cold")
    shop.configure(["two"], name="hot", params={"cold_collection": cold})
    hot = await shop.builds.merge("hot")
    report = await shop.indices.index(ENV, hot)
    assert report.count == 11
    engine = shop.indices.engine(ENV)
    assert engine.get(hot, "g00002").source == {"name": "gene number 2", "n": 2, "hot": "yes"}
    assert set(engine.properties(hot)) == {"name", "n", "hot", "all"}
    assert set(engine.meta(hot)["src"]) == {"one", "two"}
    assert (await shop.indices.validate_index(ENV, hot))["said"] == []
    again = await shop.indices.index(ENV, hot, mode="resume")
    assert again.count == 11


def test_fields_without_a_mapping_are_found() -> None:
    properties = {"a": {"properties": {"b": {"type": "long"}}}, "o": {"type": "object", "enabled": False}}
    documents = [{"_id": "x", "a": [{"b": 1}, {"c": 1}], "o": {"any": 1}, "d": {"e": 1}, "empty": [], "none": None}]
    assert unmapped_fields(documents, properties) == ["a.c", "d"]
    assert compare_mappings({"a": {"type": "long"}}, {"a": {"type": "long"}, "all": {"type": "text"}})["ok"]
