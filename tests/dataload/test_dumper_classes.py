"""Dumpers written in Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.dataload.dumper.errors import (
    DumperClassError,
    DumperCodeError,
    DumperException,
    FolderError,
    LocalPathError,
    MissingFileError,
    SameLocalNameError,
    TooFewLinesError,
)
from tests.servers.http_server import Fault, HttpServer
from tests.servers.plugin_source import PluginSource

HEAD = """
import os
from hub.dataload.dumper import BaseDumper, HTTPDumper, LastModifiedHTTPDumper
"""


def own(home: Path, body: str, urls: list[str] | None = None) -> PluginSource:
    """A source whose dumper class is ``Own`` of its module ``own``."""
    source = PluginSource(home, urls or ["http://127.0.0.1:9/unused"], **{"class": "own:Own"})
    source.module("own", HEAD + body)
    return source


def test_an_http_dumper_fills_its_own_list(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    AUTO_UPLOAD = False
    seen = []
    def create_todump_list(self, force=False, **kwargs):
        self.release = self.client.get({url!r}).text + '-' + str(self.src_doc.get('download', {{}}).get('release'))
        local = os.path.join(self.new_data_folder, 'sub', 'a.tsv')
        if force or self.current_release is None or self.remote_is_better({url!r}, local):
            self.to_dump.append({{'remote': {url!r}, 'local': local}})
    def post_download(self, remotefile, localfile):
        assert os.path.exists(localfile)
        self.seen.append(remotefile)
    def post_dump(self, *args, **kwargs):
        assert 'job_manager' in kwargs
        with open(os.path.join(self.new_data_folder, 'seen.txt'), 'w') as out:
            out.write(' '.join(self.seen))
""",
    )
    report = source.dump()
    assert report.release == "a-None"
    assert source.read("sub/a.tsv") == b"a"
    assert source.read("seen.txt").decode() == url


