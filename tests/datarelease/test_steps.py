"""Steps before and after publishing: archives, uploads, notices, and those of an application."""

from __future__ import annotations

import io
import tarfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest

from hub.datarelease.archiving import size_of
from hub.datarelease.errors import PublishStepError, ReleaseConfigError
from tests.datarelease.test_releases import MAPPING, docs
from tests.servers.s3_server import BUCKET, running_s3_server
from tests.standalone.hubs import FullHub


@asynccontextmanager
async def publisher(tmp_path: Path, **env: Any) -> AsyncIterator[FullHub]:
    snapshots = {
        "env": {"snapshots": {"indexer": "localhub", "repository": {"settings": {"location": str(tmp_path / "repo")}}}}
    }
    releases = {"env": {"releases": {"release": {"path": str(tmp_path / "www"), "folder": "genes"}, **env}}}
    made = FullHub(tmp_path / "hub", SNAPSHOT_CONFIG=snapshots, RELEASE_CONFIG=releases)
    await made.jobs.start()
    try:
        yield made
    finally:
        await made.jobs.stop()
        made.close()


def published(tmp_path: Path) -> list[str]:
    file = tmp_path / "www" / "genes" / "versions.json"
    found = orjson.loads(file.read_bytes())["versions"] if file.exists() else []
    return [entry["build_version"] for entry in found]


def tell(step: Any, build: Any, previous: Any) -> Any:
    """A step of an application that is named by its path."""
    return {"told": step["whom"], "of": previous["release"]["build_version"]}


async def test_a_snapshot_is_archived_uploaded_and_told_of(tmp_path: Path) -> None:
    steps = {
        "pre": {
            "snapshot": [
                {"action": "archive", "format": "tar.gz", "name": "genes-%(_meta.build_version)s.tar.gz"},
                {"action": "upload", "type": "folder", "path": str(tmp_path / "old"), "base_path": "all"},
                {"action": "look"},
            ]
        },
        "post": {
            "snapshot": [
                {"action": "notify", "text": "version %(_meta.build_version)s is out"},
                {"action": f"{__name__}:tell", "whom": "them", "token": "s3cret"},
            ]
        },
    }
    async with publisher(tmp_path, publish=steps) as hub:
        seen, notices = [], []
        hub.releases.steps.register("look", lambda *given: pytest.fail("there is one for this place"))
        hub.releases.steps.register("step_pre_publish_look", lambda step, build, before: seen.append(before) or before)
        hub.bus.subscribe("release.notice", lambda event: notices.append(event.data["text"]))
        build = await hub.build("1", {"one": docs(30), "two": []}, MAPPING)
        done = await hub.publish_full(build)
        stored = tmp_path / "old" / "all" / "genes-1.tar.gz"
        assert done["metadata"]["archive_url"] == stored.as_uri()
        assert seen[0]["snapshot"] == build
        assert seen[0]["type"] == "documents"
        with tarfile.open(stored) as archive:
            names = archive.getnames()
            description = orjson.loads(archive.extractfile("snapshot.json").read())
        assert names == sorted(p.name for p in (tmp_path / "repo" / build).iterdir())
        assert description["count"] == 30
        record = hub.builds.info(build)
        entry = record["publish"]["full"][build]
        assert [row["step"]["action"] for row in entry["pre"]] == ["archive", "upload", "look"]
        assert [row["result"] for row in entry["post"]][-1] == {"told": "them", "of": "1"}
        assert "s3cret" not in repr(record) + repr(hub.releases.release_info())
        assert [j["status"] for j in record["jobs"] if j["step"] in ("pre", "publish", "post")] == ["success"] * 3
        assert notices == ["version 1 is out"]
        again = await hub.releases.publish_snapshot("releases", build, build, "none", steps=["meta"])
        assert "archive_url" not in again["metadata"], "the steps were not asked for"
        assert published(tmp_path) == ["1"]


