"""Commands on what opens a door and on what has happened: API keys, sessions, the audit, the history of settings."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from hub import errors
from hub.accounts import CALLER, Caller, Grants
from hub.accounts.groups import check_patterns
from hub.accounts.roles import Role, role_of
from hub.accounts.views import key_view, session_view
from hub.commands.asking import in_days, own
from hub.commands.registry import command
from hub.commands.services import Services

MOST_ROWS = 10_000


# -- API keys --------------------------------------------------------------------------------------------------------


@command(area="accounts", role=Role.VIEWER, rest="GET /api_keys", login=True)
async def api_keys(hub: Services, user: str | None = None) -> list[dict[str, Any]]:
    """Your API keys; for an admin those of all users, or of one."""
    return [key_view(record) for record in hub.accounts.keys.of(_whose("api_keys", user))]


@command(area="accounts", role=Role.VIEWER, rest="POST /api_keys", login=True)
async def create_api_key(
    hub: Services,
    name: str,
    role: str = "viewer",
    sources: list[str] | None = None,
    builds: list[str] | None = None,
    days: int = 90,
    user: str | None = None,
) -> dict[str, Any]:
    """Make a key for a program; ``key`` in the answer is told this once.

    It may do what you may, up to ``role``, and with ``sources`` or ``builds`` change only these. It ends after ``days``
    (0: never), or when it is revoked. An admin can make keys for another ``user``.
    """
    caller, wanted = CALLER.get(), role_of(role)
    owner = _owner(caller, user)
    hub.accounts.users.get(owner)
    grants = Grants(tuple(check_patterns("source", sources or ())), tuple(check_patterns("build", builds or ())))
    text, record = hub.accounts.keys.create(owner, name, wanted, grants, in_days(days) if days else None)
    return {**key_view(record), "key": text}


@command(area="accounts", role=Role.VIEWER, rest="DELETE /api_key/{id}", login=True)
async def revoke_api_key(hub: Services, id: str) -> dict[str, Any]:  # noqa: A002 (as elsewhere)
    """Make one of your API keys worthless; an admin can do it with any."""
    record = hub.accounts.keys.get(id)
    _check_own("API key", id, record["user"])
    record = hub.accounts.keys.revoke(id)
    hub.accounts.changed(record["user"])
    return key_view(record)


# -- sessions --------------------------------------------------------------------------------------------------------


@command(area="accounts", role=Role.VIEWER, rest="GET /sessions", login=True)
async def sessions(hub: Services, user: str | None = None) -> list[dict[str, Any]]:
    """Your sessions; for an admin those of all users, or of one."""
    found, mine = hub.accounts.sessions.of(_whose("sessions", user)), CALLER.get().credential
    return [session_view(record, hub.accounts.sessions.end_of(record), mine) for record in found]


@command(area="accounts", role=Role.VIEWER, rest="DELETE /session/{id}", login=True)
async def end_session(hub: Services, id: str) -> None:  # noqa: A002 (as elsewhere)
    """End one of your sessions, by the start of its number; an admin can end any."""
    found = [r for r in hub.accounts.sessions.of() if len(id) >= 8 and str(r["_id"]).startswith(id)]
    if len(found) != 1:
        raise errors.NotFound("session", id)
    _check_own("session", id, found[0]["user"])
    hub.accounts.sessions.end(found[0]["_id"])
    hub.accounts.changed(found[0]["user"])


# -- what has happened -----------------------------------------------------------------------------------------------


@command(area="accounts", role=Role.ADMIN, rest="GET /audit", login=True)
async def audit(
    hub: Services,
    limit: int = 100,
    user: str | None = None,
    what: str | None = None,
    command: str | None = None,
    since: str | None = None,
) -> list[dict[str, Any]]:
    """What happened that matters for safety, the newest first: log-ins, refusals, commands that change something.

    ``user``, ``what`` (``login``, ``wrong password``, ``command``, ...) and ``command`` keep only those; ``since`` is a
    time in ISO 8601.
    """
    limit = _limit(limit)
    return await asyncio.to_thread(
        hub.accounts.audit.recent, limit, user=user, what=what, command=command, since=_time(since)
    )


@command(area="accounts", role=Role.ADMIN, rest="GET /audit/check", login=True)
async def check_audit(hub: Services) -> dict[str, Any]:
    """Whether lines of the audit were changed or taken out."""
    return await asyncio.to_thread(hub.accounts.audit.verify)


@command(area="hub", role=Role.OPERATOR, rest="GET /config_history")
async def config_history(
    hub: Services, name: str | None = None, user: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """Changes of settings through any door, the newest first: who, when, from what to what; secrets are stars."""
    found = hub.accounts.history.recent(_limit(limit), name, user)
    return [{"id" if key == "_id" else key: value for key, value in record.items()} for record in found]


def _is_admin(caller: Caller) -> bool:
    return caller.general_role >= Role.ADMIN


def _whose(name: str, user: str | None) -> str | None:
    """Whose things are asked for; None for all."""
    caller = CALLER.get()
    if _is_admin(caller):
        return user
    if user not in (None, caller.user):
        raise errors.Refused(f"`{name}` of other users is for admins.")
    return own(name, caller)


def _owner(caller: Caller, user: str | None) -> str:
    if caller.via == "key" and not _is_admin(caller):
        raise errors.Refused("an API key makes no other keys, unless it has the role admin. Log in for that.")
    if user is None:
        return own("create_api_key", caller)
    if user != caller.user and not _is_admin(caller):
        raise errors.Refused("keys for other users are made by admins.")
    return user


def _check_own(kind: str, id_: str, user: str) -> None:
    """What belongs to others is to somebody who is no admin as if it were not there."""
    caller = CALLER.get()
    if not _is_admin(caller) and user != caller.user:
        raise errors.NotFound(kind, id_)


def _limit(limit: int) -> int:
    if not 0 < limit <= MOST_ROWS:
        raise errors.BadArgument(f"`limit` must be from 1 to {MOST_ROWS}, not {limit}")
    return limit


def _time(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise errors.BadArgument(f"`since` must be a time such as 2026-01-31T12:00:00, not {text[:50]!r}") from None
    return at.astimezone(UTC).isoformat()
