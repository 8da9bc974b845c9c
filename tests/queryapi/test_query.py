import pytest


def ids(answer):
    return [hit["_id"] for hit in answer["hits"]]


def test_a_search_answers_with_took_total_max_score_and_hits(api):
    answer = api.json("/v1/query", q="symbol:TP53", fields="symbol")
    assert list(answer) == ["took", "total", "max_score", "hits"]
    assert (answer["total"], type(answer["took"])) == (1, int)
    assert answer["hits"] == [{"_id": "7157", "_score": answer["max_score"], "symbol": "TP53"}]


def test_words_without_a_field_are_looked_for_in_ids_and_in_all(api):
    assert set(ids(api.json("/v1/query", q="cyclin kinase"))) == {"1017", "1018", "12566"}
    assert ids(api.json("/v1/query", q="7157")) == ["7157"]


def test_no_query_and_all_match_everything_and_an_empty_query_nothing(api, odd_ids):
    total = 4 + len(odd_ids)
    assert api.json("/v1/query")["total"] == api.json("/v1/query", q="__all__")["total"] == total
    assert len(api.json("/v1/query")["hits"]) == 10
    nothing = api.json("/v1/query", q="")
    assert (nothing["total"], nothing["hits"]) == (0, [])


def test_any_gives_a_random_page_and_is_not_kept_in_caches(api, api_with):
    for running in (api, api_with({"gene": "genes"}, allow_random=True)):
        answer = running.get("/v1/query", params=None, q="__any__", size=3)
        assert len(answer.json()["hits"]) == 3
        assert answer.headers["Cache-Control"] == "no-store"


def test_pages_and_sorting(api):
    first = api.json("/v1/query", q="taxid:9606", sort="-_id", size=2)
    second = api.json("/v1/query", q="taxid:9606", sort="-_id", size=2, skip=2)
    assert ids(first) + ids(second) == ["7157", "1018", "1017"]
    assert ids(api.json("/v1/query", q="_exists_:score", sort="-score", size=0)) == []
    assert ids(api.json("/v1/query", q="_exists_:score", sort="-score")) == ["12566", "1017", "1018"]


def test_filters_restrict_before_and_after_the_facets(api):
    filtered = api.json("/v1/query", q="symbol:cdk*", filter="taxid:9606", facets="symbol", size=0)
    assert {t["term"]: t["count"] for t in filtered["facets"]["symbol"]["terms"]} == {"cdk2": 1, "cdk3": 1}
    after = api.json("/v1/query", q="symbol:cdk*", post_filter="taxid:9606", facets="symbol")
    assert {t["term"]: t["count"] for t in after["facets"]["symbol"]["terms"]} == {"cdk2": 2, "cdk3": 1}
    assert set(ids(after)) == {"1017", "1018"}


def test_facets_have_the_documented_shape_and_empty_hits_are_left_out(api):
    answer = api.json("/v1/query", facets="taxid", facet_size=1)
    assert list(answer) == ["took", "total", "max_score", "facets"]
    facet = answer["facets"]["taxid"]
    assert set(facet) == {"_type", "terms", "other", "missing", "total"}
    assert (facet["_type"], len(facet["terms"]), facet["total"]) == ("terms", 1, facet["terms"][0]["count"])
    assert facet["other"] == 4
    assert "hits" in api.json("/v1/query", facets="taxid", size=1)


def test_nested_facets_need_permission(api, api_with):
    refused = api.get("/v1/query", facets="taxid(symbol)")
    assert (refused.status_code, refused.json()["keyword"]) == (400, "aggs")
    allowed = api_with({"gene": "genes"}, allow_nested_facets=True)
    terms = allowed.json("/v1/query", q="symbol:cdk*", facets="taxid(symbol)")["facets"]["taxid"]["terms"]
    assert {term["term"]: term["symbol"]["total"] for term in terms} == {9606: 2, 10090: 1}


def test_everything_is_fetched_page_by_page(api_with, odd_ids):
    api = api_with({"gene": "genes"}, page_size=5)
    seen, page = [], api.get("/v1/query", fetch_all="true", fields="taxid")
    while "error" not in page.json():
        assert page.headers["Cache-Control"] == "no-store"
        assert page.json()["total"] == 4 + len(odd_ids)
        seen += ids(page.json())
        page = api.get("/v1/query", scroll_id=page.json()["_scroll_id"], dotfield="")
    assert (page.status_code, page.json()) == (200, {"success": False, "error": "No more results to return."})
    assert sorted(seen) == sorted([*odd_ids, "1017", "1018", "7157", "12566"])


def test_fetching_nothing_ends_at_once(api):
    page = api.json("/v1/query", q="symbol:nobody", fetch_all="1")
    assert (page["total"], page["hits"]) == (0, [])
    assert "error" in api.json("/v1/query", scroll_id=page["_scroll_id"])


def test_a_stale_scroll_is_a_400(api):
    answer = api.get("/v1/query", scroll_id="abc")
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_an_explanation_stands_in_each_hit(api):
    assert api.json("/v1/query", q="symbol:tp53", explain="1")["hits"][0]["_explanation"]


