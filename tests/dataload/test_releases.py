"""Folders and records of releases."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.dataload.drafts import Draft
from hub.dataload.release_errors import ReleaseNameError
from hub.dataload.releases import FileRecord, ReleaseRecord, SourceFolder, folder_name, tree_of

NOW = datetime(2026, 1, 10, tzinfo=UTC)


def draft_of(folder: SourceFolder, name: str, **files: bytes) -> Draft:
    draft = Draft(folder, name)
    draft.open()
    for file, body in files.items():
        draft.place(file).write_bytes(body)
        draft.note(FileRecord(f"http://h/{file}", file, len(body), "sum", NOW, etag='"1"'))
    return draft


def publish(folder: SourceFolder, name: str, draft: Draft) -> Path:
    return folder.publish(draft.folder, ReleaseRecord(name, name, name, (), tree_of(draft.folder)))


@pytest.mark.parametrize(
    ("release", "name"),
    [
        ("2026-01-10", "2026-01-10"),
        ("v1/../../x", "v1_.._.._x"),
        (".hidden", "_hidden"),
        ("a\\b\nc", "a_b_c"),
        (" v 1 ", "v 1"),
        ("é" * 300, "é" * 100),
    ],
)
def test_a_release_string_becomes_a_harmless_folder_name(release: str, name: str) -> None:
    assert folder_name(release) == name


@pytest.mark.parametrize("release", ["", "  ", "/", "..", "\n"])
def test_a_release_that_gives_no_name_is_refused(release: str) -> None:
    with pytest.raises(ReleaseNameError):
        folder_name(release)


def test_a_taken_name_gets_a_number(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    assert folder.free_suffix("1") == ""
    (tmp_path / "1").mkdir()
    assert folder.free_suffix("1") == ".2"
    (tmp_path / "1.2").mkdir()
    assert folder.free_suffix("1") == ".3"


def test_records_survive_as_they_are(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    file = FileRecord("http://h/a", "a", 1, "ab", NOW, "file:///m/a", '"e"', NOW)
    (tmp_path / "1").mkdir()
    record = ReleaseRecord("1", "1", "1", (file,), {"a": 1}, NOW)
    folder.save(record)
    assert folder.record("1") == record
    assert folder.record_of(tmp_path / "1") == record
    assert folder.record_of("/elsewhere/1") is None
    assert folder.records() == [record]


def test_a_record_without_its_folder_counts_for_nothing(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    folder.save(ReleaseRecord("1", "1", "1"))
    assert folder.record("1") is None
    assert folder.records() == []


def test_a_replacement_that_was_cut_off_is_put_back(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    with folder.locked():
        publish(folder, "latest", draft_of(folder, "latest", a=b"old"))
    (tmp_path / "latest").rename(folder.partial / "replaced-latest")
    with folder.locked():
        assert (tmp_path / "latest" / "a").read_bytes() == b"old"


def test_a_draft_keeps_what_its_journal_knows_and_nothing_else(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    draft = draft_of(folder, "1", a=b"a", b=b"b", c=b"c")
    draft.drop("b")
    (draft.folder / "c").write_bytes(b"longer")
    (draft.folder / "sub").mkdir()
    (draft.folder / "sub" / "stray").write_bytes(b"x")
    with (draft.work / "journal.jsonl").open("a") as journal:
        journal.write('{"done": {"url": "http')
    again = Draft(folder, "1")
    again.open()
    assert again.names() == ["a"]
    assert tree_of(again.folder) == {"a": 1}
    assert not (again.folder / "sub").exists()


def test_a_file_is_adopted_only_as_recorded(tmp_path: Path) -> None:
    folder = SourceFolder(tmp_path)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "a").write_bytes(b"abc")
    draft = draft_of(folder, "1")
    assert not draft.adopt(FileRecord("u", "a", 2), tmp_path / "old" / "a")
    assert not draft.adopt(FileRecord("u", "b", 2), tmp_path / "old" / "b")
    assert draft.adopt(FileRecord("u", "a", 3), tmp_path / "old" / "a")
    assert (draft.folder / "a").stat().st_nlink == 2
    assert draft.adopt(FileRecord("u", "a", 3), tmp_path / "old" / "a", link=False)
    assert (draft.folder / "a").stat().st_nlink == 1
