"""Uploads of one call: what is stored, how duplicates end, what is refused and how it is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hub.dataload import errors, loader
from hub.dataload.uploader.documents import ParserResultError
from hub.dataload.uploader.run import without_outer
from hub.errors import HubError


def write(folder: Path, name: str, *rows: tuple[str, ...]) -> None:
    (folder / name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


def test_a_manifest_plugin_is_stored_with_its_metadata(plugins, uploads, data_folder):
    write(data_folder, "studies.tsv", ("id", "trait"), ("s1", "height"), ("s2", "weight"))
    report = uploads.run(loader.load_plugin(plugins / "catalog", {}))
    assert uploads.documents(report) == [
        {"_id": "s1", "catalog": {"trait": "height", "release": "2020-01-02"}},
        {"_id": "s2", "catalog": {"trait": "weight", "release": "2020-01-02"}},
    ]
    assert (report.count, report.duplicates, report.sub) == (2, 0, "catalog")
    assert report.metadata["src_meta"]["licence"] == "CC0"
    assert report.metadata["src_meta"]["publication"] == {"pmid": 1}
    assert report.metadata["src_meta"]["author"]["name"] == "A. Person"
    assert report.mapping == {}


@pytest.mark.parametrize("name", ["pharma", "pharma-yaml"])
def test_three_uploaders_of_one_download_fill_three_collections(plugins, uploads, data_folder, name):
    write(data_folder, "drugs.tsv", ("d1", "first"), ("d1", "second"))
    write(data_folder, "genes.tsv", ("g1", "x"), ("g1", "y"), ("g1", "x"))
    write(data_folder, "links.tsv", ("1", "there"))
    plugin = loader.load_plugin(plugins / name, {})
    drugs, genes, links = (uploads.run(plugin, sub) for sub in plugin.uploader_classes)
    text = "yaml " if name == "pharma-yaml" else ""
    assert uploads.documents(drugs) == [{"_id": "d1", "drug": {"name": f"{text}first"}}]
    assert uploads.documents(genes) == [{"_id": "g1", "gene": {"drugs": [f"{text}x", f"{text}y"]}}]
    assert uploads.documents(links) == [{"_id": "L1", "link": f"{text}there"}]
    assert (drugs.duplicates, genes.duplicates, links.duplicates) == (1, 2, 0)


def test_the_first_document_stays_and_a_reused_object_is_stored_as_it_was(plugins, uploads, data_folder):
    write(data_folder, "variants.tsv", ("v1", "first"), ("v2", "other"), ("v1", "second"))
    report = uploads.run(loader.load_plugin(plugins / "variants", {}))
    assert uploads.documents(report) == [{"_id": "v1", "text": "first"}, {"_id": "v2", "text": "other"}]


@pytest.mark.parametrize(
    "form",
    [
        "generator",
        "returns_generator",
        "yields_generators",
        "a_list",
        "a_tuple",
        "an_iterator",
        "a_map",
        "by_id",
    ],
)
def test_a_parser_may_give_its_documents_in_any_form(plugin_with, uploads, form):
    report = uploads.run(plugin_with("forms", parser=f"parsers:{form}"))
    assert uploads.documents(report) == [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}, {"_id": "c", "n": 3}]


@pytest.mark.parametrize("batch", [1, 2, 10_000])
def test_ignore_keeps_the_first_document_ever_whatever_the_batch(plugin_with, uploads, batch):
    report = uploads.run(plugin_with("bad", parser="parsers:twice", on_duplicates="ignore"), BATCH_SIZE=batch)
    assert uploads.documents(report) == [{"_id": "a", "n": 1}, {"_id": "b", "n": 2}]
    assert (report.count, report.duplicates, report.dropped) == (2, 1, 1)


@pytest.mark.parametrize("batch", [1, 2, 10_000])
def test_merge_folds_in_document_order_whatever_the_batch(plugin_with, uploads, batch):
    report = uploads.run(plugin_with("bad", parser="parsers:twice", on_duplicates="merge"), BATCH_SIZE=batch)
    assert uploads.documents(report) == [{"_id": "a", "n": [1, 3]}, {"_id": "b", "n": 2}]


def test_a_repeated_id_names_both_documents(plugin_with, uploads):
    with pytest.raises(errors.DuplicateIdError, match=r"document 4 has the same _id 'a' as document 1") as caught:
        uploads.run(plugin_with("bad", parser="parsers:twice"))
    assert (caught.value.id, caught.value.ordinal, caught.value.first) == ("a", 4, 1)
    assert uploads.store.names() == []


def test_a_repeated_id_is_found_across_batches_by_the_writing_process(plugin_with, uploads):
    plugin = plugin_with("bad", parser="parsers:twice_far_apart", parser_kwargs={"apart": 50})
    with pytest.raises(errors.DuplicateIdError, match=r"document 51 has the same _id .* as document 1") as caught:
        uploads.run(plugin, BATCH_SIZE=10)
    assert caught.value.ordinal == 51
    assert uploads.store.names() == []


@pytest.mark.parametrize(
    ("parser", "parts"),
    [
        ("integer_ids", {"ordinal": 2, "id": 2, "reason": "its `_id` is a `int`, not text. Use str() in the parser."}),
        ("without_id", {"ordinal": 2, "id": None, "reason": "it has no `_id`."}),
        ("empty_id", {"ordinal": 1, "id": ""}),
        ("long_id", {"ordinal": 1}),
        ("dotted_key", {"ordinal": 1, "id": "1", "path": "info"}),
        ("dollar_key", {"ordinal": 1, "id": "1", "path": "info.0"}),
        ("unstorable", {"ordinal": 1, "id": "1", "path": "info.tags"}),
        ("huge", {"ordinal": 2, "id": "huge"}),
        ("texts", {"ordinal": 2, "reason": "it is a `str`, not a dict."}),
    ],
)
def test_a_document_that_can_not_be_stored_is_named(plugin_with, uploads, data_folder, parser, parts):
    (data_folder / "only.tsv").touch()
    with pytest.raises(errors.InvalidDocumentError) as caught:
        uploads.run(plugin_with("bad", parser=f"parsers:{parser}"))
    assert {key: getattr(caught.value, key) for key in parts} == parts
    assert caught.value.source == "bad"
    assert caught.value.file == str(data_folder / "only.tsv")
    assert uploads.store.names() == []


def test_not_a_number_becomes_null(plugin_with, uploads):
    report = uploads.run(plugin_with("bad", parser="parsers:not_a_number"))
    assert uploads.documents(report) == [{"_id": "1", "score": None, "list": [1.0, None]}]


def test_invalid_keys_can_be_replaced(plugin_with, uploads):
    report = uploads.run(plugin_with("bad", parser="parsers:dotted_key"), INVALID_KEYS="replace")
    assert uploads.documents(report) == [{"_id": "1", "info": {"a_b": 1}}]


def test_the_limits_are_settings(plugin_with, uploads):
    assert uploads.run(plugin_with("bad", parser="parsers:long_id"), MAX_ID_LENGTH=513).count == 1
    assert uploads.run(plugin_with("bad", parser="parsers:huge"), MAX_DOCUMENT_BYTES=30_000_000).count == 2


@pytest.mark.parametrize(
    ("parser", "says"),
    [
        ("a_number", "returned a `int`"),
        ("forgets_to_return", "returned None"),
        ("one_document", "not of the form {_id: document}"),
    ],
)
def test_a_parser_that_gives_no_documents_is_told_what_to_write(plugin_with, uploads, parser, says):
    with pytest.raises(ParserResultError, match=says):
        uploads.run(plugin_with("bad", parser=f"parsers:{parser}"))


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_async_parser_is_refused(plugin_with, uploads):
    with pytest.raises(ParserResultError, match="without `async`"):
        uploads.run(plugin_with("bad", parser="parsers:coroutine"))


@pytest.mark.parametrize(("after", "settings"), [(25, {"BATCH_SIZE": 10}), (70_000, {})])
def test_a_parser_that_raises_is_told_with_document_file_and_line(plugin_with, uploads, after, settings):
    plugin = plugin_with("bad", parser="parsers:raises", parser_kwargs={"after": after})
    with pytest.raises(errors.ParserError, match=rf"after document {after:,} at .*parsers\.py, line 7") as caught:
        uploads.run(plugin, **settings)
    assert caught.value.ordinal == after
    assert isinstance(caught.value.__cause__, KeyError)
    assert uploads.store.names() == []


def test_a_parser_that_fails_before_the_first_document_is_told_too(plugin_with, uploads):
    with pytest.raises(errors.ParserError, match=r"after document 0 at .*parsers\.py.*FileNotFoundError"):
        uploads.run(plugin_with("bad", parser="parsers:raises_at_once"))


def test_an_upload_without_documents_fails_and_the_old_data_stay(plugin_with, uploads, forms_stored):
    with pytest.raises(errors.EmptyUploadError, match="2 empty items were dropped"):
        uploads.run(plugin_with("bad", parser="parsers:nothing"))
    assert [d["_id"] for d in uploads.store.collection("bad").find()] == ["a", "b", "c"]


@pytest.fixture
def forms_stored(plugin_with, uploads) -> None:
    report = uploads.run(plugin_with("forms"))
    uploads.store.rename(report.temp_collection, "bad")


@pytest.mark.parametrize(
    ("mapping", "error", "says"),
    [
        ("mapping_is_a_list", errors.MappingError, "must return a dict of Elasticsearch properties"),
        ("mapping_fails", errors.ParserError, "the mapping function failed at .*parsers.py.*NameError"),
    ],
)
def test_a_mapping_function_that_fails_is_told_before_anything_is_parsed(
    plugin_with, uploads, mapping: str, error: type[HubError], says: str
) -> None:
    with pytest.raises(error, match=says):
        uploads.run(plugin_with("bad", mapping=f"parsers:{mapping}"))


def test_classes_of_a_plugin_bring_their_own_storage(plugins, uploads):
    report = uploads.run(loader.load_plugin(plugins / "classes", {}))
    assert uploads.documents(report) == [{"_id": "a", "times": 3}, {"_id": "b"}]
    assert (report.count, report.duplicates, report.dropped) == (2, 2, 1)
    assert report.mapping == {"times": {"type": "integer"}}


class Cancelling:
    """A job that is cancelled after some progress."""

    job_id = "1"

    def __init__(self, context: Any, after: int) -> None:
        self.logger, self.after, self.seen = context.logger, after, 0

    def progress(self, done: int, total: int | None = None, *, unit: str = "", note: str = "") -> None:
        self.seen = done

    def check(self) -> None:
        if self.seen >= self.after:
            raise errors.UploadError("cancelled")

    def emit(self, event: str, **data: Any) -> None: ...


def test_a_cancelled_upload_leaves_nothing_behind(plugin_with, uploads):
    uploads.context = Cancelling(uploads.context, 300)
    with pytest.raises(errors.UploadError, match="cancelled"):
        uploads.run(plugin_with("bad", parser="parsers:raises"), BATCH_SIZE=100)
    assert uploads.context.seen == 300
    assert uploads.store.names() == []


def test_the_last_progress_is_what_was_stored_not_what_was_read(plugins, uploads):
    uploads.context = Cancelling(uploads.context, 1_000)
    report = uploads.run(loader.load_plugin(plugins / "classes", {}))
    assert (report.count, report.duplicates, uploads.context.seen) == (2, 2, 2)


def test_what_a_parser_prints_goes_to_the_log(plugins, uploads, data_folder, caplog, capsys):
    write(data_folder, "variants.tsv", ("v1", "x"))
    with caplog.at_level("INFO"):
        uploads.run(loader.load_plugin(plugins / "variants", {}))
    assert any(r.getMessage() == f"reading {data_folder}" for r in caplog.records)
    assert capsys.readouterr().out == ""


NESTED = {"properties": {"properties": {"x": {"type": "text"}}}}


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ({"properties": {"code": {"type": "keyword"}}}, {"code": {"type": "keyword"}}),
        ({"properties": {"type": {"type": "keyword"}}}, {"type": {"type": "keyword"}}),
        ({"properties": {"type": "text"}}, {"properties": {"type": "text"}}),
        (NESTED, NESTED),
        ({"properties": {}, "x": {}}, {"properties": {}, "x": {}}),
        (None, None),
    ],
)
def test_an_outer_properties_is_left_out(given, used):
    assert without_outer(given) == used


def test_a_mapping_with_an_outer_properties_is_used_with_a_warning(plugin_with, uploads, caplog):
    report = uploads.run(plugin_with("bad", parser="parsers:not_a_number", mapping="parsers:mapping_with_outer"))
    assert report.mapping == {"n": {"type": "integer"}}
    assert "outer `properties`" in caplog.text
