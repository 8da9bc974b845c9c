"""Documents, files, code, the machine, and two builds compared, over REST."""

from __future__ import annotations

import json

import pytest


def test_documents_of_a_source_come_in_pages(filled):
    first = filled.get("/documents/source/apple?limit=2")
    assert [d["_id"] for d in first["documents"]] == ["i0", "i1"]
    assert (first["total"], first["more"], first["start"]) == (5, True, 0)
    last = filled.get("/documents/source/apple?limit=2&start=4")
    assert [d["_id"] for d in last["documents"]] == ["i4"]
    assert (last["total"], last["more"]) == (5, False)
    assert filled.get("/documents/source/apple?limit=2&start=90")["documents"] == []
    back = filled.get("/documents/source/apple?sort=-apple.n&limit=1&fields=apple.n")
    assert back["documents"] == [{"_id": "i4", "apple": {"n": 4}}]


def test_documents_are_filtered_as_mongodb_does(filled):
    asked = json.dumps({"apple.n": {"$gte": 3}})
    found = filled.get(f"/documents/source/apple?filter={asked}&limit=1")
    assert [d["_id"] for d in found["documents"]] == ["i3"]
    assert (found["total"], found["more"]) == (2, True)
    wrong = filled.error("GET", '/documents/source/apple?filter={"apple.n":{"$near":1}}', 400)
    assert "$near" in wrong
    assert "JSON object" in filled.error("GET", "/documents/source/apple?filter=[1]", 400)


def test_a_sub_source_is_named_in_two_ways_and_must_be_named(filled):
    assert filled.get("/documents/source/pear.pear_names?limit=1")["total"] == 5
    assert filled.get("/documents/source/pear_names?limit=1")["total"] == 5
    assert "pear.pear_data, pear.pear_names" in filled.error("GET", "/documents/source/pear", 400)
    assert "`apple`" in filled.error("GET", "/documents/source/appel", 404)


def test_documents_of_a_build_and_of_an_index(filled):
    build = filled.get("/documents/build/fruit_one?limit=1")
    assert build["documents"] == [{"_id": "i0", "apple": {"n": 0}, "name": "ni0"}]
    index = filled.get("/documents/index/fruit_one?q=name:ni3&facets=name")
    assert index["documents"] == [{"_id": "i3", "apple": {"n": 3}, "name": "ni3"}]
    assert index["facets"]["name"]["terms"] == [{"term": "ni3", "count": 1}]
    assert "`fruit_one`" in filled.error("GET", "/documents/build/fruit_on", 404)
    filled.error("GET", "/documents/index/nothing", 404)
    filled.error("GET", "/documents/index/fruit_one?env=nowhere", 404)


@pytest.mark.parametrize("query", ["limit=-1", "limit=1001", "start=-1", "limit=many"])
def test_bounds_are_checked(filled, query):
    filled.error("GET", f"/documents/source/apple?{query}", 400)


def test_an_unknown_kind_is_told(filled):
    assert "`source`" in filled.error("GET", "/documents/sources/apple", 404)


def test_one_document_by_its_id(filled):
    assert filled.get("/document/source/apple?id=i2") == {"_id": "i2", "apple": {"n": 2}}
    assert filled.get("/document/build/fruit_one?id=i2")["name"] == "ni2"
    assert filled.get("/document/index/fruit_one?id=i2")["_id"] == "i2"
    for kind, name in (("source", "apple"), ("build", "fruit_one"), ("index", "fruit_one")):
        assert "`i9`" in filled.error("GET", f"/document/{kind}/{name}?id=i9", 404)


def test_an_id_is_found_wherever_it_is(filled):
    found = filled.get("/document_history?id=i1")
    assert found["sources"]["apple"] == {"_id": "i1", "apple": {"n": 1}}
    assert found["sources"]["pear_names"]["name"] == "ni1"
    (build,) = [b for b in found["builds"] if b["build"] == "fruit_one"]
    assert (build["config"], build["document"]["name"]) == ("fruit", "ni1")
    nowhere = filled.get("/document_history?id=nowhere")
    assert nowhere["sources"] == {}
    assert all(b["document"] is None for b in nowhere["builds"])


def test_files_of_a_release_have_their_checksums(filled):
    (file,) = filled.get("/source/apple/files")
    assert file["name"] == "data.ndjson"
    assert file["url"].startswith("file://")
    assert len(file["sha256"]) == 64
    assert (file["size"] > 0, file["made"]) == (True, False)
    filled.error("GET", "/source/nobody/files", 404)
    filled.error("GET", "/source/apple/files?release=never", 404)


def test_the_code_of_a_plugin_is_shown_also_of_a_broken_one(filled):
    told = filled.get("/source/apple/code")
    files = {f["name"]: f["text"] for f in told["files"]}
    assert set(files) == {"manifest.json", "parser.py"}
    assert "def load_data" in files["parser.py"]
    assert [f["text"] for f in filled.get("/source/broken/code")["files"]] == ['{"version": "1.0", "dumper": {']
    assert "`apple`" in filled.error("GET", "/source/appel/code", 404)


def test_the_machine_is_described(filled):
    told = filled.get("/system")
    assert told["disk"]["total"] >= told["disk"]["free"] > 0
    assert told["memory"]["total"] > 0
    assert told["stores"] == {"source": "sqlite", "target": "sqlite"}
    assert told["home"] == str(filled.settings.home)


def test_two_builds_are_compared(filled):
    made = filled.run("PUT", "/build/fruit/new", json={"target_name": "fruit_two", "force": True})
    assert made["failed"] is False, made
    same = filled.run("PUT", "/builds/compare", json={"old": "fruit_one", "new": "fruit_two"})["results"][0]
    assert (same["same"], same["changed"], same["added"], same["removed"], same["fields"]) == (5, 0, 0, 0, {})
    body = {"name": "apples", "doc_type": "fruit", "sources": ["apple"], "roots": [], "params": {}}
    filled.result("POST", "/buildconf", json={**body, "builder_class": None, "archived": False})
    assert filled.run("PUT", "/build/apples/new", json={"target_name": "apples_one", "force": True})["failed"] is False
    less = filled.run("PUT", "/builds/compare", json={"old": "fruit_one", "new": "apples_one"})["results"][0]
    assert (less["changed"], less["fields"]) == (5, {"name": 5})
    assert less["examples"]["changed"] == ["i0", "i1", "i2", "i3", "i4"]
    assert "`fruit_one`" in filled.error("PUT", "/builds/compare", 404, json={"old": "fruit_on", "new": "fruit_two"})
    for name in ("fruit_two", "apples_one"):
        filled.result("DELETE", f"/build/{name}", json={})
    filled.result("DELETE", "/buildconf", json={"name": "apples"})
