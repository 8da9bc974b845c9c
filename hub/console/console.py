"""The console of a hub: its names, its hooks, and the SSH listener."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub import commands
from hub.commands import Command
from hub.commands.services import Services
from hub.console.hooks import Hooks
from hub.console.names import Names
from hub.console.output import unroute
from hub.console.powers import Publish, refuse_taken
from hub.console.shell import Shell
from hub.console.threads import HubLoop
from hub.errors import of_machine

if TYPE_CHECKING:
    import asyncssh

log = logging.getLogger("hub.console")


class Console:
    """Hooks and the SSH console of a running hub.

    Args:
        services: the hub.
        publish: makes a REST route for a command of `expose`, gives what takes it away.
    """

    def __init__(self, services: Services, publish: Publish) -> None:
        commands.load_builtin()
        self._services, self._route = services, publish
        self._loop = HubLoop(asyncio.get_running_loop())
        self._exposed: list[Command] = []
        self.names = Names(services, self._loop, self._publish)
        self.hooks = Hooks(services, self.names)
        self._end_watch = services.accounts.watch(self._on_change)
        self._listening: asyncio.Task[None] | None = None
        self._acceptor: Any = None
        self._connections: set[asyncssh.SSHServerConnection] = set()

    async def start(self, sock: socket.socket | None) -> None:
        """Load the hooks, and listen when there is a socket.

        SSH itself is made ready in the background: it takes longer than the rest of the hub's start.
        """
        await self.hooks.start()
        if sock is not None:
            self._listening = asyncio.create_task(self._listen(sock), name="hub-ssh")

    def shell(self, tell: Callable[[dict[str, Any]], Any]) -> Shell:
        """What runs single commands; ``tell`` takes the messages for live clients."""
        return Shell(self.names, self._services.accounts.audit, tell)

    async def listening(self) -> None:
        """Wait until the SSH listener is ready."""
        if self._listening is not None:
            await asyncio.shield(self._listening)

    async def close(self) -> None:
        """End the sessions and take the hooks out."""
        self._end_watch()
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        if self._acceptor is not None:
            self._acceptor.close()
            for connection in list(self._connections):
                connection.abort()
        await self.hooks.close()
        unroute()

    def _publish(self, command: Command) -> Callable[[], None]:
        refuse_taken(command, [*commands.all_commands(), *self._exposed])
        remove = self._route(command)
        self._exposed.append(command)

        def withdraw() -> None:
            self._exposed.remove(command)
            self._loop.loop.call_soon_threadsafe(remove)

        return withdraw

    def _on_change(self, user: str) -> None:
        """Somebody's rights are others now; who may not use the console any more is put out."""
        if self._services.accounts.may_use_console(user):
            return
        for connection in list(self._connections):
            if connection.get_extra_info("username") == user:
                connection.abort()

    async def _listen(self, sock: socket.socket) -> None:
        try:
            asyncssh, server = await asyncio.to_thread(_libraries)
            settings = self._services.settings
            key = await asyncio.to_thread(host_key, Path(settings["RUN_DIR"]) / "ssh_host_key")
            sessions = server.Sessions(self._services, self.names, self._loop)
            self._acceptor = await asyncssh.listen(
                sock=sock,
                server_factory=lambda: server.Login(self._services.accounts, self._connections),
                process_factory=sessions.serve,
                server_host_keys=[key],
                line_editor=False,
                encoding="utf-8",
                errors="replace",
                allow_scp=False,
                agent_forwarding=False,
                x11_forwarding=False,
                keepalive_interval=60,
            )
        except asyncio.CancelledError:
            sock.close()
            raise
        except Exception as error:
            sock.close()
            told = of_machine(error)
            log.error(
                "The SSH console does not run: %s", told or error, exc_info=told is None, extra={"action": "ssh_failed"}
            )


def _libraries() -> tuple[Any, Any]:
    import asyncssh

    from hub.console import server

    return asyncssh, server


def host_key(path: Path) -> asyncssh.SSHKey:
    """The key the hub is known by: made at the first start, readable by its owner only, and kept."""
    import asyncssh

    if not path.exists():
        made = asyncssh.generate_private_key("ssh-ed25519", comment="entrepot hub")
        part = path.with_suffix(".part")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(made.export_private_key())
        part.replace(path)
    return asyncssh.read_private_key(path)
