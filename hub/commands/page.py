"""Parts of long lists. The REST door tells in the envelope which part an answer is: ``{total, offset, limit}``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from hub import errors

T = TypeVar("T")
MOST = 10_000  #: entries that one page may have


class Page(list[Any]):
    """Some entries of a list.

    Attributes:
        total: entries of the whole list.
        offset: entries before these.
        limit: entries that were asked for; 0 for all.
    """

    def __init__(self, entries: Iterable[Any], total: int, offset: int, limit: int) -> None:
        super().__init__(entries)
        self.total, self.offset, self.limit = total, offset, limit


class RecordPage(dict[str, Any]):
    """The same of entries by name."""

    def __init__(self, entries: dict[str, Any], total: int, offset: int, limit: int) -> None:
        super().__init__(entries)
        self.total, self.offset, self.limit = total, offset, limit


def check(offset: int, limit: int, *, all_allowed: bool = False) -> None:
    """Refuse what is no page.

    Args:
        offset: 0 or more.
        limit: from 1 to `MOST`.
        all_allowed: 0 may stand for all entries.

    Raises:
        hub.errors.BadArgument: one of them is none.
    """
    if offset < 0:
        raise errors.BadArgument(f"`offset` is a number of entries to leave out, 0 or more, not {offset}.")
    lowest = 0 if all_allowed else 1
    if not lowest <= limit <= MOST:
        raise errors.BadArgument(f"`limit` is a number of entries from {lowest} to {MOST}, not {limit}.")


def part(entries: Sequence[T], offset: int, limit: int) -> Sequence[T]:
    """These entries of a list; all after the offset when ``limit`` is 0."""
    return entries[offset : offset + limit] if limit else entries[offset:]


def told(value: Any) -> dict[str, int] | None:
    """Which part of a list an answer is, or None when it is no part."""
    if isinstance(value, Page | RecordPage):
        return {"total": value.total, "offset": value.offset, "limit": value.limit}
    return None
