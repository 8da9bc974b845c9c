"""SockJS sessions without a websocket: they last over many requests, and end when none has come for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from hub.accounts import Caller
from hub.api.clients import Client
from hub.api.door import Door

DISCONNECT_DELAY = 5.0  #: seconds that a session lasts without a receiver


class Receiver(Protocol):
    """The request that what waits is sent to."""

    def cut(self) -> None:
        """End the connection, whatever it is doing."""


class Session(Client):
    """A client that comes back with request after request.

    Args:
        logs: it gets log records.
        on_gone: called when it is over.

    Attributes:
        opened: it has been greeted.
    """

    def __init__(self, *, logs: bool, on_gone: Callable[[], None]) -> None:
        super().__init__(logs=logs, on_end=self._dropped)
        self.opened = False
        self._on_gone = on_gone
        self._receiver: Receiver | None = None
        self._timer: asyncio.TimerHandle | None = None

    def attach(self, receiver: Receiver) -> bool:
        """Send to this request from now on; False when there is another."""
        if self._receiver is not None:
            return False
        self._receiver = receiver
        self.pump = asyncio.current_task()
        if self._timer:
            self._timer.cancel()
        return True

    def detach(self) -> None:
        """The request has ended; another has to come soon."""
        self._receiver = self.pump = None
        self._timer = asyncio.get_running_loop().call_later(DISCONNECT_DELAY, self._on_gone)

    def _dropped(self) -> None:
        if receiver := self._receiver:
            asyncio.get_running_loop().call_later(DISCONNECT_DELAY, self._cut, receiver)

    def _cut(self, receiver: Receiver) -> None:
        if receiver is self._receiver:
            receiver.cut()


class Sessions:
    """The sessions of one listener, by the name that their clients chose.

    Args:
        door: the clients of the hub.
        logs: they get log records.
    """

    def __init__(self, door: Door, *, logs: bool) -> None:
        self._door, self._logs = door, logs
        self._sessions: dict[str, Session] = {}

    def get(self, name: str) -> Session | None:
        """A session, or None."""
        return self._sessions.get(name)

    def open(self, name: str, caller: Caller | None = None) -> Session:
        """A session, made when there is none; one that is not let in is ended and not kept.

        Args:
            name: chosen by the client; who knows it goes on with the session.
            caller: who opens it.
        """
        if session := self._sessions.get(name):
            return session
        session = Session(logs=self._logs, on_gone=lambda: self._forget(name))
        session.caller = caller
        if self._door.join(session):
            self._sessions[name] = session
        return session

    def _forget(self, name: str) -> None:
        if session := self._sessions.pop(name, None):
            self._door.leave(session)
