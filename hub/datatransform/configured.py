"""A key lookup from the setting ``KEYLOOKUP``, for manifests whose application has no class of its own.

KEYLOOKUP = {
    "output_types": ["entrez"],
    "edges": [
        {"from": "symbol", "to": "ensembl", "file": "symbols.tsv", "key": "symbol", "value": "ensembl"},
        {"from": "ensembl", "to": "entrez", "collection": "ensembl_gene", "lookup": "_id", "field": "entrez"},
        {"from": "rsid", "to": "entrez", "url": "https://host/{id}", "result": "genes[].entrez", "weight": 3},
        {"from": "up", "to": "symbol", "url": "https://host/query", "lookup": "up", "field": "symbol"},
        {"from": "umls", "to": "cui", "pattern": "^UMLS:(.*)", "replacement": "\\\\1"}]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from hub.dataload.aliases import current_settings
from hub.datatransform.edges import Edge, FileEdge, RegexEdge, StoreEdge
from hub.datatransform.errors import LookupGraphError
from hub.datatransform.graph import IdGraph
from hub.datatransform.lookup import KeyLookup
from hub.datatransform.services import ApiEdge, BioThingsEdge
from hub.errors import suggest

_KINDS: dict[str, Callable[..., Edge]] = {"file": FileEdge, "collection": StoreEdge, "pattern": RegexEdge}


class ConfiguredLookup(KeyLookup):
    """A key lookup along the edges of ``KEYLOOKUP``.

    Args:
        input_types: see `KeyLookup`.
        output_types: see `KeyLookup`; those of the setting unless given.
        more: further arguments of `KeyLookup`.
    """

    def __init__(self, input_types: Any, output_types: Sequence[str] | None = None, **more: Any) -> None:
        settings = current_settings()
        config: Mapping[str, Any] = settings.get("KEYLOOKUP") or {}
        graph = graph_of(config, Path(getattr(settings, "home", ".")))
        super().__init__(graph, input_types, output_types or config.get("output_types") or (), **more)


def graph_of(config: Mapping[str, Any], folder: Path) -> IdGraph:
    """The graph of a declaration.

    Args:
        config: as ``KEYLOOKUP``.
        folder: files are relative to it.

    Raises:
        LookupGraphError: an edge that can not be made; says which and why.
    """
    edges = config.get("edges")
    if not isinstance(edges, list) or not edges:
        raise LookupGraphError("the setting KEYLOOKUP must hold `edges`, a list of at least one.")
    graph = IdGraph()
    for number, entry in enumerate(edges, 1):
        try:
            start, end, edge = _edge(dict(entry), folder)
        except LookupGraphError as error:
            raise LookupGraphError(f"edge {number} of KEYLOOKUP: {error.reason}") from None
        except (TypeError, ValueError) as error:
            raise LookupGraphError(f"edge {number} of KEYLOOKUP ({entry!r:.120}): {error}.") from None
        graph.add(start, end, edge)
    return graph


def _edge(entry: dict[str, Any], folder: Path) -> tuple[str, str, Edge]:
    start, end = entry.pop("from", None), entry.pop("to", None)
    if not isinstance(start, str) or not isinstance(end, str):
        raise LookupGraphError("it must say `from` and `to`.")
    if "url" in entry:
        return start, end, ApiEdge(**entry) if "result" in entry else BioThingsEdge(**entry)
    kind = next((key for key in _KINDS if key in entry), None)
    if kind is None:
        raise LookupGraphError(
            f"it needs one of {', '.join([*_KINDS, 'url'])}. {suggest(next(iter(entry), ''), _KINDS)}"
        )
    first = entry.pop(kind)
    return start, end, _KINDS[kind](folder / first if kind == "file" else first, **entry)
