"""Who logs in at the server of a URL: what the URL says, else the log-in given for the source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from hub.dataload.transport.port import TransportOptions


@dataclass(frozen=True)
class Login:
    """User and password; both may be empty."""

    user: str = ""
    password: str = field(default="", repr=False)


def login_for(url: str, options: TransportOptions) -> Login:
    """The log-in for a URL. A password is only taken from elsewhere if the URL names no other user."""
    parts = urlsplit(url)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    request: Any = getattr(options, "request", None)
    given = request.user_and_password() if request is not None else None
    if given is not None and not password and user in ("", given[0]):
        user, password = given
    return Login(user, password)


def place_of(url: str) -> str:
    """Scheme, user, host and port: what a connection belongs to."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
