"""Making one index: prepared, loaded by a job, registered; its steps go to the record of the build."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager, nullcontext
from typing import Any

from hub.config import Settings
from hub.dataindex.catalogue import UPDATE, IndexCatalogue
from hub.dataindex.checking import CheckRequest, TryReport, TryRequest, check_index, try_index
from hub.dataindex.classes import Indexer, hook, select
from hub.dataindex.cold import cold_build, cold_collection, combined
from hub.dataindex.errors import BuildNotReadyError, IndexArgumentError, IndexGoneError, IndexThereError
from hub.dataindex.indexer import BATCH, IndexRequest, LoadReport, load_index
from hub.dataindex.report import IndexReport
from hub.dataindex.update import Origin, UpdateRequest, find_origin, update_index
from hub.errors import NotFound
from hub.jobs.errors import JobCancelledError, JobInterruptedError, WorkerLostError
from hub.jobs.events import EventBus
from hub.jobs.logfiles import of_build
from hub.jobs.port import JobRunner, JobSpec
from hub.search.errors import IndexNotFoundError
from hub.search.port import IndexConfig
from hub.store.port import DocumentStore
from hub.store.state import State

JsonDict = dict[str, Any]
STEPS = ("pre", "index", "post")


class IndexMaker:
    """Makes and checks indices.

    Args:
        settings: configuration.
        state: the hub's records.
        catalogue: environments and registered indices.
        target_store: the database of builds.
        src_store: the source database, for builds that are links.
        jobs: where work is submitted.
        bus: where changes are announced.
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        catalogue: IndexCatalogue,
        target_store: DocumentStore,
        src_store: DocumentStore,
        jobs: JobRunner,
        bus: EventBus,
    ) -> None:
        self.settings, self.state, self.catalogue, self.jobs, self.bus = settings, state, catalogue, jobs, bus
        self._target, self._src = target_store, src_store
        self._places: dict[str, asyncio.Semaphore] = {}

    # -- builds ----------------------------------------------------------------------------------------------------

    def build(self, name: str) -> JsonDict:
        """A build that can be indexed.

        Raises:
            hub.errors.NotFound: there is none of that name.
            BuildNotReadyError: it is archived, or not merged.
        """
        build = self.state.builds.get(name)
        if build is None:
            raise NotFound("build", name, [str(b["_id"]) for b in self.state.builds.all()])
        if build.get("archived"):
            raise BuildNotReadyError(name, "it is archived, its documents are gone.")
        if not build.get("_meta") or build.get("merge_state"):
            raise BuildNotReadyError(name, "its merge has not ended well. Merge it first.")
        return dict(build)

    def indexer(self, build: Mapping[str, Any], env: str, index: str) -> Indexer:
        """What the project has of its own for an index of a build; see `hub.dataindex.classes`."""
        return select(self.settings, build)(build, env, index)

    def config_of(self, build: Mapping[str, Any], env: str = "", index: str = "") -> IndexConfig:
        """Mapping, metadata and settings of the index of a build; with a cold build, of both."""
        cold = self.cold(build)
        record = combined(cold, build) if cold is not None else build
        config: Mapping[str, Any] = record.get("build_config") or {}
        found = IndexConfig(
            properties=record.get("mapping") or {},
            meta=record.get("_meta") or {},
            num_shards=int(config.get("num_shards") or 1),
            num_replicas=int(config.get("num_replicas") or 0),
            extra_settings=_extra_settings(config),
        )
        made: IndexConfig = hook(self.indexer(build, env, index), "index_config", found)
        return made

    def cold(self, build: Mapping[str, Any]) -> JsonDict | None:
        """The build that stays fixed below this one (``cold_collection`` of its configuration), or None."""
        return cold_build(self.state, self._target, build)

    def _documents(self, build: Mapping[str, Any]) -> tuple[DocumentStore, str]:
        url = build.get("backend_url") or build["_id"]
        if isinstance(url, list | tuple):
            return self._src, str(url[1])
        return self._target, str(url)

    # -- making ----------------------------------------------------------------------------------------------------

    async def make(
        self,
        build: Mapping[str, Any],
        report: IndexReport,
        ids: Sequence[str] | None,
        owner: str,
        *,
        steps: Sequence[str] = STEPS,
        batch_size: int = BATCH,
    ) -> None:
        """Make an index as its report says; what it did is written into the report.

        Raises:
            hub.errors.HubError: why it failed; an index that was created for it is gone again.
        """
        name = str(build["_id"])
        own, created, origin = self.indexer(build, report.environment, report.index), False, None
        if "pre" in steps:
            with self._step(name, "pre-index", report.index):
                if report.mode == "index" and ids is None and tuple(steps) == STEPS:
                    origin = await asyncio.to_thread(self._origin, build, report)
                created = await asyncio.to_thread(self._prepare, build, report, origin)
                await asyncio.to_thread(hook, own, "pre_index", self.catalogue.engine(report.environment))
        else:
            await asyncio.to_thread(self._there, build, report)
        if "index" in steps:
            try:
                with self._step(name, "index", report.index):
                    loaded = await self._load(build, report, ids, origin, owner, batch_size)
            except BaseException as error:
                if created and not is_interruption(error):
                    await asyncio.to_thread(self.remove, report.environment, report.index)
                    self.catalogue.forget_unfinished(name, report.index)
                self.bus.publish("index.failed", index=report.index, build=name, error=str(error))
                raise
        else:
            loaded = LoadReport(
                count=await asyncio.to_thread(self.catalogue.engine(report.environment).count, report.index)
            )
        report.count, report.indexed, report.rejected_count = loaded.count, loaded.indexed, loaded.rejected_count
        report.rejected = [{"id": r.id, "reason": r.reason} for r in loaded.rejected]
        if "post" in steps:
            with self._step(name, "post-index", report.index):
                await asyncio.to_thread(hook, own, "post_index", self.catalogue.engine(report.environment))
                self.catalogue.register(name, report.index, report.environment, loaded)

    def _there(self, build: Mapping[str, Any], report: IndexReport) -> None:
        engine = self.catalogue.engine(report.environment)
        if not engine.exists(report.index):
            if self.catalogue.registered(build, report.index, report.environment):
                raise IndexGoneError(report.index, str(build["_id"]), report.environment)
            raise IndexNotFoundError(report.index, engine.names())

    def _origin(self, build: Mapping[str, Any], report: IndexReport) -> Origin | None:
        """The index of a former build that this one can be made of."""
        if select(self.settings, build).index_config is not Indexer.index_config:
            return None  # nobody knows what that one was created with
        engine = self.catalogue.engine(report.environment)
        origin = find_origin(self.state, self._target, engine, report.environment, build)
        return origin if origin is not None and origin.index != report.index else None

    def _prepare(self, build: Mapping[str, Any], report: IndexReport, origin: Origin | None) -> bool:
        """Have the index; True when it was created now. It is noted before: what a crash leaves is known as ours."""
        engine = self.catalogue.engine(report.environment)
        there = engine.exists(report.index)
        if report.mode == "index" and there and not self.catalogue.unfinished(build, report.index, report.environment):
            raise IndexThereError(report.index)
        if report.mode in ("resume", "merge"):
            self._there(build, report)
            if self.catalogue.is_half_updated(build, report.index):
                reason = f"index `{report.index}` was being made of another one. Use `index`, which makes it anew."
                raise IndexArgumentError("mode", report.mode, reason)
            self.catalogue.begin(str(build["_id"]), report.index, report.environment, report.mode)
            return False
        config = self.config_of(build, report.environment, report.index)
        mode = report.mode if origin is None else UPDATE
        self.catalogue.begin(str(build["_id"]), report.index, report.environment, mode)
        if there:
            engine.delete(report.index)
        if origin is not None:
            engine.fork(origin.index, report.index, build.get("_meta") or {})
            report.made_of = origin.index
            return True
        engine.create(report.index, config)
        return True

    async def _load(
        self,
        build: Mapping[str, Any],
        report: IndexReport,
        ids: Sequence[str] | None,
        origin: Origin | None,
        owner: str,
        batch_size: int,
    ) -> LoadReport:
        store, collection = self._documents(build)
        request = IndexRequest(
            store=store.spec,
            collection=collection,
            engine=self.catalogue.spec(report.environment),
            index=report.index,
            mode=report.mode,
            ids=sorted(set(ids)) if ids is not None else None,
            allowed=float(self.settings.get("INDEX_MAX_REJECTED") or 0.0),
            cold=await asyncio.to_thread(cold_collection, self.state, self._target, build),
            batch=batch_size,
        )
        work: tuple[Any, Any] = (load_index, request)
        if origin is not None:
            work = (update_index, UpdateRequest(request, origin.logs, int(build["merged_count"])))
        place, resources = self._place(report.environment)
        async with place:
            handle = self.jobs.submit(
                JobSpec(
                    kind="index",
                    subject=report.index,
                    description=f"index {build['_id']} in {report.environment}",
                    fn=work[0],
                    args=(work[1],),
                    resources=resources,
                    exclusive=frozenset({f"index:{report.environment}:{report.index}"}),
                    shared=frozenset({f"documents:{build['_id']}"}),
                    owner=owner,
                    log=of_build(str(build["_id"]), "index", f"index_{report.index}"),
                )
            )
            loaded: LoadReport = await handle.result()
        return loaded

    def _place(self, env: str) -> tuple[AbstractAsyncContextManager[Any], Mapping[str, int]]:
        """One of the places that an environment has; without a number of its own those of ``RESOURCES["index"]``."""
        limit = self.catalogue.concurrency(env)
        if limit is None:
            return nullcontext(), {"index": 1}
        return self._places.setdefault(env, asyncio.Semaphore(limit)), {}

    @contextmanager
    def _step(self, build: str, step: str, index: str) -> Iterator[None]:
        builds = self.state.builds
        builds.job_started(build, step, status="in progress", logfile=None, pid=os.getpid(), index=index)
        begin = time.monotonic()
        try:
            yield
        except BaseException as error:
            status = "canceled" if is_interruption(error) or isinstance(error, JobCancelledError) else "failed"
            told = (str(error) or type(error).__name__)[:2000]
            builds.job_ended(build, step, status=status, seconds=time.monotonic() - begin, err=told)
            raise
        builds.job_ended(build, step, status="success", seconds=time.monotonic() - begin)

    def remove(self, env: str, name: str) -> bool:
        """Delete an index, unless an alias points at it."""
        if env not in self.catalogue.environments():
            return False
        engine = self.catalogue.engine(env)
        return name not in engine.aliases().values() and engine.exists(name) and engine.delete(name)

    # -- checking --------------------------------------------------------------------------------------------------

    async def check(self, env: str, index: str, build: Mapping[str, Any], owner: str) -> JsonDict:
        """Compare an index with its build; see `hub.dataindex.checking.check_index`."""
        store, collection = self._documents(build)
        cold = self.cold(build)
        entry = (build.get("index") or {}).get(index) or {}
        config = self.config_of(build, env, index)
        request = CheckRequest(
            store=store.spec,
            collection=collection,
            engine=self.catalogue.spec(env),
            env=env,
            index=index,
            build=str(build["_id"]),
            properties=config.properties,
            version=str(config.meta.get("build_version") or ""),
            left_out=[r["id"] for r in entry.get("rejected") or []],
            left_out_count=int(entry.get("rejected_count") or 0),
            cold=(self._documents(cold)[0].spec, self._documents(cold)[1]) if cold else None,
        )
        found: JsonDict = await self._submit(
            "check", index, f"compare with {build['_id']}", check_index, request, build, owner
        )
        return found

    async def dry_run(self, env: str, build: Mapping[str, Any], sample: int, owner: str) -> TryReport:
        """Index a sample of a build into a scratch index; see `hub.dataindex.checking.try_index`."""
        store, collection = self._documents(build)
        request = TryRequest(
            store=store.spec,
            collection=collection,
            engine=self.catalogue.spec(env),
            index=f"hub_tmp_{secrets.token_hex(4)}",
            config=self.config_of(build, env),
            sample=sample,
            allowed=float(self.settings.get("INDEX_MAX_REJECTED") or 0.0),
        )
        what = f"try {sample} documents in {env}"
        found: TryReport = await self._submit("dry run", str(build["_id"]), what, try_index, request, build, owner)
        return found

    async def _submit(
        self, kind: str, subject: str, what: str, fn: Any, request: Any, build: Mapping[str, Any], owner: str
    ) -> Any:
        return await self.jobs.submit(
            JobSpec(
                kind=f"index {kind}",
                subject=subject,
                description=what,
                fn=fn,
                args=(request,),
                shared=frozenset({f"documents:{build['_id']}"}),
                owner=owner,
            )
        ).result()


def is_interruption(error: BaseException) -> bool:
    """Whether an error means that the hub or a worker ended, so that the work can be gone on with."""
    return isinstance(error, JobInterruptedError | WorkerLostError | asyncio.CancelledError)


def _extra_settings(config: Mapping[str, Any]) -> JsonDict:
    """``extra_index_settings`` of a configuration: an object, or its JSON text as clients send it."""
    value = config.get("extra_index_settings") or {}
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError as error:
        raise IndexArgumentError("extra_index_settings", value, f"is not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise IndexArgumentError("extra_index_settings", value, "must be an object.")
    return found
