import pytest


def test_successful_answers_may_be_kept_for_a_week(api):
    for path in ("/v1/gene/7157", "/v1/query?q=tp53", "/v1/metadata", "/metadata/fields"):
        assert api.get(path).headers["Cache-Control"] == "max-age=604800, public"


def test_every_answer_allows_requests_from_any_page(api):
    for path in ("/", "/v1/gene/7157", "/v1/gene/nobody", "/nowhere", "/v1/query?size=x"):
        headers = api.get(path).headers
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "POST" in headers["Access-Control-Allow-Methods"]
    preflight = api.session.options(api.url + "/v1/query")
    assert (preflight.status_code, preflight.content) == (204, b"")


def test_answers_are_compressed_on_demand(api):
    path = "/v1/query?size=20"
    plain = api.session.get(api.url + path, headers={"Accept-Encoding": "identity"})
    packed = api.session.get(api.url + path, headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.json()["total"] == plain.json()["total"]


def test_the_same_answer_is_not_sent_twice(api):
    tag = api.get("/v1/gene/7157").headers["ETag"]
    again = api.session.get(api.url + "/v1/gene/7157", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_path_without_a_route_is_a_404(api):
    answer = api.get("/nowhere")
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "success": False, "error": "Not Found."})


@pytest.mark.parametrize(("method", "path"), [("DELETE", "/v1/gene/1"), ("PUT", "/v1/query"), ("POST", "/metadata")])
def test_a_wrong_method_is_a_405(api, method, path):
    answer = api.session.request(method, api.url + path)
    assert (answer.status_code, answer.json()["error"]) == (405, "Method Not Allowed")


def test_a_path_that_is_not_utf8_is_a_400(api):
    answer = api.get("/v1/gene/%ff")
    assert (answer.status_code, answer.json()["success"]) == (400, False)


@pytest.mark.parametrize(
    "q", ["symbol:(", '"open', "a AND", "taxid:[1 TO", "*:*", "(((", "/re[/", "NOT", "\\", "a:b:c", ":"]
)
def test_no_query_string_makes_a_server_error(api, q):
    answer = api.get("/v1/query", q=q)
    assert answer.status_code in (200, 400)
    assert "Traceback" not in answer.text
    if answer.status_code == 400:
        assert answer.json()["reason"]


@pytest.mark.parametrize(
    "params", [{"sort": "name"}, {"facets": "name"}, {"facets": "nothing"}, {"sort": "nothing"}, {"filter": "taxid:("}]
)
def test_a_field_used_for_what_it_cannot_do_is_never_a_server_error(api, params):
    assert api.get("/v1/query", **params).status_code in (200, 400)


def test_many_requests_at_once_get_their_own_answers(api):
    from concurrent.futures import ThreadPoolExecutor

    import requests

    def ask(id_):
        return requests.get(f"{api.url}/v1/query", params={"q": f"_id:{id_}"}, timeout=120).json()["hits"][0]["_id"]

    wanted = ["1017", "1018", "7157", "12566"] * 10
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, wanted)) == wanted
