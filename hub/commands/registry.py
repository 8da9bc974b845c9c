"""`@command`: one decorated function a command, with its area, role, REST route, type hints and docstring.

The doors are generated from the registry: `hub.api` makes the routes, `hub.cli` the sub-commands. The first parameter
of each function is the running hub's `Services`; the others are the command's own, keyword or positional.
"""

from __future__ import annotations

import functools
import inspect
import json
import math
import re
import types
import typing
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hub import errors
from hub.accounts.roles import Role as Role
from hub.config import Secret


@dataclass(frozen=True)
class Parameter:
    """One argument of a command.

    Attributes:
        name: as in the function.
        type: the annotation without ``| None``.
        required: whether it has no default.
        default: the default, when there is one.
    """

    name: str
    type: Any
    required: bool
    default: Any = None


class _Required:
    """Stands as the default of an argument that must be given although one before it may be left out."""

    def __repr__(self) -> str:
        return "..."


#: Clients call some commands by position, with an argument that may be left out before one that may not.
REQUIRED: Any = _Required()


@dataclass(frozen=True)
class Command:
    """One registered command.

    Attributes:
        name: unique name, also the name at the console and on the command line.
        fn: ``fn(services, ...)``; a coroutine function when it waits.
        area: group it is listed in.
        role: role that is needed.
        method: HTTP method of its REST route, or empty.
        path: REST path with ``{parameter}`` segments.
        starts_job: whether it starts long work; the REST door then answers at once with a command record.
        yields: whether a hook may take its name at the console without being asked.
        looks: whether it changes nothing in the hub, although it needs more than the role of a viewer.
        also: other names of arguments that clients use, by that name.
        login: whether it needs somebody who has shown who it is; being on this machine is not enough.
        results: gives the ``results`` of the command's record from what the command gives, where existing clients
            expect something else than that; what it gives is then the ``outcome`` of the record.
        revision: gives for a hub a value that is another one as soon as the answer may be another one, or None when
            that cannot be told; called in a thread. The REST door keeps the answer while it is the same.
    """

    name: str
    fn: Callable[..., Any]
    area: str
    role: Role
    method: str
    path: str
    starts_job: bool
    yields: bool = False
    looks: bool = False
    login: bool = False
    also: Mapping[str, str] = field(default_factory=dict)
    results: Callable[[Any], list[Any]] | None = None
    revision: Callable[[Any], Hashable | None] | None = None

    @property
    def changes(self) -> bool:
        """Whether it may change something, so that it is audited."""
        return self.method != "GET" and not self.looks and (self.role > Role.VIEWER or self.login)

    @property
    def summary(self) -> str:
        """First line of the docstring."""
        return (inspect.getdoc(self.fn) or "").partition("\n")[0]

    @property
    def doc(self) -> str:
        """The whole docstring."""
        return inspect.getdoc(self.fn) or ""

    def parameters(self) -> list[Parameter]:
        """The command's own parameters, in order."""
        return list(self._parameters)

    @functools.cached_property
    def _parameters(self) -> tuple[Parameter, ...]:
        hints = typing.get_type_hints(self.fn)
        found = list(inspect.signature(self.fn).parameters.values())[1:]
        return tuple(
            Parameter(
                p.name,
                _without_none(hints.get(p.name, str)),
                p.default in _NO_DEFAULT,
                None if p.default in _NO_DEFAULT else p.default,
            )
            for p in found
        )

    def bind(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments checked and converted by their annotations (texts of a URL or a shell become what is asked for).

        Raises:
            UnknownArgumentError: a name the command does not have.
            MissingArgumentError: a required argument is absent.
            ArgumentTypeError: a value that can not be read as the wanted type.
        """
        known = {p.name: p for p in self.parameters()}
        arguments = {self.also.get(name, name): value for name, value in arguments.items()}
        for name in arguments:
            if name not in known:
                raise UnknownArgumentError(self.name, name, list(known))
        for p in known.values():
            if p.required and arguments.get(p.name) in (None, ""):
                raise MissingArgumentError(self.name, p.name)
        given = {n: v for n, v in arguments.items() if v is not None or known[n].required}
        return {name: _convert(self.name, known[name], value) for name, value in given.items()}


class UnknownArgumentError(errors.BadArgument):
    """An argument the command does not have."""

    def __init__(self, command: str, name: str, known: list[str]) -> None:
        self.command, self.name, self.known = command, name[: errors.LONGEST_NAME], known
        super().__init__(f"`{command}` has no argument `{self.name}`. {errors.suggest(self.name, known)}")


class MissingArgumentError(errors.BadArgument):
    """A required argument is absent."""

    def __init__(self, command: str, name: str) -> None:
        self.command, self.name = command, name
        super().__init__(f"Missing argument {name}: `{command}` needs it")


class ArgumentTypeError(errors.BadArgument):
    """A value of the wrong type."""

    def __init__(self, command: str, name: str, value: Any, wanted: str) -> None:
        self.command, self.name, self.value, self.wanted = command, name, value, wanted
        super().__init__(f"`{command}`: argument `{name}` must be {wanted}, got {value!r:.200}")


F = TypeVar("F", bound=Callable[..., Any])
_NO_DEFAULT = (inspect.Parameter.empty, REQUIRED)
_COMMANDS: dict[str, Command] = {}
_ROUTE = re.compile(r"^(GET|PUT|POST|DELETE) (/\S*)$")


def command(
    *,
    area: str,
    role: Role,
    rest: str = "",
    starts_job: bool = False,
    yields: bool = False,
    looks: bool = False,
    login: bool = False,
    also: Mapping[str, str] | None = None,
    results: Callable[[Any], list[Any]] | None = None,
    revision: Callable[[Any], Hashable | None] | None = None,
) -> Callable[[F], F]:
    """Register the decorated function.

    Args:
        area: group it is listed in.
        role: role that is needed.
        rest: ``"PUT /source/{src}/dump"``, or empty for no route.
        starts_job, yields, looks, login, also, results, revision: see `Command`.
    """
    match = _ROUTE.match(rest) if rest else None
    if rest and match is None:
        raise ValueError(f"not a route: {rest!r}, expected 'METHOD /path'")

    def register(fn: F) -> F:
        method, path = (match[1], match[2]) if match else ("", "")
        _COMMANDS[fn.__name__] = Command(
            fn.__name__,
            fn,
            area,
            role,
            method,
            path,
            starts_job,
            yields,
            looks,
            login,
            dict(also or {}),
            results,
            revision,
        )
        return fn

    return register


def all_commands() -> list[Command]:
    """All registered commands by area and name."""
    return sorted(_COMMANDS.values(), key=lambda c: (c.area, c.name))


def find(name: str) -> Command:
    """The command of that name.

    Raises:
        hub.errors.NotFound: there is none; the nearest names are suggested.
    """
    try:
        return _COMMANDS[name]
    except KeyError:
        raise errors.NotFound("command", name, _COMMANDS) from None


def _without_none(hint: Any) -> Any:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        rest = [a for a in typing.get_args(hint) if a is not type(None)]
        return rest[0] if len(rest) == 1 else Any
    return hint


_TRUE, _FALSE = {"true", "1", "t", "y", "yes", "on", ""}, {"false", "0", "f", "n", "no", "off"}


def _convert(command_name: str, parameter: Parameter, value: Any) -> Any:
    wanted = parameter.type
    origin = typing.get_origin(wanted) or wanted
    if value is None or wanted is Any:
        return value
    if origin is Secret:
        if isinstance(value, str):
            return Secret(value)
        raise ArgumentTypeError(command_name, parameter.name, "********", "a text")
    if origin is bool:
        if isinstance(value, bool):
            return value
        text = str(value).lower()
        if text in _TRUE | _FALSE:
            return text in _TRUE
        raise ArgumentTypeError(command_name, parameter.name, value, "true or false")
    if origin is int:
        return _whole(command_name, parameter, value)
    if origin is float:
        return _number(command_name, parameter, value)
    if origin is list:
        if isinstance(value, str):
            return [v for v in re.split(r"[,\s]+", value) if v]
        if isinstance(value, list) and all(isinstance(v, str) for v in value):
            return value
        raise ArgumentTypeError(command_name, parameter.name, value, "a list of texts")
    if origin is dict and isinstance(value, str):
        value = _object(value)
    if isinstance(origin, type) and isinstance(value, origin):
        return value
    wanted_text = {dict: "a JSON object", str: "a text"}.get(origin) or f"a {getattr(origin, '__name__', origin)}"
    raise ArgumentTypeError(command_name, parameter.name, value, wanted_text)


def _whole(command_name: str, parameter: Parameter, value: Any) -> int:
    try:
        number = int(value)
        exact = not isinstance(value, float) or value == number
        if not isinstance(value, bool) and exact and -(2**63) <= number < 2**63:
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise ArgumentTypeError(command_name, parameter.name, value, "a whole number")


def _number(command_name: str, parameter: Parameter, value: Any) -> float:
    try:
        number = float(value)
        if not isinstance(value, bool) and math.isfinite(number):
            return number
    except (TypeError, ValueError, OverflowError):
        pass
    raise ArgumentTypeError(command_name, parameter.name, value, "a number")


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
