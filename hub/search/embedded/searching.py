"""One search of the embedded engine, from a request of the port to its result."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Any

import orjson

from hub.search.documents import decode_source
from hub.search.embedded import analysis
from hub.search.embedded.clauses import Found, Translator
from hub.search.embedded.facets import count_facets
from hub.search.embedded.ordering import Ordering, Ranked
from hub.search.embedded.reader import OpenIndex, count_matches, stored
from hub.search.errors import QuerySyntaxError
from hub.search.lucene import parse
from hub.search.port import Hit, Match, Nothing, Query, RandomOrder, SearchRequest, SearchResult
from hub.search.requests import facet_trees, query_tree, sort_keys, window
from hub.search.source import source_filter

if TYPE_CHECKING:
    import tantivy


class Search:
    """A request on one commit of one index."""

    def __init__(self, opened: OpenIndex, request: SearchRequest) -> None:
        self.opened = opened
        self.request = request
        self.searcher: tantivy.Searcher = opened.searcher()
        self.translator = Translator(opened, self.searcher)
        _check_analyzer(request.query)
        self.found = self.translator.translate(query_tree(request.query))
        if request.filter is not None:
            self.found = self._filtered(self.found, request.filter)
        self.shown = self.found
        if request.post_filter is not None:
            self.shown = self._filtered(self.found, request.post_filter)

    def _filtered(self, found: Found, query_string: str) -> Found:
        return self.translator.with_filter(found, self.translator.translate(parse(query_string)))

    def run(self) -> SearchResult:
        """The page of hits, the total and the facets."""
        started = time.perf_counter()
        start, size = window(self.request)
        if isinstance(self.request.query, Nothing):
            ranked, total = _none()
        elif isinstance(self.request.query, RandomOrder):
            ranked, total = self._random(size)
            start = 0
        else:
            ranked, total = self._ranked(start + size)
        trees = facet_trees(self.request.facets)
        facets = count_facets(self.opened, self.searcher, self.found, trees, self.request.facet_size) if trees else {}
        hits = [self.hit(score, address) for score, address in ranked[start : start + size]]
        best = ranked[0][0] if ranked and size else None
        took = int((time.perf_counter() - started) * 1000)
        return SearchResult(
            hits=hits, total=total, max_score=best, took=took, facets=facets, raw=_raw(hits, total, best, took)
        )

    def _ranked(self, limit: int) -> tuple[list[Ranked], int]:
        ordering = Ordering(self.translator, self.searcher)
        keys = sort_keys(self.request.sort)
        if keys:
            return ordering.by_fields(self.shown, keys, limit)
        return ordering.by_score(self.shown, limit)

    def _random(self, size: int) -> tuple[list[Ranked], int]:
        """Neighbours from a random place, shuffled."""
        total = count_matches(self.searcher, self.shown.query)
        if not total or not size:
            return [], total
        offset = random.randrange(max(1, total - size + 1))
        hits = self.searcher.search(self.shown.query, size, count=False, offset=offset).hits
        random.shuffle(hits)
        return [(1.0, address) for _, address in hits], total

    def hit(self, score: float | None, address: tantivy.DocAddress) -> Hit:
        """One hit with its source reduced to the wanted fields."""
        id_, source = stored(self.searcher, address)
        fields = None if self.request.fields is None else tuple(self.request.fields)
        explanation: dict[str, Any] | None = None
        if self.request.explain:
            explanation = orjson.loads(self.shown.query.explain(self.searcher, address).to_json())
        return Hit(
            id=id_,
            score=score,
            source=source_filter(fields)(decode_source(source)),
            version=1 if self.request.version else None,
            explanation=explanation,
        )


def _none() -> tuple[list[Ranked], int]:
    return [], 0


def _check_analyzer(query: Query) -> None:
    if isinstance(query, Match) and query.analyzer and not analysis.known(query.analyzer):
        raise QuerySyntaxError(query.term, f"analyzer [{query.analyzer}] not found")


def _raw(hits: list[Hit], total: int, best: float | None, took: int) -> dict[str, Any]:
    """The answer in Elasticsearch's shape, for `raw`."""
    return {
        "took": took,
        "timed_out": False,
        "hits": {
            "total": {"value": total, "relation": "eq"},
            "max_score": best,
            "hits": [{"_id": hit.id, "_score": hit.score, "_source": hit.source} for hit in hits],
        },
    }
