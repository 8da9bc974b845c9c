"""Which addresses the hub may fetch from: one place for plugins, data and webhooks.

Used for the URL of a manifest and for each redirect of an answer. The name is resolved here and every address it has
must pass, so a public name that points at an inner machine is refused.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import SplitResult, urlsplit

from hub.config.settings import Settings
from hub.errors import HubError, Passing, Refused

SCHEMES = ("https", "http", "ftp", "ftps", "ftpes", "sftp", "rsync", "rsync+ssh", "irods", "s3", "gs", "abfs", "file")

#: Their URLs name a bucket, not a host; the address of the service is checked by itself.
BUCKETS = ("s3", "gs", "abfs")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class UrlRefusedError(Refused):
    """The address may not be fetched.

    Args:
        url: the address, its password left out.
        why: the rule that forbids it.
    """

    def __init__(self, url: str, why: str) -> None:
        self.url, self.why = without_password(url), why
        super().__init__(f"`{self.url}` may not be fetched: {why}. Add it to ALLOWED_URLS to permit it.")


class HostUnknownError(HubError, Passing):
    """The name of a host has no address at the moment."""

    def __init__(self, host: str, why: str) -> None:
        self.host, self.why = host, why
        super().__init__(f"the host `{host}` cannot be found: {why}. Check the URL and the network.")


Resolve = Callable[[str], Iterable[str]]


@dataclass(frozen=True)
class AllowList:
    """The rules.

    Attributes:
        rules: hosts (``*`` as wildcard), networks, or URL prefixes; None for anything public.
        private: whether private and loopback addresses are open without a rule.
    """

    rules: tuple[str, ...] | None = None
    private: bool = False

    @classmethod
    def of(cls, settings: Settings) -> AllowList:
        """The rules of the settings ``ALLOWED_URLS`` and ``HUB_HOST``."""
        rules = settings["ALLOWED_URLS"]
        return cls(None if rules is None else tuple(rules), is_loopback(settings["HUB_HOST"]))

    def lists(self, url: str) -> bool:
        """Whether a rule names the host of a URL or a prefix of it."""
        return self._listed(url, urlsplit(url))

    def check(self, url: str, resolve: Resolve | None = None, *, schemes: Sequence[str] = SCHEMES) -> list[str]:
        """Whether a URL may be fetched.

        Args:
            url: the address, also that of a redirect.
            resolve: gives the IP addresses of a host; the system's resolver by default.
            schemes: what the caller can speak.

        Returns:
            The IP addresses of the host, all of them permitted; connect to one of these. Empty for ``file:``.

        Raises:
            UrlRefusedError: a rule forbids it.
            HostUnknownError: the host has no address.
        """
        parts = urlsplit(url)
        scheme = parts.scheme.lower()
        if scheme not in schemes:
            raise UrlRefusedError(url, f"only {', '.join(schemes)} are known")
        if scheme == "file":
            self._check_file(url)
            return []
        host = parts.hostname
        if not host:
            raise UrlRefusedError(url, "it names no host")
        listed = self._listed(url, parts)
        if scheme in BUCKETS:
            if self.rules is not None and not listed:
                raise UrlRefusedError(url, "it is not in the list")
            return []
        addresses = list((resolve or addresses_of)(host))
        if self.rules is not None and not listed and not (self.private and _all_inner(addresses)):
            listed = bool(addresses) and all(self._in_network(a) for a in addresses)
            if not listed:
                raise UrlRefusedError(url, "it is not in the list")
        for address in addresses:
            self._check_address(url, address, listed)
        return addresses

    def _check_address(self, url: str, address: str, listed: bool) -> None:
        if is_public(address) or listed or self._in_network(address):
            return
        if not self.private or _is_never_open(address):
            raise UrlRefusedError(url, f"{address} is no public address")

    def _listed(self, url: str, parts: SplitResult) -> bool:
        host = (parts.hostname or "").lower()
        return any(
            _has_prefix(url, rule) if "://" in rule else fnmatchcase(host, rule.lower()) for rule in self.rules or ()
        )

    def _in_network(self, address: str) -> bool:
        ip = _plain(address)
        return any(ip in network for network in _networks(self.rules or ()))

    def _check_file(self, url: str) -> None:
        from hub.config.rewrites import file_path

        if self.rules is None and self.private:
            return
        path = file_path(url).resolve()
        roots = [file_path(rule).resolve() for rule in self.rules or () if rule.startswith("file:")]
        if not any(path.is_relative_to(root) for root in roots):
            raise UrlRefusedError(url, "files are read only from listed folders (file:///folder/)")


def is_loopback(host: str) -> bool:
    """Whether listening on ``host`` is reachable from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_public(address: str) -> bool:
    """Whether an IP address is reachable by everybody; v4 inside v6 is looked at as v4."""
    ip = _plain(address)
    return ip.is_global and not ip.is_multicast


def addresses_of(host: str) -> Sequence[str]:
    """The IP addresses of a host.

    Raises:
        HostUnknownError: it has none.
    """
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise HostUnknownError(host, getattr(error, "strerror", None) or str(error)) from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def without_password(url: str) -> str:
    """The URL with the password of ``user:password@`` as stars."""
    parts = urlsplit(url)
    if parts.password is None:
        return url
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{parts.username}:****@{host}").geturl()


def _plain(address: str) -> Address:
    ip = ipaddress.ip_address(address.partition("%")[0])
    inner = ip.ipv4_mapped or ip.sixtofour if isinstance(ip, ipaddress.IPv6Address) else None
    return inner or ip


def _all_inner(addresses: Sequence[str]) -> bool:
    return bool(addresses) and all(not is_public(address) for address in addresses)


def _is_never_open(address: str) -> bool:
    """Link-local addresses hold the metadata services of clouds: only from the list."""
    ip = _plain(address)
    return ip.is_link_local or ip.is_multicast or ip.is_reserved


def _networks(rules: Iterable[str]) -> list[Network]:
    found: list[Network] = []
    for rule in rules:
        try:
            found.append(ipaddress.ip_network(rule, strict=False))
        except ValueError:
            continue
    return found


def _has_prefix(url: str, rule: str) -> bool:
    """Whether the URL begins with the rule, at the border of a host or path part, and does not climb out of it."""
    ours, theirs = urlsplit(url), urlsplit(rule)
    same_place = (ours.scheme.lower(), ours.hostname, ours.port) == (
        theirs.scheme.lower(),
        theirs.hostname,
        theirs.port,
    )
    path, prefix = ours.path or "/", theirs.path or "/"
    if not same_place or "/.." in path or "%2e" in path.lower():
        return False
    return path == prefix or path.startswith(prefix if prefix.endswith("/") else prefix + "/")
