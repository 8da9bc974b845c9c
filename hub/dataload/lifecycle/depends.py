"""Sources that depend on others: in which order they run, and whether one is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.dataload.lifecycle.errors import CycleError

Graph = Mapping[str, Sequence[str]]


def order(source: str, graph: Graph) -> list[str]:
    """The source and all that it depends on, directly or not, each after what it depends on itself.

    Raises:
        CycleError: they depend on each other in a circle; tells the chain.
    """
    found: list[str] = []
    _visit(source, graph, [], found)
    return found


def _visit(source: str, graph: Graph, way: list[str], found: list[str]) -> None:
    if source in way:
        raise CycleError([*way[way.index(source) :], source])
    if source in found:
        return
    for dependency in graph.get(source, ()):
        _visit(dependency, graph, [*way, source], found)
    found.append(source)


def cycles(graph: Graph) -> dict[str, CycleError]:
    """What is wrong with each source that depends on itself, over others or not."""
    found = {}
    for source in graph:
        try:
            order(source, graph)
        except CycleError as error:
            found[source] = error
    return found


def dependents(source: str, graph: Graph) -> list[str]:
    """Sources that depend directly on this one."""
    return sorted(name for name, needs in graph.items() if source in needs)


def changed(made_from: Mapping[str, str], now: Iterable[tuple[str, str]]) -> list[str]:
    """What is new, in words: a dependency has another release than the one that was used.

    Args:
        made_from: release by dependency, of the present release of the dependent.
        now: dependency and its current release.
    """
    return [
        f"`{name}` is at release `{release}`, this was made from `{made_from.get(name, 'none')}`"
        for name, release in now
        if made_from.get(name) != release
    ]


def as_graph(plugins: Mapping[str, Any]) -> dict[str, list[str]]:
    """What each loaded source depends on."""
    return {name: [str(d) for d in getattr(p.dumper_class, "DEPENDS_ON", None) or []] for name, p in plugins.items()}
