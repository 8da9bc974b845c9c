"""What is known about each setting, gathered from the markup of the contributing files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.config import kinds
from hub.config.markup import Entry

_FOLDER_ENDINGS = ("_FOLDER", "_ROOT", "_DIR", "_PATH")


@dataclass(frozen=True)
class Definition:
    """One setting.

    Attributes:
        name: its name.
        kind: its type; `typing.Any` when nothing is declared.
        section: title it is shown under, "" for none.
        desc: what it is for.
        readonly: cannot be changed from the studio.
        hidden: shown as stars.
        invisible: not shown at all.
        module: name of the file that declares it, without ``.py``.
        line: line of the declaration.
    """

    name: str
    kind: Any = Any
    section: str = ""
    desc: str = ""
    readonly: bool = False
    hidden: bool = False
    invisible: bool = False
    module: str = ""
    line: int = 0

    @property
    def is_folder(self) -> bool:
        """Whether its text is a path, made absolute when read."""
        return self.name == "HUB_HOME" or self.name.endswith(_FOLDER_ENDINGS)


@dataclass(frozen=True)
class SourceFile:
    """One contributing file: its module name, path and markup."""

    module: str
    path: Path
    entries: Mapping[str, Entry] = field(default_factory=dict)


def combine(files: Iterable[SourceFile], values: Mapping[str, Any]) -> dict[str, Definition]:
    """Definitions from the markup of several files, the defaults first.

    The first file to declare a setting gives its section, type and origin; descriptions are joined; marks add up.

    Args:
        files: contributing files in order.
        values: default values, for the type of settings without an annotation.
    """
    found: dict[str, Definition] = {}
    for source in files:
        for name, entry in source.entries.items():
            old = found.get(name) or _first(source, entry, values.get(name))
            found[name] = _joined(old, entry)
    for name, value in values.items():
        found.setdefault(name, Definition(name, kinds.of_value(value)))
    return found


def _first(source: SourceFile, entry: Entry, value: Any) -> Definition:
    kind = kinds.from_annotation(entry.annotation) if entry.annotation else kinds.of_value(value)
    return Definition(entry.name, kind, entry.section, module=source.module, line=entry.line)


def _joined(old: Definition, entry: Entry) -> Definition:
    texts = [old.desc] if entry.desc in old.desc else [old.desc, entry.desc]
    return Definition(
        name=old.name,
        kind=old.kind,
        section=old.section or entry.section,
        desc=" ".join(text for text in texts if text) or entry.desc,
        readonly=old.readonly or "readonly" in entry.marks,
        hidden=old.hidden or "hidden" in entry.marks,
        invisible=old.invisible or "invisible" in entry.marks,
        module=old.module,
        line=old.line,
    )
