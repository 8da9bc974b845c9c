"""The index manager: the only one that makes, moves and removes search indices."""

from __future__ import annotations

import asyncio
import builtins
import json
import logging
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hub.config import Settings
from hub.dataindex.catalogue import UPDATE, IndexCatalogue
from hub.dataindex.cold import cold_build, cold_collection, combined
from hub.dataindex.errors import BuildNotReadyError, IndexArgumentError, IndexModeError, IndexThereError
from hub.dataindex.indexer import MODES, IndexRequest, LoadReport, load_index
from hub.dataindex.report import IndexReport
from hub.dataindex.serving import ServedIndices
from hub.dataindex.update import Origin, UpdateRequest, find_origin, update_index
from hub.errors import NotFound
from hub.jobs.errors import JobCancelledError, JobInterruptedError, WorkerLostError
from hub.jobs.events import EventBus
from hub.jobs.port import JobRunner, JobSpec
from hub.search.errors import IndexNotFoundError
from hub.search.names import check_name
from hub.search.port import IndexConfig, SearchEngine
from hub.store.port import DocumentStore
from hub.store.state import State

log = logging.getLogger("hub.indices")

SERVING_ENV = "localhub"
KEEP_INDICES = 2  # indices of a configuration that stay when the alias moves on, the new one included


