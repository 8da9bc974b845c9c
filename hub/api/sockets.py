"""What the websockets of the hub have in common: who may open one, and the task that sends what waits."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from typing import Any, cast

import orjson
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from hub import __version__
from hub.accounts import Caller, Role
from hub.accounts.sessions import TICKET_PREFIX
from hub.api.access import Access
from hub.api.clients import FULL, GONE, MALFORMED, MAX_MESSAGE, NOT_LOGGED_IN, Client
from hub.api.door import MOST_STRANGERS, Door
from hub.api.frames import Frame
from hub.api.handler import BaseHandler
from hub.errors import HubError

log = logging.getLogger("hub.api")

PING_SECONDS = 25.0  #: a peer that does not answer within as many is gone
LOGIN_SECONDS = 10.0  #: that a client has to say who it is, where that is needed
LONGEST_TOKEN = 1000  #: characters of the message that says so
LONGEST_REASON = 120  #: bytes of the reason in the close frame of a websocket


class LiveHandler(BaseHandler):
    """A handler for live clients: refuses the web pages of others."""

    def initialize(self, door: Door, logs: bool, **more: Any) -> None:
        """Take what the routes hold.

        Args:
            door: the clients.
            logs: clients of this listener get log records.
            more: for sub-classes.
        """
        self.door, self.logs = door, logs

    def set_default_headers(self) -> None:
        """No page may read an answer unless a handler says so."""
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Server", f"entrepot/{__version__}")

    def prepare(self) -> None:
        """Refuse names and web pages that are not ours."""
        super().prepare()
        if reason := self.door.origins.refuses(self.request.headers):
            raise HTTPError(403, reason)

    def listener(self) -> Caller:
        """Who connects, by headers or by a ticket in the address.

        Raises:
            hub.accounts.errors.CredentialError: what was sent is no good.
        """
        ticket = self.get_query_argument("ticket", "") or self.get_query_argument("token", "")
        access = cast(Access, self.settings["access"])
        return access.caller(self.request.headers, str(self.request.remote_ip or ""), ticket)


class LiveSocket(LiveHandler, WebSocketHandler):
    """A websocket with a bounded queue; sub-classes say what a message means and how one is sent."""

    patience: float | None = None  #: seconds without anything to send after which `idle` is called
    client: Client

    @property
    def max_message_size(self) -> int:
        """Bytes of a message; larger ones end the connection."""
        return MAX_MESSAGE

    @property
    def ping_interval(self) -> float:
        """Seconds between pings."""
        return PING_SECONDS

    def check_origin(self, origin: str) -> bool:
        """Whether a web page may connect, also one that names itself in the header of old."""
        return self.door.origins.may_read(origin, self.request.headers.get("Host", ""))

    def make_client(self) -> Client:
        """The client that this connection is."""
        return Client(logs=self.logs, on_end=self._cut)

    def prepare(self) -> None:
        """Find out who connects; one who has not said so yet may do it in the first message."""
        super().prepare()
        self._who = self.listener()

    def open(self, *args: str, **kwargs: str) -> None:
        """Let the client in, or tell it why not."""
        self.set_nodelay(True)
        self.client = self.make_client()
        self.client.caller = self._who
        if self._who.best_role >= Role.VIEWER:
            self.door.join(self.client)
        elif len(self.door.strangers) >= MOST_STRANGERS:
            self.client.end(FULL, "too many connections on which nobody has logged in")
        else:
            self.door.strangers.add(self.client)
            asyncio.get_running_loop().call_later(LOGIN_SECONDS, self._stay_out)
        self.client.pump = asyncio.create_task(self._pump(), name="hub-live-client")

    def on_message(self, message: str | bytes) -> None:
        """Count it, and listen to it."""
        if not self.client.heard():
            return
        if isinstance(message, bytes):
            self.complain("malformed message: binary data")
        elif (told := self.token_in(message)) is not None:
            self._log_in(told["token"])
            if len(told) > 1 and not self.client.ended:
                self.hear(message)
        elif self.client in self.door.strangers:
            self._stay_out()
        else:
            self.hear(message)

    def token_in(self, text: str) -> dict[str, Any] | None:
        """A message that says who its sender is: an object with ``token``; None when it is another one."""
        if '"token"' not in text[:LONGEST_TOKEN] or len(text) > MAX_MESSAGE:
            return None
        try:
            told = orjson.loads(text)
        except ValueError:
            return None
        return told if isinstance(told, dict) and isinstance(told.get("token"), str) else None

    def _log_in(self, token: str) -> None:
        access = cast(Access, self.settings["access"])
        peer = str(self.request.remote_ip or "")
        try:
            if token.startswith(TICKET_PREFIX) and access.accounts:
                caller: Caller | None = access.accounts.by_ticket(token)
            else:
                caller = access.by_token(token, peer)
        except HubError:
            caller = None
        if caller is None or caller.best_role < Role.VIEWER:
            self.client.end(NOT_LOGGED_IN, "the token is unknown, has expired or was revoked", now=True)
            return
        self.client.caller = caller
        if self.client in self.door.strangers:
            self.door.strangers.discard(self.client)
            self.door.join(self.client)

    def _stay_out(self) -> None:
        if self.client in self.door.strangers:
            self.client.end(NOT_LOGGED_IN, "log in first: a ticket in the address, or a token as the first message")

    def on_ping(self, data: bytes) -> None:
        """Pings cost as much as messages."""
        self.client.heard()

    def on_close(self) -> None:
        """Forget the client."""
        client: Client | None = getattr(self, "client", None)
        if client is not None:
            client.end(GONE, "closed", now=True)
            self.door.leave(client)

    def hear(self, text: str) -> None:
        """Do what a message asks for."""
        raise NotImplementedError

    def complain(self, text: str) -> None:
        """Send an error and end the connection."""
        self.client.offer(Frame.of([{"error": text}]))
        self.client.end(MALFORMED, "malformed message")

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send what is next, in one piece."""
        await self.write_wire(b"".join(frame.wire for frame in frames))

    async def write_wire(self, data: bytes) -> None:
        """Send whole messages of a websocket as they are, and wait until the client takes them.

        Raises:
            WebSocketClosedError: it is gone.
        """
        stream = self.ws_connection.stream if self.ws_connection is not None else None
        if stream is None or self.ws_connection is None or self.ws_connection.is_closing():
            raise WebSocketClosedError
        if data:
            try:
                await stream.write(data)
            except StreamClosedError:
                raise WebSocketClosedError from None

    async def greet(self) -> None:
        """Send what comes first."""

    async def idle(self) -> None:
        """Send something to a connection on which nothing happens."""

    def last_words(self, code: int, reason: str) -> None:
        """Send what comes last."""

    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """An error in our own code; what a client does wrong is no exception."""
        if not isinstance(value, HTTPError | HubError):
            log.error("Unexpected error in %s", self.request.path, exc_info=value)

    async def _pump(self) -> None:
        try:
            with contextlib.suppress(WebSocketClosedError):
                if not (self.client.ended and self.client.ended[0] == FULL):
                    await self.greet()
                await self._send_all()
        finally:
            self._goodbye()

    async def _send_all(self) -> None:
        while True:
            try:
                frame = await self.client.next(self.patience)
            except TimeoutError:
                await self.idle()
                continue
            if frame is None:
                return
            frames = [frame]
            while (more := self.client.take()) is not None:
                frames.append(more)
            await self.send(frames)

    def _cut(self) -> None:
        if self.client.pump:
            self.client.pump.cancel()

    def _goodbye(self) -> None:
        code, reason = self.client.ended or (GONE, "closed")
        with contextlib.suppress(WebSocketClosedError):
            self.last_words(code, reason)
        self.close(code, reason.encode()[:LONGEST_REASON].decode(errors="ignore"))


def whisper(socket: WebSocketHandler, data: bytes) -> None:
    """Send something without waiting, to a client that may not read any more."""
    sending = asyncio.ensure_future(socket.write_message(data))
    sending.add_done_callback(lambda done: done.cancelled() or done.exception())
