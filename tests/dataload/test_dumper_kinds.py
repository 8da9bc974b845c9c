"""Dumpers that make, take, copy or clone the files of a release: APIDumper, ManualDumper, FilesystemDumper, GitDumper,
GoogleDriveDumper."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from hub.dataload.dumper import GoogleDriveDumper
from hub.dataload.dumper.errors import DumperCodeError, DumperException
from tests.servers.http_server import HttpServer
from tests.servers.plugin_source import PluginSource

HEAD = """
import os
from biothings.hub.dataload.dumper import *
"""


def own(home: Path, body: str) -> PluginSource:
    """A source whose dumper class is ``Own`` of its module ``own``."""
    source = PluginSource(home, ["http://127.0.0.1:9/unused"], **{"class": "own:Own"})
    source.module("own", HEAD + body)
    return source


def shown(source: PluginSource) -> list[str]:
    """The releases, without what is hidden beside them."""
    return [name for name in source.releases if not name.startswith(".")]


# -- APIDumper -----------------------------------------------------------------------------------------------------

API = """
class Own(APIDumper):
    @staticmethod
    def get_release():
        return %r
    @staticmethod
    def get_document():
        yield 'a.ndjson', {'n': 1}
        yield %r, {'n': 2}
        %s
"""


def test_objects_of_an_api_become_files(tmp_path: Path) -> None:
    source = own(tmp_path, API % ("1", "a.ndjson", ""))
    report = source.dump()
    assert report.release == "1"
    assert source.read("a.ndjson") == b'{"n":1}\n{"n":2}\n'
    assert [file.name for file in report.files] == ["a.ndjson"]
    assert not source.dump().changed
    assert shown(source) == ["1"]


def test_nothing_is_published_when_the_api_fails_half_way(tmp_path: Path) -> None:
    source = own(tmp_path, API % ("1", "a.ndjson", ""))
    source.dump()
    source.module("own", HEAD + API % ("2", "b.ndjson", "raise OSError('gone')"))
    with pytest.raises(DumperCodeError, match=r"make_files.*gone"):
        source.dump()
    assert shown(source) == ["1"]


@pytest.mark.parametrize("name", ["../out", "/tmp/out"])
def test_a_file_of_an_api_stays_in_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(DumperException, match="outside the data folder"):
        own(tmp_path, API % ("1", name, "")).dump()


def test_an_object_without_a_json_form_is_told(tmp_path: Path) -> None:
    with pytest.raises(DumperException, match=r"`c\.ndjson` has no JSON form"):
        own(tmp_path, API % ("1", "a", "yield 'c.ndjson', {'n': object()}")).dump()


# -- ManualDumper --------------------------------------------------------------------------------------------------


@pytest.fixture
def manual(tmp_path: Path) -> PluginSource:
    source = own(
        tmp_path,
        """
class Own(ManualDumper):
    def post_dump(self, *args, **kwargs):
        with open(os.path.join(self.new_data_folder, 'seen'), 'w') as out:
            out.write(self.release)
""",
    )
    folder = source.archive / "2026-02"
    folder.mkdir(parents=True)
    (folder / "data.tsv").write_text("x", encoding="utf-8")
    return source


@pytest.mark.parametrize(
    ("arguments", "release"), [({"path": "2026-02"}, "2026-02"), ({"path": "2026-02", "release": "r1"}, "r1")]
)
def test_a_folder_is_taken_where_it_lies(manual: PluginSource, arguments: dict[str, Any], release: str) -> None:
    report = manual.dump(arguments=arguments)
    assert (report.release, report.changed) == (release, True)
    assert report.data_folder == str(manual.archive / "2026-02")
    assert manual.read("seen").decode() == release


def test_a_folder_elsewhere_is_taken_by_its_path(manual: PluginSource, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "data").write_text("x", encoding="utf-8")
    assert manual.dump(arguments={"path": str(folder)}).data_folder == str(folder)


def test_a_folder_that_is_missing_or_empty_is_refused(manual: PluginSource) -> None:
    with pytest.raises(DumperException, match="there is no folder"):
        manual.dump(arguments={"path": "2026-03"})
    (manual.archive / "2026-03").mkdir()
    with pytest.raises(DumperException, match="is empty"):
        manual.dump(arguments={"path": "2026-03"})


# -- FilesystemDumper ----------------------------------------------------------------------------------------------

FILES = """
class Own(FilesystemDumper):
    FS_OP = %r
    def create_todump_list(self, force=False, **kwargs):
        self.release = '1'
        for name in os.listdir(%r):
            self.to_dump.append({'remote': os.path.join(%r, name), 'local': os.path.join(self.new_data_folder, name)})
