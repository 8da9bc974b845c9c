"""The OpenAPI document and the list behind the documentation page, both from the table of parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import hub
from hub.queryapi.parameters import Endpoint, Parameter, parameters_of
from hub.queryapi.settings import QuerySettings

_KINDS = {"bool": "true or false", "int": "number", "text": "text", "list": "list", "tree": "list"}


@dataclass(frozen=True)
class DocumentedParameter:
    """One row of a table on the documentation page; every attribute is text for people."""

    name: str
    aliases: tuple[str, ...]
    kind: str
    required: bool
    default: str
    limits: str
    help: str


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        method: ``GET``, ``POST`` or ``HEAD``.
        path: with ``{id}`` where the id goes.
        name: unique name, the OpenAPI ``operationId``.
        tag: group it is shown in.
        summary: one sentence.
        endpoint: which parameters it takes; None for none.
        media: content type of its answer when it is not JSON.
    """

    method: str
    path: str
    name: str
    tag: str
    summary: str
    endpoint: Endpoint | None
    media: str = "application/json"

    @property
    def anchor(self) -> str:
        """Fragment of the documentation page."""
        return self.name

    @property
    def parameters(self) -> list[DocumentedParameter]:
        """Rows of its table."""
        return [_documented(entry) for entry in parameters_of(self.endpoint)] if self.endpoint else []


def _documented(entry: Parameter) -> DocumentedParameter:
    default = "" if entry.default is None or entry.default == () else entry.default
    if isinstance(default, bool):
        default = str(default).lower()
    if isinstance(default, tuple):
        default = ", ".join(default)
    return DocumentedParameter(
        entry.name, entry.aliases, _KINDS[entry.kind], entry.required, str(default), _limits(entry), entry.help
    )


def _limits(entry: Parameter) -> str:
    if entry.choices:
        return ", ".join(entry.choices)
    if entry.maximum is None:
        return ""
    if entry.kind == "int":
        return f"{entry.minimum or 0} to {entry.maximum}"
    return f"at most {entry.maximum}"


def operations(settings: QuerySettings, types: Iterable[str]) -> list[Operation]:
    """Every operation of an API, for the types it serves now.

    Args:
        settings: settings of the API.
        types: document types in their configured order.
    """
    names = list(types)
    base = f"{settings.root}/{settings.version}"
    found = [operation for name in names for operation in _annotation(base, name)]
    found += _search(f"{base}/query", "query", "search")
    if len(names) > 1:
        for name in names:
            found += _search(f"{base}/{name}/query", f"query_{name}", name)
    found += _about(base, "", "about")
    if len(names) > 1:
        for name in names:
            found += _about(f"{base}/{name}", f"_{name}", name)
    found += [
        Operation("GET", f"{settings.root}/status", "status", "about", "State of the service.", Endpoint.STATUS),
        Operation("GET", f"{base}/spec", "spec", "about", "This API as an OpenAPI document.", None),
        Operation("GET", f"{base}/docs", "docs", "about", "This API described for people.", None, "text/html"),
    ]
    return found


def _annotation(base: str, name: str) -> list[Operation]:
    return [
        Operation("GET", f"{base}/{name}/{{id}}", f"get_{name}", name, "One document by its id.", Endpoint.ANNOTATE),
        Operation(
            "POST",
            f"{base}/{name}",
            f"get_{name}_many",
            name,
            "Documents of up to 1000 ids, each with its `query`; `notfound` where there is none.",
            Endpoint.ANNOTATE_MANY,
        ),
    ]


def _search(path: str, name: str, tag: str) -> list[Operation]:
    return [
        Operation("GET", path, name, tag, "Documents that match a query, with facets.", Endpoint.QUERY),
        Operation(
            "POST", path, f"{name}_many", tag, "Documents for up to 1000 terms, one flat list.", Endpoint.QUERY_MANY
        ),
    ]


def _about(base: str, suffix: str, tag: str) -> list[Operation]:
    return [
        Operation("GET", f"{base}/metadata", f"metadata{suffix}", tag, "Sources, versions, counts.", Endpoint.METADATA),
        Operation(
            "GET", f"{base}/metadata/fields", f"fields{suffix}", tag, "Every field and its type.", Endpoint.FIELDS
        ),
    ]


def document(settings: QuerySettings, types: Iterable[str]) -> dict[str, Any]:
    """The OpenAPI 3 document.

    Args:
        settings: settings of the API.
        types: document types served now.
    """
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations(settings, types):
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.0.3",
        "info": {"title": settings.title, "description": settings.description, "version": hub.__version__},
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {"schemas": {"Error": _ERROR}},
    }


_ERROR: dict[str, Any] = {
    "type": "object",
    "required": ["code", "success", "error"],
    "properties": {
        "code": {"type": "integer"},
        "success": {"type": "boolean", "enum": [False]},
        "error": {"type": "string"},
        "keyword": {"type": "string", "description": "the parameter that is wrong"},
        "reason": {"type": "string"},
    },
}


def _operation(operation: Operation) -> dict[str, Any]:
    entries = parameters_of(operation.endpoint) if operation.endpoint else []
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": _responses(operation),
    }
    if operation.method == "POST":
        schema = {
            "type": "object",
            "properties": {entry.name: _schema(entry) for entry in entries},
            "required": [entry.name for entry in entries if entry.required],
        }
        kinds = ("application/json", "application/x-www-form-urlencoded")
        described["requestBody"] = {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}
        described["parameters"] = []
    else:
        described["parameters"] = [_parameter(entry) for entry in entries]
    return described


def _responses(operation: Operation) -> dict[str, Any]:
    shape = {"type": "string"} if operation.media == "text/html" else {}
    error = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    return {
        "200": {"description": "the answer", "content": {operation.media: {"schema": shape}}},
        "400": {"description": "a parameter is missing or wrong", **error},
        "404": {"description": "no such document or type", **error},
        "503": {"description": "the search engine does not answer", **error},
    }


def _parameter(entry: Parameter) -> dict[str, Any]:
    in_path = entry.attribute == "id"
    described: dict[str, Any] = {
        "name": entry.name,
        "in": "path" if in_path else "query",
        "required": in_path or entry.required,
        "description": entry.help + (f" Also: {', '.join(entry.aliases)}." if entry.aliases else ""),
        "schema": _schema(entry),
    }
    if entry.kind in ("list", "tree"):
        described |= {"style": "form", "explode": False}
    return described


def _schema(entry: Parameter) -> dict[str, Any]:
    if entry.kind in ("list", "tree"):
        items: dict[str, Any] = {"type": "string"}
        if entry.kind == "tree":
            items = {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
        schema: dict[str, Any] = {"type": "array", "items": items}
        if entry.maximum is not None:
            schema["maxItems"] = entry.maximum
    elif entry.kind == "int":
        limits = {"minimum": entry.minimum, "maximum": entry.maximum}
        schema = {"type": "integer", **{name: limit for name, limit in limits.items() if limit is not None}}
    else:
        schema = {"type": "boolean" if entry.kind == "bool" else "string"}
    if entry.choices:
        schema["enum"] = list(entry.choices)
    if entry.default is not None:
        schema["default"] = list(entry.default) if isinstance(entry.default, tuple) else entry.default
    return schema
