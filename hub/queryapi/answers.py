"""From search results to the documented answers of ``/query``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from hub.queryapi.encode import fragment
from hub.queryapi.format import Shaper
from hub.queryapi.options import Options
from hub.search.port import Facet, Hit, SearchResult

Answer = dict[str, Any]


class Writer:
    """Turns documents into parts of an answer: shaped, and for JSON already written with sorted keys.

    Args:
        options: parameters of the request.
        shaper: the formatting of the request.
    """

    def __init__(self, options: Options, shaper: Shaper) -> None:
        self._shaper = shaper
        self._sorts = options.sorted and shaper.sorts_last

    def document(self, document: dict[str, Any]) -> Any | None:
        """A part of an answer, or None when the document is left out."""
        shaped = self._shaper.shape(document)
        if shaped is None or not self._sorts:
            return shaped
        return fragment(shaped)

    def documents(self, documents: Iterable[dict[str, Any]]) -> list[Any]:
        """The parts of several documents, without those left out."""
        return [part for part in map(self.document, documents) if part is not None]


def hit_document(hit: Hit, **head: Any) -> dict[str, Any]:
    """A query answer: ``_id``, ``_score``, the stored fields, and ``head`` before them."""
    document = {**head, "_id": hit.id, "_score": hit.score}
    if hit.explanation is not None:
        document["_explanation"] = hit.explanation
    return {**document, **hit.source, **document}


def search_answer(result: SearchResult, writer: Writer, *, with_facets: bool) -> Answer:
    """The answer of GET ``/query``.

    Args:
        result: what the engine found.
        writer: shapes its documents.
        with_facets: facets were asked for; empty ``hits`` are then left out.
    """
    answer: Answer = {"took": result.took, "total": result.total, "max_score": result.max_score}
    if with_facets:
        answer["facets"] = {name: facet_answer(facet) for name, facet in result.facets.items()}
    hits = writer.documents(hit_document(hit) for hit in result.hits)
    if hits or not with_facets:
        answer["hits"] = hits
    return answer


def facet_answer(facet: Facet) -> Answer:
    """One facet as clients know it; nested facets stand in their term."""
    terms = [
        {"count": term.count, "term": term.term, **{name: facet_answer(inner) for name, inner in term.facets.items()}}
        for term in facet.terms
    ]
    return {
        "_type": "terms",
        "terms": terms,
        "other": facet.other,
        "missing": facet.missing,
        "total": facet.total,
    }


def batch_answer(options: Options, results: Sequence[SearchResult], writer: Writer) -> Any:
    """The answer of POST ``/query``: one flat list in the order of the terms, under ``hits`` for `with_total`."""
    entries: list[Any] = []
    for term, result in zip(options.terms, results, strict=True):
        entries += term_entries(term, result.hits, writer)
    if not options.with_total:
        return entries
    answer: Answer = {"max_total": max((result.total for result in results), default=0), "hits": entries}
    size = options.size if options.size is not None else 10
    over = sum(result.total > options.start + size for result in results)
    if over:
        answer["msg"] = (
            f"{over} query terms return > {size} hits, using from={options.start + size} to retrieve the remaining hits"
        )
    return answer


def term_entries(term: Any, hits: Sequence[Hit], writer: Writer) -> list[Any]:
    """The entries of one term: its documents, or one that says ``notfound``."""
    if not hits:
        return [not_found(term)]
    return writer.documents(hit_document(hit, query=term) for hit in hits)


def not_found(term: Any) -> Mapping[str, Any]:
    """The entry of a term without a document."""
    return {"query": term, "notfound": True}
