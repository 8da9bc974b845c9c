"""``rsync:`` against a real daemon: names no shell may see, log-in, and blocks that are here are not sent again."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.dataload.transport import TransportOptions, Transports, Watch
from hub.dataload.transport.errors import AccessDeniedError, BadUrlError, RemoteNotFoundError, StoppedError
from tests.dataload.test_listing import check_tree
from tests.servers.rsync_server import PASSWORD, USER, running_rsync_daemon
from tests.servers.tree import make_tree

ONCE = TransportOptions(attempts=1)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


@pytest.fixture
def server(root: Path, tmp_path: Path) -> Iterator[str]:
    with running_rsync_daemon(root, tmp_path) as address:
        yield address


def test_the_folder_of_all_transports(server: str, root: Path, tmp_path: Path) -> None:
    make_tree(root)
    check_tree(f"rsync://{server}/data", Transports(ONCE), tmp_path)


def test_patterns_of_names_are_names(server: str, root: Path, tmp_path: Path) -> None:
    for name in ("a*b", "a?b", "axb", "[a]", "new\nline", "back\\slash", "--option"):
        (root / name).write_text(name)
    transports = Transports(ONCE)
    found = transports.listdir(f"rsync://{server}/data/")
    assert {e.name for e in found} == {p.name for p in root.iterdir()}
    for entry in found:
        if "\n" not in (entry.name or ""):
            transports.fetch(entry.url, tmp_path / "copy")
            assert (tmp_path / "copy").read_text() == entry.name


def test_log_in_and_what_is_missing(server: str, root: Path) -> None:
    (root / "a").write_text("data")
    (root / "sub").mkdir()
    transports = Transports(ONCE)
    quoted = PASSWORD.replace("/", "%2F")
    assert transports.stat(f"rsync://{USER}:{quoted}@{server}/locked/a").size == 4
    with pytest.raises(AccessDeniedError) as denied:
        transports.stat(f"rsync://{USER}:wr0ng@{server}/locked/a")
    assert "wr0ng" not in str(denied.value)
    for path in ("data/none", "nothing/a"):
        with pytest.raises(RemoteNotFoundError):
            transports.stat(f"rsync://{server}/{path}")
    for url in (f"rsync://{server}/data/../x", f"rsync://{server}/", "rsync://$(id)/data/a"):
        with pytest.raises(BadUrlError):
            transports.stat(url)


def test_going_on_sends_only_what_is_missing(server: str, root: Path, tmp_path: Path) -> None:
    data = os.urandom(4_000_000)
    (root / "big").write_bytes(data)
    part = tmp_path / "copy.part.d" / "big"
    part.parent.mkdir()
    part.write_bytes(data[:3_000_000])
    Transports(ONCE).fetch(f"rsync://{server}/data/big", tmp_path / "copy")
    assert (tmp_path / "copy").read_bytes() == data
    assert not part.parent.exists()
    sent: list[int] = []
    for _ in range(600):  # the daemon writes its log when the program here has ended
        told = re.findall(r"sent ([\d,]+) bytes", (tmp_path / "rsync.log").read_text())
        sent = [int(number.replace(",", "")) for number in told]
        if max(sent, default=0) >= 1_000_000:
            break
        time.sleep(0.1)
    assert 1_000_000 <= max(sent) < 1_200_000


def test_a_stopped_dump_stops_it(server: str, root: Path, tmp_path: Path) -> None:
    (root / "a").write_text("data")
    watch = Watch()
    watch.stop()
    with pytest.raises(StoppedError):
        Transports(ONCE).fetch(f"rsync://{server}/data/a", tmp_path / "copy", watch)
    assert not (tmp_path / "copy").exists()
