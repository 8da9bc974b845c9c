"""Hooks: Python files of HOOKS_FOLDER that add names to the console, schedules, endpoints and subscriptions.

Each file is run once, in a thread, with the console's names at hand. Whatever it defines or imports becomes a name of
the console. A file that changes is taken out and run again; one that fails is reported and changes nothing.
"""

from __future__ import annotations

import ast
import asyncio
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub import commands
from hub.commands.services import Services
from hub.console.display import Listing
from hub.console.errors import HookConflictError, HookFailedError
from hub.console.evaluate import explain
from hub.console.names import Names
from hub.console.powers import Powers
from hub.console.threads import spawn

log = logging.getLogger("hub.console")

PATIENCE = 30.0  #: seconds that the hub waits for the hooks at its start; slower ones go on loading

Signature = tuple[int, int]
#: Names of the console that a hook may use as it likes: everybody has variables of these names.
FREE = frozenset({"partial", "loop", "g", "am", "pqueue", "tqueue"})


@dataclass
class Hook:
    """A file and what became of it.

    Attributes:
        path: the file.
        powers: what it has hung into the hub.
        names: what it gave the console.
        replaced: names of others among them.
        error: why it is not loaded, or "".
        is_loaded: whether its code has ended well.
    """

    path: Path
    powers: Powers
    names: dict[str, Any] = field(default_factory=dict)
    replaced: list[str] = field(default_factory=list)
    error: str = ""
    is_loaded: bool = False

    def row(self) -> dict[str, Any]:
        """What people see."""
        return {
            "hook": self.path.name,
            "state": "loaded" if self.is_loaded else "failed" if self.error else "loading",
            "names": ", ".join(sorted(n for n, v in self.names.items() if callable(v))) or None,
            "replaces": ", ".join(self.replaced) or None,
            "schedules": ", ".join(self.powers.schedules) or None,
            "endpoints": ", ".join(self.powers.endpoints) or None,
            "subscriptions": len(self.powers.subscriptions),
            "problem": self.error or None,
        }


