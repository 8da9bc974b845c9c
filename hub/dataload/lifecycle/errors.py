"""What can be wrong with the life of releases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hub.dataload.errors import DataloadError
from hub.errors import BadArgument, Conflict, Permanent, Refused, suggest


class ReleaseInUseError(DataloadError, Refused):
    """Releases that something needs.

    Args:
        source: whose.
        reasons: sentences by release.
    """

    def __init__(self, source: str, reasons: Mapping[str, Sequence[str]]) -> None:
        self.source, self.reasons = source, {release: list(why) for release, why in reasons.items()}
        told = "; ".join(f"release `{release}` {', '.join(why)}" for release, why in self.reasons.items())
        super().__init__(f"`{source}`: nothing was removed: {told}. Use `force` to remove in spite of that.")


class ReleaseNotReadyError(DataloadError, Conflict):
    """A release that can not be used as it is."""

    def __init__(self, source: str, release: str, state: str) -> None:
        self.source, self.release, self.state = source, release, state
        why = {
            "made": "its steps have not all been run; run dump() again to go on with them",
            "removing": "it is being removed",
        }.get(state, state)
        super().__init__(f"`{source}`: release `{release}` can not be used: {why}.")


class CurrentTakenError(DataloadError, Permanent):
    """Something that the hub did not make has the name of its link."""

    def __init__(self, source: str, path: str) -> None:
        self.source, self.path = source, path
        super().__init__(f"`{source}`: {path} is no link of the hub. Move it away; the hub keeps a link there.")


class UnknownStepError(DataloadError, BadArgument):
    """A name that is no step."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        self.name, self.known = name, list(known)
        super().__init__(f"no step `{name}`. {suggest(name, known)} In order: {', '.join(known)}.")


class ResumeError(DataloadError, Conflict):
    """A run can not go on where it was asked to."""

    def __init__(self, source: str, step: str, why: str) -> None:
        self.source, self.step, self.why = source, step, why
        super().__init__(f"`{source}` can not go on from step `{step}`: {why}")


class ProcessError(DataloadError, Permanent):
    """A declared process failed.

    Args:
        source: whose.
        phase: ``pre``, ``post`` or ``remove``.
        name: of the process.
        why: what happened.
        log: its log; empty when it was not started.
    """

    def __init__(self, source: str, phase: str, name: str, why: str, log: str = "") -> None:
        self.source, self.phase, self.name, self.why, self.log = source, phase, name, why, log
        seen = f" Its log is {log}." if log else ""
        super().__init__(f"`{source}`: step `{name}` ({phase}) {why}.{seen}")


class CycleError(DataloadError, Permanent):
    """Sources that depend on each other in a circle."""

    status = 409

    def __init__(self, chain: Sequence[str]) -> None:
        self.chain = list(chain)
        super().__init__(f"sources depend on each other in a circle: {' -> '.join(chain)}. Take one `depends_on` out.")


class DependencyError(DataloadError, Permanent):
    """A source was not run because one that it depends on is not there.

    Args:
        source: what was not run.
        dependency: what it depends on.
        why: what is wrong with that.
    """

    status = 409

    def __init__(self, source: str, dependency: str, why: str) -> None:
        self.source, self.dependency, self.why = source, dependency, why
        super().__init__(f"`{source}` was not run: it depends on `{dependency}`, {why}")


class NothingToLinkError(DataloadError, Permanent):
    """A pattern of ``copy_from`` that no file matches."""

    def __init__(self, source: str, dependency: str, pattern: str, folder: str) -> None:
        self.source, self.dependency, self.pattern, self.folder = source, dependency, pattern, folder
        super().__init__(
            f"`{source}`: no file of `{dependency}` matches `{pattern}` of `copy_from` (looked in {folder}). "
            "The pattern is a regular expression for the whole path inside the release."
        )
