"""``sftp:``: the table of host keys, log-in, and that a cut transfer goes on."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from hub.dataload.transport import TransportOptions, Transports
from hub.dataload.transport.errors import AccessDeniedError, RemoteAnswerError, RemoteNotFoundError, TransportError
from hub.dataload.transport.ssh_errors import (
    ChangedHostKeyError,
    KeyFileError,
    RevokedHostKeyError,
    UnknownHostKeyError,
)
from tests.servers.sftp_server import PASSWORD, USER, SftpSite, running_sftp_server


@pytest.fixture
def site(tmp_path: Path) -> Iterator[SftpSite]:
    (tmp_path / "root").mkdir()
    (tmp_path / "root" / "a.tsv").write_bytes(b"data")
    with running_sftp_server(tmp_path / "root") as running:
        yield running


def size_of(site: SftpSite, hosts: Path, policy: str = "reject", url: str = "", **more: object) -> int | None:
    options = TransportOptions(attempts=1, ssh_hosts_file=str(hosts), ssh_new_host=policy, **more)  # type: ignore[arg-type]
    transports = Transports(options)
    try:
        return transports.stat(url or f"{site.url}/a.tsv").size
    finally:
        transports.close()


def hashed(line: str) -> str:
    name, _, rest = line.partition(" ")
    salt = b"x" * 20
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()} {rest}"


OTHER = asyncssh.generate_private_key("ssh-ed25519")
RSA = asyncssh.generate_private_key("ssh-rsa", key_size=2048)


@pytest.mark.parametrize("policy", ["reject", "accept", "add"])
def test_table_of_host_keys(site: SftpSite, tmp_path: Path, policy: str) -> None:
    hosts = tmp_path / "hosts"
    same, without_port = site.known(), site.known().replace(f"[127.0.0.1]:{site.port}", "127.0.0.1")
    for text in (same, without_port, hashed(same), f"# comment\nrubbish\n\n{same}", site.known(OTHER) + same):
        hosts.write_text(text)
        assert size_of(site, hosts, policy) == 4
        assert hosts.read_text() == text
    for text in (site.known(OTHER), hashed(site.known(OTHER)), site.known(RSA), f"\n{site.known(OTHER)}"):
        hosts.write_text(text)
        with pytest.raises(ChangedHostKeyError) as changed:
            size_of(site, hosts, policy)
        assert hosts.read_text() == text
        told = str(changed.value)
        assert site.host_keys[0].get_fingerprint() in told
        assert str(hosts) in told
        assert f"line {text.count(chr(10))} (" in told
    for text in (f"@revoked {same}", f"{same}@revoked {same}", f"@revoked * {same.split(' ', 1)[1]}"):
        hosts.write_text(text)
        with pytest.raises(RevokedHostKeyError, match="revokes"):
            size_of(site, hosts, policy)
        assert hosts.read_text() == text


@pytest.mark.parametrize("text", [None, "", "other.example.org ssh-ed25519 AAAA\nno end of line"])
def test_unknown_hosts(site: SftpSite, tmp_path: Path, text: str | None) -> None:
    hosts = tmp_path / "folder" / "hosts"
    if text is not None:
        hosts.parent.mkdir()
        hosts.write_text(text)
    with pytest.raises(UnknownHostKeyError) as unknown:
        size_of(site, hosts, "reject")
    assert unknown.value.line + "\n" == site.known()
    assert site.host_keys[0].get_fingerprint() in str(unknown.value)
    assert size_of(site, hosts, "accept") == 4
    assert hosts.exists() == (text is not None)
    for _ in range(2):
        assert size_of(site, hosts, "add") == 4
        assert hosts.read_text() == (f"{text}\n" if text else "") + site.known()
    assert size_of(site, hosts, "reject") == 4


def test_the_kind_of_a_known_key_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.tsv").write_bytes(b"data")
    hosts = tmp_path / "hosts"
    with running_sftp_server(tmp_path, ("ssh-ed25519", "ssh-rsa", "ecdsa-sha2-nistp256")) as site:
        for key in site.host_keys:
            hosts.write_text(site.known(key))
            assert size_of(site, hosts) == 4


def test_log_in_with_a_key(site: SftpSite, tmp_path: Path) -> None:
    own = asyncssh.generate_private_key("ssh-ed25519")
    own.write_private_key(tmp_path / "id", passphrase="open")
    site.authorized.append(own.convert_to_public())
    hosts, url = tmp_path / "hosts", f"sftp://{USER}:open@127.0.0.1:{site.port}/a.tsv"
    hosts.write_text(site.known())
    assert size_of(site, hosts, url=url, ssh_key=str(tmp_path / "id")) == 4
    with pytest.raises(KeyFileError, match="passphrase"):
        size_of(site, hosts, url=url.replace("open", "shut"), ssh_key=str(tmp_path / "id"))
    with pytest.raises(KeyFileError, match="No such file"):
        size_of(site, hosts, url=url, ssh_key=str(tmp_path / "none"))


def test_what_goes_wrong_is_told_without_the_password(site: SftpSite, tmp_path: Path) -> None:
    (tmp_path / "root" / "sub").mkdir()
    hosts = tmp_path / "hosts"
    hosts.write_text(site.known())
    wrong = site.url.replace(PASSWORD.replace("/", "%2F"), "wr0ng")
    cases: list[tuple[str, type[TransportError]]] = [
        (f"{wrong}/a.tsv", AccessDeniedError),
        (f"{site.url}/none", RemoteNotFoundError),
        (f"{site.url}/sub", RemoteAnswerError),
    ]
    for url, kind in cases:
        with pytest.raises(kind) as error:
            size_of(site, hosts, url=url)
        assert "wr0ng" not in str(error.value)
        assert "s3cret" not in str(error.value)
        assert "s3cret" not in str(error.value.parts())
