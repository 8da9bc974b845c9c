"""An index made of that of a former build answers like one that was loaded from the beginning."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.dataindex.errors import IndexArgumentError
from hub.dataindex.indexer import IndexRequest
from hub.dataindex.update import UpdateRequest, update_index
from hub.jobs.port import NullContext
from hub.search.port import Everything, SearchRequest, Text
from hub.store.errors import CollectionNotFoundError
from tests.databuild.workshop import Workshop

ENV = "localhub"
MAPPING = {"name": {"type": "text", "copy_to": ["all"]}, "n": {"type": "long"}}


def genes(count: int, **changed: Any) -> list[dict[str, Any]]:
    found = {f"g{n:05d}": {"name": f"gene number {n}", "n": n} for n in range(count)} | changed
    return [{"_id": id_, **fields} for id_, fields in sorted(found.items()) if fields is not None]


def everything(shop: Workshop, index: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    page = shop.indices.engine(ENV).scroll(index, SearchRequest(Everything()))
    while True:
        found |= {hit.id: hit.source for hit in page.result.hits}
        if page.scroll_id is None:
            return found
        page = shop.indices.engine(ENV).scroll_next(page.scroll_id)


def same(shop: Workshop, index: str, other: str) -> None:
    engine = shop.indices.engine(ENV)
    assert engine.count(index) == engine.count(other)
    assert everything(shop, index) == everything(shop, other)
    for text in ("number", "n:[10 TO 20]", "changed", "name:number AND n:7"):
        request = SearchRequest(Text(text), size=1000, sort=["n"])
        hits = [[hit.id for hit in engine.search(name, request).hits] for name in (index, other)]
        assert hits[0] == hits[1], text


async def test_only_changed_documents_are_sent_and_all_are_there(shop) -> None:
    shop.release("one", genes(500), mapping=MAPPING)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    await shop.indices.index(ENV, first, alias="genes")
    shop.release("one", genes(500, g00007={"name": "changed", "n": 7}, g00008=None, x1={"name": "x", "n": 1}))
    second = await shop.builds.merge("genes")
    report = await shop.indices.index(ENV, second, alias="genes")
    assert (report.made_of, report.indexed, report.count) == (first, 2, 500)
    assert shop.indices.engine(ENV).meta(second) == shop.builds.info(second)["_meta"]
    await shop.indices.index(ENV, second, "again", mode="purge")
    same(shop, second, "again")
    assert everything(shop, first) == {d.pop("_id"): d for d in genes(500)}


async def test_several_builds_may_lie_between(shop) -> None:
    chance = random.Random(5)
    rows = {f"g{n:05d}": {"name": f"gene number {n}", "n": n} for n in range(300)}
    shop.release("one", genes(0, **rows), mapping=MAPPING)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    await shop.indices.index(ENV, first)
    for step in range(4):
        for id_ in chance.sample(sorted(rows), 5):
            rows.pop(id_)
        rows |= {f"g{n:05d}": {"name": f"changed {step}", "n": n} for n in chance.sample(range(320), 6)}
        shop.release("one", genes(0, **rows))
        last = await shop.builds.merge("genes")
    report = await shop.indices.index(ENV, last)
    assert report.made_of == first
    assert report.indexed < 30
    await shop.indices.index(ENV, last, "again", mode="purge")
    same(shop, last, "again")


async def test_an_index_is_loaded_anew_where_the_way_is_broken(shop) -> None:
    shop.release("one", genes(50), mapping=MAPPING)
    shop.configure(["one"])
    builds = [await shop.builds.merge("genes")]
    await shop.indices.index(ENV, builds[0])
    for step in range(2):
        shop.release("one", genes(50, g00001={"n": -step, "name": "changed"}))
        builds.append(await shop.builds.merge("genes"))
    shop.builds.delete_merge(builds[1])
    report = await shop.indices.index(ENV, builds[2])
    assert (report.made_of, report.indexed) == (None, 50)

    shop.builds.save_mapping(builds[2], {**MAPPING, "n": {"type": "keyword"}})
    shop.release("one", genes(50, g00001={"n": 5, "name": "changed"}))
    other_mapping = await shop.builds.merge("genes")
    report = await shop.indices.index(ENV, other_mapping)
    assert report.made_of is None

    shop.indices.engine(ENV).remove(other_mapping, ["g00003"])  # by hand
    shop.indices.engine(ENV).finish(other_mapping)
    shop.release("one", genes(50, g00001={"n": 6, "name": "changed"}))
    report = await shop.indices.index(ENV, await shop.builds.merge("genes"))
    assert (report.made_of, report.count) == (None, 50)


async def test_after_a_kill_the_index_is_made_again(tmp_path: Path) -> None:
    shop = Workshop(tmp_path / "home")
    await shop.jobs.start()
    shop.release("one", genes(60), mapping=MAPPING)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    await shop.indices.index_for_serving("genes", first)
    shop.release("one", genes(60, g00001={"n": 5, "name": "changed"}, g00002=None))
    second = await shop.builds.merge("genes")
    await shop.jobs.stop()
    shop.close()
    command = [sys.executable, "-m", "tests.dataindex.killed_index", str(tmp_path / "home"), second]
    ended = await asyncio.to_thread(subprocess.run, command, timeout=120, check=False)
    assert ended.returncode == -9

    shop = Workshop(tmp_path / "home")
    await shop.jobs.start()
    shop.state.builds.mark_interrupted()
    shop.indices.recover()
    assert shop.indices.served_build("genes") == first
    with pytest.raises(IndexArgumentError, match="made of another"):
        await shop.indices.index(ENV, second, mode="resume")
    report = await shop.indices.index_for_serving("genes", second)
    assert (report.made_of, report.count) == (first, 59)
    assert shop.indices.served_build("genes") == second
    assert everything(shop, "genes") == {
        d.pop("_id"): d for d in genes(60, g00001={"n": 5, "name": "changed"}, g00002=None)
    }
    await shop.jobs.stop()
    shop.close()


async def test_an_index_made_after_sources_were_added_is_no_origin(shop) -> None:
    shop.release("one", genes(50), mapping=MAPPING)
    shop.release("two", genes(0, late={"name": "late", "n": 99}), mapping=MAPPING)
    shop.configure(["one", "two"])
    first = await shop.builds.merge("genes", sources=["one"], target_name="genes_first", full=True)
    shop.configure(["one"], name="other")
    base = await shop.builds.merge("other")
    shop.release("one", genes(50, g00001={"name": "changed", "n": 1}))
    second = await shop.builds.merge("other")
    assert shop.builds.info(second)["changes"]["base"] == base
    shop.builds.update_build_configuration("other", "gene", ["one", "two"])
    await shop.builds.merge("other", sources=["two"], target_name=base)
    await shop.indices.index(ENV, base)
    report = await shop.indices.index(ENV, second)
    assert (report.made_of, report.count) == (None, 50)
    assert set(shop.documents(base)) - set(shop.documents(first)) == {"late"}


async def test_a_log_that_goes_while_an_index_waits_is_no_empty_log(shop) -> None:
    shop.release("one", genes(50), mapping=MAPPING)
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    await shop.indices.index(ENV, first)
    shop.release("one", genes(50, g00001={"name": "changed", "n": 1}))
    second = await shop.builds.merge("genes")
    engine = shop.indices.engine(ENV)
    engine.fork(first, "fork", {})
    load = IndexRequest(shop.target.spec, second, shop.indices.catalogue.spec(ENV), "fork", mode="update")
    with pytest.raises(CollectionNotFoundError):
        update_index(NullContext(), UpdateRequest(load, ["gone"], 50))
