"""The automatic flow: for sources and builds marked automatic, dump, upload, build, index and serve by itself.

A source is automatic when its name matches a pattern of ``AUTO_SOURCES``; a build configuration when it has
``"auto": true``. At the start of the hub every automatic source is checked once, then on its own schedule. When a
source has new data, the automatic builds that use it and have something new are made, indexed, and served under the
alias that is the build configuration's name. One thing that fails is reported and stops nothing else.
"""

from __future__ import annotations

import asyncio
import fnmatch
import functools
import logging
from collections.abc import Iterable
from pathlib import Path

from hub.commands.services import Services
from hub.dataload.lifecycle.updates import Once
from hub.dataload.watch import PluginWatcher
from hub.errors import HubError

log = logging.getLogger("hub.flow")

OWNER = "auto"


class AutoFlow:
    """Runs the flow on a hub.

    Args:
        services: the hub's managers.
    """

    def __init__(self, services: Services) -> None:
        self._hub = services
        self._build_locks: dict[str, asyncio.Lock] = {}

    def automatic_sources(self) -> list[str]:
        """Names of the loaded sources that are automatic."""
        patterns = self._hub.settings["AUTO_SOURCES"]
        names = self._hub.sources.plugins
        return sorted(n for n in names if any(fnmatch.fnmatchcase(n, p) for p in patterns))

    def automatic_builds(self) -> list[str]:
        """Names of the build configurations that are automatic."""
        return sorted(c["_id"] for c in self._hub.state.build_configs.all() if c.get("auto") and not c.get("archived"))

    def schedule(self) -> None:
        """Put on the scheduler what has a schedule: sources (those not automatic are only dumped), installations of
        others' releases, clean-ups of snapshots.
        """
        self._hub.standalone.schedule(self._hub.scheduler)
        self._hub.snapshots.schedule(self._hub.scheduler)
        if self._hub.settings["SKIP_DUMPER_SCHEDULE"]:
            return
        for name, cron in self._hub.sources.schedules().items():
            self._hub.scheduler.add(f"dump:{name}", cron, functools.partial(self.run, [name]))

    async def watch_plugins(self) -> None:
        """Read plugins again when their files change, for ever; automatic ones then run as far as they are new."""
        pause = float(self._hub.settings["PLUGIN_WATCH_SECONDS"])
        if pause <= 0:
            return
        watcher = PluginWatcher(Path(self._hub.settings["DATA_PLUGIN_FOLDER"]))
        while True:
            await asyncio.sleep(pause)
            try:
                folders = await asyncio.to_thread(watcher.changed)
                if folders:
                    await self._reload(folders)
            except HubError as error:
                log.error("plugins: %s", error, extra={"action": "plugin_reload_failed"})
            except Exception:
                log.exception("Plugins were not read again", extra={"action": "plugin_reload_failed"})

    async def _reload(self, folders: set[str]) -> None:
        fatal = await asyncio.to_thread(self._hub.sources.fatal, folders)
        loaded = self._hub.sources.reload(folders, fatal)
        known = self._hub.sources.schedules()
        for entry in self._hub.scheduler.list():
            if entry.name.startswith("dump:") and entry.name.removeprefix("dump:") not in known:
                self._hub.scheduler.remove(entry.name)
        self.schedule()
        automatic = set(self.automatic_sources())
        await asyncio.gather(*(self._refresh_source(name, only_new=True) for name in loaded if name in automatic))
        await asyncio.gather(*(self._refresh_build(name) for name in self.automatic_builds()))

    async def run(self, names: Iterable[str] | None = None) -> None:
        """Refresh these sources (default: all automatic ones, as far as they are new), then the automatic builds."""
        chosen = self.automatic_sources() if names is None else list(names)
        once: Once = {}
        await asyncio.gather(*(self._refresh_source(name, only_new=names is None, once=once) for name in chosen))
        await self._refresh_dependents(once)
        await asyncio.gather(*(self._refresh_build(name) for name in self.automatic_builds()))

    async def _refresh_dependents(self, once: Once) -> None:
        """Make sources anew that are made from others and run by themselves, while these have newer releases."""
        mine = {*self.automatic_sources(), *self._hub.sources.schedules()}
        while due := [n for n in sorted(mine - set(once)) if self._hub.sources.updates.due(n)]:
            await asyncio.gather(*(self._refresh_source(name, only_new=True, once=once) for name in due))
            mine -= set(due)

    async def _refresh_source(self, name: str, *, only_new: bool, once: Once | None = None) -> None:
        try:
            plugin = self._hub.sources.plugins[name]
            dumper = plugin.dumper_class
            if dumper is not None and not dumper.DISABLED and not self._hub.sources.is_manual(name):
                await self._hub.sources.update(name, only_new=only_new, owner=OWNER, once=once)
            if self._wants_upload(name):
                await self._hub.sources.upload(name, owner=OWNER)
        except HubError as error:
            log.error("%s: %s", name, error, extra={"action": "auto_source_failed", "source": name})

    def _wants_upload(self, name: str) -> bool:
        record = self._hub.state.sources.get(name) or {}
        return "upload" in (record.get("pending") or []) and name in self.automatic_sources()

    async def _refresh_build(self, config: str) -> None:
        lock = self._build_locks.setdefault(config, asyncio.Lock())
        async with lock:
            try:
                await self._build_and_serve(config)
            except HubError as error:
                log.error("build %s: %s", config, error, extra={"action": "auto_build_failed", "build_config": config})

    async def _build_and_serve(self, config: str) -> None:
        hub = self._hub
        latest = hub.state.builds.latest(config)
        resumable = hub.builds.resumable(config)
        if latest is None or resumable or hub.builds.whatsnew(config)[config]["sources"]:
            missing = hub.builds.not_ready(config)
            if missing:
                log.warning(
                    "build %s waits for %s: no successful upload yet",
                    config,
                    ", ".join(missing),
                    extra={"action": "auto_build_waits", "build_config": config},
                )
                return
            name = await hub.builds.merge(config, owner=OWNER)
        else:
            name = str(latest["_id"])
        if await asyncio.to_thread(hub.indices.served_build, config) != name:
            await hub.indices.index_for_serving(config, name, owner=OWNER)
