"""The source manager: the only one that changes what is known of sources.

It loads the plugins, submits their dumps and uploads as jobs, and records what becomes of them. Console, REST, schedule
and the automatic flow all call it.
"""

from __future__ import annotations

import asyncio
import builtins
import logging
from collections.abc import Collection, Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from hub import errors
from hub.config import Settings
from hub.dataload import content, info, loader, trial, upkeep
from hub.dataload.dumper import ManualDumper
from hub.dataload.dumper.work import DumpReport
from hub.dataload.errors import NoUploaderError, PluginError
from hub.dataload.lifecycle import depends
from hub.dataload.lifecycle.plan import Wish
from hub.dataload.lifecycle.releases import Releases
from hub.dataload.lifecycle.updates import Updates
from hub.dataload.plugin import BrokenPlugin, Plugin
from hub.dataload.publish import Publisher, temp_name
from hub.dataload.quarantine.files import QuarantineFolder
from hub.dataload.upload_run import UploadRun
from hub.dataload.uploader.base import DummySourceUploader
from hub.dataload.uploader.work import UploadReport, UploadRequest
from hub.dataload.validation import Validations
from hub.jobs.events import EventBus
from hub.jobs.port import JobHandle, JobRunner
from hub.store.port import DocumentStore
from hub.store.state import State

log = logging.getLogger("hub.sources")


class NotDumpedError(errors.Conflict):
    """An upload was asked for before any dump succeeded."""

    def __init__(self, source: str) -> None:
        self.source = source
        super().__init__(
            f"`{source}` has no current release. Run dump({source!r}) first; when there are some, promote({source!r})."
        )


class NotCurrentError(errors.Conflict):
    """An upload of a release was asked for that is not the current one."""

    def __init__(self, source: str, release: str, current: str) -> None:
        self.source, self.release, self.current = source, release[: errors.LONGEST_NAME], current
        super().__init__(
            f"`{source}`: the current release is `{current}`, not `{self.release}`. Leave the release out, or make it "
            f"the current one first: promote({source!r}, {self.release!r})."
        )


class BrokenSourceError(errors.Conflict):
    """The plugin of the source did not load."""

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"the plugin of `{source}` did not load: {reason}")


