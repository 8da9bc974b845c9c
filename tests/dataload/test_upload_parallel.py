"""Uploads with a parallelizer: the result is that of one call after the other, whatever the order the jobs ran in."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.dataload import errors, loader
from hub.dataload.errors import ParallelizerError
from hub.dataload.merge import merge_struct
from hub.dataload.uploader import work
from hub.dataload.uploader.work import MAX_PARTS, UploadPlan, upload_source
from hub.errors import HubError

PARSER = """
import json

def load(path, other=None):
    with open(path, encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
"""
SPLIT = """
def split(self):
    import pathlib

    return [(str(path),) for path in sorted(pathlib.Path(self.data_folder).glob("*.ndjson"))]

def no_tuples(self):
    return [path for (path,) in split(self)]

def nothing(self):
    return []

def a_text(self):
    return "part"

def raises(self):
    raise ValueError("no chromosomes")

def not_picklable(self):
    return [(lambda: 1,)]

def many(self):
    return [(path,) for path in no_tuples(self)] * 50
"""


@pytest.fixture
def split_plugin(make_plugin):
    def load(on_duplicates: str = "merge", parallelizer: str = "splitter:split"):
        manifest = {
            "version": "0.2",
            "dumper": {"data_url": "https://example.org/x"},
            "uploader": {"parser": "parser:load", "parallelizer": parallelizer, "on_duplicates": on_duplicates},
        }
        return loader.load_plugin(make_plugin("split", manifest, parser=PARSER, splitter=SPLIT), {})

    return load


def write_parts(folder: Path, *parts: list[dict]) -> None:
    import json

    for file in folder.glob("*.ndjson"):
        file.unlink()
    for number, part in enumerate(parts):
        text = "".join(json.dumps(document) + "\n" for document in part)
        (folder / f"{number:04d}.ndjson").write_text(text, encoding="utf-8")


def test_two_files_are_two_parts_with_the_mapping_of_the_plugin(plugins, uploads, data_folder):
    (data_folder / "a.tsv").write_text("x\t1\n", encoding="utf-8")
    (data_folder / "b.tsv").write_text("y\t2\n", encoding="utf-8")
    plugin = loader.load_plugin(plugins / "scores", {})
    plan = upload_source(uploads.context, uploads.request(plugin))
    assert isinstance(plan, UploadPlan)
    assert [part.label for part in plan.parts] == ["part 1 of 2 (a.tsv)", "part 2 of 2 (b.tsv)"]
    assert pickle.loads(pickle.dumps(plan)) == plan
    report = uploads.run(plugin)
    assert uploads.documents(report) == [{"_id": "x", "scores": {"fire": 1.0}}, {"_id": "y", "scores": {"fire": 2.0}}]
    assert report.mapping == {"scores": {"properties": {"fire": {"type": "float"}}}}
    assert uploads.store.names() == [report.temp_collection]


def test_merge_folds_in_the_order_of_parts_then_documents(split_plugin, uploads, data_folder):
    write_parts(
        data_folder,
        [{"_id": "a", "n": 1}, {"_id": "b", "n": 9}, {"_id": "a", "n": 2}],
        [{"_id": "a", "n": 3}, {"_id": "a", "n": 1}, {"_id": "c", "n": 0}],
    )
    uploads.part_order = lambda parts: parts[::-1]
    report = uploads.run(split_plugin())
    assert uploads.documents(report) == [{"_id": "a", "n": [1, 2, 3]}, {"_id": "b", "n": 9}, {"_id": "c", "n": 0}]
    assert (report.count, report.duplicates) == (3, 3)


def test_the_list_key_is_passed_on_and_removed(split_plugin, uploads, data_folder):
    write_parts(
        data_folder,
        [{"_id": "a", "x": {"n": 1}, "__aslistofdict__": "x"}, {"_id": "b", "x": {"n": 1}, "__aslistofdict__": "x"}],
        [{"_id": "a", "x": {"n": 2}, "__aslistofdict__": "x"}],
    )
    report = uploads.run(split_plugin())
    assert uploads.documents(report) == [{"_id": "a", "x": [{"n": 1}, {"n": 2}]}, {"_id": "b", "x": {"n": 1}}]


def test_ignore_keeps_the_document_of_the_first_part(split_plugin, uploads, data_folder):
    write_parts(data_folder, [{"_id": "a", "n": 1}], [{"_id": "a", "n": 2}, {"_id": "b", "n": 3}])
    uploads.part_order = lambda parts: parts[::-1]
    report = uploads.run(split_plugin("ignore"))
    assert uploads.documents(report) == [{"_id": "a", "n": 1}, {"_id": "b", "n": 3}]
    assert report.duplicates == 1


def test_an_id_in_two_parts_is_an_error_that_names_the_part(split_plugin, uploads, data_folder):
    write_parts(data_folder, [{"_id": "a"}], [{"_id": "b"}, {"_id": "a"}])
    with pytest.raises(errors.DuplicateIdError, match=r"part 2 of 2 \(0001.ndjson\) has the same _id 'a'"):
        uploads.run(split_plugin("error"))


def test_tuples_may_be_forgotten(split_plugin, uploads, data_folder):
    write_parts(data_folder, [{"_id": "a"}], [{"_id": "b"}])
    assert uploads.run(split_plugin(parallelizer="splitter:no_tuples")).count == 2


def test_more_calls_than_parts_share_parts(split_plugin, uploads, data_folder):
    write_parts(data_folder, [{"_id": "a"}], [{"_id": "b"}])
    plan = upload_source(uploads.context, uploads.request(split_plugin("ignore", "splitter:many")))
    assert len(plan.parts) == 50
    assert sum(len(part.calls) for part in plan.parts) == 100
    assert len(plan.parts) <= MAX_PARTS == work.MAX_PARTS


@pytest.mark.parametrize(
    ("parallelizer", "error", "says"),
    [
        ("nothing", errors.EmptyUploadError, "gave no document"),
        ("a_text", ParallelizerError, "it returned a `str`"),
        ("raises", errors.ParserError, "the parallelizer failed at .*splitter.py, line .*no chromosomes"),
        ("not_picklable", ParallelizerError, "can not be sent to a worker"),
    ],
)
def test_a_parallelizer_that_fails_is_told(split_plugin, uploads, parallelizer: str, error: type[HubError], says: str):
    with pytest.raises(error, match=says):
        uploads.run(split_plugin(parallelizer=f"splitter:{parallelizer}"))
    assert uploads.store.names() == []


def test_empty_parts_are_fine_unless_all_are_empty(split_plugin, uploads, data_folder):
    write_parts(data_folder, [], [{"_id": "b"}])
    assert uploads.run(split_plugin()).count == 1
    write_parts(data_folder, [], [])
    with pytest.raises(errors.EmptyUploadError):
        uploads.run(split_plugin())


VALUES = st.one_of(st.integers(0, 3), st.sampled_from(["x", "y"]), st.lists(st.integers(0, 3), max_size=3))
DOCUMENTS = st.builds(lambda i, n, m: {"_id": i, "n": n, "d": {"m": m}}, st.sampled_from("abc"), VALUES, VALUES)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(DOCUMENTS, max_size=5), min_size=1, max_size=4).filter(any), st.randoms())
def test_any_split_and_any_order_of_jobs_gives_the_sequential_fold(split_plugin, uploads, data_folder, parts, random):
    write_parts(data_folder, *parts)
    uploads.part_order = lambda items: random.sample(items, len(items))
    report = uploads.run(split_plugin())
    expected: dict[str, dict] = {}
    for document in (document for part in parts for document in part):
        known = expected.get(document["_id"])
        expected[document["_id"]] = merge_struct(known, document) if known else document
    assert uploads.documents(report) == [expected[id_] for id_ in sorted(expected)]
    uploads.store.drop(report.temp_collection)
