"""What a running worker process uses, looked at from outside: memory, the length of its log, what it has started.

A function of a plugin may hold the interpreter, so this can not be left to the process itself.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

from hub.jobs.logfiles import LONGEST

LOOK_SECONDS = 0.5  #: between two looks
_PIECE = 1024 * 1024


class Guard:
    """Watches one worker process and everything that it starts.

    Args:
        pid: the process.
        logfile: its log; "" for none.
        longest: bytes of the log, above which its content is put aside as ``<name>.1`` and it begins anew.
    """

    def __init__(self, pid: int, logfile: str = "", longest: int = LONGEST) -> None:
        self._pid, self._log, self._longest = pid, logfile, longest
        self._seen: dict[tuple[int, float], Any] = {}

    def look(self) -> int:
        """Bytes of memory that the process and its descendants hold for themselves; also keeps the log short."""
        self._shorten()
        return sum(_own_memory(process) for process in self._family())

    def end_descendants(self, *, ended: bool) -> None:
        """Kill what the process has started, whatever session it has moved to.

        Args:
            ended: whether the process itself has ended; then only what was seen before can be found.
        """
        import psutil

        if not ended:
            self._family()
        for process in self._seen.values():
            if process.pid != self._pid:
                with contextlib.suppress(psutil.Error):
                    process.kill()  # does nothing when another process has the number now

    def _family(self) -> list[Any]:
        import psutil

        try:
            parent = psutil.Process(self._pid)
            family = [parent, *parent.children(recursive=True)]
        except psutil.Error:
            return []
        for process in family:
            with contextlib.suppress(psutil.Error):
                self._seen.setdefault((process.pid, process.create_time()), process)
        return family

    def _shorten(self) -> None:
        """The process appends to its log, so it may be cut while it writes."""
        if not self._log:
            return
        path = Path(self._log)
        with contextlib.suppress(OSError):
            if path.stat().st_size > self._longest:
                _keep_end(path, path.with_name(f"{path.name}.1"), self._longest)


def _keep_end(path: Path, aside: Path, longest: int) -> None:
    with path.open("r+b") as file, aside.open("wb") as kept:
        file.seek(max(0, path.stat().st_size - longest))
        left = longest  # the process may write faster than this reads
        while left and (piece := file.read(min(left, _PIECE))):
            kept.write(piece)
            left -= len(piece)
        file.truncate(0)


def _own_memory(process: Any) -> int:
    """Memory that is not shared with files: what is read through the page cache is not the process's own."""
    import psutil

    with contextlib.suppress(psutil.Error):
        found = process.memory_info()
        return int(max(0, found.rss - (found.shared if sys.platform == "linux" else 0)))
    return 0
