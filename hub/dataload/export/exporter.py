"""Makes the folder of an exported plugin: its classes as modules, its other files as they are. It appears when it is
whole; nothing is written into the plugin itself."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.dataload import requires
from hub.dataload.export import modules
from hub.dataload.export.errors import ExportExistsError, NotAManifestPluginError, UnknownPartError
from hub.dataload.manifest import FILE_NAMES, UploaderSection
from hub.dataload.plugin import Plugin

PARTS = ("dumper", "uploader", "mapping")
#: A mapping the hub knows for a sub-source and where it is from (``registered``, ``inspection``), or None.
Mappings = Callable[[str], tuple[dict[str, Any], str] | None]
Answer = dict[str, dict[str, Any]]


def export_plugin(
    plugin: Plugin,
    into: Path,
    *,
    what: Sequence[str] = PARTS,
    purge: bool = False,
    mappings: Mappings = lambda sub: None,
    keylookup: Any = None,
) -> Answer:
    """Write a manifest plugin as Python code.

    Args:
        plugin: the plugin.
        into: folder that gets the folder ``<name of the plugin's folder>``.
        what: parts to write, of `PARTS`.
        purge: replace an earlier export.
        mappings: the mappings that the hub knows.
        keylookup: the setting ``KEYLOOKUP_CLASS``.

    Returns:
        For each part asked for ``{"status": "ok" | "warning" | "error", "file", "class"?, "message"}``, for the mapping
        also ``origin``: ``custom`` (a function of the manifest), ``registered``, ``inspection`` or None.

    Raises:
        NotAManifestPluginError: it is Python code already.
        UnknownPartError: a part that does not exist.
        ExportExistsError: the folder is there and may not be replaced.
    """
    if plugin.manifest is None:
        raise NotAManifestPluginError(plugin.name, plugin.folder)
    for part in what:
        if part not in PARTS:
            raise UnknownPartError(part, PARTS)
    target = into / plugin.folder.name
    _check_target(target, plugin, purge=purge)
    draft = into / f".{plugin.folder.name}.partial-{os.getpid()}"
    try:
        answer = _Export(plugin, draft, target, mappings, keylookup).write(set(what))
        if purge and target.exists():
            shutil.rmtree(target)
        draft.rename(target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return answer


def _check_target(target: Path, plugin: Plugin, *, purge: bool) -> None:
    if not os.path.lexists(target):
        return
    if target.resolve() == plugin.folder.resolve():
        raise ExportExistsError(target, "It is the plugin itself: choose another folder.")
    if not purge:
        raise ExportExistsError(target, "Choose another folder, or replace the earlier export with `purge`.")
    first = ""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        first = (target / "__init__.py").read_text(encoding="utf-8").partition("\n")[0]
    if modules.MARK not in first or target.is_symlink():
        raise ExportExistsError(target, "It is no export, so `purge` does not delete it: choose another folder.")


@dataclass
class _Export:
    plugin: Plugin
    draft: Path
    target: Path
    mappings: Mappings
    keylookup: Any
    classes: list[tuple[str, str]] = field(default_factory=list)

    def write(self, what: set[str]) -> Answer:
        self._copy_files()
        answer: Answer = {}
        if "dumper" in what:
            answer["dumper"] = self._dumper()
        found = self._mappings() if {"uploader", "mapping"} <= what else {}
        if "uploader" in what:
            answer["uploader"] = self._uploaders({sub: module for sub, (module, _) in found.items()})
        if "mapping" in what:
            answer["mapping"] = self._mapping_answer(found, with_uploader="uploader" in what)
        (self.draft / "__init__.py").write_text(modules.init_text(self.plugin, self.classes), encoding="utf-8")
        return answer

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _dumper(self) -> dict[str, Any]:
        name = self._free("dump")
        cls = self.plugin.dumper_class
        assert cls is not None
        self._save(name, modules.dumper_module(self.plugin))
        self.classes.append((name, cls.__name__))
        return {"status": "ok", "file": self._shown(name), "class": cls.__name__, "message": None}

    def _uploaders(self, mapping_modules: dict[str, str]) -> dict[str, Any]:
        files, names = [], []
        for section in self._sections():
            module = modules.uploader_module(
                self.plugin, section, self._lookup_class(), mapping_modules.get(section.name, "")
            )
            name, cls = self._free(f"{_identifier(section.name)}_upload"), self.plugin.uploader_classes[section.name]
            self._save(name, module)
            self.classes.append((name, cls.__name__))
            files.append(self._shown(name))
            names.append(cls.__name__)
        if not files:
            message = "the manifest has no uploader"
            return {"status": "warning", "file": None, "class": None, "message": message}
        return {"status": "ok", "file": files, "class": names, "message": ""}

    def _mappings(self) -> dict[str, tuple[str, str]]:
        """Write what the hub knows; module and origin by sub-source."""
        found = {}
        for section in self._sections():
            known = None if section.mapping else self.mappings(section.name)
            if known is not None:
                name = self._free(f"{_identifier(section.name)}_mapping")
                self._save(name, modules.mapping_module(self.plugin, section.name, known[0]))
                found[section.name] = (name, known[1])
        return found

    def _mapping_answer(self, found: dict[str, tuple[str, str]], *, with_uploader: bool) -> dict[str, Any]:
        message: str | None = "a mapping is written into the uploader: add `uploader` to `what`"
        if not with_uploader:
            return {"status": "error", "file": None, "message": message, "origin": None}
        custom = [section.name for section in self._sections() if section.mapping]
        files = [self._shown(module) for module, _ in found.values()]
        missing = [s.name for s in self._sections() if s.name not in custom and s.name not in found]
        message = f"no mapping is known of {', '.join(missing)}: upload and inspect it first" if missing else None
        origins = [where for _, where in found.values()]
        origin: str | None = origins[0] if origins else "custom" if custom else None
        return {
            "status": "warning" if missing or not self._sections() else "ok",
            "file": files[0] if len(files) == 1 else files or None,
            "message": message,
            "origin": origin,
        }

    # -- files -----------------------------------------------------------------------------------------------------

    def _copy_files(self) -> None:
        """Everything but manifest, history, caches, links, and an ``__init__.py`` that ours replaces."""

        def left_out(where: str, names: list[str]) -> list[str]:
            top = Path(where) == self.plugin.folder
            return [
                name
                for name in names
                if name.startswith(".")
                or name == "__pycache__"
                or name.endswith(".pyc")
                or (Path(where) / name).is_symlink()
                or (top and name in (*FILE_NAMES, "__init__.py"))
            ]

        self.draft.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(self.plugin.folder, self.draft, ignore=left_out)
        listed = self.draft / "requirements.txt"
        assert self.plugin.manifest is not None
        wanted = [item for text in self.plugin.manifest.requires for item in requires.items(text)]
        if wanted and not listed.exists():
            listed.write_text("".join(f"{item}\n" for item in wanted), encoding="utf-8")

    def _free(self, name: str) -> str:
        """A name that no module of the plugin has."""
        while (self.draft / f"{name}.py").exists() or (self.draft / name).exists():
            name += "_exported"
        return name

    def _save(self, name: str, module: modules.Module) -> None:
        text = module.text()
        compile(text, f"{name}.py", "exec")
        (self.draft / f"{name}.py").write_text(text, encoding="utf-8")

    def _shown(self, name: str) -> str:
        return str(self.target / f"{name}.py")

    # -- manifest --------------------------------------------------------------------------------------------------

    def _sections(self) -> tuple[UploaderSection, ...]:
        assert self.plugin.manifest is not None
        return self.plugin.manifest.uploaders

    def _lookup_class(self) -> tuple[str, str] | None:
        path = self.keylookup
        if not path:
            return None
        if not isinstance(path, str):
            return str(path.__module__), str(path.__qualname__)
        module, _, name = path.replace(":", ".").rpartition(".")
        return module, name


def _identifier(name: str) -> str:
    clean = "".join(c if c.isalnum() or c == "_" else "_" for c in name)
    return clean if clean.isidentifier() else f"_{clean}"
