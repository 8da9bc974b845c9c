"""What indexing a build did."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass
class IndexReport:
    """What indexing a build did.

    Attributes:
        environment: where.
        index: name of the index.
        build: name of the build.
        mode: how.
        count: documents in the index.
        indexed: documents sent and accepted.
        rejected_count: documents refused, and left out.
        rejected: the first of them: ``{"id", "reason"}``.
        alias: the alias that was moved, or None.
        replaced: the index that the alias pointed at before, or None.
        removed: old indices that were deleted.
        seconds: how long it took.
    """

    environment: str
    index: str
    build: str
    mode: str
    count: int = 0
    indexed: int = 0
    rejected_count: int = 0
    rejected: list[dict[str, str]] = field(default_factory=list)
    alias: str | None = None
    replaced: str | None = None
    removed: list[str] = field(default_factory=list)
    seconds: float = 0.0
    made_of: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return asdict(self)
