"""Commands that show documents: of a source, a build or an index, by filter or query, and one by its ``_id``."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from hub import errors
from hub.commands.registry import Role, command
from hub.commands.services import Services
from hub.databuild.locate import BuildPlaces
from hub.dataindex.manager import SERVING_ENV
from hub.search.port import Everything, Hit, SearchRequest, Text
from hub.store.port import Collection

MOST_DOCUMENTS = 1000  #: of one answer
MOST_BYTES = 16 * 1024**2  #: of one answer; the first document comes in any case
COUNTED = 10_000  #: matches are counted up to here
KINDS = ("source", "build", "index")

JsonDict = dict[str, Any]


class NoDocumentsError(errors.Conflict):
    """There is no collection to look into."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind, self.name = kind, name
        hint = f"Run upload({name!r}) first." if kind == "source" else "It is archived, or was never finished."
        super().__init__(f"the {kind} `{name}` has no documents. {hint}")


@command(area="documents", role=Role.VIEWER, rest="GET /documents/{kind}/{name}")
async def documents(
    hub: Services,
    kind: str,
    name: str,
    q: str | None = None,
    filter: dict[str, Any] | None = None,  # noqa: A002 (what it is called everywhere)
    fields: list[str] | None = None,
    sort: str | None = None,
    start: int = 0,
    limit: int = 20,
    facets: list[str] | None = None,
    env: str | None = None,
) -> JsonDict:
    """Documents of a ``source`` (or ``main.sub``, or a sub-source), a ``build`` or an ``index``, a page at a time.

    Sources and builds take a ``filter`` as MongoDB writes it: ``{"name": {"$regex": "^a"}}``; in order of ``_id``
    unless ``sort`` names a field (``-field`` descending). An index takes ``q``, a query string, ``facets``, and the
    ``env`` it is in. ``fields`` are those to show. At most 1,000 documents and 16 MB come at once; ``more`` says
    whether there are others. ``total`` is exact up to 10,000 matches of a filter, then null.
    """
    _check(kind, start, limit)
    begin = time.monotonic()
    if kind == "index":
        asked = SearchRequest(
            Text(q) if q and q.strip() not in ("*", "__all__") else Everything(),
            fields=fields,
            size=limit,
            start=start,
            sort=[sort] if sort else (),
            facets=facets or (),
            facet_size=20,
        )
        found = await asyncio.to_thread(_searched, hub, name, env or SERVING_ENV, asked)
    else:
        collection = _collection(hub, kind, name)
        found = await asyncio.to_thread(_found, collection, filter, fields, sort, start, limit)
    return {"kind": kind, "name": name, "start": start, "took": round((time.monotonic() - begin) * 1000), **found}


@command(area="documents", role=Role.VIEWER, rest="GET /document/{kind}/{name}")
async def document(hub: Services, kind: str, name: str, id: str, env: str | None = None) -> JsonDict:  # noqa: A002
    """One document of a source, a build or an index, by its ``_id``."""
    _check(kind, 0, 1)
    if kind == "index":
        hit = await asyncio.to_thread(hub.indices.engine(env or SERVING_ENV).get, name, id)
        found = _of_hit(hit) if hit else None
    else:
        found = await asyncio.to_thread(_collection(hub, kind, name).get, id)
    if found is None:
        raise errors.NotFound(f"document in the {kind} `{name}`", id)
    return found


@command(area="documents", role=Role.VIEWER, rest="GET /document_history")
async def document_history(hub: Services, id: str, builds: int = 20) -> JsonDict:  # noqa: A002
    """One ``_id`` wherever it is: in the collection of each sub-source, and in the newest ``builds`` builds.

    Answers ``{"sources": {sub: document}, "builds": [{"build", "config", "started_at", "document"}]}``, the newest
    build first; ``document`` is null in a build that has not got it.
    """
    return await asyncio.to_thread(_everywhere, hub, id, max(0, min(builds, 100)))


def _check(kind: str, start: int, limit: int) -> None:
    if kind not in KINDS:
        raise errors.NotFound("kind of documents", kind, KINDS)
    if start < 0:
        raise errors.BadArgument(f"`start` must not be negative, got {start}")
    if not 0 <= limit <= MOST_DOCUMENTS:
        raise errors.BadArgument(f"`limit` must be between 0 and {MOST_DOCUMENTS}, got {limit}")


