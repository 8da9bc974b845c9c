"""What goes between the hub and a plugin's process: frames of a length, a kind and a msgpack body.

Nothing that comes from the plugin's process is unpickled. A value that msgpack does not know travels as what the hub's
codec would make of it, or as a stand-in of the same type name, which the codec then refuses as it refuses the original.
"""

from __future__ import annotations

import datetime
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import IO, Any

import msgpack

DOCUMENTS, RESULT, ERROR, LOG, END = b"D", b"R", b"E", b"L", b"."
FRAME_DOCUMENTS = 200
FRAME_BYTES = 256 * 1024
MAX_FRAME = 1 << 30
_HEAD = struct.Struct(">Ic")
_MOMENT, _DAY, _BIG, _FOREIGN = 3, 4, 5, 6


class FrameWriter:
    """Writes frames.

    Args:
        stream: unbuffered binary stream.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._packer = msgpack.Packer(
            default=_default, strict_types=True, datetime=True, unicode_errors="surrogatepass", autoreset=True
        )

    def send(self, kind: bytes, value: Any = None) -> None:
        """Send one value."""
        self._write(kind, self._packer.pack(value))

    def documents(self, items: Iterator[Any], on_item: Callable[[], None]) -> None:
        """Send many values, some hundred in a frame; ``on_item`` is called after each was packed."""
        held: list[bytes] = []
        size = 0
        try:
            for item in items:
                body = self._packer.pack(item)
                on_item()
                held.append(body)
                size += len(body)
                if len(held) >= FRAME_DOCUMENTS or size >= FRAME_BYTES:
                    self._flush(held)
                    held, size = [], 0
        finally:
            if held:
                self._flush(held)

    def _flush(self, held: list[bytes]) -> None:
        self._write(DOCUMENTS, self._packer.pack_array_header(len(held)) + b"".join(held))

    def _write(self, kind: bytes, body: bytes) -> None:
        self._stream.write(_HEAD.pack(len(body), kind))
        self._stream.write(body)
        self._stream.flush()


class BrokenStreamError(Exception):
    """The other side is gone in the middle of something, or sent what is no frame."""


def frames(stream: IO[bytes]) -> Iterator[tuple[bytes, Any]]:
    """Kind and value of each frame until the stream ends.

    Raises:
        BrokenStreamError: it ended in the middle of a frame.
    """
    while head := stream.read(_HEAD.size):
        if len(head) < _HEAD.size:
            raise BrokenStreamError
        length, kind = _HEAD.unpack(head)
        if length > MAX_FRAME:
            raise BrokenStreamError
        body = stream.read(length)
        if len(body) < length:
            raise BrokenStreamError
        try:
            yield kind, unpack(body)
        except (ValueError, TypeError, msgpack.UnpackException) as error:
            raise BrokenStreamError(str(error)) from None


def unpack(body: bytes) -> Any:
    """The value of a msgpack body."""
    return msgpack.unpackb(
        body, ext_hook=_extension, timestamp=3, strict_map_key=False, raw=False, unicode_errors="surrogatepass"
    )


#: What subclasses of plain types are sent as.
_PLAIN: tuple[tuple[Any, Callable[[Any], Any]], ...] = (
    (str, str),
    (bytes, bytes),
    (float, float),
    (list, list),
    (tuple, list),
    (Mapping, dict),
)


def _default(value: Any) -> Any:
    """What msgpack does not know, as something it knows."""
    if isinstance(value, datetime.datetime):
        return msgpack.ExtType(_MOMENT, value.isoformat().encode())
    if isinstance(value, datetime.date):
        return msgpack.ExtType(_DAY, value.isoformat().encode())
    if isinstance(value, int):
        small = -(2**63) <= value < 2**64
        return int(value) if small and type(value) is not int else msgpack.ExtType(_BIG, str(int(value)).encode())
    for kind, plain in _PLAIN:
        if isinstance(value, kind):
            return plain(value)
    if type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "tolist"):
        return value.tolist()
    return msgpack.ExtType(_FOREIGN, msgpack.packb([type(value).__name__, repr(value)[:200]]))


def _extension(code: int, data: bytes) -> Any:
    if code == _MOMENT:
        return datetime.datetime.fromisoformat(data.decode())
    if code == _DAY:
        return datetime.date.fromisoformat(data.decode())
    if code == _BIG:
        return int(data)
    name, text = msgpack.unpackb(data)
    return type(name, (Foreign,), {})(text)


class Foreign:
    """Stands for an object of the plugin's process that can not be part of a document."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def raise_as(name: str, message: str, file: str, line: int) -> None:
    """Raise an exception that tells of one in another process: with its class name, and with a traceback that ends at
    its file and line."""
    error = type(name, (Exception,), {"__module__": "builtins"})(message)
    if not file or line < 1:
        raise error
    code = compile("\n" * (line - 1) + "raise error", file, "exec")
    exec(code, {"error": error})
