"""One command as text, from a program or a web page: no session, no variables, nothing but a call."""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hub import errors
from hub.accounts import CALLER, Audit
from hub.console import display
from hub.console.builtin import DONE, PENDING
from hub.console.commands import ConsoleCommand
from hub.console.evaluate import Evaluation
from hub.console.jobs import StartedJob
from hub.console.names import Names
from hub.console.output import Output, route

MOST_OUTPUT = 1_000_000  #: characters of one command
#: Functions of the console that are no commands and may be called as well: they only show something. The others
#: (`shell`, `expose`, `schedule`) and whatever hooks define run code, and are for people who have logged in.
LOOKING = frozenset({"help", "commands", "command", "top", "sch", "lsmerge"})
_NAME = re.compile(r"\s*[A-Za-z_]\w*\s*", re.ASCII)
_FORM = re.compile(r"\s*([A-Za-z_]\w*)\s*\(([\w\s'\"=,.\-]*)\)\s*", re.ASCII)


class ShellFormError(errors.Refused):
    """A text that is more than the call of a command."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(
            f"only the call of a command may be sent, such as dump('hpo'), not {text[:100]!r}. "
            "The SSH console takes everything."
        )


class ShellError(errors.BadArgument):
    """The command raised."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"HTTP 400: Error: {reason}")


class Shell:
    """Runs single commands; what they print and give is told to all who listen.

    Args:
        names: of the console.
        audit: where each command is written down.
        tell: takes messages for live clients.
    """

    def __init__(self, names: Names, audit: Audit, tell: Callable[[dict[str, Any]], None]) -> None:
        self._names, self._audit, self._tell = names, audit, tell
        self._loop = asyncio.get_running_loop()
        self._numbers = itertools.count(1)

    async def run(self, text: str) -> None:
        """Run a command to its end, on behalf of the present caller.

        One that starts long work ends at once, and its own end is told later.

        Args:
            text: ``name(arguments)`` with plain values.

        Raises:
            ShellFormError: the text is something else.
            hub.errors.NotFound: no command of that name.
            ShellError: it raised.
        """
        form = _FORM.fullmatch(text)
        if form is None:
            raise ShellFormError(text)
        callables = {
            n: v
            for n, v in {**self._names.own(), **self._names.aside}.items()
            if isinstance(v, ConsoleCommand) or n in LOOKING
        }
        if form[1] not in callables:
            raise errors.NotFound("command", form[1], callables)
        self._audit.write("statement", CALLER.get(), text)
        self.say(text, "input")
        streams = Output(self._print, MOST_OUTPUT), Output(self._print, MOST_OUTPUT)
        route()
        namespace = {"__builtins__": {form[1]: callables[form[1]], PENDING: PENDING, DONE: DONE}}
        evaluation = Evaluation(_by_name(text.strip(), form), namespace, self._show, streams, self)
        outcome = await asyncio.wrap_future(evaluation.start())
        if outcome.error:
            self.say(outcome.error, "output")
            raise ShellError(outcome.error)

    def say(self, text: str, kind: str) -> None:
        """Tell live clients; in the hub's loop.

        Args:
            text: what was typed or printed.
            kind: ``input`` or ``output``.
        """
        at = datetime.now().isoformat(timespec="microseconds")  # noqa: DTZ005 (clients expect none)
        self._tell({"_id": next(self._numbers), "op": "shell", "cmd": text, "type": kind, "ts": at})

    def follow(self, job: StartedJob) -> None:
        """A command has started long work."""

    def ended(self, job: StartedJob) -> None:
        """Long work has ended."""
        self.say(repr(job), "output")

    def _show(self, value: Any) -> None:
        self._print(display.render(value, display.Look()))

    def _print(self, text: str) -> None:
        """Called in the thread of the command."""
        self._loop.call_soon_threadsafe(self.say, text, "output")


def _by_name(text: str, form: re.Match[str]) -> str:
    """The same call, with the name in ``help(dump)`` as a text: no thing but the command called is within reach."""
    return f"help({form[2].strip()!r})" if form[1] == "help" and _NAME.fullmatch(form[2]) else text
