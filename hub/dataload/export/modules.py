"""The text of the Python modules that say what a manifest says."""

from __future__ import annotations

import datetime
import pprint
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.dataload.uploader.base import ParallelizedSourceUploader

if TYPE_CHECKING:
    from hub.dataload.manifest import FunctionRef, UploaderSection
    from hub.dataload.plugin import Plugin

WIDTH = 110
MARK = "Exported from the manifest of"


@dataclass
class Module:
    """One module in the making.

    Attributes:
        doc: its docstring.
        package: the plugin, for the names of its own modules.
    """

    doc: str
    plugin: Plugin
    _imports: set[str] = field(default_factory=set)
    _own_imports: set[str] = field(default_factory=set)
    body: list[str] = field(default_factory=list)

    def uses(self, module: str, name: str) -> str:
        """Import a name of a module of the environment; returns the name."""
        self._imports.add(f"from {module} import {name}")
        return name

    def calls(self, ref: FunctionRef) -> str:
        """Import the module of a function; returns the expression that names the function."""
        own = self.plugin.importer.own_name(ref.module)
        parent, _, name = (ref.module if own is None else own).rpartition(".")
        if own is not None:
            self._own_imports.add(f"from .{parent} import {name}")
        else:
            self._imports.add(f"from {parent} import {name}" if parent else f"import {name}")
        return f"{name}.{ref.function}"

    def text(self) -> str:
        """The source."""
        imports = ["\n".join(sorted(lines)) for lines in (self._imports, self._own_imports) if lines]
        head = "\n\n".join([f'"""{self.doc}"""', *imports])
        return head + "\n\n\n" + "\n".join(self.body).rstrip() + "\n"


def assign(name: str, value: Any, indent: str = "    ") -> str:
    """``name = value`` over as many lines as it needs."""
    start = f"{indent}{name} = "
    text = pprint.pformat(_plain(value), width=WIDTH - len(start), sort_dicts=False)
    return start + text.replace("\n", "\n" + " " * len(start))


def dumper_module(plugin: Plugin) -> Module:
    """The module with the dumper class."""
    manifest, cls = plugin.manifest, plugin.dumper_class
    assert manifest is not None
    assert cls is not None
    section = manifest.dumper
    module = Module(f"Downloads `{plugin.name}`. {MARK} `{plugin.name}`.", plugin)
    base = cls.__bases__[0]
    lines = [
        f"class {cls.__name__}({_base(module, base)}):",
        assign("SRC_NAME", plugin.name),
        assign("ROOT_FOLDER_NAME", plugin.folder.name),
        assign("SRC_URLS", list(section.data_url)),
        assign("UNCOMPRESS", section.uncompress),
        assign("SCHEDULE", section.schedule),
        assign("DISABLED", section.disabled),
    ]
    if section.checks:
        lines.append(assign("CHECKS", section.checks))
    lines += [assign("__metadata__", {"src_meta": plugin.metadata})]
    if section.release is not None:
        lines += ["", "    def set_release(self):", f"        self.release = {module.calls(section.release)}(self)"]
    module.body = lines
    return module


def _base(module: Module, base: type[Any]) -> str:
    import hub.dataload.dumper as dumpers

    if getattr(dumpers, base.__name__, None) is base:
        return module.uses("hub.dataload.dumper", base.__name__)
    own = module.plugin.importer.inside(base.__module__)
    if own is None:
        return module.uses(base.__module__, base.__name__)
    module._own_imports.add(f"from .{own} import {base.__name__}")
    return base.__name__


def uploader_module(
    plugin: Plugin, section: UploaderSection, keylookup: tuple[str, str] | None, mapping_module: str = ""
) -> Module:
    """The module with one uploader class.

    Args:
        plugin: the plugin.
        section: its part of the manifest.
        keylookup: module and name of the key lookup class, where the section asks for it.
        mapping_module: module with the ``MAPPING`` to use, when the manifest names no mapping function.
    """
    cls = plugin.uploader_classes[section.name]
    module = Module(f"Stores the documents of `{section.name}`. {MARK} `{plugin.name}`.", plugin)
    parse = module.calls(section.parser)
    if section.keylookup is not None and keylookup is not None:
        lookup = module.uses(*keylookup)
        module.body += [assign("KEYLOOKUP", section.keylookup, ""), f"parse = {lookup}(**KEYLOOKUP)({parse})"]
        parse = "parse"
    arguments = ""
    if section.parser_kwargs:
        module.body.append(assign("PARSER_KWARGS", dict(section.parser_kwargs), ""))
        arguments = ", **PARSER_KWARGS"
    if module.body:
        module.body += ["", ""]
    parallel = section.parallelizer is not None
    base = module.uses(
        "hub.dataload.uploader", ParallelizedSourceUploader.__name__ if parallel else "BaseSourceUploader"
    )
    storage = module.uses("hub.dataload.storage", cls.storage_class.__name__)
    module.body += [f"class {cls.__name__}({base}):", assign("name", section.name)]
    if cls.main_source:
        module.body.append(assign("main_source", cls.main_source))
    module.body.append(f"    storage_class = {storage}")
    if section.checks:
        module.body.append(assign("CHECKS", section.checks))
    module.body.append(assign("__metadata__", {"src_meta": plugin.metadata}))
    module.body += _methods(module, section, parse, arguments, mapping_module)
    return module


def _methods(module: Module, section: UploaderSection, parse: str, arguments: str, mapping_module: str) -> list[str]:
    given = "*arguments" if section.parallelizer else "data_folder"
    lines = ["", f"    def load_data(self, {given}):", f"        return {parse}({given}{arguments})"]
    if section.parallelizer:
        lines += ["", "    def jobs(self):", f"        return {module.calls(section.parallelizer)}(self)"]
    if section.mapping:
        found = f"{module.calls(section.mapping)}(cls)"
    elif mapping_module:
        module._own_imports.add(f"from .{mapping_module} import MAPPING")
        found = "MAPPING"
    else:
        return lines
    return [*lines, "", "    @classmethod", "    def get_mapping(cls):", f"        return {found}"]


def mapping_module(plugin: Plugin, sub: str, mapping: Mapping[str, Any]) -> Module:
    """The module with a mapping that the hub knows."""
    module = Module(f"Mapping of `{sub}`. {MARK} `{plugin.name}`.", plugin)
    module.body = [assign("MAPPING", dict(mapping), "")]
    return module


def init_text(plugin: Plugin, classes: Sequence[tuple[str, str]]) -> str:
    """``__init__.py``: the classes, by module and name, in the order of the manifest."""
    lines = [f'"""{plugin.name}: downloads and stores its documents. {MARK} `{plugin.name}`."""', ""]
    lines += [f"from .{module} import {name}" for module, name in classes]
    listed = ", ".join(f'"{name}"' for _, name in sorted(classes, key=lambda item: item[1]))
    return "\n".join([*lines, "", f"__all__ = [{listed}]", ""])


def _plain(value: Any) -> Any:
    """The value with plain containers; a date of a YAML file as text, as JSON would have it."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    return value
