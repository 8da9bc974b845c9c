"""Where passwords are checked: the seam for directories and second factors.

The hub asks one authenticator after the other. A directory (LDAP) is one more of them; a second factor is one that
wraps another and looks at ``answers`` as well, which is what `POST /login` got besides name and password.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from hub.accounts import passwords


class Verdict(enum.Enum):
    """What an authenticator says."""

    RIGHT = "right"  #: it is this user
    WRONG = "wrong"  #: it is not; nobody else is asked
    UNKNOWN = "unknown"  #: this authenticator does not know the user; the next one is asked


class Authenticator(Protocol):
    """Checks passwords. Called in a thread, so it may block."""

    name: str  #: for the audit: ``local``

    def check(self, user: str, password: str, answers: Mapping[str, Any]) -> Verdict:
        """Whether the password is the user's.

        Args:
            user: name, as it was typed.
            password: as it was typed.
            answers: what else was sent.
        """
        ...


class LocalPasswords:
    """The passwords that the hub itself keeps.

    Args:
        find: gives the hash of a user, or None.
    """

    name = "local"

    def __init__(self, find: Callable[[str], str | None]) -> None:
        self._find = find

    def check(self, user: str, password: str, answers: Mapping[str, Any]) -> Verdict:
        """Right or unknown to it; takes as long for users that do not exist."""
        known = self._find(user)
        if passwords.fits(known, password):
            return Verdict.RIGHT
        return Verdict.WRONG if known else Verdict.UNKNOWN
