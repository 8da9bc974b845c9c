"""A publisher whose folder is served over HTTP, and a consumer that follows it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers.folder_server import serving
from tests.standalone.hubs import FullHub


class Pair:
    """Both hubs, and where one publishes."""

    def __init__(self, publisher: FullHub, consumer: FullHub, folder: Path, url: str) -> None:
        self.publisher, self.consumer, self.folder, self.url = publisher, consumer, folder, url


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    folder = tmp_path / "www"
    with serving(folder) as url:
        config = {"env": {"releases": {"release": {"path": str(folder), "folder": "genes", "url": url}}}}
        snapshots = {"env": {"snapshots": {"indexer": "localhub", "repository": {"type": "documents"}}}}
        publisher = FullHub(tmp_path / "publisher", RELEASE_CONFIG=config, SNAPSHOT_CONFIG=snapshots)
        follows: dict[str, Any] = {"VERSION_URLS": [f"{url}/genes/versions.json"]}
        consumer = FullHub(tmp_path / "consumer", **follows)
        for hub in (publisher, consumer):
            await hub.jobs.start()
        yield Pair(publisher, consumer, folder, url)
        for hub in (publisher, consumer):
            await hub.jobs.stop()
            hub.close()
