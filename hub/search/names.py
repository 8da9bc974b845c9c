"""Names of indices and aliases: Elasticsearch's rules, held by every engine so that an index can move between them."""

from __future__ import annotations

from hub.search.errors import IndexNameError

_FORBIDDEN = frozenset('\\/*?"<>| ,#:\t\n\r')
MAX_BYTES = 255  #: UTF-8 bytes in a name


def check_name(name: str) -> str:
    """The name itself.

    Raises:
        IndexNameError: upper case, a forbidden character, a forbidden first character, empty or too long.
    """
    if not name or name in {".", ".."}:
        raise IndexNameError(name, "it is empty or only dots")
    if name != name.lower():
        raise IndexNameError(name, f"it must be lower case, e.g. `{name.lower()}`")
    if name[0] in "-_+.":
        raise IndexNameError(name, "it must not start with `-`, `_`, `+` or `.`")
    bad = sorted(_FORBIDDEN.intersection(name))
    if bad:
        raise IndexNameError(name, "it must not contain " + " ".join(repr(c) for c in bad))
    if len(name.encode("utf-8", "replace")) > MAX_BYTES:
        raise IndexNameError(name, f"it is longer than {MAX_BYTES} bytes")
    return name
