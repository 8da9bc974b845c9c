"""``rsync+ssh:`` against a real OpenSSH server: the same folder as over the other protocols, host keys by policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.dataload.transport import TransportOptions, Transports
from hub.dataload.transport.errors import RemoteNotFoundError, TransportError
from hub.dataload.transport.ssh_errors import ServerKeyError
from tests.servers.ssh_server import SshSite, running_ssh_server
from tests.servers.tree import make_tree


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SshSite]:
    (tmp_path / "ssh").mkdir()
    with running_ssh_server(tmp_path / "ssh") as running:
        yield running


@pytest.fixture
def options(site: SshSite, tmp_path: Path) -> TransportOptions:
    (tmp_path / "hosts").write_text(site.host_line)
    return TransportOptions(attempts=1, ssh_hosts_file=str(tmp_path / "hosts"), ssh_key=str(site.key))


def _url(site: SshSite, path: Path) -> str:
    return f"rsync+ssh://{site.user}@127.0.0.1:{site.port}{path}"


def test_a_folder_and_a_file(site: SshSite, options: TransportOptions, tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    make_tree(root)
    transports = Transports(options)
    found = {entry.name: entry for entry in transports.listdir(_url(site, root))}
    assert set(found) == {path.name for path in root.iterdir()}
    assert {name for name, entry in found.items() if entry.is_link} == {"to_file", "to_folder"}
    odd = found["x&y=<z>;'q'.tsv"]  # one is enough: each call is a connection of its own
    assert transports.fetch(odd.url, tmp_path / "copy").size == odd.size == (tmp_path / "copy").stat().st_size


def test_what_is_missing(site: SshSite, options: TransportOptions, tmp_path: Path) -> None:
    with pytest.raises(RemoteNotFoundError):
        Transports(options).stat(_url(site, tmp_path / "none"))


def test_unknown_and_changed_host_keys(site: SshSite, options: TransportOptions, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("data")
    url, hosts = _url(site, tmp_path / "a"), tmp_path / "hosts"
    hosts.write_text("")
    with pytest.raises(ServerKeyError, match="ssh_new_host"):
        Transports(options).stat(url)
    assert Transports(replace(options, ssh_new_host="accept")).stat(url).size == 4
    assert hosts.read_text() == ""
    assert Transports(replace(options, ssh_new_host="add")).stat(url).size == 4
    assert hosts.read_text() == site.host_line
    data = site.host_line.split()[2]
    hosts.write_text(site.host_line.replace(data, data[:-8] + "AAAAAAAA"))
    with pytest.raises(ServerKeyError):
        Transports(replace(options, ssh_new_host="accept")).stat(url)


def test_a_wrong_key_does_not_log_in(site: SshSite, options: TransportOptions, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("data")
    with pytest.raises(TransportError, match="denied"):
        Transports(replace(options, ssh_key=str(site.key.parent / "host_key"))).stat(_url(site, tmp_path / "a"))
