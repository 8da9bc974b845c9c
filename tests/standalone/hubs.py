"""Two hubs on one machine: one builds and publishes, one follows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hub.datadiff.manager import DiffManager
from hub.datadiff.syncing import SyncManager
from hub.datarelease.publisher import ReleaseManager
from hub.datarelease.snapshots import SnapshotManager
from hub.search.reading import every_document
from hub.standalone.manager import StandaloneManager
from tests.databuild.workshop import Workshop

KIND = "jsondiff-selfcontained"


class FullHub(Workshop):
    """A workshop with everything that releases need."""

    def __init__(self, home: Path, **flags: Any) -> None:
        application = home / "application"  # not that of the person who runs the tests
        application.mkdir(parents=True, exist_ok=True)
        super().__init__(home, **{"DATA_PLUGIN_FOLDER": str(application), **flags})
        self.diffs = DiffManager(self.builds, self.indices)
        self.syncs = SyncManager(self.diffs, self.indices)
        self.snapshots = SnapshotManager(self.indices)
        self.releases = ReleaseManager(self.diffs, self.snapshots)
        self.standalone = StandaloneManager(self.indices)
        self.env = "localhub"

    async def build(self, version: str, sources: dict[str, Any], mappings: dict[str, Any]) -> str:
        """Upload sources and build them under a version; gives the name of the build."""
        for name, documents in sources.items():
            self.upload(name, documents, mapping=mappings[name], release=version)
        params = {"build_version": version, "keep_archive": 0}
        put = self.builds.update_build_configuration
        if self.state.build_configs.get("genes") is None:
            put = self.builds.create_build_configuration
        put("genes", "gene", sorted(sources), params=params)
        return await self.builds.merge("genes")

    async def publish_full(self, build: str, old: str = "none", **more: Any) -> dict[str, Any]:
        """Index, snapshot, note, publish."""
        await self.indices.index(self.env, build)
        await self.snapshots.snapshot("snapshots", build)
        self.releases.notes.create(old, build)
        return await self.releases.publish_snapshot("releases", build, build, old, **more)

    async def publish_step(self, old: str, new: str, **more: Any) -> dict[str, Any]:
        """Diff, note, publish."""
        await self.diffs.diff(KIND, old, new)
        self.releases.notes.create(old, new)
        return await self.releases.publish_diff("releases", new, old, **more)

    def installed(self, index: str, env: str = "localhub") -> dict[str, dict[str, Any]]:
        """Documents of an index or alias by id."""
        return {d["_id"]: d for d in every_document(self.indices.engine(env), index)}

    def close(self) -> None:
        self.standalone.close()
        super().close()


def plain(documents: Iterable[dict[str, Any]] | dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Documents by id, with lists in one order, to be compared."""
    found = documents.values() if isinstance(documents, dict) else documents
    return {d["_id"]: _sorted(d) for d in found}


def _sorted(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _sorted(v) for k, v in value.items()}
    return sorted((_sorted(v) for v in value), key=repr) if isinstance(value, list) else value
