"""Notes, snapshots and published releases on the embedded engine, in folders and in a bucket."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.datadiff.errors import DiffArgumentError
from hub.datarelease import environments as envs
from hub.datarelease.errors import (
    AmbiguousError,
    BadNameError,
    DamagedSnapshotError,
    NoteMissingError,
    PlaceError,
    ReleaseConfigError,
    SnapshotReplyError,
)
from hub.datarelease.naming import filled, version_key, without_secrets
from hub.datarelease.places import FolderPlace, PlaceSpec
from hub.datarelease.portable import SnapshotRequest, take_snapshot, verify_snapshot
from hub.errors import BadArgument, HubError, NotFound
from hub.jobs.port import NullContext
from tests.servers.s3_server import BUCKET, running_s3_server
from tests.standalone.hubs import FullHub, plain

MAPPING = {"one": {"name": {"type": "text"}, "n": {"type": "long"}}, "two": {"tags": {"type": "keyword"}}}


def docs(count: int, start: int = 0, **more: Any) -> list[dict[str, Any]]:
    return [{"_id": f"g{n:03d}", "name": f"gene {n}", "n": n, **more} for n in range(start, start + count)]


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[FullHub]:
    snapshots = {
        "env": {"snapshots": {"indexer": "localhub", "repository": {"settings": {"location": str(tmp_path / "repo")}}}}
    }
    made = FullHub(tmp_path / "hub", SNAPSHOT_CONFIG=snapshots)
    await made.jobs.start()
    yield made
    await made.jobs.stop()
    made.close()


# -- notes -------------------------------------------------------------------------------------------------------------


async def test_a_note_tells_what_changed(hub) -> None:
    old = await hub.build("1", {"one": docs(5), "two": [{"_id": "g001", "tags": ["x"]}]}, MAPPING)
    mapping = {**MAPPING, "one": {**MAPPING["one"], "x": {"properties": {"y": {"type": "keyword"}}}}}
    new = await hub.build("2", {"one": docs(1200), "two": [{"_id": "g001", "tags": ["x"]}]}, mapping)
    await hub.diffs.diff("jsondiff-selfcontained", old, new)
    made = hub.releases.notes.create(old, new, note="First <b>note</b>.")
    assert made["old"] == {"_version": "1", "_count": 5}
    assert made["new"] == {
        "_version": "2",
        "_count": 1200,
        "_fields": {"add": ["x", "x.y"], "remove": [], "replace": []},
        "_summary": {"add": 1195, "update": 0, "delete": 0},
    }
    assert made["sources"]["updated"] == {
        "one": {"new": {"_version": "2", "_count": 1200}, "old": {"_version": "1", "_count": 5}},
        "two": {"new": {"_version": "2", "_count": 1}, "old": {"_version": "1", "_count": 1}},
    }
    assert made["stats"]["updated"] == {"total": {"new": {"_count": 1200}, "old": {"_count": 5}}}
    assert made["note"] == "First <b>note</b>."
    text = hub.releases.notes.get(old, new)
    lines = text.splitlines()
    assert lines[:3] == ["Build version: '2'", "==================", "Previous build version: '1'"]
    assert lines[3].startswith("Generated on: 20")
    assert "| one                | 1             | 2           | 5               | 1,200         |" in text
    assert "New field(s): x, x.y" in text
    assert "Overall, 1,200 documents in this release" in text
    assert "1,195 document(s) added, 0 document(s) deleted, 0 document(s) updated" in text
    assert text.endswith("Note: First <b>note</b>.\n")
    assert hub.releases.notes.get(old, new, format="json")["new"] == made["new"]
    info = hub.builds.info(new)
    assert info["release_note"][old]["changes"]["old"]["_version"] == "1"
    assert "publish" in info["pending"]
    await hub.indices.index("localhub", new, "by_another_name")
    assert hub.releases.notes.get(old, "by_another_name") == text


async def test_the_first_release_has_no_build_before(hub) -> None:
    build = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
    hub.releases.notes.create(None, build)
    text = hub.releases.notes.get("none", build)
    assert "Previous build version: 'None'" in text
    assert "New datasource(s): one, two" in text
    assert "No information available for added/deleted/updated documents" in text
    with pytest.raises(NoteMissingError):
        hub.releases.notes.get("other", build)
    with pytest.raises(NotFound):
        hub.releases.notes.create("nothing", build)
    with pytest.raises(BadNameError):
        hub.releases.notes.create("none", build, filename="../note")
    with pytest.raises(DiffArgumentError):
        hub.releases.notes.create("none", build, format="pdf")


# -- snapshots ---------------------------------------------------------------------------------------------------------


async def test_a_snapshot_is_stored_verified_and_known(hub, tmp_path) -> None:
    build = await hub.build("1", {"one": docs(50), "two": []}, MAPPING)
    await hub.indices.index("localhub", build)
    entry = await hub.snapshots.snapshot("snapshots", build)
    assert (entry["index_name"], entry["indexer_env"], entry["environment"]) == (build, "localhub", "snapshots")
    assert (entry["count"], entry["replaced"]) == (50, False)
    assert entry["conf"]["repository"]["settings"]["location"] == str(tmp_path / "repo")
    folder = tmp_path / "repo" / build
    assert sorted(p.name for p in folder.iterdir()) == ["documents_1.jsonl.zst", "snapshot.json"]
    described = orjson.loads((folder / "snapshot.json").read_bytes())
    assert described["properties"]["n"] == {"type": "long"}
    assert described["meta"]["build_version"] == "1"
    assert [j["step"] for j in hub.builds.info(build)["jobs"]][-3:] == ["pre-snapshot", "snapshot", "post-snapshot"]
    again = await hub.snapshots.snapshot("snapshots", build)
    assert again["replaced"] is True
    await hub.snapshots.snapshot("snapshots", build, "second")
    [listed] = hub.snapshots.list(build_config="genes")
    assert (listed["_id"], [i["_id"] for i in listed["items"]]) == ("genes", [build, "second"])
    assert hub.snapshots.list(environment="other") == []
    shutil.rmtree(folder)
    assert hub.snapshots.validate() == {"snapshots_validated": 1, "snapshots_deleted": 1, "errors": []}
    assert list(hub.builds.info(build)["snapshot"]) == ["second"]
    with pytest.raises(NotFound):
        await hub.snapshots.delete({"snapshots": ["second", "third"]})
    assert (tmp_path / "repo" / "second").exists()
    assert (await hub.snapshots.delete({"snapshots": ["second"]}))["deleted_count"] == 1
    assert not (tmp_path / "repo" / "second").exists()


async def test_what_can_not_be_taken_is_refused(hub) -> None:
    build = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
    with pytest.raises(NotFound, match="index of a build"):
        await hub.snapshots.snapshot("snapshots", build)
    with pytest.raises(NotFound, match="SNAPSHOT_CONFIG"):
        await hub.snapshots.snapshot("nowhere", build)
    with pytest.raises(BadNameError):
        await hub.snapshots.snapshot("snapshots", build, "../x")
    await hub.indices.index("localhub", build)
    hub.indices.engine("localhub").bulk(build, [{"_id": "by hand"}])
    hub.indices.engine("localhub").finish(build)
    new = await hub.build("2", {"one": docs(6), "two": []}, MAPPING)
    await hub.diffs.diff("jsondiff-selfcontained", build, new)
    with pytest.raises(DamagedSnapshotError, match="not as its build"):
        await hub.snapshots.snapshot("snapshots", build)
    told = orjson.loads(str(SnapshotReplyError(NotFound("index", "x"))))
    assert told[0].keys() == {"error", "detail"}


async def test_a_repository_that_vanishes_leaves_nothing_half_done(hub, tmp_path) -> None:
    build = await hub.build("1", {"one": docs(50), "two": []}, MAPPING)
    await hub.indices.index("localhub", build)
    await hub.snapshots.snapshot("snapshots", build, "kept")
    root = tmp_path / "repo"

    class Vanishing(NullContext):
        """The disk is taken away before the first file is stored."""

        def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
            if note.startswith("storing") and root.exists():
                root.rename(tmp_path / "elsewhere")

    request = SnapshotRequest(
        hub.indices.catalogue.spec("localhub"), build, "lost", PlaceSpec(str(root)), str(tmp_path / "scratch"), 10**6
    )
    with pytest.raises(PlaceError, match="gone"):
        take_snapshot(Vanishing(), request)
    assert not root.exists()
    (tmp_path / "elsewhere").rename(root)
    assert sorted(p.name for p in root.iterdir()) == ["kept"]
    assert list((tmp_path / "scratch").iterdir()) == []
    assert verify_snapshot(NullContext(), PlaceSpec(str(root)), "kept", tmp_path)["count"] == 50
    take_snapshot(NullContext(), request)
    stored = next((root / "lost").glob("*.zst"))
    stored.write_bytes(stored.read_bytes()[:-3])
    with pytest.raises(DamagedSnapshotError, match="not stored well"):
        verify_snapshot(NullContext(), PlaceSpec(str(root)), "lost", tmp_path)


async def test_old_snapshots_are_cleaned_up(hub, tmp_path) -> None:
    build = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
    await hub.indices.index("localhub", build)
    for name in ("a", "b", "c"):
        await hub.snapshots.snapshot("snapshots", build, name)
    told = await hub.snapshots.cleanup("snapshots", 1)
    assert told == {"dryrun": True, "snapshots": {"snapshots": ["b", "a"]}}
    with pytest.raises(BadArgument, match="env"):
        await hub.snapshots.cleanup(None, 1, dryrun=False)
    assert (await hub.snapshots.cleanup("snapshots", 1, dryrun=False))["deleted_count"] == 2
    assert [p.name for p in (tmp_path / "repo").iterdir()] == ["c"]


async def test_a_build_without_an_index_gets_one(hub) -> None:
    build = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
    entry = await hub.snapshots.snapshot_a_build(build)
    assert entry["environment"] == envs.DEFAULT_SNAPSHOT_ENV
    assert entry["count"] == 5


async def test_publish_guesses_and_says_when_it_can_not(hub) -> None:
    first = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
    await hub.indices.index("localhub", first)
    await hub.snapshots.snapshot("snapshots", first, "snap")
    with pytest.raises(HubError, match="no release note"):
        await hub.releases.publish("localrelease", "snap")
    hub.releases.notes.create("none", first)
    done = await hub.releases.publish("localrelease", "snap")
    assert done["url"].startswith("file:///")
    second = await hub.build("2", {"one": docs(6), "two": []}, MAPPING)
    await hub.diffs.diff("jsondiff-selfcontained", first, second)
    await hub.indices.index("localhub", second)
    await hub.snapshots.snapshot("snapshots", second)
    with pytest.raises(AmbiguousError):
        await hub.releases.publish("localrelease", second)
    await hub.snapshots.snapshot("snapshots", second, "snap")
    with pytest.raises(AmbiguousError, match="build_name"):
        await hub.releases.publish("localrelease", "snap")
    with pytest.raises(DiffArgumentError, match="steps"):
        await hub.releases.publish_diff("localrelease", second, steps=["fly"])


# -- places ------------------------------------------------------------------------------------------------------------


def test_names_in_a_place_never_lead_out_of_it(tmp_path) -> None:
    place = FolderPlace(PlaceSpec(str(tmp_path / "p")))
    place.prepare()
    for name in ("../x", "/etc/x", "a/../../x", "a\\b", ""):
        with pytest.raises(ValueError, match="no name"):
            place.put(name, b"")
    place.put("a/b.json", b"1")
    assert (place.get("a/b.json"), place.get("a"[:1] + "/c")) == (b"1", None)
    assert place.names() == ["a"]
    assert place.remove("a")
    assert not place.remove("a")


def test_environments_are_checked_and_filled_in() -> None:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    build = {"_meta": {"build_version": "7"}, "_id": "b"}
    assert filled({"a": ["x-$(Y)-$(m)-%(_meta.build_version)s", 1]}, build, at) == {"a": ["x-2026-03-7", 1]}
    assert filled("%(no.such)s", build, at) == ""
    settings: Any = {"PUBLISH_PATH": "/p", "SNAPSHOT_PATH": "/s"}
    settings["RELEASE_CONFIG"] = {"env": {"a": {"release": {"folder": "../x"}}}}
    with pytest.raises(ReleaseConfigError, match="plain relative path"):
        envs.release_env(settings, "a", build, at)
    settings["SNAPSHOT_CONFIG"] = {"env": {"a": {"repository": {"type": "hdfs"}}}}
    with pytest.raises(ReleaseConfigError, match="hdfs"):
        envs.snapshot_env(settings, "a", build, at)
    assert without_secrets({"cloud": {"secret_key": "x", "region": "r"}}) == {
        "cloud": {"secret_key": "****", "region": "r"}
    }


def test_versions_are_ordered_as_people_do() -> None:
    ordered = ["1", "9", "10", "2024-1-2", "2024-01-10", "20260101", "20260101a"]
    assert max(ordered, key=version_key) == ordered[-1]
    assert all(version_key(a) < version_key(b) for a, b in itertools.pairwise(ordered))


async def test_releases_go_to_a_bucket_and_are_installed_from_it(tmp_path, monkeypatch) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", "x"), ("AWS_SECRET_ACCESS_KEY", "y")):
        monkeypatch.setenv(name, value)
    with running_s3_server() as site:
        cloud = {"type": "aws", "access_key": "reader", "secret_key": "s3cret/word", "endpoint": site.endpoint}
        release = {
            "bucket": "releases",
            "folder": "genes",
            "region": "us-east-1",
            "acl": "public-read",
            "website": True,
        }
        publisher = FullHub(
            tmp_path / "publisher",
            RELEASE_CONFIG={"env": {"releases": {"cloud": cloud, "release": release}}},
            SNAPSHOT_CONFIG={
                "env": {
                    "snapshots": {
                        "cloud": cloud,
                        "repository": {
                            "type": "s3",
                            "settings": {"bucket": BUCKET, "base_path": "s/$(Y)", "region": "us-east-1"},
                        },
                    }
                }
            },
        )
        consumer = FullHub(tmp_path / "consumer", VERSION_URLS=[f"{site.endpoint}/releases/genes/versions.json"])
        try:
            for one in (publisher, consumer):
                await one.jobs.start()
            first = await publisher.build("1", {"one": docs(50), "two": []}, MAPPING)
            await publisher.publish_full(first)
            second = await publisher.build("2", {"one": docs(50, 5), "two": []}, MAPPING)
            done = await publisher.publish_step(first, second)
            assert done["url"] == f"{site.endpoint}/releases/genes/1.2.json"
            keys = {o["Key"] for o in site.client.list_objects_v2(Bucket="releases")["Contents"]}
            assert keys >= {
                "genes/versions.json",
                "genes/latest.json",
                "genes/1.json",
                "genes/1.2.json",
                "diffs/1.2/metadata.json",
            }
            latest = site.client.get_object(Bucket="releases", Key="genes/latest.json")
            assert latest["WebsiteRedirectLocation"] == "/genes/1.2.json"
            stored = site.client.list_objects_v2(Bucket=BUCKET)["Contents"]
            assert {o["Key"].split("/")[1] for o in stored} == {f"{datetime.now(UTC):%Y}"}
            assert await consumer.standalone.install("genes") == ["1", "1.2"]
            assert plain(consumer.installed("genes_current")) == plain(publisher.documents(second))
            record = (
                repr(publisher.builds.info(second))
                + repr(publisher.builds.info(first))
                + repr(publisher.releases.release_info())
            )
            assert "s3cret" not in record
            assert (await publisher.snapshots.delete({"snapshots": [first]}))["deleted_count"] == 1
            assert publisher.snapshots.validate()["errors"] == []
            assert "Contents" not in site.client.list_objects_v2(Bucket=BUCKET)
        finally:
            for one in (publisher, consumer):
                await one.jobs.stop()
                one.close()
