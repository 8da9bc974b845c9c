"""The description of the REST API says what the registry says, and what the API does."""

from __future__ import annotations

import re

from jsonschema import Draft202012Validator

from hub.commands import all_commands

METHODS = {"get", "put", "post", "delete"}


def operations(document):
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in METHODS
            yield path, method, operation


def test_every_command_with_a_route_is_described(live):
    document = live.ask("GET", "/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    described = {operation["operationId"]: (path, method.upper()) for path, method, operation in operations(document)}
    builtin = [c for c in all_commands() if c.path and c.fn.__module__.startswith("hub.commands.")]
    assert len(builtin) > 60
    assert {c.name: (c.path, c.method) for c in builtin} == {c.name: described[c.name] for c in builtin}


def test_paths_and_bodies_name_all_arguments(live):
    by_name = {c.name: c for c in all_commands()}
    for path, method, operation in operations(live.ask("GET", "/openapi.json").json()):
        command = by_name[operation["operationId"]]
        told = {p["name"]: p for p in operation.get("parameters", [])}
        assert set(re.findall(r"{(\w+)}", path)) == {n for n, p in told.items() if p["in"] == "path"}
        if method != "get":
            body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
            Draft202012Validator.check_schema(body)
            told |= body.get("properties", {})
        assert set(told) == {p.name for p in command.parameters()}


def test_answers_are_as_described(live):
    document = live.ask("GET", "/openapi.json").json()
    for path, method, operation in operations(document):
        if method != "get" or "{" in path:
            continue
        answer = live.ask("GET", path)
        response = operation["responses"].get(str(answer.status_code), operation["responses"]["default"])
        schema = {**response["content"]["application/json"]["schema"], "components": document["components"]}
        Draft202012Validator(schema).validate(answer.json())


def test_the_read_only_api_describes_what_it_has(live):
    document = live.ask("GET", "/openapi.json", base=live.readonly).json()
    assert {method for _, method, _ in operations(document)} == {"get"}
