"""Bad documents in quarantine: which are kept, with what, how many are too many, and that a failure leaves nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.commands import all_commands, load_builtin
from hub.dataload import loader
from hub.dataload.checks.errors import CheckFailedError
from hub.dataload.errors import InvalidDocumentError, ManifestError
from hub.dataload.quarantine.errors import TooManyErrorsError
from hub.dataload.quarantine.files import QuarantineFolder
from hub.dataload.quarantine.limits import Limit, limit_problem
from hub.dataload.quarantine.records import document_of

REASONS = (
    "no_id bad_id bad_key bad_value too_large not_a_document unreadable duplicate unmergeable check_required "
    "check_schema"
).split()

PARSER = """
import datetime
import math
from pathlib import Path

from hub.dataload.reading import Unreadable, at, nowhere


class Odd:
    def __repr__(self):
        raise ValueError("no")


def bad(data_folder):
    yield {"_id": "good"}
    yield {"name": "no identifier"}
    yield {"_id": 7, "when": datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), "raw": b"abc"}
    yield {"_id": "dotted", "a": {"b.c": 1}}
    yield {"_id": "a set", "tags": {1}, "odd": Odd(), "score": math.nan}
    yield {"_id": "large", "text": "x" * 3000}
    yield "a text"
    loop = {"_id": "loop"}
    loop["self"] = loop
    yield loop
    yield {"_id": "bad text", "text": "half \\ud800"}
    yield {"_id": "huge number", "n": 2 ** 70}
    yield {"_id": "good"}
    yield {"_id": "unchecked"}


def lines(data_folder):
    path = Path(data_folder) / "genes.txt"
    for number, line in enumerate(path.read_text().splitlines(), 1):
        at(path, number)
        if line.startswith("#"):
            yield Unreadable("a comment in the middle", line.strip())
        elif line.strip():
            yield {"_id": line.strip()} if line.strip() != "-" else {"name": "-"}
    nowhere()
    yield {}
    yield {"name": "from nowhere"}


def many(data_folder, good, bad):
    for n in range(good):
        yield {"_id": f"n{n}"}
    for n in range(bad):
        yield {"n": n}


def twice(data_folder, apart):
    for n in range(apart):
        yield {"_id": f"n{n}"}
    yield {"_id": "n0", "again": True}


def grows(data_folder):
    for n in range(3):
        yield {"_id": "one", "text": "x" * 6_000_000 + str(n)}


def part(path):
    for line in open(path):
        yield {"_id": line.strip()} if line.strip() else {}, {"none": 1}


def rows(number):
    yield {"_id": "same", "n": number}
    yield {"_id": f"own {number}", "n": number}
    yield {"n": number}


def parts(self):
    return [(1,), (2,), (3,)]
