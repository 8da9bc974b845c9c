"""The steps that a source declares: programs and functions before and after the download, and before a removal.

``{"pre": [...], "post": [...], "remove": [...]}``. A list is run in order. Its items are processes, or blocks: lists
whose members run at the same time. A member of a block is a process, or a list of processes that run in order::

    [a, [b, [c, d]], e]        a; then b beside (c, then d); then e

Blocks and their members may have names: ``{"name": ..., "parallel": [...]}`` and ``{"name": ..., "sequence": [...]}``.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from hub.dataload.errors import Problem

PHASES = ("pre", "post", "remove")
_NAME = re.compile(r"\w[\w-]{0,99}")
_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_KEYS = ("name", "run", "env", "timeout", "produces")
_PRODUCES = ("format", "types", "tags", "files")


@dataclass(frozen=True)
class Process:
    """One program or function.

    Attributes:
        name: unique in its phase.
        argv: program and arguments; empty for a function.
        function: ``module:function`` of the plugin; empty for a program.
        env: variables added to its environment.
        timeout: seconds after which it is ended and has failed; None for no limit.
        produces: ``format``, ``types``, ``tags``, ``files`` of what it makes.
    """

    name: str
    argv: tuple[str, ...] = ()
    function: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None
    produces: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Changes when the declaration changes: then what it did counts for nothing."""
        text = json.dumps(asdict(self), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Sequence:
    """Processes that run in order."""

    name: str
    processes: tuple[Process, ...]


@dataclass(frozen=True)
class Block:
    """Sequences that run at the same time."""

    name: str
    sequences: tuple[Sequence, ...]

    def processes(self) -> Iterator[Process]:
        """All of them."""
        for sequence in self.sequences:
            yield from sequence.processes


@dataclass(frozen=True)
class Steps:
    """All phases."""

    pre: tuple[Block, ...] = ()
    post: tuple[Block, ...] = ()
    remove: tuple[Block, ...] = ()

    def processes(self) -> Iterator[tuple[str, Process]]:
        """Phase and process, of all."""
        for phase in PHASES:
            for block in getattr(self, phase):
                for process in block.processes():
                    yield phase, process


def read_steps(value: Any, path: str = "dumper.steps") -> tuple[Steps, list[Problem]]:
    """The declared steps.

    Args:
        value: as in a manifest, or ``STEPS`` of a class.
        path: where it stands, for the problems.

    Returns:
        The steps, as far as they can be read, and what is wrong with them.
    """
    if not value:
        return Steps(), []
    if not isinstance(value, Mapping):
        return Steps(), [Problem(path, "must be an object with `pre`, `post` or `remove`", value)]
    problems: list[Problem] = []
    phases: dict[str, tuple[Block, ...]] = {}
    for phase, items in value.items():
        here = f"{path}.{phase}"
        if phase not in PHASES:
            problems.append(_unknown(here, phase, PHASES))
        elif not isinstance(items, list):
            problems.append(Problem(here, "must be a list of steps", items))
        else:
            phases[phase] = tuple(_Reader(here, problems).blocks(items))
    return Steps(**phases), problems


class _Reader:
    """Reads one phase; collects what is wrong."""

    def __init__(self, path: str, problems: list[Problem]) -> None:
        self.path, self.problems = path, problems
        self.names: set[str] = set()

    def blocks(self, items: list[Any]) -> Iterator[Block]:
        for number, item in enumerate(items, 1):
            path = f"{self.path}[{number - 1}]"
            name, members = self.group(item, "parallel", path, f"block{number}")
            if members is None:
                members, name = [item], f"block{number}"
            sequences = [
                s for n, m in enumerate(members, 1) if (s := self.sequence(m, f"{path}[{n - 1}]", f"{name}-{n}"))
            ]
            yield Block(name, tuple(sequences))

    def sequence(self, item: Any, path: str, default: str) -> Sequence | None:
        name, members = self.group(item, "sequence", path, default)
        inside = [(m, f"{path}[{n}]") for n, m in enumerate(members)] if members is not None else [(item, path)]
        processes = [p for m, where in inside if (p := self.process(m, where))]
        return Sequence(name, tuple(processes)) if processes else None

    def group(self, item: Any, key: str, path: str, default: str) -> tuple[str, list[Any] | None]:
        """Name and members of a group; None when the item is none."""
        if isinstance(item, list):
            if not item:
                self.bad(path, "is empty", item)
            return default, item
        if not isinstance(item, Mapping) or key not in item:
            return default, None
        for extra in item.keys() - {"name", key}:
            self.problems.append(_unknown(f"{path}.{extra}", str(extra), ("name", key)))
        members = item[key]
        if not isinstance(members, list) or not members:
            self.bad(f"{path}.{key}", "must be a list of steps that is not empty", members)
            members = []
        return self.named(item.get("name", default), path), members

    def process(self, item: Any, path: str) -> Process | None:
        if not isinstance(item, Mapping):
            self.bad(path, 'must be a step such as `{"name": "index", "run": ["program", "argument"]}`', item)
            return None
        for key in item.keys() - set(_KEYS):
            why = "; a program is never run through a shell: give `run` as a list" if key == "shell" else ""
            self.problems.append(_unknown(f"{path}.{key}", str(key), _KEYS, why))
        argv, function = self.run(item.get("run"), f"{path}.run")
        return Process(
            self.named(item.get("name"), path),
            argv,
            function,
            self.env(item.get("env", {}), f"{path}.env"),
            self.timeout(item.get("timeout"), f"{path}.timeout"),
            self.produces(item.get("produces", {}), f"{path}.produces"),
        )

    def named(self, name: Any, path: str) -> str:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            self.bad(f"{path}.name", "each step needs a name of letters, digits, `_` and `-`", name)
            return "step"
        if name in self.names:
            self.bad(f"{path}.name", f"`{name}` is the name of another step of this phase", name)
        self.names.add(name)
        return name

    def run(self, run: Any, path: str) -> tuple[tuple[str, ...], str]:
        if isinstance(run, str) and _FUNCTION.fullmatch(run):
            return (), run
        if isinstance(run, list) and run and all(isinstance(a, str) and "\0" not in a for a in run) and run[0]:
            return tuple(run), ""
        if isinstance(run, str):
            self.bad(
                path, f'`{run}`: write a program as a list, `["program", "argument"]`, a function as `module:name`', run
            )
        else:
            self.bad(path, "must be the list of a program and its arguments (texts), or `module:function`", run)
        return (), ""

    def env(self, env: Any, path: str) -> dict[str, str]:
        named = isinstance(env, Mapping) and all(isinstance(k, str) and k and "=" not in k for k in env)
        if named and all(isinstance(v, str | int | float) for v in env.values()):
            return {k: str(v) for k, v in env.items()}
        self.bad(path, "must be an object of names and texts", env)
        return {}

    def timeout(self, seconds: Any, path: str) -> float | None:
        if seconds is None or (isinstance(seconds, int | float) and not isinstance(seconds, bool) and seconds > 0):
            return seconds
        self.bad(path, "must be a number of seconds above 0", seconds)
        return None

    def produces(self, value: Any, path: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            self.bad(path, "must be an object with `format`, `types`, `tags`, `files`", value)
            return {}
        for key in value.keys() - set(_PRODUCES):
            self.problems.append(_unknown(f"{path}.{key}", str(key), _PRODUCES))
        kinds = {"format": str, "types": list, "tags": Mapping, "files": list}
        for key, kind in kinds.items():
            if key in value and not isinstance(value[key], kind):
                self.bad(f"{path}.{key}", "is of the wrong kind", value[key])
        return dict(value)

    def bad(self, path: str, reason: str, value: Any) -> None:
        self.problems.append(Problem(path, reason, value))


def _unknown(path: str, name: str, known: tuple[str, ...], why: str = "") -> Problem:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return Problem(path, f"is none of {', '.join(f'`{k}`' for k in known)}{why}", name, near[0] if near else None)
