"""One hub publishes, another one follows: what is installed is what was built, document by document."""

from __future__ import annotations

import asyncio
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.datarelease.errors import GoesBackwardsError, NotPublishableError, VersionTakenError
from hub.errors import HubError, NotFound
from hub.search.port import SearchRequest, Text
from hub.standalone.errors import (
    BackendTakenError,
    BadReleaseError,
    NoPathError,
    NotDownloadedError,
    NothingToRollBackError,
    OlderVersionError,
    SubscriptionError,
)
from tests.standalone.hubs import FullHub, plain

MAPPING = {"one": {"name": {"type": "text"}, "n": {"type": "long"}}, "two": {"tags": {"type": "keyword"}}}


def sources(version: int) -> dict[str, list[dict[str, Any]]]:
    """Documents come, change and go from version to version."""
    one = [
        {"_id": f"g{n:03d}", "name": f"gene {n} v{version if n % 5 == version % 5 else 0}", "n": n}
        for n in range(version, 60 + version)
    ]
    two = [{"_id": f"g{n:03d}", "tags": [f"t{n % 3}", f"v{version // 2}"]} for n in range(10, 40)]
    return {"one": one, "two": two}


async def history(hub: FullHub, count: int) -> list[str]:
    """A full release and ``count - 1`` incremental ones."""
    builds = [await hub.build("1", sources(1), MAPPING)]
    await hub.publish_full(builds[0])
    for version in range(2, count + 1):
        builds.append(await hub.build(str(version), sources(version), MAPPING))
        await hub.publish_step(builds[-2], builds[-1])
    return builds


async def test_a_consumer_follows_incrementally_and_goes_back(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    first = await publisher.build("1", sources(1), MAPPING)
    await publisher.publish_full(first)
    assert await consumer.standalone.check("genes") == "1"
    assert (await consumer.standalone.backend("genes"))["version"] is None
    assert await consumer.standalone.install("genes") == ["1"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(first))
    assert dict(consumer.indices.served) == {"gene": "genes_current"}
    second = await publisher.build("2", sources(2), MAPPING)
    await publisher.publish_step(first, second)
    assert await consumer.standalone.check("genes") == "2"
    assert await consumer.standalone.install("genes", dry=True) == ["1.2"]
    assert (await consumer.standalone.backend("genes"))["version"] == "1"
    assert await consumer.standalone.install("genes") == ["1.2"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(second))
    backend = await consumer.standalone.backend("genes")
    assert (backend["version"], backend["count"], backend["index_alias"]) == (
        "2",
        len(publisher.documents(second)),
        "genes_current",
    )
    assert await consumer.standalone.check("genes") == "Nothing to dump"
    assert await consumer.standalone.install("genes") is None
    engine = consumer.indices.engine("localhub")
    assert engine.search("genes_current", SearchRequest(Text("tags:v1"))).total == 30
    back = await consumer.standalone.rollback("genes")
    assert back["version"] == "1"
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(first))
    with pytest.raises(NothingToRollBackError):
        await consumer.standalone.rollback("genes")
    assert await consumer.standalone.install("genes", owner="schedule") is None
    assert await consumer.standalone.install("genes") == ["1.2"]
    assert len(engine.names()) == 2
    await consumer.standalone.reset_backend("genes")
    assert engine.names() == []
    assert dict(consumer.indices.served) == {}


async def test_one_that_is_three_releases_behind_takes_the_chain(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 1)
    await consumer.standalone.install("genes")
    for version in (2, 3, 4):
        builds.append(await publisher.build(str(version), sources(version), MAPPING))
        await publisher.publish_step(builds[-2], builds[-1])
    assert await consumer.standalone.install("genes") == ["1.2", "2.3", "3.4"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[-1]))
    await consumer.standalone.reset_backend("genes")
    assert await consumer.standalone.install("genes", "3") == ["1", "1.2", "2.3"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[2]))
    assert (await consumer.standalone.versions("genes"))[-1]["build_version"] == "3.4"
    info = await consumer.standalone.info("genes", "2.3")
    assert info["info"]["require_version"] == "2"
    assert "Previous build version: '2'" in info["release_note"]["txt"]
    assert info["release_note"]["json"]["new"]["_summary"]["delete"] == 1


