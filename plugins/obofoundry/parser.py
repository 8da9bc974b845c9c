"""Ontologies of the OBO Foundry. The smallest kind of plugin: no mapping, so the hub infers one from the documents."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

COPIED = ("description", "domain", "homepage", "repository", "status", "taxon", "uri_format")


def load_ontologies(data_folder: str) -> Iterator[dict[str, Any]]:
    """One document an ontology.

    {
        "_id": "chebi",
        "prefix": "CHEBI",                                      # as its owner writes it,
        "name": "Chemical Entities of Biological Interest",     # and calls it: these two are shared with other sources
        "obofoundry": {
            "description": "...", "domain": "chemistry and biochemistry", "status": "active",
            "license": "CC BY 4.0", "depends_on": [...], "appears_in": ["envo", ...],
            "artifacts": [{"type": "owl", "url": "http://..."}, ...], "pubmed": ["26467479", ...]
        }
    }
    """
    with (Path(data_folder) / "processed.json").open(encoding="utf-8") as file:
        ontologies: dict[str, dict[str, Any]] = json.load(file)
    for prefix, record in ontologies.items():
        details = {key: record[key] for key in (*COPIED, "depends_on", "appears_in", "artifacts") if record.get(key)}
        if license_name := record.get("license", {}).get("name"):
            details["license"] = license_name
        if pubmed := [cited["pubmed"] for cited in record.get("publications", []) if "pubmed" in cited]:
            details["pubmed"] = pubmed
        yield {
            "_id": prefix.lower(),
            "prefix": record["preferred_prefix"],
            "name": record["name"],
            "obofoundry": details,
        }
