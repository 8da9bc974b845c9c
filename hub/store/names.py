"""Names of collections and the files that hold them."""

from __future__ import annotations

import re
from urllib.parse import unquote

from hub.store.errors import BadCollectionNameError

SUFFIX = ".sqlite"
MAX_NAME_BYTES = 200
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-.")
_HIDDEN = re.compile(r"^(system\.|_hub_)")


def check_name(name: str) -> str:
    """``name`` itself when every engine can take it.

    Raises:
        BadCollectionNameError: empty, too long, or with characters that MongoDB refuses.
    """
    if not isinstance(name, str) or not name:
        raise BadCollectionNameError(str(name), "it is empty")
    if "$" in name or "\0" in name:
        raise BadCollectionNameError(name, "`$` and NUL are not allowed")
    if name.startswith(("system.", ".")) or name.endswith("."):
        raise BadCollectionNameError(name, "it may not start with `system.` nor start or end with a dot")
    if len(name.encode()) > MAX_NAME_BYTES:
        raise BadCollectionNameError(name, f"it is longer than {MAX_NAME_BYTES} bytes")
    return name


def is_internal(name: str) -> bool:
    """Whether a collection belongs to the engine and is not shown."""
    return _HIDDEN.match(name) is not None


def file_name(name: str) -> str:
    """A file name for any collection name, different also where file systems ignore case.

    Raises:
        BadCollectionNameError: see `check_name`, or too long once encoded.
    """
    encoded = "".join(c if c in _PLAIN else _percent(c) for c in check_name(name))
    if len(encoded) + len(SUFFIX) > 240:
        raise BadCollectionNameError(name, "it is too long for a file name")
    return encoded + SUFFIX


def collection_name(file: str) -> str | None:
    """The collection kept in a file of that name, or None when it is not one of ours."""
    if not file.endswith(SUFFIX) or file.startswith("."):
        return None
    return unquote(file[: -len(SUFFIX)])


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
