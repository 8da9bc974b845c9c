"""Which web pages may use the hub.

A page in somebody's browser reaches whatever listens on that person's machine, and no browser keeps a websocket from a
page of another site: the server has to. So a page must come from this machine, or be listed in ``HUB_CORS_ORIGINS``.
Programs that are no browsers name no origin; they may. With ``*`` in the setting every page may read and listen, and
none may change anything.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

CORS_ALL = "*"  #: in the setting: any page; for a hub that holds nothing secret


class OriginRule:
    """Decides about the ``Origin`` of a request.

    Args:
        listed: the setting.
        studio_port: of the studio, whose page may use cookies from any address of this hub.
    """

    def __init__(self, listed: Iterable[str], studio_port: int | None = None) -> None:
        self._listed = frozenset(origin.strip().rstrip("/").lower() for origin in listed)
        self._studio_port = studio_port

    def may_read(self, origin: str, host: str) -> bool:
        """Whether a page may read answers and open a live connection; see `may_change`."""
        return CORS_ALL in self._listed or self.may_change(origin, host)

    def may_change(self, origin: str, host: str) -> bool:
        """Whether a page may do what people at this machine may.

        Args:
            origin: of the page: ``http://localhost:8080``.
            host: what the page called this hub, the ``Host`` header. A page of the hub's own address, of any port, may
                when that is a number; a name would prove nothing, because its owner says where it leads.
        """
        if origin.lower() in self._listed:
            return True
        page = _host(origin)
        address = _address(page)
        if page == "localhost" or (address is not None and address.is_loopback):
            return True
        return address is not None and page == _host(f"http://{host}")

    def may_log_in(self, origin: str, host: str) -> bool:
        """Whether a page may use the cookie of somebody's session: other servers on this machine may not.

        Args:
            origin: see `may_change`.
            host: see `may_change`.
        """
        if origin.lower() in self._listed or origin.lower() in (f"http://{host}".lower(), f"https://{host}".lower()):
            return True
        return self._studio_port is not None and _port(origin) == self._studio_port and self.may_change(origin, host)

    def refuses(self, headers: Mapping[str, str]) -> str:
        """Why a request may not connect; empty when it may."""
        origin = headers.get("Origin")
        if origin is None:
            # A browser that names no origin loads a script or a picture: nothing of ours.
            site = headers.get("Sec-Fetch-Site", "none")
            return "" if site in ("none", "same-origin", "same-site") else "web pages of other sites may not connect"
        if self.may_read(origin, headers.get("Host", "")):
            return ""
        return f"the web page of {origin[:200]!r} may not connect; if it should, add it to the setting HUB_CORS_ORIGINS"

    @property
    def ancestors(self) -> str:
        """The same rule for pages that show a page of ours in a frame, as a ``Content-Security-Policy``."""
        local = ("http://localhost:*", "https://localhost:*", "http://127.0.0.1:*", "https://127.0.0.1:*")
        listed = sorted(o for o in self._listed if o == CORS_ALL or (o.isascii() and not set(o) & set(" ;,'\"")))
        return " ".join(("frame-ancestors", "'self'", *local, *listed))


def _host(origin: str) -> str:
    try:
        parts = urlsplit(origin.lower())
    except ValueError:
        return ""
    return parts.hostname or "" if parts.scheme in ("http", "https") else ""


def _port(origin: str) -> int | None:
    try:
        return urlsplit(origin).port
    except ValueError:
        return None


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
