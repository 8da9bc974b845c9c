"""The helper functions behind ``biothings.utils``: each table of their reference as cases."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import importlib
import lzma
import math
import os
import re
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hub.dataload import aliases
from hub.dataload.archives import UnsafeArchiveError

aliases.install({})
common, dataload, parsers, serializer, exclude_ids = (
    importlib.import_module(f"biothings.utils.{name}")
    for name in ("common", "dataload", "parsers", "serializer", "exclude_ids")
)

NAN = float("nan")


# -- dict_sweep, unlist, dict_convert ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "arguments", "expected"),
    [
        ({"a": "-", "b": "x", "c": None, "d": 0, "e": False, "f": "None", "g": "na"}, {}, "bcdefg"),
        ({"a": {"b": "."}, "c": {"d": 1, "e": ""}}, {}, {"c": {"d": 1}}),
        ({"a": [], "b": {}, "c": ["-"]}, {}, {}),
        ({"a": [None, None], "b": ["Intron", None]}, {"vals": [None]}, {"a": [None], "b": ["Intron"]}),
        ({"a": ["-", "-", "a", "-", "-", "b"]}, {}, {"a": ["-", "a", "-", "b"]}),
        ({"a": ["-", "-", "a", "-"]}, {"remove_invalid_list": True}, {"a": ["a"]}),
        ({"a": [{"a": "-"}, {"b": 1}]}, {}, {"a": [{}, {"b": 1}]}),
        ({"a": [{"a": "-"}]}, {"remove_invalid_list": True}, {"a": [{}]}),
        ({"a": ("-",), "b": [["-"]]}, {}, {"a": ("-",), "b": [["-"]]}),
        ({"a": 0, "b": False, "c": 1}, {"vals": [False]}, {"c": 1}),
        ({"a": NAN, "b": 1.5, "c": None}, {"vals": [NAN]}, {"b": 1.5, "c": None}),
        (
            {"a": "", "b": "null", "c": [], "d": {}, "e": "N/A", "f": 1},
            {"vals": ["", "null", "N/A", None, [], {}]},
            "f",
        ),
        ({"a": "b", "c": "abc"}, {"vals": "abc"}, {"a": "b"}),
    ],
)
def test_dict_sweep(given: dict[str, Any], arguments: dict[str, Any], expected: Any) -> None:
    result = dataload.dict_sweep(given, **arguments)
    assert result is given
    if isinstance(expected, str):
        assert set(result) == set(expected)
    else:
        assert result == expected


def test_dict_sweep_keeps_nan_unless_it_is_listed() -> None:
    assert math.isnan(dataload.dict_sweep({"a": NAN}, [None])["a"])


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"a": [1], "b": [1, 2], "c": []}, {"a": 1, "b": [1, 2], "c": []}),
        ({"e": [[1]]}, {"e": [1]}),
        ({"d": [{"x": [1]}]}, {"d": {"x": 1}}),
        ({"d": {"x": [{"y": ["z"]}, 1]}}, {"d": {"x": [{"y": "z"}, 1]}}),
        ({"t": (1,)}, {"t": (1,)}),
    ],
)
def test_unlist(given: dict[str, Any], expected: dict[str, Any]) -> None:
    assert dataload.unlist(given) == expected
    assert given == expected, "in place"


def test_unlist_incexcl_takes_dotted_paths() -> None:
    assert dataload.unlist_incexcl({"a": [1], "b": {"c": [2]}}, include_keys=["b.c"]) == {"a": [1], "b": {"c": 2}}
    assert dataload.unlist_incexcl({"a": [1], "b": {"c": [2]}}, exclude_keys=["b.c"]) == {"a": 1, "b": {"c": [2]}}


def test_dict_convert() -> None:
    given = {"A b": "1", "a B": "2"}
    assert dataload.dict_convert(given, keyfn=str.lower) == {"a b": "2"}
    assert list(given) == ["A b", "a B"], "with keyfn the dict is a new one"
    assert dataload.dict_convert(given, valuefn=int) is given
    assert given == {"A b": 1, "a B": 2}
    assert dataload.dict_convert(given) is given


# -- conversions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [("007", 7), (" 7 ", 7), ("1_000", 1000), ("1e5", 100000.0), ("", ""), ("x", "x"), (None, None), (True, True)],
)
def test_to_number(given: Any, expected: Any) -> None:
    found = dataload.to_number(given)
    assert found == expected
    assert type(found) is type(expected)


def test_to_number_takes_nan_and_inf_for_floats() -> None:
    assert math.isnan(dataload.to_number("nan"))
    assert dataload.to_number("inf") == math.inf


def test_to_int_and_to_float_try_texts_only() -> None:
    assert dataload.to_int("1.0") == "1.0"
    assert dataload.to_int("12") == 12
    assert type(dataload.to_int(1.0)) is float
    assert dataload.to_float("1") == 1.0
    assert type(dataload.to_float(1)) is int


@pytest.mark.parametrize(
    ("given", "expected"),
    [("yes", True), ("Y", True), ("0", False), ("No", False), ("True", None), ("", None), (0, False), ([1], True)],
)
def test_to_boolean(given: Any, expected: Any) -> None:
    assert dataload.to_boolean(given) is expected


def test_value_convert_to_number() -> None:
    given = {"a": "1", "b": {"c": "2.5", "a": "3"}, "d": ["4", {"e": "5"}, ["6"]], "t": ("7", "x")}
    expected = {"a": 1, "b": {"c": 2.5, "a": 3}, "d": [4, {"e": 5}, ["6"]], "t": (7, "x")}
    assert dataload.value_convert_to_number(given) == expected


def test_skipped_keys_are_left_alone_except_dicts_below_them() -> None:
    given = {"a": "1", "b": {"a": "2", "c": "3"}, "c": {"d": "4"}, "l": {"a": ["5"]}}
    expected = {"a": "1", "b": {"a": "2", "c": 3}, "c": {"d": 4}, "l": {"a": ["5"]}}
    assert dataload.value_convert_to_number(given, skipped_keys=["a"]) == expected


def test_int_convert_keeps_the_last_of_a_list() -> None:
    assert dataload.int_convert({"a": ["1", "x", "3"], "b": "4"}) == {"a": 3, "b": 4}
    assert dataload.int_convert({"a": "1", "b": {"c": "2"}}, include_keys=["b.c"]) == {"a": "1", "b": {"c": 2}}
    assert dataload.float_convert({"a": "1", "b": "2"}, exclude_keys=["a"]) == {"a": "1", "b": 2.0}
    assert dataload.boolean_convert({"a": "yes", "b": {"c": "no"}}, ["b.c"]) == {"a": "yes", "b": {"c": False}}


def test_an_included_path_keeps_its_list() -> None:
    given = {"a": {"b": ["1", "2"], "c": "3"}, "l": [{"n": "4"}, {"n": "5"}]}
    converted = dataload.int_convert(given, include_keys=["a.b", "a.c", "l.n"])
    assert converted == {"a": {"b": ["1", "2"], "c": 3}, "l": [{"n": 4}, {"n": 5}]}
    assert dataload.value_convert_incexcl({"a": ["1", "2"]}, len, ["a"]) == {"a": 2}
    assert dataload.int_convert({"a": ("1", "2")}) == {"a": ("1", "2")}


def test_booleans_are_converted_item_by_item_at_any_depth() -> None:
    given = {"x": {"b": {"c": ["yes", "n"]}}, "b": [{"c": "Y"}, {"c": "?"}]}
    assert dataload.boolean_convert(given, ["b.c"]) == {
        "x": {"b": {"c": [True, False]}},
        "b": [{"c": True}, {"c": None}],
    }
    assert dataload.boolean_convert({"a": "yes"}) == {"a": "yes"}


def test_value_convert_is_not_recursive() -> None:
    assert dataload.value_convert({"a": ["1", "2"], "b": "3"}, int) == {"a": [1, 2], "b": 3}
    assert dataload.value_convert({"a": ["1"]}, len, traverse_list=False) == {"a": 1}


# -- files and tables ----------------------------------------------------------------------------------------------

TABLE = 'id\tname\n1\t"q""x"\n\n2\tz\t extra\n'


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.tsv"
    path.write_text(TABLE, encoding="utf-8")
    return path


def test_open_anyfile_reads_each_kind_as_text(tmp_path: Path, table: Path) -> None:
    text = "Grüße\n"
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner/name.txt", text)
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "a.txt", "inner.txt")
    for given in (
        "a.txt",
        "a.txt.gz",
        "a.txt.xz",
        ("a.zip", "inner/name.txt"),
        ("a.txt.gz", "ignored"),
        ("a.tar.gz", "inner.txt"),
    ):
        where = (str(tmp_path / given[0]), given[1]) if isinstance(given, tuple) else str(tmp_path / given)
        with common.open_anyfile(where) as handle:
            assert handle.read() == text, given


def test_a_zip_without_a_member_means_the_one_of_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("x.txt.zip", "w") as archive:
        archive.writestr("x.txt", "hello")
    with dataload.open_anyfile("x.txt.zip") as handle:
        assert handle.read() == "hello"


def test_a_member_that_is_not_there_is_told(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.txt", "")
    with pytest.raises(KeyError, match=r"c\.txt"):
        common.anyfile((str(tmp_path / "a.zip"), "c.txt"))


def test_open_anyfile_closes_a_file_that_it_was_given(table: Path) -> None:
    given = table.open(encoding="utf-8")
    with common.open_anyfile(given) as handle:
        assert handle is given
    assert given.closed


def test_tabfile_feeder(table: Path) -> None:
    assert list(dataload.tabfile_feeder(str(table))) == [["1", 'q"x'], [], ["2", "z", " extra"]]
    assert next(dataload.tabfile_feeder(str(table), header=0)) == ["id", "name"]
    assert list(dataload.tabfile_feeder(str(table), includefn=lambda row: len(row) > 2)) == [["2", "z", " extra"]]


def test_tabfile_feeder_tells_a_wrong_number_of_columns(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match=r"0 columns, not 2|3 columns, not 2"):
        list(dataload.tabfile_feeder(str(table), assert_column_no=2))
    assert "line 3" in capsys.readouterr().out


def test_columns_of_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("k\tv\tw\nA\ta\t1\nB\ta\t2\nA\tb\t3\n", encoding="utf-8")
    assert dataload.tab2list(str(path), 1) == ["a", "a", "b"]
    assert dataload.tab2list(str(path), (0, 2)) == [["A", "1"], ["B", "2"], ["A", "3"]]
    assert dataload.tab2dict(str(path), (0, 1), 0) == {"A": ["a", "b"], "B": "a"}
    assert dataload.tab2dict(str(path), (0, 1), 0, alwayslist=True) == {"A": ["a", "b"], "B": ["a"]}
    assert list(dataload.tab2dict_iter(str(path), (0, 1), 0)) == [{"A": "a"}, {"B": "a"}, {"A": "b"}]
    assert dataload.tab2list(str(path) + ".gone", 1) == {}
    assert "does not exist" in capsys.readouterr().out


def test_list2dict() -> None:
    rows = [["A", "a", 1], ["B", "a", 2], ["A", "b", 3]]
    assert dataload.list2dict(rows, 0) == {"A": [("a", 1), ("b", 3)], "B": ("a", 2)}
    assert dataload.list2dict(rows, 0, alwayslist=True) == {"A": [("a", 1), ("b", 3)], "B": [("a", 2)]}


def test_rec_handler(tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("head\na\nb\n\n\nc\n", encoding="utf-8")
    assert list(dataload.rec_handler(str(path), skip=1)) == ["a\nb\n", "c\n"]
    assert list(dataload.rec_handler(str(path), skip=1, as_list=True)) == [["a\n", "b\n"], ["c\n"]]
    assert next(dataload.rec_handler(str(path), skip=1, include_block_end=True)) == "a\nb\n\n"


def test_dupline_seperator() -> None:
    assert list(dataload.dupline_seperator(["a,b", "c", "d, e"], ",", [0, 2], strip=True)) == [
        ("a", "c", "d"),
        ("a", "c", "e"),
        ("b", "c", "d"),
        ("b", "c", "e"),
    ]


def test_importing_the_module_raises_the_limit_of_cells(tmp_path: Path) -> None:
    path = tmp_path / "long.tsv"
    path.write_text("h\n" + "x" * 200_000 + "\n", encoding="utf-8")
    assert len(next(dataload.tabfile_feeder(str(path)))[0]) == 200_000


# -- merging -------------------------------------------------------------------------------------------------------


def test_merge_duplicate_rows_compares_with_the_current_value_only() -> None:
    rows = [{"_id": "a", "db": {"x": 1, "y": "k"}}, {"_id": "a", "db": {"x": 2}}, {"_id": "a", "db": {"x": 2, "z": 0}}]
    assert dataload.merge_duplicate_rows(rows, "db") == {"_id": "a", "db": {"x": [1, 2, 2], "y": "k", "z": 0}}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([1, 1], [2, 2], [1, 1, 2, 2]),
        ([1], 1, [1]),
        ([1], 2, [1, 2]),
        (3, [1, 2], [1, 2, 3]),
        (1, True, 1),
        (1, 2, [1, 2]),
        (None, 1, [None, 1]),
        ({"a": {"x": 1}}, {"a": {"x": 2}, "b": 3}, {"a": {"x": [1, 2]}, "b": 3}),
        ({"x": 1}, [2], [2, {"x": 1}]),
    ],
)
def test_merge_struct(one: Any, other: Any, expected: Any) -> None:
    assert dataload.merge_struct(one, other) == expected


def test_merge_struct_with_its_arguments() -> None:
    one, other = {"a": {"x": 1}, "b": 1, "c": 1}, {"a": {"x": 2}, "b": 2, "c": 2}
    assert dataload.merge_struct({"a": {"x": 1}}, {"a": {"x": 2}}, aslistofdict="a") == {"a": [{"x": 1}, {"x": 2}]}
    assert dataload.merge_struct(dict(one), other, include=["b"]) == {"a": {"x": 1}, "b": [1, 2], "c": 1}
    assert dataload.merge_struct(dict(one), other, exclude=["a", "b"]) == {"a": {"x": 1}, "b": 1, "c": [1, 2]}


def test_merge_struct_looks_only_at_keys_that_it_merges() -> None:
    one, other = {"a": 1, "b": {"x": 1}}, {"a": 2, "b": 1}
    assert dataload.merge_struct(dict(one), other, include=["a"]) == {"a": [1, 2], "b": {"x": 1}}
    assert dataload.merge_struct(dict(one), other, exclude=["b"]) == {"a": [1, 2], "b": {"x": 1}}
    assert dataload.merge_struct({"a": "-"}, {"a": {"x": 1}}, aslistofdict="a") == {"a": ["-", {"x": 1}]}


@pytest.mark.parametrize(("one", "other"), [({"a": 1}, 1), (1, {"a": 1}), ({"a": {"b": 1}}, {"a": 1})])
def test_merge_struct_refuses_a_dict_and_a_scalar(one: Any, other: Any) -> None:
    with pytest.raises(AssertionError, match="cannot merge"):
        dataload.merge_struct(one, other)


def test_merge_struct_names_a_type_that_it_does_not_know() -> None:
    with pytest.raises(TypeError, match="tuple"):
        dataload.merge_struct((1,), (2,))


# -- smaller ones --------------------------------------------------------------------------------------------------


def test_iter_n() -> None:
    assert list(common.iter_n("abcde", 2)) == [("a", "b"), ("c", "d"), ("e",)]
    assert list(common.iter_n("abc", 2, with_cnt=True)) == [(("a", "b"), 2), (("c",), 3)]
    assert list(common.iter_n([], 2)) == []


def test_dict_traverse_visits_keys_in_order() -> None:
    seen: list[Any] = []

    def note(key: Any, value: Any) -> tuple[Any, Any]:
        seen.append(key)
        return key.upper(), str(value)

    given: dict[str, Any] = {"b": 1, "a": {"d": 2, "c": [{"e": 3}]}}
    assert dataload.dict_traverse(given, note, traverse_list=True) is None
    assert seen == ["e", "d", "b"]
    assert given == {"a": {"c": [{"E": "3"}], "D": "2"}, "B": "1"}


def test_dict_traverse_leaves_lists_when_it_goes_through_them() -> None:
    def loud(key: Any, value: Any) -> tuple[Any, Any]:
        return key.upper(), str(value)

    given: dict[str, Any] = {"a": [1, 2], "b": (1,), "c": [[{"d": 1}]]}
    dataload.dict_traverse(given, loud, traverse_list=True)
    assert given == {"a": [1, 2], "B": "(1,)", "c": [[{"d": 1}]]}
    dataload.dict_traverse(given, loud)
    assert given == {"A": "[1, 2]", "B": "(1,)", "C": "[[{'d': 1}]]"}


def test_values_and_lists() -> None:
    assert dataload.normalized_value([3, 1, 3, None, ""]) == [1, 3]
    assert dataload.normalized_value([2, 2]) == 2
    assert dataload.dict_nodup({"a": ["x", "x"], "b": 1}) == {"a": "x", "b": 1}
    assert dataload.dict_attrmerge([{"a": 1}, {"a": [2, 1], "b": 3}]) == {"a": [1, 2], "b": 3}
    assert dataload.dict_attrmerge([{"a": 1, "b": None}, {"a": 0}]) == {"a": 1, "b": []}
    assert dataload.dict_to_list({"x": {"_id": "y"}}) == [{"_id": "x"}]
    assert dataload.dict_to_list({2: {"a": 1}, 1: {}}) == [{"_id": "1"}, {"_id": "2", "a": 1}]
    assert dataload.merge_dict([{"k": 1}, {"k": 2, "l": 3}], ["n1", "n2"]) == {"k": {"n1": 1, "n2": 2}, "l": {"n2": 3}}
    assert dataload.list_split({"a": "1;2;", "b": {"c": "x"}}, ";") == {"a": ["1", "2"], "b": {"c": "x"}}
    assert dataload.update_dict_recur({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
    assert dataload.update_dict_recur({"a": 1}, {"a": {}, "b": {}}) == {"a": 1, "b": {}}
    assert dataload.dict_walk({"a": {"b": 1}}, str.upper) == {"A": {"B": 1}}


def test_texts() -> None:
    assert common.SubStr("x[abc]y", "[", "]") == "abc"
    assert common.SubStr("x[abc]y", "[", "]", include=1) == "[abc]"
    assert common.SubStr("x", "[", "]") == ""
    assert common.timesofar(0, t1=3661) == "1h1m1.0s"
    assert common.timesofar(0, t1=2.5) == "2.5s"
    assert common.is_int("7") and not common.is_int("7.5")
    assert common.is_float(7.5) and not common.is_float("7.5")
    assert common.split_ids('1, 2 "a b"\n3') == ["1", "2", "a b", "3"]


def test_dump_and_loadobj(tmp_path: Path) -> None:
    for compress in ("gzip", None):
        common.dump({"a": {1}}, tmp_path / "x.pyobj", compress=compress)
        assert common.loadobj(str(tmp_path / "x.pyobj")) == {"a": {1}}


def test_exclude_fields_by_id() -> None:
    @exclude_ids.ExcludeFieldsById({"big"}, ["a.b"], min_list_size=2)
    def parse(data_folder: str) -> Any:
        yield {"_id": "big", "a": [{"b": [1, 2, 3], "c": 1}, {"b": [1]}]}
        yield {"_id": "small", "a": {"b": [1, 2, 3]}}

    assert list(parse("folder")) == [
        {"_id": "big", "a": [{"c": 1}, {"b": [1]}]},
        {"_id": "small", "a": {"b": [1, 2, 3]}},
    ]


def test_serializer() -> None:
    from datetime import datetime

    assert serializer.json_loads(b'{"a": 1}') == {"a": 1}
    assert serializer.json_dumps({1: datetime(2020, 1, 2)}) == '{"1":"2020-01-02T00:00:00+00:00"}'  # noqa: DTZ001


# -- archives ------------------------------------------------------------------------------------------------------


def test_uncompressall_opens_every_kind_once(tmp_path: Path) -> None:
    (tmp_path / "plain.txt").write_text("inner", encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("from_zip/nested.txt.gz", gzip.compress(b"nested"))
    (tmp_path / "b.txt.gz").write_bytes(gzip.compress(b"b"))
    for suffix, mode in ((".tar.gz", "w:gz"), (".tar.bz2", "w:bz2"), (".tar.xz", "w:xz")):
        with tarfile.open(tmp_path / f"c{suffix}", mode) as tar:  # type: ignore[call-overload]
            tar.add(tmp_path / "plain.txt", f"from{suffix}.txt")
    common.uncompressall(str(tmp_path))
    names = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"from_zip/nested.txt.gz", "b.txt", "from.tar.gz.txt", "from.tar.bz2.txt", "from.tar.xz.txt"} <= names
    assert "from_zip/nested.txt" not in names
    assert "a.zip" in names


def test_unzipall_takes_only_its_pattern(tmp_path: Path) -> None:
    for name in ("a.zip", "b.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(f"in_{name}.txt", "x")
    common.unzipall(str(tmp_path), "a*.zip")
    assert (tmp_path / "in_a.zip.txt").exists()
    assert not (tmp_path / "in_b.zip.txt").exists()


def test_gunzipall_unpacks_beside(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(b"data"))
    common.gunzipall(str(tmp_path))
    assert (tmp_path / "a.txt").read_bytes() == b"data"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "a.txt.gz"]


def test_members_that_lead_outside_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("../out.txt", "x")
    with pytest.raises(UnsafeArchiveError):
        common.unzipall(str(folder))
    assert not (tmp_path / "out.txt").exists()


# -- ready parsers -------------------------------------------------------------------------------------------------


def test_ready_parsers_are_parsers_and_makers_of_parsers(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"_id": "1"}\n\n{"_id": "2"}\n', encoding="utf-8")
    (tmp_path / "b.json").write_text('[{"_id": "3"}]', encoding="utf-8")
    expected = [{"_id": "1"}, {"_id": "2"}]
    assert list(parsers.ndjson_parser(str(tmp_path), patterns=["*.ndjson"])) == expected
    assert list(parsers.ndjson_parser(["*.ndjson"])(str(tmp_path))) == expected
    assert list(parsers.ndjson_parser(patterns=["*.ndjson"])(str(tmp_path))) == expected
    assert list(parsers.json_array_parser(str(tmp_path))) == [{"_id": "3"}]


def test_a_line_that_is_no_json_is_told_with_its_number(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text('{"_id": "1"}\nnonsense\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.ndjson, line 2"):
        list(parsers.ndjson_parser(str(tmp_path)))


def test_other_helpers(tmp_path: Path) -> None:
    given = {"a": 1}
    dataload.dict_apply(given, "a", [3, 1])
    assert given == {"a": [1, 3]}
    assert dataload.merge_root_keys({"_id": "x", "a": 1}, {"_id": "x", "a": 2, "b": 3}) == {
        "_id": "x",
        "a": [1, 2],
        "b": 3,
    }
    nested = {"a": {"b": [1, 2], "e": (3,)}, "c": 3}
    assert list(dataload.traverse_keys(nested)) == [("a.b", 1), ("a.b", 2), ("a.e", (3,)), ("c", 3)]
    assert list(dataload.traverse_keys(nested, include_keys=["a.b", "c"])) == [("a.b", [1, 2]), ("c", 3)]
    assert list(dataload.traverse_keys(nested, exclude_keys=["a.b", "c"])) == [("a.e", (3,))]
    assert [dataload.alwayslist(value) for value in (None, 1, [2])] == [[], [1], [2]]
    assert dataload.id_strip([" a ", "", None]) == ["a"]
    assert dataload.list_itemcnt("aba") == [("a", 2), ("b", 1)]
    assert dataload.listsort([[1, "b"], [2, "a"]], 1) == [[2, "a"], [1, "b"]]
    one, two = tmp_path / "one.tsv", tmp_path / "two.tsv"
    one.write_text("h\n1\n", encoding="utf-8")
    two.write_text("h\n2\n", encoding="utf-8")
    dataload.file_merge([str(one), str(two)], str(tmp_path / "all.tsv"))
    assert (tmp_path / "all.tsv").read_text(encoding="utf-8") == "h\n1\n2\n"
    handle, name = common.safewfile(str(one))
    handle.close()
    assert name == str(tmp_path / "one_1.tsv")
    assert common.addsuffix("a.txt", "_2", noext=True) == "a_2"
    os.utime(one, (1, 1))
    assert common.file_newer(str(two), str(one)) and not common.file_newer(str(one), str(two))
    assert common.newer("20200101", "20200102")
    assert re.fullmatch(r"\d{8}", common.get_timestamp())
    assert len(common.get_random_string()) == 8
    assert common.md5sum(str(two)) == hashlib.md5(b"h\n2\n", usedforsecurity=False).hexdigest()
    assert common.is_seq((1,)) and common.is_scalar(None) and common.is_str("") and common.is_filehandle(handle)
    assert common.get_dotfield_value("a.b", {"a": {"b": 1}}) == 1
    common.rmdashfr(str(tmp_path / "nothing"))


def test_each_unpacking_helper_opens_its_kind(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("x", encoding="utf-8")
    for name, mode in (("a.tar", "w"), ("b.tar.gz", "w:gz"), ("c.tar.xz", "w:xz")):
        with tarfile.open(tmp_path / name, mode) as tar:  # type: ignore[call-overload]
            tar.add(tmp_path / "in.txt", f"{name}.txt")
    (tmp_path / "d.txt.gz").write_bytes(gzip.compress(b"d"))
    for helper, pattern, made in (
        (common.untarall, "*.tar", "a.tar.txt"),
        (common.untargzall, "*.tar.gz", "b.tar.gz.txt"),
        (common.unxzall, "*.xz", "c.tar.xz.txt"),
    ):
        assert not (tmp_path / made).exists()
        helper(str(tmp_path), pattern)
        assert (tmp_path / made).read_text(encoding="utf-8") == "x"
    asyncio.run(common.aiogunzipall(str(tmp_path), "d*.gz", job_manager=None, pinfo={}))
    assert (tmp_path / "d.txt").read_bytes() == b"d"
