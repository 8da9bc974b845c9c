"""Finding and running configuration files."""

from __future__ import annotations

import functools
import importlib.util
import logging
import sys
import traceback
import types
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import hub
from hub.config import existing, markup
from hub.config.definitions import SourceFile
from hub.config.errors import ConfigFileError, ConfigNotFoundError

#: The file of defaults: beside the package, in a checkout and when installed.
DEFAULTS = Path(hub.__file__).resolve().parent.parent / "config_hub.py"

_log = logging.getLogger("hub.config")


@dataclass(frozen=True)
class ConfigFile:
    """A configuration file that was run.

    Attributes:
        path: the file.
        names: everything it defines or imports, by name.
        sources: it and the files it star-imports, with their markup; the imported ones first.
    """

    path: Path
    names: dict[str, Any] = field(repr=False)
    sources: tuple[SourceFile, ...]


def run_defaults() -> ConfigFile:
    """Run ``config_hub.py``; each call gives fresh values."""
    source = _read(DEFAULTS)
    return ConfigFile(DEFAULTS, _execute(DEFAULTS, source, "config_hub"), (_defaults_markup(source),))


def find(name: str | Path, folder: Path) -> Path:
    """The file of a configuration.

    Args:
        name: path of a file (ends with ``.py`` or holds a separator), or module name, dots allowed.
        folder: working directory; looked in first.

    Raises:
        ConfigNotFoundError: no such file; lists the places.
    """
    text = str(name)
    if isinstance(name, Path) or text.endswith(".py") or "/" in text or "\\" in text:
        path = (folder / Path(text).expanduser()).resolve()
        if path.is_file():
            return path
        raise ConfigNotFoundError(text, [f"{path} (no such file)"])
    below = folder.joinpath(*text.split("."))
    candidates = [below.with_name(below.name + ".py"), below / "__init__.py"]
    for path in candidates:
        if path.is_file():
            return path.resolve()
    try:
        spec = importlib.util.find_spec(text)
    except (ImportError, ValueError):
        spec = None
    if spec and spec.origin and Path(spec.origin).is_file():
        return Path(spec.origin)
    raise ConfigNotFoundError(
        text, [f"{path} (no such file)" for path in candidates] + ["Python path (no such module)"]
    )


def run(path: Path, folder: Path) -> ConfigFile:
    """Run a user's configuration file, with its folder and the working directory on the import path.

    ``config_hub`` imports the shipped defaults, unless another ``config_hub.py`` lies beside the file.

    Raises:
        ConfigFileError: it cannot be read or raises; names file and line.
    """
    source = _read(path)
    with _importing(path.parent, folder), existing.importable():
        names = _execute(path, source, path.stem if path.stem != "__init__" else path.parent.name)
        sources = tuple(_sources(path, source, {path}))
    return ConfigFile(path, names, sources)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigFileError(path, None, f"cannot be read: {error}") from None


def _execute(path: Path, source: str, name: str) -> dict[str, Any]:
    module = types.ModuleType(name)
    module.__file__ = str(path)
    try:
        exec(compile(source, str(path), "exec", dont_inherit=True), module.__dict__)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        raise _file_error(path, error) from None
    return module.__dict__


def _file_error(path: Path, error: BaseException) -> ConfigFileError:
    """Where it went wrong: the innermost frame that lies in the folder of the configuration."""
    if isinstance(error, SyntaxError) and error.filename:
        return ConfigFileError(Path(error.filename), error.lineno, f"{type(error).__name__}: {error.msg}")
    frames = [f for f in traceback.extract_tb(error.__traceback__) if Path(f.filename).parent == path.parent]
    where = frames[-1] if frames else None
    return ConfigFileError(
        Path(where.filename) if where else path,
        where.lineno if where else None,
        f"{type(error).__name__}: {error}",
    )


@functools.cache
def _defaults_markup(source: str) -> SourceFile:
    return _with_markup("config_hub", DEFAULTS, source)


def _with_markup(module: str, path: Path, source: str) -> SourceFile:
    """The markup of a file; a file whose markup cannot be read keeps its values and loses only its own comments."""
    try:
        return SourceFile(module, path, markup.parse(source))
    except (SyntaxError, ValueError) as error:
        _log.warning("%s: comment markup not read: %s", path, error, extra={"action": "config_markup_failed"})
        return SourceFile(module, path)


def _sources(path: Path, source: str, seen: set[Path]) -> Iterator[SourceFile]:
    """The files that ``path`` star-imports, then itself; `DEFAULTS` is left out."""
    for name in markup.star_imports(source):
        module = sys.modules.get(name)
        file = Path(getattr(module, "__file__", None) or "/")
        if file.suffix == ".py" and file not in seen and file != DEFAULTS:
            seen.add(file)
            yield from _sources(file, _read(file), seen)
    yield _with_markup(path.stem, path, source)


@contextmanager
def _importing(*folders: Path) -> Iterator[None]:
    """Put folders on the import path for a while; modules imported from them are forgotten afterwards."""
    known, path = dict(sys.modules), list(sys.path)
    _provide_defaults(folders[0])
    sys.path[:0] = [str(folder) for folder in dict.fromkeys(folders)]
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:] = path
        _forget(known, folders)


def _provide_defaults(folder: Path) -> None:
    own = folder / "config_hub.py"
    sys.modules.pop("config_hub", None)
    if not own.is_file() or own.resolve() == DEFAULTS:
        module = types.ModuleType("config_hub")
        module.__dict__.update(_execute(DEFAULTS, _read(DEFAULTS), "config_hub"))
        sys.modules["config_hub"] = module


def _forget(known: Mapping[str, types.ModuleType], folders: tuple[Path, ...]) -> None:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if name not in known and file and Path(file).parent in folders:
            del sys.modules[name]
    sys.modules.pop("config_hub", None)
    if "config_hub" in known:
        sys.modules["config_hub"] = known["config_hub"]
