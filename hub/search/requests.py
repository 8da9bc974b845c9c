"""Requests of the port, made ready for an engine: the tree of a query, sort keys, facets, the result window."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.search import lucene
from hub.search.dsl import parse_body
from hub.search.errors import FieldUseError, QuerySyntaxError, WindowError
from hub.search.nodes import Bool, Clause, MatchAll, MatchNone, Node, Terms
from hub.search.port import AllOf, Everything, Match, Nothing, Query, RandomOrder, Raw, SearchRequest, Text

DEFAULT_SIZE = 10  #: hits when a request names no size
WINDOW = 10_000  #: from + size of one search, Elasticsearch's `index.max_result_window`
MAX_FACETS = 1_000  #: terms of one facet

_FACET = re.compile(r"\s*([^\s(),]+)\s*|\s*([(),])\s*")


@dataclass(frozen=True)
class SortKey:
    """One level of an order; documents without a value come last either way."""

    field: str
    descending: bool


@dataclass(frozen=True)
class FacetTree:
    """A facet and those counted within each of its terms."""

    field: str
    inner: tuple[FacetTree, ...] = ()


def query_tree(query: Query) -> Node:
    """The tree of a query of the port.

    Raises:
        QuerySyntaxError: a query string or a raw body that cannot be read.
    """
    match query:
        case Text():
            return lucene.parse(query.query)
        case Match():
            return Terms(tuple(query.scopes), query.term, analyzer=query.analyzer, none_if_empty=True)
        case AllOf():
            return Bool([Clause("must", query_tree(part)) for part in query.parts])
        case Everything() | RandomOrder():
            return MatchAll()
        case Nothing():
            return MatchNone()
        case Raw():
            return parse_body(query.body)


def sort_keys(sort: Sequence[str]) -> list[SortKey]:
    """``-field`` is descending."""
    return [SortKey(s.removeprefix("-"), s.startswith("-")) for s in sort if s.strip("-")]


def window(request: SearchRequest) -> tuple[int, int]:
    """First hit and number of hits.

    Raises:
        WindowError: negative, or beyond the result window.
    """
    size = DEFAULT_SIZE if request.size is None else request.size
    if size < 0 or request.start < 0 or request.start + size > WINDOW:
        raise WindowError(request.start, size, WINDOW)
    return request.start, size


def facet_trees(facets: Sequence[str]) -> list[FacetTree]:
    """Facets with their nesting: ``a``, ``a(b c)``, ``a(b(c), d)``.

    Raises:
        QuerySyntaxError: parentheses that do not match.
    """
    return [_facet_tree(text) for text in facets]


def _facet_tree(text: str) -> FacetTree:
    stack: list[list[FacetTree]] = [[]]
    names: list[str] = []
    at = 0
    while at < len(text):
        match = _FACET.match(text, at)
        if match is None:
            raise QuerySyntaxError(text, "a facet is written `field` or `field(inner)`", at)
        name, sign = match.groups()
        if name:
            stack[-1].append(FacetTree(name))
        elif sign == "(":
            if not stack[-1]:
                raise QuerySyntaxError(text, "`(` needs a field before it", at)
            names.append(stack[-1].pop().field)
            stack.append([])
        elif sign == ")":
            if not names or not stack[-1]:
                raise QuerySyntaxError(text, "`)` closes nothing", at)
            inner = tuple(stack.pop())
            stack[-1].append(FacetTree(names.pop(), inner))
        at = match.end()
    if names or len(stack[0]) != 1:
        raise QuerySyntaxError(text, "a facet is one field, with others in parentheses: `field(inner)`")
    return stack[0][0]


def text_field_error(field: str, use: str) -> FieldUseError:
    """The error for facets and sorting on an analysed field."""
    return FieldUseError(field, use, "it is a text field; add a `keyword` multi-field, or map it as keyword")
