"""Groups of users, and the sources and builds that their members may operate."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hub import errors
from hub.accounts.caller import Grants
from hub.accounts.errors import ExistsError
from hub.store.records.base import Repository, now

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")
PATTERN = re.compile(r"[\w.@:*?-]{1,200}", re.ASCII)


class Groups:
    """The groups, each a record ``{_id, description, users, sources, builds, created_at, created_by}``.

    Args:
        rows: where they are kept.
    """

    def __init__(self, rows: Repository) -> None:
        self._rows = rows

    def all(self) -> list[dict[str, Any]]:
        """All records by name."""
        return self._rows.all()

    def get(self, name: str) -> dict[str, Any]:
        """A group.

        Raises:
            hub.errors.NotFound: there is none of that name.
        """
        found = self._rows.get(name) if NAME.fullmatch(name) else None
        if found is None:
            raise errors.NotFound("group", name, [str(record["_id"]) for record in self.all()])
        return found

    def create(self, name: str, description: str, users: Iterable[str], by: str) -> dict[str, Any]:
        """Make a group.

        Raises:
            hub.errors.HubError: the name cannot be taken.
        """
        if not NAME.fullmatch(name):
            raise errors.BadArgument(f"`{name[:100]}` is no group name: use letters, digits, `_`, `.`, `@` and `-`")
        for record in self.all():
            if str(record["_id"]).casefold() == name.casefold():
                raise ExistsError("group", name, str(record["_id"]))
        made: dict[str, Any] = {"_id": name, "description": description[:500], "users": sorted(set(users))}
        made |= {"sources": [], "builds": [], "created_at": now(), "created_by": by}
        self._rows.put(made)
        return made

    def delete(self, name: str) -> None:
        """Remove a group; its members lose what it granted."""
        self.get(name)
        self._rows.delete(name)

    def add(self, name: str, field: str, values: Iterable[str]) -> dict[str, Any]:
        """Add users, sources or builds."""
        return self._put(name, field, lambda present: present | set(values))

    def remove(self, name: str, field: str, values: Iterable[str]) -> dict[str, Any]:
        """Take users, sources or builds away.

        Raises:
            hub.errors.NotFound: one of them is not in the group.
        """
        gone = set(values)
        for value in sorted(gone - set(self.get(name)[field])):
            raise errors.NotFound(f"{field.removesuffix('s')} of the group {name}", value, self.get(name)[field])
        return self._put(name, field, lambda present: present - gone)

    def forget(self, user: str) -> None:
        """Take a user out of all groups."""
        for record in self.all():
            if user in record["users"]:
                self.remove(str(record["_id"]), "users", [user])

    def of(self, user: str) -> tuple[tuple[str, ...], Grants]:
        """A user's groups, and what they grant together."""
        mine = [record for record in self.all() if user in record["users"]]
        grants = Grants()
        for record in mine:
            grants |= Grants(tuple(record["sources"]), tuple(record["builds"]))
        return tuple(str(record["_id"]) for record in mine), grants

    def _put(self, name: str, field: str, change: Any) -> dict[str, Any]:
        record = self.get(name)
        record = {**record, field: sorted(change(set(record[field])))}
        self._rows.put(record)
        return record


def check_patterns(kind: str, patterns: Iterable[str]) -> list[str]:
    """Patterns of names, or why one is none.

    Raises:
        hub.errors.BadArgument: it has other characters.
    """
    found = list(patterns)
    for pattern in found:
        if not PATTERN.fullmatch(pattern):
            raise errors.BadArgument(
                f"`{pattern[:100]}` is no name or pattern of a {kind}: `*` and `?` stand for others"
            )
    return found
