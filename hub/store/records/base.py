"""What every repository has."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from hub.errors import HubError
from hub.store.records.closing import Closing
from hub.store.state_port import Document as Record
from hub.store.state_port import StateStore


class Repository:
    """Records of one collection.

    Args:
        store: where they are kept.
        collection: name of the collection.
        closing: keeps what the store does not take when work ends; its own by default.
    """

    def __init__(self, store: StateStore, collection: str, closing: Closing | None = None) -> None:
        self._store = store
        self.collection = collection
        self._closing = closing or Closing()

    def get(self, id_: Any) -> Record | None:
        """One record or None."""
        return self._store.get(self.collection, id_)

    def all(self) -> list[Record]:
        """All records in order of ``_id``."""
        return self._store.find(self.collection)

    def count(self) -> int:
        """Number of records."""
        return self._store.count(self.collection)

    def some(self, fields: Sequence[str]) -> list[Record]:
        """``_id`` and a few fields of all records in order of ``_id``."""
        return self._store.find(self.collection, fields=fields or ("_id",))

    def newest(self, limit: int = 0) -> list[Record]:
        """Records by falling ``_id``."""
        return self._store.find(self.collection, sort=[("_id", -1)], limit=limit)

    def put(self, document: Record) -> None:
        """Insert or replace a record."""
        self._store.put(self.collection, document)

    def delete(self, id_: Any) -> bool:
        """Remove a record; False when there was none."""
        return self._store.delete(self.collection, id_)

    def next_id(self) -> int:
        """The next number of the collection."""
        return self._store.next_id(self.collection)


def now() -> datetime:
    """The present time, with a zone."""
    return datetime.now(UTC)


def duration(seconds: float) -> str:
    """Seconds as existing clients show them: ``0.31s``, ``2m4.5s``, ``1h3m0.2s``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    text = f"{rest:.2f}".rstrip("0").rstrip(".") if not (hours or minutes) else f"{rest:.1f}"
    return f"{f'{hours}h' if hours else ''}{f'{minutes}m' if hours or minutes else ''}{text}s"


def told(error: BaseException) -> dict[str, str]:
    """``err`` and ``tb`` of a failure. A hub error needs no traceback: its message says all."""
    if isinstance(error, HubError):
        return {"err": str(error), "tb": ""}
    return {"err": f"{type(error).__name__}: {error}", "tb": "".join(traceback.format_exception(error))}
