"""Which document types are served from which index, and what is remembered about each index for a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.queryapi.errors import NoTypesError, TypeNotFoundError
from hub.queryapi.format import license_paths
from hub.queryapi.settings import QuerySettings
from hub.search.port import SearchEngine

Indices = Mapping[str, str] | Callable[[], Mapping[str, str]]


@dataclass(frozen=True)
class IndexFacts:
    """What requests need to know of an index.

    Attributes:
        licenses: dotted path to license URL.
        fields: dotted names of the fields that can be searched.
        until: monotonic time after which it is read again.
    """

    licenses: Mapping[str, str]
    fields: frozenset[str]
    until: float


class Catalog:
    """Types and indices of one API. Types are looked up at each request, so one added at run time is served at once.

    Args:
        engine: where the indices live.
        indices: document type to index or alias; a mapping that may change, or a function that returns one.
        settings: settings of the API.
    """

    def __init__(self, engine: SearchEngine, indices: Indices, settings: QuerySettings) -> None:
        self.engine = engine
        self._indices = indices
        self._settings = settings
        self._facts: dict[str, IndexFacts] = {}

    def types(self) -> dict[str, str]:
        """Document type to index name, in the configured order, as of now."""
        return dict(self._now())

    def _now(self) -> Mapping[str, str]:
        return self._indices() if callable(self._indices) else self._indices

    def index(self, doc_type: str | None) -> str:
        """The index of a type; None: the default type.

        Raises:
            TypeNotFoundError: no such type.
            NoTypesError: there are no types at all.
        """
        indices = self._now()
        if doc_type is not None:
            try:
                return indices[doc_type]
            except KeyError:
                raise TypeNotFoundError(doc_type, indices) from None
        if not indices:
            raise NoTypesError
        default = self._settings.default_type
        if default is not None and default in indices:
            return indices[default]
        return next(iter(indices.values()))

    def facts(self, index: str) -> IndexFacts:
        """Facts of an index, at most `QuerySettings.metadata_ttl` seconds old."""
        known, now = self._facts.get(index), time.monotonic()
        if known is not None and now < known.until:
            return known
        source = self.engine.meta(index).get("src")
        facts = IndexFacts(
            licenses=license_paths(source if isinstance(source, Mapping) else {}, self._settings.license_transform),
            fields=frozenset(searchable_fields(self.engine.properties(index))),
            until=now + self._settings.metadata_ttl,
        )
        self._facts[index] = facts
        return facts

    def is_fresh(self, index: str) -> bool:
        """Whether `facts` answers without asking the engine."""
        known = self._facts.get(index)
        return known is not None and time.monotonic() < known.until


def searchable_fields(properties: Mapping[str, Any], parent: str = "") -> Iterator[str]:
    """Dotted names of the indexed leaf fields of a mapping, multi-fields included.

    Args:
        properties: ``properties`` of a mapping.
        parent: dotted name of the object they belong to.
    """
    for name, about in properties.items():
        path = f"{parent}.{name}" if parent else name
        if "properties" in about:
            yield from searchable_fields(about["properties"], path)
        elif about.get("index", True) and about.get("enabled", True):
            yield path
            yield from (f"{path}.{inner}" for inner in about.get("fields", {}))
