"""The graph: types of identifiers, and the edges between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import networkx

from hub.datatransform.edges import Edge
from hub.datatransform.errors import LookupGraphError, UnknownIdTypeError

MAX_WAYS = 20  #: ways between two types that are tried, the cheapest first


class IdGraph:
    """A directed graph of types of identifiers. Names of types are not told apart by case.

    Args:
        graph: a ``networkx.DiGraph`` whose edges have the attribute ``object``, each an `Edge`; None for an empty one.
    """

    def __init__(self, graph: Any = None) -> None:
        self._graph: Any = networkx.DiGraph()
        if graph is None:
            return
        try:
            edges = list(graph.edges(data=True))
            self._graph.add_nodes_from(str(node).lower() for node in graph.nodes)
        except (AttributeError, TypeError):
            raise LookupGraphError(f"a graph is a networkx.DiGraph or an IdGraph, not {graph!r:.80}.") from None
        for start, end, data in edges:
            if "object" not in data:
                raise LookupGraphError(f"the edge from `{start}` to `{end}` has no attribute `object`.")
            self.add(start, end, data["object"])

    @classmethod
    def of(cls, graph: Any) -> IdGraph:
        """The graph itself, or what a networkx graph holds."""
        return graph if isinstance(graph, cls) else cls(graph)

    def add(self, start: str, end: str, edge: Edge) -> IdGraph:
        """Add an edge from one type to another; from a type to itself it says which identifiers exist.

        Raises:
            LookupGraphError: there is one already, or it is no edge.
        """
        if not callable(getattr(edge, "lookup", None)):
            raise LookupGraphError(f"the edge from `{start}` to `{end}` must be an Edge, not {edge!r:.80}.")
        start, end = start.lower(), end.lower()
        if self._graph.has_edge(start, end):
            raise LookupGraphError(f"there are two edges from `{start}` to `{end}`.")
        self._graph.add_edge(start, end, object=edge, weight=float(getattr(edge, "weight", 1)))
        return self

    def types(self) -> list[str]:
        """The types, sorted."""
        return sorted(self._graph.nodes)

    def edges(self) -> list[Edge]:
        """All edges."""
        return [data["object"] for _, _, data in self._graph.edges(data=True)]

    def edge(self, start: str, end: str) -> Edge:
        """The edge between two types."""
        found: Edge = self._graph.edges[start, end]["object"]
        return found

    def check(self, name: str) -> str:
        """A type as the graph writes it.

        Raises:
            UnknownIdTypeError: there is none of that name.
        """
        lower = name.lower()
        if lower not in self._graph:
            raise UnknownIdTypeError(lower, self.types())
        return lower

    def ways(self, start: str, end: str) -> list[list[str]]:
        """Ways from one type to another without loops, the one with the least sum of weights first."""
        if start == end:
            return [[start, start]] if self._graph.has_edge(start, start) else []
        return list(islice(self._ways(start, end), MAX_WAYS))

    def _ways(self, start: str, end: str) -> Iterator[list[str]]:
        try:
            yield from networkx.shortest_simple_paths(self._graph, start, end, weight="weight")
        except networkx.NetworkXNoPath:
            return

    def close(self) -> None:
        """Release what the edges hold open."""
        for edge in self.edges():
            close = getattr(edge, "close", None)
            if close is not None:
                close()
