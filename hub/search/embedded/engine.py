"""The port `hub.search.port.SearchEngine` on tantivy."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from hub.errors import of_machine
from hub.search.documents import decode_source
from hub.search.embedded.layout import DESCRIPTION, SEGMENTS, Layout, write_whole
from hub.search.embedded.reader import OpenIndex, find_address, stored
from hub.search.embedded.schema import ID, Columns, build_schema
from hub.search.embedded.scrolling import Scroll, Scrolls
from hub.search.embedded.searching import Search
from hub.search.embedded.writing import DEFAULT_HEAP, Loader
from hub.search.errors import (
    BulkAbortedError,
    EngineSpecError,
    EngineUnavailableError,
    IndexExistsError,
    IndexNotFoundError,
    MappingError,
)
from hub.search.mapping import flatten, with_all
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
from hub.search.reading import every_document
from hub.search.source import matches, source_filter

MIN_HEAP = 16 * 1024 * 1024  #: tantivy refuses less for one thread


class EmbeddedEngine:
    """Indices in a folder. Any number of processes may read; one at a time loads an index.

    Args:
        spec: `location` is the folder (made when missing). Options: ``heap``, bytes of the writer (96 MiB), and
            ``threads`` of the writer (1).
    """

    def __init__(self, spec: SearchSpec) -> None:
        self.spec = spec
        unknown = set(spec.options) - {"heap", "threads"}
        if unknown:
            raise EngineSpecError(
                "embedded", f"unknown option {', '.join(sorted(unknown))} (it knows heap and threads)"
            )
        self._heap = max(MIN_HEAP, int(spec.options.get("heap", DEFAULT_HEAP)))
        self._threads = max(1, int(spec.options.get("threads", 1)))
        try:
            self._layout = Layout(Path(spec.location))
        except OSError as error:
            raise EngineUnavailableError("embedded", spec.location, str(error)) from error
        self._open: dict[str, OpenIndex] = {}
        self._loaders: dict[str, Loader] = {}
        self._scrolls = Scrolls(spec.location)
        self._lock = threading.Lock()

    # -- indices

    def create(self, name: str, config: IndexConfig) -> None:
        """See `SearchEngine.create`."""
        import tantivy

        check_name(name)
        if self.exists(name):
            raise IndexExistsError(name)
        columns = Columns(flatten(config.properties))
        description = {
            "uuid": uuid.uuid4().hex,
            "created": datetime.now(UTC).isoformat(),
            "properties": with_all(config.properties),
            "meta": dict(config.meta),
            "settings": dict(config.extra_settings),
        }
        with self._layout.new(name) as folder:
            try:
                tantivy.Index(build_schema(columns), path=str(folder / SEGMENTS), reuse=False)
            except ValueError as error:
                raise of_machine(error) or error from None
            write_whole(folder / DESCRIPTION, orjson.dumps(description, option=orjson.OPT_INDENT_2))

    def fork(self, old: str, new: str, meta: Mapping[str, Any]) -> None:
        """See `SearchEngine.fork`. Segments never change, so both indices share their files."""
        check_name(new)
        source = self._resolve(old)
        if self.exists(new):
            raise IndexExistsError(new)
        now = datetime.now(UTC).isoformat()
        fresh = {"uuid": uuid.uuid4().hex, "created": now, "meta": dict(meta)}
        with self._layout.new(new) as folder:
            self._layout.share_segments(source, folder)
            description = {**self._layout.describe(source), **fresh}
            write_whole(folder / DESCRIPTION, orjson.dumps(description, option=orjson.OPT_INDENT_2))

    def delete(self, name: str) -> bool:
        """See `SearchEngine.delete`."""
        check_name(name)
        with self._lock:
            loader = self._loaders.pop(name, None)
            self._open.pop(name, None)
        if loader:
            loader.close()
        return self._layout.remove(name)

    def exists(self, name: str) -> bool:
        """See `SearchEngine.exists`."""
        return name in self._layout.aliases() or (self._layout.folder(name) / DESCRIPTION).exists()

    def names(self, pattern: str = "*") -> list[str]:
        """See `SearchEngine.names`."""
        return [name for name in self._layout.names() if matches(pattern, name)]

    # -- aliases

    def set_alias(self, alias: str, name: str) -> str | None:
        """See `SearchEngine.set_alias`."""
        check_name(alias)
        if alias in self._layout.names():
            raise IndexExistsError(alias)
        target = self._resolve(name)
        return self._layout.change_alias(alias, target)

    def aliases(self) -> dict[str, str]:
        """See `SearchEngine.aliases`."""
        return dict(self._layout.aliases())

    def remove_alias(self, alias: str) -> bool:
        """See `SearchEngine.remove_alias`."""
        return alias in self._layout.aliases() and self._layout.change_alias(alias, None) is not None

    # -- loading

    def bulk(self, name: str, documents: Iterable[Document]) -> BulkReport:
        """See `SearchEngine.bulk`. What it returns for is committed."""
        resolved = self._resolve(name)
        try:
            return self._loader(resolved).load(documents)
        except BulkAbortedError:  # its writer is dead
            with self._lock:
                self._loaders.pop(resolved, None)
            raise

    def remove(self, name: str, ids: Sequence[str]) -> None:
        """See `SearchEngine.remove`."""
        self._loader(self._resolve(name)).remove(ids)

    def finish(self, name: str, *, merge: bool = False) -> None:
        """See `SearchEngine.finish`. Segments are merged by tantivy's own policy; `merge` waits for it."""
        with self._lock:
            loader = self._loaders.pop(self._resolve(name), None)
        if loader:
            loader.close()

    def _loader(self, name: str) -> Loader:
        with self._lock:
            if name not in self._loaders:
                self._loaders[name] = Loader(OpenIndex(self._layout, name), heap=self._heap, threads=self._threads)
            return self._loaders[name]

    # -- descriptions

    def properties(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.properties`."""
        return dict(self._index(name).description["properties"])

    def meta(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.meta`."""
        return dict(self._index(name).description["meta"])

    def set_meta(self, name: str, meta: Mapping[str, Any]) -> None:
        """See `SearchEngine.set_meta`."""
        index = self._resolve(name)
        with self._layout.locked():
            self._layout.write_description(index, {**self._layout.describe(index), "meta": dict(meta)})

    def info(self, name: str) -> dict[str, Any]:
        """See `SearchEngine.info`."""
        opened = self._index(name)
        searcher = opened.searcher()
        description = opened.description
        aliases = sorted(a for a, index in self._layout.aliases().items() if index == opened.name)
        files = [p.stat().st_size for p in (opened.folder / SEGMENTS).iterdir()]
        return {
            opened.name: {
                "aliases": {alias: {} for alias in aliases},
                "mappings": {"dynamic": "false", "_meta": description["meta"], "properties": description["properties"]},
                "settings": {
                    "index": {
                        "creation_date": str(int(datetime.fromisoformat(description["created"]).timestamp() * 1000)),
                        "uuid": description["uuid"],
                        "provided_name": opened.name,
                        "engine": "tantivy",
                        "segments": searcher.num_segments,
                        "bytes": sum(files),
                        **description["settings"],
                    }
                },
            }
        }

    # -- reading

    def count(self, name: str) -> int:
        """See `SearchEngine.count`."""
        return int(self._index(name).searcher().num_docs)

    def get(self, name: str, id_: str, *, fields: Sequence[str] | None = None) -> Hit | None:
        """See `SearchEngine.get`."""
        opened = self._index(name)
        searcher = opened.searcher()
        address = find_address(searcher, opened.schema, id_)
        if address is None:
            return None
        found, source = stored(searcher, address)
        reduce = source_filter(None if fields is None else tuple(fields))
        return Hit(id=found, score=None, source=reduce(decode_source(source)), version=1)

    def missing_ids(self, name: str, ids: Sequence[str]) -> list[str]:
        """See `SearchEngine.missing_ids`."""
        opened = self._index(name)
        searcher = opened.searcher()
        maybe_deleted = [i for i in ids if searcher.doc_freq(ID, i)]
        held = {i for i in maybe_deleted if find_address(searcher, opened.schema, i) is not None}
        return [i for i in ids if i not in held]

    def get_many(self, name: str, ids: Sequence[str]) -> dict[str, Document]:
        """See `SearchEngine.get_many`."""
        opened = self._index(name)
        searcher = opened.searcher()
        found: dict[str, Document] = {}
        for id_ in ids:
            if (address := find_address(searcher, opened.schema, id_)) is not None:
                found[id_] = {"_id": id_, **decode_source(stored(searcher, address)[1])}
        return found

    def extend(self, name: str, properties: Properties) -> None:
        """See `SearchEngine.extend`. Columns can not be added, so the documents are indexed anew."""
        index = self._resolve(name)
        if self.properties(index) == with_all(properties):
            return
        old = self._layout.describe(index)
        aside = f"{index[:200]}.{uuid.uuid4().hex[:8]}"
        self.create(aside, IndexConfig(properties, meta=old["meta"], extra_settings=old["settings"]))
        try:
            report = self.bulk(aside, every_document(self, index))
            self.finish(aside)
            if report.rejected:
                raise MappingError("properties", f"`{report.rejected[0].id}` does not fit: {report.rejected[0].reason}")
            self.finish(index)
            self._layout.swap(aside, index)
        finally:
            self.delete(aside)

    def search(self, name: str, request: SearchRequest) -> SearchResult:
        """See `SearchEngine.search`."""
        return Search(self._index(name), request).run()

    def multi_search(self, name: str, requests: Sequence[SearchRequest]) -> list[SearchResult]:
        """See `SearchEngine.multi_search`."""
        opened = self._index(name)
        return [Search(opened, request).run() for request in requests]

    def explain_query(self, name: str, request: SearchRequest) -> dict[str, Any]:
        """See `SearchEngine.explain_query`. It is tantivy's own notation."""
        search = Search(self._index(name), request)
        return {
            "engine": "tantivy",
            "query": str(search.shown.query),
            "sort": list(request.sort),
            "facets": list(request.facets),
        }

    def scroll(self, name: str, request: SearchRequest, *, page_size: int = 1000) -> ScrollPage:
        """See `SearchEngine.scroll`."""
        return self._scrolls.begin(Scroll(Search(self._index(name), request), max(1, page_size)))

    def scroll_next(self, scroll_id: str) -> ScrollPage:
        """See `SearchEngine.scroll_next`."""
        return self._scrolls.proceed(scroll_id)

    def health(self) -> dict[str, Any]:
        """See `SearchEngine.health`."""
        import tantivy

        started = time.perf_counter()
        names = self._layout.names()
        return {
            "status": "green",
            "engine": "embedded",
            "version": getattr(tantivy, "__version__", "tantivy"),
            "indices": len(names),
            "took_ms": round((time.perf_counter() - started) * 1000, 3),
        }

    def tidy(self) -> list[str]:
        """See `SearchEngine.tidy`."""
        return self._layout.tidy()

    def close(self) -> None:
        """See `SearchEngine.close`."""
        with self._lock:
            loaders = list(self._loaders.values())
            self._loaders.clear()
            self._open.clear()
        for loader in loaders:
            loader.close()
        self._scrolls.close()

    # -- names to opened indices

    def _resolve(self, name: str) -> str:
        """The index of a name or alias.

        Raises:
            IndexNotFoundError: neither.
        """
        index = self._layout.aliases().get(name, name)
        if not (self._layout.folder(index) / DESCRIPTION).exists():
            raise IndexNotFoundError(name, [*self._layout.names(), *self._layout.aliases()])
        return index

    def _index(self, name: str) -> OpenIndex:
        index = self._layout.aliases().get(name, name)
        opened = self._open.get(index)
        if opened is not None and opened.is_current():
            return opened
        with self._lock:
            opened = self._open.get(index)
            if opened is None or not opened.is_current():
                self._open.pop(index, None)
                try:
                    opened = OpenIndex(self._layout, self._resolve(name))
                except FileNotFoundError as error:
                    raise IndexNotFoundError(name, self._layout.names()) from error
                self._open[index] = opened
        return opened
