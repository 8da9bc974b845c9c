"""Commands on accounts: users and groups. API keys and sessions are in `hub.commands.credentials`.

What only admins may do has the role admin. What everybody may do with the own account has the role viewer, and needs
somebody who has shown who it is.
"""

from __future__ import annotations

import asyncio
from typing import Any

from hub import errors
from hub.accounts import CALLER
from hub.accounts import passwords as made_passwords
from hub.accounts.errors import LoginError, NoAccountError
from hub.accounts.groups import check_patterns
from hub.accounts.place import is_loopback
from hub.accounts.roles import Role, labels, role_of
from hub.accounts.views import group_view, user_view
from hub.commands.asking import in_days, own
from hub.commands.registry import command
from hub.commands.services import Services
from hub.config import Secret
from hub.config.secret import reveal


@command(area="accounts", role=Role.ANYONE, rest="GET /whoami")
async def whoami(hub: Services) -> dict[str, Any]:
    """Who asks, and what they may do.

    ``roles`` are all roles, the least first; ``via`` says how the hub knows; ``login_required`` is true when nothing
    can be read without log-in, ``login_for_changes`` when nothing can be changed without.
    """
    caller = CALLER.get()
    here = is_loopback(str(hub.settings["HUB_HOST"]))
    reading = caller.role < Role.VIEWER or not (here or hub.settings["HUB_PUBLIC_READING"])
    changing = not (here and hub.settings["HUB_TRUST_LOOPBACK"])
    role = caller.general_role
    return {
        "name": caller.name if caller.is_known else None,
        "role": role.label if role else None,
        "roles": labels(role),
        "groups": list(caller.groups),
        "grants": {"sources": list(caller.grants.sources), "builds": list(caller.grants.builds)},
        "via": caller.via,
        "expires": caller.expires,
        "login_required": reading,
        "login_for_changes": changing or (caller.via == "anonymous" and caller.role < Role.OPERATOR),
    }


# -- users -----------------------------------------------------------------------------------------------------------


@command(area="accounts", role=Role.ADMIN, rest="GET /users", login=True)
async def users(hub: Services) -> list[dict[str, Any]]:
    """The users, with role, groups, and whether they may come in."""
    closed = set(hub.accounts.lockout.closed())
    return [_user(hub, record, closed) for record in hub.accounts.users.all()]


@command(area="accounts", role=Role.ADMIN, rest="POST /users", login=True)
async def create_user(
    hub: Services, name: str, role: str = "viewer", password: Secret | None = None, days: int | None = None
) -> dict[str, Any]:
    """Add a user: viewer, operator, console or admin.

    Without a password one is made and told in the answer, this once. After ``days`` the user may not come in any more.
    """
    chosen = reveal(password) or made_passwords.made()
    by, wanted, expires = CALLER.get().shown, role_of(role), in_days(days)
    record = await asyncio.to_thread(hub.accounts.users.create, name, wanted, chosen, by=by, expires=expires)
    return {**_user(hub, record), **({} if password else {"password": chosen})}


@command(area="accounts", role=Role.ADMIN, rest="PUT /user/{name}", login=True)
async def update_user(
    hub: Services, name: str, role: str | None = None, disabled: bool | None = None, days: int | None = None
) -> dict[str, Any]:
    """Give a user another role, let nobody in under that name (``disabled``), or let the user in for ``days`` from now.

    ``days`` 0 takes a limit of time away. A disabled user's sessions end at once, and API keys do not work. Letting
    somebody in again also forgets wrong passwords.
    """
    fields: dict[str, Any] = {}
    if role is not None:
        fields["role"] = role_of(role).label
    if disabled is not None:
        fields["disabled"] = disabled
    if days is not None:
        fields["expires"] = in_days(days) if days else None
    if not fields:
        raise errors.BadArgument("nothing to change: give `role`, `disabled` or `days`")
    record = hub.accounts.users.change(name, **fields)
    if disabled:
        hub.accounts.sessions.end_all(name)
    elif disabled is False:
        hub.accounts.lockout.right(name.casefold())
    hub.accounts.changed(name)
    return _user(hub, record)


@command(area="accounts", role=Role.ADMIN, rest="DELETE /user/{name}", login=True)
async def delete_user(hub: Services, name: str) -> None:
    """Remove a user with sessions, API keys and places in groups. What the user has done stays in the audit."""
    hub.accounts.users.delete(name)
    hub.accounts.sessions.end_all(name)
    hub.accounts.keys.delete_all(name)
    hub.accounts.groups.forget(name)
    hub.accounts.changed(name)


@command(area="accounts", role=Role.ADMIN, rest="PUT /user/{name}/password", login=True)
async def set_password(hub: Services, name: str, password: Secret | None = None) -> dict[str, Any]:
    """Give a user a new password; without one it is made, and told in the answer, this once.

    The user's sessions end, and wrong passwords are forgotten.
    """
    chosen = reveal(password) or made_passwords.made()
    await asyncio.to_thread(hub.accounts.users.set_password, name, chosen)
    hub.accounts.lockout.right(name.casefold())
    hub.accounts.sessions.end_all(name)
    hub.accounts.changed(name)
    return {"name": name, **({} if password else {"password": chosen})}


