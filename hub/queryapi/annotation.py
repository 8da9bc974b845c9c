"""Documents by id: which fields an id is looked up in, and the look-up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hub.queryapi.catalog import Catalog
from hub.queryapi.errors import DocumentNotFoundError, TooManyMatchesError
from hub.queryapi.options import Options
from hub.queryapi.settings import QuerySettings
from hub.search.port import Hit, Match, SearchRequest

_ID_ONLY = ("_id",)


@dataclass(frozen=True)
class Lookup:
    """One id made ready.

    Attributes:
        term: text looked for.
        scopes: fields it is looked up in; ``("_id",)`` is a plain get.
    """

    term: str
    scopes: tuple[str, ...]

    @property
    def by_id(self) -> bool:
        """Whether `hub.search.port.SearchEngine.get` answers it."""
        return self.scopes == _ID_ONLY


class Annotator:
    """Finds the documents of ids.

    Args:
        catalog: the served indices.
        settings: settings of the API.
    """

    def __init__(self, catalog: Catalog, settings: QuerySettings) -> None:
        self._catalog = catalog
        self._engine = catalog.engine
        self._default = tuple(settings.default_scopes)
        self._patterns = [(re.compile(pattern), tuple(scopes)) for pattern, scopes in settings.annotation_patterns]
        self._most = settings.max_matches
        self._batch_gets = settings.inline_get if settings.inline_get is not None else is_embedded(catalog)

    def lookup(self, index: str, id_: str) -> Lookup:
        """How an id is looked up.

        The configured patterns come first, then ``scope:term`` when the part before the first colon is an indexed
        field, else the whole text in the default scopes.

        Args:
            index: index whose mapping says which fields are indexed.
            id_: the id as the client gave it.
        """
        for pattern, scopes in self._patterns:
            found = pattern.fullmatch(id_)
            if found:
                named = found.groupdict()
                scope = named.get("scope")
                usable = (scope,) if scope else (scopes or self._default)
                if all(field == "_id" or field in self._catalog.facts(index).fields for field in usable):
                    return Lookup(named.get("term") or id_, usable)
        scope, colon, term = id_.partition(":")
        if colon and term and (scope == "_id" or scope in self._catalog.facts(index).fields):
            return Lookup(term, (scope,))
        return Lookup(id_, self._default)

    def is_quick(self, index: str, id_: str) -> bool:
        """Whether an id is a plain get and the facts of the index are remembered, so that nothing can block."""
        return self._catalog.is_fresh(index) and self.lookup(index, id_).by_id

    def request(self, lookup: Lookup, options: Options) -> SearchRequest:
        """The search for an id that is not a plain get (also behind `raw` and `rawquery`)."""
        query = Match(lookup.term, lookup.scopes)
        return SearchRequest(query=query, fields=options.fields, size=self._most, version=True)

    def find(self, index: str, id_: str, options: Options) -> list[Hit]:
        """Every document of one id.

        Raises:
            DocumentNotFoundError: there is none.
            TooManyMatchesError: there are more than `QuerySettings.max_matches`.
        """
        hits = self._hits(index, self.lookup(index, id_), options)
        if not hits:
            raise DocumentNotFoundError(id_)
        return hits

    def _hits(self, index: str, lookup: Lookup, options: Options) -> list[Hit]:
        if lookup.by_id:
            hit = self._engine.get(index, lookup.term, fields=options.fields)
            return [hit] if hit is not None else []
        result = self._engine.search(index, self.request(lookup, options))
        self._check(lookup, result.total)
        return result.hits

    def _check(self, lookup: Lookup, total: int) -> None:
        if total > self._most:
            raise TooManyMatchesError(lookup.term, total, self._most)

    def find_many(self, index: str, ids: Sequence[str], options: Options) -> list[list[Hit]]:
        """The documents of each id, in order; an empty list where there are none.

        Raises:
            TooManyMatchesError: one id has more than `QuerySettings.max_matches`.
        """
        lookups = [self.lookup(index, id_) for id_ in ids]
        if self._batch_gets and all(lookup.by_id for lookup in lookups):
            return [self._hits(index, lookup, options) for lookup in lookups]
        results = self._engine.multi_search(index, [self.request(lookup, options) for lookup in lookups])
        for lookup, result in zip(lookups, results, strict=True):
            self._check(lookup, result.total)
        return [result.hits for result in results]


def is_embedded(catalog: Catalog) -> bool:
    """Whether the engine runs in this process, so that a get costs less than a change of thread."""
    return catalog.engine.spec.engine == "embedded"


def document_of(hit: Hit, **head: Any) -> dict[str, Any]:
    """An annotation answer: ``head``, ``_id``, ``_version`` and the stored fields."""
    head["_id"] = hit.id
    if hit.version is not None:
        head["_version"] = hit.version
    return {**head, **hit.source, **head}
