"""Which vocabularies are linked by hand-curated mappings, from the term mappings of Biomappings.

The files hold one row a pair of terms, so a prefix comes up thousands of times: `on_duplicates: merge` joins its
documents, and equal links of one prefix become one.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VERDICTS = {"positive": "correct", "negative": "wrong", "unsure": "unsure"}


def load_links(data_folder: str) -> Iterator[dict[str, Any]]:
    """Two documents a row, one for each end.

    {"_id": "mesh", "biomappings": {"links": [
        {"prefix": "chebi", "predicate": "skos:exactMatch", "verdict": "correct"}
    ]}}
    """
    for path in sorted(Path(data_folder).glob("*/src/biomappings/resources/*.sssom.tsv")):
        verdict = VERDICTS.get(path.name.removesuffix(".sssom.tsv"))
        if verdict is None:
            continue
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t")
            for row in rows:
                subject, target = _prefix(row["subject_id"]), _prefix(row["object_id"])
                yield _link(subject, target, row["predicate_id"], verdict)
                yield _link(target, subject, row["predicate_id"], verdict)


def _prefix(curie: str) -> str:
    return curie.partition(":")[0].lower()


def _link(prefix: str, other: str, predicate: str, verdict: str) -> dict[str, Any]:
    link = {"prefix": other, "predicate": predicate, "verdict": verdict}
    return {"_id": prefix, "biomappings": {"links": [link]}}


def link_mapping(cls: type) -> dict[str, Any]:
    """All fields are exact values, good for filters and facets."""
    keyword = {"type": "keyword"}
    links = {"properties": {"prefix": keyword, "predicate": keyword, "verdict": keyword}}
    return {"biomappings": {"properties": {"links": links}}}
