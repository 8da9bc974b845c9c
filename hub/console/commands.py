"""The registered commands as functions of the console."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from hub.commands import Command, calling
from hub.commands.services import Services
from hub.console import display
from hub.console.jobs import StartedJob
from hub.console.threads import HubLoop
from hub.errors import BadArgument


class _Written(str):
    """A type as the code has it; a signature shows it without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class ConsoleCommand:
    """A command to be called from a thread.

    Reading commands give their result. One that starts long work gives a `StartedJob` at once.
    """

    def __init__(self, command: Command, services: Services, loop: HubLoop) -> None:
        self.command, self._services, self._loop = command, services, loop
        self.__name__, self.__doc__ = command.name, command.doc
        found = inspect.signature(command.fn)
        shown = [p.replace(annotation=_written(p.annotation)) for p in list(found.parameters.values())[1:]]
        self.__signature__ = found.replace(parameters=shown, return_annotation=_written(found.return_annotation))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run it."""
        name = self.command.name
        values = self.command.bind(self._named(args, kwargs))
        if self.command.starts_job:
            job = StartedJob()
            self._loop.run(name, self._start, job, values)
            return job
        found = self._loop.run(name, calling.run, self._services, self.command, values)
        return display.of_command(name, found)

    def __repr__(self) -> str:
        return f"<command {self.command.name}{self.__signature__}: {self.command.summary}>"

    def _named(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        names = [p.name for p in self.command.parameters()]
        if len(args) > len(names):
            raise BadArgument(f"`{self.command.name}` takes {len(names)} arguments, got {len(args)}")
        given = dict(zip(names, args, strict=False))
        for twice in given.keys() & kwargs.keys():
            raise BadArgument(f"`{self.command.name}`: argument `{twice}` is given twice")
        return given | kwargs

    async def _start(self, job: StartedJob, values: dict[str, Any]) -> None:
        begin = functools.partial(self._services.records.start, self.command, values)
        with calling.calling(self._services, self.command, values):
            await job.begin(begin, self.command.fn(self._services, **values))


def _written(annotation: Any) -> Any:
    return _Written(annotation) if isinstance(annotation, str) else annotation
