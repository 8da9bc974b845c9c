"""Sessions and tickets: what somebody holds after a log-in. Only hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
import threading
from datetime import datetime, timedelta
from typing import Any

from hub.store.records.base import Repository, now

PREFIX = "hubs_"
TICKET_PREFIX = "hubt_"
TICKET_SECONDS = 60
MOST_OF_A_USER = 50  #: sessions; the oldest ends when there is one more
MOST_TICKETS = 10_000
SEEN_SECONDS = 60  #: how exactly it is known when a session was last used
LONGEST_AGENT = 200


class Sessions:
    """The sessions, each a record ``{_id: hash, user, via, created_at, seen_at, expires, peer, agent}``.

    Args:
        rows: where they are kept.
        idle: seconds without use after which one ends.
        longest: seconds after which it ends anyway.
    """

    def __init__(self, rows: Repository, idle: float, longest: float) -> None:
        self._rows, self.idle, self.longest = rows, idle, longest

    def open(self, user: str, peer: str, agent: str, via: str) -> tuple[str, dict[str, Any]]:
        """A new session; gives the token, which is kept nowhere, and the record."""
        self.prune()
        mine = sorted(self.of(user), key=lambda record: record["created_at"])
        for record in mine[: max(0, len(mine) - MOST_OF_A_USER + 1)]:
            self._rows.delete(record["_id"])
        token = PREFIX + secrets.token_urlsafe(32)
        record = {
            "_id": digest(token),
            "user": user,
            "via": via,
            "created_at": now(),
            "seen_at": now(),
            "expires": now() + timedelta(seconds=self.longest),
            "peer": peer,
            "agent": agent[:LONGEST_AGENT],
        }
        self._rows.put(record)
        return token, record

    def find(self, token: str) -> dict[str, Any] | None:
        """The session of a token that is good, or None; notes that it is used."""
        record = self.by_id(digest(token))
        if record and (now() - record["seen_at"]).total_seconds() > min(SEEN_SECONDS, self.idle / 10):
            record = {**record, "seen_at": now()}
            self._rows.put(record)
        return record

    def by_id(self, id_: str) -> dict[str, Any] | None:
        """A session that is good, or None."""
        record = self._rows.get(id_)
        return record if record and self.end_of(record) > now() else None

    def end_of(self, record: dict[str, Any]) -> datetime:
        """When a session ends if it is not used any more."""
        ends: datetime = min(record["seen_at"] + timedelta(seconds=self.idle), record["expires"])
        return ends

    def of(self, user: str | None = None) -> list[dict[str, Any]]:
        """The sessions that are good, of one user or of all, the newest first."""
        found = [r for r in self._rows.all() if self.end_of(r) > now() and user in (None, r["user"])]
        return sorted(found, key=lambda record: record["created_at"], reverse=True)

    def end(self, id_: str) -> bool:
        """End one; False when it is gone already."""
        return self._rows.delete(id_)

    def end_all(self, user: str, but: str = "") -> int:
        """End all of a user but one; gives how many."""
        mine = [record["_id"] for record in self._rows.all() if record["user"] == user and record["_id"] != but]
        return sum(self._rows.delete(id_) for id_ in mine)

    def prune(self) -> None:
        """Forget those that have ended by themselves."""
        for record in self._rows.all():
            if self.end_of(record) <= now():
                self._rows.delete(record["_id"])


class Tickets:
    """Tickets: good for a live connection, within a minute, in place of a token; kept in memory only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, tuple[Any, datetime]] = {}

    def issue(self, holder: Any) -> tuple[str, datetime]:
        """A ticket for somebody, and when it ends."""
        ticket, ends = TICKET_PREFIX + secrets.token_urlsafe(24), now() + timedelta(seconds=TICKET_SECONDS)
        with self._lock:
            self._held = {key: entry for key, entry in self._held.items() if entry[1] > now()}
            while len(self._held) >= MOST_TICKETS:
                del self._held[next(iter(self._held))]
            self._held[digest(ticket)] = holder, ends
        return ticket, ends

    def holder(self, ticket: str) -> Any | None:
        """Who a ticket is for, or None. A client may need several requests for one connection."""
        with self._lock:
            holder, ends = self._held.get(digest(ticket), (None, None))
            return holder if ends is not None and ends > now() else None


def digest(token: str) -> str:
    """What is kept of a token. It is random and long, so that a plain hash gives nothing away."""
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()
