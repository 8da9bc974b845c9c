"""Dumpers of web servers."""

from __future__ import annotations

from typing import Any

from hub.dataload.dumper.base import BaseDumper, with_headers
from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.transport import TransportOptions
from hub.dataload.transport.registry import Factory


class HTTPDumper(BaseDumper):
    """Downloads over HTTP; the subclass fills ``to_dump`` in `create_todump_list`. ``client`` is a `requests.Session`.

    Attributes:
        VERIFY_CERT: check certificates.
        IGNORE_HTTP_CODE: statuses that leave a file out instead of failing.
        RESOLVE_FILENAME: save under the name that the server gives (``Content-Disposition``).
        LAST_MODIFIED, ETAG: headers that carry the change date and the entity tag.
    """

    VERIFY_CERT: bool = True
    IGNORE_HTTP_CODE: list[int] = []
    RESOLVE_FILENAME: bool = False
    LAST_MODIFIED: str = "Last-Modified"
    ETAG: str = "ETag"

    def prepare_client(self) -> None:
        """A fresh session."""
        from hub.dataload.transport.http_session import new_session

        options = self.transport_options()
        self.client = new_session(options.verify, options)

    def release_client(self) -> None:
        """Close the session."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def transport_options(self) -> TransportOptions:
        """The run's options with this class's headers."""
        return with_headers(super().transport_options(), self.LAST_MODIFIED, self.ETAG, self.VERIFY_CERT)

    def transport_factories(self) -> dict[str, Factory]:
        """HTTP through the session of this dumper, so that its log-in and headers count."""
        return {"http": self._over_client, "https": self._over_client}

    def _over_client(self, options: TransportOptions) -> Any:
        from hub.dataload.transport.http import HttpTransport

        return HttpTransport(options, lambda: self.client)


class LastModifiedHTTPDumper(LastModifiedDumper, HTTPDumper):
    """Downloads ``SRC_URLS``; see `LastModifiedDumper`."""

    RESOLVE_FILENAME: bool = True
