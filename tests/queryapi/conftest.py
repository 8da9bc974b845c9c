"""A real data API: the embedded engine with a few documents behind a server on a free port of loopback."""

import asyncio
import contextlib
import threading
from pathlib import Path

import pytest
import requests

from hub.queryapi import QuerySettings, listen, make_app
from hub.search import open_engine
from hub.search.port import IndexConfig, SearchSpec

KEYWORD = {"type": "keyword", "normalizer": "keyword_lowercase_normalizer"}
PROPERTIES = {
    "symbol": {**KEYWORD, "copy_to": ["all"]},
    "name": {"type": "text", "copy_to": ["all"]},
    "taxid": {"type": "integer"},
    "score": {"type": "double"},
    "go": {"properties": {"id": KEYWORD, "term": {"type": "text"}}},
    "xrefs": KEYWORD,
    "flag": {"type": "boolean"},
}
META = {
    "biothing_type": "gene",
    "build_date": "2025-11-01T10:00:00+00:00",
    "build_version": "20251101",
    "src": {"go": {"version": "2025-10", "license_url_short": "https://go.example/license"}, "ncbi": {"version": "7"}},
    "stats": {"total": 999, "ncbi": 4},
    "_internal": "hidden",
}
ODD_IDS = [
    "a/b", "a b", "HP:0000001", "v1.0.2", "chr1:g.35367G>A", "ünïcode-基因", "50%", "q?x#y", "+plus", "quo\"te",
    "query", "<script>alert(1)</script>", "a,b", "back\\slash", "&amp;", "tab\tid", "semi;colon", "..hidden",
]  # fmt: skip


@pytest.fixture(params=ODD_IDS)
def odd_id(request):
    """An id with characters that are special somewhere."""
    return request.param


@pytest.fixture
def odd_ids():
    """All of them."""
    return list(ODD_IDS)


def genes():
    """Four genes, then one document for each odd id."""
    yield {
        "_id": "1017", "symbol": "CDK2", "name": "cyclin dependent kinase 2", "taxid": 9606, "score": 0.5,
        "go": [{"id": "GO:0000001", "term": "cell cycle"}, {"id": "GO:0000002", "term": "kinase"}],
        "xrefs": ["MESH:D1", "HGNC:1771"], "flag": True, "note": "not mapped",
    }  # fmt: skip
    yield {
        "_id": "1018", "symbol": "CDK3", "name": "cyclin dependent kinase 3", "taxid": 9606, "score": 0,
        "go": {"id": "GO:0000001", "term": "cell cycle"}, "flag": False,
    }  # fmt: skip
    yield {"_id": "7157", "symbol": "TP53", "name": "tumor protein p53", "taxid": 9606, "xrefs": "HGNC:11998"}
    yield {"_id": "12566", "symbol": "CDK2", "name": "cyclin dependent kinase 2", "taxid": 10090, "score": 2.5}
    for id_ in ODD_IDS:
        yield {"_id": id_, "symbol": "ODD", "taxid": 1}


@pytest.fixture(scope="session")
def engine(tmp_path_factory):
    """The embedded engine: index `genes_1` behind the alias `genes`, and a small `drugs`."""
    engine = open_engine(SearchSpec("embedded", str(tmp_path_factory.mktemp("search"))))
    fill(engine, "genes_1", PROPERTIES, META, genes())
    engine.set_alias("genes", "genes_1")
    fill(engine, "drugs", {"name": {"type": "text", "copy_to": ["all"]}}, {}, [{"_id": "d1", "name": "aspirin"}])
    yield engine
    engine.close()


def fill(engine, name, properties, meta, documents):
    """Create an index with documents, ready for searching."""
    engine.create(name, IndexConfig(properties, meta))
    report = engine.bulk(name, documents)
    assert not report.rejected
    engine.finish(name)


class Api:
    """A running data API and a session of a client."""

    def __init__(self, port, session):
        self.url = f"http://127.0.0.1:{port}"
        self.session = session

    def get(self, path, **params):
        return self.session.get(self.url + path, params=params)

    def json(self, path, **params):
        answer = self.get(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path, **values):
        return self.session.post(self.url + path, **values)


@contextlib.contextmanager
def serving(engine, indices, settings=None, provenance=None):
    """Serve in a thread with its own event loop; yields the port."""
    started, ports = threading.Event(), []

    async def serve(stop):
        listening = listen(make_app(engine, indices, settings, provenance), 0)
        ports.append((listening.port, asyncio.get_running_loop(), stop))
        started.set()
        await stop.wait()
        await listening.stop()

    async def main():
        await serve(asyncio.Event())

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    assert started.wait(120)
    port, loop, stop = ports[0]
    try:
        with requests.Session() as session:
            yield Api(port, session)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(120)


@pytest.fixture(scope="session")
def api(engine):
    """An API with one type and the default settings."""
    with serving(engine, {"gene": "genes"}) as running:
        yield running


@pytest.fixture
def api_with(engine):
    """Start an API with settings of your own: ``api_with({"gene": "genes"}, allow_random=True)``."""
    with contextlib.ExitStack() as stack:
        yield lambda indices, **settings: stack.enter_context(serving(engine, indices, QuerySettings(**settings)))


@pytest.fixture
def stored_queries(tmp_path: Path):
    """A folder of stored queries."""
    for name, file, text in (
        ("human", "filter.txt", '{"term": {"taxid": 9606}}'),
        ("by_symbol", "query.txt", '{"term": {"symbol": "{{q}}"}}'),
        ("broken", "query.txt", "{"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        (folder / file).write_text(text, encoding="utf-8")
    return tmp_path
