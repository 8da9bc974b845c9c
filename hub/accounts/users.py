"""The users: who there is, with which role, and the hashes of their passwords."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from hub import errors
from hub.accounts import passwords
from hub.accounts.errors import ExistsError, LastAdminError
from hub.accounts.roles import Role, role_of
from hub.store.records.base import Repository, now

ADMIN = "admin"  #: the user of the first start
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")
#: What callers without an account are called in records; no user may look like one.
RESERVED = frozenset({"hub", "owner", "local", "anonymous", "loopback", "system"})


class Users:
    """The users, each a record ``{_id, role, password, disabled, expires, created_at, created_by, ...}``.

    Args:
        rows: where they are kept.
        words: of which no password may consist: the name of the hub.
        least: characters of a password.
    """

    def __init__(self, rows: Repository, words: tuple[str, ...] = (), least: int = 12) -> None:
        self._rows, self._words, self._least = rows, words, least

    def find(self, name: str) -> dict[str, Any] | None:
        """A user's record, or None."""
        return self._rows.get(name) if NAME.fullmatch(name) else None

    def get(self, name: str) -> dict[str, Any]:
        """A user's record.

        Raises:
            hub.errors.NotFound: there is no such user.
        """
        found = self.find(name)
        if found is None:
            raise errors.NotFound("user", name, self.names())
        return found

    def active(self, name: str) -> dict[str, Any] | None:
        """A user who may come in now, or None."""
        found = self.find(name)
        return found if found is not None and is_active(found) else None

    def all(self) -> list[dict[str, Any]]:
        """All records by name."""
        return self._rows.all()

    def names(self) -> list[str]:
        """All names."""
        return [str(record["_id"]) for record in self.all()]

    def hash_of(self, name: str) -> str | None:
        """The hash of a user's password; None when the user may not come in by one."""
        found = self.active(name)
        return found.get("password") if found else None

    def create(
        self, name: str, role: Role, password: str | None, *, by: str, expires: datetime | None = None
    ) -> dict[str, Any]:
        """Add a user; blocks for a moment.

        Args:
            name: letters, digits and ``_ . @ -``; must differ from others by more than case.
            role: on everything.
            password: None for a user who comes in by public key only.
            by: who does it.
            expires: after that the user may not come in.

        Raises:
            hub.errors.HubError: the name or the password cannot be taken.
        """
        if not NAME.fullmatch(name):
            raise errors.BadArgument(f"`{name[:100]}` is no user name: use letters, digits, `_`, `.`, `@` and `-`")
        if name.casefold() in RESERVED:
            raise errors.BadArgument(f"`{name}` has a meaning of its own here; choose another name")
        for taken in self.names():
            if taken.casefold() == name.casefold():
                raise ExistsError("user", name, taken)
        if password is not None:
            self._check(name, password)
        return self.add(name, role, passwords.hashed(password) if password is not None else None, by, expires)

    def add(self, name: str, role: Role, known: str | None, by: str, expires: datetime | None = None) -> dict[str, Any]:
        """Keep a user with a hash that is known already."""
        record: dict[str, Any] = {
            "_id": name,
            "role": role.label,
            "password": known,
            "password_at": now() if known else None,
            "old_passwords": [known] if known else [],
            "disabled": False,
            "expires": expires,
            "created_at": now(),
            "created_by": by,
        }
        self._rows.put(record)
        return record

    def set_password(self, name: str, password: str) -> None:
        """Change a password; blocks for a moment.

        Raises:
            hub.accounts.errors.WeakPasswordError: it is guessed too easily.
            hub.errors.NotFound: there is no such user.
        """
        record = self.get(name)
        old = record.get("old_passwords") or []
        self._check(name, password, old)
        known = passwords.hashed(password)
        kept = [*old, known][-passwords.KEPT :]
        self._rows.put({**record, "password": known, "password_at": now(), "old_passwords": kept})

    def list_anew(self, name: str, known: str | None) -> None:
        """Take over what a setting says of a user: another hash, or that there is no such user any more."""
        record = self.get(name)
        self._rows.put({**record, "password": known, "password_at": now(), "disabled": known is None})

    def rehash(self, name: str, password: str) -> None:
        """Bring the hash of a right password up to today's costs."""
        record = self.find(name)
        if record and record.get("password") and passwords.is_outdated(record["password"]):
            self._rows.put({**record, "password": passwords.hashed(password)})

    def seen(self, name: str, peer: str) -> None:
        """Somebody has logged in."""
        record = self.find(name)
        if record:
            self._rows.put({**record, "last_login": now(), "last_from": peer})

    def change(self, name: str, **fields: Any) -> dict[str, Any]:
        """Change role, ``disabled`` or ``expires``.

        Raises:
            LastAdminError: nobody would be left to look after the accounts.
            hub.errors.NotFound: there is no such user.
        """
        record = {**self.get(name), **fields}
        if not is_admin(record) or (record.get("expires") and fields.get("expires")):
            self._keep_an_admin(name)
        self._rows.put(record)
        return record

    def delete(self, name: str) -> None:
        """Remove a user.

        Raises:
            LastAdminError: nobody would be left to look after the accounts.
            hub.errors.NotFound: there is no such user.
        """
        self.get(name)
        self._keep_an_admin(name)
        self._rows.delete(name)

    def admins(self) -> list[dict[str, Any]]:
        """The admins who may come in."""
        return [record for record in self.all() if is_admin(record)]

    def _keep_an_admin(self, name: str) -> None:
        # An admin whose time is limited does not count: the last one would go away by itself.
        lasting = {str(r["_id"]) for r in self.all() if is_admin(r) and not r.get("expires")}
        if name in lasting and len(lasting) == 1:
            raise LastAdminError(name)

    def _check(self, name: str, password: str, old: list[str] | None = None) -> None:
        passwords.check(password, least=self._least, words=(name, *self._words), old=old or ())


def is_active(record: dict[str, Any]) -> bool:
    """Whether a user may come in now."""
    expires = record.get("expires")
    return not record.get("disabled") and (expires is None or expires > now())


def is_admin(record: dict[str, Any]) -> bool:
    """Whether a user is an admin who may come in."""
    return is_active(record) and role_of(record["role"]) is Role.ADMIN
