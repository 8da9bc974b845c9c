import re


def test_metadata_shows_the_index_with_the_live_count(api, odd_ids):
    meta = api.json("/v1/metadata")
    assert list(meta) == ["biothing_type", "build_date", "build_version", "src", "stats"]
    assert (meta["biothing_type"], meta["build_version"]) == ("gene", "20251101")
    assert meta["stats"] == {"ncbi": 4, "total": 4 + len(odd_ids)}
    assert meta["src"]["go"]["version"] == "2025-10"
    assert api.json("/metadata") == api.json("/v1/gene/metadata") == meta


def test_hidden_keys_and_software_are_for_developers(api):
    meta = api.json("/v1/metadata?dev")
    assert meta["_internal"] == "hidden"
    assert set(meta["software"]) == {"hub", "python", "tornado", "search_engine"}


def test_raw_metadata_is_the_engines_description(api):
    assert api.json("/v1/metadata", raw="1")


def test_several_types_are_combined(api_with, odd_ids):
    api = api_with({"gene": "genes", "drug": "drugs"})
    meta = api.json("/metadata")
    assert (meta["biothing_type"], meta["stats"]["total"]) == ("__multiple__", 5 + len(odd_ids))
    assert api.json("/v1/drug/metadata")["biothing_type"] == "drug"
    assert set(api.json("/v1/metadata/fields")) >= {"symbol", "name"}
    assert set(api.json("/v1/drug/metadata/fields")) == {"name"}


def test_fields_are_listed_and_selected(api):
    fields = api.json("/v1/metadata/fields")
    assert fields["symbol"] == {"type": "keyword", "index": True, "searched_by_default": True}
    assert fields["go"] == {"type": "object", "index": False}
    assert "all" not in fields
    assert set(api.json("/metadata/fields", search="term")) == {"go.term"}
    assert set(api.json("/v1/gene/metadata/fields/", prefix="go.")) == {"go.id", "go.term"}


def test_status_is_healthy_with_and_without_a_body(api):
    assert api.json("/status") == {"success": True, "status": "green"}
    assert api.json("/status?dev")["engine"]["engine"] == "embedded"
    head = api.session.head(api.url + "/status")
    assert (head.status_code, head.content) == (200, b"")


def test_status_fails_when_the_checked_document_is_gone(api_with):
    from hub.queryapi import StatusCheck

    good = api_with({"gene": "genes"}, status_check=StatusCheck("gene", "7157"))
    assert good.get("/status").status_code == 200
    for check in (StatusCheck("gene", "nobody"), StatusCheck("nothing", "1")):
        bad = api_with({"gene": "genes"}, status_check=check).get("/status")
        assert (bad.status_code, bad.json()["success"]) == (503, False)


def test_a_type_added_at_run_time_is_served_at_once(api_with):
    served = {}
    mapping, function = api_with(served), api_with(lambda: served)
    for api in (mapping, function):
        assert api.get("/v1/query").status_code == api.get("/metadata").status_code == 503
    served["gene"] = "genes"
    for api in (mapping, function):
        assert api.json("/v1/gene/7157")["_id"] == "7157"
        assert "/v1/gene/{id}" in api.json("/v1/spec")["paths"]
    served["drug"] = "drugs"
    assert mapping.json("/v1/drug/d1")["_id"] == "d1"


def test_a_prefix_and_a_version_move_every_path(api_with):
    api = api_with({"gene": "genes"}, prefix="data/", version="v3")
    for path in ("/data", "/data/", "/data/status", "/data/metadata", "/data/v3/query", "/data/v3/gene/7157"):
        assert api.get(path).status_code == 200, path
    assert api.get("/v1/query").status_code == 404


def test_pages_name_the_types_and_fetch_nothing_from_elsewhere(api, api_with):
    front, docs = api.get("/").text, api.get("/v1/docs").text
    assert "/v1/gene/" in front
    assert "<code>fetch_all</code>" in docs
    assert "default-src 'none'" in api.get("/").headers["Content-Security-Policy"]
    for page in (front, docs, api.get("/v1/query", format="html").text, api_with({}).get("/").text):
        assert not re.search(r"<(script|link|img)\b|url\(|@import", page)


def test_names_of_types_are_escaped_on_pages(api_with):
    api = api_with({"<b>x": "genes"}, title="<i>", description="<u>")
    for path in ("/", "/v1/docs"):
        page = api.get(path).text
        assert not re.search("<b>|<i>|<u>", page)


def test_a_missing_index_does_not_break_the_front_page_and_is_a_500_elsewhere(api_with):
    api = api_with({"gene": "missing"})
    assert "not available now" in api.get("/").text
    for path in ("/v1/gene/1", "/v1/query", "/v1/metadata", "/v1/metadata/fields"):
        answer = api.get(path)
        assert (answer.status_code, answer.json()["success"]) == (500, False), path
        assert "root_cause_line_00" in answer.json()
        assert "genes_1" not in answer.text
