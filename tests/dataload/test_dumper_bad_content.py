"""What a server sends instead of data never becomes a release, and the old one stays."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from hub.dataload.archives import ArchiveBombError, ArchiveError, UnsafeArchiveError
from hub.dataload.dumper.errors import EmptyFileError, UnexpectedHtmlError
from tests.servers.http_server import Fault, HttpServer
from tests.servers.plugin_source import PluginSource

PAGE = b"<!DOCTYPE html>\n<html><body>Service is being maintained</body></html>"


def unsafe_zip() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("../../escaped.tsv", b"x")
    return out.getvalue()


def tar_bomb() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        info = tarfile.TarInfo("zeros")
        info.size = 24 * 1024**2
        archive.addfile(info, io.BytesIO(bytes(info.size)))
    return out.getvalue()


def good_content(path: str, data: bytes) -> bytes:
    """What a healthy server gives for the path: `data`, packed as the suffix says."""
    out = io.BytesIO()
    if path.endswith(".zip"):
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.tsv", data)
    elif path.endswith(".tar.gz"):
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            info = tarfile.TarInfo("a.tsv")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    else:
        return gzip.compress(data) if path.endswith(".gz") else data
    return out.getvalue()


TRUNCATED = gzip.compress(bytes(range(256)) * 3000)[:-9]
CASES = [
    ("empty", "/a.tsv", b"", False, EmptyFileError, "is empty"),
    ("page", "/a.tsv", PAGE, False, UnexpectedHtmlError, "web page"),
    ("page as gz", "/a.tsv.gz", PAGE, False, UnexpectedHtmlError, "web page"),
    ("truncated gz", "/a.tsv.gz", TRUNCATED, False, ArchiveError, "truncated"),
    ("truncated gz to extract", "/a.tsv.gz", TRUNCATED, True, ArchiveError, "truncated"),
    ("zip that leads out", "/a.zip", unsafe_zip(), True, UnsafeArchiveError, "leads out"),
    ("tar bomb", "/a.tar.gz", tar_bomb(), True, ArchiveBombError, "UNCOMPRESS_MAX_RATIO"),
]


@pytest.mark.parametrize(
    ("path", "bad", "uncompress", "error", "words"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_bad_content_fails_the_dump_and_leaves_the_old_release(
    tmp_path: Path,
    http_server: HttpServer,
    path: str,
    bad: bytes,
    uncompress: bool,
    error: type[Exception],
    words: str,
) -> None:
    good = good_content(path, b"good")
    source = PluginSource(tmp_path, http_server.put(path, good))
    first = source.dump()
    source.manifest(data_url=http_server.url + path, uncompress=uncompress)
    http_server.put(path, bad)
    with pytest.raises(error, match=words) as caught:
        source.dump()
    assert path[1:] in str(caught.value)
    assert Path(first.data_folder, path[1:]).read_bytes() == good
    assert [n for n in source.releases if not n.startswith(".")] == ["2026-01-10"]
    assert list(tmp_path.rglob("*escaped*")) == []
    http_server.put(path, good_content(path, b"better"))
    source.manifest(data_url=http_server.url + path)
    assert source.dump().release == "2026-01-10.2"


@pytest.mark.parametrize("path", ["/page.html", "/index.php", "/report"])
def test_a_web_page_is_fine_where_the_url_promises_one(tmp_path: Path, http_server: HttpServer, path: str) -> None:
    source = PluginSource(tmp_path, http_server.put(path, PAGE))
    source.dump()
    assert source.read(path[1:]) == PAGE


@pytest.mark.parametrize("body", [b"<root>xml</root>", b"html\tname\n", b"<htmlish>", b"text with <html> in it"])
def test_what_only_resembles_a_page_is_data(tmp_path: Path, http_server: HttpServer, body: bytes) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.xml", body))
    assert source.dump().changed


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf \n", b"<!-- saved -->\n", b'<?xml version="1.0"?>\n'])
def test_a_page_is_recognised_behind_what_may_stand_before_it(
    tmp_path: Path, http_server: HttpServer, start: bytes
) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", start + PAGE))
    with pytest.raises(UnexpectedHtmlError, match="web page"):
        source.dump()


def test_archives_are_extracted_into_the_release_and_kept(tmp_path: Path, http_server: HttpServer) -> None:
    url = http_server.put("/a.tsv.gz", gzip.compress(b"data"))
    source = PluginSource(tmp_path, url, uncompress=True)
    report = source.dump()
    assert source.read("a.tsv") == b"data"
    assert sorted(p.name for p in Path(report.data_folder).iterdir()) == ["a.tsv", "a.tsv.gz"]


def test_a_forced_dump_after_switching_extraction_on_makes_a_new_folder(
    tmp_path: Path, http_server: HttpServer
) -> None:
    url = http_server.put("/a.tsv.gz", gzip.compress(b"data"))
    source = PluginSource(tmp_path, url)
    source.dump()
    source.manifest(data_url=url, uncompress=True)
    assert source.dump(force=True).release == "2026-01-10.2"
    assert source.read("a.tsv") == b"data"


def test_one_bad_file_among_good_ones_is_fetched_again_alone(tmp_path: Path, http_server: HttpServer) -> None:
    urls = [http_server.put("/a.tsv", b"a"), http_server.put("/b.tsv", b"b", faults=[Fault(200, {}, PAGE)])]
    source = PluginSource(tmp_path, urls)
    with pytest.raises(UnexpectedHtmlError):
        source.dump()
    source.dump()
    assert len(http_server.asked("/b.tsv")) == 2
    assert source.read("b.tsv") == b"b"