async def test_what_was_published_has_the_documented_layout(pair) -> None:
    await history(pair.publisher, 2)
    folder = pair.folder / "genes"
    listed = orjson.loads((folder / "versions.json").read_bytes())
    assert listed["format"] == "1.0"
    shown = [
        {k: e[k] for k in ("build_version", "require_version", "target_version", "type")} for e in listed["versions"]
    ]
    assert shown == [
        {"build_version": "1", "require_version": None, "target_version": "1", "type": "full"},
        {"build_version": "1.2", "require_version": "1", "target_version": "2", "type": "incremental"},
    ]
    assert listed["versions"][1]["url"] == f"{pair.url}/genes/1.2.json"
    assert orjson.loads((folder / "latest.json").read_bytes()) == "1.2"
    full = orjson.loads((folder / "1.json").read_bytes())
    assert full["metadata"]["snapshot_name"].startswith("genes_1_")
    assert full.keys() >= {"type", "build_version", "target_version", "release_date", "app_version", "changes"}
    step = orjson.loads((folder / "1.2.json").read_bytes())
    assert step["metadata"]["url"] == f"{pair.url}/diffs/1.2/metadata.json"
    assert step["changes"]["txt"]["url"] == f"{pair.url}/genes/1.2/release_2.txt"
    assert (folder / "1.2" / "release_2.json").exists()
    described = orjson.loads((pair.folder / "diffs" / "1.2" / "metadata.json").read_bytes())
    assert described["diff"]["files"][0].keys() >= {"name", "md5sum", "size"}
    assert not [p for p in pair.folder.rglob("*") if p.name.startswith(".")]


async def test_releases_that_would_lead_astray_are_refused(pair) -> None:
    publisher = pair.publisher
    builds = await history(publisher, 2)
    other = await publisher.build("2", sources(7), MAPPING)
    with pytest.raises(VersionTakenError, match="`2`"):
        await publisher.publish_full(other)
    older = await publisher.build("1", sources(1), MAPPING)
    with pytest.raises(GoesBackwardsError):
        await publisher.publish_full(older)
    with pytest.raises(NotPublishableError, match="both builds have the version"):
        await publisher.publish_step(builds[0], older)
    # A diff from a build that has the number of a published one, and other content.
    strange = await publisher.build("1", sources(9), MAPPING)
    third = await publisher.build("3", sources(3), MAPPING)
    with pytest.raises(NotPublishableError, match="other content"):
        await publisher.publish_step(strange, third)
    before = (pair.folder / "genes" / "versions.json").read_bytes()
    forced = await publisher.releases.publish_snapshot("releases", other, other, "none", force=True)
    assert forced["url"] == f"{pair.url}/genes/2.json"
    assert (pair.folder / "genes" / "versions.json").read_bytes() != before
    record = publisher.builds.info(other)["publish"]["full"][other]
    assert record["metadata"]["url"] == forced["url"]
    with pytest.raises(NotFound):
        await publisher.releases.publish_snapshot("nowhere", other)
    with pytest.raises(NotPublishableError, match="no diff"):
        await publisher.releases.publish_diff("releases", other)


async def test_a_publication_can_be_done_again(pair) -> None:
    builds = await history(pair.publisher, 2)
    files = {p: p.read_bytes() for p in (pair.folder / "diffs").rglob("*") if p.suffix == ".zst"}
    stamps = {p: p.stat().st_mtime_ns for p in files}
    await pair.publisher.releases.publish_diff("releases", builds[1])
    assert {p: p.stat().st_mtime_ns for p in files} == stamps
    assert len(orjson.loads((pair.folder / "genes" / "versions.json").read_bytes())["versions"]) == 2


