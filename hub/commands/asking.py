"""Whose account a command is about, and other arguments that commands on accounts share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hub import errors
from hub.accounts import Caller
from hub.accounts.errors import NoAccountError

MOST_DAYS = 3650


def own(name: str, caller: Caller) -> str:
    """The caller's own account.

    Raises:
        hub.accounts.errors.NoAccountError: the caller has none.
    """
    if caller.user is None:
        raise NoAccountError(name)
    return caller.user


def in_days(days: int | None) -> datetime | None:
    """So many days from now.

    Raises:
        hub.errors.BadArgument: not a number of days that makes sense.
    """
    if days is None:
        return None
    if not 0 < days <= MOST_DAYS:
        raise errors.BadArgument(f"`days` must be from 1 to {MOST_DAYS}, not {days}")
    return datetime.now(UTC) + timedelta(days=days)
