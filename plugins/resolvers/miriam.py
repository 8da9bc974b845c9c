"""Namespaces of Identifiers.org, the MIRIAM registry."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COPIED = ("name", "description", "homepage", "pattern", "uri_format")


def load_namespaces(data_folder: str) -> Iterator[dict[str, Any]]:
    """One document a namespace.

    {
        "_id": "chebi",
        "miriam": {
            "id": "00000002", "name": "ChEBI", "description": "...", "homepage": "https://...",
            "pattern": "^CHEBI:\\d+$", "example": "36927", "uri_format": "https://...$1",
            "deprecated": false, "prefix_in_id": true, "owners": ["European Bioinformatics Institute"],
            "providers": [{"code": "bptl", "name": "ChEBI through BioPortal", "uri_format": "http://...$1"}]
        }
    }
    """
    for path in Path(data_folder).glob("*/src/bioregistry/external/miriam/processed.json"):
        with path.open(encoding="utf-8") as file:
            namespaces: dict[str, dict[str, Any]] = json.load(file)
        for prefix, record in namespaces.items():
            yield {"_id": prefix.lower(), "miriam": _details(record)}


def _details(record: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {key: record[key] for key in COPIED if record.get(key)}
    details["id"] = record["extras"]["miriam_id"]
    details["example"] = record["examples"][0]
    details["deprecated"] = record["status"] != "active"
    details["prefix_in_id"] = record["extras"]["namespaceEmbeddedInLui"]
    if owners := record.get("owners"):
        details["owners"] = [owner["name"] for owner in owners]
    if providers := record.get("providers"):
        details["providers"] = [{key: p[key] for key in ("code", "name", "uri_format") if key in p} for p in providers]
    return details


def namespace_mapping(cls: type) -> dict[str, Any]:
    """Names and descriptions are searched as words, everything else as it is written."""
    exact = {"type": "keyword"}
    words = {"type": "text", "copy_to": ["all"]}
    return {
        "miriam": {
            "properties": {
                **dict.fromkeys(("id", "homepage", "pattern", "uri_format", "example", "owners"), exact),
                "name": words,
                "description": words,
                "deprecated": {"type": "boolean"},
                "prefix_in_id": {"type": "boolean"},
                "providers": {"properties": {"code": exact, "name": {"type": "text"}, "uri_format": exact}},
            }
        }
    }
