"""From the text of a URL or form to typed values: booleans, whole numbers, lists with quotes."""

from __future__ import annotations

from typing import Any

_SEPARATORS = frozenset(", |+\t\n\r")
_TRUE = frozenset({"true", "yes", "y", "t", "1", ""})


def to_bool(value: Any) -> bool:
    """Truth of a parameter: a bare ``&name`` is true, numbers above 0 are, and ``true|yes|y|t|1`` in any case.

    Args:
        value: text of a URL or form, or a JSON value.
    """
    if isinstance(value, (bool, int, float)):
        return value > 0
    text = str(value).strip().lower() if value is not None else "false"
    if text in _TRUE:
        return True
    try:
        return float(text) > 0
    except ValueError:
        return False


def to_int(value: Any) -> int:
    """A whole number.

    Raises:
        ValueError: it is not one (a boolean is not).
    """
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(value)
    return int(value)


def split_list(text: str, *, keep_brackets: bool = False) -> list[str]:
    """Split on comma, space, ``|``, ``+``, tab and newline; quotes around an item protect what is inside.

    An item that begins with ``"`` or ``'`` ends at the next such quote that is followed by a separator or the end, so
    items that contain the quote itself survive. A quote without its partner is an ordinary character.

    Args:
        text: what the client sent.
        keep_brackets: separators inside ``( )`` do not split (nested facets).
    """
    items: list[str] = []
    position, end = 0, len(text)
    while position < end:
        if text[position] in _SEPARATORS:
            position += 1
            continue
        item, position = _next_item(text, position, keep_brackets)
        items.append(item)
    return [item for item in items if item]


def _next_item(text: str, start: int, keep_brackets: bool) -> tuple[str, int]:
    if text[start] in "\"'":
        close = _closing_quote(text, start)
        if close:
            return text[start + 1 : close], close + 1
    position, depth = start, 0
    while position < len(text) and (depth or text[position] not in _SEPARATORS):
        if keep_brackets:
            depth += {"(": 1, ")": -1}.get(text[position], 0)
            depth = max(depth, 0)
        position += 1
    return text[start:position], position


def _closing_quote(text: str, start: int) -> int:
    quote, close = text[start], text.find(text[start], start + 1)
    while close != -1:
        if close + 1 == len(text) or text[close + 1] in _SEPARATORS:
            return close
        close = text.find(quote, close + 1)
    return 0
