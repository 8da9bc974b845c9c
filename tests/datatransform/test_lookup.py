"""Key lookup along graphs with edges in a real store, real files and a real web server."""

from __future__ import annotations

import gzip
import importlib
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx
import pytest

from hub.dataload import aliases
from hub.dataload.transport.errors import UrlRefusedError
from hub.datatransform import ApiEdge, BioThingsEdge, FileEdge, IdGraph, KeyLookup, RegexEdge, StoreEdge
from hub.datatransform.configured import graph_of
from hub.datatransform.edges import Edge
from hub.datatransform.errors import (
    EdgeDataError,
    LookupGraphError,
    ServiceDownError,
    ServiceRefusedError,
    UnknownIdTypeError,
)
from hub.store import Record, StoreSpec, open_store
from tests.compat import names
from tests.servers.http_server import Fault, HttpServer, running_http_server

GENES = [
    {"_id": "ENSG1", "symbol": "ABC1", "entrez": 11, "alias": ["A", "AB"]},
    {"_id": "ENSG2", "symbol": "BRC2", "entrez": [21, 22], "xref": [{"hgnc": "H1"}, {"hgnc": "H2"}]},
    {"_id": "ENSG3", "symbol": "CCC3"},
]


@pytest.fixture
def store(tmp_path: Path) -> StoreSpec:
    spec = StoreSpec("sqlite", "src", str(tmp_path))
    with closing(open_store(spec)) as opened:
        opened.collection("genes").insert([Record(d["_id"], opened.codec.encode(d)) for d in GENES])
    return spec


@pytest.fixture
def server() -> Iterator[HttpServer]:
    with running_http_server() as running:
        yield running


def ids(documents: Any) -> list[str]:
    return [d["_id"] for d in documents]


# -- edges


def test_a_store_is_asked_by_id_or_by_any_field(store) -> None:
    assert StoreEdge("genes", "_id", "entrez", store=store).lookup(["ENSG1", "ENSG2", "ENSG3", "no"]) == {
        "ENSG1": ["11"],
        "ENSG2": ["21", "22"],
    }
    by_symbol = StoreEdge("genes", "symbol", "_id", store=store)
    assert by_symbol.lookup(["ABC1", "abc1", "no"]) == {"ABC1": ["ENSG1"]}
    by_symbol.close()
    assert by_symbol.lookup(["CCC3"]) == {"CCC3": ["ENSG3"]}, "it opens again"
    assert StoreEdge("genes", "xref.hgnc", "entrez", store=store).lookup(["H2"]) == {"H2": ["21", "22"]}
    assert StoreEdge("genes", "alias", "_id", store=store, ignore_case=True).lookup(["ab"]) == {"ab": ["ENSG1"]}
    with pytest.raises(EdgeDataError, match=r"no collection `gene`.*Upload.*genes"):
        StoreEdge("gene", "_id", "entrez", store=store).lookup(["x"])


def test_files_of_each_kind(tmp_path) -> None:
    table = "# made today\nold\tnew\nA\t1|2\n\nB\t3\tmore\nA\t2|4\nC\n"
    (tmp_path / "t.tsv").write_text(table)
    (tmp_path / "t.tsv.gz").write_bytes(gzip.compress(table.encode()))
    for name in ("t.tsv", "t.tsv.gz"):
        edge = FileEdge(tmp_path / name, "old", "new", separator="|")
        assert edge.lookup(["A", "B", "C", "D"]) == {"A": ["1", "2", "4"], "B": ["3"]}
    (tmp_path / "t.csv").write_text('\ufeffold,new\n"A, b",1\n')
    assert FileEdge(tmp_path / "t.csv", "old", "new").lookup(["A, b"]) == {"A, b": ["1"]}
    (tmp_path / "plain.txt").write_text("A\t1\nB\t2\n")
    assert FileEdge(tmp_path / "plain.txt", 1, 0).lookup(["2"]) == {"2": ["B"]}
    (tmp_path / "m.json").write_text(json.dumps({"A": "1", "B": ["2", 3]}))
    assert FileEdge(tmp_path / "m.json").lookup(["A", "B"]) == {"A": ["1"], "B": ["2", "3"]}
    (tmp_path / "l.json").write_text(json.dumps([{"a": {"b": "X"}, "c": 1}]))
    assert FileEdge(tmp_path / "l.json", "a.b", "c", ignore_case=True).lookup(["x"]) == {"x": ["1"]}
    (tmp_path / "d.ndjson").write_text('{"a": ["x", "y"], "b": "1"}\n\n{"a": "y", "b": "2"}\n')
    assert FileEdge(tmp_path / "d.ndjson", "a", "b").lookup(["y", "x"]) == {"x": ["1"], "y": ["1", "2"]}


