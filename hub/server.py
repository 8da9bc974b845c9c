"""Assembles the hub and runs it: stores, jobs, managers, automatic flow, listeners; starts and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import logging
import os
import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from hub import errors
from hub.accounts import Role
from hub.commands.power import Power
from hub.commands.records import CommandRecorder
from hub.commands.services import Services
from hub.config import Settings
from hub.store.errors import StoreUnavailableError

if TYPE_CHECKING:
    from hub.api import Door
    from hub.console import Console
    from hub.store.port import DocumentStore
    from hub.store.state import State

log = logging.getLogger("hub.server")

FOLDERS = ("DATA_ARCHIVE_ROOT", "LOG_FOLDER", "RUN_DIR", "STORE_FOLDER", "SEARCH_FOLDER")

#: What nearly every dump, upload and build uses; imported once, in the process that workers are forked from.
WORKER_MODULES = (
    "hub.dataload.dumper.work",
    "hub.dataload.transport.file",
    "hub.dataload.transport.guard",
    "hub.dataload.uploader.work",
    "hub.databuild.work",
    "hub.store.sqlite",
)


class HubRunningError(errors.Refused):
    """Another process works on this home."""

    def __init__(self, home: Path, pid: str) -> None:
        self.home, self.pid = home, pid
        super().__init__(
            f"a hub (process {pid or 'unknown'}) already runs on {home}. Stop it first, or give another --home."
        )


class PortTakenError(errors.HubError, errors.Permanent):
    """A port is in use."""

    def __init__(self, what: str, host: str, port: int, setting: str) -> None:
        self.what, self.host, self.port, self.setting = what, host, port, setting
        variable = setting if setting.startswith("HUB_") else f"HUB_{setting}"
        super().__init__(
            f"port {port} on {host}, wanted for the {what}, is in use. Stop what listens there, or choose another "
            f"port with the setting {setting}, the environment variable {variable} or the flag of `hub serve`."
        )


@contextlib.contextmanager
def home_lock(settings: Settings) -> Iterator[None]:
    """Hold the home for this process.

    Raises:
        HubRunningError: another process holds it.
    """
    run_dir = Path(settings["RUN_DIR"])
    run_dir.mkdir(parents=True, exist_ok=True)
    handle = (run_dir / "hub.lock").open("a+")
    try:
        _take(handle, settings.home)
        yield
    finally:
        handle.close()


def _take(handle: IO[str], home: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        handle.seek(0)
        raise HubRunningError(home, handle.read().strip()) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()


def is_running(settings: Settings) -> bool:
    """Whether a hub works on this home right now."""
    try:
        with home_lock(settings):
            return False
    except HubRunningError:
        return True


def api_token(settings: Settings) -> str:
    """The token for changing commands; made at the first call and kept, readable by the owner only."""
    path = Path(settings["RUN_DIR"]) / "api_token"
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(32))
    return path.read_text()


def assemble(settings: Settings) -> Services:
    """Open the stores and make the managers; nothing runs yet."""
    from hub.accounts import Accounts
    from hub.databuild.manager import BuildManager
    from hub.datadiff.manager import DiffManager
    from hub.datadiff.syncing import SyncManager
    from hub.dataindex.apis import ApiManager
    from hub.dataindex.manager import IndexManager
    from hub.datainspect.manager import InspectManager
    from hub.dataload.manager import SourceManager
    from hub.dataload.plugin_sources import PluginSources
    from hub.dataload.quarantine.manager import QuarantineManager
    from hub.datarelease.publisher import ReleaseManager
    from hub.datarelease.snapshots import SnapshotManager
    from hub.gates.keeper import GateKeeper
    from hub.jobs.changes import ChangeRelay
    from hub.jobs.events import EventBus
    from hub.jobs.manager import JobManager
    from hub.jobs.schedule import Scheduler
    from hub.maintenance.codebase import code_bases
    from hub.maintenance.news import CodeNews
    from hub.notify import Notifiers
    from hub.standalone.manager import StandaloneManager

    for name in FOLDERS:
        Path(settings[name]).mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as opened:  # what is open is closed when the next does not answer
        state, src_store, target_store = _open_stores(settings, opened)
        settings.attach_overrides(state.overrides.all)
        opened.pop_all()
    bus = EventBus()
    state.subscribe(ChangeRelay(bus))
    jobs = JobManager(settings, jobs_repo=state.jobs, lanes_repo=state.lanes, bus=bus, preload=WORKER_MODULES)
    sources = SourceManager(settings, state, src_store, jobs, bus)
    indices = IndexManager(settings, state, target_store, src_store, jobs, bus)
    builds = BuildManager(settings, state, src_store, target_store, jobs, bus)
    diffs, snapshots = DiffManager(builds, indices), SnapshotManager(indices)
    return Services(
        settings=settings,
        state=state,
        bus=bus,
        jobs=jobs,
        scheduler=Scheduler(bus, state.schedules),
        src_store=src_store,
        target_store=target_store,
        sources=sources,
        plugin_sources=PluginSources(settings, state, sources, jobs, bus),
        builds=builds,
        indices=indices,
        diffs=diffs,
        syncs=SyncManager(diffs, indices),
        snapshots=snapshots,
        releases=ReleaseManager(diffs, snapshots),
        standalone=StandaloneManager(indices),
        gates=GateKeeper(builds, indices),
        apis=ApiManager(settings, state, indices.catalogue, bus),
        quarantine=QuarantineManager(settings, state, src_store, jobs, bus, sources),
        inspector=InspectManager(state, src_store, target_store, jobs, bus, lambda: settings.get("ID_PATTERNS") or {}),
        records=CommandRecorder(state, bus),
        power=Power(bus),
        notifiers=Notifiers(settings, bus),
        code_news=CodeNews(code_bases(Path(settings["DATA_PLUGIN_FOLDER"]))),
        accounts=Accounts(settings, state),
    )


def _open_stores(settings: Settings, opened: contextlib.ExitStack) -> tuple[State, DocumentStore, DocumentStore]:
    from hub.store import open_store, specs
    from hub.store.state import open_state

    src_spec, target_spec = specs(settings)
    state = open_state(settings)
    opened.callback(state.close)
    stores = []
    for spec in (src_spec, target_spec):
        stores.append(open_store(spec))
        opened.callback(stores[-1].close)
    return state, stores[0], stores[1]


async def assemble_patiently(
    settings: Settings, seconds: float, on_wait: Callable[[StoreUnavailableError], None] | None = None
) -> Services:
    """The same; a store that does not answer yet is asked again, with growing waits.

    Args:
        settings: of the home.
        seconds: after which it is given up.
        on_wait: told before each wait; from then on the loop is free while stores are asked.

    Raises:
        hub.store.errors.StoreUnavailableError: a store did not answer in that time.
    """
    import tenacity

    waited = False

    def tell(state: tenacity.RetryCallState) -> None:
        nonlocal waited
        waited = True
        error = state.outcome.exception() if state.outcome else None
        pause = state.next_action.sleep if state.next_action else 0.0
        log.warning("%s Asked again in %.1f s.", error, pause, extra={"action": "store_waited_for"})
        if on_wait is not None and isinstance(error, StoreUnavailableError):
            on_wait(error)

    attempts = tenacity.AsyncRetrying(
        stop=tenacity.stop_before_delay(seconds),
        wait=tenacity.wait_exponential(multiplier=0.25, max=10),
        retry=tenacity.retry_if_exception(lambda error: isinstance(error, StoreUnavailableError)),
        before_sleep=tell,
        reraise=True,
    )

    def ask() -> None:
        with contextlib.ExitStack() as opened:
            _open_stores(settings, opened)

    async def once() -> Services:
        if waited:
            await asyncio.to_thread(ask)
        return assemble(settings)

    return await attempts(once)


@contextlib.contextmanager
def looking(settings: Settings, *, plugins: bool = True) -> Iterator[Services]:
    """A hub's managers to look with: no lock, no jobs, nothing is changed; works beside a running hub.

    Args:
        settings: of the home.
        plugins: load the plugins, which takes longer than all the rest.
    """
    services = assemble(settings)
    try:
        if plugins:
            services.sources.load(record=False)
        services.jobs.look()
        yield services
    finally:
        _close(services)


def _close(services: Services) -> None:
    services.indices.close()
    services.standalone.close()
    for closing in (services.src_store, services.target_store, services.state):
        closing.close()


def written_address(settings: Settings) -> str:
    """Base URL of the REST API of the hub that runs on this home, as it wrote it at its start."""
    path = Path(settings["RUN_DIR"]) / "addresses.json"
    with contextlib.suppress(OSError, ValueError, KeyError):
        return str(json.loads(path.read_text())["REST API"])
    return f"http://{settings['HUB_HOST']}:{settings['HUB_API_PORT']}"


class Hub:
    """A hub at work in this process, without listeners; an async context manager.

    Holds the home's lock, recovers from a crash, loads plugins and starts the job manager.

    Args:
        settings: configuration.
        patience: seconds that stores have to answer.
        on_wait: told of each store that does not yet; see `hub.waiting`.

    Raises:
        HubRunningError: another process works on the home.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        patience: float = 0.0,
        on_wait: Callable[[StoreUnavailableError], None] | None = None,
    ) -> None:
        self.settings, self._patience, self._on_wait = settings, patience, on_wait
        self._stack = contextlib.ExitStack()
        self.services: Services

    async def __aenter__(self) -> Hub:
        self._stack.enter_context(home_lock(self.settings))
        try:
            self.services = await assemble_patiently(self.settings, self._patience, self._on_wait)
            self.services.notifiers.start()
            await self.services.jobs.start()
            self.services.plugin_sources.recover()
            self.services.sources.recover()
            self.services.quarantine.recover()
            self.services.sources.load()
            self.services.sources.releases.reconcile()
            self.services.builds.recover()
            self.services.builds.sync_declared()
            self.services.indices.recover()
            self.services.diffs.recover()
            self.services.records.recover(self.settings["KEEP_COMMANDS"])
        except BaseException:
            self._stack.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        services = self.services
        services.scheduler.stop()
        await services.records.drain()
        await services.apis.close()
        await services.jobs.stop()
        await asyncio.to_thread(services.notifiers.close)
        _close(services)
        self._stack.close()


