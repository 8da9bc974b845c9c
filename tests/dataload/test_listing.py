"""Listing of folders: styles of FTP servers and of index pages, real servers, and what is refused."""

from __future__ import annotations

import http.server
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from hub.dataload.transport import RemoteFile, TransportOptions, Transports
from hub.dataload.transport.errors import ListingError, LocalFileError, RemoteNotFoundError
from hub.dataload.transport.ftp_listing import of_list, of_mlsd
from hub.dataload.transport.index_page import entries
from tests.servers.ftp_server import FtpSite
from tests.servers.http_server import HttpServer
from tests.servers.tree import MTIME, NAMES, make_tree

MODIFIED = datetime.fromtimestamp(MTIME, UTC)
ONCE = TransportOptions(attempts=1)


def by_name(found: list[RemoteFile]) -> dict[str, RemoteFile]:
    assert len({e.name for e in found}) == len(found)
    return {e.name or "": e for e in found}


@pytest.fixture
def python_server(tmp_path: Path) -> Iterator[str]:
    """The web server of Python's own library."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


# -- the same folder over each transport ---------------------------------------------------------------------------


@pytest.fixture
def transports() -> Iterator[Transports]:
    opened = Transports(ONCE)
    yield opened
    opened.close()


def check_tree(url: str, transports: Transports, tmp_path: Path, links: bool = True) -> None:
    found = by_name(transports.listdir(url))
    assert set(found) == {*NAMES, "sub", "empty", "to_file", "to_folder"}
    assert {n for n, e in found.items() if e.is_dir} == {"sub", "empty", "to_folder"}
    if links:
        assert {n for n, e in found.items() if e.is_link} == {"to_file", "to_folder"}
    for number, name in enumerate(NAMES, 1):
        assert transports.fetch(found[name].url, tmp_path / "fetched").size == number
        assert transports.stat(found[name].url).size == number
        assert found[name].size in (number, None)
        assert found[name].mtime in (MODIFIED, None)
    assert [e.name for e in transports.listdir(found["sub"].url)] == ["inner.tsv"]
    assert [e.name for e in transports.listdir(found["to_folder"].url)] == ["inner.tsv"]
    assert transports.listdir(found["empty"].url) == []


def test_file(tmp_path: Path) -> None:
    root = tmp_path / "#odd %41 folder"
    root.mkdir()
    make_tree(root)
    os.mkfifo(root / "pipe")
    check_tree(root.as_uri(), Transports(), tmp_path)


def test_file_a_broken_link_is_a_file_without_size(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to("nowhere")
    (found,) = Transports().listdir(tmp_path.as_uri())
    assert (found.name, found.is_link, found.is_dir, found.size) == ("broken", True, False, None)


def test_file_names_that_are_no_utf8_can_be_fetched(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.tsv")).write_bytes(b"data")
    (found,) = Transports().listdir(folder.as_uri())
    assert Transports().fetch(found.url, tmp_path / "copy").size == 4


def test_file_that_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(LocalFileError, match="is no folder"):
        Transports().listdir((tmp_path / "a").as_uri())


def test_ftp(ftp_server: FtpSite, tmp_path: Path, transports: Transports) -> None:
    make_tree(ftp_server.root)
    check_tree(ftp_server.url, transports, tmp_path, links=False)  # this server's MLSD tells of targets only


def test_ftp_without_mlsd(ftp_server: FtpSite, tmp_path: Path, transports: Transports) -> None:
    make_tree(ftp_server.root)
    for path in ftp_server.root.iterdir():
        if path.is_file():
            os.utime(path, (MTIME - MTIME % 86400, MTIME - MTIME % 86400))
    ftp_server.refused["MLSD"] = "500 Unknown command."
    found = by_name(transports.listdir(ftp_server.url))
    assert {n for n, e in found.items() if e.is_dir} == {"sub", "empty", "to_folder"}
    assert {n for n, e in found.items() if e.is_link} == {"to_file", "to_folder"}
    assert (found["to_file"].size, found["with blank.tsv"].size) == (1, 2)
    assert found["with blank.tsv"].mtime == datetime(2026, 3, 1, tzinfo=UTC)
    assert [e.name for e in transports.listdir(found["sub"].url)] == ["inner.tsv"]
    assert transports.listdir(found["empty"].url) == []
    assert transports.fetch(found["with blank.tsv"].url, tmp_path / "x").size == 2


@pytest.mark.parametrize("refused", [{}, {"MLSD": "502 No."}])
def test_ftp_missing_folder(ftp_server: FtpSite, refused: dict[str, str], transports: Transports) -> None:
    ftp_server.refused.update(refused)
    with pytest.raises(RemoteNotFoundError):
        transports.listdir(f"{ftp_server.url}/none/")


def test_python_http_server(python_server: str, tmp_path: Path, transports: Transports) -> None:
    make_tree(tmp_path)
    check_tree(python_server, transports, tmp_path / "..")


def test_a_rewritten_folder_lists_the_urls_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a b").write_bytes(b"x")
    rules = {"https://example.org/data/": tmp_path.as_uri() + "/"}
    (found,) = Transports(TransportOptions(rewrites=rules)).listdir("https://example.org/data/")
    assert found.url == "https://example.org/data/a%20b"
    assert found.effective_url == tmp_path.as_uri() + "/a%20b"


# -- index pages ---------------------------------------------------------------------------------------------------

APACHE = """<html><head><title>Index of /d</title></head><body><h1>Index of /d</h1><pre>
<img src="/icons/blank.gif" alt="Icon "> <a href="?C=N;O=D">Name</a>  <a href="?C=M;O=A">Last modified</a> <hr>
<img src="/icons/back.gif" alt="[PARENTDIR]"> <a href="/">Parent Directory</a>                             -
<img src="/icons/folder.gif" alt="[DIR]"> <a href="sub/">sub/</a>                 2026-03-01 12:34    -
<img src="/icons/unknown.gif" alt="[   ]"> <a href="a%20b%23.tsv">a b#.tsv</a>    2026-03-01 12:34  1.2M
<img src="/icons/unknown.gif" alt="[   ]"> <a href="c.tsv">c.tsv</a>              2026-03-01 12:34   12
<hr></pre></body></html>"""
APACHE_TABLE = """<html><head><title>Index of /d</title></head><body><h1>Index of /d</h1><table>
<tr><th><a href="?C=N;O=D">Name</a></th></tr>
<tr><td><img alt="[PARENTDIR]"></td><td><a href="/">Parent Directory</a></td><td>&nbsp;</td><td>  - </td></tr>
<tr><td><img alt="[DIR]"></td><td><a href="sub/">sub/</a></td><td>2026-03-01 12:34  </td><td>  - </td></tr>
<tr><td></td><td><a href="a%20b%23.tsv">a b#.tsv</a></td><td>2026-03-01 12:34  </td><td>1.2M</td></tr>
<tr><td></td><td><a href="c.tsv">c.tsv</a></td><td>2026-03-01 12:34  </td><td> 12 </td><td>2026 notes</td></tr>
</table></body></html>"""
NGINX = """<html><head><title>Index of /d/</title></head><body><h1>Index of /d/</h1><hr><pre><a href="../">../</a>
<a href="sub/">sub/</a>                                               01-Mar-2026 12:34                   -
<a href="a%20b%23.tsv">a b#.tsv</a>                                   01-Mar-2026 12:34             1258291
<a href="c.tsv">c.tsv</a>                                             01-Mar-2026 12:34                  12
</pre><hr></body></html>"""
NGINX_JSON = """[{"name":"sub","type":"directory","mtime":"Sun, 01 Mar 2026 12:34:00 GMT"},
{"name":"a b#.tsv","type":"file","mtime":"Sun, 01 Mar 2026 12:34:00 GMT","size":1258291},
{"name":"c.tsv","type":"file","mtime":"Sun, 01 Mar 2026 12:34:00 GMT","size":12}]"""
LIGHTTPD = """<html><head><title>Index of /d/</title></head><body><h2>Index of /d/</h2><table><tbody>
<tr class="d"><td class="n"><a href="../">..</a>/</td><td class="m">&nbsp;</td><td class="s">- &nbsp;</td></tr>
<tr class="d"><td class="n"><a href="sub/">sub</a>/</td><td class="m">2026-Mar-01 12:34:00</td><td>- &nbsp;</td></tr>
<tr><td class="n"><a href="a%20b%23.tsv">a b#.tsv</a></td><td class="m">2026-Mar-01 12:34:00</td><td>1.2M</td></tr>
<tr><td class="n"><a href="c.tsv">c.tsv</a></td><td class="m">2026-Mar-01 12:34:00</td><td>12</td><td>text/x</td></tr>
</tbody></table></body></html>"""
CADDY = """<!DOCTYPE html><html><head><title>d</title></head><body><h1><a href="/">host</a>/<a href="">d</a></h1>
<table><tr><th><a href="?sort=name&order=desc">Name</a></th></tr><tbody>
<tr><td></td><td><a href=".."><span class="goup">Up</span></a></td></tr>
<tr class="file"><td></td><td><a href="./sub/"><svg></svg><span class="name">sub/</span></a></td><td>&mdash;</td>
<td class="timestamp"><time datetime="2026-03-01T12:34:00Z">03/01/2026 12:34:00 PM</time></td></tr>
<tr class="file"><td></td><td><a href="./a%20b%23.tsv"><span class="name">a b#.tsv</span></a></td>
<td class="size" data-size="1258291">1.2 MiB</td><td><time datetime="2026-03-01T13:34:00+01:00">x</time></td></tr>
<tr class="file"><td></td><td><a href="./c.tsv"><span class="name">c.tsv</span></a></td>
<td class="size" data-size="12">12 B</td><td><time datetime="2026-03-01T12:34:00Z">x</time></td></tr>
</tbody></table></body></html>"""
CADDY_JSON = """[{"name":"sub/","size":4096,"url":"./sub/","mod_time":"2026-03-01T12:34:00Z","mode":2147484141,
"is_dir":true},
{"name":"a b#.tsv","size":1258291,"mod_time":"2026-03-01T13:34:00+01:00","mode":420,"is_dir":false},
{"name":"c.tsv","size":12,"mod_time":"2026-03-01T12:34:00Z","mode":420,"is_dir":false,"is_symlink":true}]"""
IIS = """<html><head><title>host - /d/</title></head><body><H1>host - /d/</H1><hr>
<pre><A HREF="/">[To Parent Directory]</A>
<br><br>  3/1/2026 12:34 PM        &lt;dir&gt; <A HREF="/d/sub/">sub</A><br>
  3/1/2026 12:34 PM      1258291 <A HREF="/d/a%20b%23.tsv">a b#.tsv</A><br>
  3/1/2026 12:34 PM           12 <A HREF="/d/c.tsv">c.tsv</A><br></pre></body></html>"""
STYLES = {
    "apache": (APACHE, "text/html;charset=UTF-8"),
    "apache table": (APACHE_TABLE, "text/html;charset=UTF-8"),
    "nginx": (NGINX, "text/html"),
    "nginx json": (NGINX_JSON, "application/json"),
    "lighttpd": (LIGHTTPD, "text/html"),
    "caddy": (CADDY, "text/html; charset=utf-8"),
    "iis": (IIS, "text/html; charset=UTF-8"),
    "caddy json": (CADDY_JSON, "application/json; charset=utf-8"),
}


@pytest.mark.parametrize("style", STYLES)
def test_index_pages(style: str) -> None:
    text, kind = STYLES[style]
    found = by_name(entries("http://h/d/", text.encode(), kind))
    assert set(found) == {"sub", "a b#.tsv", "c.tsv"}
    assert found["sub"].is_dir
    assert found["sub"].size is None
    assert {e.mtime for e in found.values()} == {datetime(2026, 3, 1, 12, 34, tzinfo=UTC)}
    assert (found["a b#.tsv"].size, found["c.tsv"].size) == (1258291, 12)
    assert found["a b#.tsv"].url == "http://h/d/a%20b%23.tsv"


@pytest.mark.parametrize(
    ("page", "kind", "why"),
    [
        ("<title>Our data</title><a href='about.html'>About</a> <a href='x.tsv'>x</a>", "text/html", "no index"),
        ("<p>nothing here", "text/html", "no index"),
        ("", "text/html", "no index"),
        ("a\tb\n", "application/octet-stream", "octet-stream"),
        ("{}", "application/json", "no list of entries"),
        ("[", "application/json", "no JSON"),
    ],
)
def test_a_page_that_is_no_index_is_no_empty_folder(page: str, kind: str, why: str) -> None:
    with pytest.raises(ListingError, match=why):
        entries("http://h/d/", page.encode(), kind)


def test_links_out_of_the_folder_are_no_entries() -> None:
    hrefs = [
        "http://other/d/a",
        "//other/d/b",
        "/c",
        "../e",
        "..%2fe",
        "%2e%2e/",
        "f/g",
        "h%2fi",
        "?x",
        "mailto:a@b",
        "ok",
    ]
    links = "".join(f'<a href="{h}">x</a>\n' for h in hrefs)
    found = entries("http://h/d/", f"<title>Index of /d</title>{links}".encode(), "text/html")
    assert [e.url for e in found] == ["http://h/d/ok"]


def test_an_empty_index_is_an_empty_folder() -> None:
    assert entries("http://h/d/", b"<title>Index of /d</title><a href='../'>..</a>", "text/html") == []


def test_the_password_of_a_folder_is_kept_for_its_files_and_not_shown(
    http_server: HttpServer, transports: Transports
) -> None:
    http_server.put("/d/", NGINX.encode(), headers={"Content-Type": "text/html"})
    http_server.put("/e/", b"<p>no", headers={"Content-Type": "text/html"})
    start = http_server.url.replace("://", "://me:s3cret@")
    assert all(e.url.startswith(f"{start}/d/") for e in transports.listdir(f"{start}/d/"))
    with pytest.raises(ListingError) as error:
        transports.listdir(f"{start}/e/")
    assert "s3cret" not in str(error.value)


# -- lines of FTP --------------------------------------------------------------------------------------------------

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "name", "size", "mtime", "is_dir"),
    [
        (
            "-rw-r--r--   1 ftp ftp   12 Mar 01 12:34 a b.tsv",
            "a b.tsv",
            12,
            datetime(2026, 3, 1, 12, 34, tzinfo=UTC),
            False,
        ),
        ("-rw-r--r--   1 ftp ftp   12 Mar 03 12:34 a", "a", 12, datetime(2025, 3, 3, 12, 34, tzinfo=UTC), False),
        ("-rw-r--r--   1 ftp      12 Nov 23  2009  lead", " lead", 12, datetime(2009, 11, 23, tzinfo=UTC), False),
        ("drwxr-sr-x+ 20 u g 4096 Dec 31 23:59 sub", "sub", None, datetime(2025, 12, 31, 23, 59, tzinfo=UTC), True),
        ("lrwxrwxrwx 1 u g 5 Mar 01 12:34 l -> a b", "l", None, datetime(2026, 3, 1, 12, 34, tzinfo=UTC), False),
        ("03-01-26  12:34PM       <DIR>          sub x", "sub x", None, datetime(2026, 3, 1, 12, 34, tzinfo=UTC), True),
        ("03-01-2026  01:34PM            1,234 a b", "a b", 1234, datetime(2026, 3, 1, 13, 34, tzinfo=UTC), False),
        ("2026-03-01  12:34            1234 a", "a", 1234, datetime(2026, 3, 1, 12, 34, tzinfo=UTC), False),
    ],
)
def test_list_lines(line: str, name: str, size: int | None, mtime: datetime, is_dir: bool) -> None:
    (found,) = of_list("ftp://h/", [line], NOW)
    assert (found.name, found.size, found.mtime, found.is_dir) == (name, size, mtime, is_dir)
    assert not found.exact


def test_lines_that_are_no_entries() -> None:
    lines = ["total 12", "", "drwxr-xr-x 2 u g 1 Mar 01 12:34 .", "drwxr-xr-x 2 u g 1 Mar 01 12:34 ..",
             "crw-rw-rw- 1 root root 1, 3 Mar 01 12:34 null", "prw-rw-rw- 1 root root 0 Mar 01 12:34 pipe"]  # fmt: skip
    assert list(of_list("ftp://h/", lines, NOW)) == []
    assert list(of_mlsd("ftp://h/", ["type=cdir; .", "type=pdir; ..", "type=OS.unix=chr-1/3; null"])) == []


def test_permission_bits() -> None:
    (found,) = of_list("ftp://h/", ["-rwsr-x--T 1 u g 1 Mar 01 12:34 a"], NOW)
    assert found.permissions == 0o5750
    (found,) = of_mlsd("ftp://h/", ["type=file;size=3;modify=20260301123456.500;UNIX.mode=0640;unix.owner=me; a;b c"])
    assert (found.permissions, found.owner, found.name, found.size) == (0o640, "me", "a;b c", 3)
    assert found.mtime == datetime(2026, 3, 1, 12, 34, 56, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("line", ["Total of 3 files", "-rw-r--r-- nonsense", "type"])
def test_lines_in_no_known_style_are_an_error(line: str) -> None:
    with pytest.raises(ListingError, match="style"):
        list(of_list("ftp://h/", [line], NOW))
    with pytest.raises(ListingError, match="MLSD"):
        list(of_mlsd("ftp://h/", [line]))


@pytest.mark.parametrize("name", ["../../etc/passwd", "a/b"])
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    with pytest.raises(ListingError, match="no file name"):
        list(of_list("ftp://h/", [f"-rw-r--r-- 1 u g 1 Mar 01 12:34 {name}"], NOW))
    with pytest.raises(ListingError, match="no file name"):
        list(of_mlsd("ftp://h/", [f"type=file; {name}"]))
