"""Builds as a person asks for them: configurations, merges, what the records say, interruptions."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from hub.databuild.builder import LINK, DataBuilder
from hub.databuild.errors import (
    BuildConfigError,
    BuildExistsError,
    ConfigDeclaredError,
    ConfigExistsError,
    LinkError,
    MappingConflictError,
    NothingToMergeError,
    ReleaseMismatchError,
    SourceNotReadyError,
    UnknownMapperError,
    UnknownSourcesError,
)
from hub.databuild.mappers import IDBaseMapper
from hub.errors import NotFound
from hub.jobs.errors import JobInterruptedError
from hub.store.port import Record
from tests.databuild.workshop import CarefulBuilder, CarefulFinisher, fill_collection, stamp

WORD = {"type": "keyword"}


def rows(*ids: str, **fields: Any) -> list[dict[str, Any]]:
    return [{"_id": i, **fields} for i in ids]


async def test_a_build_merges_documents_and_records_everything(shop) -> None:
    shop.upload("one", rows("a", "b", x=1), mapping={"x": {"type": "long"}}, src_meta={"url": "u"}, release="r1")
    shop.upload("two", rows("b", "c", y="v"), mapping={"y": WORD})
    shop.configure(["one", "two"], params={"num_shards": 2, "_meta": {"app": 7}})
    name = await shop.builds.merge("genes")

    assert re.fullmatch(r"genes_\d{8}_[a-z0-9]{8}", name)
    assert shop.documents(name) == {
        "a": {"_id": "a", "x": 1},
        "b": {"_id": "b", "x": 1, "y": "v"},
        "c": {"_id": "c", "y": "v"},
    }
    info = shop.builds.info(name)
    assert [(j["step"], j["status"]) for j in info["jobs"]] == [
        ("merge-others", "success"),
        ("finalizing", "success"),
        ("post-merge", "success"),
        ("metadata", "success"),
    ]
    assert info["jobs"][0]["sources"] == ["one", "two"]
    assert {"time", "time_in_s", "step_started_at", "logfile"} <= set(info["jobs"][0])
    assert "pid" not in info["jobs"][0]
    assert info["merge_stats"] == {"one": 2, "two": 2}
    assert info["mapping"] == {"x": {"type": "long"}, "y": WORD}
    assert (info["status"], info["count"], info["backend_url"]) == ("success", 3, name)
    assert "merge_state" not in info
    meta = info["_meta"]
    assert meta["biothing_type"] == "gene"
    assert meta["stats"] == {"total": 3}
    assert meta["app"] == 7
    assert meta["build_date"].startswith(str(info["started_at"].year))
    assert meta["src"]["one"]["url"] == "u"
    assert meta["src"]["one"]["version"] == "r1"
    assert meta["src"]["one"]["stats"] == {"one": 2}
    assert {"upload_date", "download_date"} <= set(meta["src"]["one"])
    assert shop.target.names() == [name], "nothing else is left in the store"


async def test_roots_create_and_others_only_update(shop) -> None:
    shop.upload("zroot", rows("a", "b", r=1), mapping={"r": {"type": "long"}})
    shop.upload("other", rows("b", "c", r=2), mapping={"r": {"type": "long"}})
    shop.configure(["other", "zroot"], roots=["!other"])
    name = await shop.builds.merge("genes")
    assert shop.documents(name) == {"a": {"_id": "a", "r": 1}, "b": {"_id": "b", "r": 2}}
    info = shop.builds.info(name)
    assert [j["step"] for j in info["jobs"]][:2] == ["merge-root", "merge-others"]
    assert info["merge_stats"] == {"zroot": 2, "other": 2}
    assert info["unmatched"] == {"other": 1}


async def test_split_collections_mergers_and_mappers_take_part(shop) -> None:
    shop.upload("parts", rows("a", "b", p=[1]), name=r"parts_\d", collection="parts_1", mapping={"p": {"type": "long"}})
    shop.upload("parts", rows("c", p=[2]), name=r"parts_\d", collection="parts_2", mapping={"p": {"type": "long"}})
    shop.upload("parts", rows("zz"), name=r"parts_\d", collection="parts_12", mapping={"p": {"type": "long"}})
    shop.upload("zmapped", rows("old", p=[9]), mapper="ids", merger="merge_struct", mapping={"p": {"type": "long"}})
    shop.builds.register_mapper(IDBaseMapper("ids", map={"old": ["a", "new"]}))
    shop.configure(["parts", "zmapped"])
    name = await shop.builds.merge("genes")
    assert shop.documents(name) == {
        "a": {"_id": "a", "p": [1, 9]},
        "b": {"_id": "b", "p": [1]},
        "c": {"_id": "c", "p": [2]},
        "new": {"_id": "new", "p": [9]},
    }
    assert shop.builds.info(name)["merge_stats"] == {"parts": 3, "zmapped": 1}
    assert shop.target.names() == [name, f"{name}__stage_2"]  # the next build compares with what was staged


async def test_a_source_without_mapping_gets_one_from_its_documents_and_it_is_remembered(shop) -> None:
    shop.upload("one", [{"_id": "a", "name": "A gene", "n": 3}])
    shop.configure(["one"])
    first = await shop.builds.merge("genes")
    mapping = shop.builds.info(first)["mapping"]
    assert mapping == {"name": {"type": "text", "copy_to": ["all"]}, "n": {"type": "long"}}
    remembered = shop.state.masters.get("one")["inferred"]
    assert remembered["documents"] == 1
    jobs = len(shop.jobs.list())
    await shop.builds.merge("genes")
    assert [j.description for j in shop.jobs.list()[: len(shop.jobs.list()) - jobs]] == ["merge"]
    shop.upload("one", [{"_id": "a", "n": 3.5}], release="2")
    third = await shop.builds.merge("genes")
    assert shop.builds.info(third)["mapping"] == {"n": {"type": "double"}}


async def test_a_link_is_a_build_without_copies(shop) -> None:
    shop.upload("one", rows("a", "b"), mapping={"x": WORD})
    shop.configure(["one"], builder_class="biothings.hub.databuild.builder.LinkDataBuilder")
    name = await shop.builds.merge("genes")
    info = shop.builds.info(name)
    assert (info["target_backend"], info["backend_url"], info["count"]) == ("link", ["src", "one"], 2)
    assert info["_meta"]["stats"] == {"total": 2}
    assert shop.target.names() == []
    shop.builds.delete_merge(name)
    assert shop.src.collection("one").count() == 2


async def test_sources_can_be_added_to_a_build(shop) -> None:
    shop.upload("one", rows("a", "b", x=1), mapping={"x": {"type": "long"}})
    shop.upload("two", rows("b", "c", y=2), mapping={"y": {"type": "long"}})
    shop.configure(["one", "two"])
    name = await shop.builds.merge("genes", sources=["one"], target_name="mine")
    assert name == "mine"
    await shop.builds.merge("genes", sources=["two"], target_name="mine")
    assert shop.documents("mine") == {
        "a": {"_id": "a", "x": 1},
        "b": {"_id": "b", "x": 1, "y": 2},
        "c": {"_id": "c", "y": 2},
    }
    info = shop.builds.info("mine")
    assert set(info["_meta"]["src"]) == {"one", "two"}
    assert info["_meta"]["stats"]["total"] == info["count"] == 3
    assert set(info["mapping"]) == {"x", "y"}
    with pytest.raises(BuildExistsError):
        await shop.builds.merge("genes", target_name="mine")


async def test_a_build_is_replaced_when_that_is_insisted_on(shop) -> None:
    shop.upload("one", rows("a", "b", x=1), mapping={"x": WORD}, main="first", release="1")
    shop.upload("two", rows("b", y=2), mapping={"y": WORD}, main="second", release="7")
    shop.configure(["one", "two"])
    shop.configure(["two"], name="others")
    await shop.builds.merge("genes", sources=["one"], target_name="mine")
    assert await shop.builds.merge("genes", target_name="mine", force=True) == "mine"
    assert shop.documents("mine") == {"a": {"_id": "a", "x": 1}, "b": {"_id": "b", "x": 1, "y": 2}}
    assert set(shop.builds.info("mine")["_meta"]["src"]) == {"first", "second"}
    with pytest.raises(BuildExistsError):  # that of another configuration is not
        await shop.builds.merge("others", target_name="mine", force=True)
    shop.builds.configs.update("genes", "gene", ["one", "unknown"])
    with pytest.raises(UnknownSourcesError):
        await shop.builds.merge("genes", target_name="mine", force=True)
    assert len(shop.documents("mine")) == 2


async def test_what_cannot_be_built_is_refused_before_anything_starts(shop) -> None:
    shop.upload("one", rows("a"), mapping={"x": WORD}, main="main", release="1")
    shop.upload("two", rows("a"), mapping={"x": {"type": "long"}})
    shop.upload("mapped", rows("a"), mapper="unknown_ids", mapping={"x": WORD})
    shop.upload("sister", rows("a"), main="main", release="2", mapping={"x": WORD})
    shop.configure(["one", "two"], name="conflicting")
    shop.configure(["oen"], name="misspelt")
    shop.configure(["mapped"], name="mapping")
    shop.configure(["one", "sister"], name="releases")
    shop.configure(["one", "two"], name="linking", builder_class=LINK, params={"mapping_conflicts": "first"})
    with pytest.raises(MappingConflictError, match="`x` is keyword in one, long in two"):
        await shop.builds.merge("conflicting")
    with pytest.raises(UnknownSourcesError, match="Did you mean `one`"):
        await shop.builds.merge("misspelt")
    with pytest.raises(UnknownMapperError, match="unknown_ids"):
        await shop.builds.merge("mapping")
    with pytest.raises(ReleaseMismatchError, match="one: 1, sister: 2"):
        await shop.builds.merge("releases")
    with pytest.raises(LinkError):
        await shop.builds.merge("linking")
    with pytest.raises(NotFound, match="conflicting"):
        await shop.builds.merge("conflictin")
    assert shop.builds.list() == []


async def test_conflicting_mappings_may_be_settled_by_the_first_source(shop) -> None:
    shop.upload("one", rows("a", x="v"), mapping={"x": WORD})
    shop.upload("two", rows("a", x=1), mapping={"x": {"type": "long"}})
    shop.configure(["one", "two"], params={"mapping_conflicts": "first"})
    info = shop.builds.info(await shop.builds.merge("genes"))
    assert info["mapping"] == {"x": WORD}
    assert "the first wins" in info["merge_notes"][0]


async def test_a_source_that_failed_is_refused_unless_forced(shop) -> None:
    shop.upload("one", rows("a"), mapping={"x": WORD})
    shop.state.sources.upload_failed("one", "one", ValueError("parser"))
    shop.configure(["one"])
    assert shop.builds.not_ready("genes") == ["one"]
    with pytest.raises(SourceNotReadyError, match="force=True"):
        await shop.builds.merge("genes")
    name = await shop.builds.merge("genes", force=True)
    assert shop.builds.info(name)["count"] == 1


async def test_nothing_to_merge_is_said(shop) -> None:
    shop.upload("one", [], mapping={"x": WORD})
    shop.configure(["one"])
    with pytest.raises(NothingToMergeError):
        await shop.builds.merge("genes")


def spoil(document: dict[str, Any]) -> dict[str, Any]:
    raise ValueError(f"cannot clean {document['_id']}")


class SpoilingBuilder(DataBuilder):
    def document_cleaner(self, src_name: str) -> Any:
        return spoil


async def test_a_failed_merge_says_failed_and_why_at_once_and_leaves_nothing(shop) -> None:
    shop.upload("one", rows("a"), mapping={"x": WORD})
    shop.configure(["one"], builder_class=shop.builds.register_builder(SpoilingBuilder))
    with pytest.raises(Exception, match="cannot clean a"):
        await shop.builds.merge("genes")
    [build] = shop.builds.list()
    assert build["status"] == "failed"
    assert "cannot clean a" in build["jobs"][-1]["err"]
    assert shop.target.names() == []
    assert shop.builds.resumable() == []


class HookedBuilder(DataBuilder):
    keep_archive = 2

    def get_stats(self, sources: Any, job_manager: Any) -> dict[str, Any]:
        return {"total": self.target.count(), "sources": len(sources)}

    async def get_custom_metadata(self, sources: Any, job_manager: Any) -> dict[str, Any]:
        return {"custom": True}

    def post_merge(self, source_names: Any, batch_size: int, job_manager: Any) -> None:
        self.target.delete(["b"])

    def get_build_version(self) -> str:
        return "v7"


async def test_hooks_of_a_builder_class_are_used_and_old_builds_are_archived(shop) -> None:
    shop.upload("one", rows("a", "b"), mapping={"x": WORD})
    shop.configure(["one"], builder_class=shop.builds.register_builder(HookedBuilder))
    names = [await shop.builds.merge("genes") for _ in range(3)]
    assert all(name.startswith("genes_v7_") for name in names)
    info = shop.builds.info(names[-1])
    assert info["_meta"]["stats"] == {"total": 1, "sources": 1}
    assert info["_meta"]["custom"] is True
    assert info["count"] == 1
    assert [b["_id"] for b in shop.builds.list()] == names[:0:-1]
    assert [b["_id"] for b in shop.builds.list(only_archived=True)] == names[:1]
    assert shop.target.names() == sorted(names[1:])


class Marking(DataBuilder):
    """Marks its documents after the merge."""

    def post_merge(self, source_names: Any, batch_size: int, job_manager: Any) -> None:
        encode = self.source_store.codec.encode
        self.target.replace([Record(d["_id"], encode({**d, "marked": 1})) for d in list(self.target.find())])


async def test_steps_of_a_merge(shop) -> None:
    shop.builds.register_builder(Marking)
    shop.upload("one", [{"_id": "a"}], mapping={})
    shop.configure(["one"], builder_class=f"{Marking.__module__}.{Marking.__qualname__}")
    plain = await shop.builds.merge("genes", steps=["merge", "metadata"])
    assert shop.documents(plain) == {"a": {"_id": "a"}}
    assert "post-merge" not in [job["step"] for job in shop.builds.info(plain)["jobs"]]
    assert shop.documents(await shop.builds.merge("genes")) == {"a": {"_id": "a", "marked": 1}}
    for steps, why in ((["merge"], "lacks metadata"), (["merge", "metadta"], "Did you mean `metadata`")):
        with pytest.raises(BuildConfigError, match=why):
            await shop.builds.merge("genes", steps=steps)


async def test_collections_of_no_build_are_cleaned_up(shop) -> None:
    shop.upload("one", [{"_id": "a"}], mapping={})
    shop.configure(["one"])
    build = await shop.builds.merge("genes", target_name="genes_20260101_abc")
    left = ["genes_20260101_xyz", "genes_20260202_xyz", "genes_20260202_xyz__building", "old_genes_20260101_q"]
    for name in [*left, "genes_current_one", "others_20260101_abc", f"{build}__stage_7"]:
        fill_collection(shop.target, name, [{"_id": "x"}])
    before = set(shop.target.names())
    assert shop.builds.clean_temporary("genes", date="20260101") == left[:1]
    assert shop.builds.clean_temporary("genes", prefix="old") == left[3:]
    assert shop.builds.clean_temporary("genes") == left[:3]
    assert set(shop.target.names()) == before
    shop.builds.clean_temporary("genes", dry_run=False)
    assert set(shop.target.names()) == before - set(left[:3])


async def test_whatsnew_tells_newer_and_added_sources(shop) -> None:
    shop.upload("one", rows("a"), mapping={"x": WORD}, release="1")
    shop.upload("two", rows("a"), mapping={"x": WORD}, release="1")
    shop.configure(["one"])
    assert shop.builds.whatsnew() == {}
    assert shop.builds.whatsnew("genes")["genes"]["old_build"] == {}
    name = await shop.builds.merge("genes")
    assert shop.builds.whatsnew("genes")["genes"]["sources"] == {}
    shop.upload("one", rows("a"), mapping={"x": WORD}, release="2")
    shop.builds.update_build_configuration("genes", "gene", ["one", "two"])
    news = shop.builds.whatsnew()["genes"]
    assert news["old_build"]["name"] == name
    assert news["sources"]["one"]["old"] == {"version": "1"}
    assert news["sources"]["one"]["new"]["version"] == "2"
    assert news["sources"]["two"]["old"] == {"version": None}


async def test_lists_hide_what_is_long_and_archives_keep_the_record(shop) -> None:
    shop.upload("one", rows("a"), mapping={"x": WORD})
    shop.configure(["one"])
    name = await shop.builds.merge("genes")
    [short] = shop.builds.list("genes", status="success")
    assert not {"mapping", "sources", "merge_state"} & set(short)
    assert not {"sources", "root"} & set(short["build_config"])
    shop.builds.archive_merge(name)
    assert shop.builds.list() == []
    assert shop.builds.info(name)["count"] == 0
    assert shop.builds.list_merge(only_archived=True) == {"genes": [name]}
    assert shop.target.names() == []
    shop.builds.delete_merge(name)
    with pytest.raises(NotFound):
        shop.builds.info(name)


def test_configurations_are_made_changed_and_deleted(shop_of) -> None:
    shop = shop_of(BUILDS={"declared": {"doc_type": "gene", "sources": ["one"], "auto": True}})
    assert shop.builds.sync_declared() == ["declared"]
    assert shop.builds.sync_declared() == []
    with pytest.raises(ConfigDeclaredError):
        shop.builds.delete_build_configuration("declared")
    shop.configure(["one"], params={"x": 1})
    with pytest.raises(ConfigExistsError):
        shop.configure(["one"])
    shop.builds.update_build_configuration("genes", "gene", ["two"])
    assert "x" not in shop.state.build_configs.get("genes"), "an update replaces the whole"
    with pytest.raises(BuildConfigError, match="not registered"):
        shop.configure(["one"], name="other", builder_class="no.Such")
    info = shop.builds.config_info()
    assert set(info["build_configs"]) == {"declared", "genes"}
    assert info["builder_classes"]["hub.databuild.builder.DataBuilder"]["default"] is True
    shop.builds.delete_build_configuration("genes")
    with pytest.raises(NotFound):
        shop.builds.delete_build_configuration("genes")


# -- interruptions -----------------------------------------------------------------------------------------------------


async def test_a_hub_killed_in_the_middle_of_a_build_continues_it_with_the_exact_result(shop, project: Path) -> None:
    shop.upload("one", ({"_id": f"{n:06d}", "a": n} for n in range(20_000)), mapping={"a": {"type": "long"}})
    shop.upload("two", ({"_id": f"{n:06d}", "b": n} for n in range(10_000, 30_000)), mapping={"b": {"type": "long"}})
    path = shop.builds.register_builder(CarefulBuilder)
    shop.configure(["one", "two"], builder_class=path)
    assert kill_in_the_middle(shop.settings.home, project) == -signal.SIGKILL

    [interrupted] = shop.builds.recover()
    [build] = shop.builds.list()
    assert build["status"] == "canceled"
    assert interrupted not in shop.target.names(), "nobody sees what is not whole"
    assert await shop.builds.merge("genes") == interrupted
    assert shop.documents(interrupted) == {
        f"{n:06d}": {"_id": f"{n:06d}", **({"a": n} if n < 20_000 else {}), **({"b": n} if n >= 10_000 else {})}
        for n in range(30_000)
    }
    info = shop.builds.info(interrupted)
    assert info["merge_stats"] == {"one": 20_000, "two": 20_000}
    assert (info["status"], info["count"]) == ("success", 30_000)
    assert shop.builds.resumable() == []
    assert shop.target.names() == [interrupted]


async def test_an_interrupted_build_starts_anew_when_a_source_has_changed(shop, project: Path) -> None:
    shop.upload("one", ({"_id": f"{n:06d}", "a": n} for n in range(20_000)), mapping={"a": {"type": "long"}})
    shop.configure(["one"], builder_class=shop.builds.register_builder(CarefulBuilder))
    kill_in_the_middle(shop.settings.home, project)
    [interrupted] = shop.builds.recover()
    shop.upload("one", rows("x", "y", a=1), mapping={"a": {"type": "long"}}, release="2")
    await shop.builds.resume(interrupted)
    assert shop.documents(interrupted) == {i: {"_id": i, "a": 1} for i in "xy"}


@pytest.mark.parametrize("by", [1, 2], ids=["the same", "another"])
async def test_a_killed_build_is_finished_by_one_finisher(shop, project: Path, monkeypatch, by: int) -> None:
    shop.upload("one", ({"_id": f"{n:06d}", "a": n} for n in range(20_000)), mapping={"a": {"type": "long"}})
    shop.configure(["one"], builder_class=shop.builds.register_builder(CarefulFinisher))
    assert kill_in_the_middle(shop.settings.home, project) == -signal.SIGKILL
    [interrupted] = shop.builds.recover()
    if by != 1:
        monkeypatch.setattr(CarefulFinisher, "document_finisher", lambda self: partial(stamp, by=by))
    await shop.builds.resume(interrupted)
    found = shop.documents(interrupted)
    assert found == {f"{n:06d}": {"_id": f"{n:06d}", "a": n, "by": by} for n in range(20_000)}
    assert shop.builds.info(interrupted)["merge_stats"] == {"one": 20_000}


def kill_in_the_middle(home: Path, project: Path) -> int:
    """Run a merge in another process that is killed, with its workers, at the first checkpoint; its exit code."""
    return subprocess.run([sys.executable, "-m", "tests.databuild.killed_build", str(home)], cwd=project).returncode


async def test_a_hub_that_stops_leaves_the_build_resumable(shop) -> None:
    shop.upload("one", ({"_id": f"{n:06d}", "a": n} for n in range(20_000)), mapping={"a": {"type": "long"}})
    shop.configure(["one"], builder_class=shop.builds.register_builder(CarefulBuilder))
    started = asyncio.Event()
    shop.bus.subscribe("job.queued", lambda event: started.set())
    merging = asyncio.ensure_future(shop.builds.merge("genes"))
    await started.wait()
    await shop.jobs.stop()
    with pytest.raises(JobInterruptedError):
        await merging
    assert len(shop.builds.resumable("genes")) == 1
    assert shop.builds.list()[0]["status"] == "canceled"
