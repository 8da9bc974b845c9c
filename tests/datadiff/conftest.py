"""A workshop with diffs, and builds of one source that a test changes from release to release."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import pytest

from hub.datadiff.manager import DiffManager
from hub.datadiff.syncing import SyncManager
from tests.databuild.workshop import Workshop

PROPERTIES = {"name": {"type": "text"}, "n": {"type": "long"}, "tags": {"type": "keyword"}}


class DiffShop(Workshop):
    """A workshop with diffs and syncs."""

    def __init__(self, home: Path, **flags: Any) -> None:
        super().__init__(home, **flags)
        self.diffs = DiffManager(self.builds, self.indices)
        self.syncs = SyncManager(self.diffs, self.indices)

    async def release(self, version: str, documents: Iterable[dict[str, Any]], **more: Any) -> str:
        """Upload documents as the source ``one``, build them under a version; gives the name of the build."""
        mapping = more.pop("mapping", PROPERTIES)
        self.upload("one", documents, mapping=mapping, release=version)
        params = {"build_version": version, "keep_archive": 0, **more}
        put = self.builds.update_build_configuration
        if self.state.build_configs.get("genes") is None:
            put = self.builds.create_build_configuration
        put("genes", "gene", ["one"], params=params)
        return await self.builds.merge("genes")


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[DiffShop]:
    made = DiffShop(tmp_path / "home")
    await made.jobs.start()
    yield made
    await made.jobs.stop()
    made.close()
