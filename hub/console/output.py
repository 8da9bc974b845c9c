"""What a statement prints: to the person who typed it, within a limit, and never to the hub's own terminal."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from hub.console.errors import TooMuchOutputError

PIECE = 32 * 1024  #: characters sent at once


class Output(io.TextIOBase):
    """A text stream that goes to a session.

    Args:
        send: takes pieces of text; may wait for a slow reader.
        limit: characters that are let through.
    """

    def __init__(self, send: Callable[[str], None], limit: int) -> None:
        super().__init__()
        self._send, self._limit, self._left = send, limit, limit
        self._is_cut = False

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, text: str) -> int:
        """Send a text.

        Raises:
            TooMuchOutputError: the limit is reached.
            KeyboardInterrupt: nobody listens any more.
        """
        if self._is_cut:
            raise KeyboardInterrupt
        shown = text[: self._left]
        self._left -= len(shown)
        for at in range(0, len(shown), PIECE):
            self._send(shown[at : at + PIECE])
        if len(shown) < len(text):
            raise TooMuchOutputError(self._limit)
        return len(text)

    def cut(self) -> None:
        """Let nothing through any more; who goes on writing is stopped."""
        self._is_cut = True


#: Standard output and error of the statement that this thread runs.
STREAMS: ContextVar[tuple[Output, Output] | None] = ContextVar("console_streams", default=None)


class _Routed(io.TextIOBase):
    """Stands in for `sys.stdout` or `sys.stderr`: the console's threads write to their session."""

    def __init__(self, own: Any, number: int) -> None:
        super().__init__()
        self.own, self._number = own, number

    def write(self, text: str) -> int:
        return int(self._target().write(text))

    def flush(self) -> None:
        self._target().flush()

    def isatty(self) -> bool:
        return bool(self._target().isatty())

    def fileno(self) -> int:
        return int(self._target().fileno())

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return getattr(self._target(), "encoding", None) or "utf-8"

    @property
    def buffer(self) -> Any:
        return self._target().buffer

    def _target(self) -> Any:
        streams = STREAMS.get()
        return streams[self._number] if streams else self.own


def route() -> None:
    """See to it that what console threads print goes to their sessions, and what others print where it went."""
    if not isinstance(sys.stdout, _Routed):
        sys.stdout = _Routed(sys.stdout, 0)
    if not isinstance(sys.stderr, _Routed):
        sys.stderr = _Routed(sys.stderr, 1)


def unroute() -> None:
    """Take `route` back."""
    if isinstance(sys.stdout, _Routed):
        sys.stdout = sys.stdout.own
    if isinstance(sys.stderr, _Routed):
        sys.stderr = sys.stderr.own
