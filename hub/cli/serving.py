"""`hub serve`: run the hub with its listeners until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import sys
from typing import Any

import orjson

from hub.accounts.place import is_loopback
from hub.accounts.users import ADMIN
from hub.autoflow import AutoFlow
from hub.cli.terminal import watch
from hub.commands.again import begin_interrupted
from hub.errors import HubError, MachineError
from hub.jobs.port import JobState
from hub.logs import log_files
from hub.responsive import keep_settled, responsive, settle
from hub.server import Hub, Server
from hub.store.errors import StoreUnavailableError
from hub.waiting import WhileWaiting

log = logging.getLogger("hub.server")

LEAST_FILES = 64  #: files that a hub without any work keeps open, and some for a first job


def serve_forever(settings: Any, *, json: bool) -> None:
    """Run until SIGINT or SIGTERM; a second signal ends at once.

    Args:
        settings: configuration.
        json: one JSON object a line on standard output instead of text.

    Raises:
        hub.errors.MachineError: too few files may be open at once.
    """
    _check_files()
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):
        if asyncio.run(_serve(settings, json)):
            os.execv(sys.executable, sys.orig_argv)


def _check_files() -> None:
    """Refuse to start where the first jobs would fail one by one."""
    most, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= most < LEAST_FILES:
        advice = f"Allow {LEAST_FILES} at least, better 1024 (`ulimit -n 1024`), and start it again"
        raise MachineError("", f"this process may have only {most} files open at once", advice)


async def _serve(settings: Any, json: bool) -> bool:
    """Serve; whether the hub is to start again."""
    with responsive(), log_files(settings):
        return await _serve_logged(settings, json)


async def _serve_logged(settings: Any, json: bool) -> bool:
    waiting = WhileWaiting(settings)

    def on_wait(error: StoreUnavailableError) -> None:
        is_first = waiting.error is None
        waiting.told(error)
        if is_first and json:
            _line({"event": "waiting", "addresses": waiting.addresses, "error": str(error)})

    patience = float(settings["STORE_WAIT"])
    async with waiting, Hub(settings, patience=patience, on_wait=on_wait) as hub:
        await waiting.close()
        server = Server(hub)
        await server.start()
        settle()
        stop = _stop_on_signals(server)
        try:
            with watch(hub.services.bus, hub.services.jobs, json=json):
                _announce(server, json)
                flow = AutoFlow(hub.services)
                flow.schedule()
                flow.schedule_builds()
                await begin_interrupted(hub.services)
                tasks = [
                    asyncio.create_task(_first_run(flow, server, json)),
                    asyncio.create_task(flow.watch_plugins(), name="hub-plugins"),
                    asyncio.create_task(flow.pending.watch(), name="hub-pending"),
                    asyncio.create_task(keep_settled(), name="hub-settled"),
                ]
                await server.run()
                await _drain(server, 0.0 if server.at_once else float(settings["STOP_GRACE"]), json)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            stop()
            await server.close()
    if not json:
        print("The hub starts again." if server.restarts else "The hub has stopped.", flush=True)
    return server.restarts


async def _drain(server: Server, seconds: float, json: bool) -> None:
    running = server.services.jobs.count(JobState.RUNNING)
    if running and seconds and not json:
        print(f"{running} running job(s) have {seconds:g} s to end; a second signal ends at once.", flush=True)
    await server.drain(seconds)


async def _first_run(flow: AutoFlow, server: Server, json: bool) -> None:
    try:
        await flow.run()
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("The automatic flow ended with an error that it should have handled; please report it")
        return
    try:
        types = sorted(server.services.indices.served)
        if json:
            _line({"event": "ready", "types": types})
        elif types:
            _print_ready(server, types)
    except HubError as error:
        log.error("The automatic flow has ended, but what is served is not known: %s", error)


def _announce(server: Server, json: bool) -> None:
    password = server.first_password
    if json:
        _line({"event": "listening", "addresses": {a.what: a.url for a in server.addresses}})
        if password:
            _line({"event": "console_user", "user": ADMIN, "password": password})
        return
    services = server.services
    width = max(len(a.what) for a in server.addresses)
    lines = [f"{services.settings['HUB_NAME']}: {len(services.sources.plugins)} sources, home {services.settings.home}"]
    lines += [f"  {a.what:<{width}}  {a.url}" for a in server.addresses]
    lines += [f"  broken plugin {b.name}: {b.error}" for b in services.sources.broken]
    if is_loopback(str(services.settings["HUB_HOST"])) and services.settings["HUB_TRUST_LOOPBACK"]:
        lines.append("  Everybody on this machine may change this hub (HUB_TRUST_LOOPBACK); others can not reach it.")
    if password:
        lines.append(
            f"  Log in as {ADMIN}, password {password} (made now, shown only this once), here and at the SSH console"
        )
    if server.taken_over:
        lines.append(
            f"  Users of the console that are users of the whole hub now, as admins: {', '.join(server.taken_over)}"
        )
    lines += [
        f"  {hook['problem']}" for hook in (server.console.hooks.list() if server.console else []) if hook["problem"]
    ]
    print("\n".join(lines) + "\nCtrl-C stops it.", flush=True)


def _print_ready(server: Server, types: list[str]) -> None:
    base = next(a.url for a in server.addresses if a.what == "data API")
    lines = ["Ready. Try:", f"  curl '{base}/v1/query?q=__all__&size=1'", f"  curl '{base}/v1/metadata'"]
    engine = server.services.indices.serving_engine()
    for doc_type in types:
        page = _one_id(engine, server.services.indices.served[doc_type])
        if page:
            lines.insert(1, f"  curl '{base}/v1/{doc_type}/{page}'")
    print("\n".join(lines), flush=True)


def _one_id(engine: Any, index: str) -> str | None:
    from hub.search.port import Everything, SearchRequest

    hits = engine.search(index, SearchRequest(Everything(), fields=["_id"], size=1)).hits
    return str(hits[0].id) if hits else None


def _line(value: Any) -> None:
    sys.stdout.write(orjson.dumps(value, default=str).decode() + "\n")
    sys.stdout.flush()


def _stop_on_signals(server: Server) -> Any:
    loop = asyncio.get_running_loop()
    seen: list[int] = []

    def on_signal(number: int) -> None:
        seen.append(number)
        if len(seen) > 1:
            log.error("Ended by a second signal", extra={"action": "hub_ended"})
            logging.shutdown()
            os._exit(1)  # workers end with the hub; the next start tells what was interrupted
        log.info("Stops by %s", signal.Signals(number).name, extra={"action": "hub_stopping"})
        server.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, on_signal, number)
    return lambda: [loop.remove_signal_handler(n) for n in (signal.SIGINT, signal.SIGTERM)]
