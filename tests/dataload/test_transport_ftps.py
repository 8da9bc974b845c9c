"""``ftps:`` and ``ftpes:``: control and data secured, certificates checked, a cut transfer goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from hub.dataload.transport import TransportOptions, Transports
from hub.dataload.transport.errors import AccessDeniedError, CertificateError
from tests.servers.ftp_server import USER, FtpSite, running_ftp_server

KINDS = {"ftps": "implicit", "ftpes": "explicit"}
FAST = TransportOptions(first_wait=0.01, max_wait=0.01)


@pytest.fixture(params=KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[FtpSite, str]]:
    """The server and the URL of its folder; its authority is trusted."""
    authority = trustme.CA()
    certificate, root = tmp_path / "server.pem", tmp_path / "root"
    root.mkdir()
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(certificate))
    authority.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "authority.pem"))
    with running_ftp_server(root, KINDS[request.param], certificate) as site:
        yield site, site.url.replace("ftp:", f"{request.param}:")


def test_list_fetch_and_go_on(server: tuple[FtpSite, str], tmp_path: Path) -> None:
    site, url = server
    data = bytes(range(256)) * 4096
    (site.root / "a b.bin").write_bytes(data)
    site.cut_after.append(300_000)
    transports = Transports(FAST)
    try:
        (found,) = transports.listdir(url)
        assert (found.name, found.size) == ("a b.bin", len(data))
        transports.fetch(found.url, tmp_path / "copy")
    finally:
        transports.close()
    assert (tmp_path / "copy").read_bytes() == data
    assert site.told("PROT") == ["PROT P"] * 2
    (offset,) = site.told("REST")
    assert int(offset.split()[1]) > 0


def test_unknown_authorities_and_wrong_log_ins(server: tuple[FtpSite, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, url = server
    transports = Transports(TransportOptions(attempts=1))
    with pytest.raises(AccessDeniedError) as denied:
        transports.stat(url.replace("://", f"://{USER}:wr0ng@") + "/a")
    assert "wr0ng" not in str(denied.value)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(CertificateError):
        transports.stat(f"{url}/a")
    transports.close()
