"""The dumper of ``file:`` URLs."""

from __future__ import annotations

from dataclasses import replace

from hub.dataload.dumper.lastmodified import LastModifiedDumper
from hub.dataload.transport import TransportOptions


class LastModifiedFileDumper(LastModifiedDumper):
    """Takes the files of ``SRC_URLS`` from this machine; the release is the change date of the last one.

    Attributes:
        LINK_FILES: hard links instead of copies; only for files that nobody changes in place.
    """

    RESOLVE_FILENAME: bool = False
    LINK_FILES: bool = False

    def transport_options(self) -> TransportOptions:
        """The run's options with this class's choice of link or copy."""
        return replace(super().transport_options(), link_files=self.LINK_FILES)
