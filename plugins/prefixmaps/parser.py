"""Namespaces bound to prefixes by several communities, one CSV file each.

The files are read side by side, one job a file. Most prefixes are in more than one of them: `on_duplicates: merge`
joins what the jobs found, in the order of the jobs, whichever ends first.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def one_job_a_file(self: Any) -> list[tuple[str]]:
    """The calls of the parser; each tuple holds its one argument. `self` is the uploader."""
    return [(str(path),) for path in sorted(Path(self.data_folder).glob("*.csv"))]


def load_context(path: str) -> Iterator[dict[str, Any]]:
    """One document a row of one file.

    {"_id": "go", "prefixmaps": {"bindings": [
        {"context": "obo", "prefix": "GO", "namespace": "http://purl.obolibrary.org/obo/GO_", "canonical": true}
    ]}}
    """
    with Path(path).open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            binding = {
                "context": row["context"],
                "prefix": row["prefix"],
                "namespace": row["namespace"],
                "canonical": row["status"] == "canonical",
            }
            yield {"_id": row["prefix"].lower(), "prefixmaps": {"bindings": [binding]}}


def context_mapping(cls: type) -> dict[str, Any]:
    """All fields are exact values, good for filters and facets."""
    keyword = {"type": "keyword"}
    binding = {"context": keyword, "prefix": keyword, "namespace": keyword, "canonical": {"type": "boolean"}}
    return {"prefixmaps": {"properties": {"bindings": {"properties": binding}}}}
