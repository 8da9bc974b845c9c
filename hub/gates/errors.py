"""What can go wrong at the gates."""

from __future__ import annotations

from collections.abc import Sequence

from hub import errors


class GateStateError(errors.Conflict):
    """A build is not in a state in which this can be decided."""

    def __init__(self, build: str, state: str, what: str, hint: str) -> None:
        self.build, self.state = build, state
        super().__init__(f"build `{build}` can not be {what}: {hint}")


class NobodyError(errors.BadArgument):
    """A decision without a person."""

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(f"say who {what} it: `who` must be a name.")


class GateWaitsError(errors.Conflict):
    """A build broke a rule, so that it is not served before somebody has decided."""

    def __init__(self, build: str, broken: Sequence[str]) -> None:
        self.build, self.broken = build, list(broken)
        super().__init__(
            f"build `{build}` waits at its release gates: {'; '.join(broken)}. "
            f"See gate_report({build!r}), then approve_build or reject_build."
        )
