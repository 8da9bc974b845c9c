"""Sessions of requests that keep the options: certificates, keep-alive probes, connections enough for all threads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection

from hub.dataload.transport.keepalive import keepalive_options

if TYPE_CHECKING:
    import requests

    from hub.dataload.transport.port import TransportOptions


def new_session(verify: bool = True, options: TransportOptions | None = None) -> requests.Session:
    """A session with the hub's user agent, asking for bytes as they are stored.

    Args:
        verify: check certificates.
        options: further options of the connection.
    """
    import requests

    session = requests.Session()
    session.verify = verify
    if options is not None and verify and options.server_cert:
        session.verify = options.server_cert
    session.headers["User-Agent"] = "entrepot-hub"
    session.headers["Accept-Encoding"] = "identity"
    if options is not None and (not options.verify_host or options.tcp_keepalive):
        adapter = _Adapter(options.verify_host, options.tcp_keepalive)
        session.mount("https://", adapter)
        session.mount("http://", adapter)
    return session


class _Adapter(HTTPAdapter):
    """An adapter whose connections have our options."""

    def __init__(self, verify_host: bool, keepalive: int) -> None:
        self._verify_host, self._keepalive = verify_host, keepalive
        super().__init__()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **{**more, **self._more()})

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        return super().proxy_manager_for(proxy, **{**more, **self._more()})

    def _more(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if not self._verify_host:
            found["assert_hostname"] = False
        if self._keepalive:
            found["socket_options"] = [*HTTPConnection.default_socket_options, *keepalive_options(self._keepalive)]
        return found
