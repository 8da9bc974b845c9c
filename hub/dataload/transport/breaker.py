"""A host whose files fail one after the other is left alone for a while, by all dumps of this machine."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from hub.dataload.transport.errors import HostDownError, StoppedError, TotalTimeError
from hub.dataload.transport.names import host_of
from hub.errors import Passing


class Breaker:
    """Counts failures in a row of each host. When the pause is over, one more failure begins the next one.

    Args:
        folder: where processes meet; None when only this process counts.
        failures: how many in a row, all tries of a file being one; 0 never leaves a host alone.
        pause: seconds.
    """

    def __init__(self, folder: Path | None, failures: int, pause: float) -> None:
        self.folder, self.failures, self.pause = folder, failures, pause
        self._states: dict[str, dict[str, object]] = {}

    @contextlib.contextmanager
    def guarding(self, url: str) -> Iterator[None]:
        """Around all tries of one file.

        Raises:
            HostDownError: the host is left alone now.
        """
        host = host_of(url) if self.failures else ""
        if not host:
            yield
            return
        self._admit(url, host)
        try:
            yield
        except (StoppedError, TotalTimeError, HostDownError):
            raise
        except Exception as error:
            if isinstance(error, Passing):
                self._failed(host, str(error))
            else:
                self._forget(host)  # it answered
            raise
        self._forget(host)

    def _admit(self, url: str, host: str) -> None:
        state = self._read(host)
        count, since = state.get("failures"), state.get("at")
        if not isinstance(count, int) or not isinstance(since, int | float) or count < self.failures:
            return
        left = since + self.pause - time.time()
        if 0 < left <= self.pause:
            raise HostDownError(url, host, count, left, str(state.get("last", "")))

    def _failed(self, host: str, last: str) -> None:
        count = self._read(host).get("failures")
        state = {"failures": (count if isinstance(count, int) else 0) + 1, "at": time.time(), "last": last}
        self._states[host] = state
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            file = Path(self._file(host))
            fresh = file.with_name(f"{file.name}.{time.monotonic_ns()}")
            fresh.write_text(json.dumps(state), "utf-8")
            fresh.replace(file)

    def _forget(self, host: str) -> None:
        self._states.pop(host, None)
        if self.folder is not None and os.path.exists(file := self._file(host)):  # noqa: PTH110 - for each file
            Path(file).unlink(missing_ok=True)

    def _read(self, host: str) -> dict[str, object]:
        if self.folder is None:
            return self._states.get(host, {})
        file = self._file(host)
        if not os.path.exists(file):  # noqa: PTH110 - for each file of a dump, and hardly ever there
            return {}
        try:
            state = json.loads(Path(file).read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _file(self, host: str) -> str:
        return f"{self.folder}/failing-{quote(host, safe='')}.json"
