"""Downloads as manifests ask for them: listed folders, parameters, log-ins, mirrors, checksums, reuse."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from hub.config.secret import Secret
from hub.dataload.dumper.checksums import read
from hub.dataload.dumper.errors import ChecksumError, NoChecksumError, NoReleaseError, NoSecretError
from hub.dataload.errors import ManifestError
from hub.dataload.manifest import read_manifest
from hub.dataload.transport.errors import RemoteAnswerError
from hub.dataload.transport.listing_errors import NothingMatchesError
from tests.servers.ftp_server import FtpSite
from tests.servers.http_server import Fault, HttpServer
from tests.servers.plugin_source import PluginSource

NGINX = '<html><head><title>Index of /d/</title></head><body><h1>Index of /d/</h1><hr><pre><a href="../">../</a>\n'


def index(names: dict[str, int | None]) -> bytes:
    """An index page as nginx writes it; a size of None is a folder."""
    lines = [
        f'<a href="{n}">{n}</a>{" " * 20}10-Jan-2026 08:30 {"-" if size is None else size:>19}'
        for n, size in names.items()
    ]
    return (NGINX + "\n".join(lines) + "\n</pre><hr></body></html>\n").encode()


def site(server: HttpServer, files: dict[str, bytes], root: str = "/d/") -> str:
    """Serve files with index pages of their folders; gives the URL of the root."""
    folders: dict[str, dict[str, int | None]] = {root: {}}
    for path, body in files.items():
        server.put(root + path, body)
        parent, _, name = (root + path).rpartition("/")
        folders.setdefault(parent + "/", {})[name] = len(body)
        while parent + "/" != root:
            above, _, name = parent.rpartition("/")
            folders.setdefault(above + "/", {})[name + "/"] = None
            parent = above
    for folder, names in folders.items():
        server.put(folder, index(names), headers={"Content-Type": "text/html"})
    return server.url + root


def names(source: PluginSource) -> list[str]:
    assert source.current is not None
    folder = Path(source.current["data_folder"])
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


# -- listing -----------------------------------------------------------------------------------------------------------


def test_files_of_a_listed_folder_keep_their_folders_and_only_new_ones_are_fetched(
    tmp_path: Path, http_server: HttpServer
) -> None:
    files = {"a.tsv": b"a", "b.txt": b"b", "sub/c.tsv": b"c"}
    source = PluginSource(tmp_path, site(http_server, files), files=[r"**/.*\.tsv$"])
    report = source.dump()
    assert (report.release, names(source)) == ("2026-01-10", ["a.tsv", "sub/c.tsv"])
    assert source.dump().changed is False
    site(http_server, {**files, "sub/d.tsv": b"d"})
    report = source.dump()
    assert (report.changed, report.fetched[0], names(source)) == (True, 1, ["a.tsv", "sub/c.tsv", "sub/d.tsv"])
    first, second = sorted(p for p in source.archive.iterdir() if p.is_dir() and not p.name.startswith("."))
    assert (first / "a.tsv").samefile(second / "a.tsv")


def test_a_file_that_is_gone_from_the_folder_makes_a_new_release(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, site(http_server, {"a.tsv": b"a", "b.tsv": b"b"}), files=".*")
    source.dump()
    site(http_server, {"a.tsv": b"a"})
    assert source.dump().changed
    assert names(source) == ["a.tsv"]
    assert source.dump().changed is False


def test_groups_rename_and_flat_is_flat(tmp_path: Path, http_server: HttpServer) -> None:
    url = site(http_server, {"sub/deep/d1.txt": b"1", "sub/deep/d2.txt": b"2"})
    source = PluginSource(tmp_path, url, files=["(sub)/deep/(.*)"])
    source.dump()
    assert names(source) == ["sub/d1.txt", "sub/d2.txt"]
    source.manifest(data_url=url, files_glob="**/*.txt", keep_structure=False)
    source.dump(force=True)
    assert names(source) == ["d1.txt", "d2.txt"]


def test_no_match_says_what_is_there_and_changes_nothing(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, site(http_server, {"a.tsv": b"a"}), files=["nothing"])
    with pytest.raises(NothingMatchesError, match=r"`nothing`.*`a\.tsv`"):
        source.dump()
    assert source.releases == []


def test_an_ftp_folder_is_listed(tmp_path: Path, ftp_server: FtpSite) -> None:
    (ftp_server.root / "sub").mkdir()
    (ftp_server.root / "sub" / "with blank.tsv").write_bytes(b"x")
    (ftp_server.root / "b.txt").write_bytes(b"y")
    source = PluginSource(tmp_path, ftp_server.url + "/", files=["**/*"], release_rule="fingerprint")
    first = source.dump().release
    assert names(source) == ["b.txt", "sub/with blank.tsv"]
    (ftp_server.root / "b.txt").write_bytes(b"longer")
    assert source.dump().release != first


def test_pages_of_a_style_of_their_own_are_read_with_rules(tmp_path: Path, http_server: HttpServer) -> None:
    page = b"<li><b>one.tsv</b> (10 Jan 2026, 1.5K)</li><li><b>two.tsv</b> (11 Jan 2026, 2K)</li>"
    http_server.put("/d/", page, headers={"Content-Type": "text/html"})
    for name in ("one", "two"):
        http_server.put(f"/d/{name}.tsv", name.encode())
    rules = {"file_line": r"<b>([^<]+)</b> \(([^,]+), ([^)]+)\)", "file_date_format": "%d %b %Y"}
    source = PluginSource(tmp_path, http_server.url + "/d/", files=[".*"], listing=rules)
    assert source.dump().release == "2026-01-11"
    assert names(source) == ["one.tsv", "two.tsv"]


def test_files_of_a_list_in_json(tmp_path: Path, http_server: HttpServer) -> None:
    for name in ("x/a%20b.tsv", "c.tsv"):
        http_server.put(f"/pub/{name}", name.encode())
    records = [{"name": "x/a b.tsv", "save_as": "a.tsv"}, {"name": "c.tsv", "root": http_server.url + "/pub"}]
    listed = http_server.put("/list.json", json.dumps(records).encode())
    source = PluginSource(tmp_path, http_server.url + "/pub", files_from=listed)
    source.dump()
    assert names(source) == ["a.tsv", "c.tsv"]


# -- single files ------------------------------------------------------------------------------------------------------


def test_parameters_names_and_mixed_protocols(tmp_path: Path, http_server: HttpServer, ftp_server: FtpSite) -> None:
    (ftp_server.root / "f.tsv").write_bytes(b"f")
    http_server.put("/q?format=tsv&limit=5", b"q")
    urls: list[Any] = [
        {"url": http_server.url + "/q", "params": {"format": "tsv", "limit": 5}, "save_as": "sub/q.tsv"},
        f"{ftp_server.url}/f.tsv",
    ]
    source = PluginSource(tmp_path, urls)
    source.dump()
    assert names(source) == ["f.tsv", "sub/q.tsv"]
    assert source.dump().changed is False


def test_a_form_is_posted(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put("/form", b"answer")
    entry = {"url": http_server.url + "/form", "method": "POST", "params": {"a": "1 2"}, "save_as": "a.tsv"}
    source = PluginSource(tmp_path, [entry])
    with pytest.raises(NoReleaseError, match="Add a function"):
        source.dump()
    source.module("version", "def get_release(self):\n    return '7'\n")
    source.manifest(data_url=[entry], release="version:get_release")
    assert source.dump().release == "7"
    assert http_server.bodies == [b"a=1+2"]
    assert source.dump().changed is False  # the same answer again


def test_log_ins_come_from_secrets_and_are_shown_nowhere(
    tmp_path: Path, http_server: HttpServer, caplog: pytest.LogCaptureFixture
) -> None:
    basic = "Basic " + base64.b64encode(b"reader:s3cret").decode()
    http_server.put("/a.tsv", b"a", login=basic)
    http_server.put("/b.tsv", b"b", login="Bearer t0ken")
    other = {"url": http_server.url + "/b.tsv", "credentials": "secret:api", "headers": {"X-Key": "secret:key"}}
    source = PluginSource(tmp_path, [http_server.url + "/a.tsv", other], credentials="secret:site")
    with pytest.raises(NoSecretError, match=r"no secret `\w+` in the setting SECRETS"):
        source.dump()
    source.settings["SECRETS"] = {"site": "reader:s3cret", "api": "Bearer t0ken", "key": "k3y"}
    report = source.dump()
    assert names(source) == ["a.tsv", "b.tsv"]
    assert http_server.asked("/b.tsv")[-1].headers["X-Key"] == "k3y"
    written = caplog.text + repr(report) + "".join(p.read_text() for p in source.archive.rglob("*.json"))
    assert not any(word in written for word in ("s3cret", "t0ken", "k3y"))


def test_the_key_for_a_host_is_not_sent_to_another(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put("/there.tsv", b"x")
    other = http_server.url.replace("127.0.0.1", "localhost")
    http_server.put("/a.tsv", b"", redirect=other + "/there.tsv")
    entry = {"url": http_server.url + "/a.tsv", "headers": {"X-Key": "k3y"}, "credentials": "secret:api"}
    source = PluginSource(tmp_path, [entry])
    source.settings["SECRETS"] = {"api": Secret("Bearer t0ken")}
    source.dump()
    assert http_server.asked("/a.tsv")[-1].headers["X-Key"] == "k3y"
    for asked in http_server.asked("/there.tsv"):
        assert "X-Key" not in asked.headers
        assert "Authorization" not in asked.headers


def test_a_mirror_is_asked_when_the_first_place_is_given_up(tmp_path: Path, http_server: HttpServer) -> None:
    mirror = http_server.put("/mirror/a.tsv", b"a")
    entry = {"url": http_server.url + "/gone/a.tsv", "mirrors": [http_server.url + "/neither", mirror]}
    source = PluginSource(tmp_path, [entry])
    report = source.dump()
    assert source.read("a.tsv") == b"a"
    assert (report.files[0].url, report.files[0].effective_url) == (entry["url"], mirror)
    assert source.dump().changed is False


def test_redirects_can_be_switched_off(tmp_path: Path, http_server: HttpServer) -> None:
    http_server.put("/there.tsv", b"x")
    url = http_server.put("/a.tsv", b"", redirect="/there.tsv")
    source = PluginSource(tmp_path, url, options={"allow_redirections": False})
    with pytest.raises(RemoteAnswerError, match="30"):
        source.dump()
    source.manifest(data_url=url)
    assert source.dump().changed


# -- checksums ---------------------------------------------------------------------------------------------------------

DIGITS = {a: hashlib.new(a, b"data").hexdigest() for a in ("md5", "sha1", "sha256", "sha512")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{md5}  a.tsv\n", "a.tsv"),
        ("{sha1} *./a.tsv\n", "a.tsv"),
        ("{sha256}\n", ""),
        ("SHA512 (a.tsv) = {sha512}\n", "a.tsv"),
        ("MD5(a b.tsv)= {md5}\n", "a b.tsv"),
        ("a.tsv: {sha256}\n", "a.tsv"),
        ("# made today\n\n{sha512}\tsub/a.tsv\n", "sub/a.tsv"),
        ("\\{md5}  a\\nb\n", "a\nb"),
    ],
)
def test_every_style_of_checksums_is_read(text: str, name: str) -> None:
    text = text.format(**DIGITS)
    (found,) = read(text, "SUMS")
    assert (found.name, found.digits) == (name, DIGITS[found.algorithm])
    assert list(read("<html>no checksums</html>\nd41d8\n", "SUMS")) == []


@pytest.mark.parametrize("algorithm", list(DIGITS))
def test_a_wrong_file_is_fetched_again_once(tmp_path: Path, http_server: HttpServer, algorithm: str) -> None:
    urls = [
        http_server.put("/a.tsv", b"data", faults=[Fault(200, {}, b"dirt")]),
        http_server.put(f"/a.tsv.{algorithm}", f"{DIGITS[algorithm]}  a.tsv\n".encode()),
    ]
    source = PluginSource(tmp_path, urls)
    source.dump()
    assert source.read("a.tsv") == b"data"
    assert len(http_server.asked("/a.tsv")) == 2
    assert len(list(source.archive.rglob("*wrong*"))) == 0


def test_a_file_that_stays_wrong_fails_the_dump_and_is_fetched_anew_next_time(
    tmp_path: Path, http_server: HttpServer
) -> None:
    url = http_server.put("/a.tsv", b"dirt")
    source = PluginSource(tmp_path, [url, http_server.put("/MD5SUMS", f"{DIGITS['md5']}  a.tsv\n".encode())])
    with pytest.raises(ChecksumError, match=r"`a\.tsv`.*md5.*`MD5SUMS` says") as caught:
        source.dump()
    assert caught.value.expected == DIGITS["md5"]
    assert [n for n in source.releases if not n.startswith(".")] == []
    assert [p.read_bytes() for p in source.archive.rglob("wrong/a.tsv")] == [b"dirt"]
    http_server.put("/a.tsv", b"data")
    source.dump()
    assert source.read("a.tsv") == b"data"
    source.manifest(data_url=[url, http_server.put("/MD5SUMS", b"0" * 32 + b"  a.tsv\n")], checksum="off")
    assert source.dump().changed


def test_checksums_listed_beside_the_data_are_used_and_not_kept(tmp_path: Path, http_server: HttpServer) -> None:
    sums = f"{hashlib.sha256(b'a').hexdigest()}  a.tsv\n{'0' * 64}  b.tsv\n".encode()
    url = site(http_server, {"a.tsv": b"a", "b.tsv": b"b", "SHA256SUMS": sums})
    source = PluginSource(tmp_path, url, files=[r"a\.tsv"])
    source.dump()
    assert names(source) == ["a.tsv"]
    assert len(http_server.asked("/d/SHA256SUMS")) == 1
    source.manifest(data_url=url, files=[r".*\.tsv"])
    with pytest.raises(ChecksumError, match=r"`b\.tsv`"):
        source.dump()


def test_a_required_checksum_is_looked_for(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"data"), checksum="required")
    with pytest.raises(NoChecksumError, match=r"looked for a\.tsv\.sha256.*MD5SUMS"):
        source.dump()
    http_server.put("/a.tsv.sha1", DIGITS["sha1"].encode())
    source.dump()
    assert names(source) == ["a.tsv"]


def test_a_checksum_in_the_manifest(tmp_path: Path, http_server: HttpServer) -> None:
    entry = {"url": http_server.put("/a.tsv", b"data"), "checksum": f"sha256:{'0' * 64}"}
    source = PluginSource(tmp_path, [entry])
    with pytest.raises(ChecksumError, match="the manifest"):
        source.dump()
    source.manifest(data_url=[{**entry, "checksum": f"md5:{DIGITS['md5']}"}])
    assert source.dump().changed


# -- reuse and many files ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("reuse", "linked", "fetched"), [("link", True, 1), ("copy", False, 1), ("never", False, 2)])
def test_unchanged_files_are_linked_copied_or_fetched(
    tmp_path: Path, http_server: HttpServer, reuse: str, linked: bool, fetched: int
) -> None:
    urls = [http_server.put("/a.tsv", b"a"), http_server.put("/b.tsv", b"b")]
    source = PluginSource(tmp_path, urls, reuse=reuse)
    first = Path(source.dump().data_folder)
    http_server.put("/b.tsv", b"better")
    report = source.dump()
    assert report.fetched[0] == fetched
    assert (first / "a.tsv").samefile(Path(report.data_folder, "a.tsv")) is linked
    assert source.read("a.tsv") == b"a"


def test_many_files_are_fetched_without_a_look_at_each_first(tmp_path: Path, http_server: HttpServer) -> None:
    urls = [http_server.put(f"/{n}.tsv", b"%d" % n) for n in range(30)]
    source = PluginSource(tmp_path, urls, max_parallel=4)
    source.dump()
    assert len(names(source)) == 30
    assert len([a for a in http_server.log if a.method == "HEAD"]) == 1  # the last one, for the release
    http_server.put("/7.tsv", b"new")
    assert source.dump().fetched[0] == 1


def test_finished_files_of_a_broken_dump_are_taken_only_with_the_right_bytes(
    tmp_path: Path, http_server: HttpServer
) -> None:
    urls = [http_server.put(f"/{n}.tsv", b"%d" % n) for n in range(12)]
    http_server.pages["/11.tsv"].faults = [Fault(404)]
    source = PluginSource(tmp_path, urls, max_parallel=1)
    with pytest.raises(Exception, match=r"11\.tsv"):
        source.dump()
    spoilt = next(source.archive.rglob("3.tsv"))
    spoilt.write_bytes(b"x")
    before = {n: len(http_server.asked(f"/{n}.tsv")) for n in range(12)}
    source.dump()
    again = [n for n in range(12) if len(http_server.asked(f"/{n}.tsv")) > before[n]]
    assert again == [3, 11]
    assert source.read("3.tsv") == b"3"


# -- manifests ---------------------------------------------------------------------------------------------------------

URL = "https://example.org/d/"


@pytest.mark.parametrize(
    ("dumper", "path", "says"),
    [
        ({"options": {"stop_conditon": "x"}}, "dumper.options.stop_conditon", "mean `stop_condition`"),
        ({"options": {"stop_condition": "stop_after_attempts(5)"}}, "dumper.options.stop_condition", "    ^"),
        ({"options": {"stop_condition": 3}}, "dumper.options.stop_condition", "write a text"),
        ({"options": {"wait_policy": "wait_fixed(-1)"}}, "dumper.options.wait_policy", "must be positive"),
        ({"options": {"ssl_verifyhost": "maybe"}}, "dumper.options.ssl_verifyhost", "true or false"),
        ({"options": {"tcp_keepalive": -1}}, "dumper.options.tcp_keepalive", "seconds"),
        ({"options": {"ftp_method": "fast"}}, "dumper.options.ftp_method", "one of default, multicwd"),
        ({"options": {"ssh_new_host": "yes"}}, "dumper.options.ssh_new_host", "reject, accept, add"),
        ({"files": ["a(b"]}, "dumper.files[0]", "     ^"),
        ({"files": ["a"], "files_glob": ["a"]}, "dumper.files_glob", "stands beside `files`"),
        ({"timeout": {"stal": 3}}, "dumper.timeout.stal", "mean `stall`"),
        ({"timeout": {"stall": 0}}, "dumper.timeout.stall", "0"),
        ({"credentials": "me:pass"}, "dumper.credentials", "secret:NAME"),
        ({"checksum": "on"}, "dumper.checksum", "none of `auto`"),
        ({"reuse": "always"}, "dumper.reuse", "none of `link`"),
        ({"release_rule": "new"}, "dumper.release_rule", "newest"),
        ({"proxy": "host:3128"}, "dumper.proxy", "http://host:3128"),
        ({"max_parallel": 0}, "dumper.max_parallel", "1"),
        ({"listing": {"file_lin": "(a)"}}, "dumper.listing.file_lin", "mean `file_line`"),
        ({"listing": {"file_line": "a"}}, "dumper.listing.file_line", "has no group"),
        ({"listing": {"file_line": "(a)", "file_size": 4}}, "dumper.listing.file_size", "has 1 groups"),
        ({"data_url": [{"url": URL, "methd": "GET"}]}, "dumper.data_url[0].methd", "mean `method`"),
        ({"data_url": {"url": URL, "save_as": "../x"}}, "dumper.data_url.save_as", "leads out"),
        ({"data_url": {"url": URL, "checksum": "md5:12"}}, "dumper.data_url.checksum", "hexadecimal"),
        ({"data_url": {"url": URL, "method": "PUT"}}, "dumper.data_url.method", "GET or POST"),
        ({"data_url": {"save_as": "x"}}, "dumper.data_url.url", "is missing"),
    ],
)
def test_a_wrong_key_of_downloads_is_told_with_its_place(
    tmp_path: Path, dumper: dict[str, Any], path: str, says: str
) -> None:
    document = {"version": "1.0", "dumper": {"data_url": URL, **dumper}}
    (tmp_path / "manifest.json").write_text(json.dumps(document))
    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path)
    found = {p.path: str(p) for p in caught.value.problems}
    assert says in found[path]


def test_a_wrong_option_of_the_configuration_is_told(tmp_path: Path, http_server: HttpServer) -> None:
    source = PluginSource(tmp_path, http_server.put("/a.tsv", b"a"))
    source.settings["DOWNLOAD_OPTIONS"] = {"wait_policy": "wait_fixd(3)"}
    with pytest.raises(ValueError, match=r"wait_policy.*`wait_fixd`.*Did you mean `wait_fixed`"):
        source.dump()
    source.settings["DOWNLOAD_OPTIONS"] = {"wait_policy": "wait_none", "tcp_keepalive": 30}
    assert source.dump().changed


@pytest.mark.parametrize(
    ("method", "steps"), [("default", []), ("SingleCWD", ["CWD a/b"]), ("multicwd", ["CWD a", "CWD b"])]
)
def test_how_a_file_is_reached_over_ftp(tmp_path: Path, ftp_server: FtpSite, method: str, steps: list[str]) -> None:
    (ftp_server.root / "a" / "b").mkdir(parents=True)
    (ftp_server.root / "a" / "b" / "x.tsv").write_bytes(b"x")
    (ftp_server.root / "y.tsv").write_bytes(b"y")
    urls = [f"{ftp_server.url}/a/b/x.tsv", f"{ftp_server.url}/y.tsv"]
    source = PluginSource(tmp_path, urls, options={"ftp_method": method}, max_parallel=1)
    source.dump()
    assert names(source) == ["x.tsv", "y.tsv"]
    assert [c for c in ftp_server.told("CWD") if c != "CWD /"][: len(steps)] == steps
