"""Checks of parsed documents, while they are stored and when all are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.dataload.checks.errors import CheckFailedError
from hub.dataload.checks.rules import DocumentRules

_TYPES: dict[str, str] = {
    **dict.fromkeys(("text", "keyword", "string", "date", "ip"), "string"),
    **dict.fromkeys(("long", "integer", "short", "byte", "unsigned_long"), "integer"),
    **dict.fromkeys(("double", "float", "half_float", "scaled_float"), "number"),
    "boolean": "boolean",
}


class DocumentChecker:
    """Checks the documents of one sub-source.

    Args:
        source: full source name, for messages.
        checks: the rules, as written.
        mapping: the sub-source's own mapping, for ``"schema": "mapping"``.
    """

    def __init__(self, source: str, checks: Mapping[str, Any], mapping: Mapping[str, Any]) -> None:
        self.source, self.rules = source, DocumentRules.of(checks)
        self._paths = [(path, path.split(".")) for path in self.rules.required]
        self._validator = self._make_validator(mapping)

    @property
    def looks_at_each(self) -> bool:
        """Whether `one` has anything to do."""
        return bool(self._paths) or self._validator is not None

    def one(self, document: Mapping[str, Any], ordinal: int) -> None:
        """Check one document.

        Args:
            document: as it is stored.
            ordinal: its position in the parser's output, from 1.

        Raises:
            CheckFailedError: a required field is missing, or the schema is broken.
        """
        for path, keys in self._paths:
            if not _has(document, keys):
                raise self._failed(document, ordinal, "required", f"a value at `{path}`", "none")
        if self._validator is not None:
            error = next(iter(self._validator.iter_errors(document)), None)
            if error is not None:
                where = ".".join(str(part) for part in error.absolute_path) or "the document"
                raise self._failed(document, ordinal, "schema", f"what the schema says of `{where}`", error.message)

    def all(self, count: int, before: int | None) -> None:
        """Check the number of documents.

        Args:
            count: how many there are.
            before: how many the collection that is about to be replaced has; None when there is none.

        Raises:
            CheckFailedError: too few, too many, or too many more or fewer.
        """
        rules = self.rules
        if rules.min is not None and count < rules.min:
            raise self._total("min", f"at least {rules.min:,}", count)
        if rules.max is not None and count > rules.max:
            raise self._total("max", f"at most {rules.max:,}", count)
        if rules.max_change is not None and before and abs(count - before) > rules.max_change * before:
            expected = f"{before:,}, as last time, give or take {rules.max_change:.0%}"
            raise self._total("max_change", expected, count)

    def _total(self, rule: str, expected: str, count: int) -> CheckFailedError:
        return CheckFailedError(self.source, "the documents", f"checks.{rule}", expected, f"{count:,}")

    def _failed(
        self, document: Mapping[str, Any], ordinal: int, rule: str, expected: str, found: str
    ) -> CheckFailedError:
        what = f"document {ordinal:,} with _id {document.get('_id')!r:.120}"
        return CheckFailedError(self.source, what, f"checks.{rule}", expected, found[:300])

    def _make_validator(self, mapping: Mapping[str, Any]) -> Any:
        schema = self.rules.schema
        if schema is None:
            return None
        import jsonschema

        base = jsonschema.Draft202012Validator
        texts = base.TYPE_CHECKER.redefine("string", lambda _, value: isinstance(value, str | datetime))
        extend: Any = jsonschema.validators.extend  # untyped
        return extend(base, type_checker=texts)(schema_of(mapping) if schema == "mapping" else schema)


def schema_of(mapping: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON schema that a mapping means: each field is of its type, null, or a list of those; others are free.

    Args:
        mapping: Elasticsearch properties.
    """
    return {"type": "object", "properties": {name: _field(found) for name, found in mapping.items()}}


def _field(found: Mapping[str, Any]) -> dict[str, Any]:
    if "properties" in found:
        one: dict[str, Any] = schema_of(found["properties"])
    elif found.get("type") in _TYPES:
        one = {"type": _TYPES[found["type"]]}
    else:
        return {}
    return {"anyOf": [one, {"type": "null"}, {"type": "array", "items": {"anyOf": [one, {"type": "null"}]}}]}


def _has(value: Any, keys: list[str]) -> bool:
    """Whether there is anything but null at a path; in a list, in one of its items."""
    if isinstance(value, list):
        return any(_has(item, keys) for item in value)
    if not keys:
        return value is not None
    return isinstance(value, Mapping) and keys[0] in value and _has(value[keys[0]], keys[1:])
