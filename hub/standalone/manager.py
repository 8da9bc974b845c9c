"""The standalone manager: follows the releases of other hubs, installs them, goes back, keeps itself up to date."""

from __future__ import annotations

import asyncio
import builtins
import logging
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from hub.config import Settings
from hub.datadiff.errors import PatchError, TargetChangedError, VerificationError
from hub.datadiff.records import was_interrupted
from hub.dataindex.manager import IndexManager
from hub.datarelease.naming import version_key
from hub.datarelease.versions import FULL, INCREMENTAL
from hub.errors import HubError
from hub.jobs.port import JobSpec, NullContext, Retry
from hub.jobs.schedule import Scheduler
from hub.standalone.archived import limits_of
from hub.standalone.errors import NoPathError, NotDownloadedError
from hub.standalone.fetching import (
    DownloadRequest,
    VersionsRequest,
    download_release,
    fetch_info,
    fetch_versions,
)
from hub.standalone.installed import InstalledReleases
from hub.standalone.installing import InstallReport, InstallRequest, install_releases
from hub.standalone.planning import LATEST, path, wanted
from hub.standalone.published import Version
from hub.standalone.subscriptions import Subscription, find, subscriptions
from hub.standalone.validating import asked, validator

log = logging.getLogger("hub.standalone")

NOTHING = "Nothing to dump"
KINDS = (FULL, INCREMENTAL)  #: of releases
SCHEDULE = "schedule"  #: owner of installations that nobody asked for


