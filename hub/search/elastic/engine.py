"""The port `hub.search.port.SearchEngine` on Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import elasticsearch

from hub.search.elastic import loading
from hub.search.elastic.answers import hit, search_result
from hub.search.elastic.bodies import query_body, query_text, search_body, source_body
from hub.search.elastic.client import ENGINE, api_error, connect, reason_of, shown_location, translated
from hub.search.elastic.settings import LOADING, creation, public_meta
from hub.search.errors import (
    EngineError,
    IndexExistsError,
    IndexNotFoundError,
    MappingError,
    ScrollExpiredError,
)
from hub.search.mapping import flatten
from hub.search.names import check_name
from hub.search.port import (
    BulkReport,
    Document,
    Hit,
    IndexConfig,
    Properties,
    ScrollPage,
    SearchRequest,
    SearchResult,
    SearchSpec,
)
from hub.search.requests import facet_trees
from hub.search.source import matches, split_fields

KEEP_ALIVE = "1m"  #: of a scroll
MGET_BATCH = 5_000
GET_BATCH = 1000  #: documents of one answer


class ElasticEngine:
    """Indices of one Elasticsearch cluster. Safe to use from several threads.

    Args:
        spec: `location` is the URL. Options are the client's arguments (``request_timeout`` 300 s, ``max_retries`` 10,
            ``retry_on_timeout``, ``basic_auth``, ``api_key``, ``ca_certs``, ...) and ``bulk``, arguments of loading.
    """

    def __init__(self, spec: SearchSpec) -> None:
        self.spec = spec
        self._client = connect(spec)
        self._bulk_options: Mapping[str, Any] = spec.options.get("bulk") or {}

    def _translated(self, what: str, *, name: str = "", query: str = "") -> Any:
        return translated(self.spec.location, what, name=name, query=query)

    # -- indices

    def create(self, name: str, config: IndexConfig) -> None:
        """See `SearchEngine.create`."""
        check_name(name)
        settings, mapping = creation(config)
        if self.exists(name):
            raise IndexExistsError(name)
        with self._translated("create an index", name=name):
            try:
                self._client.indices.create(index=name, settings=settings, mappings=mapping)
            except elasticsearch.BadRequestError as error:
                raise _creation_error(name, config, error.body) from error

    def fork(self, old: str, new: str, meta: Mapping[str, Any]) -> None:
        """See `SearchEngine.fork`. The server clones it with hard links; meanwhile nobody can write to the old one."""
        check_name(new)
        source, _ = self._mapping(old)
        if self.exists(new):
            raise IndexExistsError(new)
        blocks: dict[str, Any] = {"index.blocks.write": None}
        with self._translated("clone an index", name=old):
            self._client.indices.put_settings(index=source, settings={"index.blocks.write": True})
            try:
                self._client.indices.clone(index=source, target=new, settings=blocks)
                self._client.cluster.health(index=new, wait_for_status="yellow", timeout="5m")
            finally:
                self._client.indices.put_settings(index=source, settings=blocks)
        self.set_meta(new, meta)

    def delete(self, name: str) -> bool:
        """See `SearchEngine.delete`."""
        check_name(name)
        with self._translated("delete an index", name=name):
            try:
                self._client.indices.delete(index=name)
            except elasticsearch.NotFoundError:
                return False
        return True

    def exists(self, name: str) -> bool:
        """See `SearchEngine.exists`."""
        with self._translated("look for an index", name=name):
            return bool(self._client.indices.exists(index=name))

    def names(self, pattern: str = "*") -> list[str]:
        """See `SearchEngine.names`."""
        with self._translated("list indices"):
            found = self._client.indices.get_alias(index="*", expand_wildcards=["open", "closed"])
        return sorted(name for name in found if not name.startswith(".") and matches(pattern, name))

    # -- aliases

    def set_alias(self, alias: str, name: str) -> str | None:
        """See `SearchEngine.set_alias`."""
        check_name(alias)
        before = self.aliases().get(alias)
        target = self._index_of(name)
        if before is None and self.exists(alias):
            raise IndexExistsError(alias)
        actions: list[dict[str, Any]] = [{"add": {"index": target, "alias": alias}}]
        if before is not None and before != target:
            actions.insert(0, {"remove": {"index": "*", "alias": alias}})
        with self._translated("set an alias", name=name):
            self._client.indices.update_aliases(actions=actions)
        return before

    def aliases(self) -> dict[str, str]:
        """See `SearchEngine.aliases`."""
        with self._translated("list aliases"):
            found = self._client.indices.get_alias(expand_wildcards=["open", "closed"])
        return {
            alias: index
            for index, entry in sorted(found.items())
            if not index.startswith(".")
            for alias in entry.get("aliases", {})
        }

    def remove_alias(self, alias: str) -> bool:
        """See `SearchEngine.remove_alias`."""
        if alias not in self.aliases():
            return False
        with self._translated("remove an alias", name=alias):
            self._client.indices.update_aliases(actions=[{"remove": {"index": "*", "alias": alias}}])
        return True

    def _index_of(self, name: str) -> str:
        """The index behind a name or alias."""
        with self._translated("look for an index", name=name):
            found = self._client.indices.get_alias(index=name)
        return str(next(iter(sorted(found))))

    # -- loading

    def bulk(self, name: str, documents: Iterable[Document]) -> BulkReport:
        """See `SearchEngine.bulk`. Documents can be read by `get` at once, searched after `finish`."""
        if not self.exists(name):
            raise IndexNotFoundError(name, self.names())
        return loading.load(self._client, name, documents, self._bulk_options)

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """See `SearchEngine.remove`."""
        if not self.exists(name):
            raise IndexNotFoundError(name, self.names())
        loading.remove(self._client, name, ids)

    def finish(self, name: str, *, merge: bool = False) -> None:
        """See `SearchEngine.finish`. `merge` forces one segment for each shard."""
        index, mapping = self._mapping(name)
        meta = mapping.get("_meta") or {}
        with self._translated("finish loading", name=name):
            if LOADING in meta:
                self._client.indices.put_settings(index=index, settings={"index": meta[LOADING]})
                self._client.indices.put_mapping(index=index, meta=public_meta(meta))
            self._client.indices.flush(index=index)
            if merge:
                self._client.indices.forcemerge(index=index, max_num_segments=1)
            self._client.indices.refresh(index=index)

    # -- descriptions

    def _mapping(self, name: str) -> tuple[str, dict[str, Any]]:
        with self._translated("read a mapping", name=name):
            found = self._client.indices.get_mapping(index=name)
        index = next(iter(sorted(found)))
        return str(index), dict(found[index]["mappings"])

    def properties(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.properties`."""
        return dict(self._mapping(name)[1].get("properties") or {})

    def meta(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.meta`."""
        return public_meta(self._mapping(name)[1].get("_meta") or {})

    def set_meta(self, name: str, meta: Mapping[str, Any]) -> None:
        """See `SearchEngine.set_meta`."""
        index, mapping = self._mapping(name)
        loading_state = {k: v for k, v in (mapping.get("_meta") or {}).items() if k == LOADING}
        with self._translated("write metadata", name=name):
            self._client.indices.put_mapping(index=index, meta={**meta, **loading_state})

    def info(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.info`."""
        with self._translated("describe an index", name=name):
            return dict(self._client.indices.get(index=name))

    # -- reading

    def count(self, name: str) -> int:
        """See `SearchEngine.count`."""
        with self._translated("count", name=name):
            return int(self._client.count(index=name)["count"])

    def get(self, name: str, id_: str, *, fields: Sequence[str] | None = None) -> Hit | None:
        """See `SearchEngine.get`."""
        if not id_:
            return None
        includes, excludes = split_fields(fields)
        arguments: dict[str, Any] = {}
        if includes:
            arguments["source_includes"] = list(includes)
        if excludes:
            arguments["source_excludes"] = list(excludes)
        with self._translated("get a document", name=name):
            try:
                return hit(self._client.get(index=name, id=id_, **arguments).body)
            except elasticsearch.NotFoundError as error:
                if isinstance(error.body, Mapping) and error.body.get("found") is False:
                    return None
                raise

    def missing_ids(self, name: str, ids: Sequence[str]) -> list[str]:
        """See `SearchEngine.missing_ids`."""
        missing: list[str] = []
        for start in range(0, len(ids), MGET_BATCH):
            with self._translated("look for ids", name=name):
                batch = list(ids[start : start + MGET_BATCH])
                answer = self._client.mget(index=name, ids=batch, source=False)
            for entry in answer["docs"]:
                if "error" in entry:
                    raise api_error(404, entry, self.spec.location, "look for ids", name=name)
                if not entry.get("found"):
                    missing.append(entry["_id"])
        return missing

    def get_many(self, name: str, ids: Sequence[str]) -> dict[str, Document]:
        """See `SearchEngine.get_many`."""
        found: dict[str, Document] = {}
        for start in range(0, len(ids), GET_BATCH):
            with self._translated("get documents", name=name):
                answer = self._client.mget(index=name, ids=list(ids[start : start + GET_BATCH]))
            for entry in answer["docs"]:
                if "error" in entry:
                    raise api_error(404, entry, self.spec.location, "get documents", name=name)
                if entry.get("found"):
                    found[entry["_id"]] = {"_id": entry["_id"], **entry["_source"]}
        return found

    def extend(self, name: str, properties: Properties) -> None:
        """See `SearchEngine.extend`."""
        index, _ = self._mapping(name)
        with self._translated("extend a mapping", name=name):
            self._client.indices.put_mapping(index=index, properties=dict(properties))

    def search(self, name: str, request: SearchRequest) -> SearchResult:
        """See `SearchEngine.search`."""
        body = search_body(request)
        with self._translated("search", name=name, query=query_text(request.query)):
            answer = self._client.search(index=name, **_arguments(body))
        return search_result(answer.body, facet_trees(request.facets))

    def multi_search(self, name: str, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        """See `SearchEngine.multi_search`."""
        if not requests:
            return []
        lines: list[dict[str, Any]] = []
        for request in requests:
            lines += [{}, search_body(request)]
        with self._translated("search", name=name):
            answers = self._client.msearch(index=name, searches=lines)["responses"]
        results = []
        for request, answer in zip(requests, answers, strict=True):
            if "error" in answer:
                query = query_text(request.query)
                raise api_error(answer.get("status", 500), answer, self.spec.location, "search", name=name, query=query)
            results.append(search_result(answer, facet_trees(request.facets)))
        return results

    def explain_query(self, name: str, request: SearchRequest) -> dict[str, Any]:
        """See `SearchEngine.explain_query`."""
        if not self.exists(name):
            raise IndexNotFoundError(name, self.names())
        return search_body(request)

    def scroll(self, name: str, request: SearchRequest, *, page_size: int = 1000) -> ScrollPage:
        """See `SearchEngine.scroll`."""
        body: dict[str, Any] = {"query": query_body(request.query), "sort": ["_doc"], "track_scores": True}
        if request.filter is not None or request.post_filter is not None:
            full = search_body(SearchRequest(request.query, filter=request.filter, post_filter=request.post_filter))
            body.update({key: full[key] for key in ("query", "post_filter") if key in full})
        source = source_body(request.fields)
        if source is not None:
            body["_source"] = source
        with self._translated("search", name=name, query=query_text(request.query)):
            answer = self._client.search(
                index=name, scroll=KEEP_ALIVE, size=max(1, page_size), track_total_hits=True, **_arguments(body)
            )
        return self._page(answer.body, 0)

    def scroll_next(self, scroll_id: str) -> ScrollPage:
        """See `SearchEngine.scroll_next`."""
        given, _, inner = scroll_id.partition(".")
        if not given.isdigit() or not inner:
            raise ScrollExpiredError(scroll_id)
        with self._translated("continue a scroll"):
            try:
                answer = self._client.scroll(scroll_id=inner, scroll=KEEP_ALIVE)
            except (elasticsearch.NotFoundError, elasticsearch.BadRequestError) as error:
                raise ScrollExpiredError(scroll_id) from error
        return self._page(answer.body, int(given))

    def _page(self, answer: Mapping[str, Any], given: int) -> ScrollPage:
        result = search_result(answer)
        given += len(result.hits)
        if given < result.total and result.hits:
            return ScrollPage(result=result, scroll_id=f"{given}.{answer['_scroll_id']}")
        with self._translated("end a scroll"):
            self._client.options(ignore_status=404).clear_scroll(scroll_id=answer["_scroll_id"])
        return ScrollPage(result=result, scroll_id=None)

    def health(self) -> dict[str, Any]:
        """See `SearchEngine.health`."""
        with self._translated("report its health"):
            health = self._client.cluster.health().body
            nodes = self._client.nodes.info(node_id="_local", metric="os", filter_path="nodes.*.version").body["nodes"]
            return {**health, "engine": "elastic", "version": next(iter(nodes.values()))["version"]}

    def tidy(self) -> list[str]:
        """See `SearchEngine.tidy`. The cluster sees to itself."""
        return []

    def close(self) -> None:
        """See `SearchEngine.close`."""
        self._client.close()


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    """A search body as the client's arguments."""
    renamed = {"from": "from_", "_source": "source"}
    return {renamed.get(key, key): value for key, value in body.items()}


def _creation_error(name: str, config: IndexConfig, body: Any) -> Exception:
    kind, reason = reason_of(body)
    if kind == "resource_already_exists_exception":
        return IndexExistsError(name)
    if kind in ("mapper_parsing_exception", "parsing_exception", "illegal_argument_exception"):
        try:
            flatten(config.properties)
        except MappingError as error:
            return MappingError(error.path, reason, error.nearest)
        return MappingError("properties", reason)
    return EngineError(ENGINE, "create an index", f"{kind}: {reason}")


__all__ = ["ElasticEngine", "shown_location"]
