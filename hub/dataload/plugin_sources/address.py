"""What a person may give as the address of a plugin, and whether the configuration allows to fetch from there.

Three kinds: ``local://name`` is a folder of ``DATA_PLUGIN_FOLDER``; a path is a plugin folder elsewhere, used in place;
everything else is a git repository. A branch, tag or commit may follow a repository after ``#``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import SplitResult, unquote, urlsplit

from hub.config.allowlist import AllowList, Resolve, UrlRefusedError, is_loopback, is_public
from hub.config.secret import Secret
from hub.dataload.plugin_sources.errors import BadAddressError, HostRefusedError

SCHEMES = ("https", "http", "git", "ssh", "file")
MAX_NAME = 100
_USERINFO = re.compile(r"(?<=://)[^/?#@\s]*@")
_UNUSABLE = re.compile(r"[\x00-\x20\x7f\\]")
_SCP = re.compile(r"^(?P<user>[\w.-]+)@(?P<host>[\w.-]+):(?P<path>[^/].*)$")
_NAME = re.compile(r"^[A-Za-z0-9_][\w.-]*$", re.ASCII)


@dataclass(frozen=True)
class PluginAddress:
    """Where a plugin is.

    Attributes:
        kind: ``git``, ``path`` or ``local``.
        url: as it is recorded and shown, without user and password.
        folder: name of its folder below ``DATA_PLUGIN_FOLDER``.
        release: branch, tag or commit; empty for the repository's own branch.
        userinfo: ``user:password`` for https, as given.
        path: the folder of a plugin elsewhere on this machine.
    """

    kind: Literal["git", "path", "local"]
    url: str
    folder: str
    release: str = ""
    userinfo: Secret | None = field(default=None, repr=False)
    path: Path | None = None


def without_user(text: str) -> str:
    """The text with user and password of every URL in it taken out; a token may stand in either place."""
    return _USERINFO.sub("", text)


def read_address(text: str) -> PluginAddress:
    """Take an address apart.

    Raises:
        BadAddressError: it is none; says what one looks like.
    """
    text = text.strip()
    if text.startswith(("/", "~", "./", "../")):
        return _elsewhere(text)
    if "://" in text and text.lower().startswith("local:"):
        return _local(text)
    scp = _SCP.match(text)
    return _git(f"ssh://{scp['user']}@{scp['host']}/{scp['path']}" if scp and "::" not in text else text)


def _local(text: str) -> PluginAddress:
    name = text.partition("://")[2].rstrip("/")
    if name.startswith("/"):
        return _elsewhere(name)
    if "/" in name:
        raise BadAddressError(text, f"it names a folder inside a folder. Write `local://{name.partition('/')[0]}`.")
    return PluginAddress("local", f"local://{name}", _checked_name(text, name))


def _elsewhere(text: str) -> PluginAddress:
    path = Path(text).expanduser().resolve()
    return PluginAddress("path", f"local://{path}", _checked_name(text, path.name), path=path)


def _git(text: str) -> PluginAddress:
    shown = without_user(text)
    if text.startswith("-") or _UNUSABLE.search(text) or "::" in text:
        raise BadAddressError(shown, "it holds characters that no address has. Example: https://host/group/name.git")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadAddressError(shown, f"{error}.") from None
    scheme = parts.scheme.lower()
    if not parts.netloc and scheme != "file":
        raise BadAddressError(shown, "write https://host/group/name.git, local://folder, or the path of a folder.")
    if scheme not in SCHEMES:
        raise BadAddressError(shown, f"`{scheme}:` is not known; write https://host/group/name.git")
    if parts.query:
        raise BadAddressError(shown, "take out what follows the question mark.")
    if parts.hostname and parts.hostname.startswith("-"):
        raise BadAddressError(shown, "a host does not begin with a dash.")
    return _repository(shown, parts, port)


def _repository(shown: str, parts: SplitResult, port: int | None) -> PluginAddress:
    scheme, path = parts.scheme.lower(), parts.path.rstrip("/")
    host = (parts.hostname or "") + (f":{port}" if port else "")
    userinfo = parts.netloc.rpartition("@")[0]
    if scheme == "ssh" and userinfo:
        user = userinfo.partition(":")[0]
        if user.startswith("-"):
            raise BadAddressError(shown, "a user does not begin with a dash.")
        host, userinfo = f"{user}@{host}", ""
    name = _checked_name(shown, unquote(path.rpartition("/")[2]).removesuffix(".git"))
    return PluginAddress(
        "git",
        f"{scheme}://{host}{path}",
        name,
        release=unquote(parts.fragment),
        userinfo=Secret(userinfo) if userinfo else None,
    )


def _checked_name(text: str, name: str) -> str:
    if not _NAME.match(name) or name.startswith("__") or len(name) > MAX_NAME:
        reason = (
            f"its last part names the plugin folder, and `{name[:40]}` is no name: letters, digits, `_`, `-` and `.`."
        )
        raise BadAddressError(without_user(text), reason)
    return name


def check_host(url: str, settings: Mapping[str, Any] | Any, resolve: Resolve | None = None) -> list[str]:
    """Whether code may be fetched from a repository.

    Args:
        url: address as `PluginAddress.url` has it.
        settings: configuration (``PLUGIN_HOSTS``, else ``ALLOWED_URLS``; ``HUB_HOST``).
        resolve: gives the IP addresses of a host; the system's resolver by default.

    Returns:
        The IP addresses of the host, all of them permitted.

    Raises:
        HostRefusedError: a rule forbids it.
        hub.config.allowlist.HostUnknownError: the host has no address.
    """
    own = settings["PLUGIN_HOSTS"]
    rules = own if own is not None else settings["ALLOWED_URLS"]
    allowed = AllowList(None if rules is None else tuple(rules), is_loopback(settings["HUB_HOST"]))
    scheme, listed = urlsplit(url).scheme, allowed.lists(url)
    if own == []:
        raise HostRefusedError(url, "no host is in the list")
    if scheme in ("ssh", "file") and not any(str(rule).startswith(f"{scheme}:") for rule in rules or ()):
        raise HostRefusedError(
            url, f"`{scheme}:` is open only to addresses that begin with a `{scheme}://` prefix listed there"
        )
    try:
        addresses = allowed.check(url, resolve, schemes=SCHEMES)
    except UrlRefusedError as error:
        raise HostRefusedError(url, error.why) from None
    if scheme in ("ssh", "file") and not listed:
        raise HostRefusedError(url, "no prefix in the list fits")
    if scheme in ("http", "git") and not listed and any(is_public(a) for a in addresses):
        raise HostRefusedError(url, f"`{scheme}:` is not encrypted, others could change the code on its way. Use https")
    return addresses
