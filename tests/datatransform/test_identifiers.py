"""Pairs of identifiers, and edges of applications that take and give them."""

from __future__ import annotations

import importlib
import re
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx
import pytest

from hub.compat.identifiers import CIIDStruct, IDStruct, nested_lookup
from hub.dataload import aliases
from hub.store import Record, open_store
from hub.store.opening import specs
from tests.compat import names


@pytest.mark.parametrize(
    ("document", "field", "expected"),
    [
        ({"a": {"b": 1}}, "a.b", 1),
        ({"a": [{"b": 1}, {"b": [2, 3]}, {}]}, "a.b", [1, [2, 3]]),
        ({"a": [1]}, "a", [1]),
        ({"a": 0}, "a", 0),
        ({}, "a", None),
        ({"a": "x"}, "a.b", None),
    ],
)
def test_values_are_found_at_dotted_fields(document: Any, field: str, expected: Any) -> None:
    assert nested_lookup(document, field) == expected


def test_pairs_are_kept_from_both_sides() -> None:
    pairs = IDStruct()
    for left, right in [("a", "b"), ("a", "c"), ("x", ["b", "d"]), (["p", "q"], "z"), (None, "k"), ("m", ""), (1, 2)]:
        pairs.add(left, right)
    assert list(pairs) == [("a", "b"), ("a", "c"), ("x", "b"), ("x", "d"), ("p", "z"), ("q", "z"), (1, 2)]
    assert len(pairs) == 5
    assert pairs.id_lst == ["b", "c", "d", "z", 2]
    assert list(pairs.find_left(["a", "x"])) == ["b", "c", "b", "d"]
    assert list(pairs.find_right("b")) == ["a", "x"]
    assert (pairs.lookup("a", "b"), pairs.lookup("a", "d"), pairs.left("q"), pairs.right("q")) == (
        True,
        False,
        True,
        False,
    )
    pairs += IDStruct("f.g", [{"f": {"g": ["3", 4]}}, {"f": {"g": None}}, {}])
    assert list(pairs)[-4:] == [("q", "z"), (1, 2), ("3", "3"), (4, 4)]


def test_pairs_may_ignore_case() -> None:
    pairs = CIIDStruct()
    pairs.add("AbC", "DeF")
    assert list(pairs) == [("abc", "DeF")]
    assert list(pairs.find_left("ABC")) == ["DeF"]
    assert list(pairs.find_right(["def"])) == ["abc"]


def test_edges_and_identifiers_of_an_application_are_used(tmp_path: Path) -> None:
    names.prepare(tmp_path)
    module = importlib.import_module("biothings.hub.datatransform")
    with closing(open_store(specs(aliases.current_settings())[0])) as store:
        stones = [{"_id": "s1", "code": 85, "key": "KEY-1"}, {"_id": "s2", "code": 86, "key": "bad"}]
        store.collection("stones").insert([Record(d["_id"], store.codec.encode(d)) for d in stones])

    class Several(module.DataTransformEdge):
        def __init__(self, edges: list[Any], weight: float = 1, label: str | None = None) -> None:
            super().__init__(label=label)
            self.edges, self.weight = edges, weight

        def edge_lookup(self, keylookup_obj: Any, id_strct: IDStruct, debug: Any = False) -> IDStruct:
            found = keylookup_obj.idstruct_class()
            for edge in self.edges:
                found += edge.edge_lookup(keylookup_obj, id_strct, debug)
            return found

    class OnlyGood(module.DataTransformEdge):
        def edge_lookup(self, keylookup_obj: Any, id_strct: IDStruct, debug: Any = False) -> IDStruct:
            found = keylookup_obj.idstruct_class()
            for original, current in id_strct:
                if re.fullmatch(r"KEY-\d", str(current)):
                    found.add(original, current)
            return found

    class Numbered(IDStruct):
        def _init_strct(self, field: str, doc_lst: Any) -> None:
            for document in doc_lst:
                value = module.nested_lookup(document, field)
                self.add(value, int(value.removeprefix("CODE")))

    graph = networkx.DiGraph()
    edges = [module.MongoDBEdge("stones", "code", "key"), module.MongoDBEdge("stones", "_id", "key")]
    graph.add_edge("code", "raw", object=Several(edges, label="both"))
    graph.add_edge("raw", "key", object=module.RegExEdge("^", ""))
    graph.add_edge("key", "key", object=OnlyGood("good"))
    lookup = module.DataTransformMDB(graph, [("code", "_id")], ["raw"], idstruct_class=Numbered)
    documents = [{"_id": "CODE00085"}, {"_id": "CODE00086"}, {"_id": "CODE00099"}]
    assert [d["_id"] for d in lookup(documents)] == ["KEY-1", "bad", "CODE00099"]
    plain = module.DataTransformMDB(graph, "key", "key", skip_on_failure=True)
    assert [d["_id"] for d in plain([{"_id": "KEY-7"}, {"_id": "KEY-77"}])] == ["KEY-7"]
    twice = module.DataTransformMDB(graph, [("code", "_id")], ["key"])
    assert [d["_id"] for d in twice([{"_id": "s1"}])] == ["KEY-1"]
    with pytest.raises(NotImplementedError, match="neither `edge_lookup` nor `lookup`"):
        module.DataTransformEdge().lookup(["a"])
