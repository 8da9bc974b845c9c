"""Dumper classes for plugins that are a manifest: the base by the scheme of their URLs, the release function bound."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hub.dataload.dumper.base import BaseDumper
from hub.dataload.dumper.computed import ComputedDumper
from hub.dataload.dumper.container import DockerContainerDumper
from hub.dataload.dumper.errors import DumperClassError, ReleaseFunctionError
from hub.dataload.dumper.file import LastModifiedFileDumper
from hub.dataload.dumper.ftp import LastModifiedFTPDumper
from hub.dataload.dumper.guarded import plugin_line
from hub.dataload.dumper.http import LastModifiedHTTPDumper
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.imports import find_class
from hub.dataload.manifest import Manifest
from hub.dataload.plugin import Plugin
from hub.dataload.transport import known_schemes
from hub.dataload.transport.names import scheme_of
from hub.errors import HubError

_BY_SCHEME: dict[str, type[BaseDumper]] = {
    "http": LastModifiedHTTPDumper,
    "https": LastModifiedHTTPDumper,
    "ftp": LastModifiedFTPDumper,
    "ftps": LastModifiedFTPDumper,
    "ftpes": LastModifiedFTPDumper,
    "file": LastModifiedFileDumper,
}


def manifest_dumper(manifest: Manifest, plugin: Plugin) -> type[BaseDumper]:
    """The dumper class of a manifest plugin.

    Args:
        manifest: its manifest, checked.
        plugin: the plugin, whose modules can be imported.

    Raises:
        DumperClassError: `dumper.class` names no dumper class.
        PluginError: the release function cannot be imported.
    """
    section = manifest.dumper
    base = _class(plugin, section.class_path) if section.class_path else _by_scheme(section.data_url)
    if not section.class_path and not section.data_url:
        base = ComputedDumper
    members: dict[str, Any] = {
        "SRC_NAME": plugin.name,
        "ROOT_FOLDER_NAME": plugin.folder.name,
        "SRC_URLS": list(section.data_url),
        "FILE_SPECS": dict(section.specs),
        **section.remote,
        "UNCOMPRESS": section.uncompress,
        "SCHEDULE": section.schedule,
        "DISABLED": section.disabled,
        "CHECKS": dict(section.checks),
        "KEEP_RELEASES": section.keep_releases,
        "AUTO_PROMOTE": section.auto_promote,
        "DEPENDS_ON": list(section.depends_on),
        "COPY_FROM": dict(section.copy_from),
        "STEPS": dict(section.steps),
        "__metadata__": {"src_meta": dict(plugin.metadata)},
        "__module__": base.__module__,
        "__doc__": f"Downloads `{plugin.name}`; made from its manifest.",
    }
    if section.release_from:
        members["RELEASE_FROM"] = section.release_from
    if section.release is not None:
        members["set_release"] = _set_release(plugin.function(section.release), str(section.release))
    return type(_class_name(plugin.name), (base,), members)


def _by_scheme(urls: tuple[str, ...]) -> type[BaseDumper]:
    scheme = scheme_of(urls[-1]) if urls else ""
    if "docker" in scheme:
        return DockerContainerDumper
    usual = LastModifiedDumper if scheme in known_schemes() else LastModifiedHTTPDumper
    return _BY_SCHEME.get(scheme, usual)


def _class(plugin: Plugin, path: str) -> type[BaseDumper]:
    try:
        found = find_class(path, plugin.importer)
    except ImportError as error:
        raise DumperClassError(plugin.name, path, str(error)) from error
    if not isinstance(found, type) or not issubclass(found, BaseDumper):
        raise DumperClassError(plugin.name, path, "it is no dumper class")
    return found


def _class_name(name: str) -> str:
    return "".join(c if c.isalnum() else "_" for c in name.capitalize()) + "Dumper"


def _set_release(function: Callable[..., Any], reference: str) -> Callable[[BaseDumper], None]:
    """A `set_release` that asks the plugin's function, with the dumper as its ``self``."""

    def set_release(self: BaseDumper) -> None:
        """Release from the plugin's function."""
        try:
            value = function(self)
        except HubError:
            raise
        except (Exception, SystemExit) as error:
            why = f"{type(error).__name__}: {error}"
            raise ReleaseFunctionError(self.src_name, reference, why, *plugin_line(error)) from error
        if value is None or value == "":
            raise ReleaseFunctionError(self.src_name, reference, f"it returned {value!r}, not a text")
        self.release = str(value)

    return set_release
