"""Prefixes of the Bioregistry: the source that decides which documents the build `prefixes` holds."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TEXTS = ("description", "homepage", "example", "pattern", "uri_format", "license", "domain", "repository", "part_of")
LISTS = ("keywords", "synonyms", "appears_in", "depends_on")
FLAGS = ("deprecated", "proprietary", "no_own_terms")
CITED = ("pubmed", "doi", "title", "year")


def load_prefixes(data_folder: str) -> Iterator[dict[str, Any]]:
    """One document a prefix.

    {
        "_id": "ncbitaxon",
        "prefix": "ncbitaxon",                  # `prefix` and `name` are shared: the OBO Foundry, which is merged
        "name": "NCBI Taxonomy",                # later, replaces them with those of the owner
        "bioregistry": {
            "description": "...", "homepage": "https://...", "example": "2170610", "pattern": "^\\d+$",
            "license": "CC0-1.0", "keywords": [...], "synonyms": ["taxonomy", ...],
            "deprecated": false, "proprietary": false, "no_own_terms": false,
            "publications": [{"pubmed": "...", "doi": "...", "title": "...", "year": 2020}],
            "mappings": [{"registry": "miriam", "prefix": "taxonomy"}, ...]
        }
    }
    """
    with (Path(data_folder) / "bioregistry.json").open(encoding="utf-8") as file:
        registry: dict[str, dict[str, Any]] = json.load(file)
    for prefix, record in registry.items():
        document: dict[str, Any] = {"_id": prefix.lower(), "prefix": record.get("preferred_prefix", prefix)}
        if "name" in record:
            document["name"] = record["name"]
        document["bioregistry"] = _details(record)
        yield document


def _details(record: dict[str, Any]) -> dict[str, Any]:
    details: dict[str, Any] = {key: record[key] for key in (*TEXTS, *LISTS) if record.get(key)}
    details |= {key: bool(record.get(key)) for key in FLAGS}
    if publications := record.get("publications"):
        details["publications"] = [{key: cited[key] for key in CITED if key in cited} for cited in publications]
    # A list of pairs, not an object: names of registries hold dots, which keys of documents may not.
    if mappings := record.get("mappings"):
        details["mappings"] = [{"registry": name, "prefix": prefix} for name, prefix in sorted(mappings.items())]
    return details


def prefix_mapping(cls: type) -> dict[str, Any]:
    """How the search engine reads each field; `copy_to: all` lets a search that names no field find it."""
    exact = {"type": "keyword"}
    any_case = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}
    words = {"type": "text"}
    by_default = {"copy_to": ["all"]}
    cited = {"pubmed": exact, "doi": any_case, "title": words, "year": {"type": "long"}}
    return {
        "prefix": any_case | by_default,
        "name": words | by_default,
        "bioregistry": {
            "properties": {
                **dict.fromkeys((*TEXTS, *LISTS), exact),
                **{key: {"type": "boolean"} for key in FLAGS},
                "description": words | by_default,
                "license": any_case,
                "keywords": any_case | by_default,
                "synonyms": any_case | by_default,
                "publications": {"properties": cited},
                "mappings": {"properties": {"registry": exact, "prefix": any_case}},
            }
        },
    }
