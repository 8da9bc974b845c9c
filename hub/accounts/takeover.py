"""The first start: the users that earlier versions kept in files are taken over, and somebody has to be the admin."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path

from hub.accounts import passwords
from hub.accounts.errors import ListedUserError, OldUsersError
from hub.accounts.roles import Role
from hub.accounts.users import ADMIN, NAME, Users

log = logging.getLogger("hub.accounts")

OLD_USERS = "console_users.json"
KEYS = "authorized_keys"
BY = "taken over"
LISTED = "HUB_API_USERS"  #: who made the users that this setting lists


def take_over(users: Users, run_dir: Path) -> list[str]:
    """Take the users of the console over, with their passwords and public keys; gives their names.

    They become admins, for at the console they could do everything. The file stays, under another name.

    Raises:
        OldUsersError: the file is there but cannot be read; nothing is changed.
    """
    path = run_dir / OLD_USERS
    first = not users.names()
    known = _read(path)
    if known is None and not first:
        return []
    taken = []
    by_key = {key.stem: None for key in (run_dir / KEYS).glob("*.pub") if NAME.fullmatch(key.stem)}
    for name, known_hash in {**by_key, **(known or {})}.items():
        if users.find(name) is None:
            users.add(name, Role.ADMIN, known_hash, BY)
            taken.append(name)
    if known is not None:
        path.chmod(0o600)
        path.replace(path.with_suffix(".json.taken_over"))
    return taken


def take_listed(users: Users, listed: Mapping[str, str]) -> list[tuple[str, str]]:
    """Make the users of the setting ``HUB_API_USERS`` what it says; gives the names of those changed, and how.

    They may do everything. One that it does not list any more cannot log in; users made elsewhere are left alone.

    Raises:
        ListedUserError: a name or a hash that cannot be used; nothing is changed.
    """
    for name, known in listed.items():
        if not NAME.fullmatch(name) or not passwords.is_listed(known):
            raise ListedUserError(name, NAME.fullmatch(name) is not None)
    changed = []
    for name, known in listed.items():
        record = users.find(name)
        if record is None:
            users.add(name, Role.ADMIN, known, LISTED)
            changed.append((name, "user made"))
        elif record["created_by"] == LISTED and (record["password"] != known or record["disabled"]):
            users.list_anew(name, known)
            changed.append((name, "user changed"))
    for record in users.all():
        if record["created_by"] == LISTED and record["_id"] not in listed and not record["disabled"]:
            users.list_anew(record["_id"], None)
            changed.append((record["_id"], "user disabled"))
    return changed


def first_password(users: Users, run_dir: Path) -> str | None:
    """Make the user ``admin`` when no admin could log in; gives the password, which is stored nowhere."""
    if any(a.get("password") or (run_dir / KEYS / f"{a['_id']}.pub").is_file() for a in users.admins()):
        return None
    password = passwords.made()
    if users.find(ADMIN) is None:
        users.create(ADMIN, Role.ADMIN, password, by="hub")
    else:
        users.set_password(ADMIN, password)
        users.change(ADMIN, role=Role.ADMIN.label, disabled=False, expires=None)
    return password


def _read(path: Path) -> dict[str, str | None] | None:
    try:
        found = json.loads(path.read_text())
        return {name: entry.get("password") for name, entry in found.items() if NAME.fullmatch(name)}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, AttributeError) as error:
        raise OldUsersError(str(path), str(error)) from None
