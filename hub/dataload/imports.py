"""Importing the code of plugins so that each plugin sees its own modules and nobody else's.

A plugin folder becomes the package ``hub_plugins.<name>``. Its modules get their own ``__import__`` (through their
``__builtins__``), so ``from version import x`` in one plugin finds the ``version.py`` beside it, also when the import
stands inside a function that runs later, and two plugins with files of one name never meet. The order for an absolute
import in plugin code:

1. ``<plugin folder name>.module``: the plugin itself;
2. a module or package beside it, unless the standard library has that name;
3. whatever Python finds: the environment, ``EXTRA_PYTHON_PATHS``;
4. a plain folder of modules beside it, or another plugin by the name of its folder.

Source is compiled anew at each load and no bytecode is written, so a reload always picks a change up.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import logging
import re
import sys
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

NAMESPACE = "hub_plugins"
log = logging.getLogger("hub.plugins")
_packages: dict[str, Path] = {}  # package name -> folder
_lock = threading.RLock()


def package_name(folder: Path) -> str:
    """The package that a plugin folder is loaded as: ``hub_plugins.<folder name>``, made a valid identifier."""
    clean = re.sub(r"\W", "_", folder.name)
    if not clean.isidentifier():
        clean = "_" + clean
    if clean != folder.name:
        clean += f"__{zlib.crc32(folder.name.encode()):08x}"
    name = f"{NAMESPACE}.{clean}"
    if _packages.get(name, folder) != folder:
        name += f"__{zlib.crc32(str(folder).encode()):08x}"
    return name


class PluginImporter:
    """Imports modules of one plugin.

    Args:
        folder: the plugin folder.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.root = self.folder.parent
        with _lock:
            self.package = package_name(self.folder)
            _packages[self.package] = self.folder

    def load(self, module: str = "") -> ModuleType:
        """Import a module of the plugin (``""`` is the plugin itself), or else a module of the environment.

        Args:
            module: dotted name as a manifest or an import writes it.

        Raises:
            Exception: whatever the code raises while it runs.
        """
        with _quiet(self.folder.name):
            self._ensure_package()
            if not module:
                return sys.modules[self.package]
            return importlib.import_module(self._resolve(module) or module)

    def unload(self) -> None:
        """Forget every module of the plugin; the next import runs the files as they are then."""
        with _lock:
            for name in [n for n in sys.modules if n == self.package or n.startswith(f"{self.package}.")]:
                del sys.modules[name]
        importlib.invalidate_caches()

    def run_init(self) -> ModuleType:
        """Run the plugin's ``__init__.py`` (plugins made of classes) and return the package."""
        with _quiet(self.folder.name):
            package = self._ensure_package()
            file = self.folder / "__init__.py"
            if file.is_file() and "__plugin_init__" not in package.__dict__:
                package.__dict__["__plugin_init__"] = True
                _Loader(self.package, str(file), self).exec_module(package)
            return package

    def modules(self) -> list[str]:
        """Names of the modules in the top folder, sorted."""
        return sorted(
            [p.stem for p in self.folder.glob("*.py") if p.stem != "__init__"]
            + [p.name for p in self.folder.iterdir() if p.is_dir() and (p / "__init__.py").is_file()]
        )

    def own_name(self, module: str) -> str | None:
        """Dotted name below the plugin of what it calls ``module``; None for a module from outside."""
        full = self._resolve(module)
        return self.inside(full) if full else None

    def inside(self, full: str) -> str | None:
        """Dotted name below the plugin of an imported module; None for one that is not the plugin's."""
        prefix = f"{self.package}."
        return full.removeprefix(prefix) if full.startswith(prefix) else None

    def _ensure_package(self) -> ModuleType:
        _install()
        with _lock:
            if self.package not in sys.modules:
                package = ModuleType(self.package)
                package.__path__ = [str(self.folder)]
                package.__package__ = self.package
                package.__spec__ = importlib.machinery.ModuleSpec(self.package, None, is_package=True)
                package.__spec__.submodule_search_locations = package.__path__
                package.__file__ = str(self.folder / "__init__.py")
                package.__dict__["__builtins__"] = self.builtins()
                sys.modules[self.package] = package
            return sys.modules[self.package]

    # -- name resolution -----------------------------------------------------------------------------------------

    def _resolve(self, name: str, fromlist: Sequence[str] = ()) -> str | None:
        """Full name of an absolute import inside this plugin, or None when it means something else."""
        head, _, rest = name.partition(".")
        if head == self.folder.name and self._is_own_name(rest, fromlist):
            return f"{self.package}.{rest}" if rest else self.package
        if head not in sys.stdlib_module_names and self._has_module(head):
            return f"{self.package}.{name}"
        return None

    def _is_own_name(self, rest: str, fromlist: Sequence[str]) -> bool:
        if rest:
            return self._has_module(rest.partition(".")[0], plain=True)
        if any(self._has_module(item, plain=True) for item in fromlist):
            return True
        return not _installed(self.folder.name)

    def _has_module(self, head: str, *, plain: bool = False) -> bool:
        target = self.folder / head
        if target.with_name(f"{head}.py").is_file() or (target / "__init__.py").is_file():
            return True
        return plain and target.is_dir() and any(target.rglob("*.py"))

    def _fallback(self, name: str) -> str | None:
        head, _, rest = name.partition(".")
        if self._has_module(head, plain=True):
            return f"{self.package}.{name}"
        other = self.root / head
        if head.isidentifier() and other != self.folder and other.is_dir() and any(other.glob("*.py")):
            importer = PluginImporter(other)
            importer._ensure_package()
            return f"{importer.package}.{rest}" if rest else importer.package
        return None

    # -- the import statement of plugin code -----------------------------------------------------------------------

    def builtins(self) -> dict[str, Any]:
        """The builtins of this plugin's modules: Python's, with an ``__import__`` that knows the plugin."""
        return {**vars(builtins), "__import__": self._import}

    def _import(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        wanted = tuple(fromlist or ())
        if level:
            return builtins.__import__(name, globals, locals, wanted, level)
        full = self._resolve(name, wanted)
        if full is not None:
            return self._import_as(name, full, globals, wanted)
        try:
            return builtins.__import__(name, globals, locals, wanted, 0)
        except ModuleNotFoundError as error:
            full = self._fallback(name) if error.name == name.partition(".")[0] else None
            if full is None:
                raise
        return self._import_as(name, full, globals, wanted)

    def _import_as(
        self,
        name: str,
        full: str,
        globals: Mapping[str, Any] | None,  # noqa: A002
        fromlist: tuple[str, ...],
    ) -> ModuleType:
        if fromlist:
            return builtins.__import__(full, globals, None, fromlist, 0)
        importlib.import_module(full)
        return sys.modules[full.removesuffix(name[len(name.partition(".")[0]) :])]


class _Loader(importlib.machinery.SourceFileLoader):
    """Runs a source file with the builtins of its plugin; reads and writes no bytecode."""

    def __init__(self, fullname: str, path: str, importer: PluginImporter) -> None:
        super().__init__(fullname, path)
        self._importer = importer

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__builtins__"] = self._importer.builtins()
        super().exec_module(module)


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules below ``hub_plugins``."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        parts = fullname.split(".")
        if parts[0] != NAMESPACE or len(parts) < 3 or path is None:
            return None
        folder = _packages.get(".".join(parts[:2]))
        if folder is None:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader) and spec.origin:
            spec.loader = _Loader(fullname, spec.origin, PluginImporter(folder))
            spec.cached = None
        return spec


