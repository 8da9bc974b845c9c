"""Modules of the hub application that plugins come from (``EXTRA_PYTHON_PATHS``).

An application has a package ``hub`` of its own: shared parsers (``hub.dataload.data_parsers:load_obo``), base classes
(``hub.dataload.uploader.BaseDrugUploader``), builders and mappers. Its modules join the packages of this hub. Where
both have a module, a name is looked for in this hub's, then in the application's.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from hub.dataload import aliases

OURS = Path(__file__).resolve().parents[2]
log = logging.getLogger("hub.plugins")


class _Finder(importlib.abc.MetaPathFinder):
    """Finds modules that an application adds to packages of the hub; asked last, so the hub's own modules win."""

    def __init__(self) -> None:
        self.folders: list[str] = []

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if not fullname.startswith("hub."):
            return None
        inner = fullname.rpartition(".")[0].replace(".", "/")
        places = [place for folder in self.folders if Path(place := f"{folder}/{inner}").is_dir()]
        return importlib.machinery.PathFinder.find_spec(fullname, places, target) if places else None


class _Names:
    """``__getattr__`` of a module of ours that the application has too: its names stand behind ours.

    Args:
        module: dotted name of both.
        file: the application's.
    """

    def __init__(self, module: str, file: Path) -> None:
        self._module, self._files = module, [file]
        self._loaded: dict[Path, ModuleType] = {}

    def add(self, file: Path) -> None:
        """Another application has the module as well."""
        if file not in self._files:
            self._files.append(file)

    def __call__(self, name: str) -> Any:
        if not (name.startswith("__") and name.endswith("__")):
            for file in self._files:
                try:
                    return vars(self._load(file))[name]
                except KeyError:
                    continue
        raise AttributeError(f"module {self._module!r} has no attribute {name!r}")

    def _load(self, file: Path) -> ModuleType:
        """Run the application's module, under the same name; classes of it are pickled by this name."""
        if file not in self._loaded:
            folders = [str(file.parent)] if file.name == "__init__.py" else None
            spec = importlib.util.spec_from_file_location(self._module, file, submodule_search_locations=folders)
            assert spec is not None
            assert spec.loader is not None
            module = self._loaded[file] = importlib.util.module_from_spec(spec)
            try:
                spec.loader.exec_module(module)
            except BaseException:
                del self._loaded[file]
                raise
        return self._loaded[file]


_finder = _Finder()


def prepare(settings: Any) -> None:
    """Make importable in this process what code of plugins and applications expects besides its own modules.

    Args:
        settings: what the module ``config`` shows from now on; ``EXTRA_PYTHON_PATHS`` is read.
    """
    aliases.install(settings)
    add_python_paths(settings.get("EXTRA_PYTHON_PATHS", []) or [])


def add_python_paths(paths: Iterable[str | Path]) -> None:
    """Make modules outside the plugins importable (``EXTRA_PYTHON_PATHS``).

    A folder ``hub`` of such a path adds its modules to our packages, at any depth.
    """
    for path in paths:
        folder = str(Path(path).expanduser().resolve())
        if folder in _finder.folders:
            continue
        _finder.folders.append(folder)
        if folder not in sys.path:
            sys.path.append(folder)
        for module, file in _shared(Path(folder)):
            _put_behind(module, file)
    if _finder.folders and _finder not in sys.meta_path:
        sys.meta_path.append(_finder)
    importlib.invalidate_caches()


def sources(settings: Any) -> dict[str, list[Path]]:
    """The source packages that ``ACTIVE_DATASOURCES`` names.

    Args:
        settings: configuration; packages are looked for in the folders of ``EXTRA_PYTHON_PATHS``.

    Returns:
        For each name the folders of its sources: the package itself when it `declares` one, or else its sub-packages
        with code; none when there is no such package.
    """
    found: dict[str, list[Path]] = {}
    paths = [Path(path).expanduser().resolve() for path in settings.get("EXTRA_PYTHON_PATHS", []) or []]
    for name in settings.get("ACTIVE_DATASOURCES", []) or []:
        folder = next((f for path in paths if (f := path.joinpath(*str(name).split("."))).is_dir()), None)
        found[str(name)] = [] if folder is None else [folder] if declares(folder) else _sources_in(folder) or [folder]
    return found


def declares(folder: Path) -> bool:
    """Whether a folder says itself what its source is: by a manifest, or an ``__init__.py`` that holds something."""
    init = folder / "__init__.py"
    told = init.is_file() and bool(init.read_bytes().strip())
    return told or any((folder / f"manifest.{suffix}").is_file() for suffix in ("json", "yaml", "yml"))


def _sources_in(folder: Path) -> list[Path]:
    """The sub-packages with code."""
    inner = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith((".", "__"))]
    return [path for path in inner if declares(path) or any(path.glob("*.py"))]


def _shared(folder: Path) -> Iterable[tuple[str, Path]]:
    """Modules that both have: dotted name, and the application's file unless that is empty."""
    for file in sorted(folder.glob("hub/**/*.py")):
        parts = file.relative_to(folder).with_suffix("").parts
        place = OURS.joinpath(*(parts[:-1] if parts[-1] == "__init__" else parts))
        known = place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()
        if known and file.read_bytes().strip():
            yield ".".join(place.relative_to(OURS).parts), file


def _put_behind(module: str, file: Path) -> None:
    ours = importlib.import_module(module)
    names = vars(ours).get("__getattr__")
    if isinstance(names, _Names):
        names.add(file)
    elif names is None:
        ours.__dict__["__getattr__"] = _Names(module, file)
    else:
        log.warning("%s is not used: the hub has a module of that name.", file, extra={"action": "module_shadowed"})
        return
    log.info("Names of %s stand behind those of %s", file, module, extra={"action": "module_shared"})
