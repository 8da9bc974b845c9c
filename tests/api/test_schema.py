"""The API keeps what `/openapi.json` says of it, whatever is sent: schemathesis invents the requests."""

from __future__ import annotations

import hypothesis
import pytest
import schemathesis
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from hub.commands import all_commands, load_builtin
from tests.api.live import LiveHub, write_plugins

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: These would end the hub under test, or wait for its jobs.
LEFT_OUT = {"stop", "restart"}

load_builtin()
TRIED = [c for c in all_commands() if c.path and c.name not in LEFT_OUT]


#: A command whose arguments are all in its path takes nothing that could be wrong: any text is a name.
WRONG = [c for c in TRIED if any(f"{{{p.name}}}" not in c.path for p in c.parameters())]
CASES = [(c, GenerationMode.POSITIVE) for c in TRIED] + [(c, GenerationMode.NEGATIVE) for c in WRONG]


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """One of its own: what is invented may change anything."""
    root = tmp_path_factory.mktemp("schema")
    write_plugins(root)
    with LiveHub(root) as running:
        yield running


@pytest.fixture(scope="module")
def described(hub):
    document = hub.ask("GET", "/openapi.json").json()
    assert {c.path for c in TRIED} < document["paths"].keys()
    return schemathesis.openapi.from_dict(document)


@pytest.mark.parametrize(("command", "mode"), CASES, ids=lambda value: getattr(value, "name", "").lower())
def test_every_operation(hub, described, command, mode):
    operation = described[command.path][command.method]

    @hypothesis.settings(
        max_examples=8, deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
    )
    @hypothesis.seed(1)
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def check(case):
        if "seconds" in (case.query or {}):
            case.query["seconds"] = 0
        case.call_and_validate(base_url=hub.base, checks=CHECKS, timeout=300)

    check()
    assert hub.ask("GET", "/health/ready").json()["status"] == "ok"