class IndexManager:
    """Search indices of builds.

    Args:
        settings: configuration; ``INDEX_CONFIG``, ``INDEX_MAX_REJECTED`` and ``KEEP_INDICES`` are read.
        state: the hub's records.
        target_store: the database of builds.
        src_store: the source database, for builds that are links.
        jobs: where work is submitted.
        bus: where changes are announced.

    Attributes:
        served: document type to alias, for the public data API.
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        target_store: DocumentStore,
        src_store: DocumentStore,
        jobs: JobRunner,
        bus: EventBus,
    ) -> None:
        self.settings, self.state, self.jobs, self.bus = settings, state, jobs, bus
        self._target, self._src = target_store, src_store
        self.catalogue = IndexCatalogue(settings, state)
        self.served = ServedIndices(state, self.serving_engine)
        self._running: set[tuple[str, str]] = set()

    # -- engines ---------------------------------------------------------------------------------------------------

    def engine(self, env: str) -> SearchEngine:
        """The search engine of an environment, opened once.

        Raises:
            hub.errors.NotFound: ``INDEX_CONFIG`` has no such environment.
        """
        return self.catalogue.engine(env)

    def serving_engine(self) -> SearchEngine:
        """The engine that the hub's own data API reads."""
        return self.catalogue.engine(SERVING_ENV)

    def close(self) -> None:
        """Release all engines."""
        self.catalogue.close()

    # -- indexing --------------------------------------------------------------------------------------------------

    async def index(
        self,
        env: str,
        build_name: str,
        index_name: str | None = None,
        *,
        mode: str = "index",
        alias: str | None = None,
        ids: Sequence[str] | None = None,
        owner: str = "",
    ) -> IndexReport:
        """Index a build.

        Args:
            env: environment of ``INDEX_CONFIG``.
            build_name: name of the build.
            index_name: name of the index; default: that of the build.
            mode: ``index`` (a new index), ``purge`` (delete it first), ``resume`` (add what is missing), ``merge``
                (join documents with those of the index).
            alias: moved to the index when it is whole; older indices of the configuration beyond ``KEEP_INDICES`` go.
            ids: only these documents.
            owner: who asked.

        Raises:
            hub.errors.HubError: why it can not be done, or failed; an alias then still points where it did.
        """
        build = self._build(build_name)
        name = self._checked(env, index_name or build_name, mode, alias)
        if (env, name) in self._running:
            raise IndexArgumentError("index_name", name, "is being indexed right now.")
        self._running.add((env, name))
        report = IndexReport(env, name, build_name, mode)
        begin = time.monotonic()
        try:
            await self._make(build, report, ids, owner)
            if alias is not None:
                await asyncio.to_thread(self._serve, build, report, alias)
        finally:
            self._running.discard((env, name))
        report.seconds = round(time.monotonic() - begin, 3)
        log.info("index %s: %d documents", name, report.count, extra={"action": "index_done", "index": name})
        self.bus.publish("index.done", index=name, build=build_name, environment=env, count=report.count, alias=alias)
        return report

    async def index_for_serving(self, conf: str, build: str, *, owner: str = "") -> IndexReport:
        """Index a build and serve it under the name of its configuration; an interrupted run is continued."""
        name = build.lower()
        mode = "index"
        if self.catalogue.is_half_updated(self._build(build), name):
            mode = "index"
        elif self.catalogue.unfinished(self._build(build), name, SERVING_ENV):
            there = await asyncio.to_thread(self.serving_engine().exists, name)
            mode = "resume" if there else "index"
        elif await asyncio.to_thread(self.serving_engine().exists, name):
            mode = "resume"
        return await self.index(SERVING_ENV, build, name, mode=mode, alias=conf.lower(), owner=owner)

    def served_build(self, conf: str) -> str | None:
        """Name of the build that the alias of a configuration serves, or None."""
        index = self.serving_engine().aliases().get(conf.lower())
        if index is None:
            return None
        for build in self.state.builds.all(conf):
            if self.catalogue.registered(build, index, SERVING_ENV):
                return str(build["_id"])
        return None

    def recover(self) -> builtins.list[str]:
        """After a crash: delete unfinished indices whose build is gone; returns the names of the others.

        Those are continued by the next `index` of the same name: anew with mode ``index``, from where they were with
        ``resume``. No alias ever points at them.
        """
        left = []
        for build in self.state.builds.all():
            for name, entry in dict(build.get("indexing") or {}).items():
                if entry.get("mode") == "merge":  # the index was whole before, and holds what it held or more
                    self.catalogue.forget_unfinished(str(build["_id"]), name)
                elif build.get("archived"):
                    self._remove(str(entry.get("environment")), name)
                    self.catalogue.forget_unfinished(str(build["_id"]), name)
                else:
                    left.append(name)
        return sorted(left)

    def _build(self, name: str) -> dict[str, Any]:
        build = self.state.builds.get(name)
        if build is None:
            raise NotFound("build", name, [str(b["_id"]) for b in self.state.builds.all()])
        if build.get("archived"):
            raise BuildNotReadyError(name, "it is archived, its documents are gone.")
        if not build.get("_meta") or build.get("merge_state"):
            raise BuildNotReadyError(name, "its merge has not ended well. Merge it first.")
        return dict(build)

    def _checked(self, env: str, name: str, mode: str, alias: str | None) -> str:
        self.catalogue.spec(env)
        if mode not in MODES:
            raise IndexModeError(mode, MODES)
        check_name(name)
        if "." in name:
            raise IndexArgumentError("index_name", name, "use no dot; build records are addressed by it.")
        if alias is not None:
            check_name(alias)
            if alias == name:
                raise IndexArgumentError("alias", alias, "an alias can not have the name of its index.")
        return name

    async def _make(self, build: Mapping[str, Any], report: IndexReport, ids: Sequence[str] | None, owner: str) -> None:
        build_name = str(build["_id"])
        with self._step(build_name, "pre-index", report.index):
            origin = None
            if report.mode == "index" and ids is None:
                origin = await asyncio.to_thread(self._origin, build, report)
            created = await asyncio.to_thread(self._prepare, build, report, origin)
            mode = report.mode if origin is None else UPDATE
            self.catalogue.begin(build_name, report.index, report.environment, mode)
        try:
            with self._step(build_name, "index", report.index):
                loaded = await self._load(build, report, ids, origin, owner)
        except BaseException as error:
            if created and not _is_interruption(error):
                await asyncio.to_thread(self._remove, report.environment, report.index)
                self.catalogue.forget_unfinished(build_name, report.index)
            self.bus.publish("index.failed", index=report.index, build=build_name, error=str(error))
            raise
        report.count, report.indexed, report.rejected_count = loaded.count, loaded.indexed, loaded.rejected_count
        report.rejected = [{"id": r.id, "reason": r.reason} for r in loaded.rejected]
        with self._step(build_name, "post-index", report.index):
            self.catalogue.register(build_name, report.index, report.environment, loaded)

    def _origin(self, build: Mapping[str, Any], report: IndexReport) -> Origin | None:
        """The index of a former build that this one can be made of."""
        engine = self.engine(report.environment)
        origin = find_origin(self.state, self._target, engine, report.environment, build)
        return origin if origin is not None and origin.index != report.index else None

    def _prepare(self, build: Mapping[str, Any], report: IndexReport, origin: Origin | None) -> bool:
        """Have the index; True when it was created now."""
        engine = self.engine(report.environment)
        there = engine.exists(report.index)
        if report.mode == "index" and there and not self.catalogue.unfinished(build, report.index, report.environment):
            raise IndexThereError(report.index)
        if report.mode in ("resume", "merge"):
            if not there:
                raise IndexNotFoundError(report.index, engine.names())
            if self.catalogue.is_half_updated(build, report.index):
                reason = f"index `{report.index}` was being made of another one. Use `index`, which makes it anew."
                raise IndexArgumentError("mode", report.mode, reason)
            return False
        if there:
            engine.delete(report.index)
        if origin is not None:
            engine.fork(origin.index, report.index, build.get("_meta") or {})
            report.made_of = origin.index
            return True
        cold = cold_build(self.state, self._target, build)
        build = combined(cold, build) if cold is not None else build
        config: Mapping[str, Any] = build.get("build_config") or {}
        engine.create(
            report.index,
            IndexConfig(
                properties=build.get("mapping") or {},
                meta=build.get("_meta") or {},
                num_shards=int(config.get("num_shards") or 1),
                num_replicas=int(config.get("num_replicas") or 0),
                extra_settings=_extra_settings(config),
            ),
        )
        return True

    async def _load(
        self,
        build: Mapping[str, Any],
        report: IndexReport,
        ids: Sequence[str] | None,
        origin: Origin | None,
        owner: str,
    ) -> LoadReport:
        url = build.get("backend_url") or build["_id"]
        store, collection = (self._src, url[1]) if isinstance(url, list | tuple) else (self._target, url)
        request = IndexRequest(
            store=store.spec,
            collection=str(collection),
            engine=self.catalogue.spec(report.environment),
            index=report.index,
            mode=report.mode,
            ids=sorted(set(ids)) if ids is not None else None,
            allowed=float(self.settings.get("INDEX_MAX_REJECTED") or 0.0),
            cold=await asyncio.to_thread(cold_collection, self.state, self._target, build),
        )
        work: tuple[Any, Any] = (load_index, request)
        if origin is not None:
            work = (update_index, UpdateRequest(request, origin.logs, int(build["merged_count"])))
        handle = self.jobs.submit(
            JobSpec(
                kind="index",
                subject=report.index,
                description=f"index {build['_id']} in {report.environment}",
                fn=work[0],
                args=(work[1],),
                resources={"index": 1},
                exclusive=frozenset({f"index:{report.environment}:{report.index}"}),
                shared=frozenset({f"documents:{build['_id']}"}),
                owner=owner,
            )
        )
        loaded: LoadReport = await handle.result()
        return loaded

    @contextmanager
    def _step(self, build: str, step: str, index: str) -> Iterator[None]:
        builds = self.state.builds
        builds.job_started(build, step, status="in progress", logfile=None, pid=os.getpid(), index=index)
        begin = time.monotonic()
        try:
            yield
        except BaseException as error:
            status = "cancelled" if _is_interruption(error) or isinstance(error, JobCancelledError) else "failed"
            told = (str(error) or type(error).__name__)[:2000]
            builds.job_ended(build, step, status=status, seconds=time.monotonic() - begin, err=told)
            raise
        builds.job_ended(build, step, status="success", seconds=time.monotonic() - begin)

    # -- serving and removing --------------------------------------------------------------------------------------

    def _serve(self, build: Mapping[str, Any], report: IndexReport, alias: str) -> None:
        engine = self.engine(report.environment)
        before = engine.set_alias(alias, report.index)
        if report.environment == SERVING_ENV:
            self.served.refresh()
        report.alias, report.replaced = alias, before if before != report.index else None
        conf = str((build.get("build_config") or {}).get("_id"))
        keep = self.settings.get("KEEP_INDICES")
        keep = KEEP_INDICES if keep is None else int(keep)
        for old in self.catalogue.old_indices(conf, report.environment, max(1, keep), self._protected(engine)):
            self._remove(report.environment, old["index_name"])
            self.catalogue.forget(old["build"], old["index_name"])
            report.removed.append(old["index_name"])

    def _protected(self, engine: SearchEngine) -> set[str]:
        return set(engine.aliases().values()) | {name for _, name in self._running}

    def _remove(self, env: str, name: str) -> bool:
        if env not in self.catalogue.environments():
            return False
        engine = self.engine(env)
        return name not in engine.aliases().values() and engine.exists(name) and engine.delete(name)

    def index_cleanup(
        self, env: str | None = None, keep: int = 3, dryrun: bool = True, **filters: Any
    ) -> builtins.list[dict[str, Any]]:
        """Delete old indices; for each build configuration the newest ``keep`` stay, and those an alias points at.

        Args:
            env: environment; needed unless it is a dry run.
            keep: how many stay.
            dryrun: only tell what would be deleted.
            filters: fields that an entry must have, e.g. ``build_config="genes"``.

        Returns:
            The deleted indices, or those that would be: ``{environment, build_config, build, index_name, created_at}``.
        """
        if env is None and not dryrun:
            raise IndexArgumentError("env", env, "name the environment whose indices are to be deleted.")
        gone = []
        for name in [env] if env is not None else self.catalogue.environments():
            protected = self._protected(self.engine(name))
            for conf in self.catalogue.configurations():
                for old in self.catalogue.old_indices(conf, name, max(1, keep), protected):
                    if all(old.get(key) == value for key, value in filters.items()):
                        gone.append(old)
        if not dryrun:
            for old in gone:
                self._remove(old["environment"], old["index_name"])
                self.catalogue.forget(old["build"], old["index_name"])
        return gone

    # -- looking ---------------------------------------------------------------------------------------------------

    def index_info(self, remote: bool = False) -> dict[str, Any]:
        """``INDEX_CONFIG`` as completed, without secrets; with ``remote`` each environment tells its indices."""
        return self.catalogue.info(remote)

    def get_indexes_by_name(
        self, index_name: str = "*", env_name: str | None = None, limit: int = 10
    ) -> builtins.list[dict[str, Any]]:
        """Indices by name or pattern, newest first.

        Args:
            index_name: name, pattern with ``*``, or several joined by commas.
            env_name: one environment; default all. Those that do not answer are left out.
            limit: at most so many; 0 for all.
        """
        return self.catalogue.by_name(index_name, env_name, limit)

    def update_metadata(
        self, env: str, index: str, build_name: str | None = None, _meta: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Write the ``_meta`` of an index: the given one, or that of a build (by default named like the index)."""
        meta = _meta
        if meta is None:
            build = self.state.builds.get(build_name or index)
            if build is None:
                raise NotFound("build", build_name or index, [str(b["_id"]) for b in self.state.builds.all()])
            meta = build.get("_meta") or {}
        self.engine(env).set_meta(index, meta)
        return dict(meta)

    def validate_mapping(self, mapping: Mapping[str, Any], env: str) -> dict[str, Any]:
        """Whether an engine takes a mapping: a scratch index is created and deleted.

        Raises:
            hub.search.errors.MappingError: what is wrong with it, and where.
        """
        engine, name = self.engine(env), f"hub_tmp_{secrets.token_hex(4)}"
        try:
            engine.create(name, IndexConfig(properties=mapping))
            return {"acknowledged": True, "checked_at": datetime.now(UTC).isoformat()}
        finally:
            engine.delete(name)


def _extra_settings(config: Mapping[str, Any]) -> dict[str, Any]:
    """``extra_index_settings`` of a configuration: an object, or its JSON text as clients send it."""
    value = config.get("extra_index_settings") or {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise IndexArgumentError("extra_index_settings", value, f"is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise IndexArgumentError("extra_index_settings", value, "must be an object.")
    return found


def _is_interruption(error: BaseException) -> bool:
    return isinstance(error, JobInterruptedError | WorkerLostError | asyncio.CancelledError)
