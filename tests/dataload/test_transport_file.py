"""``file:`` URLs."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

import pytest

from hub.config.allowlist import AllowList
from hub.dataload.transport import TransportOptions, Transports
from hub.dataload.transport.errors import LocalFileError, UrlRefusedError
from hub.dataload.transport.guard import guard
from tests.servers.plugin_source import PluginSource


def test_a_file_is_copied(tmp_path: Path) -> None:
    origin = tmp_path / "a $(x) b.tsv"
    origin.write_bytes(b"data")
    remote = Transports().fetch(f"file://{quote(str(origin))}", tmp_path / "copy")
    assert remote.size == 4
    assert (tmp_path / "copy").read_bytes() == b"data"
    assert (tmp_path / "copy").stat().st_ino != origin.stat().st_ino


def test_a_file_is_linked_on_request(tmp_path: Path) -> None:
    origin = tmp_path / "a.tsv"
    origin.write_bytes(b"data")
    Transports(TransportOptions(link_files=True)).fetch(f"file://{origin}", tmp_path / "copy")
    assert (tmp_path / "copy").stat().st_ino == origin.stat().st_ino


@pytest.mark.parametrize(("name", "why"), [("none", "does not exist"), ("", "folder"), ("pipe", "no regular file")])
def test_what_is_no_file_is_refused(tmp_path: Path, name: str, why: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LocalFileError, match=why):
        Transports().stat(f"file://{tmp_path}/{name}")


def test_another_machine_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LocalFileError, match="another machine"):
        Transports().stat("file://server/share/a.tsv")


def test_files_outside_the_allow_list_are_refused(tmp_path: Path) -> None:
    options = TransportOptions(check=guard(AllowList((f"file://{tmp_path}/in/",), private=False)))
    with pytest.raises(UrlRefusedError):
        Transports(options).stat(f"file://{tmp_path}/in/../out")


def test_a_manifest_with_a_file_url_takes_its_release_from_the_change_time(tmp_path: Path) -> None:
    origin = tmp_path / "a.tsv"
    origin.write_bytes(b"data")
    os.utime(origin, (1_772_400_000, 1_772_400_000))
    source = PluginSource(tmp_path / "home", f"file://{origin}")
    assert source.dump().release == "2026-03-01"
    assert source.dump().changed is False
    origin.write_bytes(b"more")
    os.utime(origin, (1_772_400_001, 1_772_400_001))
    assert source.dump().release == "2026-03-01.2"
