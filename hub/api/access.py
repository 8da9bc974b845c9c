"""Who asks over HTTP, and what a web page may do in the name of the person whose browser shows it.

Somebody shows who it is by a token in a header (the file ``api_token``, a session, an API key), by the cookie of a
session, or, while the hub listens on a loopback address only, by being at this machine: there everybody may read, and
with ``HUB_TRUST_LOOPBACK`` change.

A browser sends cookies, and is at this machine, whoever wrote the page it shows. So in these two cases a page has to
come from this machine or be listed in ``HUB_CORS_ORIGINS``; any other page gets what strangers get. A page that
resolves its own name to this machine is stopped by its ``Host`` header. A request that a proxy has handed on comes
from somewhere else.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from tornado.httputil import parse_cookie

from hub import errors
from hub.accounts import Accounts, Caller, Role
from hub.accounts.errors import CredentialError, TokenInAddressError
from hub.accounts.keys import PREFIX as KEY_PREFIX
from hub.accounts.place import is_loopback
from hub.accounts.sessions import PREFIX as SESSION_PREFIX
from hub.accounts.sessions import TICKET_PREFIX
from hub.api.origins import OriginRule
from hub.config import Settings

TOKEN_HEADER = "X-Biothings-Access-Token"
#: Headers by which a proxy says that it hands on a request. One that says nothing is not noticed: docs/operating.md.
PROXY_HEADERS = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


class AuthorizationError(errors.Refused):
    """Nothing says who asks, and that is needed."""

    status = 401

    def __init__(self, command: str) -> None:
        self.command = command
        super().__init__(
            f"`{command}` needs to know who asks: log in (`POST /login`) or take an API key, and send "
            f"`Authorization: Bearer TOKEN` (or `{TOKEN_HEADER}: TOKEN`). The owner of the hub finds a token in the "
            "file `api_token` of its run folder; the `hub` command line uses it by itself."
        )


class OriginError(errors.Refused):
    """A web page of somebody else wants to use the hub."""

    def __init__(self, command: str, origin: str) -> None:
        self.command, self.origin = command, origin
        super().__init__(
            f"`{command}` may not be called by the web page of {origin[:200]!r}. Add its address to the setting "
            "HUB_CORS_ORIGINS if it should."
        )


@dataclass(frozen=True)
class Access:
    """The rules of one hub.

    Attributes:
        token: of the hub's owner.
        loopback: the hub listens on a loopback address.
        trust: people at this machine need no log-in to change something.
        origins: web pages that may read and change.
        public: everybody may read, wherever the hub listens.
        accounts: users, sessions and keys; without them only the owner's token counts.
    """

    token: str
    loopback: bool = True
    trust: bool = True
    origins: OriginRule = field(default_factory=lambda: OriginRule(()))
    public: bool = False
    accounts: Accounts | None = None

    @classmethod
    def of(cls, settings: Settings, token: str, accounts: Accounts | None = None) -> Access:
        """The rules that the settings give."""
        listed = bool(settings.get("HUB_API_USERS"))
        return cls(
            token=token,
            loopback=is_loopback(str(settings["HUB_HOST"])),
            trust=bool(settings.get("HUB_TRUST_LOOPBACK", True)) and not listed,
            origins=OriginRule(settings.get("HUB_CORS_ORIGINS") or (), settings.get("STUDIO_PORT")),
            public=bool(settings.get("HUB_PUBLIC_READING", False)) or listed,
            accounts=accounts,
        )

    @property
    def asks_for_login(self) -> bool:
        """Whether nobody may change anything without showing who it is."""
        return not (self.loopback and self.trust)

    @property
    def cookie(self) -> str:
        """Name of the cookie: hubs on other ports of the same machine have another."""
        return f"hub_session_{hashlib.sha256(b'cookie:' + self.token.encode()).hexdigest()[:10]}"

    def caller(self, headers: Mapping[str, str], peer: str, ticket: str = "") -> Caller:
        """Who asks.

        Args:
            headers: of the request.
            peer: address it comes from.
            ticket: of the address of a live connection; what is no ticket of this hub's is as if it were not there.

        Raises:
            CredentialError: a token, key, ticket or cookie that is no good.
            TokenInAddressError: a token or key in place of the ticket.
        """
        if ticket.startswith((SESSION_PREFIX, KEY_PREFIX)):
            raise TokenInAddressError
        if ticket.startswith(TICKET_PREFIX) and self.accounts:
            return self.accounts.by_ticket(ticket)
        if given := token_of(headers):
            if found := self.by_token(given, peer):
                return found
            # Stock clients send tokens of other log-ins in a header of their own; only `Authorization` is for us alone.
            if headers.get("Authorization"):
                raise CredentialError("token")
        return self._by_cookie(headers, peer) or self._by_place(headers, peer)

    def by_token(self, text: str, peer: str) -> Caller | None:
        """Who a token is of; None when it is no token of this hub.

        Raises:
            CredentialError: it is no good any more.
        """
        if hmac.compare_digest(text.encode(errors="surrogatepass"), self.token.encode()):
            return Caller("owner", Role.ADMIN, "token", peer)
        if self.accounts and text.startswith((SESSION_PREFIX, KEY_PREFIX)):
            return self.accounts.by_token(text, peer)
        if self.accounts and text.startswith(TICKET_PREFIX):
            raise CredentialError("token")
        return None

    def refusal(self, caller: Caller, command: str) -> errors.HubError | None:
        """Why somebody who has not shown who it is may not do something; None when that is not the reason."""
        if caller.foreign:
            return OriginError(command, caller.foreign)
        return None if caller.is_known else AuthorizationError(command)

    def _by_cookie(self, headers: Mapping[str, str], peer: str) -> Caller | None:
        text = cookie_of(headers, self.cookie)
        if not text or self.accounts is None:
            return None
        if foreign := self._foreign(headers, with_cookie=True):
            return self._stranger(headers, peer, foreign)
        return self.accounts.by_token(text, peer, via="cookie")

    def _by_place(self, headers: Mapping[str, str], peer: str) -> Caller:
        if not (self.loopback and self.trust) or _is_handed_on(headers):
            return self._stranger(headers, peer)
        if foreign := self._foreign(headers):
            return self._stranger(headers, peer, foreign)
        return Caller("local", Role.ADMIN, "loopback", peer)

    def _stranger(self, headers: Mapping[str, str], peer: str, foreign: str = "") -> Caller:
        here = self.loopback and not _is_handed_on(headers)
        role = Role.VIEWER if here or self.public else Role.ANYONE
        return Caller("", role, "anonymous", peer, foreign=foreign)

    def _foreign(self, headers: Mapping[str, str], *, with_cookie: bool = False) -> str:
        """The web page that asks, when it may not do what the person may; empty when it may, or when it is none."""
        origin, host = headers.get("Origin"), headers.get("Host", "")
        if origin is None:  # a browser that names no origin
            return "another site" if headers.get("Sec-Fetch-Site", "none") == "cross-site" else ""
        may = self.origins.may_log_in(origin, host) if with_cookie else self.origins.may_change(origin, host)
        return "" if may else origin or "no address"


def _is_handed_on(headers: Mapping[str, str]) -> bool:
    return any(name in headers for name in PROXY_HEADERS)


def token_of(headers: Mapping[str, str]) -> str:
    """The token of a request, or empty."""
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return headers.get(TOKEN_HEADER, "").strip()


def cookie_of(headers: Mapping[str, str], name: str) -> str:
    """The value of a cookie, or empty."""
    return parse_cookie(headers.get("Cookie", "")).get(name, "")
