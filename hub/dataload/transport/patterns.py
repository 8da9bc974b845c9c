"""Which files of a remote folder are wanted, and the names they are saved under.

A pattern is a regular expression for a path. It is split at its slashes: each part but the last is matched with the
names of folders, level by level, the last with the names of files. A match begins at the beginning of a name; write
``$`` for its end. ``**`` stands for any number of folders, a lone ``*`` for any name. What is in groups becomes the
saved path: ``(sub)/deep/(.*)`` saves ``sub/deep/a`` as ``sub/a``.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from hub.errors import BadArgument

ANY_DEPTH = "**"


class PatternError(BadArgument, ValueError):
    """A pattern is no regular expression. ``position``: where in the pattern, counted from 0."""

    def __init__(self, pattern: str, position: int, why: str) -> None:
        self.pattern, self.position, self.why = pattern, position, why
        super().__init__(f"This is no regular expression: {why}.\n    {pattern}\n    {' ' * position}^")


@dataclass(frozen=True)
class Part:
    """One level of a pattern. ``name`` is None for ``**``."""

    name: re.Pattern[str] | None

    def fits(self, name: str) -> re.Match[str] | None:
        """The match of one name."""
        return self.name.match(name) if self.name else None


@dataclass(frozen=True)
class Pattern:
    """A pattern, split and compiled."""

    text: str
    parts: tuple[Part, ...]

    @property
    def renames(self) -> bool:
        """Whether it has groups."""
        return any(part.name is not None and part.name.groups for part in self.parts)


@dataclass(frozen=True)
class State:
    """How far one pattern came on the way down: the next part, and the groups so far."""

    pattern: Pattern
    at: int = 0
    groups: tuple[str, ...] = ()


#: What a file is saved as: its path below the listed folder, its base name, or what the groups say.
Keep = Literal["structure", "flat"]


def compiled(texts: Iterable[str], glob: bool = False) -> tuple[Pattern, ...]:
    """Read patterns.

    Args:
        texts: regular expressions; with ``glob``, shell patterns, which match whole names.
        glob: what they are.

    Raises:
        PatternError: one cannot be read; says where.
    """
    return tuple(_compiled(text, glob) for text in texts)


def start(patterns: Sequence[Pattern]) -> frozenset[State]:
    """The states at the listed folder."""
    return _with_skips(State(pattern) for pattern in patterns)


def below(states: frozenset[State], folder: str) -> frozenset[State]:
    """The states inside a folder of that name; empty when nothing in it can be wanted."""
    return _with_skips(state for old in states for state in _step(old, folder))


def saved_as(states: frozenset[State], path: Sequence[str], keep: Keep) -> str | None:
    """The local path of a file, or None when no pattern wants it.

    Args:
        states: those of its folder.
        path: names from the listed folder down to the file.
        keep: what to do when no pattern that fits has groups.
    """
    wanted, renamed = False, ""
    for state in sorted(states, key=lambda s: s.pattern.text):
        if state.at != len(state.pattern.parts) - 1:
            continue
        found = state.pattern.parts[state.at].fits(path[-1])
        if not found:
            continue
        wanted = True
        groups = [*state.groups, *(g for g in found.groups() if g)]
        if groups and not renamed and state.pattern.renames:
            renamed = "/".join(groups)
    if not wanted:
        return None
    return renamed or ("/".join(path) if keep == "structure" else path[-1])


def _step(state: State, folder: str) -> Iterable[State]:
    part = state.pattern.parts[state.at]
    if part.name is None:
        yield state
    elif state.at < len(state.pattern.parts) - 1:
        found = part.fits(folder)
        if found:
            yield State(state.pattern, state.at + 1, (*state.groups, *(g for g in found.groups() if g)))


def _with_skips(states: Iterable[State]) -> frozenset[State]:
    """The states, and those after a ``**`` that stands for no folder."""
    found = set(states)
    for state in list(found):
        at = state.at
        while state.pattern.parts[at].name is None and at < len(state.pattern.parts) - 1:
            at += 1
            found.add(State(state.pattern, at, state.groups))
    return frozenset(found)


def _compiled(text: str, glob: bool) -> Pattern:
    if not text.strip("/"):
        raise PatternError(text, 0, "it is empty")
    pieces = _glob_pieces(text) if glob else _pieces(text)
    parts = []
    for number, (position, piece) in enumerate(pieces):
        last = number == len(pieces) - 1
        if piece == ANY_DEPTH and not last:
            parts.append(Part(None))
        elif piece in ("*", ANY_DEPTH):
            if piece == ANY_DEPTH:
                parts.append(Part(None))
            parts.append(Part(re.compile("")))
        else:
            parts.append(Part(_regex(text, position, fnmatch.translate(piece) if glob else piece)))
    return Pattern(text, tuple(parts))


def _regex(text: str, position: int, piece: str) -> re.Pattern[str]:
    try:
        return re.compile(piece)
    except (re.error, OverflowError, RecursionError) as error:
        at = getattr(error, "pos", None) or 0
        raise PatternError(text, position + at, getattr(error, "msg", None) or str(error)) from None


def _glob_pieces(text: str) -> list[tuple[int, str]]:
    found, position = [], 0
    for piece in text.split("/"):
        if piece:
            found.append((position, piece))
        position += len(piece) + 1
    return found


def _pieces(text: str) -> list[tuple[int, str]]:
    """The parts of a regular expression with their positions. A slash in ``[...]`` does not split."""
    found: list[tuple[int, str]] = []
    begin, inside, at = (2 if text.startswith("^/") else 0), False, 0
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif inside:
            inside = letter != "]"
        elif letter == "[":
            inside = "]" in text[at + 2 :]
            at += 1 if text[at + 1 : at + 2] in ("]", "^") else 0
        elif letter == "/" and at >= begin:
            found.append((begin, text[begin:at]))
            begin = at + 1
        at += 1
    found.append((begin, text[begin:]))
    return [(position, piece) for position, piece in found if piece not in ("", "^")]
