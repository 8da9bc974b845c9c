"""What a dump leaves behind: complete folders, suffixes, links, records."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hub.dataload.dumper.errors import (
    NoReleaseError,
    ReleaseFunctionError,
    SameLocalNameError,
)
from hub.dataload.releases import SourceFolder
from hub.dataload.transport.errors import RemoteNotFoundError
from tests.servers.http_server import MODIFIED, Fault, HttpServer, Page
from tests.servers.plugin_source import PluginSource


def test_a_source_is_dumped_into_the_folder_of_its_release(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"x\t1\n"))
    report = source.dump()
    assert (report.release, report.changed) == ("2026-01-10", True)
    assert Path(report.data_folder) == source.archive / "2026-01-10"
    assert source.read("a.tsv") == b"x\t1\n"
    record = report.files[0]
    assert (record.name, record.size, record.last_modified) == ("a.tsv", 4, MODIFIED)
    assert source.releases == [".lock", ".releases", "2026-01-10"]
    assert source.ctx.events[0] == ("downloading", {"release": "2026-01-10"})
    assert source.ctx.steps[-1] == (4, 4)


def test_nothing_new_downloads_nothing(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"x\t1\n"))
    first = source.dump()
    second = source.dump()
    assert (second.changed, second.release, second.data_folder) == (False, first.release, first.data_folder)
    assert len(http_server.asked("/a.tsv")) == 1


def test_one_changed_file_makes_a_complete_new_release_and_the_others_are_linked(
    tmp_path: Path, http_server: HttpServer
) -> None:
    urls = [http_server.put("/a.tsv", b"a1"), http_server.put("/b.tsv", b"b1"), http_server.put("/c.tsv", b"c1")]
    source = PluginSource(tmp_path, urls)
    source.dump()
    http_server.put("/b.tsv", b"b2", modified=MODIFIED + timedelta(hours=1))
    report = source.dump()
    assert report.release == "2026-01-10.2"
    assert report.fetched == (1, 2)
    assert [source.read(n) for n in ("a.tsv", "b.tsv", "c.tsv")] == [b"a1", b"b2", b"c1"]
    old, new = source.archive / "2026-01-10", source.archive / "2026-01-10.2"
    assert (old / "b.tsv").read_bytes() == b"b1"
    assert (old / "a.tsv").stat().st_ino == (new / "a.tsv").stat().st_ino
    assert len(http_server.asked("/a.tsv")) == 1
    assert source.dump().changed is False


def test_a_dumper_with_its_own_post_step_gets_copies_not_links(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(
        tmp_path, [http_server.put("/a.tsv", b"a1"), http_server.put("/b.tsv", b"b1")], **{"class": "own:Own"}
    )
    source.module(
        "own",
        "from pathlib import Path\nfrom hub.dataload.dumper import LastModifiedHTTPDumper\n"
        "class Own(LastModifiedHTTPDumper):\n"
        "    def post_dump(self, *args, **kwargs):\n"
        "        with Path(self.new_data_folder, 'a.tsv').open('ab') as out: out.write(b'!')\n",
    )
    source.dump()
    http_server.put("/b.tsv", b"b2")
    source.dump()
    assert (source.archive / "2026-01-10" / "a.tsv").read_bytes() == b"a1!"


def test_a_server_without_validators_is_fetched_again_and_equal_bytes_make_no_release(
    tmp_path: Path, http_server: HttpServer
) -> None:
    url = http_server.put("/a.tsv", b"a1", etag=None, modified=None)
    source = PluginSource(tmp_path, url, release="version:get_release")
    source.module("version", "def get_release(self):\n    return 7\n")
    assert source.dump().release == "7"
    again = source.dump()
    assert (again.changed, again.release) == (False, "7")
    assert len(http_server.asked("/a.tsv")) == 2
    http_server.pages["/a.tsv"].body = b"a2"
    assert source.dump().release == "7.2"


def test_force_fetches_again_and_an_equal_release_keeps_its_folder(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"))
    first = source.dump()
    forced = source.dump(force=True)
    assert (forced.changed, forced.data_folder) == (True, first.data_folder)
    assert len(http_server.asked("/a.tsv")) == 2
    assert source.releases == [".lock", ".releases", "2026-01-10"]


def test_check_only_tells_the_release_and_the_files_and_writes_nothing(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"))
    report = source.dump(check_only=True)
    assert (report.release, report.changed) == ("2026-01-10", True)
    assert [(f.name, f.size, f.sha256) for f in report.files] == [("a.tsv", 2, "")]
    assert not source.archive.exists()
    assert http_server.asked("/a.tsv") == []


def test_after_a_failed_dump_the_next_one_is_forced_but_takes_what_was_finished(
    tmp_path: Path, http_server: HttpServer
) -> None:
    urls = [http_server.put("/a.tsv", b"a1"), http_server.put("/b.tsv", b"b1")]
    http_server.pages["/b.tsv"].faults = [Fault(status=404)]
    source = PluginSource(tmp_path, urls, **{"class": "own:One"})
    source.module(
        "own",
        "from hub.dataload.dumper import LastModifiedHTTPDumper\n"
        "class One(LastModifiedHTTPDumper):\n    MAX_PARALLEL_DUMP = 1\n",
    )
    with pytest.raises(RemoteNotFoundError):
        source.dump()
    assert source.releases == [".lock", ".partial"]
    report = source.dump()
    assert report.changed
    assert report.fetched == (1, 2)
    assert len(http_server.asked("/a.tsv")) == 1
    assert source.read("a.tsv") + source.read("b.tsv") == b"a1b1"
    assert source.releases == [".lock", ".releases", "2026-01-10"]


def test_a_release_that_is_not_on_record_is_found_again(tmp_path: Path, http_server: HttpServer) -> None:
    """The hub died between publishing the folder and noting it."""
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"))
    first = source.dump()
    source.current = None
    again = source.dump()
    assert (again.changed, again.data_folder, again.fetched) == (True, first.data_folder, (0, 0))
    assert len(http_server.asked("/a.tsv")) == 1


def test_the_etag_is_the_release_when_there_is_no_date(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1", modified=None, etag='W/"v-17"'))
    assert source.dump().release == "v-17"


def test_without_date_and_etag_the_error_tells_to_add_a_release_function(
    tmp_path: Path, http_server: HttpServer
) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1", modified=None, etag=None))
    with pytest.raises(NoReleaseError, match='"release": "version:get_release"'):
        source.dump()


def test_a_release_function_gets_the_dumper_and_its_client(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"), release="version:get_release")
    source.module(
        "version",
        "PREFIX = 'v/'\n"
        "def get_release(self):\n"
        "    assert self.SRC_URLS == self.__class__.SRC_URLS\n"
        "    return PREFIX + self.client.head(self.SRC_URLS[0]).headers['Content-Length']\n",
    )
    report = source.dump()
    assert report.release == "v/2"
    assert Path(report.data_folder).name == "v_2"


def test_a_failing_release_function_fails_before_any_download(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"), release="version:get_release")
    source.module("version", "def get_release(self):\n    return {}['date']\n")
    with pytest.raises(ReleaseFunctionError, match=r"version\.py:2.*KeyError: 'date'") as caught:
        source.dump()
    assert caught.value.line == 2
    assert {asked.method for asked in http_server.log} <= {"HEAD"}


def test_a_release_function_that_ends_the_program_is_named(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"), release="version:get_release")
    source.module("version", "import sys\n\n\ndef get_release(self):\n    sys.exit(2)\n")
    with pytest.raises(ReleaseFunctionError, match=r"version\.py:5.*SystemExit: 2"):
        source.dump()


def test_two_urls_with_one_local_name_fail_before_any_download(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, [http_server.put("/x/a.tsv", b"1"), http_server.put("/y/a.tsv", b"2")])
    with pytest.raises(SameLocalNameError, match=r"/x/a\.tsv.*/y/a\.tsv"):
        source.dump()
    assert all(a.method == "HEAD" for a in http_server.log)


@pytest.mark.parametrize(
    ("path", "name"),
    [("/a%20b.tsv", "a%20b.tsv"), ("/a.tsv?format=tsv&x=1", "a.tsv?format=tsv&x=1"), ("/d/x", "x")],
)
def test_the_local_name_is_the_text_after_the_last_slash_as_written(
    tmp_path: Path, http_server: HttpServer, path: str, name: str
) -> None:
    source = PluginSource(tmp_path, http_server.put(path, b"data"))
    source.dump()
    assert source.read(name) == b"data"


def test_a_blank_in_a_url_is_sent_encoded_and_kept_in_the_name(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put("/a%20b.tsv", b"data")
    source = PluginSource(tmp_path, http_server.url + "/a b.tsv")
    source.dump()
    assert source.read("a b.tsv") == b"data"


def test_content_disposition_names_the_file_without_leading_anywhere_else(
    tmp_path: Path, http_server: HttpServer
) -> None:
    header = {"Content-Disposition": 'attachment; filename="../../../../etc/.x; rm -rf.tsv"'}
    source = PluginSource(tmp_path, http_server.put("/get?id=1", b"data", headers=header))
    report = source.dump()
    assert [f.name for f in report.files] == ["x; rm -rf.tsv"]
    assert source.read("x; rm -rf.tsv") == b"data"


def test_a_name_that_only_the_download_tells_is_used_too(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.pages["/get"] = Page(
        b"", faults=[Fault(200, {"Content-Disposition": "attachment; filename=real.tsv", "ETag": '"x"'}, b"data")]
    )
    source = PluginSource(tmp_path, http_server.url + "/get")
    assert [f.name for f in source.dump().files] == ["real.tsv"]


def test_rewrites_count_for_check_and_download_and_both_urls_are_recorded(
    tmp_path: Path, http_server: HttpServer
) -> None:
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / "a.tsv").write_bytes(b"data")
    source = PluginSource(tmp_path, ["https://example.invalid/pub/a.tsv", http_server.put("/b.tsv", b"more")])
    source.settings["DATA_URL_REWRITES"] = {"https://example.invalid/pub/": f"file://{mirror}/"}
    report = source.dump()
    assert source.read("a.tsv") == b"data"
    assert (report.files[0].url, report.files[0].effective_url) == (
        "https://example.invalid/pub/a.tsv",
        f"file://{mirror}/a.tsv",
    )
    assert source.dump().changed is False


def test_records_are_beside_the_release_and_out_of_sight_of_parsers(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a1"))
    report = source.dump()
    assert [p.name for p in Path(report.data_folder).iterdir()] == ["a.tsv"]
    record = SourceFolder(source.archive).record("2026-01-10")
    assert record is not None
    assert (record.release, record.tree) == ("2026-01-10", {"a.tsv": 2})
    assert list(record.files) == report.files
