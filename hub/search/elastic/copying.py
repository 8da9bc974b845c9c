"""Documents by id, and copies of whole indices, with Elasticsearch's own means."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import elasticsearch
from elasticsearch import helpers

from hub.search.port import Document

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

GET_BATCH = 1000  #: documents of one answer
_WRITABLE = {"index.blocks.write": None}


def get_many(client: Elasticsearch, index: str, ids: Sequence[str]) -> dict[str, Document]:
    """Documents by id; those that do not exist are left out."""
    found: dict[str, Document] = {}
    for start in range(0, len(ids), GET_BATCH):
        answer = client.mget(index=index, ids=list(ids[start : start + GET_BATCH]))
        for entry in answer["docs"]:
            if entry.get("found"):
                found[entry["_id"]] = {"_id": entry["_id"], **entry["_source"]}
    return found


def remove(client: Elasticsearch, index: str, ids: Sequence[str]) -> int:
    """Delete documents by id; how many were there. Any other failure than their absence is raised."""
    gone = 0
    actions = ({"_op_type": "delete", "_id": id_} for id_ in ids)
    answers = helpers.streaming_bulk(client, actions, index=index, raise_on_error=False, chunk_size=GET_BATCH)
    for done, answer in answers:
        status = int(answer["delete"].get("status") or 0)
        if done:
            gone += 1
        elif status != 404:
            raise elasticsearch.ApiError(f"a document was not deleted: {answer['delete'].get('error')}", None, answer)  # type: ignore[arg-type]
    return gone


def clone(client: Elasticsearch, source: str, target: str) -> None:
    """Copy an index; its files are linked where the disk can do that.

    Elasticsearch wants the source closed for writing meanwhile; it is opened again whatever happens.
    """
    client.indices.flush(index=source)
    client.indices.add_block(index=source, block="write")
    try:
        client.indices.clone(index=source, target=target, settings=_WRITABLE, wait_for_active_shards="1")
        client.cluster.health(index=target, wait_for_status="yellow", timeout="300s")
    except BaseException:
        with contextlib.suppress(Exception):
            client.options(ignore_status=404).indices.delete(index=target)
        raise
    finally:
        client.indices.put_settings(index=source, settings=_WRITABLE)
