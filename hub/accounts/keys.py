"""API keys: what programs hold in place of a password. Only hashes are kept."""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from typing import Any

from hub import errors
from hub.accounts.caller import Grants, Scope
from hub.accounts.roles import Role, role_of
from hub.accounts.sessions import SEEN_SECONDS, digest
from hub.store.records.base import Repository, now

PREFIX = "hubk_"
MOST_OF_A_USER = 100


class ApiKeys:
    """The keys, each a record ``{_id, user, name, role, sources, builds, hash, created_at, expires, revoked_at, ...}``.

    Args:
        rows: where they are kept.
    """

    def __init__(self, rows: Repository) -> None:
        self._rows = rows

    def create(
        self, user: str, name: str, role: Role, grants: Grants, expires: datetime | None
    ) -> tuple[str, dict[str, Any]]:
        """A new key; gives its text, which is kept nowhere, and the record.

        Raises:
            hub.errors.Conflict: the user has too many.
        """
        if len([key for key in self.of(user) if not key.get("revoked_at")]) >= MOST_OF_A_USER:
            raise errors.Conflict(f"{user} has {MOST_OF_A_USER} keys. Revoke some of them first.")
        id_ = secrets.token_hex(5)
        text = f"{PREFIX}{id_}_{secrets.token_urlsafe(32)}"
        record = {
            "_id": id_,
            "user": user,
            "name": name[:100],
            "role": role.label,
            "sources": list(grants.sources),
            "builds": list(grants.builds),
            "hash": digest(text),
            "created_at": now(),
            "expires": expires,
            "revoked_at": None,
            "used_at": None,
            "used_from": None,
        }
        self._rows.put(record)
        return text, record

    def find(self, text: str, peer: str) -> dict[str, Any] | None:
        """The key of a text that is good, or None; notes that it is used."""
        id_ = text.removeprefix(PREFIX).partition("_")[0]
        record = self.by_id(id_)
        if record is None or not hmac.compare_digest(record["hash"], digest(text)):
            return None
        used = record.get("used_at")
        if used is None or (now() - used).total_seconds() > SEEN_SECONDS or record.get("used_from") != peer:
            self._rows.put({**record, "used_at": now(), "used_from": peer})
        return record

    def by_id(self, id_: str) -> dict[str, Any] | None:
        """A key that is good, or None."""
        record = self._rows.get(id_) if id_ else None
        return record if record and is_good(record) else None

    def get(self, id_: str) -> dict[str, Any]:
        """A key, good or not.

        Raises:
            hub.errors.NotFound: there is none of that number.
        """
        found = self._rows.get(id_) if id_ else None
        if found is None:
            raise errors.NotFound("API key", id_, [str(record["_id"]) for record in self._rows.all()])
        return found

    def of(self, user: str | None = None) -> list[dict[str, Any]]:
        """The keys of one user or of all, the newest first."""
        found = [record for record in self._rows.all() if user in (None, record["user"])]
        return sorted(found, key=lambda record: record["created_at"], reverse=True)

    def revoke(self, id_: str) -> dict[str, Any]:
        """Make a key worthless."""
        record = self.get(id_)
        record = {**record, "revoked_at": record.get("revoked_at") or now()}
        self._rows.put(record)
        return record

    def delete_all(self, user: str) -> None:
        """Forget the keys of a user who is no more."""
        for record in self.of(user):
            self._rows.delete(record["_id"])


def is_good(record: dict[str, Any]) -> bool:
    """Whether a key may be used now."""
    expires = record.get("expires")
    return record.get("revoked_at") is None and (expires is None or expires > now())


def scope_of(record: dict[str, Any]) -> Scope:
    """How far a key goes."""
    return Scope(role_of(record["role"]), Grants(tuple(record["sources"]), tuple(record["builds"])))
