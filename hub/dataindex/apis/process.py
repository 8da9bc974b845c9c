"""The process of one data API, as the hub sees it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pickle
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import hub
from hub.dataindex.apis.errors import ApiStartError

MODULE = "hub.queryapi.process"  #: named, not imported: it is another room's
START_SECONDS = 120.0
STOP_SECONDS = 5.0
_LAST_WORDS = 2000


class ApiProcess:
    """A running process.

    Args:
        api: name of the API.

    Attributes:
        port: where it listens.
    """

    def __init__(self, api: str) -> None:
        self.api, self.port = api, 0
        self._process: asyncio.subprocess.Process
        self._words: asyncio.Task[str]

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def start(self, told: Mapping[str, Any]) -> None:
        """Start it, and wait until it listens.

        Args:
            told: see `hub.queryapi.process`.

        Raises:
            ApiStartError: why it does not.
        """
        pipe = asyncio.subprocess.PIPE
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", MODULE, stdin=pipe, stdout=pipe, stderr=pipe,
            env=_variables(), start_new_session=True,
        )  # fmt: skip
        self._words = asyncio.create_task(self._listen(), name=f"api-{self.api}")
        try:
            await asyncio.wait_for(self._greet(told), START_SECONDS)
        except TimeoutError:
            await self.stop()
            raise ApiStartError(self.api, f"it was not ready within {START_SECONDS:g} seconds") from None
        except BaseException:
            await self.stop()
            raise

    async def _greet(self, told: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._process.stdin.write(pickle.dumps(dict(told)))
            await self._process.stdin.drain()
        line = await self._process.stdout.readline()
        if not line:
            raise ApiStartError(self.api, await self.ending())
        answer = json.loads(line)
        if "error" in answer:
            raise ApiStartError(self.api, answer["error"])
        self.port = int(answer["port"])

    async def ending(self) -> str:
        """Wait for its end; how it ended, with the last line it said."""
        code = await self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        lines = [line for line in (await asyncio.shield(self._words)).splitlines() if line.strip()]
        return f"its process ended ({how}){': ' + lines[-1].strip() if lines else ''}"

    async def stop(self) -> None:
        """End it: first asked, then killed."""
        if self._process.returncode is None and self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        await self._words

    async def _listen(self) -> str:
        """Read what it says to its end, so that it never waits for a reader; keeps the last of it."""
        assert self._process.stderr is not None
        kept = b""
        while part := await self._process.stderr.read(65536):
            kept = (kept + part)[-_LAST_WORDS:]
        return kept.decode("utf-8", "replace")


def _variables() -> dict[str, str]:
    """The environment of the process: it finds the hub that this one runs."""
    root = str(Path(hub.__file__).resolve().parents[1])
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
