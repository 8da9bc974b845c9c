"""Bulk loading of Elasticsearch: a stream in, chunks bounded in documents and bytes out, refusals listed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import elasticsearch
from elasticsearch import helpers

from hub.search.documents import UnfitDocument, document_id, encode_source
from hub.search.elastic.client import reason_of
from hub.search.errors import BulkAbortedError
from hub.search.port import BulkReport, Document, Rejected

CHUNK_DOCUMENTS = 1_000
CHUNK_BYTES = 10 * 1024 * 1024
RETRIES = 8  #: of a chunk or document that Elasticsearch is too busy for (429)
_BACKOFF = {"initial_backoff": 0.5, "max_backoff": 30}  #: seconds
_GONE = 404  #: status of a document that is not there
_ALLOWED = {"chunk_size", "max_chunk_bytes", "max_retries", "initial_backoff", "max_backoff", "request_timeout"}


def load(
    client: elasticsearch.Elasticsearch, name: str, documents: Iterable[Document], options: Mapping[str, Any]
) -> BulkReport:
    """Index or overwrite documents.

    Args:
        options: of the bulk helper (``chunk_size``, ``max_chunk_bytes``, ``max_retries``, ...); others are ignored.

    Raises:
        BulkAbortedError: a whole chunk failed, after its retries.
    """
    report = BulkReport()
    arguments: dict[str, Any] = {
        "chunk_size": CHUNK_DOCUMENTS,
        "max_chunk_bytes": CHUNK_BYTES,
        "max_retries": RETRIES,
        **_BACKOFF,
        **{key: value for key, value in options.items() if key in _ALLOWED},
    }
    timeout = arguments.pop("request_timeout", None)
    target = client.options(request_timeout=timeout) if timeout else client
    try:
        for done, item in helpers.streaming_bulk(
            target,
            _actions(documents, report),
            index=name,
            expand_action_callback=_expand,
            raise_on_error=False,
            **arguments,
        ):
            if done:
                report.indexed += 1
            else:
                report.rejected.append(_rejection(item["index"]))
    except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
        reason = reason_of(error.body)[1] if isinstance(error, elasticsearch.ApiError) else str(error)
        raise BulkAbortedError(name, report.indexed, reason) from error
    return report


def remove(client: elasticsearch.Elasticsearch, name: str, ids: Iterable[str]) -> None:
    """Delete documents by id; those that are not there are passed over.

    Raises:
        BulkAbortedError: the server did not take the deletions.
    """
    actions = ({"_op_type": "delete", "_id": id_} for id_ in ids)
    removed = 0
    try:
        found = helpers.streaming_bulk(client, actions, index=name, raise_on_error=False, max_retries=RETRIES)
        for done, item in found:
            removed += 1
            if not done and item["delete"].get("status") != _GONE:
                raise BulkAbortedError(name, removed, reason_of(item["delete"])[1])
    except (elasticsearch.ApiError, elasticsearch.TransportError) as error:
        reason = reason_of(error.body)[1] if isinstance(error, elasticsearch.ApiError) else str(error)
        raise BulkAbortedError(name, removed, reason) from error


def _actions(documents: Iterable[Document], report: BulkReport) -> Iterator[Any]:
    for document in documents:
        try:
            yield document_id(document), encode_source(document)
        except UnfitDocument as error:
            report.rejected.append(Rejected(str(document.get("_id", "")), str(error)))


def _expand(action: Any) -> tuple[dict[str, Any], Any]:
    id_, source = action
    return {"index": {"_id": id_}}, source


def _rejection(item: Mapping[str, Any]) -> Rejected:
    return Rejected(str(item.get("_id", "")), reason_of(item)[1])