class StandaloneManager:
    """Releases of other hubs.

    Args:
        indices: search engines and jobs; what is installed in the serving environment is served by the data API.
    """

    def __init__(self, indices: IndexManager) -> None:
        self._indices, self._jobs, self._bus = indices, indices.jobs, indices.bus
        self._settings: Settings = indices.settings
        self.folder = Path(self._settings["STANDALONE_PATH"])
        self._locks: dict[str, asyncio.Lock] = {}
        self._installed = InstalledReleases(indices)

    # -- what there is ---------------------------------------------------------------------------------------------

    def list(self) -> builtins.list[dict[str, Any]]:
        """Followed releases: ``{"name", "url", "environments"?: [{"name", "es_host"}]}``."""
        found: dict[str, dict[str, Any]] = {}
        for sub in subscriptions(self._settings).values():
            entry = found.setdefault(sub.release, {"name": sub.release, "url": sub.url})
            if sub.name != sub.release:
                entry.setdefault("environments", []).append({"name": sub.name, "es_host": sub.host})
        return builtins.list(found.values())

    async def versions(self, src: str) -> builtins.list[dict[str, Any]]:
        """What its publisher offers, oldest first."""
        return [entry.as_dict() for entry in await self._versions(find(self._settings, src))]

    async def info(self, src: str, version: str = LATEST) -> dict[str, Any]:
        """Metadata and release note of one version."""
        sub = find(self._settings, src)
        entry = wanted(src, await self._versions(sub), version)
        request = VersionsRequest(self._settings.snapshot(), src, sub.url, str(self._installed.folder(sub)), entry)
        return await asyncio.to_thread(fetch_info, NullContext(log), request)

    async def check(self, src: str) -> str:
        """The newest version when it is newer than the installed one, else ``Nothing to dump``."""
        sub = find(self._settings, src)
        newest = wanted(src, await self._versions(sub), LATEST).target
        installed = (await asyncio.to_thread(self._installed.backend, sub))["version"]
        is_newer = installed is None or version_key(newest) > version_key(str(installed))
        return newest if is_newer else NOTHING

    async def backend(self, src: str) -> dict[str, Any]:
        """What is installed: ``{"host", "index", "index_alias", "version", "count"}``."""
        return await asyncio.to_thread(self._installed.backend, find(self._settings, src))

    # -- installing ------------------------------------------------------------------------------------------------

    async def install(
        self,
        src: str,
        version: str = LATEST,
        *,
        dry: bool = False,
        force: bool = False,
        use_no_downtime_method: bool = True,
        kinds: Collection[str] = KINDS,
        owner: str = "",
    ) -> builtins.list[str] | None:
        """Install a version: incremental releases from the installed one where they lead there, else a full one.

        Args:
            src: name of the release.
            version: ``latest``, or one that was published.
            dry: only tell which releases would be installed.
            force: install an older version, or the same one anew, from a full release.
            use_no_downtime_method: make a new index and move the alias; otherwise the present index is changed.
            kinds: releases that are looked at: ``full``, ``incremental``.
            owner: who asked.

        Returns:
            The releases that were, or would be, installed, in their order; None when the version is installed.

        Raises:
            hub.errors.HubError: it can not be installed; what is served stays as it is.
        """
        sub = find(self._settings, src)
        async with self._lock(sub):
            if owner == SCHEDULE and await self._is_unwanted(sub, version, kinds):
                return None
            way = await self._way(sub, version, force, kinds)
            if not way:
                return None
            names = [entry.build_version for entry in way]
            if dry:
                return names
            await self._ask(sub, names, force)
            return await self._bring(sub, way, use_no_downtime_method, owner)

    async def download(
        self, src: str, version: str = LATEST, *, force: bool = False, dry: bool = False, owner: str = ""
    ) -> builtins.list[str] | None:
        """Fetch what `apply` then installs; answers the releases, or None when the version is installed."""
        sub = find(self._settings, src)
        async with self._lock(sub):
            way = await self._way(sub, version, force)
            if way and not dry:
                await self._ask(sub, [entry.build_version for entry in way], force)
                await self._download(sub, way, owner)
                record = self._installed.record(sub)
                record["downloaded"] = [entry.as_dict() for entry in way]
                self._installed.save(sub, record)
            return [entry.build_version for entry in way] or None

    async def apply(self, src: str, *, owner: str = "") -> int:
        """Install what was downloaded; answers the number of documents.

        Raises:
            NotDownloadedError: nothing was.
        """
        sub = find(self._settings, src)
        async with self._lock(sub):
            way = [_version(entry) for entry in self._installed.record(sub).get("downloaded") or []]
            if not way:
                raise NotDownloadedError(src)
            report = await self._apply(sub, way, True, owner)
            return report.count

    async def rollback(self, src: str, *, owner: str = "") -> dict[str, Any]:
        """Serve the version that was installed before; answers as `backend`.

        Raises:
            NothingToRollBackError: its index is not kept.
        """
        sub = find(self._settings, src)
        async with self._lock(sub):
            return await asyncio.to_thread(self._installed.roll_back, sub)

    async def reset_backend(self, src: str) -> None:
        """Remove everything that was installed of a release."""
        sub = find(self._settings, src)
        async with self._lock(sub):
            await asyncio.to_thread(self._installed.reset, sub)

    def schedule(self, scheduler: Scheduler) -> None:
        """Put the installations of ``AUTO_RELEASE_CONFIG`` on the scheduler."""
        for src, config in (self._settings.get("AUTO_RELEASE_CONFIG") or {}).items():
            asked: dict[str, Any] = {"schedule": config} if isinstance(config, str) else dict(config or {})
            extra = dict(asked.get("extra") or {})

            async def run(src: str = src, extra: dict[str, Any] = extra) -> None:
                await self.install(src, owner=SCHEDULE, **extra)

            scheduler.add(f"install:{src}", str(asked.get("schedule") or "@daily"), run)

    def close(self) -> None:
        """Release the engines that are not those of an environment."""
        self._installed.close()

    # -- steps -----------------------------------------------------------------------------------------------------

    def _lock(self, sub: Subscription) -> asyncio.Lock:
        return self._locks.setdefault(sub.name, asyncio.Lock())

    async def _versions(self, sub: Subscription) -> builtins.list[Version]:
        request = VersionsRequest(self._settings.snapshot(), sub.name, sub.url, str(self._installed.folder(sub)))
        return await asyncio.to_thread(fetch_versions, NullContext(log), request)

    async def _way(
        self, sub: Subscription, version: str, force: bool, kinds: Collection[str] = KINDS
    ) -> builtins.list[Version]:
        entries = [entry for entry in await self._versions(sub) if entry.kind in kinds]
        entry = wanted(sub.name, entries, version)
        installed = (await asyncio.to_thread(self._installed.backend, sub))["version"]
        return path(sub.name, entries, entry.target, installed, force=force)

    async def _bring(
        self, sub: Subscription, way: builtins.list[Version], no_downtime: bool, owner: str
    ) -> builtins.list[str]:
        """Download and install; from a full release when the installed index turns out not to be what it should."""
        await self._download(sub, way, owner)
        try:
            await self._apply(sub, way, no_downtime, owner)
        except (TargetChangedError, VerificationError, PatchError) as error:
            if way[0].require is None:
                raise
            try:
                whole = path(sub.name, await self._versions(sub), way[-1].target, None)
            except NoPathError:
                raise error from None
            log.warning(
                "release %s: %s It is installed from a full release.",
                sub.name,
                error,
                extra={"action": "release_restarted", "release": sub.name},
            )
            way = whole
            await self._download(sub, way, owner)
            await self._apply(sub, way, True, owner)
        return [entry.build_version for entry in way]

    async def _ask(self, sub: Subscription, names: builtins.list[str], force: bool) -> None:
        """Have the validator's word before anything is fetched."""
        ask = validator(self._settings, self).validate
        about = {"name": sub.name, "version_path": names}
        await asyncio.to_thread(asked, sub.name, names, lambda: ask(force, **about))

    async def _ask_again(self, sub: Subscription, report: InstallReport) -> None:
        """Have the validator's word on the new index."""
        ask = validator(self._settings, self).validate_index
        about = {"name": sub.name, "version": report.version, "count": report.count}
        engine = self._installed.engine(sub)
        await asyncio.to_thread(asked, sub.name, [report.version], lambda: ask(engine, report.index, **about))

    async def _is_unwanted(self, sub: Subscription, version: str, kinds: Collection[str]) -> bool:
        """Whether a person went back from this version; no schedule brings it again."""
        skipped = self._installed.record(sub).get("skipped")
        entries = [entry for entry in await self._versions(sub) if entry.kind in kinds]
        return skipped is not None and wanted(sub.name, entries, version).target == skipped

    async def _download(self, sub: Subscription, way: builtins.list[Version], owner: str) -> None:
        folder = str(self._installed.folder(sub))
        into_elastic = self._installed.spec(sub).engine == "elastic"
        request = DownloadRequest(self._settings.snapshot(), sub.name, tuple(way), folder, into_elastic)
        await self._run("download", sub, download_release, request, "thread", owner=owner)

    async def _apply(
        self, sub: Subscription, way: builtins.list[Version], no_downtime: bool, owner: str
    ) -> InstallReport:
        base = await asyncio.to_thread(self._installed.index_behind, sub)
        in_place = not no_downtime and base is not None and way[0].require is not None
        staged = self._installed.staged(sub, way, base)
        request = InstallRequest(
            name=sub.name,
            engine=self._installed.spec(sub),
            base=base if way[0].require is not None else None,
            staged=staged,
            in_place=in_place,
            versions=tuple(way),
            folder=str(self._installed.folder(sub)),
            batch_size=int(self._settings["SYNC_BATCH_SIZE"]),
            repo_settings=sub.repo_settings,
            delay=float(self._settings["MONITOR_SNAPSHOT_DELAY"]),
            standalone_version=None
            if self._settings["SKIP_CHECK_COMPAT"]
            else dict(self._settings["STANDALONE_VERSION"] or {}),
            repositories=str(self._settings["ES_BACKUPS_FOLDER"]),
            limits=limits_of(self._settings),
        )
        await asyncio.to_thread(self._installed.begin, sub, staged)
        try:
            report: InstallReport = await self._run("install", sub, install_releases, request, "process", owner=owner)
            await self._ask_again(sub, report)
        except HubError as error:
            if not was_interrupted(error):
                await asyncio.to_thread(self._installed.discard, sub, staged)
            self._bus.publish("standalone.failed", release=sub.name, version=way[-1].target, error=str(error))
            raise
        await asyncio.to_thread(self._installed.make_visible, sub, report)
        log.info(
            "release %s: version %s installed, %d documents",
            sub.name,
            report.version,
            report.count,
            extra={"action": "release_installed", "release": sub.name, "version": report.version},
        )
        self._bus.publish("standalone.installed", release=sub.name, version=report.version, count=report.count)
        return report

    async def _run(
        self,
        kind: str,
        sub: Subscription,
        fn: Callable[..., Any],
        request: Any,
        where: Any,
        *,
        owner: str = "",
    ) -> Any:
        handle = self._jobs.submit(
            JobSpec(
                kind=kind,
                subject=sub.name,
                description=f"{kind} {sub.name} from {sub.url}",
                fn=fn,
                args=(request,),
                where=where,
                resources={"download": 1} if kind == "download" else {},
                exclusive=frozenset({f"standalone:{sub.name}"}),
                retry=Retry(attempts=1),
                owner=owner,
            )
        )
        return await handle.result()


def _version(entry: Mapping[str, Any]) -> Version:
    return Version(
        build_version=entry["build_version"],
        target=entry["target_version"],
        require=entry["require_version"],
        kind=entry["type"],
        date=entry["release_date"],
        url=entry["url"],
    )
