"""Answers of Elasticsearch as results of the port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hub.search.port import Facet, FacetTerm, Hit, SearchResult
from hub.search.requests import FacetTree


def search_result(answer: Mapping[str, Any], trees: Sequence[FacetTree] = ()) -> SearchResult:
    """A search answer."""
    hits = answer["hits"]
    total = hits.get("total", 0)
    return SearchResult(
        hits=[hit(entry) for entry in hits["hits"]],
        total=int(total["value"] if isinstance(total, Mapping) else total),
        max_score=hits.get("max_score"),
        took=int(answer.get("took", 0)),
        facets={tree.field: _facet(answer["aggregations"][tree.field], tree) for tree in trees},
        raw=answer,
    )


def hit(entry: Mapping[str, Any]) -> Hit:
    """One hit of a search, or one found document."""
    return Hit(
        id=entry["_id"],
        score=entry.get("_score"),
        source=entry.get("_source") or {},
        version=entry.get("_version"),
        explanation=entry.get("_explanation"),
    )


def _facet(answer: Mapping[str, Any], tree: FacetTree) -> Facet:
    terms = [
        FacetTerm(
            term=bucket.get("key_as_string", bucket["key"]),
            count=bucket["doc_count"],
            facets={inner.field: _facet(bucket[inner.field], inner) for inner in tree.inner},
        )
        for bucket in answer.get("buckets", ())
    ]
    return Facet(
        terms=terms,
        other=answer.get("sum_other_doc_count", 0),
        missing=answer.get("doc_count_error_upper_bound", 0),
        total=sum(term.count for term in terms),
    )