@command(area="accounts", role=Role.VIEWER, rest="PUT /password", login=True)
async def change_password(hub: Services, old: Secret, new: Secret) -> None:
    """Change your own password. Your other sessions end. A wrong ``old`` counts as a wrong password at log-in."""
    caller = CALLER.get()
    name = own("change_password", caller)
    if caller.via == "key":
        raise NoAccountError("change_password")
    try:
        await hub.accounts.check_password(name, reveal(old) or "", caller.peer, caller.via)
    except LoginError:
        raise errors.Refused("the old password is wrong, or there were too many wrong ones before.") from None
    await asyncio.to_thread(hub.accounts.users.set_password, name, reveal(new) or "")
    hub.accounts.sessions.end_all(name, but=caller.credential)
    hub.accounts.changed(name)


# -- groups ----------------------------------------------------------------------------------------------------------


@command(area="accounts", role=Role.ADMIN, rest="GET /groups", login=True)
async def groups(hub: Services) -> list[dict[str, Any]]:
    """The groups with their users, and the sources and builds that these may operate."""
    return [group_view(record) for record in hub.accounts.groups.all()]


@command(area="accounts", role=Role.ADMIN, rest="POST /groups", login=True)
async def create_group(
    hub: Services, name: str, description: str = "", users: list[str] | None = None
) -> dict[str, Any]:
    """Make a group of users."""
    for user in users or ():
        hub.accounts.users.get(user)
    made = hub.accounts.groups.create(name, description, users or (), CALLER.get().shown)
    return group_view(made)


@command(area="accounts", role=Role.ADMIN, rest="DELETE /group/{name}", login=True)
async def delete_group(hub: Services, name: str) -> None:
    """Remove a group; its users lose what it granted."""
    members = hub.accounts.groups.get(name)["users"]
    hub.accounts.groups.delete(name)
    _tell(hub, members)


@command(area="accounts", role=Role.ADMIN, rest="PUT /group/{name}/users", login=True)
async def add_to_group(hub: Services, name: str, users: list[str]) -> dict[str, Any]:
    """Put users into a group."""
    for user in users:
        hub.accounts.users.get(user)
    record = hub.accounts.groups.add(name, "users", users)
    _tell(hub, users)
    return group_view(record)


@command(area="accounts", role=Role.ADMIN, rest="DELETE /group/{name}/users", login=True)
async def remove_from_group(hub: Services, name: str, users: list[str]) -> dict[str, Any]:
    """Take users out of a group."""
    record = hub.accounts.groups.remove(name, "users", users)
    _tell(hub, users)
    return group_view(record)


@command(area="accounts", role=Role.ADMIN, rest="PUT /group/{name}/grants", login=True)
async def grant(
    hub: Services, name: str, sources: list[str] | None = None, builds: list[str] | None = None
) -> dict[str, Any]:
    """Let the users of a group operate sources and builds, as if they had the role operator for these.

    ``sources`` are names of sources, ``builds`` of build configurations; ``*`` and ``?`` stand for other characters.
    """
    return _grant(hub, name, sources, builds, hub.accounts.groups.add)


@command(area="accounts", role=Role.ADMIN, rest="DELETE /group/{name}/grants", login=True)
async def revoke(
    hub: Services, name: str, sources: list[str] | None = None, builds: list[str] | None = None
) -> dict[str, Any]:
    """Take grants of a group away, written as they were granted."""
    return _grant(hub, name, sources, builds, hub.accounts.groups.remove)


# -- help ------------------------------------------------------------------------------------------------------------


def _user(hub: Services, record: dict[str, Any], closed: set[str] | None = None) -> dict[str, Any]:
    closed = set(hub.accounts.lockout.closed()) if closed is None else closed
    name = str(record["_id"])
    has_key = hub.accounts.has_public_key(name)
    groups, _ = hub.accounts.groups.of(name)
    return user_view(record, groups, locked=name.casefold() in closed, public_key=has_key)


def _grant(
    hub: Services, name: str, sources: list[str] | None, builds: list[str] | None, change: Any
) -> dict[str, Any]:
    if not (sources or builds):
        raise errors.BadArgument("nothing to grant or revoke: give `sources` or `builds`")
    wanted = {"sources": check_patterns("source", sources or ()), "builds": check_patterns("build", builds or ())}
    record = hub.accounts.groups.get(name)
    for field, patterns in wanted.items():
        if patterns:
            record = change(name, field, patterns)
    _tell(hub, record["users"])
    return group_view(record)


def _tell(hub: Services, users: list[str]) -> None:
    for user in users:
        hub.accounts.changed(user)
