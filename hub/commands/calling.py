"""The one gate before every command, at every door: may this caller do it, and what goes into the audit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from hub import errors
from hub.accounts import CALLER, Caller
from hub.accounts.errors import CredentialError, NotKnownError, RoleError
from hub.accounts.hiding import is_secret_name, shown
from hub.commands.registry import Command
from hub.commands.services import Services
from hub.commands.subjects import SUBJECTS, subjects_of
from hub.config.secret import STARS

#: Raised in place of `RoleError` by a door that knows better why somebody has no role; gets the caller and the name.
Refusal = Callable[[Caller, str], errors.HubError | None]


def precheck(command: Command, caller: Caller, refusal: Refusal | None = None) -> None:
    """Refuse who may run a command on nothing at all, before its arguments are looked at.

    Raises:
        hub.errors.Refused: says what is missing.
    """
    if command.login and not caller.is_known:
        raise _refused(command, caller, refusal) or NotKnownError(command.name)
    best = caller.best_role if command.name in SUBJECTS else caller.general_role
    if best < command.role:
        raise _refused(command, caller, refusal) or RoleError(
            command.name, command.role.label, caller.shown, caller.general_role.label
        )


def admit(hub: Services, command: Command, caller: Caller, refusal: Refusal | None = None) -> None:
    """`precheck`, with a line in the audit when it refuses somebody.

    Raises:
        hub.errors.Refused: says what is missing.
    """
    try:
        precheck(command, caller, refusal)
    except errors.HubError as error:
        _Note(hub, command, {}, caller).refused(error)
        raise


def check(
    hub: Services, command: Command, values: Mapping[str, Any], caller: Caller, refusal: Refusal | None = None
) -> None:
    """Refuse who may not run a command with these arguments, with a line in the audit.

    Raises:
        hub.errors.Refused: says what is missing.
    """
    try:
        _check(hub, command, values, caller, refusal)
    except errors.HubError as error:
        _Note(hub, command, values, caller).refused(error)
        raise


def _check(hub: Services, command: Command, values: Mapping[str, Any], caller: Caller, refusal: Refusal | None) -> None:
    precheck(command, caller, refusal)
    if caller.general_role >= command.role:
        return
    subjects = subjects_of(hub, command, values)
    has = caller.role_on(subjects)
    if has < command.role:
        raise RoleError(command.name, command.role.label, caller.shown, has.label, [s.names[0] for s in subjects])


@contextlib.contextmanager
def calling(
    hub: Services,
    command: Command,
    values: Mapping[str, Any],
    caller: Caller | None = None,
    refusal: Refusal | None = None,
) -> Iterator[None]:
    """Run a command inside: it is checked before, works on behalf of the caller, and is audited with its outcome.

    Args:
        hub: the hub.
        command: which one.
        values: its arguments, bound.
        caller: who asks; without one whoever is asking already.
        refusal: see `Refusal`.

    Raises:
        hub.errors.Refused: the caller may not.
    """
    caller = _now(hub, CALLER.get() if caller is None else caller)
    check(hub, command, values, caller, refusal)
    note = _Note(hub, command, values, caller)
    token = CALLER.set(caller)
    try:
        yield
    except BaseException as error:
        note.write("failed" if isinstance(error, Exception) else "cancelled", error)
        raise
    else:
        note.write("started" if command.starts_job else "done")
    finally:
        CALLER.reset(token)


async def run(hub: Services, command: Command, values: Mapping[str, Any]) -> Any:
    """Run a command to its end on behalf of whoever is asking already.

    Raises:
        hub.errors.HubError: refused, or failed.
    """
    with calling(hub, command, values):
        return await command.fn(hub, **values)


def arguments(hub: Services, command: Command, values: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments as they may be written down: secrets are stars."""
    told = {name: shown(value, name) for name, value in values.items()}
    if command.name == "setconf":
        name = str(values.get("name"))
        definition = hub.settings.definitions.get(name)
        if is_secret_name(name) or (definition is not None and definition.hidden):
            told["value"] = STARS
    return told


def _now(hub: Services, caller: Caller) -> Caller:
    """Somebody at the console stays for hours; what counts are the rights of now."""
    if caller.via != "console":
        return caller
    found = hub.accounts.refreshed(caller)
    if found is None:
        raise CredentialError("account")
    return found


def _refused(command: Command, caller: Caller, refusal: Refusal | None) -> errors.HubError | None:
    return refusal(caller, command.name) if refusal else None


class _Note:
    """The line of one call in the audit; what only reads leaves none, unless it is refused."""

    def __init__(self, hub: Services, command: Command, values: Mapping[str, Any], caller: Caller) -> None:
        self._hub, self._command, self._values, self._caller = hub, command, values, caller

    def refused(self, error: errors.HubError) -> None:
        """Strangers leave no line: anybody could fill the disk with them."""
        if self._caller.is_known:
            self._line("refused", error)

    def write(self, outcome: str, error: BaseException | None = None) -> None:
        if self._command.changes:
            self._line(outcome, error)

    def _line(self, outcome: str, error: BaseException | None) -> None:
        self._hub.accounts.audit.write(
            "command",
            self._caller,
            command=self._command.name,
            arguments=arguments(self._hub, self._command, self._values),
            outcome=outcome,
            error=f"{type(error).__name__}: {error}"[:500] if error else None,
        )