def _collection(hub: Services, kind: str, name: str) -> Collection:
    if kind == "source":
        sub = _sub_source(hub, name)
        if not hub.src_store.exists(sub):
            raise NoDocumentsError(kind, name)
        return hub.src_store.collection(sub)
    build = hub.state.builds.get(name)
    if build is None:
        raise errors.NotFound("build", name, [str(b["_id"]) for b in hub.state.builds.all()])
    if build.get("archived"):
        raise NoDocumentsError(kind, name)
    return _documents_of(hub, build)


def _documents_of(hub: Services, build: Mapping[str, Any]) -> Collection:
    places = BuildPlaces(hub.state, hub.src_store, hub.target_store)
    return places.documents(build)


def _sub_source(hub: Services, name: str) -> str:
    """The collection of a source with one sub-source, of ``main.sub``, or of a sub-source."""
    known: list[str] = []
    for record in hub.state.sources.all():
        main = str(record["_id"])
        subs = [str(sub) for sub in ((record.get("upload") or {}).get("jobs")) or {}]
        for sub in subs:
            if name in (sub, f"{main}.{sub}") or (name == main and len(subs) == 1):
                return sub
            known += [sub, f"{main}.{sub}"]
        if name == main:
            if subs:
                said = ", ".join(f"{main}.{sub}" for sub in sorted(subs))
                raise errors.BadArgument(f"`{main}` has several sub-sources: say which ({said}).")
            raise NoDocumentsError("source", name)
    raise errors.NotFound("source", name, known)


def _found(
    collection: Collection, query: JsonDict | None, fields: list[str] | None, sort: str | None, start: int, limit: int
) -> JsonDict:
    order = [(sort.lstrip("-"), -1 if sort.startswith("-") else 1)] if sort else None
    wanted = ["_id", *fields] if fields else None
    rows = collection.find(query or None, fields=wanted, sort=order or [("_id", 1)], skip=start, limit=limit + 1)
    page, cut = _bounded(itertools.islice(rows, limit + 1), limit)
    return {"documents": page, "total": _total(collection, query, start, page, cut), "more": cut}


def _total(collection: Collection, query: JsonDict | None, start: int, page: list[Any], more: bool) -> int | None:
    if not more and (page or not start):
        return start + len(page)
    if not query:
        return collection.count()
    matches = sum(1 for _ in collection.find(query, fields=["_id"], limit=COUNTED + 1))
    return matches if matches <= COUNTED else None


def _bounded(rows: Iterable[JsonDict], limit: int) -> tuple[list[JsonDict], bool]:
    """As many rows as an answer holds, and whether there are others."""
    page: list[JsonDict] = []
    size = 0
    for row in rows:
        size += len(orjson.dumps(row, default=str, option=orjson.OPT_NON_STR_KEYS))
        if len(page) == limit or (page and size > MOST_BYTES):
            return page, True
        page.append(row)
    return page, False


def _searched(hub: Services, name: str, env: str, asked: SearchRequest) -> JsonDict:
    result = hub.indices.engine(env).search(name, asked)
    page, _ = _bounded((_of_hit(hit) for hit in result.hits), len(result.hits))
    facets = {
        field: {
            "terms": [{"term": t.term, "count": t.count} for t in facet.terms],
            "other": facet.other,
            "total": facet.total,
        }
        for field, facet in result.facets.items()
    }
    more = asked.start + len(page) < result.total and bool(page)
    return {"documents": page, "total": result.total, "more": more, **({"facets": facets} if facets else {})}


def _of_hit(hit: Hit) -> JsonDict:
    return {"_id": hit.id, **hit.source}


def _everywhere(hub: Services, id_: str, builds: int) -> JsonDict:
    sources: JsonDict = {}
    for record in hub.state.sources.all():
        for sub in ((record.get("upload") or {}).get("jobs")) or {}:
            found = hub.src_store.collection(sub).get(id_) if hub.src_store.exists(sub) else None
            if found is not None:
                sources[sub] = found
    kept = [b for b in hub.state.builds.all() if not b.get("archived")]
    kept.sort(key=lambda b: str(b.get("started_at") or ""), reverse=True)
    rows = [
        {
            "build": str(build["_id"]),
            "config": (build.get("build_config") or {}).get("name"),
            "started_at": build.get("started_at"),
            "document": _documents_of(hub, build).get(id_),
        }
        for build in kept[:builds]
    ]
    return {"sources": sources, "builds": rows}
