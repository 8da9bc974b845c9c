"""Facets: how many documents have each term of a field, most frequent first, ties by term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hub.search.embedded.clauses import Found
from hub.search.embedded.reader import OpenIndex
from hub.search.embedded.schema import Column
from hub.search.errors import FieldUseError
from hub.search.port import Facet, FacetTerm
from hub.search.requests import MAX_FACETS, FacetTree, text_field_error
from hub.search.values import shown

if TYPE_CHECKING:
    import tantivy

MAX_BUCKETS = 60_000  #: terms looked at to order ties; tantivy holds at most 65,000


def count_facets(
    opened: OpenIndex, searcher: tantivy.Searcher, found: Found, trees: Sequence[FacetTree], size: int
) -> dict[str, Facet]:
    """Facets of all documents that a query finds.

    Args:
        size: terms for each facet, at most 1000.

    Raises:
        FieldUseError: a text field, or one without columns.
    """
    size = max(1, min(size, MAX_FACETS))
    usable = {tree.field: tree for tree in trees if _check(opened, tree)}
    if not usable:
        return {tree.field: Facet((), 0, 0, 0) for tree in trees}
    answer = searcher.aggregate(found.query, _aggregations(opened, usable, size + 1))
    tied = {f: FacetTree(f) for f, tree in usable.items() if not tree.inner and _tie_at_end(answer.get(f, {}), size)}
    if tied:
        answer = {**answer, **searcher.aggregate(found.query, _aggregations(opened, tied, MAX_BUCKETS))}
    return {
        tree.field: _facet(opened, answer.get(tree.field, {}), tree, size)
        if tree.field in usable
        else Facet((), 0, 0, 0)
        for tree in trees
    }


def _check(opened: OpenIndex, tree: FacetTree) -> bool:
    """Whether the field is mapped; an unmapped one has no terms, as in Elasticsearch."""
    for inner in tree.inner:
        _check(opened, inner)
    column = _column(opened, tree.field)
    if column is None:
        return False
    if column.kind == "text":
        raise text_field_error(tree.field, "facets")
    if not column.leaf.columns:
        raise FieldUseError(tree.field, "facets", "it is mapped with `doc_values: false`")
    return True


def _column(opened: OpenIndex, field: str) -> Column | None:
    columns = opened.columns.find(field) if "*" not in field else []
    return columns[0] if columns else None


def _aggregations(opened: OpenIndex, trees: Mapping[str, FacetTree], size: int) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for field, tree in trees.items():
        column = _column(opened, field)
        if column is None:
            continue
        terms: dict[str, Any] = {"terms": {"field": column.name, "size": size, "segment_size": MAX_BUCKETS}}
        if tree.inner:
            terms["aggs"] = _aggregations(opened, {t.field: t for t in tree.inner}, MAX_FACETS)
        wanted[field] = terms
    return wanted


def _tie_at_end(answer: Mapping[str, Any], size: int) -> bool:
    """Whether the last wanted term has as many documents as the first unwanted one."""
    buckets = answer.get("buckets", [])
    return len(buckets) > size and buckets[size - 1]["doc_count"] == buckets[size]["doc_count"]


def _facet(opened: OpenIndex, answer: Mapping[str, Any], tree: FacetTree, size: int) -> Facet:
    column = _column(opened, tree.field)
    if column is None:
        return Facet((), 0, 0, 0)
    buckets = sorted(answer.get("buckets", ()), key=lambda bucket: (-bucket["doc_count"], bucket["key"]))
    terms = [
        FacetTerm(
            term=_term(column, bucket["key"]),
            count=bucket["doc_count"],
            facets={inner.field: _facet(opened, bucket.get(inner.field, {}), inner, size) for inner in tree.inner},
        )
        for bucket in buckets[:size]
    ]
    rest = sum(bucket["doc_count"] for bucket in buckets[size:]) + int(answer.get("sum_other_doc_count", 0) or 0)
    return Facet(terms=terms, other=rest, missing=0, total=sum(term.count for term in terms))


def _term(column: Column, key: Any) -> Any:
    if column.kind == "int" and column.leaf.type != "date":
        return int(key)
    return shown(column.leaf, key)
