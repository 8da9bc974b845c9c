"""Loading plugins from their folders. A broken plugin is reported and never stops the others."""

from __future__ import annotations

import inspect
import logging
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

from hub.dataload import application, manifest, requires, trial
from hub.dataload.environments.making import Environment
from hub.dataload.environments.remote import RemotePlugin
from hub.dataload.errors import (
    ContradictingRequirementsError,
    ManifestError,
    NoSuchPackageError,
    NotAPluginError,
    PluginError,
    SameNameError,
)
from hub.dataload.imports import PluginImporter
from hub.dataload.plugin import BrokenPlugin, Plugin, PluginRef
from hub.errors import HubError

#: Methods of an uploader by which a plugin would take over what the hub does itself.
NOT_CALLED = ("load", "update_data")
log = logging.getLogger("hub.plugins")


class SettingsLike(Protocol):
    """What the loader needs of the settings; `hub.config.Settings` and a plain dict both do."""

    def get(self, name: str, default: Any, /) -> Any:
        """The value, or ``default``."""
        ...


def discover(
    root: Path,
    settings: SettingsLike,
    skip: Collection[str] = (),
    fatal: Mapping[Path, PluginError] | None = None,
) -> tuple[list[Plugin], list[BrokenPlugin]]:
    """Load every plugin of a folder.

    Args:
        root: the folder of plugin folders (``DATA_PLUGIN_FOLDER``), if it is there. Hidden and empty folders are passed
            over.
        settings: configuration; the sources of ``ACTIVE_DATASOURCES`` are loaded as well.
        skip: names of folders to leave out.
        fatal: folders that must not be loaded, and why.

    Returns:
        The plugins that loaded and those that did not, each by folder name.
    """
    plugins: list[Plugin] = []
    broken: list[BrokenPlugin] = []
    for folder in folders_to_load(root, settings, skip):
        error = (fatal or {}).get(folder)
        found = BrokenPlugin(folder, folder.name, error) if error else try_plugin(folder, settings, plugins)
        if isinstance(found, Plugin):
            plugins.append(found)
        else:
            broken.append(found)
    broken += [
        BrokenPlugin(Path(name), name, NoSuchPackageError(name))
        for name, found in application.sources(settings).items()
        if not found
    ]
    return plugins, broken


def folders_to_load(root: Path, settings: SettingsLike, skip: Collection[str] = ()) -> list[Path]:
    """The plugin folders of a folder, if it is there, and the source packages of ``ACTIVE_DATASOURCES``.

    Args:
        root: the folder of plugin folders.
        settings: configuration.
        skip: names of folders to leave out.
    """
    found = plugin_folders(Path(root)) if Path(root).is_dir() else []
    found += [folder for folders in application.sources(settings).values() for folder in folders]
    return [folder for folder in dict.fromkeys(found) if folder.name not in skip]


def try_plugin(folder: Path, settings: SettingsLike, others: Iterable[Plugin]) -> Plugin | BrokenPlugin:
    """Load one plugin of a folder of plugins, whatever its code does.

    Args:
        folder: the plugin folder.
        settings: configuration.
        others: the plugins that are there; their names are taken.
    """
    try:
        provide_packages(folder, settings)
        with trial.limited(folder.name):
            plugin = load_plugin(folder, settings, install=False)
        for other in others:
            check_names(plugin.name, plugin.uploader_classes, plugin.folder.name, other)
    except HubError as error:
        return BrokenPlugin(folder, _name_of(folder), error)
    except KeyboardInterrupt:  # somebody's Ctrl-C
        raise
    except BaseException as error:  # plugin code may raise anything
        reason = PluginError(f"plugin folder `{folder.name}`: {type(error).__name__}: {error}")
        reason.__cause__ = error
        return BrokenPlugin(folder, folder.name, reason)
    return plugin


def provide_packages(folder: Path, settings: SettingsLike) -> None:
    """Install what a plugin requires, where that is allowed: minutes that do not count as the time its code takes.

    Args:
        folder: the plugin folder.
        settings: configuration (``PLUGIN_REQUIRES_INSTALL``).

    Raises:
        PluginError: the manifest is wrong, or pip failed.
    """
    if not settings.get("PLUGIN_REQUIRES_INSTALL", False):
        return
    if manifest.find_manifest(folder) is None:
        requires.provide(folder.name, requires.listed_in(folder / "requirements.txt"), settings, install=True)
    else:
        found = manifest.read_manifest(folder)
        requires.provide(found.name, found.requires, settings, install=True)