@dataclass(frozen=True)
class Address:
    """One listener: what it is and where."""

    what: str
    url: str


class Server:
    """A hub with its listeners (REST and websocket, the same read-only, data API, SSH console) and its hooks.

    Args:
        hub: an entered `Hub`.

    Attributes:
        first_password: of the user ``admin``, when this start has made it; it is stored nowhere.
        taken_over: users that earlier versions kept in a file, taken over by this start.
    """

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.first_password: str | None = None
        self.taken_over: list[str] = []
        self.services = hub.services
        self.addresses: list[Address] = []
        self._servers: list[Any] = []
        self._query_context: Any = None
        self._door: Door | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._apis: asyncio.Task[None] | None = None
        self._versions: asyncio.Task[None] | None = None
        self.console: Console | None = None
        self._stopped = asyncio.Event()
        self.at_once = False  #: whether jobs that run have no time to come to their end
        self.restarts = False  #: whether the hub is to come back after its end

    async def start(self) -> None:
        """Listen.

        Raises:
            PortTakenError: a port is in use; nothing listens then.
        """
        settings = self.services.settings
        host = str(settings["HUB_HOST"])
        shown = f"[{host}]" if ":" in host else host
        sockets = self._bind_all(host)
        with contextlib.suppress(errors.HubError):  # a search engine that is down must not keep the rest from serving
            await asyncio.to_thread(self.services.indices.served.refresh)
        token = api_token(settings)
        self.first_password, self.taken_over = await asyncio.to_thread(self.services.accounts.begin)
        from tornado.httpserver import HTTPServer

        from hub.api import Door, is_loopback, make_app, make_studio
        from hub.api.handler import MAX_IGNORED_HEADERS

        self._door = door = Door(self.services.bus, settings, self.services.accounts)
        apps = {
            "HUB_API_PORT": make_app(self.services, token=token, door=door),
            "READONLY_HUB_API_PORT": make_app(self.services, token=token, readonly=True, door=door),
            "QUERY_API_PORT": self._query_app(),
        }
        if "HUB_API_PORT" in sockets:
            apps["STUDIO_PORT"] = make_studio(sockets["HUB_API_PORT"].getsockname()[1], loopback=is_loopback(host))
        await self._start_console([apps["HUB_API_PORT"], apps["READONLY_HUB_API_PORT"]], sockets, door)
        self.services.power.attach(self.stop)
        self._versions = asyncio.create_task(self.services.code_news.start(), name="hub-versions")
        if settings["UPGRADE_CHECK_SCHEDULE"]:
            check = self.services.code_news.look
            self.services.scheduler.add("upgrade_check", settings["UPGRADE_CHECK_SCHEDULE"], check)
        for setting, what in LISTENERS.items():
            if setting == "HUB_SSH_PORT" and setting in sockets:
                self.addresses.append(Address(what, f"ssh://{shown}:{sockets[setting].getsockname()[1]}"))
            elif setting in sockets and setting in apps:
                server = HTTPServer(
                    apps[setting],
                    xheaders=False,
                    max_body_size=MAX_BODY_BYTES,
                    max_header_size=MAX_IGNORED_HEADERS,
                    idle_connection_timeout=IDLE,
                )
                server.add_sockets([sockets[setting]])
                self._servers.append(server)
                port = sockets[setting].getsockname()[1]
                self.addresses.append(Address(what, f"http://{shown}:{port}"))
        self._watcher = asyncio.create_task(self._watch_served(), name="hub-served")
        self._apis = asyncio.create_task(self.services.apis.recover(), name="hub-apis")
        written = Path(settings["RUN_DIR"]) / "addresses.json"
        written.write_text(json.dumps({a.what: a.url for a in self.addresses}))

    async def _start_console(self, apps: list[Any], sockets: dict[str, socket.socket], door: Door) -> None:
        from hub.api.publish import publish
        from hub.console import Console

        self.console = Console(self.services, lambda command: publish(apps, command))
        await self.console.start(sockets.get("HUB_SSH_PORT"))
        if self.services.settings["HUB_TERMINAL"]:
            apps[0].settings["shell"] = self.console.shell(
                lambda message: door.tell([message], logs=True, role=Role.CONSOLE)
            ).run

    def _bind_all(self, host: str) -> dict[str, socket.socket]:
        bound: dict[str, socket.socket] = {}
        try:
            for setting, what in LISTENERS.items():
                port = self.services.settings[setting]
                if port is not None:
                    bound[setting] = bind(what, host, int(port), setting)
        except BaseException:
            for sock in bound.values():
                sock.close()
            raise
        return bound

    def _query_app(self) -> Any:
        from hub.queryapi import make_app as make_query_app
        from hub.queryapi.settings import QuerySettings

        settings = QuerySettings.of(self.services.settings)
        indices, builds = self.services.indices, self.services.builds
        app = make_query_app(indices.serving_engine(), indices.served, settings, builds.provenance_of)
        self._query_context = app.settings["context"]
        return app

    async def _watch_served(self) -> None:
        """Keep up with configurations and aliases that others change."""
        while True:
            await asyncio.sleep(LOOK_AGAIN if self.services.indices.served.is_known else LOOK_FIRST)
            with contextlib.suppress(errors.HubError):
                await asyncio.to_thread(self.services.indices.served.refresh)

    async def run(self) -> None:
        """Serve until `stop`."""
        await self._stopped.wait()

    def stop(self, restart: bool = False, at_once: bool = False) -> None:
        """Ask `run` to return; safe to call twice.

        Args:
            restart: whether the hub is to come back.
            at_once: jobs that run have no time to come to their end.
        """
        self.restarts, self.at_once = restart, at_once
        self._stopped.set()

    async def drain(self, seconds: float) -> None:
        """Begin nothing any more, and let running jobs come to their end; the hub answers meanwhile, as not ready.

        Args:
            seconds: how long at most.
        """
        self.services.scheduler.hold()
        await self.services.jobs.drain(seconds)

    async def close(self) -> None:
        """Stop listening."""
        if self.console is not None:
            await self.console.close()
        for task in filter(None, (self._watcher, self._apis)):
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if self._door is not None:
            await self._door.close()
        for server in self._servers:
            server.stop()
            await server.close_all_connections()
        if self._query_context is not None:
            self._query_context.close()


MAX_BODY_BYTES = 32 * 1024 * 1024  #: largest request any listener takes

IDLE = 300.0  #: seconds within which a connection has to ask for something, and a request has to have its headers

LOOK_AGAIN = 10.0  #: seconds between two looks at what is served
LOOK_FIRST = 1.0  #: the same until one has succeeded

LISTENERS = {
    "HUB_API_PORT": "REST API",
    "READONLY_HUB_API_PORT": "read-only REST API",
    "QUERY_API_PORT": "data API",
    "HUB_SSH_PORT": "SSH console",
    "STUDIO_PORT": "studio",
}


def bind(what: str, host: str, port: int, setting: str) -> socket.socket:
    """A socket that listens.

    Args:
        what: will be there, in words.
        host: name or address.
        port: its port; 0 for any that is free.
        setting: that gives the port, for the error.

    Raises:
        PortTakenError: the port is in use.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.setblocking(False)
    try:
        sock.bind((host, port))
        sock.listen(1024)
    except OSError:
        sock.close()
        raise PortTakenError(what, host, port, setting) from None
    return sock
