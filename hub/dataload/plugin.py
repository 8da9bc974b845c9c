"""A loaded plugin, a broken one, and the reference by which another process loads it again."""

from __future__ import annotations

import difflib
import importlib.util
import inspect
import re
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.dataload.errors import FunctionReferenceError, PluginImportError
from hub.dataload.imports import PluginImporter

if TYPE_CHECKING:
    from types import ModuleType

    from hub.dataload.manifest import FunctionRef, Manifest


@dataclass(frozen=True)
class PluginRef:
    """What a worker process needs to load a plugin; picklable.

    Attributes:
        name: source name.
        folder: the plugin folder.
        root: the folder it lies in.
    """

    name: str
    folder: str
    root: str


@dataclass
class Plugin:
    """One plugin that loaded.

    Attributes:
        ref: how to load it elsewhere.
        name: source name.
        folder: the plugin folder.
        importer: imports its modules.
        manifest: its manifest; None for a plugin made of classes.
        dumper_class: its dumper; None when it has none, or in a process that only parses.
        uploader_classes: its uploaders by sub-source name; empty when it only downloads.
        warnings: sentences for its author.
        metadata: about the data: ``url``, ``license``, ...
        python: the interpreter that sees the packages it requires.
    """

    ref: PluginRef
    name: str
    folder: Path
    importer: PluginImporter
    manifest: Manifest | None = None
    dumper_class: type[Any] | None = None
    uploader_classes: dict[str, type[Any]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    python: str = sys.executable

    def function(self, ref: FunctionRef) -> Callable[..., Any]:
        """The function that a manifest names.

        Raises:
            FunctionReferenceError: no such module or function; says which there are.
            PluginImportError: the module does not import.
        """
        module = self.module(ref.module, key=ref.key, reference=str(ref))
        found = getattr(module, ref.function, None)
        if callable(found):
            return found  # type: ignore[no-any-return]
        file = Path(getattr(module, "__file__", "") or ref.module).name
        if found is not None:
            reason = f"`{ref.function}` in {file} is a `{type(found).__name__}`, not a function"
        else:
            reason = f"{file} has no function `{ref.function}`. {_near_functions(module, ref.function)}"
        raise FunctionReferenceError(self.name, ref.key, str(ref), reason)

    def module(self, name: str, *, key: str = "", reference: str = "") -> ModuleType:
        """Import a module of the plugin, or one from outside that the plugin names.

        Args:
            name: dotted name.
            key: manifest key, for messages.
            reference: its value, for messages.

        Raises:
            FunctionReferenceError: there is no such module; says which files there are.
            PluginImportError: it does not import; with file and line.
        """
        try:
            return self.importer.load(name)
        except ModuleNotFoundError as error:
            if _is_the_module_itself(error.name or "", name, self.importer.package):
                raise FunctionReferenceError(self.name, key, reference or name, self._no_module(name)) from error
            raise self._import_error(name, error) from error
        except KeyboardInterrupt:  # somebody's Ctrl-C
            raise
        except BaseException as error:  # also SystemExit, and what compiled code raises when it panics
            raise self._import_error(name, error) from error

    def run_init(self) -> ModuleType:
        """Run ``__init__.py`` of a plugin made of classes.

        Raises:
            PluginImportError: it does not import; with file and line.
        """
        try:
            return self.importer.run_init()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise self._import_error("__init__", error) from error

    def _no_module(self, name: str) -> str:
        files = [f"{module}.py" if (self.folder / f"{module}.py").is_file() else module for module in self._modules()]
        near = difflib.get_close_matches(name, self._modules(), n=1, cutoff=0.6)
        hint = f" Did you mean `{near[0]}`?" if near else ""
        there = f"it holds {', '.join(files)}" if files else "it holds no Python file"
        return (
            f"there is no `{name.replace('.', '/')}.py` in {self.folder}; {there}.{hint} "
            f"For a module outside the plugin, add its folder to `EXTRA_PYTHON_PATHS`."
        )

    def _modules(self) -> list[str]:
        return self.importer.modules()

    def _import_error(self, module: str, error: BaseException) -> PluginImportError:
        file, line = code_position(error, self.folder)
        reason = f"{type(error).__name__}: {error}"
        if isinstance(error, SyntaxError):
            file, line = error.filename or file, error.lineno or line
            reason = f"{type(error).__name__}: {error.msg}"
        elif isinstance(error, ModuleNotFoundError) and error.name:
            top = error.name.partition(".")[0]
            if _spec_missing(top):
                reason += f". Add the package that holds `{top}` to `requires`, or its folder to `EXTRA_PYTHON_PATHS`"
        return PluginImportError(self.name, module, reason, file, line)


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin that did not load.

    Attributes:
        folder: the plugin folder.
        name: source name as far as it is known, else the folder's name.
        error: why.
    """

    folder: Path
    name: str
    error: Exception

    @property
    def message(self) -> str:
        """The reason, for people."""
        return str(self.error)


def code_position(error: BaseException, folder: Path | str) -> tuple[str, int]:
    """File and line of the last frame of plugin code in an exception's traceback; empty when there is none.

    Args:
        error: the exception.
        folder: the plugin folder.
    """
    inside = str(Path(folder).resolve())
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if frame.filename.startswith(inside):
            return frame.filename, frame.lineno or 0
    return "", 0


def bound_kwargs(function: Callable[..., Any], kwargs: Mapping[str, Any]) -> str:
    """Why ``function(data_folder, **kwargs)`` can not be called, or an empty string.

    Args:
        function: a parser.
        kwargs: ``parser_kwargs`` of the manifest.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return ""
    try:
        signature.bind("data_folder", **kwargs)
    except TypeError as error:
        return f"it is called as `{function.__name__}(data_folder{''.join(f', {k}=...' for k in kwargs)})`: {error}"
    return ""


def _near_functions(module: ModuleType, name: str) -> str:
    names = [
        n
        for n, value in vars(module).items()
        if inspect.isfunction(value) and not n.startswith("_") and value.__module__ == module.__name__
    ]
    near = difflib.get_close_matches(name, names, n=2, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(f'`{n}`' for n in near)}?"
    return f"It has {', '.join(f'`{n}`' for n in sorted(names)[:8])}." if names else "It defines no function."


def _is_the_module_itself(missing: str, wanted: str, package: str) -> bool:
    bare = re.sub(rf"^{re.escape(package)}\.", "", missing)
    return bool(bare) and (wanted == bare or wanted.startswith(f"{bare}."))


def _spec_missing(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is None
    except (ImportError, ValueError):
        return True
