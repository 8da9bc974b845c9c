"""What can be wrong with the folder of a source or the name of a release."""

from __future__ import annotations

from hub.dataload.errors import DataloadError
from hub.errors import Conflict, Permanent


class ReleaseNameError(DataloadError, Permanent):
    """A release string of which no folder name can be made."""

    def __init__(self, release: str) -> None:
        self.release = release
        super().__init__(f"the release `{release!r}` gives no folder name. Return a text like `2026-01-31`.")


class SourceBusyError(DataloadError, Conflict):
    """Another process dumps the same source."""

    def __init__(self, source: str, folder: str) -> None:
        self.source, self.folder = source, folder
        super().__init__(
            f"`{source}` is being dumped by another process (its lock in {folder} is held). Wait for its end."
        )
