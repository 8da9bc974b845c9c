"""Uploader classes for manifests: made with ``type()``, bound to the functions of the plugin."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.dataload.code_origin import code_origin
from hub.dataload.errors import FunctionReferenceError, KeyLookupError
from hub.dataload.imports import find_class
from hub.dataload.plugin import bound_kwargs
from hub.dataload.uploader.base import BaseSourceUploader, ParallelizedSourceUploader
from hub.dataload.uploader.storages import BY_MANIFEST
from hub.errors import HubError

if TYPE_CHECKING:
    from hub.dataload.manifest import Manifest, UploaderSection
    from hub.dataload.plugin import Plugin

Function = Callable[..., Any]
CONFIGURED_LOOKUP = "hub.datatransform.configured.ConfiguredLookup"  #: what the setting KEYLOOKUP is for


def manifest_uploaders(manifest: Manifest, plugin: Plugin, settings: Any = None) -> dict[str, type[BaseSourceUploader]]:
    """The uploader classes of a manifest, by sub-source name.

    Args:
        manifest: the manifest.
        plugin: its plugin, for the functions.
        settings: configuration (``KEYLOOKUP_CLASS``, ``KEEP_ARCHIVE``), or None.

    Raises:
        FunctionReferenceError: a function that is not there, or a parser that can not take its ``parser_kwargs``.
        PluginImportError: a module that does not import.
        KeyLookupError: ``keylookup`` without a configured class.
    """
    options = settings if settings is not None else {}
    return {section.name: _uploader(section, manifest, plugin, options) for section in manifest.uploaders}


def _uploader(section: UploaderSection, manifest: Manifest, plugin: Plugin, settings: Any) -> type[BaseSourceUploader]:
    base = ParallelizedSourceUploader if section.parallelizer else BaseSourceUploader
    attributes: dict[str, Any] = {
        "__module__": plugin.importer.package,
        "__doc__": f"`{section.key}` of {manifest.file.name}.",
        "name": section.name,
        "main_source": manifest.name if manifest.multiple else None,
        "storage_class": BY_MANIFEST[section.on_duplicates],
        "__metadata__": {"src_meta": dict(manifest.metadata)},
        "DATA_PLUGIN_FOLDER": str(plugin.folder),
        "CHECKS": dict(section.checks),
        "ON_ERROR": section.on_error,
        "MAX_ERRORS": section.max_errors,
        "TIME_LIMIT": section.time_limit,
        "load_data": _load_data(section, plugin, settings),
    }
    keep = settings.get("KEEP_ARCHIVE", None)
    if keep is not None:
        attributes["keep_archive"] = keep
    if section.parallelizer:
        attributes["jobs"] = _method(plugin.function(section.parallelizer))
    if section.mapping:
        attributes["get_mapping"] = classmethod(_method(plugin.function(section.mapping)))
    return type(_class_name(manifest.name, section.name), (base,), attributes)


def _load_data(section: UploaderSection, plugin: Plugin, settings: Any) -> Function:
    parser = plugin.function(section.parser)
    kwargs = dict(section.parser_kwargs)
    reason = "" if section.parallelizer else bound_kwargs(parser, kwargs)
    if reason:
        raise FunctionReferenceError(plugin.name, str(section.parser.key), str(section.parser), reason)
    check_options = getattr(parser, "check_options", None)  # of the ready parsers
    problem = check_options(kwargs) if check_options else ""
    if problem:
        raise FunctionReferenceError(plugin.name, f"{section.key}.parser_kwargs", str(section.parser), problem)
    parse = _converted(parser, section, plugin, settings)

    def load_data(self: BaseSourceUploader, *args: Any) -> Any:
        return parse(*args, **kwargs)

    return load_data


def _converted(parser: Function, section: UploaderSection, plugin: Plugin, settings: Any) -> Function:
    """The parser behind the application's key lookup, where the manifest asks for one."""
    if section.keylookup is None:
        return parser
    key, path = f"{section.key}.keylookup", lookup_class(settings)
    if not path:
        raise KeyLookupError(plugin.name, key)
    try:
        lookup = find_class(path, plugin.importer) if isinstance(path, str) else path
        converted: Function = lookup(**section.keylookup)(parser)
    except (ImportError, TypeError, HubError) as error:
        setting = "KEYLOOKUP" if path == CONFIGURED_LOOKUP else "KEYLOOKUP_CLASS"
        raise FunctionReferenceError(plugin.name, key, str(path), f"{error} (setting `{setting}`)") from error
    return converted


def lookup_class(settings: Any) -> Any:
    """What stands behind ``keylookup`` of manifests: a class or its import path; None when there is nothing.

    Args:
        settings: configuration (``KEYLOOKUP_CLASS``, ``KEYLOOKUP``).
    """
    found = settings.get("KEYLOOKUP_CLASS", None)
    return CONFIGURED_LOOKUP if not found and settings.get("KEYLOOKUP", None) else found


def _method(function: Function) -> Function:
    """A plain function, also for something that is merely callable or already a classmethod."""

    def method(owner: Any) -> Any:
        return function(owner)

    method.__doc__, method.__wrapped__ = function.__doc__, function  # type: ignore[attr-defined]
    return method


def _class_name(name: str, sub: str) -> str:
    parts = [name] if name == sub else [name, sub]
    return "".join(part.replace("-", "_").capitalize() for part in parts) + "Uploader"


def metadata_of(uploader: type[BaseSourceUploader], plugin: Plugin) -> dict[str, Any]:
    """What the master record of a sub-source takes: ``{"src_meta": {...}}`` and whatever else the class says.

    ``src_meta.code`` tells the commit of the plugin's code, when it lies in a git repository.
    """
    found: Mapping[str, Any] = uploader.__metadata__ or {}
    src_meta = dict(found.get("src_meta") or {})
    module = sys.modules.get(uploader.__module__) if plugin.manifest is None else None
    file = getattr(module, "__file__", None)
    if code := code_origin(plugin.folder, Path(file) if file else None):
        src_meta.setdefault("code", code)
    return {**found, "src_meta": src_meta}
