"""Prefixes of BioContext, the JSON-LD context of Prefix Commons."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def load_prefixes(data_folder: str) -> Iterator[dict[str, Any]]:
    """One document a spelling of a prefix; spellings that differ in case only have the same `_id`.

    {"_id": "ncbigene", "biocontext": {"prefix": "NCBIGENE", "uri_format": "http://identifiers.org/ncbigene/$1"}}
    """
    for path in Path(data_folder).glob("*/src/bioregistry/external/biocontext/processed.json"):
        with path.open(encoding="utf-8") as file:
            prefixes: dict[str, dict[str, str]] = json.load(file)
        for prefix, record in prefixes.items():
            if not prefix:  # the base address of the context, not a prefix
                continue
            yield {"_id": prefix.lower(), "biocontext": {"prefix": prefix, "uri_format": record["uri_format"]}}


def prefix_mapping(cls: type) -> dict[str, Any]:
    """Both fields are found by their exact value only."""
    keyword = {"type": "keyword"}
    return {"biocontext": {"properties": {"prefix": keyword, "uri_format": keyword}}}
