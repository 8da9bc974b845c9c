import pytest

from hub.queryapi.body import read_body
from hub.queryapi.errors import BodyError, OptionError, error_body
from hub.queryapi.options import Given, Options, parse
from hub.queryapi.parameters import PARAMETERS, Endpoint


def url(**values):
    return Given(url={name.rstrip("_"): [value.encode()] for name, value in values.items()})


def refused(endpoint, given):
    with pytest.raises(OptionError) as caught:
        parse(endpoint, given)
    return error_body(caught.value)


def test_every_parameter_has_an_attribute_of_the_options_with_its_default():
    defaults = Options()
    for parameter in PARAMETERS:
        given = getattr(defaults, parameter.attribute)
        if not parameter.required:
            assert given == parameter.default, parameter.name


def test_nothing_given_gives_the_defaults():
    assert parse(Endpoint.QUERY, Given()) == Options()


def test_path_wins_over_url_url_over_form_and_form_over_body():
    given = Given({"id": "path"}, {"id": [b"url"]}, {"id": [b"form"]}, {"id": "json"})
    assert parse(Endpoint.ANNOTATE, given).id == "path"
    places = ({"size": [b"1"]}, {"size": [b"2"]}, {"size": 3})
    assert parse(Endpoint.QUERY, Given({}, *places)).size == 1
    assert parse(Endpoint.QUERY, Given({}, {}, *places[1:])).size == 2
    assert parse(Endpoint.QUERY, Given({}, {}, {}, places[2])).size == 3


@pytest.mark.parametrize("name", ["_source", "fields", "field"])
def test_aliases_are_names(name):
    assert parse(Endpoint.QUERY, Given(url={name: [b"a.b,-c"]})).fields == ["a.b", "-c"]


@pytest.mark.parametrize("text", ["all", "a,all,b", ""])
def test_all_among_the_fields_or_no_field_disables_filtering(text):
    assert parse(Endpoint.QUERY, url(fields=text)).fields is None


def test_a_repeated_list_is_joined_and_of_a_repeated_text_the_last_counts():
    given = Given(url={"fields": [b"a", b"b,c"], "q": [b"x", b"y"]})
    assert parse(Endpoint.QUERY, given).fields == ["a", "b", "c"]
    assert parse(Endpoint.QUERY, given).q == "y"


def test_an_empty_query_is_not_an_absent_one():
    assert parse(Endpoint.QUERY, url(q="")).q == ""
    assert parse(Endpoint.QUERY, Given()).q is None


def test_unknown_parameters_and_those_of_other_requests_are_ignored():
    assert parse(Endpoint.QUERY, url(sise="3", species="human", with_total="1")) == Options()


def test_a_number_beyond_its_limit_is_a_400_that_says_both():
    assert refused(Endpoint.QUERY, url(size="1001")) == {
        "code": 400,
        "success": False,
        "error": "Bad Request",
        "keyword": "size",
        "max": 1000,
        "num": 1001,
    }
    assert refused(Endpoint.QUERY, url(from_="10001"))["max"] == 10_000
    assert refused(Endpoint.QUERY, url(size="-1")) | {"min": 0, "num": -1} == refused(Endpoint.QUERY, url(size="-1"))


def test_a_number_that_is_none_is_a_400_with_the_reason():
    assert "whole number" in refused(Endpoint.QUERY, url(size="ten"))["reason"]
    assert parse(Endpoint.QUERY, url(size="")).size is None


def test_too_long_a_list_is_a_400_that_says_its_size():
    ids = ",".join(map(str, range(1001)))
    body = refused(Endpoint.ANNOTATE_MANY, Given(form={"ids": [ids.encode()]}))
    assert (body["keyword"], body["max"], body["size"]) == ("id", 1000, 1001)


@pytest.mark.parametrize("given", [Given(), Given(form={"ids": [b" , "]}), Given(body={"ids": []})])
def test_a_missing_required_parameter_is_a_400(given):
    body = refused(Endpoint.ANNOTATE_MANY, given)
    assert (body["code"], body["missing"], body["alias"]) == (400, "id", ["ids"])


def test_an_unknown_format_is_a_400():
    assert refused(Endpoint.QUERY, url(format="xml"))["keyword"] == "format"


def test_text_that_is_not_utf8_is_a_400():
    assert refused(Endpoint.QUERY, Given(url={"q": [b"\xff"]}))["keyword"] == "q"


def test_json_lists_keep_numbers_of_terms_and_take_a_bare_text_where_it_is_not_strict():
    options = parse(Endpoint.QUERY_MANY, Given(body={"q": [1017, "a b"], "scopes": "f1,f2", "fields": ["x y"]}))
    assert (options.terms, options.scopes, options.fields) == ([1017, "a b"], ["f1", "f2"], ["x y"])
    assert parse(Endpoint.ANNOTATE_MANY, Given(body={"ids": [1017]})).ids == ["1017"]


def test_nested_lists_are_for_terms_and_scopes_only():
    options = parse(Endpoint.QUERY_MANY, Given(body={"q": [["a", "b"]], "scopes": [["f1"], ["f2"]]}))
    assert (options.terms, options.scopes) == ([["a", "b"]], [["f1"], ["f2"]])
    assert refused(Endpoint.QUERY_MANY, Given(body={"q": [["a"]], "fields": [["x"]]}))["keyword"] == "_source"
    assert refused(Endpoint.QUERY_MANY, Given(body={"q": [[["a"]]]}))["keyword"] == "q"


def test_empty_scopes_are_kept_and_absent_ones_are_the_default():
    assert parse(Endpoint.QUERY_MANY, Given(body={"q": ["a"], "scopes": []})).scopes == []
    assert parse(Endpoint.QUERY_MANY, Given(body={"q": ["a"]}), default_scopes=("_id", "s")).scopes == ("_id", "s")


@pytest.mark.parametrize("body", [{"sort": "a"}, {"sort": {"a": 1}}, {"sort": [True]}, {"q": {"match_all": {}}}])
def test_json_of_the_wrong_shape_is_a_400(body):
    assert refused(Endpoint.QUERY, Given(body=body))["code"] == 400


def test_json_booleans_and_null_mean_what_they_say():
    options = parse(Endpoint.QUERY, Given(body={"dotfield": True, "_sorted": False, "size": None}))
    assert (options.dotfield, options.sorted, options.size) == (True, False, None)


def test_json_and_yaml_bodies_hold_an_object():
    assert read_body("application/json; charset=utf-8", b'{"q": ["a"]}') == {"q": ["a"]}
    assert read_body("application/x-yaml", b"q:\n- a\nfields: [b, c]\n") == {"q": ["a"], "fields": ["b", "c"]}
    assert read_body("application/json", b" ") == {}
    assert read_body("application/x-www-form-urlencoded", b"q=a") == {}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"{"),
        ("application/json", b"[1]"),
        ("text/yaml", b"a: [b"),
        ("text/yaml", b"just text"),
        ("text/yaml", b"!!python/object/apply:os.getcwd []"),
    ],
)
def test_a_body_that_is_not_what_it_says_is_a_400(kind, body):
    with pytest.raises(BodyError) as caught:
        read_body(kind, body)
    assert error_body(caught.value)["code"] == 400
