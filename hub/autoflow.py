"""The automatic flow: for sources and builds marked automatic, dump, upload, build, index and serve by itself.

A source is automatic when its name matches a pattern of ``AUTO_SOURCES``; a build configuration when it has
``"auto": true``. At the start of the hub every automatic source is checked once, then on its own schedule. When a
source has new data, the automatic builds that use it and have something new are made, indexed, and served under the
alias that is the build configuration's name. A build that its release gates hold back is not served; when somebody
approves it, it goes on from there. One thing that fails is reported and stops nothing else.

A configuration with ``autobuild.schedule`` is built by that schedule when a source has news; what is wanted of the
build (``diff``, ``snapshot``, ``publish``) then becomes pending, see `hub.pending`.
"""

from __future__ import annotations

import asyncio
import fnmatch
import functools
import logging
from collections.abc import Iterable
from pathlib import Path

from hub.commands.services import Services
from hub.databuild import retention
from hub.databuild.auto_rules import AutoRules
from hub.dataload.lifecycle.updates import Once
from hub.dataload.watch import PluginWatcher
from hub.errors import HubError
from hub.gates.errors import GateWaitsError
from hub.jobs.events import Event
from hub.pending import Pending
from hub.store.records.builds import held

log = logging.getLogger("hub.flow")

OWNER = "auto"
OF_SOURCES = frozenset({"dump", "upload"})  #: kinds of jobs that are runs of a source