class Hooks:
    """The hooks of a hub.

    Args:
        services: the hub.
        names: the console's names; the hooks' own are put there.
    """

    def __init__(self, services: Services, names: Names) -> None:
        self._services, self._names = services, names
        self._folder = Path(services.settings["HOOKS_FOLDER"])
        self._hooks: dict[str, Hook] = {}
        self._told: dict[str, Signature] = {}
        self._last: dict[str, Signature] = {}
        self._watcher: asyncio.Task[None] | None = None
        names.add("hooks", self.list)

    def list(self) -> Listing:
        """The hooks with their names, schedules, endpoints and problems."""
        return Listing([hook.row() for _, hook in sorted(self._hooks.items())])

    async def start(self) -> None:
        """Load the files that are there, in the order of their names, and watch the folder."""
        self._told = self._last = await asyncio.to_thread(self._look)
        loading = spawn("hub-hooks", lambda: [self.load(self._folder / name) for name in sorted(self._told)])
        waiting = asyncio.wrap_future(loading)
        try:
            await asyncio.wait_for(asyncio.shield(waiting), PATIENCE)
        except TimeoutError:
            slow = [name for name in sorted(self._told) if not self._is_settled(name)]
            log.warning("The hub starts before hooks %s are loaded", slow, extra={"action": "hook_slow"})
        if self._services.settings["USE_RELOADER"] and self._pause() > 0:
            self._watcher = asyncio.create_task(self._watch(waiting), name="hub-hooks")

    def _is_settled(self, name: str) -> bool:
        hook = self._hooks.get(name)
        return hook is not None and (hook.is_loaded or bool(hook.error))

    async def close(self) -> None:
        """Stop watching, and take out what hooks have hung into the hub."""
        if self._watcher is not None:
            self._watcher.cancel()
            await asyncio.gather(self._watcher, return_exceptions=True)
        for hook in self._hooks.values():
            await asyncio.to_thread(hook.powers.withdraw)

    def load(self, path: Path) -> Hook:
        """Run a file, after what it did before is taken out; never raises. Not in the hub's loop."""
        self.unload(path.name)
        space: dict[str, Any] = {"__name__": f"hooks.{path.stem}", "__file__": str(path)}
        hook = Hook(path, self._names.powers(f"hook:{path.stem}", space))
        self._hooks[path.name] = hook
        try:
            self._run(hook, space)
        except BaseException as error:  # also SystemExit: it is the hook's, not the hub's
            hook.powers.withdraw()
            hook.names, hook.replaced = {}, []
            conflict = isinstance(error, HookConflictError)
            hook.error = str(error if conflict else HookFailedError(path.name, explain(error)))
            log.error("%s", hook.error, extra={"action": "hook_failed"})
            self._services.bus.publish("hook.failed", hook=path.name, error=hook.error)
        else:
            hook.is_loaded = True
            self._services.bus.publish("hook.loaded", hook=path.name, names=sorted(hook.names))
        self._gather()
        return hook

    def unload(self, name: str) -> None:
        """Take out what a file did. Not in the hub's loop."""
        if hook := self._hooks.pop(name, None):
            hook.powers.withdraw()
            self._gather()
            self._services.bus.publish("hook.removed", hook=name)

    def _run(self, hook: Hook, space: dict[str, Any]) -> None:
        text = hook.path.read_text(encoding="utf-8")
        tree = ast.parse(text, str(hook.path))
        self._check(hook, _defined(tree))
        space["__builtins__"] = self._names.for_hook(hook.powers)
        exec(compile(tree, str(hook.path), "exec"), space)
        known = self._names.own()
        found = {n: v for n, v in space.items() if not n.startswith("_") and v is not known.get(n)}
        self._check(hook, found.keys())  # `from x import *` is known only now
        hook.names = found

    def _check(self, hook: Hook, defined: Any) -> None:
        owners = self._owners(hook)
        taken = {name: owners[name] for name in defined if name in owners}
        hook.replaced = sorted(taken)
        if not taken:
            return
        if not self._services.settings["HOOKS_MAY_OVERRIDE"]:
            raise HookConflictError(hook.path.name, taken, taken.values())
        log.warning("Hook %s replaces %s", hook.path.name, ", ".join(hook.replaced), extra={"action": "hook_override"})

    def _owners(self, hook: Hook) -> Mapping[str, str]:
        """Who has which name that a hook may not take."""
        registered = commands.all_commands()
        free = {*FREE, *(c.name for c in registered if c.yields)}
        names = dict.fromkeys(self._names.own().keys() - free, "the console")
        names |= {c.name: "the hub" for c in registered if not c.yields}
        for other in self._hooks.values():
            if other is not hook:
                names |= dict.fromkeys(_made_by(other), f"hook {other.path.name}")
        return names

    def _gather(self) -> None:
        found: dict[str, Any] = {}
        for _, hook in sorted(self._hooks.items()):
            found |= hook.names
        self._names.of_hooks = found

    # -- watching ----------------------------------------------------------------------------------------------------

    def _pause(self) -> float:
        return float(self._services.settings["PLUGIN_WATCH_SECONDS"])

    async def _watch(self, first: asyncio.Future[Any]) -> None:
        await asyncio.wait([first])
        while True:
            await asyncio.sleep(self._pause())
            try:
                if not await asyncio.to_thread(self._is_calm):
                    await asyncio.wrap_future(spawn("hub-hooks", self.look_again))
            except Exception:
                log.exception("Hooks were not read again", extra={"action": "hook_watch_failed"})

    def look_again(self) -> None:
        """Load files that are new or have changed and have been the same for two looks; forget those that are gone."""
        now = self._look()
        for name in sorted(now.keys() | self._told.keys()):
            if now.get(name) == self._told.get(name) or now.get(name) != self._last.get(name):
                continue
            if name in now:
                self._told[name] = now[name]
                self.load(self._folder / name)
            else:
                self._told.pop(name)
                self.unload(name)
        self._last = now

    def _is_calm(self) -> bool:
        return self._look() == self._told == self._last

    def _look(self) -> dict[str, Signature]:
        return dict(_files(self._folder))


def _made_by(hook: Hook) -> list[str]:
    """Names that a hook defines; what it only imports others may import too."""
    module = f"hooks.{hook.path.stem}"
    return [name for name, value in hook.names.items() if getattr(value, "__module__", None) == module]


def _files(folder: Path) -> Iterator[tuple[str, Signature]]:
    try:
        entries = list(folder.iterdir())
    except OSError:
        return
    for path in entries:
        if path.suffix == ".py" and not path.name.startswith((".", "_")):
            try:
                found = path.stat()
            except OSError:
                continue
            yield path.name, (found.st_mtime_ns, found.st_size)


def _defined(tree: ast.Module) -> set[str]:
    """Names that a file binds at its top level."""
    names: set[str] = set()
    for node in _top_level(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(a.asname or a.name).partition(".")[0] for a in node.names if a.name != "*"}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return {name for name in names if not name.startswith("_")}


def _top_level(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions and classes."""
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            yield from _top_level(child)
