"""Errors of plugins, manifests, parsers and uploads.

Downloads have their own in `hub.dataload.dumper.errors`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.errors import BadArgument, HubError, Passing, Permanent, suggest


class DataloadError(HubError):
    """Root of the errors of this room."""


class PluginError(DataloadError, Permanent):
    """A plugin can not be used as it is; its author or operator has to change something."""

    status = 422


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a manifest.

    Attributes:
        path: where, as a JSON path: ``uploaders[1].parser``.
        reason: what is wrong and what to write instead.
        value: the offending value, as far as there is one.
        nearest: the valid key or value that was probably meant, or None.
    """

    path: str
    reason: str
    value: Any = None
    nearest: str | None = None

    def __str__(self) -> str:
        hint = f" Did you mean `{self.nearest}`?" if self.nearest else ""
        return f"`{self.path}`: {self.reason}{hint}"


class ManifestError(PluginError, BadArgument):
    """A manifest that breaks the rules. Lists every problem, not only the first.

    Args:
        file: the manifest.
        problems: what is wrong, in the order of the file.
    """

    def __init__(self, file: Path | str, problems: Sequence[Problem]) -> None:
        self.file, self.problems = str(file), list(problems)
        head = f"{file}: " + ("one problem" if len(problems) == 1 else f"{len(problems)} problems")
        super().__init__(head + "".join(f"\n  - {problem}" for problem in problems))

    def parts(self) -> dict[str, Any]:
        """The file and each problem as plain data."""
        return {"file": self.file, "problems": [vars(problem) for problem in self.problems]}


class NotAPluginError(PluginError):
    """A folder that holds neither a manifest nor Python classes.

    Args:
        folder: the folder.
        reason: what is missing.
    """

    def __init__(self, folder: Path | str, reason: str) -> None:
        self.folder, self.reason = str(folder), reason
        super().__init__(f"{folder} is no plugin: {reason}")


