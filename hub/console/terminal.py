"""A person with a terminal: ptpython in a thread, its keys and its screen carried by SSH."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path
from typing import Any, TextIO, cast

from prompt_toolkit.application import create_app_session, run_in_terminal
from prompt_toolkit.data_structures import Size
from prompt_toolkit.document import Document
from prompt_toolkit.input import create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from hub.commands.services import Services
from hub.console import display
from hub.console.complete import HubValues
from hub.console.prompt import HubInput
from hub.console.session import Session
from hub.console.threads import spawn

CTRL_C, CTRL_D = "\x03", "\x04"


class Terminal(Session):
    """The session.

    Args:
        *args: see `Session`.
        services: the hub, for completion.
        history: file of the user's history.
        **kwargs: see `Session`.
    """

    def __init__(self, *args: Any, services: Services, history: Path, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._services, self._history = services, history
        self._prompt: HubInput | None = None
        self._at_line_start = True
        self._is_over = False

    async def work(self) -> int:
        """Prompt, run, prompt again."""
        with create_pipe_input() as self._keys:
            self._prompt = await asyncio.wrap_future(spawn("hub-console-prompt", self._make))
            self.write(self._welcome())
            return await self._converse()

    async def _converse(self) -> int:
        while not self._is_over:
            if not self._at_line_start:
                self.write("\n")
            text = await asyncio.wrap_future(spawn("hub-console-prompt", self._read))
            if text is None:
                break
            if not text.strip():
                continue
            outcome = await self.evaluate(text)
            if outcome.error:
                self.write(self._red(outcome.error) + "\n")
            if outcome.exit_code is not None:
                return outcome.exit_code
        self.write("Have a good one...\n")
        return 0

    @property
    def look(self) -> display.Look:
        """Width and colours of the terminal."""
        return display.Look(self._size().columns, colour=self.process.term_type != "dumb")

    def write(self, text: str) -> None:
        """Send text; a terminal wants both line-end characters."""
        if text:
            self._at_line_start = text.endswith("\n")
        super().write(text.replace("\r\n", "\n").replace("\n", "\r\n"))

    def write_error(self, text: str) -> None:
        """A terminal has one stream."""
        self.write(text)

    def tell(self, text: str) -> None:
        """Show a line above what is being typed."""
        app = self._prompt.app if self._prompt else None
        if app is None or not app.is_running or app.loop is None or app.context is None:
            self.write(("" if self._at_line_start else "\n") + text + "\n")
            return

        def above() -> None:
            run_in_terminal(lambda: self.loop.loop.call_soon_threadsafe(self.write, text + "\n"))

        try:
            app.loop.call_soon_threadsafe(above, context=app.context)
        except RuntimeError:  # the prompt ended in this moment
            self.write(text + "\n")

    # -- input -------------------------------------------------------------------------------------------------------

    async def received(self, data: str) -> None:
        """Keys: Ctrl-C goes to a statement at work, the rest to the prompt."""
        if self.is_busy and CTRL_C in data:
            self.interrupt()
            data = data.replace(CTRL_C, "")
        if data and not self._is_over:
            self._keys.send_text(data)

    async def input_ended(self) -> None:
        """The last key was typed: after it, leave as Ctrl-D does."""
        if not self._is_over:
            with contextlib.suppress(OSError, AttributeError):
                self._keys.send_text(CTRL_C + CTRL_D)

    async def gone(self) -> None:
        """The person is gone: let the prompt end at once."""
        if not self._is_over:
            self._is_over = True
            with contextlib.suppress(OSError, AttributeError):
                self._keys.close()

    def resized(self) -> None:
        """Draw again for the new size."""
        app = self._prompt.app if self._prompt else None
        if app is not None and app.is_running and app.loop is not None:
            with contextlib.suppress(RuntimeError):
                app.loop.call_soon_threadsafe(app._on_resize, context=app.context)

    # -- the prompt, in threads --------------------------------------------------------------------------------------

    def _make(self) -> HubInput:
        screen = cast(TextIO, _Screen(self))
        output = Vt100_Output(screen, self._size, term=self.process.term_type, enable_cpr=False)
        with create_app_session(input=self._keys, output=output):
            return HubInput(
                self._visible,
                self.values(),
                history_filename=str(_private(self._history)),
                input=self._keys,
                output=output,
            )

    def _read(self) -> str | None:
        """One statement; "" after Ctrl-C, None when the person leaves."""
        assert self._prompt is not None
        try:
            with create_app_session(input=self._keys, output=self._prompt.app.output):
                return str(self._prompt.app.run(handle_sigint=False, set_exception_handler=False))
        except KeyboardInterrupt:
            self._prompt.default_buffer.document = Document()
            return ""
        except EOFError:
            return None

    def values(self) -> HubValues:
        """Names of sources and builds, for completion."""
        return HubValues(self._services, self.loop)

    def _visible(self) -> dict[str, Any]:
        own = {name: value for name, value in self.namespace.items() if not name.startswith("__")}
        return self.names.all() | own

    def _size(self) -> Size:
        columns, rows = self.process.term_size[:2]
        return Size(rows=rows or 24, columns=columns or 80)

    def _welcome(self) -> str:
        name = self._services.settings["HUB_NAME"]
        return (
            f"\nWelcome to {name}, {self.user}!\n"
            "This is Python inside the hub, with all its rights. help() lists the commands, exit() leaves.\n"
        )

    def _red(self, text: str) -> str:
        return f"\x1b[31m{text}\x1b[0m" if self.look.colour else text


class _Screen:
    """A file for prompt_toolkit that writes to the SSH channel."""

    encoding = "utf-8"

    def __init__(self, session: Terminal) -> None:
        self._session = session

    def write(self, data: str) -> int:
        session = self._session
        session.loop.loop.call_soon_threadsafe(Session.write, session, data.replace("\r\n", "\n").replace("\n", "\r\n"))
        return len(data)

    def flush(self) -> None:
        """Nothing is kept back."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("an SSH channel has no file number")


def _private(path: Path) -> Path:
    """The file, made so that only its owner reads it."""
    path.touch(mode=0o600)
    return path
