"""CSV and TSV: what files become, and what is said of files that are wrong."""

from __future__ import annotations

import csv as library
import gzip
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub import parsers
from hub.dataload.archive_errors import ArchiveError
from hub.parsers.errors import DataFormatError, EncodingError, NoDataFileError, ParserOptionError


def parse(folder, text, parser=parsers.tsv, name="a.tsv", **options):
    data = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(data)
    return list(parser(str(folder), **options))


def test_each_row_is_a_document(tmp_path):
    text = "id\tname\tsize\na1\tfirst \t3\na2\t\t5\n"
    assert parse(tmp_path, text, id="id", types={"size": "int"}) == [
        {"_id": "a1", "name": "first", "size": 3},
        {"_id": "a2", "size": 5},
    ]


def test_columns_are_chosen_renamed_nested_split_and_typed(tmp_path):
    text = "#chrom\tpos\tgene.symbol\tscores\tok\n1\t100\tCDK2\t0.5|NA|1e3\tYes\n"
    found = parse(
        tmp_path,
        text,
        id="chr{chrom}:{pos}",
        under="variants",
        columns={"pos": "position", "gene.symbol": "gene.symbol", "scores": "scores", "ok": "checked"},
        types={"pos": "int", "scores": "number", "ok": "bool"},
        lists={"scores": "|"},
        null_values=["NA"],
    )
    inner = {"position": 100, "gene": {"symbol": "CDK2"}, "scores": [0.5, 1000.0], "checked": True}
    assert found == [{"_id": "chr1:100", "variants": inner}]


def test_a_dot_in_a_header_does_not_reach_the_document(tmp_path):
    assert parse(tmp_path, "id\tv1.2\nx\ty\n", id="id") == [{"_id": "x", "v1_2": "y"}]


def test_quotes_mean_something_in_csv_only(tmp_path):
    text = 'id,note\na,"two\nlines, one ""cell"""\n'
    assert parse(tmp_path, text, parsers.csv, "a.csv", id="id") == [{"_id": "a", "note": 'two\nlines, one "cell"'}]
    (tmp_path / "a.csv").unlink()
    assert parse(tmp_path, 'id\tnote\na\t5" pipe\n', id="id") == [{"_id": "a", "note": '5" pipe'}]


def test_comments_lines_before_the_header_and_names_given(tmp_path):
    text = "made by hand\n#version 3\na|1\n#b|2\nc|3\n"
    options = {"delimiter": "|", "header": ["_id", "n"], "comment": "#", "skip_rows": 1}
    assert [d["_id"] for d in parse(tmp_path, text, parsers.csv, "a.csv", **options)] == ["a", "c"]


def test_line_ends_and_byte_order_marks_of_other_systems(tmp_path):
    assert parse(tmp_path, b"\xef\xbb\xbfid\tn\r\na\t1\r\n", id="id") == [{"_id": "a", "n": "1"}]
    assert parse(tmp_path, b"id\tn\ra\t1\r", id="id") == [{"_id": "a", "n": "1"}]
    found = parse(tmp_path, "id\tn\na\té\n".encode("utf-16"), id="id", encoding="utf-16")
    assert found == [{"_id": "a", "n": "é"}]


def test_packed_files_and_archives_are_read_through(tmp_path):
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(b"id\na\n"))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("inner/b.tsv", "id\nb\n")
        archive.writestr("inner/readme.md", "no table")
    assert [d["_id"] for d in parsers.tsv(tmp_path, id="id")] == ["a", "b"]
    assert [d["_id"] for d in parsers.tsv(tmp_path, ["b.tsv", "a.tsv"], id="id")] == ["a", "b"]
    assert [d["_id"] for d in parsers.tsv(tmp_path / "a.tsv.gz", id="id")] == ["a"]


def test_what_lies_extracted_beside_its_archive_is_read_once(tmp_path):
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(b"id\na\n"))
    (tmp_path / "a.tsv").write_text("id\na\n")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("b.tsv", "id\nb\n")
    (tmp_path / "b.tsv").write_text("id\nb\n")
    assert [d["_id"] for d in parsers.tsv(tmp_path, id="id")] == ["a", "b"]


def test_files_are_read_in_the_order_in_which_they_are_named(tmp_path):
    for name in "xyz":
        (tmp_path / f"{name}.tsv").write_text(f"id\n{name}\n")
    assert [d["_id"] for d in parsers.tsv(tmp_path, ["z.tsv", "[xy].tsv"], id="id")] == ["z", "x", "y"]


def test_a_damaged_archive_is_told_as_such(tmp_path):
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(b"id\n" + b"a\n" * 100_000)[:-20])
    with pytest.raises(ArchiveError, match="truncated"):
        list(parsers.tsv(tmp_path, id="id"))


WRONG = {
    "cell of another type": ("id\tn\na\t1\nb\tmany\n", {"types": {"n": "int"}}, 3, "n", "many"),
    "underscores are no number": ("id\tn\na\t1_0\n", {"types": {"n": "int"}}, 2, "n", "1_0"),
    "nan is no number": ("id\tn\na\tnan\n", {"types": {"n": "float"}}, 2, "n", "nan"),
    "too large for a float": ("id\tn\na\t1e999\n", {"types": {"n": "float"}}, 2, "n", "1e999"),
    "no boolean": ("id\tn\na\tmaybe\n", {"types": {"n": "bool"}}, 2, "n", "maybe"),
    "one of a list": ("id\tn\na\t1,x\n", {"types": {"n": "int"}, "lists": {"n": ","}}, 2, "n", "x"),
    "a cell is missing": ("id\tn\tm\na\t1\n", {}, 2, "", "a | 1"),
    "a cell too many": ("id\tn\na\t1\t2\n", {}, 2, "", "a | 1 | 2"),
    "no id": ("id\tn\na\t1\n\t2\n", {}, 3, "id", ""),
    "a name twice": ("id\tn\tn\na\t1\t2\n", {}, 1, "", "id, n, n"),
    "a column without name": ("id\t\na\t1\n", {}, 1, "", "id, "),
    "the column of the id is not there": ("name\tn\na\t1\n", {}, 1, "", "name, n"),
    "a column that is named is not there": ("id\tn\na\t1\n", {"columns": ["m"]}, 1, "", "id, n"),
    "an empty file": ("", {}, 0, "", None),
}


