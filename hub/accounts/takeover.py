"""The first start: the users that earlier versions kept in files are taken over, and somebody has to be the admin."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from hub.accounts import passwords
from hub.accounts.errors import OldUsersError
from hub.accounts.roles import Role
from hub.accounts.users import ADMIN, NAME, Users

log = logging.getLogger("hub.accounts")

OLD_USERS = "console_users.json"
KEYS = "authorized_keys"
BY = "taken over"


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
