"""The build manager: the only one that changes build configurations and builds."""

from __future__ import annotations

import asyncio
import builtins
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from hub.config import Settings
from hub.databuild import mapping_view, views
from hub.databuild.builder import BuilderRegistry, DataBuilder
from hub.databuild.configs import TEMPORARY, ConfigBook
from hub.databuild.errors import BuildBusyError, BuildNotArchivableError, BuildsLostError, NothingInspectedError
from hub.databuild.explain import Explainer
from hub.databuild.locate import BuildServices, last_status, own_collection
from hub.databuild.making import MERGE_STEPS, BuildMaker, check_steps
from hub.databuild.mappers import Mapper
from hub.databuild.plan import BuildPlan
from hub.databuild.run import drop_leftovers
from hub.dataload import application
from hub.dataload.upkeep import check_mapping, shown_version
from hub.errors import BadArgument, NotFound
from hub.jobs.events import EventBus
from hub.jobs.port import JobRunner
from hub.store.port import DocumentStore
from hub.store.records.builds import merge_status
from hub.store.state import State


class BuildManager:
    """Build configurations and builds.

    Args:
        settings: configuration; ``BUILDS`` and ``BUILDER_CLASSES`` are read.
        state: the hub's records.
        src_store: the source database.
        target_store: the database of builds.
        jobs: where work is submitted.
        bus: where changes are announced.
        mappers: id mappers that sources may name, for builders without their own.
    """

    def __init__(
        self,
        settings: Settings,
        state: State,
        src_store: DocumentStore,
        target_store: DocumentStore,
        jobs: JobRunner,
        bus: EventBus,
        *,
        mappers: Iterable[Mapper] = (),
    ) -> None:
        self.services = BuildServices(state, src_store, target_store, settings, jobs, bus)
        self.settings, self.state, self.bus = settings, state, bus
        application.prepare(settings)  # builder classes may be an application's
        self.registry = BuilderRegistry(settings.get("BUILDER_CLASSES") or ())
        self.configs = ConfigBook(settings, state, self.registry)
        self._mappers = {mapper.name: mapper for mapper in mappers if mapper.name}
        self._explainer = Explainer(self.services)
        self._held: Counter[str] = Counter()
        self._maker = BuildMaker(self.services, self.configs, self.registry, self._mappers)

    # -- configurations --------------------------------------------------------------------------------------------

    def sync_declared(self) -> builtins.list[str]:
        """Make the configurations of the setting ``BUILDS`` known; returns the names that changed."""
        return self.configs.sync_declared()

    def create_build_configuration(
        self,
        name: str,
        doc_type: str,
        sources: builtins.list[str],
        roots: builtins.list[str] | None = None,
        builder_class: str | None = None,
        params: Mapping[str, Any] | None = None,
        archived: bool = False,
    ) -> dict[str, Any]:
        """Create a configuration; returns its document.

        Raises:
            ConfigExistsError: the name is taken.
            BuildConfigError: it could never be built.
        """
        return self.configs.create(name, doc_type, sources, roots, builder_class, params, archived)

    def update_build_configuration(
        self,
        name: str,
        doc_type: str,
        sources: builtins.list[str],
        roots: builtins.list[str] | None = None,
        builder_class: str | None = None,
        params: Mapping[str, Any] | None = None,
        archived: bool = False,
    ) -> dict[str, Any]:
        """Replace a configuration as a whole; returns its document."""
        return self.configs.update(name, doc_type, sources, roots, builder_class, params, archived)

    def delete_build_configuration(self, name: str) -> None:
        """Forget a configuration; its builds stay."""
        self.configs.delete(name)

    def register_builder(self, cls: type[DataBuilder]) -> str:
        """Make a builder class known; returns the dotted path that configurations name it by."""
        return self.registry.add(cls)

    def register_mapper(self, mapper: Mapper) -> None:
        """Make an id mapper known; sources name it in ``__metadata__["mapper"]``."""
        if not mapper.name:
            raise BadArgument("a mapper needs a `name` that sources can refer to.")
        self._mappers[mapper.name] = mapper

    def preview_mapping(self, conf: str) -> dict[str, Any]:
        """The mapping that a build of a configuration would get now; see `hub.databuild.mapping_view.preview`."""
        return mapping_view.preview(self.services, self.configs.get(conf))

    def not_ready(self, conf: str) -> builtins.list[str]:
        """Sources of a configuration without a successful upload."""
        return self._maker.resolver.not_ready(self.configs.get(conf))

    # -- merge -----------------------------------------------------------------------------------------------------

    async def merge(
        self,
        conf: str,
        *,
        sources: Iterable[str] | None = None,
        target_name: str | None = None,
        force: bool = False,
        ids: Any = None,
        full: bool = False,
        steps: Sequence[str] = MERGE_STEPS,
        owner: str = "",
    ) -> str:
        """Merge the sources of a configuration into a build, or continue the interrupted build of the same request.

        Args:
            conf: name of the configuration.
            sources: only these of its sources. With the ``target_name`` of an existing build they are added to it.
            target_name: name of the build; default ``<conf>_<version>_<8 random characters>``.
            force: use the last good data of sources that are not ready; and replace a build of this configuration that
                has the ``target_name``, unless ``sources`` are to be added to it.
            ids: only these documents: ids, or the path of a file of ids.
            full: merge all documents, even where only those that changed since the last build would do.
            steps: `MERGE_STEPS`, or all of them but ``post``: then the builder's ``post_merge`` is not called.
            owner: who asked.

        Returns:
            Name of the build.

        Raises:
            hub.errors.HubError: it can not be built as asked (nothing was started), or it failed.
        """
        check_steps(conf, steps)
        post = "post" in steps
        plan = await self._maker.merge(
            conf, sources, target_name, force, ids, full, owner, self.delete_merge, post=post
        )
        await self._retire_old(plan)
        return plan.name

    async def resume(self, build: str, *, owner: str = "") -> str:
        """Continue an interrupted build; from its beginning when its sources have changed since.

        Raises:
            hub.errors.NotFound: there is no interrupted build of that name.
        """
        plan = await self._maker.resume(build, owner)
        await self._retire_old(plan)
        return plan.name

    def resumable(self, conf: str | None = None) -> builtins.list[str]:
        """Names of interrupted builds that can be continued, newest first."""
        return self._maker.resumable(conf)

    def recover(self) -> builtins.list[str]:
        """After a crash: relabel builds that were running, drop what failed ones left; returns what can be resumed."""
        resumable = self._maker.recover()
        for config in self.state.build_configs.all():
            if config.get(TEMPORARY):
                self.delete_temporary(str(config["_id"]))
        return [build for build in resumable if self.state.builds.get(build) is not None]

    def delete_temporary(self, conf: str) -> None:
        """Forget a configuration that was made for one purpose, and all its builds."""
        for document in self.state.builds.all(conf):
            self.delete_merge(str(document["_id"]))
        self.delete_build_configuration(conf)

    # -- builds ----------------------------------------------------------------------------------------------------

    @contextmanager
    def held(self, names: Iterable[str], why: str) -> Iterator[None]:
        """Keep builds from being deleted or archived, as long as something reads or writes their documents.

        Args:
            names: the builds.
            why: what works on them, for the log.
        """
        chosen = list(names)
        self._held.update(chosen)
        try:
            yield
        finally:
            self._held.subtract(chosen)

    def list(
        self, conf_name: str | None = None, *, only_archived: bool = False, status: str | None = None
    ) -> builtins.list[dict[str, Any]]:
        """Builds, newest first, without their mappings."""
        return self.page(conf_name, only_archived=only_archived, status=status)[0]

    def page(
        self,
        conf_name: str | None = None,
        *,
        only_archived: bool = False,
        status: str | None = None,
        offset: int = 0,
        limit: int = 0,
    ) -> tuple[builtins.list[dict[str, Any]], int]:
        """Some of them, and how many there are.

        Args:
            conf_name: of this configuration.
            only_archived: those that are archived instead of those that are not.
            status: whose last job ended so.
            offset: leave out so many.
            limit: at most so many; 0 for all.
        """
        found = [
            document
            for document in self.state.builds.all(conf_name)
            if bool(document.get("archived")) == only_archived and (status is None or last_status(document) == status)
        ]
        found.sort(key=views.age, reverse=True)
        wanted = found[offset : offset + limit] if limit else found[offset:]
        return [views.short_view(self.services, document) for document in wanted], len(found)

    def revision(self) -> Hashable | None:
        """What tells that `page` may give something else; see `hub.databuild.views.revision`."""
        return views.revision(self.services)

    def info(self, build: str) -> dict[str, Any]:
        """Everything known of one build.

        Raises:
            hub.errors.NotFound: there is none of that name.
        """
        return views.full_view(self.services, self._document(build))

    def explain(self, build: str, id_: str) -> dict[str, Any]:
        """How one document of a build came about; see `hub.databuild.explain.Explainer.explain`.

        Raises:
            hub.errors.HubError: there is no such build or document, or it is not known of the build.
        """
        return self._explainer.explain(self._document(build), id_)

    def provenance(self, build: str) -> dict[str, Any]:
        """The sources of a build, and for each field those that have it."""
        return self._explainer.provenance(self._document(build))

    def provenance_of(self, index: str, ids: Iterable[str]) -> dict[str, builtins.list[dict[str, Any]]]:
        """For the data API; see `hub.databuild.explain.Explainer.of_index`."""
        return self._explainer.of_index(index, ids)

    def list_merge(
        self, build_config: str | None = None, *, only_archived: bool = False
    ) -> dict[str, builtins.list[str]]:
        """Names of builds by configuration."""
        names: dict[str, builtins.list[str]] = {}
        for document in self.state.builds.all(build_config):
            if bool(document.get("archived")) == only_archived:
                names.setdefault(str((document.get("build_config") or {}).get("_id")), []).append(str(document["_id"]))
        return {conf: sorted(found) for conf, found in sorted(names.items())}

    def config_info(self) -> dict[str, Any]:
        """Configurations and builder classes."""
        return views.config_info(self.services, self.configs, self.registry, self._mappers)

    def whatsnew(self, conf: str | None = None, old: str | None = None) -> dict[str, Any]:
        """Sources whose data is newer than in the latest build, by configuration.

        Args:
            conf: one configuration, which is then always reported; else all that are not archived and have news.
            old: name of a build of it to compare with, instead of the latest.
        """
        if conf is not None:
            return {conf: views.news(self.services, self.configs.get(conf), self._document(old) if old else None)}
        found = {}
        sources = self.state.sources.all()
        for config in self.configs.all():
            news = views.news(self.services, config, sources=sources)
            if not config.archived and news["old_build"] and news["sources"]:
                found[config.name] = news
        return found

    def delete_merge(self, build: str) -> None:
        """Delete a build: its document and its collection."""
        document = self._idle(build)
        self._drop_documents(document)
        self.state.builds.delete(build)
        self.state.mappings.forget("build", build)
        self.bus.publish("build.deleted", build=build)

    def clean_temporary(
        self, conf: str, *, date: str = "", prefix: str = "", dry_run: bool = True
    ) -> builtins.list[str]:
        """Drop collections of the target database that are named as builds of a configuration and belong to none: left
        by other programs, or by builds whose record is gone. Those of builds stay, as do names with ``current``.

        Args:
            conf: name of the configuration.
            date: only those whose names go on with it.
            prefix: what their names begin with before that.
            dry_run: only tell which.

        Returns:
            Their names.
        """
        start = "_".join(filter(None, (prefix, conf, date))).lower() + "_"
        known = {own_collection(build) or str(build["_id"]) for build in self.state.builds.all()}
        found = [
            name
            for name in self.services.target_store.names(start)
            if "current" not in name and not any(name == own or name.startswith(f"{own}__") for own in known)
        ]
        for name in () if dry_run else found:
            self.services.target_store.drop(name)
        return found

    def archive_merge(self, build: str) -> None:
        """Drop a build's documents and keep its record."""
        document = self._idle(build)
        if document.get("archived"):
            raise BuildNotArchivableError(build, "is archived already")
        self._drop_documents(document)
        self.state.builds.update(build, {"archived": datetime.now(UTC)})
        self.bus.publish("build.archived", build=build)

    def _drop_documents(self, document: Mapping[str, Any]) -> None:
        drop_leftovers(self.services, str(document["_id"]))
        if (collection := own_collection(document)) is not None:
            self.services.target_store.drop(collection)

    def stored(self, conf: str | None = None) -> builtins.list[dict[str, Any]]:
        """Records of the builds that hold documents of their own: neither archived nor links."""
        there = set(self.services.target_store.names())
        return [b for b in self._holding(conf) if own_collection(b) in there]

    def forget_lost(self) -> builtins.list[str]:
        """Forget builds whose documents were removed behind the hub's back; returns their names.

        Raises:
            BuildsLostError: all are lost, so that the database rather than the builds is the wrong one.
        """
        there = set(self.services.target_store.names())
        made = [b for b in self._holding() if merge_status(b) == "success"]
        lost = sorted(str(b["_id"]) for b in made if own_collection(b) not in there)
        if len(lost) > 1 and len(lost) == len(made):
            raise BuildsLostError(len(lost))
        for name in lost:
            self.delete_merge(name)
        return lost

    def _holding(self, conf: str | None = None) -> builtins.list[dict[str, Any]]:
        found = self.state.builds.all(conf)
        return [b for b in found if not b.get("archived") and own_collection(b) is not None]

    def archive_older(self, conf: str, days: float, *, dry_run: bool = True) -> builtins.list[str]:
        """Archive the builds of a configuration that were started more than so many days ago.

        Args:
            conf: name of the configuration.
            days: age, above 0.
            dry_run: only tell which.

        Returns:
            Names of the builds, oldest first; one that is being worked on is left alone, and so is the newest good one.
        """
        if days <= 0:
            raise BadArgument(f"`days` must be above 0, not {days}.")
        self.configs.get(conf)
        limit = datetime.now(UTC).timestamp() - days * 86_400
        newest = (self.state.builds.latest(conf, whole=False) or {}).get("_id")
        old = [d for d in self.state.builds.all(conf) if not d.get("archived") and views.age(d) < limit]
        busy = self._maker.running | set(+self._held)
        old = [d for d in old if d["_id"] != newest]
        old = [d for d in sorted(old, key=views.age) if d["_id"] not in busy]
        names = [str(d["_id"]) for d in old if last_status(d) not in ("building", "in progress")]
        for name in () if dry_run else names:
            self.archive_merge(name)
        return names

    def save_mapping(
        self,
        build: str,
        mapping: Mapping[str, Any],
        *,
        dest: str = "build",
        mode: str = "mapping",
        by: str = "",
        note: str = "",
    ) -> None:
        """Replace the mapping of a build; the next index of it uses it.

        Args:
            build: name of the build.
            mapping: Elasticsearch properties.
            dest: ``build``, or ``inspect`` to replace the inspected one.
            mode: which result of the inspection.
            by: who commits it.
            note: why.
        """
        document = self._document(build)
        check_mapping(build, mapping)
        if dest == "build":
            self.state.builds.update(build, {"mapping": dict(mapping)})
            before = document.get("mapping")
            self.state.mappings.committed("build", build, mapping, before=before, origin="merge", by=by, note=note)
        elif dest == "inspect":
            if not document.get("inspect"):
                raise NothingInspectedError(build)
            results = {**(document["inspect"].get("results") or {}), mode: dict(mapping)}
            self.state.builds.update(build, {"inspect.results": results})
        else:
            raise NotFound("place of a mapping", dest, ("build", "inspect"))

    def mapping_history(self, build: str) -> builtins.list[dict[str, Any]]:
        """Versions of the mapping of a build, newest first."""
        self._document(build)
        return [shown_version(row) for row in self.state.mappings.history("build", build)]

    def restore_mapping(self, build: str, version: int, *, by: str = "", note: str = "") -> None:
        """Commit an earlier version of the mapping of a build again."""
        self._document(build)
        mapping = self.state.mappings.version("build", build, version)["mapping"]
        self.save_mapping(build, mapping, by=by, note=note or f"version {version} again")

    def _document(self, build: str) -> dict[str, Any]:
        document = self.state.builds.get(build)
        if document is None:
            raise NotFound("build", build, [str(d["_id"]) for d in self.state.builds.all()])
        return dict(document)

    def _idle(self, build: str) -> dict[str, Any]:
        document = self._document(build)
        jobs = document.get("jobs") or []
        used = self._held[build] > 0 or build in self._maker.running or build in self._maker.bases.values()
        if used or (jobs and jobs[-1].get("status") in ("building", "in progress")):
            raise BuildBusyError(build)
        return document

    async def _retire_old(self, plan: BuildPlan) -> None:
        """Archive the oldest builds beyond the number to keep."""
        keep = plan.config.params.get("keep_archive", plan.builder.keep_archive)
        if not keep:
            return
        good = [
            d
            for d in self.state.builds.all(plan.config.name)
            if not d.get("archived")
            and merge_status(d) == "success"
            and d["_id"] not in self._maker.running | set(+self._held)
        ]
        good.sort(key=views.age, reverse=True)
        for document in good[max(1, int(keep)) :]:
            if last_status(document) not in ("building", "in progress"):
                await asyncio.to_thread(self.archive_merge, str(document["_id"]))
