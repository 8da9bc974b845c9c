"""Registering, updating and unregistering plugins: the only one that changes their records and their folders.

What is fetched is tried in a worker process first. Only code that loads gets into place, in one step; after any failure
everything is as it was before, and the record of the plugin says what went wrong.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.dataload import loader
from hub.dataload.export import PARTS, export_plugin
from hub.dataload.manager import SourceManager
from hub.dataload.plugin_sources.address import PluginAddress, check_host, read_address
from hub.dataload.plugin_sources.credentials import Credentials
from hub.dataload.plugin_sources.errors import (
    BadAddressError,
    FetchedCodeError,
    FolderTakenError,
    LocalChangesError,
    NotRegisteredError,
)
from hub.dataload.plugin_sources.fetch import HEAD, FetchReport, FetchRequest, fetch_code, try_code
from hub.dataload.plugin_sources.git import changes
from hub.dataload.plugin_sources.place import Place
from hub.dataload.plugin_sources.records import PluginRecords
from hub.dataload.uploader.generated import lookup_class
from hub.errors import BadArgument, suggest
from hub.jobs.errors import JobCancelledError, JobInterruptedError
from hub.jobs.events import EventBus
from hub.jobs.port import Job, JobRunner, JobSpec
from hub.store.state import State

EXPORT_FOLDER = "hub/dataload/sources"  #: where exported code goes, in the working folder
log = logging.getLogger("hub.plugins")


class PluginSources:
    """Plugins and where they come from.

    Args:
        settings: configuration.
        state: the hub's records.
        sources: loads and forgets the plugins.
        jobs: where work is submitted.
        bus: where changes are announced.
    """

    def __init__(
        self, settings: Settings, state: State, sources: SourceManager, jobs: JobRunner, bus: EventBus
    ) -> None:
        self.settings, self.sources, self.jobs, self.bus = settings, sources, jobs, bus
        self.records = PluginRecords(state.plugins)
        self.place = Place(Path(settings["DATA_PLUGIN_FOLDER"]).absolute())
        self.credentials = Credentials(Path(settings["RUN_DIR"]) / "plugin_credentials.json")

    def recover(self) -> None:
        """Tidy up after a crash; call it before plugins are loaded."""
        for name in self.place.recover(self.records.folders()):
            log.warning("Put back the code of plugin %s", name, extra={"action": "plugin_restored", "folder": name})
        self.records.mark_interrupted()

    # -- register ------------------------------------------------------------------------------------------------------

    async def register(self, url: str, release: str | None = None, *, owner: str = "") -> dict[str, Any] | None:
        """Register a plugin and load it.

        Args:
            url: ``local://folder``, the path of a folder, or a git repository.
            release: branch, tag or commit of the repository.
            owner: who asks.

        Returns:
            Name, address, release, folder and sub-sources; None when that address is registered already.

        Raises:
            hub.errors.HubError: why not; nothing was changed.
        """
        address = read_address(url)
        if release and address.kind != "git":
            raise BadArgument(f"`{address.url}` is a folder: it has no `release` to choose. Leave it out.")
        known = self.records.by_url(address.url)
        if known is not None and known["plugin"].get("active", True) and self._is_there(address):
            log.info("%s is registered already", address.url, extra={"action": "plugin_known"})
            return None
        self._check_free(address)
        request = await self._request(address, release or address.release or HEAD)
        report = await self._submit(address, request, owner, on_done=lambda r: self._registered(address, r))
        return self._answer(report, address.url)

    async def _request(self, address: PluginAddress, release: str) -> FetchRequest:
        common: dict[str, Any] = {"url": address.url, "folder": address.folder, "settings": self.settings.snapshot()}
        if address.kind == "git":
            found = await asyncio.to_thread(check_host, address.url, self.settings)
            return FetchRequest(
                staging=str(self.place.staging(address.folder)),
                release=release,
                userinfo=address.userinfo,
                addresses=tuple(found),
                **common,
            )
        folder = address.path or self.place.folder(address.folder)
        if not folder.is_dir():
            there = [f.name for f in loader.plugin_folders(self.place.root)] if self.place.root.is_dir() else []
            hint = f" {suggest(address.folder, there)}" if address.kind == "local" else ""
            raise BadAddressError(address.url, f"there is no folder {folder}.{hint}")
        return FetchRequest(current=str(folder), **common)

    def _check_free(self, address: PluginAddress) -> None:
        """Refuse a folder that belongs to another plugin."""
        target = self.place.folder(address.folder)
        if address.kind == "local":
            return
        if address.path is not None and address.path.parent == self.place.root.resolve():
            raise BadAddressError(address.url, f"it is in the folder of plugins: write `local://{address.path.name}`.")
        if os.path.lexists(target):
            owner = self.records.by_folder(address.folder) or {"plugin": {"url": f"local://{address.folder}"}}
            raise FolderTakenError(address.url, address.folder, owner["plugin"]["url"])

    def _is_there(self, address: PluginAddress) -> bool:
        return self.place.folder(address.folder).is_dir()

    def _registered(self, address: PluginAddress, report: FetchReport) -> None:
        self._check_free(address)
        self.sources.check_names(report.name, report.subs, address.folder)
        if address.kind == "git":
            self.place.put(address.folder, Path(report.folder))
            self.credentials.put(address.url, address.userinfo)
        elif address.path is not None:
            self.place.link(address.folder, address.path)
        self.records.registered(address, report, self.place.folder(address.folder))
        self.sources.reload([address.folder])
        self.bus.publish("plugin.registered", name=report.name, url=address.url)

    # -- update --------------------------------------------------------------------------------------------------------

    async def update(
        self, name: str, release: str | None = None, *, force: bool = False, owner: str = ""
    ) -> dict[str, Any]:
        """Fetch the code of a plugin again and load it.

        Args:
            name: the plugin.
            release: branch, tag or commit to follow from now on, ``HEAD`` for the repository's own branch; None for the
                one that is followed.
            force: also when its files were changed by hand.
            owner: who asks.

        Returns:
            Name, address, release, folder, sub-sources, and whether the code has changed.

        Raises:
            NotRegisteredError: there is no such plugin.
            hub.errors.HubError: why not; the former code stays in use.
        """
        record = self._record(name)
        url, folder = record["plugin"]["url"], self.records.folder_of(record)
        address = read_address(url)
        if address.kind != "git":
            if release:
                raise BadArgument(f"`{name}` is a folder ({url}): it has no `release` to choose. Leave it out.")
            request = await self._request(address, "")
            report = await self._submit(address, request, owner, name, on_done=lambda r: self._reread(name, folder, r))
            return self._answer(report, url) | {"changed": True}
        found = await asyncio.to_thread(check_host, url, self.settings)
        before = str((record.get("download") or {}).get("commit") or "")
        current = self.place.folder(folder)
        request = FetchRequest(
            url,
            folder,
            str(self.place.staging(folder)),
            release or str(record["plugin"].get("release") or HEAD),
            self.credentials.get(url),
            tuple(found),
            str(current) if current.is_dir() else "",
            before,
            force,
            self.settings.snapshot(),
        )
        report = await self._submit(address, request, owner, name, on_done=lambda r: self._updated(name, folder, r))
        return self._answer(report, url) | {"changed": report.commit != before or force}

    def _reread(self, name: str, folder: str, report: FetchReport) -> None:
        self.sources.check_names(report.name, report.subs, folder)
        self.records.fetched(name, report, self.place.folder(folder))
        self.sources.reload([folder])

    def _updated(self, name: str, folder: str, report: FetchReport) -> None:
        self.sources.check_names(report.name, report.subs, folder)
        self.place.put(folder, Path(report.folder))
        self.records.fetched(name, report, self.place.folder(folder))
        self.sources.reload([folder])
        self.bus.publish("plugin.updated", name=report.name, release=report.label)

    # -- unregister ----------------------------------------------------------------------------------------------------

    def unregister(self, url: str | None = None, name: str | None = None, *, force: bool = False) -> dict[str, Any]:
        """Forget a plugin; what is known of its source and all its data stay.

        The folder of a plugin that came from git is deleted, unless files in it were changed by hand: it is then kept
        aside. A plugin on this machine keeps its folder.

        Args:
            url: its address.
            name: or its name.
            force: delete the folder of a plugin from git also when files were changed by hand.

        Returns:
            Name, address, and where its files are now (None: deleted).

        Raises:
            NotRegisteredError: there is no such plugin.
        """
        if not url and not name:
            raise BadArgument("say which plugin: give its `url` or its `name`.")
        record = self._record(name) if name else self._record_of_url(str(url))
        folder, address = self.records.folder_of(record), record["plugin"]["url"]
        target = self.place.folder(folder)
        kept: Path | None = target
        if read_address(address).kind == "git":
            kept = self._remove_code(record, target, force=force)
            self.credentials.put(address, None)
        elif target.is_symlink():
            kept = target.resolve()
            target.unlink()
            self.records.delete(record["_id"])
        else:
            self.records.deactivate(record["_id"])
        self.sources.reload([folder])
        self.bus.publish("plugin.unregistered", name=record["_id"], url=address)
        return {"name": record["_id"], "url": address, "folder": str(kept) if kept else None}

    def _remove_code(self, record: dict[str, Any], target: Path, *, force: bool) -> Path | None:
        commit = str((record.get("download") or {}).get("commit") or "")
        if not target.is_dir():
            self.records.delete(record["_id"])
            return None
        changed = [] if force else changes(target, commit)
        old = self.place.take_away(target.name)
        self.records.delete(record["_id"])
        if changed:
            return self.place.keep(target.name, old)
        self.place.forget(old)
        return None

    # -- export --------------------------------------------------------------------------------------------------------

    def export(
        self, name: str, folder: str | None = None, what: Sequence[str] = PARTS, *, purge: bool = False
    ) -> dict[str, Any]:
        """Write a manifest plugin as Python code; see `hub.dataload.export`.

        Args:
            name: the plugin.
            folder: folder that gets the folder of the plugin; ``hub/dataload/sources`` of the working folder when None.
            what: parts to write.
            purge: replace an earlier export.
        """
        into = Path(folder or EXPORT_FOLDER).expanduser()
        plugin, keylookup = self.sources.plugin(name), lookup_class(self.settings)
        return export_plugin(
            plugin, into, what=what, purge=purge, mappings=lambda sub: self._mapping_of(name, sub), keylookup=keylookup
        )

    def _mapping_of(self, name: str, sub: str) -> tuple[dict[str, Any], str] | None:
        """The committed mapping of a sub-source, else the inspected one."""
        master = self.sources.state.masters.get(sub) or {}
        if master.get("mapping"):
            return master["mapping"], "registered"
        jobs = ((self.sources.state.sources.get(name) or {}).get("inspect") or {}).get("jobs") or {}
        results = ((jobs.get(sub) or {}).get("inspect") or {}).get("results") or {}
        found = results.get("mapping")
        return (found, "inspection") if found and "errors" not in found else None

    # -- helpers -------------------------------------------------------------------------------------------------------

    def _record(self, name: str) -> dict[str, Any]:
        record = self.records.get(name)
        if record is None:
            raise NotRegisteredError(name, self.records.names())
        return record

    def _record_of_url(self, url: str) -> dict[str, Any]:
        address = read_address(url)
        record = self.records.by_url(address.url)
        if record is None:
            raise NotRegisteredError(address.url, self.records.names())
        return record

    async def _submit(
        self,
        address: PluginAddress,
        request: FetchRequest,
        owner: str,
        name: str = "",
        *,
        on_done: Callable[[FetchReport], None],
    ) -> FetchReport:
        """Run the job; its failure is recorded for a plugin that is registered."""
        fetching = bool(request.staging)

        def done(job: Job, report: FetchReport) -> None:
            on_done(report)
            self.records.logged(report.name, job)

        handle = self.jobs.submit(
            JobSpec(
                kind="plugin",
                subject=name or address.folder,
                description=f"fetch {request.release} of {address.url}" if fetching else f"read {address.url}",
                fn=fetch_code if fetching else try_code,
                args=(request,),
                resources={"download": 1} if fetching else {},
                exclusive=frozenset({f"plugin:{address.folder}"}),
                timeout=2 * float(self.settings["PLUGIN_GIT_SECONDS"]),
                owner=owner,
                on_start=lambda job: self.records.started(name, job) if name else None,
                on_done=done,
                on_error=lambda job, error: self._failed(address, name, job, error),
            )
        )
        report: FetchReport = await handle.result()
        return report

    def _failed(self, address: PluginAddress, name: str, job: Job, error: BaseException) -> None:
        self.place.discard(address.folder)
        if name:
            ended = "canceled" if isinstance(error, JobCancelledError | JobInterruptedError) else "failed"
            self.records.failed(name, error, ended)
        self.bus.publish("plugin.failed", name=name or address.folder, url=address.url, error=str(error))

    def _answer(self, report: FetchReport, url: str) -> dict[str, Any]:
        found = self.sources.plugins.get(report.name)
        return {
            "name": report.name,
            "url": url,
            "release": report.label or None,
            "folder": str(found.folder) if found else None,
            "uploaders": list(report.subs),
            "warnings": list(report.warnings),
        }


__all__ = ["FetchedCodeError", "LocalChangesError", "PluginSources"]
