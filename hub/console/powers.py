"""`schedule`, `expose` and `on`: what hooks and people may hang into the hub, and how it is taken out again."""

from __future__ import annotations

import asyncio
import dataclasses
import inspect
import logging
import queue
import re
import threading
import typing
from collections.abc import Callable
from typing import Any

from hub.accounts import CALLER, HUB, Grants
from hub.commands import Command, Role
from hub.commands.services import Services
from hub.console.commands import ConsoleCommand
from hub.console.display import Text
from hub.console.errors import EndpointTakenError, HookEndedError
from hub.console.threads import HubLoop, call, spawn
from hub.errors import BadArgument, NotFound
from hub.jobs.events import Event

log = logging.getLogger("hub.console")

#: Makes a route for a command; gives what takes it away. Raises `EndpointTakenError`.
Publish = Callable[[Command], Callable[[], None]]

WAITING = 10_000  #: events that a slow subscriber may be behind; more are dropped


class Powers:
    """What one owner (a hook file, or the console) has hung into the hub.

    Args:
        owner: begins the names of its schedules.
        services: the hub.
        loop: the hub's loop.
        publish: makes routes.
        find: gives what a console name stands for.
    """

    def __init__(
        self, owner: str, services: Services, loop: HubLoop, publish: Publish, find: Callable[[str], Any]
    ) -> None:
        self.owner = owner
        self._services, self._loop, self._publish, self._find = services, loop, publish, find
        self.schedules: dict[str, Callable[[], None]] = {}
        self.endpoints: dict[str, Callable[[], None]] = {}
        self.subscriptions: list[Callable[[], None]] = []

    def schedule(self, crontab: str, func: Callable[..., Any], *args: Any, **kwargs: Any) -> Text:
        """Call a function at the times of a cron text, off the hub's loop; `schedules()` lists the entries.

        A command may be given as well: ``schedule("0 2 * * *", dump, "hpo")``. Scheduling a function of that name again
        replaces the entry.

        Args:
            crontab: five fields, six with seconds last, or ``@daily`` and the like.
            func: function, coroutine function or command.
            *args: given to it.
            **kwargs: given to it.
        """
        if not callable(func):
            raise BadArgument(f"`schedule` needs a function, got {func!r}")
        name = f"{self.owner}:{getattr(func, '__name__', type(func).__name__)}"

        async def run() -> None:
            CALLER.set(HUB)  # whoever made the schedule may be gone when it comes up
            future = spawn(f"hub-{name}", lambda: contained(func, *args, **kwargs))
            await asyncio.wrap_future(future)

        entry = self._loop.run("schedule", self._services.scheduler.add, name, crontab, run)
        self.schedules[name] = lambda: self._unschedule(name)
        when = f"runs next at {entry.next_run:%Y-%m-%d %H:%M:%S}" if entry.next_run else "is switched off"
        return Text(f"{name} [{crontab}] {when}")

    def _unschedule(self, name: str) -> None:
        try:
            self._loop.run("schedule", self._services.scheduler.remove, name)
        except NotFound:
            log.debug("schedule %s is gone already", name)

    def expose(
        self,
        endpoint_name: str,
        command_name: str | Callable[..., Any],
        method: str = "GET",
        *,
        role: str | None = None,
        force_bodyargs: bool = False,
    ) -> Text:
        """Publish a command or a function over HTTP: ``expose("tidy", "tidy", "PUT")`` makes ``PUT /tidy``.

        A function's arguments come from the body (GET: from the URL). A command keeps its role; a function needs the
        token unless ``role`` is "viewer".

        Args:
            endpoint_name: path, without the first slash; may have ``{argument}`` parts.
            command_name: a console name, or the function itself.
            method: GET, PUT, POST or DELETE.
            role: viewer, operator, console or admin.
            force_bodyargs: taken for compatibility; arguments of changing methods always come from the body.
        """
        target = self._find(command_name) if isinstance(command_name, str) else command_name
        if not callable(target):
            raise BadArgument(f"`expose` needs a function or a command, got {target!r}")
        path, method = "/" + endpoint_name.strip("/"), method.upper()
        if not re.fullmatch(r"/[\w./{}-]+", path) or method not in ("GET", "PUT", "POST", "DELETE"):
            raise BadArgument(f"`expose` needs a path and GET, PUT, POST or DELETE, got {method} {path}")
        key = f"{method} {path}"
        if key in self.endpoints:
            self.endpoints.pop(key)()
        command = as_command(target, method, path, self._loop, role)
        self.endpoints[key] = self._loop.run("expose", self._publish, command)
        return Text(f"{key} calls {command.name}")

    def on(self, pattern: str, func: Callable[[Event], Any]) -> Callable[[], None]:
        """Call ``func(event)`` for each event whose name fits, in order, in a thread of its own.

        Args:
            pattern: an event's name, ``*`` and ``?`` allowed: ``upload.done``, ``job.*``.
            func: function or coroutine function; the event has ``name``, ``at`` and ``data``.

        Returns:
            A function that ends it.
        """
        if not callable(func):
            raise BadArgument(f"`on` needs a function, got {func!r}")
        strand = _Strand(self.owner, pattern, func)
        unsubscribe = self._services.bus.subscribe(pattern, strand.put)

        def end() -> None:
            unsubscribe()
            strand.close()

        self.subscriptions.append(end)
        return end

    def withdraw(self) -> None:
        """Take everything out again."""
        for end in [*self.schedules.values(), *self.endpoints.values(), *self.subscriptions]:
            end()
        self.schedules, self.endpoints, self.subscriptions = {}, {}, []


