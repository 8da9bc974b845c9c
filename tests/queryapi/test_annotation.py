from urllib.parse import quote

import pytest


def test_one_document_has_its_id_its_version_and_sorted_keys(api):
    answer = api.get("/v1/gene/7157")
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.text == (
        '{"_id":"7157","_version":1,"name":"tumor protein p53","symbol":"TP53","taxid":9606,"xrefs":"HGNC:11998"}'
    )


def test_a_trailing_slash_is_accepted(api):
    assert api.json("/v1/gene/7157/") == api.json("/v1/gene/7157")
    assert api.post("/v1/gene/", data={"ids": "7157"}).json() == api.post("/v1/gene", data={"ids": "7157"}).json()


def test_an_id_without_document_is_a_404(api):
    answer = api.get("/v1/gene/nobody")
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "success": False, "error": "Not Found."})
    assert "Cache-Control" not in answer.headers


def test_a_type_that_is_not_served_is_a_404_that_names_the_nearest(api):
    answer = api.get("/v1/genes/7157")
    assert (answer.status_code, answer.json()["error"]) == (404, "Not Found.")
    assert "Did you mean `gene`?" in answer.json()["reason"]


def test_a_missing_id_is_a_400(api):
    for answer in (api.get("/v1/gene"), api.get("/v1/gene/"), api.post("/v1/gene")):
        assert (answer.status_code, answer.json()["missing"]) == (400, "id")


def test_ids_with_odd_characters_work_in_the_path_and_in_a_batch(api, odd_id):
    if odd_id != "query":  # /v1/<type>/query is the search
        assert api.json("/v1/gene/" + quote(odd_id, safe=""))["_id"] == odd_id
    assert api.post("/v1/gene", json={"ids": [odd_id]}).json()[0]["_id"] == odd_id
    assert api.post("/v1/gene", data={"ids": f'"{odd_id}"'}).json()[0]["_id"] == odd_id


def test_a_slash_that_is_not_encoded_works_too(api):
    assert api.json("/v1/gene/a/b")["_id"] == "a/b"


def test_fields_reduce_the_document_and_leave_its_id(api):
    assert api.json("/v1/gene/1018", fields="symbol,go.id") == {
        "_id": "1018",
        "_version": 1,
        "symbol": "CDK3",
        "go": {"id": "GO:0000001", "_license": "https://go.example/license"},
    }
    assert set(api.json("/v1/gene/1018", fields="-go,-flag")) == {"_id", "_version", "symbol", "name", "taxid", "score"}


def test_the_license_of_a_source_stands_inside_its_part(api):
    assert api.json("/v1/gene/1017")["go"] == [
        {"_license": "https://go.example/license", "id": "GO:0000001", "term": "cell cycle"},
        {"_license": "https://go.example/license", "id": "GO:0000002", "term": "kinase"},
    ]


def test_formatting_parameters_apply(api):
    document = api.json("/v1/gene/1018", fields="score,flag,go.id", dotfield="", always_list="score", allow_null="no")
    assert document == {
        "_id": "1018",
        "_version": 1,
        "flag": False,
        "go._license": "https://go.example/license",
        "go.id": "GO:0000001",
        "no": None,
        "score": [0],
    }
    assert api.json("/v1/gene/1017", jmespath="go|[].id", fields="go")["go"] == ["GO:0000001", "GO:0000002"]


def test_an_indexed_field_before_a_colon_is_searched(api):
    assert api.json("/v1/gene/symbol:TP53")["_id"] == "7157"
    assert api.json("/v1/gene/xrefs:HGNC:11998")["_id"] == "7157"
    assert api.json("/v1/gene/_id:7157")["_id"] == "7157"


def test_several_matches_are_a_list(api):
    found = api.json("/v1/gene/symbol:cdk2", fields="taxid")
    assert {(d["_id"], d["taxid"]) for d in found} == {("1017", 9606), ("12566", 10090)}
    assert all("_score" not in document for document in found)


def test_a_field_that_is_not_mapped_is_no_scope(api):
    assert api.get("/v1/gene/note:mapped").status_code == 404


def test_patterns_of_the_settings_come_first(api_with):
    api = api_with(
        {"gene": "genes"},
        annotation_patterns=[(r"(?P<scope>go\.id)=(?P<term>.+)", ()), (r"CDK\d", ("symbol",))],
        default_scopes=("_id", "symbol"),
    )
    assert len(api.json("/v1/gene/go.id=GO:0000001")) == 2
    assert len(api.json("/v1/gene/CDK2")) == 2
    assert api.json("/v1/gene/TP53")["_id"] == "7157"
    assert api.json("/v1/gene/7157")["_id"] == "7157"


def test_too_many_matches_are_a_500(api_with):
    answer = api_with({"gene": "genes"}, max_matches=2).get("/v1/gene/taxid:9606")
    assert (answer.status_code, answer.json()["error"]) == (500, "Too Many Matches.")


def test_a_batch_is_a_list_in_order_with_what_was_asked(api):
    found = api.post("/v1/gene", data={"ids": "7157,nobody,1017,7157", "fields": "symbol"}).json()
    assert [(d["query"], d.get("symbol")) for d in found] == [
        ("7157", "TP53"),
        ("nobody", None),
        ("1017", "CDK2"),
        ("7157", "TP53"),
    ]
    assert found[1] == {"query": "nobody", "notfound": True}


def test_a_batch_takes_scopes_and_gives_several_hits_of_an_id_one_after_the_other(api):
    found = api.post("/v1/gene", json={"ids": ["symbol:cdk2", "7157"], "fields": "symbol"}).json()
    assert [d["query"] for d in found] == ["symbol:cdk2", "symbol:cdk2", "7157"]


def test_a_batch_of_more_than_1000_ids_is_a_400(api):
    answer = api.post("/v1/gene", json={"ids": [str(i) for i in range(1001)]})
    assert (answer.status_code, answer.json()["max"]) == (400, 1000)


def test_raw_and_rawquery_show_the_engines_view(api):
    assert "hits" in api.json("/v1/gene/7157", raw="1")
    assert isinstance(api.json("/v1/gene/7157", rawquery="1"), dict)
    assert len(api.post("/v1/gene", data={"ids": "7157,1017", "raw": "1"}).json()) == 2


@pytest.mark.parametrize("kind", ["json", "yaml", "msgpack"])
def test_every_format_is_served(api, kind):
    import msgpack
    import yaml

    answer = api.get("/v1/gene/7157", format=kind, fields="symbol")
    read = {"json": lambda b: answer.json(), "yaml": yaml.safe_load, "msgpack": msgpack.unpackb}[kind]
    assert read(answer.content) == {"_id": "7157", "_version": 1, "symbol": "TP53"}


def test_html_is_escaped(api):
    answer = api.get("/v1/gene/" + quote("<script>alert(1)</script>", safe=""), format="html")
    assert answer.headers["Content-Type"] == "text/html; charset=UTF-8"
    assert "<script>" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