async def test_a_backend_never_goes_back_by_itself(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 3)
    await consumer.standalone.install("genes")
    with pytest.raises(OlderVersionError, match="rollback"):
        await consumer.standalone.install("genes", "2")
    assert await consumer.standalone.install("genes", "2", force=True) == ["1", "1.2"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))
    assert await consumer.standalone.install("genes", "2", force=True) == ["1", "1.2"]
    (pair.folder / "genes" / "versions.json").write_bytes(
        orjson.dumps(
            {
                "versions": [
                    e
                    for e in orjson.loads((pair.folder / "genes" / "versions.json").read_bytes())["versions"]
                    if e["build_version"] in ("1.2", "2.3")
                ][1:]
            }
        )
    )
    await consumer.standalone.reset_backend("genes")
    with pytest.raises(NoPathError, match="full release"):
        await consumer.standalone.install("genes")


async def test_download_and_apply_are_install_in_two_steps(pair) -> None:
    builds = await history(pair.publisher, 2)
    consumer = pair.consumer
    with pytest.raises(NotDownloadedError):
        await consumer.standalone.apply("genes")
    assert await consumer.standalone.download("genes") == ["1", "1.2"]
    shutil.rmtree(pair.folder)
    assert await consumer.standalone.apply("genes") == len(pair.publisher.documents(builds[1]))
    assert plain(consumer.installed("genes_current")) == plain(pair.publisher.documents(builds[1]))


async def test_an_index_can_be_changed_in_place(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 1)
    await consumer.standalone.install("genes")
    index = (await consumer.standalone.backend("genes"))["index"]
    builds.append(await publisher.build("2", sources(2), MAPPING))
    await publisher.publish_step(*builds)
    await consumer.standalone.install("genes", use_no_downtime_method=False)
    assert (await consumer.standalone.backend("genes"))["index"] == index
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))


async def test_new_fields_come_with_a_release(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    first = await publisher.build("1", sources(1), MAPPING)
    await publisher.publish_full(first)
    await consumer.standalone.install("genes")
    wider = {**MAPPING, "two": {**MAPPING["two"], "a": {"properties": {"b": {"type": "keyword"}}}}}
    more = sources(2)
    more["two"].append({"_id": "new", "a": {"b": "found"}})
    second = await publisher.build("2", more, wider)
    await publisher.publish_step(first, second)
    await consumer.standalone.install("genes")
    hits = consumer.indices.engine("localhub").search("genes_current", SearchRequest(Text("a.b:found"))).hits
    assert [h.id for h in hits] == ["new"]


async def test_a_name_that_belongs_to_something_else_is_left_alone(pair) -> None:
    await history(pair.publisher, 1)
    consumer = pair.consumer
    mine = await consumer.build("x", {"one": [{"_id": "own"}]}, MAPPING)
    await consumer.indices.index("localhub", mine, alias="genes_current")
    with pytest.raises(BackendTakenError):
        await consumer.standalone.install("genes")
    assert plain(consumer.installed("genes_current")) == {"own": {"_id": "own"}}


async def test_an_index_that_was_changed_by_hand_is_made_anew_from_a_full_release(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 1)
    await consumer.standalone.install("genes")
    engine = consumer.indices.engine("localhub")
    engine.bulk("genes_current", [{"_id": "by hand"}])
    engine.finish("genes_current")
    builds.append(await publisher.build("2", sources(2), MAPPING))
    await publisher.publish_step(*builds)
    assert await consumer.standalone.install("genes") == ["1", "1.2"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))


