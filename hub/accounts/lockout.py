"""The pause after wrong passwords."""

from __future__ import annotations

import threading
import time

ADDRESS_FACTOR = 10  #: wrong passwords from one address, in those that one user is let


class Lockout:
    """Counts wrong passwords of each user and each address; too many close log-in for a while. Keys still work.

    Args:
        allowed: wrong passwords of a user that are let pass.
        seconds: how long it is closed after that.
    """

    def __init__(self, allowed: int, seconds: float) -> None:
        self.allowed, self.seconds = max(1, allowed), seconds
        self._lock = threading.Lock()
        self._wrong: dict[tuple[str, str], tuple[int, float]] = {}
        self._told: set[tuple[str, str]] = set()

    def is_closed(self, user: str, peer: str = "") -> bool:
        """Whether this user, or everybody at this address, has to wait."""
        with self._lock:
            self._forget()
            return self._is_closed(user) or (bool(peer) and self._count("from", peer) >= self.allowed * ADDRESS_FACTOR)

    def wrong(self, user: str, peer: str = "") -> bool:
        """Count a wrong password; gives whether the user has to wait now."""
        with self._lock:
            self._forget()
            self._add("user", user)
            if peer:
                self._add("from", peer)
            return self._is_closed(user)

    def is_news(self, user: str, peer: str = "") -> bool:
        """Whether it was not told yet that this user, or this address, has to wait; tries go on for ever."""
        with self._lock:
            key = ("user", user) if self._is_closed(user) else ("from", peer)
            was_told = key in self._told
            self._told.add(key)
            return not was_told

    def right(self, user: str) -> None:
        """Forget the wrong ones of a user."""
        with self._lock:
            self._wrong.pop(("user", user), None)

    def closed(self) -> list[str]:
        """Users who have to wait."""
        with self._lock:
            self._forget()
            return sorted(name for kind, name in self._wrong if kind == "user" and self._is_closed(name))

    def _is_closed(self, user: str) -> bool:
        return self._count("user", user) >= self.allowed

    def _count(self, kind: str, name: str) -> int:
        return self._wrong.get((kind, name), (0, 0.0))[0]

    def _add(self, kind: str, name: str) -> None:
        self._wrong[kind, name] = self._count(kind, name) + 1, time.monotonic() + self.seconds

    def _forget(self) -> None:
        now = time.monotonic()
        self._wrong = {key: entry for key, entry in self._wrong.items() if entry[1] > now}
        self._told &= self._wrong.keys()
