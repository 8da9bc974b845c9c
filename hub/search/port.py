"""The search port: what every search engine offers to indexing and to the public data API.

Engines: `hub.search.embedded` (tantivy) and `hub.search.elastic` (Elasticsearch 8 and 9). One contract suite,
``tests/contract/test_search.py``, runs on both; the same documents and queries give the same ids.

A *mapping* is an Elasticsearch ``properties`` object. It is closed (``dynamic: false``): a field that is not mapped is
stored and returned but can not be searched. All calls block; callers in an event loop use a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Document = dict[str, Any]
Properties = Mapping[str, Any]

Occur = Literal["index", "create"]


@dataclass(frozen=True)
class IndexConfig:
    """How an index is created.

    Attributes:
        properties: the ``properties`` of the mapping, without the automatic ``all`` field.
        meta: the ``_meta`` of the mapping (biothing_type, build_version, build_date, src, stats).
        num_shards: primary shards (ignored by the embedded engine).
        num_replicas: replicas once loaded (ignored by the embedded engine).
        extra_settings: index settings merged flat on top of the documented ones.
    """

    properties: Properties
    meta: Mapping[str, Any] = field(default_factory=dict)
    num_shards: int = 1
    num_replicas: int = 0
    extra_settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    """One document the engine refused, with the engine's reason."""

    id: str
    reason: str


@dataclass
class BulkReport:
    """What a bulk load did. ``indexed`` counts documents the engine accepted."""

    indexed: int = 0
    rejected: list[Rejected] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """Lucene query-string syntax, operator AND, lenient (data-pipeline 10.6); by default in ``_id`` and ``all``."""

    query: str


@dataclass(frozen=True)
class Match:
    """One term looked up in one or more fields (data-pipeline 10.7: multi_match, AND, lenient).

    Attributes:
        term: the text looked for.
        scopes: dotted fields; ``_id`` allowed.
        analyzer: Elasticsearch analyzer name, or None.
    """

    term: str
    scopes: Sequence[str]
    analyzer: str | None = None


@dataclass(frozen=True)
class AllOf:
    """Every part must match (nested lists of data-pipeline 10.7)."""

    parts: Sequence[Query]


@dataclass(frozen=True)
class Everything:
    """Match all documents."""


@dataclass(frozen=True)
class Nothing:
    """Match no document."""


@dataclass(frozen=True)
class RandomOrder:
    """Match all documents in random order (``__any__``)."""


@dataclass(frozen=True)
class Raw:
    """An engine-level query in Elasticsearch's query DSL (stored user queries). An unknown clause: QuerySyntaxError."""

    body: Mapping[str, Any]


Query = Text | Match | AllOf | Everything | Nothing | RandomOrder | Raw


@dataclass(frozen=True)
class SearchRequest:
    """One search.

    Attributes:
        query: what to look for.
        fields: source fields to return: None for all; ``-x`` excludes; wildcards ``*`` allowed.
        size: hits to return (None: 10). 0 is legal.
        start: hits to skip (``from``).
        sort: ``field`` ascending or ``-field`` descending; empty: by score, then ``_id``.
        filter: query string that restricts hits and facets, without score.
        post_filter: query string that restricts hits after the facets.
        facets: fields whose terms are counted; ``a(b c)`` nests.
        facet_size: terms for each facet.
        explain: ask the engine how each score came about.
        version: return ``_version`` with each hit.
    """

    query: Query
    fields: Sequence[str] | None = None
    size: int | None = None
    start: int = 0
    sort: Sequence[str] = ()
    filter: str | None = None
    post_filter: str | None = None
    facets: Sequence[str] = ()
    facet_size: int = 10
    explain: bool = False
    version: bool = False


@dataclass
class Hit:
    """One found document.

    Attributes:
        id: the document's ``_id``.
        score: relevance, or None when sorted by a field.
        source: the stored document without ``_id``, reduced to the requested fields.
        version: Elasticsearch's ``_version``; the embedded engine says 1.
        explanation: only when asked for.
    """

    id: str
    score: float | None
    source: Document
    version: int | None = None
    explanation: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class FacetTerm:
    """One value of a facet with the number of documents that have it, and nested facets."""

    term: Any
    count: int
    facets: Mapping[str, Facet] = field(default_factory=dict)


@dataclass(frozen=True)
class Facet:
    """Terms of one field, most frequent first (ties by term).

    Attributes:
        terms: at most ``facet_size`` of them.
        other: documents' values that are not among ``terms``.
        missing: Elasticsearch's ``doc_count_error_upper_bound`` (0 for one shard), as the reference shows it.
        total: sum of the returned counts.
    """

    terms: Sequence[FacetTerm]
    other: int
    missing: int
    total: int


@dataclass
class SearchResult:
    """Answer of one search. ``took`` in milliseconds; ``raw`` is the engine's own answer."""

    hits: list[Hit]
    total: int
    max_score: float | None
    took: int
    facets: dict[str, Facet] = field(default_factory=dict)
    raw: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ScrollPage:
    """One page of a full retrieval; ``scroll_id`` fetches the next one and is None after the last."""

    result: SearchResult
    scroll_id: str | None