async def test_a_hub_that_is_killed_while_it_installs_goes_on(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 1)
    await consumer.standalone.install("genes")
    for version in (2, 3):
        builds.append(await publisher.build(str(version), sources(version), MAPPING))
        await publisher.publish_step(builds[-2], builds[-1])
    await consumer.jobs.stop()
    child = [
        sys.executable,
        "-m",
        "tests.standalone.killed_install",
        str(consumer.settings.home),
        consumer.settings["VERSION_URLS"][0],
    ]
    ended = await asyncio.to_thread(subprocess.run, child, cwd=Path(__file__).parents[2], timeout=300, check=False)
    assert ended.returncode == -signal.SIGKILL
    again = FullHub(consumer.settings.home, VERSION_URLS=consumer.settings["VERSION_URLS"])
    try:
        await again.jobs.start()
        assert (await again.standalone.backend("genes"))["version"] == "1"
        assert plain(again.installed("genes_current")) == plain(publisher.documents(builds[0]))
        state = orjson.loads((again.standalone.folder / "genes" / "installing.json").read_bytes())
        assert state["done"] == ["1.2"]
        assert await again.standalone.install("genes") == ["1.2", "2.3"]
        assert plain(again.installed("genes_current")) == plain(publisher.documents(builds[2]))
        assert len(again.indices.engine("localhub").names()) == 2
    finally:
        await again.jobs.stop()
        again.close()


async def test_what_a_killed_installation_left_goes_when_another_version_comes(pair) -> None:
    publisher, consumer = pair.publisher, pair.consumer
    builds = await history(publisher, 2)
    await consumer.standalone.install("genes", "1")
    record = consumer.standalone.folder / "genes" / "installed.json"
    _edit(record, lambda f: f.update(staged="genes_current_2_left"))
    engine = consumer.indices.engine("localhub")
    engine.fork("genes_current", "genes_current_2_left", {})
    assert await consumer.standalone.install("genes") == ["1.2"]
    assert "genes_current_2_left" not in engine.names()
    assert len(engine.names()) == 2
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))


async def test_a_setting_that_is_wrong_keeps_nothing_else_from_being_served(tmp_path: Path) -> None:
    hub = FullHub(tmp_path / "hub", VERSION_URLS=["gopher://x"])
    await hub.jobs.start()
    try:
        build = await hub.build("1", sources(1), MAPPING)
        await hub.indices.index("localhub", build, alias="genes")
        assert dict(hub.indices.served) == {"gene": "genes"}
        with pytest.raises(SubscriptionError, match="VERSION_URLS"):
            hub.standalone.list()
    finally:
        await hub.jobs.stop()
        hub.close()


# -- what others publish -----------------------------------------------------------------------------------------------


async def _refused(pair: Any, match: str, kind: type[Exception] = BadReleaseError) -> None:
    before = plain(pair.consumer.installed("genes_current")) if pair.consumer.indices.served else {}
    with pytest.raises(kind, match=match):
        await pair.consumer.standalone.install("genes")
    after = plain(pair.consumer.installed("genes_current")) if pair.consumer.indices.served else {}
    assert before == after
    assert len(pair.consumer.indices.engine("localhub").names()) == (1 if before else 0)


def _edit(path: Path, change: Any) -> None:
    found = orjson.loads(path.read_bytes())
    change(found)
    path.write_bytes(orjson.dumps(found))


async def _each_refused(pair: Any, path: Path, cases: list[tuple[Any, str]], *, unpinned: bool = False) -> None:
    """Nothing of a release is installed whose file was changed in one of these ways."""
    await history(pair.publisher, 1)
    if unpinned:  # so that the content is looked at, not only its checksum
        _edit(pair.folder / "genes" / "1.json", lambda f: f["metadata"].pop("sha256"))
    honest = (pair.folder / path).read_bytes()
    for change, match in cases:
        _edit(pair.folder / path, change)
        await _refused(pair, match, HubError)
        (pair.folder / path).write_bytes(honest)
    for content in (b"", b"[]", b"{", b"[" * 100_000, b"\xff"):
        (pair.folder / path).write_bytes(content)
        await _refused(pair, r"genes|snapshot", HubError)
    (pair.folder / path).write_bytes(honest)
    assert await pair.consumer.standalone.install("genes") == ["1"]


