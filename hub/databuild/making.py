"""Making builds: plan, record, run, start over when sources change, continue after an interruption."""

from __future__ import annotations

import asyncio
import logging
import secrets
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from hub.databuild import increment, views
from hub.databuild.builder import BuilderRegistry, DataBuilder
from hub.databuild.config import BuildConfig, check_version, read_ids
from hub.databuild.configs import ConfigBook
from hub.databuild.errors import BuildConfigError, BuildExistsError, LinkError, SourceChangedError
from hub.databuild.finish import fingerprint
from hub.databuild.locate import BuildServices, building_name, last_status
from hub.databuild.mappers import Mapper
from hub.databuild.mapping import merge_mappings
from hub.databuild.plan import BuildPlan
from hub.databuild.prepare import check_conflicts
from hub.databuild.resolve import Resolver
from hub.databuild.run import BuildRun, drop_leftovers, drop_stages, is_interruption
from hub.databuild.work import RangeState
from hub.errors import NotFound, suggest
from hub.store.records.builds import merge_status

log = logging.getLogger("hub.builds")

MERGE_STEPS = ("merge", "post", "metadata")
RESTARTS = 3  # times a merge is tried when sources change under it
_SUFFIX = string.ascii_lowercase + string.digits


class BuildMaker:
    """Makes builds, one at a time of each configuration.

    Args:
        services: stores, state, jobs.
        configs: the configurations.
        registry: the builder classes.
        mappers: id mappers by name, for all builders.

    Attributes:
        running: names of the builds in the making.
        bases: the former build that each of them is made of.
    """

    def __init__(
        self, services: BuildServices, configs: ConfigBook, registry: BuilderRegistry, mappers: Mapping[str, Mapper]
    ) -> None:
        self._services, self._configs, self._registry, self._mappers = services, configs, registry, mappers
        self.resolver = Resolver(services.state, services.src_store)
        self.running: set[str] = set()
        self.bases: dict[str, str] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    async def merge(
        self,
        conf: str,
        sources: Iterable[str] | None,
        target_name: str | None,
        force: bool,
        ids: Any,
        full: bool,
        owner: str,
        delete: Callable[[str], None],
        *,
        post: bool = True,
    ) -> BuildPlan:
        """Make a build; see `hub.databuild.manager.BuildManager.merge`; ``delete`` deletes one that is replaced."""
        config = self._configs.get(conf)
        chosen = None if sources is None else list(sources)
        async with self._locks.setdefault(conf, asyncio.Lock()):
            if ids is None and chosen is None and target_name is None and post:
                for name in self.resumable(conf):
                    if self._same_request(name, config, force):
                        return await self._resume(name, owner)
                    await self._abandon(name)
            replaced = force and chosen is None and target_name is not None and self._is_there(target_name, conf)
            plan = self._plan(config, chosen, target_name, force, ids, replaces=replaced)
            if replaced:
                delete(plan.name)
            plan.full = full or chosen is not None or ids is not None
            if plan.full:
                plan.reason = "it was asked for" if full else "only some of the sources or ids were asked for"
            plan.post = post
            self._create(plan, chosen, force)
            return await self._execute(plan, owner, force)

    async def resume(self, build: str, owner: str) -> BuildPlan:
        """Continue an interrupted build.

        Raises:
            hub.errors.NotFound: there is no interrupted build of that name.
        """
        document = self._services.state.builds.get(build)
        if document is None or build not in self.resumable():
            raise NotFound("interrupted build", build, self.resumable())
        async with self._locks.setdefault(str(document["build_config"]["_id"]), asyncio.Lock()):
            return await self._resume(build, owner)

    def resumable(self, conf: str | None = None) -> list[str]:
        """Names of interrupted builds that can be continued, newest first."""
        found = [
            document
            for document in self._services.state.builds.all(conf)
            if (document.get("merge_state") or {}).get("resumable")
            and document["_id"] not in self.running
            and merge_status(document) not in ("failed", "success")
        ]
        return [str(d["_id"]) for d in sorted(found, key=views.age, reverse=True)]

    def recover(self) -> list[str]:
        """Relabel builds that were running, drop what others left behind; returns what can be resumed."""
        builds = self._services.state.builds
        builds.mark_interrupted()
        keep = set(self.resumable())
        for document in builds.all():
            name = str(document["_id"])
            if document.get("merge_state") is None:
                continue
            if name in keep and last_status(document) == "success":  # it died between two steps
                step = str(document["jobs"][-1]["step"])
                builds.job_ended(name, step, status="canceled", seconds=0.0, err="interrupted by a restart")
            if name not in keep:
                drop_leftovers(self._services, name)
                self._forget_progress(name)
        return sorted(keep)

    # -- planning --------------------------------------------------------------------------------------------------

    def _plan(
        self,
        config: BuildConfig,
        chosen: list[str] | None,
        target_name: str | None,
        force: bool,
        ids: Any,
        *,
        started_at: datetime | None = None,
        replaces: bool = False,
    ) -> BuildPlan:
        """A plan; everything that can be refused is refused here. ``started_at`` is that of an interrupted build."""
        started = started_at or datetime.now(UTC).astimezone()
        config.check(started)
        builder = self._builder(config, started)
        version = check_version(config.name, builder.get_build_version())
        resolved = self.resolver.resolve(config, builder, sources=chosen, force=force)
        if builder.links and (len(resolved) != 1 or len(resolved[0].collections) != 1):
            raise LinkError(config.name, [name for source in resolved for name in source.collections])
        check_conflicts(config, merge_mappings([m for source in resolved if (m := source.declared_mapping())]))
        name = target_name or f"{config.name}_{version}_{_suffix()}".lower()
        base = self._base(name, chosen) if started_at is None and not replaces else None
        if chosen is not None and builder.roots() and not builder.roots() & set(chosen):
            log.warning("build %s: no root source takes part, so no document is created", name)
        wanted = read_ids(config.name, ids if ids is not None else config.params.get("ids"))
        return BuildPlan(name, config, builder, resolved, started, version, base=base, ids=wanted)

    def _is_there(self, name: str, conf: str) -> bool:
        """Whether the configuration has a build of that name."""
        there = self._services.state.builds.get(name)
        return there is not None and (there.get("build_config") or {}).get("_id") == conf

    def _base(self, name: str, chosen: list[str] | None) -> str | None:
        """The collection that sources are added to, when the build exists.

        Raises:
            BuildExistsError: it exists, and no sources were chosen.
        """
        there = self._services.state.builds.get(name)
        if there is None:
            return None
        if chosen is None or there.get("archived") or not self._services.target_store.exists(name):
            raise BuildExistsError(name)
        return name

    def _builder(self, config: BuildConfig, started: datetime) -> DataBuilder:
        builder = self._registry.get(config.name, config.builder_class)(config, started)
        builder.mapper_by_name = {**self._mappers, **builder.mapper_by_name}
        return builder

    def _create(self, plan: BuildPlan, chosen: list[str] | None, force: bool) -> None:
        services, link = self._services, plan.builder.links
        progress = {
            "resumable": plan.ids is None and plan.base is None and not link,
            "fingerprints": plan.fingerprints(),
            "finisher": fingerprint(plan.builder.document_finisher()),
            "sources": chosen,
            "force": force,
            "full": plan.full,
            "post": plan.post,
        }
        if plan.base is not None:
            services.state.builds.update(plan.name, {"merge_state": progress})
        else:
            document: dict[str, Any] = {
                "_id": plan.name,
                "target_name": plan.name,
                "target_backend": "link" if link else services.target_store.spec.engine,
                "backend_url": ["src", plan.sources[0].collections[0]] if link else plan.name,
                "build_config": plan.config.to_document(),
                "sources": list(plan.config.sources),
                "started_at": plan.started_at,
                "jobs": [],
                "merge_state": progress,
            }
            services.state.builds.create(document)
        services.bus.publish("build.started", build=plan.name, config=plan.config.name)

    # -- running ---------------------------------------------------------------------------------------------------

    async def _execute(self, plan: BuildPlan, owner: str, force: bool) -> BuildPlan:
        services = self._services
        self.running.add(plan.name)
        try:
            await self._run(plan, owner, force)
        except BaseException as error:
            progress = (services.state.builds.get(plan.name) or {}).get("merge_state") or {}
            if not (is_interruption(error) and progress.get("resumable")):
                await self._abandon(plan.name)
            services.bus.publish("build.failed", build=plan.name, config=plan.config.name, error=str(error))
            raise
        finally:
            self.running.discard(plan.name)
            self.bases.pop(plan.name, None)
        await asyncio.to_thread(self._drop_old_stages, plan)
        count = views.count_of(services, services.state.builds.get(plan.name) or {})
        log.info("build %s: %d documents", plan.name, count, extra={"action": "build_done", "build": plan.name})
        services.bus.publish("build.done", build=plan.name, config=plan.config.name, count=count)
        return plan

    def _drop_old_stages(self, plan: BuildPlan) -> None:
        """Only the newest build needs them."""
        for document in self._services.state.builds.all(plan.config.name):
            if document.get("stages") and document["_id"] != plan.name:
                drop_stages(self._services, str(document["_id"]))
                self._services.state.builds.update(str(document["_id"]), {"stages": []})

    async def _run(self, plan: BuildPlan, owner: str, force: bool) -> None:
        names = [source.name for source in plan.sources]

        def current() -> list[list[Any]]:
            now = self.resolver.resolve(plan.config, plan.builder, sources=names, force=True)
            return [source.fingerprint() for source in now]

        for attempt in range(1, RESTARTS + 1):
            try:
                await asyncio.to_thread(self._find_increment, plan)
                await BuildRun(self._services, plan, owner=owner, current=current).execute()
                return
            except SourceChangedError as error:
                if attempt == RESTARTS:
                    raise
                log.warning("%s", error, extra={"action": "build_restarted", "build": plan.name})
            plan.sources = self.resolver.resolve(plan.config, plan.builder, sources=names, force=force)
            await self._start_over(plan)

    def _find_increment(self, plan: BuildPlan) -> None:
        """Look for a former build that it can be made of, unless it was begun already."""
        plan.increment = None
        if plan.ranges or plan.merged or plan.full:
            return
        found = increment.find(self._services, plan)
        if isinstance(found, str):
            plan.reason = found
        else:
            plan.increment = found
            self.bases[plan.name] = found.base

    async def _start_over(self, plan: BuildPlan) -> None:
        await asyncio.to_thread(drop_leftovers, self._services, plan.name)
        plan.ranges, plan.merged, plan.stages, plan.applied = [], False, {}, {}
        fresh = {
            **plan.progress(),
            "merge_state.fingerprints": plan.fingerprints(),
            "merge_state.finisher": fingerprint(plan.builder.document_finisher()),
        }
        self._services.state.builds.update(plan.name, fresh)

    # -- after an interruption -------------------------------------------------------------------------------------

    async def _resume(self, build: str, owner: str) -> BuildPlan:
        document = self._services.state.builds.get(build) or {}
        progress = document["merge_state"]
        config = BuildConfig.from_document(document["build_config"])
        force, started = bool(progress.get("force")), views.as_time(document["started_at"])
        if self._published(build, progress):
            plan = BuildPlan(build, config, self._builder(config, started), (), started, "")
            self._complete(build)
            return plan
        plan = self._plan(config, progress.get("sources"), build, force, None, started_at=started)
        plan.ranges = [RangeState.from_list(values) for values in progress.get("ranges") or []]
        plan.merged = bool(progress.get("merged"))
        plan.stages = dict(progress.get("stages") or [])
        plan.applied = dict(progress.get("applied") or {})
        plan.full, plan.post = bool(progress.get("full")), bool(progress.get("post", True))
        same = progress.get("fingerprints") == plan.fingerprints() and _same_finisher(progress, plan.builder)
        if not same or not self._usable(plan):
            await self._start_over(plan)
        log.info("continuing the interrupted build %s", build, extra={"action": "build_resumed", "build": build})
        return await self._execute(plan, owner, force)

    def _usable(self, plan: BuildPlan) -> bool:
        """Whether something of the collection under construction is known to be safe on disk."""
        safe = any(state.position is not None or state.done for state in plan.ranges)
        written = any(state.written for state in plan.ranges)
        return safe and (not written or self._services.target_store.exists(building_name(plan.name)))

    def _same_request(self, build: str, config: BuildConfig, force: bool) -> bool:
        """Whether an interrupted build is what a new one would be."""
        document = self._services.state.builds.get(build) or {}
        progress = document.get("merge_state") or {}
        if document.get("build_config") != config.to_document() or progress.get("sources") is not None:
            return False
        if self._published(build, progress):
            return True
        builder = self._builder(config, datetime.now(UTC))
        now = [source.fingerprint() for source in self.resolver.resolve(config, builder, force=True)]
        if not progress.get("post", True):
            return False
        same = progress.get("fingerprints") == now and _same_finisher(progress, builder)
        return same and bool(progress.get("force")) == force

    def _published(self, build: str, progress: Mapping[str, Any]) -> bool:
        """Whether only the last word in its record is missing."""
        store = self._services.target_store
        return bool(progress.get("merged")) and store.exists(build) and not store.exists(building_name(build))

    def _complete(self, build: str) -> None:
        builds = self._services.state.builds
        builds.job_started(build, "metadata", status="building")
        self._services.target_store.drop(building_name(build))
        builds.job_ended(build, "metadata", status="success", seconds=0.0)
        self._forget_progress(build)

    async def _abandon(self, build: str) -> None:
        await asyncio.to_thread(drop_leftovers, self._services, build)
        self._forget_progress(build)

    def _forget_progress(self, build: str) -> None:
        collection = self._services.settings["DATA_SRC_BUILD_COLLECTION"]
        self._services.state.store.update(collection, build, unset=["merge_state"])


def check_steps(config: str, steps: Sequence[str]) -> None:
    """Refuse steps that there are not, and those that would leave half a build.

    Raises:
        BuildConfigError: which.
    """
    for step in steps:
        if step not in MERGE_STEPS:
            raise BuildConfigError(config, "steps", f"has no `{step}`. {suggest(str(step), MERGE_STEPS)}")
    if missing := [step for step in MERGE_STEPS if step != "post" and step not in steps]:
        raise BuildConfigError(config, "steps", f"lacks {', '.join(missing)}, without which no build is whole.")


def _suffix() -> str:
    return "".join(secrets.choice(_SUFFIX) for _ in range(8))


def _same_finisher(progress: Mapping[str, Any], builder: DataBuilder) -> bool:
    """Whether what is there of an interrupted build was finished as its rest would be."""
    return str(progress.get("finisher") or "") == fingerprint(builder.document_finisher())
