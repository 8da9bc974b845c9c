"""What is sent for one file besides its URL: method, headers, body, log-in; and through which proxy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from hub.config.secret import Secret, reveal

_TOKENS = ("bearer ", "basic ", "token ", "apikey ")


@dataclass(frozen=True)
class Request:
    """How a file is asked for over HTTP; FTP and others take the log-in only.

    Attributes:
        method: ``GET`` or ``POST``.
        headers: further headers; their values may be secrets.
        data: form fields, or the body as text; sent with ``POST``.
        login: ``user:password``, or ``Bearer ...`` for an ``Authorization`` header; None for none.
    """

    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, str] | str | None = None
    login: Secret | None = None

    @property
    def plain(self) -> bool:
        """Whether it asks for a file as such, which may be resumed and looked at."""
        return self.method == "GET" and self.data is None

    def own_headers(self) -> dict[str, str]:
        """The headers with their real values, the one of a token log-in included."""
        found = {name: reveal(value) or "" for name, value in self.headers.items()}
        text = reveal(self.login) or ""
        if text.lower().startswith(_TOKENS):
            found["Authorization"] = text
        return found

    def user_and_password(self) -> tuple[str, str] | None:
        """The parts of a log-in by name; None without one."""
        text = reveal(self.login) or ""
        if not text or text.lower().startswith(_TOKENS):
            return None
        user, _, password = text.partition(":")
        return user, password


@dataclass(frozen=True)
class Proxy:
    """A proxy for HTTP.

    Attributes:
        url: ``http://host:3128``, ``socks5h://host:1080``; empty for none, so that the environment decides.
        login: ``user:password`` of the proxy.
        no_proxy: hosts that are reached directly: names, their subdomains, networks.
    """

    url: str = ""
    login: Secret | None = None
    no_proxy: tuple[str, ...] = ()

    def of(self, url: str) -> dict[str, str] | None:
        """The proxies for a URL, as requests wants them; None to leave it to the environment."""
        from requests.utils import should_bypass_proxies

        if self.no_proxy and should_bypass_proxies(url, ",".join(self.no_proxy)):
            return {"http": "", "https": "", "all": ""}
        if not self.url:
            return None
        address = self.url
        if self.login:
            parts = urlsplit(address)
            user, _, password = self.login.reveal().partition(":")
            host = parts.netloc.rpartition("@")[2]
            address = parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}").geturl()
        return {"http": address, "https": address}
