"""The dumper of sources that are made from releases of others, and download nothing."""

from __future__ import annotations

from hub.dataload.dumper.errors import DumperException
from hub.dataload.dumper.making import MakingDumper


class ComputedDumper(MakingDumper):
    """Makes a release of those of ``DEPENDS_ON``: linked files (``COPY_FROM``) and what the ``STEPS`` make of them.

    The release is that of ``RELEASE_FROM``, with a suffix when it is made once more because another one has changed.

    Attributes:
        RELEASE_FROM: one of ``DEPENDS_ON``; the first by default.
    """

    RELEASE_FROM: str | None = None

    def set_release(self) -> None:
        """Release of one of the sources it depends on.

        Raises:
            DumperException: that has no release.
        """
        name = self.RELEASE_FROM or (self.DEPENDS_ON[0] if self.DEPENDS_ON else "")
        dependency = self.env.depends.get(name)
        if dependency is None:
            raise DumperException(f"`{self.src_name}` takes the release of `{name}`, which has none. Dump that first.")
        self.release = dependency.release
