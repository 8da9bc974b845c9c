"""``POST /login``, ``POST /logout`` and ``POST /ticket``: how sessions begin and end, and how they open a websocket."""

from __future__ import annotations

import contextlib
from typing import Any, cast

from hub import errors
from hub.accounts import Accounts, Caller, Role
from hub.accounts.errors import CredentialError
from hub.accounts.roles import labels
from hub.api.access import Access, AuthorizationError, OriginError, cookie_of
from hub.api.handler import BoundedHandler

MAX_LOGIN_BYTES = 64 * 1024
OF_OURS = frozenset({"name", "username", "password", "cookie"})
MOST_ANSWERS = 10


class _LoginHandler(BoundedHandler):
    """What the three have."""

    max_body = MAX_LOGIN_BYTES

    @property
    def access(self) -> Access:
        """The rules of this hub."""
        return cast(Access, self.settings["access"])

    @property
    def accounts(self) -> Accounts:
        """The accounts of this hub."""
        found: Accounts = self.settings["services"].accounts
        return found

    def prepare(self) -> None:
        """No page of somebody else begins or ends a session, and no answer is kept anywhere."""
        super().prepare()
        self.set_header("Cache-Control", "no-store")
        origin = self.request.headers.get("Origin")
        if self.request.method == "OPTIONS":
            return
        if origin is not None and not self.access.origins.may_change(origin, self.request.headers.get("Host", "")):
            raise OriginError(self.request.path.strip("/"), origin)
        if origin is None and self.request.headers.get("Sec-Fetch-Site", "none") == "cross-site":
            raise OriginError(self.request.path.strip("/"), "another site")


class LoginHandler(_LoginHandler):
    """Opens a session."""

    async def post(self) -> None:
        """Name and password in, token out; or a cookie, when that is asked for. Some clients write ``username``."""
        body = self.json_body()
        key = "username" if "username" in body and "name" not in body else "name"
        name, password = _text(body, key), _text(body, "password")
        in_cookie = body.get("cookie", False)
        if not isinstance(in_cookie, bool):
            raise errors.BadArgument("`cookie` must be true or false")
        answers = {key: value for key, value in list(body.items())[:MOST_ANSWERS] if key not in OF_OURS}
        agent = self.request.headers.get("User-Agent", "")
        token, caller = await self.accounts.log_in(
            name,
            password,
            peer=str(self.request.remote_ip or ""),
            agent=agent,
            via="cookie" if in_cookie else "session",
            answers=answers,
        )
        longest = self.accounts.sessions.by_id(caller.credential)
        told: dict[str, Any] = {
            "user": caller.name,
            "username": caller.name,
            **rights(caller),
            "expires": longest and longest["expires"],
        }
        told["idle_minutes"] = self.accounts.sessions.idle / 60
        if in_cookie:
            self._keep(token)
        else:
            told["token"] = token
        self.reply(told)

    def _keep(self, token: str) -> None:
        secure = self.request.protocol == "https" or self.request.headers.get("X-Forwarded-Proto") == "https"
        self.set_cookie(
            self.access.cookie,
            token,
            httponly=True,
            samesite="Strict",
            secure=secure,
            max_age=int(self.accounts.sessions.longest),
        )


class LogoutHandler(_LoginHandler):
    """Ends the session that the request comes with."""

    async def post(self) -> None:
        """No error when there is none (any more)."""
        with contextlib.suppress(CredentialError):  # it has ended already
            self.accounts.log_out(self.caller)
        if cookie_of(self.request.headers, self.access.cookie):
            self.clear_cookie(self.access.cookie, httponly=True, samesite="Strict")
        self.reply(None)


class TicketHandler(_LoginHandler):
    """Gives a ticket for a live connection."""

    async def post(self) -> None:
        """For anybody who may listen."""
        if self.caller.best_role < Role.VIEWER:
            raise self.access.refusal(self.caller, "ticket") or AuthorizationError("ticket")
        ticket, ends = self.accounts.tickets.issue(self.caller)
        self.reply({"ticket": ticket, "expires": ends})


def rights(caller: Caller) -> dict[str, Any]:
    """Role and groups of somebody, as clients read them."""
    role = caller.general_role
    return {"role": role.label if role else None, "roles": labels(role), "groups": list(caller.groups)}


def _text(body: dict[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not value:
        raise errors.BadArgument(f'Missing argument {key}: `POST /login` takes {{"name": "...", "password": "..."}}')
    return value


def routes() -> list[Any]:
    """Routes of the listener that takes changes."""
    return [(r"/login", LoginHandler), (r"/logout", LogoutHandler), (r"/ticket", TicketHandler)]
