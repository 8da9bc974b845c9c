"""Running one function of a plugin in a process of its environment, from the hub's side.

The pipe holds a frame or two, so a fast parser waits for the hub and memory stays bounded. However the caller ends, the
process is ended with it.
"""

from __future__ import annotations

import logging
import os
import pickle
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Any

from hub.dataload.environments import wire
from hub.dataload.environments.making import Environment
from hub.dataload.environments.request import Request
from hub.dataload.errors import PluginError
from hub.dataload.uploader.documents import ParserResultError
from hub.errors import Passing

log = logging.getLogger("hub.plugins")


class PluginProcessError(PluginError):
    """What the process of a plugin found wrong with it.

    Args:
        plugin: its name.
        reason: the message of the error there.
    """

    def __init__(self, plugin: str, reason: str) -> None:
        self.plugin, self.reason = plugin, reason
        super().__init__(reason)


class PluginProcessLostError(PluginError, Passing):
    """The process of a plugin ended without an answer.

    Args:
        plugin: its name.
        folder: its environment.
        reason: how it ended and what it said last.
    """

    def __init__(self, plugin: str, folder: str, reason: str) -> None:
        self.plugin, self.folder, self.reason = plugin, folder, reason
        super().__init__(
            f"plugin `{plugin}`: its process in the environment {folder} ended without an answer ({reason}). If its "
            "packages do not go together with the hub's, change `requires`; delete the folder to have it made again."
        )


def values(plugin: str, source: str, environment: Environment, request: Request) -> Iterator[Any]:
    """What a call gives: the documents of a parser one by one, else one value.

    Args:
        plugin: named in messages.
        source: full source name, for messages about what a parser returned.
        environment: where it runs.
        request: the call.

    Raises:
        PluginProcessError: the plugin is wrong in some way that the hub knows.
        PluginProcessLostError: the process is gone.
        ParserResultError: a parser that returned no documents.
        Exception: what the function raised, with its class name, file and line.
    """
    with tempfile.TemporaryFile() as said, _Running(environment, request, said) as running:
        try:
            for kind, value in wire.frames(running.answers):
                if kind == wire.DOCUMENTS:
                    yield from value
                elif kind == wire.RESULT:
                    yield value
                elif kind == wire.LOG:
                    log.info("%s", value, extra={"action": "parser_print", "source": source})
                elif kind == wire.ERROR:
                    _raise(plugin, source, value)
                elif kind == wire.END:
                    return
        except wire.BrokenStreamError:
            pass
        raise PluginProcessLostError(plugin, str(environment.folder), running.ending(said))


class _Running:
    """The process, from start to end."""

    def __init__(self, environment: Environment, request: Request, said: IO[bytes]) -> None:
        self._environment, self._request, self._said = environment, request, said

    def __enter__(self) -> _Running:
        reading, writing = os.pipe()
        self.answers = os.fdopen(reading, "rb", buffering=1 << 16)
        command = [str(self._environment.python), "-m", "hub.dataload.environments.child", str(writing)]
        try:
            self._process = subprocess.Popen(
                command,
                cwd=self._environment.folder,
                env=_variables(),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                pass_fds=[writing],
                start_new_session=True,
            )
        finally:
            os.close(writing)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.write(pickle.dumps(self._request))
            self._process.stdin.flush()
        return self

    def __exit__(self, *error: object) -> None:
        self.answers.close()
        if self._process.poll() is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def ending(self, said: IO[bytes]) -> str:
        """How the process ended, and the last line it said."""
        code = self._process.wait()
        how = f"signal {-code}" if code < 0 else f"exit status {code}"
        said.seek(max(0, said.seek(0, os.SEEK_END) - 4000))
        lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
        return f"{how}, {lines[-1].strip()}" if lines else how


def _variables() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}


def _raise(plugin: str, source: str, told: dict[str, Any]) -> None:
    if told["kind"] == "result":
        raise ParserResultError(source, told["message"])
    if told["kind"] == "hub":
        raise PluginProcessError(plugin, told["message"])
    log.debug("%s: %s", source, told["traceback"])
    wire.raise_as(told["type"], told["message"], told["file"], int(told["line"]))
