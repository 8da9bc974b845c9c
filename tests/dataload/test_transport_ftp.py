"""One file over FTP."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest

from hub.dataload.dumper import FTPDumper
from hub.dataload.transport import RemoteFile, TransportOptions, Transports
from hub.dataload.transport.errors import (
    AccessDeniedError,
    BadUrlError,
    ConnectionLostError,
    RemoteBusyError,
    RemoteNotFoundError,
)
from tests.servers.ftp_server import PASSWORD, USER, FtpSite
from tests.servers.plugin_source import PluginSource

FAST = TransportOptions(connect=30, stall=30, attempts=3, first_wait=0.01, max_wait=0.02)
BODY = bytes(range(256)) * 4096
STAMP = datetime(2026, 3, 1, 23, 30, 5, tzinfo=UTC)


def put(site: FtpSite, name: str, body: bytes = BODY, stamp: datetime = STAMP) -> str:
    path = site.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)
    os.utime(path, (stamp.timestamp(), stamp.timestamp()))
    return f"{site.url}/{quote(name)}"


def fetch(url: str, sink: Path, options: TransportOptions = FAST) -> bytes:
    transports = Transports(options)
    try:
        transports.fetch(url, sink)
    finally:
        transports.close()
    return sink.read_bytes()


def stat(url: str) -> RemoteFile:
    transports = Transports(FAST)
    try:
        return transports.stat(url)
    finally:
        transports.close()


def test_size_and_change_time_in_utc_are_told(ftp_server: FtpSite) -> None:
    remote = stat(put(ftp_server, "pub/a b.tsv"))
    assert (remote.size, remote.mtime) == (len(BODY), STAMP)


def test_a_file_comes_whole(tmp_path: Path, ftp_server: FtpSite) -> None:
    assert fetch(put(ftp_server, "pub/a.tsv"), tmp_path / "a") == BODY
    assert (tmp_path / "a").stat().st_mtime == STAMP.timestamp()


def test_a_transfer_that_is_cut_goes_on_with_rest(tmp_path: Path, ftp_server: FtpSite) -> None:
    url = put(ftp_server, "a.tsv")
    ftp_server.cut_after.append(300_000)
    assert fetch(url, tmp_path / "a") == BODY
    assert ftp_server.told("REST") == ["REST 300000"]


def test_a_server_without_rest_sends_all_again(tmp_path: Path, ftp_server: FtpSite) -> None:
    url = put(ftp_server, "a.tsv")
    ftp_server.cut_after.append(300_000)
    ftp_server.refused["REST"] = "502 Not implemented."
    assert fetch(url, tmp_path / "a") == BODY


def test_a_file_that_changed_meanwhile_is_fetched_from_its_beginning(tmp_path: Path, ftp_server: FtpSite) -> None:
    url = put(ftp_server, "a.tsv")
    ftp_server.cut_after.append(300_000)
    with pytest.raises(ConnectionLostError):
        fetch(url, tmp_path / "a", TransportOptions(attempts=1))
    put(ftp_server, "a.tsv", BODY[::-1], datetime(2026, 3, 2, tzinfo=UTC))
    assert fetch(url, tmp_path / "a") == BODY[::-1]
    assert ftp_server.told("REST") == []


def test_user_and_password_of_the_url_log_in_and_are_not_shown(tmp_path: Path, ftp_server: FtpSite) -> None:
    put(ftp_server, "a.tsv")
    base = f"ftp://{USER}:{quote(PASSWORD, safe='')}@127.0.0.1:{ftp_server.port}"
    assert fetch(f"{base}/a.tsv", tmp_path / "a") == BODY
    assert ftp_server.told("USER") == [f"USER {USER}"]
    with pytest.raises(RemoteNotFoundError, match=rf"{USER}:\*\*\*@"):
        fetch(f"{base}/none.tsv", tmp_path / "b")


def test_a_wrong_password_is_permanent(tmp_path: Path, ftp_server: FtpSite) -> None:
    with pytest.raises(AccessDeniedError, match="530") as caught:
        fetch(f"ftp://{USER}:wrong@127.0.0.1:{ftp_server.port}/a", tmp_path / "a")
    assert "wrong" not in str(caught.value)
    assert len(ftp_server.told("USER")) == 1


def test_a_missing_file_is_permanent(tmp_path: Path, ftp_server: FtpSite) -> None:
    with pytest.raises(RemoteNotFoundError, match="550"):
        fetch(f"{ftp_server.url}/none.tsv", tmp_path / "a")
    assert len(ftp_server.told("USER")) == 1


def test_a_busy_server_is_asked_again(tmp_path: Path, ftp_server: FtpSite) -> None:
    url = put(ftp_server, "a.tsv")
    ftp_server.refuse_once["RETR"] = "450 Busy."
    assert fetch(url, tmp_path / "a") == BODY


def test_a_server_that_stays_busy_is_given_up(tmp_path: Path, ftp_server: FtpSite) -> None:
    ftp_server.refused["USER"] = "421 Too many users."
    with pytest.raises(RemoteBusyError, match="421"):
        fetch(put(ftp_server, "a.tsv"), tmp_path / "a")
    assert len(ftp_server.told("USER")) == 3


def test_a_server_that_tells_neither_size_nor_time_is_read_to_its_end(tmp_path: Path, ftp_server: FtpSite) -> None:
    ftp_server.refused |= {"SIZE": "502 No.", "MDTM": "502 No."}
    assert fetch(put(ftp_server, "a.tsv"), tmp_path / "a") == BODY


def test_line_breaks_in_a_path_cannot_smuggle_commands(tmp_path: Path, ftp_server: FtpSite) -> None:
    with pytest.raises(BadUrlError):
        fetch(f"{ftp_server.url}/a%0d%0aDELE%20b", tmp_path / "a")
    assert ftp_server.commands == []


def test_names_that_are_no_utf8_are_asked_for_byte_by_byte(tmp_path: Path, ftp_server: FtpSite) -> None:
    url = put(ftp_server, "naïve.tsv")
    assert fetch(url, tmp_path / "a") == BODY


def test_a_manifest_with_an_ftp_url_takes_its_release_from_mdtm(tmp_path: Path, ftp_server: FtpSite) -> None:
    source = PluginSource(tmp_path, put(ftp_server, "pub/a%20b.tsv"))
    report = source.dump()
    assert report.release == "2026-03-01"
    assert source.read("a%2520b.tsv") == BODY
    assert source.dump().changed is False


def test_a_dumper_of_one_ftp_folder_uses_its_client(tmp_path: Path, ftp_server: FtpSite) -> None:
    put(ftp_server, "pub/now/a.tsv")
    put(ftp_server, "pub/now/b.tsv", b"b")
    source = PluginSource(tmp_path, f"{ftp_server.url}/unused", **{"class": "own:Folder"})
    source.module(
        "own",
        "import os\nfrom hub.dataload.dumper import FTPDumper\n"
        "class Folder(FTPDumper):\n"
        f"    FTP_HOST, CWD_DIR = '127.0.0.1:{ftp_server.port}', '/pub/now'\n"
        "    def create_todump_list(self, force=False, **kwargs):\n"
        "        names = sorted(self.client.nlst())\n"
        "        self.release = self.client.sendcmd('MDTM ' + names[0]).split()[1][:8]\n"
        "        for name in names:\n"
        "            local = os.path.join(self.new_data_folder, name)\n"
        "            old = os.path.join(self.current_data_folder, name)\n"
        "            if force or self.remote_is_better(name, old):\n"
        "                self.to_dump.append({'remote': name, 'local': local})\n",
    )
    report = source.dump()
    assert (report.release, [f.name for f in report.files]) == ("20260301", ["a.tsv", "b.tsv"])
    assert report.files[0].url == f"{ftp_server.url}/pub/now/a.tsv"
    assert source.dump().changed is False
    put(ftp_server, "pub/now/b.tsv", b"bb", datetime(2026, 4, 1, tzinfo=UTC))
    newer = source.dump()
    assert (newer.release, newer.fetched) == ("20260301.2", (1, 2))
    assert source.read("a.tsv") == BODY


def test_a_dumper_without_a_host_says_so() -> None:
    with pytest.raises(Exception, match="FTP_HOST is not set"):
        _ = FTPDumper(src_name="x").client
