"""The hub's records, as plugin code reads them."""

from __future__ import annotations

from typing import Any

from hub.dataload.aliases import current_settings
from hub.store.state import open_state


class StateCollection:
    """Records of one kind, read anew at each call.

    Args:
        setting: setting that names the collection.
        default: its name otherwise.
    """

    def __init__(self, setting: str, default: str) -> None:
        self.name = str(current_settings().get(setting) or default)

    def find_one(self, filter: Any = None, *args: Any) -> dict[str, Any] | None:  # noqa: A002
        """The first record that matches a filter, or that has the given ``_id``."""
        query = filter if filter is None or isinstance(filter, dict) else {"_id": filter}
        return next(iter(self.find(query)), None)

    def find(self, filter: dict[str, Any] | None = None, *args: Any) -> list[dict[str, Any]]:  # noqa: A002
        """The records that match a filter."""
        state = open_state(current_settings())
        try:
            return [dict(record) for record in state.store.find(self.name, filter or {})]
        finally:
            state.close()
