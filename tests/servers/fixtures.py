"""Fixtures of the loopback servers. Imported by ``tests/conftest.py``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.ftp_server import FtpSite, running_ftp_server
from tests.servers.http_server import HttpServer, running_http_server
from tests.servers.tls import Certificates, make_certificates


@pytest.fixture
def http_server() -> Iterator[HttpServer]:
    """A web server whose pages misbehave on request."""
    with running_http_server() as server:
        yield server


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """A certificate for 127.0.0.1, by an unknown authority."""
    return make_certificates(tmp_path)


@pytest.fixture
def https_server(certificates: Certificates) -> Iterator[HttpServer]:
    """The same over TLS, with that certificate."""
    with running_http_server(certificates.server) as server:
        yield server


@pytest.fixture
def ftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FtpSite]:
    """An FTP server of an empty folder (``.root``)."""
    with running_ftp_server(tmp_path_factory.mktemp("ftp")) as site:
        yield site
