"""The SockJS protocol at ``/ws``, as the web clients of existing hubs speak it, and its routes.

What differs from the protocol: messages of the server are JSON objects, not strings that hold JSON, and the transports
for browsers of before 2012 (jsonp, htmlfile) are left out. See ``docs/websocket.md``.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Sequence
from typing import Any

import orjson

from hub.api.door import Door
from hub.api.eventsocket import EventSocket
from hub.api.frames import HEARTBEAT, OPEN, Frame, close_frame, encode
from hub.api.hearing import MalformedError, hear, hear_array
from hub.api.receivers import (
    HEARTBEAT_SECONDS,
    PLAIN,
    YEAR,
    EventSourceHandler,
    SharedHandler,
    XhrHandler,
    XhrSendHandler,
    XhrStreamingHandler,
)
from hub.api.sessions import Sessions
from hub.api.sockets import LONGEST_TOKEN, LiveHandler, LiveSocket, whisper

#: The client library that the page for frames loads; the browser checks that it is this very file.
CLIENT_URL = "https://cdn.jsdelivr.net/npm/sockjs-client@1.6.1/dist/sockjs.min.js"
CLIENT_HASH = "sha384-svdnwiXBL+Js+yUneJSRFy24NgGiOfDM/vkQl/vCeVrcbYD6yW8EwPr1FnxTEZsR"

_START = "document.domain = document.domain; SockJS.bootstrap_iframe();"
_PAGE = f"""<!DOCTYPE html>
<html>
<head>
  <meta charset="UTF-8">
  <script src="{CLIENT_URL}" integrity="{CLIENT_HASH}" crossorigin="anonymous"></script>
  <script>{_START}</script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>
"""
_START_HASH = base64.b64encode(hashlib.sha256(_START.encode()).digest()).decode()


class GreetingHandler(SharedHandler):
    """``/ws``: something answers here."""

    def get(self) -> None:
        """Greet."""
        self.set_header("Content-Type", PLAIN)
        self.finish("Welcome to SockJS!\n")


class InfoHandler(SharedHandler):
    """``/ws/info``: what the door can do."""

    def get(self) -> None:
        """Tell."""
        self.set_header("Content-Type", "application/json; charset=UTF-8")
        entropy = secrets.randbits(32)
        self.finish(encode({"websocket": True, "cookie_needed": False, "origins": ["*:*"], "entropy": entropy}))


class FrameHandler(LiveHandler):
    """``/ws/iframe.html``: the page that very old clients put into a frame; only into pages that may connect."""

    def get(self) -> None:
        """The page, the same for ever."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", f"public, max-age={YEAR}")
        scripts = f"default-src 'none'; connect-src 'self' ws: wss:; script-src {CLIENT_URL} 'sha256-{_START_HASH}'"
        self.set_header("Content-Security-Policy", f"{scripts}; {self.door.origins.ancestors}")
        self.finish(_PAGE)


class RawSocket(LiveSocket):
    """``/ws/websocket``: messages as they are, without SockJS."""

    def token_in(self, text: str) -> dict[str, Any] | None:
        """The same; what else the message says is nothing that this door takes."""
        told = super().token_in(text)
        return {"token": told["token"]} if told else None

    def hear(self, text: str) -> None:
        """Do what a message asks for."""
        hear(self.client, text)


class SockJSSocket(LiveSocket):
    """``/ws/<server>/<session>/websocket``."""

    patience = HEARTBEAT_SECONDS

    def hear(self, text: str) -> None:
        """Listen to the messages of a frame; an empty one says nothing."""
        if not text:
            return
        try:
            hear_array(self.client, text)
        except MalformedError as error:
            self.complain(str(error))

    def token_in(self, text: str) -> dict[str, Any] | None:
        """The same in a frame: an array with one text."""
        try:
            texts = orjson.loads(text) if '\\"token\\"' in text[:LONGEST_TOKEN] else None
        except ValueError:
            return None
        if isinstance(texts, list) and len(texts) == 1 and isinstance(texts[0], str):
            told = super().token_in(texts[0])
            return {"token": told["token"]} if told else None
        return None

    async def greet(self) -> None:
        """Say that the connection is open."""
        await self.write_message(OPEN)

    async def idle(self) -> None:
        """Say that the hub is still there."""
        await self.write_message(HEARTBEAT)

    async def send(self, frames: Sequence[Frame]) -> None:
        """Send what is next, in the form that all clients share."""
        await self.write_wire(b"".join(frame.framed_wire for frame in frames))

    def last_words(self, code: int, reason: str) -> None:
        """Say why the connection ends."""
        whisper(self, close_frame(code, reason))


def routes(door: Door, *, readonly: bool) -> list[Any]:
    """Routes of the live door for one listener.

    Args:
        door: the clients of the hub, of all listeners together.
        readonly: of the read-only listener: without log records.
    """
    common = {"door": door, "logs": not readonly}
    held = {**common, "sessions": Sessions(door, logs=not readonly)}
    named = r"/ws/([^/.]+)/([^/.]+)/"
    return [
        (r"/ws/?", GreetingHandler, common),
        (r"/ws/info", InfoHandler, common),
        (r"/ws/iframe[^/]*\.html", FrameHandler, common),
        (r"/ws/websocket", RawSocket, common),
        (f"{named}websocket", SockJSSocket, common),
        (f"{named}xhr", XhrHandler, held),
        (f"{named}xhr_send", XhrSendHandler, held),
        (f"{named}xhr_streaming", XhrStreamingHandler, held),
        (f"{named}eventsource", EventSourceHandler, held),
        (r"/events", EventSocket, common),
    ]
