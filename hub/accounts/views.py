"""Users, groups, keys and sessions as the doors show them: nothing that opens anything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from hub.accounts.keys import is_good
from hub.accounts.users import is_active

SHORT = 16  #: characters of a session's number; enough to tell it from all others


def user_view(record: dict[str, Any], groups: Sequence[str], *, locked: bool, public_key: bool) -> dict[str, Any]:
    """A user.

    Args:
        record: as it is kept.
        groups: the user's.
        locked: too many wrong passwords, for a while.
        public_key: there is a key for the console.
    """
    return {
        "name": record["_id"],
        "role": record["role"],
        "groups": list(groups),
        "active": is_active(record),
        "disabled": record["disabled"],
        "locked": locked,
        "has_password": bool(record.get("password")),
        "has_public_key": public_key,
        "expires": record.get("expires"),
        "created_at": record.get("created_at"),
        "created_by": record.get("created_by"),
        "password_at": record.get("password_at"),
        "last_login": record.get("last_login"),
        "last_from": record.get("last_from"),
    }


def group_view(record: dict[str, Any]) -> dict[str, Any]:
    """A group."""
    shown = ("description", "users", "sources", "builds", "created_at", "created_by")
    return {"name": record["_id"], **{field: record.get(field) for field in shown}}


def key_view(record: dict[str, Any]) -> dict[str, Any]:
    """An API key, without what opens anything."""
    shown = ("user", "name", "role", "sources", "builds", "created_at", "expires", "revoked_at", "used_at", "used_from")
    return {"id": record["_id"], **{field: record.get(field) for field in shown}, "active": is_good(record)}


def session_view(record: dict[str, Any], ends: datetime, mine: str) -> dict[str, Any]:
    """A session.

    Args:
        record: as it is kept.
        ends: when it does.
        mine: number of the session of who asks.
    """
    return {
        "id": str(record["_id"])[:SHORT],
        "user": record["user"],
        "via": record["via"],
        "created_at": record["created_at"],
        "seen_at": record["seen_at"],
        "expires": ends,
        "from": record.get("peer"),
        "program": record.get("agent"),
        "current": record["_id"] == mine,
    }
