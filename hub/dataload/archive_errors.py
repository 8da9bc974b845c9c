"""What can be wrong with an archive. Each names the archive, what is wrong, and what to do."""

from __future__ import annotations

from hub.errors import HubError, Permanent, Refused


class ArchiveError(HubError, Permanent):
    """Damaged, truncated, or not what its suffix says."""

    def __init__(self, archive: str, why: str) -> None:
        self.archive, self.why = archive, why
        super().__init__(f"`{archive}`: {why}. It is fetched again by the next dump; if it stays so, tell its owner.")


class UnsafeArchiveError(ArchiveError, Refused):
    """A member would be written outside the folder, or is no plain file."""

    def __init__(self, archive: str, member: str, why: str) -> None:
        self.archive, self.member, self.why = archive, member, why
        HubError.__init__(
            self,
            f"`{archive}` is not extracted: its member `{member[:200]}` {why}. Look at the archive by hand; set "
            "`uncompress` to false to keep it packed.",
        )


class ArchiveBombError(ArchiveError, Refused):
    """More comes out than the limits allow. ``setting`` is the limit that was met, ``limit`` its value."""

    def __init__(self, archive: str, extracted: int, setting: str, limit: float) -> None:
        self.archive, self.extracted, self.setting, self.limit = archive, extracted, setting, limit
        what = f"{limit:g} times its size" if setting == "UNCOMPRESS_MAX_RATIO" else f"{limit:,.0f} bytes in all"
        HubError.__init__(
            self,
            f"`{archive}` was not extracted: after {extracted:,} bytes it exceeds {what}. "
            f"Raise {setting} if that is right.",
        )


class ArchiveConflictError(ArchiveError):
    """A member has the name of something in the folder that it must not replace."""

    def __init__(self, archive: str, member: str, why: str) -> None:
        self.archive, self.member, self.why = archive, member, why
        HubError.__init__(
            self, f"`{archive}` is not extracted: its member `{member[:200]}` {why}. Set `uncompress` to false."
        )
