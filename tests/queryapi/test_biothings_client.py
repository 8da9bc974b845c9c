"""The public Python client of BioThings APIs, as it is, pointed at a running server."""

import logging

import pytest

biothings_client = pytest.importorskip("biothings_client")


@pytest.fixture
def client(api):
    """The generic client: it reads ``/v1/metadata`` to learn the type."""
    made = biothings_client.get_client(url=f"{api.url}/v1")
    made.delay = 0
    yield made
    made.http_client and made.http_client.close()


def test_the_client_learns_the_type_from_the_metadata(client):
    assert type(client).__name__ == "MyGeneInfo"
    assert client.metadata()["biothing_type"] == "gene"


def test_the_dedicated_client_works_at_another_url(api):
    made = biothings_client.get_client("gene", url=f"{api.url}/v1")
    assert made.getgene("7157")["symbol"] == "TP53"
    made.http_client.close()


def test_one_document(client):
    assert client.getgene("1017", fields=["symbol", "go.id"])["go"][0]["id"] == "GO:0000001"
    assert client.getgene("nobody") is None


def test_many_documents(client, odd_ids):
    found = client.getgenes(["7157", "nobody", *odd_ids], fields="symbol")
    assert [hit["query"] for hit in found] == ["7157", "nobody", *odd_ids]
    assert [hit["query"] for hit in found if hit.get("notfound")] == ["nobody"]


def test_more_documents_than_one_request_takes(client):
    found = client.getgenes([str(number) for number in range(2500)], verbose=False)
    assert len(found) == 2500
    assert [hit["_id"] for hit in found if "_id" in hit] == ["1017", "1018"]


def test_a_query(client):
    found = client.query("symbol:cdk2", fields="taxid", size=1, sort="taxid", dotfield=True)
    assert (found["total"], found["hits"][0]["taxid"]) == (2, 9606)


def test_facets(client):
    assert client.query("symbol:cdk*", facets="taxid", size=0)["facets"]["taxid"]["total"] == 3


def test_many_terms(client):
    found = client.querymany(["TP53", "CDK2", "nobody"], scopes=["symbol", "_id"], fields="taxid", returnall=True)
    assert {hit["_id"] for hit in found["out"] if "_id" in hit} == {"7157", "1017", "12566"}
    assert (found["dup"], found["missing"]) == ([("CDK2", 2)], ["nobody"])


def test_everything(client, odd_ids, caplog):
    caplog.set_level(logging.CRITICAL, logger="biothings.client")
    found = list(client.query("__all__", fetch_all=True, fields="symbol"))
    assert len(found) == 4 + len(odd_ids)


def test_fields(client):
    assert client.get_fields("go")["go.id"]["type"] == "keyword"
    assert "symbol" in client.get_fields()


def test_a_data_frame(client):
    frame = client.querymany(["TP53"], scopes="symbol", fields="taxid", as_dataframe=True)
    assert frame.loc["TP53"]["_id"] == "7157"
