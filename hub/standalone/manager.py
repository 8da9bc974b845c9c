"""The standalone manager: follows the releases of other hubs, installs them, goes back, keeps itself up to date."""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import hashlib
import logging
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub.config import Settings
from hub.datadiff.errors import PatchError, TargetChangedError, VerificationError
from hub.datadiff.files import dump_json, write_whole
from hub.datadiff.records import was_interrupted
from hub.dataindex.manager import SERVING_ENV, IndexManager
from hub.datarelease.naming import version_key
from hub.errors import HubError
from hub.jobs.port import JobSpec, NullContext, Retry
from hub.jobs.schedule import Scheduler
from hub.search import open_engine
from hub.search.port import SearchEngine, SearchSpec
from hub.standalone.errors import BackendTakenError, NoPathError, NotDownloadedError, NothingToRollBackError
from hub.standalone.fetching import (
    DownloadRequest,
    VersionsRequest,
    download_release,
    fetch_info,
    fetch_versions,
)
from hub.standalone.installing import STATE, InstallReport, InstallRequest, install_releases
from hub.standalone.planning import LATEST, path, wanted
from hub.standalone.published import Version
from hub.standalone.subscriptions import Subscription, find, subscriptions

log = logging.getLogger("hub.standalone")

RECORD = "installed.json"
NOTHING = "Nothing to dump"
SCHEDULE = "schedule"  #: owner of installations that nobody asked for
_PLAIN = re.compile(r"[^a-z0-9_-]+")


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
        self._engines: dict[str, SearchEngine] = {}
        indices.served.also(self._served)

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
        request = VersionsRequest(self._settings.snapshot(), src, sub.url, str(self._folder(sub)), entry)
        return await asyncio.to_thread(fetch_info, NullContext(log), request)

    async def check(self, src: str) -> str:
        """The newest version when it is newer than the installed one, else ``Nothing to dump``."""
        sub = find(self._settings, src)
        newest = wanted(src, await self._versions(sub), LATEST).target
        installed = (await asyncio.to_thread(self._backend, sub))["version"]
        is_newer = installed is None or version_key(newest) > version_key(str(installed))
        return newest if is_newer else NOTHING

    async def backend(self, src: str) -> dict[str, Any]:
        """What is installed: ``{"host", "index", "index_alias", "version", "count"}``."""
        return await asyncio.to_thread(self._backend, find(self._settings, src))

    # -- installing ------------------------------------------------------------------------------------------------

    async def install(
        self,
        src: str,
        version: str = LATEST,
        *,
        dry: bool = False,
        force: bool = False,
        use_no_downtime_method: bool = True,
        owner: str = "",
    ) -> builtins.list[str] | None:
        """Install a version: incremental releases from the installed one where they lead there, else a full one.

        Args:
            src: name of the release.
            version: ``latest``, or one that was published.
            dry: only tell which releases would be installed.
            force: install an older version, or the same one anew, from a full release.
            use_no_downtime_method: make a new index and move the alias; otherwise the present index is changed.
            owner: who asked.

        Returns:
            The releases that were, or would be, installed, in their order; None when the version is installed.

        Raises:
            hub.errors.HubError: it can not be installed; what is served stays as it is.
        """
        sub = find(self._settings, src)
        async with self._lock(sub):
            if owner == SCHEDULE and await self._is_unwanted(sub, version):
                return None
            way = await self._way(sub, version, force)
            if not way:
                return None
            names = [entry.build_version for entry in way]
            if dry:
                return names
            return await self._bring(sub, way, use_no_downtime_method, owner)

    async def download(
        self, src: str, version: str = LATEST, *, force: bool = False, dry: bool = False, owner: str = ""
    ) -> builtins.list[str] | None:
        """Fetch what `apply` then installs; answers the releases, or None when the version is installed."""
        sub = find(self._settings, src)
        async with self._lock(sub):
            way = await self._way(sub, version, force)
            if way and not dry:
                await self._download(sub, way, owner)
                record = self._record(sub)
                record["downloaded"] = [entry.as_dict() for entry in way]
                self._save(sub, record)
            return [entry.build_version for entry in way] or None

    async def apply(self, src: str, *, owner: str = "") -> int:
        """Install what was downloaded; answers the number of documents.

        Raises:
            NotDownloadedError: nothing was.
        """
        sub = find(self._settings, src)
        async with self._lock(sub):
            way = [_version(entry) for entry in self._record(sub).get("downloaded") or []]
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
            return await asyncio.to_thread(self._roll_back, sub)

    async def reset_backend(self, src: str) -> None:
        """Remove everything that was installed of a release."""
        sub = find(self._settings, src)
        async with self._lock(sub):
            await asyncio.to_thread(self._reset, sub)

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
        for engine in self._engines.values():
            engine.close()
        self._engines.clear()

    # -- steps -----------------------------------------------------------------------------------------------------

    def _lock(self, sub: Subscription) -> asyncio.Lock:
        return self._locks.setdefault(sub.name, asyncio.Lock())

    async def _versions(self, sub: Subscription) -> builtins.list[Version]:
        request = VersionsRequest(self._settings.snapshot(), sub.name, sub.url, str(self._folder(sub)))
        return await asyncio.to_thread(fetch_versions, NullContext(log), request)

    async def _way(self, sub: Subscription, version: str, force: bool) -> builtins.list[Version]:
        entries = await self._versions(sub)
        entry = wanted(sub.name, entries, version)
        installed = (await asyncio.to_thread(self._backend, sub))["version"]
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

    async def _is_unwanted(self, sub: Subscription, version: str) -> bool:
        """Whether a person went back from this version; no schedule brings it again."""
        skipped = self._record(sub).get("skipped")
        return skipped is not None and wanted(sub.name, await self._versions(sub), version).target == skipped

    async def _download(self, sub: Subscription, way: builtins.list[Version], owner: str) -> None:
        request = DownloadRequest(self._settings.snapshot(), sub.name, tuple(way), str(self._folder(sub)))
        await self._run("download", sub, download_release, request, "thread", owner=owner)

    async def _apply(
        self, sub: Subscription, way: builtins.list[Version], no_downtime: bool, owner: str
    ) -> InstallReport:
        base = await asyncio.to_thread(self._index_behind, sub)
        in_place = not no_downtime and base is not None and way[0].require is not None
        staged = self._staged(sub, way, base)
        request = InstallRequest(
            name=sub.name,
            engine=self._spec(sub),
            base=base if way[0].require is not None else None,
            staged=staged,
            in_place=in_place,
            versions=tuple(way),
            folder=str(self._folder(sub)),
            batch_size=int(self._settings["SYNC_BATCH_SIZE"]),
            repo_settings=sub.repo_settings,
            delay=float(self._settings["MONITOR_SNAPSHOT_DELAY"]),
            standalone_version=None
            if self._settings["SKIP_CHECK_COMPAT"]
            else dict(self._settings["STANDALONE_VERSION"] or {}),
        )
        await asyncio.to_thread(self._begin, sub, staged)
        try:
            report: InstallReport = await self._run("install", sub, install_releases, request, "process", owner=owner)
        except HubError as error:
            if not was_interrupted(error):
                await asyncio.to_thread(self._discard, sub, staged)
            self._bus.publish("standalone.failed", release=sub.name, version=way[-1].target, error=str(error))
            raise
        await asyncio.to_thread(self._make_visible, sub, report)
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

    # -- indices ---------------------------------------------------------------------------------------------------

    def _spec(self, sub: Subscription) -> SearchSpec:
        return sub.engine if sub.engine is not None else self._indices.catalogue.spec(sub.env)

    def _engine(self, sub: Subscription) -> SearchEngine:
        if sub.engine is None:
            return self._indices.engine(sub.env)
        if sub.name not in self._engines:
            self._engines[sub.name] = open_engine(sub.engine)
        return self._engines[sub.name]

    def _host(self, sub: Subscription) -> str:
        return sub.host or self._indices.catalogue.host(sub.env)

    def _index_behind(self, sub: Subscription) -> str | None:
        """The index that is served, or None.

        Raises:
            BackendTakenError: the name is that of something that was not installed here.
        """
        engine, record = self._engine(sub), self._record(sub)
        mine = {entry["index"] for entry in record["history"]}
        index = engine.aliases().get(sub.index)
        if index is None and engine.exists(sub.index):
            index = sub.index
        if index is not None and index not in mine:
            raise BackendTakenError(sub.name, sub.index)
        return index

    def _backend(self, sub: Subscription) -> dict[str, Any]:
        index = self._index_behind(sub)
        engine = self._engine(sub)
        return {
            "host": self._host(sub),
            "index": index,
            "index_alias": sub.index,
            "version": engine.meta(index).get("build_version") if index else None,
            "count": engine.count(index) if index else 0,
        }

    def _staged(self, sub: Subscription, way: builtins.list[Version], base: str | None) -> str:
        """The index to make: always the same for the same releases, so that a run that was killed finds its own."""
        marks = [sub.index, str(base), *(entry.build_version for entry in way), *(entry.date for entry in way)]
        mark = hashlib.blake2b("\0".join(marks).encode(), digest_size=4).hexdigest()
        version = _PLAIN.sub("-", way[-1].target.lower())[:60]
        staged = f"{sub.index[:150]}_{version}_{mark}"
        # With force the version that is served is made anew beside itself.
        return f"{staged}b" if staged == base else staged

    def _begin(self, sub: Subscription, staged: str) -> None:
        """Remove what an installation left that was killed and is not gone on with; remember this one."""
        record = self._record(sub)
        left = record.get("staged")
        if left not in (None, staged):
            self._discard(sub, str(left))
        self._save(sub, {**record, "staged": staged})

    def _discard(self, sub: Subscription, staged: str) -> None:
        engine = self._engine(sub)
        if staged not in engine.aliases().values() and staged not in {e["index"] for e in self._record(sub)["history"]}:
            engine.delete(staged)
        (self._folder(sub) / STATE).unlink(missing_ok=True)

    def _make_visible(self, sub: Subscription, report: InstallReport) -> None:
        engine, record = self._engine(sub), self._record(sub)
        entry = {"index": report.index, "version": report.version, "installed_at": datetime.now(UTC).isoformat()}
        # Written before the alias moves: after a crash in between the index is known as our own.
        record["history"] = [e for e in record["history"] if e["index"] != report.index] + [entry]
        for key in ("downloaded", "skipped", "staged"):
            record.pop(key, None)
        self._save(sub, record)
        if report.index != sub.index and engine.aliases().get(sub.index) != report.index:
            engine.set_alias(sub.index, report.index)
        self._refresh(sub)
        self._retire(sub, engine, record)
        self._forget_downloads(sub)

    def _retire(self, sub: Subscription, engine: SearchEngine, record: dict[str, Any]) -> None:
        keep = int(self._settings["RELEASE_KEEP_N_RECENT_INDICES"])
        if keep < 0:
            return
        served = engine.aliases().get(sub.index, sub.index)
        older = [e for e in record["history"] if e["index"] != served]
        for entry in older[: max(0, len(older) - keep)]:
            if entry["index"] not in engine.aliases().values():
                engine.delete(entry["index"])
            record["history"].remove(entry)
        self._save(sub, record)

    def _forget_downloads(self, sub: Subscription) -> None:
        for path_ in self._folder(sub).iterdir():
            if path_.is_dir():
                shutil.rmtree(path_, ignore_errors=True)

    def _roll_back(self, sub: Subscription) -> dict[str, Any]:
        engine, record = self._engine(sub), self._record(sub)
        served = engine.aliases().get(sub.index)
        before = [e for e in record["history"] if e["index"] != served and engine.exists(e["index"])]
        position = next((n for n, e in enumerate(record["history"]) if e["index"] == served), len(record["history"]))
        before = [e for e in before if record["history"].index(e) < position]
        if served is None or not before:
            raise NothingToRollBackError(sub.name)
        engine.set_alias(sub.index, before[-1]["index"])
        self._refresh(sub)
        version = before[-1]["version"]
        log.info("release %s: back at version %s", sub.name, version, extra={"action": "release_rolled_back"})
        self._bus.publish("standalone.rolled_back", release=sub.name, version=version)
        # The newer index goes: installing the version again makes it anew from here.
        record["skipped"] = record["history"][position]["version"] if position < len(record["history"]) else None
        record["history"] = record["history"][:position]
        self._save(sub, record)
        engine.delete(served)
        return self._backend(sub)

    def _reset(self, sub: Subscription) -> None:
        engine, record = self._engine(sub), self._record(sub)
        self._index_behind(sub)
        engine.remove_alias(sub.index)
        for entry in record["history"]:
            engine.delete(entry["index"])
        shutil.rmtree(self._folder(sub), ignore_errors=True)
        self._refresh(sub)
        self._bus.publish("standalone.reset", release=sub.name)

    # -- records and serving ---------------------------------------------------------------------------------------

    def _folder(self, sub: Subscription) -> Path:
        folder = self.folder / sub.name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _record(self, sub: Subscription) -> dict[str, Any]:
        try:
            found = orjson.loads((self.folder / sub.name / RECORD).read_bytes())
        except (OSError, ValueError):
            found = {}
        return {"history": [], **found} if isinstance(found, dict) else {"history": []}

    def _save(self, sub: Subscription, record: Mapping[str, Any]) -> None:
        write_whole(self._folder(sub) / RECORD, dump_json(record))

    def _refresh(self, sub: Subscription) -> None:
        if sub.env == SERVING_ENV:
            with contextlib.suppress(HubError):
                self._indices.served.refresh()

    def _served(self) -> dict[str, str]:
        """Document type to alias of what is installed where the data API reads."""
        found: dict[str, str] = {}
        known = subscriptions(self._settings)
        if not known:
            return found
        engine = self._indices.serving_engine()
        aliases = engine.aliases()
        for sub in known.values():
            index = aliases.get(sub.index) or (sub.index if sub.env == SERVING_ENV and engine.exists(sub.index) else "")
            if sub.env == SERVING_ENV and index in {e["index"] for e in self._record(sub)["history"]}:
                found.setdefault(str(engine.meta(index).get("biothing_type")), sub.index)
        return found


def _version(entry: Mapping[str, Any]) -> Version:
    return Version(
        build_version=entry["build_version"],
        target=entry["target_version"],
        require=entry["require_version"],
        kind=entry["type"],
        date=entry["release_date"],
        url=entry["url"],
    )
