"""Diffs of builds, sources and indices, and their application, on the embedded stores."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import pickle
import random
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
import zstandard

from hub.databuild.errors import BuildBusyError
from hub.datadiff.applying import SyncRequest, apply_diff
from hub.datadiff.errors import (
    DamagedFileError,
    DiffArgumentError,
    DiffExistsError,
    DiffNotFoundError,
    MappingChangedError,
    PatchError,
    PickleRefusedError,
    SideNotReadyError,
    TargetChangedError,
)
from hub.datadiff.files import SUFFIX, checksums, encode_line, read_lines
from hub.datadiff.targets import TargetSpec
from hub.errors import NotFound
from hub.jobs.port import JobState, NullContext
from hub.search.port import SearchRequest, Text
from hub.search.reading import every_document
from hub.store.digest import Digest
from tests.datadiff.conftest import DiffShop

KIND = "jsondiff-selfcontained"


def genes(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:04d}", "name": f"gene {n}", "n": n, "tags": ["x", "y"], **more} for n in range(count)]


def changed(count: int) -> list[dict[str, Any]]:
    """`genes` with two added, two deleted, two changed, and one whose list is in another order."""
    new = genes(count)
    new[3]["name"], new[4]["tags"], new[5]["tags"] = "gene <three>", ["x", "z"], ["y", "x"]
    return [d for d in new if d["_id"] not in ("g0001", "g0002")] + [{"_id": f"h{n}", "name": "new"} for n in (1, 2)]


async def two(shop: Any, old: list[dict[str, Any]], new: list[dict[str, Any]], **more: Any) -> tuple[str, str]:
    return await shop.release("1", old), await shop.release("2", new, **more)


def operations(folder: str | Path) -> list[dict[str, Any]]:
    return [line for path in sorted(Path(folder).glob(f"diff_*{SUFFIX}")) for line in read_lines(path)]


def folder_of(shop: Any, old: str, new: str) -> Path:
    found: Path = shop.diffs.find(old, new)[0]
    return found


async def test_a_diff_tells_what_changed(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    metadata = await shop.diffs.diff(KIND, old, new)
    assert metadata["diff"]["stats"] == {"add": 2, "update": 2, "delete": 2, "mapping_changed": False}
    assert (metadata["old"]["count"], metadata["new"]["count"]) == (50, 50)
    assert metadata["diff"]["version"] == "1.2"
    assert metadata["_meta"]["build_version"] == "2"
    assert metadata["old"]["digest"] == Digest.of(genes(50)).text
    assert metadata["new"]["digest"] == Digest.of(changed(50)).text
    record = shop.builds.info(new)
    entry = record["diff"][old]
    assert entry["diff"]["files"][0].keys() >= {"name", "md5sum", "sha256", "size"}
    assert [j["step"] for j in record["jobs"]][-3:] == ["diff-mapping", "diff-content", "diff-post"]
    assert {j["status"] for j in record["jobs"]} == {"success"}
    assert "release_note" in record["pending"]
    found = shop.diffs.summary(old, new)
    assert found["sources"] == {"one": {"add": 2, "update": 2, "delete": 2}}
    assert [(f["field"], f["op"], f["ids"]) for f in found["fields"]] == [
        ("name", "replace", ["g0003"]),
        ("tags", "replace", ["g0004"]),
    ]
    assert [e["_id"] for e in found["deleted"]] == ["g0001", "g0002"]
    assert found["added"][0] == {"_id": "h1", "fields": ["name"]}


async def test_reports_are_for_people_and_escaped(shop) -> None:
    old = await shop.release("1", [{"_id": "<b>&\n", "name": "x"}, {"_id": "b", "name": "y"}])
    new = await shop.release("2", [{"_id": "b", "name": "z"}])
    await shop.diffs.diff(KIND, old, new)
    page = shop.diffs.diff_report(old, new, format="html")
    assert "&lt;b&gt;&amp;" in page
    assert "<b>&" not in page
    text = shop.diffs.diff_report(old, new)
    assert "0 added, 1 updated, 1 deleted." in text
    assert "name" in text
    assert orjson.loads(shop.diffs.diff_report(old, new, format="json", max_reported_ids=0))["deleted"] == []
    with pytest.raises(DiffArgumentError, match="plain file name"):
        shop.diffs.diff_report(old, new, report_filename="../report.txt")
    with pytest.raises(DiffArgumentError, match="txt"):
        shop.diffs.diff_report(old, new, format="pdf")


async def test_it_is_applied_to_an_index_and_to_a_collection_twice(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    await shop.diffs.diff(KIND, old, new)
    await shop.indices.index("localhub", old)
    first = await shop.syncs.sync("es", old, new)
    assert (first.added, first.updated, first.deleted, first.skipped) == (2, 2, 2, 0)
    assert first.verified["compared"]
    engine = shop.indices.engine("localhub")
    assert Digest.of(every_document(engine, old)) == Digest.of(changed(50))
    assert engine.meta(old)["build_version"] == "2"
    shop.syncs.reset_synced(old, new)
    again = await shop.syncs.sync("es", old, new, target=["localhub", old, "gene"])
    assert (again.added, again.updated, again.deleted, again.skipped) == (0, 0, 0, 6)
    kept = await shop.syncs.sync("mongo", old, new)
    assert (kept.added, kept.updated, kept.deleted) == (2, 2, 2)
    assert {i: d["name"] for i, d in shop.documents(old).items()} == {d["_id"]: d["name"] for d in changed(50)}
    third = await shop.release("3", genes(50))
    await shop.diffs.diff(KIND, old, third)  # the collection that was changed is compared as it is now
    assert (await shop.syncs.sync("mongo", old, third)).verified["digest"] == Digest.of(genes(50)).text
    assert set(shop.builds.info(new)["diff"][old]["sync"]) == {f"embedded-{old}", f"sqlite-hub_target-{old}"}


async def test_a_target_of_another_version_is_left_as_it_is(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    await shop.diffs.diff(KIND, old, new)
    await shop.indices.index("localhub", old)
    engine = shop.indices.engine("localhub")
    engine.bulk(old, [{"_id": "g0003", "name": "by hand"}])
    engine.finish(old)
    before = Digest.of(every_document(engine, old))
    with pytest.raises(TargetChangedError, match="g0003"):
        await shop.syncs.sync("es", old, new)
    assert Digest.of(every_document(engine, old)) == before
    with pytest.raises(NotFound):
        await shop.syncs.sync("es", old, new, target="nothing")
    assert shop.builds.info(new)["jobs"][-1]["status"] == "failed"


async def test_new_fields_reach_the_mapping_and_changed_ones_are_refused(shop) -> None:
    wider = {
        "name": {"type": "text"},
        "n": {"type": "long"},
        "tags": {"type": "keyword"},
        "a": {"properties": {"b": {"type": "keyword"}}},
    }
    new_docs = [*genes(5), {"_id": "z", "a": {"b": "found"}}]
    old, new = await two(shop, genes(5), new_docs, mapping=wider)
    metadata = await shop.diffs.diff(KIND, old, new)
    assert metadata["diff"]["stats"]["mapping_changed"]
    await shop.indices.index("localhub", old)
    await shop.syncs.sync("es", old, new)
    engine = shop.indices.engine("localhub")
    assert [h.id for h in engine.search(old, SearchRequest(Text("a.b:found"))).hits] == ["z"]
    narrower = await shop.release("3", genes(5), mapping={"n": {"type": "keyword"}})
    with pytest.raises(MappingChangedError, match=r"`n\.type`"):
        await shop.diffs.diff(KIND, new, narrower)
    looked = await shop.diffs.diff(KIND, new, narrower, steps=["content"])
    assert looked["diff"]["stats"]["delete"] == 1


async def test_sources_and_indices_are_compared_as_well(shop) -> None:
    old, _ = await two(shop, genes(20), changed(20))
    await shop.indices.index("localhub", old)
    same = await shop.diffs.diff(KIND, old, f"index:localhub/{old}", steps=["content"])
    assert same["diff"]["stats"] == {"add": 0, "update": 0, "delete": 0, "mapping_changed": False}
    assert same["new"]["digest"] == Digest.of(genes(20)).text
    other = await shop.diffs.diff(KIND, f"index:localhub/{old}", "src:one")
    assert other["diff"]["stats"] == {"add": 2, "update": 2, "delete": 2, "mapping_changed": False}
    assert not [n for n in shop.target.names() if "diff_tmp" in n]


async def test_a_plain_jsondiff_needs_the_new_collection(shop) -> None:
    old, new = await two(shop, genes(20), changed(20))
    await shop.diffs.diff("jsondiff", old, new)
    assert {"add": "h1"} in operations(folder_of(shop, old, new))
    await shop.syncs.sync("mongo", old, new)
    assert shop.documents(old).keys() == shop.documents(new).keys()


async def test_cold_documents_lie_below_hot_ones(shop) -> None:
    shop.upload("frozen", [{"_id": "a", "cold": 1, "name": "cold"}, {"_id": "c", "cold": 2}], mapping={})
    shop.configure(["frozen"], name="cold", params={"build_version": "c"})
    cold = await shop.builds.merge("cold")
    old = await shop.release("1", [{"_id": "a", "name": "hot"}, {"_id": "b", "n": 1}], cold_collection=cold)
    new = await shop.release("2", [{"_id": "b", "n": 2}], cold_collection=cold)
    metadata = await shop.diffs.diff("coldhot-jsondiff-selfcontained", old, new)
    # The document stays, because its cold part does; the hot key gives way to the cold one.
    assert metadata["diff"]["stats"] == {"add": 0, "update": 2, "delete": 0, "mapping_changed": False}
    patches = {o["update"]["_id"]: o["update"]["patch"] for o in operations(folder_of(shop, old, new))}
    assert patches["a"] == [{"op": "replace", "path": "/name", "value": "cold"}]


async def test_what_can_not_be_compared_is_refused(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    with pytest.raises(DiffArgumentError, match="jsondiff"):
        await shop.diffs.diff("xmldiff", old, new)
    with pytest.raises(DiffArgumentError, match="same collection"):
        await shop.diffs.diff(KIND, old, old)
    with pytest.raises(NotFound, match="build"):
        await shop.diffs.diff(KIND, old, "nothing")
    with pytest.raises(DiffArgumentError, match="_id"):
        await shop.diffs.diff(KIND, old, new, exclude=["_id"])
    with pytest.raises(SideNotReadyError, match="no earlier build"):
        await shop.diffs.diff(KIND, None, old)
    with pytest.raises(DiffNotFoundError):
        shop.diffs.summary(old, new)
    assert (await shop.diffs.diff(KIND, None, new))["old"]["backend"] == old
    with pytest.raises(DiffExistsError, match="purge"):
        await shop.diffs.diff(KIND, old, new)
    assert await shop.diffs.diff(KIND, old, new, mode="purge")
    shop.builds.archive_merge(old)
    with pytest.raises(SideNotReadyError, match="archived"):
        await shop.diffs.diff(KIND, old, new, mode="purge")


async def test_a_build_is_not_deleted_while_its_diff_runs(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    refused: list[str] = []

    def look(event: Any) -> None:
        for name in (old, new):
            try:
                shop.builds.delete_merge(name)
            except BuildBusyError as error:
                refused.append(error.build)

    shop.bus.subscribe("job.started", look)
    metadata = await shop.diffs.diff(KIND, old, new)
    assert refused == [old, new]
    assert metadata["diff"]["stats"]["add"] == 2
    shop.builds.delete_merge(old)


async def test_excluded_keys_count_nowhere(shop) -> None:
    old, new = await two(shop, genes(5, secret=1), [*genes(5, secret=2), {"_id": "x", "secret": 3, "n": 1}])
    metadata = await shop.diffs.diff(KIND, old, new, exclude=["secret"])
    assert metadata["diff"]["stats"] == {"add": 1, "update": 0, "delete": 0, "mapping_changed": False}
    assert operations(folder_of(shop, old, new)) == [{"add": {"_id": "x", "n": 1}}]
    whole = await shop.diffs.diff(KIND, old, new, mode="purge")
    assert whole["diff"]["stats"]["update"] == 5


async def test_dates_and_bytes_survive(shop) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    old, new = await two(shop, [{"_id": "a", "n": 1}], [{"_id": "a", "n": 1, "at": at}, {"_id": "b", "raw": b"\x00x"}])
    await shop.diffs.diff(KIND, old, new)
    await shop.syncs.sync("mongo", old, new)
    assert shop.documents(old) == shop.documents(new)


async def test_a_hub_that_is_killed_goes_on_where_it_was(shop, tmp_path) -> None:
    old, new = await two(shop, genes(3000), [d for d in genes(3000, extra=1) if d["n"] % 7])
    home = shop.settings.home
    await shop.jobs.stop()
    child = [sys.executable, "-m", "tests.datadiff.killed_diff", str(home), old, new]
    ended = await asyncio.to_thread(subprocess.run, child, cwd=Path(__file__).parents[2], timeout=300, check=False)
    assert ended.returncode == -signal.SIGKILL
    next_shop = DiffShop(home)
    try:
        await next_shop.jobs.start()
        next_shop.builds.recover()
        assert next_shop.builds.info(new)["jobs"][-1]["status"] == "canceled"
        folder = next_shop.diffs.folder_of(next_shop.diffs.sides.side(old), next_shop.diffs.sides.side(new))
        place = orjson.loads((folder / "progress.json").read_bytes())
        assert 0 < place["seen"] < 3000
        metadata = await next_shop.diffs.diff(KIND, old, new)
        assert metadata["diff"]["stats"] == {"add": 0, "update": 2571, "delete": 429, "mapping_changed": False}
        assert metadata["new"]["digest"] == Digest.of(next_shop.documents(new).values()).text
        ids = [o.get("delete") or o["update"]["_id"] for o in operations(folder)]
        assert len(ids) == len(set(ids)) == 3000
        assert sum(f["operations"] for f in metadata["diff"]["files"]) == 3000
        report = await next_shop.syncs.sync("mongo", old, new)
        assert (report.updated, report.deleted) == (2571, 429)
    finally:
        await next_shop.jobs.stop()
        next_shop.close()


async def test_big_diffs_have_several_parts(tmp_path) -> None:
    shop = DiffShop(tmp_path / "small_parts", MAX_DIFF_SIZE=1_000_000)
    await shop.jobs.start()
    try:
        await _check_parts(shop)
    finally:
        await shop.jobs.stop()
        shop.close()


async def _check_parts(shop: DiffShop) -> None:

    def noisy(seed: int) -> list[dict[str, Any]]:
        draw = random.Random(seed)
        return [{"_id": f"g{n:04d}", "name": draw.randbytes(3000).hex(), "n": n} for n in range(900)]

    old, new = await two(shop, noisy(1), noisy(2))
    metadata = await shop.diffs.diff(KIND, old, new)
    files = metadata["diff"]["files"]
    assert len(files) >= 2
    assert sum(f["operations"] for f in files) == metadata["diff"]["stats"]["update"] == 900
    report = await shop.syncs.sync("mongo", old, new, batch_size=100)
    assert report.updated == 900


# -- files from others -------------------------------------------------------------------------------------------------


@pytest.fixture
async def ready(shop) -> Any:
    """An index of the old build, and a request to apply the diff to it."""
    old, new = await two(shop, genes(50), changed(50))
    metadata = await shop.diffs.diff(KIND, old, new)
    await shop.indices.index("localhub", old)
    folder = folder_of(shop, old, new)
    spec = TargetSpec(old, engine=shop.indices.catalogue.spec("localhub"))

    class Ready:
        def __init__(self) -> None:
            self.folder, self.metadata, self.name = folder, metadata, old
            self.before = self.digest()

        def digest(self) -> Digest:
            return Digest.of(every_document(shop.indices.engine("localhub"), old))

        def apply(self, **more: Any) -> Any:
            return apply_diff(NullContext(), SyncRequest(str(folder), self.metadata, spec, **more))

        def rewrite(self, lines: list[bytes]) -> None:
            """Another content of the first file, with checksums that fit."""
            path = folder / self.metadata["diff"]["files"][0]["name"]
            path.write_bytes(
                zstandard.compress(b'{"source":"x","timestamp":"20260101","format":1}\n' + b"".join(lines))
            )
            self.metadata["diff"]["files"] = [{**checksums(path), "operations": len(lines)}]

    return Ready()


async def test_a_tampered_file_is_found_before_anything_is_changed(ready) -> None:
    path = ready.folder / ready.metadata["diff"]["files"][0]["name"]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFileError, match="SHA-256"):
        ready.apply()
    path.write_bytes(content[:-5])
    with pytest.raises(DamagedFileError, match="size"):
        ready.apply()
    path.unlink()
    with pytest.raises(DamagedFileError, match="missing"):
        ready.apply()
    assert ready.digest() == ready.before


@pytest.mark.parametrize(
    "lines",
    [
        [b"not json\n"],
        [b"[1]\n"],
        [b'{"add": 5}\n'],
        [b'{"add": {"n": 1}}\n'],
        [b'{"delete": {"$gt": ""}}\n'],
        [b'{"update": {"_id": "g0003", "patch": "rm"}}\n'],
        [b'{"run": "rm -rf /"}\n'],
        [b'{"add": {"_id": "q"}}\n', b'{"cut'],
        [b"{" * 100_000 + b"\n"],
    ],
)
async def test_a_line_that_is_no_operation_is_refused(ready, lines: list[bytes]) -> None:
    ready.rewrite(lines)
    with pytest.raises(DamagedFileError):
        ready.apply()
    assert ready.digest() == ready.before


async def test_a_patch_may_not_change_the_id(ready) -> None:
    ready.rewrite(
        [encode_line({"update": {"_id": "g0003", "patch": [{"op": "replace", "path": "/_id", "value": "z"}]}})]
    )
    with pytest.raises(PatchError, match="id"):
        ready.apply()
    assert ready.digest() == ready.before


async def test_a_bomb_is_refused(ready) -> None:
    path = ready.folder / ready.metadata["diff"]["files"][0]["name"]
    packer = zstandard.ZstdCompressor()
    with path.open("wb") as out, packer.stream_writer(out) as bomb:
        bomb.write(b'{"source":"x","timestamp":"20260101","format":1}\n')
        line = b'{"delete": "' + b"a" * 1_000_000 + b'"}\n'
        for _ in range(200):
            bomb.write(line)
    ready.metadata["diff"]["files"] = [{**checksums(path), "operations": 200}]
    with pytest.raises(DamagedFileError, match="far more"):
        ready.apply()
    with path.open("wb") as out, packer.stream_writer(out) as bomb:
        bomb.write(b'{"source":"x","format":1}\n' + b" " * 70_000_000)
    ready.metadata["diff"]["files"] = [checksums(path)]
    with pytest.raises(DamagedFileError, match=r"far more|a line of more"):
        ready.apply()
    assert ready.digest() == ready.before


@pytest.mark.parametrize("name", ["../diff_1.jsonl.zst", "/etc/passwd", "a\\b", "", ".hidden", None, 5])
async def test_names_that_lead_elsewhere_are_refused(ready, name: Any) -> None:
    ready.metadata["diff"]["files"][0]["name"] = name
    with pytest.raises(DamagedFileError, match="names a file"):
        ready.apply()


async def test_no_pickle_is_read(ready, tmp_path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (Path.touch, (tmp_path / "sprung",))

    path = ready.folder / "diff_1.pyobj"
    path.write_bytes(gzip.compress(pickle.dumps(Trap())))
    ready.metadata["diff"]["files"] = [checksums(path)]
    with pytest.raises(PickleRefusedError):
        ready.apply()
    honest = ready.folder / "diff_9.jsonl.zst"
    shutil.copy(path, honest)
    ready.metadata["diff"]["files"] = [checksums(honest)]
    with pytest.raises(DamagedFileError, match="Zstandard"):
        ready.apply()
    assert not (tmp_path / "sprung").exists()


async def test_existing_consumers_get_their_files(shop) -> None:
    old, new = await two(shop, genes(50), changed(50))
    await shop.diffs.diff(KIND, old, new)
    made = await shop.diffs.export(old, new)
    folder = Path(made["folder"])
    [file] = made["files"]
    batch = pickle.loads(gzip.decompress((folder / file["name"]).read_bytes()))
    assert batch.keys() == {"source", "timestamp", "add", "update", "delete"}
    assert batch["delete"] == ["g0001", "g0002"]
    assert [d["_id"] for d in batch["add"]] == ["h1", "h2"]
    assert all(u.keys() == {"_id", "patch"} for u in batch["update"])
    assert file["md5sum"] == hashlib.md5((folder / file["name"]).read_bytes()).hexdigest()
    assert orjson.loads((folder / "metadata.json").read_bytes())["diff"]["files"] == made["files"]


async def test_so_many_diffs_are_applied_at_a_time(tmp_path: Path) -> None:
    shop = DiffShop(tmp_path / "home", MAX_SYNC_WORKERS=1, HUB_MAX_WORKERS=3)
    await shop.jobs.start()
    try:
        old, new = await two(shop, genes(9), changed(9))
        await shop.diffs.diff(KIND, old, new)
        for name in ("a", "b"):
            await shop.indices.index("localhub", old, f"index_{name}")
        at_once = []

        def look(event: Any) -> None:
            at_once.append(sum(j.kind == "sync" and j.state is JobState.RUNNING for j in shop.jobs.active()))

        shop.bus.subscribe("job.*", look)
        done = await asyncio.gather(*(shop.syncs.sync("es", old, new, target=f"localhub/index_{n}") for n in "ab"))
        assert [report.updated for report in done] == [2, 2]
        assert max(at_once) == 1
    finally:
        await shop.jobs.stop()
        shop.close()