def test_a_file_that_can_not_be_used_says_why(tmp_path) -> None:
    (tmp_path / "t.tsv").write_text("a\tb\n1\t2\n")
    (tmp_path / "bad.ndjson").write_text('{"a": 1}\n{"a": \n')
    (tmp_path / "latin.tsv").write_bytes(b"a\tb\n\xe9\t1\n")
    with pytest.raises(EdgeDataError, match=r"no column `c`; there are: a, b"):
        FileEdge(tmp_path / "t.tsv", "a", "c").lookup(["1"])
    with pytest.raises(EdgeDataError, match="no file"):
        FileEdge(tmp_path / "none.tsv", "a", "b").lookup(["1"])
    with pytest.raises(EdgeDataError, match="line 2"):
        FileEdge(tmp_path / "bad.ndjson", "a", "b").lookup(["1"])
    with pytest.raises(EdgeDataError, match="decode"):
        FileEdge(tmp_path / "latin.tsv", "a", "b").lookup(["1"])
    with pytest.raises(LookupGraphError, match="kind"):
        FileEdge(tmp_path / "t.dat", "a", "b")
    with pytest.raises(LookupGraphError, match="both"):
        FileEdge(tmp_path / "t.tsv", "a", 1)


def test_a_service_with_a_page_for_each_id(server) -> None:
    server.put("/gene/A%2F1", json.dumps({"xrefs": [{"e": 1}, {"e": 2}]}).encode())
    page = server.pages["/gene/A%2F1"]
    page.faults = [Fault(503), Fault(429)]
    edge = ApiEdge(f"{server.url}/gene/{{id}}", "xrefs[].e", first_wait=0.01)
    assert edge.lookup(["A/1", "unknown"]) == {"A/1": ["1", "2"]}
    assert edge.lookup(["A/1"]) == {"A/1": ["1", "2"]}
    assert len(server.asked("/gene/A%2F1")) == 3, "twice busy, then answered, then remembered"
    page.faults = [Fault(503)] * 2
    with pytest.raises(ServiceDownError, match="503"):
        ApiEdge(f"{server.url}/gene/{{id}}", "xrefs[].e", attempts=2, first_wait=0.01).lookup(["A/1"])
    server.put("/gene/html", b"<html>")
    with pytest.raises(ServiceRefusedError, match="no JSON"):
        edge.lookup(["html"])
    page.faults = [Fault(403, body=b"who are you")]
    with pytest.raises(ServiceRefusedError, match="403"):
        ApiEdge(f"{server.url}/gene/{{id}}", "x").lookup(["A/1"])
    server.put("/gene/away", b"", redirect="http://127.0.0.1:1/")
    with pytest.raises(ServiceRefusedError, match="30"):
        edge.lookup(["away"])
    server_url = server.url
    with pytest.raises(ServiceDownError):
        ApiEdge("http://127.0.0.1:9/{id}", "x", attempts=1).lookup(["a"])
    for url, result in ((f"{server_url}/x", "a"), ("ftp://host/{id}", "a"), (f"{server_url}/{{id}}", "a[")):
        with pytest.raises(LookupGraphError):
            ApiEdge(url, result)