def load_plugin(folder: Path, settings: SettingsLike, *, install: bool = True) -> Plugin:
    """Load one plugin anew: manifest, required packages, code, classes.

    Args:
        folder: the plugin folder.
        settings: configuration (``EXTRA_PYTHON_PATHS``, ``PLUGIN_REQUIRES_INSTALL``).
        install: false never installs anything, whatever the settings allow.

    Raises:
        PluginError: why it does not load.
    """
    folder = Path(folder).resolve()
    application.prepare(settings)
    install = install and bool(settings.get("PLUGIN_REQUIRES_INSTALL", False))
    if manifest.find_manifest(folder) is None:
        python = _add_packages(folder, settings, install=install)
        return _overridden(_load_classes(_new_plugin(folder, folder.name, python=python)), settings)
    found = manifest.read_manifest(folder)
    environment = requires.provide(found.name, found.requires, settings, install=install)
    plugin = _new_plugin(folder, found.name, found, environment, settings)
    if isinstance(plugin, RemotePlugin):
        plugin.check()
    _make_classes(plugin, settings)
    return _overridden(plugin, settings)


def local_plugin(folder: Path, settings: SettingsLike) -> Plugin:
    """A manifest plugin whose code is to run in this process, whatever it requires; without its classes.

    Args:
        folder: the plugin folder.
        settings: configuration.
    """
    application.prepare(settings)
    found = manifest.read_manifest(folder, check=False)
    return _new_plugin(folder, found.name, found)


def load_ref(ref: PluginRef, settings: SettingsLike, *, dumper: bool = True) -> Plugin:
    """Load a plugin in a worker process, as the hub has loaded and checked it.

    Args:
        ref: which plugin.
        settings: configuration.
        dumper: False leaves the dumper out, for a process that only parses (it starts faster).

    Raises:
        PluginError: its files have changed and it no longer loads.
    """
    folder = Path(ref.folder)
    application.prepare(settings)
    if manifest.find_manifest(folder) is None:
        python = _add_packages(folder, settings)
        return _overridden(_load_classes(_new_plugin(folder, ref.name, python=python)), settings)
    try:
        found = manifest.read_manifest(folder, check=False)
    except (KeyError, TypeError, AttributeError, AssertionError):
        found = manifest.read_manifest(folder)  # says what is wrong
    environment = requires.provide(found.name, found.requires, settings)
    plugin = _new_plugin(folder, found.name, found, environment, settings)
    _make_classes(plugin, settings, dumper=dumper)
    return _overridden(plugin, settings)


def _overridden(plugin: Plugin, settings: SettingsLike) -> Plugin:
    """Set the class attributes that were changed from the studio (``ClassName.ATTR`` in the hub's configuration)."""
    read = getattr(settings, "class_overrides", None)
    changes: dict[str, Any] = read() if read else {}
    for cls in filter(None, (plugin.dumper_class, *plugin.uploader_classes.values())):
        for key, value in changes.items():
            name, _, attribute = key.rpartition(".")
            if name != cls.__name__:
                continue
            if hasattr(cls, attribute) and not callable(getattr(cls, attribute)):
                setattr(cls, attribute, value)
            else:
                plugin.warnings.append(f"the changed setting `{key}` is not used: the class has no such attribute.")
    return plugin


def _add_packages(folder: Path, settings: SettingsLike, *, install: bool = False) -> str:
    """Make the packages that a plugin made of classes requires importable here; those of the hub come first.

    Returns:
        The interpreter that sees them.
    """
    listed = requires.listed_in(folder / "requirements.txt")
    environment = requires.provide(folder.name, listed, settings, install=install)
    if environment is None:
        return sys.executable
    if not environment.extends:
        raise ContradictingRequirementsError(folder.name, environment.requirements)
    if str(environment.packages) not in sys.path:
        sys.path.append(str(environment.packages))
    return str(environment.python)


def _new_plugin(
    folder: Path,
    name: str,
    found: manifest.Manifest | None = None,
    environment: Environment | None = None,
    settings: Any = None,
    python: str = sys.executable,
) -> Plugin:
    importer = PluginImporter(folder)
    importer.unload()
    common: dict[str, Any] = {
        "ref": PluginRef(name, str(folder), str(folder.parent)),
        "name": name,
        "folder": folder,
        "importer": importer,
        "manifest": found,
        "warnings": list(found.warnings) if found else [],
        "metadata": dict(found.metadata) if found else {},
    }
    if environment is None:
        return Plugin(**common, python=python)
    snapshot = settings.snapshot() if hasattr(settings, "snapshot") else dict(settings)
    return RemotePlugin(**common, python=str(environment.python), environment=environment, snapshot=snapshot)


def _make_classes(plugin: Plugin, settings: SettingsLike, *, dumper: bool = True) -> None:
    from hub.dataload.uploader import manifest_uploaders

    assert plugin.manifest is not None
    if dumper:
        from hub.dataload.dumper import manifest_dumper

        plugin.dumper_class = manifest_dumper(plugin.manifest, plugin)
    plugin.uploader_classes = manifest_uploaders(plugin.manifest, plugin, settings)


# -- plugins made of classes ---------------------------------------------------------------------------------------


