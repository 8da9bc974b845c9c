"""The one error tree of the hub.

Every error a person may meet derives from `HubError`. Its message says what went wrong, where (source, file, line,
``_id``, setting) and what to do next; it is written in the constructor of each class from named parts, and the parts
stay as attributes so that a log, a test and a web page can each use them.

Two mixins decide what the job runner does, so that nobody keeps a list of types:

- `Permanent`: trying again gives the same error; the job fails at once.
- `Passing`: the world may be different in a moment; the job is retried by its retry policy.

Each area defines its own errors in its own ``errors.py`` (`hub.config.errors`, `hub.store.errors`, ...).
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable
from typing import Any

LONGEST_NAME = 200  #: characters of a name that somebody gave and that messages repeat


class HubError(Exception):
    """Root of the tree.

    Attributes:
        status: HTTP status that the doors answer with.
        exit_code: exit code of the command line (1 failed, 2 wrong arguments, 3 refused by a safety rule).
    """

    status: int = 500
    exit_code: int = 1

    def __reduce__(self) -> tuple[Any, ...]:
        # Subclasses take named parts in their constructor; rebuild without calling it, so that every error survives
        # the way back from a worker process.
        return _rebuild, (type(self), self.args, self.__dict__)

    def parts(self) -> dict[str, Any]:
        """The named parts of the message, for structured logs and JSON answers."""
        return {k: v for k, v in self.__dict__.items() if not k.startswith("_")}


def _rebuild(cls: type[HubError], args: tuple[Any, ...], state: dict[str, Any]) -> HubError:
    error = cls.__new__(cls)
    error.args = args
    error.__dict__.update(state)
    return error


class Permanent:
    """Mixin: the same try gives the same error; never retried."""


class Passing:
    """Mixin: may go away by itself; retried with back-off."""


class BadArgument(HubError, Permanent):
    """A caller gave a value that cannot be used."""

    status = 400
    exit_code = 2


class NotFound(HubError, Permanent):
    """A named thing does not exist. Says what does.

    Args:
        kind: what was looked for, e.g. ``source``.
        name: the name that was given.
        known: the names that exist; the nearest are suggested.
    """

    status = 404
    exit_code = 2

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name[:LONGEST_NAME], sorted(known)
        super().__init__(f"no {kind} `{self.name}`. {suggest(self.name, self.known)}")


class Conflict(HubError, Permanent):
    """The request contradicts the present state (already running, already exists)."""

    status = 409


class Refused(HubError, Permanent):
    """A safety rule forbids it."""

    status = 403
    exit_code = 3


#: What the machine refuses, and what to do about it.
_REFUSALS = {
    errno.ENOSPC: ("its disk is full", "Free space there, then do it again"),
    errno.EDQUOT: ("the quota of its disk is used up", "Free space there, or raise the quota, then do it again"),
    errno.EROFS: ("its disk is mounted read-only", "Mount it for writing, then do it again"),
    errno.EACCES: ("the hub's user may not", "Correct owner or mode of the file or folder, then do it again"),
    errno.EPERM: ("the hub's user may not", "Correct owner or mode of the file or folder, then do it again"),
    errno.EMFILE: (
        "too many files are open",
        "Raise the limit of the process (`ulimit -n`) and restart it",
    ),
    errno.ENFILE: ("too many files are open on this machine", "End other programs, or raise `fs.file-max`"),
    errno.ENOMEM: ("memory is short", "End other programs, or lower `HUB_MAX_WORKERS`, then do it again"),
    errno.EIO: ("its disk does not read or write", "Look at the system's log: the disk may be failing"),
}


#: As compiled libraries tell the same.
_IN_TEXT = re.compile(r"\(os error (\d+)\)(?: at path \"([^\"]+)\")?")


class MachineError(HubError, Permanent):
    """The machine refuses what a file needs: room, a right, a handle. Nothing that was stored before is changed.

    Args:
        path: file or folder, when known.
        reason: what is the matter.
        advice: what to do.
    """

    status = 507

    def __init__(self, path: str, reason: str, advice: str) -> None:
        self.path, self.reason, self.advice = path, reason, advice
        where = f"`{path}` cannot be used" if path else "a file cannot be used"
        super().__init__(f"{where}: {reason}. {advice}. What was stored before stays as it was.")


def of_machine(error: BaseException) -> MachineError | None:
    """What to tell of an error of the operating system that says that the machine, not the hub, is at its end.

    Args:
        error: any error.

    Returns:
        None for any other error.
    """
    if isinstance(error, OSError):
        number, named = error.errno, error.filename2 or error.filename
    elif isinstance(error, ValueError) and (match := _IN_TEXT.search(str(error))):
        number, named = int(match[1]), match[2]
    else:
        return None
    if number not in _REFUSALS:
        return None
    return MachineError("" if named is None else str(named), *_REFUSALS[number])


def suggest(name: str, known: Iterable[str]) -> str:
    """A sentence with the nearest of ``known`` names, or the first few of them."""
    names = sorted(known)
    if not names:
        return "There are none yet."
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f"`{n}`" for n in near) + "?"
    shown = ", ".join(f"`{n}`" for n in names[:8])
    return f"There are: {shown}" + (f" and {len(names) - 8} more." if len(names) > 8 else ".")