class NoSuchPackageError(PluginError):
    """A package of ``ACTIVE_DATASOURCES`` that is nowhere.

    Args:
        name: its dotted name.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"ACTIVE_DATASOURCES names the package `{name}`, which no folder of EXTRA_PYTHON_PATHS holds. Correct the "
            f"name, or add the folder above `{name.partition('.')[0]}/`."
        )


class PluginImportError(PluginError):
    """Python code of a plugin that does not import.

    Args:
        plugin: plugin name.
        module: module that was asked for.
        file: file of the failing line, when known.
        line: number of the failing line, when known.
        reason: what Python says.
    """

    def __init__(self, plugin: str, module: str, reason: str, file: str = "", line: int = 0) -> None:
        self.plugin, self.module, self.reason, self.file, self.line = plugin, module, reason, file, line
        where = f" ({file}, line {line})" if file else ""
        super().__init__(f"plugin `{plugin}`: module `{module}` can not be imported: {reason}{where}")


class FunctionReferenceError(PluginError):
    """A ``module:function`` of a manifest that leads nowhere.

    Args:
        plugin: plugin name.
        key: manifest key, e.g. ``uploader.parser``.
        reference: its value.
        reason: what is missing, and what is there.
    """

    def __init__(self, plugin: str, key: str, reference: str, reason: str) -> None:
        self.plugin, self.key, self.reference, self.reason = plugin, key, reference, reason
        super().__init__(f"plugin `{plugin}`: `{key}` is `{reference}`: {reason}")


class RequirementsError(PluginError):
    """Python packages of ``requires`` that are not installed.

    Args:
        plugin: plugin name.
        missing: the requirements that are not satisfied.
        reason: why they were not installed.
        command: what an operator can type.
    """

    def __init__(self, plugin: str, missing: Sequence[str], reason: str, command: str) -> None:
        self.plugin, self.missing, self.reason, self.command = plugin, list(missing), reason, command
        names = ", ".join(f"`{name}`" for name in missing)
        super().__init__(f"plugin `{plugin}` requires {names}: {reason} Install with: {command}")


class ContradictingRequirementsError(PluginError):
    """A plugin made of classes that needs other versions than the hub's.

    Args:
        plugin: plugin name.
        requirements: what it asks for.
    """

    def __init__(self, plugin: str, requirements: Sequence[str]) -> None:
        self.plugin, self.requirements = plugin, list(requirements)
        names = ", ".join(f"`{name}`" for name in requirements)
        super().__init__(
            f"plugin `{plugin}` requires {names}, which contradicts the packages of the hub, and a plugin made of "
            "classes runs in the hub's own processes. Loosen its requirements.txt, or write it with a manifest: it "
            "then gets an environment of its own."
        )


class SameNameError(PluginError):
    """Two plugins that claim one source or collection name.

    Args:
        kind: ``source`` or ``collection``.
        name: the name claimed twice.
        folder: the plugin that comes second and is left out.
        other: the plugin that has the name.
    """

    def __init__(self, kind: str, name: str, folder: str, other: str) -> None:
        self.kind, self.name, self.folder, self.other = kind, name, folder, other
        super().__init__(
            f"plugin folder `{folder}`: the {kind} name `{name}` is already used by plugin folder `{other}`. "
            f"Give one of them another `name` in its manifest."
        )


class KeyLookupError(PluginError):
    """A plugin asks for id conversion and the hub has no key lookup class.

    Args:
        plugin: plugin name.
        key: manifest key.
    """

    def __init__(self, plugin: str, key: str) -> None:
        self.plugin, self.key = plugin, key
        super().__init__(
            f"plugin `{plugin}`: `{key}` converts identifiers, which needs a graph of them. Declare it in the setting "
            f"`KEYLOOKUP`, set `KEYLOOKUP_CLASS` to the import path of a class of your application "
            f"(`package.module:Class`), or take the key out of the manifest."
        )


class UploadError(DataloadError, Permanent):
    """An upload that stopped; the data stored before is untouched."""


class InvalidDocumentError(UploadError):
    """A document that can not be stored.

    Args:
        source: full source name.
        reason: what is wrong with it.
        ordinal: position in the parser's output, from 1.
        id: its ``_id``, when it has one.
        file: the data file or folder that was parsed.
        path: dotted path of the offending key or value inside the document.
        line: line in the file, from 1; 0 when it is not known.
    """

    def __init__(
        self,
        source: str,
        reason: str,
        *,
        ordinal: int,
        id: Any = None,  # noqa: A002 - the part's name
        file: str = "",
        path: str = "",
        line: int = 0,
    ) -> None:
        self.source, self.reason, self.ordinal, self.file, self.path = source, reason, ordinal, file, path
        self.line = line
        self.id = id if isinstance(id, (str, int, float, type(None))) else repr(id)
        name = "" if id is None else f" with _id {_short(id)}"
        shown = path if len(path) <= 200 else f"{path[:200]}..."
        where = f", at `{shown}`" if path else ""
        data = f" Data: {file}{f', line {line}' if line else ''}." if file else ""
        super().__init__(f"`{source}`: document {ordinal:,}{name}{where}: {reason}{data} Nothing was changed.")


class DuplicateIdError(UploadError):
    """Two documents with one ``_id`` where ``on_duplicates`` is ``error``.

    Args:
        source: full source name.
        id: the ``_id``.
        ordinal: position of the second in the parser's output, from 1; 0 when unknown.
        first: position of the first; 0 when unknown.
        part: where in a parallel upload the second was found.
    """

    def __init__(
        self,
        source: str,
        id: str,  # noqa: A002 - the part's name
        ordinal: int = 0,
        first: int = 0,
        part: str = "",
    ) -> None:
        self.source, self.id, self.ordinal, self.first, self.part = source, id, ordinal, first, part
        where = f"document {ordinal:,}" if ordinal else "a document"
        before = f"document {first:,}" if first else "an earlier one"
        super().__init__(
            f"`{source}`: {where}{f' of {part}' if part else ''} has the same _id {_short(id)} as {before}. "
            f'Nothing was changed. Set `on_duplicates` to "ignore" or "merge" in the manifest if that is expected.'
        )


class EmptyUploadError(UploadError):
    """A parser that gave no document. The old data stay.

    Args:
        source: full source name.
        data_folder: what was parsed.
        dropped: items the parser gave that were None or empty.
    """

    def __init__(self, source: str, data_folder: str, dropped: int = 0) -> None:
        self.source, self.data_folder, self.dropped = source, data_folder, dropped
        extra = f" ({dropped:,} empty items were dropped)" if dropped else ""
        super().__init__(
            f"`{source}`: the parser gave no document{extra}, the data stored before stay. "
            f"Check that it reads the files in {data_folder or 'its data folder'}."
        )


class NothingStoredError(UploadError):
    """A source whose documents come in another way has none yet.

    Args:
        source: full source name.
        collection: where they have to be.
    """

    def __init__(self, source: str, collection: str) -> None:
        self.source, self.collection = source, collection
        super().__init__(
            f"`{source}`: there are no documents in the collection `{collection}`, and a dummy uploader stores none. "
            "Put them there first."
        )


class ParserError(UploadError):
    """An exception in plugin code while documents were produced; the original is ``__cause__``.

    Args:
        source: full source name.
        ordinal: documents that had been given before it happened.
        reason: type and text of the original exception.
        file: file of the last line of plugin code in the traceback.
        line: number of that line.
        role: which function: ``parser``, ``parallelizer``, ``mapping``.
    """

    def __init__(
        self, source: str, reason: str, *, ordinal: int = 0, file: str = "", line: int = 0, role: str = "parser"
    ) -> None:
        self.source, self.reason, self.ordinal = source, reason, ordinal
        self.file, self.line, self.role = file, line, role
        after = f" after document {ordinal:,}" if role == "parser" else ""
        where = f" at {file}, line {line}" if file else ""
        super().__init__(f"`{source}`: the {role} failed{after}{where}: {reason}. Nothing was changed.")


class MappingError(UploadError):
    """A mapping function that does not return a mapping.

    Args:
        source: full source name.
        reason: what it returned.
    """

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(
            f"`{source}`: the mapping function must return a dict of Elasticsearch properties, {reason}. "
            f'Example: {{"symbol": {{"type": "keyword"}}}}'
        )


class WriterLostError(DataloadError, Passing):
    """The process that writes documents ended early (killed, out of memory).

    Args:
        source: full source name.
        reason: exit status or what it said.
    """

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(f"`{source}`: the process that writes documents was lost ({reason}). Nothing was changed.")


class ParallelizerError(UploadError):
    """A parallelizer whose result can not be used.

    Args:
        source: full source name.
        reason: what it returned.
    """

    def __init__(self, source: str, reason: str) -> None:
        self.source, self.reason = source, reason
        super().__init__(
            f"`{source}`: the parallelizer must return a list of tuples, each the arguments of one call of the parser; "
            f"{reason}."
        )


class NoUploaderError(DataloadError, BadArgument):
    """A source without (that) uploader.

    Args:
        source: plugin name.
        sub: sub-source that was asked for; empty for all.
        known: the sub-sources it has.
    """

    def __init__(self, source: str, sub: str = "", known: Iterable[str] | Mapping[str, Any] = ()) -> None:
        self.source, self.sub, self.known = source, sub, sorted(known)
        if self.known:
            super().__init__(f"source `{source}` has no uploader `{sub}`. {suggest(sub, self.known)}")
        else:
            super().__init__(f"`{source}` only downloads: its plugin has no uploader. Add one to load its data.")


def _short(value: Any, limit: int = 120) -> str:
    text = repr(value)
    return text if len(text) <= limit else f"{text[:limit]}... ({len(text):,} characters)"
