"""The API manager: the only one that changes what is known of data APIs, and that starts and stops them."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from typing import Any

from hub.config import Settings
from hub.dataindex.apis import probe
from hub.dataindex.apis.errors import ApiArgumentError, ApiNotRunningError, ApiPortError, ApiStartError, ApiThereError
from hub.dataindex.apis.process import ApiProcess
from hub.dataindex.catalogue import IndexCatalogue
from hub.errors import HubError, NotFound
from hub.jobs.events import EventBus
from hub.search.port import SearchSpec
from hub.search.specs import ELASTIC
from hub.store.state import State

log = logging.getLogger("hub.apis")

LISTENERS = ("HUB_API_PORT", "READONLY_HUB_API_PORT", "HUB_SSH_PORT", "STUDIO_PORT", "QUERY_API_PORT")
PROVENANCE = "hub.databuild.telling:reader"  #: named, not imported: the process imports it when it is asked
STEADY_SECONDS = 30.0  #: a process that ended by itself after so long is started again, an earlier one is not
_NAME = re.compile(r"[A-Za-z0-9_][\w.@-]{0,99}", re.ASCII)

Record = dict[str, Any]


class ApiManager:
    """Data APIs on ports of their own, each in its own process.

    Args:
        settings: configuration.
        state: the hub's records.
        catalogue: the search engines.
        bus: where changes are announced.
    """

    def __init__(self, settings: Settings, state: State, catalogue: IndexCatalogue, bus: EventBus) -> None:
        self._settings, self._records, self._catalogue, self._bus = settings, state.apis, catalogue, bus
        self._running: dict[str, ApiProcess] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        self._locks: dict[str, asyncio.Lock] = {}

    def all(self) -> list[Record]:
        """The APIs, by name."""
        return self._records.all()

    def get(self, api: str) -> Record:
        """One API.

        Raises:
            hub.errors.NotFound: there is none of that name.
        """
        found = self._records.get(api)
        if found is None:
            raise NotFound("API", api, [str(r["_id"]) for r in self._records.all()])
        return found

    def create(self, api: str, host: str, index: str, doc_type: str, port: int, description: str = "") -> Record:
        """Write an API down; `start` starts it.

        Args:
            api: its name.
            host: of the search engine: an environment of ``INDEX_CONFIG``, its host, or a URL.
            index: index or alias that it serves.
            doc_type: document type, the path segment its documents are found under.
            port: where it will listen; 0 takes a free one at each start.
            description: what it is for.

        Raises:
            ApiThereError, ApiPortError, ApiArgumentError: why it can not be.
        """
        self._check(api, host, index, doc_type, port)
        config = {"es_host": host, "index": index, "doc_type": doc_type, "port": str(port)}
        record = {"_id": api, "config": config, "description": description}
        self._records.put(record)
        return record

    def _check(self, api: str, host: str, index: str, doc_type: str, port: int) -> None:
        if not _NAME.fullmatch(api):
            raise ApiArgumentError("api_id", api, "use letters, digits, `_`, `.`, `@` and `-`, at most 100")
        for name, value in (("es_host", host), ("index", index)):
            if not value.strip():
                raise ApiArgumentError(name, value, "it is empty")
        if not re.fullmatch(r"[\w.-]{1,100}", doc_type):
            raise ApiArgumentError("doc_type", doc_type, "it becomes a part of the address: use letters and digits")
        if not 0 <= port <= 65535:
            raise ApiArgumentError("port", port, "a port is a number from 1 to 65535, or 0 for a free one")
        if self._records.get(api) is not None:
            raise ApiThereError(api)
        for holder, taken in self._ports():
            if port and port == taken:
                raise ApiPortError(api, port, holder)

    def _ports(self) -> list[tuple[str, int]]:
        own = [(f"the hub ({name})", self._settings[name]) for name in LISTENERS]
        others = [(f"API `{r['_id']}`", int(r["config"]["port"])) for r in self._records.all()]
        return [(holder, int(port)) for holder, port in own + others if port is not None]

    async def delete(self, api: str) -> None:
        """Stop an API and forget it; its index stays."""
        async with self._lock(api):
            self.get(api)
            await self._stop(api)
            self._records.delete(api)

    async def start(self, api: str) -> str:
        """Start an API; its address. One that runs goes on.

        Raises:
            ApiStartError: why it does not run.
        """
        async with self._lock(api):
            record = self.get(api)
            if api not in self._running:
                await self._start(api, record)
            return str(self.get(api)["url"])

    async def _start(self, api: str, record: Record) -> None:
        process = ApiProcess(api)
        try:
            await process.start(self._told(record))
        except HubError as error:
            self._note(api, "failed", err=str(error))
            raise
        except OSError as error:
            self._note(api, "failed", err=str(error))
            raise ApiStartError(api, str(error)) from error
        self._running[api] = process
        self._watchers[api] = asyncio.create_task(self._watch(api, process), name=f"api-{api}-watch")
        host = str(self._settings["HUB_HOST"])
        shown = f"[{host}]" if ":" in host else host
        self._note(api, "running", url=f"http://{shown}:{process.port}")
        log.info("API %s listens on port %d", api, process.port, extra={"action": "api_started", "api": api})

    def _told(self, record: Record) -> dict[str, Any]:
        config = record["config"]
        return {
            "settings": self._settings.snapshot(),
            "engine": self._spec(config["es_host"]),
            "types": {config["doc_type"]: config["index"]},
            "host": str(self._settings["HUB_HOST"]),
            "port": int(config["port"]),
            "title": str(record["_id"]),
            "description": record.get("description") or "",
            "provenance": PROVENANCE,
        }

    def _spec(self, host: str) -> SearchSpec:
        """The engine of a host: that of an environment with its options, or a server without any."""
        for env in self._catalogue.environments():
            if host == env or _plain(host) == _plain(self._catalogue.host(env)):
                return self._catalogue.spec(env)
        return SearchSpec(ELASTIC, host if "://" in host else f"http://{host}")

    async def stop(self, api: str) -> None:
        """Stop an API; no error when it does not run."""
        async with self._lock(api):
            self.get(api)
            await self._stop(api)
            self._note(api, "stopped")

    async def _stop(self, api: str) -> None:
        if watcher := self._watchers.pop(api, None):
            watcher.cancel()
        if process := self._running.pop(api, None):
            await process.stop()
            log.info("API %s has stopped", api, extra={"action": "api_stopped", "api": api})

    async def test(self, api: str) -> list[Record]:
        """Ask an API that runs for its status, its metadata, a query and a document; what it answered.

        Raises:
            ApiNotRunningError: it does not run.
            hub.dataindex.apis.probe.ApiTestError: an answer is not as it should be.
        """
        record = self.get(api)
        if api not in self._running:
            raise ApiNotRunningError(api)
        root = "/".join(filter(None, [record["url"], str(self._settings["APP_PREFIX"]).strip("/")]))
        version = str(self._settings["APP_VERSION"])
        return await asyncio.to_thread(probe.ask, api, root, version, record["config"]["doc_type"])

    async def recover(self) -> None:
        """Start again what ran when the hub ended; one that does not start is noted and keeps nothing from working."""
        ran = [str(r["_id"]) for r in self._records.all() if r.get("status") == "running"]
        for api, result in zip(ran, await asyncio.gather(*map(self.start, ran), return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                log.error("API %s: %s", api, result, extra={"action": "api_failed", "api": api})

    async def close(self) -> None:
        """End all processes; the records go on saying which ran."""
        await asyncio.gather(*(self._stop(api) for api in list(self._running)))

    async def _watch(self, api: str, process: ApiProcess) -> None:
        """When the process ends by itself: start it again if it had been steady, else say why it ended."""
        begin = time.monotonic()
        why = await process.ending()
        steady = time.monotonic() - begin > STEADY_SECONDS
        async with self._lock(api):
            self._running.pop(api, None)
            self._watchers.pop(api, None)
            self._note(api, "failed", err=why)
            log.error("API %s: %s", api, why, extra={"action": "api_failed", "api": api})
            self._bus.publish("api.failed", api=api, error=why)
            if steady:
                try:
                    await self._start(api, self.get(api))
                except HubError as error:
                    log.error("API %s: %s", api, error, extra={"action": "api_failed", "api": api})

    def _note(self, api: str, status: str, **more: str) -> None:
        record = {key: value for key, value in self.get(api).items() if key not in ("url", "err")}
        self._records.put({**record, "status": status, **more})

    def _lock(self, api: str) -> asyncio.Lock:
        return self._locks.setdefault(api, asyncio.Lock())


def _plain(host: str) -> str:
    return host.rpartition("@")[2].rpartition("://")[2].rstrip("/").lower()