@pytest.mark.parametrize("case", WRONG)
def test_an_error_names_file_line_column_and_what_was_found(tmp_path, case):
    text, options, line, column, found = WRONG[case]
    with pytest.raises(DataFormatError) as caught:
        parse(tmp_path, text, id="id", **options)
    error = caught.value
    assert (error.file, error.line, error.column, error.found) == ("a.tsv", line, column, found)
    assert "a.tsv" in str(error)


def test_documents_before_an_error_are_given(tmp_path):
    (tmp_path / "a.tsv").write_text("id\tn\na\t1\nb\tx\n")
    documents = parsers.tsv(tmp_path, id="id", types={"n": "int"})
    assert next(documents) == {"_id": "a", "n": 1}
    with pytest.raises(DataFormatError):
        next(documents)


def test_rows_may_be_ragged_when_that_is_said(tmp_path):
    text = "id\tn\tm\na\t1\nb\t1\t2\t\t\n"
    assert [d["_id"] for d in parse(tmp_path, text, id="id", ragged="allow")] == ["a", "b"]
    with pytest.raises(DataFormatError):
        parse(tmp_path, "id\tn\na\t1\t2\n", id="id", ragged="allow")


def test_a_quote_that_is_never_closed_is_told_where_it_opens(tmp_path):
    with pytest.raises(DataFormatError, match="never closed") as caught:
        parse(tmp_path, 'id,n\na,1\nb,"x\nc,2\n', parsers.csv, "a.csv", id="id")
    assert caught.value.line == 3
    with pytest.raises(DataFormatError, match="doubled") as caught:
        parse(tmp_path, 'id,n\na,"x"y"\n', parsers.csv, "a.csv", id="id")
    assert caught.value.line == 2


def test_bytes_that_are_no_text_are_told_with_line_and_column(tmp_path):
    data = b"id\tn\n" + b"a\t1\n" * 50_000 + b"b\tcaf\xe9\n"
    with pytest.raises(EncodingError, match="latin-1") as caught:
        parse(tmp_path, data, id="id")
    assert (caught.value.line, caught.value.column, caught.value.file) == (50_002, 6, "a.tsv")
    (tmp_path / "a.tsv").unlink()
    with pytest.raises(EncodingError) as caught:
        parse(tmp_path, gzip.compress(data), name="b.tsv.gz", id="id")
    assert (caught.value.line, caught.value.file) == (50_002, "b.tsv.gz")
    assert len(list(parsers.tsv(tmp_path, id="id", encoding="latin-1"))) == 50_001


def test_a_line_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.parsers.files.LONGEST_LINE", 1000)
    with pytest.raises(DataFormatError, match="longer than 1,000") as caught:
        parse(tmp_path, "id\na\n" + "x" * 5000 + "\n", id="id")
    assert caught.value.line == 3


def test_no_file_names_those_that_are_there(tmp_path):
    (tmp_path / "genes.tsv").write_text("id\n")
    with pytest.raises(NoDataFileError, match=r"Did you mean `genes\.tsv`"):
        list(parsers.tsv(tmp_path, "gene.tsv", id="id"))
    with pytest.raises(NoDataFileError, match=r"\*\.csv"):
        list(parsers.csv(tmp_path, id="id"))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"types": {"n": "integer"}}, "`int`"),
        ({"types": ["n"]}, "types"),
        ({"files": 3}, "files"),
        ({"files": []}, "files"),
        ({"id": "{a"}, "no template"),
        ({"id": "{0.__class__:>10}"}, "braces"),
        ({"id": ""}, "id"),
        ({"columns": {"a": "x", "b": "x.y"}}, "two values"),
        ({"columns": {"a": "$x"}}, "can not name"),
        ({"columns": "a"}, "columns"),
        ({"under": "a..b"}, "under"),
        ({"lists": ["a"]}, "separator"),
        ({"null_values": "NA"}, "null_values"),
        ({"encoding": "utf-9"}, "no encoding"),
        ({"ragged": "perhaps"}, "ragged"),
        ({"skip_rows": -1}, "skip_rows"),
        ({"header": False}, "header"),
        ({"quote": "''"}, "quote"),
    ],
)
def test_a_wrong_option_is_told_before_any_file_is_opened(options, said):
    with pytest.raises(ParserOptionError, match="parser `tsv`") as caught:
        parsers.tsv("no such folder", **options)
    assert said in str(caught.value)


cells = st.text(st.characters(blacklist_categories=("Cs",)), max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(cells, cells), max_size=6))
def test_what_the_library_writes_is_read_again(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("csv")
    out = io.StringIO(newline="")
    writer = library.writer(out)
    writer.writerow(["_id", "a", "b"])
    for number, (a, b) in enumerate(rows):
        writer.writerow([f"r{number}", a, b])
    (folder / "x.csv").write_text(out.getvalue(), encoding="utf-8", newline="")
    found = list(parsers.csv(folder, strip=False))
    assert [(d.get("a", ""), d.get("b", "")) for d in found] == rows
