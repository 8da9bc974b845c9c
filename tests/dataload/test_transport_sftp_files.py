"""``sftp:``: the folder of all transports, a cut transfer goes on, silence is told, a changed file begins anew."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.dataload.transport import TransportOptions, Transports
from hub.dataload.transport.errors import ConnectionLostError, StalledError
from tests.dataload.test_listing import check_tree
from tests.servers.sftp_server import SftpSite, running_sftp_server
from tests.servers.tree import make_tree

DATA = bytes(range(256)) * 16384  # 4 MiB


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SftpSite]:
    (tmp_path / "root").mkdir()
    with running_sftp_server(tmp_path / "root") as running:
        (tmp_path / "hosts").write_text(running.known())
        yield running


@pytest.fixture
def options(tmp_path: Path) -> TransportOptions:
    return TransportOptions(first_wait=0.01, max_wait=0.01, ssh_hosts_file=str(tmp_path / "hosts"))


def test_the_folder_of_all_transports(site: SftpSite, options: TransportOptions, tmp_path: Path) -> None:
    make_tree(site.root)
    transports = Transports(options)
    check_tree(site.url, transports, tmp_path)
    transports.close()


def test_a_cut_transfer_goes_on(site: SftpSite, options: TransportOptions, tmp_path: Path) -> None:
    (site.root / "big").write_bytes(DATA)
    site.cut_after.append(2_500_000)
    transports = Transports(options)
    transports.fetch(f"{site.url}/big", tmp_path / "copy")
    transports.close()
    assert (tmp_path / "copy").read_bytes() == DATA
    assert site.cut_after == []
    assert site.sent < len(DATA) + 1_100_000  # at most the block that was on its way is sent twice


def test_a_file_that_changed_meanwhile_begins_anew(site: SftpSite, options: TransportOptions, tmp_path: Path) -> None:
    (site.root / "big").write_bytes(DATA)
    site.cut_after.append(2_500_000)
    once = Transports(replace(options, attempts=0))
    with pytest.raises(ConnectionLostError):
        once.fetch(f"{site.url}/big", tmp_path / "copy")
    once.close()
    (site.root / "big").write_bytes(DATA[::-1])
    os.utime(site.root / "big", (1_700_000_000, 1_700_000_000))
    again = Transports(options)
    again.fetch(f"{site.url}/big", tmp_path / "copy")
    again.close()
    assert (tmp_path / "copy").read_bytes() == DATA[::-1]


def test_silence_is_told(site: SftpSite, options: TransportOptions, tmp_path: Path) -> None:
    (site.root / "big").write_bytes(DATA)
    site.hold_after = 1_500_000
    transports = Transports(replace(options, stall=3.0, attempts=1))
    with pytest.raises(StalledError, match="3 s"):
        transports.fetch(f"{site.url}/big", tmp_path / "copy")
    transports.close()
    assert site.holding.is_set()