def test_a_data_api_is_asked_for_many_at_once(server) -> None:
    hits = [
        {"query": "A", "_id": "1", "entrez": {"gene": 7}},
        {"query": "A", "_id": "2", "entrez": {"gene": [8, 7]}},
        {"query": "B", "notfound": True},
    ]
    server.put("/query", json.dumps(hits).encode())
    edge = BioThingsEdge(f"{server.url}/query", "symbol,alias", "entrez.gene", batch=2)
    assert edge.lookup(["A", "B", "C"]) == {"A": ["7", "8"]}
    asked = [json.loads(body) for body in server.bodies]
    assert asked == [
        {"q": ["A", "B"], "scopes": ["symbol", "alias"], "fields": ["entrez.gene"]},
        {"q": ["C"], "scopes": ["symbol", "alias"], "fields": ["entrez.gene"]},
    ]
    server.put("/query", b'{"error": "no"}')
    with pytest.raises(ServiceRefusedError, match="list of hits"):
        BioThingsEdge(f"{server.url}/query", "a", "b").lookup(["A"])


def test_services_obey_the_allow_list_of_the_hub(home, server) -> None:
    from hub import config

    aliases.install(config.load(home, environ={}, flags={"HUB_HOST": "0.0.0.0"}))
    server.put("/gene/A", b"{}")
    with pytest.raises(UrlRefusedError, match="no public address"):
        ApiEdge(f"{server.url}/gene/{{id}}", "x").lookup(["A"])
    assert server.log == []


# -- the graph


class Table(Edge):
    """An edge of a few pairs that counts what it is asked."""

    def __init__(self, pairs: dict[str, list[str]], weight: float = 1) -> None:
        super().__init__(weight)
        self.pairs, self.asked = pairs, []

    def lookup(self, ids: Any) -> dict[str, list[str]]:
        self.asked.append(list(ids))
        return {i: self.pairs[i] for i in ids if i in self.pairs}


def test_the_cheapest_way_is_tried_first_and_the_others_for_what_is_left() -> None:
    direct = Table({"a": ["dear-a"], "b": ["dear-b"]}, weight=5)
    first, second = Table({"a": ["m"]}), Table({"m": ["cheap-a"]}, weight=2)
    graph = IdGraph().add("In", "out", direct).add("in", "mid", first).add("mid", "OUT", second)
    lookup = KeyLookup(graph, "in", ["out"])
    documents = [{"_id": "a"}, {"_id": "b"}, {"_id": "c"}, {"_id": "a"}]
    assert ids(lookup(documents)) == ["cheap-a", "dear-b", "c", "cheap-a"], "in the order of the documents"
    assert first.asked == [["a", "b", "c"]], "each identifier once"
    assert direct.asked == [["b", "c"]]
    assert lookup.statistics == {
        "documents": 4,
        "found": 3,
        "failed": 1,
        "skipped": 0,
        "pairs": {"in -> out": {"documents": 4, "found": 3}},
    }
    assert graph.ways("in", "out") == [["in", "mid", "out"], ["in", "out"]]


def test_one_identifier_may_lead_to_several() -> None:
    graph = (
        IdGraph()
        .add("a", "b", Table({"x": ["1", "2", "1"], "y": ["2"]}))
        .add("b", "c", Table({"1": ["k"], "2": ["k", "l"]}))
    )
    original = {"_id": "z", "keys": ["x", "y"], "deep": {"n": [1]}}
    out = list(KeyLookup(graph, [("a", "keys")], "c")([original]))
    assert ids(out) == ["k", "l"], "an identifier that is reached twice counts once"
    out[0]["deep"]["n"].append(2)
    assert out[1]["deep"] == original["deep"] == {"n": [1]}, "each document is one of its own"


def test_outputs_and_inputs_in_order_of_preference() -> None:
    graph = (
        IdGraph().add("a", "p", Table({"1": ["P1"], "2": ["P2"]})).add("b", "p", Table({"1": ["PB1"], "9": ["PB9"]}))
    )
    graph.add("a", "q", Table({"1": ["Q1"], "3": ["Q3"]}))
    documents = [{"_id": n, "b": b} for n, b in (("1", "9"), ("2", "9"), ("3", "0"), ("4", "9"), ("5", "5"))]
    lookup = KeyLookup(graph, ["a", ("b", "b")], ["p", "q"])
    assert ids(lookup(documents)) == ["P1", "P2", "Q3", "PB9", "5"]
    assert ids(KeyLookup(graph, ["a", ("b", "b")], ["p", "q"], id_priority_list=["q", "b"])(documents)) == [
        "Q1",
        "PB9",
        "Q3",
        "PB9",
        "5",
    ]


