"""The live door: the clients of the websocket and its substitutes, and what all of them are told.

One door serves the read-write and the read-only listener. It listens to the hub only while somebody is connected. Log
records go to clients of the read-write listener only, as the log files do.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from hub.accounts import Accounts, Role
from hub.api.clients import FULL, GONE, NOT_LOGGED_IN, Client
from hub.api.frames import Frame
from hub.api.logs import LogRelay
from hub.api.origins import OriginRule
from hub.config import Settings
from hub.jobs.events import Event, EventBus

log = logging.getLogger("hub.api")

#: Entities that live clients are told of.
ENTITIES = frozenset({"source", "master", "build", "build_config", "data_plugin", "api", "command", "config", "event"})
#: Level and text of the notification when a job has ended; the text of a failure is its error.
ENDINGS = {
    "job.done": ("INFO", "success"),
    "job.failed": ("ERROR", "failed"),
    "job.cancelled": ("WARNING", "canceled"),
    "job.interrupted": ("WARNING", "interrupted"),
}
MOST_TOLD = 32  #: errors of jobs that are remembered, so that the command that waited for one does not tell it again
CHECK_SECONDS = 15.0  #: between two looks whether sessions and keys of clients are still good
MOST_STRANGERS = 100  #: connections on which nobody has logged in yet
LAST_WORDS = 1.0  #: seconds that clients have to read that the hub stops
MOMENT = 0.1  #: seconds after something was sent in which what follows is collected, to be sent together
LOG_EVENT = "job.log"  #: the event that carries lines of logs


class EventClient(Client):
    """A client of ``/events``.

    Attributes:
        patterns: names of the events it asked for.
        seen: number of the newest event that it has had, or did not want.
    """

    def __init__(self, *, logs: bool, on_end: Callable[[], None]) -> None:
        super().__init__(logs=logs, on_end=on_end)
        self.patterns: tuple[str, ...] = ()
        self.seen = 0

    def wants(self, event: Event) -> bool:
        """Whether an event is for it."""
        if event.name == LOG_EVENT and not self.logs:
            return False
        if event.name == "command.error" and not self.may(Role(event.data["role"])):
            return False
        return any(fnmatchcase(event.name, pattern) for pattern in self.patterns)


class Door:
    """Clients, their number, and what they are told.

    Args:
        bus: tells of changes and jobs.
        settings: ``HUB_MAX_CLIENTS``, ``HUB_CORS_ORIGINS``.
        accounts: say whether clients may still listen.
    """

    def __init__(self, bus: EventBus, settings: Settings | Mapping[str, Any], accounts: Accounts | None = None) -> None:
        self.bus = bus
        self.accounts = accounts
        self.strangers: set[Client] = set()
        self.origins = OriginRule(settings["HUB_CORS_ORIGINS"])
        self.most = int(settings["HUB_MAX_CLIENTS"])
        self._feed: set[Client] = set()
        self._events: set[EventClient] = set()
        self._stop: Callable[[], None] | None = None
        self._closed = self._restarts = False
        self._pause: asyncio.TimerHandle | None = None
        self._told: deque[str] = deque(maxlen=MOST_TOLD)

    def __len__(self) -> int:
        return len(self._feed) + len(self._events)

    @property
    def full(self) -> str:
        """Why nobody else may come in; empty when somebody may."""
        if self._closed:
            return "the hub stops"
        return f"the hub has {self.most} clients, as many as HUB_MAX_CLIENTS allows" if len(self) >= self.most else ""

    def join(self, client: Client) -> bool:
        """Let a client in; when the hub is full it is ended with the reason, and False."""
        if reason := self.full:
            client.end(FULL, reason)
            return False
        if isinstance(client, EventClient):
            self._events.add(client)
        else:
            self._feed.add(client)
        if self._stop is None:
            self._stop = self._listen()
        return True

    def leave(self, client: Client) -> None:
        """A client has gone; no error when it went before."""
        self.strangers.discard(client)
        self._feed.discard(client)
        self._events.discard(client)
        if not len(self) and self._stop:
            self._stop()
            self._stop = None

    async def close(self) -> None:
        """Tell everybody that the hub stops, and let nobody in any more."""
        self._closed = True
        if not self._restarts:
            self.tell([alert("hub_stop", "The hub stops")])
        clients = (*self._feed, *self._events, *self.strangers)
        for client in clients:
            client.end(GONE, "Go away!")
        if pumps := [client.pump for client in clients if client.pump]:
            await asyncio.wait(pumps, timeout=LAST_WORDS)
        for client in clients:
            self.leave(client)

    def tell(self, messages: Iterable[Mapping[str, Any]], *, logs: bool = False, role: Role = Role.ANYONE) -> None:
        """Send messages to all clients but those of ``/events``.

        Args:
            messages: encoded here, once for all of them.
            logs: to those only that get log records.
            role: to those only that have it.
        """
        clients = [client for client in self._feed if (client.logs or not logs) and client.may(role)]
        if clients:
            self._offer(clients, Frame.of(messages))

    def _listen(self) -> Callable[[], None]:
        relay = LogRelay(lambda messages: self.tell(messages, logs=True), asyncio.get_running_loop())
        relay.install()
        with contextlib.ExitStack() as stack:
            stack.callback(relay.remove)
            stack.callback(self.bus.subscribe("*", self._on_event))
            stack.callback(self.bus.subscribe(LOG_EVENT, relay.relay_line))
            if self.accounts is not None:
                stack.callback(self.accounts.watch(self._check))
                stack.callback(self._check_again().cancel)
            return stack.pop_all().close

    def _check_again(self) -> asyncio.Task[None]:
        async def check() -> None:
            while True:
                await asyncio.sleep(CHECK_SECONDS)
                self._check()

        return asyncio.create_task(check(), name="hub-live-check")

    def _check(self, user: str | None = None) -> None:
        """End the connections of those who may not listen any more; the others get the rights of now."""
        assert self.accounts is not None
        for client in (*self._feed, *self._events):
            caller = client.caller
            if caller is None or not caller.credential or user not in (None, caller.name):
                continue
            found = self.accounts.refreshed(caller)
            client.caller = found or caller
            if found is None:
                client.end(NOT_LOGGED_IN, "the session or key has ended; log in again", now=True)

    def _on_event(self, event: Event) -> None:
        self._restarts |= event.name == "hub.restarting"
        if event.name == "command.error":
            self._tell_error(event)
        elif message := as_message(event):
            if event.name == "job.failed":
                self._told.append(str(event.data.get("error")))
            self.tell([message])
        wanting = [client for client in self._events if event.id > client.seen and client.wants(event)]
        if wanting:
            self._offer(wanting, Frame.of([event.as_dict()]))

    def _tell_error(self, event: Event) -> None:
        """Why a command came to nothing, unless the job that failed has said so just before."""
        error = str(event.data["error"])
        if error in self._told:
            self._told.remove(error)
            return
        message = notification(event.data["command"], "ERROR", f"failed: {error}", event.at.timestamp())
        self.tell([message], role=Role(event.data["role"]))

    def _offer(self, clients: Iterable[Client], frame: Frame) -> None:
        """Send at once, or, when something was sent a moment ago, together with what else comes in that moment."""
        calm = self._pause is None
        for client in clients:
            client.offer(frame, wake=calm)
        if calm:
            self._pause = asyncio.get_running_loop().call_later(MOMENT, self._go_on)

    def _go_on(self) -> None:
        self._pause = None
        waiting = [client for client in (*self._feed, *self._events) if client.waiting]
        for client in waiting:
            client.wake()
        if waiting:
            self._pause = asyncio.get_running_loop().call_later(MOMENT, self._go_on)


def as_message(event: Event) -> dict[str, Any] | None:
    """What existing clients are told of an event: a change, a notification, or nothing."""
    if event.name == "state.changed" and event.data["entity"] in ENTITIES:
        message = {"_id": event.data["id"], "obj": event.data["entity"], "op": event.data["op"]}
        document = event.data.get("document")
        return message | ({"data": document} if document and isinstance(document.get("msg"), str) else {})
    if event.name == "hub.restarting":
        return alert("hub_restart", "The hub is restarting")
    if event.name in ENDINGS:
        level, text = ENDINGS[event.name]
        error = event.data.get("error")
        name = "_".join(str(event.data[part]) for part in ("kind", "subject") if event.data.get(part))
        return notification(name, level, f"{text}: {error}" if error else text, event.at.timestamp())
    return None


def alert(event: str, text: str) -> dict[str, Any]:
    """A notification that existing clients show as a banner.

    Args:
        event: ``hub_restart`` or ``hub_stop``.
        text: what it says.
    """
    return notification("hub", "CRITICAL", json.dumps({"type": "alert", "event": event, "msg": text}))


def notification(name: str, level: str, text: str, at: float | None = None) -> dict[str, Any]:
    """A notification, as the event that existing clients show it from.

    Args:
        name: what it is about: ``dump_orchid``.
        level: INFO, WARNING, ERROR or CRITICAL.
        text: what happened.
        at: seconds since 1970.
    """
    id_ = time.time() if at is None else at
    shown = time.strftime("%H:%M:%S", time.localtime(id_))
    data = {"_id": id_, "asctime": shown, "name": name, "level": level, "msg": text}
    return {"_id": id_, "obj": "event", "op": "save", "data": data}
