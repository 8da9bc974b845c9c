"""Everything that is wrong with plugin folders, found by loading them in a process of their own.

The process loads one folder after the other, as a hub would, and is replaced when a plugin ends it or does not return:
one bad plugin never hides what is to be said of the others.
"""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import orjson

from hub import errors

LOAD_SECONDS = 60.0  #: time of a processor that one plugin may take to load
WAIT_FACTOR = 5  #: it may take so many times longer by the clock: other programs run too


@dataclass(frozen=True)
class CheckResult:
    """What is to be said of one plugin folder.

    Attributes:
        folder: the folder.
        plugin: source name, else name of the folder.
        ok: whether it loads.
        errors: everything that is wrong.
        warnings: sentences for its author.
        dumper: class that downloads, or None.
        uploaders: sub-sources.
        seconds: time it took to load.
    """

    folder: str
    plugin: str
    ok: bool
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    dumper: str | None = None
    uploaders: list[str] = field(default_factory=list)
    seconds: float = 0.0


def folders_of(paths: Sequence[Path]) -> list[Path]:
    """The plugin folders meant by paths: a folder that is no plugin itself stands for those it holds.

    Raises:
        hub.errors.NotFound: a path that is no folder, or holds no plugin.
    """
    from hub.dataload.application import declares
    from hub.dataload.loader import plugin_folders

    found: list[Path] = []
    for path in paths:
        if not path.is_dir():
            known = [p.name for p in path.parent.iterdir() if p.is_dir()] if path.parent.is_dir() else []
            raise errors.NotFound("plugin folder", str(path), known)
        inner = [] if declares(path) else [p for p in plugin_folders(path) if p.name != "data"]
        found += inner if any(_is_plugin(p) for p in inner) else [path]
    return list(dict.fromkeys(p.resolve() for p in found))


def check(folders: Sequence[Path], *, seconds: float = LOAD_SECONDS) -> Iterator[CheckResult]:
    """Load each folder and say what is wrong with it, in order.

    Args:
        folders: plugin folders.
        seconds: time of a processor that each may take, and a fifth of what it may take by the clock.
    """
    names: dict[tuple[Path, str, str], str] = {}
    rest = list(folders)
    while rest:
        for result in _one_process(list(rest), seconds):
            rest.pop(0)
            yield _without_same_names(result, names)


def _is_plugin(folder: Path) -> bool:
    from hub.dataload.manifest import find_manifest

    return find_manifest(folder) is not None or (folder / "__init__.py").is_file()


def _without_same_names(result: CheckResult, names: dict[tuple[Path, str, str], str]) -> CheckResult:
    """The result, with an error for each name that another plugin beside it has."""
    from hub.dataload.errors import SameNameError

    folder = Path(result.folder)
    clashes = []
    claimed = [("source", result.plugin), *(("collection", sub) for sub in result.uploaders)]
    for kind, name in claimed if result.ok else []:
        other = names.setdefault((folder.parent, kind, name), folder.name)
        if other != folder.name:
            clashes.append(str(SameNameError(kind, name, folder.name, other)))
    return replace(result, ok=False, errors=clashes) if clashes else result


# -- the parent --------------------------------------------------------------------------------------------------------