def test_what_is_found_or_not_may_be_left_out() -> None:
    graph = IdGraph().add("a", "b", Table({"x": ["1"]}))
    documents = [{"_id": "x"}, {"_id": "no"}, {"_id": "keep:x"}]
    assert ids(KeyLookup(graph, "a", "b", skip_on_failure=True)(documents)) == ["1"]
    assert ids(KeyLookup(graph, "a", "b", skip_on_success=True)(documents)) == ["no", "keep:x"]
    lookup = KeyLookup(graph, "a", "b", skip_on_failure=True, skip_w_regex="keep:")
    assert ids(lookup(documents)) == ["keep:x", "1"]
    assert lookup.statistics["skipped"] == 1
    debugged = list(KeyLookup(graph, "a", "b", debug=["x"])(documents))
    assert debugged == [{"_id": "1", "dt_debug": {"before": "x", "from": ["x"], "way": ["a", "b"]}}]


def test_the_same_type_is_verified_or_copied() -> None:
    documents = [{"_id": "d1", "e": "1"}, {"_id": "d2", "e": "2"}, {"_id": "d3"}]
    graph = IdGraph().add("e", "e", Table({"1": ["1"]}))
    assert ids(KeyLookup(graph, [("e", "e")], "e", skip_on_failure=True)(documents)) == ["1"]
    graph = IdGraph().add("e", "f", Table({}))
    assert ids(KeyLookup(graph, [("e", "e")], ["e", "f"], copy_from_doc=True)(documents)) == ["1", "2", "d3"]


def test_a_parser_is_decorated_and_streams() -> None:
    graph, read = IdGraph().add("a", "b", Table({f"i{n}": [f"o{n}"] for n in range(5000)})), []

    class Uploader:
        @KeyLookup(graph, "a", "b")
        def load_data(self, data_folder: str) -> Iterator[dict[str, Any]]:
            """Docs."""
            for n in range(5000):
                read.append(n)
                yield {"_id": f"i{n}", "folder": data_folder}

    documents = Uploader().load_data("/data")
    assert next(documents) == {"_id": "o0", "folder": "/data"}
    assert len(read) == 1000, "no more than one batch is read ahead"
    assert sum(1 for _ in documents) == 4999
    assert Uploader.load_data.__doc__ == "Docs."
    assert ids(KeyLookup(graph, "a", "b")({"i1": {"n": 1}})) == ["o1"], "a dict of documents"


def test_what_can_not_work_is_refused_when_it_is_built() -> None:
    graph = IdGraph().add("a", "b", Table({})).add("c", "d", Table({}))
    with pytest.raises(UnknownIdTypeError, match="aa"):
        KeyLookup(graph, "aa", "b")
    with pytest.raises(LookupGraphError, match=r"no way .* from a to d"):
        KeyLookup(graph, "a", "d")
    with pytest.raises(LookupGraphError, match="two edges"):
        graph.add("A", "B", Table({}))
    with pytest.raises(LookupGraphError, match="at least one"):
        KeyLookup(graph, [], "b")
    with pytest.raises(LookupGraphError, match="pair of name and field"):
        KeyLookup(graph, [("a", "b", "c")], "b")
    with pytest.raises(LookupGraphError, match="regular expression"):
        KeyLookup(graph, "a", "b", skip_w_regex="(")
    with pytest.raises(LookupGraphError, match="unknown argument `skip_on_fail`"):
        KeyLookup(graph, "a", "b", skip_on_fail=True)
    with pytest.raises(LookupGraphError, match="weight"):
        Table({}, weight=0)
    foreign = networkx.DiGraph()
    foreign.add_edge("a", "b")
    with pytest.raises(LookupGraphError, match="attribute `object`"):
        IdGraph(foreign)
    with pytest.raises(LookupGraphError, match="networkx"):
        IdGraph({"a": "b"})
    with pytest.raises(LookupGraphError, match="rewriting"):
        RegexEdge("(a)", r"\2")


