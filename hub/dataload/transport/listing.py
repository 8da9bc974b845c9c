"""What the listings of all transports share: from a name in a folder to a record with its URL."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from hub.dataload.transport.errors import ListingError
from hub.dataload.transport.port import RemoteFile

_SAFE = "!$&'()*+,=@~:"  # also `;` may stand in a path, but FTP clients take `;type=` for an order


def folder_url(url: str) -> str:
    """The URL with a slash at its end, without query and fragment."""
    plain = url.partition("#")[0].partition("?")[0]
    return plain if plain.endswith("/") else plain + "/"


def quoted(name: str) -> str:
    """A name as a part of a URL; ``#``, ``?``, ``%``, blanks and bytes that are no UTF-8 included."""
    return quote(name.encode("utf-8", "surrogateescape"), safe=_SAFE)


def is_self_or_parent(name: str) -> bool:
    """Whether a listed name is the folder itself or the one above."""
    return name.rstrip("/") in ("", ".", "..")


def found(folder: str, name: str, *, is_dir: bool) -> RemoteFile:
    """The record of an entry; size and times are to be filled in.

    Args:
        folder: URL of the folder.
        name: plain name, decoded.
        is_dir: whether it can be listed.

    Raises:
        ListingError: the server gave a name that leads to another folder.
    """
    if "/" in name or "\0" in name or name in ("", ".", ".."):
        raise ListingError(folder, f"the server names an entry `{name[:80]!r}`, which is no file name")
    url = folder_url(folder) + quoted(name) + ("/" if is_dir else "")
    return RemoteFile(url, name=name, effective_url=url, is_dir=is_dir)


def decoded(raw: bytes) -> str:
    """A name from the bytes a server sent."""
    return raw.decode("utf-8", "surrogateescape")


def as_asked(entry: RemoteFile, asked: str, target: str) -> RemoteFile:
    """An entry of the folder ``target`` under the URL of the folder that was asked for before rewriting."""
    start = folder_url(target)
    if not entry.url.startswith(start):
        return entry
    return replace(entry, url=folder_url(asked) + entry.url.removeprefix(start))


def mode_of(text: str) -> int:
    """Permission bits from ``rwxr-s--t``."""
    mode = sum(1 << (8 - n) for n, c in enumerate(text) if c not in "-STlL")
    special = ((2, 0o4000), (5, 0o2000), (8, 0o1000))
    return mode | sum(bit for n, bit in special if text[n] in "sStT")
