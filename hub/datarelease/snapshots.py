"""The snapshot manager: takes snapshots of indices, knows where they are, and removes them."""

from __future__ import annotations

import asyncio
import builtins
import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.datadiff.records import keep, step
from hub.datadiff.resolve import known_digest
from hub.dataindex.aliases import refuse_held
from hub.dataindex.manager import IndexManager
from hub.datarelease import environments as envs
from hub.datarelease.errors import AmbiguousError
from hub.datarelease.naming import check_name, without_secrets
from hub.datarelease.native import NativeRequest, repositories, take_native
from hub.datarelease.places import open_place
from hub.datarelease.portable import DESCRIPTION, SnapshotRequest, take_snapshot
from hub.errors import BadArgument, HubError, NotFound
from hub.jobs.logfiles import of_build
from hub.jobs.port import JobSpec
from hub.jobs.schedule import Scheduler
from hub.store.state import State

log = logging.getLogger("hub.snapshots")

NO_ENV = "__no_env__"


class SnapshotManager:
    """Snapshots of the indices of builds.

    Args:
        indices: search engines, jobs and records.
    """

    def __init__(self, indices: IndexManager) -> None:
        self._indices, self._jobs, self._bus = indices, indices.jobs, indices.bus
        self._settings: Settings = indices.settings
        self._state: State = indices.state

    # -- environments ----------------------------------------------------------------------------------------------

    def snapshot_info(self, env: str | None = None) -> dict[str, Any]:
        """``SNAPSHOT_CONFIG`` as completed, without secrets; one environment or all."""
        found = envs.environments(self._settings, envs.SNAPSHOTS)
        if env is not None:
            if env not in found:
                raise NotFound("snapshot environment", env, found)
            found = {env: found[env]}
        return {"env": without_secrets(found)}

    def environment(self, name: str, build: Mapping[str, Any]) -> envs.SnapshotEnv:
        """One environment, for a build.

        Raises:
            hub.errors.HubError: there is none of that name, or it can not be used.
        """
        now = datetime.now(UTC)
        found = envs.snapshot_env(self._settings, name, build, now)
        embedded = self._indices.catalogue.spec(found.indexer).engine == "embedded"
        return envs.snapshot_env(self._settings, name, build, now, embedded=True) if embedded else found

    # -- taking ----------------------------------------------------------------------------------------------------

    async def snapshot(
        self, env: str, index: str, snapshot: str | None = None, *, recreate_repo: bool = False, owner: str = ""
    ) -> dict[str, Any]:
        """Take a snapshot of an index of a build.

        Args:
            env: environment of ``SNAPSHOT_CONFIG``.
            index: name of the index.
            snapshot: name of the snapshot; that of the index by default. One of that name is replaced.
            recreate_repo: make a repository anew that is not as the environment says.
            owner: who asked.

        Returns:
            What the record of the build says of it.

        Raises:
            hub.errors.HubError: it can not be taken, or failed; nothing of it is then left.
        """
        name, build, found = self.checked(env, index, snapshot)
        replaced = name in (build.get("snapshot") or {})
        build_name = str(build["_id"])
        with step(self._state.builds, build_name, "pre-snapshot", "in progress"):
            engine = self._indices.engine(found.indexer)
            await asyncio.to_thread(engine.count, index)
            stored = found.place or found.bucket
            if stored is not None:
                await asyncio.to_thread(lambda: open_place(stored).prepare())
        with step(self._state.builds, build_name, "snapshot", "in progress"):
            told = await self._take(found, build, index, name, recreate_repo, owner)
        with step(self._state.builds, build_name, "post-snapshot", "in progress"):
            entry = {
                "conf": {"repository": self._shown(found), "indexer": {"env": found.indexer}},
                "indexer_env": found.indexer,
                "environment": env,
                "index_name": index,
                "replaced": replaced,
                "created_at": datetime.now(UTC),
                **told,
            }
            keep(self._state.builds, build_name, "snapshot", name, entry)
            builds = self._state.builds
            self._state.store.update(builds.collection, build_name, add_to_set={"pending": "release_note"})
        log.info("snapshot %s of %s", name, index, extra={"action": "snapshot_done", "snapshot": name})
        self._bus.publish("snapshot.done", snapshot=name, index=index, build=build_name, environment=env)
        return entry

    def checked(self, env: str, index: str, snapshot: str | None) -> tuple[str, dict[str, Any], envs.SnapshotEnv]:
        """Name of a snapshot that is to be taken, the build that its index was made of, and the environment.

        Raises:
            hub.errors.HubError: it can not be taken.
        """
        name, build = check_name("snapshot", snapshot or index), self._build_of(env, index)
        refuse_held(build)
        return name, build, self.environment(env, build)

    def _build_of(self, env: str, index: str) -> dict[str, Any]:
        now = datetime.now(UTC)
        indexer = envs.snapshot_env(self._settings, env, {}, now).indexer
        for build in self._state.builds.all():
            if self._indices.catalogue.registered(build, index, indexer):
                return dict(build)
        known = {
            name
            for build in self._state.builds.all()
            for name, entry in (build.get("index") or {}).items()
            if entry.get("environment") == indexer
        }
        raise NotFound(f"index of a build in the environment `{indexer}`", index, known)

    def _shown(self, env: envs.SnapshotEnv) -> dict[str, Any]:
        settings = dict(env.settings)
        if env.place is not None and not env.place.is_bucket:
            settings["location"] = env.place.root
        return {"type": env.kind, "name": env.repository, "settings": without_secrets(settings)}

    async def _take(
        self, env: envs.SnapshotEnv, build: Mapping[str, Any], index: str, name: str, recreate: bool, owner: str
    ) -> dict[str, Any]:
        spec = self._indices.catalogue.spec(env.indexer)
        config: Mapping[str, Any] = build.get("build_config") or {}
        kept = {k: config[k] for k in ("num_shards", "num_replicas", "extra_index_settings") if k in config}
        if env.place is not None:
            rejected = ((build.get("index") or {}).get(index) or {}).get("rejected_count")
            request: Any = SnapshotRequest(
                engine=spec,
                index=index,
                snapshot=name,
                place=env.place,
                scratch=str(Path(self._settings["SNAPSHOT_PATH"]) / ".scratch"),
                max_bytes=int(self._settings["MAX_DIFF_SIZE"]),
                settings=kept,
                expected=None if rejected else known_digest(build),
            )
            fn: Any = take_snapshot
        else:
            request = NativeRequest(
                spec, index, name, env.repository, env.kind, env.settings, recreate=recreate, delay=env.delay
            )
            fn = take_native
        handle = self._jobs.submit(
            JobSpec(
                kind="snapshot",
                subject=name,
                description=f"snapshot {name} of {index} in {env.name}",
                fn=fn,
                args=(request,),
                where="process" if env.place is not None else "thread",
                exclusive=frozenset({f"snapshot:{env.name}:{name}"}),
                shared=frozenset({f"index:{env.indexer}:{index}", f"documents:{build['_id']}"}),
                owner=owner,
                log=of_build(str(build["_id"]), "snapshot", index),
            )
        )
        result = await handle.result()
        if env.place is not None:
            return {"count": result["count"], "digest": result["digest"]}
        return {"state": result.get("state")}

    async def snapshot_a_build(self, build_name: str, env: str | None = None, *, owner: str = "") -> dict[str, Any]:
        """Snapshot a build: its newest index in the environment's indexer, or a new index of it.

        Args:
            build_name: name of the build.
            env: environment; that of ``autobuild.env`` by default.
            owner: who asked.
        """
        build = self._state.builds.get(build_name)
        if build is None:
            raise NotFound("build", build_name, [str(b["_id"]) for b in self._state.builds.all()])
        asked = ((build.get("build_config") or {}).get("autobuild") or {}).get("env")
        chosen = env or (asked[-1] if isinstance(asked, list) and asked else asked) or envs.DEFAULT_SNAPSHOT_ENV
        indexer = self.environment(str(chosen), build).indexer
        made = [n for n, e in (build.get("index") or {}).items() if e.get("environment") == indexer]
        if not made:
            report = await self._indices.index(indexer, build_name, build_name.lower(), owner=owner)
            made = [report.index]
        return await self.snapshot(str(chosen), made[-1], owner=owner)

    # -- looking ---------------------------------------------------------------------------------------------------

    def find(self, snapshot: str, build_name: str | None = None) -> tuple[dict[str, Any], dict[str, Any]]:
        """The build that a snapshot is registered with, and what it says of it.

        Raises:
            hub.errors.NotFound: there is none of that name.
            AmbiguousError: several builds have one.
        """
        found = [
            dict(build)
            for build in self._state.builds.all()
            if snapshot in (build.get("snapshot") or {}) and build_name in (None, build["_id"])
        ]
        if not found:
            raise NotFound("snapshot", snapshot, {n for b in self._state.builds.all() for n in b.get("snapshot") or {}})
        if len(found) > 1:
            raise AmbiguousError("snapshot", snapshot, [str(b["_id"]) for b in found], "Say which with `build_name`.")
        return found[0], dict(found[0]["snapshot"][snapshot])

    def list(
        self, env: str | None = None, *, return_db_cols: bool = False, **filters: Any
    ) -> builtins.list[dict[str, Any]]:
        """Snapshots by build configuration, oldest first: ``[{"_id": configuration, "items": [...]}]``.

        Args:
            env: one environment.
            return_db_cols: with the record of the build in each item.
            filters: fields that an item must have: ``build_config``, ``build_name``, ``environment``.
        """
        items = []
        for build in self._state.builds.all():
            conf = str((build.get("build_config") or {}).get("_id"))
            for name, entry in (build.get("snapshot") or {}).items():
                item = {"_id": name, "build_config": conf, "build_name": build["_id"], **entry}
                if return_db_cols:
                    item["build"] = {k: build.get(k) for k in ("_id", "started_at", "archived", "_meta")}
                wanted = {k: v for k, v in filters.items() if v is not None} | ({"environment": env} if env else {})
                if all(item.get(key) == value for key, value in wanted.items()):
                    items.append(item)
        items.sort(key=lambda item: (item["build_config"], str(item.get("created_at"))))
        return [
            {"_id": conf, "items": [*members]}
            for conf, members in groupby(items, key=lambda item: item["build_config"])
        ]

    # -- removing --------------------------------------------------------------------------------------------------

    async def delete(
        self, snapshots_data: Mapping[str, Sequence[str]], *, ignore_errors: bool = False
    ) -> dict[str, Any]:
        """Delete snapshots from their repositories and from the records.

        Args:
            snapshots_data: environment to names; ``__no_env__`` for those without an environment.
            ignore_errors: go on after one that can not be deleted.

        Returns:
            How many were deleted of each environment, and what went wrong: ``{"deleted": {env: n}, "errors": [...]}``.
        """
        for env, names in snapshots_data.items():
            if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
                raise BadArgument(f"snapshots_data, `{str(env)[:100]}`: give a list of names.")
        chosen = [(env, str(name)) for env, names in snapshots_data.items() for name in names]
        for env, name in chosen:  # all names are looked at before the first one goes
            if not self._registered(env, name):
                raise NotFound(f"snapshot of the environment `{env}`", name, self._names(env))
        deleted: dict[str, int] = {}
        problems: list[str] = []
        for env, name in chosen:
            try:
                for build in self._registered(env, name):
                    if env != NO_ENV:
                        await asyncio.to_thread(self._remove, env, build, name)
                    keep(self._state.builds, str(build["_id"]), "snapshot", name, None)
                deleted[env] = deleted.get(env, 0) + 1
            except HubError as error:
                if not ignore_errors:
                    raise
                problems.append(str(error))
        return {"deleted": deleted, "deleted_count": sum(deleted.values()), "errors": problems}

    def _registered(self, env: str, name: str) -> builtins.list[dict[str, Any]]:
        wanted = None if env == NO_ENV else env
        return [
            dict(build)
            for build in self._state.builds.all()
            if (entry := (build.get("snapshot") or {}).get(name)) and entry.get("environment") == wanted
        ]

    def _names(self, env: str) -> set[str]:
        wanted = None if env == NO_ENV else env
        return {
            name
            for build in self._state.builds.all()
            for name, entry in (build.get("snapshot") or {}).items()
            if entry.get("environment") == wanted
        }

    def _remove(self, env: str, build: Mapping[str, Any], name: str) -> None:
        found = self.environment(env, build)
        if found.place is not None:
            open_place(found.place).remove(name)
            return
        with closing(repositories(self._indices.catalogue.spec(found.indexer))) as cluster:
            if cluster.settings(found.repository) is not None:
                cluster.remove(found.repository, name)

    def _is_stored(self, env: str, build: Mapping[str, Any], name: str) -> bool:
        found = self.environment(env, build)
        if found.place is not None:
            return open_place(found.place).get(f"{name}/{DESCRIPTION}") is not None
        with closing(repositories(self._indices.catalogue.spec(found.indexer))) as cluster:
            return cluster.settings(found.repository) is not None and cluster.state(found.repository, name) is not None

    def validate(self) -> dict[str, Any]:
        """Forget snapshots that are not in their repositories any more; those that can not be looked at stay."""
        gone, problems = 0, []
        for build in self._state.builds.all():
            for name, entry in dict(build.get("snapshot") or {}).items():
                try:
                    if not self._is_stored(str(entry.get("environment")), build, name):
                        keep(self._state.builds, str(build["_id"]), "snapshot", name, None)
                        gone += 1
                except HubError as error:
                    problems.append(f"{name}: {error}")
        return {"snapshots_validated": gone, "snapshots_deleted": gone, "errors": problems}

    async def cleanup(
        self,
        env: str | None = None,
        keep_newest: int = 3,
        *,
        group_by: str = "build_config",
        dryrun: bool = True,
        ignore_errors: bool = False,
        **filters: Any,
    ) -> dict[str, Any]:
        """Delete old snapshots; of each group the newest ``keep_newest`` stay, and those that were published.

        Args:
            env: environment; needed unless it is a dry run.
            keep_newest: how many stay.
            group_by: field of an item that makes the groups.
            dryrun: only tell which.
            ignore_errors: go on after one that can not be deleted.
            filters: fields that an item must have.
        """
        if env is None and not dryrun:
            raise BadArgument("name the environment (`env`) whose snapshots are to be deleted.")
        if keep_newest < 0:
            raise BadArgument(f"`keep` must not be below 0, it is {keep_newest}.")
        groups: dict[str, builtins.list[dict[str, Any]]] = {}
        for group in self.list(env, **filters):
            for item in group["items"]:
                groups.setdefault(str(item.get(group_by)), []).append(item)
        old = [
            item
            for items in groups.values()
            for item in sorted(items, key=lambda i: str(i.get("created_at")), reverse=True)[keep_newest:]
            if not self._is_published(item)
        ]
        chosen: dict[str, builtins.list[str]] = {}
        for item in old:
            chosen.setdefault(str(item.get("environment") or NO_ENV), []).append(item["_id"])
        if dryrun:
            return {"dryrun": True, "snapshots": chosen}
        return {"dryrun": False, **await self.delete(chosen, ignore_errors=ignore_errors)}

    def _is_published(self, item: Mapping[str, Any]) -> bool:
        """Whether a release needs it: one that has the documents with it does not."""
        build = self._state.builds.get(item["build_name"]) or {}
        published = ((build.get("publish") or {}).get("full") or {}).get(item["_id"])
        return bool(published) and (item.get("conf") or {}).get("repository", {}).get("type") != envs.DOCUMENTS

    def schedule(self, scheduler: Scheduler) -> None:
        """Put the clean-ups of ``AUTO_SNAPSHOT_CLEANUP_CONFIG`` on the scheduler."""
        for env, config in (self._settings.get("AUTO_SNAPSHOT_CLEANUP_CONFIG") or {}).items():
            asked = dict(config or {})
            cron = str(asked.get("schedule") or "0 0 * * *")

            async def run(env: str = env, asked: dict[str, Any] = asked) -> None:
                await self.cleanup(
                    env,
                    int(asked.get("keep", 3)),
                    group_by=str(asked.get("group_by") or "build_config"),
                    dryrun=False,
                    ignore_errors=True,
                    **dict(asked.get("extra_filters") or {}),
                )

            scheduler.add(f"snapshot_cleanup:{env}", cron, run)
