"""Elasticsearch's own snapshots in repositories on S3: what is asked of a real server, and what becomes of it."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from hub.datarelease.errors import RepositoryError
from tests.servers.elastic_proxy import S3Front, s3_in_front
from tests.servers.folder_server import serving
from tests.servers.s3_server import S3Site, running_s3_server
from tests.services.test_releases import MAPPING, SETTINGS, docs, forget, repositories
from tests.standalone.hubs import FullHub, plain

pytestmark = pytest.mark.services


class S3Hub(FullHub):
    """A hub whose indices are in Elasticsearch, and whose snapshots go to S3."""

    def __init__(self, home: Path, elastic: str, site: S3Site, folder: str, **flags: Any) -> None:
        self.name = f"t{uuid.uuid4().hex[:10]}"
        cloud = {"type": "aws", "access_key": "reader", "secret_key": "s3cret/word", "endpoint": site.endpoint}
        self.repository = f"{self.name}_repo"
        settings = {"bucket": f"{self.name}-snapshots", "base_path": f"{folder}/$(Y)", "region": "us-west-2"}
        env = {
            "indexer": "localhub",
            "cloud": cloud,
            "monitor_delay": 0.2,
            "repository": {"name": self.repository, "type": "s3", "settings": settings},
        }
        super().__init__(
            home,
            INDEX_CONFIG={"env": {"localhub": {"host": elastic}}},
            SNAPSHOT_CONFIG={"env": {"s3": env}},
            MONITOR_SNAPSHOT_DELAY=1,
            **flags,
        )

    async def build(self, version: str, sources: dict[str, Any], mappings: dict[str, Any]) -> str:
        for name, documents in sources.items():
            self.upload(name, documents, mapping=mappings[name], release=version)
        params = {"build_version": version, "keep_archive": 0, "extra_index_settings": SETTINGS}
        put = self.builds.update_build_configuration
        if self.state.build_configs.get(self.name) is None:
            put = self.builds.create_build_configuration
        put(self.name, "gene", sorted(sources), params=params)
        return await self.builds.merge(self.name)


def clean(elastic: str, name: str) -> None:
    """Delete the indices of a hub."""
    for index in requests.get(f"{elastic}/_cat/indices/{name}*?format=json", timeout=300).json():
        requests.delete(f"{elastic}/{index['index']}", timeout=300)


@pytest.fixture(params=["HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"])
def elastic(request: pytest.FixtureRequest) -> str:
    if not os.environ.get(request.param):
        pytest.skip(f"{request.param} not set")
    return os.environ[request.param]


@pytest.fixture
def site() -> Iterator[S3Site]:
    with running_s3_server() as running:
        yield running


@pytest.fixture
def front(elastic: str) -> Iterator[S3Front]:
    folder = repositories(elastic)
    with s3_in_front(elastic, folder) as running:
        yield running
        for name in running.asked:
            forget(elastic, name)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def hubs(elastic: str, front: S3Front, site: S3Site, tmp_path: Path) -> AsyncIterator[tuple[S3Hub, S3Hub]]:
    folder = tmp_path / "www"
    with serving(folder) as url:
        releases = {"env": {"releases": {"release": {"path": str(folder), "folder": "genes", "url": url}}}}
        publisher = S3Hub(tmp_path / "publisher", front.url, site, "es", RELEASE_CONFIG=releases)
        follows = {
            "VERSION_URLS": [f"{url}/genes/versions.json"],
            "STANDALONE_CONFIG": {"genes": {"index": f"{publisher.name}_current", "repo_settings": {"client": "mine"}}},
        }
        consumer = S3Hub(tmp_path / "consumer", front.url, site, "es", **follows)
        for hub in (publisher, consumer):
            await hub.jobs.start()
        yield publisher, consumer
        for hub in (publisher, consumer):
            await hub.jobs.stop()
            hub.close()
        clean(elastic, publisher.name)


async def test_a_snapshot_on_s3_is_taken_published_and_restored(
    hubs: tuple[S3Hub, S3Hub], front: S3Front, site: S3Site
) -> None:
    publisher, consumer = hubs
    build = await publisher.build("1", docs(300), MAPPING)
    await publisher.indices.index("localhub", build)
    entry = await publisher.snapshots.snapshot("s3", build)
    assert (entry["state"], entry["conf"]["repository"]["type"]) == ("SUCCESS", "s3")
    asked = front.asked[publisher.repository]
    assert asked["type"] == "s3"
    assert asked["settings"]["bucket"] == f"{publisher.name}-snapshots"
    assert asked["settings"]["base_path"].startswith("es/20")
    assert "s3cret" not in repr(asked), "the cluster has keys of its own"
    buckets = [bucket["Name"] for bucket in site.client.list_buckets()["Buckets"]]
    assert f"{publisher.name}-snapshots" in buckets, "made when it is missing"
    publisher.releases.notes.create("none", build)
    done = await publisher.releases.publish_snapshot("releases", build)
    assert done["metadata"]["repository"]["type"] == "s3"
    assert "s3cret" not in repr(done)
    assert await consumer.standalone.install("genes") == ["1"]
    assert plain(consumer.installed(f"{publisher.name}_current")) == plain(publisher.documents(build))
    installing = front.asked["install_genes"]["settings"]
    assert (installing["readonly"], installing["client"]) == (True, "mine")
    assert publisher.snapshots.validate()["snapshots_validated"] == 0
    again = await publisher.snapshots.snapshot("s3", build)
    assert again["replaced"] is True
    wanted = publisher.settings["SNAPSHOT_CONFIG"]["env"]["s3"]["repository"]
    wanted["settings"] = {**wanted["settings"], "base_path": "elsewhere"}
    with pytest.raises(RepositoryError, match="recreate_repo"):
        await publisher.snapshots.snapshot("s3", build)
    assert (await publisher.snapshots.snapshot("s3", build, recreate_repo=True))["state"] == "SUCCESS"
    assert (await publisher.snapshots.delete({"s3": [build]}))["deleted_count"] == 1


async def test_a_cluster_without_s3_says_so(elastic: str, site: S3Site, tmp_path: Path) -> None:
    hub = S3Hub(tmp_path / "hub", elastic, site, "es")
    await hub.jobs.start()
    try:
        build = await hub.build("1", docs(9), MAPPING)
        await hub.indices.index("localhub", build)
        with pytest.raises(RepositoryError, match=r"the cluster can not use it: .*s3"):
            await hub.snapshots.snapshot("s3", build)
        assert not hub.builds.info(build).get("snapshot")
        assert hub.builds.info(build)["jobs"][-1]["status"] == "failed"
    finally:
        await hub.jobs.stop()
        hub.close()
        clean(elastic, hub.name)
