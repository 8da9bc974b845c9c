"""Errors of the console and of hooks."""

from __future__ import annotations

from collections.abc import Iterable

from hub import errors


class HubLoopError(errors.Refused):
    """A console command called where the hub itself works."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"`{name}` would wait for itself: console commands are for threads, and this code runs in the hub's loop."
        )


class TooMuchOutputError(errors.Refused):
    """A statement that prints without end."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(
            f"the statement was stopped after {limit:,} characters of output (CONSOLE_MAX_OUTPUT). Write so much to a "
            "file, or print a part of it."
        )


class NoInputError(errors.Refused):
    """`input()` at the console."""

    def __init__(self) -> None:
        super().__init__("nothing can be read at the console. Give the value as an argument.")


class ShellCommandError(errors.HubError):
    """A program started with ``!`` failed."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"the program ended with exit code {code}")


class HookConflictError(errors.Conflict):
    """A hook that would replace what is there."""

    def __init__(self, hook: str, names: Iterable[str], owners: Iterable[str]) -> None:
        self.hook, self.names, self.owners = hook, sorted(names), sorted(set(owners))
        shown = ", ".join(f"`{n}`" for n in self.names)
        super().__init__(
            f"hook {hook} is not loaded: it would replace {shown} of {' and '.join(self.owners)}. Rename what it "
            "defines, or set HOOKS_MAY_OVERRIDE."
        )


class HookFailedError(errors.HubError, errors.Permanent):
    """The code of a hook raised."""

    def __init__(self, hook: str, why: str) -> None:
        self.hook, self.why = hook, why
        super().__init__(f"hook {hook} is not loaded: {why}")


class EndpointTakenError(errors.Conflict):
    """An endpoint that exists."""

    def __init__(self, method: str, path: str, owner: str) -> None:
        self.method, self.path, self.owner = method, path, owner
        super().__init__(f"{method} {path} is `{owner}` already. Give the endpoint another name.")


class HookEndedError(errors.HubError, errors.Permanent):
    """A function of a hook wanted to end the process."""

    def __init__(self, name: str, error: BaseException) -> None:
        self.name = name
        super().__init__(f"`{name}` raised {type(error).__name__} ({error}): return from the function instead.")
