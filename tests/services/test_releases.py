"""Releases on real servers: documents in MongoDB, indices and snapshots in Elasticsearch."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest
import requests
from pymongo import MongoClient

from hub.datarelease.errors import RepositoryError, SnapshotFailedError, SnapshotReplyError
from hub.datarelease.native import NativeRequest, take_native
from hub.jobs.port import NullContext
from hub.search.elastic.snapshots import ElasticRepositories
from hub.standalone.errors import BadReleaseError
from tests.servers.folder_server import serving
from tests.standalone.conftest import Pair
from tests.standalone.hubs import FullHub, plain
from tests.standalone.test_history import follow_history

pytestmark = pytest.mark.services

# The server that the tests start has no module `analysis-common`, which the two documented analyzers need.
SETTINGS = {"analysis": {"normalizer": {"keyword_lowercase_normalizer": {"type": "custom", "filter": ["lowercase"]}}}}
MAPPING = {"one": {"name": {"type": "text"}, "n": {"type": "long"}}, "two": {"tags": {"type": "keyword"}}}


class ServerHub(FullHub):
    """A hub whose documents are in MongoDB and whose indices are in Elasticsearch."""

    def __init__(self, home: Path, mongo: str, elastic: str, **flags: Any) -> None:
        self.name = f"t{uuid.uuid4().hex[:10]}"
        self.mongo, self.elastic = mongo, elastic
        super().__init__(
            home,
            DATA_SRC_SERVER=mongo,
            DATA_TARGET_SERVER=mongo,
            DATA_SRC_DATABASE=f"src_{self.name}",
            DATA_TARGET_DATABASE=f"target_{self.name}",
            INDEX_CONFIG={"env": {"localhub": {"host": elastic}}},
            MONITOR_SNAPSHOT_DELAY=1,
            **flags,
        )

    async def build(self, version: str, sources: dict[str, Any], mappings: dict[str, Any]) -> str:
        """As the other hub; the names of builds are unlike those of other tests on the server."""
        for name, documents in sources.items():
            self.upload(name, documents, mapping=mappings[name], release=version)
        params = {"build_version": version, "keep_archive": 0, "extra_index_settings": SETTINGS}
        put = self.builds.update_build_configuration
        if self.state.build_configs.get(self.name) is None:
            put = self.builds.create_build_configuration
        put(self.name, "gene", sorted(sources), params=params)
        return await self.builds.merge(self.name)

    def clean(self) -> None:
        """Take away what it made."""
        client: MongoClient[dict[str, Any]] = MongoClient(self.mongo)
        for kind in ("src", "target"):
            client.drop_database(f"{kind}_{self.name}")
        client.close()
        for index in requests.get(
            f"{self.elastic}/_cat/indices/{self.name}*,genes_current*?format=json", timeout=300
        ).json():
            requests.delete(f"{self.elastic}/{index['index']}", timeout=300)


@pytest.fixture(params=["HUB_TEST_ES8_URL", "HUB_TEST_ES9_URL"])
def servers(request: pytest.FixtureRequest) -> tuple[str, str]:
    needed = [v for v in ("HUB_TEST_MONGO_URI", request.param) if not os.environ.get(v)]
    if needed:
        pytest.skip(f"{', '.join(needed)} not set")
    return os.environ["HUB_TEST_MONGO_URI"], os.environ[request.param]


def repositories(elastic: str) -> Path:
    """A folder for a repository, where the server may write."""
    nodes = requests.get(f"{elastic}/_nodes/_local/settings", timeout=300).json()["nodes"]
    [node] = nodes.values()
    root = node["settings"]["path"]["repo"]
    return Path(root if isinstance(root, str) else root[0]) / f"r{uuid.uuid4().hex[:8]}"


def forget(elastic: str, repository: str) -> None:
    """Have the server forget a repository."""
    requests.delete(f"{elastic}/_snapshot/{repository}", timeout=300)


@pytest.fixture
async def hubs(servers: tuple[str, str], tmp_path: Path) -> AsyncIterator[Pair]:
    folder, repository = tmp_path / "www", repositories(servers[1])
    with serving(folder) as url:
        releases = {"env": {"releases": {"release": {"path": str(folder), "folder": "genes", "url": url}}}}
        snapshots = {
            "env": {
                "snapshots": {"indexer": "localhub", "repository": {"type": "documents"}},
                "elastic": {
                    "indexer": "localhub",
                    "monitor_delay": 0.2,
                    "repository": {
                        "name": f"test_{uuid.uuid4().hex[:8]}",
                        "type": "fs",
                        "settings": {"location": str(repository)},
                    },
                },
            }
        }
        publisher = ServerHub(tmp_path / "publisher", *servers, RELEASE_CONFIG=releases, SNAPSHOT_CONFIG=snapshots)
        consumer = ServerHub(tmp_path / "consumer", *servers, VERSION_URLS=[f"{url}/genes/versions.json"])
        for hub in (publisher, consumer):
            await hub.jobs.start()
        yield Pair(publisher, consumer, folder, url)
        for hub in (publisher, consumer):
            await hub.jobs.stop()
            hub.clean()
            hub.close()
        name = snapshots["env"]["elastic"]["repository"]["name"]  # type: ignore[index]
        forget(servers[1], name)
        shutil.rmtree(repository, ignore_errors=True)


def docs(count: int, start: int = 0) -> dict[str, list[dict[str, Any]]]:
    one = [{"_id": f"g{n:03d}", "name": f"gene {n}", "n": n} for n in range(start, start + count)]
    return {"one": one, "two": [{"_id": "g010", "tags": [f"v{start}"]}]}


async def test_five_releases_of_real_data_are_followed(hubs: Pair, tmp_path: Path) -> None:
    await follow_history(hubs.publisher, hubs.consumer, tmp_path / "scratch")


async def test_a_diff_is_applied_in_place_on_both_servers(hubs: Pair) -> None:
    hub = hubs.publisher
    old, new = await hub.build("1", docs(300), MAPPING), await hub.build("2", docs(300, 20), MAPPING)
    await hub.indices.index("localhub", old)
    await hub.diffs.diff("jsondiff-selfcontained", old, new)
    index = await hub.syncs.sync("es", old, new, target=[hub.elastic, old, "gene"])
    assert (index.added, index.updated, index.deleted) == (20, 1, 19)
    assert plain(hub.installed(old)) == plain(hub.documents(new))
    hub.syncs.reset_synced(old, new)
    assert (await hub.syncs.sync("es", old, new, target=old)).skipped == 40
    await hub.syncs.sync("mongo", old, new)
    assert plain(hub.documents(old)) == plain(hub.documents(new))
    compared = await hub.diffs.diff("jsondiff-selfcontained", f"index:localhub/{old}", new, steps=["content"])
    assert compared["diff"]["stats"] == {"add": 0, "update": 0, "delete": 0, "mapping_changed": False}


async def test_a_snapshot_of_elasticsearch_is_published_and_restored(hubs: Pair) -> None:
    publisher, consumer = hubs.publisher, hubs.consumer
    first = await publisher.build("1", docs(300), MAPPING)
    await publisher.indices.index("localhub", first)
    taken = await publisher.snapshots.snapshot("elastic", first)
    assert (taken["state"], taken["conf"]["repository"]["type"]) == ("SUCCESS", "fs")
    publisher.releases.notes.create("none", first)
    await publisher.releases.publish_snapshot("releases", first)
    assert await consumer.standalone.install("genes") == ["1"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(first))
    second = await publisher.build("2", docs(300, 20), MAPPING)
    await publisher.publish_step(first, second)
    assert await consumer.standalone.install("genes") == ["1.2"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(second))
    assert (await consumer.standalone.rollback("genes"))["version"] == "1"
    assert await publisher.snapshots.cleanup("elastic", 0) == {"dryrun": True, "snapshots": {}}
    assert publisher.snapshots.validate()["snapshots_validated"] == 0
    assert (await publisher.snapshots.delete({"elastic": [first]}))["deleted_count"] == 1


async def test_a_repository_that_is_another_one_is_told_and_made_anew(hubs: Pair) -> None:
    hub = hubs.publisher
    build = await hub.build("1", docs(30), MAPPING)
    await hub.indices.index("localhub", build)
    await hub.snapshots.snapshot("elastic", build)
    wanted = hub.settings["SNAPSHOT_CONFIG"]["env"]["elastic"]["repository"]
    wanted["settings"] = {**wanted["settings"], "compress": "false"}
    with pytest.raises(RepositoryError, match="recreate_repo") as caught:
        await hub.snapshots.snapshot("elastic", build)
    [told] = orjson.loads(str(SnapshotReplyError(caught.value)))
    assert told["error"] == "repository_verification_exception"
    assert (await hub.snapshots.snapshot("elastic", build, recreate_repo=True))["state"] == "SUCCESS"
    request = NativeRequest(
        hub.indices.catalogue.spec("localhub"), build, "x", "test_nowhere", "fs", {"location": "/nowhere"}
    )
    with pytest.raises(RepositoryError, match="can not use it"):
        take_native(NullContext(), request)
    forget(hub.elastic, "test_nowhere")


def make_way(location: str) -> None:
    Path(location).unlink()


async def test_a_repository_that_vanishes_in_mid_snapshot_is_told(hubs: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = hubs.publisher
    build = await hub.build("1", docs(300), MAPPING)
    await hub.indices.index("localhub", build)
    repository = hub.settings["SNAPSHOT_CONFIG"]["env"]["elastic"]["repository"]
    spec = hub.indices.catalogue.spec("localhub")
    request = NativeRequest(spec, build, "lost", repository["name"], "fs", repository["settings"], delay=0.1)
    start = ElasticRepositories.start

    def start_and_lose(self: Any, *arguments: str) -> None:
        start(self, *arguments)
        location = Path(repository["settings"]["location"])
        gone = location.rename(location.with_name(f"{location.name}-gone"))  # in one step: the server is writing there
        location.write_text("")  # and so that the server does not make it anew
        shutil.rmtree(gone, ignore_errors=True)

    monkeypatch.setattr(ElasticRepositories, "start", start_and_lose)
    with pytest.raises((RepositoryError, SnapshotFailedError)):
        take_native(NullContext(), request)
    monkeypatch.undo()
    make_way(repository["settings"]["location"])
    assert "snapshot" not in hub.builds.info(build) or not hub.builds.info(build)["snapshot"]
    entry = await hub.snapshots.snapshot("elastic", build, recreate_repo=True)
    assert entry["state"] == "SUCCESS"


async def test_an_archive_of_a_repository_is_unpacked_and_restored(hubs: Pair, tmp_path: Path) -> None:
    """The consumer's cluster has nothing but what the archive brings: the publisher's repository is gone."""
    publisher, consumer = hubs.publisher, hubs.consumer
    steps = [
        {"action": "archive", "format": "tar.gz", "name": "all-%(_meta.build_version)s.tar.gz"},
        {"action": "upload", "type": "folder", "path": str(hubs.folder), "base_path": "old", "url": hubs.url},
    ]
    publisher.settings["RELEASE_CONFIG"]["env"]["releases"]["publish"] = {"pre": {"snapshot": steps}}
    theirs = Path(publisher.settings["SNAPSHOT_CONFIG"]["env"]["elastic"]["repository"]["settings"]["location"])
    mine = theirs.with_name(f"{theirs.name}-consumer")
    spec = {"genes": {"repo_settings": {"location": str(mine)}}}
    consumer.settings["STANDALONE_CONFIG"].update(spec)
    builds = []
    for number in (1, 2):
        builds.append(await publisher.build(str(number), docs(300, 20 * number), MAPPING))
        await publisher.indices.index("localhub", builds[-1])
        await publisher.snapshots.snapshot("elastic", builds[-1])
        publisher.releases.notes.create("none", builds[-1])
        done = await publisher.releases.publish_snapshot("releases", builds[-1])
        assert done["metadata"]["repository"]["type"] == "fs"
        assert done["metadata"]["archive_url"] == f"{hubs.url}/old/all-{number}.tar.gz"
    shutil.rmtree(theirs)
    assert await consumer.standalone.install("genes", "1") == ["1"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[0]))
    assert list(mine.iterdir()) == [], "what was unpacked goes when it was restored"
    archive = hubs.folder / "old" / "all-2.tar.gz"
    content = archive.read_bytes()
    archive.write_bytes(content[:-100] + bytes(100))
    with pytest.raises(BadReleaseError, match="is not the file that was published"):
        await consumer.standalone.install("genes", "2")
    assert (await consumer.standalone.backend("genes"))["version"] == "1"
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[0]))
    archive.write_bytes(content)
    assert await consumer.standalone.install("genes", "2") == ["2"]
    assert plain(consumer.installed("genes_current")) == plain(publisher.documents(builds[1]))
    shutil.rmtree(mine)
