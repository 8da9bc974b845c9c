"""SockJS without a websocket: requests that wait for messages, and requests that bring them."""

from __future__ import annotations

from typing import Any, ClassVar

from tornado.iostream import StreamClosedError

from hub.accounts import Caller, Role
from hub.api.access import AuthorizationError
from hub.api.clients import INTERRUPTED, MAX_MESSAGE, OTHER_OPEN
from hub.api.door import Door
from hub.api.frames import HEARTBEAT, OPEN, Frame, close_frame
from hub.api.hearing import MalformedError, hear_array
from hub.api.sessions import Session, Sessions
from hub.api.sockets import LiveHandler

HEARTBEAT_SECONDS = 25.0
STREAM_LIMIT = 128 * 1024  #: bytes of an answer after which the client has to come again
YEAR = 31_536_000
JAVASCRIPT = "application/javascript; charset=UTF-8"
PLAIN = "text/plain; charset=UTF-8"


class SharedHandler(LiveHandler):
    """A handler whose answers pages may read; those of this machine and those that are listed may send cookies."""

    methods: ClassVar[str] = "OPTIONS, GET"

    def prepare(self) -> None:
        """Name the page that may read the answer."""
        super().prepare()
        self.set_header("Cache-Control", "no-store, no-cache, no-transform, must-revalidate, max-age=0")
        self.set_header("Vary", "Origin")
        origin = self.request.headers.get("Origin")
        if origin is None or not self.door.origins.may_change(origin, self.request.headers.get("Host", "")):
            self.set_header("Access-Control-Allow-Origin", "*")  # never together with credentials
            return
        self.set_header("Access-Control-Allow-Origin", origin)
        self.set_header("Access-Control-Allow-Credentials", "true")

    def options(self, *args: str, **path: str) -> None:
        """Answer preflight requests."""
        self.set_status(204)
        self.set_header("Access-Control-Allow-Methods", self.methods)
        if wanted := self.request.headers.get("Access-Control-Request-Headers"):
            self.set_header("Access-Control-Allow-Headers", wanted)
        self.set_header("Access-Control-Max-Age", str(YEAR))
        self.clear_header("Content-Type")


class ReceivingHandler(SharedHandler):
    """A request that waits for messages; ends after `limit` bytes."""

    limit: ClassVar[int] = 1
    content_type: ClassVar[str] = JAVASCRIPT
    prelude: ClassVar[bytes] = b""

    def initialize(self, door: Door, logs: bool, sessions: Sessions | None = None, **more: Any) -> None:
        """Take what the routes hold."""
        super().initialize(door, logs)
        assert sessions is not None
        self.sessions = sessions
        self._session: Session | None = None

    def wrap(self, frame: bytes) -> bytes:
        """A frame as this way of sending marks its end."""
        return frame + b"\n"

    def cut(self) -> None:
        """End the connection of a client that does not read."""
        self.detach().close()

    def on_connection_close(self) -> None:
        """The client has gone away in the middle: what was on its way may be lost, so the session ends."""
        if self._session:
            self._session.end(INTERRUPTED, "Connection interrupted", now=True)

    async def receive(self, name: str) -> None:
        """Send what waits for a session, and what comes while the request lasts."""
        self.set_header("Content-Type", self.content_type)
        self._transforms: list[Any] = []  # compression would keep messages back, and be done anew for each client
        session = self.sessions.get(name) or self.sessions.open(name, self._who())
        if not session.attach(self):
            await self._push(self.prelude, close_frame(OTHER_OPEN, "Another connection still open"))
            return
        self._session = session
        try:
            await self._pump(session)
        except StreamClosedError:
            session.end(INTERRUPTED, "Connection interrupted", now=True)
        finally:
            self._session = None
            session.detach()

    def _who(self) -> Caller:
        caller = self.listener()
        if caller.best_role < Role.VIEWER:
            raise AuthorizationError("ws")
        return caller

    async def _pump(self, session: Session) -> None:
        sent = 0
        prelude = self.prelude
        if not session.opened:
            session.opened = True
            if not session.ended:
                sent += await self._push(prelude, OPEN)
                prelude = b""
        elif prelude:
            await self._push(prelude)
            prelude = b""
        while sent < self.limit:
            data = await self._next(session)
            sent += await self._push(prelude, data)
            if data.startswith(b"c"):
                return

    async def _next(self, session: Session) -> bytes:
        try:
            frame = await session.next(HEARTBEAT_SECONDS)
        except TimeoutError:
            return HEARTBEAT
        if frame is None:
            return close_frame(*(session.ended or (INTERRUPTED, "")))
        items = list(frame.items)
        while (more := session.take()) is not None:
            items += more.items
        return frame.framed if len(items) == len(frame.items) else Frame(tuple(items)).framed

    async def _push(self, prelude: bytes, frame: bytes = b"") -> int:
        data = self.wrap(frame) if frame else b""
        self.write(prelude + data)
        await self.flush()
        return len(data)


class XhrHandler(ReceivingHandler):
    """``xhr``: one answer, one frame."""

    methods = "OPTIONS, POST"

    async def post(self, server: str, session: str) -> None:
        """Wait for a frame."""
        await self.receive(session)


class XhrStreamingHandler(XhrHandler):
    """``xhr_streaming``: an answer that goes on; browsers show it after the first two kilobytes."""

    limit = STREAM_LIMIT
    prelude = b"h" * 2048 + b"\n"


class EventSourceHandler(ReceivingHandler):
    """``eventsource``: server-sent events."""

    limit = STREAM_LIMIT
    content_type = "text/event-stream; charset=UTF-8"
    prelude = b"\r\n"

    def wrap(self, frame: bytes) -> bytes:
        """A frame as an event."""
        return b"data: " + frame + b"\r\n\r\n"

    async def get(self, server: str, session: str) -> None:
        """Wait for frames."""
        await self.receive(session)


class XhrSendHandler(SharedHandler):
    """``xhr_send``: messages of the client."""

    methods = "OPTIONS, POST"

    def initialize(self, door: Door, logs: bool, sessions: Sessions | None = None, **more: Any) -> None:
        """Take what the routes hold."""
        super().initialize(door, logs)
        assert sessions is not None
        self.sessions = sessions

    def post(self, server: str, session: str) -> None:
        """Listen to the messages."""
        self.set_header("Content-Type", PLAIN)
        found = self.sessions.get(session)
        if found is None:
            self.set_status(404)
        elif len(self.request.body) > MAX_MESSAGE:
            self.set_status(413)
        elif not self.request.body:
            self._refuse("Payload expected.")
        else:
            try:
                hear_array(found, self.request.body)
                self.set_status(204)
                self.clear_header("Content-Type")
            except MalformedError:
                self._refuse("Broken JSON encoding.")

    def _refuse(self, text: str) -> None:
        self.set_status(500)  # what the protocol asks for
        self.finish(text)
