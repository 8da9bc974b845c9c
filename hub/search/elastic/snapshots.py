"""Snapshot repositories of Elasticsearch: made, looked at, filled and restored from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import elasticsearch

from hub.search.elastic.client import connect, translated
from hub.search.errors import EngineError
from hub.search.port import SearchSpec


class ElasticRepositories:
    """Repositories and snapshots of a cluster.

    Args:
        spec: of the cluster.
    """

    def __init__(self, spec: SearchSpec) -> None:
        self._spec = spec
        self._client = connect(spec)

    def settings(self, repository: str) -> dict[str, Any] | None:
        """``{"type", "settings"}`` of a repository, or None when the cluster does not know it."""
        with translated(self._spec.location, "look at a snapshot repository"):
            try:
                found = self._client.snapshot.get_repository(name=repository)
            except elasticsearch.NotFoundError:
                return None
        return dict(found[repository])

    def register(self, repository: str, kind: str, settings: Mapping[str, Any]) -> None:
        """Make a repository known and have all nodes look at it; what it holds stays.

        Raises:
            hub.search.errors.EngineError: the cluster can not use it; the message has its reason.
        """
        with translated(self._spec.location, "make a snapshot repository"):
            try:
                self._client.snapshot.create_repository(
                    name=repository, repository={"type": kind, "settings": dict(settings)}, verify=True
                )
            except elasticsearch.ApiError as error:
                raise EngineError("elastic", "make a snapshot repository", _reason(error)) from error

    def verify(self, repository: str) -> str | None:
        """Why the nodes can not use a repository; None when they can."""
        with translated(self._spec.location, "verify a snapshot repository"):
            try:
                self._client.snapshot.verify_repository(name=repository)
            except elasticsearch.ApiError as error:
                return _reason(error)
        return None

    def forget(self, repository: str) -> None:
        """Have the cluster forget a repository; what it holds stays."""
        with translated(self._spec.location, "forget a snapshot repository"):
            self._client.options(ignore_status=404).snapshot.delete_repository(name=repository)

    def look_into(self, repository: str, snapshot: str) -> None:
        """Have the cluster read what it has written of each shard of a snapshot.

        Raises:
            EngineError: it can not be read.
        """
        with translated(self._spec.location, "read a snapshot"):
            self._client.snapshot.status(repository=repository, snapshot=snapshot)

    def start(self, repository: str, snapshot: str, index: str) -> None:
        """Begin a snapshot of one index, without the state of the cluster."""
        with translated(self._spec.location, "take a snapshot"):
            self._client.snapshot.create(
                repository=repository,
                snapshot=snapshot,
                indices=index,
                include_global_state=False,
                wait_for_completion=False,
            )

    def state(self, repository: str, snapshot: str) -> dict[str, Any] | None:
        """``{"state", "indices", "failures", ...}`` of a snapshot; None when it is not in the repository."""
        with translated(self._spec.location, "look at a snapshot"):
            try:
                found = self._client.snapshot.get(repository=repository, snapshot=snapshot)["snapshots"]
            except elasticsearch.NotFoundError:
                return None
            except elasticsearch.ApiError as error:
                raise EngineError("elastic", "look at a snapshot", _reason(error)) from error
        return dict(found[0]) if found else None

    def names(self, repository: str) -> list[str]:
        """Snapshots in a repository."""
        with translated(self._spec.location, "list snapshots"):
            try:
                found = self._client.snapshot.get(repository=repository, snapshot="*")["snapshots"]
            except elasticsearch.ApiError as error:
                raise EngineError("elastic", "list snapshots", _reason(error)) from error
        return sorted(str(entry["snapshot"]) for entry in found)

    def remove(self, repository: str, snapshot: str) -> bool:
        """Delete a snapshot, also one that is being taken; False when there is none."""
        with translated(self._spec.location, "delete a snapshot"):
            try:
                self._client.snapshot.delete(repository=repository, snapshot=snapshot)
            except elasticsearch.NotFoundError:
                return False
            except elasticsearch.ApiError as error:
                raise EngineError("elastic", "delete a snapshot", _reason(error)) from error
        return True

    def restore(self, repository: str, snapshot: str, index: str, new: str) -> None:
        """Begin to restore one index of a snapshot under another name, without its aliases."""
        with translated(self._spec.location, "restore a snapshot"):
            try:
                self._client.snapshot.restore(
                    repository=repository,
                    snapshot=snapshot,
                    indices=index,
                    rename_pattern="^.+$",
                    rename_replacement=new,
                    include_global_state=False,
                    include_aliases=False,
                    index_settings={"index.number_of_replicas": 0},
                    wait_for_completion=False,
                )
            except elasticsearch.ApiError as error:
                raise EngineError("elastic", "restore a snapshot", _reason(error)) from error

    def is_restored(self, index: str) -> bool:
        """Whether all shards of an index are there."""
        with translated(self._spec.location, "look at a restored index", name=index):
            found = self._client.indices.recovery(index=index)
            shards = [shard for entry in found.body.values() for shard in entry["shards"]]
        return bool(shards) and all(shard["stage"] == "DONE" for shard in shards)

    def close(self) -> None:
        """Release connections."""
        self._client.close()


def _reason(error: elasticsearch.ApiError) -> str:
    body = error.body
    told = body.get("error") if isinstance(body, Mapping) else None
    if isinstance(told, Mapping):
        causes = [told, *(told.get("root_cause") or [])]
        inner = told.get("caused_by")
        while isinstance(inner, Mapping):
            causes.append(inner)
            inner = inner.get("caused_by")
        return "; ".join(dict.fromkeys(f"{c.get('type')}: {c.get('reason')}" for c in causes))[:600]
    return str(error)[:600]
