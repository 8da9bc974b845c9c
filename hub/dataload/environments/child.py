"""The far side: runs in the environment of a plugin, calls one of its functions, sends what it gives.

Standard input holds the pickled request and then stays open; when it closes, the hub's process is gone, and so is this
one. What the plugin prints becomes log lines.
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hub.dataload.environments import wire
from hub.dataload.environments.request import Request


def main(descriptor: int) -> None:
    """Serve one request.

    Args:
        descriptor: the pipe that answers go to.
    """
    request: Request = pickle.load(sys.stdin.buffer)
    threading.Thread(target=_watch_hub, daemon=True).start()
    with os.fdopen(descriptor, "wb", buffering=0) as pipe:
        out = wire.FrameWriter(pipe)
        with contextlib.redirect_stdout(_Lines(out)), contextlib.suppress(BrokenPipeError):
            _answer(request, out)
    os._exit(0)


def _watch_hub() -> None:
    """End this process when the hub's end of standard input closes."""
    with contextlib.suppress(OSError):
        os.read(sys.stdin.fileno(), 1)
    os._exit(3)


def _answer(request: Request, out: wire.FrameWriter) -> None:
    position = _Position()
    try:
        CALLS[request.call](request, out, position)
    except BrokenPipeError:
        raise
    except BaseException as error:
        out.send(wire.ERROR, _told(error, request, position.count))
    else:
        out.send(wire.END)


class _Position:
    """How many documents have been sent."""

    count = 0

    def step(self) -> None:
        self.count += 1


# -- calls -----------------------------------------------------------------------------------------------------------


def _check(request: Request, out: wire.FrameWriter, position: _Position) -> None:
    """Import every function the manifest names, as the hub does for its own plugins."""
    from hub.dataload.dumper import manifest_dumper
    from hub.dataload.uploader import manifest_uploaders

    plugin = _plugin(request)
    manifest_dumper(plugin.manifest, plugin)
    manifest_uploaders(plugin.manifest, plugin, _options(request))
    out.send(wire.RESULT, None)


def _options(request: Request) -> Any:
    """The settings, with a key lookup that does nothing: it belongs to the hub's process."""
    from hub.config.settings import Settings

    values = request.settings.get("values", request.settings)
    return Settings({**values, "KEYLOOKUP_CLASS": _no_lookup}, {})


def _no_lookup(**options: Any) -> Callable[[Any], Any]:
    return lambda parser: parser


def _parser(request: Request, out: wire.FrameWriter, position: _Position) -> None:
    from hub.dataload.uploader.documents import flatten

    function = _plugin(request).function(request.reference)
    result = function(*request.arguments, **request.options)
    items: Iterator[Any] = iter(flatten("", result))
    out.documents(items, position.step)


def _release(request: Request, out: wire.FrameWriter, position: _Position) -> None:
    from hub.config.settings import Settings
    from hub.dataload.dumper import manifest_dumper
    from hub.dataload.dumper.environment import DumpEnvironment
    from hub.dataload.transport.guard import options_from
    from hub.jobs.port import NullContext

    plugin = _plugin(request)
    dumper = manifest_dumper(plugin.manifest, plugin)()
    settings = Settings.from_snapshot(request.settings)
    dumper.bind(
        DumpEnvironment(
            archive_root=Path(settings["DATA_ARCHIVE_ROOT"]),
            options=options_from(settings),
            ctx=NullContext(),
            current=request.options.get("current"),
        )
    )
    try:
        out.send(wire.RESULT, plugin.function(request.reference)(dumper))
    finally:
        dumper.unprepare()


def _mapping(request: Request, out: wire.FrameWriter, position: _Position) -> None:
    plugin = _plugin(request)
    out.send(wire.RESULT, plugin.function(request.reference)(_uploader(plugin, request)))


def _parallelizer(request: Request, out: wire.FrameWriter, position: _Position) -> None:
    plugin = _plugin(request)
    uploader = _uploader(plugin, request).create()
    uploader.data_folder = request.options["data_folder"]
    found = plugin.function(request.reference)(uploader)
    out.send(wire.RESULT, list(found) if hasattr(found, "__next__") else found)


CALLS: dict[str, Callable[[Request, wire.FrameWriter, _Position], None]] = {
    "check": _check,
    "parser": _parser,
    "release": _release,
    "mapping": _mapping,
    "parallelizer": _parallelizer,
}


def _plugin(request: Request) -> Any:
    from hub.dataload import loader

    return loader.local_plugin(Path(request.folder), _options(request))


def _uploader(plugin: Any, request: Request) -> Any:
    from hub.dataload.uploader import manifest_uploaders

    return manifest_uploaders(plugin.manifest, plugin, _options(request))[request.sub]


# -- telling -----------------------------------------------------------------------------------------------------------


def _told(error: BaseException, request: Request, count: int) -> dict[str, Any]:
    from hub.dataload.plugin import code_position
    from hub.dataload.uploader.documents import ParserResultError
    from hub.errors import HubError

    kind = "result" if isinstance(error, ParserResultError) else "hub" if isinstance(error, HubError) else "plugin"
    file, line = code_position(error, request.folder)
    return {
        "kind": kind,
        "type": type(error).__name__,
        "message": str(error.reason if isinstance(error, ParserResultError) else error),
        "file": file,
        "line": line,
        "count": count,
        "traceback": "".join(traceback.format_exception(error))[-4000:],
    }


class _Lines(io.TextIOBase):
    """Where ``print`` goes: one frame for each line."""

    def __init__(self, out: wire.FrameWriter) -> None:
        self._out, self._rest = out, ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            if line.strip():
                self._out.send(wire.LOG, line[:2000])
        return len(text)


if __name__ == "__main__":
    main(int(sys.argv[1]))
