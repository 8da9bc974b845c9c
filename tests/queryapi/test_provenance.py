"""`provenance=true`: documents with where their values come from."""

import pytest

from tests.queryapi.conftest import serving

TOLD = [{"field": "symbol", "from": [{"source": "ncbi", "release": "7"}], "rule": "only source"}]


@pytest.fixture
def telling(engine):
    """An API that knows of two documents; the index it was asked for must be the one behind the alias."""
    asked = []

    def provenance(index, ids):
        asked.append((index, list(ids)))
        return {id_: TOLD for id_ in ids if id_ in ("1017", "7157")}

    with serving(engine, {"gene": "genes"}, provenance=provenance) as running:
        running.asked = asked
        yield running


def test_a_document_says_where_its_values_come_from_when_asked(telling):
    found = telling.json("/v1/gene/1017", provenance="true")
    assert found["_provenance"] == TOLD
    assert found["symbol"] == "CDK2"
    assert telling.asked == [("genes_1", ["1017"])]
    assert "_provenance" not in telling.json("/v1/gene/1017")
    assert "_provenance" not in telling.json("/v1/gene/1017", provenance="false")
    assert telling.json("/v1/gene/1017", provenance="true", fields="taxid")["_provenance"] == TOLD


def test_so_do_batches_and_hits_of_a_query(telling):
    batch = telling.post("/v1/gene", json={"ids": ["1017", "nobody", "1018"], "provenance": True}).json()
    assert [entry.get("_provenance") for entry in batch] == [TOLD, None, None]
    hits = telling.json("/v1/query", q="symbol:CDK2 OR symbol:TP53", provenance="true")["hits"]
    assert {hit["_id"]: hit["_provenance"] for hit in hits} == {"1017": TOLD, "12566": None, "7157": TOLD}
    terms = telling.post("/v1/query", json={"q": ["TP53"], "scopes": ["symbol"], "provenance": True}).json()
    assert terms[0]["_provenance"] == TOLD
    page = telling.json("/v1/query", q="symbol:TP53", fetch_all="true", provenance="true")
    assert page["hits"][0]["_provenance"] == TOLD


def test_a_server_that_does_not_know_says_so(api):
    for answer in (
        api.get("/v1/gene/1017", provenance="true"),
        api.get("/v1/query", q="symbol:TP53", provenance="true"),
        api.post("/v1/gene", json={"ids": ["1017"], "provenance": True}),
    ):
        assert (answer.status_code, answer.json()["keyword"]) == (400, "provenance")