class AutoFlow:
    """Runs the flow on a hub.

    Args:
        services: the hub's managers.
    """

    def __init__(self, services: Services) -> None:
        self._hub = services
        self._build_locks: dict[str, asyncio.Lock] = {}
        self.pending = Pending(services)
        services.bus.subscribe("gate.approved", self._approved)
        services.bus.subscribe("state.changed", self._changed)

    def automatic_sources(self) -> list[str]:
        """Names of the loaded sources that are automatic."""
        patterns = self._hub.settings["AUTO_SOURCES"]
        names = self._hub.sources.plugins
        return sorted(n for n in names if any(fnmatch.fnmatchcase(n, p) for p in patterns))

    def automatic_builds(self) -> list[str]:
        """Names of the build configurations that are automatic."""
        return sorted(c["_id"] for c in self._hub.state.build_configs.all() if c.get("auto") and not c.get("archived"))

    def schedule(self) -> None:
        """Put on the scheduler what has a schedule: sources (those not automatic are only dumped), archiving of old
        builds, installations of others' releases, clean-ups of snapshots.
        """
        self._schedule_archiving()
        self._hub.standalone.schedule(self._hub.scheduler)
        self._hub.snapshots.schedule(self._hub.scheduler)
        if self._hub.settings["SKIP_DUMPER_SCHEDULE"]:
            return
        for name, cron in self._hub.sources.schedules().items():
            run, busy = functools.partial(self._scheduled, name), functools.partial(self._busy, name)
            self._hub.scheduler.add(f"dump:{name}", cron, run, busy=busy)

    async def _scheduled(self, name: str) -> None:
        """A scheduled run of a source; its own error is that of the schedule."""
        failed = await self.run([name])
        if name in failed:
            raise failed[name]

    def _busy(self, name: str) -> str:
        """Which job works on a source, or "": a schedule begins no second run of it."""
        for job in self._hub.jobs.active():
            if job.kind in OF_SOURCES and job.subject.partition(".")[0] == name:
                return f"job {job.id} ({job.kind} {job.subject}) is {job.state.value}"
        return ""

    def _schedule_archiving(self) -> None:
        """Archive old builds as ``AUTO_ARCHIVE_CONFIG`` says."""
        for conf, rule in retention.rules(self._hub.settings).items():

            async def run(conf: str = conf, days: float = rule.days) -> None:
                gone = await asyncio.to_thread(self._hub.builds.archive_older, conf, days, dry_run=False)
                for name in gone:
                    log.info("archived the old build %s", name, extra={"action": "build_archived", "build": name})

            self._hub.scheduler.add(f"archive:{conf}", rule.schedule, run)

    def schedule_builds(self) -> None:
        """Put every build configuration that has ``autobuild.schedule`` or ``autorelease.schedule`` on the scheduler,
        and take others off.
        """
        if self._hub.settings["SKIP_DUMPER_SCHEDULE"]:
            return
        wanted = {}
        for config in self._hub.builds.configs.all():
            if config.archived:
                continue
            rules = AutoRules.of(config.name, config.params)
            built, installed = self.build_by_schedule, self.pending.releases.install
            for kind, cron, fn in (
                ("autobuild", rules.schedule, built),
                ("autorelease", rules.release_schedule, installed),
            ):
                if cron:
                    wanted[f"{kind}:{config.name}"] = (functools.partial(fn, config.name), cron)
        scheduled = self._hub.scheduler.list()
        known = {e.name: e.cron for e in scheduled if e.name.startswith(("autobuild:", "autorelease:"))}
        for name in set(known) - set(wanted):
            self._hub.scheduler.remove(name)
        for name, (run, cron) in wanted.items():
            if known.get(name) != cron:
                self._hub.scheduler.add(name, cron, run)

    async def build_by_schedule(self, config: str) -> None:
        """Build a configuration if its sources have news; the first build of all is made by hand."""
        if self._hub.state.builds.latest(config, whole=False) is None:
            log.warning(
                "build %s is on a schedule and waits for its first build: run merge(%r)",
                config,
                config,
                extra={"action": "auto_build_waits", "build_config": config},
            )
            return
        await self._refresh_build(config)

    def _changed(self, event: Event) -> None:
        if event.data.get("entity") == "build_config" and self._hub.bus.loop is not None:
            self.schedule_builds()

    async def _approved(self, event: Event) -> None:
        """Go on with a build that was let through; one that nothing automatic made stays where it is."""
        config = str(event.data.get("build_config"))
        record = self._hub.state.build_configs.get(config) or {}
        if record.get("auto") or AutoRules.of(config, record).schedule:
            await self._refresh_build(config)

    async def watch_plugins(self) -> None:
        """Read plugins again when their files change, for ever; automatic ones then run as far as they are new."""
        pause = float(self._hub.settings["PLUGIN_WATCH_SECONDS"])
        if pause <= 0:
            return
        watcher = PluginWatcher(Path(self._hub.settings["DATA_PLUGIN_FOLDER"]))
        while True:
            await asyncio.sleep(watcher.pause(pause))
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

    async def run(self, names: Iterable[str] | None = None) -> dict[str, HubError]:
        """Refresh these sources (default: all automatic ones, as far as they are new), then the automatic builds.

        Returns:
            Why sources failed, of those that did.
        """
        chosen = self.automatic_sources() if names is None else list(names)
        once: Once = {}
        errors = await asyncio.gather(
            *(self._refresh_source(name, only_new=names is None, once=once) for name in chosen)
        )
        await self._refresh_dependents(once)
        await asyncio.gather(*(self._refresh_build(name) for name in self.automatic_builds()))
        return {name: error for name, error in zip(chosen, errors, strict=True) if error is not None}

    async def _refresh_dependents(self, once: Once) -> None:
        """Make sources anew that are made from others and run by themselves, while these have newer releases."""
        mine = {*self.automatic_sources(), *self._hub.sources.schedules()}
        while due := [n for n in sorted(mine - set(once)) if self._hub.sources.updates.due(n)]:
            await asyncio.gather(*(self._refresh_source(name, only_new=True, once=once) for name in due))
            mine -= set(due)

    async def _refresh_source(self, name: str, *, only_new: bool, once: Once | None = None) -> HubError | None:
        try:
            plugin = self._hub.sources.plugins[name]
            dumper = plugin.dumper_class
            if dumper is not None and not dumper.DISABLED and not self._hub.sources.is_manual(name):
                await self._hub.sources.update(name, only_new=only_new, owner=OWNER, once=once)
            if self._wants_upload(name):
                await self._hub.sources.upload(name, owner=OWNER)
        except HubError as error:
            log.error("%s: %s", name, error, extra={"action": "auto_source_failed", "source": name})
            return error
        return None

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
        record = hub.state.build_configs.get(config) or {}
        latest = hub.state.builds.latest(config, whole=False)
        made = latest is None or bool(hub.builds.resumable(config) or hub.builds.whatsnew(config)[config]["sources"])
        if made:
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
            assert latest is not None
            name = str(latest["_id"])
        if made or await asyncio.to_thread(hub.indices.served_build, config) != name:
            await hub.gates.check(name, again=made, owner=OWNER)
        if hub.gates.is_held(name):
            return
        if record.get("auto"):
            await self._serve(config, name)
        self._want(name)
        await self.pending.do(name)

    async def _serve(self, config: str, name: str) -> None:
        hub = self._hub
        if await asyncio.to_thread(hub.indices.served_build, config) == name or hub.indices.was_withdrawn(config, name):
            return
        try:
            await hub.indices.index_for_serving(config, name, before_alias=hub.gates.before_alias, owner=OWNER)
        except GateWaitsError:
            return  # the gates have told of it

    def _want(self, build: str) -> None:
        """Note once for each build what is to be done with it."""
        record = self._hub.state.builds.get(build) or {}
        if not record.get("wanted") and not held(record):
            self._hub.state.builds.update(build, {"wanted": self.pending.want(build) or ["nothing"]})
