"""Patterns of queries as the regular expressions that tantivy's term automata understand (always the whole term)."""

from __future__ import annotations

import re

from hub.search.errors import QuerySyntaxError

ANY = r"(?s:.)"
_SPECIAL = frozenset(r"\.+*?()|[]{}^$#&-~<>@/\" ")
_INTERVAL = re.compile(r"<(\d+)-(\d+)>")
MAX_INTERVAL = 1000  #: numbers in a `<1-100>` of a regular expression


def escape(text: str) -> str:
    """A text that matches itself."""
    return "".join(f"\\x{{{ord(c):X}}}" if c in _SPECIAL or ord(c) < 32 else c for c in text)


def from_wildcard(pattern: str) -> str:
    """``*`` is any text, ``?`` any character, a backslash takes the next character as it is."""
    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            at += 1
            out.append(escape(pattern[at]))
        else:
            out.append(ANY + "*" if char == "*" else ANY if char == "?" else escape(char))
        at += 1
    return "".join(out)


def from_lucene(pattern: str) -> str:
    """Lucene's regular expressions: ``.`` any character, ``@`` any text, ``<1-9>`` numbers, quotes around plain text.

    Raises:
        QuerySyntaxError: the complement and intersection operators, which tantivy has not.
    """
    out: list[str] = []
    at = 0
    in_class = False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            out.append(_escaped(pattern[at + 1]))
            at += 2
            continue
        if in_class:
            in_class = char != "]"
            out.append(char if char in "^-]" else escape(char))
        elif char == "[":
            in_class = True
            out.append(char)
        else:
            piece, at = _operator(pattern, at)
            out.append(piece)
            continue
        at += 1
    return "".join(out)


def _escaped(char: str) -> str:
    return "\\" + char if char in "dDwWsS" else escape(char)


def _operator(pattern: str, at: int) -> tuple[str, int]:
    """One operator or character outside of a class, and where the next one starts."""
    char = pattern[at]
    if char in "~&":
        raise QuerySyntaxError(
            f"/{pattern}/", f"`{char}` in a regular expression is not supported by the embedded engine", at
        )
    if char == '"':
        end = pattern.find('"', at + 1)
        if end > 0:
            return escape(pattern[at + 1 : end]), end + 1
    interval = _INTERVAL.match(pattern, at)
    if interval:
        low, high = sorted((int(interval[1]), int(interval[2])))
        if high - low > MAX_INTERVAL:
            raise QuerySyntaxError(f"/{pattern}/", f"an interval of more than {MAX_INTERVAL} numbers", at)
        return "(?:" + "|".join(str(n) for n in range(low, high + 1)) + ")", interval.end()
    plain = {".": ANY, "@": ANY + "*", "#": "[^\\x{0}-\\x{10FFFF}]"}
    if char in plain:
        return plain[char], at + 1
    return (char if char in "()|*+?{}" or char.isdigit() or char == "," else escape(char)), at + 1
