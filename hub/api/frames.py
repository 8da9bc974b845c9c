"""What is sent to live clients: messages, encoded once however many clients get them."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import orjson

OPEN = b"o"
HEARTBEAT = b"h"


@dataclass(frozen=True)
class Frame:
    """Messages that go out together.

    Attributes:
        items: each message as JSON.
    """

    items: tuple[bytes, ...]

    @classmethod
    def of(cls, messages: Iterable[Mapping[str, Any]]) -> Frame:
        """Encode messages."""
        return cls(tuple(encode(message) for message in messages))

    @cached_property
    def framed(self) -> bytes:
        """A SockJS frame. Its items are objects, not strings that hold JSON: that is what existing clients read."""
        return b"a[" + b",".join(self.items) + b"]"

    @cached_property
    def wire(self) -> bytes:
        """Each item as a message of a websocket, as it goes over the wire; the same for every client."""
        return b"".join(_message(item) for item in self.items)

    @cached_property
    def framed_wire(self) -> bytes:
        """The same of the SockJS frame; nothing when there are no items."""
        return _message(self.framed) if self.items else b""

    @cached_property
    def size(self) -> int:
        """Bytes."""
        return sum(map(len, self.items))


def _message(text: bytes) -> bytes:
    """A text message of a websocket, from server to client: whole, unmasked, not compressed (RFC 6455)."""
    length = len(text)
    if length < 126:
        return struct.pack("!BB", 0x81, length) + text
    if length < 1 << 16:
        return struct.pack("!BBH", 0x81, 126, length) + text
    return struct.pack("!BBQ", 0x81, 127, length) + text


def encode(message: Mapping[str, Any]) -> bytes:
    """JSON of one message, whatever is in it: a file name that is no UTF-8, a very large number, any object."""
    try:
        return orjson.dumps(message, default=str, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:
        return json.dumps(message, default=str).encode()


def close_frame(code: int, reason: str) -> bytes:
    """A SockJS frame that ends the connection."""
    return b"c" + orjson.dumps([code, reason])