class _Strand:
    """Calls a subscriber with one event after the other."""

    def __init__(self, owner: str, pattern: str, func: Callable[[Event], Any]) -> None:
        self._name, self._func = f"{owner} on {pattern}", func
        self._events: queue.Queue[Event | None] = queue.Queue(WAITING)
        self._is_closed = threading.Event()
        threading.Thread(target=self._work, name=f"hub-{self._name}", daemon=True).start()

    def put(self, event: Event) -> None:
        try:
            self._events.put_nowait(event)
        except queue.Full:
            log.warning("%s is too slow: event %s is left out", self._name, event.name)

    def close(self) -> None:
        self._is_closed.set()
        try:
            self._events.put_nowait(None)
        except queue.Full:
            log.debug("%s ends after the event it is at", self._name)

    def _work(self) -> None:
        while (event := self._events.get()) is not None and not self._is_closed.is_set():
            try:
                call(self._func, event)
            except BaseException:  # also SystemExit: it is the hook's, not the hub's
                log.exception("%s failed on event %s", self._name, event.name, extra={"action": "hook_event_failed"})


def contained(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a function of somebody else, whose `SystemExit` is not to end the hub.

    Raises:
        HookEndedError: it raised something that is not meant as an error.
    """
    try:
        return call(func, *args, **kwargs)
    except Exception:
        raise
    except BaseException as error:
        raise HookEndedError(getattr(func, "__name__", type(func).__name__), error) from error


def as_command(target: Callable[..., Any], method: str, path: str, loop: HubLoop, role: str | None) -> Command:
    """A command for the REST door that runs a function off the hub's loop."""
    if isinstance(target, ConsoleCommand):
        known = target.command
        wanted = _role(role) or known.role
        return dataclasses.replace(known, area="hooks", role=wanted, method=method, path=path, yields=False)

    async def run(_services: Any, **values: Any) -> Any:
        # What a hook's function calls in turn is the hook's affair, which is trusted; the audit still names the caller.
        CALLER.set(dataclasses.replace(CALLER.get(), role=Role.ADMIN, via="hook", grants=Grants(), scope=None))
        future = spawn("hub-endpoint", lambda: contained(target, **values))
        return await asyncio.wrap_future(future)

    hints = typing.get_type_hints(target)
    hub = inspect.Parameter("_services", inspect.Parameter.POSITIONAL_ONLY)
    own = [
        p.replace(annotation=hints.get(p.name, Any), kind=inspect.Parameter.KEYWORD_ONLY)
        for p in inspect.signature(target).parameters.values()
        if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)
    ]
    run.__signature__ = inspect.Signature([hub, *own])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in own}
    run.__doc__ = target.__doc__
    name = getattr(target, "__name__", path.strip("/"))
    return Command(name, run, "hooks", _role(role) or Role.OPERATOR, method, path, starts_job=False)


def _role(name: str | None) -> Role | None:
    if name is None:
        return None
    try:
        return Role[name.upper()]
    except KeyError:
        raise NotFound("role", name, [r.name.lower() for r in Role]) from None


def refuse_taken(command: Command, commands: list[Command]) -> None:
    """Raise when a route exists already.

    Raises:
        EndpointTakenError: one of ``commands`` has it.
    """

    def shape(path: str) -> str:
        return re.sub(r"\{\w+\}", "{}", path)

    for other in commands:
        if (other.method, shape(other.path)) == (command.method, shape(command.path)):
            raise EndpointTakenError(command.method, command.path, other.name)
