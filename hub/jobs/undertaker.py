"""Imported by the process that workers are forked from, and by nobody else: when the hub has died and that process
ends, it takes along everything that the workers have started.

A worker notices the death of the hub itself and ends its group. But the kernel kills it as soon as the process that it
was forked from is gone, maybe before it came to that, and its children would be left behind.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path


def _end_workers(mine: int) -> None:
    if os.getpid() != mine:  # forked since
        return
    for worker in _children(mine):
        with contextlib.suppress(OSError):
            if os.getpgid(worker) != os.getpgid(mine):  # each worker leads a group of its own, once it has begun
                os.killpg(os.getpgid(worker), signal.SIGKILL)


def _children(parent: int) -> Iterator[int]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            # the name of the program stands in brackets and may hold anything; state and parent follow it
            if int(stat.read_text(errors="replace").rpartition(")")[2].split()[1]) == parent:
                yield int(stat.parent.name)


atexit.register(_end_workers, os.getpid())
