"""Requests of the port as bodies of Elasticsearch's search API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.search.port import AllOf, Everything, Match, Nothing, Query, RandomOrder, Raw, SearchRequest, Text
from hub.search.requests import FacetTree, facet_trees, sort_keys, window
from hub.search.source import split_fields


def search_body(request: SearchRequest) -> dict[str, Any]:
    """The body of one search.

    Raises:
        WindowError: the page lies beyond the result window.
        QuerySyntaxError: a facet that cannot be read.
    """
    start, size = window(request)
    body: dict[str, Any] = {
        "query": _filtered(query_body(request.query), request.filter),
        "size": size,
        "track_total_hits": True,
    }
    if start:
        body["from"] = start
    source = source_body(request.fields)
    if source is not None:
        body["_source"] = source
    if request.sort:
        body["sort"] = [_sort(k.field, descending=k.descending) for k in sort_keys(request.sort)]
    if request.post_filter is not None:
        body["post_filter"] = query_body(Text(request.post_filter))
    if request.facets:
        body["aggs"] = _facets(facet_trees(request.facets), max(1, request.facet_size))
    if request.explain:
        body["explain"] = True
    if request.version:
        body["version"] = True
    return body


def query_body(query: Query) -> dict[str, Any]:
    """A query of the port in Elasticsearch's query DSL."""
    match query:
        case Text():
            if not query.query.strip():
                return {"match_none": {}}
            return {"query_string": {"query": query.query, "default_operator": "AND", "lenient": True}}
        case Match():
            body = {"query": query.term, "fields": list(query.scopes), "operator": "and", "lenient": True}
            return {"multi_match": {**body, "analyzer": query.analyzer} if query.analyzer else body}
        case AllOf():
            return {"bool": {"must": [query_body(part) for part in query.parts]}}
        case Everything():
            return {"match_all": {}}
        case Nothing():
            return {"match_none": {}}
        case RandomOrder():
            return {"function_score": {"query": {"match_all": {}}, "random_score": {}}}
        case Raw():
            inner = query.body.get("query", query.body)
            return dict(inner)


def query_text(query: Query) -> str:
    """A query as its author wrote it, for error messages."""
    match query:
        case Text():
            return query.query
        case Match():
            return query.term
        case AllOf():
            return ", ".join(query_text(part) for part in query.parts)
        case Raw():
            return str(dict(query.body))
        case _:
            return type(query).__name__


def source_body(fields: Sequence[str] | None) -> dict[str, list[str]] | None:
    """``_source`` of a search; None for everything."""
    includes, excludes = split_fields(fields)
    if not includes and not excludes:
        return None
    body: dict[str, list[str]] = {}
    if includes:
        body["includes"] = list(includes)
    if excludes:
        body["excludes"] = list(excludes)
    return body


def _filtered(query: dict[str, Any], restriction: str | None) -> dict[str, Any]:
    if restriction is None:
        return query
    return {"bool": {"must": [query], "filter": [query_body(Text(restriction))]}}


def _sort(field: str, *, descending: bool) -> dict[str, Any]:
    order = "desc" if descending else "asc"
    return {field: {"order": order}} if field in ("_score", "_doc") else {field: {"order": order, "missing": "_last"}}


def _facets(trees: Sequence[FacetTree], size: int) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for tree in trees:
        wanted[tree.field] = {"terms": {"field": tree.field, "size": size}}
        if tree.inner:
            wanted[tree.field]["aggs"] = _facets(tree.inner, size)
    return wanted
