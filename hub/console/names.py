"""The names of the console: commands, managers, functions, hooks' names; the same for every session."""

from __future__ import annotations

import builtins
import functools
from collections.abc import Mapping
from typing import Any

from hub import commands
from hub.commands.services import Services
from hub.console import managers
from hub.console.builtin import Functions
from hub.console.commands import ConsoleCommand
from hub.console.powers import Powers, Publish
from hub.console.threads import HubLoop
from hub.errors import NotFound

#: Settings under the names that existing hubs give them at the console; passwords are masked.
CONSTANTS = {
    "index_config": "INDEX_CONFIG",
    "snapshot_config": "SNAPSHOT_CONFIG",
    "publish_config": "RELEASE_CONFIG",
}


class HubView:
    """``hub``: every command as an attribute, whatever became of its name. ``hub.services`` are the managers inside."""

    def __init__(self, services: Services, names: Mapping[str, Any]) -> None:
        self.services, self._names = services, names

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._names:
            raise AttributeError(f"the hub has no command `{name}`")
        return self._names[name]

    def __dir__(self) -> list[str]:
        return [*self._names, "services"]

    def __repr__(self) -> str:
        return f"<hub {self.services.settings['HUB_NAME']}: `help()` lists the commands>"


class Names:
    """The names.

    They stand where Python keeps its own built-in ones, so that a variable of a session may have the name of a command
    and ``del`` gives the command back.

    Args:
        services: the hub.
        loop: the hub's loop.
        publish: makes routes for `expose`.
    """

    def __init__(self, services: Services, loop: HubLoop, publish: Publish) -> None:
        self._services, self._loop, self._publish = services, loop, publish
        self.of_hooks: dict[str, Any] = {}
        self.managers = managers.all_of(services, loop)
        self._functions = Functions(services, loop, self.managers, self.all, lambda: self.of_hooks)
        self._extra: dict[str, Any] = {}
        self._own: dict[str, Any] = {}
        self.aside: dict[str, Any] = {}  #: commands whose names are Python's own at the console
        self._console = self.powers("console")
        self.refresh()

    def refresh(self) -> None:
        """Take the registered commands as they are now."""
        found = {c.name: ConsoleCommand(c, self._services, self._loop) for c in commands.all_commands()}
        names: dict[str, Any] = {**found, **self.managers, **self._functions.all(), **self._extra}
        view = HubView(self._services, names)
        # A command called `list` must not hide Python's own; `hub.list` has it.
        kept = {n: v for n, v in names.items() if not (isinstance(v, ConsoleCommand) and hasattr(builtins, n))}
        self._own = kept | {"hub": view, "partial": functools.partial} | _powers(self._console)
        self._own |= {name: _shown(self._services, setting) for name, setting in CONSTANTS.items()}
        self._own |= {"loop": self._loop, "g": self._own}
        self.aside = {n: v for n, v in names.items() if n not in kept}

    def add(self, name: str, value: Any) -> None:
        """Give the console one more name of its own."""
        self._extra[name] = value
        self.refresh()

    def powers(self, owner: str, space: Mapping[str, Any] | None = None) -> Powers:
        """`schedule`, `expose` and `on` for one owner.

        Args:
            owner: who will have what is made.
            space: names of its own, which `expose` finds first.
        """

        def find(name: str) -> Any:
            return space[name] if space and name in space else self.find(name)

        return Powers(owner, self._services, self._loop, self._publish, find)

    def own(self) -> Mapping[str, Any]:
        """The names that are not of hooks."""
        return self._own

    def all(self) -> dict[str, Any]:
        """All names, Python's own left out."""
        return self._own | self.of_hooks

    def find(self, name: str) -> Any:
        """What a name stands for.

        Raises:
            NotFound: no such name.
        """
        try:
            return self.all()[name]
        except KeyError:
            raise NotFound("command", name, self.all()) from None

    def fill(self, target: dict[str, Any]) -> None:
        """Bring the ``__builtins__`` of a session up to date; names it lost come back."""
        wanted = vars(builtins) | self.all()
        for gone in target.keys() - wanted.keys():
            del target[gone]
        target.update(wanted)

    def for_hook(self, powers: Powers) -> dict[str, Any]:
        """``__builtins__`` for the file of a hook."""
        return vars(builtins) | self.all() | _powers(powers)


def _powers(powers: Powers) -> dict[str, Any]:
    return {"schedule": powers.schedule, "expose": powers.expose, "on": powers.on}


def _shown(services: Services, setting: str) -> Any:
    return services.settings.describe()["scope"]["config"][setting]["value"]