"""


@pytest.mark.parametrize("operation", ["cp", "mv", "ln"])
def test_files_of_this_machine_are_copied_moved_or_linked(tmp_path: Path, operation: str) -> None:
    there = tmp_path / "there it's"
    there.mkdir()
    (there / "a b.txt").write_text("data", encoding="utf-8")
    source = own(tmp_path, FILES % (operation, str(there), str(there)))
    source.dump()
    assert source.read("a b.txt") == b"data"
    assert (there / "a b.txt").exists() is (operation != "mv")


def test_an_operation_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("data", encoding="utf-8")
    source = own(tmp_path, FILES % ("rm", str(tmp_path), str(tmp_path)))
    source.module("own", (source.folder / "own.py").read_text().replace("os.listdir", "(lambda folder: ['a'])"))
    with pytest.raises(DumperException, match="FS_OP is `rm`"):
        source.dump()
    assert (tmp_path / "a").exists()


# -- GitDumper -----------------------------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    commit(folder, "data.tsv", "one")
    return folder


def git(folder: Path, *arguments: str) -> str:
    author = ["-c", "user.name=test", "-c", "user.email=test@example.org"]
    return subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", name)
    git(folder, "commit", "-q", "-m", text)
    return git(folder, "rev-parse", "--short=7", "HEAD").strip()


def from_git(home: Path, repository: Path | str, branch: str | None = None) -> PluginSource:
    return own(
        home, f"class Own(GitDumper):\n    GIT_REPO_URL = {str(repository)!r}\n    DEFAULT_BRANCH = {branch!r}\n"
    )


def test_a_commit_is_a_release(tmp_path: Path, repository: Path) -> None:
    source = from_git(tmp_path, repository)
    assert source.dump().files[0].name == "data.tsv"
    assert not source.dump().changed
    second = commit(repository, "data.tsv", "two")
    assert source.dump().release == second
    assert source.read("data.tsv") == b"two"
    assert len(shown(source)) == 2


def test_a_branch_can_be_named(tmp_path: Path, repository: Path) -> None:
    git(repository, "switch", "-q", "-c", "feature/x")
    wanted = commit(repository, "more.tsv", "more")
    git(repository, "switch", "-q", "trunk")
    assert from_git(tmp_path, repository, "feature/x").dump().release == wanted


def test_a_repository_or_branch_that_is_not_there_is_told(tmp_path: Path, repository: Path) -> None:
    with pytest.raises(DumperException, match="git clone of"):
        from_git(tmp_path / "a", tmp_path / "nowhere").dump()
    with pytest.raises(DumperException, match="git rev-parse of"):
        from_git(tmp_path / "b", repository, "gone").dump()


# -- GoogleDriveDumper ---------------------------------------------------------------------------------------------

ID = "1a2B3c4D5e6F7g8H9i0"


@pytest.mark.parametrize(
    "address",
    [
        ID,
        f"https://drive.google.com/open?id={ID}",
        f"https://drive.google.com/uc?id={ID}&export=download",
        f"https://drive.google.com/file/d/{ID}/view?usp=sharing",
        f"https://drive.google.com/file/d/{ID}/edit",
    ],
)
def test_the_id_is_found_in_every_kind_of_address(address: str) -> None:
    assert GoogleDriveDumper("demo").get_document_id(address) == ID


def test_an_address_without_an_id_is_told() -> None:
    with pytest.raises(DumperException, match="holds no id"):
        GoogleDriveDumper("demo").get_document_id("https://drive.google.com/about")


def test_the_page_that_asks_before_a_large_file_is_answered(tmp_path: Path, http_server: HttpServer) -> None:
    page = (
        f"<!DOCTYPE html><html><form id='download-form' action='{http_server.url}/really' method='get'>"
        f"<input type='hidden' name='id' value='{ID}'><input type='hidden' name='confirm' value='t'></form></html>"
    )
    http_server.put(f"/uc?export=download&id={ID}", page.encode())
    http_server.put(f"/really?id={ID}&confirm=t", b"data")
    assert drive(tmp_path, http_server).dump().files[0].size == 4


def test_a_file_that_is_not_shared_is_told(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put(f"/uc?export=download&id={ID}", b"<html><body>Sign in</body></html>")
    with pytest.raises(DumperException, match="Is it shared"):
        drive(tmp_path, http_server).dump()


def drive(home: Path, server: HttpServer) -> PluginSource:
    source = own(
        home,
        f"""
class Own(GoogleDriveDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = '1'
        self.to_dump.append({{'remote': '{ID}', 'local': os.path.join(self.new_data_folder, 'a.bin')}})
""",
    )
    source.settings["DATA_URL_REWRITES"] = {"https://drive.google.com": server.url}
    return source


def test_a_wget_dumper_needs_no_wget(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.txt", b"data")
    source = own(
        tmp_path,
        f"""
class Own(WgetDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = '1'
        self.to_dump.append({{'remote': {url!r}, 'local': os.path.join(self.new_data_folder, 'a.txt')}})
""",
    )
    source.dump()
    assert source.read("a.txt") == b"data"
