"""Places for transfers: so many at once over all threads and processes. The end of a process frees its places."""

from __future__ import annotations

import contextlib
import fcntl
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from hub.dataload.transport.traffic import Stoppable

_FIRST_LOOK, _LONGEST_LOOK = 0.01, 0.25  # seconds between two looks for a free place


class Slots:
    """Named sets of places, each a locked file.

    Args:
        folder: where processes meet; None for a folder of this process.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._made: str | None = None
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def hold(self, name: str, count: int, url: str, watch: Stoppable) -> Iterator[None]:
        """Hold one of the ``count`` places of ``name``; 0 for as many as one likes.

        Args:
            name: of the set.
            count: places it has.
            url: for the error.
            watch: ends the waiting.

        Raises:
            StoppedError: the watch was stopped.
        """
        if not count:
            yield
            return
        taken, look = self._take(name, count), _FIRST_LOOK
        while taken is None:
            watch.check(url)
            watch.pause(look)
            look = min(look * 1.5, _LONGEST_LOOK)
            taken = self._take(name, count)
        with taken:
            yield

    def _take(self, name: str, count: int) -> IO[bytes] | None:
        place = f"{self._place()}/{quote(name, safe='')}"
        for number in range(count):
            file = _opened(f"{place}.{number}")
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
            else:
                return file
        return None

    def _place(self) -> str:
        with self._lock:
            if self._made is None:
                folder = self._folder or Path(tempfile.mkdtemp(prefix="hub-slots-"))
                folder.mkdir(parents=True, exist_ok=True)
                self._made = str(folder)
            return self._made


def _opened(name: str) -> IO[bytes]:
    try:
        return open(name, "wb")  # noqa: PTH123 - twice for each file of a dump
    except FileNotFoundError:  # somebody cleaned up
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        return open(name, "wb")  # noqa: PTH123
