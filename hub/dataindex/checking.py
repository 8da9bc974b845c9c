"""The job functions that compare an index with its build, and that try to index a sample of a build."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from hub.dataindex.errors import CHECK_HINT, IndexGoneError
from hub.dataindex.indexer import MAX_ID_BYTES
from hub.errors import HubError
from hub.jobs.port import JobContext
from hub.search import open_engine
from hub.search.errors import MappingError
from hub.search.mapping import ALL_FIELD
from hub.search.port import Everything, IndexConfig, Rejected, SearchEngine, SearchRequest, SearchSpec
from hub.store import open_store
from hub.store.port import Collection, Document, DocumentStore, StoreSpec

JsonDict = dict[str, Any]
BATCH = 1000
SHOWN = 20  #: ids, fields and documents that are named; all are counted
COMPARED = 200  #: documents whose content is compared


@dataclass(frozen=True)
class CheckRequest:
    """What `check_index` needs.

    Attributes:
        store: the store of the build's documents.
        collection: their collection.
        engine: the search engine.
        env: its environment, for messages.
        index: the index.
        build: name of the build.
        properties: mapping of the build.
        version: ``build_version`` of the build.
        left_out: ids that the engine refused when the index was made.
        left_out_count: how many it refused.
        cold: store and collection of the build below it, whose documents the index holds as well.
    """

    store: StoreSpec
    collection: str
    engine: SearchSpec
    env: str
    index: str
    build: str
    properties: Mapping[str, Any]
    version: str = ""
    left_out: Sequence[str] = ()
    left_out_count: int = 0
    cold: tuple[StoreSpec, str] | None = None


def check_index(ctx: JobContext, request: CheckRequest) -> JsonDict:
    """Compare an index with its build: count, ids, content of some documents, mapping, version.

    Returns:
        ``{ok, said, count, ids, content, mapping, version}``; each part has its own ``ok``.

    Raises:
        IndexGoneError: there is no such index any more.
    """
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(request.store)))
        engine = stack.enter_context(closing(open_engine(request.engine)))
        if not engine.exists(request.index):
            raise IndexGoneError(request.index, request.build, request.env)
        cold = None
        if request.cold is not None:
            cold = stack.enter_context(closing(open_store(request.cold[0]))).collection(request.cold[1])
        return _Check(ctx, request, store, engine, cold).report()


class _Check:
    def __init__(
        self,
        ctx: JobContext,
        request: CheckRequest,
        store: DocumentStore,
        engine: SearchEngine,
        cold: Collection | None,
    ) -> None:
        self.ctx, self.request, self.engine, self.cold = ctx, request, engine, cold
        self.collection: Collection = store.collection(request.collection)

    def report(self) -> JsonDict:
        ids = self._ids()
        parts = {
            "count": self._count(ids),
            "ids": ids,
            "content": self._content(),
            "mapping": compare_mappings(self.request.properties, self.engine.properties(self.request.index)),
            "version": self._version(),
        }
        said = [line for part in parts.values() if not part["ok"] for line in [part["said"]]]
        return {"ok": not said, "said": said, **parts}

    def _ids(self) -> JsonDict:
        """Every id of the build, and, when the index holds more, every id of the index."""
        engine, index, known = self.engine, self.request.index, set(self.request.left_out)
        total = absent = left_out = 0
        missing: list[str] = []
        documents = self.collection.count() + (self.cold.count() if self.cold else 0)
        ids = self._wanted()
        while batch := list(islice(ids, BATCH)):
            total += len(batch)
            for id_ in engine.missing_ids(index, batch):
                absent += 1
                if id_ in known or len(id_.encode()) > MAX_ID_BYTES:
                    left_out += 1
                elif len(missing) < SHOWN:
                    missing.append(id_)
            self.ctx.check()
            self.ctx.progress(total, documents, unit="documents")
        # of the refused documents only the first are on record, with their ids
        missing_count = max(0, absent - max(left_out, self.request.left_out_count))
        missing = missing if missing_count else []
        extra_count = max(0, engine.count(index) - (total - absent))
        extra = self._extra() if extra_count else []
        said = []
        if missing_count:
            said.append(f"{missing_count:,} documents of the build are missing ({_named(missing)})")
        if extra_count:
            said.append(f"{extra_count:,} documents are not in the build ({_named(extra)})")
        return {
            "ok": not said,
            "said": "; ".join(said),
            "build": total,
            "missing_count": missing_count,
            "missing": missing,
            "extra_count": extra_count,
            "extra": extra,
            "left_out": absent - missing_count,
        }

    def _wanted(self) -> Iterator[str]:
        """Every id that the index should hold, once."""
        if self.cold is None:
            return self.collection.ids()
        return (id_ for id_, _ in groupby(heapq.merge(self.collection.ids(), self.cold.ids())))

    def _extra(self) -> list[str]:
        """The first ids of the index that the build has not."""
        found: list[str] = []
        page = self.engine.scroll(self.request.index, SearchRequest(Everything(), fields=["_id"]), page_size=BATCH)
        while True:
            ids = [hit.id for hit in page.result.hits]
            there = {*self.collection.get_many(ids), *(self.cold.get_many(ids) if self.cold else ())}
            found.extend(id_ for id_ in ids if id_ not in there)
            if len(found) >= SHOWN or page.scroll_id is None:
                return found[:SHOWN]
            page = self.engine.scroll_next(page.scroll_id)

    def _count(self, ids: JsonDict) -> JsonDict:
        found = self.engine.count(self.request.index)
        expected = ids["build"] - ids["left_out"]
        said = "" if found == expected else f"it holds {found:,} documents instead of {expected:,}"
        return {"ok": not said, "said": said, "expected": expected, "found": found}

    def _content(self) -> JsonDict:
        """Some documents, as they are stored, with those of the index."""
        compared, different = 0, 0
        examples: list[JsonDict] = []
        for document in self.collection.sample(COMPARED):
            hit = self.engine.get(self.request.index, document["_id"])
            if hit is None:
                continue
            compared += 1
            if self.cold is not None:
                document = {**(self.cold.get(document["_id"]) or {}), **document}
            keys = sorted(k for k in {*document, *hit.source} - {"_id"} if document.get(k) != hit.source.get(k))
            if keys and not self._same_when_stored(document, hit.source):
                different += 1
                if len(examples) < SHOWN:
                    examples.append({"_id": document["_id"], "keys": keys})
        told = ", ".join(f"`{e['_id']}`: {', '.join(e['keys'][:5])}" for e in examples[:3])
        said = f"{different} of {compared} documents that were compared differ ({told})" if different else ""
        return {"ok": not said, "said": said, "compared": compared, "different": different, "examples": examples}

    @staticmethod
    def _same_when_stored(document: Document, source: Mapping[str, Any]) -> bool:
        """Whether both are the same as JSON: an index stores dates and bytes as text."""
        import orjson

        from hub.search.documents import encode_source

        with suppress(HubError, ValueError):
            return bool(orjson.loads(encode_source(document)) == orjson.loads(encode_source({**source, "_id": "x"})))
        return False

    def _version(self) -> JsonDict:
        found = str(self.engine.meta(self.request.index).get("build_version") or "")
        same = found == self.request.version
        said = "" if same else f"its metadata are of version {found or 'none'}, the build is {self.request.version}"
        return {"ok": same, "said": said, "index": found, "build": self.request.version}


def compare_mappings(build: Mapping[str, Any], index: Mapping[str, Any]) -> JsonDict:
    """Fields that the mapping of a build and that of an index do not share, or give different types.

    Args:
        build: properties of the build.
        index: properties of the index.

    Returns:
        ``{ok, said, missing, extra, different: [{field, build, index}]}``.
    """
    wanted, found = dict(_leaves(build)), dict(_leaves(index))
    found.pop(ALL_FIELD, None)
    missing = sorted(set(wanted) - set(found) - {ALL_FIELD})
    extra = sorted(set(found) - set(wanted))
    both = sorted(set(wanted) & set(found))
    different = [{"field": f, "build": wanted[f], "index": found[f]} for f in both if wanted[f] != found[f]]
    said = []
    if missing:
        said.append(f"the index does not map {_named(missing)}")
    if extra:
        said.append(f"the index maps {_named(extra)}, the build does not")
    said += [f"`{d['field']}` is {d['index']} in the index, {d['build']} in the build" for d in different[:SHOWN]]
    return {"ok": not said, "said": "; ".join(said), "missing": missing, "extra": extra, "different": different}


def _leaves(properties: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, entry in properties.items():
        if not isinstance(entry, Mapping):
            continue
        inner = entry.get("properties")
        if inner:
            yield from _leaves(inner, f"{prefix}{name}.")
        elif "type" in entry and entry["type"] != "object":
            yield f"{prefix}{name}", str(entry["type"])


@dataclass(frozen=True)
class TryRequest:
    """What `try_index` needs.

    Attributes:
        store: the store of the build's documents.
        collection: their collection.
        engine: the search engine.
        index: name of the scratch index.
        config: mapping, metadata and settings of the real index.
        sample: how many documents are tried.
        allowed: share of them that may be refused.
    """

    store: StoreSpec
    collection: str
    engine: SearchSpec
    index: str
    config: IndexConfig
    sample: int
    allowed: float = 0.0


@dataclass
class TryReport:
    """What a dry run found.

    Attributes:
        ok: the real index can be expected to work.
        documents: how many were tried.
        indexed: how many the engine took.
        rejected_count: how many it refused.
        rejected: some of them, with the engine's reasons.
        unmapped: fields of the documents that the mapping has not: they are stored and can not be searched.
        mapping_error: why the engine refuses the mapping itself, or empty.
    """

    ok: bool = True
    documents: int = 0
    indexed: int = 0
    rejected_count: int = 0
    rejected: list[JsonDict] = field(default_factory=list)
    unmapped: list[str] = field(default_factory=list)
    mapping_error: str = ""


def try_index(ctx: JobContext, request: TryRequest) -> TryReport:
    """Index a sample of a build into a scratch index, which is deleted in any case."""
    report = TryReport()
    with ExitStack() as stack:
        store = stack.enter_context(closing(open_store(request.store)))
        engine = stack.enter_context(closing(open_engine(request.engine)))
        documents = store.collection(request.collection).sample(request.sample)
        report.documents = len(documents)
        report.unmapped = unmapped_fields(documents, request.config.properties)
        try:
            engine.create(request.index, request.config)
        except MappingError as error:
            report.mapping_error, report.ok = str(error), False
            return report
        try:
            ctx.check()
            long = [Rejected(d["_id"], CHECK_HINT) for d in documents if len(d["_id"].encode()) > MAX_ID_BYTES]
            refused = {r.id for r in long}
            answer = engine.bulk(request.index, (d for d in documents if d["_id"] not in refused))
            engine.finish(request.index)
            rejected = [*long, *answer.rejected]
            report.indexed, report.rejected_count = engine.count(request.index), len(rejected)
            report.rejected = [{"id": r.id, "reason": r.reason} for r in rejected[:SHOWN]]
            report.ok = report.rejected_count <= request.allowed * report.documents
            ctx.progress(report.documents, report.documents, unit="documents")
        finally:
            engine.delete(request.index)
    return report


def unmapped_fields(documents: Sequence[Mapping[str, Any]], properties: Mapping[str, Any]) -> list[str]:
    """Dotted fields that documents have and a mapping has not, sorted; objects below which all is unmapped as one."""
    found: set[str] = set()
    for document in documents:
        found.update(_unmapped(document, properties, ""))
    return sorted(found - {"_id"})


def _unmapped(value: Mapping[str, Any], properties: Mapping[str, Any], prefix: str) -> Iterator[str]:
    for key, item in value.items():
        entry = properties.get(key)
        if not isinstance(entry, Mapping):
            if item is not None and item != [] and item != {}:
                yield f"{prefix}{key}"
            continue
        inner = entry.get("properties")
        if inner is None or entry.get("enabled") is False:
            continue
        for one in item if isinstance(item, list) else [item]:
            if isinstance(one, Mapping):
                yield from _unmapped(one, inner, f"{prefix}{key}.")


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:5])
    return shown + (", ..." if len(names) > 5 else "")
