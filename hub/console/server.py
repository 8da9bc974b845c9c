"""The SSH side: log-in, and a session for each channel. Imported when the hub listens, because asyncssh takes long."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import asyncssh

from hub.accounts import Accounts, Caller, Role
from hub.accounts.errors import LoginError, TooManyLoginsError
from hub.commands.services import Services
from hub.console.names import Names
from hub.console.session import OneStatement, Script, Session
from hub.console.threads import HubLoop

log = logging.getLogger("hub.console")


class Login(asyncssh.SSHServer):
    """Log-in by password or key; no forwarding of any kind."""

    def __init__(self, accounts: Accounts, connections: set[asyncssh.SSHServerConnection]) -> None:
        self._accounts, self._connections = accounts, connections
        self._connection: asyncssh.SSHServerConnection | None = None
        self._peer = ""

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        """Somebody connects."""
        self._connection = conn
        self._connections.add(conn)
        self._peer = str((conn.get_extra_info("peername") or ("",))[0])

    def connection_lost(self, exc: Exception | None) -> None:
        """Somebody is gone."""
        if self._connection is not None:
            self._connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:
        """Nobody comes in without proof; the user's keys are read again each time."""
        keys = self._accounts.public_keys(username)
        if keys is not None and self._connection is not None:
            try:
                self._connection.set_authorized_keys(str(keys))
            except (ValueError, OSError) as error:
                log.warning("%s is not used: %s", keys, error, extra={"action": "keys_refused"})
        return True

    def auth_completed(self) -> None:
        """Somebody is in."""
        user = str(self._connection.get_extra_info("username")) if self._connection else ""
        self._accounts.audit.write("login", Caller(user, Role.ANYONE, "console", self._peer))

    def password_auth_supported(self) -> bool:
        """Yes."""
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        """Check a password, as at every door; the user needs the role for the console."""
        try:
            await self._accounts.check_password(username, password, self._peer, "console")
        except (LoginError, TooManyLoginsError):
            return False
        if self._accounts.may_use_console(username):
            return True
        self._accounts.audit.write("no console", Caller(username, Role.ANYONE, "console", self._peer))
        log.info("%s has not the role for the console", username, extra={"action": "ssh_refused"})
        return False


class Sessions:
    """Makes the session that fits a channel.

    Args:
        services: the hub.
        names: the console's names.
        loop: the hub's loop.
    """

    def __init__(self, services: Services, names: Names, loop: HubLoop) -> None:
        self._services, self._names, self._loop = services, names, loop

    async def serve(self, process: asyncssh.SSHServerProcess[str]) -> None:
        """Serve one channel; what fails here ends this session only."""
        try:
            session = await self._make(process)
            if session is not None:
                await session.run()
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("A console session ended with an error", extra={"action": "console_failed"})
            process.exit(1)

    async def _make(self, process: asyncssh.SSHServerProcess[str]) -> Session | None:
        settings = self._services.settings
        options: dict[str, Any] = {
            "limit": int(settings["CONSOLE_MAX_OUTPUT"]),
            "idle": float(settings["CONSOLE_IDLE_MINUTES"]) * 60,
        }
        common = process, self._names, self._services.accounts, self._loop
        if process.subsystem:
            process.stderr.write(f"the console has no subsystem {process.subsystem}\n")
            process.exit(1)
            return None
        if process.command is not None:
            return OneStatement(*common, **options)
        if process.term_type is None:
            return Script(*common, **options)
        terminal = await asyncio.to_thread(_terminal_class)
        made: Session = terminal(*common, services=self._services, history=self._history(process), **options)
        return made

    def _history(self, process: asyncssh.SSHServerProcess[str]) -> Path:
        folder = Path(self._services.settings["RUN_DIR"]) / "console_history"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder / str(process.get_extra_info("username"))


def _terminal_class() -> Any:
    from hub.console.terminal import Terminal

    return Terminal