def _one_process(folders: Sequence[Path], seconds: float) -> Iterator[CheckResult]:
    """Results of one process: of all folders, or of those up to the one that ended it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hub.kit.checking"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin is not None
    assert process.stdout is not None
    answers: queue.Queue[bytes] = queue.Queue()
    reader = threading.Thread(target=_pass_on, args=(process.stdout, answers), daemon=True)
    reader.start()
    try:
        for folder in folders:
            answer = _asked(process, answers, folder, seconds)
            yield answer
            if answer.dumper == _ENDED:
                return
    finally:
        process.kill()
        process.wait()
        reader.join()
        process.stdin.close()
        process.stdout.close()


_ENDED = "the process ended"


def _asked(process: subprocess.Popen[bytes], answers: queue.Queue[bytes], folder: Path, seconds: float) -> CheckResult:
    assert process.stdin is not None
    try:
        process.stdin.write(f"{folder}\n".encode())
        process.stdin.flush()
        line = _awaited(process, answers, seconds)
    except queue.Empty:
        told = f"it does not load within {seconds:g} seconds: its code does work, or waits, when it is imported."
        return CheckResult(str(folder), folder.name, False, [f"plugin `{folder.name}`: {told}"], dumper=_ENDED)
    except BrokenPipeError:
        line = b""
    if line:
        return CheckResult(**orjson.loads(line))
    code = process.wait()
    told = f"its code ends the process when it is imported (status {code})."
    return CheckResult(str(folder), folder.name, False, [f"plugin `{folder.name}`: {told}"], dumper=_ENDED)


def _awaited(process: subprocess.Popen[bytes], answers: queue.Queue[bytes], seconds: float) -> bytes:
    """The next answer.

    Raises:
        queue.Empty: none came in time.
    """
    import psutil

    began, used = time.monotonic(), _used(psutil, process)
    while True:
        try:
            return answers.get(timeout=min(seconds, 1.0))
        except queue.Empty:
            if time.monotonic() - began > seconds * WAIT_FACTOR or _used(psutil, process) - used > seconds:
                raise


def _used(psutil: Any, process: subprocess.Popen[bytes]) -> float:
    """Seconds of a processor that a process has taken."""
    try:
        return float(sum(psutil.Process(process.pid).cpu_times()[:2]))
    except psutil.Error:
        return 0.0


def _pass_on(stream: IO[bytes], answers: queue.Queue[bytes]) -> None:
    for line in stream:
        answers.put(line)
    answers.put(b"")


# -- the child ---------------------------------------------------------------------------------------------------------


def check_one(folder: Path, settings: Any) -> CheckResult:
    """Load one folder in this process."""
    from hub.dataload.loader import load_plugin

    started = time.monotonic()
    try:
        plugin = load_plugin(folder, settings)
    except (Exception, SystemExit) as error:
        found = _all_errors(folder, settings, error)
        return CheckResult(str(folder), _name(folder), False, found, seconds=round(time.monotonic() - started, 3))
    return CheckResult(
        str(folder),
        plugin.name,
        True,
        warnings=list(plugin.warnings),
        dumper=plugin.dumper_class.__name__ if plugin.dumper_class else None,
        uploaders=list(plugin.uploader_classes),
        seconds=round(time.monotonic() - started, 3),
    )


def _all_errors(folder: Path, settings: Any, first: BaseException) -> list[str]:
    """Why a folder does not load: what stopped it, and what else is wrong with its parts."""
    from hub.dataload import manifest, requires
    from hub.dataload.dumper import manifest_dumper
    from hub.dataload.errors import ManifestError
    from hub.dataload.imports import PluginImporter
    from hub.dataload.plugin import Plugin, PluginRef
    from hub.dataload.uploader import manifest_uploaders

    found = [_told(folder, first)]
    if isinstance(first, ManifestError) or manifest.find_manifest(folder) is None:
        return found
    read = manifest.read_manifest(folder)
    ref = PluginRef(read.name, str(folder), str(folder.parent))
    plugin = Plugin(ref, read.name, folder, PluginImporter(folder), manifest=read)
    references = [read.dumper.release]
    for section in read.uploaders:
        references += [section.parser, section.parallelizer, section.mapping]
    parts: list[Any] = [lambda: requires.provide(read.name, read.requires, settings)]
    parts += [lambda ref=ref: plugin.function(ref) for ref in references if ref is not None]
    parts.append(lambda: manifest_dumper(read, plugin))
    parts += [
        lambda section=section: manifest_uploaders(replace(read, uploaders=(section,)), plugin, settings)
        for section in read.uploaders
    ]
    for part in parts:
        try:
            part()
        except (Exception, SystemExit) as error:
            found.append(_told(folder, error))
    return list(dict.fromkeys(found))


def _told(folder: Path, error: BaseException) -> str:
    if isinstance(error, errors.HubError):
        return str(error)
    return f"plugin folder `{folder.name}`: {type(error).__name__}: {error}"


def _name(folder: Path) -> str:
    from hub.dataload import manifest

    try:
        file = manifest.find_manifest(folder)
        name = manifest.load_document(file).get("name") if file else None
    except (errors.HubError, AttributeError):
        name = None
    return name if isinstance(name, str) and name else folder.name


def serve(asked: Iterable[str], answer: IO[bytes]) -> None:
    """Answer one line of JSON for each folder that is asked for."""
    from hub.config import load

    settings = load(None, flags={"PLUGIN_REQUIRES_INSTALL": False})
    for line in asked:
        result = check_one(Path(line.rstrip("\n")), settings)
        answer.write(orjson.dumps(asdict(result)) + b"\n")
        answer.flush()


if __name__ == "__main__":
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what plugins print does not get between the answers
    serve(sys.stdin, output)
