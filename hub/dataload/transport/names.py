"""Names of files and URLs: what may be shown, what is sent, and what a downloaded file is called."""

from __future__ import annotations

import re
from email.message import Message
from urllib.parse import unquote, urlsplit

MAX_NAME_BYTES = 255
_USERINFO = re.compile(r"(?<=://)([^/?#@:]*):[^/?#]*@")
_CHECKSUMS = re.compile(
    r"(\.(md5|sha1|sha224|sha256|sha384|sha512)(sums?)?(\.txt)?|^(md5|sha\d*|check)_?sums?(\.txt)?|^checksums?\.(md5|sha\d+))$",
    re.I,
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def masked(url: str) -> str:
    """The URL with its password as stars: safe for logs, records and messages."""
    return _USERINFO.sub(lambda m: f"{m.group(1)}:***@", url)


def scheme_of(url: str) -> str:
    """The scheme in lower case, empty when there is none."""
    head, colon, _ = url.partition(":")
    return head.lower() if colon and head.replace("+", "").replace("-", "").replace(".", "").isalnum() else ""


def local_name(url: str) -> str:
    """The name of the file that a URL is saved as: the text after the last ``/``, exactly as written.

    Raises:
        BadUrlError: that text is no usable file name.
    """
    name = url.rpartition("/")[2]
    why = unusable(name)
    if why:
        from hub.dataload.transport.errors import BadUrlError

        raise BadUrlError(url, f"the text after its last `/` gives the local file name, and `{name[:40]}` {why}")
    return name


def unusable(name: str) -> str:
    """Why ``name`` cannot name a file in a release folder; empty when it can."""
    if not name:
        return "is empty"
    if name in (".", "..") or "/" in name:
        return "is a folder"
    if _CONTROL.search(name):
        return "holds control characters"
    if len(name.encode("utf-8", "surrogateescape")) > MAX_NAME_BYTES:
        return f"is longer than {MAX_NAME_BYTES} bytes"
    return ""


def disposition_name(header: str | None) -> str | None:
    """The file name of a ``Content-Disposition`` header, without folders and control characters; None without one."""
    if not header:
        return None
    message = Message()
    message["Content-Disposition"] = _CONTROL.sub("", header)
    name = message.get_filename()
    if not name:
        return None
    name = re.split(r"[/\\]", _CONTROL.sub("", name))[-1].strip().lstrip(".")
    return name if name and not unusable(name) else None


def check_url(url: str) -> None:
    """Refuse URLs that could smuggle a second request line.

    Raises:
        BadUrlError: control characters in it, or no host where one is needed.
    """
    from hub.dataload.transport.errors import BadUrlError

    if _CONTROL.search(url):
        raise BadUrlError(_CONTROL.sub("?", url), "it holds control characters")
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise BadUrlError(url, str(error)) from None
    if parts.scheme != "file" and not parts.hostname:
        raise BadUrlError(url, "it has no host")
    if parts.scheme in ("ftp", "ftps", "ftpes") and _CONTROL.search(unquote(url)):
        raise BadUrlError(url, "it holds encoded control characters")


def suffix_of(name: str) -> str:
    """Last suffix of a name in lower case with its dot, without a ``?query``; empty when there is none."""
    base = name.split("?", 1)[0].split("#", 1)[0].rpartition("/")[2]
    stem, dot, suffix = base.rpartition(".")
    return f".{suffix.lower()}" if dot and stem else ""


def host_of(url: str) -> str:
    """Host and port of a URL in lower case, without user and password; empty for ``file:`` URLs."""
    if url[:5].lower() == "file:":
        return ""
    return url.partition("://")[2].split("/", 1)[0].split("?", 1)[0].rpartition("@")[2].lower()


def is_checksum_file(name: str) -> bool:
    """Whether a name is that of published checksums: ``a.md5``, ``MD5SUMS``, ``checksums.txt``."""
    return bool(_CHECKSUMS.search(name))
