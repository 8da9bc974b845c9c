"""NDJSON and JSON."""

from __future__ import annotations

import bz2
import json as library

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import parsers
from hub.parsers.errors import DataFormatError, ParserOptionError


def write(folder, name, text):
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def test_lines_become_documents(tmp_path):
    write(tmp_path, "a.ndjson", '\n{"id": {"main": 7}, "name": "x", "tags": "one"}\n\n')
    found = list(parsers.ndjson(tmp_path, id="id.main", columns={"name": "label", "tags": "tags"}, lists=["tags"]))
    assert found == [{"_id": "7", "label": "x", "tags": ["one"]}]
    write(tmp_path, "b.ndjson.bz2", bz2.compress(b'{"_id": "p", "n": "5"}\n'))
    assert list(parsers.ndjson(tmp_path, "b.ndjson", under="s", types={"n": "int"})) == [{"_id": "p", "s": {"n": 5}}]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ('{"_id": "a"}\n{"_id": \n', 2, "not valid JSON"),
        ("[\n", 1, "hub.parsers:json"),
        ('{"_id": "a"}\n[1]\n', 2, "no object"),
        ('{"_id": "a"}\n{"name": "b"}\n', 2, "is not there"),
        ('{"_id": null}\n', 1, "is not there"),
        ('{"_id": 1.5}\n', 1, "1.5"),
        ('{"_id": ""}\n', 1, "is ``"),
        ('{"_id": "a", "n": NaN}\n', 1, "not valid JSON"),
        (b'{"_id": "\xff"}\n', 1, "not valid JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path, text, line, said):
    write(tmp_path, "a.ndjson", text)
    with pytest.raises(DataFormatError, match=r"a\.ndjson") as caught:
        list(parsers.ndjson(tmp_path))
    assert caught.value.line == line
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('[{"_id": "a", "n": 1.5}, {"_id": "b", "n": 2}]', {}),
        ('\ufeff [{"_id": "a", "n": 1.5}, {"_id": "b", "n": 2}]', {}),
        ('{"data": {"rows": [{"_id": "a", "n": 1.5}, {"_id": "b", "n": 2}]}, "x": 1}', {"items": "data.rows"}),
        ('{"a": {"n": 1.5}, "b": {"n": 2}}', {"keyed": True}),
        ('{"terms": {"a": {"n": 1.5}, "b": {"n": 2}}}', {"keyed": True, "items": "terms"}),
    ],
)
def test_arrays_and_objects_of_a_json_file(tmp_path, text, options):
    write(tmp_path, "a.json", text)
    assert list(parsers.json(tmp_path, **options)) == [{"_id": "a", "n": 1.5}, {"_id": "b", "n": 2}]


def test_a_file_that_is_one_object_is_one_document(tmp_path):
    write(tmp_path, "a.json", '{"_id": "a", "deep": [[1], {"b": null}]}')
    assert list(parsers.json(tmp_path)) == [{"_id": "a", "deep": [[1], {"b": None}]}]


@pytest.mark.parametrize(
    ("text", "options", "said"),
    [
        ('[{"_id": "a"},\n {"_id": "b",}\n]', {}, "line 2"),
        ('[{"_id": "a"}', {}, "not valid JSON"),
        ("", {}, "not valid JSON"),
        ('{"_id": "a"}\n{"_id": "b"}\n', {}, "hub.parsers:ndjson"),
        ("[1]", {}, "item 1"),
        ('{"rows": []}', {"items": "data"}, "no array"),
        ('{"a": 1}', {"keyed": True}, "not an object"),
        ("<html></html>", {}, "not valid JSON"),
        (b'[{"_id": "\xff"}]', {}, "not valid JSON"),
    ],
)
def test_a_bad_json_file_is_told(tmp_path, text, options, said):
    write(tmp_path, "a.json", text)
    with pytest.raises(DataFormatError, match=r"a\.json") as caught:
        list(parsers.json(tmp_path, **options))
    assert said in str(caught.value)


def test_a_large_invalid_file_is_told_with_a_line(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.parsers.objects.READ_AGAIN", 1000)
    rows = ",\n".join(f'{{"_id": "{n}"}}' for n in range(2_000))
    write(tmp_path, "a.json", f"[{rows}\n")
    with pytest.raises(DataFormatError) as caught:
        list(parsers.json(tmp_path))
    assert caught.value.line == 2_001


def test_wrong_options(tmp_path):
    with pytest.raises(ParserOptionError):
        parsers.json(tmp_path, keyed="yes")
    with pytest.raises(ParserOptionError):
        parsers.ndjson(tmp_path, lists="tags")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
records = st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=4)


@settings(max_examples=25, deadline=None)
@given(records)
def test_what_is_written_is_read_again(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("json")
    documents = [{**record, "_id": f"d{n}"} for n, record in enumerate(found)]
    clean = [library.loads(library.dumps(d)) for d in documents]
    (folder / "a.json").write_text(library.dumps(clean), encoding="utf-8")
    (folder / "a.ndjson").write_bytes(b"".join(library.dumps(d).encode() + b"\n" for d in clean))
    assert [library.dumps(d, sort_keys=True) for d in parsers.json(folder)] == [
        library.dumps(d, sort_keys=True) for d in parsers.ndjson(folder)
    ]
    assert all(orjson.dumps(d) for d in parsers.ndjson(folder))