def _load_classes(plugin: Plugin) -> Plugin:
    from hub.dataload.dumper import BaseDumper
    from hub.dataload.uploader import BaseSourceUploader

    folder = plugin.folder
    if not (folder / "__init__.py").is_file():
        names = ", ".join(manifest.FILE_NAMES[:2])
        raise NotAPluginError(folder, f"it has neither a manifest ({names}) nor an __init__.py with classes.")
    dumpers: list[type[Any]] = []
    uploaders: list[type[Any]] = []
    for module in _class_modules(plugin):
        dumpers = _own_classes(plugin, module, BaseDumper)
        uploaders = [c for c in _own_classes(plugin, module, BaseSourceUploader) if c.name]
        if dumpers or uploaders:
            _adopt_classes(plugin, dumpers, uploaders)
    if plugin.dumper_class is None and not plugin.uploader_classes:
        raise NotAPluginError(folder, "its __init__.py has no dumper or uploader class, and no manifest is there.")
    return plugin


def _class_modules(plugin: Plugin) -> Iterator[ModuleType]:
    package = plugin.run_init()
    yield package
    if plugin.dumper_class is None and not plugin.uploader_classes:
        for name in plugin.importer.modules():
            yield plugin.module(name)


def _own_classes(plugin: Plugin, module: ModuleType, base: type[Any]) -> list[type[Any]]:
    package = plugin.importer.package
    return [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, base) and f"{value.__module__}.".startswith(f"{package}.")
    ]


def _check_rules(plugin: Plugin, dumper: type[Any] | None, uploaders: list[type[Any]]) -> None:
    """Refuse classes whose ``CHECKS`` are no rules."""
    from hub.dataload.checks.rules import problems_of_documents, problems_of_files
    from hub.dataload.quarantine.limits import problems_of_errors

    problems = [*problems_of_files(dumper.CHECKS, f"{dumper.__name__}.CHECKS")] if dumper else []
    for uploader in uploaders:
        problems += problems_of_documents(uploader.CHECKS, f"{uploader.__name__}.CHECKS")
        problems += problems_of_errors(uploader.ON_ERROR, uploader.MAX_ERRORS, uploader.__name__)
    if problems:
        raise ManifestError(plugin.folder, problems)


def _adopt_classes(plugin: Plugin, dumpers: list[type[Any]], uploaders: list[type[Any]]) -> None:
    named = [dumper for dumper in dumpers if dumper.SRC_NAME]  # one without a name is a base class of the plugin
    dumpers = named or dumpers
    if dumpers:
        if len(dumpers) > 1:
            plugin.warnings.append(f"several dumper classes; `{dumpers[0].__name__}` is used.")
        plugin.dumper_class = dumpers[0]
    _check_rules(plugin, plugin.dumper_class, uploaders)
    for uploader in uploaders:
        plugin.uploader_classes.setdefault(uploader.name, uploader)
        plugin.warnings.extend(
            f"`{uploader.__name__}.{name}` is not called: the hub stores what `load_data` gives by itself."
            for name in NOT_CALLED
            if hasattr(uploader, name)
        )
        meta = (getattr(uploader, "__metadata__", None) or {}).get("src_meta") or {}
        plugin.metadata.update(meta)
    name = getattr(plugin.dumper_class, "SRC_NAME", None)
    main = next((u.main_source for u in uploaders if u.main_source), None)
    plugin.name = name or main or next(iter(plugin.uploader_classes), plugin.name)
    plugin.ref = PluginRef(plugin.name, plugin.ref.folder, plugin.ref.root)


# -- names ---------------------------------------------------------------------------------------------------------


def check_names(name: str, subs: Iterable[str], folder: str, other: Plugin) -> None:
    """Refuse a plugin whose names another one has.

    Args:
        name: its source name.
        subs: its sub-source names.
        folder: its folder's name, for messages.
        other: the plugin that is there.

    Raises:
        SameNameError: a source or collection name is taken.
    """
    if other.name == name:
        raise SameNameError("source", name, folder, other.folder.name)
    for sub in subs:
        if sub in other.uploader_classes:
            raise SameNameError("collection", sub, folder, other.folder.name)


def plugin_folders(root: Path) -> list[Path]:
    """The folders of a folder that count as plugins, by name: neither hidden nor empty."""
    return [
        folder
        for folder in sorted(root.iterdir())
        if folder.is_dir()
        and not folder.name.startswith((".", "__"))
        and any(not item.name.startswith((".", "__pycache__")) for item in folder.iterdir())
    ]


def _name_of(folder: Path) -> str:
    """The name a broken plugin is listed under."""
    try:
        file = manifest.find_manifest(folder)
        name = manifest.load_document(file).get("name") if file else None
    except (HubError, AttributeError):
        name = None
    return name if isinstance(name, str) and name else folder.name