def test_terms_are_looked_up_in_scopes_in_their_order(api):
    form = {"q": "tp53,nobody,CDK2", "scopes": "symbol", "fields": "taxid"}
    answer = api.post("/v1/query", data=form).json()
    assert [(hit["query"], hit.get("_id")) for hit in answer][:2] == [("tp53", "7157"), ("nobody", None)]
    assert answer[1] == {"query": "nobody", "notfound": True}
    assert {hit["_id"] for hit in answer[2:]} == {"1017", "12566"}
    assert all(set(hit) == {"query", "_id", "_score", "taxid"} for hit in answer if "notfound" not in hit)


@pytest.mark.parametrize(
    "sent",
    [
        {"json": {"q": [7157, "1017"]}},
        {"json": {"q": "7157,1017"}},
        {"data": {"q": "7157 1017"}},
        {"data": "q: [7157, '1017']\n", "headers": {"Content-Type": "application/yaml"}},
        {"params": {"q": "7157|1017"}},
    ],
)
def test_terms_come_in_every_kind_of_body(api, sent):
    assert [hit["_id"] for hit in api.post("/v1/query", **sent).json()] == ["7157", "1017"]


def test_a_number_is_echoed_as_a_number(api):
    assert api.post("/v1/query", json={"q": [7157]}).json()[0]["query"] == 7157


def test_nested_lists_combine_with_and(api):
    body = {"q": [["cdk2", "10090"], ["tp53", "10090"]], "scopes": [["symbol"], ["taxid"]]}
    answer = api.post("/v1/query", json=body).json()
    assert (answer[0]["query"], answer[0]["_id"]) == (["cdk2", "10090"], "12566")
    assert answer[1] == {"query": ["tp53", "10090"], "notfound": True}
    assert api.post("/v1/query", json=body | {"scopes": [["symbol"]]}).status_code == 400
    assert api.post("/v1/query", json=body | {"q": ["a", "b"]}).status_code == 400


def test_empty_scopes_make_terms_query_strings(api):
    answer = api.post("/v1/query", json={"q": ["symbol:tp53"], "scopes": []}).json()
    assert answer[0]["_id"] == "7157"


def test_an_empty_term_is_not_found(api):
    assert api.post("/v1/query", json={"q": ["", "7157"]}).json()[0] == {"query": "", "notfound": True}


def test_with_total_says_how_many_there_are(api):
    form = {"q": "9606,10090", "scopes": "taxid", "size": 2, "with_total": "true", "sort": "_id"}
    answer = api.post("/v1/query", data=form).json()
    assert (answer["max_total"], len(answer["hits"])) == (3, 3)
    assert answer["msg"] == "1 query terms return > 2 hits, using from=2 to retrieve the remaining hits"
    assert "msg" not in api.post("/v1/query", data=form | {"size": 5}).json()


def test_a_missing_list_of_terms_is_a_400(api):
    answer = api.post("/v1/query")
    assert (answer.status_code, answer.json()["missing"]) == (400, "q")


def test_raw_and_rawquery_show_the_engines_view(api):
    assert "hits" in api.json("/v1/query", q="tp53", raw="true")
    assert isinstance(api.json("/v1/query", q="tp53", rawquery="true"), dict)
    assert len(api.post("/v1/query", data={"q": "a,b", "rawquery": "1"}).json()) == 2


def test_hits_with_an_empty_result_are_left_out(api):
    answer = api.json("/v1/query", q="_exists_:go", jmespath="go|[?id=='GO:0000002']", jmespath_exclude_empty="")
    assert (answer["total"], ids(answer)) == (2, ["1017"])


def test_stored_queries_replace_and_filters_restrict(api, api_with, stored_queries):
    stored = api_with({"gene": "genes"}, userquery_dir=stored_queries)
    assert set(ids(stored.json("/v1/query", q="symbol:cdk2", userfilter="human"))) == {"1017"}
    assert set(ids(stored.json("/v1/query", q='cdk2"}', userquery="by_symbol"))) == set()
    assert set(ids(stored.json("/v1/query", q="cdk2", userquery="by_symbol"))) == {"1017", "12566"}
    for name in ("humans", "../human", "/etc", ""):
        answer = stored.get("/v1/query", q="cdk2", userquery=name)
        assert answer.status_code == (400 if name else 200)
    assert stored.get("/v1/query", userquery="broken").status_code == 500
    assert api.get("/v1/query", q="cdk2", userquery="human").status_code == 200


def test_a_type_of_its_own_is_searched(api_with):
    api = api_with({"gene": "genes", "drug": "drugs"})
    assert ids(api.json("/v1/drug/query", q="aspirin")) == ["d1"]
    assert api.json("/v1/query", q="aspirin")["total"] == 0
    assert api.post("/v1/drug/query/", data={"q": "d1"}).json()[0]["_id"] == "d1"
    assert ids(api_with({"gene": "genes", "drug": "drugs"}, default_type="drug").json("/v1/query")) == ["d1"]