@dataclass(frozen=True)
class SearchSpec:
    """A picklable recipe of an engine; `hub.search.open_engine` opens it, in any process.

    Attributes:
        engine: ``embedded`` or ``elastic``.
        location: folder (embedded) or URL (elastic).
        options: client arguments (elastic), e.g. ``request_timeout``; writer heap in bytes (embedded).
    """

    engine: str
    location: str = field(repr=False)
    options: Mapping[str, Any] = field(default_factory=dict)


class SearchEngine(Protocol):
    """One engine. An index name may be an index or an alias everywhere but in `create` and `delete`.

    Every call on an index that does not exist raises `hub.search.errors.IndexNotFoundError`; user mistakes in a query
    raise `hub.search.errors.QuerySyntaxError` (400); an engine that cannot be reached raises
    `hub.search.errors.EngineUnavailableError`, which is passing.
    """

    spec: SearchSpec

    def create(self, name: str, config: IndexConfig) -> None:
        """Create an empty index that is set up for loading.

        Raises:
            hub.search.errors.IndexExistsError: the name is taken by an index or alias.
            hub.search.errors.MappingError: a type or parameter the engine does not know, with its dotted path.
        """
        ...

    def fork(self, old: str, new: str, meta: Mapping[str, Any]) -> None:
        """Create an index that holds what another one holds, with its mapping and settings, as cheaply as can be.

        Neither changes with the other; files are shared where the engine allows (hard links). Loading may go on at
        once.

        Args:
            old: an index or alias, which is not being loaded.
            new: a name that is free.
            meta: the ``_meta`` of the new index.

        Raises:
            hub.search.errors.IndexExistsError: the name is taken.
        """
        ...

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """Delete documents by ``_id``, durably; those that are not there are passed over."""
        ...

    def bulk(self, name: str, documents: Iterable[Document]) -> BulkReport:
        """Index or overwrite documents (each with its ``_id``); memory is bounded by the batch. Refusals are listed."""
        ...

    def finish(self, name: str, *, merge: bool = False) -> None:
        """End of loading: make everything durable and searchable, restore the settings, optionally merge segments."""
        ...

    def delete(self, name: str) -> bool:
        """Delete an index; False when there was none."""
        ...

    def exists(self, name: str) -> bool:
        """Whether there is an index or alias of that name."""
        ...

    def names(self, pattern: str = "*") -> list[str]:
        """Sorted names of the indices (not aliases) that match a ``*`` pattern."""
        ...

    def set_alias(self, alias: str, name: str) -> str | None:
        """Point an alias at an index, atomically; returns the index it pointed at before."""
        ...

    def aliases(self) -> dict[str, str]:
        """Alias to index name."""
        ...

    def remove_alias(self, alias: str) -> bool:
        """Remove an alias; False when there was none."""
        ...

    def properties(self, name: str) -> dict[str, Any]:
        """The mapping's ``properties``, with the automatic ``all`` field."""
        ...

    def meta(self, name: str) -> dict[str, Any]:
        """The mapping's ``_meta``."""
        ...

    def set_meta(self, name: str, meta: Mapping[str, Any]) -> None:
        """Replace the mapping's ``_meta``."""
        ...

    def info(self, name: str) -> dict[str, Any]:
        """The engine's own description of the index (``?raw`` of ``/metadata``)."""
        ...

    def count(self, name: str) -> int:
        """Exact number of documents that can be searched."""
        ...

    def get(self, name: str, id_: str, *, fields: Sequence[str] | None = None) -> Hit | None:
        """One document by ``_id``, without analysis; the fastest path of the data API."""
        ...

    def missing_ids(self, name: str, ids: Sequence[str]) -> list[str]:
        """Those of ``ids`` that the index does not hold, without reading sources (``resume``)."""
        ...

    def get_many(self, name: str, ids: Sequence[str]) -> dict[str, Document]:
        """Those of ``ids`` that exist: ``_id`` to the whole document with its ``_id``."""
        ...

    def extend(self, name: str, properties: Properties) -> None:
        """Give an index a mapping that has all fields of its present one and more."""
        ...

    def search(self, name: str, request: SearchRequest) -> SearchResult:
        """Run one search."""
        ...

    def multi_search(self, name: str, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        """Run many searches in one round trip, answers in order."""
        ...

    def explain_query(self, name: str, request: SearchRequest) -> dict[str, Any]:
        """The engine-level query that `search` would send (``rawquery``)."""
        ...

    def scroll(self, name: str, request: SearchRequest, *, page_size: int = 1000) -> ScrollPage:
        """First page of everything that matches, as of now; later changes are not seen."""
        ...

    def scroll_next(self, scroll_id: str) -> ScrollPage:
        """Next page.

        Raises:
            hub.search.errors.ScrollExpiredError: unknown, or not used for a minute (400).
        """
        ...

    def health(self) -> dict[str, Any]:
        """State of the engine: at least ``{"status": "green" | "yellow" | "red", "engine": ..., "version": ...}``."""
        ...

    def tidy(self) -> list[str]:
        """Finish or remove what a process that was killed left half-done, while no other one writes; says what."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
