"""GET ``/<type>/<id>`` and POST ``/<type>``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hub.queryapi.annotation import document_of
from hub.queryapi.answers import Writer, not_found
from hub.queryapi.context import Context
from hub.queryapi.encode import sorted_json, to_json
from hub.queryapi.errors import DocumentNotFoundError
from hub.queryapi.format import Shaper
from hub.queryapi.handlers.base import ApiHandler, answered
from hub.queryapi.options import Options
from hub.queryapi.parameters import Endpoint
from hub.search.port import Hit


class AnnotationHandler(ApiHandler):
    """Documents by id."""

    @answered
    async def get(self, doc_type: str, id_: str | None = None) -> None:
        """One document, or a list when the id matches several."""
        context = self.context
        index = context.catalog.index(doc_type)
        options = self.parameters(Endpoint.ANNOTATE, **({"id": id_} if id_ else {}))
        if options.raw or options.rawquery:
            value = await context.run(lambda: _raw(context, index, options))
            self.send(value, options.format)
            return
        quick = context.inline_get and not options.provenance
        if quick and context.annotator.is_quick(index, options.id):
            body = _one(context, index, options)
        else:
            body = await context.run(lambda: _one(context, index, options))
        self.cache()
        if isinstance(body, bytes):
            self.send_bytes(body)
        else:
            self.send(body, options.format)

    @answered
    async def post(self, doc_type: str, id_: str | None = None) -> None:
        """A list with the documents of every id, each with its ``query``."""
        context = self.context
        index = context.catalog.index(doc_type)
        options = self.parameters(Endpoint.ANNOTATE_MANY, **({"id": id_} if id_ else {}))
        work = _raw_many if options.raw or options.rawquery else _many
        value = await context.run(lambda: work(context, index, options))
        self.cache()
        if isinstance(value, bytes):
            self.send_bytes(value)
        else:
            self.send(value, options.format)


def _one(context: Context, index: str, options: Options) -> Any:
    """Bytes of JSON, or a value for the other formats."""
    shaper = Shaper(options, context.catalog.facts(index).licenses)
    hits = context.told(index, context.annotator.find(index, options.id, options), wanted=options.provenance)
    documents = [shaper.shape(document_of(hit)) for hit in hits]
    kept = [document for document in documents if document is not None]
    if not kept:
        raise DocumentNotFoundError(options.id)
    value = kept[0] if len(kept) == 1 else kept
    if options.format != "json":
        return value
    return sorted_json(value) if options.sorted and shaper.sorts_last else to_json(value)


def _many(context: Context, index: str, options: Options) -> Any:
    writer = Writer(options, Shaper(options, context.catalog.facts(index).licenses))
    found = context.annotator.find_many(index, options.ids, options)
    context.told(index, (hit for hits in found for hit in hits), wanted=options.provenance)
    entries = [entry for id_, hits in zip(options.ids, found, strict=True) for entry in _entries(id_, hits, writer)]
    return to_json(entries) if options.format == "json" else entries


def _entries(id_: str, hits: Sequence[Hit], writer: Writer) -> list[Any]:
    if not hits:
        return [not_found(id_)]
    return writer.documents(document_of(hit, query=id_) for hit in hits)


def _raw(context: Context, index: str, options: Options) -> Any:
    request = context.annotator.request(context.annotator.lookup(index, options.id), options)
    if options.rawquery:
        return context.engine.explain_query(index, request)
    return context.engine.search(index, request).raw


def _raw_many(context: Context, index: str, options: Options) -> Any:
    annotator = context.annotator
    requests = [annotator.request(annotator.lookup(index, id_), options) for id_ in options.ids]
    if options.rawquery:
        return [context.engine.explain_query(index, request) for request in requests]
    return [result.raw for result in context.engine.multi_search(index, requests)]
