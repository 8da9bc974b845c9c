"""GET and POST ``/query``."""

from __future__ import annotations

import dataclasses

import orjson

from hub.queryapi import queries
from hub.queryapi.answers import Writer, batch_answer, search_answer
from hub.queryapi.context import Context
from hub.queryapi.encode import to_json
from hub.queryapi.format import Shaper
from hub.queryapi.handlers.base import ApiHandler, answered
from hub.queryapi.options import Options
from hub.queryapi.parameters import Endpoint
from hub.search.port import ScrollPage, SearchRequest

#: `_scroll_id` of a last page: the next request is told that there is no more.
LAST_PAGE = "last"
_NO_MORE = {"success": False, "error": "No more results to return."}


class QueryHandler(ApiHandler):
    """Search with one query (GET) or many terms (POST)."""

    @answered
    async def get(self, doc_type: str | None = None) -> None:
        """One search, a page of `fetch_all`, or the engine's view of either."""
        options = self.parameters(Endpoint.QUERY)
        index = self.context.catalog.index(doc_type)
        cacheable = not (options.fetch_all or options.scroll_id or options.q == queries.ANY)
        value = await self.context.run(lambda: _written(_get(self.context, index, options), options))
        self.cache(allowed=cacheable)
        self.send(value, options.format)

    @answered
    async def post(self, doc_type: str | None = None) -> None:
        """One search for each term, in one round trip."""
        options = self.parameters(Endpoint.QUERY_MANY)
        index = self.context.catalog.index(doc_type)
        value = await self.context.run(lambda: _written(_post(self.context, index, options), options))
        self.cache()
        self.send(value, options.format)


def _written(value: object, options: Options) -> object:
    """Do the JSON writing in the same thread as the search."""
    return orjson.Fragment(to_json(value)) if options.format == "json" else value


def _writer(context: Context, index: str, options: Options) -> Writer:
    return Writer(options, Shaper(options, context.catalog.facts(index).licenses))


def _get(context: Context, index: str, options: Options) -> object:
    engine = context.engine
    if options.scroll_id:
        return _next_page(context, index, options)
    writer = _writer(context, index, options)
    request = queries.single_request(options, context.settings, context.stored)
    if options.rawquery:
        return engine.explain_query(index, request)
    if options.fetch_all:
        page = engine.scroll(index, request, page_size=context.settings.page_size)
        context.told(index, page.result.hits, wanted=options.provenance and not options.raw)
        return _page(page, options, writer)
    if options.q == queries.ANY and not context.settings.allow_random:
        request = _random_page(context, index, request)
    result = engine.search(index, request)
    if not options.raw:
        context.told(index, result.hits, wanted=options.provenance)
    return result.raw if options.raw else search_answer(result, writer, with_facets=bool(request.facets))


def _random_page(context: Context, index: str, request: SearchRequest) -> SearchRequest:
    return dataclasses.replace(request, start=queries.random_start(context.engine, index, request.size))


def _next_page(context: Context, index: str, options: Options) -> object:
    if options.scroll_id == LAST_PAGE:
        return _NO_MORE
    page = context.engine.scroll_next(options.scroll_id or "")
    if not page.result.hits:
        return _NO_MORE
    context.told(index, page.result.hits, wanted=options.provenance and not options.raw)
    return _page(page, options, _writer(context, index, options))


def _page(page: ScrollPage, options: Options, writer: Writer) -> object:
    if options.raw:
        return page.result.raw
    answer = search_answer(page.result, writer, with_facets=False)
    return {"_scroll_id": page.scroll_id or LAST_PAGE, **answer}


def _post(context: Context, index: str, options: Options) -> object:
    writer = _writer(context, index, options)
    requests = queries.batch_requests(options)
    if options.rawquery:
        return [context.engine.explain_query(index, request) for request in requests]
    results = context.engine.multi_search(index, requests)
    if options.raw:
        return [result.raw for result in results]
    context.told(index, (hit for result in results for hit in result.hits), wanted=options.provenance)
    return batch_answer(options, results, writer)
