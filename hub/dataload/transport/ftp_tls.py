"""FTP over TLS: ``ftps:`` from the first byte (implicit), ``ftpes:`` after ``AUTH TLS`` (explicit); data too."""

from __future__ import annotations

import contextlib
import ftplib
import os
import socket
import ssl
from collections.abc import Iterator
from typing import Any

from hub.dataload.transport.errors import CertificateError
from hub.dataload.transport.port import TransportOptions


class ExplicitTLS(ftplib.FTP_TLS):
    """Goes on in the same TLS session for data, as many servers demand."""

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        """Open a data connection."""
        data, size = ftplib.FTP.ntransfercmd(self, cmd, rest)
        if self._prot_p:  # type: ignore[attr-defined]
            session = self.sock.session if isinstance(self.sock, ssl.SSLSocket) else None
            try:
                data = self.context.wrap_socket(data, server_hostname=self.host, session=session)
            except BaseException:
                data.close()
                raise
        return data, size


class ImplicitTLS(ExplicitTLS):
    """Secures the connection as soon as there is one."""

    _secured: socket.socket | None = None

    @property
    def sock(self) -> Any:
        """The control connection."""
        return self._secured

    @sock.setter
    def sock(self, value: socket.socket | None) -> None:
        if value is not None and not isinstance(value, ssl.SSLSocket):
            value = self.context.wrap_socket(value, server_hostname=self.host)
        self._secured = value


def new_client(scheme: str, options: TransportOptions) -> ftplib.FTP:
    """A client for the scheme of a URL, not connected. Replies and paths are bytes to FTP; Latin-1 carries them."""
    if scheme not in ("ftps", "ftpes"):
        return ftplib.FTP(timeout=options.connect, encoding="latin-1")
    kind = ImplicitTLS if scheme == "ftps" else ExplicitTLS
    return kind(timeout=options.connect, encoding="latin-1", context=context_of(options))


def context_of(options: TransportOptions) -> ssl.SSLContext:
    """The rules for certificates; a private authority is named by REQUESTS_CA_BUNDLE, as for HTTPS."""
    context = ssl.create_default_context(cafile=options.server_cert or os.environ.get("REQUESTS_CA_BUNDLE") or None)
    if not options.verify_host:
        context.check_hostname = False
    if not options.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


@contextlib.contextmanager
def certificates_told(url: str) -> Iterator[None]:
    """Turn TLS errors of a log-in into ours.

    Raises:
        CertificateError: the certificate is not trusted, or TLS is not spoken.
    """
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(url, error.verify_message or str(error)) from error
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
        raise
    except ssl.SSLError as error:
        raise CertificateError(url, error.reason or str(error)) from error


def end_of_data(data: socket.socket) -> None:
    """Say goodbye on a secured data connection."""
    if isinstance(data, ssl.SSLSocket):
        with contextlib.suppress(OSError):
            data.unwrap()