def _install() -> None:
    with _lock:
        if NAMESPACE not in sys.modules:
            namespace = ModuleType(NAMESPACE)
            namespace.__path__ = []
            sys.modules[NAMESPACE] = namespace
        if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
            sys.meta_path.insert(0, _Finder())


def _installed(name: str) -> bool:
    try:
        return name in sys.modules or importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


@contextlib.contextmanager
def _quiet(plugin: str) -> Iterator[None]:
    """Send what plugin code prints while it is imported to the log."""
    noise = io.StringIO()
    try:
        with contextlib.redirect_stdout(noise):
            yield
    finally:
        for line in noise.getvalue().splitlines()[:50]:
            log.debug("%s prints: %s", plugin, line)


def find_class(path: str, importer: PluginImporter) -> Callable[..., Any]:
    """The class at an import path, ``package.module.Class`` or ``package.module:Class``.

    Raises:
        ImportError: there is no such module, or no such name in it.
    """
    module, _, name = path.replace(":", ".").rpartition(".")
    if not module:
        raise ImportError(f"`{path}` is no import path; write `package.module.Class`")
    try:
        found: Callable[..., Any] = getattr(importer.load(module), name)
    except AttributeError:
        raise ImportError(f"module `{module}` has no `{name}`") from None
    return found
