"""Who changed which setting, when, from what to what."""

from __future__ import annotations

import json
from typing import Any

from hub.accounts.caller import CALLER
from hub.accounts.hiding import is_secret_name
from hub.config.secret import STARS
from hub.store.records.base import Repository, now

MOST_KEPT = 10_000  #: changes; the oldest go


class ConfigHistory:
    """The changes, each a record ``{_id, name, action, at, user, via, from, old, new, hidden}``.

    Args:
        rows: where they are kept.
    """

    def __init__(self, rows: Repository) -> None:
        self._rows = rows

    def note(self, name: str, action: str, old: Any, new: Any, *, hidden: bool) -> None:
        """Write a change down, on behalf of the present caller.

        Args:
            name: setting, or ``Class.ATTRIBUTE``.
            action: ``change`` or ``reset``.
            old: effective value before.
            new: effective value after.
            hidden: both are secret; neither is kept.
        """
        caller = CALLER.get()
        hidden = hidden or is_secret_name(name)
        number = self._rows.next_id()
        record = {
            "_id": number,
            "name": name,
            "action": action,
            "at": now(),
            "user": caller.shown,
            "via": caller.via,
            "from": caller.peer,
            "old": STARS if hidden else plain(old),
            "new": STARS if hidden else plain(new),
            "hidden": hidden,
        }
        self._rows.put(record)
        self._rows.delete(number - MOST_KEPT)

    def recent(self, limit: int, name: str | None = None, user: str | None = None) -> list[dict[str, Any]]:
        """The newest changes first, of one setting or of one user only if asked."""
        found = [r for r in self._rows.all() if name in (None, r["name"]) and user in (None, r["user"])]
        return sorted(found, key=lambda record: int(record["_id"]), reverse=True)[:limit]


def plain(value: Any) -> Any:
    """A value as JSON would give it; secrets inside are stars already."""
    return json.loads(json.dumps(value, default=str))
