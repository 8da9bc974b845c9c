"""What can go wrong when a release of another hub is installed."""

from __future__ import annotations

from collections.abc import Sequence

from hub import errors


class SubscriptionError(errors.BadArgument):
    """An entry of ``VERSION_URLS`` or ``STANDALONE_CONFIG`` that can not be used."""

    def __init__(self, setting: str, entry: str, reason: str) -> None:
        self.setting, self.entry, self.reason = setting, entry[: errors.LONGEST_NAME], reason
        super().__init__(f"{setting}, `{self.entry}`: {reason}")


class BadReleaseError(errors.HubError, errors.Permanent):
    """What another hub published can not be used.

    Args:
        name: the release.
        reason: what is wrong with it.
    """

    status = 422

    def __init__(self, name: str, reason: str) -> None:
        self.name, self.reason = name, reason
        super().__init__(f"release `{name}`: {reason}. Nothing was installed; what is served stays.")


class NoPathError(errors.Conflict):
    """The wanted version can not be reached from what is installed and published."""

    def __init__(self, name: str, version: str, backend: str | None, missing: str) -> None:
        self.name, self.version, self.backend, self.missing = name, version, backend, missing
        super().__init__(
            f"release `{name}`: version `{version}` can not be reached from "
            f"{f'version `{backend}`' if backend else 'nothing'}: {missing}. Ask its publisher for a full release."
        )


class OlderVersionError(errors.Conflict):
    """The wanted version is older than the installed one."""

    def __init__(self, name: str, version: str, backend: str) -> None:
        self.name, self.version, self.backend = name, version, backend
        super().__init__(
            f"release `{name}`: version `{version}` is older than the installed `{backend}`. Use `rollback` for the "
            "version that was installed before, or `force` to install the older one."
        )


class NothingToRollBackError(errors.Conflict):
    """No earlier index is kept."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"release `{name}`: no earlier version is kept. RELEASE_KEEP_N_RECENT_INDICES says how many are; `install` "
            "with `force` brings an older version back."
        )


class IncompatibleError(errors.Conflict):
    """The release was made for another version of the application."""

    def __init__(self, name: str, theirs: str, ours: str) -> None:
        self.name, self.theirs, self.ours = name, theirs, ours
        super().__init__(
            f"release `{name}` was made for `{theirs}`, this is `{ours}` (STANDALONE_VERSION). Set SKIP_CHECK_COMPAT "
            "to install it all the same."
        )


class ReleaseRefusedError(errors.Conflict):
    """The application's validator does not want the release."""

    def __init__(self, name: str, versions: Sequence[str], reason: str) -> None:
        self.name, self.versions, self.reason = name, list(versions), reason
        super().__init__(
            f"release `{name}`: {', '.join(versions)} may not be installed, says AUTOHUB_VALIDATOR_CLASS: "
            f"{reason.rstrip('.')}. What is served stays as it is."
        )


class NotDownloadedError(errors.Conflict):
    """Nothing was downloaded that could be applied."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"release `{name}`: nothing was downloaded. Use `download` first, or `install` for both.")


class BackendTakenError(errors.Conflict):
    """The name that a release is to be served under belongs to something else."""

    def __init__(self, name: str, index: str) -> None:
        self.name, self.index = name, index
        super().__init__(
            f"release `{name}`: `{index}` is an index that was not installed by it. Give it another `index` in "
            "STANDALONE_CONFIG, or remove that index."
        )


class DiskSpaceError(errors.HubError, errors.Passing):
    """The files of a release do not fit on the disk."""

    status = 507

    def __init__(self, name: str, needed: int, free: int) -> None:
        self.name, self.needed, self.free = name, needed, free
        super().__init__(f"release `{name}` needs {needed:,} bytes and {free:,} are free. Make room and try again.")
