"""The description of the REST API as an OpenAPI 3.1 document, made from the command registry."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable
from typing import Any

from hub import __version__
from hub.api.access import TOKEN_HEADER
from hub.commands import Command, Role
from hub.commands.registry import Parameter
from hub.config import Secret

JsonDict = dict[str, Any]
_SCHEMAS: dict[Any, JsonDict] = {
    str: {"type": "string"},
    Secret: {"type": "string", "format": "password"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    list: {"type": "array", "items": {"type": "string"}},
    dict: {"type": "object"},
}
_SEGMENT = re.compile(r"\{(\w+)\}")
_RECORD: JsonDict = {
    "type": "object",
    "required": ["id", "cmd", "started_at", "is_done"],
    "properties": {
        "id": {"type": "integer"},
        "cmd": {"type": "string"},
        "started_at": {"type": "number"},
        "is_done": {"type": "boolean"},
    },
}
_PAGE: JsonDict = {
    "type": "object",
    "required": ["total", "offset", "limit"],
    "properties": {name: {"type": "integer"} for name in ("total", "offset", "limit")},
}
_ERROR: JsonDict = {
    "type": "object",
    "required": ["status", "code", "error"],
    "properties": {
        "status": {"const": "error"},
        "code": {"type": "integer"},
        "error": {"type": "string"},
        "request": {"type": "string"},
    },
}


def describe(commands: Iterable[Command], title: str) -> JsonDict:
    """The document.

    Args:
        commands: those that have a route here.
        title: name of the hub.
    """
    paths: dict[str, JsonDict] = {}
    for command in commands:
        paths.setdefault(command.path, {})[command.method.lower()] = _operation(command)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": __version__, "description": "Every answer is in an envelope."},
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": {"Error": _ERROR, "CommandRecord": _RECORD, "Page": _PAGE},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "header": {"type": "apiKey", "in": "header", "name": TOKEN_HEADER},
            },
        },
    }


def _operation(command: Command) -> JsonDict:
    in_path = _SEGMENT.findall(command.path)
    by_name = {p.name: p for p in command.parameters()}
    rest = [p for name, p in by_name.items() if name not in in_path]
    operation: JsonDict = {
        "operationId": command.name,
        "summary": command.summary,
        "description": command.doc,
        "tags": [command.area],
        "responses": _responses(command),
    }
    parameters = [_parameter(by_name[name], "path") for name in in_path]
    if command.method == "GET":
        parameters += [_parameter(p, "query") for p in rest]
    elif rest:
        operation["requestBody"] = _body(rest)
    if parameters:
        operation["parameters"] = parameters
    if command.role > Role.VIEWER or command.login:
        ways: list[JsonDict] = [{"bearer": []}, {"header": []}]
        operation["security"] = ways if command.login else [*ways, {}]
        operation["description"] += f"\n\nRole: {command.role.label}."
    return operation


def _parameter(parameter: Parameter, place: str) -> JsonDict:
    required = place == "path" or parameter.required
    return {"name": parameter.name, "in": place, "required": required, "schema": _schema(parameter)}


def _body(parameters: list[Parameter]) -> JsonDict:
    required = [p.name for p in parameters if p.required]
    schema: JsonDict = {
        "type": "object",
        "properties": {p.name: _schema(p) for p in parameters},
        "additionalProperties": False,
    }
    if required:
        schema["required"] = required
    return {"required": bool(required), "content": {"application/json": {"schema": schema}}}


def _schema(parameter: Parameter) -> JsonDict:
    found = dict(_SCHEMAS.get(typing.get_origin(parameter.type) or parameter.type, {}))
    if parameter.required:
        if found.get("type") == "string":
            found["minLength"] = 1
        return found
    if parameter.default is None:
        return {"anyOf": [found, {"type": "null"}]} if found else {}
    return {**found, "default": parameter.default}


def _responses(command: Command) -> JsonDict:
    result: JsonDict = {"$ref": "#/components/schemas/CommandRecord"} if command.starts_job else {}
    envelope: JsonDict = {
        "type": "object",
        "required": ["result", "status"],
        "properties": {"result": result, "status": {"const": "ok"}},
    }
    if {"limit", "offset"} <= {p.name for p in command.parameters()}:
        envelope["properties"]["page"] = {"$ref": "#/components/schemas/Page"}
    what = "A record to follow at `/command/{id}`" if command.starts_job else "The result"
    failed = {"description": "Why not", "content": _json({"$ref": "#/components/schemas/Error"})}
    return {"200": {"description": what, "content": _json(envelope)}, "default": failed}


def _json(schema: JsonDict) -> JsonDict:
    return {"application/json": {"schema": schema}}
