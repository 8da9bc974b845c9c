"""Snapshots that Elasticsearch takes by itself, into repositories on its file system or on S3."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hub.datarelease.errors import RepositoryError, SnapshotFailedError
from hub.errors import HubError
from hub.jobs.port import JobContext
from hub.search.errors import EngineError, EngineUnavailableError
from hub.search.port import SearchSpec

if TYPE_CHECKING:
    from hub.search.elastic.snapshots import ElasticRepositories

RUNNING = ("IN_PROGRESS", "STARTED", "INIT")  #: states of a snapshot that is being taken
_TICK = 0.2  #: seconds between two looks at whether the job is to stop
MAX_SILENT = 5  #: looks in a row at which the cluster may not answer


@dataclass(frozen=True)
class NativeRequest:
    """What `take_native` needs.

    Attributes:
        engine: the cluster.
        index: an index of it.
        snapshot: name of the snapshot; one of that name is replaced.
        repository: name of the repository.
        kind: ``fs`` or ``s3``.
        settings: of the repository.
        recreate: make the repository known anew when it is not as the settings say.
        delay: seconds between two looks at the snapshot.
    """

    engine: SearchSpec
    index: str
    snapshot: str
    repository: str
    kind: str
    settings: Mapping[str, Any]
    recreate: bool = False
    delay: float = 15.0
    extra: Mapping[str, Any] = field(default_factory=dict)


def repositories(engine: SearchSpec) -> ElasticRepositories:
    """The snapshot repositories of a cluster; its client is imported now, since most hubs never need it."""
    from hub.search.elastic.snapshots import ElasticRepositories

    return ElasticRepositories(engine)


def take_native(ctx: JobContext, request: NativeRequest) -> dict[str, Any]:
    """Take a snapshot and wait for its end; gives what the cluster says of it.

    Raises:
        RepositoryError: the repository is not as the environment says, or the cluster can not use it.
        SnapshotFailedError: the snapshot failed, or vanished.
    """
    with closing(repositories(request.engine)) as cluster:
        prepare_repository(cluster, request)
        ctx.check()
        _reaching(request, lambda: cluster.remove(request.repository, request.snapshot))
        _reaching(request, lambda: cluster.start(request.repository, request.snapshot, request.index))
        try:
            return _wait(ctx, cluster, request)
        except BaseException:
            with contextlib.suppress(HubError):
                cluster.remove(request.repository, request.snapshot)
            raise


def prepare_repository(cluster: ElasticRepositories, request: NativeRequest) -> None:
    """Have the repository, as the settings say.

    Raises:
        RepositoryError: it is there with other settings, or the cluster can not use it.
    """
    there = cluster.settings(request.repository)
    if there is not None and not request.recreate:
        found = there.get("settings") or {}
        other = {k: found.get(k) for k, v in request.settings.items() if str(found.get(k)) != str(v)}
        if there.get("type") != request.kind or other:
            detail = {"expected": {"type": request.kind, **request.settings}, "found": there}
            raise RepositoryError(
                request.repository,
                "the cluster knows it with other settings. Give `recreate_repo` to replace them, or take another name.",
                detail,
            )
        reason = cluster.verify(request.repository)
        if reason is not None:
            raise RepositoryError(request.repository, f"the cluster can not use it: {reason}", reason)
        return
    if there is not None:
        cluster.forget(request.repository)
    _reaching(request, lambda: cluster.register(request.repository, request.kind, request.settings))


def _reaching(request: NativeRequest, act: Any) -> None:
    try:
        act()
    except EngineError as error:
        raise RepositoryError(
            request.repository, f"the cluster can not use it: {error.reason}", error.reason
        ) from error


def _wait(ctx: JobContext, cluster: ElasticRepositories, request: NativeRequest) -> dict[str, Any]:
    silent = 0
    while True:
        try:
            found = cluster.state(request.repository, request.snapshot)
            silent = 0
        except EngineUnavailableError:
            silent += 1
            if silent > MAX_SILENT:
                raise
            found = {"state": RUNNING[0]}
        except EngineError as error:
            raise RepositoryError(
                request.repository, f"it can not be read while the snapshot is taken: {error.reason}", error.reason
            ) from error
        state = str((found or {}).get("state") or "it is gone from the repository")
        if state == "SUCCESS" and found is not None:
            _reaching(request, lambda: cluster.look_into(request.repository, request.snapshot))
            return found
        if state not in RUNNING:
            raise SnapshotFailedError(request.snapshot, state, (found or {}).get("failures"))
        shards = (found or {}).get("shards") or {}
        ctx.progress(int(shards.get("successful") or 0), shards.get("total"), unit="shards", note="taking the snapshot")
        pause(ctx, request.delay)


def pause(ctx: JobContext, seconds: float) -> None:
    """Wait, but not when the job is to stop."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        ctx.check()
        time.sleep(min(_TICK, left))
