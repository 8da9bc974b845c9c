"""Job records (``job``): what the job manager keeps of each job."""

from __future__ import annotations

from collections.abc import Sequence

from hub.store.records.base import Repository
from hub.store.state_port import Document as Record


class JobRows(Repository):
    """Jobs by id."""

    def rows(self, fields: Sequence[str]) -> list[Record]:
        """All records with these fields only."""
        return self.some(fields)
