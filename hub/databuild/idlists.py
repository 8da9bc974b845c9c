"""Id lists: every ``_id`` of a build or source in one file, one a line, for others to download."""

from __future__ import annotations

import heapq
import lzma
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from hub import errors
from hub.databuild.locate import BuildServices
from hub.jobs.port import JobContext, JobSpec
from hub.store import StoreSpec, open_store

JsonDict = dict[str, Any]
PROGRESS = 10_000  #: ids between two words about progress


class LineBreakInIdError(errors.HubError, errors.Permanent):
    """An ``_id`` with a line break can not be a line of a list."""

    status = 422

    def __init__(self, collection: str, id_: str) -> None:
        self.collection, self.id_ = collection, id_
        super().__init__(
            f"`{collection}` has the _id {id_[:100]!r}, with a line break: its ids can not be listed one a line. "
            "Correct it in the parser and upload the source again."
        )


@dataclass(frozen=True)
class IdListRequest:
    """What `write_ids` needs.

    Attributes:
        collections: recipe of the store and name of each collection; several are joined.
        path: the file.
    """

    collections: Sequence[tuple[StoreSpec, str]]
    path: str


def write_ids(ctx: JobContext, request: IdListRequest) -> JsonDict:
    """Write the sorted ids without repetition; the file appears when it is whole. ``{file, count, bytes}``."""
    path = Path(request.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    try:
        with ExitStack() as stack:
            lists = [_ids(stack, *one) for one in request.collections]
            target = stack.enter_context(lzma.open(partial, "wt", encoding="utf-8", newline="\n", preset=1))
            for id_, _ in groupby(heapq.merge(*lists)):
                if "\n" in id_ or "\r" in id_:
                    raise LineBreakInIdError(request.collections[0][1], id_)
                target.write(f"{id_}\n")
                count += 1
                if not count % PROGRESS:
                    ctx.progress(count, unit="ids")
                    ctx.check()
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    ctx.progress(count, count, unit="ids")
    return {"file": str(path), "count": count, "bytes": path.stat().st_size}


def _ids(stack: ExitStack, spec: StoreSpec, name: str) -> Iterator[str]:
    return stack.enter_context(closing(open_store(spec))).collection(name).ids()


async def export_ids(services: BuildServices, name: str, folder: Path, *, owner: str = "") -> JsonDict:
    """Write the ids of a build, or of the collection of a source, to ``folder/<name>_ids.xz``.

    A build on top of a cold one gives the ids of both.

    Raises:
        hub.errors.NotFound: there is no build and no collection of that name.
    """
    request = IdListRequest(_collections(services, name), str(folder / f"{name}_ids.xz"))
    found: JsonDict = await services.jobs.submit(
        JobSpec(
            kind="export ids",
            subject=name,
            description=f"write {Path(request.path).name}",
            fn=write_ids,
            args=(request,),
            shared=frozenset({f"upload:{name}", f"documents:{name}"}),
            exclusive=frozenset({f"ids:{name}"}),
            owner=owner,
        )
    ).result()
    return found


def _collections(services: BuildServices, name: str) -> list[tuple[StoreSpec, str]]:
    build = services.state.builds.get(name)
    if build is None:
        if services.state.masters.get(name) is not None and services.src_store.exists(name):
            return [(services.src_store.spec, name)]
        known = {
            *(str(b["_id"]) for b in services.state.builds.all()),
            *(str(m["_id"]) for m in services.state.masters.all()),
        }
        raise errors.NotFound("build or source collection", name, known)
    cold = (build.get("build_config") or {}).get("cold_collection")
    records = [build, *([c] if cold and cold != name and (c := services.state.builds.get(str(cold))) else [])]
    found = []
    for record in records:
        url = record.get("backend_url") or record["_id"]
        store, collection = (
            (services.src_store, url[1]) if isinstance(url, list | tuple) else (services.target_store, url)
        )
        if not store.exists(str(collection)):
            raise errors.NotFound("documents of the build", str(record["_id"]), store.names())
        found.append((store.spec, str(collection)))
    return found
