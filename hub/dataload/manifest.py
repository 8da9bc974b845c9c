"""The manifest of a plugin as typed, frozen records.

A manifest is ``manifest.json`` or ``manifest.yaml``; JSON wins when both are there. `read_manifest` checks it against
``manifest_schema.json`` and the rules that a schema can not express, and lists every problem at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.dataload import file_specs, manifest_downloads
from hub.dataload.errors import ManifestError, NotAPluginError, Problem
from hub.dataload.file_specs import FileSpec

FILE_NAMES = ("manifest.json", "manifest.yaml", "manifest.yml")
SCHEMA_FILE = Path(__file__).with_name("manifest_schema.json")


@dataclass(frozen=True)
class FunctionRef:
    """A ``module:function`` of a manifest.

    Attributes:
        module: dotted name, without ``.py``.
        function: name inside the module.
        key: where it stands: ``uploader.parser``.
    """

    module: str
    function: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.module}:{self.function}"


@dataclass(frozen=True)
class DumperSection:
    """How to download.

    Attributes:
        data_url: the URLs, at least one; those of entries that are objects with their parameters.
        specs: what single files need, by URL.
        remote: attributes of the dumper class that the other keys of downloads set.
        uncompress: extract archives after the download.
        schedule: cron text (an optional sixth field is seconds), or None.
        release: function that gets the dumper and returns the release, or None.
        disabled: never download.
        class_path: import path of another dumper class, or None.
        checks: rules for the files; see `hub.dataload.checks`.
        keep_releases: releases kept beside those in use, or ``all``; None for the setting.
        auto_promote: a new release becomes the current one by itself.
        depends_on: sources it is made from.
        release_from: the one whose release it takes, or None.
        copy_from: regular expressions by source: files that are linked into the release.
        steps: programs and functions; see `hub.dataload.lifecycle.declared`.
    """

    data_url: tuple[str, ...]
    specs: Mapping[str, FileSpec] = field(default_factory=dict)
    remote: Mapping[str, Any] = field(default_factory=dict)
    uncompress: bool = False
    schedule: str | None = None
    release: FunctionRef | None = None
    disabled: bool = False
    class_path: str | None = None
    checks: Mapping[str, Any] = field(default_factory=dict)
    keep_releases: int | str | None = None
    auto_promote: bool = True
    depends_on: tuple[str, ...] = ()
    release_from: str | None = None
    copy_from: Mapping[str, Any] = field(default_factory=dict)
    steps: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class UploaderSection:
    """How one collection is made.

    Attributes:
        name: collection and sub-source name.
        parser: function that gives the documents.
        parser_kwargs: keyword arguments for it.
        on_duplicates: ``error``, ``ignore`` or ``merge``.
        parallelizer: function that returns the argument tuples of parallel calls, or None.
        mapping: function that returns the properties, or None.
        keylookup: arguments of the key lookup class, or None.
        checks: rules for the documents; see `hub.dataload.checks`.
        on_error: ``fail`` or ``quarantine``; None: the setting `ON_ERROR`.
        max_errors: bad documents that may go to quarantine: ``100`` or ``"1%"``; None: the setting `MAX_ERRORS`.
        time_limit: seconds that a job of the upload may take; None: the setting `UPLOAD_TIME_LIMIT`.
        key: where it stands: ``uploader`` or ``uploaders[1]``.
    """

    name: str
    parser: FunctionRef
    parser_kwargs: Mapping[str, Any] = field(default_factory=dict)
    on_duplicates: str = "error"
    parallelizer: FunctionRef | None = None
    mapping: FunctionRef | None = None
    keylookup: Mapping[str, Any] | None = None
    checks: Mapping[str, Any] = field(default_factory=dict)
    on_error: str | None = None
    max_errors: int | str | None = None
    time_limit: float | None = None
    key: str = "uploader"


@dataclass(frozen=True)
class Manifest:
    """One manifest.

    Attributes:
        file: where it was read.
        name: source name: the key ``name``, else the name of the folder.
        version: format version, as written.
        dumper: the download.
        uploaders: the collections; empty for a plugin that only downloads.
        multiple: True for the list form, where collections have names of their own.
        metadata: ``__metadata__`` as it is, with the root ``author`` added when it has none.
        requires: Python packages, as written.
        display_name: name for people, or None.
        biothing_type: default document type, or None.
        author: root ``author``, or None.
        warnings: sentences about what was ignored or is old.
        raw: the document as read.
    """

    file: Path
    name: str
    version: str
    dumper: DumperSection
    uploaders: tuple[UploaderSection, ...] = ()
    multiple: bool = False
    metadata: Mapping[str, Any] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    display_name: str | None = None
    biothing_type: str | None = None
    author: Any = None
    warnings: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False)


def find_manifest(folder: Path) -> Path | None:
    """The manifest file of a plugin folder, or None."""
    return next((folder / name for name in FILE_NAMES if (folder / name).is_file()), None)


def read_manifest(folder: Path, *, check: bool = True) -> Manifest:
    """Read and check the manifest of a plugin folder.

    Args:
        folder: the plugin folder; its name is the default source name.
        check: False skips the rules (a worker process reading what the hub has checked before).

    Raises:
        NotAPluginError: there is no manifest.
        ManifestError: it breaks rules; all of them are listed.
    """
    file = find_manifest(folder)
    if file is None:
        raise NotAPluginError(folder, f"none of {', '.join(FILE_NAMES)} is there.")
    return parse_manifest(load_document(file), file, folder.name, check=check)


def load_document(file: Path) -> Any:
    """The plain data of a manifest file.

    Raises:
        ManifestError: it is not readable, not UTF-8, or not JSON or YAML; with line and column.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ManifestError(file, [Problem("$", f"can not be read as UTF-8 text: {error}")]) from error
    if file.suffix == ".json":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            reason = f"not valid JSON: {error.msg} at line {error.lineno}, column {error.colno}"
            raise ManifestError(file, [Problem("$", reason)]) from error
    return _load_yaml(text, file)


