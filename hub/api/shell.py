"""``PUT /shell``: one console command as text; what it prints arrives on the websocket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from hub import errors
from hub.api.handler import BoundedHandler
from hub.commands import Role, calling

#: Runs a command on behalf of the present caller.
RunShell = Callable[[str], Awaitable[None]]


class ShellHandler(BoundedHandler):
    """Runs one command."""

    async def put(self) -> None:
        """Answer with an empty body when it has gone well."""
        command = self.authorize("shell", Role.CONSOLE)
        body = self.json_body()
        text = body.get("cmd")
        if not isinstance(text, str) or not text.strip():
            raise errors.BadArgument('Missing argument cmd: the command as text, {"cmd": "dump(\'hpo\')"}')
        run: RunShell | None = self.settings.get("shell")
        if run is None:
            raise errors.Refused("this hub takes no commands as text (HUB_TERMINAL)")
        with calling.calling(self.settings["services"], command, {"cmd": text}, self.caller):
            await run(text)
        self.finish()
