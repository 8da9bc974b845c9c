from pathlib import Path

from openapi_spec_validator import validate

from hub.queryapi import openapi
from hub.queryapi.parameters import PARAMETERS, Endpoint, parameters_of
from hub.queryapi.settings import QuerySettings

PAGE = Path(__file__).parents[2] / "docs" / "data-api.md"


def test_the_document_is_valid_openapi_for_one_and_for_several_types():
    for types in ([], ["gene"], ["gene", "drug"]):
        validate(openapi.document(QuerySettings(prefix="api"), types))


def test_each_parameter_is_in_the_document_of_its_requests():
    document = openapi.document(QuerySettings(), ["gene"])
    given = {entry["name"] for entry in document["paths"]["/v1/query"]["get"]["parameters"]}
    assert given == {entry.name for entry in parameters_of(Endpoint.QUERY)}
    body = document["paths"]["/v1/gene"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["id"]
    assert set(body["properties"]) == {entry.name for entry in parameters_of(Endpoint.ANNOTATE_MANY)}


def test_types_have_their_own_search_only_when_there_are_several():
    one, two = (set(openapi.document(QuerySettings(), types)["paths"]) for types in (["gene"], ["gene", "drug"]))
    assert "/v1/gene/query" not in one
    assert {"/v1/gene/query", "/v1/drug/query", "/v1/drug/metadata/fields"} <= two


def test_each_parameter_has_its_line_in_the_documentation():
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for parameter in PARAMETERS:
        named = [row for row in rows if row.startswith(f"| `{parameter.name}`")]
        assert named, parameter.name
        cell = " ".join(row.split("|")[1] for row in named)
        assert all(f"`{alias}`" in cell for alias in parameter.aliases), parameter.names
        if parameter.maximum is not None:
            assert any(str(parameter.maximum) in row for row in named), parameter.name
