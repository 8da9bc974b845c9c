"""Who may do what over HTTP: names of this machine, origins of web pages, the token of changing commands.

A hub that listens on a loopback address only is used by the person at the machine, so with ``HUB_TRUST_LOOPBACK`` its
changing commands need no token. What could misuse that is a web page of somebody else in that person's browser: such a
page names its origin, and a call that changes something is refused unless the origin is this machine or is listed in
``HUB_CORS_ORIGINS``. A page that resolves its own name to this machine is stopped by its ``Host`` header. A request
that a proxy has handed on comes from somewhere else, so it needs the token.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field

from hub import errors
from hub.api.origins import OriginRule
from hub.config import Settings

TOKEN_HEADER = "X-Biothings-Access-Token"
#: Headers by which a proxy says that it hands on a request. One that says nothing is not noticed: docs/operating.md.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class AuthorizationError(errors.Refused):
    """A changing command without the token."""

    status = 401

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"`{command}` changes the hub: send `Authorization: Bearer TOKEN` (or `{TOKEN_HEADER}: TOKEN`) with the "
            "token in the file `api_token` of the hub's run folder, or use the `hub` command line, which does so by "
            "itself."
        )


class OriginError(errors.Refused):
    """A web page of somebody else wants to change the hub."""

    def __init__(self, command: str, origin: str) -> None:
        self.command, self.origin = command, origin
        super().__init__(
            f"`{command}` changes the hub, and the web page of {origin[:200]!r} may not. Add its address to the "
            "setting HUB_CORS_ORIGINS if it should."
        )


@dataclass(frozen=True)
class Access:
    """The rules of one hub.

    Attributes:
        token: of changing commands.
        loopback: the hub listens on a loopback address.
        trust: changing commands from this machine need no token.
        origins: web pages that may read and change.
    """

    token: str
    loopback: bool = True
    trust: bool = True
    origins: OriginRule = field(default_factory=lambda: OriginRule(()))

    @classmethod
    def of(cls, settings: Settings, token: str) -> Access:
        """The rules that the settings give."""
        return cls(
            token=token,
            loopback=is_loopback(str(settings["HUB_HOST"])),
            trust=bool(settings.get("HUB_TRUST_LOOPBACK", True)),
            origins=OriginRule(settings.get("HUB_CORS_ORIGINS") or ()),
        )

    def check(self, command: str, headers: Mapping[str, str]) -> None:
        """Let a changing command pass, or say why not.

        Args:
            command: its name.
            headers: of the request.

        Raises:
            AuthorizationError: the token is needed, and is missing or wrong.
            OriginError: a web page that may not.
        """
        given = token_of(headers)
        if given and hmac.compare_digest(given.encode(), self.token.encode()):
            return
        if not (self.loopback and self.trust) or any(name in headers for name in PROXY_HEADERS):
            raise AuthorizationError(command)
        origin = headers.get("Origin")
        if not self._may_change(origin, headers):
            raise OriginError(command, origin or "another site")

    def _may_change(self, origin: str | None, headers: Mapping[str, str]) -> bool:
        if origin is not None:
            return self.origins.may_change(origin, headers.get("Host", ""))
        return headers.get("Sec-Fetch-Site", "none") != "cross-site"  # a browser that names no origin


def token_of(headers: Mapping[str, str]) -> str:
    """The token of a request, or empty."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return headers.get(TOKEN_HEADER, "").strip()


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