def test_a_list_may_be_a_coroutine(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(BaseDumper):
    async def create_todump_list(self, force=False, job_manager=None, **kwargs):
        self.release = 'r1'
        self.to_dump = [{{'remote': {url!r}, 'local': os.path.join(self.new_data_folder, 'a')}}]
""",
    )
    assert source.dump().release == "r1"


def test_an_own_download_is_checked_like_any_other(tmp_path: Path) -> None:
    source = own(
        tmp_path,
        """
class Own(BaseDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = 'r1'
        self.to_dump = [{'remote': name, 'local': os.path.join(self.new_data_folder, name)} for name in 'abcd']
    def download(self, remotefile, localfile):
        if remotefile != 'd':
            with open(localfile, 'w') as out:
                out.write(remotefile)
""",
    )
    with pytest.raises(MissingFileError, match="`d`"):
        source.dump()
    assert source.releases == [".lock", ".partial"]


@pytest.mark.parametrize("local", ["../../x", "/etc/x", "."])
def test_a_local_path_outside_the_release_is_refused(tmp_path: Path, local: str) -> None:
    source = own(
        tmp_path,
        f"""
class Own(BaseDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = 'r1'
        self.to_dump = [{{'remote': 'x', 'local': {local!r}}}]
""",
    )
    with pytest.raises(LocalPathError, match="new_data_folder"):
        source.dump()


def test_two_entries_with_one_local_path_are_refused(tmp_path: Path) -> None:
    source = own(
        tmp_path,
        """
class Own(BaseDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = 'r1'
        self.to_dump = [{'remote': r, 'local': 'same'} for r in ('one', 'two')]
""",
    )
    with pytest.raises(SameLocalNameError, match="`one` and `two`"):
        source.dump()


def test_a_list_before_a_release_is_told(tmp_path: Path) -> None:
    source = own(
        tmp_path,
        """
class Own(BaseDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.to_dump = [{'remote': 'x', 'local': os.path.join(self.new_data_folder, 'x')}]
""",
    )
    with pytest.raises(DumperException, match=r"`self\.release` is not set yet"):
        source.dump()


def test_a_fault_in_plugin_code_names_method_file_and_line(tmp_path: Path, http_server: HttpServer) -> None:
    source = own(
        tmp_path,
        """
class Own(LastModifiedHTTPDumper):
    def post_dump(self, *args, **kwargs):
        return 1 / 0
""",
        [http_server.put("/a.tsv", b"a")],
    )
    with pytest.raises(DumperCodeError, match=r"`post_dump` of its dumper failed \(.*own\.py:7\): ZeroDivisionError"):
        source.dump()


def test_statuses_to_ignore_leave_files_out(tmp_path: Path, http_server: HttpServer) -> None:
    good, gone = http_server.put("/a.tsv", b"a"), http_server.url + "/gone.tsv"
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    IGNORE_HTTP_CODE = [404]
    def create_todump_list(self, force=False, **kwargs):
        self.release = 'r1'
        for url in ({good!r}, {gone!r}):
            self.to_dump.append({{'remote': url, 'local': os.path.join(self.new_data_folder, os.path.basename(url))}})
""",
    )
    assert [f.name for f in source.dump().files] == ["a.tsv"]


def test_only_the_latest_release_is_kept_without_archive(tmp_path: Path, http_server: HttpServer) -> None:
    source = own(
        tmp_path, "class Own(LastModifiedHTTPDumper):\n    ARCHIVE = False\n", [http_server.put("/a.tsv", b"1")]
    )
    source.dump()
    http_server.put("/a.tsv", b"2")
    report = source.dump()
    assert Path(report.data_folder).name == "latest"
    assert source.read("a.tsv") == b"2"
    assert source.releases == [".lock", ".releases", "latest"]


def test_another_attribute_may_name_the_folder(tmp_path: Path, http_server: HttpServer) -> None:
    body = "class Own(LastModifiedHTTPDumper):\n    SUFFIX_ATTR = 'timestamp'\n"
    source = own(tmp_path, body, [http_server.put("/a.tsv", b"1")])
    report = source.dump()
    assert (report.release, len(Path(report.data_folder).name)) == ("2026-01-10", 8)


def test_minimums_are_checked(tmp_path: Path, http_server: HttpServer) -> None:
    source = own(
        tmp_path,
        "class Own(LastModifiedHTTPDumper):\n    to_check = [('a.tsv', 3), ('none', 1)]\n",
        [http_server.put("/a.tsv", b"1\n2\n")],
    )
    with pytest.raises(TooFewLinesError, match="has 2 lines"):
        source.dump()
    http_server.put("/a.tsv", b"1\n2\n3\n")
    assert source.dump().changed


def test_files_to_delete_stay_inside_the_folder(tmp_path: Path, http_server: HttpServer) -> None:
    source = own(
        tmp_path,
        """
class Own(LastModifiedHTTPDumper):
    def post_dump(self, *args, **kwargs):
        self.to_delete = ['a.tsv'] if self.release else []
        self.post_dump_delete_files()
        self.to_delete = ['../../../x']
        self.post_dump_delete_files()
""",
        [http_server.put("/a.tsv", b"1")],
    )
    with pytest.raises(DumperException, match="outside the data folder"):
        source.dump()


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"1"))
    source.archive.parent.mkdir()
    source.archive.write_text("a file where the folder should be")
    with pytest.raises(FolderError, match=r"datasources/demo.*DATA_ARCHIVE_ROOT"):
        source.dump()


def test_a_class_that_is_no_dumper_is_refused(tmp_path: Path) -> None:
    source = own(tmp_path, "class Own:\n    pass\n")
    with pytest.raises(DumperClassError, match="no dumper class"):
        source.dump()


def test_parallel_downloads_are_limited(tmp_path: Path, http_server: HttpServer) -> None:
    urls = [http_server.put(f"/{n}.tsv", b"x", faults=[Fault(503)]) for n in range(6)]
    source = own(tmp_path, "class Own(LastModifiedHTTPDumper):\n    MAX_PARALLEL_DUMP = 2\n", urls)
    assert source.dump().fetched == (6, 6)


# -- habits of existing dumpers


def test_old_methods_may_take_less_than_they_are_given(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    def create_todump_list(self):
        assert not self.src_doc and self.current_release is None
        self.release = 'r1'
        self.to_dump = [{{'remote': {url!r}, 'local': os.path.join(self.new_data_folder, 'a')}}]
    def post_dump(self):
        known = self.src_dump.find_one({{'_id': 'other'}})
        with open(os.path.join(self.new_data_folder, 'known'), 'w') as out:
            out.write(repr(known))
""",
    )
    assert source.dump().release == "r1"
    assert source.read("known") == b"None"


def test_a_coroutine_may_submit_its_work(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    async def create_todump_list(self, force=False, job_manager=None, **kwargs):
        jobs = [await job_manager.defer_to_process({{'step': n}}, pow, 2, n) for n in (1, 2)]
        jobs.append(await job_manager.defer_to_thread(self.get_pinfo(), lambda: job_manager is not None))
        self.release = '-'.join([str(await job) for job in jobs])
        self.to_dump = [{{'remote': {url!r}, 'local': os.path.join(self.new_data_folder, 'a')}}]
""",
    )
    assert source.dump().release == "2-4-True"


def test_a_dumper_without_a_client_may_forbid_its_release(tmp_path: Path) -> None:
    (tmp_path / "there").write_bytes(b"x")
    source = own(
        tmp_path,
        f"""
import shutil
class Own(BaseDumper):
    @property
    def SRC_ROOT_FOLDER(self):
        return os.path.join({str(tmp_path)!r}, 'own-root')
    @property
    def client(self):
        return None
    def release_client(self):
        raise RuntimeError('must not be called')
    prepare_client = need_prepare = release_client
    def create_todump_list(self, force=False, **kwargs):
        self.release = 'r1'
        local = os.path.abspath(os.path.join(self.new_data_folder, 'a'))
        self.to_dump = [{{'remote': {str(tmp_path / "there")!r}, 'local': local}}]
    def download(self, remotefile, localfile):
        shutil.copy(remotefile, localfile)
""",
    )
    report = source.dump()
    assert Path(report.data_folder) == tmp_path / "own-root" / "r1"
    assert (Path(report.data_folder) / "a").read_bytes() == b"x"


def test_a_file_may_be_named_in_the_folder_that_the_release_gets(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    def create_todump_list(self, force=True):
        self.release = 'r1'
        if force or not self.src_doc:
            local = os.path.join({str(tmp_path / "datasources" / "demo")!r}, self.release)
            os.makedirs(local, exist_ok=True)
            self.to_dump.append({{'remote': {url!r}, 'local': os.path.join(local, 'notes.txt')}})
    def post_dump(self, *args, **kwargs):
        with open(os.path.join(self.new_data_folder, 'by-hand.txt')) as given:
            assert given.read() == 'mine'
""",
    )
    by_hand = source.archive / "r1" / "by-hand.txt"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_text("mine")
    report = source.dump()
    assert (report.release, Path(report.data_folder)) == ("r1", source.archive / "r1")
    assert (source.read("notes.txt"), source.read("by-hand.txt")) == (b"a", b"mine")
    assert not source.dump().changed
    assert source.dump(force=True).release == "r1"


def test_a_file_named_in_the_current_folder_comes_into_the_new_one(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv", b"a")
    source = own(
        tmp_path,
        f"""
class Own(HTTPDumper):
    def create_todump_list(self, force=False, **kwargs):
        self.release = self.client.get({url!r}).text
        local = os.path.join(self.current_data_folder, 'a.tsv')
        if force or not os.path.exists(local) or self.release != self.current_release:
            self.to_dump.append({{'remote': {url!r}, 'local': local}})
""",
    )
    assert source.dump().release == "a"
    http_server.put("/a.tsv", b"b")
    report = source.dump()
    assert (report.release, source.read("a.tsv")) == ("b", b"b")
    assert (source.archive / "a" / "a.tsv").read_bytes() == b"a"
