"""Indices of builds on the embedded engine: modes, aliases, refused documents, interruptions."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.dataindex.errors import (
    BuildNotReadyError,
    IndexArgumentError,
    IndexModeError,
    IndexThereError,
    RejectedDocumentsError,
)
from hub.dataindex.indexer import IndexRequest, load_index
from hub.errors import NotFound
from hub.jobs.errors import JobInterruptedError
from hub.jobs.port import NullContext
from hub.search.errors import IndexNotFoundError, MappingError
from hub.search.port import IndexConfig, SearchRequest, Text

ENV = "localhub"
LONG = {"type": "long"}


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:05d}", "name": f"gene number {n}", "n": n, **more} for n in range(count)]


async def test_an_index_holds_every_document_and_is_registered(shop, build) -> None:
    name = await build(genes(25))
    report = await shop.indices.index(ENV, name)
    engine = shop.indices.engine(ENV)
    assert report.as_dict()["count"] == report.indexed == engine.count(name) == 25
    found = engine.search(name, SearchRequest(Text("n:7")))
    assert [hit.id for hit in found.hits] == ["g00007"]
    assert engine.meta(name)["build_version"]
    info = shop.builds.info(name)
    entry = info["index"][name]
    assert (entry["environment"], entry["count"], entry["host"]) == (ENV, 25, "embedded")
    assert entry["created_at"]
    assert [j["step"] for j in info["jobs"]][-3:] == ["pre-index", "index", "post-index"]
    assert {j["status"] for j in info["jobs"]} == {"success"}
    assert "indexing" not in info or not info["indexing"]
    [listed] = shop.indices.get_indexes_by_name("genes_*")
    assert (listed["index_name"], listed["doc_type"], listed["count"]) == (name, "gene", 25)
    assert listed["creation_date"].isdigit()
    assert listed["environment"] == {"name": ENV, "host": "embedded"}


async def test_a_mode_that_does_not_fit_is_refused(shop, build) -> None:
    name = await build(genes(3))
    with pytest.raises(IndexNotFoundError):
        await shop.indices.index(ENV, name, mode="resume")
    await shop.indices.index(ENV, name)
    with pytest.raises(IndexThereError, match="purge"):
        await shop.indices.index(ENV, name)
    with pytest.raises(IndexModeError, match="purge"):
        await shop.indices.index(ENV, name, mode="purg")
    with pytest.raises(NotFound, match="environment"):
        await shop.indices.index("nowhere", name)
    with pytest.raises(NotFound, match="build"):
        await shop.indices.index(ENV, "nothing")
    with pytest.raises(IndexArgumentError, match="dot"):
        await shop.indices.index(ENV, name, "a.b")
    with pytest.raises(IndexArgumentError, match="alias"):
        await shop.indices.index(ENV, name, "same", alias="same")
    shop.builds.archive_merge(name)
    with pytest.raises(BuildNotReadyError, match="archived"):
        await shop.indices.index(ENV, name)


async def test_purge_makes_the_index_anew(shop, build) -> None:
    first = await build(genes(5))
    await shop.indices.index(ENV, first, "mine")
    second = await build(genes(2))
    report = await shop.indices.index(ENV, second, "mine", mode="purge")
    assert report.count == shop.indices.engine(ENV).count("mine") == 2


async def test_resume_adds_only_what_is_missing(shop, build) -> None:
    name = await build(genes(10))
    engine = shop.indices.engine(ENV)
    engine.create("part", IndexConfig(properties={"n": {"type": "long"}}))
    engine.bulk("part", genes(4))
    engine.finish("part")
    report = await shop.indices.index(ENV, name, "part", mode="resume")
    assert (report.indexed, report.count) == (6, 10)


async def test_merge_joins_documents_key_by_key(shop, build) -> None:
    name = await build([{"_id": "a", "n": 1}, {"_id": "c", "n": 3}])
    engine = shop.indices.engine(ENV)
    engine.create("mixed", IndexConfig(properties={"n": {"type": "long"}}))
    engine.bulk("mixed", [{"_id": "a", "n": 9, "old": 1, "_timestamp": "x"}, {"_id": "b", "n": 2}])
    engine.finish("mixed")
    report = await shop.indices.index(ENV, name, "mixed", mode="merge")
    assert report.count == 3
    assert engine.get("mixed", "a").source == {"n": 1, "old": 1}
    assert engine.get("mixed", "b").source == {"n": 2}


async def test_the_alias_moves_when_the_new_index_is_whole_and_old_ones_go(shop, build) -> None:
    engine = shop.indices.serving_engine()
    assert dict(shop.indices.served) == {}
    names = []
    for count in (3, 4, 5):
        names.append(await build(genes(count)))
        report = await shop.indices.index_for_serving("genes", names[-1])
        assert engine.count("genes") == count
        assert shop.indices.served_build("genes") == names[-1]
    assert dict(shop.indices.served) == {"gene": "genes"}
    assert report.alias == "genes"
    assert report.replaced == names[1]
    assert report.removed == [names[0]]
    assert engine.names() == sorted(names[1:])
    assert names[0] not in (shop.builds.info(names[0]).get("index") or {})


async def test_refused_documents_are_named_and_the_alias_stays(shop, build) -> None:
    good = await build(genes(3))
    await shop.indices.index_for_serving("genes", good)
    bad = await build([*genes(3), {"_id": "spoilt", "n": "not a number"}])
    with pytest.raises(RejectedDocumentsError, match="spoilt") as caught:
        await shop.indices.index_for_serving("genes", bad)
    assert caught.value.count == 1
    engine = shop.indices.serving_engine()
    assert engine.aliases()["genes"] == good
    assert engine.names() == [good], "an index that failed is removed"
    job = shop.builds.info(bad)["jobs"][-1]
    assert (job["step"], job["status"]) == ("index", "failed")
    assert "spoilt" in job["err"]


def test_refused_documents_may_be_left_out_within_the_allowed_share(shop_with_index) -> None:
    store, engine_spec, engine = shop_with_index([*genes(9), {"_id": "spoilt", "n": "no number"}, {"_id": "é" * 300}])
    request = IndexRequest(store, "docs", engine_spec, "i", allowed=0.2)
    report = load_index(NullContext(), request)
    assert (report.total, report.indexed, report.count, report.rejected_count) == (11, 9, 9, 2)
    reasons = {r.id[:6]: r.reason for r in report.rejected}
    assert "512 bytes" in reasons["éééééé"]
    assert "n" in reasons["spoilt"]
    assert engine.count("i") == 9


async def test_an_index_that_was_interrupted_is_continued_and_never_served(shop, build, project: Path) -> None:
    old = await build(genes(3))
    await shop.indices.index_for_serving("genes", old)
    new = await build(genes(3000))
    code = kill_while_indexing(shop.settings.home, new, project)
    assert code == -signal.SIGKILL
    shop.builds.recover()
    assert shop.indices.recover() == [new]
    engine = shop.indices.serving_engine()
    assert engine.aliases()["genes"] == old
    assert shop.builds.info(new)["jobs"][-1]["status"] == "canceled"
    report = await shop.indices.index_for_serving("genes", new)
    assert engine.count("genes") == report.count == 3000
    assert shop.indices.recover() == []


async def test_a_hub_killed_as_soon_as_the_index_exists_makes_it_anew(shop, build, monkeypatch) -> None:
    """What a crash leaves must be known as ours, at any moment, or the name would be taken for ever."""
    name = await build(genes(10))
    engine = shop.indices.engine(ENV)
    create = engine.create

    def create_and_die(*args: Any) -> None:
        create(*args)
        raise JobInterruptedError("1")

    monkeypatch.setattr(engine, "create", create_and_die)
    with pytest.raises(JobInterruptedError):
        await shop.indices.index(ENV, name)
    monkeypatch.undo()
    assert engine.exists(name)
    assert (await shop.indices.index(ENV, name)).count == 10


def kill_while_indexing(home: Path, build: str, project: Path) -> int:
    """Index a build in another process that is killed as soon as the job runs; its exit code."""
    command = [sys.executable, "-m", "tests.dataindex.killed_index", str(home), build]
    return subprocess.run(command, cwd=project).returncode


async def test_only_given_ids_are_indexed(shop, build) -> None:
    name = await build(genes(10))
    report = await shop.indices.index(ENV, name, ids=["g00001", "g00003", "none"])
    assert report.count == 2


async def test_cleanup_keeps_the_newest_and_what_an_alias_serves(shop, build) -> None:
    names = [await build(genes(n)) for n in (1, 2, 3, 4)]
    for name in names:
        await shop.indices.index(ENV, name)
    shop.indices.engine(ENV).set_alias("genes", names[0])
    planned = shop.indices.index_cleanup(keep=2)
    assert [entry["index_name"] for entry in planned] == [names[1]]
    assert len(shop.indices.engine(ENV).names()) == 4, "a dry run by default"
    with pytest.raises(IndexArgumentError, match="environment"):
        shop.indices.index_cleanup(dryrun=False)
    shop.indices.index_cleanup(ENV, keep=2, dryrun=False, build_config="genes")
    assert shop.indices.engine(ENV).names() == sorted({names[0], *names[2:]})


async def test_metadata_and_mappings_can_be_changed_and_checked(shop, build) -> None:
    name = await build(genes(1))
    await shop.indices.index(ENV, name, "mine")
    shop.indices.update_metadata(ENV, "mine", _meta={"x": 1})
    assert shop.indices.engine(ENV).meta("mine") == {"x": 1}
    shop.indices.update_metadata(ENV, "mine", build_name=name)
    assert shop.indices.engine(ENV).meta("mine")["biothing_type"] == "gene"
    assert shop.indices.validate_mapping({"x": {"type": "keyword"}}, ENV)["acknowledged"]
    with pytest.raises(MappingError):
        shop.indices.validate_mapping({"x": {"type": "keywrod"}}, ENV)
    assert shop.indices.engine(ENV).names() == ["mine"]
    info = shop.indices.index_info(remote=True)
    assert info["env"][ENV]["host"] == "embedded"
    assert info["env"][ENV]["index"] == [{"index": "mine", "aliases": [], "doc_type": "gene"}]


async def test_a_link_is_indexed_from_its_source(shop) -> None:
    shop.upload("one", genes(4))
    shop.configure(["one"], builder_class="LinkDataBuilder")
    name = await shop.builds.merge("genes")
    report = await shop.indices.index(ENV, name)
    assert report.count == 4
    engine = shop.indices.engine(ENV)
    assert engine.search(name, SearchRequest(Text("number"))).total == 4, "inferred mappings serve the default search"


async def test_a_hot_build_is_joined_to_a_cold_one(shop) -> None:
    shop.upload("still", [{"_id": f"g{n}", "name": "old name", "kept": n} for n in range(5)], mapping={"kept": LONG})
    shop.configure(["still"], name="cold")
    cold = await shop.builds.merge("cold")
    shop.upload(
        "moving", [{"_id": i, "name": f"new name of {i}"} for i in ("g1", "x1")], mapping={"name": {"type": "text"}}
    )
    shop.configure(["moving"], params={"cold_collection": cold})
    hot = await shop.builds.merge("genes")
    report = await shop.indices.index(ENV, hot)
    engine = shop.indices.engine(ENV)
    assert report.count == engine.count(hot) == 6
    assert engine.get(hot, "g1").source == {"name": "new name of g1", "kept": 1}
    assert engine.get(hot, "x1").source == {"name": "new name of x1"}
    assert [h.id for h in engine.search(hot, SearchRequest(Text("kept:3"))).hits] == ["g3"]
    assert set(engine.meta(hot)["src"]) == {"still", "moving"}
    again = await shop.indices.index(ENV, hot, "few", ids=["g1", "g2", "none"])
    assert again.count == 2


async def test_a_cold_build_that_is_not_there_is_refused(shop, build) -> None:
    hot = await build(genes(2), cold_collection="gone")
    with pytest.raises(BuildNotReadyError, match="cold_collection"):
        await shop.indices.index(ENV, hot)
    assert not shop.indices.engine(ENV).exists(hot)
