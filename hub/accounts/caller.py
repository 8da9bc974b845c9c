"""Who asks: the person or program on whose behalf the hub does something."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from hub.accounts.roles import Role


@dataclass(frozen=True)
class Subject:
    """A source or build that a command works on.

    Attributes:
        kind: ``source`` or ``build``.
        names: its own name, and that of what it belongs to: a build's configuration, a sub-source's source.
    """

    kind: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Grants:
    """Sources and builds, by patterns with ``*`` and ``?``."""

    sources: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()

    def cover(self, subjects: Sequence[Subject]) -> bool:
        """Whether all of these are among them; nothing at all is not."""
        return bool(subjects) and all(self._covers(subject) for subject in subjects)

    def __or__(self, other: Grants) -> Grants:
        return Grants(self.sources + other.sources, self.builds + other.builds)

    def __bool__(self) -> bool:
        return bool(self.sources or self.builds)

    def _covers(self, subject: Subject) -> bool:
        patterns = self.sources if subject.kind == "source" else self.builds
        return any(fnmatchcase(name, pattern) for pattern in patterns for name in subject.names)


@dataclass(frozen=True)
class Scope:
    """How far an API key goes.

    Attributes:
        role: at most this one.
        grants: when it has any, the key changes nothing else.
    """

    role: Role
    grants: Grants = Grants()


@dataclass(frozen=True)
class Caller:
    """Somebody.

    Attributes:
        name: of the user; of those who are none: ``local`` (trusted on this machine), ``owner`` (reads the hub's
            files), ``hub`` (the hub itself), or empty.
        role: on everything.
        via: ``session``, ``cookie``, ``key``, ``token``, ``loopback``, ``anonymous``, ``console``, ``cli``, ``hub``.
        peer: address that it comes from.
        groups: names of the user's groups.
        grants: what the groups let the user operate.
        scope: of an API key.
        credential: number of the session or key.
        expires: when the credential does.
        foreign: the web page that asks, when it may not do what this person may.
    """

    name: str
    role: Role
    via: str
    peer: str = ""
    groups: tuple[str, ...] = ()
    grants: Grants = Grants()
    scope: Scope | None = None
    credential: str = ""
    expires: datetime | None = None
    foreign: str = ""

    def role_on(self, subjects: Sequence[Subject] = ()) -> Role:
        """The role on these things together; without any, on the hub as a whole."""
        role = self.role
        if role is Role.VIEWER and self.grants.cover(subjects):
            role = Role.OPERATOR
        if self.scope is None:
            return role
        role = min(role, self.scope.role)
        if self.scope.grants and not self.scope.grants.cover(subjects):
            return min(role, Role.VIEWER)
        return role

    @property
    def general_role(self) -> Role:
        """The role on the hub as a whole."""
        return self.role_on()

    @property
    def best_role(self) -> Role:
        """The highest role on anything."""
        best = max(self.role, Role.OPERATOR) if self.grants and self.role else self.role
        return min(best, self.scope.role) if self.scope else best

    @property
    def is_known(self) -> bool:
        """Whether it has shown who it is; being on this machine is not enough."""
        return self.via not in ("loopback", "anonymous")

    @property
    def user(self) -> str | None:
        """Name of its account, or None."""
        return self.name if self.via in ("session", "cookie", "key", "console") else None

    @property
    def shown(self) -> str:
        """Its name in records; never empty."""
        return self.name or self.via


HUB = Caller("hub", Role.ADMIN, "hub")  #: the hub itself: schedules, hooks, what happens at its start

#: On whose behalf this task or thread works.
CALLER: ContextVar[Caller] = ContextVar("hub_caller", default=HUB)


def signature(who: str = "") -> str:
    """Who stands behind a decision, for the records.

    Args:
        who: as the person calls itself.

    Returns:
        That name, the account it was given with, or both when they differ; empty when neither is known.
    """
    user = CALLER.get().user or ""
    who = who.strip()
    return f"{who} ({user})" if who and user and who != user else who or user
