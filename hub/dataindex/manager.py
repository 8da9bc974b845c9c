"""The index manager: the only one that makes, moves and removes search indices."""

from __future__ import annotations

import asyncio
import builtins
import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from hub.config import Settings
from hub.dataindex.aliases import AliasBook, refuse_held
from hub.dataindex.catalogue import IndexCatalogue
from hub.dataindex.errors import DryRunError, IndexArgumentError, IndexModeError
from hub.dataindex.indexer import BATCH, MODES
from hub.dataindex.making import STEPS, IndexMaker
from hub.dataindex.report import IndexReport
from hub.dataindex.serving import ServedIndices
from hub.errors import HubError, NotFound
from hub.jobs.events import EventBus
from hub.jobs.port import JobRunner
from hub.search.names import check_name
from hub.search.port import IndexConfig, SearchEngine
from hub.store.port import DocumentStore
from hub.store.state import State

log = logging.getLogger("hub.indices")

SERVING_ENV = "localhub"
SMALLEST_BATCH, LARGEST_BATCH = 500, 10_000  # documents at a time
LARGEST_SAMPLE = 100_000  # documents of a dry run
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
        aliases: where aliases point and pointed.
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
        self.catalogue = IndexCatalogue(settings, state)
        self.aliases = AliasBook(self.catalogue, state)
        self._maker = IndexMaker(settings, state, self.catalogue, target_store, src_store, jobs, bus)
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
        steps: Sequence[str] = STEPS,
        batch_size: int = BATCH,
        sample_first: int = 0,
        before_alias: Callable[[IndexReport], Awaitable[None]] | None = None,
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
            steps: some of ``pre`` (have the index), ``index`` (load it), ``post`` (register it).
            batch_size: documents at a time, 500 to 10,000.
            sample_first: first try so many documents in a scratch index, and go no further when they are refused.
            before_alias: looks at the whole index before the alias moves; what it raises keeps the alias where it is.
            owner: who asked.

        Raises:
            hub.errors.HubError: why it can not be done, or failed; an alias then still points where it did.
        """
        build = self._maker.build(build_name)
        name = self._checked(env, index_name or build_name, mode, alias)
        chosen = _checked_steps(steps)
        if not SMALLEST_BATCH <= batch_size <= LARGEST_BATCH:
            raise IndexArgumentError("batch_size", batch_size, f"must be {SMALLEST_BATCH} to {LARGEST_BATCH}.")
        if alias is not None:
            refuse_held(build)
        if (env, name) in self._running:
            raise IndexArgumentError("index_name", name, "is being indexed right now.")
        self._running.add((env, name))
        report = IndexReport(env, name, build_name, mode)
        begin = time.monotonic()
        try:
            if sample_first:
                await self._try_first(env, build, sample_first, owner)
            await self._maker.make(build, report, ids, owner, steps=chosen, batch_size=batch_size)
            if before_alias is not None:
                await before_alias(report)
            if alias is not None:
                await asyncio.to_thread(self._serve, build, report, alias, owner)
        finally:
            self._running.discard((env, name))
        report.seconds = round(time.monotonic() - begin, 3)
        log.info("index %s: %d documents", name, report.count, extra={"action": "index_done", "index": name})
        self.bus.publish("index.done", index=name, build=build_name, environment=env, count=report.count, alias=alias)
        return report

    async def _try_first(self, env: str, build: dict[str, Any], sample: int, owner: str) -> None:
        found = await self._maker.dry_run(env, build, sample, owner)
        if not found.ok:
            raise DryRunError(str(build["_id"]), found.documents, asdict(found))

    async def dry_run(self, env: str, build_name: str, sample: int = 1000, *, owner: str = "") -> dict[str, Any]:
        """Index a sample of a build into a scratch index, which is deleted again.

        Returns:
            See `hub.dataindex.checking.TryReport`.
        """
        self.catalogue.spec(env)
        if not 1 <= sample <= LARGEST_SAMPLE:
            raise IndexArgumentError("sample", sample, f"must be 1 to {LARGEST_SAMPLE:,}.")
        return asdict(await self._maker.dry_run(env, self._maker.build(build_name), sample, owner))

    async def validate_index(
        self, env: str, index: str, build_name: str | None = None, *, owner: str = ""
    ) -> dict[str, Any]:
        """Compare an index, or what an alias points at, with its build: count, ids, contents, mapping, version.

        Args:
            env: environment.
            index: name of the index or alias.
            build_name: the build; default: the one that it was made of.
            owner: who asks.

        Raises:
            IndexGoneError: the index was made and is not there any more.
        """
        self.catalogue.spec(env)
        name = (await asyncio.to_thread(self.engine(env).aliases)).get(index, index)
        chosen = build_name or self.aliases.build_of(env, name)
        if chosen is None:
            known = [entry for b in self.state.builds.all() for entry in b.get("index") or {}]
            raise NotFound("registered index", name, known)
        found = await self._maker.check(env, name, self._maker.build(chosen), owner)
        self.bus.publish("index.checked", index=name, build=chosen, environment=env, ok=found["ok"])
        return {"index": name, "build": chosen, "environment": env, **found}

    async def index_for_serving(
        self,
        conf: str,
        build: str,
        *,
        before_alias: Callable[[IndexReport], Awaitable[None]] | None = None,
        owner: str = "",
    ) -> IndexReport:
        """Index a build and serve it under the name of its configuration; an interrupted run is continued."""
        name = build.lower()
        mode = "index"
        if self.catalogue.is_half_updated(self._maker.build(build), name):
            mode = "index"
        elif self.catalogue.unfinished(self._maker.build(build), name, SERVING_ENV):
            there = await asyncio.to_thread(self.serving_engine().exists, name)
            mode = "resume" if there else "index"
        elif await asyncio.to_thread(self.serving_engine().exists, name):
            mode = "resume"
        alias = conf.lower()
        return await self.index(
            SERVING_ENV, build, name, mode=mode, alias=alias, before_alias=before_alias, owner=owner
        )

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
        self._tidy()
        left = []
        for build in self.state.builds.all():
            for name, entry in dict(build.get("indexing") or {}).items():
                if entry.get("mode") == "merge":  # the index was whole before, and holds what it held or more
                    self.catalogue.forget_unfinished(str(build["_id"]), name)
                elif build.get("archived"):
                    self._maker.remove(str(entry.get("environment")), name)
                    self.catalogue.forget_unfinished(str(build["_id"]), name)
                else:
                    left.append(name)
        return sorted(left)

    def _tidy(self) -> None:
        """Have embedded engines see to what was left half-done; a cluster that is away must not hold up the start."""
        for env in self.catalogue.environments():
            with suppress(HubError, OSError):
                if self.catalogue.spec(env).engine == "embedded" and (removed := self.catalogue.engine(env).tidy()):
                    log.warning("Removed what was left in `%s`: %s", env, removed, extra={"action": "index_tidied"})

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

    # -- serving and removing --------------------------------------------------------------------------------------

    def move_alias(self, env: str, alias: str, index: str, *, by: str = "", note: str = "") -> dict[str, Any]:
        """Point an alias at another index; ``{environment, alias, index, before}``."""
        self.aliases.check(env, index)
        before = self.aliases.move(env, alias, index, by=by, note=note)
        self._alias_moved(env, alias, index, before)
        return {"environment": env, "alias": alias, "index": index, "before": before}

    def roll_back_alias(self, env: str, alias: str, *, by: str = "", note: str = "") -> dict[str, Any]:
        """Point an alias at the index before; see `AliasBook.roll_back`."""
        found = self.aliases.roll_back(env, alias, by=by, note=note)
        self._alias_moved(env, alias, found["index"], found["withdrawn"])
        return found

    def _alias_moved(self, env: str, alias: str, index: str, before: str | None) -> None:
        if env == SERVING_ENV:
            self.served.refresh()
        self.bus.publish("alias.moved", environment=env, alias=alias, index=index, before=before)

    def was_withdrawn(self, conf: str, build: str) -> bool:
        """Whether somebody rolled the alias of a configuration back from the index of a build."""
        return self.aliases.withdrawn(SERVING_ENV, conf.lower(), build.lower())

    def _serve(self, build: Mapping[str, Any], report: IndexReport, alias: str, owner: str) -> None:
        engine = self.engine(report.environment)
        refuse_held(self.state.builds.get(report.build))
        before = self.aliases.move(report.environment, alias, report.index, by=owner)
        if report.environment == SERVING_ENV:
            self.served.refresh()
        report.alias, report.replaced = alias, before if before != report.index else None
        conf = str((build.get("build_config") or {}).get("_id"))
        keep = self.settings.get("KEEP_INDICES")
        keep = KEEP_INDICES if keep is None else int(keep)
        for old in self.catalogue.old_indices(conf, report.environment, max(1, keep), self._protected(engine)):
            self._maker.remove(report.environment, old["index_name"])
            self.catalogue.forget(old["build"], old["index_name"])
            report.removed.append(old["index_name"])

    def _protected(self, engine: SearchEngine) -> set[str]:
        return set(engine.aliases().values()) | {name for _, name in self._running}

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
                self._maker.remove(old["environment"], old["index_name"])
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


def _checked_steps(steps: Sequence[str]) -> list[str]:
    unknown = [step for step in steps if step not in STEPS]
    if unknown or not steps:
        raise IndexArgumentError("steps", list(steps), f"take some of {', '.join(STEPS)}.")
    return [step for step in STEPS if step in steps]