def test_an_edge_that_fails_stops_the_parser_with_its_reason(tmp_path) -> None:
    graph = IdGraph().add("a", "b", FileEdge(tmp_path / "gone.tsv", "a", "b"))
    with pytest.raises(EdgeDataError, match=r"gone\.tsv"):
        list(KeyLookup(graph, "a", "b")([{"_id": "x"}]))


def test_names_that_applications_build_graphs_with(home, server) -> None:
    names.prepare(home)
    module = importlib.import_module("biothings.hub.datatransform")
    from hub.store.opening import specs

    with closing(open_store(specs(aliases.current_settings())[0])) as opened:
        opened.collection("genes").insert([Record(d["_id"], opened.codec.encode(d)) for d in GENES])
    server.put("/v1/query", json.dumps([{"query": "H9", "entrez": 99}]).encode())
    graph = networkx.DiGraph()
    graph.add_node("Entrez")
    graph.add_edge("symbol", "ensembl", object=module.CIMongoDBEdge("genes", "symbol", "_id"))
    graph.add_edge("ensembl", "Entrez", object=module.MongoDBEdge("genes", "_id", "entrez", weight=2, check_index=True))
    graph.add_edge("prefixed", "symbol", object=module.RegExEdge("^s:(.*)", r"\1"))
    graph.add_edge("hgnc", "entrez", object=module.BiothingsAPIEdge("hgnc", ["entrez"], url=f"{server.url}/v1/query"))

    class AppLookup(module.DataTransformMDB):
        def __init__(self, input_types: Any, *args: Any, **kwargs: Any) -> None:
            super().__init__(graph, input_types, ["entrez"], *args, **kwargs)

    assert issubclass(module.CIMongoDBEdge, module.DataTransformEdge)
    assert issubclass(AppLookup, module.DataTransform)

    @AppLookup([("prefixed", "p"), ("hgnc", "h")], skip_on_failure=True, idstruct_class=None)
    def load_data(data_folder: str) -> Iterator[dict[str, Any]]:
        yield {"_id": 1, "p": "s:abc1"}
        yield {"_id": 2, "p": "s:brc2"}
        yield {"_id": 3, "h": "H9"}
        yield {"_id": 4}

    assert [(d["_id"], d.get("p")) for d in load_data("x")] == [
        ("11", "s:abc1"),
        ("21", "s:brc2"),
        ("22", "s:brc2"),
        ("99", None),
    ]


def test_a_graph_is_declared(tmp_path, server) -> None:
    (tmp_path / "t.tsv").write_text("old\tnew\nA\tB\n")
    config = {
        "edges": [
            {"from": "x", "to": "a", "pattern": "^X(.*)", "replacement": r"\1"},
            {"from": "a", "to": "b", "file": "t.tsv", "key": "old", "value": "new", "weight": 2},
            {"from": "b", "to": "c", "url": server.url + "/{id}", "result": "c"},
            {"from": "c", "to": "d", "url": server.url + "/query", "lookup": "c", "field": "d"},
            {"from": "c", "to": "e", "collection": "genes", "lookup": "_id", "field": "x"},
        ]
    }
    server.put("/B", b'{"c": "C"}')
    graph = graph_of(config, tmp_path)
    assert graph.types() == ["a", "b", "c", "d", "e", "x"]
    assert ids(KeyLookup(graph, "x", "c")([{"_id": "XA"}])) == ["C"]
    wrong: list[tuple[Any, str]] = [
        ({}, "edges"),
        ({"edges": [{"from": "a"}]}, "edge 1 .*`from` and `to`"),
        ({"edges": [{"from": "a", "to": "b", "filo": "x"}]}, "needs one of file, .*Did you mean `file`"),
        ({"edges": [{"from": "a", "to": "b", "file": "t.tsv", "kee": 1}]}, "kee"),
        ({"edges": ["ab"]}, "edge 1"),
    ]
    for bad, told in wrong:
        with pytest.raises(LookupGraphError, match=told):
            graph_of(bad, tmp_path)
