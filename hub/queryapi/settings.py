"""How one data API behaves; every field has a working default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class StatusCheck:
    """A document that ``/status`` fetches to see that an index really answers.

    Attributes:
        doc_type: type whose index is asked.
        id: ``_id`` of a document that must be there.
    """

    doc_type: str
    id: str


@dataclass(frozen=True)
class QuerySettings:
    """Settings of one data API.

    Attributes:
        title: name shown on the front page and in the OpenAPI document.
        description: one or two sentences for the same places.
        prefix: path before everything else, e.g. ``/genes``; empty for none.
        version: path segment of the versioned routes.
        default_type: type served by the routes that name none; None: the first configured one.
        cache_max_age: seconds in ``Cache-Control`` of successful answers.
        default_scopes: fields an id is looked up in; exactly ``("_id",)`` uses the fast path.
        annotation_patterns: ``(regular expression, scopes)`` pairs tried on an id, first full match wins. The named
            groups ``term`` and ``scope``, when present, replace the whole id and the scopes.
        allow_random: ``q=__any__`` gives a random order; otherwise a random page of all documents.
        allow_nested_facets: ``facets=a(b)`` is answered instead of refused.
        userquery_dir: folder of stored queries (``<name>/query.txt``, ``<name>/filter.txt``); None: feature off.
        license_transform: dotted path to the source name whose license covers it.
        fields_excluded: fields not shown by ``/metadata/fields``.
        fields_notes: field to a note shown by ``/metadata/fields``.
        status_check: document fetched by ``/status``; None: health of the engine only.
        page_size: documents in one page of ``fetch_all``.
        max_matches: most documents one annotation id may match.
        threads: threads for blocking engine calls.
        inline_get: answer a GET by id in the event loop; None: when the engine is the embedded one.
        metadata_ttl: seconds for which mapping and metadata of an index are remembered.
        max_body_bytes: largest request body that is read.
    """

    title: str = "Data API"
    description: str = "Documents by id, search and metadata."
    prefix: str = ""
    version: str = "v1"
    default_type: str | None = None
    cache_max_age: int = 604_800
    default_scopes: Sequence[str] = ("_id",)
    annotation_patterns: Sequence[tuple[str, Sequence[str]]] = ()
    allow_random: bool = False
    allow_nested_facets: bool = False
    userquery_dir: Path | None = None
    license_transform: Mapping[str, str] = field(default_factory=dict)
    fields_excluded: Sequence[str] = ("all",)
    fields_notes: Mapping[str, str] = field(default_factory=dict)
    status_check: StatusCheck | None = None
    page_size: int = 1000
    max_matches: int = 1000
    threads: int = 4
    inline_get: bool | None = None
    metadata_ttl: float = 5.0
    max_body_bytes: int = 32 * 1024 * 1024

    @property
    def root(self) -> str:
        """The prefix with one leading slash and no trailing one; empty when there is none."""
        inner = self.prefix.strip("/")
        return f"/{inner}" if inner else ""
