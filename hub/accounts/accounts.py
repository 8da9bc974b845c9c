"""The accounts of a hub: one place that says who somebody is, for all doors."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.accounts import takeover
from hub.accounts.audit import Audit
from hub.accounts.authenticator import Authenticator, LocalPasswords, Verdict
from hub.accounts.caller import Caller, Scope
from hub.accounts.errors import CredentialError, LoginError, OldUsersError, TooManyLoginsError
from hub.accounts.groups import Groups
from hub.accounts.history import ConfigHistory
from hub.accounts.keys import PREFIX as KEY_PREFIX
from hub.accounts.keys import ApiKeys, scope_of
from hub.accounts.lockout import Lockout
from hub.accounts.roles import Role, role_of
from hub.accounts.sessions import PREFIX as SESSION_PREFIX
from hub.accounts.sessions import Sessions, Tickets
from hub.accounts.users import ADMIN, NAME, Users

if TYPE_CHECKING:
    from hub.config import Settings
    from hub.store.state import State

log = logging.getLogger("hub.accounts")

CHECKED_AT_ONCE = 2  #: passwords; each takes a core and 19 MiB for some ten milliseconds
MOST_WAITING = 50  #: log-ins that wait for that

#: Called with the name of a user whose rights have changed, or whose sessions or keys have.
Watcher = Callable[[str], None]


class Accounts:
    """Users, groups, sessions, keys and the audit.

    Args:
        settings: of the hub.
        state: where the records are kept.

    Attributes:
        authenticators: asked one after the other at log-in.
    """

    def __init__(self, settings: Settings, state: State) -> None:
        self._settings, self._run_dir = settings, Path(settings["RUN_DIR"])
        self.users = Users(state.users, (str(settings["HUB_NAME"]),), int(settings["PASSWORD_MIN_LENGTH"]))
        self.groups = Groups(state.groups)
        idle, longest = float(settings["SESSION_IDLE_MINUTES"]) * 60, float(settings["SESSION_MAX_HOURS"]) * 3600
        self.sessions = Sessions(state.sessions, idle, longest)
        self.tickets = Tickets()
        self.keys = ApiKeys(state.api_keys)
        self.audit = Audit(self._run_dir / "audit")
        self.history = ConfigHistory(state.config_history)
        self.lockout = Lockout(int(settings["MAX_WRONG_PASSWORDS"]), float(settings["LOCKOUT_MINUTES"]) * 60)
        self.authenticators: list[Authenticator] = [LocalPasswords(self.users.hash_of)]
        self._watchers: list[Watcher] = []
        self._checking = asyncio.Semaphore(CHECKED_AT_ONCE)
        self._waiting = 0

    # -- start -------------------------------------------------------------------------------------------------------

    def begin(self) -> tuple[str | None, list[str]]:
        """Take over the users of earlier versions, and see to it that there is an admin; blocks for a moment.

        Returns:
            The password of ``admin`` when it was made now (it is kept nowhere), and the names of those taken over.
        """
        taken: list[str] = []
        try:
            taken = takeover.take_over(self.users, self._run_dir)
        except OldUsersError as error:
            log.error("%s", error, extra={"action": "takeover_failed"})
        for name in taken:
            self.audit.write("user taken over", Caller("hub", Role.ADMIN, "hub"), name)
        self._take_listed()
        password = takeover.first_password(self.users, self._run_dir)
        if password:
            self.audit.write("first admin made", Caller("hub", Role.ADMIN, "hub"), ADMIN)
        (self._run_dir / takeover.KEYS).mkdir(parents=True, exist_ok=True, mode=0o700)
        return password, taken

    def _take_listed(self) -> None:
        for name, what in takeover.take_listed(self.users, self._settings["HUB_API_USERS"]):
            self.sessions.end_all(name)
            self.audit.write(what, Caller("hub", Role.ADMIN, "hub"), name)

    # -- who somebody is ---------------------------------------------------------------------------------------------

    def caller(self, name: str, via: str, peer: str = "", **more: Any) -> Caller | None:
        """A user as a caller; None when the user may not come in.

        Args:
            name: of the user.
            via: how the user shows who it is.
            peer: from where.
            **more: other attributes of `Caller`.
        """
        record = self.users.active(name)
        if record is None:
            return None
        groups, grants = self.groups.of(name)
        return Caller(name, role_of(record["role"]), via, peer, groups=groups, grants=grants, **more)

    def by_token(self, text: str, peer: str, *, via: str = "session") -> Caller:
        """Who holds a session's token or an API key.

        Args:
            text: what was sent.
            peer: from where.
            via: ``session`` or ``cookie``, for a session.

        Raises:
            CredentialError: it is no good.
        """
        found: Caller | None = None
        if text.startswith(KEY_PREFIX) and via != "cookie":
            record = self.keys.find(text, peer)
            found = self._of_key(record, peer) if record else None
        elif text.startswith(SESSION_PREFIX):
            record = self.sessions.find(text)
            found = self._of_session(record, peer, via) if record else None
        if found is None:
            what = {"cookie": "cookie"}.get(via, "API key" if text.startswith(KEY_PREFIX) else "token")
            raise CredentialError(what)
        return found

    def by_ticket(self, text: str) -> Caller:
        """Who a ticket is for, with the rights of now.

        Raises:
            CredentialError: it is no good, or what it was asked with is not.
        """
        holder: Caller | None = self.tickets.holder(text)
        found = self.refreshed(holder) if holder else None
        if found is None:
            raise CredentialError("ticket")
        return found

    def refreshed(self, caller: Caller) -> Caller | None:
        """The same caller with the rights of now; None when it has none any more."""
        if caller.via in ("session", "cookie"):
            record = self.sessions.by_id(caller.credential)
            return self._of_session(record, caller.peer, caller.via) if record else None
        if caller.via == "key":
            record = self.keys.by_id(caller.credential)
            return self._of_key(record, caller.peer) if record else None
        if caller.via == "console":
            return self.caller(caller.name, caller.via, caller.peer)
        return caller

    def _of_session(self, record: Mapping[str, Any], peer: str, via: str) -> Caller | None:
        ends = self.sessions.end_of(dict(record))
        return self.caller(record["user"], via, peer, credential=record["_id"], expires=ends)

    def _of_key(self, record: Mapping[str, Any], peer: str) -> Caller | None:
        scope: Scope = scope_of(dict(record))
        more = {"credential": record["_id"], "expires": record.get("expires"), "scope": scope}
        return self.caller(record["user"], "key", peer, **more)

    def public_keys(self, name: str) -> Path | None:
        """The file with a user's public keys, if the user may use the console and has one; read at each log-in."""
        path = self._run_dir / takeover.KEYS / f"{name}.pub"
        return path if self.has_public_key(name) and self.may_use_console(name) else None

    def has_public_key(self, name: str) -> bool:
        """Whether there is a file with public keys of a user."""
        return NAME.fullmatch(name) is not None and (self._run_dir / takeover.KEYS / f"{name}.pub").is_file()

    def may_use_console(self, name: str) -> bool:
        """Whether a user has the role for it."""
        found = self.caller(name, "console")
        return found is not None and found.role >= Role.CONSOLE

    # -- log-in ------------------------------------------------------------------------------------------------------

    async def check_password(
        self, name: str, password: str, peer: str, via: str, answers: Mapping[str, Any] | None = None
    ) -> None:
        """Check a password, off the loop. After too many wrong ones none is right for a while.

        Args:
            name: as it was typed.
            password: as it was typed.
            peer: from where.
            via: which door, for the audit.
            answers: what else was sent.

        Raises:
            LoginError: it is wrong, or none is right at present.
            TooManyLoginsError: too many others are being checked.
        """
        asking = Caller(name[:100], Role.ANYONE, via, peer)
        key = name.casefold()
        self._refuse_closed(key, peer, asking)
        if self._waiting >= MOST_WAITING:
            raise TooManyLoginsError
        self._waiting += 1
        try:
            async with self._checking:
                self._refuse_closed(key, peer, asking)  # others have tried in the meantime
                right = await asyncio.to_thread(self._is_right, name, password, answers or {})
                if right:
                    self.lockout.right(key)
                    return
                closed = self.lockout.wrong(key, peer)
        finally:
            self._waiting -= 1
        self.audit.write("wrong password", asking, closed=closed or None)
        level, note = (logging.WARNING, "; closed for a while") if closed else (logging.INFO, "")
        log.log(level, "Wrong password for %s from %s%s", name[:100], peer, note, extra={"action": "login_refused"})
        raise LoginError

    async def log_in(
        self,
        name: str,
        password: str,
        *,
        peer: str,
        agent: str = "",
        via: str = "session",
        answers: Mapping[str, Any] | None = None,
    ) -> tuple[str, Caller]:
        """Open a session; gives its token and the caller.

        Args:
            name: as it was typed.
            password: as it was typed.
            peer: from where.
            agent: program that asks, as it calls itself.
            via: ``session``, or ``cookie`` when the token is kept in one.
            answers: what else was sent, for authenticators.

        Raises:
            hub.errors.HubError: refused.
        """
        await self.check_password(name, password, peer, via, answers)
        caller = self.caller(name, via, peer)
        if caller is None:  # the right password of somebody who may not come in (any more)
            raise LoginError
        token, record = self.sessions.open(name, peer, agent, via)
        self.users.seen(name, peer)
        opened = self._of_session(record, peer, via)
        assert opened is not None
        self.audit.write("login", opened)
        return token, opened

    def log_out(self, caller: Caller) -> None:
        """End the session that a caller came with."""
        if caller.via in ("session", "cookie") and self.sessions.end(caller.credential):
            self.audit.write("logout", caller)
            self.changed(caller.name)

    def _refuse_closed(self, key: str, peer: str, asking: Caller) -> None:
        if self.lockout.is_closed(key, peer):
            if self.lockout.is_news(key, peer):
                self.audit.write("locked out", asking)
            raise LoginError

    def _is_right(self, name: str, password: str, answers: Mapping[str, Any]) -> bool:
        for authenticator in self.authenticators:
            verdict = authenticator.check(name, password, answers)
            if verdict is Verdict.RIGHT:
                self.users.rehash(name, password)
                return self.users.active(name) is not None
            if verdict is Verdict.WRONG:
                return False
        return False

    # -- changes -----------------------------------------------------------------------------------------------------

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Have ``watcher(user)`` called when a user's rights change; gives the way out."""
        self._watchers.append(watcher)

        def end() -> None:
            with contextlib.suppress(ValueError):
                self._watchers.remove(watcher)

        return end

    def changed(self, user: str) -> None:
        """Tell those who hold connections that a user's rights are others now."""
        for watcher in list(self._watchers):
            watcher(user)