class SourceManager:
    """Sources and what can be done with them.

    Args:
        settings: configuration.
        state: the hub's records.
        src_store: the source database.
        jobs: where work is submitted.
        bus: where changes are announced.
    """

    def __init__(
        self, settings: Settings, state: State, src_store: DocumentStore, jobs: JobRunner, bus: EventBus
    ) -> None:
        self.settings, self.state, self.store, self.jobs, self.bus = settings, state, src_store, jobs, bus
        self.plugins: dict[str, Plugin] = {}
        self.broken: list[BrokenPlugin] = []
        self.quarantine = QuarantineFolder(settings["QUARANTINE_FOLDER"])
        self.publisher = Publisher(state, src_store, settings["DATA_SRC_DUMP_COLLECTION"], self.quarantine)
        self.releases = Releases(self)
        self.updates = Updates(self)
        self.validations = Validations(self)

    # -- plugins ---------------------------------------------------------------------------------------------------

    def load(self, *, record: bool = True, fatal: Mapping[Path, PluginError] | None = None) -> None:
        """Load every plugin below ``DATA_PLUGIN_FOLDER`` anew; a broken one is listed and never stops the others.

        Args:
            record: also write the plugins' records and announce broken ones (False: only look).
            fatal: folders that must not be loaded, from `fatal`; None to find out if the last hub ended while loading.
        """
        root = Path(self.settings["DATA_PLUGIN_FOLDER"])
        skip = self._unregistered()
        mark = Path(self.settings["RUN_DIR"]) / "loading-plugins"
        if fatal is None and record and mark.exists():
            log.warning(
                "The hub ended while it loaded its plugins; they are tried one by one", extra={"action": "trial"}
            )
            fatal = self.fatal()
        with trial.marked(mark, fatal or {}) if record else nullcontext():
            plugins, self.broken = loader.discover(root, self.settings, skip, fatal)
        self.plugins = {p.name: p for p in plugins}
        if not record:
            return
        for plugin in plugins:
            self._record_plugin(plugin)
        for broken in self.broken:
            self._tell_broken(broken)

    def fatal(self, names: Collection[str] | None = None) -> dict[Path, PluginError]:
        """Plugin folders whose code would end or hold the hub; each is loaded in another process. Blocks meanwhile.

        Args:
            names: of folders of ``DATA_PLUGIN_FOLDER``; None for all.
        """
        root, skip = Path(self.settings["DATA_PLUGIN_FOLDER"]), self._unregistered()
        folders = loader.folders_to_load(root, self.settings, skip)
        wanted = [f for f in folders if names is None or f.name in names]
        return trial.fatal(wanted, self.settings)

    def reload(self, folders: Collection[str], fatal: Mapping[Path, PluginError] | None = None) -> list[str]:
        """Load the plugins of some folders of ``DATA_PLUGIN_FOLDER`` anew; those that are gone are forgotten.

        Running jobs go on with the code they began with. What is known of a source that is gone stays.

        Args:
            folders: names of the folders.
            fatal: those that must not be loaded, from `fatal`.

        Returns:
            Names of the sources that loaded.
        """
        root = Path(self.settings["DATA_PLUGIN_FOLDER"])
        mine = {(root / name).resolve() for name in folders}
        gone = {name for name in folders if not (root / name).exists()}  # also a link that is no more

        def is_mine(folder: Path) -> bool:
            return folder.resolve() in mine or folder.name in gone

        self.plugins = {name: p for name, p in self.plugins.items() if not is_mine(p.folder)}
        self.broken = [b for b in self.broken if not is_mine(b.folder)]
        loaded = []
        wanted = set(folders) - self._unregistered()
        for folder in (f for f in loader.plugin_folders(root) if f.name in wanted):
            error = (fatal or {}).get(folder)
            others = self.plugins.values()
            found = (
                BrokenPlugin(folder, folder.name, error) if error else loader.try_plugin(folder, self.settings, others)
            )
            if isinstance(found, Plugin):
                self.plugins[found.name] = found
                self._record_plugin(found)
                loaded.append(found.name)
            else:
                self.broken.append(found)
                self._tell_broken(found)
        for name in loaded:
            log.info("Plugin %s was read again", name, extra={"action": "plugin_reloaded", "source": name})
        self.bus.publish("plugin.reloaded", folders=sorted(folders), sources=loaded)
        return loaded

    def _unregistered(self) -> set[str]:
        """Folders that stay where they are and are left out."""
        records = [r.get("plugin") or {} for r in self.state.plugins.all()]
        return {str(p.get("url", "")).removeprefix("local://") for p in records if p.get("active", True) is False}

    def check_names(self, name: str, subs: Collection[str], folder: str) -> None:
        """Refuse names that plugins of other folders have.

        Raises:
            hub.dataload.errors.SameNameError: a source or collection name is taken.
        """
        for other in self.plugins.values():
            if other.folder.name != folder:
                loader.check_names(name, subs, folder, other)

    def _tell_broken(self, broken: BrokenPlugin) -> None:
        log.error("Plugin %s: %s", broken.name, broken.error, extra={"action": "plugin_broken"})
        self.bus.publish("plugin.broken", name=broken.name, error=str(broken.error))

    def adopt(self, folder: Path) -> Plugin:
        """Load one plugin from any folder.

        Raises:
            hub.dataload.errors.PluginError: it does not load; says every reason.
        """
        plugin = loader.load_plugin(folder, self.settings)
        self.plugins[plugin.name] = plugin
        self._record_plugin(plugin)
        return plugin

    def _record_plugin(self, plugin: Plugin) -> None:
        for warning in plugin.warnings:
            log.warning("Plugin %s: %s", plugin.name, warning, extra={"action": "plugin_warning"})
        known = self.state.plugins.get(plugin.name) or {"_id": plugin.name}
        before = known.get("plugin") or {}
        origin = {"url": f"local://{plugin.folder.name}", "type": "local"}
        if Path((known.get("download") or {}).get("data_folder") or "").name == plugin.folder.name:
            origin |= {key: before[key] for key in ("url", "type", "release") if key in before}
        record = {
            **origin,
            "active": True,
            "loader": "manifest" if plugin.manifest else "advanced",
        }
        for key in ("display_name", "biothing_type"):
            value = getattr(plugin.manifest, key, None)
            if value:
                record[key] = value
        self.state.plugins.put({**known, "plugin": record})

    def plugin(self, name: str) -> Plugin:
        """The plugin of a main source.

        Raises:
            BrokenSourceError: it exists but did not load.
            hub.errors.NotFound: there is none.
        """
        if name in self.plugins:
            return self.plugins[name]
        for broken in self.broken:
            if broken.name == name:
                raise BrokenSourceError(name, str(broken.error))
        raise errors.NotFound("source", name, self.plugins)

    def schedules(self) -> dict[str, str]:
        """Cron text by source, for those that have one and are not disabled."""
        found = {}
        for name, plugin in self.plugins.items():
            dumper = plugin.dumper_class
            if dumper is not None and dumper.SCHEDULE and not dumper.DISABLED:
                found[name] = str(dumper.SCHEDULE)
        return found

    def is_manual(self, name: str) -> bool:
        """Whether a source is dumped by hand only."""
        dumper = self.plugin(name).dumper_class
        return dumper is not None and issubclass(dumper, ManualDumper)

    def recover(self) -> None:
        """Clean up after a crash: finish publications, relabel what was running, drop half-written collections."""
        for source, sub in self.publisher.recover():
            log.warning("Finished the interrupted upload of %s.%s", source, sub, extra={"action": "publish_recovered"})
        self.publisher.drop_leftovers()
        self.state.runs.mark_interrupted()
        for item in self.state.sources.mark_interrupted():
            log.warning("Interrupted by a restart: %s", item, extra={"action": "source_interrupted"})

    # -- dump ------------------------------------------------------------------------------------------------------

    def dump(
        self,
        name: str,
        *,
        force: bool = False,
        check_only: bool = False,
        only_new: bool = False,
        arguments: Mapping[str, Any] | None = None,
        owner: str = "",
    ) -> JobHandle:
        """Submit a dump. The job's result is a `DumpReport`; ``changed`` is False when there was nothing new.

        Args:
            name: main source.
            force: download even when nothing is new.
            check_only: only find out the new release and its files.
            only_new: leave a known release alone, also for a dumper that can not tell whether there is a new one.
            arguments: ``path`` and ``release``, for a source that is dumped by hand.
            owner: who asks.
        """
        wish = Wish(force=force)
        return self.updates.submit(
            name, wish=wish, check_only=check_only, only_new=only_new, arguments=arguments, owner=owner
        )

    async def update(self, name: str, **options: Any) -> DumpReport:
        """Bring a source up to date, after everything that it depends on; see `Updates.update`."""
        return await self.updates.update(name, **options)

    def record_release(self, name: str, report: DumpReport, *, promote: bool) -> None:
        """A release is complete on disk; with ``promote`` it is the current one from now on."""
        self.state.sources.dump_succeeded(
            name,
            release=report.release,
            data_folder=str(report.data_folder),
            seconds=report.seconds,
            promote=promote,
            pending="upload" if promote and self._uploads(name) else None,
        )
        self.releases.note(name, report.data_folder)
        if promote:
            self.releases.point(name)
        self.bus.publish("dump.done", source=name, release=report.release)

    def restore_download(self, name: str) -> None:
        """After files were fetched that turned out to be the known ones: the known release is good again."""
        download = (self.state.sources.get(name) or {}).get("download") or {}
        if download.get("status") != "success" and download.get("data_folder"):
            self.state.sources.dump_succeeded(
                name, release=download["release"], data_folder=download["data_folder"], seconds=0.0
            )

    def _uploads(self, name: str) -> bool:
        plugin = self.plugins.get(name)
        return bool(plugin and plugin.uploader_classes and getattr(plugin.dumper_class, "AUTO_UPLOAD", True))

    def want_upload(self, name: str) -> None:
        """Note that the current release is to be uploaded, if the source does so by itself."""
        if self._uploads(name):
            self.state.sources.add_pending(name, "upload")

    def dependents(self, name: str) -> list[str]:
        """Sources that are made from releases of this one."""
        return depends.dependents(name, depends.as_graph(self.plugins))

    # -- upload ----------------------------------------------------------------------------------------------------

    async def upload(
        self, name: str, *, owner: str = "", validate: bool = False, release: str | None = None
    ) -> list[UploadReport]:
        """Parse the downloaded release and publish its documents.

        Args:
            name: main source (all its sub-sources) or ``main.sub``.
            owner: who asks.
            validate: check the documents against their validation models afterwards; see `Validations`.
            release: what a dummy uploader notes as the release of the documents that are there; of others it has to be
                the current one.

        Returns:
            One report for each sub-source.

        Raises:
            NotDumpedError: nothing was downloaded yet.
            NotCurrentError: ``release`` is another one.
            hub.errors.HubError: the first error of a sub-source, after all have ended; their old data stay.
        """
        main, _, sub = name.partition(".")
        plugin = self.plugin(main)
        if not plugin.uploader_classes:
            raise NoUploaderError(main)
        if sub and sub not in plugin.uploader_classes:
            raise errors.NotFound("sub-source", name, [f"{main}.{s}" for s in plugin.uploader_classes])
        subs = [sub] if sub else list(plugin.uploader_classes)
        data = {s: self._data_of(plugin, s, release) for s in subs}
        work = (self._upload_sub(plugin, s, data[s], owner) for s in subs)
        results = await asyncio.gather(*work, return_exceptions=True)
        reports = [r for r in results if isinstance(r, UploadReport)]
        for result in results:
            if isinstance(result, BaseException):
                raise result
        if not sub:
            self.state.sources.remove_pending(main, "upload")
        self.bus.publish("upload.done", source=main, subs=subs, count=sum(r.count for r in reports))
        await self.validations.after_upload(plugin, subs, validate, owner)
        return reports

    def _data_of(self, plugin: Plugin, sub: str, release: str | None) -> Mapping[str, Any]:
        """Release and data folder of an upload."""
        current = self.releases.current(plugin.name)
        if release and issubclass(plugin.uploader_classes[sub], DummySourceUploader):
            return {"release": release, "data_folder": (current or {}).get("data_folder") or ""}
        if current is None:
            raise NotDumpedError(plugin.name)
        if release and release != current["release"]:
            raise NotCurrentError(plugin.name, release, str(current["release"]))
        return current

    async def _upload_sub(self, plugin: Plugin, sub: str, data: Mapping[str, Any], owner: str) -> UploadReport:
        request = UploadRequest(
            plugin=plugin.ref,
            sub=sub,
            settings=self.settings.snapshot(),
            store=self.store.spec,
            release=data["release"] or "",
            data_folder=data["data_folder"],
            temp_collection=temp_name(sub),
            content=content.token(self.state.masters.get(sub)),
        )
        run = UploadRun(self, plugin, sub, request, owner)
        try:
            return await run.execute()
        except BaseException:
            await asyncio.to_thread(run.discard)
            raise

    # -- views -----------------------------------------------------------------------------------------------------

    def info(self, name: str) -> dict[str, Any]:
        """Everything known of one source, in the shape that clients of such hubs read.

        Args:
            name: main source, or ``main.sub`` for only that sub-source of it.
        """
        main, sub = upkeep.resolve(self, name)
        document = self.state.sources.get(main)
        if main not in self.plugins and document is None:
            broken = next(b for b in self.broken if b.name == main)
            return info.broken_view(broken, self.state.plugins.get(main))
        view = info.source_view(
            main,
            document,
            self.plugins.get(main),
            self.state.plugins.get(main),
            masters=self.state.masters,
            detail=True,
            error=self._error_of(main),
        )
        return info.only(view, sub) if "." in name else view

    def record(self, name: str) -> dict[str, Any]:
        """The record of a source as it is stored."""
        main, _ = upkeep.resolve(self, name)
        return dict(self.state.sources.get(main) or {"_id": main})

    def names(self) -> builtins.list[str]:
        """Names of all sources: those that are or were loaded, then those whose plugins are broken."""
        return self._names(str(row["_id"]) for row in self.state.sources.some(()))

    def _names(self, recorded: Iterable[str]) -> builtins.list[str]:
        known = sorted({*self.plugins, *recorded})
        return known + [b.name for b in self.broken if b.name not in known]

    def list(self, names: Iterable[str] | None = None) -> builtins.list[dict[str, Any]]:
        """Short views of sources, of all when no ``names`` are given."""
        broken = {b.name: b for b in self.broken}
        documents: dict[str, Any] | None = None
        records: dict[str, Any] | None = None
        if names is None:
            documents = {str(d["_id"]): d for d in self.state.sources.all()}
            records = {str(r["_id"]): r for r in self.state.plugins.all()}
        views = []
        for name in self._names(documents or ()) if names is None else names:
            document = self.state.sources.get(name) if documents is None else documents.get(name)
            record = self.state.plugins.get(name) if records is None else records.get(name)
            if name in broken and name not in self.plugins and document is None:
                views.append(info.broken_view(broken[name], record))
            else:
                error = self._error_of(name)
                views.append(info.source_view(name, document, self.plugins.get(name), record, error=error))
        return views

    def _error_of(self, name: str) -> str:
        """Why the plugin of a source that is known from before does not load, or empty."""
        broken = [] if name in self.plugins else [b.message for b in self.broken if b.name == name]
        return broken[0] if broken else ""
