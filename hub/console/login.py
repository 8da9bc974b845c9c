"""Who may log in: users with a password or keys, and the pause after wrong passwords.

``RUN_DIR/console_users.json`` holds argon2 hashes, readable by the owner only. The first start makes the user ``admin``
with a random password. Keys of a user stand in ``RUN_DIR/authorized_keys/<user>.pub`` and are read at each log-in.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.errors import BadArgument

if TYPE_CHECKING:
    from argon2 import PasswordHasher

ADMIN = "admin"

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,63}")


class Users:
    """The users of the console.

    Args:
        run_dir: the hub's run folder.
    """

    def __init__(self, run_dir: Path) -> None:
        self._path = run_dir / "console_users.json"
        self._keys = run_dir / "authorized_keys"
        self._dummy = ""

    def first_password(self) -> str | None:
        """Make the user ``admin`` when there are no users; gives the password, which is stored nowhere."""
        if self._path.exists():
            return None
        self._keys.mkdir(parents=True, exist_ok=True, mode=0o700)
        password = secrets.token_urlsafe(12)
        self.set_password(ADMIN, password)
        return password

    def set_password(self, user: str, password: str) -> None:
        """Add a user, or change a password.

        Args:
            user: letters, digits and ``_ . @ -``.
            password: at least 8 characters.
        """
        if not _NAME.fullmatch(user):
            raise BadArgument(f"`{user}` is no user name: use letters, digits, `_`, `.`, `@` and `-`")
        if len(password) < 8:
            raise BadArgument("a password needs 8 characters or more")
        users = self._read() | {user: {"password": _hasher().hash(password)}}
        part = self._path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            json.dump(users, handle, indent=2)
        part.replace(self._path)

    def is_right(self, user: str, password: str) -> bool:
        """Whether this is the user's password; takes as long for users that do not exist."""
        from argon2.exceptions import InvalidHashError, VerificationError

        hasher = _hasher()
        known = self._read().get(user, {}).get("password")
        if known is None:
            self._dummy = self._dummy or hasher.hash(secrets.token_urlsafe(12))
        try:
            return hasher.verify(known or self._dummy, password) and known is not None
        except (VerificationError, InvalidHashError):
            return False

    def keys(self, user: str) -> Path | None:
        """The file with the user's public keys, if there is one."""
        path = self._keys / f"{user}.pub"
        return path if _NAME.fullmatch(user) and path.is_file() else None

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return found if isinstance(found, dict) else {}


def _hasher() -> PasswordHasher:
    """The least that OWASP recommends: log-in must work on small machines."""
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


class Lockout:
    """Counts wrong passwords of each user; too many close password log-in for a while. Keys still work.

    Args:
        allowed: wrong passwords that are let pass.
        seconds: how long it is closed after that.
    """

    def __init__(self, allowed: int, seconds: float) -> None:
        self._allowed, self._seconds = allowed, seconds
        self._lock = threading.Lock()
        self._wrong: dict[str, tuple[int, float]] = {}

    def is_closed(self, user: str) -> bool:
        """Whether the user has to wait."""
        with self._lock:
            self._forget()
            return self._wrong.get(user, (0, 0.0))[0] >= self._allowed

    def wrong(self, user: str) -> bool:
        """Count a wrong password; gives whether the user has to wait now."""
        with self._lock:
            self._forget()
            count = self._wrong.get(user, (0, 0.0))[0] + 1
            self._wrong[user] = count, time.monotonic() + self._seconds
            return count >= self._allowed

    def right(self, user: str) -> None:
        """Forget the wrong ones."""
        with self._lock:
            self._wrong.pop(user, None)

    def _forget(self) -> None:
        now = time.monotonic()
        self._wrong = {user: entry for user, entry in self._wrong.items() if entry[1] > now}
