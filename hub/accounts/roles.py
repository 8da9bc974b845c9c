"""Roles: what somebody may do, from little to everything."""

from __future__ import annotations

import enum

from hub import errors


class Role(enum.IntEnum):
    """Who may run a command; each role includes the ones before it."""

    ANYONE = 0  #: has not logged in, and has to
    VIEWER = 1  #: may look
    OPERATOR = 2  #: may run jobs
    CONSOLE = 3  #: may run code
    ADMIN = 4  #: may change configuration and accounts

    @property
    def label(self) -> str:
        """Its name as people and programs write it."""
        return self.name.lower()


#: Roles that somebody can be given.
GIVEN = tuple(role for role in Role if role is not Role.ANYONE)


def role_of(name: str) -> Role:
    """The role of a name.

    Raises:
        hub.errors.NotFound: there is none, or nobody can be given it.
    """
    for role in GIVEN:
        if role.label == name.lower():
            return role
    raise errors.NotFound("role", name, [role.label for role in GIVEN])


def labels(highest: Role) -> list[str]:
    """All roles that somebody has, the least first."""
    return [role.label for role in GIVEN if role <= highest]
