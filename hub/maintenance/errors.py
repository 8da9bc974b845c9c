"""What goes wrong with backups and upgrades."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from hub import errors


class BackupExistsError(errors.Conflict):
    """A backup never overwrites a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is there already, and a backup never overwrites a file. Give another `archive`.")


class BackupFileError(errors.BadArgument):
    """A file that is no backup, or not a whole one."""

    def __init__(self, path: Path, reason: str, line: int = 0) -> None:
        self.path, self.reason, self.line = path, reason, line
        where = f", line {line}" if line else ""
        super().__init__(f"{path}{where}: {reason}. Nothing was restored. Give a file that `backup()` has written.")


class NotEmptyError(errors.Conflict):
    """Records would be mixed with others."""

    def __init__(self, collections: Collection[str]) -> None:
        self.collections = sorted(collections)
        names = ", ".join(f"`{name}`" for name in self.collections)
        super().__init__(
            f"there are records in {names}. Restore into an empty hub, or with `drop=True`: the records that are there "
            "are then saved to a backup of their own and replaced."
        )


class HubBusyError(errors.Conflict):
    """Jobs run, whose records would be taken from under them."""

    def __init__(self, jobs: int, what: str) -> None:
        self.jobs = jobs
        super().__init__(f"{jobs} job(s) run or wait: {what} when they have ended, or cancel them first.")


class NoCodeBaseError(errors.Conflict):
    """The code is in no git repository that could be brought up to date."""

    def __init__(self, code_base: str, folder: Path, reason: str, hint: str) -> None:
        self.code_base, self.folder, self.reason = code_base, folder, reason
        super().__init__(f"the code base `{code_base}` ({folder}) cannot be upgraded: {reason}. {hint}")


class UpgradeError(errors.Conflict):
    """Git refused; the code is as it was."""

    def __init__(self, code_base: str, folder: Path, reason: str) -> None:
        self.code_base, self.folder, self.reason = code_base, folder, reason
        super().__init__(
            f"the code base `{code_base}` ({folder}) was not upgraded: {reason}. The code is as it was; put the "
            "repository in order by hand and try again."
        )