async def test_parts_of_a_diff_go_to_a_bucket(tmp_path: Path) -> None:
    with running_s3_server() as site:
        cloud = {"type": "aws", "access_key": "reader", "secret_key": "s3cret/word", "endpoint": site.endpoint}
        pre = [
            {"action": "archive", "format": "tar", "name": "diff.tar", "split": "4K"},
            {"action": "upload", "type": "s3", "bucket": BUCKET, "base_path": "parts", "region": "us-east-1"},
        ]
        release = {"path": str(tmp_path / "www"), "folder": "genes"}
        async with publisher(tmp_path, cloud=cloud, release=release, publish={"pre": {"diff": pre}}) as hub:
            first = await hub.build("1", {"one": docs(40), "two": []}, MAPPING)
            second = await hub.build("2", {"one": docs(40, 10), "two": []}, MAPPING)
            await hub.publish_step(first, second)
            keys = [o["Key"] for o in site.client.list_objects_v2(Bucket=BUCKET)["Contents"]]
            assert keys == [f"parts/diff.tar.part{n:02}" for n in range(len(keys))]
            assert len(keys) > 1
            parts = [site.client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys]
            assert {len(part) for part in parts[:-1]} == {4096}
            with tarfile.open(fileobj=io.BytesIO(b"".join(parts))) as archive:
                assert "metadata.json" in archive.getnames()
            entry = hub.builds.info(second)["publish"]["incremental"][first]
            assert len(entry["pre"][-1]["result"]["urls"]) == len(keys)
            assert "s3cret" not in repr(entry)
            site.client.put_object(Bucket=BUCKET, Key=keys[0], Body=b"another")
            with pytest.raises(
                PublishStepError, match=r"step 2 \(`upload`\): .*another file of that name.*Nothing was"
            ):
                await hub.releases.publish_diff("releases", second, first, force=True)


async def test_what_fails_before_stops_the_release_and_what_fails_after_does_not(tmp_path: Path) -> None:
    steps: dict[str, Any] = {"pre": {"snapshot": [{"action": "early"}]}, "post": {"snapshot": [{"action": "late"}]}}
    async with publisher(tmp_path, publish=steps) as hub:
        faults = {"early": ValueError("no"), "late": None}

        async def act(step: Any, build: Any, previous: Any) -> Any:
            if faults[step["action"]] is not None:
                raise faults[step["action"]]
            return previous

        for name in faults:
            hub.releases.steps.register(name, act)
        build = await hub.build("1", {"one": docs(5), "two": []}, MAPPING)
        with pytest.raises(PublishStepError, match=r"publish.pre, step 1 \(`early`\): ValueError: no\. Nothing was"):
            await hub.publish_full(build)
        assert published(tmp_path) == []
        assert hub.builds.info(build)["jobs"][-1]["status"] == "failed"
        faults.update(early=None, late=ValueError("not now."))
        with pytest.raises(PublishStepError, match=r"not now\. The release is published; publish it again"):
            await hub.releases.publish_snapshot("releases", build, build, "none")
        assert published(tmp_path) == ["1"]
        faults["late"] = None
        await hub.releases.publish_snapshot("releases", build, build, "none")
        assert "post" in hub.builds.info(build)["publish"]["full"][build]


@pytest.mark.parametrize(
    ("publish", "why"),
    [
        ({"before": {}}, "no `before`"),
        ({"pre": {"snapshots": []}}, "Did you mean `snapshot`"),
        ({"pre": {"snapshot": {"action": "archive"}}}, "list of steps"),
        ({"pre": {"snapshot": ["archive"]}}, "an object with an `action`"),
        ({"pre": {"snapshot": [{"action": "archiv"}]}}, r"snapshot\[0\]\.action.*Did you mean `archive`"),
        ({"post": {"snapshot": [{"action": "no.module:at_all"}]}}, "there is no `no.module:at_all`"),
        ({"pre": {"snapshot": [{"action": "archive", "format": "rar"}]}}, "tar.xz, not `rar`"),
        ({"pre": {"snapshot": [{"action": "archive", "name": "../x.tar"}]}}, "can not be part of a file name"),
        ({"pre": {"snapshot": [{"action": "archive", "split": "0"}]}}, "`0` is no size"),
        ({"pre": {"snapshot": [{"action": "upload", "type": "ftp"}]}}, "s3, folder, not `ftp`"),
        ({"pre": {"snapshot": [{"action": "upload", "type": "folder"}]}}, "needs a `path`"),
        ({"pre": {"snapshot": [{"action": "upload", "bucket": "b", "base_path": "a/../b"}]}}, "plain relative path"),
    ],
)
async def test_steps_that_can_not_be_done_are_refused_before_anything_is(
    tmp_path: Path, publish: dict[str, Any], why: str
) -> None:
    async with publisher(tmp_path, publish=publish) as hub:
        build = await hub.build("1", {"one": docs(3), "two": []}, MAPPING)
        with pytest.raises(ReleaseConfigError, match=why):
            await hub.publish_full(build)
        assert published(tmp_path) == []


def test_sizes() -> None:
    assert [size_of(text) for text in ("10", 10, "4K", "1kb", "2GB", "", "x", "-1", "0")] == [
        10, 10, 4096, 1000, 2 * 1000**3, None, None, None, None
    ]  # fmt: skip