def _load_yaml(text: str, file: Path) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = f"not valid YAML: {getattr(error, 'problem', None) or error}{where}"
        raise ManifestError(file, [Problem("$", reason)]) from error


def parse_manifest(document: Any, file: Path, folder_name: str, *, check: bool = True) -> Manifest:
    """Turn plain data into a `Manifest`.

    Args:
        document: what the file holds.
        file: named in messages.
        folder_name: default source name.
        check: False skips the rules.

    Raises:
        ManifestError: it breaks rules; all of them are listed.
    """
    warnings: list[str] = []
    if check:
        from hub.dataload import manifest_rules

        problems, warnings = manifest_rules.check(document, folder_name)
        if problems:
            raise ManifestError(file, problems)
    return _build(without_nulls(document), file, folder_name, tuple(warnings))


def without_nulls(document: Any) -> Any:
    """The document without keys whose value is null: ``"schedule": null`` means that there is none."""
    if not isinstance(document, dict):
        return document
    cleaned = {key: value for key, value in document.items() if value is not None}
    for key in ("dumper", "uploader"):
        if isinstance(cleaned.get(key), dict):
            cleaned[key] = {k: v for k, v in cleaned[key].items() if v is not None}
    if isinstance(cleaned.get("uploaders"), list):
        cleaned["uploaders"] = [
            {k: v for k, v in item.items() if v is not None} if isinstance(item, dict) else item
            for item in cleaned["uploaders"]
        ]
    return cleaned


def _build(data: dict[str, Any], file: Path, folder_name: str, warnings: tuple[str, ...]) -> Manifest:
    name = data.get("name", folder_name)
    requires = data.get("requires", [])
    metadata = dict(data.get("__metadata__", {}))
    if "author" in data:
        metadata.setdefault("author", data["author"])
    multiple = "uploaders" in data
    return Manifest(
        file=file,
        name=name,
        version=str(data["version"]),
        dumper=_dumper(data["dumper"]),
        uploaders=_uploaders(data, name),
        multiple=multiple,
        metadata=metadata,
        requires=tuple([requires] if isinstance(requires, str) else requires),
        display_name=data.get("display_name"),
        biothing_type=data.get("biothing_type"),
        author=data.get("author"),
        warnings=warnings,
        raw=data,
    )


def _dumper(section: dict[str, Any]) -> DumperSection:
    urls, needs = section.get("data_url", []), section.get("depends_on", [])
    specs = [file_specs.spec_of(entry) for entry in (urls if isinstance(urls, list) else [urls])]
    return DumperSection(
        data_url=tuple(spec.url for spec in specs),
        specs={spec.url: spec for spec in specs if spec != FileSpec(spec.url)},
        remote=manifest_downloads.attributes(section),
        uncompress=section.get("uncompress", False),
        schedule=(section.get("schedule") or "").strip() or None,
        release=_ref(section, "release", "dumper"),
        disabled=section.get("disabled", False),
        class_path=section.get("class"),
        checks=section.get("checks", {}),
        keep_releases=section.get("keep_releases"),
        auto_promote=section.get("auto_promote", True),
        depends_on=tuple([needs] if isinstance(needs, str) else needs),
        release_from=section.get("release_from"),
        copy_from=section.get("copy_from", {}),
        steps=section.get("steps", {}),
    )


def _uploaders(data: dict[str, Any], name: str) -> tuple[UploaderSection, ...]:
    if "uploaders" in data:
        return tuple(_uploader(s, s["name"], f"uploaders[{n}]") for n, s in enumerate(data["uploaders"]))
    if "uploader" in data:
        return (_uploader(data["uploader"], name, "uploader"),)
    return ()


def _uploader(section: dict[str, Any], name: str, key: str) -> UploaderSection:
    legacy = "ignore" if section.get("ignore_duplicates") else "error"
    parser = _ref(section, "parser", key)
    assert parser is not None
    return UploaderSection(
        name=name,
        parser=parser,
        parser_kwargs=section.get("parser_kwargs", {}),
        on_duplicates=section.get("on_duplicates", legacy),
        parallelizer=_ref(section, "parallelizer", key),
        mapping=_ref(section, "mapping", key),
        keylookup=section.get("keylookup"),
        checks=section.get("checks", {}),
        on_error=section.get("on_error"),
        max_errors=section.get("max_errors"),
        time_limit=section.get("time_limit"),
        key=key,
    )


def _ref(section: Mapping[str, Any], key: str, parent: str) -> FunctionRef | None:
    text = section.get(key)
    if text is None:
        return None
    module, _, function = (part.strip() for part in text.partition(":"))
    return FunctionRef(module, function, f"{parent}.{key}")