async def test_a_list_of_versions_is_not_believed(pair) -> None:
    cases: list[tuple[Any, str]] = [
        (lambda f: f["versions"][0].update(build_version="../../x"), "version"),
        (lambda f: f["versions"][0].update(target_version=5), "version"),
        (lambda f: f["versions"][0].update(url="file:///etc/passwd"), "may not be read"),
        (lambda f: f["versions"][0].update(url="gopher://x/y"), "may not be read"),
        (lambda f: f["versions"][0].update(url="../../%2e%2e/x.json"), "climbs"),
        (lambda f: f["versions"][0].update(url=["x"]), "is none"),
        (lambda f: f["versions"][0].update(type="magic"), "unknown type"),
        (lambda f: f.update(versions="all"), "no list"),
        (lambda f: f["versions"].append(7), "no object"),
        (lambda f: f.update(versions=[]), "nothing was published"),
    ]
    await _each_refused(pair, Path("genes/versions.json"), cases)


async def test_the_metadata_of_a_release_are_not_believed(pair) -> None:
    cases: list[tuple[Any, str]] = [
        (lambda f: f.update(target_version="9"), "target_version"),
        (lambda f: f.update(metadata="x"), "where its files are"),
        (lambda f: f["metadata"].update(url="file:///etc/passwd"), "may not be read"),
        (lambda f: f["metadata"].update(url=None), "is none"),
        (lambda f: f["metadata"].update(sha256="0" * 64), "SHA-256"),
        (lambda f: f["metadata"]["repository"].update(type="fs"), "snapshot of Elasticsearch"),
        (lambda f: f["content"].update(digest="0" * 64), "others"),
    ]
    await _each_refused(pair, Path("genes/1.json"), cases)


async def test_the_description_of_a_snapshot_is_not_believed(pair) -> None:
    cases: list[tuple[Any, str]] = [
        (lambda f: f["files"][0].update(name="../../evil"), "can not be one of it"),
        (lambda f: f["files"][0].update(size=10), "larger than 10"),
        (lambda f: f["files"][0].update(size="many"), "size"),
        (lambda f: f["files"][0].update(sha256="0" * 64), "SHA-256"),
        (lambda f: f["files"][0].update(size=10**18), "are free"),
        (lambda f: f.update(digest="none"), "digest"),
        (lambda f: f.update(digest="0" * 64), "others"),
        (lambda f: f.update(count=3), "does not hold 3"),
        (lambda f: f.update(kind="tantivy"), "no description"),
        (lambda f: f["properties"].update(x={"type": "magic"}), "magic"),
    ]
    await _each_refused(pair, Path("genes/1/snapshot/snapshot.json"), cases, unpinned=True)


async def test_a_diff_that_was_tampered_with_changes_nothing(pair) -> None:
    builds = await history(pair.publisher, 1)
    await pair.consumer.standalone.install("genes")
    builds.append(await pair.publisher.build("2", sources(2), MAPPING))
    await pair.publisher.publish_step(*builds)
    folder = pair.folder / "diffs" / "1.2"
    [path] = folder.glob("*.zst")
    content = bytearray(path.read_bytes())
    content[30] ^= 255
    path.write_bytes(content)
    await _refused(pair, "SHA-256")
    path.unlink()
    await _refused(pair, r"does not exist|404", HubError)
    content[30] ^= 255
    path.write_bytes(content)
    _edit(folder / "metadata.json", lambda f: f["new"].update(digest="0" * 64))
    await _refused(pair, "SHA-256")
    _edit(pair.folder / "genes" / "1.2.json", lambda f: f["metadata"].pop("sha256"))
    await _refused(pair, "others", HubError)


async def test_pickles_for_old_consumers_lie_beside_the_safe_files(pair) -> None:
    publisher = pair.publisher
    config = publisher.settings["RELEASE_CONFIG"]
    config["env"]["releases"]["diff"] = {"pickles": True}
    builds = await history(publisher, 2)
    described = orjson.loads((pair.folder / "diffs" / "1.2" / "metadata.json").read_bytes())
    assert [f["name"] for f in described["diff"]["files"]] == ["diff_1.pyobj"]
    assert (pair.folder / "diffs" / "1.2" / "diff_1.pyobj").exists()
    await pair.consumer.standalone.install("genes")
    assert plain(pair.consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))
