"""Log files over HTTP: lists of folders and parts of files, of what lies in ``LOG_FOLDER`` and nothing else.

``GET /logs/<path>`` is for looking: a folder or a file as a page, a folder as a bare JSON array with ``?json``.
``GET /log/<file>`` gives the file as plain text. Both take ``lines=N`` for the last N lines, or, with ``start=S``, for
N lines from number S on; ``.gz`` files are sent unpacked. Files are streamed, however long they are.
"""

from __future__ import annotations

import asyncio
import gzip
import html
import itertools
import os
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import IO, cast

from hub import errors
from hub.api.answers import dump_json
from hub.api.handler import BoundedHandler
from hub.commands import Role

BLOCK = 256 * 1024  #: bytes read, and sent, at once
MOST_LINES = 1_000_000  #: that may be asked for


class LogOutsideError(errors.Refused):
    """A path that leads out of the log folder."""

    def __init__(self, path: str) -> None:
        self.path = path[:200]
        super().__init__(f"{self.path!r} is not inside the folder of the logs.")


class LogUnreadableError(errors.HubError, errors.Permanent):
    """A log file that cannot be read."""

    def __init__(self, path: str, reason: str) -> None:
        self.path, self.reason = path[:200], reason
        super().__init__(f"the log {self.path!r} cannot be read: {reason}.")


class _LogHandler(BoundedHandler):
    """What both kinds have."""

    def prepare(self) -> None:
        """Logs tell more than lists do, so they are for those who run jobs."""
        super().prepare()
        if self.request.method != "OPTIONS":
            self.authorize("logs", Role.OPERATOR)

    def find(self, path: str) -> Path:
        """The file or folder that is asked for.

        Raises:
            LogOutsideError: it is, or a link leads, outside the log folder.
            hub.errors.NotFound: there is none.
        """
        root = Path(self.settings["services"].settings["LOG_FOLDER"]).resolve()
        if "\0" in path:
            raise LogOutsideError(path)
        try:
            found = (root / path).resolve()
            if not found.is_relative_to(root):
                raise LogOutsideError(path)
            if found.is_file() or found.is_dir():
                return found
        except OSError:  # a name that no file can have
            pass
        raise errors.NotFound("log", path, _names(root / Path(path).parent, root))

    def number(self, name: str, most: int = MOST_LINES) -> int | None:
        """A number of the query, or None."""
        text = self.get_query_argument(name, "")
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or not 1 <= int(text[:10]) <= most:
            raise errors.BadArgument(f"`{name}` must be a whole number from 1 to {most}, not {text[:50]!r}.")
        return int(text[:10])

    async def pieces(self, file: Path) -> tuple[bytes, Iterator[bytes]]:
        """The first piece of what is asked for, and the others; what cannot be read is found out now."""
        found = read(file, self.number("lines"), self.number("start", 2**31))
        try:
            return await asyncio.to_thread(next, found, b""), found
        except (OSError, EOFError, zlib.error) as error:
            raise LogUnreadableError(file.name, str(error)) from None


class LogFileHandler(_LogHandler):
    """``/log/<file>``."""

    async def get(self, path: str) -> None:
        """Send a file as plain text."""
        file = self.find(path)
        if not file.is_file():
            raise errors.BadArgument(f"{path[:200]!r} is a folder; ask /logs/ for what is in it.")
        piece, others = await self.pieces(file)
        name = file.name.removesuffix(".gz").replace('"', "_")
        self.set_header("Content-Type", "text/plain; charset=UTF-8")
        self.set_header("Content-Disposition", f'attachment; filename="{name}"')
        self.set_header("Last-Modified", formatdate(file.stat().st_mtime, usegmt=True))
        while piece and self.request.method != "HEAD":
            self.write(piece)
            await self.flush()
            piece = await asyncio.to_thread(next, others, b"")

    async def head(self, path: str) -> None:
        """The same without the file."""
        await self.get(path)


class LogFolderHandler(_LogHandler):
    """``/logs/<path>``."""

    async def get(self, path: str | None = None) -> None:
        """Send a list of a folder, or a file as a page."""
        found = self.find(path or "")
        if found.is_file():
            await self._page(found)
            return
        names = self._filtered(found)
        if "json" in self.request.query_arguments:
            self.finish(dump_json(names))  # bare: clients read an array here
            return
        base = "/logs/" + (f"{path.strip('/')}/" if path and path.strip("/") else "")
        links = [f'<a href="{html.escape(base + n)}">{html.escape(n.removesuffix(".log"))}</a>' for n in names]
        self._html("<br>\n".join(links))

    def _filtered(self, folder: Path) -> list[str]:
        root = Path(self.settings["services"].settings["LOG_FOLDER"]).resolve()
        words = [word for word in self.get_query_argument("filter", "").split(",") if word]
        return [name for name in _names(folder, root) if not words or any(word in name for word in words)]

    async def _page(self, file: Path) -> None:
        piece, others = await self.pieces(file)
        self._html_head()
        while piece:
            text = html.escape(piece.decode("utf-8", "replace"))
            self.write(text.replace("\n", "<br>\n"))
            await self.flush()
            piece = await asyncio.to_thread(next, others, b"")
        if lines := self.number("lines"):
            self.write(f"***Logs were capped at {lines} lines***")

    def _html(self, text: str) -> None:
        self._html_head()
        self.finish(text)

    def _html_head(self) -> None:
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Content-Security-Policy", "sandbox; default-src 'none'")


def _names(folder: Path, root: Path) -> list[str]:
    """What a folder shows, folders with a slash; nothing that leads out."""
    try:
        inside = folder.resolve().is_relative_to(root)
        entries = sorted(folder.iterdir(), key=lambda e: e.name) if inside else []
        entries = [e for e in entries if e.resolve().is_relative_to(root)]
        return [f"{e.name}/" if e.is_dir() else e.name for e in entries if e.is_dir() or e.is_file()]
    except (OSError, ValueError):
        return []


def read(file: Path, lines: int | None = None, start: int | None = None) -> Iterator[bytes]:
    """A file in pieces of some hundred kilobytes.

    Args:
        file: a text, compressed when it ends in ``.gz``.
        lines: only the last so many lines, or with ``start`` so many from there; default all.
        start: number of the first line, from 1.
    """
    packed = file.suffix == ".gz"
    with cast("IO[bytes]", gzip.open(file, "rb") if packed else file.open("rb")) as handle:
        if start is not None:
            yield from _joined(itertools.islice(handle, start - 1, None if lines is None else start - 1 + lines))
        elif lines is None:
            yield from iter(lambda: handle.read(BLOCK), b"")
        elif packed:
            yield from _joined(deque(handle, maxlen=lines))
        else:
            handle.seek(_tail(handle, lines))
            yield from iter(lambda: handle.read(BLOCK), b"")


def _joined(lines: Iterable[bytes]) -> Iterator[bytes]:
    piece = bytearray()
    for line in lines:
        piece += line
        if len(piece) >= BLOCK:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _tail(handle: IO[bytes], lines: int) -> int:
    """Where the last ``lines`` lines begin."""
    end = handle.seek(0, os.SEEK_END)
    place, wanted = end, lines
    while place > 0:
        begin = max(0, place - BLOCK)
        handle.seek(begin)
        block = handle.read(place - begin)
        cut = len(block) - 1 if place == end and block.endswith(b"\n") else len(block)
        while (cut := block.rfind(b"\n", 0, cut)) >= 0:
            wanted -= 1
            if wanted == 0:
                return begin + cut + 1
        place = begin
    return 0