"""


@pytest.fixture
def bad_plugin(make_plugin):
    """``bad_plugin("function", key=value)`` loads a plugin that quarantines; keys go into its ``uploader``."""

    def load(parser: str, **uploader: Any):
        section = {"parser": f"parser:{parser}", "on_error": "quarantine"} | uploader
        manifest = {
            "version": "0.3",
            "dumper": {"data_url": "https://example.org/x"},
            "uploader": {key: value for key, value in section.items() if value is not None},
        }
        return loader.load_plugin(make_plugin("demo", manifest, parser=PARSER), {})

    return load


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "quarantine"


@pytest.fixture
def run(uploads, root: Path) -> Callable[..., Any]:
    return lambda plugin, **settings: uploads.run(plugin, QUARANTINE_FOLDER=str(root), **settings)


def kept(root: Path, name: str = "demo_temp_1") -> list[dict[str, Any]]:
    return list(QuarantineFolder(root).read("demo", "demo", name))


def test_each_bad_document_is_kept_with_its_reason_and_the_good_ones_are_stored(
    bad_plugin, run, uploads, root, data_folder
):
    (data_folder / "only.txt").touch()
    checks = {"required": ["_id"], "schema": {"properties": {"_id": {"pattern": "^[^u]"}}}}
    report = run(bad_plugin("bad", checks=checks), MAX_DOCUMENT_BYTES=2000)
    assert uploads.documents(report) == [{"_id": "good"}]
    assert [(r["ordinal"], r["reason"]) for r in kept(root)] == [
        (2, "no_id"),
        (3, "bad_id"),
        (4, "bad_key"),
        (5, "bad_value"),
        (6, "too_large"),
        (7, "not_a_document"),
        (8, "bad_value"),
        (9, "bad_value"),
        (10, "bad_value"),
        (12, "check_schema"),
        (11, "duplicate"),
    ]
    assert sum(report.rejected.values()) == 11
    assert report.rejected["bad_value"] == 4
    for record in kept(root):
        assert (record["source"], record["sub"], record["release"]) == ("demo", "demo", "1")
        assert datetime.fromisoformat(record["time"]).tzinfo is not None
        assert record["message"].endswith(".")
    assert {r["file"] for r in kept(root) if "file" in r} == {str(data_folder / "only.txt")}


def test_a_document_is_kept_as_it_was_or_as_well_as_it_can_be(bad_plugin, run, root):
    run(bad_plugin("bad"), MAX_DOCUMENT_BYTES=2000)
    records = {record["ordinal"]: record for record in kept(root)}
    assert document_of(records[3]) == {"_id": 7, "when": datetime(2020, 1, 2, tzinfo=UTC), "raw": b"abc"}
    assert document_of(records[4]) == {"_id": "dotted", "a": {"b.c": 1}}
    assert document_of(records[6]) == {"_id": "large", "text": "x" * 3000}
    assert document_of(records[7]) == "a text"
    assert [n for n, record in records.items() if not record["exact"]] == [5, 8, 9, 10]
    assert records[5]["document"]["tags"] == "{1}"
    assert records[5]["document"]["odd"].startswith("<Odd instance")
    assert records[10]["document"] == {"_id": "huge number", "n": "1180591620717411303424"}


def test_file_and_line_are_those_that_the_parser_tells(bad_plugin, run, uploads, root, data_folder):
    (data_folder / "genes.txt").write_text("a\n-\nb\n# no\nc\n", encoding="utf-8")
    report = run(bad_plugin("lines"))
    assert [d["_id"] for d in uploads.documents(report)] == ["a", "b", "c"]
    file = str(data_folder / "genes.txt")
    assert [(r["reason"], r.get("file"), r.get("line"), document_of(r)) for r in kept(root)] == [
        ("no_id", file, 2, {"name": "-"}),
        ("unreadable", file, 4, "# no"),
        ("no_id", file, None, {"name": "from nowhere"}),  # the only file of the folder
    ]
    assert kept(root)[1]["message"] == "a comment in the middle."


def test_without_quarantine_the_first_bad_line_is_named_and_fails_the_upload(bad_plugin, run, root, data_folder):
    (data_folder / "genes.txt").write_text("a\n# no\n", encoding="utf-8")
    with pytest.raises(InvalidDocumentError, match=r"a comment in the middle. Data: .*genes.txt, line 2\."):
        run(bad_plugin("lines", on_error=None))
    with pytest.raises(InvalidDocumentError):
        run(bad_plugin("lines", on_error="fail"), ON_ERROR="quarantine")
    assert not root.exists()


def test_a_repeated_document_is_kept_by_the_writing_process(bad_plugin, run, uploads, root):
    report = run(bad_plugin("twice", parser_kwargs={"apart": 50}), BATCH_SIZE=5)
    assert (report.count, dict(report.rejected), report.duplicates) == (50, {"duplicate": 1}, 0)
    assert "again" not in uploads.store.collection(report.temp_collection).get("n0")
    (record,) = kept(root)
    assert (record["_id"], record["ordinal"], document_of(record)) == ("n0", 51, {"_id": "n0", "again": True})


def test_a_document_that_makes_the_merged_one_too_large_is_kept(bad_plugin, run, uploads, root):
    report = run(bad_plugin("grows", on_duplicates="merge"))
    (document,) = uploads.documents(report)
    assert [text[-1] for text in document["text"]] == ["0", "1"]
    (record,) = kept(root)
    assert (record["reason"], record["ordinal"], record["document"]["text"][-1]) == ("unmergeable", 3, "2")


@pytest.mark.parametrize("rule", ["error", "ignore", "merge"])
def test_parts_of_a_parallel_upload_keep_their_own_and_the_common_ones(bad_plugin, run, uploads, root, rule):
    report = run(bad_plugin("rows", parallelizer="parser:parts", on_duplicates=rule))
    same = next(d for d in uploads.documents(report) if d["_id"] == "same")
    assert same["n"] == ([1, 2, 3] if rule == "merge" else 1)
    repeated = {"duplicate": 2} if rule == "error" else {}
    assert report.rejected == {"no_id": 3} | repeated
    found = [(r["reason"], document_of(r)["n"], r["part"]) for r in kept(root)]
    common = [("duplicate", n, f"part {n} of 3") for n in (2, 3)] if repeated else []
    assert sorted(found) == sorted(common + [("no_id", n, f"part {n} of 3") for n in (1, 2, 3)])


@pytest.mark.parametrize(
    ("good", "bad", "limit", "says"),
    [
        (100, 6, 5, r"6 documents are bad \(6 no_id\), `max_errors` allows 5\. The first: it has no `_id`"),
        (100, 6, "5%", r"6 of 106 documents are bad .*allows 5%"),
        (0, 3, 100, r"all 3 documents are bad"),
        (10, 1, 0, r"1 documents are bad"),
    ],
)
def test_more_than_the_limit_fails_the_upload(bad_plugin, run, uploads, good, bad, limit, says):
    plugin = bad_plugin("many", max_errors=limit, parser_kwargs={"good": good, "bad": bad})
    with pytest.raises(TooManyErrorsError, match=says):
        run(plugin)
    assert uploads.store.names() == []


@pytest.mark.parametrize(("good", "bad", "limit"), [(100, 5, 5), (95, 5, "5%"), (1, 100, None)])
def test_as_many_as_the_limit_are_kept(bad_plugin, run, root, good, bad, limit):
    report = run(bad_plugin("many", max_errors=limit, parser_kwargs={"good": good, "bad": bad}))
    assert (report.count, len(kept(root))) == (good, bad)


def test_the_limit_counts_parts_together(bad_plugin, run):
    with pytest.raises(TooManyErrorsError, match="3 of 9 documents"):
        run(bad_plugin("rows", parallelizer="parser:parts", on_duplicates="ignore", max_errors=2))


def test_classes_and_settings_decide_too(make_plugin, run, root):
    code = (
        "from hub.dataload.uploader import BaseSourceUploader\n\n\n"
        "class Words(BaseSourceUploader):\n    name = 'demo'\n    {}\n\n"
        "    def load_data(self, folder):\n        yield {{'_id': '1'}}\n        yield {{}}, 1\n"
    )
    plain = loader.load_plugin(make_plugin("demo", None, __init__=code.format("pass")), {})
    with pytest.raises(InvalidDocumentError):
        run(plain)
    assert run(plain, ON_ERROR="quarantine").rejected == {"not_a_document": 1}
    with pytest.raises(TooManyErrorsError):
        run(plain, ON_ERROR="quarantine", MAX_ERRORS="1%")
    chosen = loader.load_plugin(make_plugin("demo", None, __init__=code.format("ON_ERROR = 'quarantine'")), {})
    assert run(chosen).rejected == {"not_a_document": 1}
    with pytest.raises(ManifestError, match=r"Words\.ON_ERROR`: must be `fail` or `quarantine`"):
        loader.load_plugin(make_plugin("demo", None, __init__=code.format("ON_ERROR = 'skip'")), {})


@pytest.mark.parametrize("value", [-1, "many", "101%", "-1%", True, 1.5, ""])
def test_a_limit_that_is_none_breaks_the_plugin(bad_plugin, value):
    with pytest.raises(ManifestError, match=r"uploader\.max_errors"):
        bad_plugin("bad", max_errors=value)


def test_limits_are_numbers_or_shares():
    assert [limit_problem(v) for v in (0, 100, "100", "1%", " 0.5 % ", "100%")] == [""] * 6
    assert Limit.of("0.5%").passed(6, 1000)
    assert not Limit.of("0.5%").passed(5, 1000)
    assert not Limit.of("0.5%").passed(999_999)
    assert Limit.of("100%").passed(1_000_001)


def test_a_check_of_one_document_still_fails_a_strict_upload(bad_plugin, run):
    with pytest.raises(CheckFailedError, match="document 1 with _id 'n0'"):
        run(bad_plugin("many", on_error=None, parser_kwargs={"good": 2, "bad": 0}, checks={"required": ["x"]}))


def test_the_lines_are_plain_json(bad_plugin, run, root):
    run(bad_plugin("many", parser_kwargs={"good": 1, "bad": 2}))
    (file,) = root.rglob("*.ndjson")
    assert [json.loads(line)["document"] for line in file.read_text().splitlines()] == [{"n": 0}, {"n": 1}]


def test_the_examples_of_the_documentation_are_true(make_plugin, run, root, data_folder):
    page = (Path(__file__).resolve().parents[2] / "docs" / "quarantine.md").read_text(encoding="utf-8")
    examples = dict(re.findall(r"<!-- example: (\w+) -->\n```\w+\n(.*?)```", page, re.DOTALL))
    folder = make_plugin("demo", examples["quarantine"], parser=examples["parser"])
    (data_folder / "genes.ndjson").write_text('{"_id": "1", "symbol": "A"}\n{"_id": "2"}\n{"_id": \n', encoding="utf-8")
    with pytest.raises(TooManyErrorsError, match="allows 1%"):
        run(loader.load_plugin(folder, {}))
    assert [(r["reason"], r["line"]) for r in kept(root)] == [("check_required", 2), ("unreadable", 3)]
    commands_of_page = re.findall(r"\$ hub ([\w-]+)", examples["session"])
    load_builtin()
    names = {c.name.replace("_", "-") for c in all_commands()}
    assert commands_of_page
    assert set(commands_of_page) <= names
    for reason in REASONS:
        assert f"`{reason}`" in page
