"""The sync manager: applies the diffs of this hub to collections and indices that it can reach."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hub.databuild.locate import own_collection
from hub.datadiff.applying import STEPS, SyncReport, SyncRequest, apply_diff
from hub.datadiff.errors import DiffArgumentError
from hub.datadiff.manager import DiffManager
from hub.datadiff.records import keep, step
from hub.datadiff.resolve import What, merged_at
from hub.datadiff.targets import TargetSpec
from hub.dataindex.manager import SERVING_ENV, IndexManager
from hub.jobs.logfiles import of_build
from hub.jobs.port import JobSpec
from hub.jobs.resources import SYNC
from hub.search.port import SearchSpec
from hub.store.port import StoreSpec

log = logging.getLogger("hub.syncs")

BACKENDS = ("es", "mongo")


class SyncManager:
    """Applies diffs.

    Args:
        diffs: where they are.
        indices: search engines.
    """

    def __init__(self, diffs: DiffManager, indices: IndexManager) -> None:
        self._diffs, self._indices = diffs, indices
        self.services, self.settings = diffs.services, diffs.settings

    async def sync(
        self,
        backend_type: str,
        old: What,
        new: What,
        *,
        target: Sequence[str] | str | None = None,
        batch_size: int | None = None,
        steps: Sequence[str] = STEPS,
        force: bool = False,
        owner: str = "",
    ) -> SyncReport:
        """Apply the diff of two builds to a target, in place; safe to do twice.

        Args:
            backend_type: ``es`` for an index (of any search engine), ``mongo`` for a collection (of any store).
            old, new: the sides of the diff.
            target: ``[host or environment, index, ...]`` or the name of an index; ``[database, collection]`` or
                ``target:COLLECTION``. Default: the index named like the old side; the old side's own collection.
            batch_size: operations held at a time; ``SYNC_BATCH_SIZE`` by default.
            steps: some of ``mapping``, ``content``, ``meta``, ``post``; ``post`` verifies by count and digest.
            force: change documents that are neither as before nor as after the diff.
            owner: who asked.

        Raises:
            hub.errors.HubError: it can not be applied (nothing was changed), or the result is not what it should be.
        """
        if backend_type not in BACKENDS:
            raise DiffArgumentError("backend_type", backend_type, f"there are {', '.join(BACKENDS)}.")
        if unknown := [s for s in steps if s not in STEPS]:
            raise DiffArgumentError("steps", unknown, f"there are {', '.join(STEPS)}.")
        folder, metadata = self._diffs.find(old, new)
        spec = self._index(target, metadata) if backend_type == "es" else self._collection(target, metadata)
        selfcontained = metadata["diff"]["type"].endswith("selfcontained")
        request = SyncRequest(
            folder=str(folder),
            metadata=metadata,
            target=spec,
            steps=tuple(steps),
            batch_size=batch_size or int(self.settings["SYNC_BATCH_SIZE"]),
            new=None if selfcontained else self._diffs.sides.side(metadata["new"]["backend"]),
            force=force,
        )
        build = metadata["new"]["backend"] if self.services.state.builds.get(metadata["new"]["backend"]) else ""
        held = self._diffs.builds.held(self._builds_in_use(build, spec), "a diff is applied")
        with held, step(self.services.state.builds, build, "sync-content", "syncing") as told:
            report = await self._run(request, build, owner)
            told["result"] = {k: getattr(report, k) for k in ("added", "updated", "deleted", "skipped")}
        self._remember(build, metadata["old"]["backend"], spec, report)
        self._note_content(spec, report)
        log.info("sync of %s to %s: %s", folder.name, spec.key, report, extra={"action": "sync_done"})
        return report

    async def _run(self, request: SyncRequest, build: str, owner: str) -> SyncReport:
        handle = self.services.jobs.submit(
            JobSpec(
                kind="sync",
                subject=request.target.key,
                description=f"apply {request.metadata['diff']['version']} to {request.target.key}",
                fn=apply_diff,
                args=(request,),
                exclusive=frozenset({f"sync:{request.target.key}"}),
                shared=frozenset({f"diff:{request.folder}"}),
                resources={SYNC: 1},
                owner=owner,
                log=of_build(build, "sync"),
            )
        )
        report: SyncReport = await handle.result()
        return report

    def reset_synced(self, old: What, new: What) -> int:
        """Forget which files of a diff were applied, so that the next sync looks at all; how many targets it knew."""
        folder, _ = self._diffs.find(old, new)
        found = list(folder.glob("sync_*.json"))
        for path in found:
            path.unlink(missing_ok=True)
        return len(found)

    def _remember(self, build: str, old: str, spec: TargetSpec, report: SyncReport) -> None:
        record = self.services.state.builds.get(build) if build else None
        entry = dict(((record or {}).get("diff") or {}).get(old) or {})
        if not entry:
            return
        done = {k: getattr(report, k) for k in ("added", "updated", "deleted", "skipped")}
        entry["sync"] = {**(entry.get("sync") or {}), spec.key: {"created_at": datetime.now(UTC), **done}}
        keep(self.services.state.builds, build, "diff", old, entry)

    def _builds_in_use(self, build: str, spec: TargetSpec) -> list[str]:
        """The newer build, and the one whose own collection is changed."""
        found = {build} if build else set()
        if spec.store == self.services.target_store.spec:
            found |= {str(b["_id"]) for b in self.services.state.builds.all() if own_collection(b) == spec.name}
        return sorted(found)

    def _note_content(self, spec: TargetSpec, report: SyncReport) -> None:
        """A build whose own collection was changed has another digest than before."""
        if spec.store != self.services.target_store.spec:
            return
        for build in self.services.state.builds.all():
            if own_collection(build) == spec.name:
                known: dict[str, Any] = {
                    key: report.verified[key] for key in ("count", "digest") if key in report.verified
                }
                content: dict[str, Any] | None = {**known, "of": merged_at(build)} if known else None
                self.services.state.builds.update(str(build["_id"]), {"content": content})

    # -- targets ---------------------------------------------------------------------------------------------------

    def _index(self, target: Sequence[str] | str | None, metadata: dict[str, Any]) -> TargetSpec:
        if target is None:
            return TargetSpec(str(metadata["old"]["backend"]).lower(), engine=self._engine(SERVING_ENV))
        if isinstance(target, str):
            env, mark, name = target.partition("/")
            return TargetSpec(name if mark else env, engine=self._engine(env if mark else SERVING_ENV))
        if len(target) not in (2, 3) or not all(isinstance(part, str) and part for part in target):
            raise DiffArgumentError("target_backend", list(target), "write [host or environment, index, doc_type].")
        return TargetSpec(target[1], engine=self._engine(target[0]))

    def _engine(self, where: str) -> SearchSpec:
        """The engine of an environment, by its name or by the host that clients know it by."""
        catalogue = self._indices.catalogue
        for env in catalogue.environments():
            host = catalogue.host(env)
            if where in (env, host) or _bare(where) == _bare(host):
                return catalogue.spec(env)
        return catalogue.spec(where)

    def _collection(self, target: Sequence[str] | str | None, metadata: dict[str, Any]) -> TargetSpec:
        if target is None:
            target = str(metadata["old"]["backend"])
        if isinstance(target, str):
            side = self._diffs.sides.side(target)
            if side.build:
                self._diffs.sides.build(side.build)
            return TargetSpec(side.collection, store=side.store)
        parts = [str(part) for part in target]
        if len(parts) == 2:
            spec = self.services.target_store.spec
            return TargetSpec(parts[1], store=StoreSpec(spec.engine, parts[0], spec.location))
        if len(parts) == 3 and parts[0].startswith(("mongodb://", "mongodb+srv://")):
            return TargetSpec(parts[2], store=StoreSpec("mongo", parts[1], parts[0]))
        raise DiffArgumentError("target_backend", parts, "write [database, collection] or the name of a build.")


def _bare(host: str) -> str:
    return host.removeprefix("http://").removeprefix("https://").rstrip("/")
