"""From parameters to search requests."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hub.queryapi.errors import OptionError
from hub.queryapi.options import Options, Tree
from hub.queryapi.settings import QuerySettings
from hub.queryapi.userqueries import UserQueries
from hub.search.port import (
    AllOf,
    Everything,
    Match,
    Nothing,
    Query,
    RandomOrder,
    Raw,
    SearchEngine,
    SearchRequest,
    Text,
)

ALL, ANY = "__all__", "__any__"
DEFAULT_SIZE = 10
_WINDOW = 10_000


def single_request(options: Options, settings: QuerySettings, stored: UserQueries) -> SearchRequest:
    """The search of GET ``/query``.

    Args:
        options: parameters of the request.
        settings: settings of the API.
        stored: the queries kept on the server.

    Raises:
        OptionError: nested facets where they are not allowed, or an unknown stored query.
    """
    facets = _facets(options.facets, nested=settings.allow_nested_facets)
    matches_all = options.q in (None, ALL)
    size = 0 if matches_all and facets and options.size is None and not options.fetch_all else options.size
    return SearchRequest(
        query=_single_query(options, settings, stored),
        fields=options.fields,
        size=size,
        start=0 if options.fetch_all else options.start,
        sort=() if options.fetch_all else options.sort,
        filter=options.filter or None,
        post_filter=options.post_filter or None,
        facets=facets,
        facet_size=options.facet_size,
        explain=options.explain,
    )


def _single_query(options: Options, settings: QuerySettings, stored: UserQueries) -> Query:
    if options.userquery and stored.enabled:
        return _stored_query(options.userquery, options.q, stored)
    return _text_query(options.q, allow_random=settings.allow_random)


def _text_query(q: str | None, *, allow_random: bool = False) -> Query:
    if q is None or q == ALL:
        return Everything()
    if not q.strip():
        return Nothing()
    if q == ANY:
        return RandomOrder() if allow_random else Everything()
    return Text(q)


def _stored_query(name: str, q: str | None, stored: UserQueries) -> Query:
    found = stored.get(name, q or "")
    query: Query = Raw(found.query) if found.query is not None else _text_query(q)
    if found.filter is None:
        return query
    return AllOf([query, Raw({"bool": {"filter": [found.filter]}})])


def _facets(facets: Sequence[str], *, nested: bool) -> tuple[str, ...]:
    if not nested and any("(" in facet for facet in facets):
        raise OptionError("aggs", "nested facets are not allowed on this server; ask for the fields one by one")
    return tuple(facet.replace(",", " ") for facet in facets)


def random_start(engine: SearchEngine, index: str, size: int | None) -> int:
    """Where a random page of all documents begins (``__any__`` on a server that does not order at random)."""
    last = min(engine.count(index), _WINDOW) - (size if size is not None else DEFAULT_SIZE)
    return random.randint(0, last) if last > 0 else 0


def batch_requests(options: Options) -> list[SearchRequest]:
    """One search for each term of POST ``/query``.

    Raises:
        OptionError: nested lists whose lengths disagree.
    """
    return [
        SearchRequest(
            query=_term_query(term, options.scopes, options.analyzer),
            fields=options.fields,
            size=options.size,
            start=options.start,
            sort=options.sort,
            filter=options.filter or None,
            post_filter=options.post_filter or None,
        )
        for term in options.terms
    ]


def _term_query(term: Any, scopes: Tree, analyzer: str | None) -> Query:
    nested_scopes = any(isinstance(scope, (list, tuple)) for scope in scopes)
    if isinstance(term, list):
        if not nested_scopes:
            scopes = [[scope] for scope in scopes]
        if len(term) != len(scopes):
            raise OptionError("q", f"{len(term)} combined terms need as many scopes, not {len(scopes)}")
        return AllOf([_match(part, scope, analyzer) for part, scope in zip(term, scopes, strict=True)])
    if nested_scopes:
        raise OptionError("scopes", "lists in `scopes` need lists in `q`")
    return _match(term, scopes, analyzer)


def _match(term: Any, scopes: Any, analyzer: str | None) -> Query:
    text = str(term)
    if not text.strip():
        return Nothing()
    if not scopes:
        return Text(text)
    return Match(text, [scopes] if isinstance(scopes, str) else list(scopes), analyzer)
