import math

import msgpack
import orjson
import yaml

from hub.queryapi import encode

VALUE = {"b": [1, "ü", None, True], "a": {"x": 0.5}}


def test_every_format_holds_the_same_values():
    assert orjson.loads(encode.encode(VALUE, "json")) == VALUE
    assert yaml.safe_load(encode.encode(VALUE, "yaml")) == VALUE
    assert msgpack.unpackb(encode.encode(VALUE, "msgpack")) == VALUE


def test_json_is_utf8_with_keys_as_given():
    assert encode.encode({"b": "ü", "a": 1}, "json") == '{"b":"ü","a":1}'.encode()


def test_nan_and_infinity_are_null_in_every_format():
    value = {"n": math.nan, "i": [math.inf]}
    assert encode.encode(value, "json") == b'{"n":null,"i":[null]}'
    assert yaml.safe_load(encode.encode(value, "yaml")) == {"n": None, "i": [None]}
    assert msgpack.unpackb(encode.encode(value, "msgpack")) == {"n": None, "i": [None]}


def test_a_part_that_is_written_already_has_sorted_keys():
    assert encode.encode({"hits": [encode.fragment({"b": {"d": 1, "c": 2}, "a": 0})]}, "json") == (
        b'{"hits":[{"a":0,"b":{"c":2,"d":1}}]}'
    )
