"""The rules as a manifest or a class writes them, and what is wrong with them."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from hub.dataload.errors import Problem

#: Kinds of content that a rule can ask for.
CONTENTS = ("text", "html", "xml", "json", "binary", "gzip", "zip", "bzip2", "xz", "zstd")


@dataclass(frozen=True)
class FileRules:
    """Rules for the files that match one pattern.

    Attributes:
        content: kind of content, by its first bytes: one of `CONTENTS`. A packed file is looked into unless the packing
            itself is asked for.
        min_bytes, max_bytes: size on disk.
        min_lines, max_lines: lines of text, unpacked.
        columns: number of columns, or their names, of the first line.
        separator: what stands between columns; a comma in ``.csv`` files, else a tab.
    """

    content: str | None = None
    min_bytes: int | None = None
    max_bytes: int | None = None
    min_lines: int | None = None
    max_lines: int | None = None
    columns: int | list[str] | None = None
    separator: str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """From checked data."""
        return cls(**given)


@dataclass(frozen=True)
class DocumentRules:
    """Rules for the documents of one sub-source.

    Attributes:
        min, max: how many.
        max_change: how many more or fewer than last time, as a share: 0.2 is a fifth.
        required: dotted paths that every document has.
        schema: JSON schema of a document; or ``mapping``: the types of the sub-source's own mapping.
    """

    min: int | None = None
    max: int | None = None
    max_change: float | None = None
    required: tuple[str, ...] = ()
    schema: Mapping[str, Any] | str | None = None

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """From checked data."""
        return cls(**{**given, "required": tuple(given.get("required", ()))})


_NUMBERS = {"min_bytes", "max_bytes", "min_lines", "max_lines", "min", "max"}


def problems_of_files(checks: Any, path: str) -> Iterator[Problem]:
    """What is wrong with ``{pattern: {rule: value}}``.

    Args:
        checks: the rules as written.
        path: where they stand: ``dumper.checks``.
    """
    if not isinstance(checks, Mapping):
        yield Problem(path, 'must be an object of file names: `{"genes.tsv": {"min_lines": 100}}`', checks)
        return
    for pattern, rules in checks.items():
        where = f"{path}.{pattern}"
        yield from _problems(rules, where, FileRules)
        if isinstance(rules, Mapping):
            yield from _file_values(rules, where)


def problems_of_documents(checks: Any, path: str) -> Iterator[Problem]:
    """What is wrong with ``{rule: value}`` of documents."""
    yield from _problems(checks, path, DocumentRules)
    if not isinstance(checks, Mapping):
        return
    change, required, schema = (checks.get(key) for key in ("max_change", "required", "schema"))
    if change is not None and (not _is_number(change) or change < 0):
        yield Problem(f"{path}.max_change", "must be a share, e.g. 0.2 for a fifth", change)
    if required is not None and not (isinstance(required, list | tuple) and all(isinstance(r, str) for r in required)):
        yield Problem(f"{path}.required", 'must be a list of fields: `["gene.symbol"]`', required)
    if schema is not None:
        yield from _schema_problems(schema, f"{path}.schema")


def _problems(rules: Any, path: str, kind: type[Any]) -> Iterator[Problem]:
    known = [field.name for field in fields(kind)]
    if not isinstance(rules, Mapping):
        yield Problem(path, f"must be an object of rules: {', '.join(f'`{name}`' for name in known)}", rules)
        return
    for key, value in rules.items():
        if key not in known:
            near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.5)
            yield Problem(f"{path}.{key}", "is no rule", value, near[0] if near else None)
        elif key in _NUMBERS and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            yield Problem(f"{path}.{key}", "must be a whole number", value)


def _file_values(rules: Mapping[str, Any], path: str) -> Iterator[Problem]:
    content, columns, separator = (rules.get(key) for key in ("content", "columns", "separator"))
    if content is not None and content not in CONTENTS:
        near = difflib.get_close_matches(str(content), CONTENTS, n=1, cutoff=0.5)
        yield Problem(f"{path}.content", f"can be {', '.join(CONTENTS)}", content, near[0] if near else None)
    names = isinstance(columns, list) and all(isinstance(name, str) for name in columns)
    if columns is not None and not names and (not isinstance(columns, int) or isinstance(columns, bool)):
        yield Problem(f"{path}.columns", "must be a number of columns or a list of their names", columns)
    if separator is not None and not (isinstance(separator, str) and separator):
        yield Problem(f"{path}.separator", "must be text", separator)


def _schema_problems(schema: Any, path: str) -> Iterator[Problem]:
    import jsonschema

    if schema == "mapping":
        return
    if not isinstance(schema, Mapping):
        yield Problem(path, 'must be a JSON schema, or "mapping"', schema)
        return
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        yield Problem(path, f"is no valid JSON schema: {error.message}", None)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
